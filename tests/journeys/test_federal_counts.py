"""The figures equal the federal counts to the last student: the demo, and a second district loaded by the imports.

The expected files were computed from the source's workbooks, not from this project's copies and not by its code.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from itertools import zip_longest
from pathlib import Path

import lxml.html
import openpyxl
import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from dashboards import demo_district
from dashboards.demo import load_district, plan_year, school_code, write_discipline, write_roster
from district.models import District, User
from tests import factories as make

SOURCES = Path(demo_district.__file__).parent / "demo" / "sources"
FIXTURES = Path(__file__).parent.parent / "fixtures" / "crdc"
ENDPOINT = "/api/v1/dashboards/suspension-rates/"
DIMENSIONS = ("all", "race", "sex", "idea")
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("federal_counts")]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The whole demo, made once for this file and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_demo")
        yield District.objects.get(code="DEMO")
        transaction.set_rollback(True)


@pytest.fixture
def leader(demo, django_db_blocker) -> Client:
    with django_db_blocker.unblock():
        client = Client()
        client.force_login(User.objects.get(email="leader@demo.example"))
        yield client


def expected(path: Path) -> dict[tuple, dict]:
    """Return (school code or ALL, dimension, group) → the row of the expected file."""
    with path.open(newline="", encoding="utf-8") as stream:
        return {
            (
                row["school"] if row["school"] == "ALL" else school_code(row["school"]),
                row["dimension"],
                row["group"],
            ): row
            for row in csv.DictReader(stream)
        }


def key_of(row: dict, dimension: str) -> tuple:
    """Return the expected file's key of one row of figures."""
    group = "ALL" if dimension == "all" else row[dimension]
    if isinstance(group, bool):
        group = "true" if group else "false"
    return (row.get("school") or "ALL", dimension, group)


def query(dimension: str, measure: str, level: str, **more) -> dict:
    by = [name for name, wanted in (("school", level == "school"), (dimension, dimension != "all")) if wanted]
    return {"school_year": 2021, "measure": measure, "by": ",".join(by), "denominator": "snapshot"} | more


def compare(rows_of, truth: dict[tuple, dict]) -> tuple[int, list[str]]:
    """Compare the figures with the expected rows; return how many values were compared and the differences.

    `rows_of(dimension, measure, level)` gives rows with school, group, enrolled, affected, rate and risk_ratio.
    """
    compared, differences = 0, []
    for dimension in DIMENSIONS:
        for level in ("district", "school"):
            wanted = {k: row for k, row in truth.items() if row["level"] == level and row["dimension"] == dimension}
            for measure, column in (("oss", "oss_students"), ("oss_multiple", "oss_multiple"), ("iss", "iss_students")):
                seen = set()
                for row in rows_of(dimension, measure, level):
                    key = key_of(row, dimension)
                    seen.add(key)
                    source = wanted[key]
                    pairs = [("enrolled", source["enrolled"], row["enrolled"])]
                    if row["affected"] is None:
                        pairs.append(("status", "not_reported", row["status"]))
                    else:
                        pairs.append((column, source[column] or "0", row["affected"]))
                        if measure == "oss" and source["oss_rate"]:
                            pairs.append(("oss_rate", source["oss_rate"], row["rate"]))
                        if measure == "oss" and source["rr_vs_rest"] and (dimension != "all"):
                            pairs.append(("rr_vs_rest", source["rr_vs_rest"], row["risk_ratio"]))
                    for name, ours, theirs in ((n, float_or_word(a), float_or_word(b)) for n, a, b in pairs):
                        compared += 1
                        if not agrees(ours, theirs):
                            differences.append(f"{key} {measure} {name}: expected {ours}, found {theirs}")
                missing = {k for k, row in wanted.items() if int(row["enrolled"] or 0) > 0} - seen
                differences += [f"{key} {measure}: no row" for key in missing]
    return compared, differences


def agrees(printed: float | str, ours: float | str) -> bool:
    """Counts and words are equal; a rate or ratio is what the source prints with six decimals."""
    if isinstance(printed, str) or isinstance(ours, str) or printed == int(printed) == ours:
        return printed == ours
    return abs(printed - ours) <= 0.5000001e-6


def float_or_word(value) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value


def through_api(client: Client, **more):
    def rows(dimension: str, measure: str, level: str) -> list[dict]:
        response = client.get(ENDPOINT, query(dimension, measure, level, **more))
        assert response.status_code == 200, response.content
        return response.json()["rows"]

    return rows


def read_value(text):
    """Return a CSV or workbook cell as the API's JSON would hold it."""
    if text in ("", None):
        return None
    if isinstance(text, bool):
        return text
    return {"true": True, "false": False}.get(text, text)


def typed(row: dict) -> dict:
    row = {name: read_value(value) for name, value in row.items()}
    for name in ("enrolled", "affected"):
        row[name] = None if row[name] is None else int(row[name])
    for name in ("rate", "risk_ratio"):
        row[name] = None if row[name] is None else float(row[name])
    return row


def through_csv(client: Client, **more):
    def rows(dimension: str, measure: str, level: str) -> list[dict]:
        response = client.get(ENDPOINT, query(dimension, measure, level, format="csv", **more))
        text = b"".join(response).decode() if response.streaming else response.content.decode()
        return [typed(row) for row in csv.DictReader(io.StringIO(text))]

    return rows


def through_xlsx(client: Client, **more):
    def rows(dimension: str, measure: str, level: str) -> list[dict]:
        response = client.get(ENDPOINT, query(dimension, measure, level, format="xlsx", **more))
        content = b"".join(response) if response.streaming else response.content
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        header, *body = list(sheet.iter_rows(values_only=True))
        return [typed(dict(zip_longest(header, cells))) for cells in body]  # trailing empty cells are not stored

    return rows


def page_counts(client: Client, dimension: str, measure: str, level: str) -> Counter:
    """Students enrolled and affected in each row of the page's table; None where the school did not report."""
    page = client.get("/dashboards/suspensions/", query(dimension, measure, level))
    assert page.status_code == 200
    one_dimension = "everybody" if dimension == "all" else "groups"
    several = "schools" if dimension == "all" else "cross"
    section = one_dimension if level == "district" else several
    rows = lxml.html.fromstring(page.content.decode()).xpath(f"//section[@aria-labelledby='{section}']//tbody/tr")
    cells = [[cell.text_content().strip().replace(",", "") for cell in row.xpath("./td")] for row in rows]
    return Counter((int(row[0]), int(row[1]) if row[1].isdigit() else None) for row in cells)


@pytest.mark.once
def test_the_page_shows_the_federal_counts(leader):
    """Each table of the page holds the source's pairs of students enrolled and students affected, no more, no fewer."""
    truth, pairs = expected(SOURCES / "sioux_falls_sd_expected.csv"), 0
    for dimension in DIMENSIONS:
        for level in ("district", "school"):
            for measure, column in (("oss", "oss_students"), ("oss_multiple", "oss_multiple"), ("iss", "iss_students")):
                found = page_counts(leader, dimension, measure, level)
                pairs += sum(found.values())
                rows = [row for row in truth.values() if row["level"] == level and row["dimension"] == dimension]
                wanted = Counter(
                    (int(row["enrolled"]), int(row[column] or 0)) for row in rows if row["enrolled"] != "0"
                )
                reserved = Counter({pair: count for pair, count in found.items() if pair[1] is None})
                assert sum((wanted - found).values()) == sum(reserved.values()), (dimension, level, measure)
                assert found - reserved == wanted - (wanted - found)
    print(json.dumps({"id": "sioux_falls_page", "n": 2 * pairs, "bad": 0}))
    assert pairs > 1000


def report(name: str, compared: int, differences: list[str]) -> None:
    print(json.dumps({"id": name, "n": compared, "bad": len(differences)}))
    assert compared > 1000
    assert differences == []


def test_demo_equals_the_federal_counts(leader):
    """As JSON, as CSV and as a workbook."""
    truth = expected(SOURCES / "sioux_falls_sd_expected.csv")
    for door in (through_api, through_csv, through_xlsx):
        report(f"sioux_falls_{door.__name__}", *compare(door(leader), truth))


@pytest.mark.parametrize("name", ["kanawha_wv", "providence_ri"])
def test_another_district_equals_the_federal_counts(db, name, tmp_path, capsys):
    """Loaded through the two import commands, twice: the second time nothing changes."""
    source = load_district(FIXTURES / f"{name}_2020-21.csv", FIXTURES / f"{name}_schools.csv")
    plan = plan_year(source, seed=7)
    write_roster(plan, tmp_path / "roster.zip")
    write_discipline(plan, tmp_path / "discipline.csv")
    call_command("create_district", "SECOND", name=source.name, state=source.state)
    for again in (False, True):
        for command, file in (("import_roster", "roster.zip"), ("import_discipline", "discipline.csv")):
            call_command(command, tmp_path / file, district="SECOND")
            summary = capsys.readouterr().out.strip().splitlines()[-1]
            counts = dict(part.split("=") for part in summary.removeprefix("summary: ").split())
            assert counts["refused"] == "0"
            if again:
                assert counts["unchanged"] == counts["read"], summary
            else:
                assert int(counts["created"]) > 0
    district = District.objects.get(code="SECOND")
    client = Client()
    client.force_login(make.make_user("leader", district))
    report(name, *compare(through_api(client), expected(FIXTURES / f"{name}_expected.csv")))
