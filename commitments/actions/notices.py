"""Mail about duties, each exactly once; and the secret links of calendars.

A mail is a row first (unique by person, kind and what it is about), then claimed by a compare-and-set, then sent. Of a
process that dies between claim and answer nobody knows whether its mail arrived: the row stays claimed and unsent, is
listed by `uncertain()`, and is not sent again. A mail holds links and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from commitments.actions.clock import ladder_of
from commitments.duties import broken_words, duties_of, waiting
from commitments.models import CalendarLink, Commitment, DueItem, MailChoice, Miss, Notice
from district import audit
from district.access import Permission, roles_with
from district.models import District, User

KEY_LENGTH = 48
DIGEST_DAYS = 14
"""How far ahead a digest looks."""

Kind, Which = Notice.Kind, MailChoice.Which


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
def write_notices(district: District, *, today: date) -> int:
    """Write a row for every reminder, answer owed and digest that is due now and not there yet."""
    rows = [*_reminders(district, today), *_answers_owed(district), *_digests(district, today)]
    there = set(Notice.objects.filter(about__in={row.about for row in rows}).values_list("user", "kind", "about"))
    new = [row for row in rows if (row.user_id, row.kind, row.about) not in there]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def send_notices() -> int:
    """Send every notice that nobody has claimed. Returns how many were sent. Without SITE_URL nothing is sent."""
    if not settings.SITE_URL:
        return 0
    sent = 0
    for notice in Notice.objects.filter(claimed_at=None).select_related("user"):
        if not Notice.objects.filter(pk=notice.pk, claimed_at=None).update(claimed_at=timezone.now()):
            continue  # another process was faster
        subject, text = message_of(notice)
        if text:
            send_mail(subject, text, None, [notice.user.email])
        Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now())
        sent += bool(text)
    return sent


def uncertain() -> list[Notice]:
    """Notices that were claimed and not marked as sent, an hour ago or longer: nobody knows whether they arrived."""
    before = timezone.now() - timedelta(hours=1)
    return list(Notice.objects.filter(sent_at=None, claimed_at__lt=before).select_related("user"))


def message_of(notice: Notice) -> tuple[str, str]:
    """Subject and text of a mail: what kind of thing waits, and where; empty when nothing does any more."""
    user = notice.user
    if notice.kind == Kind.DIGEST:
        return _("Your week of commitments"), _digest_text(user)
    rows = Commitment.objects.visible_to(user)
    if notice.kind == Kind.REMINDER:
        commitment = rows.filter(due_items__uid=notice.about.removeprefix("due "), due_items__fulfilled_on=None).first()
        subject = _("Something promised falls due soon")
    else:
        misses = Miss.objects.visible_to(user).filter(uid=notice.about.removeprefix("miss "), status=Miss.Status.MISSED)
        commitment = rows.filter(pk__in=misses.values("commitment")).first()
        subject = _("An answer is owed")
    if commitment is None or not user.is_active:
        return subject, ""
    links = [(subject, absolute("commitment_detail", commitment.uid))]
    return subject, render_to_string("commitments/mail.txt", {"links": links, "settings": absolute("duty_list")})


def absolute(url_name: str, uid: object = None) -> str:
    """The address of a page as a mail needs it."""
    return settings.SITE_URL.rstrip("/") + (reverse(url_name, args=[uid]) if uid else reverse(url_name))


def _digest_text(user: User) -> str:
    today = timezone.localdate()
    since, until = today - timedelta(days=365), today + timedelta(days=DIGEST_DAYS)
    duties = waiting(duties_of(user, since=since, until=until), today)
    links = {(str(duty.words), absolute(duty.url_name, duty.uid)): None for duty in duties}
    for commitment in broken_words(user):
        links[str(_("A promise is not kept")), absolute("commitment_detail", commitment.uid)] = None
    if not links or not user.is_active:
        return ""
    return render_to_string("commitments/mail.txt", {"links": list(links), "settings": absolute("duty_list")})


def _reminders(district: District, today: date) -> Iterable[Notice]:
    """Dates that fall due soon, for those who may report on them."""
    ladder = ladder_of(district)
    ahead = today + timedelta(days=400)
    items = DueItem.objects.open().filter(commitment__district=district, due_on__range=(today, ahead))
    due = [item for item in items.select_related("commitment") if ladder.reminds_from(item.due_on) <= today]
    for user in _people(district, Permission.COMMITMENT_REPORT, Which.ALL) if due else ():
        allowed = Commitment.objects.allowed(user, Permission.COMMITMENT_REPORT)
        mine = set(allowed.filter(pk__in={item.commitment_id for item in due}).values_list("pk", flat=True))
        for item in due:
            if item.commitment_id in mine:
                yield Notice(user=user, kind=Kind.REMINDER, about=f"due {item.uid}")


def _answers_owed(district: District) -> Iterable[Notice]:
    """Misses to which no answer has come, for those who may answer and may know of them."""
    misses = Miss.objects.open().filter(commitment__district=district, status=Miss.Status.MISSED)
    if not misses.exists():
        return
    for user in _people(district, Permission.COMMITMENT_REPORT, Which.ALL):
        for uid in misses.allowed(user, Permission.COMMITMENT_REPORT).values_list("uid", flat=True):
            yield Notice(user=user, kind=Kind.ANSWER_OWED, about=f"miss {uid}")


def _digests(district: District, today: date) -> Iterable[Notice]:
    """One digest a week, from Monday on, for everybody who sees commitments and wants one."""
    monday = today - timedelta(days=today.weekday())
    for user in _people(district, Permission.COMMITMENT_VIEW, Which.ALL, Which.DIGEST):
        yield Notice(user=user, kind=Kind.DIGEST, about=f"week {monday}")


def _people(district: District, permission: Permission, *choices: str) -> list[User]:
    """Users of the district whose roles hold `permission` today and who chose one of `choices`."""
    roles = [role.value for role in roles_with(permission)]
    unwanted = [choice for choice in Which.values if choice not in choices]
    users = User.objects.filter(is_active=True, grants__district=district, grants__role__in=roles)
    users = users.exclude(mail_choice__which__in=unwanted)
    return [user for user in users.distinct().order_by("pk") if user.holds(permission)]
