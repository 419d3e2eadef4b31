"""How much of the time that the community had a seat it was held and used."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.seat_time import SeatRecord, SeatTime, seat_time, vacancies

FIRST = date(2021, 1, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def test_the_worked_example():
    """A seat of 100 days, held on 30 and 20 of them; of 4 meetings one was attended, one fell into the vacancy."""
    seat = SeatRecord(
        existed=(day(0), None),
        terms=[(day(0), day(29)), (day(50), day(69))],
        meetings=[day(10), day(40), day(60), day(90)],
        attended=[day(10)],
    )
    found = seat_time([seat], since=day(0), until=day(99))
    assert found == SeatTime(days=100, days_held=50, meetings=4, meetings_attended=1)
    assert (found.share_held, found.share_attended) == (0.5, 0.25)
    assert vacancies(seat, until=day(99)) == [(day(30), day(49)), (day(70), day(99))]


def test_several_seats_add_up_and_none_is_no_share():
    held = SeatRecord(existed=(day(0), day(9)), terms=[(day(0), None)], meetings=[day(1)], attended=[day(1)])
    empty = SeatRecord(existed=(day(0), day(9)), meetings=[day(1)])
    both = seat_time([held, empty], since=day(0), until=day(30))
    assert (both.share_held, both.share_attended) == (0.5, 0.5)
    assert seat_time([], since=day(0), until=day(0)).share_held is None
    assert seat_time([held], since=day(20), until=day(30)).share_attended is None
    assert vacancies(empty, until=day(30)) == [(day(0), day(9))]
    assert vacancies(held, until=day(30)) == []


def test_a_seat_that_does_not_exist_yet_has_no_vacancy():
    assert vacancies(SeatRecord(existed=(day(5), None)), until=day(4)) == []


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="before it begins"):
        seat_time([], since=day(1), until=day(0))


@st.composite
def seats(draw):
    """A seat whose terms follow one another without overlap."""
    begins = draw(st.integers(0, 50))
    cuts = sorted(draw(st.sets(st.integers(begins, begins + 200), max_size=6)))
    terms = [(day(a), day(b - 1)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    met = draw(st.sets(st.integers(0, 250), max_size=8))
    came = draw(st.sets(st.sampled_from(sorted(met)), max_size=8)) if met else set()
    ends = draw(st.none() | st.integers(begins, begins + 250))
    return SeatRecord(
        existed=(day(begins), None if ends is None else day(ends)),
        terms=terms,
        meetings=[day(n) for n in met],
        attended=[day(n) for n in came],
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seat=seats(), until=st.integers(0, 300))
def test_held_and_vacant_days_make_up_the_seat(seat, until):
    found = seat_time([seat], since=FIRST, until=day(until))
    vacant = sum((last - first).days + 1 for first, last in vacancies(seat, until=day(until)))
    assert found.days_held + vacant == found.days
    assert 0 <= found.meetings_attended <= found.meetings
    assert found.share_held is None or 0 <= found.share_held <= 1
