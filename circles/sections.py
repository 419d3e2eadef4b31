"""The parts of a case's page: what is still missing, who takes part, who keeps it, its course."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.actions.keepers import loads
from circles.actions.readiness import check_keepers, keepers_of, lacks_of, participants_of
from circles.consent_rule import PRINCIPALS
from circles.models import Circle, CircleConsent, CircleParticipant, terms_of
from district.page_parts import Cell, Heading, Section, Status, TimelineStep, day_words, yes_no_words

TOLD_TONES = {
    states.NOT_HELD_YET: "open",
    states.SCHEDULED: "due",
    states.HELD: "underway",
    states.FOLLOW_UP: "underway",
    states.CLOSED: "done",
}
STATE_TONES = {
    states.REFERRED: "open",
    states.SCREENING: "underway",
    states.PREPARATION: "underway",
    states.SCHEDULED: "due",
    states.HELD: "underway",
    states.NOT_HELD: "open",
    states.AGREEMENT: "underway",
    states.NO_AGREEMENT: "underway",
    states.FOLLOW_UP: "underway",
    states.CLOSED: "done",
}


def state_words(circle: Circle, *, is_team: bool) -> str:
    """The state of a case in words, as the reader may know it."""
    return str(circle.get_status_display() if is_team else circle.told.label)


def state_of(circle: Circle, *, is_team: bool) -> Status:
    """The state of a case as a word with its shape. A closed case looks the same however it closed."""
    if circle.voided_at:
        return Status(_("Voided"), "waived")
    tone = STATE_TONES[circle.status] if is_team else TOLD_TONES[circle.told]
    return Status(state_words(circle, is_team=is_team), tone)


def missing_section(circle: Circle) -> Section | None:
    """What is still missing before it may be held; None once it was, or before it was screened."""
    if circle.status not in (states.PREPARATION, states.SCHEDULED, states.NOT_HELD):
        return None
    missing = lacks_of(circle)
    try:
        check_keepers(circle, circle.scheduled_on or circle.school.district.today())
    except ValidationError as refusal:
        missing += refusal.messages
    rows = [[Cell(text)] for text in missing]
    empty = _("Everybody has said yes, and somebody certified keeps it.")
    return Section(_("Still missing"), (Heading(_("What")),), rows, empty)


def people_section(circle: Circle) -> Section:
    """Who takes part, with what each of them was asked and answered, and the next thing to do with them."""
    asks_guardian = terms_of(circle.practice).needs_guardian
    is_open = circle.status in states.BEFORE_IT_IS_HELD and circle.voided_at is None
    rows = []
    for one in participants_of(circle):
        beside = _("supporter of %(name)s") % {"name": one.supporter_of} if one.supporter_of else ""
        cells = [
            Cell(str(one), note=beside or (one.student.local_id if one.student else "")),
            Cell(one.get_role_display()),
            Cell(day_words(one.prepared_on)),
            Cell(status=answer_status(one, CircleConsent.Kind.OWN)),
        ]
        if asks_guardian:
            cells.append(Cell(status=answer_status(one, CircleConsent.Kind.GUARDIAN)) if one.student_id else Cell())
        if is_open:
            cells.append(_next_with(one, asks_guardian))
        else:
            times = _("time %(number)d") % {"number": one.times} if one.times else ""
            cells.append(Cell(yes_no_words(one.attended) if one.attended is not None else "", note=times))
        rows.append(cells)
    headings = [Heading(_("Who")), Heading(_("Part")), Heading(_("Prepared"), is_day=True), Heading(_("Own answer"))]
    if asks_guardian:
        headings.append(Heading(_("A guardian’s")))
    headings.append(Heading(_("Next")) if is_open else Heading(_("Came")))
    return Section(_("Who takes part"), tuple(headings), rows, _("Nobody is named yet."))


def answer_status(participant: CircleParticipant, kind: str) -> Status:
    """An answer as a word with its shape; a no is as quiet as a yes."""
    answer = participant.latest(kind)
    if not answer:
        return Status(_("Not asked yet"), "open")
    tone = "done" if answer == CircleConsent.Answer.GIVEN else "waived"
    words = {"given": _("Yes"), "declined": _("No"), "withdrawn": _("Taken back")}
    return Status(words[answer], tone)


def _next_with(one: CircleParticipant, asks_guardian: bool) -> Cell:
    needs_guardian = asks_guardian and one.student_id is not None
    steps = (
        ("prepare", _("Record the meeting"), one.role in PRINCIPALS and one.prepared_on is None),
        ("consent", _("Record the answer"), not one.latest(CircleConsent.Kind.OWN)),
        (
            "permission",
            _("Record a guardian’s answer"),
            needs_guardian and not one.party.permission,
        ),
        ("consent", _("Record another answer"), True),
    )
    name, words = next((name, words) for name, words, is_next in steps if is_next)
    return Cell(words, reverse("participant_step", args=[one.uid, name]))


def keepers_section(circle: Circle, *, may_arrange: bool) -> Section:
    """Who keeps it, on which certificate, under which exception, and how many open cases they keep."""
    found = keepers_of(circle)
    load = loads([one.practitioner_id for one in found])
    is_open = circle.status != states.CLOSED and circle.voided_at is None
    rows = []
    for one in found:
        organization = one.practitioner.person.organization
        exception = _("Exception: %(reason)s") % {"reason": one.override_reason} if one.override_reason else ""
        cells = [
            Cell(str(one.practitioner), note=organization.name if organization else ""),
            Cell(one.get_part_display()),
            Cell(one.certificate, note=exception),
            Cell(one.get_conflict_display() if one.conflict else _("none")),
            Cell(str(load.get(one.practitioner_id, 0))),
        ]
        if may_arrange:
            address = reverse("keeper_step", args=[one.uid, "end"])
            cells.append(Cell(_("Keeps it no longer"), address) if is_open else Cell())
        rows.append(cells)
    headings = [
        Heading(_("Who")),
        Heading(_("Part")),
        Heading(_("Certificate")),
        Heading(_("Stake in it")),
        Heading(_("Open cases"), is_number=True),
    ]
    if may_arrange:
        headings.append(Heading(_("Change")))
    match = (reverse("circle_keepers", args=[circle.uid]), _("Who could keep it?"))
    is_early = may_arrange and circle.status in states.BEFORE_IT_IS_HELD and circle.voided_at is None
    return Section(_("Who keeps it"), tuple(headings), rows, _("Nobody yet."), more=match if is_early else None)


def course_of(circle: Circle, *, is_team: bool) -> list[TimelineStep]:
    """Each state the case passed through and why it closed, as the reader may know them."""
    found: dict[str, TimelineStep] = {}
    reasons = dict(Circle.CloseReason.choices) | dict(Circle.NotHeld.choices)
    words = dict(Circle.Status.choices if is_team else Circle.Told.choices)
    for row in circle.statuses.all():
        reason = row.reason if is_team else states.told_reason(row.reason)
        state = row.status if is_team else states.told_past(row.status)
        step = TimelineStep(row.on, day_words(row.on), str(words[state]), str(reasons.get(reason, "")))
        # Outside the team each state stands once, since its first day; the team sees it as often as it was reached.
        found.setdefault(str(row.pk) if is_team else state, step)
    return list(found.values())


def names_of(circles: Iterable[int]) -> dict[int, str]:
    """The names of those whom each case is about; one query."""
    rows = CircleParticipant.objects.standing().filter(circle__in=circles, role__in=PRINCIPALS)
    found: dict[int, list[str]] = {}
    for one in rows.select_related("student__person").order_by("pk"):
        found.setdefault(one.circle_id, []).append(str(one))
    return {key: ", ".join(names) for key, names in found.items()}
