"""The form that logs a circle in twenty seconds, and the one that mends it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from circles.models import ClassCircle, without_names
from commitments.forms.fields import day, line
from district.access import Permission
from district.models import School
from district.step_forms import RecordField, StepForm
from training.models import Practice

LOG = Permission.CLASS_CIRCLE_LOG


def schools(user: Any, record: Any) -> Any:
    """The schools where somebody may log a circle."""
    return School.objects.where_allowed(user, LOG).filter(closed_on=None).order_by("name")


def practices(user: Any, record: Any) -> Any:
    """The practices that are logged without names, of the districts where somebody may log one."""
    districts = {grant.district_id for grant in user.grants_with(LOG)}
    return without_names(Practice.objects.in_use().filter(district__in=districts)).order_by("tier", "pk")


def minutes() -> forms.IntegerField:
    """How long a circle took."""
    return forms.IntegerField(label=_("Minutes"), min_value=1, max_value=ClassCircle.LONGEST)


def headcount() -> forms.IntegerField:
    """How many students sat in a circle."""
    return forms.IntegerField(label=_("How many students?"), min_value=1, max_value=ClassCircle.MOST_HEADS)


class MendCircleForm(StepForm):
    """What can be mended of a circle that was logged."""

    group = line(_("Class or group"), length=100, help_text=_("Such as Grade 4, room 12. No student’s name."))
    minutes = minutes()
    headcount = headcount()
    held_on = day(_("Day"))
    topic = line(_("Topic"), required=False, help_text=_("In a few words, without names."))
    names_checked = forms.BooleanField(label=_("I have looked: no student is named here"), required=False)

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {name: getattr(record, name) for name in ("group", "minutes", "headcount", "held_on", "topic")}


class RepeatCircleForm(StepForm):
    """The same circle again, sent once."""

    submission_key = forms.UUIDField(label=_("Submission key"), required=False, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return {"submission_key": uuid.uuid4()}


class ClassCircleForm(MendCircleForm):
    """A circle with a class or group, just held."""

    school = RecordField(schools, key="code", hides_only_one=True, label=_("School"), empty_label=None)
    practice = RecordField(practices, key="code", label=_("What kind of circle?"), empty_label=None)
    keeper = line(_("Who kept it?"), required=False, help_text=_("Empty: you did. Otherwise the name of an adult."))
    submission_key = forms.UUIDField(
        label=_("Submission key"),
        required=False,
        widget=forms.HiddenInput,
        help_text=_("A UUID of the sender’s making: sent twice, the circle is logged once."),
    )
