"""Logging what happened: a POST of a referral beside the smallest view that inserts one, and what figures cost it.

Runs on a copy of the database, for it writes.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import force_authenticate
from rest_framework.views import APIView

from bench.context import Context, Findings
from discipline.models import Behavior, Incident, Involvement, Referral, ReferralStatus, Removal
from district.models import Enrollment, School, SchoolYear, User

ROUNDS = 300
INDEXES = ("removal_counting", "removal_without_groups", "removal_latest_change")
"""Indexes of removals that only figures use."""


class ReferralFields(serializers.Serializer):
    """The least that a referral needs, by keys."""

    school = serializers.IntegerField()
    school_year = serializers.IntegerField()
    student = serializers.IntegerField()
    behavior = serializers.IntegerField()
    occurred_on = serializers.DateField()
    location = serializers.CharField(max_length=5)


class SmallestView(APIView):
    """A plain serializer and four inserts in one transaction: no scope, no check of what belongs together, no trail."""

    permission_classes = ()

    def post(self, request: Any) -> Response:
        body = ReferralFields(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        school, year, student = given["school"], given["school_year"], given["student"]
        with transaction.atomic():
            incident = Incident(
                school_id=school, school_year_id=year, identifier=str(uuid.uuid4()), occurred_on=given["occurred_on"],
                location=given["location"],
            )  # fmt: skip
            incident.save(force_insert=True)
            Involvement(
                incident=incident, student_id=student, role="responsible", behavior_id=given["behavior"]
            ).save(force_insert=True)  # fmt: skip
            referral = Referral(
                incident=incident, student_id=student, school_id=school, school_year_id=year, status="submitted"
            )
            referral.save(force_insert=True)
            ReferralStatus(referral=referral, status="submitted", at=timezone.now()).save(force_insert=True)
        return Response({"id": str(referral.uid)}, status=201)


def post(view: Callable[..., Any], body: dict[str, Any], user: User) -> Any:
    """Send a body to a view as if `user` had signed in, and render the answer."""
    request = RequestFactory().post("/", json.dumps(body), content_type="application/json")
    force_authenticate(request, user=user)
    response = view(request)
    response.render()
    if response.status_code != 201:
        raise AssertionError(response.content)
    return response


def measure(context: Context) -> Findings:
    """Race the POST, and an insert with and without the indexes of the dashboards."""
    findings = Findings()
    user = User.objects.get(email="officer@bench.example")
    year = SchoolYear.objects.order_by("-year").first()
    day = min(timezone.localdate(), year.ends_on)
    school = School.objects.filter(grants__user=user).order_by("code").first()
    enrollment = Enrollment.objects.attending(school, day).select_related("student").first()
    behavior = Behavior.objects.first()
    body = {
        "school": school.code,
        "occurred_on": day.isoformat(),
        "location": "03014",
        "students": [{"student": str(enrollment.student.uid), "behaviors": [behavior.code]}],
    }
    keyed = body | {"submission_key": str(uuid.uuid4())}
    keys = {"school": school.pk, "school_year": year.pk, "student": enrollment.student_id, "behavior": behavior.pk}
    keys |= {"occurred_on": day.isoformat(), "location": "03014"}
    product, smallest = resolve("/api/v1/referrals/").func, SmallestView.as_view()
    rounds = ROUNDS // 10 if context.quick else ROUNDS // 20
    race = findings.races["post_referral"] = context.race(
        {
            "product": lambda: post(product, body, User.objects.get(pk=user.pk)),
            "smallest": lambda: post(smallest, keys, User.objects.get(pk=user.pk)),
        },
        rounds=rounds,
    )
    with CaptureQueriesContext(connection) as queries:
        post(product, keyed, User.objects.get(pk=user.pk))
    asked = [query["sql"][:70] for query in queries.captured_queries]
    asked = [sql for sql in asked[1:] if not sql.startswith(("BEGIN", "COMMIT"))]  # after the person's own record
    findings.figures["post_queries"] = asked
    findings.values |= {"W2a": race.ratio("product", "smallest"), "W2b": len(asked)}
    _race_indexes(context, findings, enrollment, day)
    return findings


def _race_indexes(context: Context, findings: Findings, enrollment: Enrollment, day: Any) -> None:
    """The insert of a removal into the table as it is, and into a twin without the indexes that only figures use.

    Figures keep nothing that a write must maintain, so the indexes are all that they can cost.
    """
    incident = Incident.objects.filter(school=enrollment.school_id).first()
    twin = _twin_without_indexes()
    columns = [field.column for field in Removal._meta.concrete_fields if not field.primary_key]
    statement = f"INSERT INTO {{}} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    number = 0

    def insert(table: str) -> None:
        nonlocal number
        number += 1
        removal = Removal(
            incident=incident, student_id=enrollment.student_id, school_id=enrollment.school_id,
            school_year_id=enrollment.school_year_id, identifier=f"bench-{table}-{number}", kind="OSS",
            begins_on=day - timedelta(number % 100), days=1, created_at=timezone.now(), updated_at=timezone.now(),
        )  # fmt: skip
        fields = [field for field in Removal._meta.concrete_fields if not field.primary_key]
        values = [field.get_db_prep_save(getattr(removal, field.attname), connection) for field in fields]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(table), values)

    own = Removal._meta.db_table
    contenders = {"with_indexes": lambda: insert(own), "without": lambda: insert(twin)}
    race = findings.races["insert_removal"] = context.race(contenders, rounds=5 if context.quick else 15)
    findings.values["W1"] = race.ratio("with_indexes", "without")


def _twin_without_indexes() -> str:
    """A copy of the table of removals with its rows and all of its indexes but those that only figures use."""
    own, twin = Removal._meta.db_table, "bench_removal_twin"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE {twin} (LIKE {own} INCLUDING ALL)")
            cursor.execute(f"INSERT INTO {twin} OVERRIDING SYSTEM VALUE SELECT * FROM {own}")
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [twin])
            for name, definition in cursor.fetchall():
                if "race" in definition or "updated_at" in definition:
                    cursor.execute(f'DROP INDEX "{name}"')
            # The twin's sequence of keys begins anew; that of the model lags behind rows inserted with their keys.
            for table in (own, twin):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id) + 1) FROM {table}")
            return twin
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [own])
        cursor.execute(cursor.fetchone()[0].replace(f'"{own}"', twin, 1))
        cursor.execute(f"INSERT INTO {twin} SELECT * FROM {own}")
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql <> ''", [own]
        )
        for name, definition in cursor.fetchall():
            if name not in INDEXES:
                renamed = definition.replace(f'"{name}"', f'"twin_{name}"', 1)
                cursor.execute(renamed.replace(f'ON "{own}"', f"ON {twin}", 1))
    return twin
