"""Who must have said yes before people meet: pure, asked before a circle is scheduled and again when it is held.

Taking part is voluntary for everybody. Those who caused harm, those harmed and whoever a circle is held for are
prepared in a meeting of their own and consent themselves; where both sides meet, nobody who was harmed is brought to
it, or kept out of it, without having been asked. Supporters and the community come or stay away as they like.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

RESPONSIBLE, HARMED, FOCUS = "responsible", "harmed", "focus"
PRINCIPALS = frozenset({RESPONSIBLE, HARMED, FOCUS})
GIVEN, DECLINED, WITHDRAWN = "given", "declined", "withdrawn"


@dataclass(frozen=True)
class Party:
    """Somebody named in a case: `consent` and `permission` (a guardian's) are the latest answers, or empty."""

    key: int
    role: str
    is_student: bool = False
    is_prepared: bool = False
    consent: str = ""
    permission: str = ""

    @property
    def stays_away(self) -> bool:
        """Whether they said no, or took their yes back."""
        return self.consent in (DECLINED, WITHDRAWN)


class Lack(StrEnum):
    """What is missing before people may meet."""

    NOBODY = "nobody"  # nobody has a part that the circle is about
    NO_RESPONSIBLE = "no_responsible"  # nobody who caused harm takes part
    NO_HARMED = "no_harmed"  # nobody who was harmed takes part
    NO_CONSENT = "no_consent"
    NOT_PREPARED = "not_prepared"
    NO_PERMISSION = "no_permission"


def lacks(parties: Iterable[Party], *, is_face_to_face: bool, needs_guardian: bool) -> list[tuple[Lack, int | None]]:
    """Return what is missing, each with the party's key (None: of the whole). Empty: they may meet.

    Face to face, a party harmed who has not consented stops the circle even where another has: what is said there is
    about them too.
    """
    everybody = list(parties)
    coming = [one for one in everybody if not one.stays_away]
    principals = [one for one in coming if one.role in PRINCIPALS]
    found: list[tuple[Lack, int | None]] = []
    if not principals:
        found.append((Lack.NOBODY, None))
    elif is_face_to_face:
        roles = {one.role for one in principals}
        found += [(Lack.NO_RESPONSIBLE, None)] if RESPONSIBLE not in roles else []
        found += [(Lack.NO_HARMED, None)] if HARMED not in roles else []
    asked = [one for one in everybody if one in principals or (is_face_to_face and one.role == HARMED)]
    found += [(Lack.NO_CONSENT, one.key) for one in asked if one.consent != GIVEN]
    found += [(Lack.NOT_PREPARED, one.key) for one in principals if not one.is_prepared]
    if needs_guardian:
        found += [(Lack.NO_PERMISSION, one.key) for one in coming if one.is_student and one.permission != GIVEN]
    return found
