"""Plain functions that make one record each, with sensible defaults."""

from __future__ import annotations

import itertools
from datetime import date, time, timedelta
from decimal import Decimal

from django.utils import timezone

from discipline.actions import Offer
from discipline.models import (
    LOCAL,
    Appeal,
    Behavior,
    DistrictRule,
    DueProcessStep,
    FamilyLink,
    FamilyRequest,
    FamilyRequestStatus,
    Incident,
    IncidentLink,
    Involvement,
    Letter,
    LetterStatus,
    LetterTemplate,
    LetterVersion,
    ManifestationDetermination,
    PatternReview,
    Referral,
    ReferralResponse,
    ReferralStatus,
    Removal,
    RuleVersion,
    SentHome,
    SentHomeStatus,
    Threshold,
)
from district import standing
from district.access import Role
from district.models import (
    District,
    Enrollment,
    Guardian,
    Memorandum,
    Organization,
    Person,
    ProgramStatus,
    RoleGrant,
    SavedView,
    School,
    SchoolYear,
    Staff,
    StaffAssignment,
    Student,
    StudentMerge,
    StudentNote,
    User,
)
from district.rules import rule_of, terms_of

DECLINED = Offer("declined", "RESTORATIVE_CIRCLE", ("responsible",), "responsible")
DECLINED_AS_SENT = {
    "answer": "declined",
    "response": "RESTORATIVE_CIRCLE",
    "offered_to": ["responsible"],
    "answered_by": "responsible",
}
"""The same answer as a form sends it."""
"""A circle that was offered before a removal, and declined."""
PASSWORD = "a long enough password"
_numbers = itertools.count(1)


def number() -> int:
    """Return the next number of this run, for codes and names that must differ."""
    return next(_numbers)


def make_district(code: str = "", **fields) -> District:
    code = code or f"D{number()}"
    return District.objects.create(code=code, name=fields.pop("name", f"District {code}"), **fields)


def make_school(district: District, code: str = "", **fields) -> School:
    code = code or f"{number():04d}"
    return School.objects.create(district=district, code=code, name=fields.pop("name", f"School {code}"), **fields)


def make_school_year(district: District, year: int = 2021, **fields) -> SchoolYear:
    return SchoolYear.objects.create(
        district=district,
        year=year,
        starts_on=fields.pop("starts_on", date(year - 1, 8, 27)),
        ends_on=fields.pop("ends_on", date(year, 6, 4)),
        **fields,
    )


def make_person(district: District, given_name: str = "", family_name: str = "", **fields) -> Person:
    n = number()
    return Person.objects.create(
        district=district, given_name=given_name or f"Given{n}", family_name=family_name or f"Family{n}", **fields
    )


def make_student(district: District, given_name: str = "", family_name: str = "", **fields) -> Student:
    person = make_person(district, given_name, family_name)
    return Student.objects.create(
        person=person, district=district, local_id=fields.pop("local_id", f"{number():07d}"), **fields
    )


def enroll(student: Student, school: School, school_year: SchoolYear, *, refresh: bool = True, **fields) -> Enrollment:
    """Enroll `student`; race, sex and grade default to the student's own."""
    for name in ("race", "sex", "grade"):
        fields.setdefault(name, getattr(student, name))
    enrollment = Enrollment.objects.create(student=student, school=school, school_year=school_year, **fields)
    if refresh:
        standing.refresh(school_year)
        enrollment.refresh_from_db()
    return enrollment


def make_program_status(student: Student, school_year: SchoolYear, **flags) -> ProgramStatus:
    return ProgramStatus.objects.create(student=student, school_year=school_year, **flags)


def make_guardian(student: Student, **fields) -> Guardian:
    person = make_person(student.district, fields.pop("given_name", ""), fields.pop("family_name", ""))
    return Guardian.objects.create(
        student=student, person=person, relationship=fields.pop("relationship", "parent"), **fields
    )


def make_note(student: Student, school: School, school_year: SchoolYear, author: User | None = None, **fields):
    return StudentNote.objects.create(
        student=student,
        school=school,
        school_year=school_year,
        author=author,
        kind=fields.pop("kind", "positive"),
        noted_on=fields.pop("noted_on", date(school_year.year - 1, 10, 5)),
        text=fields.pop("text", f"Helped somebody ({number()})."),
        **fields,
    )


def make_merge(kept: Student, **fields) -> StudentMerge:
    """Make a record that was merged into `kept` long ago and holds nothing but its ids."""
    merged = make_student(kept.district, merged_into=kept)
    return StudentMerge.objects.create(
        district=kept.district,
        kept=kept,
        merged=merged,
        reason=fields.pop("reason", "Same birth certificate."),
        at=timezone.now(),
        **fields,
    )


def make_staff(district: District, school: School, school_year: SchoolYear, **fields) -> Staff:
    person = make_person(district, fields.pop("given_name", ""), fields.pop("family_name", ""))
    staff = Staff.objects.create(
        person=person, district=district, local_id=fields.pop("local_id", f"T{number():05d}"), **fields
    )
    StaffAssignment.objects.create(staff=staff, school=school, school_year=school_year)
    return staff


def make_behavior(district: District, code: str = "04645", title: str = "Fighting", **fields) -> Behavior:
    return Behavior.objects.create(district=district, code=code, title=title, **fields)


def make_incident(school: School, school_year: SchoolYear, **fields) -> Incident:
    return Incident.objects.create(
        school=school,
        school_year=school_year,
        identifier=fields.pop("identifier", f"{school_year.year}-{number():06d}"),
        occurred_on=fields.pop("occurred_on", date(school_year.year - 1, 11, 10)),
        occurred_time=fields.pop("occurred_time", time(10, 15)),
        location=fields.pop("location", "03014"),
        **fields,
    )


def involve(incident: Incident, student: Student, behavior: Behavior | None = None, **fields) -> Involvement:
    role = fields.pop("role", Involvement.Role.RESPONSIBLE)
    return Involvement.objects.create(incident=incident, student=student, behavior=behavior, role=role, **fields)


def refer(incident: Incident, student: Student, status: str = Referral.Status.DECIDED, **fields) -> Referral:
    referral = Referral.objects.create(
        incident=incident,
        student=student,
        school=incident.school,
        school_year=incident.school_year,
        status=status,
        **fields,
    )
    ReferralStatus.objects.create(referral=referral, status=status, at=timezone.now())
    return referral


def respond(referral: Referral, response: str = "MEDIATION", **fields) -> ReferralResponse:
    return ReferralResponse.objects.create(
        referral=referral, response=response, on=fields.pop("on", referral.incident.occurred_on), **fields
    )


def link(one: Incident, other: Incident) -> IncidentLink:
    first, second = sorted((one, other), key=lambda incident: incident.pk)
    return IncidentLink.objects.create(first=first, second=second, reason="One dispute.")


def remove(incident: Incident, student: Student, kind: str = "OSS", days: str | None = "1", **fields) -> Removal:
    return Removal.objects.create(
        incident=incident,
        student=student,
        school=incident.school,
        school_year=incident.school_year,
        kind=kind,
        begins_on=fields.pop("begins_on", incident.occurred_on),
        days=Decimal(days) if days is not None else None,
        **fields,
    )


def make_rule(district: District, title: str = "", **terms) -> RuleVersion:
    """A rule of the district's own, unsigned; without other terms it forbids suspensions out of school at level 1."""
    title = title or f"Rule {number()}"
    says = {
        "key": f"local-{number()}",
        "jurisdiction": LOCAL,
        "citation": "Policy 5600",
        "title": title,
        "text": f"{title}.",
        "severity": "block",
        "actions": ["OSS"],
        "include": {"levels": ["1"]},
        "prohibits": True,
        **terms,
    }
    rule = rule_of({name: value for name, value in says.items() if value is not None})
    stored = DistrictRule.objects.create(district=district, key=rule.key)
    return RuleVersion.objects.create(rule=stored, number=1, terms=terms_of(rule), **RuleVersion.columns_of(rule))


def make_due_step(removal: Removal, version: RuleVersion, step: str = "student_notice", **fields) -> DueProcessStep:
    """A step to do the same day, without a day yet."""
    return DueProcessStep.objects.create(
        removal=removal,
        school=removal.school,
        version=version,
        step=step,
        text=fields.pop("text", "Tell the student"),
        from_event=fields.pop("from_event", "next_board_meeting"),
        unit=fields.pop("unit", "same_day"),
        **fields,
    )


def make_pattern_review(removal: Removal, **fields) -> PatternReview:
    """A decision that the removals form no pattern."""
    words = ("similarity", "length", "time_in_all", "proximity", "reasons", "decided_by")
    return PatternReview.objects.create(
        removal=removal,
        total_days=fields.pop("total_days", 11),
        is_similar=False,
        is_change_of_placement=False,
        decided_on=fields.pop("decided_on", removal.begins_on),
        **dict.fromkeys(words, "As the team found."),
        **fields,
    )


def make_determination(removal: Removal, **fields) -> ManifestationDetermination:
    """A determination that was held on the day of the decision, unless `held_on` says otherwise."""
    decided_on = fields.pop("decided_on", removal.begins_on)
    return ManifestationDetermination.objects.create(
        removal=removal,
        decided_on=decided_on,
        notice_on=fields.pop("notice_on", decided_on),
        held_on=fields.pop("held_on", decided_on),
        **fields,
    )


def make_appeal(removal: Removal, **fields) -> Appeal:
    filed_on = fields.pop("filed_on", removal.begins_on)
    appeal = Appeal.objects.create(removal=removal, to="board", filed_on=filed_on, filed_by="The family", **fields)
    appeal.statuses.create(state=appeal.state, at=timezone.now(), day=filed_on)
    return appeal


def make_letter_version(district: District, **fields) -> LetterVersion:
    """The decision on an appeal in Bengali, in words of the district's own."""
    template = LetterTemplate.objects.create(district=district, kind="appeal_decision", language="bn")
    return LetterVersion.objects.create(template=template, number=1, subject="Decision", body="So.", **fields)


def make_letter(removal: Removal, version: LetterVersion) -> Letter:
    """A letter that was written and has not gone out."""
    text = {"language": "bn", "direction": "ltr", "day": "", "notices": [], "title": "", "subject": "Decision"}
    letter = Letter.objects.create(
        removal=removal,
        student=removal.student,
        school=removal.school,
        version=version,
        kind="appeal_decision",
        language="bn",
        recipient="The family",
        content={"letterhead": ["District"], "texts": [text | {"blocks": [["paragraph", "So."]]}]},
        digest="0" * 64,
        dated=removal.begins_on,
    )
    LetterStatus.objects.create(letter=letter, state=letter.state, day=letter.dated, at=timezone.now())
    return letter


def make_family(guardian: Guardian, school: School, school_year: SchoolYear, by: User) -> FamilyLink:
    """A link that has ended, a request through it that was declined, and a report that was not confirmed."""
    at = timezone.now()
    shared = {"student": guardian.student, "school": school}
    link = FamilyLink.objects.create(
        guardian=guardian, **shared, secret_hash=f"{number():064d}", expires_at=at - timedelta(days=1), made_by=by
    )
    day = date(school_year.year - 1, 11, 10)
    request = FamilyRequest.objects.create(
        link=link,
        guardian=guardian,
        **shared,
        kind="meeting",
        words="Please.",
        language="en",
        asked_on=day,
        due_on=day,
        state="declined",
    )
    FamilyRequestStatus.objects.create(request=request, state=request.state, at=at, answer="We met by phone.")
    report = SentHome.objects.create(
        **shared,
        school_year=school_year,
        begins_on=day,
        days=Decimal("0.5"),
        source="family",
        link=link,
        told_on=day,
        due_on=day,
        state="not_confirmed",
    )
    SentHomeStatus.objects.create(report=report, state=report.state, at=at, note="The student was at school.")
    return link


def make_threshold(district: District, **fields) -> Threshold:
    """A threshold that nobody reaches unless `count` says so."""
    return Threshold.objects.create(
        district=district,
        title=fields.pop("title", f"Threshold {number()}"),
        count=fields.pop("count", 50),
        days=fields.pop("days", 30),
        action=fields.pop("action", "Call a meeting"),
        **fields,
    )


def make_organization(district: District, name: str = "", **fields) -> Organization:
    return Organization.objects.create(district=district, name=name or f"Organization {number()}", **fields)


def make_memorandum(organization: Organization, *schools: School, **fields) -> Memorandum:
    memorandum = Memorandum.objects.create(
        district=organization.district,
        organization=organization,
        title=fields.pop("title", f"Memorandum {number()}"),
        begins_on=fields.pop("begins_on", date(2020, 9, 1)),
        **fields,
    )
    memorandum.schools.set(schools)
    return memorandum


def make_user(
    role: Role | str | None = None,
    district: District | None = None,
    *schools: School,
    email: str = "",
    organization: Organization | None = None,
    name: str = "",
) -> User:
    """Make a user; with a role, give it in `district`: at `schools`, or everywhere when there are none."""
    user = User.objects.create_user(email or f"user{number()}@example.org", PASSWORD, name=name)
    if role and district:
        for school in schools or (None,):
            RoleGrant.objects.create(
                user=user, role=Role(role), district=district, school=school, organization=organization
            )
    return user


def make_saved_view(user: User, list_name: str = "referral_list", name: str = "", **fields) -> SavedView:
    return SavedView.objects.create(
        user=user,
        list_name=list_name,
        name=name or f"View {number()}",
        query=fields.pop("query", "status=decided"),
        **fields,
    )
