"""Sections of records' pages that more than one page shows. They read; they know no address of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.models import (
    Commitment,
    Document,
    EndChange,
    MemorandumPerson,
    Miss,
    PartnerActivity,
    Renewal,
)
from commitments.statuses import commitment_status
from district.access import Permission
from district.models import Memorandum, User
from district.page_parts import Cell, Fact, Heading, Section, Status, TimelineStep, day_words, plain_days, span_words

LATEST = 5
"""Rows of a partner's log on the page of its memorandum."""
KILOBYTE = 1024


def with_standing(commitments: QuerySet, user: User) -> QuerySet:
    """Give each commitment the misses not settled of which `user` may know, and its next date. No further query."""
    open_misses = Miss.objects.open().visible_to(user)
    return commitments.annotate(
        misses_known=Count("misses", filter=Q(misses__in=open_misses.values("pk")), distinct=True),
        next_due_on=Min("due_items__due_on", filter=Q(due_items__fulfilled_on=None)),
    )


def standing_of(commitment: Any, today: date) -> Status:
    """The state of a commitment that comes from `with_standing`."""
    return commitment_status(
        commitment, misses=commitment.misses_known, next_due_on=commitment.next_due_on, today=today
    )


def commitment_section(
    commitments: QuerySet,
    user: User,
    today: date,
    *,
    title: str,
    empty: str,
    more: tuple[str, str] | None = None,
) -> Section:
    """Commitments as a small table: what, who owes it, next date, where it stands."""
    rows = [
        [
            Cell(one.title, reverse("commitment_detail", args=[one.uid]), one.reference),
            Cell(one.responsible_name or one.get_responsible_display()),
            Cell(day_words(one.next_due_on)),
            Cell(status=standing_of(one, today)),
        ]
        for one in with_standing(commitments, user).order_by("adopted_on", "pk")
    ]
    headings = (Heading(_("Commitment")), Heading(_("Who owes it")), Heading(_("Next date")), Heading(_("Status")))
    return Section(title, headings, rows, empty, more=more)


def document_section(documents: Any, user: User) -> Section:
    """The files of a record; those out of use are named with the reason."""
    may_void = set(documents.allowed(user, Permission.MEMORANDUM_EDIT).values_list("pk", flat=True))
    rows = []
    for document in documents:
        size = ngettext("%(count)d KB", "%(count)d KB", 1) % {"count": max(1, document.size // KILOBYTE)}
        if document.voided_at:
            rows.append(
                [
                    Cell(document.title, note=document.void_reason),
                    Cell(document.file_name, note=size),
                    Cell(status=Status(_("Out of use"), "waived")),
                ]
            )
            continue
        void = reverse("document_step", args=[document.uid, "void"]) if document.pk in may_void else ""
        rows.append(
            [
                Cell(document.title, reverse("document_file", args=[document.uid])),
                Cell(document.file_name, note=size),
                Cell(_("Take it out of use") if void else _("in use"), void),
            ]
        )
    headings = (Heading(_("Document")), Heading(_("File")), Heading(_("Use")))
    return Section(_("Documents"), headings, rows, _("No document is kept here yet."))


def documents_of(**owner: Any) -> Any:
    """The documents of one record, the latest first."""
    return Document.objects.filter(**owner)


# --- Memoranda -----------------------------------------------------------------------------------------------------
def memorandum_facts(memorandum: Memorandum) -> list[Fact]:
    """Notice, the memorandum before and the one after."""
    terms = getattr(memorandum, "terms", None)
    notice = terms.notice_days if terms else None
    words = ngettext("%(count)d day", "%(count)d days", notice or 0) % {"count": notice or 0}
    facts = [Fact(_("Notice"), words if notice else _("none agreed"))]
    before = Renewal.objects.filter(later=memorandum).select_related("earlier").first()
    after = Renewal.objects.filter(earlier=memorandum).select_related("later").first()
    if before:
        earlier = before.earlier
        facts.append(Fact(_("Renews"), earlier.title, href=reverse("memorandum_detail", args=[earlier.uid])))
    if after:
        later = after.later
        facts.append(Fact(_("Renewed by"), later.title, href=reverse("memorandum_detail", args=[later.uid])))
    return facts


def memorandum_sections(
    memorandum: Memorandum, user: User, today: date, *, more: Sequence[Section] = ()
) -> list[Section]:
    """Everything that belongs to a memorandum beside its facts, as far as `user` may see it.

    `more` is what other floors promise under it; it follows what was promised.
    """
    sections = [_terms(memorandum)]
    if user.holds(Permission.COMMITMENT_VIEW):
        commitments = Commitment.objects.visible_to(user).filter(memorandum=memorandum)
        empty = _("No commitment has been drawn from it yet.")
        link = None
        if user.holds(Permission.COMMITMENT_EDIT):
            query = urlencode({"memorandum": str(memorandum.uid)})
            link = (f"{reverse('commitment_add')}?{query}", _("Draft a commitment"))
        title = _("What was promised")
        sections.append(commitment_section(commitments, user, today, title=title, empty=empty, more=link))
    sections += [
        *more,
        _people(memorandum),
        _designations(memorandum, today),
        document_section(documents_of(memorandum=memorandum), user),
        _reviews(memorandum),
        _activities(memorandum, user),
    ]
    return sections


def _terms(memorandum: Memorandum) -> Section:
    terms = getattr(memorandum, "terms", None)
    known = ((_("What it is about"), terms.scope), (_("Data sharing"), terms.data_sharing)) if terms else ()
    rows = [[Cell(words), Cell(said)] for words, said in known if said]
    return Section(_("Terms"), (Heading(_("Term")), Heading(_("Says"))), rows, _("Its terms are not written down yet."))


def _people(memorandum: Memorandum) -> Section:
    rows = []
    for person in memorandum.people.all():
        reached = ", ".join(part for part in (person.email, person.phone) if part)
        if person.ended_on:
            when = _("until %(day)s") % {"day": day_words(person.ended_on)}
        else:
            when = _("signed %(day)s") % {"day": day_words(person.signed_on)} if person.signed_on else ""
        part = person.get_part_display() if person.part == MemorandumPerson.Part.CONTACT else _("Signatory")
        rows.append(
            [
                Cell(person.name, note=person.title),
                Cell(person.get_side_display()),
                Cell(part, note=when),
                Cell(reached),
            ]
        )
    headings = (Heading(_("Name")), Heading(_("Stands for")), Heading(_("Part")), Heading(_("Reached at")))
    return Section(_("Signatories and contacts"), headings, rows, _("Nobody is named yet."))


def _designations(memorandum: Memorandum, today: date) -> Section:
    rows = []
    for row in memorandum.designations.all():
        if row.holds_on(today):
            status = Status(_("Holds"), "done")
        else:
            status = Status(_("Begins later"), "open") if row.begins_on > today else Status(_("Expired"), "waived")
        span = span_words(row.begins_on, row.ended_on or row.expires_on)
        rows.append([Cell(row.function, note=row.end_reason), Cell(span), Cell(status=status)])
    headings = (Heading(_("Function")), Heading(_("Holds")), Heading(_("Status")))
    note = _("34 CFR 99.31(a)(1)(i)(B). A designation says for what records may be used. It opens nothing by itself.")
    empty = _("The partner’s people are not designated as school officials.")
    return Section(_("School officials by designation"), headings, rows, empty, note=note if rows else "")


def _reviews(memorandum: Memorandum) -> Section:
    rows = []
    for review in memorandum.reviews.all():
        if review.voided_at:
            status = Status(_("Canceled"), "waived")
        else:
            status = Status(_("Held"), "done") if review.held_on else Status(_("Planned"), "open")
        said = review.void_reason if review.voided_at else review.summary
        rows.append(
            [
                Cell(day_words(review.held_on or review.planned_on)),
                Cell(status=status),
                Cell(said, note=review.present),
            ]
        )
    headings = (Heading(_("Review")), Heading(_("Status")), Heading(_("What was said")))
    return Section(_("Reviews"), headings, rows, _("No review is planned."))


def _activities(memorandum: Memorandum, user: User) -> Section:
    is_partner = user.holds(Permission.ACTIVITY_LOG)
    standing = memorandum.activities.filter(voided_at=None)
    total = standing.aggregate(
        hours=Sum("hours"), people=Sum("people_reached"), cases=Sum("cases_brought"), funding=Sum("funding")
    )
    latest = memorandum.activities.select_related("memorandum__organization")[:LATEST]
    rows = []
    for activity in latest:
        what, kind, day, _organization, *others = activity_cells(activity, is_partner)
        rows.append([Cell(what.text, note=kind.text), day, *others])
    headings = (
        Heading(_("What was done")),
        Heading(_("Day"), is_day=True),
        Heading(_("Hours"), is_number=True),
        Heading(_("People"), is_number=True),
        Heading(_("Cases"), is_number=True),
        Heading(_("Funding"), is_number=True),
        Heading(_("On record")),
    )
    note = ""
    if rows:
        note = _("In all: %(hours)s hours, %(people)s people reached, %(cases)s cases brought, %(funding)s.") % {
            "hours": plain_days(total["hours"] or Decimal(0)),
            "people": total["people"] or 0,
            "cases": total["cases"] or 0,
            "funding": dollars(total["funding"] or 0),
        }
    more = (f"{reverse('activity_list')}?memorandum={memorandum.uid}", _("The whole log"))
    empty = _("The partner has not logged anything under it yet.")
    return Section(_("What the partner did"), headings, rows, empty, note, more if rows else None)


def activity_cells(activity: PartnerActivity, is_partner: bool) -> list[Cell]:
    """One piece of work as a row; a partner finds there how to void it."""
    void = reverse("activity_step", args=[activity.uid, "void"])
    if activity.voided_at:
        standing = Cell(status=Status(_("Voided"), "waived"), note=activity.void_reason)
    elif is_partner:
        standing = Cell(_("Void it"), void)
    else:
        standing = Cell(_("yes"))
    numbers = (activity.people_reached, activity.cases_brought)
    return [
        Cell(activity.title, note=activity.note),
        Cell(activity.get_kind_display()),
        Cell(day_words(activity.happened_on)),
        Cell(activity.memorandum.organization.name),
        Cell(plain_days(activity.hours)),
        *(Cell("" if number is None else str(number)) for number in numbers),
        Cell("" if activity.funding is None else dollars(activity.funding)),
        standing,
    ]


def dollars(amount: Decimal | int) -> str:
    """An amount of money in words of the page, in whole dollars where it is whole."""
    return f"${amount:,.2f}".removesuffix(".00")


def end_steps(memorandum: Memorandum, today: date) -> list[TimelineStep]:
    """Extensions and early ends, each with the end before it."""
    steps = []
    for change in memorandum.end_changes.all():
        before = day_words(change.ended_on) or _("no end set")
        note = _("From %(before)s to %(after)s. %(reason)s") % {
            "before": before,
            "after": day_words(change.ends_on),
            "reason": change.reason,
        }
        title = f"{change.get_kind_display()}: {change.get_status_display()}"
        on = change.decided_on or change.proposed_on
        is_done = change.status != EndChange.Status.PROPOSED
        steps.append(TimelineStep(on, day_words(on), title, note, is_done=is_done and on <= today))
    return steps
