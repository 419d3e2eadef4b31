"""The collections of restorative circles. Every step of a record is an action with the fields of its page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from api.base import Collection
from api.steps import SteppedCollection, body_of, with_steps
from circles import filters, tables, tables_of_agreements, tables_of_cases
from circles.actions.cases import open_case
from circles.actions.class_circles import log_class_circle
from circles.actions.voices import make_voice_link
from circles.forms.cases import NewCaseForm
from circles.forms.class_circles import ClassCircleForm
from circles.steps.agreements import AGREEMENT_STEPS, FOLLOW_UP_STEPS, TERM_STEPS
from circles.steps.cases import CASE_STEPS, KEEPER_STEPS, PARTICIPANT_STEPS
from circles.steps.class_circles import CLASS_CIRCLE_STEPS, PRACTICE_STEPS
from circles.voices.filters import VoiceLinkFilterSet
from circles.voices.forms import NewVoiceLinkForm
from circles.voices.steps import VOICE_LINK_STEPS
from circles.voices.tables import VOICE_LINKS
from circles.welcome_back import filters as plan_filters
from circles.welcome_back import tables as plan_tables
from circles.welcome_back.steps import CHECK_IN_STEPS, PLAN_ITEM_STEPS, PLAN_STEPS
from district.access import Permission
from training.filters import PracticeFilterSet


@with_steps(PRACTICE_STEPS)
class PracticeCollection(SteppedCollection):
    """Practices, and what each asks for: names, a certified keeper, a guardian's permission, consent."""

    table = tables.PRACTICES
    filterset_class = PracticeFilterSet
    permissions = {"GET": Permission.DISTRICT_VIEW}


@with_steps(CLASS_CIRCLE_STEPS)
class ClassCircleCollection(SteppedCollection):
    """Circles with a class or group (tier 1): how long and with how many. Nobody who sat in one is named."""

    table = tables.CLASS_CIRCLES
    filterset_class = filters.ClassCircleFilterSet
    permissions = {
        "GET": (Permission.CLASS_CIRCLE_VIEW, Permission.CLASS_CIRCLE_VIEW_OWN),
        "POST": Permission.CLASS_CIRCLE_LOG,
    }

    @extend_schema(request=body_of(ClassCircleForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Log a circle. Sent again with the same `submission_key`, it is the one already on record."""
        return self.make(log_class_circle, ClassCircleForm)


@with_steps(CASE_STEPS)
class CircleCollection(SteppedCollection):
    """Restorative cases of tier 2 and 3. Who takes part and who keeps it is there for the case team alone.

    No word of what was said is anywhere in it.
    """

    table = tables_of_cases.CIRCLES
    filterset_class = filters.CircleFilterSet
    permissions = {"GET": (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK), "POST": Permission.CIRCLE_ARRANGE}

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().retrieve(request, *args, **kwargs)
        key = self.row().values_list("pk", flat=True).get()
        if tables_of_cases.worked_on([key], request.user):
            tables_of_cases.record_people_viewed(key, request.user)
        return response

    @extend_schema(request=body_of(NewCaseForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Open a case: from a referral or a removal (by id), or because somebody asked for it (`origin`)."""
        return self.make(open_case, NewCaseForm)


@with_steps(PARTICIPANT_STEPS)
class ParticipantCollection(SteppedCollection):
    """People named in the cases that one works on. Added by `circles/ID/add-participant/`."""

    table = tables_of_cases.PARTICIPANTS
    filterset_class = filters.ParticipantFilterSet
    permissions = {"GET": Permission.CIRCLE_WORK}


@with_steps(KEEPER_STEPS)
class KeeperCollection(SteppedCollection):
    """Who keeps the cases that one works on. Added by `circles/ID/assign-keeper/`."""

    table = tables_of_cases.KEEPERS
    filterset_class = filters.KeeperFilterSet
    permissions = {"GET": Permission.CIRCLE_WORK}


@with_steps(AGREEMENT_STEPS)
class AgreementCollection(SteppedCollection):
    """Agreements, with their terms and follow-ups. Made by `circles/ID/agree/`."""

    table = tables_of_agreements.AGREEMENTS
    filterset_class = filters.AgreementFilterSet
    permissions = {"GET": (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)}


@with_steps(TERM_STEPS)
class TermCollection(SteppedCollection):
    """Terms of agreements. Added by `circle-agreements/ID/add-term/`; a renegotiated one answers with its successor."""

    table = tables_of_agreements.TERMS
    filterset_class = filters.TermFilterSet
    permissions = {"GET": (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)}


@with_steps(FOLLOW_UP_STEPS)
class FollowUpCollection(SteppedCollection):
    """Days on which somebody asks again. They come with an agreement."""

    table = tables_of_agreements.FOLLOW_UPS
    filterset_class = filters.FollowUpFilterSet
    permissions = {"GET": (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)}


@with_steps(VOICE_LINK_STEPS)
class VoiceLinkCollection(SteppedCollection):
    """Links to worksheets and surveys of the cases that one works on: whose came back, and never what is in it."""

    table = VOICE_LINKS
    filterset_class = VoiceLinkFilterSet
    permissions = {"GET": Permission.CIRCLE_WORK, "POST": Permission.CIRCLE_WORK}

    @extend_schema(request=body_of(NewVoiceLinkForm))
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Make a link for somebody of a case of whose team one is; `address` opens the paper and is told only here."""
        given = self.values(NewVoiceLinkForm)
        link, secret = make_voice_link(**given, by=request.user)
        address = request.build_absolute_uri(reverse("voice_page", args=[secret]))
        return self.answer(link, status.HTTP_201_CREATED, address=address)


@with_steps(PLAN_STEPS)
class WelcomePlanCollection(SteppedCollection):
    """Plans with which students come back, made by `circles/ID/plan-return/`: that there is one, and check-ins held.

    What was found is there for those who work on the case.
    """

    table = plan_tables.WELCOME_PLANS
    filterset_class = plan_filters.WelcomePlanFilterSet
    permissions = {"GET": (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)}


@with_steps(PLAN_ITEM_STEPS)
class PlanItemCollection(SteppedCollection):
    """What stands in plans, added by `circle-welcome-plans/ID/add-item/`. Words are only in the single record, for
    those who read the notes of its case.
    """

    table = plan_tables.PLAN_ITEMS
    filterset_class = plan_filters.PlanItemFilterSet
    permissions = {"GET": Permission.CIRCLE_WORK}


@with_steps(CHECK_IN_STEPS)
class CheckInCollection(SteppedCollection):
    """Check-ins of the first week back. They come with a plan."""

    table = plan_tables.CHECK_INS
    filterset_class = plan_filters.CheckInFilterSet
    permissions = {"GET": Permission.CIRCLE_WORK}


COLLECTIONS: dict[str, type[Collection]] = {
    "circles": CircleCollection,
    "circle-participants": ParticipantCollection,
    "circle-keepers": KeeperCollection,
    "circle-agreements": AgreementCollection,
    "circle-terms": TermCollection,
    "circle-follow-ups": FollowUpCollection,
    "circle-voice-links": VoiceLinkCollection,
    "circle-welcome-plans": WelcomePlanCollection,
    "circle-plan-items": PlanItemCollection,
    "circle-check-ins": CheckInCollection,
    "practices": PracticeCollection,
    "class-circles": ClassCircleCollection,
}
"""Name in the address → its view."""
