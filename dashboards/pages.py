"""The page shape of every dashboard: one question in the address, its figures, or what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from dashboards.parameters import Asked, AskedOfSchools, InvalidParametersError
from dashboards.wording import joined
from district.access import Permission
from district.models import District
from district.page_parts import MenuChoice, year_words
from district.pages import PageMixin, SignedInRequest
from district.spreadsheets import TooManyRows


class DashboardPage(PageMixin, View):
    """Reads the question, refuses what it does not know, gives the file that is asked for, else the figures."""

    page_kind = "dashboard"
    template_name: ClassVar[str]
    needs: ClassVar[Permission]

    def ask(self, parameters: QueryDict) -> Any:
        """Return the question. Raises InvalidParametersError."""
        raise NotImplementedError

    def file(self, question: Any) -> HttpResponseBase:
        """Return the figures as the file that the question asks for. Raises TooManyRows."""
        raise NotImplementedError

    def answered(self, question: Any) -> dict[str, Any]:
        """Everything the page shows."""
        raise NotImplementedError

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        try:
            question = self.ask(request.GET.copy())
            if question.format in ("csv", "xlsx"):
                return self.file(question)
        except InvalidParametersError as error:
            return self.refused(error.errors)
        except TooManyRows:
            return self.refused({"format": [_("A workbook takes at most 100,000 rows. Use CSV.")]})
        return render(request, self.template_name, {**self.common(question), **self.answered(question)})

    def common(self, question: AskedOfSchools) -> dict[str, Any]:
        """What every dashboard shows: its address, to be shared, and its files."""
        return {
            "address": self.request.build_absolute_uri(question.address()),
            "exports": [(question.address(format="csv"), "CSV"), (question.address(format="xlsx"), "XLSX")],
        }

    def refused(self, errors: Mapping[str, list[str]]) -> HttpResponse:
        """Say what was wrong and show no figure."""
        choices: list[MenuChoice] = []
        if "district" in errors:
            scope = {grant.district_id for grant in self.request.user.grants_with(self.needs)}
            found = District.objects.filter(pk__in=scope)
            choices = [MenuChoice(one.name, f"?{urlencode({'district': one.code})}", False) for one in found]
        context = {"errors": list(errors.items()), "districts": choices}
        return render(self.request, self.template_name, context, status=400)


def year_labels(question: Asked) -> str:
    """The notes that stand beside the years shown, such as "modelled"."""
    return "; ".join(f"{year_words(place.year)}: {place.label}" for place in question.years if place.label)


def caution(question: Asked, year: int) -> str:
    """Which schools did not report the measure: nobody may read their silence as zero."""
    silent = [place.name for place in question.counted_schools if year in place.unreported]
    if not silent:
        return ""
    words = _("%(schools)s did not report this measure: their figures are unknown, and totals may be too low.")
    return words % {"schools": joined(silent)}
