"""The calendar of the demo district: a common American school year, computed for any year."""

from datetime import date, timedelta

THURSDAY, FRIDAY, MONDAY = 3, 4, 0


def first_day(year: int) -> date:
    """First school day of the school year that ends in `year`: the last Thursday of August."""
    day = date(year - 1, 8, 31)
    return day - timedelta(days=(day.weekday() - THURSDAY) % 7)


def last_day(year: int) -> date:
    """Last school day: the first Friday of June."""
    return _nth_weekday(year, 6, FRIDAY, 1)


def closures(year: int) -> tuple[date, ...]:
    """Weekdays between the first and the last day without school: federal holidays, winter and spring break."""
    thanksgiving = _nth_weekday(year - 1, 11, THURSDAY, 4)
    spring_break = _nth_weekday(year, 3, MONDAY, 2)
    winter_break = date(year - 1, 12, 23)
    days = {
        _nth_weekday(year - 1, 9, MONDAY, 1),  # Labor Day
        _nth_weekday(year - 1, 10, MONDAY, 2),
        thanksgiving,
        thanksgiving + timedelta(days=1),
        _nth_weekday(year, 1, MONDAY, 3),  # Martin Luther King Jr. Day
        _nth_weekday(year, 2, MONDAY, 3),  # Presidents' Day
        _nth_weekday(year, 6, MONDAY, 1) - timedelta(days=7),  # Memorial Day
        *(spring_break + timedelta(days=i) for i in range(5)),
        *(winter_break + timedelta(days=i) for i in range((date(year, 1, 1) - winter_break).days + 1)),
    }
    return tuple(sorted(day for day in days if day.weekday() < 5))


def school_days(year: int) -> tuple[date, ...]:
    """All school days in order; each is a full day."""
    first, closed = first_day(year), set(closures(year))
    span = (last_day(year) - first).days + 1
    days = (first + timedelta(days=i) for i in range(span))
    return tuple(day for day in days if day.weekday() < 5 and day not in closed)


def late_entry_day(year: int) -> date:
    """First Monday of November: when students enroll who are in the year's counts but not in the fall count."""
    return _nth_weekday(year - 1, 11, MONDAY, 1)


def _nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))
