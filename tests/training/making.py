"""Plain functions that make one record of the training floor each, with sensible defaults."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from django.utils import timezone

from district.models import District, Memorandum, Organization, School, SeatAllotment, Student
from tests.factories import make_person, number
from training.models import (
    Attendance,
    Certification,
    CertificationStatus,
    CertificationTerm,
    CircleCredit,
    Course,
    CourseVersion,
    Credential,
    CredentialVersion,
    Evaluation,
    HoldRequest,
    HoldRequestStatus,
    Pathway,
    PeerTraining,
    Practice,
    Practitioner,
    PractitionerLanguage,
    Registration,
    RegistrationStatus,
    Requirement,
    RequirementGroup,
    SessionDay,
    SessionStatus,
    SessionTrainer,
    TrainingSession,
)
from training.validity import last_day

LONG_AGO = date(2000, 1, 1)


def make_practice(district: District, code: str = "", tier: int = 1, **fields) -> Practice:
    code = code or f"practice-{number()}"
    return Practice.objects.create(district=district, code=code, name=fields.pop("name", code), tier=tier, **fields)


def make_practitioner(
    district: District,
    *schools: School,
    capacity: str = "teacher",
    organization: Organization | None = None,
    languages: tuple[str, ...] = (),
    email: str | None = None,
    **names,
) -> Practitioner:
    address = f"person{number()}@example.org" if email is None else email
    person = make_person(district, email=address, organization=organization, **names)
    practitioner = Practitioner.objects.create(person=person, district=district, capacity=capacity)
    practitioner.schools.set(schools)
    for language in languages:
        PractitionerLanguage.objects.create(practitioner=practitioner, language=language)
    return practitioner


def make_course(district: District, code: str = "", hours: str = "6", **fields) -> Course:
    code = code or f"course-{number()}"
    course = Course.objects.create(district=district, code=code, title=fields.pop("title", f"Course {code}"), **fields)
    CourseVersion.objects.create(course=course, valid_from=LONG_AGO, hours=Decimal(hours))
    return course


def make_session(course: Course, *days: date, **fields) -> TrainingSession:
    """Make a session of `course` on `days` (today when none are given), 9:00 to 15:00, six hours each."""
    days = days or (course.district.today(),)
    hours = fields.pop("hours", "6")
    status = fields.pop("status", TrainingSession.Status.SCHEDULED)
    session = TrainingSession.objects.create(
        district=course.district,
        course=course,
        identifier=fields.pop("identifier", f"S{number()}"),
        timezone=fields.pop("timezone", course.district.timezone),
        capacity=fields.pop("capacity", 20),
        begins_on=min(days),
        ends_on=max(days),
        status=status,
        **fields,
    )
    for day in days:
        make_day(session, day, hours=hours)
    SessionStatus.objects.create(session=session, status=status, at=timezone.now())
    return session


def make_day(session: TrainingSession, day: date, hours: str = "6", **fields) -> SessionDay:
    return SessionDay.objects.create(
        session=session,
        day=day,
        begins=fields.pop("begins", time(9)),
        ends=fields.pop("ends", time(15)),
        hours=Decimal(hours),
        sign_in_code=fields.pop("sign_in_code", f"C{number():05d}"),
    )


def make_trainer(session: TrainingSession, practitioner: Practitioner) -> SessionTrainer:
    return SessionTrainer.objects.create(session=session, practitioner=practitioner)


def make_registration(session: TrainingSession, practitioner: Practitioner, **fields) -> Registration:
    status = fields.pop("status", Registration.Status.REGISTERED)
    registration = Registration.objects.create(
        session=session, practitioner=practitioner, way=fields.pop("way", "trainer"), status=status, **fields
    )
    RegistrationStatus.objects.create(registration=registration, status=status, at=timezone.now())
    return registration


def attend(registration: Registration, hours: str = "6", day: SessionDay | None = None, **fields) -> Attendance:
    return Attendance.objects.create(
        registration=registration,
        session_day=day or registration.session.days.get(),
        hours=Decimal(hours),
        way="sheet",
        confirmed_at=fields.pop("confirmed_at", timezone.now()),
        **fields,
    )


def passed(practitioner: Practitioner, course: Course, on: date | None = None, **fields) -> Evaluation:
    return Evaluation.objects.create(
        practitioner=practitioner,
        kind="course",
        course=course,
        state=fields.pop("state", "passed"),
        evaluated_on=on or practitioner.district.today(),
        **fields,
    )


def make_credential(
    district: District,
    code: str = "",
    *practices: Practice,
    months: int | None = 24,
    asks: tuple[dict, ...] = (),
    **fields,
) -> Credential:
    """Make a credential with one version since long ago; `asks` are requirements of one group, all to be met."""
    code, renewal = code or f"credential-{number()}", fields.pop("renewal", ())
    credential = Credential.objects.create(district=district, code=code, name=fields.pop("name", code), **fields)
    credential.practices.set(practices)
    version = CredentialVersion.objects.create(
        credential=credential, valid_from=LONG_AGO, validity_months=months, window_days=90, grace_days=30
    )
    for purpose, wanted in (("award", asks), ("renewal", renewal)):
        if wanted:
            add_requirements(version, purpose, *wanted)
    return credential


def add_requirements(version: CredentialVersion, purpose: str, *asks: dict, mode: str = "all") -> RequirementGroup:
    group = RequirementGroup.objects.create(version=version, purpose=purpose, mode=mode)
    for position, values in enumerate(asks):
        Requirement.objects.create(group=group, position=position, **values)
    return group


def certify(
    practitioner: Practitioner, credential: Credential, valid_from: date | None = None, **fields
) -> Certification:
    """Certify somebody from a day on (today unless given), for the months of the credential's first version."""
    version = credential.versions.first()
    first = valid_from or practitioner.district.today()
    expires_on = fields.pop("expires_on", last_day(first, version.validity_months))
    status = fields.pop("status", Certification.Status.AWARDED)
    schools = fields.pop("schools", ())
    certification = Certification.objects.create(
        practitioner=practitioner,
        district=practitioner.district,
        credential=credential,
        version=version,
        number=fields.pop("number", f"{number():012d}".replace("0", "X").replace("1", "Y")),
        status=status,
        basis=fields.pop("basis", "recognized"),
        awarded_on=first,
        expires_on=expires_on,
        **fields,
    )
    certification.schools.set(schools)
    CertificationTerm.objects.create(
        certification=certification, valid_from=first, expires_on=expires_on, basis="award"
    )
    CertificationStatus.objects.create(
        certification=certification, status=status, effective_on=first, at=timezone.now()
    )
    return certification


def keep_circle(practitioner: Practitioner, practice: Practice, day: date, part: str = "led") -> CircleCredit:
    return CircleCredit.objects.create(practitioner=practitioner, practice=practice, held_on=day, part=part, note="x")


def set_out(practitioner: Practitioner, credential: Credential, due_on: date | None = None) -> Pathway:
    return Pathway.objects.create(
        practitioner=practitioner,
        credential=credential,
        version=credential.versions.first(),
        started_on=practitioner.district.today(),
        due_on=due_on,
    )


def make_allotment(memorandum: Memorandum, seats: int = 20, **fields) -> SeatAllotment:
    return SeatAllotment.objects.create(
        memorandum=memorandum,
        label=fields.pop("label", "Staff and community"),
        seats=seats,
        code=fields.pop("code", f"K{number():07d}"),
        begins_on=fields.pop("begins_on", memorandum.begins_on),
        **fields,
    )


def make_request(practitioner: Practitioner, school: School, practice: Practice, **fields) -> HoldRequest:
    status = fields.pop("status", HoldRequest.Status.ASKED)
    request = HoldRequest.objects.create(
        practitioner=practitioner,
        school=school,
        practice=practice,
        day=fields.pop("day", school.district.today() + timedelta(days=3)),
        answer_by=fields.pop("answer_by", timezone.now() + timedelta(days=2)),
        status=status,
        **fields,
    )
    HoldRequestStatus.objects.create(request=request, status=status, at=timezone.now())
    return request


def make_peer(student: Student, school: School, course: Course, **fields) -> PeerTraining:
    return PeerTraining.objects.create(
        student=student,
        school=school,
        course=course,
        completed_on=fields.pop("completed_on", date(2021, 3, 1)),
        hours=Decimal(6),
        **fields,
    )


def add_place(school: School, organization: Organization | None, student: Student) -> None:
    """Give a place of the small world one record of each kind: adults of `organization` who serve the school."""
    district = school.district
    practice = district.practices.first() or make_practice(district, "harm-circle", 2)
    course = district.courses.first() or make_course(district, "circles", organization=organization)
    credential = district.credentials.first() or make_credential(district, "keeper", practice)
    practitioner = make_practitioner(district, school, organization=organization)
    session = make_session(course, organization=organization, school=school)
    registration = make_registration(session, practitioner)
    attend(registration)
    passed(practitioner, course)
    certify(practitioner, credential, organization=organization)
    set_out(practitioner, make_credential(district))
    keep_circle(practitioner, practice, district.today())
    make_request(practitioner, school, practice)
    make_peer(student, school, course)
