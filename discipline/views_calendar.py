"""The action calendar: the school days of a week, who is out, and one press for each day served."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from discipline import tables
from discipline.filters import CalendarFilterSet
from discipline.models import Removal, ServedDay
from discipline.week import Week
from district import reads
from district.access import Permission
from district.models import School
from district.page_parts import Menu, MenuChoice, day_words
from district.pages import PageMixin, SignedInRequest

FIRST, LAST = date(1990, 1, 1), date(2190, 1, 1)
"""Days that the calendar goes to: a mistyped year is answered, not computed."""


class CalendarPage(PageMixin, View):
    """One school at a time: its calendar says which days there are."""

    needs = Permission.REMOVAL_VIEW
    page_kind = "dashboard"

    def get(self, request: SignedInRequest) -> HttpResponse:
        removals = Removal.objects.visible_to(request.user)
        filterset = CalendarFilterSet(request.GET, queryset=removals, request=request)
        errors = [str(text) for texts in filterset.errors.values() for text in texts]
        day = None if errors else filterset.checked.cleaned_data.get("day")
        if day and not FIRST <= day <= LAST:
            errors = [_("The calendar does not go that far.")]
        school = None if errors else self._school(filterset.keys("school"))
        if school is None:
            context = {"errors": errors, "reset": reverse("removal_calendar")}
            return render(request, "discipline/calendar.html", context, status=400 if errors else 200)
        week = Week(school, day or school.district.today())
        touching = removals.filter(school=school).touching(week.looked_at, week.dates[-1])
        week.fill(touching.select_related("student__person"))
        rows, out, back = week.rows(), week.out(), week.back()
        reads.record_list(tables.REMOVALS, filterset, count=len(week.removals), by=request.user)
        context = self._navigation(week) | {
            "school": school,
            "week": week,
            "days": [(one, self._address(school, one.day), one.day == week.day) for one in week.days()],
            "out": out,
            "back": back,
            "sentence": sentence_of(week, len(out), len(back)),
            "rows": rows,
            "marks": ServedDay.Mark.choices,
            "may_tick": week.day <= week.today and request.user.can(Permission.REMOVAL_RECORD, school),
            "field": f"day-{week.day.isoformat()}",
        }
        return render(request, "discipline/calendar.html", context)

    def _schools(self) -> Any:
        return School.objects.where_allowed(self.request.user, Permission.REMOVAL_VIEW).order_by("name", "pk")

    def _school(self, keys: list[int] | None) -> School | None:
        """The school asked for, else the first of the reader's."""
        schools = self._schools().select_related("district")
        return (schools if keys is None else schools.filter(pk__in=keys)).first()

    def _address(self, school: School, day: date) -> str:
        return f"{reverse('removal_calendar')}?{urlencode({'school': school.code, 'day': day.isoformat()})}"

    def _navigation(self, week: Week) -> dict[str, Any]:
        """The weeks beside this one, today, the same day as a list, and the other schools of the reader."""
        school, day = week.school, week.day
        asked = urlencode({"school": school.code, "out_on": day.isoformat()})
        choices = tuple(MenuChoice(one.name, self._address(one, day), one.pk == school.pk) for one in self._schools())
        return {
            "previous_url": self._address(school, week.previous),
            "next_url": self._address(school, week.following),
            "today_url": "" if day == week.today else self._address(school, week.today),
            "list_url": f"{reverse('removal_list')}?{asked}",
            "school_menu": Menu(_("School"), school.name, choices) if len(choices) > 1 else None,
        }


def sentence_of(week: Week, out: int, back: int) -> str:
    """The day in one sentence."""
    day = day_words(week.day)
    if not week.calendar.is_school_day(week.day):
        return _("There is no school on %(day)s.") % {"day": day}
    words = ngettext("%(count)d student is out", "%(count)d students are out", out) % {"count": out}
    if not back:
        return _("On %(day)s, %(out)s.") % {"day": day, "out": words}
    returns = ngettext("%(count)d is back", "%(count)d are back", back) % {"count": back}
    return _("On %(day)s, %(out)s and %(back)s.") % {"day": day, "out": words, "back": returns}
