"""The board of the rollout: decisions with their evidence, targets, and what the figures say beside them."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commitments.actions import rollout
from commitments.models import RolloutStage, RolloutTarget
from dashboards.progress.counting import progress_of
from dashboards.progress.watch import CLOCK
from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make
from tests.circles.making import make_class_circle
from tests.commitments import factories as promise
from tests.dashboards.progress.conftest import TODAY
from tests.training import making

ENDPOINT = "/api/v1/dashboards/rollout/"
COVERAGE, RATES = "/api/v1/dashboards/training-coverage/", "/api/v1/dashboards/suspension-rates/"


@pytest.fixture(autouse=True)
def one_day():
    """What is looked at here is looked at on one day."""
    with time_machine.travel(f"{TODAY}T17:00:00+00:00", tick=False):
        yield


@pytest.fixture
def begun(scene):
    """North was the first: installed in 2019, initial since fall, rated, with a keeper. South is exploring."""
    district = scene.district
    promise.set_stage(scene.north, "installation", date(2019, 9, 1))
    promise.set_stage(scene.north, "initial", date(2020, 9, 1), evidence="Circles in homeroom.", decided_by="Board")
    promise.set_stage(scene.south, "exploration", date(2020, 10, 1))
    promise.set_stage(scene.south, "full", date(2020, 11, 1), voided_at=district.created_at, void_reason="Mistaken")
    promise.set_target(district, due_on=date(2020, 12, 31), adopted_on=date(2018, 9, 5), schools=1)
    promise.set_target(district, due_on=date(2021, 2, 1), adopted_on=date(2018, 9, 5), source="Resolution")
    promise.set_target(district, due_on=date(2023, 6, 30), stage="installation")
    credential = making.make_credential(district, "keeper", making.make_practice(district, "community-circle"))
    making.certify(making.make_practitioner(district, scene.north), credential)
    making.certify(making.make_practitioner(district), credential)
    round_ = promise.make_round(scene.north, promise.make_rubric(district, "One", "Two"))
    for item, value in zip(round_.rubric.items.all(), (2, 1), strict=True):
        round_.ratings.create(item=item, rater=scene.principal, value=value, rated_on=TODAY)
    scene.suspend("a", scene.north, date(2019, 11, 4), "2")
    scene.suspend("b", scene.north, date(2019, 11, 4), "2")
    scene.suspend("a", scene.north, date(2020, 11, 4), "2")
    promise.make_commitment(district, organization=scene.organization)
    promise.make_miss(promise.make_commitment(district, scene.north, organization=scene.organization))
    promise.make_commitment(district, scene.north, status="complete")
    return scene


def asked(client_for, user, **query) -> dict:
    response = client_for(user).get(ENDPOINT, query)
    assert response.status_code == 200, response.content
    return response.json()


def rows(answer: dict, breakdown: str) -> list[dict]:
    return [row for row in answer["rows"] if row["breakdown"] == breakdown]


THIS_YEAR = {"school_year": "2021", "baseline": "2020"}


def test_decisions_stand_with_their_evidence_and_the_figures_beside_them(begun, client_for):
    scene = begun
    answer = asked(client_for, scene.leader, **THIS_YEAR)
    north, south = rows(answer, "school")
    assert (north["stage"], north["since"], north["evidence"], north["decided_by"]) == (
        *("initial", "2020-09-01", "Circles in homeroom.", "Board"),
    )
    assert (south["stage"], south["since"]) == ("exploration", "2020-10-01")
    assert (north["certified"], north["in_place"], north["rated_on"], north["hint"]) == (
        1,
        0.75,
        "2020-09-01",
        "initial",
    )
    assert (south["certified"], south["in_place"], south["hint"]) == (0, None, "exploration")
    assert (north["commitments"], north["met"], north["missed"]) == (2, 1, 1)
    (district,) = rows(answer, "district")
    assert (district["schools"], district["in_practice"], district["certified"]) == (2, 1, 2)
    assert (district["commitments"], district["met"], district["missed"]) == (3, 1, 1)
    assert answer["stages"] == {"exploration": 1, "installation": 0, "initial": 1, "full": 0, "none": 0}
    first, others = (rows(answer, name)[0] for name in ("first_school", "other_schools"))
    assert (first["school"], first["suspension_change"]) == ("0001", north["suspension_change"])
    assert (others["schools"], others["in_practice"], others["suspension_rate"]) == (1, 0, 0.0)
    assert {row["circles_tier_1"] for row in answer["rows"]} == {None}


def test_each_figure_is_the_other_dashboards_own(begun, client_for):
    scene, client = begun, client_for(begun.leader)
    answer = asked(client_for, scene.leader, **THIS_YEAR)
    coverage = client.get(COVERAGE).json()["rows"]
    certified = {row.get("school"): row["certified"] for row in coverage if row["breakdown"] in ("school", "total")}
    for row in (*rows(answer, "school"), *rows(answer, "district")):
        assert row["certified"] == certified[row["school"] or None]
    for query, kind in (({"by": "school"}, "school"), ({}, "district")):
        found = client.get(RATES, {"measure": "oss", "school_year": "2020,2021", **query}).json()["rows"]
        rates = {(row.get("school", ""), row["school_year"]): row for row in found}
        for row in rows(answer, kind):
            now, then = rates[row["school"], 2021], rates[row["school"], 2020]
            assert (row["students"], row["suspension_rate"]) == (now["enrolled"], now["rate"])
            assert row["baseline_rate"] == then["rate"]
            assert row["suspension_change"] == pytest.approx(now["rate"] - then["rate"], rel=1e-15)


def test_circles_are_counted_by_tier_for_those_who_see_exact_figures(begun, client_for):
    scene = begun
    harm = making.make_practice(scene.district, "harm-circle", 2)
    for _ in range(3):
        make_class_circle(scene.north, scene.leader)
    make_class_circle(scene.south, scene.leader, practice=harm)
    make_class_circle(scene.south, scene.leader, voided_at=harm.created_at)
    make_class_circle(scene.north, scene.leader, school_year=scene.years[2020])

    def tiers(row: dict) -> tuple:
        return tuple(row[f"circles_tier_{tier}"] for tier in (1, 2, 3))

    answer = asked(client_for, scene.leader)
    assert [tiers(row) for row in rows(answer, "school")] == [(100.0, 0.0, 0.0), (0.0, 100.0, 0.0)]
    assert tiers(rows(answer, "district")[0]) == (75.0, 25.0, 0.0)
    assert tiers(rows(answer, "other_schools")[0]) == (0.0, 100.0, 0.0)
    assert {tiers(row) for row in asked(client_for, scene.partner)["rows"]} == {(None, None, None)}
    every, second, north = (
        promise.make_commitment(
            scene.district, *schools, measure="circles_per_100", tier=tier, target=target, due_on=TODAY
        )
        for schools, tier, target in (((), "", 100), ((), "2", 26), ((scene.north,), "", 99))
    )
    found = progress_of([every, second, north], watch=CLOCK, today=TODAY)
    assert [(found[one.pk].current.numerator, found[one.pk].current.denominator) for one in (every, second, north)] == [
        (4, 4),
        (1, 4),
        (3, 3),
    ]
    assert found[every.pk].history[0].value == 25
    board = client_for(scene.leader).get("/api/v1/dashboards/commitments/?measure=circles_per_100").json()["rows"]
    assert {row["target"]: row["is_kept"] for row in board} == {"100": True, "26": False, "99": True}
    outside = client_for(scene.partner).get("/api/v1/dashboards/commitments/?measure=circles_per_100").json()["rows"]
    assert {row["value"] for row in outside} <= {None}


def test_targets_are_met_missed_or_open_as_of_their_day(begun, client_for):
    lines = asked(client_for, begun.leader)["targets"]
    assert [(line["wanted"], line["reached"], line["reached_by_due"], line["state"]) for line in lines] == [
        (1, 1, 1, "met"),
        (2, 1, 1, "missed"),
        (2, 1, None, "open"),
    ]
    text = client_for(begun.partner).get(reverse("rollout")).content.decode()
    assert "1 of 2 schools practice" in text
    assert "Promised are 2 schools at installation or beyond by Fri, Jun 30, 2023: 1 are there." in text
    assert asked(client_for, begun.leader, school="0001")["targets"] == [], "a part is not the district"


def test_whoever_sees_no_exact_figures_finds_none_about_students(begun, client_for):
    scene = begun
    trainer = make.make_user("trainer", scene.district, organization=scene.organization)
    for user in (scene.partner, trainer, make.make_user("auditor", scene.district)):
        answer = asked(client_for, user, **THIS_YEAR)
        hidden = {row[name] for row in answer["rows"] for name in ("students", "suspension_rate", "suspension_change")}
        assert hidden == {None}
        assert {row["status"] for row in answer["rows"]} == {"withheld"}
        assert [row["stage"] for row in rows(answer, "school")] == ["initial", "exploration"]
        text = client_for(user).get(reverse("rollout"), THIS_YEAR).content.decode()
        assert "with published releases" in text
        assert "points" not in text
    (own,) = rows(asked(client_for, scene.principal, **THIS_YEAR), "school")
    assert (own["school"], own["students"], own["status"]) == ("0001", 3, "actual")
    make.make_school(scene.district, "0003", closed_on=date(2020, 1, 1))
    assert len(rows(asked(client_for, scene.leader), "school")) == 2, "a closed school is no school of the rollout"


def test_the_page_and_the_files_show_the_rows_of_the_endpoint(begun, client_for):
    client = client_for(begun.leader)
    answer = client.get(ENDPOINT, THIS_YEAR).json()
    for address in (ENDPOINT, reverse("rollout")):
        lines = list(csv.DictReader(io.StringIO(b"".join(client.get(address, THIS_YEAR | {"format": "csv"})).decode())))
        assert [line["label"] for line in lines] == [row["label"] for row in answer["rows"]]
        assert lines[0]["suspension_change"] == str(answer["rows"][0]["suspension_change"])
        book = openpyxl.load_workbook(
            io.BytesIO(b"".join(client.get(address, THIS_YEAR | {"format": "xlsx"}))), read_only=True
        )
        header, first, *_others = book["figures"].iter_rows(values_only=True)
        assert dict(zip(header, first, strict=True))["in_place"] == 0.75
    text = client.get(reverse("rollout"), THIS_YEAR).content.decode()
    for words in ("Circles in homeroom.", "not recorded yet", "−33.3 points", "66.7%, then 33.3%", "1 missed"):
        assert words in text
    assert "2020–21 is under way" in text
    assert "The first school beside the rest" in text


def test_years_are_compared_like_with_like(begun, client_for):
    definition = asked(client_for, begun.leader)["definition"]
    assert (definition["school_year"], definition["baseline"]) == (2020, None), "the present year is not over"
    for query in (
        "school_year=2020,2021",
        "baseline=2021",
        "baseline=1999",
        "colour=red",
        "measure=arrest",
        "format=pdf",
    ):
        assert client_for(begun.leader).get(f"{ENDPOINT}?{query}").status_code == 400, query
        assert client_for(begun.leader).get(f"{reverse('rollout')}?{query}").status_code == 400, query


def test_the_number_of_queries_is_fixed(begun, client_for):
    scene, client = begun, client_for(begun.leader)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    addresses = (f"{ENDPOINT}?school_year=2021", f"{reverse('rollout')}?school_year=2021", reverse("stage_list"))
    few = [queries(address) for address in addresses]
    for number in range(20):
        school = make.make_school(scene.district)
        promise.set_stage(school, "installation", date(2020, 9, 1 + number))
        promise.make_commitment(scene.district, school)
        promise.make_round(school, promise.make_rubric(scene.district))
        make.enroll(make.make_student(scene.district), school, scene.years[2021], refresh=False)
        promise.set_target(scene.district, due_on=date(2024, 1, 1 + number))
    assert [queries(address) for address in addresses] == few
    assert max(few) <= 40


# --- Deciding ---------------------------------------------------------------------------------------------------------
def test_a_stage_is_set_with_evidence_and_voided_with_a_reason(scene):
    given = {"school": scene.north, "by": scene.leader, "on": TODAY}
    first = rollout.set_stage(**given, stage="initial", decided_on=TODAY, evidence="Two rooms.")
    assert (first.stage, AuditEvent.objects.latest("pk").school_id) == ("initial", scene.north.pk)
    for wrong in ({"evidence": " "}, {"decided_on": date(2021, 3, 2)}, {"stage": "done"}, {}):
        with pytest.raises(ValidationError):
            rollout.set_stage(**given, **({"stage": "full", "decided_on": TODAY, "evidence": "Seen."} | wrong))
    with pytest.raises(ValidationError):
        rollout.void_stage(stage=first, reason="", by=scene.leader)
    rollout.void_stage(stage=first, reason="Another school.", by=scene.leader)
    with pytest.raises(StepNotAllowed):
        rollout.void_stage(stage=first, reason="Again.", by=scene.leader)
    rollout.set_stage(**given, stage="full", decided_on=TODAY, evidence="Seen.")
    assert [row.stage for row in RolloutStage.objects.until(TODAY)] == ["full"]


def test_a_target_is_set_once_and_voided(scene):
    given = {"district": scene.district, "stage": "initial", "adopted_on": TODAY, "by": scene.leader}
    target = rollout.set_target(**given, due_on=date(2023, 6, 30))
    for due_on in (date(2021, 2, 1), date(2023, 6, 30)):
        with pytest.raises(ValidationError):
            rollout.set_target(**given, due_on=due_on)
    rollout.void_target(target=target, reason="Superseded.", by=scene.leader)
    rollout.set_target(**given, due_on=date(2023, 6, 30), schools=2)
    assert [row.schools for row in RolloutTarget.objects.standing()] == [2]


def test_whoever_decides_sees_what_is_known_of_the_school(begun, client_for):
    client = client_for(begun.leader)
    page = client.get(f"{reverse('stage_add')}?school=0001").content.decode()
    for words in ("The figures would fit", "Initial implementation", "Next: three certified keepers"):
        assert words in page
    sent = {"school": begun.south.uid, "stage": "installation", "decided_on": "2021-02-01", "evidence": "A room."}
    answer = client.post(reverse("stage_add"), sent, follow=True)
    assert answer.redirect_chain[-1][0].endswith("/rollout/stages/?school=0002")
    assert rows(asked(client_for, begun.leader), "school")[1]["stage"] == "installation"
