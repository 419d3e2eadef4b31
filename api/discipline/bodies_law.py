"""What may be written of due process, appeals, bullying cases, IDEA decisions and thresholds: one body a step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.discipline.bodies import choice, words
from api.fields import ReasonSerializer, ScopedRelatedField, StrictSerializer
from discipline.models import Appeal, DueProcessStep, HibCase, Incident, Removal, RemovalTerms
from district.access import Permission
from district.models import District
from district.steps import REASON_LENGTH

RECORD = Permission.REMOVAL_RECORD


# --- Due process ----------------------------------------------------------------------------------------------------
class TickBody(StrictSerializer):
    """A step was done."""

    done_on = serializers.DateField()
    done_by = serializers.CharField(max_length=200, help_text=_("Name or office."))
    way = choice(DueProcessStep.Way)
    document = serializers.CharField(
        max_length=200, default="", allow_blank=True, help_text=_("Where the paper is: a file number, a binder.")
    )


class PlanBody(StrictSerializer):
    """A step is planned for a day."""

    planned_on = serializers.DateField()


class OverturnBody(ReasonSerializer):
    """A removal was overturned."""

    decided_on = serializers.DateField(help_text=_("From this day on nothing is served."))


class NewAppealBody(StrictSerializer):
    """An appeal as it was filed."""

    removal = ScopedRelatedField(Removal, RECORD, help_text=_("Id."))
    to = choice(Appeal.To)
    filed_on = serializers.DateField()
    filed_by = serializers.CharField(max_length=200, help_text=_("Such as: the student's mother."))
    note = words(default="", allow_blank=True, help_text=_("What is asked for."))


class HearingBody(StrictSerializer):
    """The day of the hearing."""

    hearing_on = serializers.DateField()
    note = words(default="", allow_blank=True)


class OutcomeBody(StrictSerializer):
    """How an appeal ended. Overturned, the removal ends with the days served so far."""

    outcome = choice(Appeal.Outcome)
    decided_on = serializers.DateField()
    note = words(help_text=_("What was decided, and why."))


class WithdrawBody(StrictSerializer):
    """An appeal was withdrawn."""

    on = serializers.DateField()
    note = words(help_text=_("Who withdrew it, and why."))


class NewCaseBody(StrictSerializer):
    """A bullying case over an incident."""

    incident = ScopedRelatedField(Incident, Permission.REFERRAL_DECIDE, help_text=_("Id."))
    learned_on = serializers.DateField(help_text=_("The clock of the case counts from this day."))


class FindingBody(StrictSerializer):
    """What the investigation found."""

    finding = choice(HibCase.Finding)
    found_on = serializers.DateField()
    reasons = words(help_text=_("What the finding rests on. Leave out the names of students."))


# --- IDEA -----------------------------------------------------------------------------------------------------------
class FactsBody(StrictSerializer):
    """Facts that bear on whether the days of a removal count. What is left out stays; a change needs its reason."""

    decided_on = serializers.DateField(required=False, allow_null=True)
    minutes_removed = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=24 * 60)
    day_minutes = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=24 * 60)
    progress_in_curriculum = serializers.BooleanField(required=False, allow_null=True)
    iep_services_continued = serializers.BooleanField(required=False, allow_null=True)
    with_peers = serializers.BooleanField(required=False, allow_null=True)
    bus_is_service = serializers.BooleanField(required=False, allow_null=True)
    bus_alternative = serializers.BooleanField(required=False, allow_null=True)
    interim_reason = choice(RemovalTerms.InterimReason, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True, default="")


class NewReviewBody(StrictSerializer):
    """A person's decision about a pattern, with a reason for each factor (34 CFR 300.536(a)(2))."""

    removal = ScopedRelatedField(Removal, RECORD, help_text=_("Id of the removal with which day 10 was passed."))
    is_similar = serializers.BooleanField(help_text=_("The behavior was substantially similar."))
    similarity = words(help_text=_("How alike the behavior was."))
    length = words(help_text=_("The length of each removal."))
    time_in_all = words(help_text=_("The total time."))
    proximity = words(help_text=_("How close together."))
    is_change_of_placement = serializers.BooleanField(help_text=_("The removals change the placement."))
    reasons = words()
    decided_on = serializers.DateField()
    decided_by = serializers.CharField(max_length=200, help_text=_("Names or offices of those who took part."))


class NewDeterminationBody(StrictSerializer):
    """A manifestation determination to open; a pattern that changes the placement opens its own."""

    removal = ScopedRelatedField(Removal, RECORD, help_text=_("Id."))
    decided_on = serializers.DateField(help_text=_("Day of the decision to change the placement."))


class NoticeBody(StrictSerializer):
    """The parents were told of the decision and given the safeguards notice (34 CFR 300.530(h))."""

    on = serializers.DateField()
    way = choice(DueProcessStep.Way, default=DueProcessStep.Way.LETTER)


class HoldBody(StrictSerializer):
    """The answers to both questions, each with its reasons (34 CFR 300.530(e)(1))."""

    held_on = serializers.DateField()
    caused_by_disability = serializers.BooleanField()
    disability_reasons = words()
    iep_not_implemented = serializers.BooleanField()
    iep_reasons = words()
    took_part = words(help_text=_("Who took part: the parents, the school, the IEP team."))


# --- Thresholds -----------------------------------------------------------------------------------------------------
class NewThresholdBody(StrictSerializer):
    """How many referrals of which kind in how many days, and what is to be done then."""

    district = ScopedRelatedField(
        District,
        Permission.RULES_EDIT,
        key="code",
        required=False,
        help_text=_("Code; needed only by those who may act in several districts."),
    )
    title = serializers.CharField(max_length=100)
    count = serializers.IntegerField(min_value=2, max_value=50)
    days = serializers.IntegerField(min_value=1, max_value=366, help_text=_("Calendar days."))
    level = serializers.CharField(max_length=40, default="", allow_blank=True, help_text=_("Empty: any level."))
    category = serializers.CharField(max_length=100, default="", allow_blank=True, help_text=_("Empty: any category."))
    action = serializers.CharField(max_length=200, help_text=_("What is to be done."))
    within_days = serializers.IntegerField(min_value=1, max_value=60, default=5, help_text=_("School days."))


class TaskNoteBody(StrictSerializer):
    """What was done, or why not."""

    note = words()
