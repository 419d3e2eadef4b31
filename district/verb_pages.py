"""Forms about one record: who may, what the verb says no to, where one goes afterwards."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise

from district.pages import FormPage
from district.steps import StepNotAllowed


class VerbPage(FormPage):
    """A form whose answer goes to a verb. What the verb refuses stands in the form again, with what was typed."""

    done_words: ClassVar[str | Promise]

    def act(self, values: dict[str, Any]) -> str:
        """Call the verb with the checked values; return the address to go on to."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            address = self.act(form.cleaned_data)
        except ValidationError as error:
            add_faults(form, error)
            return self.form_invalid(form)
        except StepNotAllowed as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, str(self.done_words))
        return HttpResponseRedirect(address)


class RecordVerbPage(VerbPage):
    """A verb about one record, picked from those for which the reader may act. Out of scope and absent are a 404."""

    model: ClassVar[Any]
    record: Any

    def queryset(self) -> models.QuerySet:
        """The records for which the reader may act."""
        return self.model.objects.all().allowed(self.request.user, self.needs)

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        self.look_up()
        return super().get(*args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        self.look_up()
        return super().post(*args, **kwargs)

    def look_up(self) -> None:
        """Find the record that the address names, before anything is shown or read. Raises Http404."""
        self.record = get_object_or_404(self.queryset(), uid=self.kwargs["uid"])


def add_faults(form: forms.Form, error: ValidationError) -> None:
    """Put what a verb refused beside the fields that it names; what belongs to no field goes on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, faults in error.error_dict.items():
        form.add_error(field if field in form.fields else None, ValidationError(faults))
