"""What a later roster does to an earlier one: ending, coming back, deltas, what is audited and what stays."""

from datetime import date

import pytest

from district.importing import ImportOptions
from district.imports import import_roster
from district.models import AuditEvent, Enrollment, ImportBatch, Person, School, SchoolYear, StaffAssignment, Student
from tests import factories as make

from .rosters import bulk, changed, faults, org, run, session, student, summary, teacher, write_package

pytestmark = pytest.mark.django_db

TODAY = "2021-02-15T12:00:00Z"


@pytest.fixture
def district(time_machine):
    time_machine.move_to(TODAY)
    return make.make_district("ONE")


def people(count, first=0):
    """Return students s0, s1 … of school A."""
    return [student(f"s{n}") for n in range(first, first + count)]


def ends():
    """Return when the enrollments end, by student."""
    return dict(Enrollment.objects.values_list("student__person__sourced_id", "ends_on"))


# --- Bulk -------------------------------------------------------------------------------------------------------------
def test_people_absent_from_a_bulk_file_end_today_and_come_back(district, tmp_path):
    users = people(10)
    run(bulk(tmp_path / "r", users), district)
    outcome = run(bulk(tmp_path / "r", users[1:]), district)
    assert (outcome.updated, outcome.ended) == (0, 1)
    assert ends()["s0"] == date(2021, 2, 15)
    assert Enrollment.objects.count() == Student.objects.count() == 10
    again = run(tmp_path / "r", district)
    assert (again.updated, again.ended) == (0, 0)
    back = run(bulk(tmp_path / "r", users), district)
    assert (back.updated, back.ended) == (1, 0)
    assert set(ends().values()) == {None}


def test_in_a_year_that_is_over_people_end_with_the_year(district, tmp_path, time_machine):
    run(bulk(tmp_path / "r", people(10)), district)
    time_machine.move_to("2023-01-01T12:00:00Z")
    assert run(bulk(tmp_path / "r", people(9)), district).ended == 1
    assert ends()["s9"] == date(2021, 6, 10)
    assert run(tmp_path / "r", district).ended == 0


def test_who_changes_school_ends_in_the_old_one(district, tmp_path):
    users = people(10)
    run(bulk(tmp_path / "r", users), district)
    outcome = run(bulk(tmp_path / "r", [student("s0", "B"), *users[1:]]), district)
    assert (outcome.created, outcome.ended) == (1, 1)
    rows = Enrollment.objects.filter(student__local_id="id-s0")
    assert set(rows.values_list("school__code", "ends_on", "is_last_in_year")) == {
        ("A", date(2021, 2, 15), False),
        ("B", None, True),
    }


@pytest.mark.parametrize("partial", [False, True])
def test_more_than_a_tenth_is_refused(partial, district, tmp_path):
    run(bulk(tmp_path / "r", people(20)), district)
    half = bulk(tmp_path / "r", [student("s0", familyName="Changed"), *people(16, 1)])
    outcome = run(half, district, partial=partial)
    assert faults(outcome) == [("users.csv", None, "", "too_many_ended")]
    assert "3 of 20" in outcome.refusal
    assert not Person.objects.filter(family_name="Changed").exists()
    assert ImportBatch.objects.count() == 1
    outcome = run(half, district, allow_shrink=True)
    assert (outcome.updated, outcome.ended) == (1, 3)


def test_exactly_a_tenth_is_no_shrinking_and_a_list_without_people_is(district, tmp_path):
    run(bulk(tmp_path / "r", people(20)), district)
    assert run(bulk(tmp_path / "r", people(18)), district).ended == 2
    assert run(bulk(tmp_path / "r", []), district, allow_shrink=True).refusal
    assert list(ends().values()).count(None) == 18


def test_a_file_replaces_only_the_kind_of_people_that_it_holds(district, tmp_path):
    run(bulk(tmp_path / "r", [*people(5), teacher("t1"), teacher("t2")]), district)
    assert run(bulk(tmp_path / "r", people(5)), district).ended == 0
    outcome = run(bulk(tmp_path / "r", [*people(5), teacher("t1")]), district)
    assert "1 of 2" in outcome.refusal
    assert run(tmp_path / "r", district, allow_shrink=True).ended == 1
    assert StaffAssignment.objects.get(staff__local_id="id-t2").ends_on == date(2021, 2, 15)


def test_a_new_school_year_never_ends_the_old(district, tmp_path, time_machine):
    run(bulk(tmp_path / "r", people(10)), district)
    time_machine.move_to("2021-09-01T12:00:00Z")
    outcome = run(bulk(tmp_path / "r", people(3), academicSessions=[session(2022)]), district)
    assert (outcome.refusal, outcome.ended) == ("", 0)
    outcome = run(bulk(tmp_path / "r", people(3), academicSessions=[session(2021), session(2022)]), district)
    assert (outcome.refusal, outcome.ended) == ("", 0)
    assert set(Enrollment.objects.values_list("ends_on", flat=True)) == {None}


def test_with_partial_nobody_ends_because_a_row_was_refused(district, tmp_path):
    run(bulk(tmp_path / "r", people(3)), district)
    users = [student("s0", grades="seventeen"), student("s1"), student("s2", familyName="Changed")]
    path = bulk(tmp_path / "r", users)
    refused = run(path, district)
    assert (refused.refused, refused.updated) == (1, 0)
    outcome = run(path, district, partial=True)
    assert summary(outcome) == (7, 0, 1, 5, 1, 0)
    assert set(ends().values()) == {None}


def test_changes_are_audited_with_before_and_after_and_creations_are_not(district, tmp_path):
    user = make.make_user("records", district)
    run(bulk(tmp_path / "r", people(2), demographics=[{"sourcedId": "s0", "sex": "male"}]), district)
    made = AuditEvent.objects.exclude(action="import")
    assert set(made.values_list("object_type", flat=True)) == {"district"}
    users = [student("s0", givenName="Renamed", grades="10"), student("s1")]
    path = bulk(tmp_path / "r", users, demographics=[{"sourcedId": "s0", "sex": "female"}])
    import_roster(path, district=district, options=ImportOptions(), by=user)
    batch = ImportBatch.objects.latest("pk")
    events = AuditEvent.objects.filter(batch_id=batch.pk)
    assert batch.user_id == user.pk
    found = {event.object_type: event.changes for event in events}
    assert found["person"] == {
        "given_name": ["Givens0", "Renamed"],
        "search_name": ["fictional givens0", "fictional renamed"],
    }
    assert found["student"] == {"sex": ["M", "F"], "grade": ["09", "10"]}
    assert found["enrollment"] == {"sex": ["M", "F"], "grade": ["09", "10"]}
    assert events.count() == 4
    assert set(events.values_list("actor_id", flat=True)) == {user.pk}
    student_key = Student.objects.get(local_id="id-s0").pk
    assert events.filter(student_id=student_key).count() == 3


def test_the_revision_of_a_year_rises_when_its_figures_may_have_changed(district, tmp_path):
    run(bulk(tmp_path / "r", people(2)), district)
    assert SchoolYear.objects.get().revision == 1
    run(bulk(tmp_path / "r", [student("s0", email="s0@example.org"), student("s1")]), district)
    assert SchoolYear.objects.get().revision == 1
    run(bulk(tmp_path / "r", [student("s0", grades="10"), student("s1")]), district)
    assert SchoolYear.objects.get().revision == 2
    assert (School.objects.get(code="A").level, School.objects.get(code="A").highest_grade) == ("high", "10")


def test_a_dry_run_counts_and_writes_nothing(district, tmp_path):
    path = bulk(tmp_path / "r", people(2), studentPrograms=[{"userSourcedId": "s0", "schoolYear": "2021"}])
    dry = run(path, district, dry_run=True)
    for model in (School, SchoolYear, Person, Enrollment, ImportBatch, AuditEvent):
        assert not model.objects.exists()
    assert summary(dry) == summary(run(path, district)) == (7, 6, 1, 0, 0, 0)


# --- Delta ------------------------------------------------------------------------------------------------------------
def delta(path, **files):
    """Write a delta package of OneRoster 1.1."""
    return write_package(path, mode="delta", **files)


def test_a_delta_changes_what_it_names_and_nothing_else(district, tmp_path):
    run(bulk(tmp_path / "r", people(3)), district)
    outcome = run(
        delta(tmp_path / "r", users=[changed(student("s0", grades="10")), changed(student("s9", "B"))]), district
    )
    assert summary(outcome) == (2, 1, 1, 0, 0, 0)
    assert set(ends().values()) == {None}
    assert dict(Enrollment.objects.values_list("student__local_id", "grade")) == {
        "id-s0": "10",
        "id-s1": "09",
        "id-s2": "09",
        "id-s9": "09",
    }


def test_a_delta_ends_whom_it_deletes_and_opens_who_is_active_again(district, tmp_path):
    run(bulk(tmp_path / "r", [*people(3), teacher("t1")]), district)
    gone = [changed(student("s0"), "tobedeleted"), changed(teacher("t1"), "tobedeleted")]
    outcome = run(delta(tmp_path / "r", users=gone), district)
    assert summary(outcome) == (2, 0, 2, 0, 0, 2)
    assert ends()["s0"] == date(2021, 2, 15)
    assert run(tmp_path / "r", district).ended == 0
    assert run(delta(tmp_path / "r", users=[changed(student("s0"))]), district).updated == 1
    assert ends()["s0"] is None


def test_a_delta_user_leaves_the_schools_that_the_list_no_longer_names(district, tmp_path):
    run(bulk(tmp_path / "r", [student("s0", "A"), student("s1", "A")]), district)
    outcome = run(delta(tmp_path / "r", users=[changed(student("s0", "B"))]), district)
    assert (outcome.created, outcome.ended) == (1, 1)
    rows = Enrollment.objects.filter(student__local_id="id-s0")
    assert dict(rows.values_list("school__code", "ends_on")) == {"A": date(2021, 2, 15), "B": None}


def test_dates_of_a_delta_never_put_off_the_begin(district, tmp_path):
    row = {"sourcedId": "e1", "userSourcedId": "s0", "schoolSourcedId": "A", "role": "student"}
    first = bulk(tmp_path / "r", people(1), enrollments=[{**row, "beginDate": "2020-09-01"}])
    run(first, district)
    later = changed({**row, "sourcedId": "e2", "beginDate": "2021-01-11", "endDate": "2021-05-28"})
    run(delta(tmp_path / "r", enrollments=[later]), district)
    enrolled = Enrollment.objects.get()
    assert (enrolled.begins_on, enrolled.ends_on) == (date(2020, 9, 1), date(2021, 5, 28))
    run(delta(tmp_path / "r", enrollments=[changed(later, "tobedeleted") | {"endDate": ""}]), district)
    assert ends()["s0"] == date(2021, 2, 15)


def test_a_delta_of_demographics_alone(district, tmp_path):
    run(bulk(tmp_path / "r", people(2)), district)
    row = changed({"sourcedId": "s1", "sex": "female", "asian": "true"})
    assert summary(run(delta(tmp_path / "r", demographics=[row]), district)) == (1, 0, 1, 0, 0, 0)
    assert Enrollment.objects.get(student__local_id="id-s1").race == "AS"
    unknown = changed({"sourcedId": "nobody", "sex": "female"})
    outcome = run(delta(tmp_path / "r", demographics=[unknown]), district)
    assert faults(outcome) == [("demographics.csv", 2, "sourcedId", "unresolved_reference")]


def test_a_delta_closes_a_school(district, tmp_path):
    run(bulk(tmp_path / "r", people(1)), district)
    run(delta(tmp_path / "r", orgs=[changed(org("B"), "tobedeleted")]), district)
    assert School.objects.get(code="B").closed_on == date(2021, 2, 15)
    run(delta(tmp_path / "r", orgs=[changed(org("B"))]), district)
    assert School.objects.get(code="B").closed_on is None
