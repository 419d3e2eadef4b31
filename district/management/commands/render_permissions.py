"""Write `docs/permissions.md` from the access policy: `manage.py render_permissions`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from district.access import GRANTS, NEEDS_ORGANIZATION, NEEDS_SECOND_FACTOR, ROLES, Permission, Role

PAGE = Path("docs") / "permissions.md"
INTRODUCTION = """\
# Who may do what

This page is written from `district/access.py` by `manage.py render_permissions`; a test fails when it is out of date.

A grant gives one person one role in one scope: a district, some of its schools, or an organization, from a day to a
day. Rights are per grant: a principal of one school who is also staff of another is principal of the first only.
What lies out of scope looks exactly like what does not exist.
"""


def render() -> str:
    """Return the page as Markdown, in English."""
    lines = [INTRODUCTION, "## Roles", "", "| Role | Name | What it is for | Notes |", "|---|---|---|---|"]
    for role, description in ROLES.items():
        lines.append(f"| `{role}` | {description.title} | {description.sentence} | {_notes(role)} |")
    lines += ["", "## Permissions", ""]
    roles = list(ROLES)
    lines.append("| Permission | " + " | ".join(f"`{role}`" for role in roles) + " |")
    lines.append("|---|" + ":-:|" * len(roles))
    for permission in Permission:
        marks = ("yes" if permission in GRANTS[role] else "" for role in roles)
        lines.append(f"| `{permission}` | " + " | ".join(marks) + " |")
    lines += ["", "## What each permission allows", "", "| Permission | Allows to |", "|---|---|"]
    lines += [f"| `{permission}` | {permission.sentence} |" for permission in Permission]
    return "\n".join(lines) + "\n"


def _notes(role: Role) -> str:
    notes = []
    if role in NEEDS_SECOND_FACTOR:
        notes.append("needs a second factor")
    if role in NEEDS_ORGANIZATION:
        notes.append("belongs to an organization")
    return ", ".join(notes)


class Command(BaseCommand):
    """Render the permission matrix."""

    help = "Write docs/permissions.md from district/access.py."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / PAGE).write_text(render(), encoding="utf-8")
        self.stdout.write(f"Wrote {PAGE}.")
