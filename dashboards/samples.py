"""Sample content of the style page: invented figures, invented people."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language_bidi

from dashboards.charts import (
    GroupRow,
    HeatCell,
    MonthPoint,
    SchoolRow,
    Series,
    Step,
    Tile,
    YearPoint,
    cascade_bars,
    heat_map,
    month_line,
    quarter_tiles,
    ranked_bars,
    rate_dots,
    ratio_dots,
    school_ranks,
    trend_lines,
)
from dashboards.figures import Figure, figure_of
from district.page_parts import Cell, Chip, Fact, Heading, Section, Status, TimelineStep

NOTE = "Invented figures. The bar is the 95% interval."

GROUPS = (
    ("American Indian or Alaska Native", 0.111, 0.094, 0.131, "123 of 1,104 students", "11.1%"),
    ("Black or African American", 0.079, 0.070, 0.089, "259 of 3,274 students", "7.9%"),
    ("Two or more races", 0.063, 0.053, 0.076, "104 of 1,643 students", "6.3%"),
    ("Hispanic or Latino", 0.049, 0.042, 0.057, "160 of 3,277 students", "4.9%"),
    ("White", 0.027, 0.025, 0.030, "403 of 14,698 students", "2.7%"),
    ("Asian", 0.019, 0.011, 0.031, "15 of 794 students", "1.9%"),
)
RATIOS = (
    ("American Indian or Alaska Native", 4.06, 3.35, 4.93, "4.1×"),
    ("Black or African American", 2.89, 2.48, 3.36, "2.9×"),
    ("Two or more races", 2.31, 1.87, 2.85, "2.3×"),
    ("Hispanic or Latino", 1.78, 1.49, 2.13, "1.8×"),
    ("Asian", 0.69, 0.41, 1.15, "0.7×"),
)
SCHOOLS = (
    SchoolRow("Birch Middle", 0.169, 0.034, 0.083, "16.9% above", "/schools/", "above"),
    SchoolRow("Cedar High", 0.061, 0.037, 0.081, "6.1%", "/schools/"),
    SchoolRow("Dogwood School of the Arts and Sciences", 0.048, 0.032, 0.086, "4.8%", "/schools/", is_own=True),
    SchoolRow("Elm Elementary", 0.026, 0.033, 0.084, "2.6% below", "/schools/", "below"),
    SchoolRow("Fir Middle", None, None, None, "not reported"),
)
YEARS = ("2018–19", "2019–20", "2020–21")
LINES = (
    ("American Indian", (0.120, 0.100, 0.111), True),
    ("Black", (0.085, None, 0.079), False),
    ("District", (0.047, 0.040, 0.043), False),
    ("White", (0.030, 0.028, 0.027), False),
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
HOURS = ("8", "9", "10", "11", "12", "1", "2")
COUNTS = ((2, 5, 9, 14, 11, 6, 3), (1, 4, 8, 16, 12, 5, 2), (3, 6, 7, 13, 9, None, None), (2, 3, 6, 12, 8, 7, 1))
MONTHS = (("Aug", 1.5), ("Sep", 2.1), ("Oct", 2.4), ("Nov", 1.9), ("Dec", None), ("Jan", 1.7), ("Feb", 0.4))
PLACES = (("Classroom", 80, 68), ("Hallway or stairs", 45, 39), ("Cafeteria", 26, 22), ("Bus stop", 2, 2))
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
STAGES = {"Birch Middle": (1, 2, 3, 4), "Cedar High": (0, 1, 2, 3), "Dogwood": (1, 2, 2, None)}
LETTERS: dict[int | None, str] = {1: "E", 2: "I", 3: "P", 4: "F"}


def statuses() -> list[Status]:
    """Every shape with its word."""
    return [
        Status("Done", "done"),
        Status("Under way", "underway"),
        Status("Open", "open"),
        Status("Due today", "due"),
        Status("Late", "late"),
        Status("Waived", "waived"),
        Status("Not known", "unknown"),
    ]


def facts() -> list[Fact]:
    """Facts of a record."""
    return [
        Fact("Practice", "Harm circle, tier 2"),
        Fact("Keeper", "Ms. Practice", "certified to Jun 30, 2027"),
        Fact("Instead of", "2-day suspension", "offered first; not served"),
        Fact("Since the circle", "No new event", "3 school days so far"),
    ]


def section() -> Section:
    """A small table."""
    rows = [
        [
            Cell("Rowan Example", "#tables", "grade 8"),
            Cell("Mon, Nov 9, 2026"),
            Cell(status=Status("Met", "done")),
            Cell("3"),
        ],
        [
            Cell("Linden Sample", "#tables", "grade 8"),
            Cell("Tue, Nov 10, 2026"),
            Cell(status=Status("Due today", "due")),
            Cell("0.5"),
        ],
    ]
    headings = (Heading("Student"), Heading("Due"), Heading("Status"), Heading("School days", is_number=True))
    return Section("What was promised", headings, rows, note="Names are invented.")


def steps() -> list[TimelineStep]:
    """A timeline with a step ahead."""
    return [
        TimelineStep(date(2026, 10, 26), "Mon, Oct 26, 2026", "Referred", "After a hallway fight"),
        TimelineStep(date(2026, 11, 5), "Thu, Nov 5, 2026", "Held", "Room 4, 48 minutes"),
        TimelineStep(date(2026, 11, 19), "Thu, Nov 19, 2026", "Follow-up", "Next", is_done=False),
    ]


def chips() -> list[Chip]:
    """Filters: nothing chosen, one chosen, a day, a wrong one."""
    years = (("", "All"), ("2021", "2020–21"))
    return [
        Chip("sample_kind", "Kind", "", "select", (("", "All"), ("OSS", "Out-of-school suspension"))),
        Chip("sample_year", "School year", "2021", "select", years),
        Chip("sample_from", "From", "", "date"),
        Chip("sample_code", "Code", "no such code", "text", is_wrong=True),
    ]


def figures() -> list[Figure]:
    """Every kind of chart."""
    return [_rates(), _ratios(), _schools(), _trend(), _months(), _bars(), _heat(), _cascade(), _tiles()]


def _rates() -> Figure:
    rows = [
        GroupRow(label, value, low, high, count, words, "/schools/", is_reference=label == "White")
        for label, value, low, high, count, words in GROUPS
    ]
    rows.append(GroupRow("Pacific Islander", 0.0, 0.0, 0.107, "0 of 32 students", "0.0% few students", small=True))
    headings = (Heading("Group"), Heading("Count"), Heading("Rate", is_number=True))
    title = "American Indian and Black students are suspended most often"
    return figure_of(
        lambda width: rate_dots(
            rows,
            district_rate=0.043,
            district_label="District 4.3%",
            title=title,
            description=NOTE,
            width=width,
            mirrored=get_language_bidi(),
        ),
        title=title,
        subtitle="Share of enrolled students suspended at least once. " + NOTE,
        notes=(("dot", "group"), ("square", "comparison group"), ("ring", "few students")),
        table=Section(title, headings, [[Cell(row.label), Cell(row.count_text), Cell(row.value_text)] for row in rows]),
    )


def _ratios() -> Figure:
    rows = [GroupRow(label, value, low, high, value_text=words) for label, value, low, high, words in RATIOS]
    rows.insert(4, GroupRow("White", 1.0, value_text="comparison group", is_reference=True))
    rows.append(GroupRow("Pacific Islander", None, value_text="not shown: few students", small=True))
    title = "How many times the White rate?"
    return figure_of(
        lambda width: ratio_dots(
            rows, title=title, description=NOTE, width=width, mirrored=get_language_bidi(), same_label="1× same"
        ),
        title=title,
        subtitle="Times the rate, on a doubling scale. Left of the line: less often.",
    )


def _schools() -> Figure:
    title = "One middle school stands above what size explains"
    return figure_of(
        lambda width: school_ranks(
            SCHOOLS,
            average=0.059,
            average_label="average 5.9%",
            title=title,
            description=NOTE,
            width=width,
            mirrored=get_language_bidi(),
        ),
        title=title,
        subtitle="The band is the range expected by chance for a school of that size (3 standard errors).",
    )


def _trend() -> Figure:
    series = [
        Series(
            label,
            tuple(
                YearPoint(year, value, "" if value is None else f"{value:.1%}")
                for year, value in zip(YEARS, values, strict=True)
            ),
            emphasis,
        )
        for label, values, emphasis in LINES
    ]
    title = "The gap is as wide as two years ago"
    return figure_of(
        lambda width: trend_lines(series, title=title, description=NOTE, width=width, mirrored=get_language_bidi()),
        title=title,
        subtitle="Share of students suspended at least once, by school year. A missing year breaks the line.",
    )


def _months() -> Figure:
    points = [
        MonthPoint(month, number, "" if number is None else f"{number}", "", "/schools/", small=month == "Feb")
        for month, number in MONTHS
    ]
    title = "Most per school day in October"
    return figure_of(
        lambda width: month_line(
            points,
            average=1.8,
            average_label="year 1.8",
            title=title,
            description=NOTE,
            width=width,
            mirrored=get_language_bidi(),
        ),
        title=title,
        subtitle="Referrals per school day. A month without school days breaks the line.",
        notes=(("ring", "few students"),),
    )


def _bars() -> Figure:
    rows = [
        GroupRow(place, float(count), None, None, f"{students} students", str(count), "/schools/", small=students < 5)
        for place, count, students in PLACES
    ]
    title = "Most often in classrooms"
    return figure_of(
        lambda width: ranked_bars(rows, title=title, description=NOTE, width=width, mirrored=get_language_bidi()),
        title=title,
        subtitle="Referrals by place.",
        notes=(("ring", "few students"),),
    )


def _heat() -> Figure:
    cells = [
        HeatCell(hour, day, count, "/schools/" if count else "", f"{day}, {hour}")
        for day, counts in zip(DAYS, (*COUNTS, COUNTS[0]), strict=True)
        for hour, count in zip(HOURS, counts, strict=True)
    ]
    title = "Most incidents happen before lunch"
    return figure_of(
        lambda width: heat_map(
            cells, columns=HOURS, rows=DAYS, title=title, description=NOTE, width=width, mirrored=get_language_bidi()
        ),
        title=title,
        subtitle="Incidents by weekday and hour. Hatched: no school, nothing received.",
    )


def _cascade() -> Figure:
    steps_ = [
        Step("Referred", 0.199, "220 of 1,104", "1.9×"),
        Step("Sanctioned", 0.150, "166 of 1,104", "2.4×"),
        Step("Suspended", 0.111, "123 of 1,104", "4.1×"),
        Step("Offered a circle", 0.020, "22 of 1,104", "0.6×"),
    ]
    title = "The gap widens at each decision"
    return figure_of(
        lambda width: cascade_bars(steps_, title=title, description=NOTE, width=width, mirrored=get_language_bidi()),
        title=title,
        subtitle="American Indian students at each step, and their rate against all other students.",
    )


def _tiles() -> Figure:
    tiles = [
        Tile(quarter, school, stage, LETTERS.get(stage, ""))
        for school, stages in STAGES.items()
        for quarter, stage in zip(QUARTERS, stages, strict=True)
    ]
    title = "Schools that started first are furthest"
    return figure_of(
        lambda width: quarter_tiles(
            tiles,
            columns=QUARTERS,
            rows=tuple(STAGES),
            title=title,
            description=NOTE,
            width=width,
            mirrored=get_language_bidi(),
        ),
        title=title,
        subtitle="E exploring, I installing, P partly in use, F in full use. Hatched: silent, which is not zero.",
    )
