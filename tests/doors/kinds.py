"""A door: who may read, write and change behind one route; and the groups of roles that the tables name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from district.access import Role

EVERYBODY = frozenset(Role)
RECORDS = frozenset({Role.OFFICER, Role.PRINCIPAL, Role.RECORDS})
REFERRALS = RECORDS | {Role.STAFF, Role.COORDINATOR}
ORGANIZATIONS = frozenset({Role.TRAINER, Role.PARTNER, Role.LEADER, Role.AUDITOR})
MEMORANDA = ORGANIZATIONS | {Role.PRINCIPAL}
IMPORTS = frozenset({Role.RECORDS, Role.ADMIN, Role.AUDITOR})
AUDIT = frozenset({Role.AUDITOR, Role.PRINCIPAL})
STAFF = RECORDS | {Role.COORDINATOR, Role.LEADER, Role.ADMIN}
RATES = frozenset({Role.LEADER, Role.RECORDS, Role.OFFICER, Role.PRINCIPAL, Role.COORDINATOR})
REFERRERS = frozenset({Role.STAFF, Role.OFFICER, Role.PRINCIPAL})
REPORTERS = frozenset({Role.PRINCIPAL, Role.RECORDS})
RULES = RECORDS | {Role.LEADER, Role.AUDITOR}
RULE_EDITORS = frozenset({Role.LEADER})
NOTES = RECORDS | {Role.STAFF}
NOTE_WRITERS = REFERRERS
CUSTODIAN = frozenset({Role.RECORDS})
VOIDERS = frozenset({Role.OFFICER, Role.PRINCIPAL})
GRANTS = frozenset({Role.PRINCIPAL, Role.LEADER, Role.ADMIN, Role.AUDITOR})
CONDUCT = frozenset({Role.LEADER, Role.RECORDS})
TRAINING = frozenset({Role.PRINCIPAL, Role.COORDINATOR, Role.TRAINER, Role.PARTNER, Role.LEADER})
TRAINED = TRAINING | {Role.STAFF, Role.OFFICER, Role.FACILITATOR}
TRAINERS = frozenset({Role.TRAINER, Role.PARTNER})
ASKING = frozenset({Role.COORDINATOR, Role.PRINCIPAL})
AT_NORTH = frozenset({Role.STAFF, Role.OFFICER, Role.PRINCIPAL, Role.COORDINATOR, Role.FACILITATOR})
"""Roles that the cast holds at north only."""


@dataclass(frozen=True)
class Door:
    """Who may read a route, who may POST or PATCH there, and which model its records are of.

    `is_action`: a route that only takes a POST; reading it is a 405. `posted` is what an empty POST by a writer is
    answered: by default 400 at an endpoint and 200 (the form again, with its faults) at a page; `patched` what an empty
    PATCH is: it changes nothing, where the state of the record allows any. `shown` is what reading a page is answered:
    by default 200; 302 where the state of the small world's records leads back to the record. `keys` are parts of the
    address that no record fills. `visible` says for a role and a place whether the row is in scope, where the common
    rule does not hold. `answer` is what a public route answers to somebody who comes with nothing true. `is_file`: it
    answers with a file to keep and not with a page to look at.
    """

    readers: frozenset[Role]
    writers: frozenset[Role] = frozenset()
    model: type | None = None
    patchers: frozenset[Role] = frozenset()
    public: bool = False
    is_action: bool = False
    posted: frozenset[int] = frozenset()
    patched: frozenset[int] = frozenset({200})
    shown: frozenset[int] = frozenset({200})
    keys: tuple[tuple[str, str], ...] = ()
    visible: Callable[[Role, str], bool] | None = None
    answer: int = 200
    is_file: bool = False


def collection(name: str, model: type, readers: frozenset[Role], **more: Any) -> dict[str, Door]:
    """The two routes of a collection of the API. `detail` holds what only the single record needs."""
    patchers = more.pop("patchers", frozenset())
    visible = more.pop("visible", None)
    patched = more.pop("patched", frozenset({200}))
    return {
        f"api-{name}-list": Door(readers, **more),
        f"api-{name}-detail": Door(readers, model=model, patchers=patchers, patched=patched, visible=visible),
    }


def listing(readers: frozenset[Role], exporters: frozenset[Role] | None = None) -> Door:
    """The page of a list. Who may take a file of it may post the selected rows; with none selected that is a 400."""
    return Door(readers, writers=readers if exporters is None else exporters, posted=frozenset({400}))


def nothing_made(role: Role, place: str) -> bool:
    """The rule of referrals: staff see only those they made, and made none."""
    return role is not Role.STAFF and in_scope(role, place)


def nobody(role: Role, place: str) -> bool:
    """The rule of steps that no record of the small world allows anybody: its rows are as absent as any."""
    return False


def made_by_staff(role: Role, place: str) -> bool:
    """The rule of drafts and receipts: only who wrote them; the member of staff wrote those at north."""
    return role is Role.STAFF and place == "north"


def own_organization(role: Role, place: str) -> bool:
    """The rule of organizations and memoranda: trainers and partners see those of their own."""
    if role in (Role.TRAINER, Role.PARTNER):
        return place == "north"
    return in_scope(role, place)


def trained_here(role: Role, place: str) -> bool:
    """The rule of training: trainers and partners see their organization's, schools their own; others only oneself."""
    return role in TRAINING and own_organization(role, place)


def keepers_of_district(role: Role, place: str) -> bool:
    """The rule of asking: anybody certified in the district, wherever they serve."""
    return place in ("north", "district")


def in_scope(role: Role, place: str) -> bool:
    """The common rule: north is everybody's, the rest of the first district those of a grant of the district."""
    return place == "north" or (place == "district" and role not in AT_NORTH)
