"""The part of a case's page about voices: who was asked to write or to answer, and whether they have."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.actions.readiness import participants_of
from circles.actions.voices import OPEN_IN, Paper
from circles.models import Circle, VoiceLink
from district.page_parts import Cell, Heading, Section, Status, moment_words

SHOWN_IN = OPEN_IN[Paper.WORKSHEET] | states.AFTER_IT_WAS_HELD


def voices_section(circle: Circle, *, is_team: bool) -> Section | None:
    """Who has a link, and whose paper came back: that it did, and nothing of it. `is_team`: they read its notes."""
    if circle.voided_at is not None or circle.status not in SHOWN_IN | {states.CLOSED}:
        return None
    people = participants_of(circle)
    links: dict[tuple[int, str], VoiceLink] = {}
    for link in VoiceLink.objects.filter(participant__in=[one.pk for one in people]):
        # The latest link of a paper counts, unless an earlier one did its work.
        key = (link.participant_id, link.paper)
        if key not in links or not links[key].is_answered:
            links[key] = link
    if not links and circle.status == states.CLOSED:
        return None
    may_make = is_team and circle.status in SHOWN_IN
    rows = []
    for one in people:
        of_person = [links.get((one.pk, paper)) for paper in (Paper.WORKSHEET.value, Paper.SURVEY.value)]
        is_asked = one.attended if circle.status in states.AFTER_IT_WAS_HELD else not one.party.stays_away
        cells = [Cell(str(one), note=one.get_role_display()), *map(_came_back, of_person)]
        if may_make:
            still = next((link for link in of_person if link and link.is_open), None)
            end = Cell(_("Revoke"), reverse("voice_link_step", args=[still.uid, "revoke"])) if still else Cell()
            address = reverse("voice_link_new", args=[one.uid])
            cells += [Cell(_("Make a link"), address) if is_asked else Cell(), end]
        rows.append(cells)
    headings = [Heading(_("Who")), Heading(_("Worksheet before")), Heading(_("Survey after"))]
    if may_make:
        headings += [Heading(_("Link")), Heading(_("End it"))]
    more = (reverse("circle_worksheets", args=[circle.uid]), _("Read the worksheets")) if is_team else None
    return Section(_("In their own words"), tuple(headings), rows, _("Nobody is named yet."), more=more)


def _came_back(link: VoiceLink | None) -> Cell:
    if link is None:
        return Cell(status=Status(_("No link yet"), "open"))
    if link.is_answered:
        return Cell(status=Status(_("Came back"), "done"))
    if link.revoked_at:
        return Cell(status=Status(_("Revoked"), "waived"))
    if link.is_open:
        return Cell(status=Status(_("Link is out"), "underway"), note=moment_words(link.expires_at))
    return Cell(status=Status(_("Ended"), "waived"))
