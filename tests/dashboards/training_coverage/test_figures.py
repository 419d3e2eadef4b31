"""Who counts as certified, for which school, out of whom, and who is on the way."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.training_coverage.quarters import quarters_until
from district.access import Role
from district.models import AuditEvent, District, School
from tests import factories as make
from tests.training import making
from training.models import Certification, CertificationPause, Course, Credential, Practice

PAGE, ENDPOINT = "/dashboards/training-coverage/", "/api/v1/dashboards/training-coverage/"
DAY = timedelta(days=1)


@dataclass
class Place:
    """A district with a middle and a high school, two practices and a credential for each."""

    district: District
    north: School
    south: School
    circle: Practice
    conference: Practice
    keeper: Credential
    facilitator: Credential
    license: Credential
    course: Course

    @property
    def today(self) -> date:
        return self.district.today()

    def rows(self, client: Client, breakdown: str, **asked: str) -> list[dict]:
        response = client.get(ENDPOINT, asked)
        assert response.status_code == 200, response.content
        return [row for row in response.json()["rows"] if row["breakdown"] == breakdown]

    def total(self, client: Client, **asked: str) -> dict:
        return self.rows(client, "total", **asked)[0]


@pytest.fixture
def place(db) -> Place:
    district = make.make_district("COV", timezone="America/Chicago")
    north = make.make_school(district, "0001", name="North School", level="middle")
    south = make.make_school(district, "0002", name="South School", level="high")
    circle = making.make_practice(district, "community-circle", 1)
    conference = making.make_practice(district, "conference", 3)
    course = making.make_course(district, "circles")
    course.versions.get().practices.set([circle])
    asks = ({"kind": "course", "course": course},)
    keeper = making.make_credential(district, "keeper", circle, asks=asks, rank=1)
    facilitator = making.make_credential(district, "facilitator", circle, conference, asks=asks, rank=2)
    licence = making.make_credential(district, "trainer", rank=3, is_license=True, asks=asks)
    return Place(district, north, south, circle, conference, keeper, facilitator, licence, course)


@pytest.fixture
def leader(place, client_for) -> Client:
    return client_for(make.make_user(Role.LEADER, place.district, email="leader@example.org"))


def until(certification: Certification, day: date) -> Certification:
    """Let the only term of a certificate end on `day`."""
    certification.terms.update(expires_on=day)
    certification.expires_on = day
    certification.save()
    return certification


class TestCertified:
    def test_everybody_counts_once_and_at_each_school_they_serve(self, place, leader):
        both = making.make_practitioner(place.district, place.north, place.south)
        making.certify(both, place.keeper)
        making.certify(both, place.facilitator)
        making.certify(making.make_practitioner(place.district, place.north), place.keeper)
        making.certify(making.make_practitioner(place.district), place.keeper)
        making.make_practitioner(place.district, place.north)
        assert place.total(leader)["certified"] == 3
        assert {row["school"]: row["certified"] for row in place.rows(leader, "school")} == {"0001": 2, "0002": 1}
        assert [row["certified"] for row in place.rows(leader, "any_school")] == [1]

    def test_the_last_day_counts_and_the_day_after_does_not(self, place, leader):
        for number, last in enumerate((place.today - DAY, place.today, place.today + DAY)):
            one = making.make_practitioner(place.district, place.north, email=f"{number}@example.org")
            until(making.certify(one, place.keeper, place.today - 30 * DAY), last)
        assert place.total(leader)["certified"] == 2

    def test_what_is_suspended_revoked_or_only_proposed_does_not_count(self, place, leader):
        paused = making.certify(making.make_practitioner(place.district), place.keeper, place.today - 9 * DAY)
        CertificationPause.objects.create(certification=paused, begins_on=place.today)
        making.certify(making.make_practitioner(place.district), place.keeper, ended_on=place.today, status="revoked")
        waiting = making.make_practitioner(place.district)
        Certification.objects.create(
            practitioner=waiting, district=place.district, credential=place.keeper, basis="recognized",
            version=place.keeper.versions.get(), status="proposed",
        )  # fmt: skip
        total = place.total(leader)
        assert (total["certified"], total["proposed"]) == (0, 1)

    def test_a_credential_without_a_practice_lets_nobody_hold_a_circle(self, place, leader):
        making.certify(making.make_practitioner(place.district), place.license)
        assert place.total(leader)["certified"] == 0

    def test_a_practice_narrows_to_who_may_hold_it(self, place, leader):
        making.certify(making.make_practitioner(place.district, place.north), place.keeper)
        making.certify(making.make_practitioner(place.district, place.south), place.facilitator)
        assert place.total(leader, practice="conference")["certified"] == 1
        assert place.total(leader, practice="community-circle")["certified"] == 2
        found = {row["practice"]: row["certified"] for row in place.rows(leader, "practice")}
        assert found == {"community-circle": 2, "conference": 1}

    def test_roles_and_languages(self, place, leader):
        for capacity, languages in (("teacher", ("en", "es")), ("community", ("es",)), ("teacher", ("so",))):
            one = making.make_practitioner(place.district, place.north, capacity=capacity, languages=languages)
            making.certify(one, place.keeper)
        making.make_practitioner(place.district, place.north, languages=("ar",))
        roles = {row["capacity"]: row["certified"] for row in place.rows(leader, "capacity") if row["certified"]}
        assert roles == {"teacher": 2, "community": 1}
        spoken = [(row["language"], row["certified"]) for row in place.rows(leader, "language")]
        assert spoken == [("es", 2), ("en", 1), ("so", 1)]

    def test_a_certificate_of_another_district_counts_nowhere_here(self, place, leader):
        other = make.make_district("ELSE")
        credential = making.make_credential(other, "keeper", making.make_practice(other, "community-circle"))
        making.certify(making.make_practitioner(other), credential)
        assert place.total(leader)["certified"] == 0


class TestEnding:
    def test_30_60_and_90_days_both_ends_included(self, place, leader):
        for days in (0, 30, 31, 60, 61, 90, 91):
            one = making.make_practitioner(place.district, place.north, email=f"d{days}@example.org")
            until(making.certify(one, place.keeper, place.today - 30 * DAY), place.today + days * DAY)
        total = place.total(leader)
        assert [total[f"expiring_{days}"] for days in (30, 60, 90)] == [2, 4, 6]
        assert total["certified"] == 7

    def test_a_second_certificate_or_a_renewal_keeps_somebody_certified(self, place, leader):
        one = making.make_practitioner(place.district, place.north)
        until(making.certify(one, place.keeper, place.today - 30 * DAY), place.today + 5 * DAY)
        making.certify(one, place.facilitator)
        assert place.total(leader)["expiring_90"] == 0
        assert place.total(leader, practice="conference")["expiring_90"] == 0


class TestOutOfWhom:
    def test_per_100_staff_and_students_of_the_latest_roster(self, place, leader):
        for year in (2020, 2021):
            school_year = make.make_school_year(place.district, year)
            for school, count in ((place.north, 4), (place.south, 1)):
                for _number in range(count if year == 2021 else 9):
                    make.make_staff(place.district, school, school_year)
                students = [make.make_student(place.district) for _ in range(count * 5 if year == 2021 else 1)]
                for student in students:
                    make.enroll(student, school, school_year, refresh=False)
        for _ in range(2):
            making.certify(making.make_practitioner(place.district, place.north), place.keeper)
        total = place.total(leader)
        assert (total["staff"], total["per_100_staff"]) == (5, 40)
        assert (total["students"], total["per_100_students"]) == (25, 8)
        north, south = place.rows(leader, "school")
        assert (north["staff"], north["per_100_staff"], north["students"], north["per_100_students"]) == (4, 50, 20, 10)
        assert (south["staff"], south["per_100_staff"]) == (1, 0)
        assert (south["students"], south["per_100_students"]) == (None, None), "five students are too few to be shown"

    def test_without_a_roster_nothing_is_divided(self, place, leader):
        making.certify(making.make_practitioner(place.district, place.north), place.keeper)
        total = place.total(leader)
        assert (total["staff"], total["per_100_staff"], total["students"]) == (None, None, None)


class TestOnTheWay:
    def test_everybody_stands_at_the_furthest_step(self, place, leader):
        tomorrow = making.make_session(place.course, place.today + DAY)
        over = making.make_session(place.course, place.today - 5 * DAY)
        people = [making.make_practitioner(place.district, place.north) for _ in range(7)]
        registered, waiting, cancelled, attended, was_there, eligible, certified = people
        making.make_registration(tomorrow, registered)
        making.make_registration(tomorrow, waiting, status="waiting")
        making.make_registration(tomorrow, cancelled, status="cancelled")
        making.attend(making.make_registration(over, attended))
        making.make_registration(over, was_there)  # and did not attend
        making.passed(eligible, place.course)
        making.make_registration(tomorrow, eligible)
        making.certify(certified, place.keeper)
        making.make_registration(tomorrow, certified)
        total = place.total(leader)
        assert [total[step] for step in ("registered", "learning", "eligible", "proposed")] == [2, 1, 1, 0]

    def test_a_sign_in_that_nobody_confirmed_is_no_learning(self, place, leader):
        over = making.make_session(place.course, place.today - 5 * DAY)
        registration = making.make_registration(over, making.make_practitioner(place.district, place.north))
        making.attend(registration, confirmed_at=None)
        assert place.total(leader)["learning"] == 0

    def test_setting_out_is_learning_and_only_for_a_credential_that_leads_there(self, place, leader):
        making.set_out(making.make_practitioner(place.district, place.north), place.keeper)
        making.set_out(making.make_practitioner(place.district, place.north), place.license)
        assert place.total(leader)["learning"] == 1
        assert place.total(leader, practice="conference")["learning"] == 0


class TestTrainers:
    def test_lineage_names_each_after_who_trained_them(self, place, leader):
        first, second = (making.make_practitioner(place.district, family_name=name) for name in ("First", "Second"))
        making.certify(first, place.license)
        making.certify(second, place.license, trainer=first)
        for trainer in (first, second, second):
            making.certify(making.make_practitioner(place.district, place.north), place.keeper, trainer=trainer)
        rows = place.rows(leader, "trainer")
        assert [(row["trainer"], row["taught_by"], row["certified"], row["licensed"]) for row in rows] == [
            (str(first.uid), "", 1, 1),
            (str(second.uid), str(first.uid), 2, 0),
        ]

    def test_who_trained_each_other_is_listed_once(self, place, leader):
        first, second = (making.make_practitioner(place.district) for _ in range(2))
        making.certify(first, place.license, trainer=second)
        making.certify(second, place.license, trainer=first)
        assert len(place.rows(leader, "trainer")) == 2

    def test_a_partner_reads_no_name_of_another_organization(self, place, client_for):
        ours, theirs = (make.make_organization(place.district, name) for name in ("Ours", "Theirs"))
        partner = client_for(make.make_user(Role.PARTNER, place.district, organization=ours, email="p@example.org"))
        stranger = making.make_practitioner(place.district, organization=theirs, family_name="Unseen")
        making.certify(making.make_practitioner(place.district, place.north), place.keeper, trainer=stranger)
        rows = place.rows(partner, "trainer")
        assert [(row["label"], row["certified"]) for row in rows] == [("Other trainers", 1)]
        assert "Unseen" not in partner.get(PAGE).content.decode()


class TestQuarters:
    def test_each_quarter_is_counted_on_its_last_day(self, place, leader):
        rows = place.rows(leader, "school_quarter")
        assert len(rows) == 2 * 8
        assert {row["certified"] for row in rows} == {None}, "nothing is recorded yet: not known, and not nobody"
        one = making.make_practitioner(place.district, place.north)
        first = place.today - 400 * DAY
        making.certify(one, place.keeper, first, expires_on=None)
        one.certifications.get().terms.update(expires_on=None)
        quarters = quarters_until(place.today)
        expected = {quarter.code: 1 if quarter.counted_on(place.today) >= first else None for quarter in quarters}
        found = place.rows(leader, "school_quarter")
        assert {row["quarter"]: row["certified"] for row in found if row["school"] == "0001"} == expected
        south = {row["quarter"]: row["certified"] for row in found if row["school"] == "0002"}
        assert south == {code: None if number is None else 0 for code, number in expected.items()}

    def test_a_closed_school_is_silent(self, place, leader):
        making.certify(making.make_practitioner(place.district, place.north), place.keeper, date(2020, 1, 1))
        School.objects.filter(pk=place.south.pk).update(closed_on=date(2019, 1, 1))
        found = place.rows(leader, "school_quarter")
        assert {row["certified"] for row in found if row["school"] == "0002"} == {None}
        assert [row["school"] for row in place.rows(leader, "school")] == ["0001"]


class TestScope:
    def test_a_principal_reads_the_own_school_only(self, place, client_for):
        principal = client_for(make.make_user(Role.PRINCIPAL, place.district, place.north, email="p@example.org"))
        making.certify(making.make_practitioner(place.district, place.south), place.keeper)
        making.certify(making.make_practitioner(place.district), place.keeper)
        assert place.total(principal)["certified"] == 0
        assert [row["school"] for row in place.rows(principal, "school")] == ["0001"]
        assert place.rows(principal, "any_school") == []
        assert principal.get(ENDPOINT, {"school": "0002"}).status_code == 400

    @pytest.mark.parametrize("asked", [{"practice": "none"}, {"school": "9"}, {"by": "race"}, {"district": "X"}])
    def test_what_does_not_exist_is_refused(self, place, leader, asked):
        response = leader.get(ENDPOINT, asked)
        assert response.status_code == 400
        assert list(response.json()) == list(asked)
        assert leader.get(PAGE, asked).status_code == 400

    def test_students_trained_as_peers_are_a_number_of_ten_or_more_in_the_district(self, place, leader, client_for):
        def shown(client: Client):
            return client.get(ENDPOINT, {"school": "0001"}).json()["definition"]["student_peers"]

        principal = client_for(make.make_user(Role.PRINCIPAL, place.district, place.north, email="p@example.org"))
        year = make.make_school_year(place.district)
        for _ in range(9):
            student = make.make_student(place.district)
            make.enroll(student, place.south, year, refresh=False)
            making.make_peer(student, place.south, place.course)
        assert shown(leader) is None
        making.make_peer(make.make_student(place.district), place.north, place.course)
        assert shown(leader) == 10, "the whole district, whatever the school: no difference tells of one school"
        assert shown(principal) is None


class TestPageAndFiles:
    def test_page_and_files_show_what_the_endpoint_gives(self, place, leader):
        making.certify(making.make_practitioner(place.district, place.north), place.keeper)
        page = leader.get(PAGE).content.decode()
        assert "1 person holds a valid certificate" in page
        assert "South School has nobody." in page
        rows = leader.get(ENDPOINT).json()["rows"]
        body = b"".join(leader.get(PAGE, {"format": "csv"}).streaming_content).decode("utf-8-sig")
        filed = list(csv.DictReader(io.StringIO(body)))
        assert len(filed) == len(rows)
        for one, row in zip(filed, rows, strict=True):
            assert {key: value for key, value in one.items() if value} == {
                key: str(value) for key, value in row.items() if value is not None and value != ""
            }
        workbook = leader.get(ENDPOINT, {"format": "xlsx"})
        assert workbook["Content-Disposition"].startswith('attachment; filename="training-coverage-')
        exports = AuditEvent.objects.filter(action="export")
        assert [one.details["report"] for one in exports] == ["training-coverage"] * 2

    def test_a_district_without_training_says_so(self, place, leader):
        response = leader.get(PAGE)
        assert response.status_code == 200
        assert "Nobody is certified or on the way yet" in response.content.decode()

    def test_the_number_of_queries_does_not_grow(self, place, leader):
        def ask(count: int) -> int:
            for _ in range(count):
                one = making.make_practitioner(place.district, place.north, languages=("en",))
                making.certify(one, place.keeper)
                making.make_registration(making.make_session(place.course), one)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert leader.get(PAGE).status_code == 200
            return len(queries)

        ask(1)
        assert ask(2) == ask(20)

    def test_the_finding_is_the_same_everywhere(self, place, leader):
        making.certify(making.make_practitioner(place.district, place.north), place.keeper)
        finding = json.loads(leader.get(ENDPOINT).content)["finding"]
        assert finding in leader.get(PAGE).content.decode()
