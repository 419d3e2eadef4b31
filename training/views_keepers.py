"""Who can hold it? Finding a keeper by practice, language, school and day; asking by mail; what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from district.access import Permission
from district.filtering import IsoDateField
from district.models import District, School
from district.page_parts import Cell, Heading, Section, Status, day_words, moment_words, time_words
from district.pages import ListPage, PageMixin, SignedInRequest
from district.verb_pages import RecordVerbPage
from training import tables
from training.actions import asking as verbs
from training.filters import HoldRequestFilterSet
from training.forms import ANY, AskForm, ChoiceOf, ScopedForm, TimeField
from training.holding import Keeper, keepers
from training.mails import mail_question
from training.models import HoldRequest, Language, Practice, Practitioner
from training.validity import Holding

REQUEST_TONES = {
    HoldRequest.Status.ASKED: "open",
    HoldRequest.Status.ACCEPTED: "done",
    HoldRequest.Status.DECLINED: "waived",
    HoldRequest.Status.WITHDRAWN: "waived",
}
FURTHEST = timedelta(days=366)
"""How far ahead, or back, somebody may look."""


class FinderForm(ScopedForm):
    """What is to be held, when, where, in which language."""

    practice = ChoiceOf(gettext_lazy("Practice"))
    day = IsoDateField(label=gettext_lazy("Day"))
    begins = TimeField(label=gettext_lazy("Time"), required=False)
    school = ChoiceOf(gettext_lazy("School"), required=False, empty=gettext_lazy("Any school"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=[*ANY, *Language.choices], required=False)

    def limit(self) -> None:
        districts = finding_districts(self.user)
        self.offer("practice", Practice.objects.filter(district__in=districts).in_use())
        self.offer("school", School.objects.filter(district__in=districts, closed_on=None).order_by("name"))

    def clean_day(self) -> Any:
        """Return the day; one too far away is a typing mistake."""
        day = self.cleaned_data["day"]
        today = District.objects.filter(pk__in=finding_districts(self.user))[0].today()
        if abs(day - today) > FURTHEST:
            raise forms.ValidationError(_("At most a year from today."))
        return day


def finding_districts(user: Any) -> set[int]:
    """The districts in which the reader may look for keepers."""
    return {grant.district_id for grant in user.grants_with(Permission.KEEPER_FIND)}


class KeeperFinder(PageMixin, View):
    """Who can hold this circle? Names and what certifies them; addresses stay in the system."""

    needs = Permission.KEEPER_FIND
    page_kind = "list"

    def get(self, request: SignedInRequest) -> HttpResponse:
        districts = District.objects.filter(pk__in=finding_districts(request.user)).order_by("code")
        today = districts[0].today()
        given = request.GET or None
        form = FinderForm(given, user=request.user, initial={"day": today})
        context: dict[str, Any] = {"form": form, "section": None, "asked_url": reverse("hold_request_list")}
        context["may_ask"] = request.user.holds(Permission.KEEPER_ASK)
        status = 200
        if given is not None and form.is_valid():
            context["section"] = self._found(form.cleaned_data)
        elif given is not None:
            status = 400
        return render(request, "training/keeper_finder.html", context, status=status)

    def _found(self, wanted: dict[str, Any]) -> Section:
        people = Practitioner.objects.standing().filter(district__in=finding_districts(self.request.user))
        found = keepers(
            people=people,
            practice=wanted["practice"],
            day=wanted["day"],
            school=wanted["school"],
            language=wanted["language"],
            at=wanted["begins"],
        )
        rows = [self._row(keeper, wanted) for keeper in found]
        headings = (
            Heading(_("Name")),
            Heading(_("Certified as")),
            Heading(_("On that day")),
            Heading(_("Languages")),
            Heading(_("Serves")),
            Heading(_("Ask")),
        )
        title = _("%(practice)s on %(day)s") % {"practice": wanted["practice"], "day": day_words(wanted["day"])}
        empty = _("Nobody is certified for it and free that day. Another day, or any school, may help.")
        return Section(title, headings, rows, empty)

    def _row(self, keeper: Keeper, wanted: dict[str, Any]) -> list[Cell]:
        one, certification = keeper.practitioner, keeper.certification
        if keeper.holding is Holding.YES:
            status = Status(_("Certified"), "done")
            note = day_words(certification.expires_on)
            note = _("through %(day)s") % {"day": note} if note else ""
        else:
            status = Status(_("Ended, in its grace"), "due")
            note = _("only with a reason")
        usual = "" if keeper.is_at_usual_time else _("not a usual time")
        ask = self._ask_address(one, wanted)
        return [
            Cell(one.person.name, note=one.person.organization.name if one.person.organization else ""),
            Cell(certification.credential.name, note=note),
            Cell(status=status, note=usual),
            Cell(", ".join(map(str, one.languages.all()))),
            Cell(", ".join(school.name for school in one.schools.all()) or _("any school")),
            Cell(_("Ask by mail"), ask) if ask else Cell(""),
        ]

    def _ask_address(self, practitioner: Practitioner, wanted: dict[str, Any]) -> str:
        if not practitioner.person.email or not self.request.user.holds(Permission.KEEPER_ASK):
            return ""
        query = {
            "practice": wanted["practice"].uid,
            "day": wanted["day"].isoformat(),
            "begins": f"{wanted['begins']:%H:%M}" if wanted["begins"] else "",
            "school": wanted["school"].uid if wanted["school"] else "",
            "language": wanted["language"],
        }
        known = urlencode({name: value for name, value in query.items() if value})
        return f"{reverse('keeper_ask', args=[practitioner.uid])}?{known}"


class KeeperAsk(RecordVerbPage):
    """Ask somebody by mail to hold a circle. The mail names practice, school and day, and nobody who takes part."""

    needs = Permission.KEEPER_ASK
    form_class = AskForm
    title = gettext_lazy("Ask by mail")
    submit_words = gettext_lazy("Send the question")
    done_words = gettext_lazy("Asked. The answer will stand in the list.")

    def queryset(self) -> models.QuerySet:
        districts = {grant.district_id for grant in self.request.user.grants_with(Permission.KEEPER_ASK)}
        rows = Practitioner.objects.standing().filter(district__in=districts)
        return rows.select_related("person", "district")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "district": self.record.district}

    def get_initial(self) -> dict[str, Any]:
        return {name: self.request.GET[name] for name in AskForm.base_fields if name in self.request.GET}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        about = _("%(name)s gets a link to accept or decline. No free text: nothing about a student leaves the school.")
        return super().get_context_data(**context) | {"about": about % {"name": self.record.person.name}}

    def act(self, values: dict[str, Any]) -> str:
        request = verbs.ask(practitioner=self.record, by=self.request.user, **values)
        mail_question(request, self.request.build_absolute_uri)
        return reverse("hold_request_list")


def request_status(request: HoldRequest) -> Status:
    """What was answered, with its shape."""
    return Status(request.get_status_display(), REQUEST_TONES[HoldRequest.Status(request.status)])


class HoldRequestList(ListPage):
    """Who was asked, and what they answered."""

    needs = Permission.KEEPER_ASK
    table = tables.HOLD_REQUESTS
    filterset_class = HoldRequestFilterSet
    title = gettext_lazy("Questions to keepers")
    question = gettext_lazy("Who was asked, and what did they answer?")
    empty_title = gettext_lazy("Nobody was asked yet")
    empty_text = gettext_lazy("Find somebody who can hold it, and ask by mail.")
    first_chips = ("status", "school", "day_from")
    headings = (
        Heading(gettext_lazy("Name")),
        Heading(gettext_lazy("Practice")),
        Heading(gettext_lazy("Day"), "day", is_day=True),
        Heading(gettext_lazy("School"), "school"),
        Heading(gettext_lazy("Answer"), "status"),
        Heading(gettext_lazy("Change")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        return ((reverse("keeper_finder"), _("Who can hold it?")),)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("practitioner__person", "practice", "school")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            is_open = verbs.WITHDRAW in verbs.STEPS[one.status]
            waits = _("answer by %(moment)s") % {"moment": moment_words(one.answer_by)} if one.status == "asked" else ""
            yield [
                Cell(one.practitioner.person.name),
                Cell(one.practice.name),
                Cell(day_words(one.day), note=time_words(one.begins)),
                Cell(one.school.name),
                Cell(
                    status=Status(one.get_status_display(), REQUEST_TONES[HoldRequest.Status(one.status)]), note=waits
                ),
                Cell(_("Take back"), reverse("hold_request_withdraw", args=[one.uid])) if is_open else Cell(""),
            ]


class HoldRequestWithdraw(RecordVerbPage):
    """Take a question back."""

    needs = Permission.KEEPER_ASK
    model = HoldRequest
    form_class = ScopedForm
    title = gettext_lazy("Take the question back")
    about = gettext_lazy("The link in the mail stops working. If it was accepted, tell the person yourself.")
    submit_words = gettext_lazy("Take it back")
    done_words = gettext_lazy("Taken back.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, values: dict[str, Any]) -> str:
        verbs.withdraw(request=self.record, by=self.request.user)
        return reverse("hold_request_list")
