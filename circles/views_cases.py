"""Pages of cases: the list, one of them as its reader may see it, opening one, every step."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circles import tables_of_cases as tables
from circles.actions.cases import open_case
from circles.case_states import BEFORE_IT_IS_HELD, told_reason
from circles.filters import CircleFilterSet
from circles.forms.cases import ARRANGE, NewCaseForm, usual_practice
from circles.models import Circle, CircleAgreement, CircleKeeper, CircleParticipant
from circles.picking import PicksStudent
from circles.sections import (
    course_of,
    keepers_section,
    missing_section,
    names_of,
    people_section,
    state_of,
    state_words,
)
from circles.sections_of_agreements import sections_of
from circles.steps.agreements import AGREEMENT_STEPS
from circles.steps.cases import CASE_STEPS, KEEPER_STEPS, PARTICIPANT_STEPS
from circles.views import minutes_words
from circles.voices.sections import voices_section
from circles.welcome_back.sections import plan_fact, plan_of, sections_of_plan
from circles.welcome_back.steps import PLAN_STEPS
from discipline.models import Referral
from district.access import Permission
from district.page_parts import Cell, Fact, Heading, day_words, time_words
from district.pages import ListPage
from district.step_pages import AddPage, Offer, StepPage, SteppedRecordPage, offers, permissions_of

READERS = (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)


class CircleList(ListPage):
    """Restorative cases: who takes part stands there for the case team alone."""

    needs = READERS
    table = tables.CIRCLES
    filterset_class = CircleFilterSet
    title = gettext_lazy("Circles")
    question = gettext_lazy("Which circles and conferences are under way?")
    about = gettext_lazy("Taking part is voluntary for everybody. What is said in a circle stays there.")
    empty_title = gettext_lazy("No cases yet")
    empty_text = gettext_lazy("A case begins with a referral, with somebody who comes back, or because somebody asks.")
    first_chips = ("status", "school", "mine", "tier")
    headings = (
        Heading(gettext_lazy("Circle")),
        Heading(gettext_lazy("State")),
        Heading(gettext_lazy("Opened"), "opened_on", is_day=True),
        Heading(gettext_lazy("Scheduled"), "scheduled_on", is_day=True),
        Heading(gettext_lazy("Held"), "held_on", is_day=True),
        Heading(gettext_lazy("School"), "school"),
    )

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("practice", "school")

    def links(self) -> tuple[tuple[str, Any], ...]:
        links = [(reverse("circle_new"), gettext_lazy("Open a case"))] if self.request.user.holds(ARRANGE) else []
        links.append((reverse("circle_term_list"), gettext_lazy("What was agreed")))
        return (*links, (reverse("practice_terms_list"), gettext_lazy("What each practice asks for")))

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        known = tables.worked_on([one.pk for one in records], self.request.user)
        names = names_of(known)
        for one in records:
            yield [
                Cell(one.practice.name, reverse("circle_detail", args=[one.uid]), names.get(one.pk, "")),
                Cell(status=state_of(one, is_team=one.pk in known)),
                Cell(day_words(one.opened_on)),
                Cell(day_words(one.scheduled_on)),
                Cell(day_words(one.held_on)),
                Cell(one.school.name),
            ]


class CircleRecord(SteppedRecordPage):
    """One case. Outside its team: date, kind and state; no name, no answer, no word."""

    needs = READERS
    table = tables.CIRCLES
    steps = CASE_STEPS
    step_url = "circle_step"

    def queryset(self) -> models.QuerySet:
        related = ("practice", "school__district", "owner", "referral")
        return super().queryset().select_related(*related)

    def describe(self, record: Circle) -> dict[str, Any]:
        user = self.request.user
        is_team = bool(tables.worked_on([record.pk], user))
        reads_notes = Circle.objects.all().team_of(user).filter(pk=record.pk).exists()
        sections = []
        if is_team:
            tables.record_people_viewed(record.pk, user)
            may_arrange = user.holds(ARRANGE) and user.can(ARRANGE, record.school)
            sections = [
                missing_section(record),
                people_section(record),
                keepers_section(record, may_arrange=may_arrange),
                voices_section(record, is_team=reads_notes),
            ]
        agreement = CircleAgreement.objects.filter(circle=record).select_related("owner").first()
        more = []
        if agreement:
            agreement.circle = record
            sections += sections_of(agreement, is_team=is_team, today=record.school.district.today())
            more = offers(user, agreement, AGREEMENT_STEPS, "agreement_step")
        plan = plan_of(record)
        if plan and is_team:
            sections += sections_of_plan(plan, reads_words=reads_notes, today=record.school.district.today())
            more += offers(user, plan, PLAN_STEPS, "welcome_plan_step")
        reason = record.close_reason if is_team else told_reason(record.close_reason)
        closing = str(dict(Circle.CloseReason.choices).get(reason, ""))
        names = names_of([record.pk]).get(record.pk, "") if is_team else ""
        return {
            "title": record.practice.name,
            "list_url": reverse("circle_list"),
            "list_words": _("Circles"),
            "crumb": day_words(record.opened_on),
            "lead": names,
            "notice": self._notice(record, is_team),
            "facts": [
                Fact(_("State"), state_words(record, is_team=is_team), closing),
                Fact(_("Kind"), record.practice.name, record.practice.get_tier_display()),
                self._source(record),
                *self._days(record, is_team),
                *([plan_fact(plan)] if plan else []),
                Fact(_("Answers for it"), str(record.owner or _("nobody yet"))),
                Fact(_("School"), record.school.name),
            ],
            "sections": [section for section in sections if section],
            "steps": course_of(record, is_team=is_team),
            "actions": self._ways(record, is_team=is_team, reads_notes=reads_notes),
            **self._offered(record, more),
        }

    def _offered(self, record: Circle, more: list[Offer]) -> dict[str, Any]:
        """What can be done with the case, and with its agreement."""
        found = self.offered(record)
        main = [one for one in more if one.is_main] or found["main_offers"]
        others = [one for one in [*found["main_offers"], *more, *found["offers"]] if one not in main]
        return {"main_offers": main[:1], "offers": others[:2], "more_offers": [*others[2:], *found["more_offers"]]}

    def _ways(self, record: Circle, *, is_team: bool, reads_notes: bool) -> list[tuple[str, str]]:
        """The ways to what is printed, for the team, and to the notes, for those who may read them."""
        ways = []
        if is_team and record.voided_at is None and record.status in BEFORE_IT_IS_HELD:
            ways.append((reverse("circle_sheet", args=[record.uid]), _("Circle sheet")))
        if reads_notes:
            ways.append((reverse("circle_notes", args=[record.uid]), _("Notes of the case team")))
        return ways

    def _notice(self, record: Circle, is_team: bool) -> str:
        if record.voided_at:
            return _("Voided: %(reason)s") % {"reason": record.void_reason} if is_team else _("Voided.")
        return "" if is_team else _("What is said in a circle, and who wished what, is for those who take part.")

    def _source(self, record: Circle) -> Fact:
        """Where the case comes from, with the way there for whoever may read it."""
        address = ""
        seen = Referral.objects.visible_to(self.request.user).filter(pk=record.referral_id)
        if record.referral and seen.exists():
            address = reverse("referral_detail", args=[record.referral.uid])
        return Fact(_("Came from"), record.get_origin_display(), href=address)

    def _days(self, record: Circle, is_team: bool) -> list[Fact]:
        if record.held_on:
            return [Fact(_("Held"), day_words(record.held_on), minutes_words(record.minutes) if record.minutes else "")]
        if record.scheduled_on:
            where = ", ".join(filter(None, (time_words(record.begins), record.place))) if is_team else ""
            return [Fact(_("Scheduled for"), day_words(record.scheduled_on), where)]
        return []


class CircleAdd(AddPage):
    """Open a case; a link from a referral or a removal says where it comes from."""

    needs = ARRANGE
    form_class = NewCaseForm
    verb = staticmethod(open_case)
    detail = "circle_detail"
    list_name = "circle_list"
    list_words = gettext_lazy("Circles")
    title = gettext_lazy("What could repair it?")
    about = gettext_lazy("Opening a case promises nothing to anybody yet. Each person is asked by themselves.")
    submit_words = gettext_lazy("Open the case")
    done = gettext_lazy("The case is open.")

    def get_initial(self) -> dict[str, Any]:
        query = self.request.GET
        found = {name: query[name] for name in ("referral", "removal") if _is_id(query.get(name, ""))}
        return found | usual_practice(self.request.user, found.get("removal", ""))


class CircleStepPage(PicksStudent, StepPage):
    """Any step of a case. Choosing a keeper may begin with somebody whom the page of matches named."""

    needs = permissions_of(CASE_STEPS)
    model = Circle
    steps = CASE_STEPS

    def get_initial(self) -> dict[str, Any]:
        person = self.request.GET.get("practitioner", "")
        return super().get_initial() | ({"practitioner": person} if _is_id(person) else {})


class ParticipantStepPage(StepPage):
    """Any step with somebody named in a case."""

    needs = permissions_of(PARTICIPANT_STEPS)
    model = CircleParticipant
    steps = PARTICIPANT_STEPS

    def home_of(self, record: CircleParticipant) -> str:
        return reverse("circle_detail", args=[record.circle.uid])


class KeeperStepPage(StepPage):
    """Any step with somebody who keeps a circle."""

    needs = permissions_of(KEEPER_STEPS)
    model = CircleKeeper
    steps = KEEPER_STEPS

    def home_of(self, record: CircleKeeper) -> str:
        return reverse("circle_detail", args=[record.circle.uid])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        crumb = (self.home_of(self.record), str(self.record.practitioner))
        return super().get_context_data(**context) | {"crumb": crumb}


def _is_id(text: str) -> bool:
    try:
        return bool(text) and bool(uuid.UUID(text))
    except ValueError:
        return False
