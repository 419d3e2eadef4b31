"""The page of the patterns: the endpoint's figures, marks that lead on, the list behind them, who sees what."""

from __future__ import annotations

import json
from datetime import date

import lxml.html
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from discipline.models import Referral
from district.access import Permission, Role, roles_with
from tests import factories as make
from tests.dashboards.patterns.world import draw_place

PAGE, STAFF_PAGE = "/dashboards/patterns/", "/dashboards/patterns/staff/"
ENDPOINT, STAFF_ENDPOINT = "/api/v1/dashboards/patterns/", "/api/v1/dashboards/patterns/staff/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def document(response) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(response.content.decode())


def words(element) -> str:
    return " ".join(element.text_content().split())


def tables(page) -> dict[str, list[list[str]]]:
    """First heading of each table → its body rows, without the small notes."""
    found = {}
    for table in page.xpath("//main//table"):
        rows = [[words(cell.xpath("./*")[0]) for cell in row.xpath("./th | ./td")] for row in table.xpath("./tbody/tr")]
        found[words(table.xpath(".//thead//th")[0])] = rows
    return found


@pytest.fixture
def place(db):
    """Eight students of North referred on Mondays at 10 in classrooms, two elsewhere; an adult who referred them."""
    district = make.make_district("EX")
    year = make.make_school_year(district, 2021, label="invented")
    north = make.make_school(district, "0001", name="North School", level="middle")
    south = make.make_school(district, "0002", name="South School", level="high")
    behavior = make.make_behavior(district, "D", "Disruption", subjective=True)
    adult = make.make_staff(district, north, year, given_name="Robin", family_name="Teacher", local_id="T1")
    students = [make.make_student(district, grade="07", race="BL", sex="F") for _ in range(20)]
    for student in students:
        make.enroll(student, north, year, refresh=student is students[-1])
    for number, student in enumerate(students[:8]):
        incident = make.make_incident(north, year, occurred_on=date(2020, 11, 2 + 7 * (number % 4)))
        make.involve(incident, student, behavior, reported_by_staff=adult)
        make.refer(incident, student)
    for student in students[8:10]:
        incident = make.make_incident(north, year, occurred_on=date(2020, 12, 1), occurred_time=None, location="03013")
        make.involve(incident, student, make.make_behavior(district, f"F{student.pk}", "Fighting"))
        make.refer(incident, student)
    return district, year, north, south


class TestFigures:
    def test_the_tables_show_what_the_endpoint_gives(self, place):
        district, *_ = place
        client = signed_in(make.make_user("records", district))
        headings = {
            "Month": "month", "Place": "location", "Behavior": "behavior", "Grade": "grade", "Judgment": "subjective",
            "Referred by": "staff",
        }  # fmt: skip
        compared = 0
        for asked in ({}, {"hour": "10"}, {"grade": "07", "month": "11"}):
            rows = client.get(STAFF_ENDPOINT, asked).json()["rows"]
            shown = tables(document(client.get(STAFF_PAGE, asked)))
            for heading, breakdown in headings.items():
                wanted = [row for row in rows if row["breakdown"] == breakdown]
                assert [line[0] for line in shown[heading]] == [row["label"] for row in wanted]
                for line, row in zip(shown[heading], wanted, strict=True):
                    assert line[1:4] == [str(row["events"]), f"{row['share']:.1%}", str(row["students"])]
                    compared += 4
            days = [row for row in rows if row["breakdown"] == "weekday"]
            grid = {(row["weekday"], row["hour"]): row["events"] for row in rows if row["breakdown"] == "weekday_hour"}
            week = {line[0]: line[1:] for line in shown["Hour"]}
            at_ten = [grid.get((day["weekday"], "10"), 0) for day in days]
            assert week["10 AM"] == [*map(str, at_ten), str(sum(at_ten))]
            assert week["All hours"] == [str(row["events"]) for row in (*days, rows[0])]
            assert week["School days"] == [f"{row['school_days']:g}" for row in (*days, rows[0])]
            times = {line[0]: line[1] for line in shown["Number of each student"]}
            assert list(times.values()) == [str(row["students"]) for row in rows if row["breakdown"] == "times"]
        print(json.dumps({"id": "patterns_page_equals_endpoint", "n": compared, "bad": 0}))

    def test_the_sentence_and_titles_say_numbers_and_no_cause(self, place):
        district, *_ = place
        page = document(signed_in(make.make_user("leader", district)).get(PAGE))
        assert words(page.xpath("//p[@class='lead-sentence']")[0]).startswith(
            "In 2020–21, 10 referrals were recorded in the district. They concern 10 students, 50.0% of the 20 enrolled"
        )
        titles = [words(title) for title in page.xpath("//figcaption/h3")]
        assert titles == [
            "Most per school day in November: 0.38",
            "Most often on Mondays between 10 AM and 11 AM: 8 of 10",
            "Most often in classrooms: 8 of 10",
            "Most often for “Disruption”: 8 of 10",
            "Most in Grade 7: 10 of 10",
            "50.0% of the students enrolled have none",
            "80.0% name a behavior that depends on an adult’s judgment",
        ]
        assert "2020–21: invented" in words(page)
        assert "It does not show why." in words(page)

    def test_few_students_are_marked_and_a_time_not_known_has_its_place(self, place):
        district, *_ = place
        page = document(signed_in(make.make_user("leader", district)).get(PAGE))
        (line,) = page.xpath("//tr[th[contains(., 'Cafeteria')]]")
        assert "few students" in words(line)
        assert "No time" in [words(one) for one in page.xpath("//svg//text | //*[local-name()='text']")]
        assert "The time is not known for 2 of them." in words(page)

    def test_removals_of_a_kind(self, place):
        district, year, north, _south = place
        student = make.make_student(district, grade="08")
        make.remove(make.make_incident(north, year), student, kind="CLASS")
        page = document(signed_in(make.make_user("records", district)).get(PAGE, {"measure": "class_removal"}))
        assert words(page.xpath("//h1")[0]) == "When, where and over what are students removed?"
        assert "1 removal from class was recorded" in words(page)
        (link,) = page.xpath("//a[normalize-space()='See the 1 removal from class']/@href")
        assert link.startswith("/removals/?")

    def test_nothing_on_record_and_nobody_enrolled(self, place):
        district, *_ = place
        client = signed_in(make.make_user("leader", district))
        page = document(client.get(PAGE, {"location": "03020"}))
        assert "Nothing on record by this selection" in words(page)
        assert not page.xpath("//figure")
        page = document(signed_in(make.make_user("leader", make.make_district("NEW"))).get(PAGE))
        assert "No students yet" in words(page)


class TestWays:
    def test_every_mark_leads_to_the_same_page_with_its_filter_added(self, place):
        district, *_ = place
        client = signed_in(make.make_user("records", district))
        page = document(client.get(PAGE, {"month": "11"}))
        marks = set(page.xpath("//figure//*[local-name()='svg']//*[local-name()='a']/@href"))
        assert all("month=11" in mark for mark in marks)
        assert any("weekday=MON&hour=10" in mark for mark in marks)
        for name in ("location=03014", "behavior=D", "grade=07", "subjective=true"):
            (mark,) = {mark for mark in marks if name in mark}
            narrowed = document(client.get(PAGE + mark))
            assert "8 of 10 referrals" in words(narrowed.xpath("//p[@class='lead-sentence']")[0])
            assert name.partition("=")[0] in mark

    def test_a_choice_is_taken_away_and_all_are_cleared(self, place):
        district, *_ = place
        client = signed_in(make.make_user("leader", district))
        page = document(client.get(PAGE, {"hour": "10", "race": "BL", "level": "middle"}))
        chosen = {words(chip): chip.get("href") for chip in page.xpath("//*[@class='filters-chosen']/a")}
        assert list(chosen) == ["Hour 10 AM take away", "Race and ethnicity Black take away", "Clear all"]
        assert "hour" not in chosen["Hour 10 AM take away"]
        assert "race=BL" in chosen["Hour 10 AM take away"]
        (cleared,) = page.xpath("//a[@data-clear]/@href")
        assert "level=middle" in cleared
        assert "hour" not in cleared
        assert "race" not in cleared
        assert not document(client.get(PAGE + cleared)).xpath("//a[@data-clear]")

    def test_see_these_referrals_holds_exactly_what_was_counted(self, place):
        district, year, north, _south = place
        voided = make.make_incident(north, year, occurred_on=date(2020, 11, 2))
        make.refer(voided, make.make_student(district), status=Referral.Status.VOIDED)
        asked = {"hour": "10", "weekday": "MON", "race": "BL"}
        for role, schools in (("records", ()), ("principal", (north,)), ("officer", (north,))):
            client = signed_in(make.make_user(role, district, *schools))
            page = document(client.get(PAGE, asked))
            (link,) = page.xpath("//a[normalize-space()='See these 8 referrals']/@href")
            found = document(client.get(link))
            assert "8 found" in words(found)
        for role, schools in (("leader", ()), ("coordinator", (north,))):
            page = document(signed_in(make.make_user(role, district, *schools)).get(PAGE, asked))
            assert not page.xpath("//a[starts-with(@href, '/referrals/?')]")

    @pytest.mark.once
    def test_every_choice_of_every_chip_can_be_opened(self, place):
        district, *_ = place
        client = signed_in(make.make_user("records", district))
        page = document(client.get(STAFF_PAGE, {"hour": "UNREPORTED", "sex": "UNREPORTED"}))
        addresses = sorted(set(page.xpath("//nav[contains(@class, 'filters')]//a/@href")))
        assert len(addresses) > 140
        assert {client.get(STAFF_PAGE + address).status_code for address in addresses[::9]} == {200}

    def test_the_shared_address_shows_the_same(self, place):
        district, *_ = place
        client = signed_in(make.make_user("leader", district))
        page = document(client.get(PAGE, {"hour": "10"}))
        (address,) = page.xpath("//input[@id='address']/@value")
        assert "school_year=2021" in address
        again = document(client.get(address.removeprefix("http://testserver")))
        assert tables(again) == tables(page)

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_files(self, place, kind):
        district, *_ = place
        client = signed_in(make.make_user("principal", district, place[2]))
        page = document(client.get(STAFF_PAGE, {"hour": "10"}))
        (address,) = page.xpath(f"//a[contains(@href, 'format={kind}')]/@href")
        mine, theirs = client.get(STAFF_PAGE + address), client.get(STAFF_ENDPOINT + address)
        assert mine.status_code == theirs.status_code == 200
        assert mine["Content-Disposition"] == f'attachment; filename="patterns-referral-2021.{kind}"'
        if kind == "csv":
            assert b"".join(mine.streaming_content) == b"".join(theirs.streaming_content)


class TestDoors:
    def test_roles(self, world):
        for address, permission in ((PAGE, Permission.RATES_VIEW), (STAFF_PAGE, Permission.REPORTERS_VIEW)):
            statuses = {role: signed_in(world.user(role)).get(address).status_code for role in Role}
            assert {role for role, status in statuses.items() if status == 200} == roles_with(permission)
            assert set(statuses.values()) == {200, 403}
        assert roles_with(Permission.REPORTERS_VIEW) == {Role.PRINCIPAL, Role.RECORDS}

    def test_who_referred_is_named_on_its_own_page_only(self, place):
        district, _year, north, _south = place
        principal = signed_in(make.make_user("principal", district, north))
        page = document(principal.get(PAGE))
        assert "Teacher" not in words(page)
        (link,) = page.xpath("//a[normalize-space()='By who referred']/@href")
        staff = document(principal.get(link))
        assert [line[:2] for line in tables(staff)["Referred by"]] == [["Robin Teacher", "8"], ["Nobody named", "2"]]
        assert not [words(title) for title in staff.xpath("//figcaption/h3") if "Teacher" in words(title)]
        assert "They do not rate anybody" in words(staff)
        for role in ("officer", "coordinator", "leader"):
            schools = () if role == "leader" else (north,)
            client = signed_in(make.make_user(role, district, *schools))
            assert "By who referred" not in words(document(client.get(PAGE)))
            refused = client.get(PAGE, {"staff": "T1"})
            assert (refused.status_code, "staff" in words(document(refused))) == (400, True)

    def test_rights_are_per_grant(self, place):
        """Principal of South and officer of North: who referred is open for South only."""
        district, year, north, south = place
        make.enroll(make.make_student(district), south, year)
        user = make.make_user("principal", district, south)
        user.grants.create(role="officer", district=district, school=north)
        client = signed_in(user)
        assert "10 referrals" in words(document(client.get(PAGE)).xpath("//p[@class='lead-sentence']")[0])
        staff = document(client.get(STAFF_PAGE))
        assert "0 referrals were recorded at South School" in words(staff)
        assert client.get(STAFF_PAGE, {"school": "0001"}).status_code == 400
        page = document(client.get(PAGE, {"school": "0001", "hour": "10"}))
        (link,) = page.xpath("//a[normalize-space()='By who referred']/@href")
        assert client.get(link).status_code == 200
        assert "hour=10" in link
        assert "school=" not in link

    def test_what_is_unknown_shows_its_message_and_no_figure(self, place):
        district, *_ = place
        client = signed_in(make.make_user("leader", district))
        wrong = {
            "school_year": ("1999", "2020,2021"), "measure": ("none",), "school": ("0099",), "nosuch": ("1",),
            "hour": ("24",), "weekday": ("mon",), "month": ("13", "09"), "location": ("1",), "behavior": ("X",),
            "subjective": ("yes",), "grade": ("9",), "by": ("month",), "times": ("0",),
        }  # fmt: skip
        for name, value in ((name, value) for name, values in wrong.items() for value in values):
            response = client.get(PAGE, {name: value})
            page = document(response)
            assert response.status_code == 400
            assert name in words(page.xpath("//*[@role='alert']")[0])
            assert not page.xpath("//table | //figure")
            answer = client.get(ENDPOINT, {name: value})
            assert (answer.status_code, list(answer.json())) == (400, [name])

    def test_nothing_inline_and_nothing_from_elsewhere(self, place):
        district, *_ = place
        page = document(signed_in(make.make_user("leader", district)).get(PAGE, {"hour": "10"}))
        assert not page.xpath("//script[not(@src)] | //style | //*[@style] | //*[@onclick]")
        assert not page.xpath("//*[starts-with(@src, 'http') or starts-with(@href, 'http')]")


@pytest.mark.django_db
def test_the_number_of_queries_of_the_page_is_fixed():
    counts = set()
    for seed, size in ((31, 4), (32, 20)):
        place = draw_place(seed, students=size)
        client = signed_in(make.make_user("records", place.drawn.district))
        client.get("/help/")  # the first request of a session writes it
        for asked in ({}, {"hour": "10", "race": "BL", "school": "0000"}):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(STAFF_PAGE, {"school_year": "2021", **asked}).status_code == 200
            counts.add(len(queries))
    print(json.dumps({"id": "patterns_page_queries", "n": max(counts), "bad": len(counts) - 1}))
    assert len(counts) == 1
    assert counts.pop() <= 28
