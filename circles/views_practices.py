"""Pages of practices: what each asks for before it is held, and how it is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circles import tables
from circles.models import terms_by_practice
from circles.steps.class_circles import PRACTICE_STEPS
from circles.tables import credentials_of_practices
from district.access import Permission
from district.page_parts import Cell, Heading, yes_no_words
from district.pages import ListPage
from district.step_pages import StepPage, permissions_of
from training.filters import PracticeFilterSet
from training.models import Credential, Practice

EDIT = Permission.CREDENTIAL_EDIT


class PracticeTermsList(ListPage):
    """What each practice asks for: names, a certified keeper, a guardian's permission, consent."""

    needs = Permission.DISTRICT_VIEW
    table = tables.PRACTICES
    filterset_class = PracticeFilterSet
    title = gettext_lazy("What each practice asks for")
    question = gettext_lazy("Which circles and conferences are held, and what does each ask for?")
    about = gettext_lazy("Where no names are recorded, only class, minutes and headcount are.")
    empty_title = gettext_lazy("No practices yet")
    empty_text = gettext_lazy("A new district begins with the default list.")
    first_chips = ("tier", "is_active")
    headings = (
        Heading(gettext_lazy("Practice"), "name"),
        Heading(gettext_lazy("Tier"), "tier"),
        Heading(gettext_lazy("Names recorded")),
        Heading(gettext_lazy("Who may keep it")),
        Heading(gettext_lazy("Guardian’s permission")),
        Heading(gettext_lazy("Consent of those harmed")),
        Heading(gettext_lazy("In use")),
    )

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        terms = terms_by_practice(records)
        held = credentials_of_practices([one.pk for one in records], self.request.user)
        names = dict(
            Credential.objects.filter(district__in={one.district_id for one in records}).values_list("code", "name")
        )
        may_edit = self.request.user.holds(EDIT)
        for one in records:
            asked = terms[one.pk]
            credentials = ", ".join(names[code] for code in held.get(one.pk, []))
            keeper = credentials or _("nobody yet: no credential names it")
            yield [
                Cell(one.name, reverse("practice_terms_step", args=[one.uid, "set-terms"]) if may_edit else ""),
                Cell(one.get_tier_display()),
                Cell(yes_no_words(asked.records_names)),
                Cell(keeper if asked.needs_credential else _("any adult of the school")),
                Cell(yes_no_words(asked.needs_guardian)),
                Cell(yes_no_words(asked.is_face_to_face)),
                Cell(yes_no_words(one.is_active)),
            ]


class PracticeStepPage(StepPage):
    """Any step of a practice."""

    needs = permissions_of(PRACTICE_STEPS)
    model = Practice
    steps = PRACTICE_STEPS

    def home_of(self, record: Practice) -> str:
        return reverse("practice_terms_list")
