"""The filters of letters and of their templates, for the page and the endpoint alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from discipline.models import Letter, LetterKind, LetterLanguage, LetterVersion
from district.filtering import (
    CodesFilter,
    DayFilter,
    DistrictFilter,
    IdFilter,
    SchoolFilter,
    SearchFilter,
    StrictFilterSet,
    YesNoFilter,
)


class LetterFilterSet(StrictFilterSet):
    """Letters."""

    orders = {"dated": "dated", "kind": "kind", "state": "state", "recipient": "recipient"}
    default_order = ("-dated",)

    district = DistrictFilter("school__district")
    school = SchoolFilter()
    student = IdFilter("student__uid", label=_("Student"))
    removal = IdFilter("removal__uid", label=_("Removal"))
    kind = CodesFilter("kind", choices=LetterKind.choices)
    language = CodesFilter("language", choices=LetterLanguage.choices)
    state = CodesFilter("state", choices=Letter.State.choices)
    dated_from = DayFilter("dated", lookup_expr="gte", label=_("From"))
    dated_to = DayFilter("dated", lookup_expr="lte", label=_("To"))
    search = SearchFilter(holds=("recipient",))


class LetterTemplateFilterSet(StrictFilterSet):
    """Versions of templates."""

    orders = {"kind": "template__kind", "language": "template__language", "version": "number"}
    default_order = ("kind", "language")

    district = DistrictFilter("template__district")
    kind = CodesFilter("template__kind", choices=LetterKind.choices, label=_("Letter"))
    language = CodesFilter("template__language", choices=LetterLanguage.choices, label=_("Language"))
    review = CodesFilter("review", choices=LetterVersion.Review.choices)
    replaced = YesNoFilter("replaced_at", is_set=True, label=_("Replaced"))
