"""The form that logs a referral: what was sent, what it means, and what a draft keeps of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions import OtherPart, Part
from discipline.models import (
    INCIDENT_LOCATIONS,
    Behavior,
    ContactWay,
    Involvement,
    LawEnforcement,
    OtherPerson,
    TriedFirst,
)
from discipline.naming import names_in
from district import picker
from district.models import School, Student

KEPT = (
    *("school", "student", "behavior", "occurred_on", "occurred_time", "is_time_exact", "location", "tried_first"),
    *(
        "family_contact",
        "asks_restorative",
        "description",
        "law_enforcement",
        "other_kind",
        "other_role",
        "other_words",
    ),
)
"""Names of the form that a draft keeps; beside them `part-<student>`, the part of each student."""
PART = "part-"
MOST_STUDENTS = 30


def kept(data: QueryDict) -> dict[str, list[str]]:
    """What a draft keeps of a form, as it was sent."""
    return {name: data.getlist(name) for name in data if name in KEPT or name.startswith(PART)}


def restored(content: Mapping[str, list[str]]) -> QueryDict:
    """The form that a draft holds."""
    data = QueryDict(mutable=True)
    for name, values in content.items():
        data.setlist(name, values)
    return data


class LogForm(forms.Form):
    """A referral as its writer sends it. `parts` and `others` hold what the verb takes, once it is valid.

    `school` and `day` are settled before, because students and behaviours to choose from hang on them. An addition to
    an incident on record may name a student who was harmed, and nobody who caused harm.
    """

    key = forms.UUIDField()
    occurred_time = forms.TimeField(label=gettext_lazy("Time"), required=False)
    is_time_exact = forms.BooleanField(required=False)
    location = forms.ChoiceField(
        label=gettext_lazy("Place"), required=False, choices=[("", ""), *INCIDENT_LOCATIONS.items()]
    )
    tried_first = forms.MultipleChoiceField(
        label=gettext_lazy("What did you try first?"), required=False, choices=TriedFirst.choices
    )
    family_contact = forms.ChoiceField(
        label=gettext_lazy("Has the family heard from you?"), required=False, choices=[("", ""), *ContactWay.choices]
    )
    asks_restorative = forms.BooleanField(required=False)
    description = forms.CharField(
        label=gettext_lazy("A few words"), required=False, max_length=20_000, widget=forms.Textarea
    )
    law_enforcement = forms.ChoiceField(required=False, choices=[("", ""), *LawEnforcement.choices])
    other_kind = forms.ChoiceField(required=False, choices=[("", ""), *OtherPerson.Kind.choices])
    other_role = forms.ChoiceField(required=False, choices=[("", ""), *OtherPerson.Role.choices])
    other_words = forms.CharField(label=gettext_lazy("Somebody else"), required=False, max_length=200)
    names_checked = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, *, school: School, day: date, is_addition: bool = False) -> None:
        super().__init__(data)
        self.sent = data
        self.school, self.day, self.is_addition = school, day, is_addition
        self.chosen = chosen_students(data, school, day)
        self.parts: list[Part] = []
        self.others: list[OtherPart] = []
        self.names: list[str] = []

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        behaviors = tuple(self._behaviors())
        police = values.get("law_enforcement", "")
        for student, role in self.chosen:
            if role == Involvement.Role.RESPONSIBLE:
                self.parts.append(Part(student, role, behaviors, police))
            else:
                self.parts.append(Part(student, role))
        if len(self.chosen) < len(_uids(self.sent.getlist("student"))):
            text = _("A student named was not enrolled at %(school)s on this day and is left out.")
            self.add_error(None, forms.ValidationError(text % {"school": self.school.name}, code="student"))
        is_anyone_referred = any(part.role == Involvement.Role.RESPONSIBLE for part in self.parts)
        if not self.parts or not (is_anyone_referred or self.is_addition):
            text = _("Find and choose a student.") if self.is_addition else _("Find and choose the student you refer.")
            self.add_error(None, forms.ValidationError(text, code="student"))
        elif is_anyone_referred and not behaviors:
            self.add_error(None, forms.ValidationError(_("Choose what happened."), code="behavior"))
        if values.get("other_words") or values.get("other_kind"):
            kind = values.get("other_kind") or OtherPerson.Kind.OUTSIDER
            role = values.get("other_role") or OtherPerson.Role.UNKNOWN
            self.others.append(OtherPart(kind, role, values.get("other_words", "")))
        self._look_for_names(values)
        return values

    def _behaviors(self) -> list[Behavior]:
        valid = Behavior.objects.filter(district=self.school.district_id).valid_on(self.day)
        return list(valid.filter(uid__in=_uids(self.sent.getlist("behavior"))).order_by("pk"))

    def _look_for_names(self, values: dict[str, Any]) -> None:
        """Warn once when the words name another child of the school, or another child of this event."""
        words = values.get("description", "")
        if not words or values.get("names_checked"):
            return
        responsible = [student for student, role in self.chosen if role == Involvement.Role.RESPONSIBLE]
        only = responsible[0].pk if len(responsible) == 1 else None
        rows = picker.enrolled(self.school, self.day).exclude(student=only)
        self.names = names_in(words, rows.values_list("student__person__given_name", "student__person__family_name"))
        if self.names:
            text = _("Your words seem to name another child: %(names)s. Leave other children's names out.")
            self.add_error("description", text % {"names": ", ".join(self.names[:5])})


def chosen_students(data: QueryDict, school: School, day: date) -> list[tuple[Student, str]]:
    """The students that the form names, in its order, with the part of each; those not enrolled there are left out."""
    order = _uids(data.getlist("student"))[:MOST_STUDENTS]
    rows = {row.student.uid: row.student for row in picker.enrolled(school, day).filter(student__uid__in=order)}
    return [(rows[uid], data.get(f"{PART}{uid}") or Involvement.Role.RESPONSIBLE.value) for uid in order if uid in rows]


def _uids(texts: list[str]) -> list[uuid.UUID]:
    """The texts that are ids, each once, in their order."""
    found: dict[uuid.UUID, None] = {}
    for text in texts:
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            continue
    return list(found)
