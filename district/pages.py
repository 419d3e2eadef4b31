"""The page shapes of the whole site: what every page checks, a list, a record, a form.

A page and its endpoint share the scope (`visible_to`), the filters and the columns; a page adds people's words.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView
from django_filters.utils import verbose_field_name

from district import bulk, downloads, reads, saved_views
from district.access import Permission
from district.bulk import BulkAction
from district.columns import RecordTable
from district.filtering import ScopedFilter, StrictFilterSet
from district.models import User
from district.page_parts import (
    WHOLE_LIST,
    Cell,
    Chip,
    Heading,
    Line,
    Menu,
    MenuChoice,
    SortableHeading,
    chip_of,
    lines_of,
    name_of_row,
    with_query,
)
from district.sql import is_unavailable
from district.steps import StepNotAllowed

logger = logging.getLogger(__name__)

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

    @classmethod
    def opens_for(cls, user: User) -> bool:
        """Whether `user` may open the page at all."""
        needs = (cls.needs,) if isinstance(cls.needs, Permission) else cls.needs
        return not needs or any(user.holds(permission) for permission in needs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.opens_for(self.request.user):
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
        except (InterfaceError, OperationalError) as error:
            # Busy or broken, and above all when a read cannot be recorded: nothing is shown that leaves no trace.
            if not is_unavailable(error):
                raise
            logger.error("%s: %s", type(error).__name__, error)
            return HttpResponse(render_to_string("503.html"), status=503)


class ListPage(PageMixin, View):
    """Filters as chips, count, table or cards, pager, export. A wrong filter: its message, no rows, status 400.

    Every list also has, without a line of its own: its reader's saved views (`district/saved_views.py`), rows that can
    be selected and exported, and the keys of `static/lists.js`. `bulk_actions` names what else may be done with several
    rows at once: see `district/bulk.py` for what is safe there and how it is told.
    """

    page_kind = "list"
    template_name = "list.html"
    http_method_names = ("get", "head", "post", "options")

    table: ClassVar[RecordTable]
    filterset_class: ClassVar[type[StrictFilterSet]]
    title: ClassVar[str | Promise]
    question: ClassVar[str | Promise]
    about: ClassVar[str | Promise] = ""
    empty_title: ClassVar[str | Promise] = ""
    empty_text: ClassVar[str | Promise] = ""
    first_chips: ClassVar[tuple[str, ...]] = ()
    headings: ClassVar[tuple[Heading, ...]]
    bulk_actions: ClassVar[tuple[BulkAction, ...]] = ()
    tells_total: ClassVar[bool] = False
    """Whether a filtered list also says out of how many: where counting them all costs next to nothing."""

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
        """Neighbouring pages: (address, words)."""
        return ()

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        if default := saved_views.default_query(self):
            return HttpResponseRedirect(f"{request.path}?{default}")
        filterset = self.filterset()
        errors = self.errors_of(filterset)
        if "format" in request.GET and not errors:
            return downloads.download(self, filterset, request.GET["format"])
        return self.shown(filterset, errors)

    def post(self, request: SignedInRequest) -> HttpResponseBase:
        """Do one thing with the selected rows, each for itself; 405 where the reader can do nothing with them."""
        return bulk.answer(self)

    def filterset(self) -> StrictFilterSet:
        """The filters that the address asks for."""
        return self.filterset_class(self.request.GET, queryset=self.queryset(), request=self.request)

    def errors_of(self, filterset: StrictFilterSet) -> dict[str, list[str]]:
        """What is wrong with the address: parameter → messages."""
        errors = {name: [str(text) for text in found] for name, found in filterset.errors.items()}
        asked = self.request.GET.get("page", "1")
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= LAST_PAGE):
            errors["page"] = [_("Pages are numbered from 1 to %(last)d.") % {"last": LAST_PAGE}]
        return errors

    def shown(
        self,
        filterset: StrictFilterSet,
        errors: dict[str, list[str]],
        *,
        selected: Container[str] = frozenset(),
        fault: str = "",
    ) -> HttpResponse:
        """The page; with `fault`, what was asked to be done with the `selected` rows was not."""
        page = 1 if "page" in errors else int(self.request.GET.get("page", "1"))
        records, count = ([], 0) if errors else self._read(filterset, page)
        if page > 1 and not records and not errors:
            raise Http404
        if self.table.about_students and not errors:
            reads.record_list(self.table, filterset, count=len(records), by=self.request.user)
        context = self.context(filterset, errors, records, count, page)
        context |= self._selecting(context.pop("headings"), records, selected) | {"fault": fault}
        return render(self.request, self.template_name, context, status=400 if errors or fault else 200)

    def context(
        self, filterset: StrictFilterSet, errors: dict, records: Sequence[models.Model], count: int, page: int
    ) -> dict[str, Any]:
        """What `list.html` shows beside the rows."""
        query = self.request.GET
        chips = self.chips(filterset)
        is_filtered = any(query.get(name) for name in filterset.filters)
        return {
            "title": self.title,
            "question": self.question,
            "about": self.about,
            "empty_title": self.empty_title,
            "empty_text": self.empty_text,
            "links": self.links(),
            "errors": [(self._label(filterset, name), texts) for name, texts in errors.items()],
            "search": query.get("search", "") if "search" in filterset.filters else None,
            "search_away": with_query(query, search=None) if query.get("search") else "",
            "ordering": query.get("ordering", ""),
            "chips": chips[:CHIPS_SHOWN],
            "more_chips": chips[CHIPS_SHOWN:],
            "is_filtered": is_filtered,
            "more_is_open": any(chip.value for chip in chips[CHIPS_SHOWN:]),
            "whole_list": WHOLE_LIST,
            "views": saved_views.strip_of(self, filterset),
            "headings": [sortable(heading, filterset, query) for heading in self.headings],
            "count": min(count, COUNTED_EXACTLY),
            "is_more": count > COUNTED_EXACTLY,
            "total": self._count(self.queryset()) if self.tells_total and is_filtered and records else None,
            "first_row": (page - 1) * PAGE_ROWS + 1,
            "last_row": (page - 1) * PAGE_ROWS + len(records),
            "previous_url": with_query(query, page=page - 1) if page > 1 else "",
            "next_url": with_query(query, page=page + 1) if count > page * PAGE_ROWS and page < LAST_PAGE else "",
            "exports": downloads.offers(self, query) if records else (),
            "school_menu": self._menu(filterset, "school", _("School"), _("All schools")),
            "year_menu": self._menu(filterset, "school_year", _("School year"), _("All years")),
        }

    def _selecting(
        self, headings: list[SortableHeading], records: Sequence[models.Model], selected: Container[str]
    ) -> dict[str, Any]:
        """The rows, and what can be done with several of them."""
        lines: Sequence[Any] = lines_of(headings, self.rows(records))
        actions = bulk.offers(self) if records else ()
        files = downloads.may_export(self) if records else False
        if actions or files:
            names = [name_of_row([cell for _heading, cell in cells]) for cells in lines]
            keys = [str(record.uid) for record in records]  # type: ignore[attr-defined]
            lines = [
                Line(cells, key, name, key in selected) for cells, key, name in zip(lines, keys, names, strict=True)
            ]
        return {"headings": headings, "lines": lines, "bulk_actions": actions, "bulk_files": files}

    def _read(self, filterset: StrictFilterSet, page: int) -> tuple[list[models.Model], int]:
        """The records of the page, and how many there are (one more than counted exactly means: more).

        The page is found by its keys and what orders them, so that an index can give it; the other columns and what
        the cells need are read for its rows only.
        """
        start = (page - 1) * PAGE_ROWS
        keys = filterset.qs[start : start + PAGE_ROWS].values("pk")
        return list(self.with_related(filterset.qs.filter(pk__in=keys))), self._count(filterset.qs)

    def _count(self, rows: models.QuerySet) -> int:
        return rows.order_by()[: COUNTED_EXACTLY + 1].count()

    def chips(self, filterset: StrictFilterSet) -> list[Chip]:
        """The filters as chips, the first ones first; a choice of one district or school is no choice."""
        order = {name: number for number, name in enumerate(self.first_chips)}
        names = sorted((name for name in filterset.filters if name != "search"), key=lambda n: order.get(n, 99))
        fields, query, errors = filterset.form.fields, filterset.data, filterset.errors
        chips = [chip_of(name, self._label(filterset, name), fields[name], query, errors) for name in names]
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
    """One task: groups with a question as the legend, help beside, errors in a summary that links to the fields.

    `groups`: each question with the names of its fields. A field that the form does not have is left out, and so is a
    group without fields; without groups the fields stand one below the other.
    """

    page_kind = "form"
    template_name = "form.html"
    http_method_names = ("get", "head", "post", "options")  # Django's form view would take a PUT for a POST

    request: SignedInRequest

    title: ClassVar[str | Promise]
    about: ClassVar[str | Promise] = ""
    submit_words: ClassVar[str | Promise]
    groups: ClassVar[tuple[tuple[str | Promise, tuple[str, ...]], ...]] = ()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        words = {"title": self.title, "about": self.about, "submit_words": self.submit_words}
        context = super().get_context_data(**words, **context)
        form = context["form"]
        groups = [(question, [form[name] for name in names if name in form.fields]) for question, names in self.groups]
        return context | {"groups": [(question, fields) for question, fields in groups if fields]}


def tell(form: forms.BaseForm, refusal: ValidationError | StepNotAllowed) -> None:
    """Put what a verb refused on the form: at the fields it names, else in the summary."""
    if isinstance(refusal, StepNotAllowed):
        form.add_error(None, refusal.message)
    elif not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
    else:
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
