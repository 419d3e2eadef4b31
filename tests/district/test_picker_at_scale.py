"""The student picker in a district of a million students: it reads one school from an index, and shows no other's."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district import picker
from district.access import Role
from district.models import School, Student
from tests import factories as make

SCHOOLS, STUDENTS = 1_600, 1_000_000
DAY = date(2020, 11, 10)
LARGE = ("district_enrollment", "district_student", "district_person")
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {students}) "
NEW_UID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
# Every school has every family name, and one student in 101 bears the name that is looked for.
FILL = (
    """INSERT INTO district_person (id, uid, district_id, given_name, middle_name, family_name, search_name, email,
         sourced_id)
       {numbers} SELECT i, {new_uid}, {district}, 'Given' || (i % 613), '', CASE WHEN i % 101 = 7 THEN 'Wanted' ELSE
         'Family' || (i % 997) END, CASE WHEN i % 101 = 7 THEN 'wanted' ELSE 'family' || (i % 997) END || ' given' ||
         (i % 613), '', 'p-' || i FROM n""",
    """INSERT INTO district_student (id, uid, person_id, district_id, local_id, race, sex, grade)
       {numbers} SELECT i, {new_uid}, i, {district}, CAST(10000000 + i AS varchar(20)), 'WH', 'F', '05' FROM n""",
    """INSERT INTO district_enrollment (uid, student_id, school_id, school_year_id, race, sex, grade, is_on_count_day,
         is_last_in_year, is_standing_on_count_day)
       {numbers} SELECT {new_uid}, i, {first} + i % {schools}, {year}, 'WH', 'F', '05', TRUE, TRUE, TRUE FROM n""",
)


@pytest.fixture
def schools(db) -> list[School]:
    """The first two schools of the large district."""
    district = make.make_district("LARGE")
    year = make.make_school_year(district, 2021)
    School.objects.bulk_create(School(district=district, code=f"{n:04d}", name=f"School {n}") for n in range(SCHOOLS))
    schools = list(School.objects.filter(district=district).order_by("pk"))
    assert schools[-1].pk - schools[0].pk == SCHOOLS - 1
    words = {"district": district.pk, "year": year.pk, "first": schools[0].pk, "schools": SCHOOLS}
    words |= {"numbers": NUMBERS.format(students=STUDENTS), "new_uid": NEW_UID[connection.vendor]}
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement.format(**words))
        cursor.execute("ANALYZE")
    return schools[:2]


def plan_of(statement: str) -> str:
    word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {statement}".replace("%", "%%"), [])
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.trust
def test_a_million_students(schools):
    here, there = schools
    user = make.make_user(Role.STAFF, here.district, here)
    local = set(Student.objects.filter(enrollments__school=here).values_list("uid", flat=True))
    for text in ("wan", "fam given1", "given7 family1"):
        with CaptureQueriesContext(connection) as queries:
            found = picker.look_up(text=text, school=here, day=DAY, by=user)
        assert found.students
        assert {one.uid for one in found.students} <= local
        (statement,) = [query["sql"] for query in queries.captured_queries if "search_name" in query["sql"]]
        plan = plan_of(statement)
        for table in LARGE:
            assert f"Seq Scan on {table}" not in plan, plan
            assert f"SCAN {table}" not in plan, plan
        assert "enrollment_counting" in plan, plan
    stranger = Student.objects.filter(enrollments__school=there).first()
    assert not picker.look_up(text=stranger.local_id, school=here, day=DAY, by=user).students
    (known,) = picker.look_up(text=stranger.local_id, school=there, day=DAY, by=user).students
    assert known.uid == stranger.uid
