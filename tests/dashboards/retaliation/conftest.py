"""Concerns about the schools of the small world, filed before or after what happened there on November 10, 2020."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from commitments.actions.concerns.filing import file_concern
from commitments.concerns.sealed import Reporter, Said
from commitments.models import Concern

FILED = date(2020, 10, 1)
"""Forty days before the incident, the referral and the suspension of the small world."""


@pytest.fixture
def file(world, settings) -> Callable[..., Concern]:
    """Return a function that files a concern about north."""
    settings.MFA_REQUIRED = False

    def filed(*, on: date = FILED, **fields: Any) -> Concern:
        names = {name: fields.pop(name, "") for name in ("name", "contact", "user", "child")}
        way = "confidential" if names["name"] or names["user"] else "anonymous"
        more = {"kind": "treatment", "school": world.north, "district": world.district} | fields
        if names["user"]:
            more["organization"] = more.get("organization") or world.users["partner"].grants.get().organization
            way = "named"
        who = Reporter(**names, child_day="Thursday" if names["child"] else "")
        said = Said(what="The yellow canary sang at noon.", way=way)
        return file_concern(said=said, reporter=who, today=on, **more).concern

    return filed
