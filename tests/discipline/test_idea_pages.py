"""Facts, patterns and manifestation determinations in the browser: what the clock asks, and who may answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from dashboards.desk import law
from discipline import actions
from discipline.actions.due_process import recount_steps
from discipline.actions.idea import open_if_asked, recount_due_dates, void_determination
from discipline.judging import Case
from discipline.models import ManifestationDetermination, Removal
from district.models import CalendarDay
from tests import factories as make
from tests.discipline.test_due_process import MONDAY, place

__all__ = ["place"]  # a fixture

WEAPON = Case(stated={"weapon": "A kitchen knife, found by the guard."})
FACTORS = {
    "is_similar": "yes",
    "similarity": "Each time over leaving class.",
    "length": "Five, four and three days.",
    "time_in_all": "Twelve days.",
    "proximity": "Within six weeks.",
    "reasons": "The same behavior each time.",
    "decided_on": "2026-11-30",
    "decided_by": "Principal, case manager, parent",
}
HELD = {
    "caused_by_disability": "no",
    "disability_reasons": "No link was seen.",
    "iep_not_implemented": "yes",
    "iep_reasons": "The aide was not there.",
    "held_on": "2026-11-20",
    "took_part": "Parent, principal, IEP team",
}


def told(removal: Removal) -> dict[str, str]:
    return {step.step: step.state for step in removal.due_steps.all()}


def test_more_than_ten_days_in_a_row_open_the_determination_with_the_order(place, client_for):
    """34 CFR 300.530(e), (h): due on the tenth school day after the decision, notice the same day; both are one record
    with the checklist."""
    here = place("", date(2026, 11, 20))
    removal = here.order(here.referral(idea=True), "11", case=Case(reasons={"us-idea-change-of-placement": "Agreed."}))
    row = removal.determinations.get()
    assert (row.decided_on, row.due_on, row.notice_on) == (MONDAY, date(2026, 11, 18), None)
    assert {removal.due_steps.get(step="manifestation_determination").due_on} == {row.due_on}
    client = client_for(here.by)
    page = client.get(reverse("removal_detail", args=[removal.uid])).content.decode()
    for words in ("Tell the parents", "Hold the determination", "Facts for the IDEA clock", "parents not told"):
        assert words in page
    assert "Decide: is it a pattern?" not in page
    before = law.determinations(here.by)
    assert [task.status.tone for task in before.tasks] == ["late", "late"]  # the notice, and the determination
    notice = reverse("determination_notice", args=[row.uid])
    assert client.post(notice, {"on": "2026-11-01", "way": "letter"}).status_code == 200  # before the decision
    assert client.post(notice, {"on": "2026-11-02", "way": "phone"}).status_code == 302
    assert told(removal)["parent_notice"] == "done"
    hold = reverse("determination_hold", args=[row.uid])
    assert client.post(hold, {**HELD, "took_part": " "}).status_code == 200  # nobody took part
    assert client.post(hold, HELD).status_code == 302
    row.refresh_from_db()
    assert (row.is_manifestation, told(removal)["manifestation_determination"]) == (True, "done")
    page = client.get(reverse("removal_detail", args=[removal.uid])).content.decode()
    assert "A manifestation" in page
    assert "300.530(f)" in page
    assert law.determinations(here.by) is None
    assert client.get(hold).status_code == 302  # held already: back to the removal
    assert client.post(hold, HELD).status_code == 409
    assert client.post(reverse("determination_void", args=[row.uid]), {"reason": "Wrong form."}).status_code == 302
    assert client.get(reverse("removal_determination", args=[removal.uid])).status_code == 200
    assert (
        client.post(reverse("removal_determination", args=[removal.uid]), {"decided_on": "2026-11-02"}).status_code
        == 302
    )
    assert removal.determinations.standing().count() == 1


def test_a_snow_day_moves_step_and_determination_alike_with_a_trace(place):
    here = place("", date(2026, 11, 10))
    removal = here.order(here.referral(idea=True), "11", case=Case(reasons={"us-idea-change-of-placement": "Agreed."}))
    CalendarDay.objects.create(district=here.district, day=date(2026, 11, 12), kind="closure")
    moved = recount_due_dates(district=here.district, by=None)
    assert [(one.before, one.after) for one in moved] == [(date(2026, 11, 18), date(2026, 11, 19))]
    recount_steps(district=here.district, by=None)
    step = removal.due_steps.get(step="manifestation_determination")
    assert step.due_on == removal.determinations.get().due_on == date(2026, 11, 19)
    change = step.changes.get()
    assert (change.reason, change.former) == ("The calendar changed", {"due_on": "2026-11-18"})
    assert recount_due_dates(district=here.district, by=None) == []


def test_an_interim_setting_opens_one_and_ends_on_its_45th_school_day(place):
    here = place("", date(2026, 11, 20))
    removal = here.order(here.referral(idea=True), "45", "IAES_PERSONNEL", case=WEAPON)
    assert removal.determinations.get().due_on == date(2026, 11, 18)
    ends = removal.due_steps.get(step="interim_setting_ends")
    assert ends.due_on == removal.ends_on
    actions.file_appeal(removal=removal, to="expedited", filed_on=date(2026, 11, 16), filed_by="Mother", by=here.by)
    days = {step.step: step.due_on for step in removal.due_steps.all()}
    assert days["resolution_meeting"] == date(2026, 11, 23)
    assert days["expedited_hearing"] == date(2026, 12, 16)  # 20 school days, Thanksgiving between
    assert days["expedited_decision"] is None  # waits for the hearing
    hearing = removal.due_steps.get(step="expedited_hearing")
    actions.tick_step(step=hearing, done_on=date(2026, 11, 19), done_by="The State", way="meeting", by=here.by)
    assert removal.due_steps.get(step="expedited_decision").due_on == date(2026, 12, 7)  # 10 school days after it


@pytest.mark.parametrize(
    ("flags", "days", "kind", "opens"),
    [
        ({"idea": True}, "10", "OSS", False),
        ({"idea": True}, "10.5", "OSS", True),
        ({"idea": True}, "11", "ISS", True),  # nobody recorded the three conditions
        ({"section504": True}, "11", "OSS", True),
        ({}, "11", "OSS", False),
    ],
)
def test_the_border_lies_above_ten_days_in_a_row(place, flags, days, kind, opens):
    here = place("", date(2026, 11, 20))
    reasons = {"us-idea-change-of-placement": "Agreed.", "us-504-change-of-placement": "Agreed."}
    removal = here.order(here.referral(**flags), days, kind, case=Case(reasons=reasons))
    assert removal.determinations.exists() is opens


def test_a_longer_removal_by_a_new_decision_opens_one_as_of_that_day(place):
    here = place("", date(2026, 11, 10))
    removal = here.order(here.referral(idea=True), "9")
    assert not removal.determinations.exists()
    reasons = {"us-idea-change-of-placement": "Agreed."}
    actions.change_removal(
        removal=removal, change="extended", begins_on=MONDAY, days=Decimal(12), reason="It went on.", by=here.by,
        case=Case(reasons=reasons),
    )  # fmt: skip
    row = removal.determinations.get()
    assert (row.decided_on, row.due_on) == (date(2026, 11, 10), date(2026, 11, 24))
    void_determination(determination=row, reason="Wrong day.", by=here.by)
    found = Removal.objects.get(pk=removal.pk)
    assert open_if_asked(removal=found, decided_on=date(2026, 11, 10), by=here.by).due_on == date(2026, 11, 24)
    assert open_if_asked(removal=found, decided_on=date(2026, 11, 10), by=here.by) is None


def test_a_series_is_asked_about_and_a_person_answers(place, client_for):
    here = place("", date(2026, 12, 15))
    first = here.order(here.referral(idea=True, on=date(2026, 10, 12)), "5", begins_on=date(2026, 10, 12))
    student = first.student
    here.order(here.again(student, on=date(2026, 11, 9)), "4", begins_on=date(2026, 11, 9))
    last = here.order(here.again(student, on=date(2026, 11, 30)), "3", begins_on=date(2026, 11, 30))
    assert not ManifestationDetermination.objects.exists()  # never by itself: 34 CFR 300.536(b)
    client, address = client_for(here.by), reverse("removal_pattern", args=[last.uid])
    assert "Decide: is it a pattern?" in client.get(reverse("removal_detail", args=[last.uid])).content.decode()
    assert client.get(reverse("removal_pattern", args=[first.uid])).status_code == 302  # the clock does not ask there
    assert client.get(address).status_code == 200
    missing = client.post(address, {**FACTORS, "is_change_of_placement": ""})
    assert missing.status_code == 200
    assert not last.pattern_reviews.exists()
    assert client.post(address, {**FACTORS, "is_change_of_placement": "yes"}).status_code == 302
    review = last.pattern_reviews.get()
    assert (review.is_similar, review.total_days) == (True, 12)
    assert last.determinations.get().due_on == date(2026, 12, 14)
    assert told(last)["pattern_review"] == "done"
    void = reverse("pattern_review_void", args=[review.uid])
    assert client.post(void, {"reason": "The wrong student."}).status_code == 409  # its determination stands
    page = client.get(reverse("removal_detail", args=[last.uid])).content.decode()
    assert "A pattern" in page
    assert "Pattern review" in page


def test_facts_decide_what_counts_and_a_form_asks_what_goes_with_the_kind(place, client_for):
    here = place("", date(2026, 12, 15))
    referral = here.referral(idea=True)
    inside = here.order(referral, "2", "ISS")
    bus = here.order(referral, "3", "BUS", offer=None)
    client, address = client_for(here.by), reverse("removal_facts", args=[inside.uid])
    form = client.get(address).content.decode()
    assert 'name="with_peers"' in form
    assert 'name="bus_is_service"' not in form
    assert client.post(address, {}).status_code == 200  # nothing was said
    yes = dict.fromkeys(("progress_in_curriculum", "iep_services_continued", "with_peers"), "yes")
    assert client.post(address, yes).status_code == 302
    assert client.post(address, {**yes, "with_peers": "no"}).status_code == 200  # a change needs its reason
    assert client.post(address, {**yes, "with_peers": "no", "reason": "They sat alone."}).status_code == 302
    inside.refresh_from_db()
    assert inside.terms.with_peers is False
    assert inside.terms.changes.get().former == {"with_peers": True}
    on_the_bus = client.get(reverse("removal_facts", args=[bus.uid])).content.decode()
    assert 'name="bus_alternative"' in on_the_bus
    assert 'name="with_peers"' not in on_the_bus


def test_a_student_without_a_plan_has_nothing_about_the_clock(place, client_for):
    here = place("")
    removal = here.order(here.referral(), "3")
    page = client_for(here.by).get(reverse("removal_detail", args=[removal.uid])).content.decode()
    assert "IDEA clock" not in page


def test_the_page_costs_the_same_however_many_removals_there_are(place, client_for, django_assert_max_num_queries):
    here = place("", date(2026, 12, 15))
    first = here.order(here.referral(idea=True, on=date(2026, 10, 12)), "5", begins_on=date(2026, 10, 12))
    client, address = client_for(here.by), reverse("removal_detail", args=[first.uid])
    client.get(address)
    for day in range(5):
        make.remove(first.incident, first.student, "OSS", "1", begins_on=date(2026, 11, 9 + day), identifier=f"N{day}")
    with django_assert_max_num_queries(45):
        client.get(address)
