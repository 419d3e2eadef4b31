"""A list of 100 removals with their student and school: the product, a raw cursor, and the usual serializers."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework import generics, serializers
from rest_framework.test import force_authenticate

from api.urls import COLLECTIONS
from bench.context import Context, Findings, optional, same
from discipline.models import Referral, Removal
from district.models import User

SIZE = 100
DEEP = 1_000_000
SIGNING_IN = ("the person", "their grants")
"""Queries that every request asks first."""
PAGES = {"S": 20_000, "M": DEEP}
"""How many rows deep the deep page lies."""


class RemovalSerializer(serializers.ModelSerializer):
    """The fields of the product's list, the usual way."""

    id = serializers.UUIDField(source="uid")
    incident = serializers.UUIDField(source="incident.uid")
    incident_id = serializers.CharField(source="incident.identifier")
    student = serializers.UUIDField(source="student.uid")
    school = serializers.CharField(source="school.code")
    school_year = serializers.IntegerField(source="school_year.year")
    occurred_on = serializers.DateField(source="incident.occurred_on")
    removal_id = serializers.CharField(source="identifier")
    voided = serializers.SerializerMethodField()

    class Meta:
        model = Removal
        fields = ("id", "incident", "incident_id", "student", "school", "school_year", "occurred_on", "removal_id",
                  "kind", "begins_on", "ends_on", "days", "services_provided", "voided", "void_reason")  # fmt: skip

    def get_voided(self, removal: Removal) -> bool:
        return removal.voided_at is not None


class SerializedList(generics.ListAPIView):
    """The first page by ModelSerializer and select_related."""

    queryset = Removal.objects.select_related("incident", "student", "school", "school_year")[:SIZE]
    serializer_class = RemovalSerializer
    permission_classes = ()


def get(view: Callable[..., Any], address: str, user: User) -> bytes:
    """Call a view as if `user` had signed in, and render its answer."""
    request = RequestFactory().get(address)
    force_authenticate(request, user=user)
    response = view(request)
    if hasattr(response, "render"):
        response.render()
    if response.status_code != 200:
        raise AssertionError(response.content)
    return response.content


_RAW = """
SELECT r.uid, i.uid, i.identifier, s.uid, c.code, y.year, i.occurred_on, r.identifier, r.kind, r.begins_on, r.ends_on,
       r.days, r.services_provided, r.voided_at, r.void_reason
FROM (SELECT id FROM discipline_removal ORDER BY begins_on DESC, id DESC LIMIT 100) p
JOIN discipline_removal r ON r.id = p.id JOIN discipline_incident i ON i.id = r.incident_id
JOIN district_student s ON s.id = r.student_id JOIN district_school c ON c.id = r.school_id
JOIN district_schoolyear y ON y.id = r.school_year_id ORDER BY r.begins_on DESC, r.id DESC
"""


def raw_view(request: Any) -> HttpResponse:
    """The same rows by one statement without anybody's scope, and the fastest JSON: the limit."""
    import orjson

    with connection.cursor() as cursor:
        cursor.execute(_RAW)
        found = [dict(zip(RemovalSerializer.Meta.fields, row, strict=True)) for row in cursor.fetchall()]
    return HttpResponse(orjson.dumps({"results": found}, default=str), content_type="application/json")


def raw_contender(address: str, user: User) -> Callable[[], bytes]:
    """The raw view as a contender. Raises ModuleNotFoundError without orjson."""
    importlib.import_module("orjson")
    return lambda: get(raw_view, address, user)


def measure(context: Context) -> Findings:
    """Race the first page; measure a page far down; count the queries of every list."""
    findings = Findings()
    user = User.objects.get(email="records@bench.example")
    address = f"/api/v1/removals/?page_size={SIZE}"
    product = COLLECTIONS["removals"].as_view({"get": "list"})
    ids = [row["id"] for row in json.loads(get(product, address, user))["results"]]
    contenders = {
        "product": lambda: get(product, address, user),
        "model_serializer": lambda: get(SerializedList.as_view(), address, user),
    }
    contenders |= optional(findings, "orjson", lambda: {"raw_orjson": raw_contender(address, user)})
    for name in ("model_serializer", "raw_orjson"):
        if name in contenders:
            found = json.loads(contenders[name]())
            rows = found["results"] if isinstance(found, dict) else found
            same(name, [str(row["id"]).replace("-", "") for row in rows], [one.replace("-", "") for one in ids])
    race = findings.races["list_of_100"] = context.race(contenders)
    with CaptureQueriesContext(connection) as queries:
        get(product, address, User.objects.get(pk=user.pk))
    findings.values |= {
        "A1a": race.ratio("product", "raw_orjson"),
        "A1b": race.ratio("model_serializer", "product"),
        "A1c": len(queries) - len(SIGNING_IN),
    }
    findings.figures["queries"] = [query["sql"][:60] for query in queries.captured_queries]
    _measure_depth(context, findings, user)
    _count_queries(findings, user)
    return findings


def _measure_depth(context: Context, findings: Findings, user: User) -> None:
    """The first page of referrals against one so many rows down, reached by its cursor."""
    deep = min(PAGES.get(context.scale, 1_000), Referral.objects.count() - SIZE)
    row = Referral.objects.order_by("-incident__occurred_on", "-pk")[deep]
    view = COLLECTIONS["referrals"].as_view({"get": "list"})
    race = findings.races["depth"] = context.race(
        {
            "first_page": lambda: get(view, "/api/v1/referrals/", user),
            "deep_page": lambda: get(view, f"/api/v1/referrals/?cursor=after-{row.uid}", user),
        }
    )
    findings.figures["depth"] = deep
    findings.values["A3"] = race.ratio("deep_page", "first_page")


def _count_queries(findings: Findings, user: User) -> None:
    """Lists whose number of queries depends on their rows: 10 against 100."""
    wrong = []
    for name, collection in COLLECTIONS.items():
        numbers = set()
        for size in (10, 100):
            with CaptureQueriesContext(connection) as queries:
                request = RequestFactory().get(f"/api/v1/{name}/?page_size={size}")
                force_authenticate(request, user=User.objects.get(pk=user.pk))
                status = collection.as_view({"get": "list"})(request).status_code
            if status == 200:
                numbers.add(len(queries))
        if len(numbers) > 1:
            wrong.append(f"{name}: {sorted(numbers)}")
    findings.values["A2"] = len(wrong)
    findings.figures["lists_by_rows"] = wrong
