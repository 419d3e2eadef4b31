"""Mail that the clock sends, each exactly once; and the secret links of calendars. One mechanism for every floor.

A mail is a row first (unique by person, kind and what it is about), then claimed by a compare-and-set, then sent. Of a
process that dies between claim and answer nobody knows whether its mail arrived: the row stays claimed and unsent, is
listed by `uncertain()`, and is not sent again. A mail holds links and nothing else.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from district import audit
from district.access import Permission, roles_with
from district.models import CalendarLink, District, MailChoice, Notice, User

KEY_LENGTH = 48
logger = logging.getLogger(__name__)

Link = tuple[str, str]
"""Words and address."""
Message = Callable[[Notice], tuple[str, Sequence[Link]]]
"""A notice → subject and links of its mail as of now; without links nothing waits any more and nothing is sent."""


# --- The secret link -----------------------------------------------------------------------------------------------
def hash_of(key: str) -> str:
    """Return what is stored of a key: a SHA-256 suffices, the key is 285 random bits and no password."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def make_calendar_link(*, user: User) -> str:
    """Give `user` a new secret key for their calendar; the former one ends at once. It cannot be read again."""
    revoke_calendar_link(user=user)
    key = get_random_string(KEY_LENGTH)
    link = CalendarLink.objects.create(user=user, key_hash=hash_of(key))
    details = {"event": "calendar_link_made"}
    audit.record(audit.Action.ACCOUNT, by=user, target=link, district=audit.home_district(user), details=details)
    return key


@transaction.atomic
def revoke_calendar_link(*, user: User) -> bool:
    """End the calendar link of `user`, and say whether there was one."""
    link = CalendarLink.objects.select_for_update().filter(user=user, revoked_at=None).first()
    if link is None:
        return False
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at", "updated_at"])
    details = {"event": "calendar_link_revoked"}
    audit.record(audit.Action.ACCOUNT, by=user, target=link, district=audit.home_district(user), details=details)
    return True


def holder_of(key: str) -> User | None:
    """Return the user whose open calendar link has `key`; None when there is none or the account is closed."""
    link = CalendarLink.objects.filter(key_hash=hash_of(key), revoked_at=None, user__is_active=True)
    found = link.select_related("user").first()
    if found is None:
        return None
    today = timezone.localdate()
    if found.last_used_on != today:  # at most one write a day
        CalendarLink.objects.filter(pk=found.pk).update(last_used_on=today)
    return found.user


@transaction.atomic
def choose_mail(*, user: User, which: str) -> MailChoice:
    """Choose which mail about duties to get. Raises ValidationError for another word."""
    choice, _is_new = MailChoice.objects.get_or_create(user=user)
    before, choice.which = choice.which, which
    choice.full_clean()
    choice.save()
    if before != which:
        district = audit.home_district(user)
        audit.record(
            audit.Action.ACCOUNT, by=user, target=choice, district=district, changes={"which": [before, which]}
        )
    return choice


# --- Mail ----------------------------------------------------------------------------------------------------------
def write_notices(rows: Iterable[Notice]) -> int:
    """Write the notices that are not there yet, and return how many. Several processes may do so at once."""
    rows = list(rows)
    there = set(Notice.objects.filter(about__in={row.about for row in rows}).values_list("user", "kind", "about"))
    new = [row for row in rows if (row.user_id, row.kind, row.about) not in there]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def send_notices(messages: Mapping[str, Message]) -> int:
    """Send every notice that nobody has claimed, with the message of its kind. Returns how many were sent.

    Without SITE_URL, or while no mail server answers, nothing is claimed and nothing is sent. A mail that the server
    does not take stays claimed, is logged, and keeps none of the others back.
    """
    if not settings.SITE_URL:
        return 0
    waiting = Notice.objects.filter(claimed_at=None, kind__in=list(messages)).select_related("user")
    if not waiting.exists():
        return 0
    server = get_connection()
    try:
        server.open()
    except (SMTPException, OSError) as error:
        logger.warning("No mail server answers: %s", type(error).__name__)
        return 0
    try:
        return sum(_send(notice, messages[notice.kind], server) for notice in waiting)
    finally:
        server.close()


def _send(notice: Notice, message: Message, server: BaseEmailBackend) -> bool:
    if not Notice.objects.filter(pk=notice.pk, claimed_at=None).update(claimed_at=timezone.now()):
        return False  # another process was faster
    subject, links = message(notice)
    if links and notice.user.is_active:
        text = render_to_string("district/mail.txt", {"links": links, "settings": absolute("duty_list")})
        try:
            EmailMessage(subject, text, None, [notice.user.email], connection=server).send()
        except (SMTPException, OSError) as error:
            logger.warning("A notice was not sent for certain: %s", type(error).__name__)
            return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now())
    return bool(links and notice.user.is_active)


def uncertain() -> list[Notice]:
    """Notices that were claimed and not marked as sent, an hour ago or longer: nobody knows whether they arrived."""
    before = timezone.now() - timedelta(hours=1)
    return list(Notice.objects.filter(sent_at=None, claimed_at__lt=before).select_related("user"))


def absolute(url_name: str, uid: object = None) -> str:
    """The address of a page as a mail needs it."""
    return settings.SITE_URL.rstrip("/") + (reverse(url_name, args=[uid]) if uid else reverse(url_name))


def people_with(district: District, permission: Permission, *choices: str) -> list[User]:
    """Users of the district whose roles hold `permission` today and who chose one of `choices` of mail."""
    roles = [role.value for role in roles_with(permission)]
    unwanted = [choice for choice in MailChoice.Which.values if choice not in choices]
    users = User.objects.filter(is_active=True, grants__district=district, grants__role__in=roles)
    users = users.exclude(mail_choice__which__in=unwanted)
    return [user for user in users.distinct().order_by("pk") if user.holds(permission)]
