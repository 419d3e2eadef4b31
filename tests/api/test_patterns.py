"""`GET /api/v1/dashboards/patterns/`: who may ask, the letter of the answer, and the same figures as files."""

from __future__ import annotations

import csv
import io

import openpyxl
from django.test import Client

from district.access import Permission, Role, roles_with
from district.models import AuditEvent, RoleGrant
from tests import factories as make

ADDRESS = "/api/v1/dashboards/patterns/"
STAFF_ADDRESS = "/api/v1/dashboards/patterns/staff/"
FIGURES = ["events", "students", "enrolled", "school_days", "per_school_day", "share", "student_rate"]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def content(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


class TestWhoMayAsk:
    def test_roles(self, world):
        for address, permission in ((ADDRESS, Permission.RATES_VIEW), (STAFF_ADDRESS, Permission.REPORTERS_VIEW)):
            statuses = {role: signed_in(world.user(role)).get(address).status_code for role in Role}
            assert {role for role, status in statuses.items() if status == 200} == roles_with(permission)
            assert set(statuses.values()) == {200, 403}
            assert Client().get(address).status_code == 401

    def test_school_roles_see_their_school_only(self, world):
        principal = signed_in(world.user("principal")).get(ADDRESS).json()
        assert (principal["definition"]["schools"], principal["rows"][0]["events"]) == (["0001"], 1)
        leader = signed_in(world.user("leader")).get(ADDRESS).json()
        assert (leader["definition"]["schools"], leader["rows"][0]["events"]) == (None, 2)

    def test_out_of_scope_is_as_unknown_as_absent(self, world):
        client = signed_in(world.user("principal"))
        for name, foreign, absent in (("district", "TWO", "ZZZ"), ("school", "0002", "9999")):
            answers = [client.get(ADDRESS, {name: value}) for value in (foreign, absent)]
            assert [answer.status_code for answer in answers] == [400, 400]
            assert [list(answer.json()) for answer in answers] == [[name], [name]]

    def test_district_is_required_when_the_scope_spans_several(self, world):
        leader = world.user("leader")
        RoleGrant.objects.create(user=leader, role="leader", district=world.other)
        assert list(signed_in(leader).get(ADDRESS).json()) == ["district"]
        assert signed_in(leader).get(ADDRESS, {"district": "TWO"}).json()["rows"][0]["events"] == 1

    def test_who_referred_is_a_filter_of_its_own_address_only(self, world):
        staff = make.make_staff(world.district, world.north, world.year, local_id="STAFF-1")
        client = signed_in(world.user("records"))
        assert list(client.get(ADDRESS, {"staff": "STAFF-1"}).json()) == ["staff"]
        assert client.get(STAFF_ADDRESS, {"staff": "STAFF-1"}).json()["rows"][0]["events"] == 0
        assert list(client.get(STAFF_ADDRESS, {"staff": "nobody"}).json()) == ["staff"]
        assert staff.local_id not in str(client.get(ADDRESS).json())


class TestTheLetterOfTheAnswer:
    def test_keys_and_their_order(self, world):
        answer = signed_in(world.user("records")).get(STAFF_ADDRESS, {"school": "0001"}).json()
        assert list(answer) == ["statement", "definition", "rows"]
        assert answer["statement"].startswith("In 2020–21, 1 referral was recorded at North School.")
        definition = answer["definition"]
        named = ["measure", "label", "numerator", "school_year", "as_of", "counted_until", "district", "schools"]
        assert list(definition)[:8] == named
        assert (definition["measure"], definition["school_year"], definition["events_in_all"]) == ("referral", 2021, 1)
        rows = {row["breakdown"]: row for row in answer["rows"] if row["events"]}
        assert list(rows) == [
            *("total", "month", "weekday", "hour", "weekday_hour", "location", "behavior", "grade", "subjective"),
            *("times", "staff"),
        ]
        assert list(rows["total"]) == ["breakdown", "label", *FIGURES, "small"]
        assert list(rows["weekday_hour"]) == ["breakdown", "weekday", "hour", "label", *FIGURES, "small"]
        keys = {
            name: {key: row[key] for key in row if key not in ("breakdown", "label", "small", *FIGURES)}
            for name, row in rows.items()
        }
        assert keys == {
            "total": {}, "month": {"month": "11"}, "weekday": {"weekday": "TUE"}, "hour": {"hour": "10"},
            "weekday_hour": {"weekday": "TUE", "hour": "10"}, "location": {"location": "03014"},
            "behavior": {"behavior": "04645"}, "grade": {"grade": "09"}, "subjective": {"subjective": "false"},
            "times": {"times": "1"}, "staff": {"staff": "UNREPORTED"},
        }  # fmt: skip
        assert rows["weekday_hour"]["label"] == "Tuesday, 10 AM"
        month = rows["month"]
        assert (month["events"], month["students"], month["school_days"], month["share"]) == (1, 1, 21.0, 1.0)
        assert month["per_school_day"] == 1 / 21
        assert (rows["total"]["enrolled"], rows["total"]["student_rate"], rows["total"]["small"]) == (1, 1.0, True)

    def test_measures(self, world):
        client = signed_in(world.user("records"))
        counts = {
            measure: client.get(ADDRESS, {"measure": measure}).json()["rows"][0]["events"]
            for measure in ("referral", "any_removal", "oss", "suspension", "iss", "class_removal", "informal_removal")
        }
        assert counts == {
            "referral": 2, "any_removal": 2, "oss": 2, "suspension": 2, "iss": 0, "class_removal": 0,
            "informal_removal": 0,
        }  # fmt: skip

    def test_a_token_reads_it_and_one_without_read_does_not(self, world, token_for):
        for scopes, status in ((["read"], 200), (["import"], 403)):
            key = token_for(world.user("leader"), scopes)
            assert Client(headers={"Authorization": f"Token {key}"}).get(ADDRESS).status_code == status

    def test_posting_is_refused(self, world):
        assert signed_in(world.user("leader")).post(ADDRESS).status_code in {403, 405}


class TestFiles:
    def test_csv_and_workbook_hold_the_rows_of_the_answer(self, world):
        client = signed_in(world.user("principal"))
        rows = client.get(STAFF_ADDRESS).json()["rows"]
        text = content(client.get(STAFF_ADDRESS, {"format": "csv"})).decode()
        lines = list(csv.DictReader(io.StringIO(text)))
        workbook = openpyxl.load_workbook(io.BytesIO(content(client.get(STAFF_ADDRESS, {"format": "xlsx"}))))
        header, *cells = workbook["figures"].iter_rows(values_only=True)
        assert list(lines[0]) == list(header)
        compared = 0
        for row, line, cell in zip(rows, lines, cells, strict=True):
            values = dict(zip(header, cell, strict=True))
            for name in header:
                value = row.get(name)
                assert values[name] == value
                if isinstance(value, bool):
                    assert line[name] == str(value).lower()
                elif isinstance(value, int | float):
                    assert float(line[name]) == value
                else:
                    assert line[name] == (value or "")
                compared += 1
        assert compared > 300
        terms = {row[0]: row[1] for row in workbook["definitions"].iter_rows(values_only=True)}
        assert terms["problem statement"].startswith("In 2020–21, 1 referral was recorded at North School.")
        assert {*header, "referred by", "school days", "when", "small numbers"} <= set(terms)

    def test_whoever_takes_figures_away_leaves_a_trace(self, world):
        client = signed_in(world.user("principal"))
        content(client.get(ADDRESS, {"format": "csv", "hour": "10", "race": "BL"}))
        event = AuditEvent.objects.get(action="export")
        assert event.district_id == world.district.pk
        assert event.details["report"] == "patterns"
        assert event.details["filters"] == {"hour": ["10"], "race": ["BL"]}
        assert (event.details["format"], event.details["with_staff"]) == ("csv", False)
