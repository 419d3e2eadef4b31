"""Forms of cases: open one, screen it, choose a keeper and a day, say how it went."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from circles import case_states as states
from circles.actions.welcome_back import REENTRY
from circles.models import Circle, CircleConsent, CircleKeeper, CircleParticipant, Screening, with_names
from commitments.forms.fields import choice, day, line
from discipline.models import Referral, Removal
from district.access import Permission
from district.models import School
from district.step_forms import RecordField, RecordsField, StepForm
from training.models import Practice, Practitioner

ARRANGE = Permission.CIRCLE_ARRANGE
ASKED = (Circle.Origin.STUDENT, Circle.Origin.FAMILY, Circle.Origin.STAFF)


def practices(user: Any, record: Any) -> Any:
    """The practices that are recorded as a case, of the district of the case or of those where somebody arranges."""
    districts = {record.school.district_id} if record else {g.district_id for g in user.grants_with(ARRANGE)}
    return with_names(Practice.objects.in_use().filter(district__in=districts)).order_by("tier", "pk")


def usual_practice(user: Any, removal: str) -> dict[str, Any]:
    """The practice with which somebody comes back after a removal (its id), as the first choice of a new case."""
    if not removal:
        return {}
    rows = Removal.objects.all().allowed(user, ARRANGE).filter(uid=removal).order_by()
    found = Practice.objects.in_use().filter(code=REENTRY, district__in=rows.values("school__district"))
    return {"practice": one.uid} if (one := with_names(found).first()) else {}


def schools(user: Any, record: Any) -> Any:
    """The schools where somebody arranges circles."""
    return School.objects.where_allowed(user, ARRANGE).filter(closed_on=None).order_by("name")


def people(user: Any, record: Any) -> Any:
    """The people of a case."""
    if record is None:
        return CircleParticipant.objects.none()
    return CircleParticipant.objects.standing().filter(circle=record).select_related("student__person")


def keepers(user: Any, record: Any) -> Any:
    """The people in training who serve the school of a case."""
    if record is None:
        return Practitioner.objects.none()
    return Practitioner.objects.standing().serving(record.school).select_related("person")


class NewCaseForm(StepForm):
    """A case to open."""

    practice = RecordField(practices, key="code", label=_("Which practice?"), empty_label=None)
    school = RecordField(schools, key="code", hides_only_one=True, required=False, label=_("School"), empty_label=None)
    origin = choice(
        _("Who asked for it?"),
        [(one.value, one.label) for one in ASKED],
        required=False,
        help_text=_("Leave it empty where it comes from a referral or a removal."),
    )
    referral = RecordField(
        lambda user, record: (
            Referral.objects.visible_to(user).allowed(user, ARRANGE).select_related("school__district")
        ),
        required=False,
        label=_("Referral"),
        widget=forms.HiddenInput,
    )
    removal = RecordField(
        lambda user, record: Removal.objects.all().allowed(user, ARRANGE).standing().select_related("school__district"),
        required=False,
        label=_("Removal"),
        widget=forms.HiddenInput,
    )


class ScreenForm(StepForm):
    """What speaks against bringing people together."""

    exclusions = forms.MultipleChoiceField(
        label=_("What speaks against it?"),
        choices=Screening.Exclusion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing: the preparation begins. Anything: the case closes, and only the team reads why."),
    )


class CasePracticeForm(StepForm):
    """Another practice."""

    practice = RecordField(practices, key="code", label=_("Which practice?"), empty_label=None)

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"practice": record.practice.uid}


class ParticipantForm(StepForm):
    """Somebody to name in a case."""

    role = choice(_("Which part?"), CircleParticipant.Role.choices)
    # The page finds a student by three letters and fills this in; an endpoint names one.
    student = forms.CharField(
        label=_("Student, by id or local id"),
        required=False,
        max_length=255,
        widget=forms.HiddenInput,
        help_text=_("Of a student of the school; else leave it empty."),
    )
    name = line(_("Name"), required=False, help_text=_("Of somebody who is no student here."))
    supporter_of = RecordField(people, required=False, label=_("Supporter of"), empty_label=_("nobody in particular"))


class CircleKeeperForm(StepForm):
    """Somebody to keep it."""

    practitioner = RecordField(keepers, label=_("Who?"), empty_label=_("Choose"))
    part = choice(_("In which part?"), CircleKeeper.Part.choices)
    conflict = choice(
        _("Do they have a stake in it?"),
        CircleKeeper.Conflict.choices,
        required=False,
        help_text=_("Choose nothing if they have none."),
    )
    override_reason = line(
        _("Why all the same?"),
        required=False,
        length=500,
        help_text=_("Only where they are not certified, or have a stake in it. It stays on record and is counted."),
    )

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"part": CircleKeeper.Part.LED}


class ScheduleCircleForm(StepForm):
    """When and where it is held."""

    scheduled_on = day(_("Day"))
    begins = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    place = line(_("Place"), required=False, length=100)

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {name: getattr(record, name) for name in ("scheduled_on", "begins", "place")}


class HeldCircleForm(StepForm):
    """How it went: only who came and how long. What was said stays in the circle."""

    present = RecordsField(people, label=_("Who came?"))
    held_on = day(_("Day"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=Circle.LONGEST)

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"held_on": record.scheduled_on, "present": [one.uid for one in people(None, record)]}


class NotHeldForm(StepForm):
    """Why it was not held."""

    reason = choice(_("Why was it not held?"), Circle.NotHeld.choices)


class CloseCaseForm(StepForm):
    """Why a case closes."""

    reason = choice(
        _("Why does it close?"),
        [(code, label) for code, label in Circle.CloseReason.choices if code in states.CLOSE_REASONS],
        help_text=_("Taking part is voluntary. Who did not wish to is read by the case team alone."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        allowed = states.reasons_in(self.record.status)
        field: Any = self.fields["reason"]
        field.choices = [(code, label) for code, label in field.choices if code in ("", *allowed)]


class PreparedForm(StepForm):
    """When somebody was prepared."""

    on = day(_("Day of the meeting"))


class ConsentAnswerForm(StepForm):
    """What somebody answered."""

    answer = choice(_("Answer"), CircleConsent.Answer.choices)
    on = day(_("Day"))
    way = choice(_("How?"), CircleConsent.Way.choices)
    witness = line(_("In whose presence?"), required=False, help_text=_("The name of an adult, where it was spoken."))
