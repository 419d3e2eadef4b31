"""What may be told of a table of concerns: the borders of the minimum, and what subtraction finds."""

import json
import random
from collections import Counter
from datetime import date

import pytest

from commitments.concerns import totals
from commitments.concerns.withholding import size, told, told_total
from dashboards.concern_patterns.counting import IN_TIME, LATE, NOT_ANSWERED, Row
from dashboards.concern_patterns.release import KIND, TOTAL, tables_of

K = totals.MINIMUM
ANYBODY, OURS, THEIRS = None, 1, 2
SCHOOLS = tuple(f"{number:04d}" for number in range(8))
EVERY = {"school": {"", *SCHOOLS}, "commitment": {""}, "answer": {IN_TIME, LATE, NOT_ANSWERED}}
YEAR = (date(2020, 7, 1), date(2020, 10, 1), date(2021, 1, 1), date(2021, 4, 1))


def cells(**counts) -> dict[str, Counter]:
    return {name: Counter({ANYBODY: count}) for name, count in counts.items()}


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 0}, {}),
        ({"a": 1}, {}),
        ({"a": K - 1}, {}),
        ({"a": K}, {"a": K}),
        ({"a": 20, "b": 0}, {}),  # one hidden cell alone would be found as zero
        ({"a": 20, "b": K - 1}, {}),
        ({"a": 20, "b": 9, "c": 1}, {"a": 20}),
        ({"a": 20, "b": K - 1, "c": 1}, {"a": 20}),
        ({"a": 20, "b": 2, "c": 2}, {}),  # 4 together are too few, so 20 goes with them
        ({"a": 20, "b": 8, "c": 2, "d": 2}, {"a": 20}),
        ({"a": 20, "b": 8, "c": K}, {"a": 20, "b": 8, "c": K}),
        ({"a": K - 1, "b": K - 1}, {}),
        ({}, {}),
    ],
)
def test_the_borders_of_the_minimum(counts, shown):
    assert told(cells(**counts), minimum=K) == shown


def test_where_the_total_is_withheld_two_cells_are_too():
    assert told(cells(a=20, b=9, c=7), minimum=K, is_total_known=False) == {"a": 20}
    assert told(cells(a=20, b=9), minimum=K, is_total_known=False) == {}


def test_an_organization_cannot_take_its_own_off_a_count():
    assert told({"a": Counter({OURS: 9, ANYBODY: K - 1})}, minimum=K) == {}
    assert told({"a": Counter({OURS: 9, ANYBODY: K})}, minimum=K) == {"a": 9 + K}
    assert told({"a": Counter({OURS: 3, THEIRS: 3})}, minimum=K) == {}
    assert size([Counter({OURS: 3}), Counter({OURS: 4, THEIRS: 2, ANYBODY: 1})]) == 3


def test_the_total_is_told_where_no_quarter_follows_from_it():
    def parts(*counts):
        return [Counter({ANYBODY: count}) for count in counts]

    assert told_total(parts(9, 8), [True, True], minimum=K) == 17
    assert told_total(parts(9, 3), [True, False], minimum=K) is None
    assert told_total(parts(9, 1, 1), [True, False, False], minimum=K) is None
    assert told_total(parts(9, 3, 4), [True, False, False], minimum=K) == 16
    assert told_total(parts(1, 1), [False, False], minimum=K) is None
    assert told_total([Counter({OURS: 20, ANYBODY: K - 1})], [True], minimum=K) is None


# --- Subtraction -----------------------------------------------------------------------------------------------------
def a_year(seed: int) -> list[Row]:
    """Up to sixty concerns, most of few schools."""
    chance = random.Random(seed)
    schools = SCHOOLS[: chance.randint(1, 8)]
    weights = [1 / (place + 1) ** 2 for place in range(len(schools))]
    return [
        Row(
            school=chance.choices(schools, weights)[0],
            commitment=chance.choice(["", "", "one", "two"]),
            kind=chance.choices(["promise", "policy", "sent_home", "other"], [6, 3, 2, 1])[0],
            organization=chance.choices([ANYBODY, OURS, THEIRS], [5, 2, 1])[0],
            filed_on=chance.choices(YEAR, [4, 3, 2, 1])[0],
            answer=chance.choices([IN_TIME, LATE, NOT_ANSWERED], [5, 2, 1])[0],
        )
        for _number in range(chance.randint(0, 60))
    ]


def attacks(rows: list[Row], knows: int | None) -> list[str]:
    """What somebody finds below the minimum who reads the release and the quarters and knows the concerns of one
    organization: cells that are told, and what is left of a total when they are taken away."""
    found = []
    tables = tables_of(rows, 0, SCHOOLS)
    quarters: dict[date, Counter] = {}
    for row in rows:
        quarters.setdefault(totals.quarter_of(row.filed_on), Counter())[row.organization] += 1
    published = {quarter for quarter, filers in quarters.items() if totals.told({"": filers})[0] is not None}
    own = [row for row in rows if knows is not None and row.organization == knows]
    total = tables[TOTAL]
    found += [
        f"quarter {quarter} less one's own"
        for quarter in published
        if quarters[quarter].total() - quarters[quarter][knows if knows is not None else "nobody"] < K
    ]
    if total is not None:
        if total - len(own) < K:
            found.append("total")
        hidden = [quarter for quarter in quarters if quarter not in published]
        if len(hidden) == 1:
            found.append(f"quarter {hidden[0]}")
    for name in ("school", "commitment", "answer"):
        shown, every = tables[name], {getattr(row, name) for row in rows} | EVERY[name]
        for key, count in shown.items():
            if count - sum(getattr(row, name) == key for row in own) < K:
                found.append(f"{name} {key}")
        hidden = every - set(shown)
        if total is not None:
            left = total - sum(shown.values()) - sum(getattr(row, name) in hidden for row in own)
            if hidden and (len(hidden) == 1 or left < K):
                found.append(f"{name}: what is left")
        elif shown and not hidden and len(published) < len(quarters):
            found.append(f"{name}: the total")
    return found


def test_no_subtraction_finds_fewer_than_the_minimum():
    tried, bad, told_cells = 0, [], 0
    for seed in range(2_000):
        rows = a_year(seed)
        tables = tables_of(rows, 0, SCHOOLS)
        told_cells += sum(len(tables[name]) for name in ("school", "commitment", "answer"))
        for knows in (None, OURS, THEIRS):
            tried += 1
            bad += [(seed, knows, what) for what in attacks(rows, knows)]
    print(json.dumps({"id": "T39 concerns", "n": tried, "told": told_cells, "bad": len(bad)}))
    assert bad == []
    assert told_cells > 3_000, "hiding everything is no answer"


def test_kinds_are_a_sum_of_what_the_quarters_tell():
    for seed in range(300):
        rows = a_year(seed)
        kinds = tables_of(rows, 0, SCHOOLS)[KIND]
        expected: Counter = Counter()
        for quarter in {totals.quarter_of(row.filed_on) for row in rows}:
            every = {name: Counter() for name in ("promise", "policy", "treatment", "sent_home", "other")}
            for row in rows:
                if totals.quarter_of(row.filed_on) == quarter:
                    every[row.kind][row.organization] += 1
            expected.update({name: count for name, count in totals.told(every)[1].items() if count})
        assert kinds == dict(expected)
