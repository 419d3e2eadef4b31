"""Which errors of the database mean that it does not answer now, and which that a statement is wrong."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from district.sql import is_unavailable


def fault_of(statement: str) -> DatabaseError:
    """Run a statement that fails, in a savepoint of its own, and return how."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return caught.value


def test_a_wrong_statement_is_a_fault_of_ours(db):
    for statement in ("SELEKT 1", "SELECT 1 FROM no_such_table", "SELECT no_such_function(1)"):
        assert not is_unavailable(fault_of(statement)), statement


def test_a_database_that_will_not_now_may_later(db):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL statement_timeout = 20")
            assert is_unavailable(fault_of("SELECT pg_sleep(5)"))
            return
        cursor.execute("PRAGMA query_only = ON")
        try:
            assert is_unavailable(fault_of("DELETE FROM district_school"))
        finally:
            cursor.execute("PRAGMA query_only = OFF")


def test_errors_without_a_code_are_trouble_of_the_connection():
    assert is_unavailable(InterfaceError("connection already closed"))
    assert is_unavailable(OperationalError("the connection is lost"))
    assert not is_unavailable(DatabaseError("unknown"))
    assert not is_unavailable(None)
