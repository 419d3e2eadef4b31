"""Who can open a student's record, read from both ends: the list of people, and what each of them sees."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from district.access import Permission, Role
from district.actions import deactivate_user
from district.models import RoleGrant, Student, User
from district.reach import reaching
from tests import factories as make


def from_the_people(student, permission):
    """The same question asked of each user in turn."""
    return {
        user.pk
        for user in User.objects.all()
        if Student.objects.all().allowed(user, permission).filter(pk=student.pk).exists()
    }


@pytest.fixture
def crowd(world):
    """Grants of every role at every place, and dates that have passed or are still to come."""
    today = timezone.localdate()
    for role in Role:
        organization = make.make_organization(world.district) if role in (Role.TRAINER, Role.PARTNER) else None
        for schools in ((world.north,), (world.south,), (world.north, world.south)):
            make.make_user(role, world.district, *schools, organization=organization)
        far = make.make_organization(world.other) if organization else None
        make.make_user(role, world.other, organization=far)
    for begins_on, ends_on in (
        (today, today),
        (today + timedelta(days=2), None),
        (None, today - timedelta(days=2)),
        (date(2000, 1, 1), date(2100, 1, 1)),
    ):
        for school in (None, world.north):
            user = make.make_user()
            RoleGrant.objects.create(
                user=user, role="officer", district=world.district, school=school, begins_on=begins_on, ends_on=ends_on
            )
    two_grants = make.make_user(Role.OFFICER, world.district, world.north)
    RoleGrant.objects.create(user=two_grants, role=Role.RECORDS, district=world.other)
    deactivate_user(user=make.make_user(Role.PRINCIPAL, world.district, world.north))
    return world


@pytest.mark.parametrize("permission", [Permission.STUDENT_VIEW, Permission.STUDENT_VIEW_OLDER, Permission.NOTE_WRITE])
def test_the_list_equals_those_who_find_the_student(crowd, permission):
    tomorrow = timezone.localdate() + timedelta(days=1)
    to_come, moved, nowhere = (make.make_student(crowd.district) for _ in range(3))
    make.enroll(to_come, crowd.south, crowd.year, begins_on=tomorrow)
    make.enroll(moved, crowd.north, crowd.year, ends_on=date(2020, 12, 1))
    make.enroll(moved, crowd.south, crowd.year, begins_on=date(2020, 12, 2))
    later = make.make_school_year(crowd.district, 2022)
    make.enroll(moved, crowd.north, later, begins_on=tomorrow)
    merged = Student.objects.filter(merged_into__isnull=False).first()
    students = [crowd.student, crowd.south_student, crowd.far_student, to_come, moved, nowhere, merged]
    seen = [{reach.grant.user_id for reach in reaching(student, permission)} for student in students]
    assert seen == [from_the_people(student, permission) for student in students]
    assert len(seen[0]) >= 4
    assert seen[5] == seen[6] == set()


def test_each_line_names_the_grant_and_the_enrollment(world):
    found = {(reach.role, reach.grant.user.email): reach for reach in reaching(world.student, Permission.STUDENT_VIEW)}
    assert set(found) == {
        (Role.OFFICER, "officer@example.org"),
        (Role.PRINCIPAL, "principal@example.org"),
        (Role.RECORDS, "records@example.org"),
    }
    assert found[Role.OFFICER, "officer@example.org"].enrollment == world.student.enrollments.get()
    assert found[Role.RECORDS, "records@example.org"].enrollment is None


def test_two_queries_however_many_grants(world, django_assert_num_queries):
    for _ in range(20):
        make.make_user(Role.OFFICER, world.district, world.north)
    with django_assert_num_queries(2):
        assert len(reaching(world.student, Permission.STUDENT_VIEW)) == 23
