"""The page of the rollout, and the page that sets the stage of a school with what is known of it beside the form."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.actions.rollout import set_stage
from commitments.forms.rollout import StageForm
from commitments.models import RateOf, Stage
from dashboards.menus import ChipMenu, level_menu, menu, school_menu, year_menu
from dashboards.pages import DashboardPage, caution
from dashboards.rollout import definitions, pictures
from dashboards.rollout.files import rollout_file
from dashboards.rollout.findings import finding
from dashboards.rollout.question import RolloutQuestion, read_rollout_question
from dashboards.rollout.reports import SCHOOL, RolloutReport, RolloutRow, rollout
from district.access import Permission
from district.calendar import school_year_window
from district.models import School
from district.page_parts import Fact, MenuChoice, day_words, year_words
from district.step_pages import AddPage


class RolloutPage(DashboardPage):
    """How far has it come, school by school? The endpoint's parameters."""

    needs = Permission.FIDELITY_VIEW
    template_name = "dashboards/rollout.html"

    def ask(self, parameters: QueryDict) -> RolloutQuestion:
        return read_rollout_question(parameters, self.request.user)

    def file(self, question: RolloutQuestion) -> HttpResponseBase:
        return rollout_file(question, rollout(question, self.request.user), by=self.request.user)

    def answered(self, question: RolloutQuestion) -> dict[str, Any]:
        report = rollout(question, self.request.user)
        return {
            "finding": finding(report),
            "menus": menus(question),
            "links": self.links(),
            "targets": pictures.target_table(report.targets),
            "tiles": pictures.stage_tiles(question, report),
            "first": pictures.first_table(question, report),
            "schools": pictures.school_table(report, lambda code: f"{reverse('stage_list')}?school={code}"),
            "facts": definition_facts(question, report),
            "cautions": [words for words in cautions(question) if words],
            "terms": list(definitions.TERMS.values()),
        }

    def links(self) -> list[tuple[str, Any]]:
        """Where stages and targets are kept."""
        found = [(reverse("stage_list"), _("Every decision")), (reverse("target_list"), _("Targets"))]
        if self.request.user.holds(Permission.FIDELITY_EDIT):
            found.insert(0, (reverse("stage_add"), _("Set the stage of a school")))
        return found


def menus(question: RolloutQuestion) -> list[ChipMenu]:
    """The chips over the board: the two years, what is counted, which schools."""
    now = question.baseline.year if question.baseline else None
    before = [one for one in question.every_year if one.is_enrolled and question.year and one.year < question.year.year]
    choices = [
        MenuChoice(year_words(one.year), question.address(baseline=str(one.year)), one.year == now) for one in before
    ]
    measures = [
        MenuChoice(str(one.label), question.address(measure=one.value), one.value == question.measure.key)
        for one in RateOf
    ]
    found = [year_menu(question), menu(_("Baseline year"), choices), menu(_("Counted"), measures)]
    return [*found, school_menu(question), level_menu(question)] if len(question.schools) > 1 else found


def cautions(question: RolloutQuestion) -> list[str]:
    """What a reader must know before they compare the years."""
    hidden = "" if question.sees_all else str(definitions.TERMS["withheld"])
    if not question.year or not question.baseline:
        return [_("There is no earlier school year to compare suspensions with."), hidden]
    unfinished = question.day <= school_year_window(question.year.year)[1]
    under_way = _("%(year)s is under way: its share of students suspended still rises.")
    labels = "; ".join(
        f"{year_words(one.year)}: {one.label}" for one in (question.baseline, question.year) if one.label
    )
    return [
        hidden,
        under_way % {"year": year_words(question.year.year)} if unfinished else "",
        caution(question, question.year.year),
        caution(question, question.baseline.year),
        labels,
    ]


def definition_facts(question: RolloutQuestion, report: RolloutReport) -> list[Fact]:
    """The strip: schools at each stage, and as of when."""
    facts = [Fact(stage.label, str(report.stages[stage.value])) for stage in Stage]
    facts.append(Fact(_("No stage set"), str(report.stages["none"])))
    return [*facts, Fact(_("As of"), day_words(question.day), _("The present day in the district."))]


class StageAdd(AddPage):
    """Set the stage of a school, with what the figures would fit beside it. `?school=` chooses the school."""

    needs = Permission.FIDELITY_EDIT
    template_name = "dashboards/rollout_stage.html"
    form_class = StageForm
    verb = staticmethod(set_stage)
    list_name = "stage_list"
    list_words = gettext_lazy("Stages of schools")
    title = gettext_lazy("At which stage is the school, and how does one know?")
    about = gettext_lazy("A decision of people, with its day and its evidence. Earlier ones stay.")
    submit_words = gettext_lazy("Set the stage")
    done = gettext_lazy("The stage is set.")

    def get_initial(self) -> dict[str, Any]:
        school = self._school()
        return {"school": school.uid, "decided_on": school.district.today()} if school else {}

    def _school(self) -> School | None:
        code = self.request.GET.get("school", "")
        rows = School.objects.where_allowed(self.request.user, Permission.FIDELITY_EDIT).select_related("district")
        found = list(rows.filter(code=code)[:2]) if code else []
        return found[0] if len(found) == 1 else None

    def address_after(self, result: Any) -> str:
        return f"{reverse('stage_list')}?{urlencode({'school': result.school.code})}"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(row=self._row(), **context)

    def _row(self) -> dict[str, Any] | None:
        """What is known of the school chosen, so that whoever decides sees it."""
        school = self._school()
        if school is None:
            return None
        asked = QueryDict(urlencode({"school": school.code, "district": school.district.code}))
        report = rollout(read_rollout_question(asked, self.request.user), self.request.user)
        rows: tuple[RolloutRow, ...] = report.of(SCHOOL)
        return {"facts": school_facts(rows[0])} if rows else None


def school_facts(row: RolloutRow) -> list[Fact]:
    """What the figures of one school say."""
    hint = pictures.hint_cell(row)
    rating = pictures.rating_cell(row)
    return [
        Fact(_("The figures would fit"), hint.text, hint.note),
        Fact(_("Certified keepers"), str(row.certified)),
        Fact(_("In place"), rating.text, rating.note),
        Fact(_("Circles for every 100 students, by tier"), pictures.circles_words(row)),
    ]
