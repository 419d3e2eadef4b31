"""The default code of conduct."""

import re

import pytest

from discipline.catalogue import CRDC_OFFENSES, DEFAULT_CODE, give_default_code
from discipline.models import Behavior
from district.models import AuditEvent
from tests import factories as make


def test_the_catalogue_fits_its_columns_and_repeats_nothing():
    assert len({behavior.code for behavior in DEFAULT_CODE}) == len(DEFAULT_CODE) == 30
    assert len({behavior.title for behavior in DEFAULT_CODE}) == len(DEFAULT_CODE)
    for behavior in DEFAULT_CODE:
        assert re.fullmatch(r"[0-9]{5}", behavior.code)
        assert behavior.definition.endswith(".")
        assert behavior.level in {"1", "2", "3", "4"}
        assert behavior.crdc_offense in CRDC_OFFENSES | {""}


def test_what_depends_on_judgment_is_marked():
    assert {behavior.code for behavior in DEFAULT_CODE if behavior.subjective} == {
        "04634",
        "04646",
        "04659",
        "04661",
        "04669",
        "04704",
    }


@pytest.mark.django_db
def test_a_district_gets_the_codes_it_lacks_once():
    district = make.make_district()
    own = make.make_behavior(district, "04645", "Our fighting", valid_to="2020-06-30")
    assert give_default_code(district, by=None) == len(DEFAULT_CODE) - 1
    assert Behavior.objects.get(district=district, code="04645") == own
    fighting = Behavior.objects.get(district=district, code="04634")
    assert (fighting.title, fighting.ceds_behavior, fighting.subjective) == ("Disorderly conduct", "04634", True)
    assert AuditEvent.objects.get().details == {"object": "behavior", "created": len(DEFAULT_CODE) - 1}
    assert give_default_code(district, by=None) == 0
    assert AuditEvent.objects.count() == 1
