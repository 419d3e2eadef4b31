"""Charts: plain rows in, one static SVG out, no Django.

Every function returns the text of one `<svg>` for a template's `{{ chart|safe }}`: no script, no style, no foreign
address, colours through the classes of `static/charts.css`, so that dark mode and print follow. Show the wide picture
from 768 px and the narrow one below it (`templates/_chart.html` does both), always beside a table of the same rows.

    rate_dots(rows, *, district_rate, district_label, title, description, width=WIDE) -> str
        Rate by group with its interval, sorted as given, dashed line at the district's rate.
    ratio_dots(rows, *, title, description, width=WIDE, labels=True) -> str
        Risk ratio with its interval on a doubling axis, line at 1; `labels=False` leaves out the names, for a
        picture that stands beside `rate_dots` and shares its rows.
    school_ranks(rows, *, average, average_label, title, description, width=WIDE) -> str
        Schools in the order given, each with the range expected for its size; outside it a diamond or triangle
        and the word.
    trend_lines(series, *, title, description, width=WIDE) -> str
        One line a series over school years, named at its end.
    month_line(points, *, average, average_label, title, description, width=WIDE) -> str
        One line over the months of a school year, figures per school day; bars on a phone.
    ranked_bars(rows, *, title, description, width=WIDE) -> str
        Bars from zero in the order given, the figure at the end of each.
    progress_line(points, *, target, target_label, title, description, width=WIDE) -> str
        One promise by period, in its own unit, with its target as a dashed line.
    heat_map(cells, *, columns, rows, title, description, width=WIDE) -> str
        Counts in a grid (weekday by hour), the number in each cell.
    cascade_bars(steps, *, title, description, width=WIDE) -> str
        Aligned bars, step by step, with the relative rate at each step.
    quarter_tiles(tiles, *, columns, rows, title, description, width=WIDE) -> str
        School by quarter: letter, step bars and tone; silent cells hatched.

`width` is `WIDE` (640) or `NARROW` (350) pixels; heights follow from the rows. Every function takes `mirrored=True`
for languages that read from the right. `title` is the sentence a screen reader
hears first, `description` the measure, denominator and years. All rates are shares (0.111), never percent; all texts
are given by the caller, already in the reader's language.
"""

from .bars import ranked_bars
from .cascade import cascade_bars
from .grids import heat_map, quarter_tiles
from .groups import rate_dots, ratio_dots
from .months import month_line
from .progress import progress_line
from .render import ForeignAddressError
from .rows import NARROW, WIDE, GroupRow, HeatCell, MonthPoint, SchoolRow, Series, Step, Tile, YearPoint
from .schools import school_ranks
from .years import trend_lines

__all__ = [
    "NARROW",
    "WIDE",
    "ForeignAddressError",
    "GroupRow",
    "HeatCell",
    "MonthPoint",
    "SchoolRow",
    "Series",
    "Step",
    "Tile",
    "YearPoint",
    "cascade_bars",
    "heat_map",
    "month_line",
    "progress_line",
    "quarter_tiles",
    "ranked_bars",
    "rate_dots",
    "ratio_dots",
    "school_ranks",
    "trend_lines",
]
