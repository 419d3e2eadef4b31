"""One's own page: steps, deadlines, sessions, certificates, questions, the calendar. Signed in, or by a mailed link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from district.models import User
from district.page_parts import Cell, Heading, Section, day_words, span_words
from district.pages import PageMixin, SignedInRequest
from district.pdf import PDF_TYPE, PdfUnavailable
from training import tables
from training.actions.asking import make_feed, revoke_feed
from training.certificates import certificate_context, certificate_pdf
from training.evidence import renewal_verdict, standings
from training.models import Certification, Practitioner, Registration
from training.numbers import number_words
from training.pathways_in_words import steps_of
from training.standing_in_words import certification_status
from training.tokens import own_page_owner
from training.views import registration_status
from training.wording import due_words, missing_words

NEW_FEED = "training_feed"
"""Key of the session under which a new calendar address waits to be shown once."""


def own_context(practitioner: Practitioner) -> dict[str, Any]:
    """What somebody sees about themselves."""
    today = practitioner.district.today()
    found = standings([practitioner.pk], practitioner.district_id, today)
    ways = [
        {
            "credential": one.credential,
            "due": day_words(one.due_on),
            "left": due_words(one.due_on, today),
            "basis": one.get_basis_display(),
            "extensions": one.extensions.all(),
            "steps": steps_of(found.verdicts[practitioner.pk, one.credential_id]),
            "is_eligible": found.verdicts[practitioner.pk, one.credential_id].is_eligible,
        }
        for one in practitioner.pathways.underway().select_related("credential").prefetch_related("extensions")
        if (practitioner.pk, one.credential_id) in found.verdicts
    ]
    return {
        "person": practitioner,
        "ways": ways,
        "sections": [_certificates(practitioner, today), _sessions(practitioner)],
        "papers": practitioner.certifications.exclude(number=None).select_related("credential"),
        "has_feed": practitioner.feeds.filter(revoked_at=None).exists(),
    }


def _certificates(practitioner: Practitioner, today: Any) -> Section:
    rows = []
    found = practitioner.certifications.exclude(number=None).select_related("credential", "version", "practitioner")
    for one in found.prefetch_related("terms", "pauses", "credential__versions"):
        rows.append(
            [
                Cell(one.credential.name, reverse("verify_number", args=[number_words(one.number)])),
                Cell(status=certification_status(one, today)),
                Cell(day_words(one.expires_on) or _("does not expire")),
                Cell(_renewal_words(one, today)),
                Cell(number_words(one.number)),
            ]
        )
    headings = (
        Heading(_("Certificate")),
        Heading(_("Stands")),
        Heading(_("Valid through")),
        Heading(_("For its renewal still missing")),
        Heading(_("Number")),
    )
    return Section(_("My certificates"), headings, rows, _("None yet."))


def _renewal_words(certification: Certification, today: Any) -> str:
    if certification.expires_on is None or certification.ended_on is not None:
        return ""
    try:
        verdict, _version = renewal_verdict(certification, today)
    except LookupError:
        return ""
    return missing_words(verdict) or _("nothing")


def _sessions(practitioner: Practitioner) -> Section:
    found = list(practitioner.registrations.select_related("session__course").order_by("-session__begins_on"))
    hours = tables.hours_of_registrations([one.pk for one in found], User())
    rows = [
        [
            Cell(one.session.course.title, note=_place_words(one)),
            Cell(span_words(one.session.begins_on, one.session.ends_on)),
            Cell(status=registration_status(one)),
            Cell(tables.hours_text(hours.get(one.pk))),
        ]
        for one in found
    ]
    headings = (Heading(_("Course")), Heading(_("When")), Heading(_("Status")), Heading(_("Hours"), is_number=True))
    return Section(_("My sessions"), headings, rows, _("Not registered for any session."))


def _place_words(registration: Registration) -> str:
    session = registration.session
    if registration.status != Registration.Status.REGISTERED:
        return session.place
    return ", ".join(filter(None, (session.place, session.link)))


class MyTraining(PageMixin, View):
    """My training: for everybody who is signed in and known by their address."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        people = Practitioner.objects.of_user(request.user).select_related("person", "district")
        secret = request.session.pop(NEW_FEED, "")
        context = {
            "pages": [own_context(one) for one in people],
            "feed_address": request.build_absolute_uri(reverse("training_feed", args=[secret])) if secret else "",
        }
        return render(request, "training/mine.html", context)


class MyFeed(PageMixin, View):
    """A new calendar address, or the end of the old one."""

    http_method_names = ("post", "options")

    def post(self, request: SignedInRequest) -> HttpResponseBase:
        practitioner = Practitioner.objects.of_user(request.user).first()
        if practitioner is None:
            raise Http404
        if "revoke" in request.POST:
            revoke_feed(practitioner=practitioner, by=request.user)
            messages.success(request, _("The calendar address no longer works."))
        else:
            request.session[NEW_FEED] = make_feed(practitioner=practitioner, by=request.user)
        return HttpResponseRedirect(reverse("my_training"))


class CertificatePaper(PageMixin, View):
    """The certificate as PDF, or as a page that prints where this server makes none."""

    page_kind = "print"

    def get(self, request: SignedInRequest, uid: Any) -> HttpResponseBase:
        rows = Certification.objects.visible_to(request.user).exclude(number=None)
        certification = get_object_or_404(
            rows.select_related("practitioner__person", "credential", "district", "awarding_organization"), uid=uid
        )
        return paper(request, certification)


def paper(request: HttpRequest, certification: Certification) -> HttpResponseBase:
    """The certificate as the file or page that can be made here."""
    address = request.build_absolute_uri(reverse("verify_number", args=[number_words(certification.number)]))
    try:
        content = certificate_pdf(certification, address)
    except PdfUnavailable:
        return render(request, "training/certificate.html", certificate_context(certification, address))
    response = HttpResponse(content, content_type=PDF_TYPE)
    response["Content-Disposition"] = f'attachment; filename="certificate-{number_words(certification.number)}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@method_decorator(login_not_required, name="dispatch")
class MineByLink(View):
    """One's own page for somebody without a sign-in: by the link in a mail."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        practitioner = own_page_owner(token)
        if practitioner is None:
            return render(request, "training/link_over.html")
        return render(request, "training/mine_by_link.html", {"pages": [own_context(practitioner)], "token": token})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        practitioner = own_page_owner(token)
        if practitioner is None:
            return render(request, "training/link_over.html")
        if "certificate" in request.POST:
            rows = practitioner.certifications.exclude(number=None).select_related(
                "practitioner__person", "credential", "district", "awarding_organization"
            )
            certification = rows.filter(number=request.POST["certificate"]).first()
            if certification is not None:
                return paper(request, certification)  # type: ignore[return-value]
        context: dict[str, Any] = {"token": token}
        if "revoke" in request.POST:
            revoke_feed(practitioner=practitioner, by=None)
        elif "feed" in request.POST:
            secret = make_feed(practitioner=practitioner, by=None)
            context["feed_address"] = request.build_absolute_uri(reverse("training_feed", args=[secret]))
        return render(request, "training/mine_by_link.html", {"pages": [own_context(practitioner)], **context})
