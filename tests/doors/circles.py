"""Routes of restorative circles.

From the matrix: any adult of a school logs circles with a class; the school's administration, its coordinator and the
records custodian read them all, everybody else those they have logged.
"""

from circles.models import ClassCircle
from district.access import Role
from tests.doors.commitments import actions
from tests.doors.kinds import EVERYBODY, RECORDS, Door, collection, in_scope, listing
from training.models import Practice

LEADER = frozenset({Role.LEADER})
LOGGERS = frozenset({Role.STAFF, Role.OFFICER, Role.PRINCIPAL, Role.COORDINATOR, Role.FACILITATOR})
READERS = RECORDS | LOGGERS


def logged_here(role: Role, place: str) -> bool:
    """Class circles: staff and facilitators read those they have logged; the member of staff logged that of north."""
    return role is not Role.FACILITATOR and in_scope(role, place)


def mends(role: Role, place: str) -> bool:
    """A class circle is mended by who logged it, or by the coordinator of the school."""
    return role in (Role.STAFF, Role.COORDINATOR) and place == "north"


DOORS: dict[str, Door] = {
    "class_circle_list": listing(READERS),
    "class_circle_new": Door(LOGGERS, writers=LOGGERS),
    "class_circle_detail": Door(READERS, model=ClassCircle, visible=logged_here),
    "class_circle_step": Door(LOGGERS, writers=LOGGERS, model=ClassCircle, visible=mends, keys=(("step", "void"),)),
    **collection("class-circles", ClassCircle, READERS, writers=LOGGERS, visible=logged_here),
    **actions(
        "class-circles",
        ClassCircle,
        READERS,
        ("repeat", LOGGERS, mends),  # the small world has no school year around today
        ("change", LOGGERS, mends, 200),
        ("void", LOGGERS, mends),
    ),
    "practice_terms_list": listing(EVERYBODY),
    "practice_terms_step": Door(
        LEADER, writers=LEADER, model=Practice, keys=(("step", "set-terms"),), posted=frozenset({302})
    ),
    **collection("practices", Practice, EVERYBODY),
    **actions("practices", Practice, EVERYBODY, ("set-terms", LEADER, None, 200)),
}
