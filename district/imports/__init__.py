"""Roster import: OneRoster CSV packages, read into staging tables, checked there, and written in one transaction."""

from district.imports.roster import import_roster

__all__ = ["import_roster"]
