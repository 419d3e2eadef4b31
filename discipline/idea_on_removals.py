"""What the page of a removal says of the IDEA clock: decisions that people made over it, and what can be done next."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from discipline.actions import idea
from discipline.clocks import StudentClock, clock_of
from discipline.idea_clock import Kind
from discipline.models import ManifestationDetermination, PatternReview, Removal
from district.access import Permission
from district.columns import is_open
from district.models import User
from district.page_parts import Cell, Heading, NextStep, Section, Status, day_words


def may_know(user: User) -> bool:
    """Whether every grant through which `user` reads removals also opens program flags."""
    return is_open(Removal, Permission.DEMOGRAPHICS_VIEW, user)


def section_of(removal: Removal, user: User) -> Section | None:
    """Reviews and determinations over the removal, the voided ones too; None where there are none to show."""
    if not may_know(user):
        return None
    may_act = user.can(Permission.REMOVAL_RECORD, removal.school)
    rows = [_review_row(row, may_act=may_act) for row in removal.pattern_reviews.all()]
    rows += [_determination_row(row, may_act=may_act) for row in removal.determinations.all()]
    headings = (Heading(_("What")), Heading(_("Decided on")), Heading(_("By when")), Heading(_("How it stands")))
    note = _(
        "After a manifestation the school makes or reviews a behavior plan, and the student returns, unless parents "
        "and school agree otherwise or a special circumstance holds (34 CFR 300.530(f), (g))."
    )
    return Section(_("IDEA and Section 504"), headings, rows, "", note) if rows else None


def steps_of(removal: Removal, user: User) -> list[NextStep]:
    """What can be done about the clock now: facts, the decisions that it asks for, the steps of a determination."""
    if removal.voided_at or not may_know(user) or not user.can(Permission.REMOVAL_RECORD, removal.school):
        return []
    read = clock_of(removal.student, removal.school_year)
    if not read.protections and read.is_protection_known:
        return []
    return list(_steps(removal, read))


def _steps(removal: Removal, read: StudentClock) -> Iterator[NextStep]:
    yield NextStep(_("Facts for the IDEA clock"), reverse("removal_facts", args=[removal.uid]))
    reviews = [event for event in read.clock.of(Kind.PATTERN_REVIEW) if event.removal == removal.pk]
    if any(event.answer is None for event in reviews):
        yield NextStep(_("Decide: is it a pattern?"), reverse("removal_pattern", args=[removal.uid]))
    standing = read.determinations.get(removal.pk)
    if standing is None:
        if any(event.removal == removal.pk for event in read.clock.of(Kind.DETERMINATION_DUE)):
            words = _("Open the manifestation determination")
            yield NextStep(words, reverse("removal_determination", args=[removal.uid]))
        return
    if standing.notice_on is None:
        yield NextStep(_("Tell the parents"), reverse("determination_notice", args=[standing.uid]))
    if standing.held_on is None:
        yield NextStep(_("Hold the determination"), reverse("determination_hold", args=[standing.uid]))


def _review_row(review: PatternReview, *, may_act: bool) -> list[Cell]:
    if review.voided_at:
        status = Status(_("Voided"), "waived")
    else:
        status = Status(_("A pattern") if review.is_change_of_placement else _("No pattern"), "done")
    link = reverse("pattern_review_void", args=[review.uid]) if may_act and not review.voided_at else ""
    return [
        Cell(_("Pattern review"), link, note=review.decided_by),
        Cell(day_words(review.decided_on)),
        Cell(""),
        Cell(status=status, note=review.reasons),
    ]


def _determination_row(row: ManifestationDetermination, *, may_act: bool) -> list[Cell]:
    state = idea.state_of(row)
    if state == idea.VOIDED:
        status = Status(_("Voided"), "waived")
    elif state == idea.HELD:
        status = Status(_("A manifestation") if row.is_manifestation else _("Not a manifestation"), "done")
    else:
        is_late = row.due_on is not None and row.due_on < row.removal.school.district.today()
        status = Status(_("Overdue") if is_late else _("To do"), "late" if is_late else "due")
    told = _("parents told on %(day)s") % {"day": day_words(row.notice_on)} if row.notice_on else _("parents not told")
    link = reverse("determination_void", args=[row.uid]) if may_act and state != idea.VOIDED else ""
    return [
        Cell(_("Manifestation determination"), link, note=row.took_part),
        Cell(day_words(row.decided_on), note=told),
        Cell(day_words(row.due_on) or _("the calendar does not reach it")),
        Cell(status=status, note=day_words(row.held_on)),
    ]
