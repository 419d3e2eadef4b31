"""What must hold before the server starts, and what an operator should know (`manage.py check --deploy`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections

from district import triggers
from district.sealing import SEALERS

AppConfigs = Sequence[AppConfig] | None


def defusedxml_is_active(app_configs: AppConfigs, **options: Any) -> list[checks.CheckMessage]:
    """Workbooks from outside are read by openpyxl; without defusedxml it expands whatever entities they declare."""
    import openpyxl  # half a second that only the commands which run checks should pay

    if openpyxl.DEFUSEDXML:
        return []
    return [
        checks.Error(
            "openpyxl reads XML without defusedxml.",
            hint="Install defusedxml, and do not set OPENPYXL_DEFUSEDXML to False.",
            id="district.E001",
        )
    ]


def audit_triggers_are_installed(
    app_configs: AppConfigs, databases: Sequence[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """On a database whose migrations are all applied, the audit trail must refuse changes."""
    found: list[checks.CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.settings_dict.get("TEST", {}).get("MIRROR") or not triggers.is_migrated(connection):
            continue
        if missing := triggers.missing_triggers(connection):
            found.append(
                checks.Error(
                    f"The audit trail of the database “{alias}” can be changed: no trigger {', '.join(missing)}.",
                    hint="A migration that altered the table must call district.triggers.install_append_only last.",
                    id="district.E002",
                )
            )
    return found


def sqlite_is_for_small_districts(app_configs: AppConfigs, **options: Any) -> list[checks.CheckMessage]:
    """SQLite has one write lock: right for a demonstration, a school or a small district with one or two workers."""
    if connections["default"].vendor != "sqlite":
        return []
    return [
        checks.Info(
            "This server runs on SQLite: right for one school or a small district with one or two workers.",
            hint="Set DATABASE_URL to a PostgreSQL server for more.",
            id="district.I001",
        )
    ]


def keys_are_keys(app_configs: AppConfigs, **options: Any) -> list[checks.CheckMessage]:
    """A key that is none would lose every word that it seals."""
    hint = "Make one with: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
    found: list[checks.CheckMessage] = []
    for sealer in SEALERS:
        if places := ", ".join(map(str, sealer.faulty_keys())):
            words = f"{sealer.setting} holds what is no key, at {places}."
            found.append(checks.Error(words, hint=hint, id="district.E003"))
    return found


def keys_are_set(app_configs: AppConfigs, **options: Any) -> list[checks.CheckMessage]:
    """Say what cannot be written because no key is set for it."""
    return [
        checks.Info(
            f"No key is set for {sealer.what}, so none can be written.",
            hint=f"Set {sealer.setting}, and keep it apart from the backup of the database.",
            id="district.I002",
        )
        for sealer in SEALERS
        if not sealer.may_seal()
    ]


def register_all() -> None:
    """Register the checks of this floor."""
    checks.register(defusedxml_is_active, checks.Tags.security)
    checks.register(audit_triggers_are_installed, checks.Tags.database)
    checks.register(keys_are_keys, checks.Tags.security)
    checks.register(keys_are_set, checks.Tags.security, deploy=True)
    checks.register(sqlite_is_for_small_districts, checks.Tags.security, deploy=True)
