"""From a Vega-Lite specification to one static SVG that a strict content security policy lets through.

The renderer knows neither the page's colours nor its addresses. Both stand in the specification as placeholders (a
colour that nothing else uses, an address on a host that cannot exist) and are replaced here: a colour becomes a class
of `static/charts.css` beside its value in light mode, an address the page's own.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache

import vl_convert
from lxml import etree

VEGA_LITE = "5.21"
SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
PLACEHOLDER_HOST = "https://chart.invalid/"
"""Relative addresses would be rewritten to a foreign host; the reserved top-level domain `invalid` has none."""

COLORS: dict[str, tuple[str, str]] = {
    "#00000a": ("ink", "#1c1b19"),
    "#00000b": ("ink-2", "#5a554d"),
    "#00000c": ("teal", "#0b5a5e"),
    "#00000d": ("interval", "#b3cccb"),
    "#00000e": ("line", "#e0dace"),
    "#00000f": ("paper", "#fbf9f4"),
    "#00001a": ("band", "#dad3c4"),
    "#00001b": ("amber", "#9a5b00"),
    "#00001c": ("line-strong", "#8c857a"),
    "#00001d": ("stage-1", "#edf3f1"),
    "#00001e": ("stage-2", "#cfe2de"),
    "#00001f": ("stage-3", "#86b7b3"),
    "#00002a": ("stage-4", "#0b5a5e"),
    "#00002b": ("on-stage-4", "#ffffff"),
    "#00002c": ("hatch", "url"),
    "#00002d": ("hit", "transparent"),
}
"""Placeholder colour → (class of `charts.css`, colour in light mode)."""

COLOR = {name: placeholder for placeholder, (name, _light) in COLORS.items()}
"""Name of a colour → its placeholder, for specifications."""


class ForeignAddressError(ValueError):
    """A chart would lead to, or load from, another host."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a mark leads and what a screen reader calls it; `href` begins with "/", "?" or "#"."""

    href: str
    name: str


def placeholder(position: int) -> str:
    """Address that stands for the link at `position` of the list given to `render`."""
    return f"{PLACEHOLDER_HOST}{position}"


def render(
    spec: dict, *, title: str, description: str, kind: str, links: tuple[Link, ...] = (), mirrored: bool = False
) -> str:
    """Return the SVG of `spec` as text, from a cache where the same picture was drawn before.

    `mirrored` turns left and right around, for languages that read from the right; words and numbers stay as they are.

    Without links it is one image with a title and a description; with links a group whose links have names.
    Raises ForeignAddressError when an address does not stay on this site.
    """
    for link in links:
        if not re.match(r"[/?#](?![/\\])", link.href):
            raise ForeignAddressError(link.href)
    return _rendered(json.dumps(spec, sort_keys=True), title, description, kind, links, mirrored)


@lru_cache(maxsize=256)
def _rendered(spec: str, title: str, description: str, kind: str, links: tuple[Link, ...], mirrored: bool) -> str:
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    svg = etree.fromstring(drawn.encode(), parser)
    key = hashlib.sha256("\x1f".join((spec, title, description, repr((links, mirrored)))).encode()).hexdigest()[:10]
    for element in svg.iter(etree.Element):
        _clean(element)
        _color(element, key)
    if mirrored:
        _mirror(svg, json.loads(spec))
    _link(svg, links)
    _describe(svg, key, title, description, kind, has_links=bool(links))
    etree.cleanup_namespaces(svg, keep_ns_prefixes=[])
    text = etree.tostring(svg, encoding="unicode")
    if re.search(r'(?:href|src)="(?:[a-z]+:|//)|url\((?!#)', text, re.IGNORECASE):
        raise ForeignAddressError(title)
    return text


def _clean(element: etree._Element) -> None:
    """Leave geometry only: the page sets fonts, and names are given where they help a reader."""
    for name in list(element.attrib):
        if name.startswith("aria-") or name in ("role", "class", "font-family", "pointer-events", "style", "opacity"):
            del element.attrib[name]
        elif name in ("d", "transform", "x2", "y2"):
            element.set(name, re.sub(r"-?\d+\.\d{2,}", _short, element.get(name)))


def _short(match: re.Match) -> str:
    return f"{float(match[0]):.1f}".removesuffix(".0")


def _color(element: etree._Element, key: str) -> None:
    """Turn placeholder colours into classes, with the light colour where no stylesheet reaches."""
    classes = []
    for attribute in ("fill", "stroke"):
        found = COLORS.get((element.get(attribute) or "").lower())
        if not found:
            continue
        name, light = found
        if name == "hatch":
            element.set(attribute, f"url(#hatch-{key})")
            continue
        element.set(attribute, light)
        classes.append("hit" if name == "hit" else f"{attribute}-{name}")
        if name == "paper" and attribute == "stroke":
            element.set("paint-order", "stroke")  # a halo lies behind its letters
    if classes:
        element.set("class", " ".join(classes))


ANCHORS = {"start": "end", "end": "start", "middle": "middle"}


def _mirror(svg: etree._Element, spec: dict) -> None:
    """Turn the plot around its middle: shapes by a reflection, words by their place and the side they hang on."""
    plot, padding = spec["width"], spec["padding"]
    root = svg.find(f"{SVG}g")
    root.set("transform", f"translate({padding['right']},{padding['top']})")
    for element in root.iter(f"{SVG}text", f"{SVG}path", f"{SVG}line"):
        place = element.get("transform", "")
        if element.tag != f"{SVG}text":
            element.set("transform", f"matrix(-1,0,0,1,{plot},0) {place}".strip())
            continue
        [(x, y)] = re.findall(r"^translate\(([-\d.]+),([-\d.]+)\)", place)
        element.set("transform", f"translate({plot - float(x):g},{y})")
        element.set("text-anchor", ANCHORS[element.get("text-anchor", "start")])


def _link(svg: etree._Element, links: tuple[Link, ...]) -> None:
    """Give each link its address on this site and its name."""
    for anchor in svg.iter(f"{SVG}a"):
        address = anchor.attrib.pop(XLINK_HREF, None) or anchor.get("href", "")
        if not address.startswith(PLACEHOLDER_HOST):
            raise ForeignAddressError(address)
        link = links[int(address.removeprefix(PLACEHOLDER_HOST))]
        anchor.attrib.clear()
        anchor.set("href", link.href)
        anchor.set("aria-label", link.name)


def _describe(svg: etree._Element, key: str, title: str, description: str, kind: str, *, has_links: bool) -> None:
    """Write the text alternative, and hide from screen readers what the links already say."""
    svg.set("class", f"chart chart-{kind}")
    svg.set("direction", "ltr")
    svg.set("role", "group" if has_links else "img")
    svg.set("aria-labelledby", f"title-{key}")
    svg.set("aria-describedby", f"about-{key}")
    if has_links:
        _hide(svg)
    heading = etree.Element(f"{SVG}title", id=f"title-{key}")
    heading.text = title
    about = etree.Element(f"{SVG}desc", id=f"about-{key}")
    about.text = description
    svg.insert(0, heading)
    svg.insert(1, about)
    if f"#hatch-{key}" in etree.tostring(svg, encoding="unicode"):
        svg.insert(2, _hatch(key))


def _hide(element: etree._Element) -> None:
    for child in element:
        if child.tag == f"{SVG}a":
            continue
        if next(child.iter(f"{SVG}a"), None) is not None:
            _hide(child)
        else:
            child.set("aria-hidden", "true")


def _hatch(key: str) -> etree._Element:
    """The pattern for what is silent or withheld: never a gap that reads as zero."""
    definitions = etree.Element(f"{SVG}defs")
    pattern = etree.SubElement(
        definitions,
        f"{SVG}pattern",
        id=f"hatch-{key}",
        width="6",
        height="6",
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    etree.SubElement(
        pattern, f"{SVG}line", y2="6", stroke="#8c857a", attrib={"class": "stroke-line-strong", "stroke-width": "2"}
    )
    return definitions
