"""A discipline file that is read again after two records were merged names one student by either id."""

import pytest

from dashboards.merging import merge_students
from discipline.imports import import_discipline
from discipline.models import Incident, Involvement, Referral, Removal
from district.importing import ImportOptions
from tests.discipline.conftest import make_place
from tests.discipline.reading import contents, counts


@pytest.fixture
def place(db, tmp_path):
    return make_place(tmp_path)


def rows_of_both(place):
    """`s1` and `s2` in one incident with the same part and removal, and each in another of their own."""
    return [
        place.oss(incident_id="I1", student_id="s1", removal_id="R1"),
        place.oss(incident_id="I1", student_id="s2", removal_id="R2", law_enforcement="notified"),
        place.oss(incident_id="I2", student_id="s2", removal_id="", begins_on="2021-03-10", ends_on="2021-03-10"),
        place.row(incident_id="I3", student_id="s1"),
        place.row(incident_id="I4", student_id="s3"),
    ]


def merge(place, kept="s1", merged="s2"):
    merge_students(kept=place.students[kept], merged=place.students[merged], reason="One and the same.", by=None)


@pytest.mark.parametrize(("kept", "merged"), [("s1", "s2"), ("s2", "s1")])
def test_the_same_file_again_changes_nothing_but_what_two_rows_said_twice(place, kept, merged):
    rows = rows_of_both(place)
    assert counts(place.load(*rows)) == (5, 5, 0, 0, 0)
    merge(place, kept, merged)
    before = contents()
    outcome = place.load(rows[2], rows[3], rows[4])
    assert counts(outcome) == (3, 0, 0, 3, 0)
    assert contents() == before
    assert set(
        Incident.objects.filter(involvements__student=place.students[kept]).values_list("identifier", flat=True)
    ) == {
        "I1",
        "I2",
        "I3",
    }


def test_two_rows_of_one_part_must_agree_from_now_on(place):
    """They are one record now; the file contradicts itself and says so."""
    rows = rows_of_both(place)
    place.load(*rows)
    merge(place)
    outcome = place.load(*rows)
    (fault,) = outcome.report.first(5)
    assert (fault.line, fault.column, fault.code) == (3, "law_enforcement", "contradicts")
    agreed = [{**rows[0], "law_enforcement": "notified"}, *rows[1:]]
    before = contents()
    assert counts(place.load(*agreed)) == (5, 0, 0, 5, 0)
    assert contents() == before


def test_a_new_row_by_the_id_merged_away_is_the_kept_students(place):
    merge(place)
    outcome = place.load(place.oss(student_id="s2"))
    assert counts(outcome) == (1, 1, 0, 0, 0)
    kept = place.students["s1"]
    assert (Involvement.objects.get().student, Removal.objects.get().student) == (kept, kept)
    assert Referral.objects.get().student == kept
    assert counts(place.load(place.oss(student_id="s1"))) == (1, 0, 0, 1, 0)


def test_a_number_of_a_double_is_no_other_students(place):
    """R2 stays with the pointer, voided; the row that names it is known and brings nothing back."""
    rows = rows_of_both(place)
    place.load(*rows)
    merge(place)
    assert Removal.objects.get(identifier="R2").voided_at
    assert counts(place.load({**rows[1], "student_id": "s1"})) == (1, 0, 0, 1, 0)
    assert Removal.objects.standing().filter(incident__identifier="I1").count() == 1
    outcome = place.load({**rows[1], "student_id": "s3"})
    assert [fault.code for fault in outcome.report.first(5)] == ["contradicts"]


def test_a_merge_while_a_file_is_being_checked_refuses_the_file(place):
    def told(message):
        if "Checked" in message:
            merge(place)

    path = place.file(place.oss(student_id="s2"))
    outcome = import_discipline(path, district=place.district, options=ImportOptions(), by=None, progress=told)
    assert "try again" in outcome.refusal
    assert not Incident.objects.exists()
    assert counts(place.load_file(path)) == (1, 1, 0, 0, 0)
