"""The work of the recipient by the table of states, what the trail says of it, its pages, and the clock."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from commitments.actions.concerns import replying, working
from commitments.actions.concerns.clock import close_undisputed, message_of, purge_concerns, write_concern_notices
from commitments.actions.concerns.rules import set_concern_rule
from commitments.concerns import sealed, states
from commitments.concerns.sealed import Reporter
from commitments.concerns.steps import CONCERN_STEPS as OFFERED
from commitments.models import Commitment, Concern, ConcernMessage, ConcernReporter, ConcernRule
from district.models import AuditEvent, Notice
from district.steps import StepNotAllowed
from tests import factories as make
from tests.commitments import factories as promise
from tests.commitments.concerns.conftest import TODAY, WORDS

DAY = timedelta(days=1)
ANA = Reporter(name="Ana Example", contact="ana@example.net")
PLAN = {
    "title": "Two signatures before a child goes home",
    "text": "No child is sent home unless two people have signed.",
    "responsible": "district",
    "due_on": date(2021, 6, 1),
    "evidence": "The procedure as published",
    "checker": "The ombuds",
}


def taken_to(scene, state: str, **fields) -> Concern:
    """A concern in a state, by the verbs."""
    concern = scene.filed(**fields).concern
    if state != states.RECEIVED:
        working.acknowledge(concern=concern, by=scene.ombuds, on=TODAY)
    if state in (states.ANSWERED, states.DISPUTED, states.RESOLVED):
        working.answer(concern=concern, outcome="upheld", text="You were right.", by=scene.ombuds, on=TODAY)
    if state == states.DISPUTED:
        replying.dispute(concern=concern, text="Not all of it.", on=TODAY)
    if state == states.RESOLVED:
        replying.accept(concern=concern, on=TODAY)
    concern.refresh_from_db()
    assert concern.state == state
    return concern


STEPS = {
    states.ACKNOWLEDGE: lambda c, by: working.acknowledge(concern=c, by=by, on=TODAY),
    states.ASK: lambda c, by: working.ask(concern=c, text="When?", by=by, on=TODAY),
    states.ANSWER: lambda c, by: working.answer(concern=c, outcome="outside", text="No.", by=by, on=TODAY),
    states.SETTLE: lambda c, by: working.settle(concern=c, text="Enough.", by=by, on=TODAY),
    states.CORRECT: lambda c, by: working.correct(concern=c, **PLAN, by=by, on=TODAY),
    states.SORT: lambda c, by: working.sort(concern=c, kind="other", school=None, commitment=None, by=by),
    states.STEP_ASIDE: lambda c, by: working.step_aside(concern=c, by=by),
    states.REPLY: lambda c, by: replying.reply(concern=c, text="On Monday.", on=TODAY),
    states.DISPUTE: lambda c, by: replying.dispute(concern=c, text="No.", on=TODAY),
    states.ACCEPT: lambda c, by: replying.accept(concern=c, on=TODAY),
}


@pytest.mark.parametrize("state", states.CONCERN_STEPS)
@pytest.mark.parametrize("step", STEPS)
def test_a_state_allows_what_the_table_says_and_nothing_else(scene, state, step):
    concern = taken_to(scene, state)
    is_offered = step not in OFFERED or OFFERED[step].is_open(concern)
    if step in states.CONCERN_STEPS[state]:
        STEPS[step](concern, scene.ombuds)
        assert is_offered
    else:
        with pytest.raises(StepNotAllowed):
            STEPS[step](concern, scene.ombuds)
        assert step not in OFFERED or not is_offered
        assert Concern.objects.get().state == state


def test_nobody_but_the_recipient_works_on_it(scene):
    for step in OFFERED:
        concern = taken_to(scene, next(s for s, allowed in states.CONCERN_STEPS.items() if step in allowed))
        for other in (scene.leader, scene.partner):
            with pytest.raises(StepNotAllowed):
                STEPS[step](concern, other)
    with pytest.raises(StepNotAllowed):
        working.open_reporter(concern=concern, by=scene.leader)


def test_the_trail_names_the_recipient_and_nothing_of_the_concern(scene):
    concern = taken_to(scene, states.RECEIVED, who=ANA)
    assert not AuditEvent.objects.filter(object_type="concern").exists(), "filing leaves no event"
    working.acknowledge(concern=concern, text="Thank you.", by=scene.ombuds)
    working.ask(concern=concern, text="When?", by=scene.ombuds)
    replying.reply(concern=concern, text="On Monday.")
    working.sort(concern=concern, kind="treatment", school=scene.south, commitment=None, by=scene.ombuds)
    working.answer(concern=concern, outcome="upheld", text="You were right.", by=scene.ombuds)
    replying.dispute(concern=concern, text="Not all of it.")
    working.settle(concern=concern, text="It is.", by=scene.ombuds)
    assert working.open_reporter(concern=concern, by=scene.ombuds) == ANA
    events = AuditEvent.objects.filter(object_type="concern")
    assert [one.details.get("step") or one.details.get("what") for one in events.order_by("pk")] == [
        *("acknowledged", "ask", "sort", "answered", "settled", "who filed it"),
    ]
    assert {one.actor_id for one in events} == {scene.ombuds.pk}
    assert {(one.school_id, one.student_id) for one in events} == {(None, None)}
    said = json.dumps([[one.changes, one.details] for one in events])
    for word in ("Ana", "ana@", "canary", "Monday", "treatment", "0002", "right"):
        assert word not in said


def test_what_was_upheld_becomes_a_draft_and_nothing_in_it_tells_who(scene):
    commitment = working.correct(concern=taken_to(scene, states.ANSWERED), **PLAN, by=scene.ombuds, on=TODAY)
    assert (commitment.status, commitment.source, commitment.schools.count()) == ("draft", "corrective_plan", 0)
    concern = Concern.objects.get()
    assert concern.correction == commitment
    with pytest.raises(StepNotAllowed):
        working.correct(concern=concern, **PLAN, by=scene.ombuds)
    at_school = working.correct(
        concern=taken_to(scene, states.ANSWERED), **PLAN | {"responsible": "school"}, by=scene.ombuds, on=TODAY
    )
    assert [school.code for school in at_school.schools.all()] == ["0001"]
    nowhere = taken_to(scene, states.ANSWERED, school=None)
    with pytest.raises(ValidationError):
        working.correct(concern=nowhere, **PLAN | {"responsible": "school"}, by=scene.ombuds)
    assert Commitment.objects.count() == 2


def test_what_was_not_upheld_is_not_corrected(scene):
    concern = taken_to(scene, states.ACKNOWLEDGED)
    working.answer(concern=concern, outcome="not_upheld", text="No.", by=scene.ombuds)
    with pytest.raises(StepNotAllowed):
        working.correct(concern=concern, **PLAN, by=scene.ombuds)


def test_texts_are_bounded_and_needed(scene):
    concern = taken_to(scene, states.ACKNOWLEDGED)
    for text in ("", " ", "x" * 4001):
        with pytest.raises(ValidationError):
            working.ask(concern=concern, text=text, by=scene.ombuds)
    with pytest.raises(ValidationError):
        working.answer(concern=concern, outcome="maybe", text="x", by=scene.ombuds)
    assert not ConcernMessage.objects.exists()


# --- Pages -----------------------------------------------------------------------------------------------------------
def test_the_pages_of_the_recipient(scene, client_for):
    concern = taken_to(scene, states.ACKNOWLEDGED, who=ANA, about="The dean")
    client = client_for(scene.ombuds)
    listed = client.get(reverse("concern_list")).content.decode()
    assert "Being looked into" in listed
    assert WORDS not in listed
    page = client.get(reverse("concern_detail", args=[concern.uid]))
    assert page["Cache-Control"] == "no-store"
    shown = page.content.decode()
    assert all(words in shown for words in (WORDS, "The dean", "Answer it", "Who filed it"))
    assert "Ana Example" not in shown, "who filed it is a page of its own"
    who = client.get(reverse("concern_who", args=[concern.uid])).content.decode()
    assert "ana@example.net" in who
    assert "Ana Example" in who
    address = reverse("concern_step", args=[concern.uid, "answer"])
    assert client.post(address, {"text": "x"}).status_code == 200
    assert client.post(address, {"outcome": "upheld", "text": "You were right."}).status_code == 302
    assert client.post(address, {"outcome": "upheld", "text": "Again."}).status_code == 409


def test_a_file_is_an_attachment_for_the_recipient(scene, client_for):
    concern = promise.file_concern(scene.north, scene.organization)
    row = concern.evidence.get()
    answer = client_for(scene.ombuds).get(reverse("concern_evidence", args=[row.uid]))
    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.4", "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="evidence-1.pdf"'
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )
    assert client_for(scene.partner).get(reverse("concern_evidence", args=[row.uid])).status_code == 403


def test_the_organization_reads_what_it_is_owed(scene, client_for):
    concern = taken_to(scene, states.ACKNOWLEDGED, organization=scene.organization, way="named")
    replying.reply(concern=concern, text="A reply by receipt.")
    working.answer(concern=concern, outcome="partly", text="In part.", by=scene.ombuds)
    page = client_for(scene.partner).get(reverse("concern_detail", args=[concern.uid])).content.decode()
    assert "In part." in page
    assert "Upheld in part" in page
    assert WORDS not in page
    assert "A reply by receipt." not in page
    assert "Answer it" not in page


def test_an_organization_files_in_its_own_name(scene, client_for):
    client = client_for(scene.partner)
    given = {"kind": "promise", "what": WORDS, "organization": str(scene.organization.uid)}
    page = client.post(reverse("concern_add"), given | {"district": str(scene.district.uid)})
    assert "Write these 16 digits down now" in page.content.decode()
    concern = Concern.objects.get()
    assert concern.organization == scene.organization
    assert working.open_reporter(concern=concern, by=scene.ombuds).user == str(scene.partner.pk)
    assert not AuditEvent.objects.filter(actor_id=scene.partner.pk, object_type="concern").exists()
    assert client.post(reverse("concern_add"), {"kind": "promise", "what": WORDS}).status_code == 200
    assert Concern.objects.count() == 1


def test_the_ombuds_takes_one_down_for_somebody(scene, client_for):
    given = {"kind": "sent_home", "what": WORDS, "when": "Tuesday", "district": str(scene.district.uid)}
    assert "16 digits" in client_for(scene.ombuds).post(reverse("concern_add"), given).content.decode()
    concern = Concern.objects.get()
    assert (concern.organization, sealed.said_of(concern.sealed).way) == (None, "anonymous")
    assert working.open_reporter(concern=concern, by=scene.ombuds) == Reporter(child_day="Tuesday")


# --- Rules and the clock ---------------------------------------------------------------------------------------------
def test_the_ombuds_sets_the_days_within_bounds(scene, client_for):
    set_concern_rule(
        district=scene.district, step="acknowledge", days=1, unit="calendar", valid_from=TODAY, by=scene.ombuds
    )
    assert scene.filed().concern.next_due_on == TODAY + DAY
    with pytest.raises(ValidationError):
        set_concern_rule(
            district=scene.district, step="keep", days=2, unit="calendar", valid_from=TODAY, by=scene.ombuds
        )
    client = client_for(scene.ombuds)
    given = {"step": "keep", "days": "60", "unit": "calendar", "valid_from": "2021-03-01"}
    assert client.post(reverse("concern_rules"), given | {"district": str(scene.district.uid)}).status_code == 302
    assert ConcernRule.objects.get(step="keep").days == 60
    assert client_for(scene.leader).get(reverse("concern_rules")).status_code == 403


def test_what_nobody_disputes_is_closed_in_time(scene):
    concern = taken_to(scene, states.ANSWERED)
    assert concern.next_due_on == TODAY + 30 * DAY
    assert close_undisputed(scene.district, today=TODAY + 30 * DAY) == 0
    assert close_undisputed(make.make_district("TWO"), today=TODAY + 99 * DAY) == 0
    assert close_undisputed(scene.district, today=TODAY + 40 * DAY) == 1
    assert close_undisputed(scene.district, today=TODAY + 40 * DAY) == 0
    concern.refresh_from_db()
    assert (concern.state, concern.resolved_on) == ("resolved", TODAY + 31 * DAY)


def test_words_go_in_time_and_the_outcome_stays(scene):
    concern = taken_to(scene, states.RESOLVED, who=ANA)
    open_one = taken_to(scene, states.DISPUTED)
    assert purge_concerns(scene.district, today=TODAY + 365 * DAY) == 0
    assert purge_concerns(scene.district, today=TODAY + 366 * DAY) == 1
    assert purge_concerns(scene.district, today=TODAY + 366 * DAY) == 0
    concern.refresh_from_db()
    assert (concern.sealed, concern.receipt_hash, concern.kind, concern.outcome) == ("", "", "policy", "upheld")
    assert concern.purged_on == TODAY + 366 * DAY
    assert [one.kind for one in concern.steps.all()] == ["received", "acknowledged", "answered", "accepted"]
    assert list(ConcernReporter.objects.values_list("mark", flat=True)) == [sealed.mark_of(open_one.uid)]
    assert not concern.messages.exists()
    assert working.open_reporter(concern=concern, by=scene.ombuds) is None


def test_a_mail_says_that_something_waits_and_comes_on_the_day_after(scene):
    filed_on = scene.filed().concern.filed_on
    assert write_concern_notices(scene.district, today=filed_on) == 0
    assert write_concern_notices(scene.district, today=filed_on + DAY) == 1
    assert write_concern_notices(scene.district, today=filed_on + DAY) == 0
    notice = Notice.objects.get()
    assert (notice.user, notice.about) == (scene.ombuds, f"concerns {filed_on}")
    subject, links = message_of(notice)
    assert (subject, links) == ("Something awaits you", [("Something awaits you", "http://127.0.0.1:8000/")])
    concern = Concern.objects.get()
    working.acknowledge(concern=concern, by=scene.ombuds, on=filed_on + DAY)
    assert write_concern_notices(scene.district, today=filed_on + 3 * DAY) == 0
    replying.reply(concern=concern, text="There is more.", on=filed_on + 3 * DAY)
    assert write_concern_notices(scene.district, today=filed_on + 4 * DAY) == 1
