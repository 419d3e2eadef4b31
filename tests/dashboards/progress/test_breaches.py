"""The clock and live measures: a suspension breaks a rule the same day, and a voided one no longer does."""

from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from commitments.models import Breach, Miss
from dashboards import jobs
from dashboards.progress.breaches import note_breaches
from discipline.actions import save_draft, void_removal
from discipline.models import DRAFT_LIFE, ReferralDraft
from tests import factories as make
from tests.commitments import factories as promise
from tests.dashboards.progress.conftest import TODAY


def test_a_suspension_breaks_the_rule_the_same_day_and_once(scene, rule):
    assert note_breaches(scene.district, today=TODAY) == 0
    removal = scene.suspend("a", scene.north, TODAY, "1")
    assert [note_breaches(scene.district, today=TODAY) for _ in range(3)] == [1, 0, 0]
    breach, miss = Breach.objects.get(), Miss.objects.get()
    assert (breach.record_uid, breach.school, breach.happened_on) == (removal.uid, scene.north, TODAY)
    assert (miss.kind, miss.missed_on, miss.status) == ("breach", TODAY, "missed")


def test_a_voided_suspension_withdraws_the_breach(scene, rule):
    removal = scene.suspend("a", scene.north, TODAY, "1")
    note_breaches(scene.district, today=TODAY)
    void_removal(removal=removal, reason="Entered twice.", by=None)
    note_breaches(scene.district, today=TODAY)
    assert (Miss.objects.get().status, Miss.objects.get().outcome) == ("closed", "withdrawn")


def test_a_draft_is_not_watched_and_a_rule_that_allows_some_is_broken_by_more(scene, rule):
    rule.target, rule.period = 1, "school_year"
    rule.save()
    draft = promise.make_commitment(
        scene.district, status="draft", measure="oss_for_level", behavior_level="1", period="school_year", target=0
    )
    scene.suspend("a", scene.north, date(2020, 11, 3), "1")
    assert note_breaches(scene.district, today=TODAY) == 0
    scene.suspend("b", scene.north, date(2020, 11, 4), "1")
    assert note_breaches(scene.district, today=TODAY) == 2
    assert {breach.commitment for breach in Breach.objects.all()} == {rule}
    assert not draft.misses.exists()


def test_last_years_breaches_stay_when_a_new_year_begins(scene, rule):
    rule.period, rule.adopted_on = "school_year", date(2019, 9, 1)
    rule.save()
    scene.suspend("a", scene.north, date(2020, 5, 4), "1")
    note_breaches(scene.district, today=date(2020, 5, 4))
    assert note_breaches(scene.district, today=date(2020, 9, 1)) == 0
    assert Miss.objects.get().status == "missed"


def test_a_rate_is_broken_as_soon_as_it_is_above_and_once_a_year(scene):
    given = {"measure": "suspension_rate", "rate_of": "oss", "period": "school_year", "target": 25}
    kept = promise.make_commitment(scene.district, **given)
    broken = promise.make_commitment(scene.district, scene.north, **given)
    scene.suspend("a", scene.north, date(2020, 11, 3), "2")
    assert [note_breaches(scene.district, today=TODAY) for _ in range(2)] == [1, 0]
    assert Miss.objects.get().commitment == broken, "1 of 4 in the district is 25%; 1 of 3 at north is above"
    assert not kept.misses.exists()
    assert Miss.objects.get().occasion == "period 2021"


def test_a_ratio_may_still_fall_and_is_judged_when_its_year_is_over(scene):
    promise.make_commitment(
        scene.district, measure="risk_ratio", rate_of="oss", group="race=BL", period="school_year", target="1.5"
    )
    scene.suspend("a", scene.north, date(2020, 11, 3), "2")
    scene.suspend("b", scene.north, date(2020, 11, 3), "2")
    scene.suspend("c", scene.north, date(2020, 11, 4), "2")
    assert note_breaches(scene.district, today=date(2021, 6, 30)) == 0
    assert note_breaches(scene.district, today=date(2021, 7, 1)) == 1


# --- The command ---------------------------------------------------------------------------------------------------
def run(today=TODAY, **options) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("run_scheduled", today=today, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_the_command_does_everything_once_and_says_what(scene, rule):
    scene.suspend("a", scene.north, TODAY, "1")
    item = promise.make_due_item(rule, TODAY - timedelta(days=1))
    out, err = run()
    assert "ONE: broken commitments: 1" in err
    assert "ONE: missed dates: 1" in err
    item.refresh_from_db()
    assert item.missed_on == TODAY
    assert out == f"summary: sent={len(mail.outbox)}\n"
    assert mail.outbox
    assert run() == ("summary: sent=0\n", "")
    run(today=TODAY + timedelta(days=7), no_mail=True)
    assert run(today=TODAY + timedelta(days=7))[0] != "summary: sent=0\n"


def test_drafts_are_forgotten_after_thirty_days_in_their_district_only(scene):
    elsewhere = make.make_school(make.make_district("TWO", timezone="Asia/Tokyo"), "0001")
    midnight = datetime(2021, 3, 1, tzinfo=ZoneInfo(scene.district.timezone))
    drafts = {}
    for name, school, changed in (
        ("kept", scene.north, midnight - DRAFT_LIFE),
        ("forgotten", scene.north, midnight - DRAFT_LIFE - timedelta(seconds=1)),
        ("where the day began earlier", elsewhere, midnight - DRAFT_LIFE),
    ):
        drafts[name] = save_draft(author=scene.leader, school=school, content={"description": name})
        ReferralDraft.objects.filter(pk=drafts[name].pk).update(updated_at=changed)
    assert "ONE: forgotten drafts: 1" in run()[1]
    assert set(ReferralDraft.objects.all()) == {drafts["kept"], drafts["where the day began earlier"]}
    run(today=TODAY + timedelta(days=1))
    assert not ReferralDraft.objects.exists()


def test_a_job_that_fails_stops_none_of_the_others(scene, rule, monkeypatch):
    promise.make_due_item(rule, TODAY - timedelta(days=1))

    def broken(district, *, today):
        raise RuntimeError("no")

    monkeypatch.setattr(jobs, "JOBS", (jobs.Job("broken", broken), *jobs.JOBS))
    with pytest.raises(CommandError):
        run()
    assert Miss.objects.count() == 1
