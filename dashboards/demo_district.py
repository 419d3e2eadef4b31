"""The demo district: federal counts of a real one as synthetic students, one sign-in per role."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from dashboards import demo_circles, demo_commitments, demo_concerns
from dashboards.actions import mark_not_reported
from dashboards.demo import (
    closures,
    demo_district,
    not_reported,
    plan_modelled,
    plan_year,
    write_discipline,
    write_roster,
)
from dashboards.demo.plan import YearPlan
from dashboards.demo_families import give_families
from dashboards.demo_training import is_trained, load_training
from discipline.actions.letters import give_default_letters
from discipline.actions.matrix import give_default_matrix
from discipline.actions.rules import adopt_packs
from discipline.catalogue import give_default_code
from discipline.imports import import_discipline
from district.access import NEEDS_ORGANIZATION, Role
from district.actions import create_memorandum, create_organization, grant_role, invite_user, set_password
from district.calendar import school_year_of
from district.importing import ImportOptions, ImportOutcome
from district.imports import import_roster
from district.models import CalendarDay, District, Memorandum, Organization, School, SchoolYear, User

CODE = "DEMO"
PASSWORD = "one-circle-many-voices"  # noqa: S105 - the demo's, printed at every start
REAL_YEAR = 2021
NEXT_YEAR = 2022
SEED = 20_210_604
SCHOOL_ROLES = (Role.STAFF, Role.OFFICER, Role.PRINCIPAL, Role.COORDINATOR, Role.FACILITATOR)
MEMORANDUM = "Restorative practices in every school"
ORGANIZATION = "Neighbors for Restorative Schools (invented)"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class SignIn:
    """One way into the demo."""

    role: str
    email: str
    password: str
    scope: str


def is_seeded() -> bool:
    """Say whether the demo stands whole: its sign-ins, training, circles and commitments are made last."""
    found = District.objects.filter(code=CODE)
    district = found.first()
    has_sign_ins = User.objects.filter(email__in=[address(role) for role in Role]).count() == len(Role)
    if district is None or not has_sign_ins or not is_trained(found):
        return False
    floors = (demo_commitments, demo_circles, demo_concerns)
    return all(floor.is_there(district) for floor in floors)


def address(role: Role) -> str:
    """Return the e-mail address of the demo's sign-in for `role`."""
    return f"{role.value}@demo.example"


def seed(progress: Progress) -> None:
    """Make the demo district, or complete one that was interrupted. Every step may be repeated."""
    source = demo_district()
    district = ensure_district()
    real = plan_year(source, seed=SEED, year=REAL_YEAR)
    today = district.today()
    present = plan_modelled(real, year=school_year_of(today), seed=SEED).until(today)
    for plan in (real, plan_modelled(real, year=NEXT_YEAR, seed=SEED), present):
        load_year(district, plan, progress)
    label_years(district)
    close_schools(district)
    mark_reserved(district, not_reported(source))
    give_sign_ins(district)
    load_training(
        district,
        Organization.objects.get(district=district, name=ORGANIZATION),
        demo_school(district),
        (address(Role.TRAINER), address(Role.FACILITATOR)),
        seed=SEED,
        progress=progress,
    )
    make_promises(district, today)
    demo_circles.load_circles(
        district,
        demo_school(district),
        staff=User.objects.get(email=address(Role.STAFF)),
        coordinator=User.objects.get(email=address(Role.COORDINATOR)),
    )
    demo_concerns.load_concerns(
        district,
        demo_school(district),
        Organization.objects.get(district=district, name=ORGANIZATION),
        ombuds=User.objects.get(email=address(Role.OMBUDS)),
        today=today,
    )


def ensure_district() -> District:
    """Return the demo district with the default code of conduct, rules, matrix and letters, made if missing."""
    with transaction.atomic():
        district, _created = District.objects.get_or_create(
            code=CODE,
            defaults={
                "name": "Sioux Falls School District 49-5",
                "state": "SD",
                "timezone": "America/Chicago",
            },
        )
        give_default_code(district, by=None)
        adopt_packs(district=district, by=None)
        give_default_matrix(district=district, by=None)
        give_default_letters(district=district, by=None)
    return district


def load_year(district: District, plan: YearPlan, progress: Progress) -> None:
    """Write one planned year to files and load them through the two imports that a district uses."""
    progress(f"Loading the school year {plan.year - 1}-{plan.year % 100:02d} ...")
    options = ImportOptions(allow_shrink=True)
    with tempfile.TemporaryDirectory() as folder:
        roster, discipline = Path(folder, f"roster-{plan.year}.zip"), Path(folder, f"discipline-{plan.year}.csv")
        write_roster(plan, roster)
        write_discipline(plan, discipline)
        require_complete(import_roster(roster, district=district, options=options, by=None, progress=progress))
        require_complete(import_discipline(discipline, district=district, options=options, by=None, progress=progress))


def require_complete(outcome: ImportOutcome) -> None:
    """Raise RuntimeError if a file of the demo was refused: the generator and the imports then disagree."""
    if outcome.refusal or outcome.refused:
        faults = "; ".join(f"{fault.line} {fault.column} {fault.reason}" for fault in outcome.report.first(5))
        raise RuntimeError(f"The demo's file was refused: {outcome.refusal} {faults}")


def close_schools(district: District) -> None:
    """Enter the days without school of the demo's years in its calendar."""
    for year in SchoolYear.objects.filter(district=district):
        for day in closures(year.year):
            CalendarDay.objects.get_or_create(
                district=district,
                school=None,
                day=day,
                defaults={"kind": CalendarDay.Kind.CLOSURE, "reason": "No school"},
            )


def label_years(district: District) -> None:
    """Say beside each year whether it is the real one."""
    SchoolYear.objects.filter(district=district, year=REAL_YEAR).update(label="federal counts, 2020-21")
    SchoolYear.objects.filter(district=district, year=NEXT_YEAR).update(label="modelled")
    SchoolYear.objects.filter(district=district, year__gt=NEXT_YEAR).update(label="modelled, under way")


def mark_reserved(district: District, reserved: list[tuple[str, str]]) -> None:
    """Mark as not reported what the source reserved as a whole."""
    year = SchoolYear.objects.get(district=district, year=REAL_YEAR)
    schools = {school.code: school for school in School.objects.filter(district=district)}
    for code, measure in reserved:
        mark_not_reported(
            school=schools[code], school_year=year, measure=measure, reason="Reserved in the federal file.", by=None
        )


def demo_school(district: District) -> School:
    """Return the school of the demo's school roles: the middle school with the most students."""
    years = School.objects.filter(district=district, level="middle", enrollments__school_year__year=REAL_YEAR)
    counts: dict[School, int] = {}
    for school in years.distinct():
        counts[school] = school.enrollments.filter(school_year__year=REAL_YEAR).count()
    return max(counts, key=lambda school: (counts[school], school.code))


def give_sign_ins(district: District) -> None:
    """Make a partner organization with its memorandum, one user per role, and some families, all in one transaction."""
    school = demo_school(district)
    with transaction.atomic():
        organization = Organization.objects.filter(district=district, name=ORGANIZATION).first()
        if organization is None:
            organization = create_organization(district=district, name=ORGANIZATION)
            create_memorandum(
                organization=organization,
                title=MEMORANDUM,
                signed_on=date(2020, 8, 10),
                begins_on=date(2020, 8, 15),
                ends_on=date(2023, 6, 30),
            )
        for role in Role:
            user, _is_new = invite_user(email=address(role), district=district)
            set_password(user=user, password=PASSWORD, district=district)
            grant_role(
                user=user,
                role=role,
                district=district,
                school=school if role in SCHOOL_ROLES else None,
                organization=organization if role in NEEDS_ORGANIZATION else None,
            )
        give_families(school, User.objects.get(email=address(Role.STAFF)), SEED)


def make_promises(district: District, today: date) -> None:
    """Make what district and partner promised each other, unless it is there."""
    if demo_commitments.is_there(district):
        return
    demo_commitments.seed_commitments(
        district,
        Memorandum.objects.get(district=district, organization__name=ORGANIZATION, title=MEMORANDUM),
        school=demo_school(district),
        people={role: User.objects.get(email=address(role)) for role in Role},
        today=today,
    )


def sign_ins() -> list[SignIn]:
    """Return the demo's sign-ins, as `make run` prints them."""
    rows = []
    for role in Role:
        user = User.objects.filter(email=address(role)).first()
        if user is None:
            continue
        grant = user.grants.select_related("school", "district", "organization").first()
        scope = grant.school or grant.organization or grant.district if grant else ""
        rows.append(SignIn(role.value, user.email, PASSWORD, str(scope)))
    return rows
