"""Pages of steps: one thing that can be done with a record, offered alike by its page and its endpoint.

A floor lists the steps of each of its records once. From that list come the pages (`<record>/<step>/`), the endpoints
(`POST …/<step>/`, see `api/steps.py`) and, on the record's page, what can be done now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise

from district.access import Permission
from district.models import User
from district.pages import FormPage, RecordPage, tell
from district.step_forms import NothingForm, StepForm
from district.steps import StepNotAllowed

BUTTONS = 2
"""Steps that stand beside the main one as buttons; the others open under "More"."""


def always(record: Any) -> bool:
    """The step is open in every state."""
    return True


@dataclass(frozen=True)
class Step:
    """One step: its name in the address, its words, what it needs, what it asks for and what it does.

    `verb` takes the record under the name `noun`, the values of the form, and `by`. `is_open` says from the record
    alone whether its state allows the step, to offer it or not; the verb decides, under its lock. With `is_partial` an
    endpoint may leave fields out, which then stay as they are.
    """

    name: str
    noun: str
    words: Promise
    title: Promise
    permission: Permission
    verb: Callable[..., Any]
    done: Promise
    form_class: type[StepForm] = NothingForm
    about: Promise | str = ""
    is_open: Callable[[Any], bool] = always
    is_main: bool = False
    is_partial: bool = False

    @property
    def action(self) -> str:
        """The name of the method that takes it, which is none that a page or an endpoint has of its own."""
        return "take_" + self.name.replace("-", "_")


@dataclass(frozen=True)
class Offer:
    """A step as a record's page offers it."""

    words: Promise | str
    url: str
    is_main: bool


def steps_of(*steps: Step) -> dict[str, Step]:
    """Return the steps by name, in their order."""
    return {step.name: step for step in steps}


def permissions_of(steps: dict[str, Step]) -> tuple[Permission, ...]:
    """Return every permission that one of the steps needs."""
    return tuple(dict.fromkeys(step.permission for step in steps.values()))


def offers(user: User, record: models.Model, steps: dict[str, Step], url_name: str) -> list[Offer]:
    """What `user` can do with `record` now. One query for each permission that the user holds."""
    rows: Any = type(record)._default_manager.filter(pk=record.pk)
    asked: dict[Permission, bool] = {}
    found = []
    for step in steps.values():
        if not step.is_open(record):
            continue
        if step.permission not in asked:
            asked[step.permission] = user.holds(step.permission) and rows.allowed(user, step.permission).exists()
        if asked[step.permission]:
            address = reverse(url_name, kwargs={"uid": record.uid, "step": step.name})  # type: ignore[attr-defined]
            found.append(Offer(step.words, address, step.is_main))
    return found


class SteppedRecordPage(RecordPage):
    """A record's page that ends with what can be done now. `describe` adds `self.offered(record)` to what it shows."""

    template_name = "stepped_record.html"

    steps: ClassVar[dict[str, Step]]
    step_url: ClassVar[str]

    def offered(self, record: models.Model) -> dict[str, Any]:
        """The steps that are open to the reader: the first ones as buttons, the others under "More"."""
        found = offers(self.request.user, record, self.steps, self.step_url)
        main = [offer for offer in found if offer.is_main][:1]
        others = [offer for offer in found if offer not in main]
        return {"main_offers": main, "offers": others[:BUTTONS], "more_offers": others[BUTTONS:]}


class StepFormPage(FormPage):
    """A form that calls a verb: its faults beside the fields, a step that the state refuses said as such (409)."""

    template_name = "step.html"
    done: Promise | str = ""

    def call(self, values: dict[str, Any]) -> Any:
        """Call the verb with the values of the form and return what it returns."""
        raise NotImplementedError

    def address_after(self, result: Any) -> str:
        """Where the reader goes from here."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            result = self.call(dict(form.cleaned_data))
        except (ValidationError, StepNotAllowed) as refusal:
            tell(form, refusal)
            status = 409 if isinstance(refusal, StepNotAllowed) else 200
            return self.render_to_response(self.get_context_data(form=form), status=status)
        messages.success(self.request, str(self.done))
        return HttpResponseRedirect(self.address_after(result))


class StepPage(StepFormPage):
    """The page of any step of one kind of record. Out of scope and absent are the same 404, an unknown step too."""

    model: ClassVar[Any]
    steps: ClassVar[dict[str, Step]]

    record: Any
    step: Step

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return super().post(request, *args, **kwargs)

    def load(self) -> None:
        """Find the step and its record. Raises Http404 and PermissionDenied."""
        step = self.steps.get(self.kwargs["step"])
        if step is None:
            raise Http404
        user = self.request.user
        if not user.holds(step.permission):
            raise PermissionDenied
        rows = self.model.objects.all().visible_to(user)
        allowed = self.model.objects.all().allowed(user, step.permission)
        self.record = get_object_or_404(rows.filter(pk__in=allowed.order_by().values("pk")), uid=self.kwargs["uid"])
        self.step = step

    def get_form_class(self) -> type[StepForm]:
        return self.step.form_class

    def get_initial(self) -> dict[str, Any]:
        return self.step.form_class.initial_of(self.record)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "record": self.record}

    def call(self, values: dict[str, Any]) -> Any:
        return self.step.verb(**{self.step.noun: self.record}, **values, by=self.request.user)

    def home_of(self, record: Any) -> str:
        """Address of the page that shows the record."""
        return reverse(f"{self.step.noun}_detail", args=[record.uid])

    def address_after(self, result: Any) -> str:
        return self.home_of(result if isinstance(result, self.model) else self.record)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        self.title, self.about, self.submit_words = self.step.title, self.step.about, self.step.words  # type: ignore[misc]
        self.done = self.step.done
        crumb = (self.home_of(self.record), str(self.record))
        context = super().get_context_data(crumb=crumb, **context)
        # What somebody has typed is not taken away, also when the state has changed meanwhile.
        return context | {"is_closed": not context["form"].is_bound and not self.step.is_open(self.record)}


class AddPage(StepFormPage):
    """The page that makes a record: `form_class` asks, `verb` makes it. `start` may fill the form from the address."""

    verb: ClassVar[Callable[..., Any]]
    detail: ClassVar[str]
    list_name: ClassVar[str]
    list_words: ClassVar[Promise | str]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def call(self, values: dict[str, Any]) -> Any:
        return type(self).verb(**values, by=self.request.user)

    def address_after(self, result: Any) -> str:
        return reverse(self.detail, args=[result.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(crumb=(reverse(self.list_name), self.list_words), **context)
