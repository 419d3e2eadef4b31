"""Filters of lists, the same at the page and at the endpoint, that refuse what they do not know.

A key or value that is silently ignored answers with more rows than were asked for: a typing mistake becomes a
disclosure, and a wrong figure.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import ordering
from district.access import Permission
from district.columns import UNREPORTED, is_open
from district.models import District, School, SchoolYear
from district.names import search_key

LIST_KEYS = frozenset({"page", "page_size", "cursor", "format"})
"""Query keys of a list that are no filters."""

MAX_SEARCH = 100
MAX_VALUES = 100


class CodesField(forms.CharField):
    """A code, or several separated by commas, out of a closed set; `choices` None leaves the set to the filter."""

    def __init__(self, *, choices: Iterable[tuple[str, Any]] | None = None, **options: Any) -> None:
        self.codes = None if choices is None else [str(code) for code, _label in choices]
        if choices is not None:
            options["widget"] = forms.Select(choices=[("", gettext_lazy("All")), *choices])
        super().__init__(max_length=4000, **options)

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        codes = [code.strip() for code in text.split(",")] if text else []
        if "" in codes:
            raise forms.ValidationError(_("Separate the values by single commas."))
        if len(codes) > MAX_VALUES:
            raise forms.ValidationError(_("At most %(limit)d values.") % {"limit": MAX_VALUES})
        if self.codes is not None and (unknown := [code for code in codes if code not in self.codes]):
            raise forms.ValidationError(
                _("“%(value)s” is not one of: %(values)s.")
                % {"value": unknown[0][:50], "values": ", ".join(self.codes)}
            )
        return codes


class IsoDateField(forms.DateField):
    """A day as ISO 8601 writes it, whatever the language of the reader."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **options)

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str) and value.strip() and not (value.isascii() and len(value.strip()) == 10):
            raise forms.ValidationError(_("Enter a date as YYYY-MM-DD."))
        return super().to_python(value)


class Filter(django_filters.Filter):
    """A filter that costs little to copy: every request copies all of its list's filters.

    A page offers no chip for one that is quiet until an address uses it.
    """

    needs: Permission | None = None
    is_quiet = False

    def __deepcopy__(self, memo: dict[int, Any]) -> Filter:
        twin = copy.copy(self)
        twin.extra = dict(self.extra)
        # A form field made for somebody else (the API's documentation makes one) must not serve this request: its
        # choices are those of the reader.
        twin.__dict__.pop("_field", None)
        return twin


class CodesFilter(Filter):
    """Rows with one of the codes."""

    field_class = CodesField

    def __init__(self, field_name: str, *, choices: Any = None, label: Any = None, **options: Any) -> None:
        self.needs = options.pop("needs", None)
        self.is_quiet = options.pop("is_quiet", False)
        super().__init__(field_name, lookup_expr="in", label=label, choices=choices, **options)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        return super().filter(queryset, value) if value else queryset


class FlagFilter(CodesFilter):
    """Rows by a program flag: true, false or UNREPORTED (nobody said)."""

    VALUES = {"true": True, "false": False, UNREPORTED: None}

    def __init__(self, field_name: str, *, label: Any = None, **options: Any) -> None:
        choices = [
            ("true", gettext_lazy("Yes")),
            ("false", gettext_lazy("No")),
            (UNREPORTED, gettext_lazy("Not reported")),
        ]
        super().__init__(field_name, choices=choices, label=label, **options)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        wanted = [self.VALUES[code] for code in value]
        condition = Q(**{f"{self.field_name}__in": [flag for flag in wanted if flag is not None]})
        return queryset.filter(condition | Q(**{f"{self.field_name}__isnull": True}) if None in wanted else condition)


class YesNoFilter(Filter):
    """Rows by a plain boolean, by whether a column is set (`is_set`) or a text is there (`is_filled`): true or false,
    nothing else."""

    field_class = forms.ChoiceField

    def __init__(self, field_name: str, *, is_set: bool = False, is_filled: bool = False, label: Any = None) -> None:
        self.is_set, self.is_filled = is_set, is_filled
        choices = [("", gettext_lazy("All")), ("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))]
        super().__init__(field_name, label=label, choices=choices)

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        if not value:
            return queryset
        if self.is_set:
            return queryset.filter(**{f"{self.field_name}__isnull": value == "false"})
        if self.is_filled:
            empty = Q(**{self.field_name: ""})
            return queryset.filter(empty if value == "false" else ~empty)
        return queryset.filter(**{self.field_name: value == "true"})


class DayFilter(Filter):
    """Rows of a day, from a day on or up to a day (both included)."""

    field_class = IsoDateField


class IdFilter(Filter):
    """Rows that belong to the record with this id."""

    field_class = forms.UUIDField


class TextFilter(Filter):
    """Rows with exactly this text."""

    field_class = forms.CharField

    def __init__(self, field_name: str, *, label: Any = None) -> None:
        super().__init__(field_name, label=label, max_length=255)


class ScopedFilter(CodesFilter):
    """Rows of places that the reader may see, by their codes. Any other code is refused, existing or not."""

    def __init__(self, field_name: str, key: str, *, rows: Callable[[Any], QuerySet], label: Any = None) -> None:
        self.key = key
        self.rows = rows
        super().__init__(field_name, label=label)

    def found(self, codes: list[str], user: Any) -> dict[str, list[int]]:
        """Return code → primary keys of the visible rows that have it."""
        stored = self.rows(user).filter(**{f"{self.key}__in": codes}).values_list(self.key, "pk")
        keys: dict[str, list[int]] = {}
        for code, key in stored:
            keys.setdefault(str(code), []).append(key)
        return keys


class DistrictFilter(ScopedFilter):
    """Rows of a district, by its code."""

    def __init__(self, field_name: str = "district") -> None:
        super().__init__(
            field_name, "code", rows=lambda user: District.objects.visible_to(user), label=gettext_lazy("District")
        )


class SchoolFilter(ScopedFilter):
    """Rows of a school, by its code."""

    def __init__(self, field_name: str = "school") -> None:
        super().__init__(
            field_name, "code", rows=lambda user: School.objects.visible_to(user), label=gettext_lazy("School")
        )


class SchoolYearFilter(ScopedFilter):
    """Rows of a school year, named by the year in which it ends."""

    def __init__(self, field_name: str = "school_year") -> None:
        super().__init__(
            field_name, "year", rows=lambda user: SchoolYear.objects.visible_to(user), label=gettext_lazy("School year")
        )

    def found(self, codes: list[str], user: Any) -> dict[str, list[int]]:
        years = [code for code in codes if len(code) == 4 and code.isascii() and code.isdigit()]
        return super().found(years, user)


class SearchFilter(Filter):
    """Rows that hold every word of the text in one of the columns that the list shows.

    `names`: the way to a stored search key of a name; `starts` and `holds`: ways to columns that begin with, or hold,
    the text (case is ignored as far as the database does).
    """

    field_class = forms.CharField

    def __init__(self, *, names: str = "", starts: tuple[str, ...] = (), holds: tuple[str, ...] = ()) -> None:
        self.names, self.starts, self.holds = names, starts, holds
        super().__init__(label=gettext_lazy("Search"), max_length=MAX_SEARCH, strip=True)

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        if not value:
            return queryset
        condition = Q(pk__in=[])
        for path in self.starts:
            condition |= Q(**{f"{path}__istartswith": value})
        for path in self.holds:
            condition |= Q(**{f"{path}__icontains": value})
        if self.names and (words := search_key(value).split()):
            every = Q()
            for word in words:
                every &= Q(**{f"{self.names}__contains": word})
            condition |= every
        return queryset.filter(condition)


class StrictFilterSet(django_filters.FilterSet):
    """Filters, search and order of a list. Unknown keys, contradicting repeats and bad values are errors.

    `orders` maps the names that `?ordering=` accepts to columns that the list shows; `default_order` uses them. The
    request says who asks: places are looked up among those that this person may see.
    """

    orders: ClassVar[dict[str, str]] = {}
    default_order: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any = None, queryset: QuerySet | None = None, *, request: Any, **options: Any) -> None:
        super().__init__(data, queryset, request=request, **options)
        for name, one in list(self.filters.items()):
            if not is_open(self.queryset.model, one.needs, self.user):
                del self.filters[name]
            elif isinstance(one, ScopedFilter):
                one.extra["widget"] = forms.Select(choices=_choices_of(one, self.user))  # type: ignore[arg-type]

    @property
    def user(self) -> Any:
        """Who asks."""
        return self.request.user

    @property
    def form(self) -> forms.Form:
        """Every filter as a field, for a page that shows them."""
        if not hasattr(self, "_form"):
            super().form.fields["ordering"] = self._order_field()
        return self._form

    @cached_property
    def checked(self) -> forms.Form:
        """The fields that this query fills in, and no more: making all of them takes longer than reading a page."""
        form = forms.Form(self.data, prefix=self.form_prefix)
        form.fields = {name: one.field for name, one in self.filters.items() if name in self.data}
        if "ordering" in self.data:
            form.fields["ordering"] = self._order_field()
        form.full_clean()
        return form

    def _order_field(self) -> CodesField:
        choices = [(sign + name, sign + name) for name in self.orders for sign in ("", "-")]
        return CodesField(choices=choices, required=False, label=_("Order"))

    @cached_property
    def errors(self) -> ErrorDict:
        """Query key → what is wrong with it. Nothing is filtered while there is any."""
        errors = ErrorDict(self.checked.errors)
        for key, message in self._faulty_keys():
            errors[key] = self.checked.error_class([message])
        for name, one in self.filters.items():
            codes = self.checked.cleaned_data.get(name)
            if isinstance(one, ScopedFilter) and codes and name not in errors:
                self._found[name] = one.found(codes, self.user)
                for code in codes:
                    if code not in self._found[name]:
                        text = _("You see no record here with the code “%(code)s”.") % {"code": code[:50]}
                        errors[name] = self.checked.error_class([text])
        return errors

    def is_valid(self) -> bool:
        return self.is_bound and not self.errors

    @cached_property
    def _found(self) -> dict[str, dict[str, list[int]]]:
        return {}

    def _faulty_keys(self) -> Iterable[tuple[str, str]]:
        known = {*self.filters, "ordering", *LIST_KEYS}
        for key in self.data:
            if key not in known:
                yield key, _("Unknown parameter.")
            elif hasattr(self.data, "getlist") and len(set(self.data.getlist(key))) > 1:
                yield key, _("Given more than once, with different values.")

    @property
    def order(self) -> tuple[ordering.Term, ...]:
        """The order asked for, or the list's own."""
        names = self.checked.cleaned_data.get("ordering") if self.is_bound else None
        return ordering.terms(self.queryset.model, names or self.default_order, self.orders)

    @property
    def qs(self) -> QuerySet:
        """The rows asked for, in order; none while the query has an error."""
        if not hasattr(self, "_qs"):
            if self.is_bound and self.errors:
                self._qs = self.queryset.none()
            else:
                rows = self.filter_queryset(self.queryset) if self.is_bound else self.queryset
                self._qs = ordering.ordered(rows, self.order)
        return self._qs

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        for name, one in self.filters.items():
            queryset = self.filtered_by(name, one, self.checked.cleaned_data.get(name), queryset)
        return queryset

    def filtered_by(self, name: str, one: django_filters.Filter, value: Any, queryset: QuerySet) -> QuerySet:
        """Return the rows that one filter leaves."""
        if isinstance(one, ScopedFilter):
            keys = self.keys(name)
            return queryset if keys is None else queryset.filter(**{f"{one.field_name}__in": keys})
        return one.filter(queryset, value)

    def keys(self, name: str) -> list[int] | None:
        """Primary keys of the places asked for by the filter `name`; None when it is not used."""
        found = self._found.get(name)
        return None if found is None else [key for keys in found.values() for key in keys]

    def asked(self) -> dict[str, str]:
        """Return the filters of this query for the audit trail: a text searched for may be a name and is left out."""
        return {
            key: "…" if key == "search" else str(self.data[key])[:200]
            for key in self.data
            if key not in LIST_KEYS and self.data[key]
        }


def _choices_of(one: ScopedFilter, user: Any) -> Callable[[], list[tuple[str, Any]]]:
    """Return a function that reads the choices of a form only when the form is shown."""

    def choices() -> list[tuple[str, Any]]:
        rows = one.rows(user)
        return [("", gettext_lazy("All")), *dict.fromkeys((str(getattr(row, one.key)), str(row)) for row in rows)]

    return choices
