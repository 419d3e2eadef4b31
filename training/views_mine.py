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
from district.pages import PageMixin, SignedInRequest
from district.pdf import PDF_TYPE, PdfUnavailable
from district.steps import StepNotAllowed
from training.actions.asking import make_feed, revoke_feed
from training.actions.registrations import give_back
from training.certificates import certificate_context, certificate_pdf
from training.mails import mail_registration
from training.models import Certification, Practitioner
from training.numbers import number_words
from training.own_page import own_context, standing_registrations
from training.tokens import own_page_owner

NEW_FEED = "training_feed"
"""Key of the session under which a new calendar address waits to be shown once."""


def give_back_own(request: HttpRequest, practitioner: Practitioner, by: User | None) -> None:
    """Give back the seat that the form names, among one's own. Raises StepNotAllowed once the session has begun."""
    uid = request.POST.get("give_back", "")
    chosen = next((one for one in standing_registrations(practitioner) if str(one.uid) == uid), None)
    if chosen is not None:
        give_back(registration=chosen, by=by, tell=lambda one: mail_registration(one, request.build_absolute_uri))


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


class MySeat(PageMixin, View):
    """One's own seat given back."""

    http_method_names = ("post", "options")

    def post(self, request: SignedInRequest) -> HttpResponseBase:
        people = list(Practitioner.objects.of_user(request.user))
        if not people:
            raise Http404
        try:
            for one in people:
                give_back_own(request, one, request.user)
        except StepNotAllowed as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("Your seat is free for somebody else."))
        return HttpResponseRedirect(reverse("my_training"))


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
        if "give_back" in request.POST:
            try:
                give_back_own(request, practitioner, None)
            except StepNotAllowed as refused:
                context["fault"] = refused.message
        if "revoke" in request.POST:
            revoke_feed(practitioner=practitioner, by=None)
        elif "feed" in request.POST:
            secret = make_feed(practitioner=practitioner, by=None)
            context["feed_address"] = request.build_absolute_uri(reverse("training_feed", args=[secret]))
        return render(request, "training/mine_by_link.html", {"pages": [own_context(practitioner)], **context})
