"""The small example district as it would come from a school information system: roster first, then discipline."""

from pathlib import Path

import pytest

from discipline.catalogue import give_default_code
from discipline.imports import import_discipline
from discipline.models import Incident, Involvement, Referral, Removal
from district.importing import ImportOptions
from district.imports import import_roster
from tests import factories as make

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "example_district"


def students_with(kind: str) -> int:
    """Count distinct students with a standing removal of a kind."""
    return Removal.objects.standing().filter(kind=kind).values("student").distinct().count()


@pytest.mark.django_db
def test_the_example_gives_the_published_counts_and_changes_nothing_the_second_time():
    district = make.make_district("5400600", timezone="America/New_York")
    give_default_code(district, by=None)
    loaded = import_roster(FOLDER / "roster.zip", district=district, options=ImportOptions(), by=None)
    assert (loaded.refusal, loaded.refused) == ("", 0)
    path = FOLDER / "discipline.csv"
    outcome = import_discipline(path, district=district, options=ImportOptions(), by=None)
    assert (outcome.refusal, list(outcome.report)) == ("", [])
    assert (outcome.read, outcome.created) == (238, 238)
    assert (students_with("OSS"), students_with("ISS")) == (37, 38)
    assert (Removal.objects.count(), Incident.objects.count()) == (111, 190)
    responsible = Involvement.objects.responsible().values("incident", "student").distinct().count()
    assert Referral.objects.countable().count() == responsible
    assert Involvement.objects.filter(reported_by_staff=None).exclude(reported_by="").count() == 0
    again = import_discipline(path, district=district, options=ImportOptions(), by=None)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 238)
