"""Who may read the outcomes of circles, of which schools, and that every door shows the same figures."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from circles.models import CircleParticipant
from dashboards.circle_outcomes.rows import COLUMNS
from district.access import Permission, Role, roles_with
from district.models import AuditEvent
from tests import factories as make
from tests.dashboards.circle_outcomes.conftest import DAY, ENDPOINT, HELD, PAGE

pytestmark = pytest.mark.django_db

WHOLE, OWN = (Role.LEADER, Role.RECORDS), (Role.OFFICER, Role.PRINCIPAL, Role.COORDINATOR)


@pytest.fixture
def reader(small_world, client_for):
    """A client of somebody with a role: of the whole district, or of the north school."""

    def sign_in(role, *schools):
        organization = make.make_organization(small_world.district) if role in (Role.TRAINER, Role.PARTNER) else None
        places = schools or ((small_world.north,) if role in OWN else ())
        return client_for(make.make_user(role, small_world.district, *places, organization=organization))

    return sign_in


class TestWho:
    def test_only_those_who_see_rates(self):
        assert roles_with(Permission.RATES_VIEW) == {*WHOLE, *OWN}

    @pytest.mark.parametrize("role", list(Role))
    def test_each_role(self, role, reader):
        client, allowed = reader(role), role in {*WHOLE, *OWN}
        for address in (ENDPOINT, PAGE, f"{ENDPOINT}?format=csv", f"{PAGE}?format=xlsx"):
            assert client.get(address).status_code == (200 if allowed else 403), (role, address)

    def test_nobody_without_signing_in(self, small_world, client):
        assert client.get(ENDPOINT).status_code == 401
        assert client.get(PAGE).status_code == 302

    @pytest.mark.parametrize("role", OWN)
    def test_ones_own_schools_as_if_there_were_no_other(self, role, small_world, reader, leader):
        """Whatever happened at the other school: exactly what the district's leader sees of this one."""
        ann = CircleParticipant.objects.filter(role="responsible", student__race="BL").first().student
        small_world.refer(ann, small_world.south, HELD + 5 * DAY)
        own = reader(role).get(f"{ENDPOINT}?school_year=2021&by=race").json()["rows"]
        one = leader.get(f"{ENDPOINT}?school_year=2021&by=race&school=0001").json()["rows"]
        told = ("keeper", "not_held")
        assert [row for row in own if row["part"] not in told] == [row for row in one if row["part"] not in told]
        assert next(row for row in own if row["part"] == "recurrence")["number"] == 1
        assert reader(role).get(f"{ENDPOINT}?school=0002").status_code == 400

    def test_the_other_school_by_its_own_reader(self, small_world, reader):
        rows = reader(Role.COORDINATOR, small_world.south).get(f"{ENDPOINT}?school_year=2021").json()["rows"]
        assert [row["number"] for row in rows if row["part"] == "cases"] == [1, 1, 1, 1, 0]


class TestWhatIsNotTold:
    def test_keepers_by_name_only_to_those_who_see_adults_in_training(self, reader):
        shown = {role: "Kim Keeper" in reader(role).get(f"{ENDPOINT}?school_year=2021").text for role in (*WHOLE, *OWN)}
        assert shown == {
            **dict.fromkeys((Role.LEADER, Role.PRINCIPAL, Role.COORDINATOR), True),
            **dict.fromkeys((Role.RECORDS, Role.OFFICER), False),
        }
        for role in (Role.RECORDS, Role.OFFICER):
            client = reader(role)
            assert "Kim Keeper" not in client.get(f"{PAGE}?school_year=2021").text
            rows = client.get(f"{ENDPOINT}?school_year=2021").json()["rows"]
            assert sum(row["number"] for row in rows if row["part"] == "keepers") == len({"Kim", "Mo"}) - (
                role == Role.OFFICER
            )

    def test_that_somebody_did_not_come_only_to_those_who_arrange_the_cases(self, small_world, reader):
        told = {}
        for role in (*WHOLE, *OWN):
            rows = reader(role).get(f"{ENDPOINT}?school_year=2021").json()["rows"]
            told[role] = {row["item"]: row["number"] for row in rows if row["part"] == "not_held"}
        assert told.pop(Role.COORDINATOR) == {"party_absent": 1, "keeper_absent": 1, "other": 1}
        assert all(found == {"keeper_absent": 1, "other": 2} for found in told.values())

    def test_no_name_of_a_student_no_reason_of_a_case_no_word_of_a_term(self, small_world, reader):
        people = CircleParticipant.objects.exclude(student=None).select_related("student__person")
        hidden = [str(one.student.uid) for one in people] + [one.student.person.family_name for one in people]
        hidden += ["declined", "Nobody else could", "Help.", "Opened by mistake"]
        for role in (*WHOLE, *OWN):
            client = reader(role)
            for address in (PAGE, ENDPOINT, f"{ENDPOINT}?by=race"):
                text = client.get(address, {"school_year": "2021"}).text
                assert [word for word in hidden if word in text] == []


class TestTheSameEverywhere:
    @pytest.mark.parametrize("query", ["school_year=2021&by=race", "school_year=2021&by=&practice=harm-circle"])
    def test_json_csv_and_xlsx(self, query, small_world, leader):
        rows = leader.get(f"{ENDPOINT}?{query}").json()["rows"]
        assert list(rows[0]) == list(COLUMNS)
        text = b"".join(leader.get(f"{ENDPOINT}?{query}&format=csv").streaming_content).decode("utf-8-sig")
        found = list(csv.DictReader(io.StringIO(text)))
        assert [[_plain(row[name]) for name in COLUMNS] for row in rows] == [
            [one[name] if name in TEXTS else _number(one[name]) for name in COLUMNS] for one in found
        ]
        page = b"".join(leader.get(f"{PAGE}?{query}&format=csv").streaming_content).decode("utf-8-sig")
        assert page == text
        book = openpyxl.load_workbook(
            io.BytesIO(b"".join(leader.get(f"{ENDPOINT}?{query}&format=xlsx").streaming_content)), read_only=True
        )
        heading, *lines = book["figures"].iter_rows(values_only=True)
        assert heading == COLUMNS
        assert [[_plain(value) for value in (*line, *[None] * (len(COLUMNS) - len(line)))] for line in lines] == [
            [_plain(row[name]) for name in COLUMNS] for row in rows
        ]
        words = dict(row for row in book["definitions"].iter_rows(min_row=2, max_col=2, values_only=True))
        assert "estimate" in words["days_avoided"]
        assert set(COLUMNS) <= set(words)

    def test_the_page(self, small_world, leader):
        text = leader.get(f"{PAGE}?school_year=2021").text
        for words in (
            "What comes of circles after harm?",
            "In 2020–21 6 cases were opened, and 4 have been held so far.",
            "9.5 days",
            "60.0%",
            "3 of 5 terms due",
            "2 of 3 students",
            "An estimate, not a count and not an effect",
            "9–12.5",
            "This says nothing about cause.",
            "Level 3",
            "All practices",
            "Kim Keeper",
            "too few to tell apart",
            "The same numbers as a table",
        ):
            assert words in text, words

    def test_taking_figures_away_is_written_down(self, small_world, leader):
        leader.get(f"{ENDPOINT}?school_year=2021&tier=2&format=csv").getvalue()
        event = AuditEvent.objects.filter(action="export").latest("pk")
        details = event.details if isinstance(event.details, dict) else json.loads(event.details)
        assert details["report"] == "circle-outcomes"
        assert (details["school_year"], details["tiers"], details["format"]) == (2021, [2], "csv")


TEXTS = ("part", "item", "group", "label", "status")


def _plain(value):
    return "" if value is None else value if isinstance(value, str | bool) else float(value)


def _number(text):
    return "" if text == "" else True if text.lower() == "true" else float(text)


class TestFilters:
    def test_practice_and_tier(self, small_world, leader):
        number = {
            query: leader.get(f"{ENDPOINT}?school_year=2021&{query}").json()["rows"][0]["number"]
            for query in (
                "practice=mediation",
                "practice=harm-circle",
                "practice=mediation,harm-circle",
                "tier=3",
                "tier=2",
            )
        }
        assert list(number.values()) == [1, 5, 6, 0, 6]

    def test_a_practice_narrows_who_took_part_and_who_keeps(self, small_world, leader):
        rows = leader.get(f"{ENDPOINT}?school_year=2021&practice=mediation").json()["rows"]
        came = [row["number"] for row in rows if row["part"] == "participation"]
        assert came == [1, 0]
        assert [(row["open"], row["held"]) for row in rows if row["part"] == "keeper"] == [(1, 1)]

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ("by=hair", "by"),
            ("by=race,sex", "by"),
            ("tier=4", "tier"),
            ("practice=check-in", "practice"),
            ("school_year=1999", "school_year"),
            ("school_year=2020,2021", "school_year"),
            ("school=9999", "school"),
            ("level=tower", "level"),
            ("race=BL", "race"),
            ("district=ELSE", "district"),
            ("tier=2&tier=3", "tier"),
            ("format=pdf", "format"),
            ("circle__held_on=2020-11-10", "circle__held_on"),
        ],
    )
    def test_what_does_not_exist_is_refused(self, query, name, small_world, leader):
        response = leader.get(f"{ENDPOINT}?{query}")
        assert (response.status_code, list(response.json())) == (400, [name])
        page = leader.get(f"{PAGE}?{query}")
        assert page.status_code == 400
        assert "cascade" not in page.text

    def test_without_a_case_it_says_so(self, outcomes, leader):
        outcomes.student(outcomes.north)
        outcomes.settle()
        text = leader.get(PAGE).text
        assert "No case was opened by these filters" in text
        assert leader.get(ENDPOINT).json()["finding"] == ""

    def test_without_a_roster_it_says_so(self, outcomes, leader):
        assert "No students yet" in leader.get(PAGE).text
        assert leader.get(ENDPOINT).json()["rows"] == []


def test_the_number_of_queries_does_not_grow(small_world, leader):
    """The same with six cases and with thirty."""

    def queries(address):
        leader.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert leader.get(address).status_code == 200
        return len(caught.captured_queries)

    addresses = [f"{ENDPOINT}?school_year=2021&by=race", f"{PAGE}?school_year=2021"]
    before = [queries(address) for address in addresses]
    o = small_world
    for number in range(24):
        student = o.student(o.north)
        circle = o.case(
            o.north, -9, -8, -6, -4, 0, 0, 1, 70, reason="completed", referral=o.refer(student, o.north, level="3")
        )
        o.sat(circle, student)
        o.agree(circle, ("met", number), asked_on=(14,))
    o.settle()
    assert [queries(address) for address in addresses] == before
