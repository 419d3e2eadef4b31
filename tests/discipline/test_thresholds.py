"""Thresholds: who reaches them, what the task is, and what may be done with it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from discipline import actions
from discipline.actions import Part, StepNotAllowed
from discipline.actions import thresholds as verbs
from discipline.models import Threshold, ThresholdTask
from district.models import AuditEvent
from tests import factories as make


@pytest.fixture
def now(world, settings) -> date:
    """Today, in a school year around it with north's student."""
    settings.MFA_REQUIRED = False
    today = timezone.localdate()
    year = make.make_school_year(
        world.district,
        today.year + (today.month >= 7),
        starts_on=today - timedelta(days=90),
        ends_on=today + timedelta(days=90),
    )
    make.enroll(world.student, world.north, year)
    world.district.behaviors.update(level="2")
    return today


@pytest.fixture
def threshold(world, now):
    values = {"title": "Three in a month", "count": 3, "days": 30, "level": "2", "action": "Call the family."}
    return verbs.add_threshold(district=world.district, by=world.user("leader"), **values)


@pytest.fixture
def refer(world, now):
    def log(days_ago: int):
        part = Part(world.student, behaviors=(world.district.behaviors.get(),))
        on = now - timedelta(days=days_ago)
        actions.log_referral(school=world.north, occurred_on=on, parts=[part], by=world.user("officer"))

    return log


def tasks():
    return ThresholdTask.objects.filter(state="open", threshold__count=3)


def test_the_third_in_thirty_days_makes_one_task(refer, threshold):
    refer(29)
    refer(10)
    assert not tasks().exists()
    refer(0)
    task = tasks().get()
    assert (task.counted, task.threshold, task.owner) == (3, threshold, None)
    assert task.due_on > timezone.localdate()
    refer(0)
    assert tasks().count() == 1  # it is open already


def test_a_day_outside_or_another_level_does_not_count(refer, threshold, world):
    for days_ago in (30, 1, 0):
        refer(days_ago)
    assert not tasks().exists()
    world.district.behaviors.update(level="3")
    refer(0)
    assert not tasks().exists()


def test_an_ended_threshold_makes_no_task(refer, threshold, world):
    verbs.end_threshold(threshold=threshold, reason="Tried another way.", by=world.user("leader"))
    for _ in range(3):
        refer(0)
    assert not tasks().exists()
    with pytest.raises(StepNotAllowed):
        verbs.end_threshold(threshold=threshold, reason="Again.", by=world.user("leader"))


VERBS = {
    verbs.TAKE: lambda task, by: verbs.take_task(task=task, by=by),
    verbs.FINISH: lambda task, by: verbs.close_task(task=task, step=verbs.FINISH, note="We met.", by=by),
    verbs.OVERRIDE: lambda task, by: verbs.close_task(task=task, step=verbs.OVERRIDE, note="Moved away.", by=by),
}


@pytest.mark.parametrize("state", ThresholdTask.State.values)
@pytest.mark.parametrize("step", VERBS)
def test_every_state_and_step(world, state, step):
    task = ThresholdTask.objects.get(school=world.north)
    ThresholdTask.objects.filter(pk=task.pk).update(state=state)
    officer, events = world.user("officer"), AuditEvent.objects.count()
    if after := verbs.TASK_STEPS[state].get(step):
        VERBS[step](task, officer)
        task.refresh_from_db()
        assert (task.state, task.owner.email) == (
            after,
            "officer@example.org" if step == verbs.TAKE else task.owner.email,
        )
        assert AuditEvent.objects.count() == events + 1
    else:
        with pytest.raises(StepNotAllowed) as caught:
            VERBS[step](task, officer)
        assert caught.value.allowed == list(verbs.TASK_STEPS[state])
        assert AuditEvent.objects.count() == events


def test_closing_asks_for_words(world):
    task = ThresholdTask.objects.get(school=world.north)
    for step in (verbs.FINISH, verbs.OVERRIDE):
        with pytest.raises(ValidationError):
            verbs.close_task(task=task, step=step, note=" ", by=world.user("officer"))
    with pytest.raises(ValidationError):
        verbs.close_task(task=task, step="drop", note="x", by=world.user("officer"))


def test_the_district_keeps_and_ends_thresholds_in_the_browser(world, client_for, now):
    client = client_for(world.user("leader"))
    page = reverse("threshold_list")
    given = {"title": "Five", "count": 5, "days": 60, "action": "Plan support.", "within_days": 5}
    assert "Five" in client.post(page, given, follow=True).text
    assert "Five" in client.post(page, given).text  # the title stands already: said, not an error
    assert Threshold.objects.filter(title="Five").count() == 1
    assert client.post(page, given | {"title": "One", "count": 1}).status_code == 200
    row = Threshold.objects.get(title="Five")
    ended = client.post(reverse("threshold_end", args=[row.uid]), {"reason": "Too many."}, follow=True)
    assert "Ended" in ended.text
    assert client.get(reverse("threshold_end", args=[row.uid])).status_code == 302


def test_the_task_stands_on_the_desk_until_it_is_closed(world, refer, threshold, client_for):
    for _ in range(3):
        refer(0)
    client = client_for(world.user("officer"))
    assert "Three in a month: Call the family." in client.get("/").text
    address = reverse("threshold_task", args=[tasks().get().uid])
    assert client.post(address, {"step": "take"}).status_code == 302
    assert client.post(address, {"step": "take"}).status_code == 409
    assert client.post(address, {"step": "override"}).status_code == 200  # no reason
    assert client.post(address, {"step": "override", "note": "She moved."}).status_code == 302
    assert "Three in a month" not in client.get("/").text
    assert client.get(address).status_code == 302
    assert client.post(address, {"step": "finish", "note": "x"}).status_code == 409
