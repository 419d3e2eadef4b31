"""What somebody sees about themselves: ways and their steps, questions, certificates, sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from district.models import User
from district.page_parts import Cell, Heading, Section, day_words, span_words
from training import tables
from training.actions.registrations import may_give_back
from training.evidence import renewal_verdict, standings
from training.models import Certification, Practitioner, Registration
from training.numbers import number_words
from training.pathways_in_words import steps_of
from training.standing_in_words import certification_status
from training.tokens import answer_token
from training.views import registration_status
from training.wording import due_words, missing_words


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
        "sections": [*_questions(practitioner, today), _certificates(practitioner, today), _sessions(practitioner)],
        "open": [one for one in standing_registrations(practitioner) if may_give_back(one)],
        "papers": practitioner.certifications.exclude(number=None).select_related("credential"),
        "has_feed": practitioner.feeds.filter(revoked_at=None).exists(),
    }


def standing_registrations(practitioner: Practitioner) -> Iterable[Registration]:
    """Registrations that were not cancelled, the next one first."""
    rows = practitioner.registrations.exclude(status=Registration.Status.CANCELLED)
    return rows.select_related("session__course").order_by("session__begins_on")


def _questions(practitioner: Practitioner, today: Any) -> list[Section]:
    """What somebody was asked to hold and has not declined, from today on, with the way to answer."""
    asked = practitioner.hold_requests.filter(status__in=("asked", "accepted"), day__gte=today)
    rows = [
        [
            Cell(one.practice.name, reverse("training_answer", args=[answer_token(one)])),
            Cell(one.school.name),
            Cell(day_words(one.day), note=f"{one.begins:%H:%M}" if one.begins else ""),
            Cell(one.get_status_display()),
        ]
        for one in asked.select_related("practice", "school").order_by("day", "pk")
    ]
    headings = (Heading(_("Practice")), Heading(_("School")), Heading(_("Day")), Heading(_("My answer")))
    return [Section(_("I was asked to hold"), headings, rows)] if rows else []


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
    """What its renewal still takes, or that it is too late for one."""
    last = certification.expires_on
    if last is None or certification.ended_on is not None:
        return ""
    if today > last + timedelta(days=certification.version.grace_days):
        return _("too late: it has to be earned again")
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
