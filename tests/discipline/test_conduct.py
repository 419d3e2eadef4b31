"""The verbs of the code of conduct: what was used keeps its meaning, and one code means one thing on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from discipline.conduct import (
    behavior_steps,
    change_behavior,
    copy_to_next_year,
    create_behavior,
    end_behavior,
)
from discipline.imports.behavior_cells import share_a_day
from discipline.models import Behavior
from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make

USED_ON = date(2020, 11, 10)
"""The day of the incidents of the small world."""


@pytest.fixture
def leader(world):
    return world.user("leader")


@pytest.fixture
def used(world):
    """A behaviour for which a student was referred."""
    return Behavior.objects.get(district=world.district)


def refused(verb, **arguments) -> dict[str, list[str]]:
    """Field → messages of the ValidationError that the verb must raise; nothing is written."""
    rows, events = Behavior.objects.count(), AuditEvent.objects.count()
    with pytest.raises(ValidationError) as caught:
        verb(**arguments)
    assert (Behavior.objects.count(), AuditEvent.objects.count()) == (rows, events)
    return caught.value.message_dict


# --- Adding --------------------------------------------------------------------------------------------------------
def test_a_new_behavior_is_kept_as_it_was_given(world, leader):
    values = {
        "code": "4.1",
        "title": "Fighting",
        "definition": "Two or more people who hit each other.\nBy choice.",
        "level": "3",
        "category": "Harm",
        "subjective": True,
        "ceds_behavior": "04645",
        "crdc_offense": "ATTWOW",
        "state_code": "NJ-07",
        "max_response": "OSS",
        "grades": "06-12",
        "valid_from": date(2026, 7, 1),
        "valid_to": date(2027, 6, 30),
    }
    behavior = create_behavior(district=world.district, by=leader, **values)
    behavior.refresh_from_db()
    assert {name: getattr(behavior, name) for name in values} == values
    event = AuditEvent.objects.get()
    assert (event.action, event.object_uid, event.district_id) == ("create", behavior.uid, world.district.pk)
    assert event.changes["title"] == [None, "Fighting"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": ""}, "code"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"code": "A\n1"}, "code"),
        ({"definition": "x" * 20_001}, "definition"),
        ({"definition": "a\0b"}, "definition"),
        ({"ceds_behavior": "00000"}, "ceds_behavior"),
        ({"crdc_offense": "FIGHT"}, "crdc_offense"),
        ({"max_response": "EXPULSION"}, "max_response"),
        ({"subjective": "perhaps"}, "subjective"),
        ({"valid_from": date(1800, 1, 1)}, "valid_from"),
        ({"valid_to": date(9999, 12, 31)}, "valid_to"),
        ({"valid_from": date(2026, 7, 1), "valid_to": date(2026, 6, 30)}, "valid_to"),
        ({"code": "04645"}, "valid_from"),
        ({"batch": 1}, "batch"),
    ],
    ids=str,
)
def test_what_an_import_would_refuse_is_refused(world, leader, change, field):
    values = {"code": "4.1", "title": "Fighting"} | change
    assert list(refused(create_behavior, district=world.district, by=leader, **values)) == [field]


def test_the_same_code_may_mean_something_in_another_district_or_span(world, leader):
    create_behavior(district=world.district, by=leader, code="A", title="One", valid_to=date(2025, 6, 30))
    create_behavior(district=world.district, by=leader, code="A", title="Two", valid_from=date(2025, 7, 1))
    create_behavior(district=world.other, by=leader, code="A", title="Elsewhere")
    assert Behavior.objects.filter(code="A").count() == 3
    found = refused(
        create_behavior, district=world.district, by=leader, code="A", title="Three", valid_from=date(2030, 1, 1)
    )
    assert "two things on the same day" in found["valid_from"][0]


DAYS = st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 12))


@settings(max_examples=300)
@given(DAYS, DAYS, DAYS, DAYS)
def test_two_spans_share_a_day_when_some_day_lies_in_both(first, last, other_first, other_last):
    every = [date(2019, 12, 20) + timedelta(days=n) for n in range(40)]

    def days(begin, end):
        return {day for day in every if (begin is None or begin <= day) and (end is None or day <= end)}

    one, other = days(first, last), days(other_first, other_last)
    if not one or not other:
        return  # a span that ends before it begins is refused before it is compared
    assert share_a_day((first, last), (other_first, other_last)) == bool(one & other)


# --- Changing ------------------------------------------------------------------------------------------------------
def test_what_nobody_used_is_corrected_in_place(world, leader):
    behavior = make.make_behavior(world.district, "A", "Fihgting")
    changed = change_behavior(behavior=behavior, by=leader, title="Fighting", code="B", level="2")
    assert (changed.pk, changed.title, changed.code, changed.level) == (behavior.pk, "Fighting", "B", "2")
    event = AuditEvent.objects.get()
    assert event.changes == {"title": ["Fihgting", "Fighting"], "code": ["A", "B"], "level": ["", "2"]}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"definition": "Other."},
        {"level": "4"},
        {"category": "Other"},
        {"subjective": True},
        {"max_response": "OSS"},
        {"grades": "06-12"},
    ],
    ids=str,
)
def test_what_was_used_never_changes_its_meaning_silently(used, leader, change):
    before = {name: getattr(used, name) for name in change}
    assert list(refused(change_behavior, behavior=used, by=leader, **change)) == ["changes_on"]
    assert list(refused(change_behavior, behavior=used, by=leader, changes_on=USED_ON, **change)) == ["changes_on"]
    new = change_behavior(behavior=used, by=leader, changes_on=date(2021, 7, 1), **change)
    used.refresh_from_db()
    assert (used.valid_from, used.valid_to) == (None, date(2021, 6, 30))
    assert (new.code, new.valid_from, new.valid_to) == (used.code, date(2021, 7, 1), None)
    assert {name: getattr(new, name) for name in change} == change
    assert {name: getattr(used, name) for name in change} == before
    assert used.involvements.count() == 2
    assert new.involvements.count() == 0
    assert Behavior.objects.valid_on(USED_ON).get(district=used.district) == used
    assert Behavior.objects.valid_on(date(2021, 7, 1)).get(district=used.district) == new


def test_a_change_from_a_day_on_leaves_one_event_for_each_row(used, leader):
    new = change_behavior(behavior=used, by=leader, changes_on=date(2021, 7, 1), title="New words")
    ended, created = AuditEvent.objects.order_by("pk")
    assert (ended.action, ended.object_uid, ended.changes) == ("update", used.uid, {"valid_to": [None, "2021-06-30"]})
    assert (created.action, created.object_uid) == ("create", new.uid)
    assert created.details["follows"] == str(used.uid)


def test_voided_parts_count_as_use(world, used, leader):
    used.involvements.update(voided_at=used.created_at)
    assert "changes_on" in refused(change_behavior, behavior=used, by=leader, title="Other")


def test_the_codes_of_other_systems_are_mended_in_place(used, leader):
    changed = change_behavior(behavior=used, by=leader, ceds_behavior="04645", crdc_offense="ATTWOW", state_code="7")
    assert changed.pk == used.pk
    assert AuditEvent.objects.get().changes["state_code"] == ["", "7"]


def test_the_code_of_a_used_behavior_stays(used, leader):
    found = refused(change_behavior, behavior=used, by=leader, code="NEW")
    assert list(found) == ["code"]
    found = refused(change_behavior, behavior=used, by=leader, code="NEW", changes_on=date(2021, 7, 1))
    assert list(found) == ["code"]


def test_the_days_of_use_stay_within_the_span(used, leader):
    assert list(refused(change_behavior, behavior=used, by=leader, valid_from=USED_ON + timedelta(1))) == ["valid_from"]
    assert list(refused(change_behavior, behavior=used, by=leader, valid_to=USED_ON - timedelta(1))) == ["valid_to"]
    changed = change_behavior(behavior=used, by=leader, valid_from=USED_ON, valid_to=USED_ON)
    assert (changed.valid_from, changed.valid_to) == (USED_ON, USED_ON)


def test_a_change_begins_within_the_span_and_after_its_first_day(world, leader):
    behavior = make.make_behavior(world.district, "A", valid_from=date(2026, 7, 1), valid_to=date(2027, 6, 30))
    for day in (date(2026, 7, 1), date(2026, 1, 1), date(2027, 7, 1)):
        found = refused(change_behavior, behavior=behavior, by=leader, title="Other", changes_on=day)
        assert list(found) == ["changes_on"]
    found = refused(
        change_behavior, behavior=behavior, by=leader, valid_from=date(2026, 8, 1), changes_on=date(2027, 1, 1)
    )
    assert list(found) == ["valid_from"]
    new = change_behavior(behavior=behavior, by=leader, title="Other", changes_on=date(2027, 1, 1))
    assert (new.valid_from, new.valid_to) == (date(2027, 1, 1), date(2027, 6, 30))


def test_changing_nothing_writes_nothing(used, leader):
    assert change_behavior(behavior=used, by=leader, title=used.title, changes_on=date(2030, 1, 1)) == used
    assert not AuditEvent.objects.exists()


# --- Ending and copying --------------------------------------------------------------------------------------------
def test_a_behavior_ends_and_may_end_earlier_but_not_twice(world, leader):
    behavior = make.make_behavior(world.district, "A")
    assert behavior_steps(behavior) == ("change", "end")
    ended = end_behavior(behavior=behavior, valid_to=date(2027, 6, 30), by=leader)
    assert (ended.valid_to, behavior_steps(ended)) == (date(2027, 6, 30), ("change", "end", "copy"))
    assert end_behavior(behavior=behavior, valid_to=date(2026, 12, 31), by=leader).valid_to == date(2026, 12, 31)
    with pytest.raises(StepNotAllowed) as caught:
        end_behavior(behavior=behavior, valid_to=date(2027, 6, 30), by=leader)
    assert caught.value.allowed == ["change", "copy"]
    assert AuditEvent.objects.count() == 2


def test_a_used_behavior_does_not_end_before_its_last_use(used, leader):
    assert list(refused(end_behavior, behavior=used, by=leader, valid_to=USED_ON - timedelta(1))) == ["valid_to"]


@pytest.mark.parametrize(
    ("ends", "first", "last"),
    [
        (date(2026, 6, 30), date(2026, 7, 1), date(2027, 6, 30)),
        (date(2026, 1, 31), date(2026, 7, 1), date(2027, 6, 30)),
        (date(2026, 7, 1), date(2027, 7, 1), date(2028, 6, 30)),
    ],
)
def test_a_copy_holds_for_the_school_year_after(world, leader, ends, first, last):
    behavior = make.make_behavior(world.district, "A", "Fighting", definition="As it reads.", valid_to=ends)
    copied = copy_to_next_year(behavior=behavior, by=leader)
    assert (copied.valid_from, copied.valid_to) == (first, last)
    assert (copied.code, copied.title, copied.definition) == ("A", "Fighting", "As it reads.")
    assert AuditEvent.objects.get().details["copied_from"] == str(behavior.uid)
    assert list(refused(copy_to_next_year, behavior=behavior, by=leader)) == ["valid_from"]


def test_what_has_no_last_day_needs_no_copy(used, leader):
    with pytest.raises(StepNotAllowed) as caught:
        copy_to_next_year(behavior=used, by=leader)
    assert caught.value.allowed == ["change", "end"]
    assert not AuditEvent.objects.exists()
