"""Without a sign-in: checking a number, answering a question, asking for one's own link, the calendar feed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from district.calendar_files import calendar_answer
from district.limits import is_within
from district.steps import StepNotAllowed
from training.actions.asking import answer, feed_owner
from training.calendars import feed_of
from training.forms_public import AddressForm, NumberForm
from training.mails import mail_own_page
from training.models import HoldRequest, Practitioner
from training.numbers import is_valid_number, number_words, plain_number
from training.tokens import asked_request
from training.views_public import OpenPage

AN_HOUR = 3600
LINKS_AN_HOUR = 5
"""Links to one's own page that one address may ask for in an hour."""
READS_AN_HOUR = 120
"""Readings of calendar feeds by one address in an hour: programs ask every quarter of an hour or so."""


class Verify(OpenPage):
    """Enter the number of a certificate."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "training/verify.html", {"form": NumberForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NumberForm(request.POST)
        if not form.is_valid():
            return render(request, "training/verify.html", {"form": form})
        return HttpResponseRedirect(reverse("verify_number", args=[number_words(form.cleaned_data["number"])]))


class VerifyNumber(OpenPage):
    """Is the certificate with this number valid today? Yes or no, and nothing else.

    A number that never was, one that was revoked and one that has ended get the same answer.
    """

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        plain = plain_number(number)
        context = {"number": number_words(plain), "is_valid": is_valid_number(plain)}
        return render(request, "training/verified.html", context)


class Answer(OpenPage):
    """Accept or decline what one was asked by mail."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        asked = asked_request(token)
        return self._show(asked) if asked else render(request, "training/link_over.html")

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        asked = asked_request(token)
        if asked is None or "answer" not in request.POST:
            return render(request, "training/link_over.html")
        try:
            asked = answer(request=asked, accepts=request.POST["answer"] == "accept")
        except StepNotAllowed as error:
            return self._show(asked, error.message)
        return self._show(asked)

    def _show(self, asked: HoldRequest, fault: str = "") -> HttpResponse:
        return render(self.request, "training/answer.html", {"asked": asked, "fault": fault})


class SendOwnLink(OpenPage):
    """Send me the link to my page: the answer is the same whoever asks."""

    def is_allowed(self, request: HttpRequest) -> bool:
        return request.method != "POST" or is_within(request, "own link", LINKS_AN_HOUR, AN_HOUR)

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "training/own_link.html", {"form": AddressForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddressForm(request.POST)
        if not form.is_valid():
            return render(request, "training/own_link.html", {"form": form})
        people = Practitioner.objects.standing().filter(person__email__iexact=form.cleaned_data["email"])
        for practitioner in people.select_related("person"):
            mail_own_page(practitioner, request.build_absolute_uri)
        return render(request, "training/own_link_sent.html")


class Feed(OpenPage):
    """The calendar feed of one person, under its secret address."""

    limit, seconds = READS_AN_HOUR, AN_HOUR

    def get(self, request: HttpRequest, secret: str, *args: Any) -> HttpResponse:
        practitioner = feed_owner(secret)
        if practitioner is None:
            raise Http404
        return calendar_answer(feed_of(practitioner), file_name="training.ics")
