"""The page of a case team's notes. There is no other way to them: no list, file, search, order or endpoint."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circles.actions.notes import LONGEST, words_of, write_note
from circles.case_states import CLOSED
from circles.models import CaseNote, Circle
from district import audit, reads
from district.access import Permission
from district.page_parts import moment_words
from district.pages import FormPage, tell
from district.sealing import CASE_NOTES
from district.steps import StepNotAllowed


class NoteForm(forms.Form):
    """A note for the case team."""

    text = forms.CharField(
        label=gettext_lazy("For the case team alone"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=gettext_lazy("It stands in no list, file or search, and goes some time after the case is closed."),
    )


class CaseNotes(FormPage):
    """Notes of a case, for those who keep it now and whoever answers for it."""

    needs = Permission.CIRCLE_WORK
    template_name = "circles/notes.html"
    form_class = NoteForm
    title = gettext_lazy("Notes of the case team")
    about = gettext_lazy("Nobody else reads them: not the office, not leadership, no report.")
    submit_words = gettext_lazy("Keep the note")

    circle: Circle

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return super().post(request, *args, **kwargs)

    def load(self) -> None:
        """Find the case among those of whose team the reader is. Any other is as absent as one that never was."""
        rows = Circle.objects.all().team_of(self.request.user).select_related("school", "practice")
        self.circle = get_object_or_404(rows, uid=self.kwargs["uid"])

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            write_note(circle=self.circle, text=form.cleaned_data["text"], by=self.request.user)
        except (ValidationError, StepNotAllowed) as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("The note is kept for the case team."))
        return HttpResponseRedirect(reverse("circle_notes", args=[self.circle.uid]))

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        # Here, and not where the page is asked for: a note that is refused shows the others again.
        reads.append(
            audit.Action.VIEW,
            by=self.request.user,
            target=self.circle,
            district=self.circle.school.district_id,
            school=self.circle.school_id,
            details={"collection": "case-notes"},
        )
        notes = CaseNote.objects.visible_to(self.request.user).filter(circle=self.circle).select_related("by")
        rows = [
            {
                "words": words_of(note) if note.purged_at is None else "",
                "is_purged": note.purged_at is not None,
                "by": str(note.by),
                "at": moment_words(note.at),
            }
            for note in notes
        ]
        more = {
            "circle": self.circle,
            "notes": rows,
            "may_write": CASE_NOTES.may_seal() and self.circle.status != CLOSED,
        }
        return super().get_context_data(**more, **context)
