"""The student picker: prefixes of names and ids, one school, a bounded answer, a trace without letters."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district import picker
from district.models import AuditEvent, Enrollment, School
from tests import factories as make


@pytest.fixture
def staff(world):
    return world.user("staff")


@pytest.fixture
def day(world):
    return world.year.starts_on + timedelta(days=30)


@pytest.fixture
def find(world, staff, day):
    def send(text, school=None, on=None):
        return picker.look_up(text=text, school=school or world.north, day=on or day, by=staff)

    return send


def enroll(world, given, family, *, school=None, **fields):
    student = make.make_student(world.district, given, family, **fields)
    student.person.save()
    make.enroll(student, school or world.north, world.year, refresh=False)
    return student


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("zoe", True),
        ("ZOË", True),
        ("obr", True),
        ("o'br", True),
        ("luk", True),
        ("zoe obr", True),
        ("obr zo", True),
        ("12345", True),
        ("brien", False),
        ("oe ob", False),
        ("zoe smith", False),
    ],
)
def test_prefixes_of_either_name_or_of_the_id(world, find, text, is_found):
    student = enroll(world, "Zoë", "O’Brien-Łukas", local_id="1234567")
    found = [one.uid for one in find(text).students]
    assert (student.uid in found) is is_found


def test_what_is_shown_is_enough_to_tell_two_apart_and_no_more(world, find):
    enroll(world, "Alder", "Testcase", local_id="0000042", grade="07")
    (found,) = find("ald").students
    assert (found.name, found.grade, found.id_end) == ("Alder Testcase", "Grade 7", "42")
    assert set(vars(found)) == {"uid", "name", "grade", "id_end"}


def test_at_most_ten_and_says_that_there_are_more(world, find):
    for number in range(11):
        enroll(world, f"Maple{number:02d}", "Sample")
    findings = find("maple")
    assert len(findings.students) == 10
    assert findings.is_more
    assert not find("maple0").is_more or len(find("maple0").students) == 10


@pytest.mark.parametrize("text", ["", "ab", "a b", "  ", "''"])
def test_less_than_three_letters_is_no_search(find, text):
    with pytest.raises(picker.TooFewLetters):
        find(text)


def test_only_students_of_the_school_on_the_day(world, find, day):
    here = enroll(world, "Cedar", "Here")
    enroll(world, "Cedar", "There", school=world.south)
    gone = enroll(world, "Cedar", "Gone")
    Enrollment.objects.filter(student=gone).update(ends_on=day - timedelta(days=1))
    comes = enroll(world, "Cedar", "Comes")
    Enrollment.objects.filter(student=comes).update(begins_on=day + timedelta(days=1))
    assert [one.uid for one in find("ced").students] == [here.uid]
    assert find("ced", on=day + timedelta(days=800)).students == ()


def test_a_search_leaves_a_trace_without_its_letters(find):
    find("cedar")
    event = AuditEvent.objects.get(action="search")
    assert event.details == {"collection": "student_lookup", "count": 0}
    assert "cedar" not in str(vars(event)).lower()


def test_sixty_searches_a_minute(find):
    for _ in range(picker.PER_MINUTE):
        find("cedar")
    with pytest.raises(picker.TooManyLookups):
        find("cedar")


def test_schools_are_those_of_the_grant(world, staff):
    assert list(picker.schools_of(staff)) == [world.north]
    assert list(picker.schools_of(world.user("leader"))) == []
    School.objects.filter(pk=world.north.pk).update(closed_on=world.year.starts_on)
    assert list(picker.schools_of(staff)) == []


def test_the_search_reads_the_enrollments_of_one_school_from_an_index(world, find):
    """Whatever the size of the district: the plan begins with school year and school, never with a scan."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        find("cedar")
    sql = next(query["sql"] for query in queries if "search_name" in query["sql"])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on district_enrollment" not in plan
            assert "Seq Scan on district_student" not in plan
            assert "Seq Scan on district_person" not in plan
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = "\n".join(row[3] for row in cursor.fetchall())
            assert (
                "SEARCH district_enrollment USING INDEX enrollment_counting (school_year_id=? AND school_id=?" in plan
            )
            assert "SCAN district_" not in plan


class TestEndpoint:
    def ask(self, client, world, **body):
        values = {"text": "ced", "school": str(world.north.uid), "day": "2020-10-01"} | body
        return client.post("/api/v1/student-lookup/", values, content_type="application/json")

    def test_a_teacher_finds_their_students(self, world, client_for, staff):
        student = enroll(world, "Cedar", "Here")
        answer = self.ask(client_for(staff), world)
        assert answer.status_code == 200
        assert answer.json()["students"] == [
            {"id": str(student.uid), "name": "Cedar Here", "grade": "Not reported", "id_end": student.local_id[-2:]}
        ]

    def test_another_school_looks_absent(self, world, client_for, staff):
        enroll(world, "Cedar", "There", school=world.south)
        for school in (world.south, world.far):
            answer = self.ask(client_for(staff), world, school=str(school.uid))
            assert answer.status_code == 400
            assert "Cedar" not in answer.text
            assert set(answer.json()) == {"school"}

    @pytest.mark.parametrize(
        ("body", "field"),
        [({"text": "ab"}, "text"), ({"school": "north"}, "school"), ({"day": "soon"}, "day"), ({"all": 1}, "all")],
    )
    def test_what_it_does_not_know_it_names(self, world, client_for, staff, body, field):
        answer = self.ask(client_for(staff), world, **body)
        assert answer.status_code == 400
        assert list(answer.json()) == [field]

    def test_too_many_is_a_pause(self, world, client_for, staff):
        client = client_for(staff)
        for _ in range(picker.PER_MINUTE):
            assert self.ask(client, world).status_code == 200
        answer = self.ask(client, world)
        assert answer.status_code == 429
        assert answer["Retry-After"] == "60"
