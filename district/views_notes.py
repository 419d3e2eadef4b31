"""Pages of notes about strengths, good things and what helps: the list, one note, writing one, voiding one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import picker, reads, tables
from district.access import Permission
from district.actions_students import add_note, enrollments_for_note, note_day, students_for_note, void_note
from district.filtering import IsoDateField
from district.filters import StudentNoteFilterSet
from district.models import Student, StudentNote
from district.models.notes import LONGEST_NOTE
from district.page_parts import Cell, Fact, Heading, day_words
from district.pages import FormPage, ListPage, RecordPage, tell
from district.record_forms import ReasonForm, RecordFormPage
from district.views import student_links

READERS = (Permission.NOTE_VIEW, Permission.NOTE_VIEW_OWN)


class NoteList(ListPage):
    """Notes of one's scope; for staff those they wrote."""

    needs = READERS
    table = tables.NOTES
    filterset_class = StudentNoteFilterSet
    title = gettext_lazy("Notes")
    question = gettext_lazy("What goes well, and what helps?")
    about = gettext_lazy("Strengths of students, good things they did, what helps them. Nothing here is discipline.")
    empty_title = gettext_lazy("No notes yet")
    empty_text = gettext_lazy("Write the first one: something a student did well today.")
    first_chips = ("kind", "school", "school_year")
    headings = (
        Heading(gettext_lazy("Student")),
        Heading(gettext_lazy("Day"), "noted_on", is_day=True),
        Heading(gettext_lazy("Kind"), "kind"),
        Heading(gettext_lazy("School"), "school"),
        Heading(gettext_lazy("Written by")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        return ((reverse("note_add"), _("Write a note")),) if self.request.user.holds(Permission.NOTE_WRITE) else ()

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("student__person", "school", "author")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for note in records:
            yield [
                Cell(note.student.person.name, reverse("note_detail", args=[note.uid])),
                Cell(day_words(note.noted_on)),
                Cell(note.get_kind_display(), note=_("voided") if note.voided_at else ""),
                Cell(note.school.name),
                Cell(author_words(note)),
            ]


def author_words(note: StudentNote) -> str:
    """Who wrote a note."""
    return str(note.author) if note.author else _("not recorded")


class NoteRecord(RecordPage):
    """One note."""

    needs = READERS
    table = tables.NOTES
    template_name = "district/note_detail.html"

    def queryset(self) -> models.QuerySet:
        return super().queryset().select_related("student__person", "school", "author")

    def describe(self, record: StudentNote) -> dict[str, Any]:
        user = self.request.user
        links = student_links(user, {record.student_id})
        may_void = not record.voided_at and StudentNote.objects.voidable_by(user).filter(pk=record.pk).exists()
        notice = _("This note was voided. Reason: %(reason)s") % {"reason": record.void_reason}
        return {
            "title": record.student.person.name,
            "list_url": reverse("note_list"),
            "list_words": _("Notes"),
            "crumb": record.get_kind_display(),
            "notice": notice if record.voided_at else "",
            "notice_tone": "warn",
            "facts": [
                Fact(_("Student"), record.student.person.name, href=links.get(record.student_id, "")),
                Fact(_("Day"), day_words(record.noted_on)),
                Fact(_("School"), record.school.name),
                Fact(_("Written by"), author_words(record)),
            ],
            "note": record,
            "void_url": reverse("note_void", args=[record.uid]) if may_void else "",
        }


class NoteForm(forms.Form):
    """One note about one student."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=StudentNote.Kind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=LONGEST_NOTE,
        help_text=gettext_lazy("Name no other student."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    noted_on = IsoDateField(label=gettext_lazy("Day"))


class NoteAdd(FormPage):
    """Find a student of one's school, then write down something good.

    The student is named in the address; letters to find one travel in the body, so that no name stands in a log.
    """

    needs = Permission.NOTE_WRITE
    template_name = "district/note_form.html"
    form_class = NoteForm
    title = gettext_lazy("What went well?")
    submit_words = gettext_lazy("Save note")

    @cached_property
    def student(self) -> Student | None:
        """The student that the address names, among those about whom one may write."""
        try:
            uid = UUID(self.request.GET.get("student", ""))
        except ValueError:
            return None
        return students_for_note(self.request.user).filter(uid=uid).select_related("person", "district").first()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("act") == "find":
            return self.render_to_response(self.get_context_data(form=NoteForm(), **self._find()))
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        if self.student is None:
            return {}
        return {"kind": StudentNote.Kind.POSITIVE, "noted_on": note_day(self.student.district)}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        schools = list(picker.schools_of(self.request.user, Permission.NOTE_WRITE).select_related("district"))
        return super().get_context_data(
            student=self.student,
            is_unknown="student" in self.request.GET and self.student is None,
            schools=schools,
            list_url=reverse("note_list"),
            list_words=_("Notes"),
            **context,
        )

    def _find(self) -> dict[str, Any]:
        """Students whose names begin with the letters typed, or why there are none."""
        text, chosen = self.request.POST.get("find", ""), self.request.POST.get("school", "")
        schools = list(picker.schools_of(self.request.user, Permission.NOTE_WRITE).select_related("district"))
        school = next((one for one in schools if str(one.uid) == chosen), schools[0] if schools else None)
        found: dict[str, Any] = {"find": text[: picker.LONGEST], "school": school}
        if school is None:
            return found
        try:
            findings = picker.look_up(text=text, school=school, day=note_day(school.district), by=self.request.user)
        except picker.TooFewLetters:
            return found | {"find_note": _("Type at least three letters.")}
        except picker.TooManyLookups as many:
            return found | {"find_note": str(many)}
        if not findings.students:
            note = _("Nobody at %(school)s begins with these letters.") % {"school": school.name}
        else:
            note = _("There are more. Type another letter.") if findings.is_more else ""
        return found | {"found": findings.students, "find_note": note}

    def form_valid(self, form: NoteForm) -> HttpResponse:
        if self.student is None:
            form.add_error(None, _("Choose a student first."))
            return self.form_invalid(form)
        given = form.cleaned_data
        enrollments = enrollments_for_note(self.student, given["noted_on"], self.request.user)
        if not enrollments:
            form.add_error("noted_on", _("The student was not enrolled at your school on that day."))
            return self.form_invalid(form)
        try:
            self.note = add_note(student=self.student, school=enrollments[0].school, by=self.request.user, **given)
        except ValidationError as error:
            tell(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The note was saved."))
        return super().form_valid(form)

    def get_success_url(self) -> str:
        return reverse("note_detail", args=[self.note.uid])

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        if self.student is not None:
            reads.record_view(tables.STUDENTS, Student.objects.filter(pk=self.student.pk), by=self.request.user)
        return super().render_to_response(context, **options)


class NoteVoid(RecordFormPage):
    """Why was this note recorded by mistake?"""

    needs = (Permission.NOTE_VOID, Permission.NOTE_WRITE)
    table = tables.NOTES
    form_class = ReasonForm
    title = gettext_lazy("Why should this note not stand?")
    submit_words = gettext_lazy("Void note")
    done = gettext_lazy("The note was voided. It stays on record.")

    def records(self) -> models.QuerySet:
        return StudentNote.objects.voidable_by(self.request.user).select_related("student__person")

    def refusal(self) -> str:
        return _("This note has been voided already.") if self.record.voided_at else ""

    def back(self) -> tuple[str, str]:
        return reverse("note_detail", args=[self.record.uid]), self.record.student.person.name

    def save(self, form: ReasonForm) -> None:
        void_note(note=self.record, reason=form.cleaned_data["reason"], by=self.request.user)
