"""Referrals that wait for one: to review, to answer, to read what came of them; and what is half written."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.desk.tasks import SHOWN, Group, Task
from discipline.models import DRAFT_LIFE, Referral, ReferralDraft, ReferralStatus
from discipline.views import returned_from_circle
from district.access import Permission
from district.models import User
from district.page_parts import Status, day_words, moment_words

ANSWERED_FOR = timedelta(days=14)
"""How long an answer stands on its reporter's desk."""


def to_review(user: User) -> Group | None:
    """Referrals of one's schools that nobody has taken, and those that one has taken; the oldest first."""
    if not user.holds(Permission.REFERRAL_DECIDE):
        return None
    rows = Referral.objects.all().allowed(user, Permission.REFERRAL_DECIDE).open()
    rows = rows.exclude(status=Referral.Status.RETURNED).exclude(reporter=user, status=Referral.Status.SUBMITTED)
    mine = rows.filter(Q(assigned_to=user) | Q(assigned_to=None))
    total = mine.count()
    if not total:
        return None
    found = list(_with_since(mine).order_by("pk")[:SHOWN])
    returned = returned_from_circle([referral.pk for referral in found])
    tasks = tuple(
        Task(
            Status(referral.get_status_display(), "underway" if referral.assigned_to_id else "open"),
            _("since %(at)s") % {"at": moment_words(referral.since)},
            referral.student.person.name,
            _("Returned from circle: what was agreed was not met") if referral.pk in returned else _occurred(referral),
            reverse("referral_detail", args=[referral.uid]),
            _("Review"),
        )
        for referral in found
    )
    more = (reverse("referral_review"), _("All of them"))
    return Group(_("Referrals to review"), tasks, total, more)


def to_answer(user: User) -> Group | None:
    """One's own referrals that came back with a question."""
    rows = _own(user).filter(status=Referral.Status.RETURNED)
    found = list(_with_since(rows).order_by("pk"))
    if not found:
        return None
    questions = dict(
        ReferralStatus.objects.filter(referral__in=found, status=Referral.Status.RETURNED)
        .order_by("at", "pk")
        .values_list("referral", "note")
    )
    tasks = tuple(
        Task(
            Status(_("A question for you"), "due"),
            _("since %(at)s") % {"at": moment_words(referral.since)},
            referral.student.person.name,
            questions.get(referral.pk, ""),
            reverse("referral_detail", args=[referral.uid]),
            _("Answer"),
        )
        for referral in found
    )
    return Group(_("Returned to you"), tasks, len(tasks))


def answered(user: User) -> Group | None:
    """One's own referrals that were decided lately, with what came of each in one word."""
    since = timezone.now() - ANSWERED_FOR
    rows = _with_since(_own(user).filter(status=Referral.Status.DECIDED)).filter(since__gte=since)
    found = list(rows.order_by("-since")[:SHOWN])
    if not found:
        return None
    tasks = tuple(
        Task(
            Status(_("Decided"), "done"),
            moment_words(referral.since),
            referral.student.person.name,
            referral.get_outcome_display() or _("Outcome not recorded"),
            reverse("referral_detail", args=[referral.uid]),
            _("Look"),
        )
        for referral in found
    )
    return Group(_("What came of your referrals"), tasks, len(tasks))


def half_written(user: User) -> Group | None:
    """One's drafts, the one that goes soonest first."""
    if not user.holds(Permission.REFERRAL_LOG):
        return None
    drafts = list(ReferralDraft.objects.visible_to(user).select_related("school").order_by("updated_at"))
    if not drafts:
        return None
    tasks = tuple(
        Task(
            Status(_("Draft"), "open"),
            _("until %(day)s") % {"day": day_words(timezone.localdate(draft.updated_at + DRAFT_LIFE))},
            draft.school.name,
            ngettext("Names %(n)d student.", "Names %(n)d students.", _named(draft)) % {"n": _named(draft)},
            f"{reverse('referral_new')}?draft={draft.uid}",
            _("Go on writing"),
        )
        for draft in drafts[:SHOWN]
    )
    return Group(_("Half written"), tasks, len(drafts), (reverse("referral_draft_list"), _("All drafts")))


def _named(draft: ReferralDraft) -> int:
    return len(draft.content.get("student", []))


def _own(user: User):
    return Referral.objects.all().made_by(user)


def _with_since(rows):
    """The referrals with the moment of their latest state, and what a line about them says."""
    return rows.with_since().select_related("incident", "school", "student__person")


def _occurred(referral: Referral) -> str:
    place = referral.incident.get_location_display() or _("place not known")
    words = {"place": place, "day": day_words(referral.incident.occurred_on), "school": referral.school.name}
    return _("%(place)s, %(day)s, %(school)s") % words
