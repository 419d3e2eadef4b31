"""`GET /api/v1/dashboards/suspension-rates/`: who may ask, what may be asked, and the letter of the answer."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.actions import mark_not_reported, mark_reported
from district.access import Permission, Role, roles_with
from district.models import AuditEvent, RoleGrant
from tests import factories as make
from tests.dashboards.recomputation import draw

ADDRESS = "/api/v1/dashboards/suspension-rates/"
KEYS = ["enrolled", "affected", "events", "days", "rate", "risk_ratio", "risk_ratio_low", "risk_ratio_high"]
KEYS += ["rate_difference", "status"]
BUDGET = 9


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def content(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def group(school, year, size: int, affected: int, **values) -> list:
    """Enroll `size` students with `values`; suspend the first `affected` of them for half a day."""
    students = [make.make_student(school.district, **values) for _ in range(size)]
    for student in students:
        make.enroll(student, school, year, refresh=student is students[-1])
    for student in students[:affected]:
        make.remove(make.make_incident(school, year), student, days="0.50")
    return students


@pytest.fixture
def worked(db):
    """4 of 12 Black students against 5 of 60 others, at one school of the district: a ratio of exactly 4."""
    district = make.make_district("EX")
    year = make.make_school_year(district)
    school, empty = make.make_school(district, "0042"), make.make_school(district, "0043")
    black = group(school, year, 12, 4, race="BL")
    group(school, year, 60, 5, race="WH")
    make.remove(make.make_incident(school, year), black[0], days="1.25")
    return make.make_user("leader", district), district, year, school, empty


@pytest.mark.django_db
class TestWhoMayAsk:
    def test_roles(self, world):
        """Exactly the roles that may see rates; everybody else is refused, and nobody without a sign-in is let in."""
        allowed = {
            role for role in Role if signed_in(world.user(role)).get(ADDRESS, {"district": "ONE"}).status_code == 200
        }
        assert allowed == roles_with(Permission.RATES_VIEW)
        assert allowed == {Role.LEADER, Role.RECORDS, Role.OFFICER, Role.PRINCIPAL, Role.COORDINATOR}
        refused = {signed_in(world.user(role)).get(ADDRESS).status_code for role in set(Role) - allowed}
        assert refused == {403}
        assert Client().get(ADDRESS).status_code == 401

    def test_school_roles_see_their_school_only(self, world):
        rows = signed_in(world.user("principal")).get(ADDRESS, {"by": "school"}).json()["rows"]
        assert [row["school"] for row in rows] == ["0001"]
        assert rows[0]["risk_ratio"] is None
        whole = signed_in(world.user("leader")).get(ADDRESS, {"by": "school"}).json()["rows"]
        assert [row["school"] for row in whole] == ["0001", "0002"]
        assert whole[0]["risk_ratio"] == 1.0

    def test_out_of_scope_is_as_unknown_as_absent(self, world):
        client = signed_in(world.user("principal"))
        for name, foreign, absent in (("district", "TWO", "ZZZ"), ("school", "0002", "9999")):
            answers = [client.get(ADDRESS, {name: value}) for value in (foreign, absent)]
            assert [answer.status_code for answer in answers] == [400, 400]
            texts = [
                answer.content.decode().replace(value, "?")
                for answer, value in zip(answers, (foreign, absent), strict=True)
            ]
            assert texts[0] == texts[1]
            assert list(answers[0].json()) == [name]

    def test_district_is_required_when_the_scope_spans_several(self, world):
        leader = world.user("leader")
        RoleGrant.objects.create(user=leader, role="leader", district=world.other)
        answer = signed_in(leader).get(ADDRESS)
        assert (answer.status_code, list(answer.json())) == (400, ["district"])
        rows = signed_in(leader).get(ADDRESS, {"district": "TWO", "by": "school"}).json()["rows"]
        assert [row["school"] for row in rows] == ["0001"]

    def test_posting_is_refused(self, world):
        assert signed_in(world.user("leader")).post(ADDRESS).status_code in {403, 405}


@pytest.mark.django_db
class TestTheLetterOfTheAnswer:
    def test_keys_and_their_order(self, worked):
        leader, *_ = worked
        answer = signed_in(leader).get(ADDRESS, {"by": "school,race", "school_year": "2021"}).json()
        assert list(answer) == ["definition", "rows"]
        named = ["measure", "label", "numerator", "denominator", "comparison", "school_years", "as_of", "interval"]
        assert list(answer["definition"])[:8] == named
        assert answer["definition"]["comparison"] == "all other students"
        assert answer["definition"]["interval"] == "Katz log, 95 %"
        assert answer["definition"]["school_years"] == [2021]
        black, white = answer["rows"]
        assert list(black) == ["school_year", "school", "race", *KEYS, "small"]
        assert list(white) == ["school_year", "school", "race", *KEYS]
        assert {name: black[name] for name in ("school_year", "school", "race")} == {
            "school_year": 2021,
            "school": "0042",
            "race": "BL",
        }
        assert (black["enrolled"], black["affected"], black["events"], black["days"]) == (12, 4, 5, "3.25")
        assert black["rate"] == 4 / 12
        assert black["risk_ratio"] == 4.0
        assert black["rate_difference"] == (4 * 60 - 5 * 12) / (12 * 60)
        assert (black["status"], black["small"]) == ("actual", True)
        assert white["days"] == "2.5"

    def test_defaults(self, worked):
        leader, district, *_ = worked
        make.make_school_year(district, 2022)  # without enrollment
        answer = signed_in(leader).get(ADDRESS).json()
        assert answer["definition"]["school_years"] == [2021]
        assert (answer["definition"]["measure"], answer["definition"]["denominator"]) == ("oss", "cumulative")
        assert [list(row) for row in answer["rows"]] == [["school_year", *KEYS]]
        assert answer["rows"][0]["risk_ratio"] is None
        assert signed_in(leader).get(ADDRESS, {"school_year": "2022"}).json()["rows"] == []

    def test_measures_without_days(self, worked):
        leader, *_ = worked
        for measure in ("referral", "law_enforcement", "arrest"):
            (row,) = signed_in(leader).get(ADDRESS, {"measure": measure}).json()["rows"]
            assert (row["affected"], row["events"], row["days"]) == (0, 0, None)

    def test_one_event_however_many_behaviors(self, worked):
        """Two behaviours in one incident: one contact with law enforcement, one referral."""
        leader, district, year, school, _empty = worked
        student, incident = make.make_student(district), make.make_incident(school, year)
        make.enroll(student, school, year)
        for code in ("A", "B"):
            make.involve(incident, student, make.make_behavior(district, code), law_enforcement="arrested")
        make.refer(incident, student)
        client = signed_in(leader)
        for measure in ("referral", "law_enforcement", "arrest"):
            (row,) = client.get(ADDRESS, {"measure": measure}).json()["rows"]
            assert (row["affected"], row["events"]) == (1, 1)

    def test_reference_group(self, worked):
        leader, *_ = worked
        client = signed_in(leader)
        answer = client.get(ADDRESS, {"by": "race", "reference": "WH"}).json()
        black, white = answer["rows"]
        assert "WH" in answer["definition"]["comparison"]
        assert black["risk_ratio"] == 4.0
        nulls = [white[name] for name in ("risk_ratio", "risk_ratio_low", "risk_ratio_high", "rate_difference")]
        assert nulls == [None] * 4
        assert white["rate"] == 5 / 60
        for by, reference in (("", "WH"), ("race,sex", "WH"), ("school", "0042"), ("race", "XX"), ("sex", "WH")):
            answer = client.get(ADDRESS, {"by": by, "reference": reference})
            assert (answer.status_code, list(answer.json())) == (400, ["reference"])

    def test_filters_apply_to_the_group_and_its_comparison(self, worked):
        leader, _district, year, school, _empty = worked
        group(school, year, 10, 10, race="AM")
        rows = signed_in(leader).get(ADDRESS, {"by": "race", "race": "BL,WH"}).json()["rows"]
        assert [(row["race"], row["risk_ratio"]) for row in rows] == [("BL", 4.0), ("WH", 0.25)]

    def test_flags_are_booleans_or_unreported(self, worked):
        leader, district, *_ = worked
        client = signed_in(leader)
        rows = client.get(ADDRESS, {"by": "idea"}).json()["rows"]
        assert [row["idea"] for row in rows] == ["UNREPORTED"]
        year = make.make_school_year(district, 2022, programs_reported=True)
        school = make.make_school(district, "0044")
        make.make_program_status(make.make_student(district), year, idea=True)
        make.enroll(make.make_student(district), school, year)
        rows = client.get(ADDRESS, {"by": "idea,foster", "school_year": "2022"}).json()["rows"]
        assert [(row["idea"], row["foster"]) for row in rows] == [(False, False)]


@pytest.mark.django_db
class TestWhatMayBeAsked:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("school_year", "2019"),
            ("school_year", "2020-21"),
            ("school_year", "２０２１"),
            ("school_year", "2021,"),
            ("measure", "OSS"),
            ("measure", "oss,iss"),
            ("by", "ethnicity"),
            ("by", "race,race"),
            ("by", "race,,sex"),
            ("denominator", "fall"),
            ("level", "primary"),
            ("school", "0099"),
            ("school", "42"),
            ("race", "ZZ"),
            ("race", "BL,"),
            ("sex", "m"),
            ("grade", "9"),
            ("idea", "True"),
            ("idea", "1"),
            ("reference", "WH"),
            ("format", "pdf"),
            ("district", "NOWHERE"),
            ("english_learner", "true"),
            ("race__in", "BL"),
            ("page", "1"),
            ("school_year\x00", "2021"),
            ("race", "BL\x00"),
        ],
    )
    def test_what_is_unknown_is_named(self, worked, name, value):
        answer = signed_in(worked[0]).get(ADDRESS, {name: value})
        assert (answer.status_code, list(answer.json())) == (400, [name])
        assert all(isinstance(message, str) for message in answer.json()[name])

    def test_a_repeated_parameter_is_refused(self, worked):
        answer = signed_in(worked[0]).get(f"{ADDRESS}?race=BL&race=WH")
        assert (answer.status_code, list(answer.json())) == (400, ["race"])

    def test_every_fault_is_named_at_once(self, worked):
        answer = signed_in(worked[0]).get(ADDRESS, {"measure": "x", "by": "y", "nosuch": "z"})
        assert set(answer.json()) == {"measure", "by", "nosuch"}


@pytest.mark.django_db
class TestNotReported:
    def test_the_school_row_has_its_enrollment_only(self, worked):
        leader, _district, year, school, _empty = worked
        client = signed_in(leader)
        mark_not_reported(school=school, school_year=year, measure="oss", reason="Reserved.", by=None)
        for measure, status in (("oss", "not_reported"), ("suspension", "not_reported"), ("iss", "actual")):
            (row,) = client.get(ADDRESS, {"by": "school", "measure": measure}).json()["rows"]
            assert row["status"] == status
        answer = client.get(ADDRESS, {"by": "school,race"}).json()
        for row in answer["rows"]:
            assert list(row) == ["school_year", "school", "race", *KEYS]
            assert {name: row[name] for name in KEYS if row[name] is not None}.keys() == {"enrolled", "status"}
        assert answer["definition"]["not_reported"] == [{"school_year": 2021, "school": "0042"}]
        (row,) = client.get(ADDRESS).json()["rows"]
        assert (row["status"], row["affected"]) == ("actual", 9)

    def test_marking_is_audited_repeatable_and_can_be_taken_back(self, worked):
        _leader, _district, year, school, _empty = worked
        terms = {"school": school, "school_year": year, "measure": "oss", "by": None}
        first = mark_not_reported(reason="Reserved.", **terms)
        assert mark_not_reported(reason="Reserved.", **terms) == first
        mark_not_reported(reason="The system was down.", **terms)
        mark_reported(reason="The records came in May.", **terms)
        mark_reported(reason="Again.", **terms)
        events = AuditEvent.objects.filter(object_type="unreportedmeasure").order_by("pk")
        assert [event.changes["reason"] for event in events] == [
            [None, "Reserved."],
            ["Reserved.", "The system was down."],
            ["The system was down.", None],
        ]
        assert {event.school_id for event in events} == {school.pk}


@pytest.mark.django_db
class TestFiles:
    def asked(self, leader, file_format):
        return signed_in(leader).get(ADDRESS, {"by": "school,race", "format": file_format})

    def test_csv_has_the_rows_exactly(self, worked):
        leader, *_ = worked
        rows = self.asked(leader, "json").json()["rows"]
        answer = self.asked(leader, "csv")
        assert answer["Content-Type"].startswith("text/csv")
        read = list(csv.DictReader(io.StringIO(content(answer).decode())))
        assert list(read[0]) == ["school_year", "school", "race", *KEYS, "small"]
        for row, line in zip(rows, read, strict=True):
            for name, text in line.items():
                value = row.get(name)
                if isinstance(value, float):
                    assert float(text) == value
                else:
                    assert text == ("" if value is None else str(value).lower() if value is True else str(value))

    def test_xlsx_has_figures_and_definitions(self, worked):
        leader, *_ = worked
        rows = self.asked(leader, "json").json()["rows"]
        book = openpyxl.load_workbook(io.BytesIO(content(self.asked(leader, "xlsx"))))
        assert book.sheetnames == ["figures", "definitions"]
        header, *lines = book["figures"].iter_rows(values_only=True)
        assert list(header) == ["school_year", "school", "race", *KEYS, "small"]
        for row, line in zip(rows, lines, strict=True):
            found = dict(zip(header, line, strict=True))
            found["days"] = f"{found['days']:g}"
            assert {name: found[name] for name in row} == row
        terms = dict(book["definitions"].iter_rows(values_only=True))
        assert terms["interval"] == "Katz log, 95 %"
        assert set(header) <= set(terms)

    def test_files_leave_an_audit_event_without_names(self, worked):
        leader, district, *_ = worked
        content(self.asked(leader, "csv"))
        event = AuditEvent.objects.filter(action="export").get()
        assert (event.actor_id, event.district_id, event.details["rows"]) == (leader.pk, district.pk, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["", "race", "school", "school,race,sex", "race,grade,idea,el,homeless"])
def test_the_number_of_queries_does_not_depend_on_the_rows(by):
    """At most nine, session, user and grants included, for six students as for sixty."""
    counts = set()
    for seed, size in ((11, 6), (12, 60)):
        drawn = draw(seed, students=size)
        for user in (
            make.make_user("leader", drawn.district),
            make.make_user("officer", drawn.district, *drawn.schools),
        ):
            client = signed_in(user)
            asked = {"by": by, "school_year": "2020,2021", "measure": "suspension"}
            client.get(ADDRESS, asked)  # the first question after a change counts anew
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = client.get(ADDRESS, asked)
            assert answer.status_code == 200
            counts.add(len(queries))
    print(json.dumps({"id": f"queries_{by or 'all'}", "n": max(counts), "bad": int(max(counts) > BUDGET)}))
    assert len(counts) == 1
    assert counts.pop() <= BUDGET
