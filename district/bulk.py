"""One thing done with several rows of a list: selected by checkbox, at most one page of them, each for itself.

**How a list offers one.** Name it in `ListPage.bulk_actions`:

    bulk_actions = (
        BulkAction(
            name="take",                                  # the value that the form posts
            label=gettext_lazy("Take for review"),        # the word on the button
            needs=Permission.REFERRAL_DECIDE,             # without it, the button is not there and the post is refused
            verb=actions.take_referral, subject="referral",     # called once a record: verb(referral=…, by=…)
            done=lambda count: ngettext("%(count)d referral taken", "%(count)d referrals taken", count)
            % {"count": count},
        ),
    )

- `verb` is the same verb that the record's own page and the API call. It is its own transaction with its own audit
  event; a ValidationError or StepNotAllowed refuses that one record, with its reason, and the others go on.
- A record is taken only if the list shows it to the reader **and** it lies where they hold `needs` (asked again in SQL
  on every post, never believed from the page). `reach` replaces the second half where the common rule does not fit.
- With `form_class`, the reader is first asked what the form asks (`question` is that page's title); its cleaned values
  go to the verb as keywords.
- **Safe** is what can be undone or harms nobody when a row too many was ticked: taking for review, ending a row of the
  code of conduct, a file. Voiding, deciding, releasing and whatever asks for a judgment about one student stay on the
  record's own page: a reason typed once for fifty students is no reason.

Nothing here needs a script: the checkboxes belong to a plain form below the table.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from district import downloads, reads
from district.access import Permission
from district.page_parts import Cell, Heading, Section, Words, name_of_row, with_query
from district.steps import StepNotAllowed

if TYPE_CHECKING:
    from district.filtering import StrictFilterSet
    from district.models import User
    from district.pages import ListPage

MOST_ROWS = 50
"""Rows of one page of a list."""


@dataclass(frozen=True)
class BulkAction:
    """One verb that a list offers for several rows; the module's docstring says how."""

    name: str
    label: Words
    needs: Permission
    verb: Callable[..., Any]
    subject: str
    done: Callable[[int], str]
    form_class: type[forms.Form] | None = None
    question: Words = ""
    reach: Callable[[User], models.QuerySet] | None = None

    def reachable(self, model: type[Any], user: User) -> models.QuerySet:
        """Records on which `user` may act."""
        return self.reach(user) if self.reach else model.objects.all().allowed(user, self.needs)


class NothingDone(Exception):
    """The request as a whole cannot be followed; the message says why, and the list is shown again."""


def offers(page: ListPage) -> tuple[BulkAction, ...]:
    """What the reader of `page` may do with several rows, files aside."""
    return tuple(action for action in page.bulk_actions if page.request.user.holds(action.needs))


def answer(page: ListPage) -> HttpResponseBase:
    """Answer the form below a list: a file of the selected rows, a question, or what was done and what was not."""
    request, actions = page.request, {action.name: action for action in offers(page)}
    if not actions and not downloads.may_export(page):
        return page.http_method_not_allowed(request)
    filterset = page.filterset()
    if errors := page.errors_of(filterset):
        return page.shown(filterset, errors)
    keys = request.POST.getlist("row")
    try:
        records = selected(page, keys)
        if "format" in request.POST:
            return file_of_selected(page, filterset, records, request.POST["format"])
        action = actions.get(request.POST.get("action", ""))
        if action is None:
            raise NothingDone(_("Choose what to do with the selected rows."))
        return follow(page, filterset, action, keys, records)
    except NothingDone as fault:
        return page.shown(filterset, {}, selected=frozenset(keys), fault=str(fault))


def selected(page: ListPage, keys: Sequence[str]) -> models.QuerySet:
    """The selected rows that the reader sees. Raises NothingDone when none or too many are selected, or no row is
    meant."""
    try:
        uids = {uuid.UUID(key) for key in keys}
    except ValueError:
        raise NothingDone(_("What was selected is no row of this list.")) from None
    if not uids:
        raise NothingDone(_("Select at least one row first."))
    if len(uids) > MOST_ROWS:
        raise NothingDone(_("At most %(most)d rows at once.") % {"most": MOST_ROWS})
    return page.queryset().filter(uid__in=uids)


def file_of_selected(
    page: ListPage, filterset: StrictFilterSet, records: models.QuerySet, kind: str
) -> HttpResponseBase:
    """A file of the selected rows, by the rules of every file of this list; a row too few is said, not left out."""
    if downloads.may_export(page):
        asked = len(set(page.request.POST.getlist("row")))
        found = downloads.exportable(page, records).count()
        if found < asked:
            text = _("%(count)d of the selected rows may not leave in a file, or are gone. Take them out first.")
            raise NothingDone(text % {"count": asked - found})
    return downloads.download(page, filterset, kind, selected=records)


def follow(
    page: ListPage, filterset: StrictFilterSet, action: BulkAction, keys: Sequence[str], records: models.QuerySet
) -> HttpResponseBase:
    """Ask what `action` still needs to know, else do it with each record and tell what became of each."""
    request = page.request
    rows = list(page.with_related(records))
    names = [name_of_row(cells) for cells in page.rows(rows)]
    if page.table.about_students:
        reads.record_list(page.table, filterset, count=len(rows), by=request.user)
    form = None
    if action.form_class:
        form = action.form_class(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            asking = {"title": action.question, "submit_words": action.label, "form": form, "names": names}
            return render(request, "bulk_question.html", asking | _about(page, action, keys))
    done, refused = carry_out(page, action, rows, names, form.cleaned_data if form else {})
    if absent := len(set(keys)) - len(rows):
        refused.append((_("%(count)d selected") % {"count": absent}, _("Not there any more, or not yours to see.")))
    headings = (Heading(page.title), Heading(_("Why nothing was done with it")))
    section = Section(_("Refused"), headings, [[Cell(name), Cell(reason)] for name, reason in refused])
    title = action.done(done) if done else _("Nothing was done")
    told = {"title": title, "section": section if refused else None, "refused": len(refused)}
    return render(request, "bulk_done.html", told | _about(page, action, keys))


def carry_out(
    page: ListPage, action: BulkAction, rows: Sequence[Any], names: Sequence[str], values: dict[str, Any]
) -> tuple[int, list[tuple[str, str]]]:
    """Call the verb once a record; return how many were done, and the name and reason of each that was refused."""
    user, done, refused = page.request.user, 0, []
    reachable = action.reachable(page.table.model, user).filter(pk__in=[row.pk for row in rows])
    within = set(reachable.values_list("pk", flat=True))
    for record, name in zip(rows, names, strict=True):
        if record.pk not in within:
            refused.append((name, _("Your role does not reach this one.")))
            continue
        try:
            action.verb(**{action.subject: record}, by=user, **values)
        except StepNotAllowed as refusal:
            refused.append((name, refusal.message))
        except ValidationError as refusal:
            refused.append((name, " ".join(refusal.messages)))
        else:
            done += 1
    return done, refused


def _about(page: ListPage, action: BulkAction, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "list_words": page.title,
        "list_url": with_query(page.request.GET),
        "action": action,
        "keys": keys,
    }
