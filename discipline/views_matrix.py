"""The response matrix: what the district allows for a level, a grade and a number of earlier incidents; changing it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from discipline import tables
from discipline.actions.matrix import ALWAYS, change_matrix
from discipline.filters import ResponseCellFilterSet
from discipline.forms_matrix import MatrixForm, band_key, prior_key
from discipline.models import MATRIX_RESPONSES, OutsideMatrix, ResponseCell, ResponseMatrix
from discipline.response_matrix import RESTORATIVE, SUPPORT, in_order
from discipline.rule_words import grades_words, prior_words
from district.access import Permission
from district.calendar import school_year_of, school_year_window
from district.grouped_forms import DistrictFormPage, districts_of
from district.models import District, User
from district.page_parts import Cell, Heading, Section, day_words
from district.pages import ListPage

WORDS = dict(MATRIX_RESPONSES)


@dataclass(frozen=True)
class GridCell:
    """What one cell of the grid shows."""

    prior: str
    restorative: str
    others: str
    change_url: str


@dataclass(frozen=True)
class GridRow:
    """The cells of one grade band."""

    grades: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class LevelGrid:
    """The grid of one level of one district. What every cell allows that keeps the student in class is said once:
    `first` are the restorative responses, `also` the others.
    """

    district: str
    level: str
    first: str
    also: str
    headings: tuple[str, ...]
    rows: tuple[GridRow, ...]


class ResponseList(ListPage):
    """The response matrix in force, level by level: restorative responses first."""

    needs = Permission.RULES_VIEW
    table = tables.RESPONSE_CELLS
    filterset_class = ResponseCellFilterSet
    template_name = "discipline/response_list.html"
    title = gettext_lazy("Responses allowed")
    question = gettext_lazy("What does the district allow, and what comes first?")
    about = gettext_lazy("By level of the behavior, grade, and earlier incidents of the level in the school year.")
    empty_title = gettext_lazy("No matrix yet")
    empty_text = gettext_lazy("The command adopt_rules gives a district its first one; see the administrator guide.")
    first_chips = ("level", "valid_on")
    headings = (Heading(gettext_lazy("Level"), "level"),)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        return [[Cell(record.level)] for record in records]

    def links(self) -> tuple[tuple[str, Any], ...]:
        return ((reverse("rule_list"), _("The rules of law")),)

    def with_related(self, queryset: Any) -> Any:
        return queryset.select_related("matrix__district")

    def context(self, filterset: Any, errors: dict, records: Sequence[Any], count: int, page: int) -> dict[str, Any]:
        user = self.request.user
        edits = set(districts_of(user, Permission.RULES_EDIT).values_list("pk", flat=True))
        found = super().context(filterset, errors, records, count, page)
        return found | {"levels": grids(records, edits), "outside": outside_words(user)}


def grids(records: Sequence[ResponseCell], edits: set[int]) -> list[LevelGrid]:
    """The cells as one grid a level; those of districts in `edits` with a way to change them."""
    by_level: dict[tuple[str, str], list[ResponseCell]] = {}
    several = len({record.matrix.district_id for record in records}) > 1
    for record in records:
        name = record.matrix.district.name if several else ""
        by_level.setdefault((name, record.level), []).append(record)
    found = []
    for (district, level), cells in by_level.items():
        priors = dict.fromkeys((cell.prior_from, cell.prior_to) for cell in cells)
        bands: dict[tuple[str, str], dict[tuple[int, int | None], ResponseCell]] = {}
        for cell in cells:
            bands.setdefault((cell.grade_from, cell.grade_to), {})[cell.prior_from, cell.prior_to] = cell
        shared = set.intersection(*({*RESTORATIVE, *SUPPORT} & set(cell.responses) for cell in cells))
        rows = tuple(
            GridRow(
                grades_words(*band), tuple(_grid_cell(row[prior], edits, shared) for prior in priors if prior in row)
            )
            for band, row in bands.items()
        )
        first, also = _words(shared & set(RESTORATIVE)), _words(shared & set(SUPPORT))
        found.append(LevelGrid(district, level, first, also, tuple(prior_words(*prior) for prior in priors), rows))
    return found


def _words(codes: set[str]) -> str:
    return ", ".join(str(WORDS[code]) for code in in_order(codes))


def _grid_cell(cell: ResponseCell, edits: set[int], shared: set[str]) -> GridCell:
    address = ""
    if cell.matrix.district_id in edits:
        asked = {"level": cell.level, "band": band_key(cell), "prior": prior_key(cell)}
        address = f"{reverse('response_change')}?{urlencode(asked)}"
    return GridCell(
        prior_words(cell.prior_from, cell.prior_to),
        _words((set(cell.responses) & set(RESTORATIVE)) - shared),
        _words(set(cell.responses) - set(RESTORATIVE) - shared),
        address,
    )


def outside_words(user: User) -> str:
    """How often a response went beyond the matrix this school year, for those who see exact figures."""
    if not user.holds(Permission.RATES_VIEW):
        return ""
    districts = District.objects.all().allowed(user, Permission.RATES_VIEW)
    today = max((district.today() for district in districts), default=None)
    if today is None:
        return ""
    first, _last = school_year_window(school_year_of(today))
    count = OutsideMatrix.objects.all().allowed(user, Permission.RATES_VIEW).filter(decided_on__gte=first).count()
    if not count:
        return _("No response has gone beyond the matrix since %(day)s.") % {"day": day_words(first)}
    words = ngettext(
        "%(count)d response has gone beyond the matrix since %(day)s, with its reason on record.",
        "%(count)d responses have gone beyond the matrix since %(day)s, each with its reason on record.",
        count,
    )
    return words % {"count": count, "day": day_words(first)}


class MatrixChangePage(DistrictFormPage):
    """What does the district allow from now on?"""

    needs = Permission.RULES_EDIT
    form_class = MatrixForm
    template_name = "discipline/response_change.html"
    success_url = reverse_lazy("response_list")
    title = gettext_lazy("What does the district allow from now on?")
    about = gettext_lazy("The matrix that stands today stays on record.")
    submit_words = gettext_lazy("Keep the change")

    def get_initial(self) -> dict[str, Any]:
        """The cell whose link was followed, with what it allows today."""
        level, band, prior = (self.request.GET.get(name, "") for name in ("level", "band", "prior"))
        districts = districts_of(self.request.user, Permission.RULES_EDIT)
        found: dict[str, Any] = {"level": level, "bands": [band], "priors": [prior]}
        for cell in ResponseCell.objects.filter(
            matrix__district__in=districts, matrix__superseded_on=None, level=level
        ):
            if (band_key(cell), prior_key(cell)) == (band, prior):
                found["responses"] = cell.responses
        today = next((district.today() for district in districts[:1]), None)
        return found | {"valid_from": today}

    def form_valid(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        try:
            change_matrix(
                district=form.chosen_district,
                level=given["level"],
                bands=form.chosen_bands(),
                priors=form.chosen_priors(),
                responses=given["responses"],
                valid_from=given["valid_from"],
                reason=given["reason"],
                by=self.request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("Kept. It is asked from its first day on."))
        return super().form_valid(form)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        districts = districts_of(self.request.user, Permission.RULES_EDIT)
        former = ResponseMatrix.objects.filter(district__in=districts).select_related("by")
        rows = [
            [
                Cell(day_words(one.valid_from) if one.valid_from > ALWAYS else _("from the start")),
                Cell(str(one.by or "")),
                Cell(one.reason),
            ]
            for one in former[:20]
        ]
        headings = (Heading(_("Valid from"), is_day=True), Heading(_("By")), Heading(_("Reason")))
        section = Section(_("The matrix until now"), headings, rows, _("There is no matrix yet."))
        return super().get_context_data(
            section=section, list_url=reverse("response_list"), list_words=_("Responses allowed"), **context
        )
