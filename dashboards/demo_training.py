"""Training in the demo district: through the attendance import and the verbs that a district uses."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from dashboards.demo.plan import StaffMember
from dashboards.demo.training import Certified, Learner, TrainingPlan, plan_training
from district.actions import create_memorandum, create_organization
from district.importing import ImportOptions, ImportOutcome, Progress
from district.models import District, Enrollment, Organization, School, SeatAllotment, Staff, User
from district.seats import allot_seats
from training.actions.asking import answer, ask
from training.actions.certifications import award, renew
from training.actions.defaults import give_default_training
from training.actions.peers import record_peer
from training.actions.people import add_person, add_staff, change_person
from training.actions.progress import credit_circle, set_out
from training.actions.proposing import propose
from training.actions.sessions import Day, create_session, keep_seats
from training.imports import import_training
from training.models import Certification, Course, Credential, PeerTraining, Practice, Practitioner
from training.validity import DAY

SECOND_ORGANIZATION = "Prairie Circle Keepers (invented)"
MEMORANDUM = "Circle keepers in every school"
SEATS = 40
PLACE = "District office"
PEERS = 14


def is_trained(districts: QuerySet[District]) -> bool:
    """Say whether the demo's training stands whole: student peers are recorded last."""
    return PeerTraining.objects.filter(school__district__in=districts).exists()


def load_training(
    district: District,
    organization: Organization,
    school: School,
    addresses: tuple[str, str],
    *,
    seed: object,
    progress: Progress,
) -> None:
    """Make the demo's training in one transaction; a second time changes nothing."""
    if is_trained(District.objects.filter(pk=district.pk)):
        return
    progress("Loading training ...")
    with transaction.atomic():
        give_default_training(district, by=None)
        second = create_organization(district=district, name=SECOND_ORGANIZATION)
        plan = plan_training(roster_of(district), school.code, addresses, seed=seed, today=district.today())
        people = make_people(district, plan, (organization, second))
        import_attendance(district, plan, organization, progress)
        certify(district, plan, people, (organization, second))
        plan_sessions(district, organization, people[plan.trainers[0]], plan.today)
        set_people_out(district, plan, people)
        ask_keepers(school, people[plan.facilitator], plan.today)
        record_peers(school)


def roster_of(district: District) -> list[StaffMember]:
    """The staff of the district in the order of their ids, as the plan reads them."""
    rows = Staff.objects.filter(district=district).order_by("local_id", "assignments__school_year__year")
    columns = ("local_id", "person__given_name", "person__family_name", "title", "assignments__school__code")
    latest = {local_id: StaffMember(local_id, *rest) for local_id, *rest in rows.values_list(*columns)}
    return list(latest.values())


def make_people(
    district: District, plan: TrainingPlan, organizations: Sequence[Organization]
) -> dict[Learner, Practitioner]:
    """Add everybody of the plan, with their schools and languages."""
    schools = {one.code: one for one in district.schools.all()}
    staff = {one.local_id: one for one in Staff.objects.filter(district=district).select_related("person")}
    people = {}
    for one in dict.fromkeys(plan.learners):
        if one.staff_id:
            people[one] = add_staff(
                staff=staff[one.staff_id],
                capacity=one.role,
                schools=[schools[one.school]],
                languages=one.languages,
                by=None,
            )
            continue
        people[one] = add_person(
            district=district,
            given_name=one.given_name,
            family_name=one.family_name,
            email=one.email,
            capacity=one.role,
            organization=None if one.organization is None else organizations[one.organization],
            schools=[schools[one.school]] if one.school else [],
            languages=one.languages,
            by=None,
        )
    afternoons = [(weekday, time(14), time(18)) for weekday in (0, 1, 2, 3)]
    change_person(practitioner=people[plan.facilitator], availability=afternoons, by=None)
    return people


def import_attendance(district: District, plan: TrainingPlan, organization: Organization, progress: Progress) -> None:
    """Write the attendance of the plan to a file and load it through the import that a district uses."""
    columns = ("session_id", "course", "day", "hours", "staff_id", "email", "given_by", "place", "evaluation")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "training.csv")
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for row in plan.attended:
                who = (row.learner.staff_id, "" if row.learner.staff_id else row.learner.email)
                place = (organization.name, PLACE, row.evaluation)
                writer.writerow((row.session_id, row.course, row.day.isoformat(), row.hours, *who, *place))
        outcome = import_training(path, district=district, options=ImportOptions(), by=None, progress=progress)
    _require_complete(outcome)


def _require_complete(outcome: ImportOutcome) -> None:
    if outcome.refusal or outcome.refused:
        faults = "; ".join(f"{fault.line} {fault.column} {fault.reason}" for fault in outcome.report.first(5))
        raise RuntimeError(f"The demo's file was refused: {outcome.refusal} {faults}")


def certify(
    district: District,
    plan: TrainingPlan,
    people: dict[Learner, Practitioner],
    organizations: Sequence[Organization],
) -> None:
    """Award every certificate of the plan on its day, by another organization than the holder's, and renew some."""
    credentials = {one.code: one for one in Credential.objects.filter(district=district).prefetch_related("versions")}
    practice = Practice.objects.get(district=district, code="community-circle")
    for one in sorted(plan.certified, key=lambda each: (each.on, each.credential)):
        practitioner = people[one.learner]
        for number in range(one.circles):
            credit_circle(
                practitioner=practitioner,
                practice=practice,
                day=one.on - timedelta(days=7 * (number + 1)),
                part="co_kept",
                source=f"demo-{one.learner.staff_id or one.learner.email}-{number}",
                by=None,
            )
        if not one.is_recognized and not _has_passed(practitioner, one.on):
            continue
        certification = propose(
            practitioner=practitioner,
            credential=credentials[one.credential],
            organization=organizations[0],
            trainer=None if one.trainer is None else people[plan.trainers[one.trainer]],
            basis="recognized" if one.is_recognized else "earned",
            basis_note="A certificate of another training organization, seen." if one.is_recognized else "",
            on=one.on,
            by=None,
        )
        award(certification=certification, organization=awarding(practitioner, organizations), on=one.on, by=None)
        if one.learner in plan.renewed:
            _keep_valid(certification, one, organizations, plan.today)


def _has_passed(practitioner: Practitioner, on: date) -> bool:
    """Whether the circles course was passed by a day: who was asked to repeat it is not certified yet."""
    return practitioner.evaluations.filter(course__code="circles", state="passed", evaluated_on__lte=on).exists()


def awarding(practitioner: Practitioner, organizations: Sequence[Organization]) -> Organization:
    """The organization that decides about somebody: never their own."""
    return next(one for one in organizations if one.pk != practitioner.person.organization_id)


def _keep_valid(
    certification: Certification, plan: Certified, organizations: Sequence[Organization], today: date
) -> None:
    """Renew by review ten days before each end, until the certificate is valid today."""
    certification.refresh_from_db()
    organization = awarding(certification.practitioner, organizations)
    while certification.expires_on is not None and certification.expires_on - 10 * DAY <= today:
        day = certification.expires_on - 10 * DAY
        note = "Observed in a circle and interviewed."
        certification = renew(
            certification=certification, organization=organization, by_review=True, note=note, on=day, by=None
        )


def set_people_out(district: District, plan: TrainingPlan, people: dict[Learner, Practitioner]) -> None:
    """Let some be on the way to their first certificate, one of them near the deadline, and some renew theirs."""
    practice = Practice.objects.get(district=district, code="community-circle")
    steps = {one.code: one for one in Credential.objects.filter(district=district)}
    for number, one in enumerate(plan.on_the_way):
        credential, days = ("conference-facilitator", 350) if number == 0 else ("circle-keeper", 60)
        started_on = plan.today - days * DAY
        set_out(practitioner=people[one], credential=steps[credential], started_on=started_on, by=None)
    for one in plan.renewing:
        source = f"demo-renewal-{one.staff_id}"
        day = plan.today - 30 * DAY
        credit_circle(practitioner=people[one], practice=practice, day=day, part="led", source=source, by=None)


def plan_sessions(district: District, organization: Organization, trainer: Practitioner, today: date) -> None:
    """Two sessions to come: one with seats kept under a memorandum in force, one open to everybody."""
    allotment = _allotment(organization, today)
    courses = {one.code: one for one in Course.objects.filter(district=district)}
    nine, three, team = time(9), time(15), [(trainer, "lead")]
    first, second = today + timedelta(days=12), today + timedelta(days=13)
    conferences = create_session(
        course=courses["conferences"],
        days=[Day(first, Decimal(6), nine, three), Day(second, Decimal(6), nine, three)],
        capacity=24,
        organization=organization,
        place=PLACE,
        team=team,
        by=None,
    )
    keep_seats(session=conferences, allotment=allotment, seats=20, by=None)
    create_session(
        course=courses["introduction"],
        days=[Day(today + timedelta(days=26), Decimal(6), nine, three)],
        capacity=30,
        is_open=True,
        language="es",
        organization=organization,
        place=PLACE,
        team=team,
        by=None,
    )


def _allotment(organization: Organization, today: date) -> SeatAllotment:
    begins_on = date(today.year if today.month >= 7 else today.year - 1, 7, 1)
    memorandum = create_memorandum(
        organization=organization,
        title=MEMORANDUM,
        signed_on=begins_on - 14 * DAY,
        begins_on=begins_on,
        ends_on=date(begins_on.year + 2, 6, 30),
    )
    return allot_seats(memorandum=memorandum, label="Staff and families of all schools", seats=SEATS, by=None)


def ask_keepers(school: School, facilitator: Practitioner, today: date) -> None:
    """Two questions by the school: one accepted, one open."""
    practice = Practice.objects.get(district=school.district, code="harm-circle")
    coordinator = User.objects.filter(grants__school=school, grants__role="coordinator").first()
    for days, is_answered in ((3, True), (9, False)):
        request = ask(
            practitioner=facilitator,
            school=school,
            practice=practice,
            day=today + days * DAY,
            begins=time(14, 30),
            by=coordinator,
        )
        if is_answered:
            answer(request=request, accepts=True)


def record_peers(school: School) -> None:
    """Students of one school who were trained as peers in its latest year."""
    course = Course.objects.get(district=school.district, code="circles")
    over = Enrollment.objects.filter(school=school, school_year__ends_on__lt=school.district.today())
    latest = over.select_related("school_year").order_by("-school_year__year").first()
    if latest is None:
        return
    rows = Enrollment.objects.filter(school=school, school_year=latest.school_year, begins_on=None)
    day = latest.school_year.ends_on - 60 * DAY
    for one in rows.select_related("student").order_by("student__local_id")[:PEERS]:
        record_peer(school=school, student=one.student, course=course, completed_on=day, hours=Decimal(6), by=None)
