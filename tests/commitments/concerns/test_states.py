"""States, days, receipts and the counts that may be told: no database."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from cryptography.fernet import Fernet

from commitments.concerns import receipts, states
from commitments.concerns.recipients import is_mentioned, marks_of, marks_of_named
from commitments.concerns.states import ConcernRules, Rule
from commitments.concerns.totals import MINIMUM, before, quarter_of, told
from district.models import User

MONDAY = date(2021, 3, 1)


# --- Days ------------------------------------------------------------------------------------------------------------
def test_every_state_that_waits_has_its_days():
    rules = ConcernRules()
    assert {state: rules.due_in(state, MONDAY) for state in states.CONCERN_STEPS} == {
        "received": date(2021, 3, 4),
        "acknowledged": date(2021, 3, 29),
        "answered": date(2021, 3, 31),
        "disputed": date(2021, 3, 15),
        "resolved": None,
    }
    assert rules.kept_until(MONDAY) == date(2022, 3, 1)


def test_the_latest_rule_that_has_begun_holds():
    rules = ConcernRules({"answer": [(date(2021, 1, 1), Rule(5)), (date(2021, 3, 2), Rule(1, "school"))]})
    assert rules.due_after("answer", MONDAY) == date(2021, 3, 6)
    assert rules.due_after("answer", date(2021, 3, 5)) == date(2021, 3, 8)
    assert rules.due_after("answer", date(2020, 12, 31)) == date(2021, 1, 28)


@pytest.mark.parametrize(
    ("step", "days", "bounds"),
    [("answer", 0, (1, 90)), ("answer", 90, None), ("keep", 29, (30, 1830)), ("keep", 30, None)],
)
def test_bounds_of_days(step, days, bounds):
    assert states.faulty_days(step, days) == bounds


# --- Receipts --------------------------------------------------------------------------------------------------------
def test_a_receipt_is_sixteen_digits_in_any_script_and_spacing():
    token = receipts.checked_once(receipts.new_once())
    digits = receipts.digits_of(token)
    assert (len(digits), digits.isdecimal(), receipts.digits_of(token)) == (16, True, digits)
    arabic = receipts.spaced(digits).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert receipts.read_digits(arabic) == receipts.read_digits(f" {digits}\n") == digits
    assert [receipts.read_digits(text) for text in ("", digits[:15], digits + "1", "abcd")] == [None] * 4


def test_what_is_kept_of_a_receipt_needs_the_key(settings):
    digits = "1234567890123456"
    bucket, digest = receipts.bucket_and_hash(digits)
    assert (len(bucket), len(digest), digits in digest) == (2, 64, False)
    former = settings.CONCERN_KEYS[0]
    settings.CONCERN_KEYS = [Fernet.generate_key().decode(), former]
    assert receipts.bucket_and_hash(digits)[1] != digest
    assert (bucket, digest) in receipts.candidates(digits)
    assert receipts.find([("a", "0" * 64), ("b", digest), ("c", "1" * 64)], digest) == "b"
    assert receipts.find([], digest) is None


def test_a_form_carries_only_what_was_made_here():
    once = receipts.new_once()
    assert receipts.checked_once(once) == once.partition(".")[0]
    forged = ("", "0" * 32, f"{'0' * 32}.{'0' * 64}", once.upper(), once + "0", once[:-1])
    assert [receipts.checked_once(text) for text in forged] == [None] * len(forged)


# --- Who is named ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "line",
    [
        "Zoë van Dyke-Núñez",
        "Dyke-nunez, Zoe van",
        "Principal Zoe Dyke-Nuñez",
        "ZOE@Example.org",
        "write to zoe@example.org.",
        "Z. Núñez",
        "Zoë Núñez!",
        "“Zoë Núñez”",
        "Zoë Núñez’s office/the district",
        "Ms. Núñez",
        "Dyke-Núñez",
    ],
)
def test_somebody_is_found_under_name_and_address(line):
    user = User(name="Zoë van Dyke-Núñez", email="zoe@example.org")
    assert set(marks_of(user)) & set(marks_of_named([line]))


@pytest.mark.parametrize("line", ["", "Zoë", "Ms. Zoë", "van", "Ann Dyke", "zoe@example.com"])
def test_nobody_is_found_under_less(line):
    user = User(name="Zoë van Dyke-Núñez", email="zoe@example.org")
    assert not set(marks_of(user)) & set(marks_of_named([line]))


def test_a_text_mentions_somebody_by_both_names_or_by_address():
    user = User(name="Olive Independent", email="olive@example.org")
    assert is_mentioned(user, "I told Olive Independent, and nothing happened.")
    assert is_mentioned(user, "Ask olive@example.org!")
    for called in (
        "Olive Independent!",
        "“Olive Independent”",
        "Olive M. Independent",
        "Ms. Independent",
        "O. Independent’s",
    ):
        assert is_mentioned(user, f"I told {called} office."), called
    assert not is_mentioned(user, "An olive tree. Independent of that, nothing.")


# --- Counts ----------------------------------------------------------------------------------------------------------
def test_quarters():
    assert quarter_of(date(2021, 3, 31)) == date(2021, 1, 1)
    assert quarter_of(date(2021, 12, 1)) == date(2021, 10, 1)
    assert before(date(2021, 1, 1), 1) == date(2020, 10, 1)
    assert before(date(2021, 1, 1), 12) == date(2018, 1, 1)


def by_anybody(counts: dict[str, int]) -> dict[str, Counter]:
    return {name: Counter({None: count}) for name, count in counts.items()}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"a": 4, "b": 0}, (None, {"a": None, "b": None})),
        ({"a": 5, "b": 0}, (5, {"a": None, "b": None})),
        ({"a": 9, "b": 7, "c": 1}, (17, {"a": 9, "b": None, "c": None})),
        ({"a": 9, "b": 4, "c": 1}, (14, {"a": 9, "b": None, "c": None})),
        ({"a": 9, "b": 1, "c": 1}, (11, {"a": None, "b": None, "c": None})),
        ({"a": 5, "b": 5}, (10, {"a": 5, "b": 5})),
    ],
)
def test_what_is_told(counts, expected):
    assert told(by_anybody(counts)) == expected


def test_an_organization_that_filed_most_of_a_quarter_learns_nothing_of_the_others():
    """It filed four of five: the total less its own would be one."""
    assert told({"a": Counter({1: 4, None: 1})}) == (None, {"a": None})
    assert told({"a": Counter({1: 4, None: 5})}) == (9, {"a": 9})
    assert told({"a": Counter({None: 9}), "b": Counter({1: 9}), "c": Counter({None: 1})})[1]["b"] is None


def test_no_small_number_is_left_by_subtraction():
    """2,000 tables: what is hidden adds up to nothing or to the minimum, over two cells or more."""
    random = Random(8)
    bad = 0
    for _table in range(2_000):
        counts = {name: random.choice((0, 0, 1, 3, 4, 5, 6, 20)) for name in "abcde"}
        total, cells = told(by_anybody(counts))
        hidden = [counts[name] for name, count in cells.items() if count is None]
        if total is None:
            bad += sum(counts.values()) >= MINIMUM
        elif len(hidden) < len(counts):
            bad += bool(hidden) and (sum(hidden) < MINIMUM or len(hidden) < 2)
        bad += any(count is not None and count < MINIMUM for count in cells.values())
    assert bad == 0
