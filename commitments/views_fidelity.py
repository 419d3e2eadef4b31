"""Pages of rating: rounds, what several raters gave, how it moved; and the rubrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commitments import tables_of_bodies as tables
from commitments.actions.fidelity import open_round, rate
from commitments.filters import RoundFilterSet
from commitments.forms.fidelity import RateItemsForm, RoundForm
from commitments.models import FidelityRound, Rating
from commitments.scores import Score, by_dimension, change, score
from commitments.seats import share_words
from commitments.statuses import round_status
from commitments.steps.fidelity import ROUND_STEPS
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, Section, day_words, span_words
from district.pages import ListPage
from district.step_pages import AddPage, StepPage, SteppedRecordPage, permissions_of

SHOWN_BEFORE = 3
"""Earlier rounds that a round's page sets beside it."""


def ratings_of(rounds: Iterable[Any]) -> dict[int, list[tuple[int, int, int]]]:
    """(indicator, rater, value) by round. One query."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    rows = Rating.objects.filter(round__in=[one.pk for one in rounds])
    for key, item, rater, value in rows.values_list("round", "item", "rater", "value"):
        found.setdefault(key, []).append((item, rater, value))
    return found


def moved_words(moved: float | None) -> str:
    """How far a share moved, in points."""
    if moved is None:
        return "–"
    points = round(moved * 100)
    return _("same") if points == 0 else f"{'+' if points > 0 else '−'}{abs(points)}"


class RoundList(ListPage):
    """Rounds in which schools are rated on restorative practice."""

    needs = Permission.FIDELITY_VIEW
    table = tables.ROUNDS
    filterset_class = RoundFilterSet
    title = gettext_lazy("Ratings of practice")
    question = gettext_lazy("How true is the practice to what was meant?")
    about = gettext_lazy("Several people rate a school on the same indicators, round by round. No student is in it.")
    empty_title = gettext_lazy("No rounds yet")
    empty_text = gettext_lazy("Open one for a school, and several people rate it until its last day.")
    first_chips = ("school", "closed")
    headings = (
        Heading(gettext_lazy("School"), "school"),
        Heading(gettext_lazy("Opened"), "opened_on", is_day=True),
        Heading(gettext_lazy("Rubric")),
        Heading(gettext_lazy("Raters"), is_number=True),
        Heading(gettext_lazy("In place"), is_number=True),
        Heading(gettext_lazy("Status")),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("school__district", "rubric")

    def links(self) -> tuple[tuple[str, Any], ...]:
        found = [(reverse("rubric_list"), gettext_lazy("Rubrics"))]
        if self.request.user.holds(Permission.FIDELITY_EDIT):
            found.append((reverse("round_add"), gettext_lazy("Open a round")))
        return tuple(found)

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        ratings = ratings_of(records)
        for one in records:
            total = score(ratings.get(one.pk, []))
            yield [
                Cell(one.school.name, reverse("round_detail", args=[one.uid])),
                Cell(day_words(one.opened_on)),
                Cell(one.rubric.name),
                Cell(str(total.raters)),
                Cell(share_words(total.share)),
                Cell(status=round_status(one, one.school.district.today())),
            ]


class RoundRecord(SteppedRecordPage):
    """One round: each dimension with what raters gave, and the rounds before it."""

    needs = Permission.FIDELITY_VIEW
    table = tables.ROUNDS
    steps = ROUND_STEPS
    step_url = "round_step"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("school__district", "rubric")

    def describe(self, record: FidelityRound) -> dict[str, Any]:
        today = record.school.district.today()
        before = list(
            FidelityRound.objects.visible_to(self.request.user)
            .filter(school=record.school, rubric=record.rubric, opened_on__lt=record.opened_on)
            .order_by("-opened_on")[:SHOWN_BEFORE]
        )
        items = list(record.rubric.items.values_list("pk", "dimension"))
        ratings = ratings_of([record, *before])
        scores = {one.pk: by_dimension(items, ratings.get(one.pk, ())) for one in (record, *before)}
        total = score(ratings.get(record.pk, ()))
        raters = ngettext("%(count)d rater", "%(count)d raters", total.raters) % {"count": total.raters}
        return {
            "title": _("How true is the practice at %(school)s?") % {"school": record.school.name},
            "list_url": reverse("round_list"),
            "list_words": _("Ratings of practice"),
            "crumb": day_words(record.opened_on),
            "facts": [
                Fact(_("Round"), span_words(record.opened_on, record.closed_on or record.closes_on)),
                Fact(_("Status"), round_status(record, today).word),
                Fact(_("In place"), share_words(total.share), raters),
                Fact(_("Rubric"), record.rubric.name, href=reverse("rubric_detail", args=[record.rubric.uid])),
            ],
            "sections": [self._dimensions(scores[record.pk], scores[before[0].pk] if before else {}, before, scores)],
            **self.offered(record),
        }

    def _dimensions(
        self, now: dict[str, Score], last: dict[str, Score], before: list, scores: dict[int, dict[str, Score]]
    ) -> Section:
        moved = change(last, now)
        rows = []
        for dimension, one in now.items():
            apart = _("raters differ") if one.spread == 2 else ""
            earlier = [Cell(share_words(scores[round.pk][dimension].share)) for round in reversed(before)]
            rows.append(
                [
                    Cell(dimension, note=apart),
                    *earlier,
                    Cell(share_words(one.share)),
                    Cell(moved_words(moved[dimension])),
                    Cell(str(one.raters)),
                ]
            )
        headings = (
            Heading(_("Dimension")),
            *(Heading(day_words(round.opened_on), is_number=True) for round in reversed(before)),
            Heading(_("In place now"), is_number=True),
            Heading(_("Moved, in points"), is_number=True),
            Heading(_("Raters"), is_number=True),
        )
        note = _(
            "Share of the highest rating, each indicator weighing the same. “Raters differ”: one said in place and "
            "another not in place of the same indicator."
        )
        return Section(_("Dimension by dimension"), headings, rows, _("The rubric has no indicators."), note=note)


class RoundAdd(AddPage):
    """Open a round for a school."""

    needs = Permission.FIDELITY_EDIT
    form_class = RoundForm
    verb = staticmethod(open_round)
    detail = "round_detail"
    list_name = "round_list"
    list_words = gettext_lazy("Ratings of practice")
    title = gettext_lazy("Which school is rated, and until when?")
    submit_words = gettext_lazy("Open the round")
    done = gettext_lazy("The round is open.")


class RoundStepPage(StepPage):
    """Any step of a round; rating shows the indicators one by one."""

    needs = permissions_of(ROUND_STEPS)
    model = FidelityRound
    steps = ROUND_STEPS

    def get_form_class(self) -> Any:
        return RateItemsForm if self.step.name == "rate" else super().get_form_class()

    def form_valid(self, form: Any) -> Any:
        self.form = form
        return super().form_valid(form)

    def call(self, values: dict[str, Any]) -> Any:
        if self.step.name != "rate":
            return super().call(values)
        if not self.form.values():
            raise ValidationError(_("Rate at least one indicator."))
        return rate(round=self.record, values=self.form.values(), by=self.request.user)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        crumb = (self.home_of(self.record), self.record.school.name)
        return super().get_context_data(**context) | {"crumb": crumb}
