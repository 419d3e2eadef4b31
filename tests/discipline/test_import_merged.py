"""Importing a file again after incidents of it were merged by hand."""

from datetime import time

import pytest

from discipline.actions import merge_incidents
from discipline.models import Incident, Involvement, Referral, Removal
from tests import factories as make
from tests.discipline.reading import contents, counts


@pytest.fixture
def merged(place):
    """Return a function that loads rows and merges the incident I2 (then I3, …) into I1."""

    def load(*rows, others=("I2",)):
        place.load(*rows)
        officer = make.make_user("officer", place.district)
        kept = Incident.objects.get(identifier="I1")
        for number in others:
            twin = Incident.objects.get(identifier=number)
            merge_incidents(kept=kept, merged=twin, reason="Two teachers wrote it down.", by=officer)
        return kept

    return load


def rows_of(place):
    """Two records of one event: one part and one removal in common, each with one of its own."""
    second = {"incident_id": "I2", "occurred_time": "10:20", "location": ""}
    told = second | {"description": "The second teacher."}
    return (
        place.oss(description="The first teacher."),
        place.row(student_id="s2", role="witness", behavior_code=""),
        place.oss(removal_id="R2", **told),
        place.oss(removal_id="", removal="ISS", begins_on="2021-03-10", ends_on="", days="1", **told),
        place.row(student_id="s3", **second),
    )


def test_the_same_file_again_changes_nothing(place, merged):
    rows = rows_of(place)
    kept = merged(*rows)
    assert Removal.objects.standing().filter(incident=kept).count() == 2
    assert Removal.objects.exclude(voided_at=None).get().identifier == "R2"
    before = contents()
    for again in (rows, rows[::-1]):
        assert counts(place.load(*again)) == (5, 0, 0, 5, 0)
        assert contents() == before


def test_a_merged_number_changes_neither_incident(place, merged):
    rows = rows_of(place)
    merged(*rows)
    moved = [row | {"occurred_time": "11:45", "location": "03013"} for row in rows]
    outcome = place.load(*moved)
    assert counts(outcome)[2] == 1  # the kept incident, by its own number
    assert Incident.objects.get(identifier="I1").occurred_time == time(11, 45)
    assert Incident.objects.get(identifier="I2").occurred_time == time(10, 20)


def test_what_moved_goes_on_changing_with_its_file(place, merged):
    rows = rows_of(place)
    kept = merged(*rows)
    longer = [*rows[:3], rows[3] | {"days": "2"}, rows[4] | {"response": "MEDIATION"}]
    assert counts(place.load(*longer)) == (5, 0, 2, 3, 0)
    assert Removal.objects.get(kind="ISS").days == 2
    assert Removal.objects.get(kind="ISS").changes.count() == 1
    assert Involvement.objects.get(student__local_id="s3").response == "MEDIATION"
    assert Involvement.objects.get(student__local_id="s3").incident == kept
    assert counts(place.load(*longer)) == (5, 0, 0, 5, 0)


def test_what_is_new_under_a_merged_number_goes_to_the_kept_incident(place, merged):
    rows = rows_of(place)
    kept = merged(*rows)
    new = place.row(incident_id="I2", occurred_time="10:20", location="", student_id="s4")
    assert counts(place.load(*rows, new)) == (6, 1, 0, 5, 0)
    assert Involvement.objects.get(student__local_id="s4").incident == kept
    assert Referral.objects.get(student__local_id="s4").incident == kept
    assert counts(place.load(*rows, new)) == (6, 0, 0, 6, 0)


def test_one_part_named_anew_under_several_numbers_is_made_once(place, merged):
    twins = [place.row(incident_id=number) for number in ("I1", "I2", "I3")]
    kept = merged(*twins, others=("I2", "I3"))
    terms = {"removal": "ISS", "begins_on": "2021-03-03", "ends_on": "2021-03-03", "days": "1"}
    words = ("The kept one says.", "The second says.", "The third says.")
    for numbers, made in ((("I2", "I3"), 1), (("I1", "I2", "I3"), 0)):
        new = [
            place.row(incident_id=number, student_id="s4", description=words[int(number[1]) - 1], **terms)
            for number in numbers
        ]
        outcome = place.load(*new)
        assert outcome.created == made
        part = Involvement.objects.get(student__local_id="s4")
        assert part.incident == kept
        assert part.description == words[int(numbers[0][1]) - 1]
        assert Referral.objects.filter(student__local_id="s4").count() == 1
        assert Removal.objects.get(student__local_id="s4").involvements.get() == part
        assert counts(place.load(*new)) == (len(new), 0, 0, len(new), 0)


def test_a_row_voids_what_moved(place, merged):
    rows = rows_of(place)
    merged(*rows)
    assert counts(place.load(rows[4] | {"void": "true"})) == (1, 0, 1, 0, 0)
    assert Involvement.objects.get(student__local_id="s3").voided_at is not None
    assert Referral.objects.get(student__local_id="s3").status == "voided"
