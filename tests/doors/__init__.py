"""What every route allows, floor by floor, written by hand from the permission matrix and not read from the code."""

from tests.doors import circles, commitments, dashboards, discipline, district, site, training
from tests.doors.kinds import Door
from tests.doors.places import is_visible, place_of, uids

FLOORS = (site, district, discipline, training, commitments, circles, dashboards)
DOORS: dict[str, Door] = {name: door for floor in FLOORS for name, door in floor.DOORS.items()}

__all__ = ["DOORS", "FLOORS", "Door", "is_visible", "place_of", "uids"]
