"""Somebody who logs incidents at a steady pace while an import runs."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from pathlib import Path

from django.db import transaction

from bench.timing import percentile
from discipline.models import Incident
from district import audit
from district.models import District, School, SchoolYear


def prepare() -> None:
    """A district of its own to log in."""
    district = District.objects.create(code="POSTS", name="Posts")
    School.objects.create(district=district, code="1", name="School")
    SchoolYear.objects.create(district=district, year=2027, starts_on=dt.date(2026, 9, 1), ends_on=dt.date(2027, 6, 20))


def post(stop: str, every: float) -> dict[str, float]:
    """Log an incident with its audit event every so many seconds until the file `stop` is there.

    Times are taken from the moment at which the post was due: who waits delays those behind.
    """
    school, year = School.objects.get(district__code="POSTS"), SchoolYear.objects.get(district__code="POSTS")
    waits, due = [], time.perf_counter()
    while not Path(stop).exists():
        due += every
        if (pause := due - time.perf_counter()) > 0:
            time.sleep(pause)
        start = time.perf_counter()
        with transaction.atomic():
            incident = Incident.objects.create(
                school=school, school_year=year, identifier=str(uuid.uuid4()), occurred_on=dt.date(2026, 10, 1)
            )
            audit.record(audit.Action.CREATE, by=None, target=incident, district=school.district_id, school=school)
        waits.append((time.perf_counter() - start) * 1000)
        due = max(due, time.perf_counter() - every)
    return {"posts": len(waits), "p99_ms": percentile(waits, 99), "max_ms": max(waits)}
