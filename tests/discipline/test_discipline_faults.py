"""Bad rows of a discipline file: each is named by file, line, column and code, and none is written."""

import csv
from datetime import timedelta

import pytest

from discipline.imports.columns import COLUMNS
from discipline.models import Behavior, Incident, Involvement, Referral, Removal
from district.models import AuditEvent, ImportBatch
from tests import factories as make

LONG = "x" * 256

PLANTED = [
    # (cells changed in a good row with a suspension, column, code)
    ({"incident_id": ""}, "incident_id", "required"),
    ({"school_id": ""}, "school_id", "required"),
    ({"occurred_on": ""}, "occurred_on", "required"),
    ({"student_id": " "}, "student_id", "required"),
    ({"behavior_code": ""}, "behavior_code", "required"),
    ({"begins_on": "", "ends_on": ""}, "begins_on", "required"),
    ({"school_id": "1"}, "school_id", "unknown_school"),
    ({"student_id": "nobody"}, "student_id", "unknown_student"),
    ({"student_id": "far"}, "student_id", "unknown_student"),
    ({"behavior_code": "99999"}, "behavior_code", "unknown_behavior"),
    ({"behavior_code": "OLD"}, "behavior_code", "behavior_not_valid"),
    ({"student_id": "unenrolled"}, "student_id", "not_enrolled"),
    ({"occurred_on": "2022-02-01", "student_id": "s2"}, "student_id", "not_enrolled"),
    ({"occurred_on": "2019-03-02"}, "occurred_on", "unknown_school_year"),
    ({"occurred_on": "03/02/2021"}, "occurred_on", "invalid_date"),
    ({"occurred_on": "20210302"}, "occurred_on", "invalid_date"),
    ({"occurred_on": "2021-02-29"}, "occurred_on", "invalid_date"),
    ({"occurred_on": "0000-03-02"}, "occurred_on", "invalid_date"),
    ({"occurred_on": "9999-12-31"}, "occurred_on", "out_of_range"),
    ({"occurred_on": "{tomorrow}"}, "occurred_on", "future_date"),
    ({"occurred_time": "25:00"}, "occurred_time", "invalid_time"),
    ({"occurred_time": "9:5"}, "occurred_time", "invalid_time"),
    ({"occurred_time": "noon"}, "occurred_time", "invalid_time"),
    ({"location": "99999"}, "location", "invalid_choice"),
    ({"location": "On the moon"}, "location", "invalid_choice"),
    ({"role": "offender"}, "role", "invalid_choice"),
    ({"removal": "SUSPENSION"}, "removal", "invalid_choice"),
    ({"law_enforcement": "yes"}, "law_enforcement", "invalid_choice"),
    ({"response": "APOLOGY"}, "response", "invalid_choice"),
    ({"services_provided": "1"}, "services_provided", "invalid_boolean"),
    ({"void": "yes"}, "void", "invalid_boolean"),
    ({"begins_on": "2021-3-3"}, "begins_on", "invalid_date"),
    ({"ends_on": "2021-13-01"}, "ends_on", "invalid_date"),
    ({"ends_on": "9999-12-31"}, "ends_on", "out_of_range"),
    ({"begins_on": "1021-03-03"}, "begins_on", "out_of_range"),
    ({"ends_on": "2021-03-02"}, "ends_on", "ends_before_begins"),
    ({"days": "three"}, "days", "invalid_number"),
    ({"days": "NaN"}, "days", "invalid_number"),
    ({"days": "1e309"}, "days", "invalid_number"),
    ({"days": "1,5"}, "days", "invalid_number"),
    ({"days": "٣"}, "days", "invalid_number"),
    ({"days": "-1"}, "days", "negative"),
    ({"days": "0.125"}, "days", "too_many_decimals"),
    ({"days": "10000"}, "days", "out_of_range"),
    ({"days": "9" * 5000}, "days", "out_of_range"),
    ({"incident_id": LONG}, "incident_id", "too_long"),
    ({"removal_id": LONG}, "removal_id", "too_long"),
    ({"reported_by": LONG}, "reported_by", "too_long"),
    ({"student_id": LONG}, "student_id", "too_long"),
    ({"description": "x" * 20_001}, "description", "too_long"),
    ({"incident_id": "I\n1"}, "incident_id", "control_character"),
    ({"removal_id": "R\x1f1"}, "removal_id", "control_character"),
    ({"removal": ""}, "removal_id", "removal_missing"),
    ({"removal": "", "removal_id": "", "begins_on": "", "ends_on": ""}, "days", "removal_missing"),
    ({"role": "harmed", "behavior_code": ""}, "removal", "responsible_only"),
    ({"role": "witness", "law_enforcement": "notified"}, "law_enforcement", "responsible_only"),
    ({"role": "harmed", "response": "OTHER"}, "response", "responsible_only"),
    ({"role": "harmed"}, "behavior_code", "responsible_only"),
    # what an earlier good row says: I0, s1, R0
    ({"incident_id": "I0", "occurred_time": "10:16"}, "occurred_time", "contradicts"),
    ({"incident_id": "I0", "occurred_time": ""}, "occurred_time", "contradicts"),
    ({"incident_id": "I0", "location": "03013"}, "location", "contradicts"),
    ({"incident_id": "I0", "school_id": "0002"}, "school_id", "contradicts"),
    ({"incident_id": "I0", "occurred_on": "2021-03-01"}, "occurred_on", "contradicts"),
    ({"incident_id": "I0", "removal_id": "R9", "description": "Another."}, "description", "contradicts"),
    ({"removal_id": "R0", "student_id": "s2"}, "removal_id", "contradicts"),
    ({"removal_id": "R0", "removal": "ISS"}, "removal_id", "contradicts"),
    ({"removal_id": "R0", "begins_on": "2021-03-04", "days": "3"}, "begins_on", "contradicts"),
    ({"removal_id": "R0", "ends_on": "2021-03-04"}, "ends_on", "contradicts"),
    ({"removal_id": "R0", "days": "2"}, "days", "contradicts"),
    ({"removal_id": "R0", "services_provided": "true"}, "services_provided", "contradicts"),
    ({"removal_id": "R-RECORD", "student_id": "s2"}, "removal_id", "contradicts"),
    ({"removal_id": "R-RECORD", "removal": "ISS"}, "removal_id", "contradicts"),
]


@pytest.fixture
def planted(place):
    """A file in which a good row follows each bad one; returns (path, expected faults, good incident numbers)."""
    place.load(place.oss(incident_id="I-RECORD", removal_id="R-RECORD"))
    other = make.make_district("TWO")
    student = make.make_student(other, local_id="far")
    make.enroll(student, make.make_school(other), make.make_school_year(other), refresh=False)
    Behavior.objects.create(district=place.district, code="OLD", title="Gone", valid_to="2020-06-30")
    tomorrow = (place.district.today() + timedelta(days=1)).isoformat()
    rows, expected = [place.oss(incident_id="I0", removal_id="R0")], []
    for number, (cells, column, code) in enumerate(PLANTED, start=1):
        bad = place.oss(incident_id=f"BAD{number}", removal_id=f"BAD{number}", **{})
        rows.append(bad | {name: text.format(tomorrow=tomorrow) for name, text in cells.items()})
        expected.append(("discipline.csv", column, code))
        rows.append(place.row(incident_id=f"GOOD{number}", student_id="s3"))
    return place.file(*rows), expected, {"I0"} | {f"GOOD{number}" for number in range(1, len(PLANTED) + 1)}


def starting_lines(path):
    """Return the line on which each data row starts, by the csv module alone."""
    with open(path, newline="", encoding="utf-8") as file:
        reader, lines, last = csv.reader(file), [], 0
        for _cells in reader:
            lines.append(last + 1)
            last = reader.line_num
    return lines[1:]


def totals():
    """Return how many rows the tables hold."""
    models = (Incident, Involvement, Referral, Removal, ImportBatch, AuditEvent)
    return [model.objects.count() for model in models] + [Removal.involvements.through.objects.count()]


def test_every_planted_fault_is_named_and_nothing_is_written(place, planted):
    path, expected, _good = planted
    before, lines = totals(), starting_lines(path)
    outcome = place.load_file(path)
    found = {}
    for fault in outcome.report:
        found.setdefault(fault.line, []).append((fault.file, fault.column, fault.code))
        assert fault.reason
    for number, wanted in enumerate(expected):
        assert wanted in found.get(lines[1 + 2 * number], []), PLANTED[number]
    assert set(found) == {lines[1 + 2 * number] for number in range(len(expected))}
    assert len(expected) >= 25
    assert outcome.refused == len(expected)
    assert outcome.read == 1 + 2 * len(expected)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 0)
    assert outcome.refusal
    assert totals() == before


def test_partial_writes_exactly_the_good_rows(place, planted):
    path, expected, good = planted
    before = totals()
    outcome = place.load_file(path, partial=True)
    assert outcome.refusal == ""
    assert (outcome.created, outcome.refused) == (len(good), len(expected))
    assert set(Incident.objects.exclude(identifier="I-RECORD").values_list("identifier", flat=True)) == good
    incidents, involvements, referrals, removals, batches, events, links = totals()
    assert [incidents, involvements, referrals] == [count + len(good) for count in before[:3]]
    assert (removals, batches, events, links) == (before[3] + 1, before[4] + 1, before[5] + 1, before[6] + 1)


def test_each_fault_has_one_line_and_the_value_as_read(place):
    outcome = place.load(place.row(occurred_on="soon", school_id=" nowhere ", student_id="nobody"))
    assert [(fault.column, fault.value, fault.code) for fault in outcome.report] == [
        ("occurred_on", "soon", "invalid_date"),
        ("school_id", " nowhere ", "unknown_school"),
        ("student_id", "nobody", "unknown_student"),
    ]
    assert outcome.refused == 1


def test_a_row_with_more_cells_than_the_header_is_refused(place):
    path = place.file(place.row(), place.row(student_id="s2"))
    lines = path.read_text().splitlines()
    lines[1] += ",more"
    path.write_text("\n".join(lines) + "\n")
    outcome = place.load_file(path, partial=True)
    assert [(fault.line, fault.column, fault.code) for fault in outcome.report] == [(2, "", "too_many_cells")]
    assert [part.student.local_id for part in Involvement.objects.all()] == ["s2"]


def test_a_row_refused_for_its_own_fault_does_not_decide_for_the_others(place):
    """The first good row of an incident or a removal says what the following ones must agree with."""
    outcome = place.load(
        place.oss(occurred_time="09:00", days="-1"),
        place.oss(occurred_time="10:00"),
        place.oss(occurred_time="09:00", behavior_code="04634"),
        place.oss(occurred_time="10:00", behavior_code="04659", days="2"),
        place.oss(occurred_time="10:00", behavior_code="04661"),
        partial=True,
    )
    assert [(fault.line, fault.column) for fault in outcome.report] == [
        (2, "days"),
        (4, "occurred_time"),
        (5, "days"),
    ]
    assert Incident.objects.get().occurred_time.isoformat() == "10:00:00"
    assert Removal.objects.get().involvements.count() == 2


def test_a_row_refused_over_its_removal_does_not_decide_over_its_incident(place):
    outcome = place.load(
        place.oss(),
        place.oss(incident_id="I2", student_id="s2", occurred_time="09:00"),
        place.row(incident_id="I2", student_id="s2", occurred_time="11:00"),
        partial=True,
    )
    assert [(fault.line, fault.code) for fault in outcome.report] == [(3, "contradicts")]
    assert Incident.objects.get(identifier="I2").occurred_time.isoformat() == "11:00:00"


def test_a_fault_of_every_row_is_counted(place):
    rows = [place.row(incident_id=f"I{number}", days="1") for number in range(3000)]
    outcome = place.load(*rows, columns=COLUMNS, partial=True)
    assert (outcome.read, outcome.refused, len(outcome.report)) == (3000, 3000, 3000)
    assert Incident.objects.count() == 0


def test_text_like_a_formula_is_kept_as_it_is_and_made_safe_in_the_report(place):
    outcome = place.load(
        place.row(incident_id="=1+1", description="@SUM(A1)"), place.row(student_id="=2+2"), partial=True
    )
    assert Incident.objects.get().identifier == "=1+1"
    assert Involvement.objects.get().description == "@SUM(A1)"
    report = place.folder / "errors.csv"
    outcome.report.write(report)
    [fault] = list(csv.DictReader(report.open(encoding="utf-8-sig")))
    assert (fault["column"], fault["code"]) == ("student_id", "unknown_student")
    assert not fault["value"].startswith("=")
