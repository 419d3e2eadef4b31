"""Import of a code of conduct."""

import csv
from datetime import date

import pytest

from discipline.imports import import_code_of_conduct
from discipline.models import Behavior
from district.importing import ImportOptions
from district.models import AuditEvent, ImportBatch
from tests import factories as make

COLUMNS = ("code", "title", "definition", "level", "category", "subjective", "ceds_behavior", "crdc_offense")
COLUMNS += ("state_code", "max_response", "grades", "valid_from", "valid_to")


@pytest.fixture
def district(db):
    return make.make_district()


@pytest.fixture
def load(district, tmp_path):
    """Return a function that imports rows into the district."""

    def load_rows(*rows, columns=COLUMNS, **options):
        path = tmp_path / "code.csv"
        with open(path, "w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return import_code_of_conduct(path, district=district, options=ImportOptions(**options), by=None)

    return load_rows


def row(**cells):
    return {"code": "A1", "title": "Fighting", **cells}


def counts(outcome):
    """Return (read, created, updated, unchanged, refused)."""
    return outcome.read, outcome.created, outcome.updated, outcome.unchanged, outcome.refused


def test_every_column_is_kept(load, district):
    full = {
        "definition": "=Two students hit each other.",
        "level": "3",
        "category": "Harm",
        "subjective": "TRUE",
        "ceds_behavior": "04645",
        "crdc_offense": "attwow",
        "state_code": "NJ-07",
        "max_response": "oss",
        "grades": "06-12",
        "valid_from": "2020-07-01",
        "valid_to": "2021-06-30",
    }
    assert counts(load(row(**full))) == (1, 1, 0, 0, 0)
    behavior = Behavior.objects.get(district=district)
    assert (behavior.code, behavior.title, behavior.definition) == ("A1", "Fighting", "=Two students hit each other.")
    assert (behavior.level, behavior.category, behavior.subjective) == ("3", "Harm", True)
    assert (behavior.ceds_behavior, behavior.crdc_offense) == ("04645", "ATTWOW")
    assert (behavior.state_code, behavior.max_response, behavior.grades) == ("NJ-07", "OSS", "06-12")
    assert (behavior.valid_from, behavior.valid_to) == (date(2020, 7, 1), date(2021, 6, 30))
    assert behavior.batch == ImportBatch.objects.get(kind="code_of_conduct")
    assert counts(load(row(**full))) == (1, 0, 0, 1, 0)
    assert AuditEvent.objects.filter(action="update").count() == 0
    assert AuditEvent.objects.filter(action="import").count() == 2


def test_a_change_is_audited_and_missing_rows_and_columns_are_left_alone(load):
    load(row(level="2"), row(code="A2"))
    assert counts(load(row(title="Fight"), columns=("code", "title"))) == (1, 0, 1, 0, 0)
    behavior = Behavior.objects.get(code="A1")
    assert (behavior.title, behavior.level) == ("Fight", "2")
    event = AuditEvent.objects.get(action="update")
    assert (event.object_uid, event.changes) == (behavior.uid, {"title": ["Fighting", "Fight"]})
    assert Behavior.objects.filter(code="A2").exists()


def test_a_code_may_be_defined_anew_for_another_span(load):
    load(row())
    outcome = load(row(title="Fighting, new", valid_from="2021-07-01"), row(valid_to="2021-06-30"))
    assert counts(outcome) == (2, 1, 1, 0, 0)
    old = Behavior.objects.valid_on(date(2021, 6, 30)).get()
    new = Behavior.objects.valid_on(date(2021, 7, 1)).get()
    assert (old.title, new.title) == ("Fighting", "Fighting, new")


def test_spans_that_overlap_are_refused(load):
    load(row())
    outcome = load(row(title="Fighting, new", valid_from="2021-07-01"))
    assert [(fault.line, fault.column, fault.code) for fault in outcome.report] == [(2, "valid_from", "overlaps")]


def test_of_rows_that_overlap_the_later_is_refused_and_the_next_good_one_stands(load):
    outcome = load(
        row(valid_from="2021-07-01"),
        row(valid_from="2020-12-31", valid_to="2021-07-01"),
        row(valid_from="2020-07-01", valid_to="2020-12-31"),
        row(valid_to="2020-06-30"),
        row(valid_from="2020-06-30", valid_to="2020-06-30"),
        partial=True,
    )
    assert [(fault.line, fault.code) for fault in outcome.report] == [(3, "overlaps"), (6, "overlaps")]
    assert list(Behavior.objects.order_by("pk").values_list("valid_from", flat=True)) == [
        date(2021, 7, 1),
        date(2020, 7, 1),
        None,
    ]


PLANTED = [
    ({"code": ""}, "code", "required"),
    ({"title": " "}, "title", "required"),
    ({"code": "x" * 41}, "code", "too_long"),
    ({"title": "x" * 201}, "title", "too_long"),
    ({"definition": "x" * 20_001}, "definition", "too_long"),
    ({"code": "A\n1"}, "code", "control_character"),
    ({"subjective": "maybe"}, "subjective", "invalid_boolean"),
    ({"ceds_behavior": "4645"}, "ceds_behavior", "invalid_choice"),
    ({"ceds_behavior": "00000"}, "ceds_behavior", "invalid_choice"),
    ({"crdc_offense": "FIGHT"}, "crdc_offense", "invalid_choice"),
    ({"max_response": "EXPULSION"}, "max_response", "invalid_choice"),
    ({"valid_from": "July 2020"}, "valid_from", "invalid_date"),
    ({"valid_to": "9999-12-31"}, "valid_to", "out_of_range"),
    ({"valid_from": "2021-07-01", "valid_to": "2021-06-30"}, "valid_to", "ends_before_begins"),
    ({"code": "GOOD0", "title": "Another title"}, "title", "contradicts"),
]


def test_every_planted_fault_is_named_and_partial_writes_the_good_rows(load):
    rows = [row(code="GOOD0")]
    for number, (cells, _column, _code) in enumerate(PLANTED, start=1):
        rows += [row(code=f"BAD{number}") | cells, row(code=f"GOOD{number}")]
    outcome = load(*rows)
    assert [(fault.column, fault.code) for fault in outcome.report] == [planted[1:] for planted in PLANTED]
    assert outcome.refused == len(PLANTED)
    assert outcome.refusal
    assert Behavior.objects.count() == ImportBatch.objects.count() == 0
    outcome = load(*rows, partial=True)
    assert outcome.created == len(PLANTED) + 1
    assert set(Behavior.objects.values_list("code", flat=True)) == {f"GOOD{n}" for n in range(len(PLANTED) + 1)}


def test_a_dry_run_writes_nothing(load):
    assert counts(load(row(), dry_run=True)) == (1, 1, 0, 0, 0)
    assert Behavior.objects.count() == ImportBatch.objects.count() == AuditEvent.objects.count() == 0


def test_a_missing_required_column_refuses_the_file(load):
    outcome = load({"code": "A1"}, columns=("code",))
    assert "title" in outcome.refusal
    assert [(fault.column, fault.code) for fault in outcome.report] == [("title", "missing_column")]
    assert Behavior.objects.count() == 0


def test_a_file_that_gives_a_used_behavior_another_meaning_says_so(load, district):
    load(row(level="2"), row(code="A2"))
    school, year = make.make_school(district), make.make_school_year(district)
    make.involve(make.make_incident(school, year), make.make_student(district), Behavior.objects.get(code="A1"))
    outcome = load(row(level="3", state_code="7"), row(code="A2", level="3"))
    assert outcome.updated == 2
    assert outcome.warnings == ["A1 has been used, and the file gives it another level."]
    assert load(row(level="3", state_code="8")).warnings == []
