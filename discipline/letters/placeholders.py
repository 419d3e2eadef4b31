"""What a letter may say about a removal: the closed list of placeholders and of conditions. No Django here.

Nothing else can be named in a template, so that no template reaches another child or a field that nobody meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


def _(text: str) -> str:
    """Mark `text` for translation; pages translate it when they show it."""
    return text


class Source(StrEnum):
    """Where the value of a placeholder comes from."""

    RECORD = "record"  # the record holds it, and a letter without it is not written
    PERHAPS = "perhaps"  # the record may hold it; without it the paragraph that names it is left out
    TYPED = "typed"  # whoever writes the letter types it


@dataclass(frozen=True)
class Placeholder:
    """One placeholder: what it stands for, where it comes from, and the value that a preview shows."""

    words: str
    source: Source
    example: str


RECORD, PERHAPS, TYPED = Source.RECORD, Source.PERHAPS, Source.TYPED

PLACEHOLDERS: dict[str, Placeholder] = {
    "today": Placeholder(_("The day of the letter"), RECORD, "2026-11-10"),
    "district": Placeholder(_("The district"), RECORD, "Example School District"),
    "school": Placeholder(_("The school"), RECORD, "Example Middle School"),
    "student": Placeholder(_("The student's name"), RECORD, "Student Name"),
    "grade": Placeholder(_("The student's grade"), PERHAPS, "7"),
    "recipient": Placeholder(_("Who gets the letter"), RECORD, "Guardian Name"),
    "removal_kind": Placeholder(_("Kind of removal"), RECORD, "OSS"),
    "begins_on": Placeholder(_("Its first day"), RECORD, "2026-11-11"),
    "ends_on": Placeholder(_("Its last day"), PERHAPS, "2026-11-13"),
    "days": Placeholder(_("Its school days"), PERHAPS, "3"),
    "decided_on": Placeholder(_("Day of the decision"), RECORD, "2026-11-10"),
    "return_on": Placeholder(_("First school day after it"), PERHAPS, "2026-11-16"),
    "incident_on": Placeholder(_("Day of the incident"), RECORD, "2026-11-10"),
    "behaviors": Placeholder(_("Behaviors of the code of conduct, with their codes"), RECORD, "Fighting (F-2)"),
    "services": Placeholder(_("Services while the student is away"), PERHAPS, "Work sent home, two hours a day"),
    "facts": Placeholder(_("What happened, without another child's name"), TYPED, "Your child pushed another student."),
    "meeting_on": Placeholder(_("Day of the meeting or hearing"), TYPED, "2026-11-17"),
    "meeting_at": Placeholder(_("Its time"), TYPED, "3:30 PM"),
    "meeting_place": Placeholder(_("Its place"), TYPED, "Room 12"),
    "grounds": Placeholder(_("Grounds of the decision, without another child's name"), TYPED, "The facts were shown."),
    "writer": Placeholder(_("Who signs: name and office"), TYPED, "Name, Principal"),
    "contact": Placeholder(_("How to reach the writer"), TYPED, "555-0100"),
    "hearing_by": Placeholder(_("Last day for the formal hearing"), PERHAPS, "2026-12-10"),
    "services_by": Placeholder(_("Day by which teaching goes on"), PERHAPS, "2026-11-19"),
    "appeal_by": Placeholder(_("Last day to appeal"), PERHAPS, "2027-03-08"),
    "placement_on": Placeholder(_("Day on which the placement changed"), RECORD, "2026-11-10"),
    "determination_by": Placeholder(_("Last day for the determination"), PERHAPS, "2026-11-24"),
    "appeal_to": Placeholder(_("Who decides the appeal"), RECORD, "board"),
    "appeal_filed_on": Placeholder(_("Day on which the appeal was filed"), RECORD, "2026-11-16"),
    "appeal_decided_on": Placeholder(_("Day on which it was decided"), RECORD, "2026-12-01"),
    "appeal_outcome": Placeholder(_("How it ended"), RECORD, "upheld"),
}
"""Name between braces → what it stands for. Days stand in ISO 8601 and are written out in the letter's language."""

DAYS = frozenset(name for name in PLACEHOLDERS if name.endswith(("_on", "_by"))) | {"today"}
"""Placeholders that are days."""
CODED = {"removal_kind": "kinds", "appeal_to": "appeal_to", "appeal_outcome": "appeal_outcomes"}
"""Placeholders that are codes, and which words of a language pack say them."""
IN_LANGUAGES = ("facts", "grounds")
"""Placeholders that may be typed once for each language: `facts_es` beside `facts`."""
TYPED_NAMES = tuple(name for name, one in PLACEHOLDERS.items() if one.source is Source.TYPED)

CONDITIONS: dict[str, str] = {
    "short_term": _("The removal has at most 10 school days"),
    "long_term": _("The removal has more than 10 school days"),
    "out_of_school": _("The student is kept out of school"),
    "idea": _("The student has an IEP"),
    "section504": _("The student has a Section 504 plan"),
    "nj": _("The district is in New Jersey"),
}
"""Name of a block → when its text is in the letter."""
