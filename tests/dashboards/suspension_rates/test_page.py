"""The page of the suspension rates: the same figures as the endpoint, words for people, addresses that lead deeper."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal

import lxml.html
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.actions import mark_not_reported
from district.access import Permission, Role, roles_with
from tests import factories as make
from tests.dashboards.recomputation import draw
from tests.dashboards.suspension_rates.test_reports import populate

PAGE = "/dashboards/suspensions/"
ENDPOINT = "/api/v1/dashboards/suspension-rates/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def document(response) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(response.content.decode())


def words(element) -> str:
    return " ".join(element.text_content().split())


def table(page, name: str) -> list[list[str]]:
    """The body rows of the first table in the section whose heading has the id `name`."""
    (section,) = page.xpath(f"//section[@aria-labelledby='{name}']")
    rows = section.xpath(".//tbody/tr")
    return [[words(cell.xpath("./*")[0]) for cell in row.xpath("./th | ./td")] for row in rows]


def shown(number: float, places: int) -> str:
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{exact:,}"


def percent(share: float) -> str:
    return f"{shown(share * 100, 2 if 0 < share < 0.01 else 1)}%"


@pytest.fixture
def place(db):
    district = make.make_district("EX")
    year = make.make_school_year(district, label="invented")
    school, other = make.make_school(district, "0042", level="middle"), make.make_school(district, "0043", level="high")
    populate(school, year, BL=(24, 120), WH=(13, 300), AS=(0, 8))
    populate(other, year, BL=(4, 30), WH=(17, 300))
    return district, year, school, other


class TestFigures:
    def test_the_table_shows_what_the_endpoint_gives(self, place):
        district, *_ = place
        client = signed_in(make.make_user("leader", district))
        labels = {"Black": "BL", "White": "WH", "Asian": "AS"}
        compared = 0
        for extra in ({}, {"denominator": "snapshot"}, {"reference": "WH"}, {"school": "0042"}, {"level": "high"}):
            rows = client.get(ENDPOINT, {"by": "race", **extra}).json()["rows"]
            lines = table(document(client.get(PAGE, {"by": "race", **extra})), "groups")
            assert {labels[line[0]] for line in lines} == {row["race"] for row in rows}
            for line in lines:
                (row,) = [row for row in rows if row["race"] == labels[line[0]]]
                assert line[1:4] == [f"{row[name]:,}" for name in ("enrolled", "affected", "events")]
                assert line[4].replace(",", "") == row["days"]
                assert line[5] == percent(row["rate"])
                expected = "comparison" if extra.get("reference") == row["race"] else "–"
                assert line[7] == (expected if row["risk_ratio"] is None else shown(row["risk_ratio"], 2))
                low, high = row["risk_ratio_low"], row["risk_ratio_high"]
                assert line[8] == ("–" if low is None else f"{shown(low, 2)}–{shown(high, 2)}")
                compared += len(line)
        print(json.dumps({"id": "page_equals_endpoint", "n": compared, "bad": 0}))

    def test_finding_says_numbers_and_uncertainty_and_no_cause(self, place):
        district, *_ = place
        page = document(signed_in(make.make_user("leader", district)).get(PAGE))
        lead = words(page.xpath("//p[@class='lead-sentence']")[0])
        assert lead == (
            "In 2020–21, 18.7% of Black students were suspended out of school at least once: "
            "3.8 times the rate of all other students (95% interval 2.3 to 6.1)."
        )
        assert "2020–21: invented" in words(page)

    def test_figures_are_rounded_half_up_and_never_cut(self, place):
        """3.7837… is 3.8 times and 18.66… is 18.7 %."""
        district, *_ = place
        rows = table(document(signed_in(make.make_user("leader", district)).get(PAGE)), "groups")
        assert rows[0][:1] + rows[0][5:6] == ["Black", "18.7%"]

    def test_no_group_stands_out(self, place):
        district, *_ = place
        page = document(signed_in(make.make_user("leader", district)).get(PAGE, {"by": "sex"}))
        assert "too few students to compare" in words(page.xpath("//p[@class='lead-sentence']")[0])

    def test_small_groups_are_marked_and_their_ratio_is_not_drawn(self, place):
        district, *_ = place
        page = document(signed_in(make.make_user("leader", district)).get(PAGE))
        (line,) = page.xpath("//section[@aria-labelledby='groups']//tr[contains(., 'Asian')]")
        assert "few students" in words(line)
        assert "not shown: few students" in words(page.xpath("//div[@class='chart-beside']")[0])

    def test_schools_are_ranked_in_their_level(self, place):
        district, year, *_ = place
        tiny = make.make_school(district, "0044", level="high")
        populate(tiny, year, WH=(3, 20))
        page = document(signed_in(make.make_user("leader", district)).get(PAGE))
        (section,) = page.xpath("//section[@aria-labelledby='schools']")
        assert [words(title) for title in section.xpath(".//figcaption/h3")] == ["High schools", "Middle schools"]
        assert "1 school or program with fewer than 100 students is not ranked" in words(section)
        lines = {line[0]: line for line in table(page, "schools")}
        assert lines["School 0042"][1:4] == ["428", "37", "8.6%"]
        assert lines["School 0044"][5] == "not ranked: few students"

    def test_trend_over_the_years(self, place):
        district, *_ = place
        before = make.make_school_year(district, 2020)
        populate(make.make_school(district, "0050"), before, BL=(10, 100), WH=(10, 300))
        page = document(signed_in(make.make_user("leader", district)).get(PAGE))
        lines = table(page, "trend")
        assert [line[:2] for line in lines][:3] == [["Asian", "2020–21"], ["Black", "2019–20"], ["Black", "2020–21"]]
        assert "From 5.0% of all students in 2019–20" in words(page)

    def test_intersections_are_a_table(self, place):
        district, *_ = place
        page = document(signed_in(make.make_user("leader", district)).get(PAGE, {"by": "school,race"}))
        lines = table(page, "cross")
        assert [line[0] for line in lines][:2] == ["School 0042, Asian", "School 0042, Black"]
        assert not page.xpath("//section[@aria-labelledby='groups']")

    def test_not_reported_is_said_and_is_no_zero(self, place):
        district, year, school, _other = place
        mark_not_reported(school=school, school_year=year, measure="iss", reason="No system.", by=None)
        page = document(signed_in(make.make_user("leader", district)).get(PAGE, {"measure": "iss"}))
        assert "School 0042 did not report this measure" in words(page.xpath("//div[@class='notice']")[0])
        lines = {line[0]: line for line in table(page, "schools")}
        assert lines["School 0042"][1:6] == ["428", "–", "–", "–", "not reported"]


class TestDoors:
    def test_roles(self, world):
        statuses = {role: signed_in(world.user(role)).get(PAGE).status_code for role in Role}
        assert {role for role, status in statuses.items() if status == 200} == roles_with(Permission.RATES_VIEW)
        assert set(statuses.values()) == {200, 403}
        assert Client().get(PAGE).status_code == 302

    def test_a_school_role_sees_its_school(self, place):
        district, _year, school, other = place
        page = document(signed_in(make.make_user("coordinator", district, school)).get(PAGE))
        assert [line[1] for line in table(page, "groups")] == ["120", "300", "8"]
        assert other.name not in words(page)
        assert not page.xpath("//section[@aria-labelledby='schools']")

    @pytest.mark.parametrize(
        ("name", "value"),
        [("school_year", "1999"), ("measure", "none"), ("school", "0099"), ("nosuch", "1"), ("reference", "XX")],
    )
    def test_what_is_unknown_shows_its_message_and_no_figure(self, place, name, value):
        district, *_ = place
        response = signed_in(make.make_user("leader", district)).get(PAGE, {name: value})
        page = document(response)
        assert response.status_code == 400
        assert name in words(page.xpath("//*[@role='alert']")[0])
        assert not page.xpath("//table | //figure")

    def test_several_districts_are_offered(self, place):
        district, *_ = place
        leader = make.make_user("leader", district)
        second = make.make_district("SECOND")
        leader.grants.create(role="leader", district=second)
        response = signed_in(leader).get(PAGE)
        assert response.status_code == 400
        assert document(response).xpath("//a[@href='?district=SECOND']")


class TestWays:
    def test_from_a_group_to_the_schools_to_a_school_to_the_records(self, place):
        district, *_ = place
        client = signed_in(make.make_user("records", district))
        page = document(client.get(PAGE))
        (group,) = page.xpath("//section[@aria-labelledby='groups']//a[normalize-space()='Black']/@href")
        schools = document(client.get(PAGE + group))
        assert "Counted here: Black students." in words(schools)
        (school,) = schools.xpath("//section[@aria-labelledby='schools']//th/a[normalize-space()='School 0042']/@href")
        inside = document(client.get(PAGE + school))
        (records,) = inside.xpath("//a[normalize-space()='Open the records']/@href")
        assert records.startswith("/removals/?")
        found = client.get(records)
        assert found.status_code == 200
        assert "37 found" in words(document(found))

    def test_no_way_to_the_records_without_their_permission(self, place):
        district, *_ = place
        page = document(signed_in(make.make_user("leader", district)).get(PAGE))
        assert not page.xpath("//a[contains(@href, '/removals/')]")

    @pytest.mark.once
    def test_every_choice_of_every_chip_can_be_opened(self, place):
        district, *_ = place
        client = signed_in(make.make_user("leader", district))
        page = document(client.get(PAGE, {"by": "race", "reference": "WH", "sex": "UNREPORTED"}))
        addresses = set(page.xpath("//nav[contains(@class, 'filters')]//a/@href"))
        assert len(addresses) > 60
        assert {client.get(PAGE + address).status_code for address in addresses} == {200}

    def test_the_shared_address_shows_the_same(self, place):
        district, *_ = place
        client = signed_in(make.make_user("leader", district))
        page = document(client.get(PAGE, {"denominator": "snapshot"}))
        (address,) = page.xpath("//input[@id='address']/@value")
        again = document(client.get(address.removeprefix("http://testserver")))
        assert table(again, "groups") == table(page, "groups")
        assert "school_year=2021" in address

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_files(self, place, kind):
        district, *_ = place
        client = signed_in(make.make_user("leader", district))
        page = document(client.get(PAGE))
        (address,) = page.xpath(f"//a[contains(@href, 'format={kind}')]/@href")
        mine, theirs = client.get(PAGE + address), client.get(ENDPOINT + address)
        assert mine.status_code == theirs.status_code == 200
        if kind == "csv":
            assert b"".join(mine.streaming_content) == b"".join(theirs.streaming_content)
        assert "attachment" in mine["Content-Disposition"]

    def test_nothing_inline_and_nothing_from_elsewhere(self, place):
        district, *_ = place
        page = document(signed_in(make.make_user("leader", district)).get(PAGE))
        assert not page.xpath("//script[not(@src)] | //style | //*[@style] | //*[@onclick]")
        assert not page.xpath("//*[starts-with(@src, 'http') or starts-with(@href, 'http')]")


@pytest.mark.django_db
def test_the_number_of_queries_does_not_depend_on_schools_or_students():
    counts = set()
    for seed, size in ((21, 6), (22, 60)):
        drawn = draw(seed, students=size)
        client = signed_in(make.make_user("leader", drawn.district))
        client.get(PAGE, {"by": "race"})  # the first question after a change counts anew
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE, {"by": "race"}).status_code == 200
        counts.add(len(queries))
    print(json.dumps({"id": "page_queries", "n": max(counts), "bad": int(max(counts) > 14)}))
    assert len(counts) == 1
    assert counts.pop() <= 14
