"""Counting tries in the cache that production has: a table of the database."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory

from district.limits import is_within, is_within_unseen, network_of
from district.sealing import CONCERNS

HOUR = 3600


@pytest.fixture
def table(db, settings) -> str:
    """The name of a table that serves as the cache."""
    name = "tries_of_a_test"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": name}}
    call_command("createcachetable", name, verbosity=0)
    return name


def rows(table: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cache_key, expires FROM {table} ORDER BY cache_key")  # noqa: S608
        return cursor.fetchall()


def asked(address: str = "203.0.113.9", **headers: str):
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


def test_a_second_try_does_not_shorten_the_count(table, time_machine):
    time_machine.move_to("2021-03-01T12:00:00Z")
    assert [is_within(asked(), "join", 2, HOUR) for _try in range(3)] == [True, True, False]
    time_machine.move_to("2021-03-01T12:30:00Z")
    assert not is_within(asked(), "join", 2, HOUR), "half an hour later it is still the same hour"
    time_machine.move_to("2021-03-01T13:00:01Z")
    assert is_within(asked(), "join", 2, HOUR)


def test_the_addresses_of_one_network_are_one_who_tries(table):
    addresses = [f"2001:db8:1:2::{number:x}" for number in range(1, 5)]
    assert [is_within(asked(one), "join", 2, HOUR) for one in addresses] == [True, True, False, False]
    unseen = [is_within_unseen(asked(one), "concern file", 2, HOUR, sealer=CONCERNS) for one in addresses]
    assert unseen == [True, True, False, False]
    assert is_within(asked("2001:db8:1:3::1"), "join", 2, HOUR)
    assert network_of("::ffff:203.0.113.9") == "203.0.113.9"


def test_unseen_tries_are_counted_and_tell_neither_who_nor_when(table, time_machine):
    time_machine.move_to("2021-03-01T12:00:00Z")

    def tries(request) -> bool:
        return is_within_unseen(request, "concern receipt", 3, HOUR, sealer=CONCERNS)

    forged = [asked(**{"X-Forwarded-For": f"10.0.0.{number}"}) for number in range(2)]
    assert [tries(asked()), *(tries(one) for one in forged), tries(asked())] == [True, True, True, False]
    assert tries(asked("203.0.113.10"))
    time_machine.move_to("2021-03-01T12:59:59Z")
    assert not tries(asked())
    time_machine.move_to("2021-03-01T13:00:01Z")
    assert tries(asked())
    kept = rows(table)
    assert len(kept) == 5
    assert "203.0.113" not in str(kept)
    assert "receipt" not in str(kept)
    assert {str(expires)[11:19] for _key, expires in kept} == {"00:00:00"}
    cache.clear()
