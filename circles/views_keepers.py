"""Who could keep this circle: certified on its day, free, in the language, and how many cases they keep already."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from circles.actions.keepers import loads
from circles.actions.readiness import uncertified_words
from circles.forms.cases import ARRANGE
from circles.models import Circle
from district.filtering import IsoDateField
from district.page_parts import Cell, Heading, Section, Status, day_words
from district.pages import PageMixin, SignedInRequest
from training.forms import ANY
from training.holding import Keeper, keepers
from training.models import Language, Practitioner
from training.validity import Holding


class MatchForm(forms.Form):
    """The day and language of a circle."""

    day = IsoDateField(label=gettext_lazy("Day"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=[*ANY, *Language.choices], required=False)


class KeeperMatches(PageMixin, View):
    """Keepers for one case, those with the fewest open cases first."""

    needs = ARRANGE
    page_kind = "list"

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        rows = Circle.objects.all().allowed(request.user, ARRANGE)
        people = ("referral__reporter", "referral__assigned_to")
        circle = get_object_or_404(rows.select_related("school__district", "practice", *people), uid=uid)
        start = circle.scheduled_on or circle.school.district.today()
        form = MatchForm(request.GET or None, initial={"day": start})
        day, language, status = start, "", 200
        if form.is_bound and form.is_valid():
            day, language = form.cleaned_data["day"], form.cleaned_data["language"]
        elif form.is_bound:
            status = 400
        context = {"circle": circle, "form": form, "section": self._matches(circle, day, language)}
        return render(request, "circles/keepers.html", context, status=status)

    def _matches(self, circle: Circle, day: date, language: str) -> Section:
        people = Practitioner.objects.standing()
        found = keepers(people=people, practice=circle.practice, day=day, school=circle.school, language=language)
        load = loads([one.practitioner.pk for one in found])
        found.sort(key=lambda one: (one.holding is not Holding.YES, load.get(one.practitioner.pk, 0)))
        stakes = self._stakes(circle)
        rows = [self._row(circle, one, load, stakes, day) for one in found]
        headings = (
            Heading(_("Name")),
            Heading(_("Certified as")),
            Heading(_("Open cases"), is_number=True),
            Heading(_("Languages")),
            Heading(_("Stake in it")),
            Heading(_("Choose")),
        )
        title = _("%(practice)s on %(day)s") % {"practice": circle.practice.name, "day": day_words(day)}
        empty = _("Nobody is certified for it and free that day. Another day or language may help.")
        return Section(title, headings, rows, empty)

    def _row(self, circle: Circle, match: Keeper, load: dict[int, int], stakes: set[str], day: date) -> list[Cell]:
        one = match.practitioner
        organization = one.person.organization
        if match.holding is Holding.YES:
            certified = Cell(status=Status(_("Certified"), "done"), note=match.certification.credential.name)
        else:
            certified = Cell(status=Status(_("Ended"), "late"), note=uncertified_words(one, circle.practice, day))
        has_stake = one.person.email.casefold() in stakes
        choose = f"{reverse('circle_step', args=[circle.uid, 'assign-keeper'])}?practitioner={one.uid}"
        return [
            Cell(one.person.name, note=organization.name if organization else ""),
            certified,
            Cell(str(load.get(one.pk, 0))),
            Cell(", ".join(map(str, one.languages.all()))),
            Cell(_("Referred a student over it, or reviews it") if has_stake else _("none known")),
            Cell(_("Choose"), choose),
        ]

    def _stakes(self, circle: Circle) -> set[str]:
        """Addresses of those who referred a student over it, or review the referral."""
        referral = circle.referral
        found = {referral.reporter, referral.assigned_to} if referral else set()
        return {one.email.casefold() for one in found if one and one.email}
