"""Steps about one person: merge, observe, credit a circle, set out, more time; and one step for many people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from district.access import Permission
from district.page_parts import Cell, Heading, Section
from district.verb_pages import RecordVerbPage, VerbPage
from training.actions import progress
from training.actions.merging import merge_people, preview_merge
from training.actions.people import set_away
from training.eligibility import Kind, State
from training.forms import (
    AwayForm,
    BulkEvaluationForm,
    CircleForm,
    ExtensionForm,
    MergeForm,
    ObservationForm,
    PathwayForm,
    ReasonForm,
)
from training.models import CircleCredit, Pathway, Practitioner, Rubric
from training.views_people import PersonPage


class PersonAway(PersonPage):
    """Say that somebody is not to be asked on some days."""

    form_class = AwayForm
    title = gettext_lazy("Not available")
    about = gettext_lazy("On these days nobody is asked to hold a circle. The reason stays on record.")
    submit_words = gettext_lazy("Save")
    done_words = gettext_lazy("Saved. Nobody is asked on these days.")

    def act(self, values: dict[str, Any]) -> str:
        set_away(practitioner=self.record, by=self.request.user, **values)
        return self.go_on()


class PersonMergePage(PersonPage):
    """Merge a duplicate: choose, look at what would move, confirm."""

    template_name = "training/merge.html"
    form_class = MergeForm
    title = gettext_lazy("Merge a duplicate")
    about = gettext_lazy("Everything of the other record moves here. It stays on file and leaves every list.")
    submit_words = gettext_lazy("Show what would move")
    done_words = gettext_lazy("The two records are one.")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return {"preview": None, "other": None} | super().get_context_data(**context)

    def form_valid(self, form: Any) -> HttpResponse:
        if "confirmed" in self.request.POST:
            return super().form_valid(form)
        other = form.cleaned_data["other"]
        preview = preview_merge(kept=self.record, gone=other)
        rows = [[Cell(_(name)), Cell(str(count))] for name, count in preview.moving.items()]
        headings = (Heading(_("What")), Heading(_("How many"), is_number=True))
        moving = Section(_("What would move"), headings, rows, _("Nothing: only the record itself goes."))
        context = self.get_context_data(form=form) | {"preview": preview, "other": other, "section": moving}
        return self.render_to_response(context)

    def act(self, values: dict[str, Any]) -> str:
        merge_people(kept=self.record, gone=values["other"], reason=values["reason"], by=self.request.user)
        return self.go_on()


class PersonObserve(PersonPage):
    """Record an observed circle with the rubric of the day."""

    template_name = "training/observation.html"
    form_class = ObservationForm
    title = gettext_lazy("Record an observed circle")
    about = gettext_lazy("How the circle was kept, not what was said in it.")
    submit_words = gettext_lazy("Save the observation")
    done_words = gettext_lazy("The observation is saved.")

    def rubric(self) -> Rubric | None:
        """The rubric that holds today."""
        district = self.record.district
        return Rubric.objects.filter(district=district, valid_from__lte=district.today()).last()

    def get_form_kwargs(self) -> dict[str, Any]:
        rubric = self.rubric()
        return super().get_form_kwargs() | {"items": [_(words) for words in rubric.items] if rubric else []}

    def form_valid(self, form: Any) -> HttpResponse:
        self.scores = form.scores
        return super().form_valid(form)

    def act(self, values: dict[str, Any]) -> str:
        names = ("observer", "practice", "observed_on", "comments")
        progress.observe(
            practitioner=self.record,
            state=State(values["state"]),
            rubric=self.rubric(),
            scores=self.scores,
            by=self.request.user,
            **{name: values[name] for name in names},
        )
        return self.go_on()


class PersonCircle(PersonPage):
    """Record a circle that somebody kept elsewhere."""

    form_class = CircleForm
    title = gettext_lazy("Record a circle kept")
    about = gettext_lazy("For circles that the district's own record does not hold; the others count by themselves.")
    submit_words = gettext_lazy("Save")
    done_words = gettext_lazy("The circle counts.")

    def act(self, values: dict[str, Any]) -> str:
        values["day"] = values.pop("held_on")
        progress.credit_circle(practitioner=self.record, by=self.request.user, **values)
        return self.go_on()


class CreditWithdraw(RecordVerbPage):
    """Take back a circle that was entered by hand."""

    needs = Permission.TRAINING_EDIT
    model = CircleCredit
    form_class = ReasonForm
    title = gettext_lazy("Take a circle back")
    about = gettext_lazy("It counts for nothing from now on, and stays on record with the reason.")
    submit_words = gettext_lazy("Take back")
    done_words = gettext_lazy("Taken back. The circle counts no more.")

    def queryset(self) -> Any:
        """Those of the record of circles are corrected there."""
        return super().queryset().filter(source="").select_related("practitioner")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, values: dict[str, Any]) -> str:
        progress.withdraw_circle_credit(credit=self.record, by=self.request.user, **values)
        return reverse("practitioner_detail", args=[self.record.practitioner.uid])


class PersonPathway(PersonPage):
    """Begin somebody's way to a credential."""

    form_class = PathwayForm
    title = gettext_lazy("Set out for a credential")
    about = gettext_lazy("What is asked for today holds for the whole way, also if it changes meanwhile.")
    submit_words = gettext_lazy("Set out")
    done_words = gettext_lazy("On the way.")

    def act(self, values: dict[str, Any]) -> str:
        progress.set_out(practitioner=self.record, by=self.request.user, **values)
        return self.go_on()


class PathwayExtend(RecordVerbPage):
    """Give more time, with a reason."""

    needs = Permission.TRAINING_EDIT
    model = Pathway
    form_class = ExtensionForm
    title = gettext_lazy("Give more time")
    about = gettext_lazy("The former last day and the reason stay on record.")
    submit_words = gettext_lazy("Give more time")
    done_words = gettext_lazy("More time is given.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, values: dict[str, Any]) -> str:
        progress.extend(pathway=self.record, by=self.request.user, **values)
        return reverse("practitioner_detail", args=[self.record.practitioner.uid])


class BulkEvaluation(VerbPage):
    """Evaluate one step for several people, whether or not they were at the same session."""

    needs = Permission.TRAINING_EDIT
    form_class = BulkEvaluationForm
    title = gettext_lazy("Evaluate several people")
    about = gettext_lazy("One step, one result, for everybody in the list. All are saved, or none.")
    submit_words = gettext_lazy("Save the evaluations")
    done_words = gettext_lazy("The evaluations are saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, values: dict[str, Any]) -> str:
        progress.evaluate(
            people=self._people(values["addresses"]),
            kind=Kind(values["kind"]),
            course=values["course"],
            code=values["code"],
            state=State(values["state"]),
            on=values["evaluated_on"],
            note=values["note"],
            by=self.request.user,
        )
        return reverse("practitioner_list")

    def _people(self, addresses: list[str]) -> list[Practitioner]:
        """Return the people with these addresses; whoever has none goes by the full name, if nobody else does.

        Raises ValidationError that names those nobody in scope has, or several have.
        """
        rows = Practitioner.objects.allowed(self.request.user, Permission.TRAINING_EDIT)
        people = list(rows.select_related("person", "district"))
        known = {one.person.email.lower(): one for one in people if one.person.email}
        nameless = [(" ".join(one.person.name.lower().split()), one) for one in people if not one.person.email]
        counts = Counter(name for name, _one in nameless)
        known |= {name: one for name, one in nameless if counts[name] == 1}
        wanted = [" ".join(text.split()) for text in addresses]
        if several := [text for text in wanted if counts[text] > 1 and text not in known]:
            words = _("Several people without an address have this name: %(list)s. Evaluate each on their own page.")
            raise ValidationError({"addresses": words % {"list": ", ".join(several[:10])}})
        if unknown := [text for text in wanted if text not in known]:
            words = ngettext(
                "Nobody in your scope has this address, or this name without an address: %(list)s",
                "Nobody in your scope has these addresses, or these names without an address: %(list)s",
                len(unknown),
            )
            raise ValidationError({"addresses": words % {"list": ", ".join(unknown[:10])}})
        return [known[text] for text in wanted]
