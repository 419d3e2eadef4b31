"""The cast and the world that most tests play in, and what the whole suite needs."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase

from discipline.models import Incident, Referral, ReferralDraft, Removal, Threshold, ThresholdTask
from district import triggers
from district.access import Role
from district.models import ApiToken, District, School, SchoolYear, Student, User
from tests import factories as make
from tests.circles.making import add_circles
from tests.commitments.world import add_commitments
from tests.keeping import Kept
from tests.training.making import add_place, make_allotment


@dataclass
class World:
    """Two districts: the first with two schools, `north` and `south`; the second, with `far`, is somebody else's."""

    district: District
    other: District
    north: School
    south: School
    far: School
    year: SchoolYear
    other_year: SchoolYear
    student: Student  # at north
    south_student: Student
    far_student: Student
    users: dict[str, User] = field(default_factory=dict)

    def user(self, role: Role | str) -> User:
        """Return the member of the cast with `role`, freshly read, so that its grants are those of now."""
        return User.objects.get(pk=self.users[str(role)].pk)


SCHOOL_ROLES = (Role.STAFF, Role.OFFICER, Role.PRINCIPAL, Role.COORDINATOR, Role.FACILITATOR)
"""Roles that the cast holds at north only; the others hold theirs in the whole first district."""


@pytest.fixture(scope="session")
def kept_world() -> Kept:
    """Keep the small world once it was made; see `world`."""
    return Kept(make_world)


@pytest.fixture
def world(db, kept_world) -> World:
    """The small world, as `make_world` makes it."""
    return kept_world.give()


def make_world() -> World:
    """Make the small world: one incident with its referral, mediation and suspension at each of the three schools.

    The incidents of the first district's schools are linked. Each student has a guardian and a note; those of north and
    far had a second record, which was merged.
    """
    district, other = make.make_district("ONE"), make.make_district("TWO")
    north, south, far = (
        make.make_school(district, "0001", name="North School"),
        make.make_school(district, "0002", name="South School"),
        make.make_school(other, "0001", name="Far School"),
    )
    year, other_year = make.make_school_year(district), make.make_school_year(other)
    students = []
    for school, school_year in ((north, year), (south, year), (far, other_year)):
        behavior = school.district.behaviors.first() or make.make_behavior(school.district)
        student = make.make_student(school.district, race="BL", sex="F", grade="09")
        make.enroll(student, school, school_year)
        make.make_staff(school.district, school, school_year)
        incident = make.make_incident(school, school_year)
        involvement = make.involve(
            incident, student, behavior, description=f"What happened at {school.name}.", response="MEDIATION"
        )
        make.respond(make.refer(incident, student))
        make.remove(incident, student).involvements.add(involvement)
        students.append(student)
    for place in (district, other):
        over = make.make_rule(place, "No suspension at level 1", effective_to="2019-06-30")  # so that it stops nobody
        make.make_threshold(place)
        template = make.make_letter_version(place)
        for removal in Removal.objects.filter(school__district=place):
            make.make_due_step(removal, over)
            make.make_appeal(removal)
            make.make_letter(removal, template)
            make.make_pattern_review(removal)
            make.make_determination(removal)
    organization = make.make_organization(district, "Neighbors United")
    make_allotment(make.make_memorandum(organization, north))
    elsewhere = make.make_organization(other, "Elsewhere Together")
    make_allotment(make.make_memorandum(elsewhere))
    for school, owner, student in zip((north, south, far), (organization, None, elsewhere), students, strict=True):
        add_place(school, owner, student)
    world = World(district, other, north, south, far, year, other_year, *students)
    for role in Role:
        schools = (north,) if role in SCHOOL_ROLES else ()
        needs_organization = role in {Role.TRAINER, Role.PARTNER}
        world.users[role] = make.make_user(
            role,
            district,
            *schools,
            email=f"{role}@example.org",
            organization=organization if needs_organization else None,
        )
    make.link(Incident.objects.get(school=north), Incident.objects.get(school=south))
    staff = world.users[Role.STAFF]
    for referral in Referral.objects.select_related("school"):
        ThresholdTask.objects.create(
            threshold=Threshold.objects.get(district=referral.school.district_id),
            student_id=referral.student_id,
            school=referral.school,
            referral=referral,
            counted=50,
            owner=world.users[Role.ADMIN],  # so that it waits for nobody who may see it
        )
    Incident.objects.filter(school=north).update(logged_by=staff)
    add_commitments(world, organization)
    add_circles(world)
    ReferralDraft.objects.create(author=staff, school=north, content={"description": ["Half written."]})
    make.make_saved_view(world.users[Role.OFFICER])
    make.make_saved_view(world.users[Role.LEADER], "behavior_list", query="subjective=true")
    for student, school, school_year in zip(students, (north, south, far), (year, year, other_year), strict=True):
        make.make_family(make.make_guardian(student), school, school_year, staff)
        make.make_note(student, school, school_year, staff if school == north else None)
    for student in (students[0], students[2]):
        make.make_merge(student)
    return world


@pytest.fixture
def token_for():
    """Return a function that makes an API token for a user and returns its key."""
    from district.actions import create_api_token

    def make_token(user: User, scopes: list[str] | None = None) -> str:
        _token, key = create_api_token(user=user, name="test", scopes=scopes or ApiToken.Scope.values)
        return key

    return make_token


@pytest.fixture
def client_for():
    """Return a function that makes a test client signed in as a user."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture(autouse=True)
def forgotten_counts():
    """Begin each test with an empty cache: limits on sign-in and requests are counted there."""
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def audit_triggers_removed_for_flush():
    """Let the flush after a transactional test empty the audit table: nothing else may, in tests or outside."""
    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(test_case: TransactionTestCase) -> None:
        with triggers.removed(connection):
            flush(test_case)

    TransactionTestCase._fixture_teardown = flush_without_triggers
    yield
    TransactionTestCase._fixture_teardown = flush


DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL leave out what does not touch the database: SQLite's run of the suite has done it."""
    if settings.DATABASES["default"]["ENGINE"] == "config.sqlite3":
        return
    uses = [
        item for item in items if DATABASE_FIXTURES & set(item.fixturenames) or item.get_closest_marker("django_db")
    ]
    kept = [item for item in uses if not item.get_closest_marker("once")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
