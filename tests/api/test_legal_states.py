"""Every state, step and role of the legal record over HTTP: allowed by the table, or refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from discipline import actions, referral_states, removal_states
from discipline.actions import families, hib, idea, letters, rules, sent_home, thresholds
from discipline.actions.appeals import APPEAL_STEPS, DECIDE, SCHEDULE, WITHDRAW
from discipline.actions.circling import return_from_circle
from discipline.actions.due_process import NOT_NEEDED, PLAN, STEP_STEPS, TAKE_BACK, TICK
from discipline.models import (
    Appeal,
    DueProcessStep,
    FamilyRequest,
    HibCase,
    Incident,
    Letter,
    LetterVersion,
    ManifestationDetermination,
    Referral,
    Removal,
    SentHome,
    ThresholdTask,
)
from district.access import Role
from tests import factories as make
from tests.api.conftest import V1

DECIDERS = frozenset({Role.OFFICER, Role.PRINCIPAL})
WHY = {"reason": "The family and the school agree."}
NOTE = {"note": "The family and the school agree."}
DONE = {"done_on": "2020-11-12", "done_by": "The principal", "way": "phone"}
HELD = {
    "held_on": "2020-11-20",
    "caused_by_disability": True,
    "disability_reasons": "The team saw a direct link.",
    "iep_not_implemented": False,
    "iep_reasons": "All services were given.",
    "took_part": "Parent, principal, case manager",
}


@dataclass
class Machine:
    """One kind of record: step → (address below the collection, body), state → the steps it allows, and how it gets
    into a state. `allowed` says what a refusal names; the table of the verbs where it is None."""

    steps: dict[str, tuple[str, dict[str, Any]]]
    table: dict[str, Any]
    enter: Callable[[str], None]
    made: set[str] = field(default_factory=set)
    deciders: frozenset[Role] = DECIDERS


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing behind, so that every triple begins in the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def removals(world, by) -> Machine:
    removal = Removal.objects.get(school=world.north)
    Removal.objects.filter(pk=removal.pk).update(days=Decimal(3), ends_on=date(2020, 11, 12))
    removal.refresh_from_db()
    record = f"removals/{removal.uid}"

    def enter(state: str) -> None:
        if state == removal_states.STAYED:
            actions.change_removal(
                removal=removal, change="stayed", begins_on=date(2020, 11, 16), days=Decimal(3), by=by, **WHY
            )
        elif state == removal_states.OVERTURNED:
            actions.overturn_removal(removal=removal, decided_on=date(2020, 11, 12), by=by, **WHY)
        elif state == removal_states.VOIDED:
            actions.void_removal(removal=removal, by=by, **WHY)

    changes: dict[str, dict[str, Any]] = {
        removal_states.CORRECT: {"services": "Work sent home"},
        removal_states.REDUCE: {"days": "1"},
        removal_states.EXTEND: {"days": "5"},
        removal_states.CONVERT: {"kind": "ISS"},
        removal_states.STAY: {"begins_on": "2020-11-17"},
    }
    appeal = {"removal": str(removal.uid), "to": "other", "filed_on": "2020-11-20", "filed_by": "The mother"}
    steps = {
        **{name: (f"{record}/change", {"change": name, **body, **WHY}) for name, body in changes.items()},
        removal_states.OVERTURN: (f"{record}/overturn", {"decided_on": "2020-11-18", **WHY}),
        removal_states.APPEAL: ("appeals", appeal),
        removal_states.VOID: (f"{record}/void", WHY),
    }
    # "stayed" and "overturned" name a state and the change that leads to it; the table of changes has them once.
    return Machine(steps, removal_states.STEPS, enter, made={removal_states.APPEAL})


def due_steps(world, by) -> Machine:
    step = DueProcessStep.objects.get(school=world.north)
    record = f"due-steps/{step.uid}"

    def enter(state: str) -> None:
        if state == DueProcessStep.State.DONE:
            actions.tick_step(step=step, **DONE | {"done_on": date(2020, 11, 12)}, by=by)
        elif state == DueProcessStep.State.NOT_NEEDED:
            actions.set_not_needed(step=step, by=by, **WHY)

    steps = {
        TICK: (f"{record}/tick", DONE),
        PLAN: (f"{record}/plan", {"planned_on": "2020-11-20"}),
        NOT_NEEDED: (f"{record}/not-needed", WHY),
        TAKE_BACK: (f"{record}/take-back", WHY),
    }
    return Machine(steps, STEP_STEPS, enter)


def appeals(world, by) -> Machine:
    appeal = Appeal.objects.get(removal__school=world.north)
    record, day = f"appeals/{appeal.uid}", date(2020, 11, 20)

    def enter(state: str) -> None:
        if state == Appeal.State.SCHEDULED:
            actions.schedule_hearing(appeal=appeal, hearing_on=day, by=by)
        elif state == Appeal.State.DECIDED:
            actions.decide_appeal(appeal=appeal, outcome="upheld", decided_on=day, by=by, **NOTE)
        elif state == Appeal.State.WITHDRAWN:
            actions.withdraw_appeal(appeal=appeal, on=day, by=by, **NOTE)

    steps = {
        SCHEDULE: (f"{record}/schedule", {"hearing_on": "2020-11-23"}),
        DECIDE: (f"{record}/decide", {"outcome": "reduced", "decided_on": "2020-11-23", **NOTE}),
        WITHDRAW: (f"{record}/withdraw", {"on": "2020-11-23", **NOTE}),
    }
    return Machine(steps, APPEAL_STEPS, enter)


def hib_cases(world, by) -> Machine:
    world.district.state = "NJ"
    world.district.save()
    rules.adopt_packs(district=world.district, by=None)
    incident = Incident.objects.get(school=world.north)
    learned = {"learned_on": "2020-11-10"}
    case = HibCase(incident=incident, school=world.north, school_year=world.year, learned_on=date(2020, 11, 10))

    def enter(state: str) -> None:
        if state == "none":
            HibCase.objects.filter(pk=case.pk).delete()
        else:
            case.save(force_insert=True)
        if state == "concluded":
            hib.conclude_case(case=case, finding="confirmed", found_on=date(2020, 11, 20), reasons="Two saw it.", by=by)

    found = {"finding": "not_confirmed", "found_on": "2020-11-20", "reasons": "Nobody saw it."}
    steps = {
        "open": ("hib-cases", {"incident": str(incident.uid), **learned}),
        "finding": (f"hib-cases/{case.uid}/finding", found),
    }
    table = {"none": {"open": "open"}, "open": {"finding": "concluded"}, "concluded": {}}
    return Machine(steps, table, enter, made={"open"})


def determinations(world, by) -> Machine:
    world.year.programs_reported = True
    world.year.save()
    student = make.make_student(world.district)
    make.enroll(student, world.north, world.year, refresh=False)
    make.make_program_status(student, world.year, idea=True)
    removal = make.remove(make.make_incident(world.north, world.year), student, days=Decimal(11), identifier="LONG")
    row = idea.open_determination(removal=removal, decided_on=date(2020, 11, 10), by=by)
    record = f"determinations/{row.uid}"

    def enter(state: str) -> None:
        if state == idea.HELD:
            idea.hold_determination(determination=row, **HELD | {"held_on": date(2020, 11, 20)}, by=by)
        elif state == idea.VOIDED:
            idea.void_determination(determination=row, by=by, **WHY)

    steps = {
        idea.NOTICE: (f"{record}/notice", {"on": "2020-11-11"}),
        idea.HOLD: (f"{record}/hold", HELD),
        idea.VOID: (f"{record}/void", WHY),
    }
    return Machine(steps, idea.DETERMINATION_STEPS, enter)


def threshold_tasks(world, by) -> Machine:
    task = ThresholdTask.objects.get(school=world.north)
    record = f"threshold-tasks/{task.uid}"

    def enter(state: str) -> None:
        if state == ThresholdTask.State.DONE:
            thresholds.close_task(task=task, step=thresholds.FINISH, by=by, **NOTE)
        elif state == ThresholdTask.State.OVERRIDDEN:
            thresholds.close_task(task=task, step=thresholds.OVERRIDE, by=by, **NOTE)

    steps = {
        thresholds.TAKE: (f"{record}/take", {}),
        thresholds.FINISH: (f"{record}/finish", NOTE),
        thresholds.OVERRIDE: (f"{record}/override", NOTE),
    }
    return Machine(steps, thresholds.TASK_STEPS, enter)


def in_state(row, name: str) -> Callable[[str], None]:
    """How a record whose state is a column gets into a state."""

    def enter(state: str) -> None:
        type(row).objects.filter(pk=row.pk).update(**{name: state})

    return enter


def letters_of_families(world, by) -> Machine:
    letter = Letter.objects.get(school=world.north)
    address, on = f"letters/{letter.uid}/became", letter.dated.isoformat()
    out = {"on": on, "way": "in_person"}
    steps = {
        letters.SEND: (address, {"step": letters.SEND, **out}),
        letters.HAND: (address, {"step": letters.HAND, **out}),
        letters.RETURN: (address, {"step": letters.RETURN, "on": on, **NOTE}),
        letters.WITHDRAW: (address, {"step": letters.WITHDRAW, "on": on, **NOTE}),
    }
    return Machine(steps, letters.LETTER_STEPS, in_state(letter, "state"))


def reviews_of_templates(world, by) -> Machine:
    version = LetterVersion.objects.filter(template__district=world.district).first()
    address = f"letter-templates/{version.uid}/review"
    steps = {step: (address, {"step": step, **NOTE}) for step in (letters.SIGN, letters.TAKE_BACK)}
    return Machine(steps, letters.REVIEW_STEPS, in_state(version, "review"), deciders=frozenset({Role.LEADER}))


def requests_of_families(world, by) -> Machine:
    request = FamilyRequest.objects.get(school=world.north)
    address = f"family-requests/{request.uid}/reply"
    steps = {step: (address, {"step": step, "answer": "We met."}) for step in (families.GRANT, families.DECLINE)}
    deciders = DECIDERS | {Role.RECORDS}
    return Machine(steps, families.REQUEST_STEPS, in_state(request, "state"), deciders=deciders)


def reports_of_families(world, by) -> Machine:
    report = SentHome.objects.get(school=world.north)
    steps = {
        sent_home.CONFIRM: (f"sent-home/{report.uid}/confirm", NOTE),
        sent_home.REFUSE: (f"sent-home/{report.uid}/refuse", WHY),
    }
    return Machine(steps, sent_home.SENT_HOME_STEPS, in_state(report, "state"))


MACHINES = (
    *(removals, due_steps, appeals, hib_cases, determinations, threshold_tasks),
    *(letters_of_families, reviews_of_templates, requests_of_families, reports_of_families),
)


@pytest.mark.parametrize("machine_of", MACHINES, ids=lambda one: one.__name__)
def test_every_state_step_and_role(world, call_as, machine_of):
    """A refusal for the state is a 409 that names the steps it allows; for the role a 403. Nothing else happens."""
    machine = machine_of(world, world.user(Role.OFFICER))
    callers = {role: call_as(role) for role in Role}
    wrong, tried = [], 0
    for state, allowed in machine.table.items():
        with undone():
            machine.enter(state)
            for step, (path, body) in machine.steps.items():
                for role, caller in callers.items():
                    with undone():
                        response = caller.post(f"{V1}{path}/", body)
                    tried += 1
                    due = 403 if role not in machine.deciders else 409 if step not in allowed else 200
                    due = 201 if due == 200 and step in machine.made else due
                    if state == "none" and step != "open" and role in machine.deciders:
                        due = 404
                    is_right = response.status_code == due
                    if due >= 400:
                        is_right &= len(response.json()["detail"]) > 8
                    if due == 409:
                        is_right &= set(response.json()["allowed"]) <= set(allowed)
                    if not is_right:
                        wrong.append((state, step, str(role), response.status_code, due, response.content[:200]))
    print(json.dumps({"id": f"legal_states_{machine_of.__name__}", "n": tried, "bad": len(wrong)}))
    assert wrong == []
    assert tried == len(machine.table) * len(machine.steps) * len(Role)
    assert ManifestationDetermination.objects.count() >= 3  # the world's own are still there


def test_a_referral_that_a_circle_hands_back_stands_with_those_who_decide(world, call_as):
    """After an agreement that was not met each state allows what the table says, and nobody takes the step by hand."""
    referral = Referral.objects.filter(school=world.north).first()
    officer, path = call_as(Role.OFFICER), f"{V1}referrals/{referral.uid}/"
    for before in referral_states.STEPS:
        after = referral_states.RETURNED_FROM_CIRCLE.get(before, before)
        with undone():
            Referral.objects.filter(pk=referral.pk).update(status=before, outcome="")
            told = {"response": "MEDIATION", "on": date(2020, 11, 20), "source": "circle x", "by": None}
            row = return_from_circle(referral=referral, **told)
            shown = officer.get(path).json()
            assert (shown["status"], row is None) == (after, before == referral_states.VOIDED)
            answer = officer.post(f"{path}reopen/", WHY)
            assert answer.status_code == (200 if referral_states.REOPEN in referral_states.STEPS[after] else 409)
            if answer.status_code == 409:
                assert set(answer.json()["allowed"]) == set(referral_states.STEPS[after])
    assert officer.post(f"{path}return-from-circle/", {}).status_code == 404
