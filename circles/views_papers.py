"""What is printed of a case, for its team alone: the sheet of the circle, each party's copy of the agreement."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views import View

from circles.models import Circle, CircleAgreement, CircleParticipant
from circles.papers.agreements import Content, copy_of
from circles.papers.sheet import sheet_of
from circles.papers.shipped import language_for, languages
from circles.tables_of_cases import CIRCLES, PARTICIPANTS, record_people_viewed
from discipline.letters.paper import STYLE, paper_of
from district import audit, reads
from district.access import Permission
from district.languages import LANGUAGES
from district.pages import PageMixin, SignedInRequest
from district.pdf import PDF_TYPE, PdfUnavailable, pdf_of

WORK = Permission.CIRCLE_WORK


class Paper(PageMixin, View):
    """Something printed: in the browser, or with `.pdf` as a file. Where this server makes none, the page prints."""

    needs = WORK
    page_kind = "print"
    http_method_names = ("get", "head", "options")
    is_file = False

    def answer(self, template: str, context: dict[str, Any], *, style: str, name: str, page: str) -> HttpResponse:
        """The page, or the file of its `_pdf` template; where no file can be made, the way to the page."""
        if not self.is_file:
            return render(self.request, f"circles/{template}.html", context)
        try:
            file = pdf_of(render_to_string(f"circles/{template}_pdf.html", context), style)
        except PdfUnavailable:
            return HttpResponseRedirect(page)
        response = HttpResponse(file, content_type=PDF_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def record(self, target: Any, circle: Circle, **details: Any) -> None:
        """Record that a paper leaves the house as a file: a disclosure, not a look."""
        if self.is_file:
            reads.append(
                audit.Action.EXPORT,
                by=self.request.user,
                target=target,
                district=circle.school.district_id,
                school=circle.school_id,
                student=getattr(target, "student_id", None),
                details=details | {"format": "pdf"},
            )


class CircleSheet(Paper):
    """The sheet of one circle."""

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        rows = Circle.objects.standing().allowed(request.user, WORK).select_related("practice", "school")
        circle = get_object_or_404(rows, uid=uid)
        record_people_viewed(circle.pk, request.user)
        reads.record_view(CIRCLES, Circle.objects.filter(pk=circle.pk), by=request.user)
        self.record(circle, circle, collection="circle-sheet")
        context = {"circle": circle, "sheet": sheet_of(circle)}
        page = reverse("circle_sheet", args=[circle.uid])
        return self.answer("sheet", context, style="circle-sheet.css", name=f"circle-{str(circle.uid)[:8]}", page=page)


class AgreementCopy(Paper):
    """The copy of an agreement for one party, in one of the languages in which agreements are printed."""

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponse:
        party = get_object_or_404(self._parties(), uid=uid)
        agreement = party.circle.agreement
        agreement.circle = party.circle
        language = self._language(party)
        reads.record_view(PARTICIPANTS, CircleParticipant.objects.filter(pk=party.pk), by=request.user)
        self.record(party, party.circle, collection="agreement-copy", language=language)
        shown: Content = copy_of(agreement, party, language)
        menu = [(code, LANGUAGES[code][1], code == language) for code in languages()]
        context = {"party": party, "circle": party.circle, "content": paper_of(shown), "menu": menu}
        context["language"] = language
        name = f"agreement-{agreement.agreed_on.isoformat()}-{language}-{str(party.uid)[:8]}"
        page = f"{reverse('agreement_copy', args=[party.uid])}?language={language}"
        return self.answer("agreement_copy", context, style=STYLE, name=name, page=page)

    def _parties(self) -> models.QuerySet[CircleParticipant]:
        """People of standing cases on which the reader works, where something was agreed."""
        agreed = CircleAgreement.objects.order_by().values("circle")
        rows = CircleParticipant.objects.standing().visible_to(self.request.user)
        rows = rows.filter(circle__in=agreed, circle__voided_at=None)
        places = ("circle__school__district", "circle__practice", "circle__agreement__owner", "student__person")
        sources = ("circle__referral__student__person", "circle__removal__student__person")
        return rows.select_related(*places, *sources)

    def _language(self, party: CircleParticipant) -> str:
        """The language asked for; without one that of the party's home."""
        asked = self.request.GET.get("language", "")
        return asked if asked in languages() else language_for([*party.student.home_languages] if party.student else [])
