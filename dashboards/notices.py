"""The weekly digest over all floors, and which floor words which mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from circles.actions.notices import message_of as message_of_circles
from commitments.actions.concerns.clock import message_of as message_of_concerns
from commitments.actions.notices import message_of as message_of_commitments
from commitments.duties import broken_words
from dashboards.duties import READERS, duties_of
from discipline.actions.notices import message_of as message_of_law
from district import actions_notices as notices
from district.duties import waiting
from district.models import District, MailChoice, Notice

DIGEST_DAYS = 14
"""How far ahead a digest looks."""

Kind, Which = Notice.Kind, MailChoice.Which


def write_digests(district: District, *, today: date) -> int:
    """Write one digest a week, from Monday on, for everybody for whom something falls due and who wants one."""
    about = f"week {today - timedelta(days=today.weekday())}"
    people = {
        user.pk: user for needs in READERS for user in notices.people_with(district, needs, Which.ALL, Which.DIGEST)
    }
    return notices.write_notices(Notice(user=user, kind=Kind.DIGEST, about=about) for user in people.values())


def digest_of(notice: Notice) -> tuple[str, Sequence[notices.Link]]:
    """Subject and links of a digest: what waits, without a word of whom it is about."""
    user, today = notice.user, timezone.localdate()
    since, until = today - timedelta(days=365), today + timedelta(days=DIGEST_DAYS)
    duties = waiting(duties_of(user, since=since, until=until), today)
    links = {(str(duty.mail_words or duty.words), notices.absolute(duty.url_name, duty.uid)): None for duty in duties}
    for commitment in broken_words(user):
        links[str(_("A promise is not kept")), notices.absolute("commitment_detail", commitment.uid)] = None
    return _("Your week: what falls due"), list(links)


MESSAGES: Mapping[str, notices.Message] = {
    Kind.REMINDER: message_of_commitments,
    Kind.ANSWER_OWED: message_of_commitments,
    Kind.DUE_BY_LAW: message_of_law,
    Kind.CIRCLE: message_of_circles,
    Kind.CONCERN: message_of_concerns,
    Kind.DIGEST: digest_of,
}
"""Kind of mail → who words it; a floor that is built later adds itself here."""
