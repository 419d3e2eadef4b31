"""Whole pages as a browser asks for them: the dashboard of 25 schools and of the district, and a list of 50 rows."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext, instrumented_test_render
from django.utils.html import escape

from bench.context import Context, Findings
from discipline.models import Removal
from district.models import User

DASHBOARD = "/dashboards/suspensions/?by=race"
LIST = "/removals/"
READS = 20


def signed_in(role: str) -> Client:
    """A browser of the person who holds `role`."""
    client = Client()
    client.force_login(User.objects.get(email=f"{role}@bench.example"))
    return client


def get(client: Client, address: str) -> bytes:
    """Ask for a page."""
    response = client.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address}: {response.status_code}")
    return response.content


def rendering(client: Client, address: str) -> Any:
    """Return what renders the page's template once more, with the context that the page gave it."""
    shown: list[tuple[str, Any, Any]] = []

    def remember(sender: Any, template: Any, context: Any, **_: Any) -> None:
        shown.append((template.name, context.flatten(), context.get("request")))

    from django.template import Template

    original = Template._render
    Template._render = instrumented_test_render
    template_rendered.connect(remember)
    try:
        get(client, address)
    finally:
        template_rendered.disconnect(remember)
        Template._render = original
    name, context, request = shown[0]
    for given in ("csrf_token", "request", "user", "perms", "messages", "shell", "True", "False", "None"):
        context.pop(given, None)
    return lambda: render_to_string(name, context, request)


def measure(context: Context) -> Findings:
    """Race each page with the rendering of its own template."""
    findings = Findings()
    officer, leader, records = signed_in("officer"), signed_in("leader"), signed_in("records")
    pages = {
        "dashboard_25_schools": (officer, DASHBOARD),
        "dashboard_district": (leader, DASHBOARD),
        "list_50_rows": (records, LIST),
    }
    for name, (client, address) in pages.items():
        get(client, address)  # the first question after a roster counts anew
        with CaptureQueriesContext(connection) as queries:
            size = len(get(client, address))
        findings.figures[f"{name}_queries"] = len(queries)
        findings.figures[f"{name}_kb"] = round(size / 1000, 1)
        contenders = {
            "page": lambda client=client, address=address: get(client, address),
            "render": rendering(client, address),
        }
        if name == "list_50_rows":
            contenders["f_strings"] = f_strings
            contenders["query"] = one_query
        findings.races[name] = context.race(contenders)
    _judge(findings)
    return findings


def _judge(findings: Findings) -> None:
    """The goals of pages. The growth from S to M is judged where both scales were run."""
    few, rows = findings.races["dashboard_25_schools"], findings.races["list_50_rows"]
    times = few.timings["page"]
    render = rows.timings["render"].best(by_processor=rows.by_processor)
    query = rows.timings["query"].best(by_processor=rows.by_processor)
    page = rows.timings["page"].best(by_processor=rows.by_processor)
    shares = sorted(one / (a + b) for one, a, b in zip(page, render, query, strict=True))
    findings.values |= {
        "D6b": findings.figures["dashboard_25_schools_queries"],
        "D6c": times.p95 / times.median,
        "D7": few.ratio("page", "render"),
        "T1a": rows.ratio("render", "f_strings"),
        "T1b": shares[len(shares) // 2],
    }


def _rows() -> list[tuple[Any, ...]]:
    return list(
        Removal.objects.order_by("-begins_on", "-pk").values_list(
            "student__person__given_name", "student__person__family_name", "student__grade", "kind", "begins_on",
            "ends_on", "days", "school__name", "voided_at",
        )[:50]
    )  # fmt: skip


def one_query() -> None:
    """The rows of the list by one query."""
    _rows()


def f_strings(kept: dict[str, list[tuple[Any, ...]]] = {}) -> str:  # noqa: B006 - read once, before the clock
    """The cells of the list in a table made by f-strings: the limit of any rendering."""
    rows = kept.setdefault("rows", _rows())
    lines = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{lines}</table>"
