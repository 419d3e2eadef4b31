"""What waits for review, and taking it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from discipline import actions, tables
from discipline.filters import ReviewFilterSet
from discipline.models import Involvement, Referral
from discipline.views import referral_status, returned_from_circle, titles_of
from district.access import Permission
from district.bulk import BulkAction
from district.page_parts import Cell, Heading, Status, day_words, time_words
from district.pages import ListPage, PageMixin
from district.steps import StepNotAllowed


class ReviewQueue(ListPage):
    """Referrals of one's schools that wait for a decision or an answer, the oldest first."""

    needs = Permission.REFERRAL_DECIDE
    table = tables.REFERRALS
    filterset_class = ReviewFilterSet
    title = gettext_lazy("To review")
    question = gettext_lazy("What waits for a decision?")
    about = gettext_lazy("The oldest first. Taking one tells your colleagues that you have it.")
    empty_title = gettext_lazy("Nothing waits")
    empty_text = gettext_lazy("Referrals stand here from the moment they are sent until they are decided.")
    first_chips = ("status", "assigned_to_me", "asks_restorative", "school")
    headings = (
        Heading(gettext_lazy("Student")),
        Heading(gettext_lazy("Behavior")),
        Heading(gettext_lazy("Sent"), "submitted_at", is_day=True),
        Heading(gettext_lazy("Waiting since"), is_day=True),
        Heading(gettext_lazy("Status"), "status"),
        Heading(gettext_lazy("Reviewer")),
        Heading(gettext_lazy("School"), "school"),
    )

    bulk_actions = (
        BulkAction(
            name="take",
            label=gettext_lazy("Take for review"),
            needs=Permission.REFERRAL_DECIDE,
            verb=actions.take_referral,
            subject="referral",
            done=lambda count: (
                ngettext("%(count)d referral is yours now", "%(count)d referrals are yours now", count)
                % {"count": count}
            ),
        ),
    )

    def queryset(self) -> models.QuerySet:
        return Referral.objects.all().allowed(self.request.user, Permission.REFERRAL_DECIDE).open()

    def links(self) -> tuple[tuple[str, Any], ...]:
        return ((reverse("referral_list"), _("All referrals")), (reverse("removal_calendar"), _("Action calendar")))

    def with_related(self, queryset: Any) -> models.QuerySet:
        return queryset.with_since().select_related("school", "student__person", "assigned_to")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        parts = Involvement.objects.filter(incident__in=[referral.incident_id for referral in records])
        titles = titles_of(parts, "incident", "student")
        returned = returned_from_circle([referral.pk for referral in records])
        for referral in records:
            asks = _("asks for a circle") if referral.asks_restorative else ""
            if referral.pk in returned:
                asks = _("returned from circle: what was agreed was not met")
            yield [
                Cell(referral.student.person.name, reverse("referral_detail", args=[referral.uid])),
                Cell(titles.get((referral.incident_id, referral.student_id), ""), note=asks),
                moment_cell(referral.created_at),
                moment_cell(referral.since),
                Cell(status=referral_status(referral)),
                Cell(str(referral.assigned_to)) if referral.assigned_to else Cell(status=Status(_("Nobody"), "open")),
                Cell(referral.school.name),
            ]


def moment_cell(moment: datetime) -> Cell:
    """The day of a moment, with the time below it."""
    here = localtime(moment)
    return Cell(day_words(here.date()), note=time_words(here.time()))


class TakePage(PageMixin, View):
    """Take a referral for review, or over from a colleague: one press."""

    needs = Permission.REFERRAL_DECIDE
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, uid: Any) -> HttpResponse:
        user = self.request.user
        referral = get_object_or_404(Referral.objects.all().allowed(user, Permission.REFERRAL_DECIDE), uid=uid)
        try:
            actions.take_referral(referral=referral, by=user)
        except StepNotAllowed as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("You have it now. Your colleagues see that."))
        return HttpResponseRedirect(reverse("referral_detail", args=[referral.uid]))
