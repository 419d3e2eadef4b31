"""Mails of training: a seat, a session cancelled, a question to hold a circle, one's own page. No student is in any."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from training.models import HoldRequest, Practitioner, Registration, TrainingSession
from training.tokens import answer_token, own_page_token

logger = logging.getLogger(__name__)
Absolute = Callable[[str], str]
"""Makes an address on this site one that a mail can hold."""


def mail_registration(registration: Registration, absolute: Absolute) -> None:
    """Tell somebody that they are registered or wait, with the link to their own page; after the transaction."""
    person = registration.practitioner.person
    if not person.email:
        return
    session = registration.session
    context = {
        "name": person.given_name,
        "session": session,
        "days": session.days.all(),
        "is_waiting": registration.status == Registration.Status.WAITING,
        "address": absolute(reverse("training_mine", args=[own_page_token(registration.practitioner)])),
    }
    _send(person.email, _("Your training: %(course)s") % {"course": session.course.title}, "registration", context)


def mail_cancelled(session: TrainingSession, reason: str, absolute: Absolute) -> None:
    """Tell everybody who has a seat or waits that the session does not take place; after the transaction."""
    rows = session.registrations.exclude(status=Registration.Status.CANCELLED).select_related("practitioner__person")
    days = list(session.days.all())
    for registration in rows.exclude(practitioner__person__email=""):
        person = registration.practitioner.person
        context = {
            "name": person.given_name,
            "session": session,
            "days": days,
            "reason": reason,
            "address": absolute(reverse("training_open")),
        }
        _send(person.email, _("Cancelled: %(course)s") % {"course": session.course.title}, "cancelled", context)


def mail_question(request: HoldRequest, absolute: Absolute) -> None:
    """Ask somebody to hold a circle, with the link to answer; after the transaction."""
    context = {
        "name": request.practitioner.person.given_name,
        "request": request,
        "address": absolute(reverse("training_answer", args=[answer_token(request)])),
    }
    subject = _("Can you hold a circle on %(day)s?") % {"day": request.day.isoformat()}
    _send(request.practitioner.person.email, subject, "question", context)


def mail_own_page(practitioner: Practitioner, absolute: Absolute) -> None:
    """Send somebody the link to their own page; after the transaction."""
    context = {
        "name": practitioner.person.given_name,
        "address": absolute(reverse("training_mine", args=[own_page_token(practitioner)])),
    }
    _send(practitioner.person.email, _("Your page of training and certificates"), "own_page", context)


def _send(to: str, subject: str, template: str, context: Mapping[str, object]) -> None:
    """Send a text mail once the transaction stands; a mail that cannot be sent is logged and changes nothing."""
    text = render_to_string(f"training/mail/{template}.txt", dict(context))

    def send() -> None:
        try:
            send_mail(subject, text, None, [to])
        except (SMTPException, OSError) as error:
            logger.warning("A mail (%s) was not sent: %s", template, type(error).__name__)

    transaction.on_commit(send)
