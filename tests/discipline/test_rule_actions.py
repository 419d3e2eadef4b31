"""Rules as data: adopting packs, local rules and moratoria, versions, signing off, decisions on record."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from discipline.actions.rules import (
    SIGN_OFF_STEPS,
    add_local_rule,
    adopt_pack,
    adopt_packs,
    change_local_rule,
    record_decisions,
    sign_off_rule,
)
from discipline.law import evaluate_proposal, law_on
from discipline.models import DistrictRule, Removal, RuleDecision, RuleVersion
from discipline.packs import packs_for, shipped_packs
from district.models import AuditEvent
from district.rules import BehaviorFacts, Behaviors, Condition, Proposal, Rule, Severity, terms_of
from district.steps import StepNotAllowed
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
MORATORIUM = Rule(
    key="",
    jurisdiction="LOCAL",
    citation="Board resolution 2013-10",
    title="No out-of-school suspension at level 1",
    text="A student may not be suspended out of school for a behavior of level 1.",
    severity=Severity.BLOCK,
    effective_from=date(2026, 10, 1),
    actions=frozenset({"OSS"}),
    include=Behaviors(levels=frozenset({"1"})),
    prohibits=True,
    exceptions=(Condition("emergency", "An emergency."),),
)


@pytest.fixture
def leader(world):
    return world.user("leader")


@pytest.fixture
def district():
    return make.make_district("NJ1", state="NJ")


def keys_on(district, day):
    return {rule.key for rule in law_on(district, day).rules}


# --- Adopting ---------------------------------------------------------------------------------------------------------
def test_a_district_adopts_federal_law_and_that_of_its_state_unsigned(district):
    done = adopt_packs(district=district, by=None)
    shipped = [rule for pack in packs_for("NJ") for rule in pack.rules]
    assert (done.rules, done.versions) == (len({rule.key for rule in shipped}), len(shipped))
    versions = RuleVersion.objects.filter(rule__district=district)
    assert {version.sign_off for version in versions} == {"unsigned"}
    assert {version.rule.pack.code for version in versions.select_related("rule__pack")} == {"US", "NJ"}
    assert all(version.as_rule() in shipped for version in versions)
    assert {event.details["pack"] for event in AuditEvent.objects.filter(district_id=district.pk)} == {"US", "NJ"}


def test_adopting_again_changes_nothing(district):
    adopt_packs(district=district, by=None)
    before = (RuleVersion.objects.count(), AuditEvent.objects.count())
    done = adopt_packs(district=district, by=None)
    assert (done.rules, done.versions) == (0, 0)
    assert (RuleVersion.objects.count(), AuditEvent.objects.count()) == before


def test_a_state_without_a_pack_has_federal_law():
    district = make.make_district("SD1", state="SD")
    adopt_packs(district=district, by=None)
    assert set(district.rule_packs.values_list("code", flat=True)) == {"US"}


def test_a_new_edition_adds_what_is_new_and_asks_for_another_sign_off(district, leader):
    pack = shipped_packs()["NJ"]
    adopt_pack(district=district, pack=pack, by=None)
    old = RuleVersion.objects.get(rule__key="nj-k2-suspension")
    sign_off_rule(version=old, step="sign", by=leader)
    said_again = [replace(rule, text="Said better.") if rule.key == "nj-k2-suspension" else rule for rule in pack.rules]
    newer = replace(pack, edition=date(2027, 7, 1), rules=(*said_again, replace(pack.rules[0], key="nj-new")))
    done = adopt_pack(district=district, pack=newer, by=None)
    assert (done.rules, done.versions) == (1, 2)
    old.refresh_from_db()
    new = RuleVersion.objects.get(rule__key="nj-k2-suspension", number=2)
    assert (old.sign_off, old.superseded_on, new.sign_off, new.superseded_on) == ("signed", date.min, "unsigned", None)
    assert [rule.text for rule in law_on(district, DAY).rules if rule.key == "nj-k2-suspension"] == ["Said better."]
    assert district.rule_packs.get().edition == date(2027, 7, 1)


def test_an_amended_law_keeps_the_version_of_each_day():
    district = make.make_district("TX1", state="TX")
    adopt_packs(district=district, by=None)
    for day, expected in ((date(2025, 6, 19), 1), (date(2025, 6, 20), 2)):
        (rule,) = [rule for rule in law_on(district, day).rules if rule.key == "tx-below-grade-3"]
        assert rule.version == expected


def test_the_command_adopts_and_tells(capsys):
    make.make_district("NJ2", state="NJ")
    call_command("adopt_rules", "--district", "NJ2")
    call_command("adopt_rules", "--district", "NJ2")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("Adopted 22 rules, 22 versions.")
    assert second == "Nothing is new."
    with pytest.raises(CommandError) as caught:
        call_command("adopt_rules", "--district", "NOWHERE")
    assert caught.value.returncode == 1


def test_create_district_adopts_rules_and_a_matrix():
    call_command("create_district", "NJ3", "--name", "Three", "--state", "NJ")
    assert RuleVersion.objects.filter(rule__district__code="NJ3").count() == 22
    assert DistrictRule.objects.filter(district__code="NJ3", pack=None).count() == 0
    call_command("create_district", "NJ3", "--name", "Three", "--state", "NJ")
    assert RuleVersion.objects.filter(rule__district__code="NJ3").count() == 22


# --- Local rules ------------------------------------------------------------------------------------------------------
def test_a_local_rule_is_signed_off_by_adding_it(world, leader):
    version = add_local_rule(district=world.district, rule=MORATORIUM, by=leader)
    assert (version.number, version.sign_off, version.is_local) == (1, "signed", True)
    assert version.rule.key == "local-no-out-of-school-suspension-at-level-1"
    row = version.sign_offs.get()
    assert (row.decision, row.by) == ("signed", leader)
    event = AuditEvent.objects.get(object_uid=version.uid)
    assert (event.action, event.district_id, event.actor) == ("create", world.district.pk, leader.email)
    assert event.changes["title"] == [None, MORATORIUM.title]
    assert version.as_rule() == replace(MORATORIUM, key=version.rule.key)


def test_a_title_stands_once_in_a_district(world, leader):
    add_local_rule(district=world.district, rule=MORATORIUM, by=leader)
    with pytest.raises(ValidationError) as caught:
        add_local_rule(district=world.district, rule=replace(MORATORIUM, title=MORATORIUM.title.upper()), by=leader)
    assert set(caught.value.message_dict) == {"title"}
    assert add_local_rule(district=world.other, rule=MORATORIUM, by=leader).rule.district == world.other


def test_keys_differ_where_titles_only_differ_in_signs(world, leader):
    titles = ["Suspensions!", "Suspensions?", "Suspensions."]
    made = [add_local_rule(district=world.district, rule=replace(MORATORIUM, title=one), by=leader) for one in titles]
    assert [one.rule.key for one in made] == ["local-suspensions", "local-suspensions-2", "local-suspensions-3"]


@pytest.mark.parametrize(
    ("day", "blocks"), [(date(2026, 9, 30), False), (date(2026, 10, 1), True), (date(2027, 6, 30), True)]
)
def test_a_moratorium_is_asked_from_its_first_day(world, leader, day, blocks):
    add_local_rule(district=world.district, rule=MORATORIUM, by=leader)
    behavior = BehaviorFacts("04659", level="1")
    evaluation, _law = evaluate_proposal(Proposal("OSS", Decimal(2), behaviors=(behavior,)), world.district, day)
    assert evaluation.is_allowed is not blocks


@pytest.mark.parametrize(
    ("changes", "before", "on_the_day", "after"),
    [
        ({"effective_to": DAY}, True, True, False),  # a last day
        ({"severity": Severity.WARN, "effective_from": DAY}, True, True, True),  # milder from a day on
        ({"effective_from": DAY + timedelta(days=1)}, True, True, True),  # the former stands until then
    ],
)
def test_a_changed_rule_holds_from_its_day_and_the_former_until_then(world, leader, changes, before, on_the_day, after):
    version = add_local_rule(district=world.district, rule=MORATORIUM, by=leader)
    new = change_local_rule(
        version=version, rule=replace(MORATORIUM, **changes), reason="The board decided.", by=leader
    )
    assert (new.number, new.sign_off, new.reason) == (2, "signed", "The board decided.")
    days = (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1))
    assert [new.rule.key in keys_on(world.district, day) for day in days] == [before, on_the_day, after]
    version.refresh_from_db()
    assert version.terms == terms_of(replace(MORATORIUM, key=new.rule.key)), "a version never changes"


def test_each_day_is_asked_under_the_version_of_that_day(world, leader):
    version = add_local_rule(district=world.district, rule=MORATORIUM, by=leader)
    later = replace(MORATORIUM, severity=Severity.WARN, effective_from=DAY)
    change_local_rule(version=version, rule=later, reason="Milder.", by=leader)

    def severity(day):
        return [rule.severity.value for rule in law_on(world.district, day).rules if rule.key == version.rule.key]

    assert severity(DAY - timedelta(days=1)) == ["block"]
    assert severity(DAY) == ["warn"]
    assert severity(MORATORIUM.effective_from - timedelta(days=1)) == []


def test_what_may_not_be_changed(world, leader):
    version = add_local_rule(district=world.district, rule=MORATORIUM, by=leader)
    with pytest.raises(ValidationError) as caught:
        change_local_rule(version=version, rule=MORATORIUM, reason="Nothing.", by=leader)
    assert set(caught.value.message_dict) == {"title"}
    with pytest.raises(ValidationError) as caught:
        change_local_rule(version=version, rule=replace(MORATORIUM, effective_to=DAY), reason=" ", by=leader)
    assert set(caught.value.message_dict) == {"reason"}
    change_local_rule(version=version, rule=replace(MORATORIUM, effective_to=DAY), reason="Ended.", by=leader)
    with pytest.raises(StepNotAllowed):
        change_local_rule(version=version, rule=replace(MORATORIUM, text="Else."), reason="Again.", by=leader)
    adopt_packs(district=world.district, by=None)
    law = RuleVersion.objects.get(rule__key="us-idea-day-11")
    with pytest.raises(StepNotAllowed):
        change_local_rule(version=law, rule=MORATORIUM, reason="Mine.", by=leader)


# --- Signing off ------------------------------------------------------------------------------------------------------
def test_an_unsigned_rule_is_asked_a_declined_one_is_not(world, leader):
    version = make.make_rule(world.district, "Something else")
    assert version.rule.key in keys_on(world.district, DAY)
    sign_off_rule(version=version, step="decline", note="Counsel says no.", by=leader)
    assert version.rule.key not in keys_on(world.district, DAY)
    sign_off_rule(version=version, step="sign", by=leader)
    assert version.rule.key in keys_on(world.district, DAY)
    rows = [(row.decision, row.note) for row in version.sign_offs.all()]
    assert rows == [("declined", "Counsel says no."), ("signed", "")]
    changes = [event.changes for event in AuditEvent.objects.filter(object_uid=version.uid).order_by("pk")]
    assert changes == [{"sign_off": ["unsigned", "declined"]}, {"sign_off": ["declined", "signed"]}]


@pytest.mark.parametrize("state", SIGN_OFF_STEPS)
@pytest.mark.parametrize("step", ["sign", "decline"])
def test_every_step_from_every_state_is_allowed_or_refused(world, leader, state, step):
    version = make.make_rule(world.district, "Something else")
    RuleVersion.objects.filter(pk=version.pk).update(sign_off=state)
    if step in SIGN_OFF_STEPS[state]:
        sign_off_rule(version=version, step=step, note="Because.", by=leader)
        assert version.sign_offs.count() == 1
        return
    with pytest.raises(StepNotAllowed) as caught:
        sign_off_rule(version=version, step=step, note="Because.", by=leader)
    assert caught.value.allowed == list(SIGN_OFF_STEPS[state])
    assert version.sign_offs.count() == 0


@pytest.mark.parametrize(
    ("step", "note", "field"), [("decline", " ", "note"), ("burn", "", "step"), ("sign", "x" * 501, "note")]
)
def test_a_decision_that_says_nothing_is_refused(world, leader, step, note, field):
    version = make.make_rule(world.district, "Something else")
    with pytest.raises(ValidationError) as caught:
        sign_off_rule(version=version, step=step, note=note, by=leader)
    assert set(caught.value.message_dict) == {field}


# --- Decisions --------------------------------------------------------------------------------------------------------
def test_what_each_rule_came_to_stays_with_the_removal(world, leader):
    world.district.behaviors.update(level="1")
    add_local_rule(district=world.district, rule=MORATORIUM, by=leader)
    condition = {"preconditions": [{"code": "offered", "text": "A circle was offered."}], "prohibits": False}
    make.make_rule(world.district, "Offer a circle first", include=None, **condition)
    make.make_rule(world.district, "Ask for a reason", severity="override", include=None)
    make.make_rule(world.district, "Kept", prohibits=False, max_days=9, include=None)
    stated = {"emergency": "A fire.", "offered": "On Monday, declined.", "unknown": "x"}
    key = DistrictRule.objects.get(versions__title="Ask for a reason").key
    proposal = Proposal(
        "OSS", Decimal(2), behaviors=(BehaviorFacts("1", level="1"),), stated=stated, reasons={key: "He asked for it."}
    )
    evaluation, law = evaluate_proposal(proposal, world.district, DAY)
    officer, removal = world.user("officer"), Removal.objects.get(school=world.north)
    rows = record_decisions(removal=removal, evaluation=evaluation, stated=stated, versions=law.versions, by=officer)
    found = {row.version.title: (row.outcome, row.stated, row.reason) for row in rows}
    assert found[MORATORIUM.title] == ("excepted", {"emergency": "A fire."}, "")
    assert found["Offer a circle first"] == ("met", {"offered": "On Monday, declined."}, "")
    assert found["Ask for a reason"] == ("overridden", {}, "He asked for it.")
    assert "Kept" not in found
    assert {(row.removal, row.student, row.by, row.decided_on) for row in rows} == {
        (removal, removal.student, officer, DAY)
    }
    events = AuditEvent.objects.filter(object_type="ruledecision")
    assert events.count() == len(rows)
    assert all(event.student_id == removal.student_id and "fire" not in str(event.details) for event in events)


def test_decisions_are_seen_where_removals_are(world, leader):
    version = make.make_rule(world.district, "Something else")
    for removal in Removal.objects.all():
        RuleDecision.objects.create(
            version=version,
            incident=removal.incident,
            student=removal.student,
            removal=removal,
            decided_on=DAY,
            outcome="warned",
        )
    seen = {role: RuleDecision.objects.all().visible_to(world.user(role)).count() for role in world.users}
    assert {role: count for role, count in seen.items() if count} == {"officer": 1, "principal": 1, "records": 2}
