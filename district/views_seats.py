"""Pages about the seats of a memorandum: what is promised, a new promise, taking one back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.filtering import IsoDateField
from district.models import Memorandum, SeatAllotment, User
from district.page_parts import Cell, Heading, Section, span_words
from district.seats import allot_seats, withdraw_seats
from district.verb_pages import RecordVerbPage


def seats_section(memorandum: Memorandum, user: User) -> Section:
    """The seats that a memorandum promises; invitation codes only for those who may change it."""
    may_edit = Memorandum.objects.all().allowed(user, Permission.MEMORANDUM_EDIT).filter(pk=memorandum.pk).exists()
    rows = []
    for one in memorandum.seat_allotments.all():
        line = [
            Cell(
                one.label,
                note=_("taken back: %(reason)s") % {"reason": one.withdraw_reason} if one.withdrawn_at else "",
            ),
            Cell(str(one.seats)),
            Cell(span_words(one.begins_on, one.ends_on or memorandum.ends_on)),
        ]
        if may_edit:
            line.append(Cell("" if one.withdrawn_at else one.code_words))
            address = reverse("seats_withdraw", args=[one.uid])
            line.append(Cell("") if one.withdrawn_at else Cell(_("Take back"), address))
        rows.append(line)
    headings = [Heading(_("For whom")), Heading(_("Seats"), is_number=True), Heading(_("Days"))]
    more = None
    if may_edit:
        headings += [Heading(_("Invitation code")), Heading(_("Change"))]
        more = (reverse("memorandum_seats", args=[memorandum.uid]), _("Promise seats"))
    return Section(_("Seats in trainings"), tuple(headings), rows, _("No seats are promised."), more=more)


class SeatsForm(forms.Form):
    """Seats to promise."""

    label = forms.CharField(
        label=gettext_lazy("For whom"), max_length=100, help_text=gettext_lazy("Such as: staff of the two schools.")
    )
    seats = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=2000)
    begins_on = IsoDateField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Empty: from the first day of the memorandum."),
    )
    ends_on = IsoDateField(
        label=gettext_lazy("Through"), required=False, help_text=gettext_lazy("Empty: as long as the memorandum.")
    )


class MemorandumSeats(RecordVerbPage):
    """Promise seats under a memorandum."""

    needs = Permission.MEMORANDUM_EDIT
    model = Memorandum
    form_class = SeatsForm
    title = gettext_lazy("Promise seats in trainings")
    about = gettext_lazy("They get an invitation code: whoever has it registers for a session that keeps such seats.")
    submit_words = gettext_lazy("Promise the seats")
    done_words = gettext_lazy("The seats are promised. The code stands beside them.")

    def act(self, values: dict[str, Any]) -> str:
        allot_seats(memorandum=self.record, by=self.request.user, **values)
        return reverse("memorandum_detail", args=[self.record.uid])


class WithdrawForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("It stays on record.")
    )


class SeatsWithdraw(RecordVerbPage):
    """Take promised seats back."""

    needs = Permission.MEMORANDUM_EDIT
    model = SeatAllotment
    form_class = WithdrawForm
    title = gettext_lazy("Take seats back")
    about = gettext_lazy("The invitation code stops working. Whoever has a seat keeps it.")
    submit_words = gettext_lazy("Take them back")
    done_words = gettext_lazy("The seats are taken back.")

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("memorandum")

    def act(self, values: dict[str, Any]) -> str:
        withdraw_seats(allotment=self.record, by=self.request.user, **values)
        return reverse("memorandum_detail", args=[self.record.memorandum.uid])
