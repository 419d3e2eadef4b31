"""10,000 cases with 60,000 participations: every list, board and figure takes as many queries as with ten."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from circles.models import Circle, CircleParticipant
from discipline.actions.matrix import give_default_matrix
from district.access import Role
from tests import factories as make
from tests.circles.many import Place, make_cases
from tests.training.making import make_practice, make_practitioner

FEW, MANY, STUDENTS = 10, 10_000, 8_000
COORDINATOR, LEADER = "coordinator", "leader"
ADDRESSES = {
    "the list of cases": (COORDINATOR, "/circles/"),
    "the list of cases, searched": (COORDINATOR, "/circles/?status=follow_up&tier=2&ordering=held_on"),
    "the board of terms": (COORDINATOR, "/circles/terms/"),
    "what is overdue": (COORDINATOR, "/circles/terms/?overdue=true"),
    "follow-ups": (COORDINATOR, "/circles/follow-ups/?overdue=true"),
    "cases through the API": (COORDINATOR, "/api/v1/circles/?page_size=200"),
    "people through the API": (COORDINATOR, "/api/v1/circle-participants/?page_size=200"),
    "terms through the API": (COORDINATOR, "/api/v1/circle-terms/?page_size=200"),
    "the page of outcomes": (LEADER, "/dashboards/circle-outcomes/?school_year=2021"),
    "outcomes of one's own schools": (COORDINATOR, "/dashboards/circle-outcomes/?school_year=2021&by=el"),
    "the endpoint of outcomes": (LEADER, "/api/v1/dashboards/circle-outcomes/?school_year=2021&by=race"),
    "outcomes by school": (LEADER, "/api/v1/dashboards/circle-outcomes/?school_year=2021&by=school"),
}


@pytest.fixture
def place(db, settings) -> Place:
    settings.MFA_REQUIRED = False
    district = make.make_district("MANY")
    give_default_matrix(district=district, by=None)
    schools = [make.make_school(district, f"{n:04d}") for n in range(5)]
    return Place.make(
        students=STUDENTS,
        schools=schools,
        year=make.make_school_year(district, 2021),
        practice=make_practice(district, "harm-circle", 2),
        owner=make.make_user(Role.COORDINATOR, district, *schools, email="coordinator@example.org"),
        keepers=[make_practitioner(district, one) for one in schools for _ in range(8)],
        behavior=make.make_behavior(district, level="3"),
    )


def queries_of(client: Client, address: str) -> tuple[int, int]:
    """Status and number of queries of a page; asked twice, for the first time may warm what is kept."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        response = client.get(address)
    return response.status_code, len(caught.captured_queries)


@pytest.mark.trust
def test_ten_thousand_cases(place, client_for):
    leader = make.make_user(Role.LEADER, place.year.district, email="leader@example.org")
    clients = {COORDINATOR: client_for(place.owner), LEADER: client_for(leader)}
    make_cases(place, 0, FEW)
    few = {name: queries_of(clients[who], address) for name, (who, address) in ADDRESSES.items()}
    make_cases(place, FEW, MANY)
    assert (Circle.objects.count(), CircleParticipant.objects.count()) == (MANY, 6 * MANY)
    many = {name: queries_of(clients[who], address) for name, (who, address) in ADDRESSES.items()}
    print("queries:", {name: queries for name, (_status, queries) in many.items()})
    assert many == few
    assert {status for status, _queries in many.values()} == {200}
    rows = clients[LEADER].get(ADDRESSES["the endpoint of outcomes"][1]).json()["rows"]
    found = {(row["part"], row["item"]): row for row in rows if not row["group"]}
    closed = sum(n % 3 != 2 for n in range(MANY))
    assert found["cases", "opened"]["number"] == MANY
    assert found["cases", "open"]["number"] == MANY - closed
    assert found["cycle_time", "referred_to_held"]["median"] == 9
    # Of three terms two are met in time; the third is not met, or open and overdue.
    assert found["agreements", "met"]["number"] == 2 * MANY
    assert found["agreements", "on_time"]["share"] == 2 / 3
    assert found["days_avoided", "3"]["n"] == closed
    assert found["participation", "referred"]["number"] == STUDENTS
    # Another referral comes 40 days after every fourth case: in the window of 90 days, 31 days after the circle.
    assert found["recurrence", "90"]["number"] >= MANY // 4
    assert found["recurrence", "90"]["n"] == MANY
    assert date(2020, 9, 1) == min(Circle.objects.values_list("opened_on", flat=True))
