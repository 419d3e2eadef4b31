"""A district with a partner, a memorandum and the people of both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from district.access import Role
from district.models import District, Memorandum, Organization, School, User
from tests import factories as make

TODAY = date(2021, 3, 1)


@dataclass
class Place:
    """One district, two schools, one partner under a memorandum for the first of them."""

    district: District
    north: School
    south: School
    organization: Organization
    memorandum: Memorandum
    leader: User
    partner: User
    principal: User


@pytest.fixture
def place(db) -> Place:
    district = make.make_district("ONE")
    north, south = make.make_school(district, "0001"), make.make_school(district, "0002")
    organization = make.make_organization(district, "Neighbors United")
    memorandum = make.make_memorandum(organization, north, begins_on=date(2020, 9, 1), ends_on=date(2023, 6, 30))
    return Place(
        district,
        north,
        south,
        organization,
        memorandum,
        leader=make.make_user(Role.LEADER, district),
        partner=make.make_user(Role.PARTNER, district, organization=organization),
        principal=make.make_user(Role.PRINCIPAL, district, north),
    )
