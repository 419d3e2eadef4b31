"""What an operator should know about the keys of case notes (`manage.py check --deploy`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from circles.sealing import faulty_keys, may_seal


def keys_of_notes(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    """A key that is none would lose every note; without any, notes are off."""
    if places := faulty_keys():
        hint = (
            "Make one with: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
        )
        numbers = ", ".join(map(str, places))
        return [checks.Error(f"CASE_NOTES_KEYS holds what is no key, at {numbers}.", hint=hint, id="circles.E001")]
    return []


def notes_are_on(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    """Say that case notes are off where no key is set."""
    if may_seal():
        return []
    hint = "Set CASE_NOTES_KEYS, and keep it apart from the backup of the database."
    return [checks.Info("No key is set for case notes, so none can be written.", hint=hint, id="circles.I001")]


def register_all() -> None:
    """Register the checks."""
    checks.register(keys_of_notes)
    checks.register(notes_are_on, deploy=True)
