"""The page of a commitment and the board: who sees the figure, who sees the record, and who only the word."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboards.progress.breaches import note_breaches
from tests import factories as make
from tests.commitments import factories as promise
from tests.dashboards.progress.conftest import TODAY

BOARD = "/api/v1/dashboards/commitments/"
DAYS = (date(2020, 11, 3), date(2020, 11, 4), date(2020, 11, 5))


@pytest.fixture(autouse=True)
def one_day():
    """Every page of these tests is looked at on one day."""
    with time_machine.travel(f"{TODAY}T17:00:00+00:00", tick=False):
        yield


@pytest.fixture
def broken(scene, rule):
    """The rule broken by three suspensions at two schools, and noted by the clock."""
    scene.suspend("a", scene.north, DAYS[0], "1")
    scene.suspend("b", scene.north, DAYS[1], "1")
    scene.suspend("d", scene.south, DAYS[2], "1")
    note_breaches(scene.district, today=TODAY)
    return rule


def page(client_for, user, commitment) -> str:
    response = client_for(user).get(reverse("commitment_detail", args=[commitment.uid]))
    assert response.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_leadership_sees_the_figure_each_record_and_no_name(scene, broken, client_for):
    text = page(client_for, scene.leader, broken)
    assert "Not kept:</strong> 3 suspensions since it was adopted" in text
    for day in ("Tue, Nov 3, 2020", "Wed, Nov 4, 2020", "Thu, Nov 5, 2020"):
        assert day in text
    assert text.count("one suspension") == 3
    for student in scene.students.values():
        assert student.person.family_name not in text


def test_a_school_sees_its_own_records_and_nothing_of_others(scene, broken, client_for):
    text = page(client_for, scene.principal, broken)
    assert "2 suspensions" in text
    assert "Counted in your schools only." in text
    assert scene.students["a"].person.name in text
    assert reverse("removal_detail", args=[scene.students["a"].removals.get().uid]) in text
    for hidden in (scene.students["d"].person.name, "South", "Thu, Nov 5, 2020"):
        assert hidden not in text


def test_a_partner_learns_the_word_without_number_school_or_date(scene, rule, client_for):
    scene.suspend("a", scene.north, DAYS[0], "1")
    note_breaches(scene.district, today=TODAY)
    text = page(client_for, scene.partner, rule)
    assert "<strong>Not kept.</strong>" in text
    assert "An answer is owed" in text
    main = text[text.index("<main") :]
    for hidden in ("Nov", "2020-11", "North", "South", "one suspension", "Mar 15, 2021"):
        assert hidden not in main, hidden
    for name, school, day in (("b", scene.north, DAYS[1]), ("d", scene.south, DAYS[2])):
        scene.suspend(name, school, day, "1")
    note_breaches(scene.district, today=TODAY)
    assert page(client_for, scene.partner, rule) == text, "three tell no more than one"


def test_at_once_even_before_the_clock_has_looked(scene, rule, client_for):
    assert "Not kept" not in page(client_for, scene.partner, rule)
    scene.suspend("a", scene.north, TODAY, "1")
    assert "<strong>Not kept.</strong>" in page(client_for, scene.partner, rule)


def test_of_a_commitment_that_names_schools_an_outsider_learns_nothing(scene, rule, client_for):
    rule.schools.set([scene.north])
    calm = page(client_for, scene.partner, rule)
    scene.suspend("a", scene.north, DAYS[0], "1")
    note_breaches(scene.district, today=TODAY)
    assert page(client_for, scene.partner, rule) == calm
    assert "comes with published releases" in calm
    assert "Not kept" in page(client_for, scene.leader, rule)
    assert "Not kept" in page(client_for, scene.principal, rule)


@pytest.mark.parametrize("named", [True, False])
def test_no_door_tells_an_outsider_more_than_the_word(scene, rule, client_for, named):
    """Every list, file and record that a partner, trainer or auditor can read, before and after a breach."""
    if named:
        rule.schools.set([scene.north])
    trainer = make.make_user("trainer", scene.district, organization=scene.organization)
    auditor = make.make_user("auditor", scene.district)
    v1 = "/api/v1/"
    addresses = [
        reverse("commitment_list"),
        reverse("commitment_board"),
        BOARD,
        f"{BOARD}?format=csv",
        f"{v1}commitments/",
        f"{v1}commitments/?missed=true",
        f"{v1}commitments/?format=csv",
        f"{v1}commitments/{rule.uid}/",
        f"{v1}misses/",
        f"{v1}misses/?format=csv",
        f"{v1}due-items/",
        reverse("duty_list"),
        reverse("desk"),
    ]

    def read() -> dict[tuple[str, str], str]:
        answers = {}
        for user in (scene.partner, trainer, auditor):
            client = client_for(user)
            for address in addresses:
                response = client.get(address)
                body = b"".join(response) if response.streaming else response.content
                text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body.decode())
                answers[user.email, address] = text
        return answers

    calm = read()
    removals = [scene.suspend(name, scene.north, day, "1") for name, day in (("a", DAYS[0]), ("b", DAYS[1]))]
    note_breaches(scene.district, today=TODAY)
    told = read()
    if named:
        assert told == calm
        return
    assert "Not kept" in told[scene.partner.email, reverse("commitment_list")]
    secrets = ["2020-11", "Nov 3", "Nov 4", "2021-03-15", "Mar 15", *(str(removal.uid) for removal in removals)]
    assert [(key, secret) for key, text in told.items() for secret in secrets if secret in text] == []
    row = json.loads(told[scene.partner.email, BOARD])["rows"][0]
    assert (row["value"], row["numerator"], row["is_kept"], row["counted"], row["standing"]) == (
        None,
        None,
        None,
        "none",
        "Not kept",
    )


def test_the_api_tells_the_steps_of_a_breach_without_their_days(scene, broken, client_for):
    miss = broken.misses.get()
    address = f"/api/v1/misses/{miss.uid}/"
    (known,) = client_for(scene.leader).get(address).json()["steps"]
    assert (known["step"], known["on"], known["due_on"]) == ("missed", "2020-11-03", "2021-03-15")
    (told,) = client_for(scene.partner).get(address).json()["steps"]
    assert (told["step"], told["on"], told["due_on"]) == ("missed", None, None)


# --- The board -------------------------------------------------------------------------------------------------------
def test_the_board_says_the_same_at_every_door(scene, broken, client_for):
    client = client_for(scene.leader)
    rows = client.get(BOARD).json()["rows"]
    assert [(row["title"], row["value"], row["numerator"], row["is_kept"]) for row in rows] == [
        ("No suspension for level 1", 3.0, 3, False)
    ]
    lines = list(csv.DictReader(io.StringIO(b"".join(client.get(f"{BOARD}?format=csv")).decode())))
    assert [(line["title"], line["numerator"], line["standing"]) for line in lines] == [
        ("No suspension for level 1", "3", "Not kept")
    ]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{BOARD}?format=xlsx"))), read_only=True)
    header, values = book.active.iter_rows(values_only=True)
    assert values[header.index("numerator")] == 3
    text = client.get(reverse("commitment_board")).content.decode()
    assert "1 is not kept." in text
    assert b"".join(client.get(reverse("commitment_board") + "?format=csv")) == b"".join(
        client.get(f"{BOARD}?format=csv")
    )


@pytest.mark.parametrize("query", ["colour=red", "page=2", "format=pdf", "status=broken", "school=9999"])
def test_the_board_refuses_what_it_does_not_know(scene, client_for, query):
    client = client_for(scene.leader)
    assert client.get(f"{BOARD}?{query}").status_code == 400
    if not query.startswith("page"):
        assert client.get(f"{reverse('commitment_board')}?{query}").status_code == 400


def test_the_page_of_one_commitment_takes_the_same_queries_however_much_happened(scene, rule, client_for):
    client = client_for(scene.leader)
    address = reverse("commitment_detail", args=[rule.uid])

    def queries() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    scene.suspend("a", scene.north, DAYS[0], "1")
    note_breaches(scene.district, today=TODAY)
    promise.make_due_item(rule)
    rule.reports.create(side="implementer", completion="limited", as_of=TODAY, text="x")
    few = queries()
    for number in range(20):
        scene.suspend("b", scene.north, date(2020, 12, 1 + number), "1")
        promise.make_due_item(rule, date(2021, 2, 1 + number))
        promise.make_miss(rule)
        rule.reports.create(side="assessor", completion="limited", as_of=TODAY, text="x")
    assert queries() == few


def test_progress_of_a_commitment_without_a_live_measure_comes_from_its_reports(scene, client_for):
    coverage = promise.make_commitment(
        scene.district,
        organization=scene.organization,
        title="Restorative practice in every school",
        due_on=date(2023, 6, 30),
        evidence="The list of schools",
        checker="The task force",
        baseline=0,
        target=52,
        unit="schools",
    )
    for as_of, value in ((date(2020, 9, 1), 10), (date(2021, 3, 1), 19)):
        coverage.reports.create(side="implementer", completion="limited", as_of=as_of, text="Counted.", value=value)
    text = page(client_for, scene.partner, coverage)
    assert "19 schools" in text
    assert "the target is reached on" in text
    assert "<svg" in text
    row = client_for(scene.partner).get(BOARD).json()["rows"][0]
    assert (row["value"], row["counted"], round(row["share_of_way"], 4)) == (19.0, "reported", 0.3654)
