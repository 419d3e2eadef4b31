"""Charts are safe to put into a page (no script, no style, no foreign host), say what they show, and draw it right."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from lxml import etree

from dashboards import charts, samples
from dashboards.charts import NARROW, WIDE, ForeignAddressError, GroupRow, SchoolRow, Series, YearPoint
from dashboards.charts.grids import tone_of
from dashboards.charts.marks import ticks
from dashboards.charts.render import COLORS

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = [(figure.title, svg) for figure in samples.figures() for svg in (figure.wide, figure.narrow)]


def parsed(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def rates(*values: float, **options) -> list[GroupRow]:
    return [
        GroupRow(f"Group {number}", value, value * 0.9, value * 1.1, value_text=f"{value:.1%}", **options)
        for number, value in enumerate(values)
    ]


def draw_rates(rows: list[GroupRow], **options) -> etree._Element:
    known = {"district_rate": 0.05, "district_label": "District 5%", "title": "Rates", "description": "Share"}
    return parsed(charts.rate_dots(rows, **{**known, **options}))


def positions(svg: etree._Element, css_class: str) -> list[tuple[float, float]]:
    """Centres of the marks with a class, in drawing order."""
    found = [element.get("transform", "") for element in svg.iter(f"{SVG}path") if element.get("class") == css_class]
    return [tuple(map(float, re.findall(r"-?[\d.]+", text))) for text in found if text.startswith("translate")]


def words(svg: etree._Element) -> list[str]:
    return ["".join(element.itertext()) for element in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize(("title", "svg"), PICTURES)
def test_every_picture_passes_a_strict_content_security_policy(title, svg):
    root = parsed(svg)
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        assert name not in {"script", "style", "image", "foreignObject", "use", "animate"}
        for attribute, value in element.attrib.items():
            assert attribute != "style"
            assert not attribute.lower().startswith("on")
            assert "//" not in value, f"{attribute}={value} in “{title}”"
            assert "url(" not in value or value.startswith("url(#")
    assert not [color for color in COLORS if color in svg], "a placeholder colour was left"


@pytest.mark.parametrize(("title", "svg"), PICTURES)
def test_every_picture_has_a_text_alternative(title, svg):
    root = parsed(svg)
    by_id = {element.get("id"): element.text for element in root if element.get("id")}
    assert by_id[root.get("aria-labelledby")] == title
    assert by_id[root.get("aria-describedby")]
    links = list(root.iter(f"{SVG}a"))
    assert root.get("role") == ("group" if links else "img")
    for link in links:
        assert link.get("href").startswith("/")
        assert link.get("aria-label")
        assert not [parent for parent in link.iterancestors() if parent.get("aria-hidden")]
    if links:
        hidden = [
            text for text in root.iter(f"{SVG}text") if not any(p.get("aria-hidden") for p in text.iterancestors())
        ]
        assert hidden == [], "what links say would be read twice"


@pytest.mark.parametrize(("title", "svg"), PICTURES)
def test_every_picture_is_exactly_as_wide_as_asked_and_has_no_small_print(title, svg):
    root = parsed(svg)
    assert root.get("width") in {str(WIDE), str(NARROW)}
    sizes = [float(text.get("font-size").removesuffix("px")) for text in root.iter(f"{SVG}text")]
    assert min(sizes) >= 14


def test_all_kinds_are_drawn_in_both_widths():
    kinds = {parsed(svg).get("class").split()[-1] for _title, svg in PICTURES}
    assert kinds == {
        "chart-rate",
        "chart-ratio",
        "chart-schools",
        "chart-trend",
        "chart-months",
        "chart-bars",
        "chart-heat",
        "chart-cascade",
        "chart-tiles",
    }
    assert len(PICTURES) == 18


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/\\elsewhere.example", "a"],
)
def test_no_mark_leads_to_another_host(address):
    with pytest.raises(ForeignAddressError):
        draw_rates([GroupRow("Group", 0.1, 0.05, 0.2, href=address)])


def test_the_link_covers_its_row_and_keeps_its_query():
    svg = draw_rates([GroupRow("Asian", 0.1, 0.05, 0.2, "1 of 10", "10%", href="/referrals/?race=AS&kind=OSS")])
    (link,) = svg.iter(f"{SVG}a")
    assert link.get("href") == "/referrals/?race=AS&kind=OSS"
    assert link.get("aria-label") == "Asian: 10%, 1 of 10"
    (hit,) = link
    (height,) = re.findall(r"v(\d+)h-", hit.get("d"))
    assert int(height) >= 44


def test_words_of_a_record_cannot_become_markup():
    svg = draw_rates([GroupRow('<script>alert("x")</script>', 0.1, href='/?a="><script>')], title="</title><script>")
    assert not list(svg.iter(f"{SVG}script"))
    assert svg.find(f"{SVG}title").text == "</title><script>"


def test_dots_stand_in_proportion_to_the_rates():
    svg = draw_rates(rates(0.12, 0.06, 0.03))
    (first, second, third) = [x for x, _y in positions(svg, "fill-teal")]
    assert (first - second) == pytest.approx(2 * (second - third), abs=0.3)
    rows = [y for _x, y in positions(svg, "fill-teal")]
    assert rows == sorted(rows), "rows keep the order given"


def test_ratios_stand_on_a_doubling_axis_with_a_line_at_one():
    rows = [GroupRow(str(value), value, value / 1.1, value * 1.1) for value in (4, 2, 1, 0.5)]
    svg = parsed(charts.ratio_dots(rows, title="Ratios", description="Times", same_label="1× same"))
    xs = [x for x, _y in positions(svg, "fill-teal")]
    steps = [left - right for left, right in pairwise(xs)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.3)
    assert {"½×", "1× same", "2×", "4×"} <= set(words(svg))


def test_a_ratio_that_is_not_shown_says_why_and_draws_no_dot():
    rows = [GroupRow("A", 2.0, 1.5, 2.6, value_text="2×"), GroupRow("B", None, value_text="not shown: few students")]
    svg = parsed(charts.ratio_dots(rows, title="Ratios", description="Times"))
    assert len(positions(svg, "fill-teal")) == 1
    assert "not shown: few students" in words(svg)


def test_a_ratio_of_zero_has_no_place_on_the_axis_but_keeps_its_words():
    svg = parsed(charts.ratio_dots([GroupRow("A", 0.0, 0.1, 2.0, value_text="0×")], title="R", description="D"))
    assert positions(svg, "fill-teal") == []
    assert "0×" in words(svg)


def test_few_students_are_a_hollow_ring_that_does_not_stretch_the_axis():
    sure = rates(0.10, 0.05)
    unsure = GroupRow("Few", 0.5, 0.1, 0.9, value_text="few students", small=True)
    alone, together = draw_rates(sure), draw_rates([*sure, unsure])
    assert [x for x, _y in positions(alone, "fill-teal")] == [x for x, _y in positions(together, "fill-teal")]
    assert len(positions(together, "fill-paper stroke-ink-2")) == 1


def test_the_comparison_group_is_a_dark_square():
    svg = draw_rates([*rates(0.1), GroupRow("White", 0.03, 0.02, 0.04, is_reference=True)])
    assert len(positions(svg, "fill-ink")) == 1


def test_a_picture_beside_another_shares_its_rows():
    rows = [GroupRow("Native Hawaiian or Pacific Islander", 2.0, 1.5, 2.5), GroupRow("Asian", 1.5, 1.2, 1.9)]
    named = parsed(charts.ratio_dots(rows, title="R", description="D"))
    beside = parsed(charts.ratio_dots(rows, title="R", description="D", labels=False, width=360))
    assert [y for _x, y in positions(named, "fill-teal")] == [y for _x, y in positions(beside, "fill-teal")]
    assert named.get("height") == beside.get("height")
    assert "Asian" not in words(beside)


def test_schools_outside_their_range_have_another_shape_and_the_word():
    rows = [
        SchoolRow("Over", 0.20, 0.03, 0.08, "20.0% above", standing="above"),
        SchoolRow("Within", 0.05, 0.03, 0.08, "5.0%"),
        SchoolRow("Under", 0.01, 0.03, 0.08, "1.0% below", standing="below"),
        SchoolRow("Silent", None, None, None, "not reported"),
    ]
    svg = parsed(charts.school_ranks(rows, average=0.05, average_label="average 5%", title="S", description="D"))
    assert len(positions(svg, "fill-amber")) == 1
    assert len(positions(svg, "fill-teal")) == 2
    assert {"20.0% above", "1.0% below", "not reported", "average 5%"} <= set(words(svg))


def test_a_year_without_a_value_breaks_the_line():
    def line(*values):
        points = tuple(YearPoint(f"Y{number}", value) for number, value in enumerate(values))
        svg = parsed(charts.trend_lines([Series("A", points, emphasis=True)], title="T", description="D"))
        (path,) = [one for one in svg.iter(f"{SVG}path") if one.get("class") == "stroke-teal"]
        return path.get("d").count("M"), len(positions(svg, "fill-teal"))

    assert line(0.1, 0.2, 0.1, 0.2) == (1, 4)
    moves, dots = line(0.1, 0.2, None, 0.2)
    assert (moves, dots) == (2, 3)


def test_series_with_different_years_are_refused():
    one = Series("A", (YearPoint("2020–21", 0.1),))
    other = Series("B", (YearPoint("2021–22", 0.1),))
    with pytest.raises(ValueError, match="same school years"):
        charts.trend_lines([one, other], title="T", description="D")


def test_silent_cells_are_hatched_and_zero_is_a_number():
    cells = [charts.HeatCell("8", "Mon", 0), charts.HeatCell("9", "Mon", None)]
    svg = parsed(charts.heat_map(cells, columns=["8", "9"], rows=["Mon"], title="T", description="D"))
    assert len([one for one in svg.iter(f"{SVG}path") if str(one.get("fill")).startswith("url(#hatch-")]) == 1
    assert "0" in words(svg)


def test_cells_lead_where_they_say_and_are_large_enough_for_a_finger():
    cells = [charts.HeatCell("8", "Mon", 3, "?hour=8&weekday=MON", "Monday, 8 AM"), charts.HeatCell("9", "Mon", 0)]
    svg = parsed(charts.heat_map(cells, columns=["8", "9"], rows=["Mon"], title="T", description="D", width=NARROW))
    (link,) = svg.iter(f"{SVG}a")
    assert (link.get("href"), link.get("aria-label")) == ("?hour=8&weekday=MON", "Monday, 8 AM: 3")
    (height,) = re.findall(r"v(\d+)h-", link[0].get("d"))
    assert int(height) >= 44


def bars_of(svg: etree._Element, css_class: str) -> list[float]:
    """Widths of the bars with a class, in drawing order."""
    paths = [one.get("d") for one in svg.iter(f"{SVG}path") if one.get("class") == css_class]
    return [float(width) for path in paths for width in re.findall(r"^M[-\d.]+,[-\d.]+h([\d.]+)v", path)]


def test_bars_are_in_proportion_and_few_students_are_hollow():
    rows = [
        GroupRow("A", 80.0),
        GroupRow("B", 40.0),
        GroupRow("C", 20.0, small=True),
        GroupRow("D", 0.0, value_text="0"),
    ]
    for width in (WIDE, NARROW):
        svg = parsed(charts.ranked_bars(rows, title="T", description="D", width=width))
        first, second = bars_of(svg, "fill-teal")
        (hollow,) = bars_of(svg, "fill-paper stroke-ink-2")
        assert first == pytest.approx(2 * second, abs=0.3)
        assert second == pytest.approx(2 * hollow, abs=0.3)
        assert "0" in words(svg)


def test_a_month_without_school_days_breaks_the_line_and_a_phone_shows_bars():
    points = [
        charts.MonthPoint(word, value) for word, value in (("Aug", 1.0), ("Sep", None), ("Oct", 2.0), ("Nov", 1.0))
    ]
    drawn = {"average": 1.3, "average_label": "year 1.3", "title": "T", "description": "D"}
    svg = parsed(charts.month_line(points, **drawn))
    (path,) = [one for one in svg.iter(f"{SVG}path") if one.get("class") == "stroke-teal"]
    assert (path.get("d").count("M"), len(positions(svg, "fill-teal"))) == (2, 3)
    assert "year 1.3" in words(svg)
    (_sep, first), (_oct, second), _third = sorted(positions(svg, "fill-teal"))
    assert second < first, "twice as many stand higher"
    phone = parsed(charts.month_line(points, width=NARROW, **drawn))
    assert len(bars_of(phone, "fill-teal")) == 3


def test_nothing_to_show_still_gives_a_picture():
    assert draw_rates([], district_rate=None).get("role") == "img"
    assert parsed(charts.trend_lines([], title="T", description="D")) is not None
    assert parsed(charts.ranked_bars([], title="T", description="D")) is not None
    assert parsed(charts.heat_map([], columns=[], rows=[], title="T", description="D")) is not None
    for width in (WIDE, NARROW):
        options = {"average": None, "average_label": "", "width": width}
        assert parsed(charts.month_line([], title="T", description="D", **options)) is not None


def test_the_same_picture_is_drawn_once():
    rows = rates(0.111, 0.222)
    options = {"district_rate": 0.1, "district_label": "D", "title": "Once", "description": "D"}
    assert charts.rate_dots(rows, **options) is charts.rate_dots(list(rows), **options)


@pytest.mark.parametrize(
    ("highest", "expected"),
    [(0.13, [0, 0.05, 0.1]), (0.1, [0, 0.025, 0.05, 0.075, 0.1]), (0, [0]), (1, [0, 0.25, 0.5, 0.75, 1])],
)
def test_ticks_are_round(highest, expected):
    assert ticks(highest) == pytest.approx(expected)


def test_tones_go_by_quarters_of_the_highest_count():
    assert [tone_of(count, 16) for count in (0, 1, 4, 5, 8, 12, 13, 16)] == [1, 1, 1, 2, 2, 3, 4, 4]
    assert tone_of(0, 0) == 1


def test_a_mirrored_picture_is_the_same_the_other_way_round():
    rows = [GroupRow("Long name of a group", 0.1, 0.08, 0.12, "1 of 10", "10%", "/a/"), *rates(0.05)]
    plain, turned = draw_rates(rows), draw_rates(rows, mirrored=True)
    assert words(plain) == words(turned)
    assert turned.get("direction") == "ltr"
    for left, right in zip(plain.iter(f"{SVG}text"), turned.iter(f"{SVG}text"), strict=True):
        anchors = {left.get("text-anchor", "start"), right.get("text-anchor", "start")}
        assert anchors in ({"start", "end"}, {"middle"})
        assert place_in_page(plain, left) + place_in_page(turned, right) == pytest.approx(WIDE, abs=0.2)


def place_in_page(svg: etree._Element, element: etree._Element) -> float:
    """Pixels from the left edge of the picture to where a word hangs."""
    root = svg.find(f"{SVG}g")
    steps = [float(re.findall(r"-?[\d.]+", one.get("transform"))[0]) for one in (root, element)]
    return sum(steps)
