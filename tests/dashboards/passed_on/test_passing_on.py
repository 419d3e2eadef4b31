"""A child that was sent home: passed on with the reporter's leave, found by the school or counted as not matched."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal

import pytest

from commitments.actions.concerns.filing import file_concern
from commitments.concerns.sealed import Reporter, Said
from commitments.models import Concern
from dashboards.concern_patterns.release import release_patterns
from dashboards.models import ConcernRelease, PassedOn
from dashboards.passed_on.actions import candidates, forget_waiting, pass_on, settle, told_of
from discipline.models import SentHome
from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make

FILED = date(2020, 11, 12)
SENT = date(2020, 11, 10)


@pytest.fixture
def filed(world, settings):
    """Return a function that files that a child was sent home from north."""
    settings.MFA_REQUIRED = False

    def file(child: str = "Ben Example", *, leave: bool = True, school: object = "north") -> Concern:
        reporter = Reporter(child=child, child_day="Tuesday, Nov 10", may_pass_on=leave)
        said = Said(what="They called me at noon.")
        place = world.north if school == "north" else school
        return file_concern(
            district=world.district, kind="sent_home", said=said, reporter=reporter, school=place, today=FILED
        ).concern

    world.ben = make.make_student(world.district, "Ben", "Example")
    make.enroll(world.ben, world.north, world.year)
    return file


def test_the_school_finds_the_child_and_it_is_alleged_like_any_report(world, filed, client_for):
    concern = filed()
    ombuds = client_for(world.user("ombuds"))
    assert "Pass it on" in ombuds.get(f"/concerns/received/{concern.uid}/who/").content.decode()
    page = ombuds.get(f"/concerns/pass-on/{concern.uid}/").content.decode()
    assert "Ben Example" in page
    assert "They called" not in page
    assert ombuds.post(f"/concerns/pass-on/{concern.uid}/").status_code == 302
    row = PassedOn.objects.get()
    assert (row.school, row.filed_in, told_of(row)) == (world.north, 2021, ("Ben Example", "Tuesday, Nov 10"))
    officer = client_for(world.user("officer"))
    assert "Children to find in the records" in officer.get("/").content.decode()
    address = f"/sent-home/passed-on/{row.uid}/"
    page = officer.get(address).content.decode()
    assert "Ben Example" in page
    for word in ("They called", str(concern.uid)):
        assert word not in page
    given = {"student": str(world.ben.uid), "begins_on": "2020-11-10", "days": "0.5"}
    assert officer.post(address, given).status_code == 302
    row.refresh_from_db()
    report = SentHome.objects.get(student=world.ben)
    assert (row.state, row.report, row.sealed) == ("matched", report, "")
    assert (report.source, report.state, report.begins_on, report.days) == ("family", "alleged", SENT, Decimal("0.5"))
    assert officer.post(f"/sent-home/{report.uid}/look-into/", {**given, "step": "confirm"}).status_code == 302
    report.refresh_from_db()
    assert report.state == "confirmed"


def test_without_leave_a_name_or_a_school_nothing_is_passed_on_and_never_twice(world, filed):
    ombuds = world.user("ombuds")
    for concern in (filed(leave=False), filed(""), filed(school=None)):
        with pytest.raises(StepNotAllowed):
            pass_on(concern=concern, by=ombuds)
    concern = filed()
    pass_on(concern=concern, by=ombuds)
    for who in (ombuds, world.user("leader"), world.user("principal")):
        with pytest.raises(StepNotAllowed):
            pass_on(concern=concern, by=who)
    assert PassedOn.objects.count() == 1


def test_a_child_nobody_knows_stays_without_a_name(world, filed):
    row = pass_on(concern=filed("Nobody Known"), by=world.user("ombuds"))
    assert candidates(row) == []
    settle(passed=row, by=world.user("officer"))
    row.refresh_from_db()
    assert (row.state, row.sealed, row.report) == ("not_found", "", None)
    with pytest.raises(StepNotAllowed):
        settle(passed=row, by=world.user("officer"))
    assert not SentHome.objects.filter(student=world.ben).exists()


def test_what_nobody_looks_for_is_forgotten_after_ninety_days(world, filed):
    row = pass_on(concern=filed(), by=world.user("ombuds"), on=FILED)
    assert forget_waiting(world.district, today=date(2021, 2, 10)) == 0
    assert forget_waiting(world.other, today=date(2021, 2, 11)) == 0
    assert forget_waiting(world.district, today=date(2021, 2, 11)) == 1
    row.refresh_from_db()
    assert (row.state, row.sealed) == ("not_found", "")


def test_no_row_and_no_event_names_the_child_and_the_concern_together(world, filed, client_for):
    concern = filed()
    row = pass_on(concern=concern, by=world.user("ombuds"))
    client_for(world.user("officer")).get(f"/sent-home/passed-on/{row.uid}/")
    settle(passed=row, student=world.ben, begins_on=SENT, days=Decimal(1), by=world.user("officer"))
    for event in AuditEvent.objects.values():
        text = json.dumps(event, default=str)
        assert "Ben" not in text
        assert str(concern.uid) not in text or event["student_id"] is None
    stored = json.dumps(PassedOn.objects.values().get(), default=str)
    assert str(concern.uid) not in stored
    assert "Ben" not in stored


def test_no_request_and_no_second_leads_from_the_concern_to_what_was_passed_on(world, filed, client_for):
    concern = filed()
    assert client_for(world.user("ombuds")).post(f"/concerns/pass-on/{concern.uid}/").status_code == 302
    row = PassedOn.objects.get()
    events = list(AuditEvent.objects.filter(actor=world.user("ombuds").email))
    assert any(event.object_uid == concern.uid for event in events)
    assert any(event.details.get("what") == "child passed on" for event in events)
    assert all((event.object_uid, event.school_id) in ((concern.uid, None), (None, None)) for event in events)
    assert (row.created_at.time(), row.updated_at.time()) == (time(), time())


def test_a_school_that_reads_names_over_the_api_leaves_a_trace_too(world, filed, client_for):
    row = pass_on(concern=filed(), by=world.user("ombuds"))
    officer = client_for(world.user("officer"))
    for _time in range(2):
        assert officer.get("/api/v1/dashboards/passed-on/").json()["passed_on"][0]["child"] == "Ben Example"
    assert AuditEvent.objects.filter(action="view", object_uid=row.uid, school_id=world.north.pk).count() == 2
    settle(passed=row, by=world.user("officer"))
    assert officer.get("/api/v1/dashboards/passed-on/").json()["passed_on"][0]["child"] == ""
    assert AuditEvent.objects.filter(action="view", object_uid=row.uid).count() == 2


def test_only_the_staff_of_the_school_who_record_removals_see_it(world, filed, client_for, token_for):
    row = pass_on(concern=filed(), by=world.user("ombuds"))
    for role in ("staff", "coordinator", "leader", "records", "partner", "admin", "auditor", "ombuds"):
        client = client_for(world.user(role))
        for address in ("/sent-home/passed-on/", f"/sent-home/passed-on/{row.uid}/", "/api/v1/dashboards/passed-on/"):
            assert client.get(address).status_code == 403, (role, address)
    PassedOn.objects.update(school=world.south)
    officer = client_for(world.user("officer"))
    assert officer.get(f"/sent-home/passed-on/{row.uid}/").status_code == 404
    assert officer.get("/api/v1/dashboards/passed-on/").json() == {"passed_on": []}


def test_the_endpoints(world, filed, client_for):
    concern = filed()
    ombuds, officer = client_for(world.user("ombuds")), client_for(world.user("officer"))
    kind = {"content_type": "application/json"}
    passing, found = "/api/v1/dashboards/concerns/pass-on/", "/api/v1/dashboards/passed-on/"
    answer = ombuds.post(passing, {"concern": str(concern.uid)}, **kind)
    assert (answer.status_code, answer.json()["child"]) == (201, "")
    assert ombuds.post(passing, {"concern": str(concern.uid)}, **kind).status_code == 409
    assert ombuds.post(passing, {"concern": str(world.ben.uid)}, **kind).status_code == 404
    (row,) = officer.get(found).json()["passed_on"]
    assert (row["child"], row["state"]) == ("Ben Example", "waiting")
    body = {"id": row["id"], "student": str(world.ben.uid)}
    assert officer.post(found, body, **kind).status_code == 400, "on which day?"
    done = officer.post(found, body | {"begins_on": "2020-11-10", "days": "1"}, **kind).json()
    assert (done["state"], done["child"], done["report"]) == (
        "matched",
        "",
        str(SentHome.objects.get(student=world.ben).uid),
    )


def test_what_is_not_matched_counts_in_the_patterns(world, filed):
    Concern.objects.update(filed_on=date(2019, 8, 1))
    concerns = [filed() for _number in range(11)]
    for concern in concerns[:5]:
        row = pass_on(concern=concern, by=world.user("ombuds"))
        settle(passed=row, student=world.ben, begins_on=SENT, days=Decimal(1), by=world.user("officer"))
    release_patterns(world.district, today=date(2021, 8, 15))
    tables = ConcernRelease.objects.get(school_year=2021).tables
    assert tables["sent_home"] == {"on_record": 5, "not_matched": 6}


@pytest.mark.parametrize(
    ("matched", "left"), [(0, {"not_matched": 9}), (1, {}), (4, {}), (5, {}), (9, {"on_record": 9})]
)
def test_a_small_number_of_either_hides_both(matched, left):
    from commitments.concerns.withholding import told
    from dashboards.concern_patterns.counting import Row, sent_home_cells

    rows = [Row("0001", "", "sent_home", None, FILED, "not_answered") for _number in range(9)]
    assert told(sent_home_cells(rows, matched), minimum=5) == left
