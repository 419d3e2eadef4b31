"""A roster that is read again after two records were merged: nobody comes back, and nothing changes twice."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.merging import merge_students
from district.importing import ImportOptions
from district.imports import import_roster
from district.models import AuditEvent, Enrollment, Person, ProgramStatus, Student
from tests import factories as make
from tests.district.rosters import bulk, changed, faults, org, run, session, student, summary, write_package

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make.make_district("ONE")


def merge(kept="s1", merged="s2"):
    by_id = {row.person.sourced_id: row for row in Student.objects.select_related("person")}
    return merge_students(kept=by_id[kept], merged=by_id[merged], reason="One birth certificate.", by=None)


def people():
    """Standing students as (roster id, local id), with the pointers of each."""
    rows = Student.objects.select_related("person", "merged_into__person").order_by("pk")
    standing = {(row.person.sourced_id, row.local_id) for row in rows if not row.merged_into_id}
    return standing, {(row.person.sourced_id, row.local_id) for row in rows if row.merged_into_id}


def spans():
    rows = Enrollment.objects.select_related("student__person", "school", "school_year")
    return {
        (row.student.person.sourced_id, row.school.code): (row.begins_on, row.ends_on)
        for row in rows
        if row.school_year.year == 2021
    }


def state():
    """Every row of the people's tables without the moments of writing."""
    found = []
    for model in (Person, Student, Enrollment, ProgramStatus):
        names = [field.name for field in model._meta.fields if field.name not in ("created_at", "updated_at")]
        found.append(list(model.objects.order_by("pk").values_list(*names)))
    return found


def programs(*rows):
    columns = ("userSourcedId", "schoolYear", "idea", "englishLearner", "beginDate", "endDate")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def birth(name, day="", race="", sex=""):
    return {"sourcedId": name, "birthDate": day, "sex": sex, **({race: "true"} if race else {})}


@pytest.mark.parametrize("second_school", ["A", "B", "A,B"])
def test_the_same_file_again_changes_nothing(district, tmp_path, second_school):
    users = [student("s1", "A"), student("s2", second_school), student("s3", "B")]
    files = {
        "studentPrograms": programs(
            ("s1", "2021", "true", "false", "", ""), ("s2", "2021", "false", "true", "", "2021-03-01")
        ),
        "demographics": [birth("s1", race="white"), birth("s2", "2010-01-02", race="asian", sex="female")],
    }
    path = bulk(tmp_path / "r", users, **files)
    run(path, district)
    merge()
    kept = Student.objects.get(person__sourced_id="s1")
    assert (kept.birth_date, kept.race, kept.sex) == (date(2010, 1, 2), "WH", "F")
    run(path, district)  # the file's own words for the row that speaks, once
    before = state()
    outcome = run(path, district)
    assert (outcome.created, outcome.updated, outcome.refused, outcome.ended) == (0, 0, 0, 0)
    assert state() == before
    assert people() == ({("s1", "id-s1"), ("s3", "id-s3")}, {("s2", "id-s2")})
    assert set(spans()) == {("s1", code) for code in {"A", *second_school.split(",")}} | {("s3", "B")}
    status = ProgramStatus.objects.get()
    assert (status.student, status.idea, status.english_learner, status.ends_on) == (kept, True, True, None)


def test_the_first_file_after_a_merge_says_what_the_merge_said(district, tmp_path):
    """Where the two rows agree on what they share, not even the first file changes anything."""
    path = bulk(tmp_path / "r", [student("s1", "A"), student("s2", "B"), student("s3", "B")])
    run(path, district)
    merge()
    before = state()
    outcome = run(path, district)
    assert summary(outcome) == (outcome.read, 0, 0, outcome.read, 0, 0)
    assert state() == before


def test_a_source_that_keeps_the_other_record_means_the_same_student(district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1", "A"), student("s2", "B"), student("s3", "B")]), district)
    merge()
    kept = Student.objects.get(person__sourced_id="s1")
    path = bulk(tmp_path / "r", [student("s2", "B", givenName="Ada"), student("s3", "B")])
    outcome = run(path, district, allow_shrink=True)
    kept.refresh_from_db()
    assert outcome.ended == 1
    assert (kept.person.sourced_id, kept.local_id, kept.person.given_name) == ("s2", "id-s2", "Ada")
    assert people() == ({("s2", "id-s2"), ("s3", "id-s3")}, {("s1", "id-s1")})
    assert run(path, district).updated == 0
    # and back again
    run(bulk(tmp_path / "r", [student("s1", "A,B"), student("s3", "B")]), district)
    assert people() == ({("s1", "id-s1"), ("s3", "id-s3")}, {("s2", "id-s2")})
    assert Student.objects.get(person__sourced_id="s1") == kept
    assert AuditEvent.objects.filter(object_type="student", changes__has_key="local_id").count() >= 4


def test_a_source_that_gives_the_kept_record_the_other_local_id(district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1", "A"), student("s2", "B")]), district)
    merge()
    path = bulk(tmp_path / "r", [student("s1", "A,B", identifier="id-s2")])
    outcome = run(path, district)
    assert faults(outcome) == []
    assert people() == ({("s1", "id-s2")}, {("s2", "id-s1")})
    assert run(path, district).updated == 0


def test_an_id_of_a_merged_record_is_never_given_to_somebody_else(district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1", "A"), student("s2", "B")]), district)
    merge()
    for taken in ("id-s1", "id-s2"):
        own = "id-s2" if taken == "id-s1" else "id-s1"
        users = [student("s1", "A,B", identifier=own), student("s9", "A", identifier=taken)]
        assert faults(run(bulk(tmp_path / "r", users), district)) == [
            ("users.csv", 3, "identifier", "duplicate_local_id")
        ]
    assert not Student.objects.filter(person__sourced_id="s9").exists()


def test_a_delta_that_takes_the_duplicate_away_ends_nobodys_stay(district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1", "A"), student("s2", "B")]), district)
    merge()
    before = spans()
    gone = write_package(tmp_path / "d", mode="delta", users=[changed(student("s2", "B"), "tobedeleted")])
    outcome = run(gone, district)
    assert (outcome.ended, outcome.created) == (0, 0)
    assert spans() == before == {("s1", "A"): (None, None), ("s1", "B"): (None, None)}
    both = [changed(student("s1", "A"), "tobedeleted"), changed(student("s2", "B"), "tobedeleted")]
    assert run(write_package(tmp_path / "d", mode="delta", users=both), district).ended == 2


def test_classes_of_the_merged_record_date_the_stay_of_the_student(district, tmp_path):
    files = {
        "courses": [{"sourcedId": "c", "orgSourcedId": "B", "schoolYearSourcedId": "y2021"}],
        "classes": [{"sourcedId": "k", "courseSourcedId": "c", "schoolSourcedId": "B", "termSourcedIds": "y2021"}],
        "enrollments": [
            {"sourcedId": "e", "classSourcedId": "k", "schoolSourcedId": "B", "userSourcedId": "s2", "role": "student"}
            | {"beginDate": "2020-10-01", "endDate": "2021-02-01"}
        ],
    }
    path = bulk(tmp_path / "r", [student("s1", "A"), student("s2", "B")], **files)
    run(path, district)
    merge()
    dated = {("s1", "A"): (None, None), ("s1", "B"): (date(2020, 10, 1), date(2021, 2, 1))}
    assert spans() == dated
    assert run(path, district).updated == 0
    assert spans() == dated


def test_with_roster_1_2_the_roles_of_both_are_the_students(district, tmp_path):
    def role(number, user, school):
        row = {"sourcedId": f"r{number}", "userSourcedId": user, "roleType": "primary", "role": "student"}
        return row | {"orgSourcedId": school, "beginDate": "", "endDate": ""}

    orgs = [org("D", type="district"), org("A"), org("B")]
    files = {"orgs": orgs, "academicSessions": [session()], "version": "1.2"}
    roles = [role(1, "s1", "A"), role(2, "s2", "A"), role(3, "s2", "B")]
    path = write_package(tmp_path / "r", users=[student("s1"), student("s2")], roles=roles, **files)
    run(path, district)
    merge()
    before = state()
    assert run(path, district).updated == 0
    assert state() == before
    only = write_package(tmp_path / "r", users=[student("s2")], roles=roles[1:], **files)
    outcome = run(only, district)
    assert (outcome.created, outcome.ended) == (0, 0)
    assert people() == ({("s2", "id-s2")}, {("s1", "id-s1")})


def test_a_refused_row_of_the_merged_record_ends_nobodys_stay(district, tmp_path):
    run(bulk(tmp_path / "r", [student("s1", "A"), student("s2", "B"), student("s3", "A")]), district)
    merge()
    users = [student("s1", "A"), student("s2", "B", grades="99"), student("s3", "A")]
    outcome = run(bulk(tmp_path / "r", users), district, partial=True)
    assert (outcome.refused, outcome.ended) == (1, 0)
    assert spans()["s1", "B"] == (None, None)


def test_a_merge_while_a_file_is_being_checked_refuses_the_file(district, tmp_path, monkeypatch):
    path = bulk(tmp_path / "r", [student("s1", "A"), student("s2", "B")])
    run(path, district)

    def told(message):
        if "Checked" in message:
            merge()

    outcome = import_roster(path, district=district, options=ImportOptions(), by=None, progress=told)
    assert "Import it again" in outcome.refusal
    assert run(path, district).refusal == ""
    assert people() == ({("s1", "id-s1")}, {("s2", "id-s2")})


USERS = st.lists(
    st.tuples(st.sampled_from(["s1", "s2", "s3", "s4"]), st.sampled_from(["A", "B", "A,B"])),
    min_size=1,
    max_size=4,
    unique_by=lambda user: user[0],
)


@contextmanager
def one_example():
    """One example in a transaction of its own, undone at the end: it begins on empty tables like every other, and the
    temporary tables of its imports give back their locks, which PostgreSQL keeps until the transaction ends and of
    which all examples together need more than a server holds (`max_locks_per_transaction`)."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(USERS, min_size=1, max_size=3), kept=st.sampled_from(["s1", "s2", "s3"]))
def test_whatever_the_next_files_hold_one_student_stays_one(tmp_path_factory, files, kept):
    """s1, s2 and s3 are one student. Each next file leaves four records, three of them pointers' and one's, and is
    read twice with no change; the student is enrolled wherever a row of any of the three says so."""
    with one_example():
        whatever_the_next_files_hold(tmp_path_factory.mktemp("rosters"), files, kept)


def whatever_the_next_files_hold(folder, files, kept):
    district = make.make_district()
    run(bulk(folder / "r", [student(name, "A") for name in ("s1", "s2", "s3", "s4")]), district)
    names = {"s1", "s2", "s3"}
    others = sorted(names - {kept})
    rows = {row.person.sourced_id: row for row in Student.objects.filter(district=district)}
    for other in others:
        merge_students(kept=rows[kept], merged=rows[other], reason="One birth certificate.", by=None)
    for users in files:
        path = bulk(folder / "r", [student(name, schools) for name, schools in users])
        outcome = run(path, district, allow_shrink=True)
        assert (outcome.refusal, outcome.refused) == ("", 0)
        again = run(path, district, allow_shrink=True)
        assert (again.created, again.updated, again.ended) == (0, 0, 0)
        students = Student.objects.filter(district=district).select_related("person")
        assert students.count() == 4
        assert {row.person.sourced_id for row in students if row.merged_into_id or row.pk == rows[kept].pk} == names
        assert {row.local_id for row in students} == {f"id-{name}" for name in (*names, "s4")}
        said = {code for name, schools in users if name in names for code in schools.split(",")}
        open_places = Enrollment.objects.filter(student=rows[kept], ends_on=None).values_list("school__code", flat=True)
        if said:
            assert set(open_places) == said
        assert not Enrollment.objects.filter(student__merged_into__isnull=False).exists()
