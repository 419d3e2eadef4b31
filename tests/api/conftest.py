"""A caller of the API: signed in as a member of the cast, speaking JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from commitments.models import ConcernRule, EscalationRule
from discipline.models import HibCase, Incident

V1 = "/api/v1/"


class Caller(APIClient):
    """Sends JSON below /api/v1/ and follows no redirect."""

    def read(self, path: str, **query: Any) -> Any:
        return self.get(V1 + path, query)

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """The results of a list, which must answer 200."""
        response = self.read(path, **query)
        assert response.status_code == 200, response.content
        return response.json()["results"]


def have_one(world, name: str) -> None:
    """Give the small world a record of a kind of which it has none."""
    if name == "imports":
        world.district.imports.create(kind="roster", file_name="a.zip")
    elif name == "escalation-rules":
        EscalationRule.objects.create(district=world.district, step="answer", days=10, valid_from=date(2020, 9, 1))
    elif name == "concern-rules":
        ConcernRule.objects.create(district=world.district, step="answer", days=10, valid_from=date(2020, 9, 1))
    elif name == "hib-cases":
        incident = Incident.objects.get(school=world.north)
        HibCase.objects.create(
            incident=incident, school=world.north, school_year=world.year, learned_on=incident.occurred_on
        )


@pytest.fixture
def call_as(world):
    """Return a function that makes a caller with the session of the user with a role."""

    def sign_in(role: Any) -> Caller:
        caller = Caller()
        caller.force_login(world.user(role))
        return caller

    return sign_in


@pytest.fixture
def call_with(world, token_for):
    """Return a function that makes a caller with a token of the user with a role."""

    def with_token(role: Any, scopes: list[str] | None = None) -> Caller:
        caller = Caller()
        caller.credentials(HTTP_AUTHORIZATION=f"Token {token_for(world.user(role), scopes)}")
        return caller

    return with_token
