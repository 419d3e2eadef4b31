"""The page of the coverage of training."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dashboards.menus import ChipMenu, level_menu, school_menu, value_menu
from dashboards.pages import DashboardPage
from dashboards.training_coverage import definitions, pictures
from dashboards.training_coverage.files import coverage_file
from dashboards.training_coverage.findings import finding
from dashboards.training_coverage.question import CoverageQuestion, read_coverage_question
from dashboards.training_coverage.reports import SOON, CoverageReport, coverage
from dashboards.wording import count
from district.access import Permission
from district.page_parts import Fact, day_words, year_words
from training.models import PeerTraining


class TrainingCoveragePage(DashboardPage):
    """Who can hold a circle, school by school? The endpoint's parameters."""

    needs = Permission.TRAINING_COVERAGE
    template_name = "dashboards/training_coverage.html"

    def ask(self, parameters: QueryDict) -> CoverageQuestion:
        return read_coverage_question(parameters, self.request.user)

    def file(self, question: CoverageQuestion) -> HttpResponseBase:
        return coverage_file(question, coverage(question, self.request.user), by=self.request.user)

    def answered(self, question: CoverageQuestion) -> dict[str, Any]:
        report = coverage(question, self.request.user)
        links = self.people_links(question)
        return {
            "finding": finding(question, report),
            "menus": menus(question),
            "is_empty": not report.total.certified and not sum(report.total.steps),
            "tiles": pictures.school_tiles(question, report),
            "ranked": pictures.ranked_pictures(question, report),
            "ending": self.ending(report),
            "schools": pictures.school_table(question, report, links),
            "without": pictures.schools_without(question, report, links),
            "trainers": pictures.trainer_table(report, lambda uid: reverse("practitioner_detail", args=[uid])),
            "facts": definition_facts(question, report),
            "terms": list(definitions.TERMS.values()),
        }

    def people_links(self, question: CoverageQuestion) -> dict[str, str]:
        """The people of each school, for those who may see them."""
        if not self.request.user.holds(Permission.TRAINING_VIEW):
            return {}
        return {place.code: self._people(school=place.code) for place in question.counted_schools}

    def ending(self, report: CoverageReport) -> list[Fact]:
        """How many certificates end soon, each with the worklist of those whom the reader may see."""
        may_see = self.request.user.holds(Permission.TRAINING_VIEW)
        return [
            Fact(
                _("Within %(days)d days") % {"days": days},
                count(number),
                href=self._people(worklist=f"expiring_{days}") if may_see and number else "",
            )
            for days, number in zip(SOON, report.total.expiring, strict=True)
        ]

    def _people(self, **filters: str) -> str:
        return f"{reverse('practitioner_list')}?{urlencode(filters)}"


def menus(question: CoverageQuestion) -> list[ChipMenu]:
    """The chips over the figures: practice, school and level."""
    found = [value_menu(question, "practice", _("Practice"), question.practices)]
    if len(question.schools) > 1:
        found += [school_menu(question), level_menu(question)]
    return found


def definition_facts(question: CoverageQuestion, report: CoverageReport) -> list[Fact]:
    """The strip: counted, out of, student peers, as of."""
    total = report.total
    facts = [Fact(_("Certified"), count(total.certified), _("With a valid certificate today, each person once."))]
    if total.staff is not None:
        year = year_words(report.definition["staff_year"])
        facts.append(Fact(_("Staff"), count(total.staff), _("Named by the roster of %(year)s.") % {"year": year}))
    if total.students is not None:
        year = year_words(report.definition["student_year"])
        words = _("Enrolled at any time in %(year)s.") % {"year": year}
        facts.append(Fact(_("Students"), count(total.students), words))
    if question.is_whole_district:
        few = _("fewer than %(count)d") % {"count": PeerTraining.SMALLEST_NUMBER}
        peers = few if report.peers is None else count(report.peers)
        facts.append(Fact(_("Student peers"), peers, definitions.TERMS["student_peers_rule"]))
    return [*facts, Fact(_("As of"), day_words(question.day), _("The present day in the district."))]
