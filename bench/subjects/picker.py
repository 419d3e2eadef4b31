"""The student picker in one school of a district, however large: answers from an index, with its own students only.

Raises WrongAnswer when a table is read from end to end, or a student of another school is found.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.context import Context, Findings, WrongAnswer
from district import picker
from district.models import Enrollment, School, Student, User

TEXTS = ("fam", "family12 giv", "given5", "nobody at all")
LARGE = ("district_enrollment", "district_student", "district_person")
WHOLE_TABLE = {"sqlite": "SCAN", "postgresql": "Seq Scan on"}
"""What a plan says when a table is read from end to end."""


def look_up(text: str, school: School, user: User) -> picker.Findings:
    """Search as the page and the endpoint do."""
    return picker.look_up(text=text, school=school, day=timezone.localdate(), by=user)


def plan_of(statement: str) -> str:
    """How the database goes about a query."""
    word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {statement}".replace("%", "%%"), [])
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def measure(context: Context) -> Findings:
    """Look at the plan and the answers, then at the time."""
    findings = Findings()
    user, schools = User.objects.get(email="officer@bench.example"), School.objects.order_by("code")
    school, number = schools[0], schools.count()
    picker.PER_MINUTE = 1_000_000  # a person may look up 60 students a minute; the race is faster
    here = set(Enrollment.objects.attending(school, timezone.localdate()).values_list("student__uid", flat=True))
    for text in TEXTS:
        with CaptureQueriesContext(connection) as queries:
            found = look_up(text, school, user)
        if strangers := {student.uid for student in found.students} - here:
            raise WrongAnswer(f"The picker shows {len(strangers)} students of other schools.")
        plan = plan_of(next(q["sql"] for q in queries.captured_queries if "search_name" in q["sql"]))
        if any(f"{WHOLE_TABLE[connection.vendor]} {table}" in plan for table in LARGE):
            raise WrongAnswer(f"The picker reads a whole table: {plan}")
    contenders: dict[str, Any] = {"picker": lambda: look_up("fam", school, user)}
    race = findings.races["picker"] = context.race(contenders)
    findings.figures |= {"schools": number, "students": Student.objects.count(), "students_of_the_school": len(here)}
    findings.figures |= {"median_ms": round(race.timings["picker"].median, 2), "plan": plan.splitlines()}
    return findings
