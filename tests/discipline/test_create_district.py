"""`create_district`: a district with the default code of conduct and calendar."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from district.models import AuditEvent, District, calendar_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def create(*arguments):
    """Run the command; return its exit code."""
    try:
        call_command("create_district", *arguments)
    except CommandError as error:
        return error.returncode
    return 0


def test_a_district_with_its_code_of_conduct_and_calendar():
    assert create("PAT", "--name", "Paterson") == 0
    district = District.objects.get()
    assert (district.code, district.name, district.state, district.timezone) == (
        "PAT",
        "Paterson",
        "NJ",
        "America/New_York",
    )
    assert {"04645", "04634", "04659", "04686"} <= set(district.behaviors.values_list("code", flat=True))
    make.make_school_year(district, 2021)
    assert calendar_of(district).length_on(date(2020, 10, 1)) == 1
    assert AuditEvent.objects.filter(object_type="district", action="create", object_uid=district.uid).exists()


def test_repeating_changes_nothing_and_other_values_are_refused(capsys):
    create("PAT", "--name", "Paterson")
    before = (AuditEvent.objects.count(), District.objects.get().updated_at)
    assert create("PAT", "--name", "Paterson") == 0
    assert create("PAT", "--name", "Other") == 1
    assert create("PAT", "--name", "Paterson", "--state", "NY") == 1
    assert (AuditEvent.objects.count(), District.objects.get().updated_at) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("--name", "X", "--timezone", "Mars/Base"),
        ("--name", "X", "--timezone", "../etc/passwd"),
        ("--name", "X", "--state", "ZZ"),
        ("--name", ""),
        ("--name", "x" * 201),
    ],
)
def test_values_that_cannot_be_are_wrong_usage(arguments):
    assert create("PAT", *arguments) == 2
    assert not District.objects.exists()


@pytest.mark.parametrize("code", ["", "a b", "x" * 41])
def test_codes_that_cannot_be_are_wrong_usage(code):
    assert create(code, "--name", "X") == 2
    assert not District.objects.exists()
