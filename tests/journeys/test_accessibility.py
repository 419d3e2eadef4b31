"""Every page, at phone and desk width, light, dark and printed: no violation that axe-core knows of.

The same walk looks for scripts that the content security policy refuses, requests to other hosts, and pages wider than
the window.
"""

from __future__ import annotations

import json
from pathlib import Path

import axe_playwright_python
import pytest

from district.access import Role
from tests.doors import DOORS, is_visible, uids
from tests.test_doors import ACCOUNT_PREFIXES, WALKED

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LIGHT = {"media": "screen", "color_scheme": "light", "reduced_motion": "reduce"}
DARK = {"media": "screen", "color_scheme": "dark", "reduced_motion": "reduce"}
PRINT = {"media": "print", "color_scheme": "light"}
WHOLE, COLOURS = {"resultTypes": ["violations"]}, {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
LOOKS = (("1280 light", 1280, LIGHT, WHOLE), ("390 light", 390, LIGHT, WHOLE))
"""How each page is looked at, once loaded: name, width, medium, rules."""
COLOUR_LOOKS = (("1280 dark", 1280, DARK, COLOURS), ("390 dark", 390, DARK, COLOURS), ("print", 1280, PRINT, COLOURS))
"""Another scheme changes nothing but colours, and colours belong to the parts that all pages are made of."""
EVERY = 4
"""One page in so many is looked at in every scheme too; `make trust` looks at each."""
READERS = (Role.RECORDS, Role.LEADER, Role.OFFICER, Role.PRINCIPAL, Role.STAFF, Role.PARTNER, Role.AUDITOR)
"""Who looks at a page: the first of these who may, then anybody who may."""
OPEN_PAGES = [
    *("/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/api/docs/"),
    *("/concerns/", "/concerns/?district=ONE&lang=ar", "/concerns/receipt/", "/concerns/left/"),
]
"""Pages without sign-in."""
ACCOUNT_PAGES = ["/accounts/password/change/", "/accounts/2fa/", "/accounts/reauthenticate/", "/accounts/logout/"]
"""Pages of one's own account."""


def pages(world) -> list[tuple[str, Role]]:
    """Every page of the site map with a role that may read it: lists, records, dashboards, help."""
    found = []
    for name, route in WALKED.items():
        door = DOORS[name]
        if route.path.startswith("api/") or door.public or door.is_action or name.startswith(ACCOUNT_PREFIXES):
            continue
        if 200 not in door.shown or door.is_file:
            continue
        places = uids(world, door.model)
        for role in (role for role in (*READERS, *Role) if role in door.readers):
            keys = [key for place, some in places.items() for key in some if is_visible(role, place, door)]
            if keys or not route.keys:
                found.append((route.address(keys[0]) if route.keys else route.address(""), role))
                break
    return found


LIBRARY_FAULTS = {"/api/docs/": {"nested-interactive", "heading-order", "region"}}
"""Faults in the markup that the documentation library writes; ACCESSIBILITY.md names them and the way around."""


def violations(visitor, path: str, rules: dict) -> list[str]:
    if path in LIBRARY_FAULTS:
        visitor.page.wait_for_selector(".opblock")
    if not visitor.page.evaluate("Boolean(window.axe)"):
        visitor.page.evaluate(AXE)
    result = visitor.page.evaluate("rules => axe.run(document, rules)", rules)
    return [
        f"{violation['id']}: {violation['help']} at {node['target']}"
        for violation in result["violations"]
        if violation["id"] not in LIBRARY_FAULTS.get(path, ())
        for node in violation["nodes"]
    ]


def look_at(visitor, path: str, expected: int = 200, looks=LOOKS) -> list[str]:
    """Open `path`, look at it in each of `looks`, and return everything that is wrong with it."""
    visitor.complaints.clear()
    status = visitor.open(path)
    wrong = [f"answered {status}"] if status != expected else []
    for name, width, media, rules in looks:
        visitor.page.set_viewport_size({"width": width, "height": 844})
        visitor.page.emulate_media(**media)
        wrong += [f"{name}: {fault}" for fault in violations(visitor, path, rules)]
        wide = visitor.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        wrong += [f"{name}: {wide} px wider than the window"] if wide > 0 else []
    return [f"{path}: {fault}" for fault in wrong + visitor.complaints]


@pytest.mark.parametrize("half", [pytest.param(n, marks=pytest.mark.xdist_group(f"browser{n}")) for n in (0, 1)])
def test_no_page_has_a_violation(world, visitor_for, settings, half):
    """Half of the pages each, so that two processes share them."""
    settings.MFA_REQUIRED = False
    looked = everything(world)[half::2]
    looks = [(*LOOKS, *COLOUR_LOOKS) if number % EVERY == 0 else LOOKS for number in range(len(looked))]
    faults = faults_of(world, visitor_for, zip(looked, looks, strict=True))
    print(json.dumps({"id": f"axe_{half}", "n": sum(map(len, looks)), "bad": len(faults)}))
    assert len(looked) >= 15
    assert faults == []


@pytest.mark.trust
def test_no_page_has_a_violation_in_any_scheme(world, visitor_for, settings):
    settings.MFA_REQUIRED = False
    looked = everything(world)
    faults = faults_of(world, visitor_for, ((page, COLOUR_LOOKS) for page in looked))
    print(json.dumps({"id": "axe_schemes", "n": len(looked) * len(COLOUR_LOOKS), "bad": len(faults)}))
    assert faults == []


def everything(world) -> list[tuple[str, Role | None, int]]:
    """Every address worth a look: who looks, and the status that it answers."""
    own = [(path, Role.RECORDS, 200) for path in ACCOUNT_PAGES]
    refused = [("/nowhere/", 404), ("/referrals/?nosuch=1", 400), ("/audit/", 403)]
    return [
        *((path, role, 200) for path, role in pages(world)),
        *own,
        *((path, None, 200) for path in OPEN_PAGES),
        *((path, Role.RECORDS, status) for path, status in refused),
    ]


def faults_of(world, visitor_for, looked) -> list[str]:
    """Everything that is wrong with pages, each looked at by its reader in its looks."""
    visitors, faults = {}, []
    for (path, role, status), looks in looked:
        if role not in visitors:
            visitors[role] = visitor_for(role and world.user(role))
        faults += look_at(visitors[role], path, status, looks)
    return faults
