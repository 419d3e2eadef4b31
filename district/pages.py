"""The page shapes of the whole site: what every page checks, a list, a record, a form.

A page and its endpoint share the scope (`visible_to`), the filters and the columns; a page adds people's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView
from django_filters.utils import verbose_field_name

from district import downloads, reads
from district.access import Permission
from district.columns import RecordTable
from district.filtering import ScopedFilter, StrictFilterSet
from district.models import User
from district.page_parts import (
    Cell,
    Chip,
    Heading,
    Menu,
    MenuChoice,
    SortableHeading,
    chip_of,
    lines_of,
    with_query,
)

PAGE_ROWS = 50
COUNTED_EXACTLY = 10_000
"""Rows counted to the last one; beyond that a page says "more than"."""
LAST_PAGE = COUNTED_EXACTLY // PAGE_ROWS
CHIPS_SHOWN = 4
"""Chips that stand beside the search; the others open under "More filters"."""


class SignedInRequest(HttpRequest):
    """A request as every page gets it: nobody comes this far without signing in. Only annotations name it."""

    user: User


class PageMixin(View):
    """What every page of the site has: the permission it needs, and answers that say what happened.

    `needs` is one permission or several of which any opens the page; none: everybody who is signed in.
    """

    needs: ClassVar[Permission | tuple[Permission, ...]] = ()
    page_kind: ClassVar[str] = "desk"

    request: SignedInRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        needs = (self.needs,) if isinstance(self.needs, Permission) else self.needs
        if needs and not any(self.request.user.holds(permission) for permission in needs):
            raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            # Written here, so that out of scope and absent look the same, also in development.
            return render(request, "404.html", status=404)
        except reads.ReadBudgetSpent as spent:
            answer = render(request, "read_budget.html", {"title": _("A pause"), "reason": str(spent)}, status=429)
            answer["Retry-After"] = str(spent.wait)
            return answer
        except OperationalError:
            # Busy or broken, and above all when a read cannot be recorded: nothing is shown that leaves no trace.
            return HttpResponse(render_to_string("503.html"), status=503)


class ListPage(PageMixin, View):
    """Filters as chips, count, table or cards, pager, export. A wrong filter: its message, no rows, status 400."""

    page_kind = "list"
    template_name = "list.html"

    table: ClassVar[RecordTable]
    filterset_class: ClassVar[type[StrictFilterSet]]
    title: ClassVar[str | Promise]
    question: ClassVar[str | Promise]
    about: ClassVar[str | Promise] = ""
    empty_title: ClassVar[str | Promise] = ""
    empty_text: ClassVar[str | Promise] = ""
    first_chips: ClassVar[tuple[str, ...]] = ()
    headings: ClassVar[tuple[Heading, ...]]

    def queryset(self) -> models.QuerySet:
        """The rows the reader may see."""
        return self.table.model.objects.visible_to(self.request.user)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        """The same rows with what their cells need."""
        return queryset

    def rows(self, records: Sequence[models.Model]) -> Iterable[Sequence[Cell]]:
        """Cells of each record, one for each heading."""
        raise NotImplementedError

    def links(self) -> tuple[tuple[str, str | Promise], ...]:
        """Neighbouring lists: (address, words)."""
        return ()

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        filterset = self.filterset_class(request.GET, queryset=self.queryset(), request=request)
        errors = {name: [str(text) for text in found] for name, found in filterset.errors.items()}
        page = self._page_number(errors)
        if "format" in request.GET and not errors:
            return downloads.download(self, filterset, request.GET["format"])
        records, count = ([], 0) if errors else self._read(filterset, page)
        if page > 1 and not records and not errors:
            raise Http404
        if self.table.about_students and not errors:
            reads.record_list(self.table, filterset, count=len(records), by=request.user)
        context = self.context(filterset, errors, records, count, page)
        return render(request, self.template_name, context, status=400 if errors else 200)

    def context(
        self, filterset: StrictFilterSet, errors: dict, records: Sequence[models.Model], count: int, page: int
    ) -> dict[str, Any]:
        """What `list.html` shows."""
        query = self.request.GET
        chips = self._chips(filterset, errors)
        headings = [sortable(heading, filterset, query) for heading in self.headings]
        return {
            "title": self.title,
            "question": self.question,
            "about": self.about,
            "empty_title": self.empty_title,
            "empty_text": self.empty_text,
            "links": self.links(),
            "errors": [(self._label(filterset, name), texts) for name, texts in errors.items()],
            "search": query.get("search", "") if "search" in filterset.filters else None,
            "ordering": query.get("ordering", ""),
            "chips": chips[:CHIPS_SHOWN],
            "more_chips": chips[CHIPS_SHOWN:],
            "is_filtered": any(query.get(name) for name in filterset.filters),
            "more_is_open": any(chip.value for chip in chips[CHIPS_SHOWN:]),
            "headings": headings,
            "lines": lines_of(headings, self.rows(records)),
            "count": min(count, COUNTED_EXACTLY),
            "is_more": count > COUNTED_EXACTLY,
            "first_row": (page - 1) * PAGE_ROWS + 1,
            "last_row": (page - 1) * PAGE_ROWS + len(records),
            "previous_url": with_query(query, page=page - 1) if page > 1 else "",
            "next_url": with_query(query, page=page + 1) if count > page * PAGE_ROWS and page < LAST_PAGE else "",
            "exports": downloads.offers(self, query) if records else (),
            "school_menu": self._menu(filterset, "school", _("School"), _("All schools")),
            "year_menu": self._menu(filterset, "school_year", _("School year"), _("All years")),
        }

    def _page_number(self, errors: dict[str, list[str]]) -> int:
        asked = self.request.GET.get("page", "1")
        if asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= LAST_PAGE:
            return int(asked)
        errors["page"] = [_("Pages are numbered from 1 to %(last)d.") % {"last": LAST_PAGE}]
        return 1

    def _read(self, filterset: StrictFilterSet, page: int) -> tuple[list[models.Model], int]:
        """The records of the page, and how many there are (one more than counted exactly means: more)."""
        count = filterset.qs.order_by()[: COUNTED_EXACTLY + 1].count()
        start = (page - 1) * PAGE_ROWS
        return list(self.with_related(filterset.qs)[start : start + PAGE_ROWS]), count

    def _chips(self, filterset: StrictFilterSet, errors: dict[str, list[str]]) -> list[Chip]:
        """The filters as chips, the first ones first; a choice of one district or school is no choice."""
        order = {name: number for number, name in enumerate(self.first_chips)}
        names = sorted((name for name in filterset.filters if name != "search"), key=lambda n: order.get(n, 99))
        chips = [
            chip_of(name, self._label(filterset, name), filterset.form.fields[name], self.request.GET, errors)
            for name in names
        ]
        return [chip for chip in chips if chip.value or self._is_worth_showing(chip, filterset)]

    def _is_worth_showing(self, chip: Chip, filterset: StrictFilterSet) -> bool:
        if chip.kind == "fixed" or filterset.filters[chip.name].is_quiet:
            return False
        is_place = isinstance(filterset.filters[chip.name], ScopedFilter)
        return not is_place or len(chip.choices) > 2

    def _label(self, filterset: StrictFilterSet, name: str) -> str | Promise:
        """What a filter is called: its own label, else the name of its column; unknown keys as they were typed."""
        if name == "ordering":
            return _("Order")
        one = filterset.filters.get(name)
        if one is None:
            return name[:50]
        given = self.filterset_class.base_filters[name]._label  # on the request's copy a made-up one stands there
        return given or capfirst(verbose_field_name(self.table.model, one.field_name))

    def _menu(self, filterset: StrictFilterSet, name: str, label: str, every: str) -> Menu | None:
        """The switcher of the top bar: the same filter, one press away."""
        if name not in filterset.filters:
            return None
        chip = chip_of(name, label, filterset.form.fields[name], self.request.GET, {})
        chosen = [(code, words) for code, words in chip.choices if code]
        if len(chosen) < 2:
            return None
        choices = [MenuChoice(every, with_query(self.request.GET, **{name: None}), not chip.value)]
        choices += [
            MenuChoice(words, with_query(self.request.GET, **{name: code}), code == chip.value)
            for code, words in chosen
        ]
        current = next((choice.label for choice in choices if choice.is_current), every)
        return Menu(label, current, tuple(choices))


def sortable(heading: Heading, filterset: StrictFilterSet, query: Any) -> SortableHeading:
    """The heading with its sort link; pressing the column that sorts already turns the order around."""
    if not heading.order:
        return SortableHeading(heading)
    asked = query.get("ordering") or ",".join(filterset.default_order)
    first = asked.split(",")[0].strip()
    if first.lstrip("-") != heading.order:
        return SortableHeading(heading, with_query(query, ordering=heading.order))
    is_descending = first.startswith("-")
    turned = heading.order if is_descending else f"-{heading.order}"
    sort = "descending" if is_descending else "ascending"
    return SortableHeading(heading, with_query(query, ordering=turned), sort)


class RecordPage(PageMixin, View):
    """Facts, then timeline, then what can be done now. Out of scope and absent are the same 404."""

    page_kind = "record"
    template_name = "record.html"

    table: ClassVar[RecordTable]

    def queryset(self) -> models.QuerySet:
        """The records the reader may see, with what the page needs."""
        return self.table.model.objects.visible_to(self.request.user)

    def describe(self, record: Any) -> dict[str, Any]:
        """What `record.html` shows: title, lead, crumb, facts, sections, timeline."""
        raise NotImplementedError

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        record = get_object_or_404(self.queryset(), uid=uid)
        context = self.describe(record)
        if self.table.about_students:
            reads.record_view(self.table, self.table.model.objects.filter(pk=record.pk), by=request.user)
        return render(request, self.template_name, context)


class FormPage(PageMixin, FormView):
    """One task: groups with a question as the legend, help beside, errors in a summary that links to the fields."""

    page_kind = "form"
    template_name = "form.html"
    http_method_names = ("get", "head", "post", "options")  # Django's form view would take a PUT for a POST

    request: SignedInRequest

    title: ClassVar[str | Promise]
    about: ClassVar[str | Promise] = ""
    submit_words: ClassVar[str | Promise]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(title=self.title, about=self.about, submit_words=self.submit_words, **context)
