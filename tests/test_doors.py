"""Every route × role × method × scope, as page and as JSON: who is let in, and that nobody else is.

What each route allows stands in `tests/doors/`; a route that is in no table fails, and so does a view that declares no
permission.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from api.permissions import policy_of
from district.access import Role
from tests.doors import DOORS, Door, is_visible, uids
from tests.doors.kinds import EVERYBODY

ACCOUNT_PREFIXES = ("account_", "mfa_")
"""Sign-in pages come from the account library and have tests of their own; here they only must not fail."""
EVERY_METHOD = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """One address of the site."""

    name: str
    path: str
    keys: tuple[str, ...]
    view: Any

    @property
    def is_api(self) -> bool:
        return self.path.startswith("api/v1/")

    def address(self, value: object) -> str:
        """Return the address with every key filled by `value`, or as the table of doors says."""
        from django.urls import reverse

        return reverse(self.name, kwargs=dict.fromkeys(self.keys, str(value)) | dict(DOORS[self.name].keys))


def routes(patterns: Any = None, prefix: str = "") -> Iterator[Route]:
    """Walk the site map."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            keys = tuple(pattern.pattern.regex.groupindex)
            view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", pattern.callback)
            yield Route(pattern.name or "", path, keys, view)


ROUTES = {route.name: route for route in routes()}
WALKED = {name: route for name, route in ROUTES.items() if not name.startswith(ACCOUNT_PREFIXES)}


def test_the_table_names_every_route():
    assert set(WALKED) == set(DOORS)
    assert len(list(routes())) == len(ROUTES), "two routes share a name"
    assert len(WALKED) >= 55


def test_every_view_declares_its_permission():
    """An endpoint has a policy; a page says what it needs, or is one of the few open to all who are signed in."""
    open_to_all = {name for name, door in DOORS.items() if door.public or door.readers == EVERYBODY}
    undeclared = [
        name
        for name, route in WALKED.items()
        if not DOORS[name].public
        and not policy_of(route.view)
        and not getattr(route.view, "needs", None)
        and name not in open_to_all
    ]
    assert undeclared == []


@dataclass
class Tally:
    """What the walk found."""

    tried: int = 0
    leaks: list[str] = None  # type: ignore[assignment]
    denials: list[str] = None  # type: ignore[assignment]
    errors: list[str] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.leaks, self.denials, self.errors = [], [], []

    def judge(self, what: str, status: int, expected: set[int]) -> None:
        self.tried += 1
        if status >= 500:
            self.errors.append(f"{what}: {status}")
        elif status not in expected:
            (self.leaks if status < 300 else self.denials).append(f"{what}: {status}, expected {sorted(expected)}")

    def report(self, name: str) -> None:
        print(
            json.dumps(
                {
                    "id": name,
                    "n": self.tried,
                    "leaks": len(self.leaks),
                    "wrong denials": len(self.denials),
                    "server errors": len(self.errors),
                }
            )
        )
        assert (self.leaks, self.denials, self.errors) == ([], [], [])


def expected_status(route: Route, door: Door, role: Role | None, method: str, place: str) -> set[int]:
    """What the matrix asks for."""
    if role is None:
        return {401} if route.is_api else {302}
    if method == "get":
        if role not in door.readers:
            return {403}
        if door.is_action:
            return {405}
        if door.model is None:
            return set(door.shown)
        return set(door.shown) if is_visible(role, place, door) else {404}
    if not route.is_api:
        if door.is_action and method != "post" and role in door.readers:
            return {405}
        if method == "post" and role in door.writers:
            if door.model and not is_visible(role, place, door):
                return {404}
            return set(door.posted) or {200}  # the form again, with its faults
        return {403, 405} if role not in door.readers else {405}
    allowed = {"post": door.writers, "patch": door.patchers}.get(method, frozenset())
    has_method = {"post": bool(door.writers), "patch": bool(door.patchers)}.get(method, False)
    if not has_method:
        return {405} if role in door.readers else {403}
    if role not in allowed:
        return {403}
    if door.model is None:
        return set(door.posted) or {400}
    if not is_visible(role, place, door):
        return {404}
    if method == "post" and door.posted:
        return set(door.posted)
    return set(door.patched) if method == "patch" else {400}  # an empty body names what is missing


def rows_of(name: str, world: Any, door: Door) -> Iterator[tuple[str, uuid.UUID]]:
    for place, keys in uids(world, door.model).items():
        for key in keys[:1]:
            yield place, key


def sampled(role: Role | None) -> bool:
    """On PostgreSQL a sample of the roles walks: the code is the same, and SQLite walks them all."""
    return connection.vendor == "sqlite" or role in {None, Role.OFFICER, Role.PARTNER}


def by_token(*always: Role) -> list:
    """The roles that walk with a token: `always` those of `make test`, and every other in `make trust`.

    What a role may do is the same by session and by token, and every role walks every door with a session.
    """
    return [role if role in always else pytest.param(role, marks=pytest.mark.trust) for role in Role]


def tries(door: Door, route: Route, role: Role | None, places: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (place, method) of what is worth trying at a route.

    Somebody whom nothing there is open to gets one answer, whichever record is named: one is tried, and the methods
    that a view could have. For the others, reading and what they may write are tried at a record of each place, and
    everything else at one.
    """
    first = places[0]
    is_outside = role not in door.readers | door.writers | door.patchers
    for place in places[:1] if is_outside else places:
        yield place, "get"
    for method, allowed in (("post", door.writers), ("patch", door.patchers)):
        if role in allowed:
            yield from ((place, method) for place in places)
        elif method == "post" or route.is_api:
            yield first, method
    if not is_outside:
        yield first, "put"
        yield first, "delete"


def walk(world: Any, role: Role | None, tally: Tally, client_of: Any, *, only_api: bool) -> None:
    places_of: dict[type | None, dict[str, uuid.UUID]] = {}
    for name, route in WALKED.items():
        door = DOORS[name]
        if door.public or (only_api and not route.is_api):
            continue
        keys = places_of.setdefault(door.model, dict(rows_of(name, world, door)))
        for place, method in tries(door, route, role, list(keys)):
            client = client_of()
            send = getattr(client, method)
            address = route.address(keys[place])
            response = send(address) if method == "get" else send(address, {}, content_type="application/json")
            what = f"{role or 'nobody'} {method.upper()} {name} ({place})"
            tally.judge(what, response.status_code, expected_status(route, door, role, method, place))


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_every_door_for_a_signed_in_person(world, role, settings):
    """Pages and API with the browser's session."""
    settings.MFA_REQUIRED = False
    if not sampled(role):
        pytest.skip("walked in full on SQLite, sampled on PostgreSQL")
    tally = Tally()
    client = Client(raise_request_exception=False)
    if role:
        client.force_login(world.user(role))
    walk(world, role, tally, lambda: client, only_api=False)
    tally.report(f"doors_session_{role}")
    assert tally.tried >= 350


@pytest.mark.parametrize("role", by_token(Role.STAFF, Role.OFFICER, Role.PARTNER), ids=str)
def test_every_door_for_a_token(world, token_for, role):
    """The API with a token of all scopes: the same answers as with the session."""
    if not sampled(role):
        pytest.skip("walked in full on SQLite, sampled on PostgreSQL")
    tally = Tally()
    client = Client(raise_request_exception=False, headers={"Authorization": f"Token {token_for(world.user(role))}"})
    walk(world, role, tally, lambda: client, only_api=True)
    tally.report(f"doors_token_{role}")
    assert tally.tried >= 200


@pytest.mark.parametrize("role", by_token(Role.OFFICER, Role.LEADER), ids=str)
@pytest.mark.parametrize("scopes", [["import"], ["write"], ["read"]], ids="".join)
def test_a_token_does_no_more_than_its_scopes(world, token_for, role, scopes):
    """A token without `read` reads nothing; one without `write` changes nothing."""
    if not sampled(role):
        pytest.skip("walked in full on SQLite, sampled on PostgreSQL")
    tally = Tally()
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token_for(world.user(role), scopes)}")
    for name, route in WALKED.items():
        door = DOORS[name]
        if door.public or not route.is_api:
            continue
        for _place, key in list(rows_of(name, world, door)):
            if "read" not in scopes:
                tally.judge(f"{role} {scopes} GET {name}", client.get(route.address(key)).status_code, {403})
            if "write" not in scopes and (door.writers or door.patchers):
                status = client.post(route.address(key), {}, format="json").status_code
                tally.judge(f"{role} {scopes} POST {name}", status, {403, 405})
    tally.report(f"doors_scope_{scopes[0]}_{role}")
    assert tally.tried > 0


def test_public_doors_answer_everybody(db):
    answers = {name: Client().get(WALKED[name].address("x")).status_code for name, door in DOORS.items() if door.public}
    assert answers == {name: door.answer for name, door in DOORS.items() if door.public}
