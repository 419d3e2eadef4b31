"""Pages of the ombuds: what was done, after concerns, to whoever filed them or to the child; nobody else opens them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from dashboards.retaliation.actions import flag_of, look_into, note_looking
from dashboards.retaliation.looks import Flag
from dashboards.retaliation.people import CHILD, REPORTER, Known
from dashboards.retaliation.watch import WINDOW, Watched, flagged, received, watched
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, Status, day_words
from district.pages import PageMixin, SignedInRequest
from district.step_forms import StepForm
from district.step_pages import StepFormPage
from district.steps import StepNotAllowed

WHOSE = {CHILD: gettext_lazy("the child"), REPORTER: gettext_lazy("whoever filed it")}
NOT_PROOF = gettext_lazy(
    "That something came after a concern does not show that it came because of it. Ask; the law forbids payback "
    "(34 CFR 100.7(e))."
)
ONLY_YOU = gettext_lazy("Only you see this. Nothing here is stored but your notes, and those are sealed.")
DOUBTS = {
    CHILD: gettext_lazy("Several students have the name of the child: nothing is compared. Ask whoever filed it."),
    REPORTER: gettext_lazy("Several people have the name of whoever filed it: nothing of theirs is compared."),
}
UNKNOWN = {
    CHILD: gettext_lazy("The records know no student of the name that was given."),
    REPORTER: gettext_lazy("The records know nobody of the name of whoever filed it."),
}


class Watching(PageMixin, View):
    """What all these pages share."""

    needs = Permission.CONCERN_WORK
    page_kind = "record"


class AfterConcerns(Watching):
    """Every concern after which something was done, the latest first."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        note_looking(by=request.user)
        found = flagged(request.user)
        rows = [line_of(one, flag) for one in found for flag in one.flags]
        new = sum(len(one.new) for one in found)
        words = ngettext("%(count)d waits for you.", "%(count)d wait for you.", new) % {"count": new}
        empty = _(
            "No action on record followed a concern of yours: where somebody is named, the records are compared at "
            "each look."
        )
        context = {
            "title": _("What was done to people after they spoke up?"),
            "lead": words if new else "",
            "list_url": reverse("concern_list"),
            "list_words": _("Concerns"),
            "notice": NOT_PROOF if rows else "",
            "sections": [Section(_("Actions after a concern"), HEADINGS, rows, empty, note=ONLY_YOU)],
        }
        return render(request, "record.html", context)


class AfterConcern(Watching):
    """What was done after one concern, and to whom the records were compared."""

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        concern = get_object_or_404(received(request.user), uid=uid)
        note_looking(by=request.user)
        (one,) = watched([concern])
        until = day_words(concern.filed_on + WINDOW)
        context = {
            "title": _("What was done to them since?"),
            "lead": _("Actions from the day after it was filed until %(day)s.") % {"day": until},
            "list_url": reverse("concern_detail", args=[concern.uid]),
            "list_words": concern.get_kind_display(),
            "notice": NOT_PROOF if one.flags else "",
            "facts": facts_of(one),
            "sections": [
                Section(
                    _("Actions after this concern"),
                    HEADINGS[1:],
                    [line_of(one, flag)[1:] for flag in one.flags],
                    empty_words(one.known),
                    note=ONLY_YOU,
                ),
                *notes_of(one.flags),
            ],
        }
        return render(request, "record.html", context)


class LookIntoForm(StepForm):
    """What came of looking into it."""

    note = forms.CharField(
        label=gettext_lazy("What did you find, and what did you do?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "It is sealed, and goes when the words of the concern do. Only who receives it reads it."
        ),
    )


class LookInto(StepFormPage):
    """Note what came of looking into one action."""

    needs = Permission.CONCERN_WORK
    form_class = LookIntoForm
    title = gettext_lazy("Did it come because somebody spoke up?")
    submit_words = gettext_lazy("Mark as looked into")
    done = gettext_lazy("Your note is sealed.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.concern: Any = None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self.found() else self.absent()

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs) if self.found() else self.absent()

    def found(self) -> bool:
        """Find the concern and the action; both absent and out of scope are the same."""
        self.concern = received(self.request.user).filter(uid=self.kwargs["uid"]).first()
        if self.concern is None:
            return False
        try:
            self.flag = flag_of(concern=self.concern, mark=self.kwargs["mark"], by=self.request.user)
        except StepNotAllowed:
            return False
        note_looking(by=self.request.user)
        return True

    def absent(self) -> HttpResponse:
        return render(self.request, "404.html", status=404)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def call(self, values: dict[str, Any]) -> Any:
        return look_into(concern=self.concern, mark=self.flag.mark, **values, by=self.request.user)

    def address_after(self, result: Any) -> str:
        return reverse("concern_after", args=[self.concern.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        words = {"action": self.flag.words, "place": self.flag.place, "after": after_words(self.flag)}
        self.about = _("%(action)s, %(place)s: %(after)s.") % words  # type: ignore[misc]
        crumb = (reverse("concern_after", args=[self.concern.uid]), _("What was done to them since"))
        return super().get_context_data(crumb=crumb, **context)


HEADINGS = (
    Heading(gettext_lazy("Concern")),
    Heading(gettext_lazy("Day"), is_day=True),
    Heading(gettext_lazy("What was done")),
    Heading(gettext_lazy("To whom")),
    Heading(gettext_lazy("After")),
    Heading(gettext_lazy("State")),
)


def line_of(one: Watched, flag: Flag) -> list[Cell]:
    """The cells of an action."""
    concern = one.concern
    status = Status(_("Looked into"), "done") if flag.looks else Status(_("To look into"), "due")
    return [
        Cell(concern.get_kind_display(), reverse("concern_after", args=[concern.uid]), day_words(concern.filed_on)),
        Cell(day_words(flag.on)),
        Cell(flag.words, reverse("concern_look_into", args=[concern.uid, flag.mark]), flag.place),
        Cell(WHOSE[flag.whose]),
        Cell(after_words(flag)),
        Cell(status=status),
    ]


def after_words(flag: Flag) -> str:
    """How long after the concern it came."""
    return ngettext("%(count)d day after", "%(count)d days after", flag.days_after) % {"count": flag.days_after}


def facts_of(one: Watched) -> list[Fact]:
    """When it was filed, and whom the records know."""
    facts = [Fact(_("Filed on"), day_words(one.concern.filed_on))]
    if one.known is not None:
        for whose in (CHILD, REPORTER):
            if whose in one.known.doubts:
                facts.append(Fact(str(WHOSE[whose]).capitalize(), _("Not clear who"), DOUBTS[whose]))
            elif whose in one.known.unknown:
                facts.append(Fact(str(WHOSE[whose]).capitalize(), _("Not on record"), UNKNOWN[whose]))
    return facts


def empty_words(known: Known | None) -> str:
    """Why nothing is shown."""
    if known is None:
        return _("It was filed without a name: nobody can be watched over.")
    return _("Nothing on record was done to them since.")


def notes_of(flags: Iterable[Flag]) -> list[Section]:
    """What was noted, the latest first."""
    rows = [
        [Cell(day_words(look.day)), Cell(flag.words), Cell(look.note, note=look.by)]
        for flag in flags
        for look in reversed(flag.looks)
    ]
    headings = (Heading(_("Day"), is_day=True), Heading(_("Of")), Heading(_("Note")))
    return [Section(_("What was found"), headings, rows)] if rows else []
