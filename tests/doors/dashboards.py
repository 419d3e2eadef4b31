"""Routes of the floor that reads all others."""

from district.access import Role
from tests.doors.kinds import EVERYBODY, RATES, REPORTERS, Door

DOORS: dict[str, Door] = {
    "api_suspension_rates": Door(RATES),
    "api_patterns": Door(RATES),
    "api_patterns_staff": Door(REPORTERS),
    "desk": Door(EVERYBODY),
    "suspension_rates": Door(RATES),
    "patterns": Door(RATES),
    "patterns_staff": Door(REPORTERS),
    "not_reported": Door(frozenset({Role.RECORDS}), writers=frozenset({Role.RECORDS})),
    "help": Door(EVERYBODY),
    "help_methods": Door(EVERYBODY),
    "help_style": Door(EVERYBODY),
}
