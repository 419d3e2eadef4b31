"""A district with schools, an ombuds, an organization; and concerns to file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from commitments.actions.concerns.filing import Filed, file_concern
from commitments.concerns.sealed import Reporter, Said
from district.access import Role
from district.models import District, Organization, School, User
from tests import factories as make

TODAY = date(2021, 3, 1)
WORDS = "The yellow canary sang at noon."


@dataclass
class Scene:
    """One district, two schools, one organization, an ombuds."""

    district: District
    north: School
    south: School
    organization: Organization
    ombuds: User
    partner: User
    leader: User

    def filed(self, what: str = WORDS, *, who: Reporter = Reporter(), **fields: Any) -> Filed:  # noqa: B008
        """File a concern about north, anonymously unless `who` says otherwise."""
        said = {name: fields.pop(name) for name in ("where", "when", "about", "promise") if name in fields}
        way = fields.pop("way", "confidential" if who.name else "anonymous")
        values = {"kind": "policy", "school": self.north, "today": TODAY} | fields
        return file_concern(district=self.district, said=Said(what=what, way=way, **said), reporter=who, **values)


@pytest.fixture
def scene(db) -> Scene:
    district = make.make_district("ONE")
    north, south = make.make_school(district, "0001"), make.make_school(district, "0002")
    organization = make.make_organization(district, "Neighbors United")
    return Scene(
        district,
        north,
        south,
        organization,
        ombuds=make.make_user(Role.OMBUDS, district, name="Olive Independent"),
        partner=make.make_user(Role.PARTNER, district, organization=organization),
        leader=make.make_user(Role.LEADER, district),
    )
