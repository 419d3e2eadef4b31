"""Verbs about asking somebody to hold a circle, and about the calendar address of a person."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from district import audit
from district.actions_notices import hash_of
from district.models import School, User
from district.steps import StepNotAllowed
from training.models import (
    CalendarFeed,
    Certification,
    HoldRequest,
    HoldRequestStatus,
    Practice,
    Practitioner,
)

from .base import saved

ANSWER_WITHIN = timedelta(days=7)
"""How long a question stays open, unless the circle is earlier."""
Status = HoldRequest.Status
ACCEPT, DECLINE, WITHDRAW = "accept", "decline", "withdraw"
STEPS: dict[str, tuple[str, ...]] = {
    Status.ASKED: (ACCEPT, DECLINE, WITHDRAW),
    Status.ACCEPTED: (WITHDRAW,),
    Status.DECLINED: (),
    Status.WITHDRAWN: (),
}
"""Status of a request → the steps that may follow."""
SECRET_LENGTH = 40


@transaction.atomic
def ask(
    *,
    practitioner: Practitioner,
    school: School,
    practice: Practice,
    day: date,
    begins: time | None = None,
    language: str = "",
    by: User | None,
) -> HoldRequest:
    """Ask somebody to hold a circle at a school on a day; the mail with its link is sent by whoever calls.

    Raises ValidationError for a day in the past, a person without an address or not certified for it on that day,
    for places of another district, and for what was asked already.
    """
    district = school.district
    if {practitioner.district_id, practice.district_id} != {district.pk}:
        raise ValidationError(_("Person, practice and school must belong to the same district."))
    if day < district.today():
        raise ValidationError({"day": _("The day is over.")})
    if not practitioner.person.email:
        raise ValidationError({"practitioner": _("This person has given no address.")})
    if not Certification.objects.filter(practitioner=practitioner).valid_on(day).qualifying_for(practice).exists():
        raise ValidationError({"practitioner": _("This person is not certified for this practice on that day.")})
    if not Practitioner.objects.standing().serving(school).active_on(day).filter(pk=practitioner.pk).exists():
        raise ValidationError({"practitioner": _("This person does not serve this school on that day.")})
    midnight = datetime.combine(day, begins or time(23, 59), ZoneInfo(district.timezone))
    request = saved(
        HoldRequest(
            practitioner=practitioner,
            school=school,
            practice=practice,
            day=day,
            begins=begins,
            language=language,
            asked_by=by,
            answer_by=min(timezone.now() + ANSWER_WITHIN, midnight),
        )
    )
    _move(request, Status.ASKED, by, before=None)
    return request


@transaction.atomic
def answer(*, request: HoldRequest, accepts: bool) -> HoldRequest:
    """Accept or decline what one was asked by mail.

    Raises StepNotAllowed when it was answered or taken back already, or the time for it is over.
    """
    stored = HoldRequest.objects.select_for_update(of=("self",)).select_related("school").get(pk=request.pk)
    if (ACCEPT if accepts else DECLINE) not in STEPS[stored.status]:
        raise StepNotAllowed(_("This question has been answered or taken back."), STEPS[stored.status])
    if stored.answer_by < timezone.now():
        raise StepNotAllowed(_("The time to answer is over."), ())
    before, stored.status = stored.status, Status.ACCEPTED if accepts else Status.DECLINED
    saved(stored)
    _move(stored, stored.status, None, before=before)
    return stored


@transaction.atomic
def withdraw(*, request: HoldRequest, by: User | None) -> HoldRequest:
    """Take a question back, also after it was accepted. Raises StepNotAllowed when nothing is open."""
    stored = HoldRequest.objects.select_for_update(of=("self",)).select_related("school").get(pk=request.pk)
    if WITHDRAW not in STEPS[stored.status]:
        raise StepNotAllowed(_("There is nothing left to take back."), STEPS[stored.status])
    before, stored.status = stored.status, Status.WITHDRAWN
    saved(stored)
    _move(stored, stored.status, by, before=before)
    return stored


def _move(request: HoldRequest, status: str, by: User | None, *, before: str | None) -> None:
    saved(HoldRequestStatus(request=request, status=status, at=timezone.now(), by=by))
    audit.record(
        audit.Action.UPDATE if before else audit.Action.CREATE,
        by=by,
        target=request,
        district=request.school.district_id,
        school=request.school_id,
        changes={"status": [before, status]},
        details={"person": str(request.practitioner.uid), "day": request.day.isoformat()},
    )


@transaction.atomic
def make_feed(*, practitioner: Practitioner, by: User | None) -> str:
    """Give a person a new secret calendar address and return the secret; the former ones end."""
    _end_feeds(practitioner)
    secret = get_random_string(SECRET_LENGTH)
    feed = saved(CalendarFeed(practitioner=practitioner, secret_hash=hash_of(secret)))
    _record_feed(feed, practitioner, by, "made")
    return secret


@transaction.atomic
def revoke_feed(*, practitioner: Practitioner, by: User | None) -> bool:
    """End a person's calendar address and say whether there was one."""
    feed = practitioner.feeds.filter(revoked_at=None).first()
    if feed is None:
        return False
    _end_feeds(practitioner)
    _record_feed(feed, practitioner, by, "revoked")
    return True


def feed_owner(secret: str) -> Practitioner | None:
    """Return whose calendar a secret opens; None for one that was revoked or never was."""
    feed = CalendarFeed.objects.filter(
        secret_hash=hash_of(secret), revoked_at=None, practitioner__merged_into=None
    ).select_related("practitioner__person", "practitioner__district")
    found = feed.first()
    return found.practitioner if found else None


def _end_feeds(practitioner: Practitioner) -> None:
    practitioner.feeds.filter(revoked_at=None).update(revoked_at=timezone.now())


def _record_feed(feed: CalendarFeed, practitioner: Practitioner, by: User | None, event: str) -> None:
    audit.record(
        audit.Action.TOKEN,
        by=by,
        target=feed,
        district=practitioner.district_id,
        details={"event": f"calendar address {event}", "person": str(practitioner.uid)},
    )
