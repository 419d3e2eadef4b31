"""Student peers: the list of the school's coordinator, adding to it, voiding a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.models import Student
from district.page_parts import Cell, Heading, Status, day_words
from district.pages import ListPage
from district.verb_pages import RecordVerbPage, VerbPage
from training import tables
from training.actions import peers as verbs
from training.filters import PeerTrainingFilterSet
from training.forms import PeerForm, ReasonForm
from training.models import PeerTraining


class PeerTrainingList(ListPage):
    """Students of one's school who were trained as peers."""

    needs = Permission.PEER_KEEP
    table = tables.PEERS
    filterset_class = PeerTrainingFilterSet
    title = gettext_lazy("Student peers")
    question = gettext_lazy("Which students were trained as peers?")
    about = gettext_lazy("Kept by the school. Trainers and partners see how many, from ten on, and nobody by name.")
    empty_title = gettext_lazy("No student peers yet")
    empty_text = gettext_lazy("Record a student who completed a course as a peer.")
    first_chips = ("school", "course")
    headings = (
        Heading(gettext_lazy("Student"), "family_name"),
        Heading(gettext_lazy("Course")),
        Heading(gettext_lazy("Completed"), "completed_on", is_day=True),
        Heading(gettext_lazy("Hours"), is_number=True),
        Heading(gettext_lazy("School")),
        Heading(gettext_lazy("Status")),
        Heading(gettext_lazy("Change")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        return ((reverse("peer_create"), _("Record a student peer")),)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("student__person", "course", "school")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for one in records:
            voided = one.voided_at is not None
            yield [
                Cell(one.student.person.name, note=one.student.local_id),
                Cell(one.course.title),
                Cell(day_words(one.completed_on)),
                Cell(tables.hours_text(one.hours)),
                Cell(one.school.name),
                Cell(status=Status(_("Voided"), "waived") if voided else Status(_("Completed"), "done")),
                Cell("") if voided else Cell(_("Void"), reverse("peer_void", args=[one.uid])),
            ]


class PeerCreate(VerbPage):
    """Record a student peer. The student is named by the local id, so that no list of names is offered."""

    needs = Permission.PEER_KEEP
    form_class = PeerForm
    title = gettext_lazy("Record a student peer")
    about = gettext_lazy("It enters no session, roster or certificate, and no trainer sees the name.")
    submit_words = gettext_lazy("Record")
    done_words = gettext_lazy("Recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, values: dict[str, Any]) -> str:
        school, local_id = values["school"], values.pop("local_id").strip()
        student = Student.objects.filter(district=school.district_id, local_id=local_id).first()
        if student is None:
            raise ValidationError({"local_id": _("No student of this school on that day has this id.")})
        try:
            verbs.record_peer(student=student, by=self.request.user, **values)
        except ValidationError as error:
            if "student" in getattr(error, "error_dict", {}):
                raise ValidationError({"local_id": error.error_dict["student"]}) from error
            raise
        return reverse("peer_list")


class PeerVoid(RecordVerbPage):
    """Void a record with a reason."""

    needs = Permission.PEER_KEEP
    model = PeerTraining
    form_class = ReasonForm
    title = gettext_lazy("Void this record")
    about = gettext_lazy("It stays on file and counts nowhere.")
    submit_words = gettext_lazy("Void")
    done_words = gettext_lazy("Voided.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, values: dict[str, Any]) -> str:
        verbs.void_peer(peer=self.record, by=self.request.user, **values)
        return reverse("peer_list")
