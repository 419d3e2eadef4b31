"""Restorative offers by group: exact counts of decisions, the same on the page, the endpoint and in files."""

import pytest

from discipline.models import Removal, RestorativeOffer
from tests import factories as make

ADDRESS = "/api/v1/dashboards/restorative-offers/"


@pytest.fixture
def offers(world):
    """At north: 4 removals of Black students, 1 offered; 3 of White students, all offered, 2 accepted; 2 not asked."""
    Removal.objects.update(kind="BUS")
    answers = {
        "BL": ["declined", "not_offered", "not_offered", "not_offered", None],
        "WH": ["accepted", "accepted", "pending", None],
    }
    for race, given in answers.items():
        student = make.make_student(world.district, race=race, sex="F", grade="09")
        make.enroll(student, world.north, world.year)
        for answer in given:
            removal = make.remove(make.make_incident(world.north, world.year), student, "ISS")
            if answer:
                RestorativeOffer.objects.create(removal=removal, answer=answer)
    voided = make.remove(
        make.make_incident(world.north, world.year), world.student, "OSS", voided_at="2020-12-01T00:00Z"
    )
    RestorativeOffer.objects.create(removal=voided, answer="accepted")
    return world


def rows(client, query):
    return client.get(f"{ADDRESS}?{query}").json()["rows"]


def test_counts_rates_and_ratios_by_group(offers, client_for):
    client = client_for(offers.user("leader"))
    found = {row["race"]: row for row in rows(client, "school_year=2021&by=race")}
    black, white = found["BL"], found["WH"]
    assert [black[name] for name in ("removals", "asked", "offered", "accepted", "declined")] == [5, 4, 1, 0, 1]
    assert [white[name] for name in ("removals", "asked", "offered", "accepted", "declined")] == [4, 3, 3, 2, 0]
    assert (black["offer_rate"], black["acceptance_rate"], black["offer_ratio"]) == (0.25, 0.0, 0.25)
    assert (white["offer_rate"], white["acceptance_rate"], white["offer_ratio"]) == (1.0, 2 / 3, 4.0)
    assert black["small"] is True
    (everybody,) = rows(client, "school_year=2021")
    assert (everybody["asked"], everybody["offered"], everybody["offer_ratio"]) == (7, 4, None)
    schools = {row["school"]: row["asked"] for row in rows(client, "school_year=2021&by=school")}
    assert schools == {"0001": 7, "0002": 0}
    assert rows(client, "school_year=2021&race=WH")[0]["asked"] == 3


def test_the_page_and_the_files_show_the_same(offers, client_for, settings):
    settings.MFA_REQUIRED = False
    client = client_for(offers.user("principal"))
    page = client.get("/dashboards/offers/?school_year=2021&by=race")
    assert page.status_code == 200
    for words in ("57.1%", "4 of 7", "25.0%", "1 of 4 removals", "few removals"):
        assert words in page.text
    lines = b"".join(client.get("/dashboards/offers/?school_year=2021&by=race&format=csv").streaming_content)
    assert b"2021,BL," in lines
    assert client.get("/dashboards/offers/?by=hair").status_code == 400
    assert client.get(f"{ADDRESS}?by=race,sex").status_code == 400
    assert client_for(offers.user("staff")).get("/dashboards/offers/").status_code == 403


def test_without_answers_it_says_so(world, client_for, settings):
    settings.MFA_REQUIRED = False
    assert "No answer on record yet" in client_for(world.user("leader")).get("/dashboards/offers/").text
