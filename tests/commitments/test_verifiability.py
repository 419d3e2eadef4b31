"""The gate before a commitment holds: what is missing until somebody can check it."""

from datetime import date
from decimal import Decimal

import pytest

from commitments.forms.commitments import DraftForm
from commitments.measure_kinds import DIRECTIONS, GROUPS, MEASURE_KINDS, Direction
from commitments.models import Commitment
from commitments.verifiability import gaps, is_verifiable

ADVICE = {"consequence", "body", "beneficiaries", "responsible_name", "organization"}
RULE = {
    "measure": "oss_for_level",
    "behavior_level": "1",
    "period": "school_year",
    "baseline": Decimal(12),
    "target": Decimal(0),
}
MILESTONE = {"due_on": date(2023, 6, 30), "evidence": "The plan, as the board adopted it.", "checker": "The task force"}


def missing(**fields) -> list[str]:
    """What holds a commitment with these fields back."""
    return [gap.field for gap in gaps(Commitment(**fields)) if not gap.is_advice]


@pytest.mark.parametrize("fields", [RULE, MILESTONE])
def test_a_rule_and_a_milestone_can_be_checked(fields):
    assert missing(**fields) == []
    assert is_verifiable(Commitment(**fields))
    assert {gap.field for gap in gaps(Commitment(**fields))} == ADVICE


@pytest.mark.parametrize("field", sorted(set(RULE) - {"measure"}))
def test_a_live_measure_needs_all_of_its_parts(field):
    assert missing(**{**RULE, field: None if field in ("baseline", "target") else ""}) == [field]


@pytest.mark.parametrize("field", sorted(MILESTONE))
def test_a_milestone_needs_a_day_evidence_and_a_checker(field):
    assert missing(**{**MILESTONE, field: None if field == "due_on" else ""}) == [field]


def test_an_empty_draft_is_told_everything():
    assert missing() == ["due_on", "evidence", "checker"]


def test_a_rhythm_needs_its_first_day_and_a_target_its_unit():
    assert missing(**{**MILESTONE, "due_on": None, "cadence": "monthly"}) == ["first_due_on"]
    assert missing(**MILESTONE, target=Decimal(52)) == ["unit"]
    assert missing(**MILESTONE, target=Decimal(52), unit="schools") == []


@pytest.mark.parametrize("key", MEASURE_KINDS)
def test_every_live_measure_says_what_it_is(key):
    kind = MEASURE_KINDS[key]
    assert str(kind.label)
    assert str(kind.unit)
    assert len(str(kind.definition)) > 40
    assert kind.direction in DIRECTIONS
    names = {field.name for field in Commitment._meta.get_fields()}
    assert {*kind.needs, *kind.may} <= names
    assert not (kind.by_record and kind.direction is not Direction.AT_MOST)


def test_what_must_be_reached_needs_a_day_and_no_period():
    """A limit is watched all the time; something to reach could be put off for ever."""
    coverage = {"measure": "schools_with_keepers", "minimum": 3, "baseline": Decimal(0), "target": Decimal(52)}
    assert missing(**coverage) == ["due_on"]
    assert missing(**coverage, due_on=date(2023, 6, 30)) == []
    assert missing(**coverage | {"minimum": None}, cadence="yearly", first_due_on=date(2023, 6, 30)) == ["minimum"]


def test_the_form_offers_every_live_measure_with_its_options():
    fields = DraftForm.base_fields
    assert [key for key, _words in fields["measure"].choices if key] == [*MEASURE_KINDS]
    asked = {name for _question, names in DraftForm.groups for name in names}
    for key, kind in MEASURE_KINDS.items():
        assert {*kind.needs, *kind.may} <= asked <= {*fields}, key


def test_groups_are_written_as_the_dashboards_write_them():
    assert all(group.count("=") == 1 for group in GROUPS)
