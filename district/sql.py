"""Comparison in SQL where null equals null: SQLite before 3.39 spells it in its own way."""

from django.db import connection


def unequal(left: str, right: str) -> str:
    """Return the condition that two expressions differ; two nulls do not."""
    return f"{left} {'IS DISTINCT FROM' if connection.vendor == 'postgresql' else 'IS NOT'} {right}"


def equal(left: str, right: str) -> str:
    """Return the condition that two expressions are the same; two nulls are."""
    return f"{left} {'IS NOT DISTINCT FROM' if connection.vendor == 'postgresql' else 'IS'} {right}"
