"""Forms of steps: what a person says when taking one. The endpoint of the step asks for the same fields.

A form only reads; what may not be is said by the verb, which both doors call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from district.models import School, User

Rows = Callable[[User, Any], QuerySet]
"""Who asks and the record of the step → the records that may be chosen."""

Groups = tuple[tuple[str | Promise, tuple[str, ...]], ...]
"""Questions, each with the names of its fields."""


class RecordField(forms.ModelChoiceField):
    """One record among those that the reader may choose in this step.

    A page names it by its public id, an endpoint by `key` too (a school by its code). `hides_only_one`: a page does not
    ask where there is one to choose. `words` say what a record is called in the menu; without them its own name does.
    """

    def __init__(
        self,
        rows: Rows,
        *,
        key: str = "uid",
        hides_only_one: bool = False,
        words: Callable[[Any], str] = str,
        **options: Any,
    ) -> None:
        self.rows, self.key, self.hides_only_one, self.words = rows, key, hides_only_one, words
        super().__init__(School.objects.none(), to_field_name="uid", **options)

    def label_from_instance(self, obj: Any) -> str:
        return self.words(obj)

    def take_the_only_one(self) -> None:
        """A choice of one is no choice: a page does not ask for it."""
        found = list(self.queryset[:2]) if self.queryset is not None else []
        if len(found) == 1:
            self.initial, self.widget = found[0].uid, forms.HiddenInput()


class RecordsField(forms.ModelMultipleChoiceField):
    """Several records among those that the reader may choose in this step, named like one of them."""

    def __init__(self, rows: Rows, *, key: str = "uid", **options: Any) -> None:
        self.rows, self.key = rows, key
        super().__init__(School.objects.none(), to_field_name="uid", widget=forms.CheckboxSelectMultiple, **options)


class StepForm(forms.Form):
    """The fields of one step. `groups` are (question, names of fields); without any the fields follow one another."""

    groups: ClassVar[Groups] = ()

    def __init__(self, *args: Any, user: User, record: Any = None, **options: Any) -> None:
        self.user, self.record = user, record
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, RecordField | RecordsField):
                field.queryset = field.rows(user, record)
            if isinstance(field, RecordField) and field.hides_only_one:
                field.take_the_only_one()

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        """What the fields hold at first."""
        return {}

    @property
    def grouped(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        """The fields that a page asks for, under their questions."""
        for legend, names in self.groups or (("", tuple(self.fields)),):
            if asked := [self[name] for name in names if not self[name].is_hidden]:
                yield legend, asked


class NothingForm(StepForm):
    """A step that asks for nothing."""


class ReasonForm(StepForm):
    """A step that asks why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("It stays on record.")
    )
