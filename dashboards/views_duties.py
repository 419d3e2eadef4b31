"""What falls due: the page, the secret calendar link, and which mail one gets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from commitments.duties import broken_words
from dashboards.duties import READERS, duties_of
from district.actions_notices import choose_mail, holder_of, make_calendar_link, revoke_calendar_link
from district.calendar_files import calendar_answer, calendar_of_duties
from district.duties import Duty, by_month, waiting
from district.limits import is_within
from district.models import CalendarLink, MailChoice
from district.page_parts import Cell, Heading, Section, Status, day_words
from district.pages import PageMixin, SignedInRequest
from district.step_pages import AddPage

BEHIND, AHEAD = timedelta(days=365), timedelta(days=180)
CALENDAR_AHEAD = timedelta(days=400)
CALENDARS_A_MINUTE = 60
"""A calendar program asks a few times a day; a school behind one address asks more often."""
HEADINGS = (
    Heading(gettext_lazy("Of what")),
    Heading(gettext_lazy("Day"), is_day=True),
    Heading(gettext_lazy("What")),
    Heading(gettext_lazy("Status")),
)


def duty_cells(duty: Duty, today: Any) -> list[Cell]:
    """A duty as a row."""
    if duty.on < today:
        status = Status(_("Overdue"), "late")
    else:
        status = Status(_("Yours"), "due") if duty.is_owed else Status(_("To come"), "open")
    return [
        Cell(duty.of, reverse(duty.url_name, args=[duty.uid])),
        Cell(day_words(duty.on)),
        Cell(duty.words),
        Cell(status=status),
    ]


class DutyList(PageMixin, View):
    """Everything that falls due for the reader, month by month."""

    needs = READERS
    page_kind = "desk"

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self.shown(request)

    def shown(self, request: SignedInRequest, *, new_link: str = "") -> HttpResponse:
        """The page; with `new_link`, the one time that a secret address is shown."""
        user, today = request.user, timezone.localdate()
        duties = waiting(duties_of(user, since=today - BEHIND, until=today + AHEAD), today)
        overdue = [duty for duty in duties if duty.on < today]
        coming = [duty for duty in duties if duty.on >= today]
        sections = []
        if overdue:
            sections.append(Section(_("Overdue"), HEADINGS, [duty_cells(duty, today) for duty in overdue]))
        broken = [
            [Cell(one.title, reverse("commitment_detail", args=[one.uid])), Cell(status=Status(_("Not kept"), "late"))]
            for one in broken_words(user)
        ]
        if broken:
            sections.append(Section(_("Not kept"), (Heading(_("Commitment")), Heading(_("Status"))), broken))
        for month, found in by_month(coming):
            title = month_words(month)
            sections.append(Section(title, HEADINGS, [duty_cells(duty, today) for duty in found]))
        choice = MailChoice.objects.filter(user=user).first()
        context = {
            "sections": sections,
            "has_link": CalendarLink.objects.filter(user=user, revoked_at=None).exists(),
            "mail": choice.get_which_display() if choice else MailChoice.Which.ALL.label,
            "new_link": new_link,
        }
        return render(request, "dashboards/duties.html", context)


def month_words(month: Any) -> str:
    """A month as its title."""
    return date_format(month, "F Y")


class CalendarLinkPage(DutyList):
    """Make a new secret address, or revoke the one there is. Only by POST.

    The answer shows the new address, the only time: it is kept nowhere, in no session either.
    """

    http_method_names = ("post", "options")

    def post(self, request: SignedInRequest) -> HttpResponse:
        if "revoke" in request.POST:
            revoke_calendar_link(user=request.user)
            messages.success(request, _("The address opens nothing any more."))
        elif "make" in request.POST:
            key = make_calendar_link(user=request.user)
            address = request.build_absolute_uri(reverse("duty_calendar", args=[key]))
            return self.shown(request, new_link=address)
        return HttpResponseRedirect(reverse("duty_list") + "#calendar")


@method_decorator(login_not_required, name="dispatch")
class DutyCalendar(View):
    """The calendar file behind a secret address: what its holder's grants open today, and nothing of a student."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        # Counted for the address that asks, before any key is looked at: a guess costs as much as a calendar.
        if not is_within(request, "calendar", CALENDARS_A_MINUTE, 60):
            return HttpResponse(status=429, headers={"Retry-After": "60"})
        user = holder_of(key)
        if user is None:
            raise Http404
        today = timezone.localdate()
        duties = duties_of(user, since=today - BEHIND, until=today + CALENDAR_AHEAD)
        calendar = calendar_of_duties(
            duties,
            name=_("Reweave: what falls due"),
            stamp=timezone.now(),
            address=lambda duty: request.build_absolute_uri(reverse(duty.url_name, args=[duty.uid])),
            host=request.get_host(),
        )
        return calendar_answer(calendar, file_name="reweave.ics")


class MailChoiceForm(forms.Form):
    """Which mail about duties."""

    which = forms.ChoiceField(
        label=gettext_lazy("Which mail do you want?"), choices=MailChoice.Which.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.grouped = [("", [self["which"]])]


class MailChoicePage(AddPage):
    """Choose which mail about duties one gets."""

    needs = READERS
    form_class = MailChoiceForm
    list_name = "duty_list"
    list_words = gettext_lazy("What falls due")
    title = gettext_lazy("Which mail do you want?")
    about = gettext_lazy("A mail holds links and nothing else: no name, no number, no record.")
    submit_words = gettext_lazy("Save")
    done = gettext_lazy("Saved.")

    def get_initial(self) -> dict[str, Any]:
        choice = MailChoice.objects.filter(user=self.request.user).first()
        return {"which": choice.which if choice else MailChoice.Which.ALL}

    def call(self, values: dict[str, Any]) -> Any:
        return choose_mail(user=self.request.user, **values)

    def address_after(self, result: Any) -> str:
        return reverse("duty_list")
