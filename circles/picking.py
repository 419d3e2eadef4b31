"""Finding the student whom a step names in a case: three letters of a name, among those whom the reader may name.

Letters travel in the body of a form, so that no name stands in an address or a log; every search leaves its trace.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from circles.actions.participants import nameable
from circles.models import CircleParticipant
from district import picker, reads, tables
from district.models import Student

ADDING = "add-participant"
"""The step that asks for a student."""


class PicksStudent:
    """What the page of a step adds where it asks for a student: find one, choose one, choose another. No script."""

    request: Any
    record: Any
    step: Any

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act", "")
        if self.kwargs["step"] != ADDING or not act:  # type: ignore[attr-defined]
            return super().post(request, *args, **kwargs)  # type: ignore[misc]
        self.load()  # type: ignore[attr-defined]
        typed = request.POST.dict()
        found: dict[str, Any] = {}
        if act == "find":
            found = self._find(typed.get("find", ""))
        else:  # "choose:ID", or "choose:" to choose another one
            typed["student"] = act.removeprefix("choose:")
        form = self.step.form_class(initial=typed, user=request.user, record=self.record)
        return self.render_to_response(self.get_context_data(form=form, **found))  # type: ignore[attr-defined]

    def get_template_names(self) -> list[str]:
        return ["circles/add_participant.html"] if self.step.name == ADDING else super().get_template_names()  # type: ignore[misc]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        context = super().get_context_data(**context)  # type: ignore[misc]
        if self.step.name == ADDING:
            context["chosen"] = self._chosen(context["form"]["student"].value() or "")
        return context

    def _chosen(self, text: str) -> picker.Found | None:
        """The student whom the form names. To see who it is, is a look at their record."""
        try:
            uid = UUID(text)
        except ValueError:
            return None
        student = nameable(self.record, self.request.user).filter(uid=uid).first()
        if student is None:
            return None
        reads.record_view(tables.STUDENTS, Student.objects.filter(pk=student.pk), by=self.request.user)
        return picker.found(student)

    def _find(self, text: str) -> dict[str, Any]:
        """Students whose names begin with the letters typed, or why there are none."""
        found: dict[str, Any] = {"find": text[: picker.LONGEST]}
        school = self.record.school
        named = CircleParticipant.objects.standing().filter(circle=self.record).exclude(student=None)
        among = nameable(self.record, self.request.user).exclude(pk__in=named.order_by().values("student"))
        try:
            findings = picker.look_up(
                text=text, school=school, day=school.district.today(), by=self.request.user, among=among
            )
        except picker.TooFewLetters:
            return found | {"find_note": _("Type at least three letters.")}
        except picker.TooManyLookups as many:
            return found | {"find_note": str(many)}
        if not findings.students:
            note = _("Nobody whom you may name here begins with these letters.")
        else:
            note = _("There are more. Type another letter.") if findings.is_more else ""
        return found | {"found": findings.students, "find_note": note}
