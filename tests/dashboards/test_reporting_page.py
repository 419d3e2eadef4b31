"""Marking a figure as not reported, and taking it back, on the page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from dashboards.models import UnreportedMeasure
from district.access import Role
from district.models import AuditEvent

PAGE = "not_reported"


@pytest.fixture
def custodian(world, client_for):
    return client_for(world.user(Role.RECORDS))


def given(world, **changes) -> dict[str, str]:
    return {
        "school": str(world.north.uid),
        "school_year": str(world.year.uid),
        "measure": "oss",
        "is_reported": "no",
        "reason": "The school kept no records that year.",
    } | changes


def rates(client) -> list[dict]:
    return client.get("/api/v1/dashboards/suspension-rates/", {"by": "school"}).json()["rows"]


def test_a_mark_makes_the_figure_unknown_and_may_be_taken_back(world, custodian):
    assert custodian.post(reverse(PAGE), given(world)).status_code == 302
    assert "The school kept no records that year." in custodian.get(reverse(PAGE)).content.decode()
    marked = {row["school"]: (row["status"], row["affected"]) for row in rates(custodian)}
    assert marked == {"0001": ("not_reported", None), "0002": ("actual", 1)}
    assert custodian.post(reverse(PAGE), given(world, is_reported="yes", reason="Found.")).status_code == 302
    assert {row["status"] for row in rates(custodian)} == {"actual"}
    events = AuditEvent.objects.filter(object_type="unreportedmeasure").order_by("pk")
    assert [event.action for event in events] == ["create", "void"]


@pytest.mark.parametrize("field", ["school", "school_year", "measure", "reason"])
def test_what_is_missing_is_said_and_nothing_is_written(world, custodian, field):
    response = custodian.post(reverse(PAGE), given(world, **{field: ""}))
    assert response.status_code == 200
    assert "Nothing was saved yet" in response.content.decode()
    assert not UnreportedMeasure.objects.exists()


def test_a_school_of_another_district_is_no_choice(world, custodian):
    for changes in ({"school": str(world.far.uid)}, {"school_year": str(world.other_year.uid)}):
        assert custodian.post(reverse(PAGE), given(world, **changes)).status_code == 200
    assert not UnreportedMeasure.objects.exists()
    assert "Far School" not in custodian.get(reverse(PAGE)).content.decode()
