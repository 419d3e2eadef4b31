"""What may be written of the discipline record: one body a step, in the words of the import files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.fields import ReasonSerializer, ScopedRelatedField, StrictSerializer
from discipline.actions import Offer
from discipline.actions.incidents import LONGEST_DESCRIPTION
from discipline.judging import Case
from discipline.models import (
    INCIDENT_LOCATIONS,
    RESTORATIVE_RESPONSES,
    ChangeKind,
    ContactWay,
    Incident,
    Involvement,
    LawEnforcement,
    LengthDifference,
    OfferAnswer,
    OfferedTo,
    OtherPerson,
    Referral,
    ReferralResponse,
    RemovalKind,
    Response,
    ServedDay,
    TriedFirst,
    WhyNotOffered,
)
from discipline.models.codes import SUSPENSIONS
from district.access import Permission
from district.models import Staff
from district.steps import REASON_LENGTH

MOST_STUDENTS = 30
MOST_VALUES = 50


def choice(choices: Any, **options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=list(getattr(choices, "choices", choices)), **options)


def words(**options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=REASON_LENGTH, **options)


def _many(body: type[StrictSerializer], **options: Any) -> Any:
    return body(many=True, **options)


class PartBody(StrictSerializer):
    """One student's part: one role, and for a student who caused harm one or more behaviors."""

    student = serializers.UUIDField(help_text=_("Id of a student enrolled at the school on the day."))
    role = choice(Involvement.Role, default=Involvement.Role.RESPONSIBLE)
    behaviors = serializers.ListField(
        child=serializers.CharField(max_length=40),
        default=list,
        max_length=MOST_VALUES,
        help_text=_("Codes of the code of conduct; only of a student who caused harm."),
    )
    law_enforcement = choice(LawEnforcement, default="", allow_blank=True)


class PersonBody(StrictSerializer):
    """Somebody who is no student on the roster: a member of staff by id, others in a few words."""

    kind = choice(OtherPerson.Kind)
    role = choice(OtherPerson.Role)
    staff = ScopedRelatedField(Staff, Permission.REFERRAL_LOG, required=False, allow_null=True, default=None)
    words = serializers.CharField(max_length=200, default="", allow_blank=True)


class WhenBody(StrictSerializer):
    """Time, place and words of an incident."""

    occurred_time = serializers.TimeField(
        required=False, allow_null=True, input_formats=["%H:%M"], help_text=_("HH:MM; null: not known.")
    )
    is_time_exact = serializers.BooleanField(required=False)
    location = choice(INCIDENT_LOCATIONS.items(), required=False, allow_blank=True, help_text=_("CEDS code."))
    description = serializers.CharField(
        max_length=LONGEST_DESCRIPTION,
        required=False,
        allow_blank=True,
        help_text=_("Leave out the names of other students."),
    )
    tried_first = serializers.ListField(child=choice(TriedFirst), required=False, max_length=MOST_VALUES)


class LogBody(WhenBody):
    """A referral to log: what happened, and who took which part in it."""

    school = serializers.CharField(
        max_length=255,
        required=False,
        help_text=_("Code; needed only where the students are enrolled at several of the caller's schools."),
    )
    occurred_on = serializers.DateField()
    students = _many(PartBody, allow_empty=False, max_length=MOST_STUDENTS)
    other_people = _many(PersonBody, default=list, max_length=MOST_STUDENTS)
    family_contact = choice(ContactWay, default="", allow_blank=True)
    asks_restorative = serializers.BooleanField(default=False)
    submission_key = serializers.UUIDField(
        required=False, allow_null=True, help_text=_("Sent again with the same key, it is recorded once.")
    )


class QuestionBody(StrictSerializer):
    """What the reporter is asked."""

    question = words()


class AnswerBody(StrictSerializer):
    """What the reporter answers."""

    answer = words()


class TermsBody(StrictSerializer):
    """From when and for how long: give the last day or the number of school days, the other is counted."""

    ends_on = serializers.DateField(required=False, allow_null=True)
    days = serializers.DecimalField(
        max_digits=5, decimal_places=2, required=False, allow_null=True, help_text=_("School days; a half day is 0.5.")
    )
    services_provided = serializers.BooleanField(required=False, allow_null=True, help_text=_("Null: not known."))
    services = serializers.CharField(max_length=200, required=False, allow_blank=True)


class OfferBody(StrictSerializer):
    """Whether something restorative was offered before a removal: to whom, who said what, or why not."""

    answer = choice(OfferAnswer)
    response = choice([(one.value, one.label) for one in RESTORATIVE_RESPONSES], default="", allow_blank=True)
    offered_to = serializers.ListField(child=choice(OfferedTo), default=list, max_length=MOST_VALUES)
    answered_by = choice(OfferedTo, default="", allow_blank=True)
    why_not = choice(WhyNotOffered, default="", allow_blank=True)
    note = words(default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> Offer:  # type: ignore[override]
        """Return what the verbs take."""
        return Offer(**attrs | {"offered_to": tuple(attrs["offered_to"])})


class CaseBody(StrictSerializer):
    """What is stated to the rules: code of an exception or condition → why it holds; key of a rule → why to go on."""

    stated = serializers.DictField(child=words(), default=dict)
    reasons = serializers.DictField(child=words(), default=dict)
    outside = words(default="", allow_blank=True, help_text=_("Why it is right to leave the response matrix."))

    def validate(self, attrs: dict[str, Any]) -> Case:  # type: ignore[override]
        """Return what the verbs take."""
        return Case(**attrs)


class JudgedBody(TermsBody):
    """Terms about which the rules are asked."""

    decided_on = serializers.DateField(required=False, allow_null=True, help_text=_("Deadlines count from it."))
    case = CaseBody(required=False)


class RemovalBody(JudgedBody):
    """A removal that a decision orders. The offer is asked for every kind but bus suspensions."""

    kind = choice(RemovalKind)
    begins_on = serializers.DateField()
    offer = OfferBody(required=False)


class NewRemovalBody(RemovalBody):
    """A removal to order over a referral."""

    referral = ScopedRelatedField(Referral, Permission.REMOVAL_RECORD, help_text=_("Id."))


class ChangeBody(JudgedBody, ReasonSerializer):
    """New terms of a removal. What is left out stays; a new first day alone keeps the number of school days."""

    begins_on = serializers.DateField(required=False)
    change = choice([one for one in ChangeKind.choices if one[0] != ChangeKind.OVERTURNED], default="corrected")
    kind = choice([(one.value, one.label) for one in SUSPENSIONS], default="", allow_blank=True)
    difference = choice(LengthDifference, default="", allow_blank=True, help_text=_("Why the length differs (CEDS)."))


class ServeBody(StrictSerializer):
    """Whether a removal was served on a day."""

    day = serializers.DateField()
    mark = choice(ServedDay.Mark)


class DecisionBody(StrictSerializer):
    """What is done about a referral. Without a response or a removal the note must say why."""

    responses = serializers.ListField(child=choice(Response), default=list, max_length=MOST_VALUES)
    removals = _many(RemovalBody, default=list, max_length=5)
    note = words(default="", allow_blank=True)
    outside = words(default="", allow_blank=True, help_text=_("Why responses beyond the response matrix are right."))


class VoidResponseBody(ReasonSerializer):
    """A response that was recorded by mistake."""

    response = ScopedRelatedField(
        ReferralResponse, Permission.REFERRAL_DECIDE, help_text=_("Id, as the referral says.")
    )


class VoidPartBody(ReasonSerializer):
    """A part in an incident that was recorded by mistake."""

    part = ScopedRelatedField(Involvement, Permission.REFERRAL_DECIDE, help_text=_("Id, as the incident says."))


class ContactBody(StrictSerializer):
    """A student's family heard of the incident."""

    student = serializers.UUIDField(help_text=_("Id of a student with a part in the incident."))
    way = choice(ContactWay)
    note = words(default="", allow_blank=True)


class TwinBody(ReasonSerializer):
    """Another incident, and why it belongs here, or no longer."""

    incident = ScopedRelatedField(Incident, Permission.REFERRAL_DECIDE, help_text=_("Id."))


class MergeBody(ReasonSerializer):
    """Another record of the same event, which becomes a pointer to this one."""

    merged = ScopedRelatedField(Incident, Permission.REFERRAL_DECIDE, help_text=_("Id."))


class NoBody(StrictSerializer):
    """A step that needs no words."""
