"""Pages for students on record twice: who may be, what a merge would do, doing it, and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from dashboards.merging import Preview, merge_students, preview, summary_words
from dashboards.student_comparison import candidates, comparison_section, plan_section
from district import audit, reads, tables
from district.access import Permission
from district.filters import StudentMergeFilterSet
from district.models import Student
from district.page_parts import Cell, Heading, Section, moment_words
from district.pages import ListPage, PageMixin, SignedInRequest
from district.record_forms import RecordFormPage
from district.steps import REASON_LENGTH, StepNotAllowed

MOST_PAIRS = 100


class Duplicates(PageMixin, View):
    """Pairs of records that may be of one student, the surest first."""

    needs = Permission.STUDENT_MERGE
    page_kind = "list"

    def get(self, request: SignedInRequest) -> HttpResponse:
        found = candidates(Student.objects.mergeable_by(request.user), most=MOST_PAIRS)
        for district in {grant.district_id for grant in request.user.grants_with(Permission.STUDENT_MERGE)}:
            details = {"collection": "student-duplicates", "count": len(found)}
            reads.append(audit.Action.VIEW, by=request.user, district=district, details=details)
        rows = [
            [
                Cell(one.person.name, f"{reverse('student_merge', args=[one.uid])}?other={other.uid}", one.local_id),
                Cell(other.person.name, note=other.local_id),
                Cell(words),
            ]
            for one, other, words in found
        ]
        headings = (Heading(_("Record")), Heading(_("Perhaps the same")), Heading(_("Why")))
        section = Section(_("Pairs to look at"), headings, rows, _("No two records look alike."))
        context = {"section": section, "is_full": len(found) == MOST_PAIRS, "limit": MOST_PAIRS}
        return render(request, "dashboards/student_duplicates.html", context)


class MergeForm(forms.Form):
    """Why two records are of one student."""

    reason = forms.CharField(
        label=gettext_lazy("How do you know that it is one student?"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("It stays on record."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MergePage(RecordFormPage):
    """Two records side by side, what a merge would do, and the merge. The record of the address is kept.

    The other one is named in the address: by its id (`other`), or typed in by its local id (`local_id`).
    """

    needs = Permission.STUDENT_MERGE
    table = tables.STUDENTS
    template_name = "dashboards/student_merge.html"
    form_class = MergeForm
    title = gettext_lazy("Is this student on record twice?")
    submit_words = gettext_lazy("Merge the two records")
    done = gettext_lazy("The two records are one now.")

    def records(self) -> models.QuerySet:
        return Student.objects.mergeable_by(self.request.user).select_related("person", "district")

    @cached_property
    def other(self) -> Student | None:
        """The other record; None when none is named, or none that the person may merge."""
        text, local_id = self.request.GET.get("other", ""), self.request.GET.get("local_id", "").strip()
        rows = self.records().filter(district=self.record.district_id).exclude(pk=self.record.pk)
        if local_id:
            return rows.filter(local_id=local_id).first()
        try:
            return rows.filter(uid=text).first() if text else None
        except ValidationError:
            return None

    @cached_property
    def planned(self) -> Preview | None:
        """What the merge would do; None, with the reason in `hindrance`, when the two cannot be one."""
        try:
            return preview(kept=self.record, merged=self.other) if self.other else None
        except (ValidationError, StepNotAllowed) as refused:
            self.hindrance = " ".join(getattr(refused, "messages", [str(refused)]))
            return None

    hindrance = ""

    def back(self) -> tuple[str, str]:
        return reverse("student_detail", args=[self.record.uid]), self.record.person.name

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        asked = "other" in self.request.GET or "local_id" in self.request.GET
        found = [] if self.other else candidates(self.records(), of=self.record)
        if self.other:
            swapped = f"{reverse('student_merge', args=[self.other.uid])}?other={self.record.uid}"
            context |= {
                "other": self.other,
                "swap_url": swapped,
                "compared": comparison_section(self.record, self.other),
                "planned": plan_section(self.record, self.other, self.planned) if self.planned else None,
                "seen": self.planned.fingerprint if self.planned else "",
                "hindrance": self.hindrance,
            }
        return super().get_context_data(
            record=self.record,
            is_unknown=asked and self.other is None,
            local_id=self.request.GET.get("local_id", ""),
            candidates=[
                (f"?other={other.uid}", other, words)
                for one, other, words in ((a, b, w) if a.pk == self.record.pk else (b, a, w) for a, b, w in found)
            ],
            **context,
        )

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        if self.other:
            reads.record_view(tables.STUDENTS, Student.objects.filter(pk=self.other.pk), by=self.request.user)
        return super().render_to_response(context, **options)

    def save(self, form: MergeForm) -> None:
        if self.other is None:
            raise ValidationError(_("Choose the other record first."))
        # What the person saw when deciding; the form of a page that has grown old is shown again with what is new.
        seen = self.request.POST.get("seen", "")
        reason = form.cleaned_data["reason"]
        merge_students(kept=self.record, merged=self.other, reason=reason, seen=seen, by=self.request.user)


class MergeList(ListPage):
    """Merges of students, the latest first."""

    needs = Permission.STUDENT_MERGE
    table = tables.MERGES
    filterset_class = StudentMergeFilterSet
    title = gettext_lazy("Merged records")
    question = gettext_lazy("Which students were on record twice?")
    about = gettext_lazy("What was merged, by whom and why. The ids of the record merged away still name the student.")
    empty_title = gettext_lazy("Nothing was merged yet")
    empty_text = gettext_lazy("When two records of one student are merged, it is written down here.")
    headings = (
        Heading(gettext_lazy("Student")),
        Heading(gettext_lazy("Local id merged away")),
        Heading(gettext_lazy("Merged"), "merged_at", is_day=True),
        Heading(gettext_lazy("What moved")),
        Heading(gettext_lazy("Reason")),
    )

    def links(self) -> tuple[tuple[str, Any], ...]:
        return ((reverse("student_duplicates"), _("Records that look alike")),)

    def with_related(self, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.select_related("kept__person", "merged", "by")

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        for merge in records:
            yield [
                Cell(merge.kept.person.name, reverse("student_detail", args=[merge.kept.uid])),
                Cell(merge.merged.local_id),
                Cell(moment_words(merge.at), note=str(merge.by) if merge.by else _("the command line")),
                Cell(summary_words(merge)),
                Cell(merge.reason),
            ]
