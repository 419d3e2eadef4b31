"""Routes of the floor that reads all others."""

from district.access import Role
from tests.doors.kinds import EVERYBODY, RATES, Door

DOORS: dict[str, Door] = {
    "api_suspension_rates": Door(RATES),
    "desk": Door(EVERYBODY),
    "suspension_rates": Door(RATES),
    "not_reported": Door(frozenset({Role.RECORDS}), writers=frozenset({Role.RECORDS})),
    "help": Door(EVERYBODY),
    "help_methods": Door(EVERYBODY),
    "help_style": Door(EVERYBODY),
}
