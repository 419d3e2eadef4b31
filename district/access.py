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
    """One word per thing a person may do, with its sentence for the help page; pages and endpoints share the word."""

    sentence: str

    def __new__(cls, word: str, sentence: str) -> "Permission":
        """Make a member whose value is `word`."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.sentence = sentence
        return member

    DISTRICT_VIEW = "district.view", _("See schools, school years, calendars and the code of conduct.")
    CONDUCT_EDIT = "conduct.edit", _("Add, change and end behaviors of the code of conduct.")
    STUDENT_VIEW = "student.view", _("See students by name, with grade and enrollments.")
    DEMOGRAPHICS_VIEW = "demographics.view", _("See race, sex, disability and other program flags of a named student.")
    STUDENT_VIEW_OLDER = (
        "student.view_older",
        _("See what is older than this school year and last, for a written reason."),
    )
    STUDENT_ACCESS = "student.access", _("See who can open the record of a student, and why.")
    STUDENT_MERGE = "student.merge", _("Merge two records of one student.")
    GUARDIAN_VIEW = (
        "guardian.view",
        _("See guardians: how to reach them, in which language, and what they may be told."),
    )
    GUARDIAN_EDIT = "guardian.edit", _("Add and change guardians and the languages of a student's home.")
    FAMILY_PAGE = "family.page", _("Show a guardian by a link what was recorded, and answer what families ask for.")
    NOTE_VIEW = "note.view", _("See notes about strengths, good things and what helps.")
    NOTE_VIEW_OWN = "note.view_own", _("See the notes one has written oneself.")
    NOTE_WRITE = "note.write", _("Write notes about strengths, good things and what helps.")
    NOTE_VOID = "note.void", _("Void a note with a reason; it stays on record.")
    STAFF_VIEW = "staff.view", _("See staff by name, with the schools where they work.")
    STUDENT_LOOKUP = "student.lookup", _("Find a student of one's school by the first three letters.")
    REFERRAL_LOG = "referral.log", _("Refer students of one's school.")
    REFERRAL_DECIDE = "referral.decide", _("Review and decide referrals; link and merge incidents.")
    REFERRAL_VIEW = "referral.view", _("See every referral and incident.")
    REFERRAL_VIEW_OWN = "referral.view_own", _("See the referrals one has made oneself.")
    REFERRAL_VIEW_RESTORATIVE = "referral.view_restorative", _("See referrals that ask for a restorative response.")
    NARRATIVE_VIEW = "narrative.view", _("Read what was written about an incident, and who wrote it.")
    REMOVAL_VIEW = "removal.view", _("See suspensions and other removals.")
    REMOVAL_RECORD = "removal.record", _("Order a removal, change its terms, tick off its days.")
    REMOVAL_VOID = "removal.void", _("Void a removal, with a reason; the row stays and is counted as voided.")
    CLASS_CIRCLE_LOG = (
        "class_circle.log",
        _("Log a circle with a class or group: no names, only how long and how many."),
    )
    CLASS_CIRCLE_VIEW = "class_circle.view", _("See every circle with a class or group.")
    CLASS_CIRCLE_VIEW_OWN = (
        "class_circle.view_own",
        _("See the circles with a class or group that one has logged oneself."),
    )
    CIRCLE_VIEW = "circle.view", _("See restorative cases: date, kind and state.")
    CIRCLE_WORK = (
        "circle.work",
        _("Prepare, hold and follow up the restorative cases that one keeps, while they are open."),
    )
    CIRCLE_ARRANGE = "circle.arrange", _("Take up restorative cases, prepare them and choose who keeps them.")
    RULES_VIEW = "rules.view", _("See the rules of discipline law in force, and which responses the district allows.")
    RULES_EDIT = "rules.edit", _("Sign rules off, add the district's own, change which responses it allows.")
    RATES_VIEW = "rates.view", _("See exact suspension rates and counts.")
    REPORTERS_VIEW = "reporters.view", _("See referrals counted by the member of staff who made them.")
    RATES_ANNOTATE = "rates.annotate", _("Mark a measure of a school and year as not reported.")
    RECORDS_EXPORT = "records.export", _("Export records to a file.")
    ORGANIZATION_VIEW = "organization.view", _("See organizations of the community.")
    ORGANIZATION_EDIT = "organization.edit", _("Add and change organizations.")
    MEMORANDUM_VIEW = "memorandum.view", _("See memoranda of understanding.")
    MEMORANDUM_EDIT = "memorandum.edit", _("Add and change memoranda of understanding.")
    TRAINING_VIEW = "training.view", _("See adults in training, sessions, attendance and certifications.")
    TRAINING_VIEW_OWN = "training.view_own", _("See one's own training, attendance and certifications.")
    TRAINING_EDIT = "training.edit", _("Keep people in training, courses, sessions, attendance and evaluations.")
    TRAINING_COVERAGE = "training.coverage", _("See how many adults are certified at which schools.")
    CREDENTIAL_EDIT = "credential.edit", _("Set practices, courses of the district, credentials and what they require.")
    CERTIFICATION_PROPOSE = "certification.propose", _("Propose somebody for a certification; never oneself.")
    CERTIFICATION_AWARD = (
        "certification.award",
        _("Award, suspend, revoke or renew certifications of other organizations' people; never one's own."),
    )
    KEEPER_FIND = "keeper.find", _("Find who is certified to hold a circle on a day.")
    KEEPER_ASK = "keeper.ask", _("Ask somebody by mail to hold a circle.")
    PEER_KEEP = "peer.keep", _("Keep the records of students trained as peers.")
    MEMORANDUM_APPROVE = (
        "memorandum.approve",
        _("Extend, end and renew memoranda for the district; designate school officials."),
    )
    ACTIVITY_LOG = "activity.log", _("Log what one's organization did under its memorandum.")
    COMMITMENT_VIEW = (
        "commitment.view",
        _("See commitments, their status on both sides, and what follows a missed one."),
    )
    COMMITMENT_EDIT = "commitment.edit", _("Draft commitments and change drafts.")
    COMMITMENT_APPROVE = (
        "commitment.approve",
        _("Let a commitment hold, end it, take it to a body, record the consequence."),
    )
    COMMITMENT_REPORT = (
        "commitment.report",
        _("Report on commitments as the side that owes them; answer for a missed one."),
    )
    COMMITMENT_ASSESS = (
        "commitment.assess",
        _("Assess commitments as the side to which they are owed, and dispute an answer."),
    )
    ESCALATION_EDIT = "escalation.edit", _("Set how many days each step after a missed commitment leaves.")
    BODY_VIEW = "body.view", _("See task forces and other bodies, their seats, meetings and decisions.")
    BODY_EDIT = "body.edit", _("Keep bodies, seats and meetings: of the district, or those of one's organization.")
    ASSEMBLY_VIEW = "assembly.view", _("See assemblies, their resolutions and the district's answers.")
    ASSEMBLY_EDIT = "assembly.edit", _("Record assemblies and resolutions: of the district, or of one's organization.")
    ASSEMBLY_ANSWER = "assembly.answer", _("Answer resolutions for the district.")
    FIDELITY_VIEW = (
        "fidelity.view",
        _("See how far restorative practice has come: stages of schools, targets, ratings."),
    )
    FIDELITY_EDIT = (
        "fidelity.edit",
        _("Set stages of schools and the district's targets; keep rating rounds and indicators."),
    )
    FIDELITY_RATE = "fidelity.rate", _("Rate a school on the indicators of an open round.")
    CONCERN_WORK = (
        "concern.work",
        _(
            "Receive concerns, except of a school where one has another role; ask, answer, know who filed them and "
            "what was done to them since."
        ),
    )
    CONCERN_VIEW_OWN = (
        "concern.view_own",
        _("File a concern for one's organization, see what it was answered, and see how many concerns there are."),
    )
    CONCERN_COUNT = "concern.count", _("See how many concerns there are, where they are not too few to tell.")
    IMPORT_VIEW = "import.view", _("See which files were loaded, when and by whom.")
    IMPORT_RUN = "import.run", _("Load files into the district.")
    GRANT_VIEW = "grant.view", _("See who holds which role.")
    AUDIT_VIEW = "audit.view", _("See who did and saw what.")


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
        Permission.CONCERN_VIEW_OWN,
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
            Permission.CONCERN_VIEW_OWN,
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
            Permission.CONCERN_COUNT,
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
    Role.OMBUDS: frozenset({Permission.DISTRICT_VIEW, Permission.CONCERN_WORK}),
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
