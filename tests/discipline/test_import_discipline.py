"""What a discipline file becomes, what a second file changes, and what stays as it was."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from discipline.models import (
    Behavior,
    Incident,
    Involvement,
    Referral,
    Removal,
    RemovalChange,
)
from district.models import AuditEvent, ImportBatch
from district.spreadsheets import Sheet, write_xlsx
from tests import factories as make
from tests.discipline.reading import changes_of, contents, counts


def test_one_row_becomes_incident_part_referral_and_removal(place):
    row = place.oss(description="=1+1", reported_by="T1", law_enforcement="notified", services_provided="TRUE")
    outcome = place.load(row | {"response": "MEDIATION"})
    assert counts(outcome) == (1, 1, 0, 0, 0)
    incident = Incident.objects.get()
    assert (incident.identifier, incident.school, incident.school_year) == ("I1", place.north, place.year)
    assert (incident.occurred_on, incident.occurred_time, incident.location) == (
        date(2021, 3, 2),
        time(10, 15),
        "03014",
    )
    part = Involvement.objects.get()
    assert (part.incident, part.student, part.role) == (incident, place.students["s1"], "responsible")
    assert (part.behavior.code, part.description, part.law_enforcement) == ("04645", "=1+1", "notified")
    assert (part.response, part.reported_by, part.reported_by_staff.local_id) == ("MEDIATION", "T1", "T1")
    referral = Referral.objects.get()
    assert (referral.incident, referral.student, referral.school) == (incident, part.student, place.north)
    assert referral.status == "decided"
    assert list(referral.statuses.values_list("status", flat=True)) == ["decided"]
    removal = Removal.objects.get()
    assert (removal.kind, removal.identifier, removal.days) == ("OSS", "R1", Decimal(3))
    assert (removal.begins_on, removal.ends_on, removal.services_provided) == (
        date(2021, 3, 3),
        date(2021, 3, 5),
        True,
    )
    assert (removal.school, removal.school_year, removal.incident) == (place.north, place.year, incident)
    assert list(removal.involvements.all()) == [part]
    batch = ImportBatch.objects.get()
    assert {record.batch for record in (incident, part, referral, removal)} == {batch}
    assert (batch.kind, batch.read, batch.created, batch.file_name) == ("discipline", 1, 1, "discipline.csv")
    assert len(batch.sha256) == 64
    event = AuditEvent.objects.get(action="import")
    assert (event.batch_id, event.details["created"]) == (batch.pk, 1)


def test_cells_may_be_written_in_other_ways(place):
    place.load(
        place.row(
            role="", location="Classroom", occurred_time="", response="mediation", reported_by="Fern Featherfell"
        ),
        place.row(student_id="s2", location="3014", occurred_time="", reported_by="Nobody of the roster"),
    )
    assert Incident.objects.get().location == "03014"
    assert Incident.objects.get().occurred_time is None
    first, second = Involvement.objects.order_by("pk")
    assert (first.role, first.response, first.reported_by_staff.local_id) == ("responsible", "MEDIATION", "T1")
    assert (second.reported_by, second.reported_by_staff) == ("Nobody of the roster", None)


def test_harmed_and_witness_have_no_referral(place):
    outcome = place.load(
        place.row(),
        place.row(student_id="s2", role="harmed", behavior_code=""),
        place.row(student_id="s3", role="witness", behavior_code=""),
    )
    assert counts(outcome) == (3, 3, 0, 0, 0)
    assert list(Involvement.objects.order_by("pk").values_list("role", flat=True)) == [
        "responsible",
        "harmed",
        "witness",
    ]
    assert [referral.student.local_id for referral in Referral.objects.all()] == ["s1"]


def test_rows_that_repeat_a_removal_number_are_one_removal(place):
    outcome = place.load(
        place.oss(),
        place.oss(behavior_code="04634"),
        place.oss(incident_id="I2", occurred_on="2021-03-01", school_id="0002"),
    )
    assert counts(outcome) == (3, 3, 0, 0, 0)
    removal = Removal.objects.get()
    assert removal.incident.identifier == "I1"
    assert removal.school == place.north
    assert removal.involvements.count() == 3
    assert Referral.objects.count() == 2


def test_the_same_number_in_another_school_year_is_another_removal(place):
    later = {"incident_id": "I9", "occurred_on": "2021-10-05", "begins_on": "2021-10-06", "ends_on": "2021-10-06"}
    place.load(place.oss(), place.oss(**later, days="1"))
    assert sorted(Removal.objects.values_list("school_year__year", flat=True)) == [2021, 2022]


def test_removals_without_a_number_are_known_by_student_kind_and_first_day(place):
    place.load(
        place.oss(removal_id=""),
        place.oss(removal_id="", behavior_code="04634"),
        place.oss(removal_id="", removal="ISS"),
        place.oss(removal_id="", begins_on="2021-03-04", days="2"),
    )
    assert Removal.objects.count() == 3
    assert Removal.objects.get(kind="OSS", begins_on=date(2021, 3, 3)).involvements.count() == 2


def test_the_same_incident_number_in_two_years_is_two_incidents(place):
    place.load(place.row(), place.row(occurred_on="2021-09-15"))
    assert sorted(Incident.objects.values_list("school_year__year", flat=True)) == [2021, 2022]


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "days", "expected"),
    [
        ("2021-03-03", "2021-03-05", "", "3"),
        ("2021-03-05", "2021-03-08", "", "1"),  # a weekend and a closure
        ("2021-03-08", "2021-03-09", "", "0.5"),  # a closure and a half day
        ("2021-03-06", "2021-03-07", "", "0"),
        ("2021-03-03", "2021-03-03", "0.25", "0.25"),
        ("2021-03-03", "", "2.5", "2.5"),
        ("2021-03-03", "", "", None),
        ("2021-03-03", "2021-03-05", "0", "0"),
    ],
)
def test_school_days_are_those_given_or_those_of_the_calendar(place, begins_on, ends_on, days, expected):
    outcome = place.load(place.oss(begins_on=begins_on, ends_on=ends_on, days=days))
    assert Removal.objects.get().days == (None if expected is None else Decimal(expected))
    assert outcome.warnings == []


def test_days_are_counted_by_the_schools_own_calendar(place):
    place.north.calendar_days.create(district=place.district, day=date(2021, 3, 4), kind="closure")
    place.load(
        place.oss(days=""), place.oss(incident_id="I2", student_id="s5", school_id="0002", removal_id="R2", days="")
    )
    assert Removal.objects.get(identifier="R1").days == 2
    assert Removal.objects.get(identifier="R2").days == 3


def test_more_days_than_the_dates_hold_is_a_warning(place):
    outcome = place.load(place.oss(days="4"))
    assert Removal.objects.get().days == 4
    assert len(outcome.warnings) == 1
    assert "Line 2" in outcome.warnings[0]


def test_a_student_of_another_school_is_a_warning_summed_up_after_twenty(place):
    rows = [place.row(incident_id=f"I{n}", school_id="0002") for n in range(30)]
    outcome = place.load(*rows)
    assert counts(outcome) == (30, 30, 0, 0, 0)
    assert len(outcome.warnings) == 21
    assert "10" in outcome.warnings[-1]
    assert Referral.objects.filter(school=place.south).count() == 30


def test_the_same_file_twice_changes_nothing(place):
    rows = [
        place.oss(),
        place.oss(behavior_code="04634"),
        place.oss(student_id="s2", removal_id="", days="", ends_on="2021-03-09"),
        place.row(student_id="s3", role="harmed", behavior_code=""),
        place.row(incident_id="I2", occurred_time="", location="", void="true"),
        place.oss(incident_id="I3", removal_id="R3", void="true"),
    ]
    assert counts(place.load(*rows)) == (6, 6, 0, 0, 0)
    before, events = contents(), AuditEvent.objects.exclude(action="import").count()
    assert counts(place.load(*rows)) == (6, 0, 0, 6, 0)
    assert counts(place.load(*reversed(rows))) == (6, 0, 0, 6, 0)
    assert contents() == before
    assert AuditEvent.objects.exclude(action="import").count() == events


def test_an_exact_repeat_within_the_file_is_unchanged(place):
    assert counts(place.load(place.oss(), place.oss())) == (2, 1, 0, 1, 0)
    assert Removal.objects.count() == 1


def test_a_changed_row_updates_its_record_and_leaves_an_event(place):
    place.load(place.row(description="First."))
    outcome = place.load(place.row(description="Second.", response="WARNING"))
    assert counts(outcome) == (1, 0, 1, 0, 0)
    assert Involvement.objects.get().description == "Second."
    assert changes_of("involvement") == [{"description": ["First.", "Second."], "response": ["", "WARNING"]}]
    event = AuditEvent.objects.get(object_type="involvement")
    assert (event.object_uid, event.action) == (Involvement.objects.get().uid, "update")
    assert (event.student_id, event.school_id) == (place.students["s1"].pk, place.north.pk)
    assert event.batch_id == ImportBatch.objects.order_by("-pk").first().pk


def test_changed_terms_of_a_removal_keep_the_former_ones(place):
    place.load(place.oss())
    outcome = place.load(place.oss(ends_on="2021-03-04", days="", services_provided="false"))
    assert counts(outcome) == (1, 0, 1, 0, 0)
    removal = Removal.objects.get()
    assert (removal.ends_on, removal.days, removal.services_provided) == (date(2021, 3, 4), Decimal(2), False)
    change = RemovalChange.objects.get()
    assert (change.removal, change.reason) == (removal, "Changed by an import")
    assert (change.begins_on, change.ends_on, change.days) == (date(2021, 3, 3), date(2021, 3, 5), Decimal(3))
    assert change.services_provided is None
    assert changes_of("removal") == [
        {"ends_on": ["2021-03-05", "2021-03-04"], "days": ["3.00", "2.00"], "services_provided": [None, False]}
    ]


def test_a_numbered_removal_may_begin_on_another_day(place):
    place.load(place.oss())
    assert counts(place.load(place.oss(begins_on="2021-03-04", days="2"))) == (1, 0, 1, 0, 0)
    assert Removal.objects.get().begins_on == date(2021, 3, 4)


def test_a_later_file_whose_rows_agree_changes_the_incident(place):
    place.load(place.oss(), place.row(student_id="s2"))
    new = {"occurred_on": "2021-03-01", "occurred_time": "11:00", "location": "03013", "school_id": "0002"}
    outcome = place.load(place.oss(**new), place.row(student_id="s2", **new))
    assert counts(outcome) == (2, 0, 1, 1, 0)
    incident = Incident.objects.get()
    assert (incident.occurred_on, incident.occurred_time) == (date(2021, 3, 1), time(11))
    assert (incident.location, incident.school) == ("03013", place.south)
    assert set(Referral.objects.values_list("school", flat=True)) == {place.south.pk}
    assert Removal.objects.get().school == place.south
    assert changes_of("incident") == [
        {
            "school": ["0001", "0002"],
            "occurred_on": ["2021-03-02", "2021-03-01"],
            "occurred_time": ["10:15:00", "11:00:00"],
            "location": ["03014", "03013"],
        }
    ]
    assert changes_of("removal") == [{"school": ["0001", "0002"]}]
    assert changes_of("referral") == [{"school": ["0001", "0002"]}] * 2


def test_a_changed_key_is_a_new_record_and_missing_rows_are_left_alone(place):
    place.load(place.row(), place.row(student_id="s2"))
    outcome = place.load(place.row(behavior_code="04634"))
    assert counts(outcome) == (1, 1, 0, 0, 0)
    assert Involvement.objects.count() == 3
    assert Referral.objects.count() == 2
    assert changes_of("involvement") == []


def test_an_existing_removal_gains_a_behavior(place):
    place.load(place.oss(), place.row(behavior_code="04634"))
    outcome = place.load(place.oss(behavior_code="04634"))
    assert counts(outcome) == (1, 0, 1, 0, 0)
    added = Involvement.objects.get(behavior__code="04634")
    assert set(Removal.objects.get().involvements.all()) == set(Involvement.objects.all())
    assert changes_of("removal") == [{"involvements": [None, [str(added.uid)]]}]
    assert RemovalChange.objects.count() == 0


def test_columns_that_the_file_lacks_are_left_alone(place):
    place.load(place.oss(description="What happened.", services_provided="true"))
    fewer = (
        "incident_id",
        "school_id",
        "occurred_on",
        "student_id",
        "behavior_code",
        "removal",
        "removal_id",
        "begins_on",
    )
    assert counts(place.load(place.oss(), columns=fewer)) == (1, 0, 0, 1, 0)
    assert Removal.objects.get().days == 3


def test_a_behavior_defined_anew_is_the_same_behavior(place):
    place.load(place.row())
    old = Behavior.objects.get(code="04645")
    old.valid_to = date(2021, 2, 28)
    old.save()
    new = make.make_behavior(place.district, "04645", "Fighting, defined anew", valid_from=date(2021, 3, 1))
    assert counts(place.load(place.row())) == (1, 0, 1, 0, 0)
    assert Involvement.objects.get().behavior == new
    assert changes_of("involvement") == [{"behavior": [str(old.uid), str(new.uid)]}]


def test_a_dry_run_counts_as_the_real_one_and_writes_nothing(place):
    place.load(place.oss())
    before, batches = contents(), ImportBatch.objects.count()
    rows = [place.oss(days="2", ends_on="2021-03-04"), place.oss(student_id="s2", removal_id="R2")]
    assert counts(place.load(*rows, dry_run=True)) == (2, 1, 1, 0, 0)
    assert (contents(), ImportBatch.objects.count()) == (before, batches)
    assert changes_of("removal") == []
    assert counts(place.load(*rows)) == (2, 1, 1, 0, 0)


def test_another_district_is_not_touched(place):
    other = make.make_district("TWO")
    school, year = make.make_school(other, "0001"), make.make_school_year(other, 2021)
    incident = make.make_incident(school, year, identifier="I1")
    place.load(place.oss())
    incident.refresh_from_db()
    assert incident.occurred_on == date(2020, 11, 10)
    assert Incident.objects.filter(identifier="I1").count() == 2


def test_the_first_sheet_of_a_workbook(place):
    columns = list(place.oss())
    cells = place.oss() | {"occurred_on": date(2021, 3, 2), "days": 2.5, "begins_on": date(2021, 3, 3)}
    path = place.folder / "discipline.xlsx"
    write_xlsx(path, [Sheet("Discipline", columns, [[cells[name] for name in columns]])])
    assert counts(place.load_file(path)) == (1, 1, 0, 0, 0)
    assert Removal.objects.get().days == Decimal("2.5")


def test_byte_order_mark_line_breaks_and_unknown_columns(place):
    text = (
        "\ufeffincident_id,school_id,occurred_on,student_id,behavior_code,description,mood\r\n"
        'I1,0001,2021-03-02,s1,04645,"Two\nlines, and a ""quote""",calm\r\n'
        "I1,0001,2021-03-02,s2,04645,,\r\n"
    )
    path = place.folder / "other.csv"
    path.write_bytes(text.encode())
    outcome = place.load_file(path)
    assert counts(outcome) == (2, 2, 0, 0, 0)
    assert Involvement.objects.order_by("pk").first().description == 'Two\nlines, and a "quote"'
    assert len(outcome.warnings) == 1
    assert "mood" in outcome.warnings[0]


@pytest.mark.parametrize("missing", ["incident_id", "school_id", "occurred_on", "student_id"])
def test_a_missing_required_column_refuses_the_file(place, missing):
    columns = tuple(name for name in place.row() if name != missing)
    path = place.file(place.row(), columns=columns)
    outcome = place.load_file(path, partial=True)
    assert missing in outcome.refusal
    assert [(fault.column, fault.code) for fault in outcome.report] == [(missing, "missing_column")]
    assert Incident.objects.count() == 0


@pytest.mark.parametrize("name", ["nothing.csv", "."])
def test_a_file_that_cannot_be_opened_is_refused(place, name):
    outcome = place.load_file(place.folder / Path(name))
    assert outcome.refusal
    assert counts(outcome) == (0, 0, 0, 0, 0)


def test_a_fault_in_the_middle_of_the_file_leaves_nothing_behind(place):
    path = place.file(place.row())
    path.write_bytes(path.read_bytes() + b"I2,0001,2021-03-02,,,\xff\xfe\n")
    assert "UTF-8" in place.load_file(path, partial=True).refusal
    assert Incident.objects.count() == 0
    assert counts(place.load(place.row())) == (1, 1, 0, 0, 0)


def test_many_chunks_give_the_same_as_one(place, monkeypatch):
    """What rows far apart say about one record is compared and joined across chunks."""
    monkeypatch.setattr("discipline.imports.discipline_file.CHUNK_ROWS", 1)
    outcome = place.load(
        place.oss(),
        place.row(student_id="s2"),
        place.oss(behavior_code="04634"),
        place.oss(),
        place.row(student_id="s3", occurred_time="10:16"),
        place.oss(behavior_code="04634", days="2"),
        place.oss(void="true"),
        place.row(student_id="s2", void="true"),
        partial=True,
    )
    assert counts(outcome) == (8, 3, 2, 1, 2)
    assert [(fault.line, fault.column, fault.code) for fault in outcome.report] == [
        (6, "occurred_time", "contradicts"),
        (7, "days", "contradicts"),
    ]
    assert Removal.objects.get().involvements.count() == 2
    assert Removal.objects.get().voided_at is not None
    assert Referral.objects.get(student__local_id="s2").status == "voided"
