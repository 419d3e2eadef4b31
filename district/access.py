"""Who may do what: the whole policy on one screen, without Django.

A grant gives one person one role in one scope (a district, some of its schools, or an organization within it), from a
day to a day. Rights are per grant: never the role of one grant with the scope of another.
"""

from dataclasses import dataclass
from enum import StrEnum


def _(text: str) -> str:
    """Mark `text` for translation; pages translate it when they show it."""
    return text


class Permission(StrEnum):
    """One word per thing a person may do; a page and its endpoint need the same word."""

    DISTRICT_VIEW = "district.view"  # places, school years, calendars, code of conduct
    CONDUCT_EDIT = "conduct.edit"  # the code of conduct is a policy of the district
    STUDENT_VIEW = "student.view"  # names, grades, enrollments
    DEMOGRAPHICS_VIEW = "demographics.view"  # race, sex, disability and other program flags of a named student
    STUDENT_VIEW_OLDER = "student.view_older"  # what is older than this school year and last, with a written reason
    STUDENT_ACCESS = "student.access"  # who can open a student's record, and why
    STUDENT_MERGE = "student.merge"
    GUARDIAN_VIEW = "guardian.view"
    GUARDIAN_EDIT = "guardian.edit"
    FAMILY_PAGE = "family.page"  # show a guardian what was recorded, by a link; answer what families ask for
    NOTE_VIEW = "note.view"  # every note of the scope about strengths and what helps
    NOTE_VIEW_OWN = "note.view_own"  # those one has written
    NOTE_WRITE = "note.write"
    NOTE_VOID = "note.void"
    STAFF_VIEW = "staff.view"
    STUDENT_LOOKUP = "student.lookup"  # find a student of one's school by three letters, to refer them or write a note
    REFERRAL_LOG = "referral.log"
    REFERRAL_DECIDE = "referral.decide"  # take, return, decide; link and merge incidents
    REFERRAL_VIEW = "referral.view"  # every referral and incident of the scope
    REFERRAL_VIEW_OWN = "referral.view_own"  # those one has made
    REFERRAL_VIEW_RESTORATIVE = "referral.view_restorative"  # those that ask for a restorative response
    NARRATIVE_VIEW = "narrative.view"  # what was written about an incident, who wrote it
    REMOVAL_VIEW = "removal.view"
    REMOVAL_RECORD = "removal.record"  # order, change, tick off
    REMOVAL_VOID = "removal.void"
    CLASS_CIRCLE_LOG = "class_circle.log"  # circles with a class or group, without names
    CLASS_CIRCLE_VIEW = "class_circle.view"  # all of those of the scope
    CLASS_CIRCLE_VIEW_OWN = "class_circle.view_own"  # those one has logged
    CIRCLE_VIEW = "circle.view"  # restorative cases: date, kind, state; nobody's words
    CIRCLE_WORK = "circle.work"  # the case team: prepare, hold, follow up; facilitators those they keep, while open
    CIRCLE_ARRANGE = "circle.arrange"  # take up cases, choose keepers, close
    RULES_VIEW = "rules.view"  # rules of discipline law, the response matrix, settings of the IDEA clock
    RULES_EDIT = "rules.edit"  # sign rules off, add local ones, change the matrix and the clock's settings
    RATES_VIEW = "rates.view"  # exact figures of the scope
    REPORTERS_VIEW = "reporters.view"  # figures by the member of staff who referred
    RATES_ANNOTATE = "rates.annotate"  # mark a school's measure as not reported
    RECORDS_EXPORT = "records.export"
    ORGANIZATION_VIEW = "organization.view"
    ORGANIZATION_EDIT = "organization.edit"
    MEMORANDUM_VIEW = "memorandum.view"
    MEMORANDUM_EDIT = "memorandum.edit"
    TRAINING_VIEW = "training.view"  # adults in training, sessions, attendance, certifications of the scope
    TRAINING_VIEW_OWN = "training.view_own"  # one's own
    TRAINING_EDIT = "training.edit"  # people, courses, sessions, attendance, evaluation
    TRAINING_COVERAGE = "training.coverage"  # figures about trained adults
    CREDENTIAL_EDIT = "credential.edit"  # practices, courses of the district, the ladder and its requirements
    CERTIFICATION_PROPOSE = "certification.propose"
    CERTIFICATION_AWARD = "certification.award"  # award, suspend, revoke, renew: always a second person
    KEEPER_FIND = "keeper.find"  # who can hold a circle, today
    KEEPER_ASK = "keeper.ask"
    PEER_KEEP = "peer.keep"  # students trained as peers
    MEMORANDUM_APPROVE = "memorandum.approve"  # for the district: extend, end, renew, designate school officials
    ACTIVITY_LOG = "activity.log"  # what a partner did under its memorandum
    COMMITMENT_VIEW = "commitment.view"
    COMMITMENT_EDIT = "commitment.edit"  # drafts
    COMMITMENT_APPROVE = "commitment.approve"  # let it hold, end it, take it to a body, record the consequence
    COMMITMENT_REPORT = "commitment.report"  # as the side that owes it
    COMMITMENT_ASSESS = "commitment.assess"  # as the other side
    ESCALATION_EDIT = "escalation.edit"  # how many days each step after a miss leaves
    BODY_VIEW = "body.view"  # task forces, their seats and meetings
    BODY_EDIT = "body.edit"
    ASSEMBLY_VIEW = "assembly.view"
    ASSEMBLY_EDIT = "assembly.edit"
    ASSEMBLY_ANSWER = "assembly.answer"  # answer a resolution for the district
    FIDELITY_VIEW = "fidelity.view"  # stages and targets of the rollout, rubrics, rounds
    FIDELITY_EDIT = "fidelity.edit"
    FIDELITY_RATE = "fidelity.rate"
    IMPORT_VIEW = "import.view"
    IMPORT_RUN = "import.run"
    GRANT_VIEW = "grant.view"
    AUDIT_VIEW = "audit.view"


PERMISSIONS: dict[Permission, str] = {
    Permission.DISTRICT_VIEW: _("See schools, school years, calendars and the code of conduct."),
    Permission.CONDUCT_EDIT: _("Add, change and end behaviors of the code of conduct."),
    Permission.STUDENT_VIEW: _("See students by name, with grade and enrollments."),
    Permission.DEMOGRAPHICS_VIEW: _("See race, sex, disability and other program flags of a named student."),
    Permission.STUDENT_VIEW_OLDER: _("See what is older than this school year and last, for a written reason."),
    Permission.STUDENT_ACCESS: _("See who can open the record of a student, and why."),
    Permission.STUDENT_MERGE: _("Merge two records of one student."),
    Permission.GUARDIAN_VIEW: _("See guardians: how to reach them, in which language, and what they may be told."),
    Permission.GUARDIAN_EDIT: _("Add and change guardians and the languages of a student's home."),
    Permission.FAMILY_PAGE: _("Show a guardian by a link what was recorded, and answer what families ask for."),
    Permission.NOTE_VIEW: _("See notes about strengths, good things and what helps."),
    Permission.NOTE_VIEW_OWN: _("See the notes one has written oneself."),
    Permission.NOTE_WRITE: _("Write notes about strengths, good things and what helps."),
    Permission.NOTE_VOID: _("Void a note with a reason; it stays on record."),
    Permission.STAFF_VIEW: _("See staff by name, with the schools where they work."),
    Permission.STUDENT_LOOKUP: _("Find a student of one's school by the first three letters."),
    Permission.REFERRAL_LOG: _("Refer students of one's school."),
    Permission.REFERRAL_DECIDE: _("Review and decide referrals; link and merge incidents."),
    Permission.REFERRAL_VIEW: _("See every referral and incident."),
    Permission.REFERRAL_VIEW_OWN: _("See the referrals one has made oneself."),
    Permission.REFERRAL_VIEW_RESTORATIVE: _("See referrals that ask for a restorative response."),
    Permission.NARRATIVE_VIEW: _("Read what was written about an incident, and who wrote it."),
    Permission.REMOVAL_VIEW: _("See suspensions and other removals."),
    Permission.REMOVAL_RECORD: _("Order a removal, change its terms, tick off its days."),
    Permission.REMOVAL_VOID: _("Void a removal, with a reason; the row stays and is counted as voided."),
    Permission.CLASS_CIRCLE_LOG: _("Log a circle with a class or group: no names, only how long and how many."),
    Permission.CLASS_CIRCLE_VIEW: _("See every circle with a class or group."),
    Permission.CLASS_CIRCLE_VIEW_OWN: _("See the circles with a class or group that one has logged oneself."),
    Permission.CIRCLE_VIEW: _("See restorative cases: date, kind and state."),
    Permission.CIRCLE_WORK: _("Prepare, hold and follow up the restorative cases that one keeps, while they are open."),
    Permission.CIRCLE_ARRANGE: _("Take up restorative cases, prepare them and choose who keeps them."),
    Permission.RULES_VIEW: _("See the rules of discipline law in force, and which responses the district allows."),
    Permission.RULES_EDIT: _("Sign rules off, add the district's own, change which responses it allows."),
    Permission.RATES_VIEW: _("See exact suspension rates and counts."),
    Permission.REPORTERS_VIEW: _("See referrals counted by the member of staff who made them."),
    Permission.RATES_ANNOTATE: _("Mark a measure of a school and year as not reported."),
    Permission.RECORDS_EXPORT: _("Export records to a file."),
    Permission.ORGANIZATION_VIEW: _("See organizations of the community."),
    Permission.ORGANIZATION_EDIT: _("Add and change organizations."),
    Permission.MEMORANDUM_VIEW: _("See memoranda of understanding."),
    Permission.MEMORANDUM_EDIT: _("Add and change memoranda of understanding."),
    Permission.TRAINING_VIEW: _("See adults in training, sessions, attendance and certifications."),
    Permission.TRAINING_VIEW_OWN: _("See one's own training, attendance and certifications."),
    Permission.TRAINING_EDIT: _("Keep people in training, courses, sessions, attendance and evaluations."),
    Permission.TRAINING_COVERAGE: _("See how many adults are certified at which schools."),
    Permission.CREDENTIAL_EDIT: _("Set practices, courses of the district, credentials and what they require."),
    Permission.CERTIFICATION_PROPOSE: _("Propose somebody for a certification; never oneself."),
    Permission.CERTIFICATION_AWARD: _(
        "Award, suspend, revoke or renew certifications of other organizations' people; never one's own."
    ),
    Permission.KEEPER_FIND: _("Find who is certified to hold a circle on a day."),
    Permission.KEEPER_ASK: _("Ask somebody by mail to hold a circle."),
    Permission.PEER_KEEP: _("Keep the records of students trained as peers."),
    Permission.MEMORANDUM_APPROVE: _("Extend, end and renew memoranda for the district; designate school officials."),
    Permission.ACTIVITY_LOG: _("Log what one's organization did under its memorandum."),
    Permission.COMMITMENT_VIEW: _("See commitments, their status on both sides, and what follows a missed one."),
    Permission.COMMITMENT_EDIT: _("Draft commitments and change drafts."),
    Permission.COMMITMENT_APPROVE: _("Let a commitment hold, end it, take it to a body, record the consequence."),
    Permission.COMMITMENT_REPORT: _("Report on commitments as the side that owes them; answer for a missed one."),
    Permission.COMMITMENT_ASSESS: _("Assess commitments as the side to which they are owed, and dispute an answer."),
    Permission.ESCALATION_EDIT: _("Set how many days each step after a missed commitment leaves."),
    Permission.BODY_VIEW: _("See task forces and other bodies, their seats, meetings and decisions."),
    Permission.BODY_EDIT: _("Keep bodies, seats and meetings: of the district, or those of one's organization."),
    Permission.ASSEMBLY_VIEW: _("See assemblies, their resolutions and the district's answers."),
    Permission.ASSEMBLY_EDIT: _("Record assemblies and resolutions: of the district, or of one's organization."),
    Permission.ASSEMBLY_ANSWER: _("Answer resolutions for the district."),
    Permission.FIDELITY_VIEW: _("See how far restorative practice has come: stages of schools, targets, ratings."),
    Permission.FIDELITY_EDIT: _("Set stages of schools and the district's targets; keep rating rounds and indicators."),
    Permission.FIDELITY_RATE: _("Rate a school on the indicators of an open round."),
    Permission.IMPORT_VIEW: _("See which files were loaded, when and by whom."),
    Permission.IMPORT_RUN: _("Load files into the district."),
    Permission.GRANT_VIEW: _("See who holds which role."),
    Permission.AUDIT_VIEW: _("See who did and saw what."),
}
"""What each permission allows, in a sentence for the help page; always within the scope of the grant."""


class Role(StrEnum):
    """The twelve roles; `family` is reserved for a later one."""

    STAFF = "staff"
    OFFICER = "officer"
    PRINCIPAL = "principal"
    COORDINATOR = "coordinator"
    FACILITATOR = "facilitator"
    TRAINER = "trainer"
    PARTNER = "partner"
    LEADER = "leader"
    RECORDS = "records"
    ADMIN = "admin"
    AUDITOR = "auditor"
    OMBUDS = "ombuds"


@dataclass(frozen=True)
class RoleDescription:
    """What a role is called and what it is for, in one sentence."""

    title: str
    sentence: str


ROLES: dict[Role, RoleDescription] = {
    Role.STAFF: RoleDescription(
        _("Staff"), _("Refers students of their own school and sees how their own referrals ended.")
    ),
    Role.OFFICER: RoleDescription(
        _("Discipline officer"), _("Reads and decides the referrals, incidents and removals of their schools.")
    ),
    Role.PRINCIPAL: RoleDescription(
        _("Principal"), _("Answers for the discipline record of their school and sees who has looked at it.")
    ),
    Role.COORDINATOR: RoleDescription(
        _("Restorative coordinator"),
        _("Arranges circles in their schools and reads referrals that ask for a restorative response."),
    ),
    Role.FACILITATOR: RoleDescription(
        _("Circle facilitator"), _("Keeps circles and sees only the cases assigned to them.")
    ),
    Role.TRAINER: RoleDescription(
        _("Community trainer"), _("Trains and follows the adults of their organization's sessions; sees no student.")
    ),
    Role.PARTNER: RoleDescription(
        _("Partner organization coordinator"), _("Keeps their organization's memoranda and trainers; sees no student.")
    ),
    Role.LEADER: RoleDescription(
        _("District leadership"), _("Reviews exact figures for the whole district, without names.")
    ),
    Role.RECORDS: RoleDescription(
        _("Records custodian"), _("Keeps the student and discipline records of the whole district and loads its files.")
    ),
    Role.ADMIN: RoleDescription(
        _("IT administrator"), _("Looks after accounts and imports and has no access to any student record.")
    ),
    Role.AUDITOR: RoleDescription(_("Auditor"), _("Reads who did and saw what, without the records themselves.")),
    Role.OMBUDS: RoleDescription(_("Ombuds"), _("Receives concerns independently of the schools named in them.")),
}

_SCHOOL_RECORDS = frozenset(
    {
        Permission.DISTRICT_VIEW,
        Permission.STUDENT_VIEW,
        Permission.DEMOGRAPHICS_VIEW,
        Permission.STUDENT_ACCESS,
        Permission.GUARDIAN_VIEW,
        Permission.FAMILY_PAGE,
        Permission.NOTE_VIEW,
        Permission.STAFF_VIEW,
        Permission.REFERRAL_VIEW,
        Permission.NARRATIVE_VIEW,
        Permission.REMOVAL_VIEW,
        Permission.RULES_VIEW,
        Permission.RATES_VIEW,
        Permission.RECORDS_EXPORT,
        Permission.CLASS_CIRCLE_VIEW,
        Permission.CIRCLE_VIEW,
    }
)

_REFERRING = frozenset({Permission.STUDENT_LOOKUP, Permission.REFERRAL_LOG, Permission.REFERRAL_VIEW_OWN})
_NOTING = frozenset({Permission.STUDENT_LOOKUP, Permission.NOTE_WRITE, Permission.NOTE_VIEW_OWN})
_KEEPING = frozenset({Permission.CLASS_CIRCLE_LOG, Permission.CLASS_CIRCLE_VIEW_OWN})
_COGOVERNANCE = frozenset(
    {
        Permission.COMMITMENT_VIEW,
        Permission.BODY_VIEW,
        Permission.ASSEMBLY_VIEW,
        Permission.FIDELITY_VIEW,
    }
)
_DECIDING = _REFERRING | {Permission.REFERRAL_DECIDE, Permission.REMOVAL_RECORD, Permission.REMOVAL_VOID}

_TRAINED = frozenset({Permission.TRAINING_VIEW_OWN})
_TRAINING = frozenset({Permission.TRAINING_VIEW, Permission.TRAINING_COVERAGE, Permission.KEEPER_FIND})
_TRAINING_BUSINESS = _TRAINING | {Permission.TRAINING_EDIT, Permission.CERTIFICATION_PROPOSE}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.STAFF: _REFERRING | _NOTING | _TRAINED | _KEEPING | {Permission.DISTRICT_VIEW},
    Role.OFFICER: _SCHOOL_RECORDS | _DECIDING | _NOTING | _TRAINED | _KEEPING | {Permission.NOTE_VOID},
    Role.PRINCIPAL: _SCHOOL_RECORDS
    | _DECIDING
    | _NOTING
    | _TRAINING
    | _KEEPING
    | _COGOVERNANCE
    | {
        Permission.REPORTERS_VIEW,
        Permission.STUDENT_VIEW_OLDER,
        Permission.NOTE_VOID,
        Permission.MEMORANDUM_VIEW,
        Permission.COMMITMENT_EDIT,
        Permission.COMMITMENT_REPORT,
        Permission.FIDELITY_RATE,
        Permission.GRANT_VIEW,
        Permission.AUDIT_VIEW,
        Permission.KEEPER_ASK,
    },
    Role.COORDINATOR: _TRAINING
    | _KEEPING
    | {Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK, Permission.CIRCLE_ARRANGE, Permission.CLASS_CIRCLE_VIEW}
    | {
        Permission.KEEPER_ASK,
        Permission.PEER_KEEP,
        Permission.DISTRICT_VIEW,
        Permission.STAFF_VIEW,
        Permission.REFERRAL_VIEW_RESTORATIVE,
        Permission.RATES_VIEW,
        Permission.FIDELITY_VIEW,
        Permission.FIDELITY_RATE,
    },
    Role.FACILITATOR: _TRAINED | _KEEPING | {Permission.CIRCLE_WORK, Permission.DISTRICT_VIEW},
    Role.TRAINER: _TRAINING_BUSINESS
    | _COGOVERNANCE
    | {
        Permission.DISTRICT_VIEW,
        Permission.ORGANIZATION_VIEW,
        Permission.MEMORANDUM_VIEW,
        Permission.ACTIVITY_LOG,
    },
    Role.PARTNER: _TRAINING_BUSINESS
    | _COGOVERNANCE
    | {Permission.CERTIFICATION_AWARD}
    | frozenset(
        {
            Permission.DISTRICT_VIEW,
            Permission.ORGANIZATION_VIEW,
            Permission.MEMORANDUM_VIEW,
            Permission.MEMORANDUM_EDIT,
            Permission.ACTIVITY_LOG,
            Permission.COMMITMENT_EDIT,
            Permission.COMMITMENT_APPROVE,
            Permission.COMMITMENT_REPORT,
            Permission.COMMITMENT_ASSESS,
            Permission.BODY_EDIT,
            Permission.ASSEMBLY_EDIT,
            Permission.FIDELITY_RATE,
        }
    ),
    Role.LEADER: _TRAINING
    | _COGOVERNANCE
    | {Permission.CREDENTIAL_EDIT}
    | frozenset(
        {
            Permission.DISTRICT_VIEW,
            Permission.CONDUCT_EDIT,
            Permission.STAFF_VIEW,
            Permission.RULES_VIEW,
            Permission.RULES_EDIT,
            Permission.RATES_VIEW,
            Permission.ORGANIZATION_VIEW,
            Permission.ORGANIZATION_EDIT,
            Permission.MEMORANDUM_VIEW,
            Permission.MEMORANDUM_EDIT,
            Permission.MEMORANDUM_APPROVE,
            Permission.COMMITMENT_EDIT,
            Permission.COMMITMENT_APPROVE,
            Permission.COMMITMENT_REPORT,
            Permission.COMMITMENT_ASSESS,
            Permission.ESCALATION_EDIT,
            Permission.BODY_EDIT,
            Permission.ASSEMBLY_EDIT,
            Permission.ASSEMBLY_ANSWER,
            Permission.FIDELITY_EDIT,
            Permission.FIDELITY_RATE,
            Permission.GRANT_VIEW,
        }
    ),
    Role.RECORDS: _SCHOOL_RECORDS
    | {
        Permission.CONDUCT_EDIT,
        Permission.REPORTERS_VIEW,
        Permission.STUDENT_VIEW_OLDER,
        Permission.STUDENT_MERGE,
        Permission.GUARDIAN_EDIT,
        Permission.RATES_ANNOTATE,
        Permission.IMPORT_VIEW,
        Permission.IMPORT_RUN,
    },
    Role.ADMIN: frozenset(
        {Permission.DISTRICT_VIEW, Permission.STAFF_VIEW, Permission.IMPORT_VIEW, Permission.GRANT_VIEW}
    ),
    Role.AUDITOR: _COGOVERNANCE
    | frozenset(
        {
            Permission.DISTRICT_VIEW,
            Permission.RULES_VIEW,
            Permission.IMPORT_VIEW,
            Permission.MEMORANDUM_VIEW,
            Permission.ORGANIZATION_VIEW,
            Permission.GRANT_VIEW,
            Permission.AUDIT_VIEW,
        }
    ),
    Role.OMBUDS: frozenset({Permission.DISTRICT_VIEW}),
}

NEEDS_ORGANIZATION: frozenset[Role] = frozenset({Role.TRAINER, Role.PARTNER})
"""Roles whose grant names an organization."""

NEEDS_SECOND_FACTOR: frozenset[Role] = frozenset(
    {Role.RECORDS, Role.ADMIN, Role.LEADER, Role.PRINCIPAL, Role.OMBUDS, Role.OFFICER}
)
"""Roles that must use a second factor where the district demands one: they see or export records, or grant access."""


def roles_with(permission: Permission) -> frozenset[Role]:
    """Return the roles that hold `permission`."""
    return frozenset(role for role, permissions in GRANTS.items() if permission in permissions)
