"""Trainers and partners see adults: of no student anything at all, wherever they go and whatever they try."""

from __future__ import annotations

import json

import pytest

from district.access import Role
from tests.doors import DOORS, uids
from tests.test_doors import WALKED
from tests.training.crawling import Reader, plant_everywhere
from training.models import Practitioner

pytestmark = pytest.mark.once


def every_address(world) -> list[str]:
    """Every route of the site with the key of every record that there is, of whatever place."""
    found = []
    for name, route in WALKED.items():
        keys = [key for some in uids(world, DOORS[name].model).values() for key in some]
        found += dict.fromkeys(route.address(key) for key in keys)
    return found


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PARTNER])
def test_nothing_that_they_can_reach_holds_a_word_about_a_student(world, client_for, settings, role):
    settings.MFA_REQUIRED = False
    planted = plant_everywhere()
    reader = Reader(client_for(world.user(role)), planted)
    reader.crawl(["/", *every_address(world)])
    pages = sum(status == 200 for status in reader.opened.values())
    print(json.dumps({"id": f"crawl_{role}", "n": len(reader.opened), "pages": pages, "found": len(reader.found)}))
    assert reader.errors == []
    assert reader.found == []
    assert len(planted) >= 150
    assert pages >= 100


def test_the_crawl_finds_what_is_there(world, client_for, settings):
    """The same reader, in the place of somebody who does see students: it finds them."""
    settings.MFA_REQUIRED = False
    reader = Reader(client_for(world.user(Role.RECORDS)), plant_everywhere())
    reader.open("/students/")
    places = {found.rsplit(": ", 1)[1] for found in reader.found}
    assert {"Person.family_name", "Student.uid"} <= places
    assert Practitioner.objects.exists()
