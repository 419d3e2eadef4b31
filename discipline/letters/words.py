"""Letters in people's words: states with their shapes, the section of a removal's page, what happened to a letter."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.models import DueProcessStep, Letter, LetterKind, LetterStatus, LetterVersion, Removal
from district.page_parts import Cell, Heading, Section, Status, TimelineStep, day_words

TONES = {
    Letter.State.WRITTEN: "open",
    Letter.State.SENT: "done",
    Letter.State.HANDED: "done",
    Letter.State.RETURNED: "late",
    Letter.State.WITHDRAWN: "waived",
}
KIND_OF_STEP = {
    "parent_notice": LetterKind.REMOVAL_NOTICE,
    "written_notice": LetterKind.REMOVAL_NOTICE,
    "witness_list": LetterKind.HEARING_NOTICE,
    "manifestation_determination": LetterKind.DETERMINATION_MEETING,
    "reentry_meeting": LetterKind.REENTRY_MEETING,
    "return_plan": LetterKind.REENTRY_MEETING,
}
"""Step of the checklist → the letter that goes with it."""
DONE_BY_LETTER = frozenset({"parent_notice", "written_notice", "witness_list", "families_informed"})
"""Steps that are done once the letter went out; the others still have to take place."""


def letter_status(letter: Letter) -> Status:
    """Where a letter stands, in a word with its shape."""
    return Status(letter.get_state_display(), TONES[letter.state])  # type: ignore[index]


def review_status(version: LetterVersion) -> Status:
    """Whether a template was signed off."""
    is_ready = version.review == LetterVersion.Review.READY
    return Status(version.get_review_display(), "done" if is_ready else "due")


def letter_url(step: DueProcessStep) -> str:
    """Address where the letter of a step is written; empty where no letter goes with it."""
    kind = KIND_OF_STEP.get(step.step)
    if step.removal is None or kind is None or step.state != DueProcessStep.State.OPEN:
        return ""
    return f"{reverse('letter_write', args=[step.removal.uid])}?kind={kind}&step={step.uid}"


def letters_section(removal: Removal) -> Section:
    """The letters of a removal, the latest first."""
    rows = [
        [
            Cell(letter.get_kind_display(), reverse("letter_detail", args=[letter.uid])),
            Cell(letter.recipient, note=letter.get_language_display()),
            Cell(day_words(letter.dated)),
            Cell(status=letter_status(letter)),
        ]
        for letter in removal.letters.all()
    ]
    headings = (Heading(_("Letter")), Heading(_("To")), Heading(_("Dated"), is_day=True), Heading(_("Status")))
    return Section(_("Letters"), headings, rows, _("No letter was written about it."))


def status_steps(letter: Letter) -> list[TimelineStep]:
    """What happened to a letter, as the timeline of its page."""
    return [
        TimelineStep(
            row.day, day_words(row.day), str(row.get_state_display()), _how(row), row.state != Letter.State.RETURNED
        )
        for row in letter.statuses.all()
    ]


def _how(row: LetterStatus) -> str:
    parts = [row.get_way_display(), row.note, str(row.by or ""), _("entered %(day)s") % {"day": _entered(row)}]
    return " · ".join(str(part) for part in parts if part)


def _entered(row: LetterStatus) -> str:
    return day_words(timezone.localdate(row.at))
