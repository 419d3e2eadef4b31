"""Verbs about the links of voices: make one, revoke it, open it, and keep what was sent through it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from circles import case_states as states
from circles.models import Circle, CircleParticipant, VoiceLink, Worksheet
from circles.voices.survey import tally_of
from discipline.letters.composing import ENGLISH, language_of
from discipline.models import LetterLanguage
from district import audit
from district.models import User
from district.sealing import CASE_NOTES, NoKey, Unreadable
from district.secret_links import hash_of, new_secret
from district.steps import StepNotAllowed

from .surveys import add_to_pile
from .trail import locked_case, record, refuse_closed

Paper = VoiceLink.Paper
LONGEST_LINK = 30
"""Days for which a link opens its paper at most."""
USUAL_LINK = 7
LONGEST_ANSWER = 2000
"""Characters of one answer of a worksheet."""
ASKED = ("happened", "affected", "needed", "beside")
"""What a worksheet asks: what happened, who was affected, what is needed, whom one would like beside oneself."""
BLOCK = 1024
"""Sealed worksheets come in lengths of whole blocks of so many bytes, which tell little of what was written."""

OPEN_IN = {
    Paper.WORKSHEET: frozenset({states.PREPARATION, states.SCHEDULED, states.NOT_HELD}),
    Paper.SURVEY: states.AFTER_IT_WAS_HELD | {states.CLOSED},
}
"""Paper → the states of a case in which it may be filled in. A survey is answered after the case closed, too."""


class Used(Exception):
    """The link opens nothing any more: somebody else was faster with it."""


class NothingSaid(Exception):
    """Nothing was filled in, or something that the paper does not ask."""


class NotNow(Exception):
    """It cannot be kept at the moment, as no key is set; the link stays open."""


def language_for(participant: CircleParticipant) -> str:
    """The language in which a paper is offered: that of a student's home, else English."""
    return language_of(None, participant.student) if participant.student else ENGLISH


def refusal_of(participant: CircleParticipant, circle: Circle, paper: str) -> str:
    """Why there is no link for somebody now, in a sentence for the case team; empty where one may be made."""
    if not CASE_NOTES.may_seal():
        return _("Nothing that people write can be kept: nobody has set a key for it. Ask an administrator.")
    if participant.voided_at is not None:
        return _("This person was taken out of the case.")
    if paper == Paper.WORKSHEET:
        if circle.status not in OPEN_IN[Paper.WORKSHEET]:
            return _("A worksheet is for the time between the screening and the circle.")
        return _("They did not wish to take part.") if participant.party.stays_away else ""
    if circle.status not in states.AFTER_IT_WAS_HELD:
        return _("The survey comes after the circle, while the case is open.")
    if not participant.attended:
        return _("They were not in the circle.")
    if participant.voice_links.filter(paper=Paper.SURVEY, is_answered=True).exists():
        return _("They have answered already. Each person answers once.")
    return ""


@transaction.atomic
def make_voice_link(
    *, participant: CircleParticipant, paper: str, language: str = "", days: int = USUAL_LINK, by: User
) -> tuple[VoiceLink, str]:
    """Make a link for somebody of a case; return it with its secret, which nobody can read again.

    A link that they had for the same paper opens nothing from now on. Raises ValidationError for an unknown paper or
    language and for days beyond `LONGEST_LINK`; StepNotAllowed where the state of the case has no such link, and for
    somebody who is not of its team.
    """
    if paper not in Paper.values:
        raise ValidationError({"paper": _("Choose the worksheet or the survey.")})
    if language and language not in LetterLanguage.values:
        raise ValidationError({"language": _("Choose one of the languages.")})
    if not 1 <= days <= LONGEST_LINK:
        raise ValidationError({"days": _("From 1 to %(limit)d days.") % {"limit": LONGEST_LINK}})
    circle = locked_case(participant.circle)
    refuse_closed(circle)
    refuse_others(circle, by)
    rows = CircleParticipant.objects.select_related("student__person").prefetch_related("consents")
    person = rows.get(pk=participant.pk)
    if refused := refusal_of(person, circle, paper):
        raise StepNotAllowed(refused, [])
    now = timezone.now()
    person.voice_links.open_at(now).filter(paper=paper).update(revoked_at=now, revoked_by=by, updated_at=now)
    secret = new_secret()
    link = VoiceLink.objects.create(
        participant=person,
        paper=paper,
        language=language or language_for(person),
        secret_hash=hash_of(secret),
        expires_at=now + timedelta(days=days),
        made_by=by,
    )
    changes = {"expires_at": [None, link.expires_at.isoformat()]}
    record(circle, audit.Action.CREATE, by=by, target=link, student=person.student_id, changes=changes, paper=paper)
    return link, secret


@transaction.atomic
def revoke_voice_link(*, link: VoiceLink, by: User) -> VoiceLink:
    """End a link at once. Raises StepNotAllowed for one that opens nothing any more."""
    circle = locked_case(link.participant.circle)
    refuse_others(circle, by)
    stored = VoiceLink.objects.select_for_update(of=("self",)).select_related("participant").get(pk=link.pk)
    if not stored.is_open:
        raise StepNotAllowed(_("This link opens nothing any more."), [])
    stored.revoked_at, stored.revoked_by = timezone.now(), by
    stored.save(update_fields=["revoked_at", "revoked_by", "updated_at"])
    changes = {"revoked_at": [None, stored.revoked_at.isoformat()]}
    student = stored.participant.student_id
    record(circle, audit.Action.UPDATE, by=by, target=stored, student=student, changes=changes, paper=stored.paper)
    return stored


def opened_by(secret: str) -> VoiceLink | None:
    """Return the link that a secret opens now; None for one that is unknown, over, used or revoked, for somebody who
    was taken out of the case, and where the case has gone on. Reads only.
    """
    rows = VoiceLink.objects.open_at(timezone.now()).filter(participant__voided_at=None)
    rows = rows.filter(participant__circle__voided_at=None).select_related("participant__circle")
    link = rows.filter(secret_hash=hash_of(secret)).first()
    if link is None or link.participant.circle.status not in OPEN_IN[Paper(link.paper)]:
        return None
    return link


@transaction.atomic
def keep_worksheet(*, link: VoiceLink, answers: Mapping[str, str], language: str) -> Worksheet:
    """Keep what somebody wrote, sealed; the link has done its work. The trail says that they wrote, and nothing of it.

    Raises NothingSaid without a word or for too long an answer, NotNow without a key, Used when the link opens nothing
    any more.
    """
    said = {name: answers.get(name, "").replace("\0", "").strip() for name in ASKED}
    if not any(said.values()) or max(map(len, said.values())) > LONGEST_ANSWER:
        raise NothingSaid
    circle = locked_case(link.participant.circle)
    _use(link, circle, Paper.WORKSHEET)
    try:
        sealed = CASE_NOTES.seal_fields(dict(said), block=BLOCK)
    except NoKey as error:
        raise NotNow from error
    sheet = Worksheet.objects.create(
        participant=link.participant,
        sealed=sealed,
        language=language if language in LetterLanguage.values else link.language,
        at=timezone.now(),
    )
    record(circle, audit.Action.CREATE, by=None, target=sheet, student=link.participant.student_id)
    return sheet


@transaction.atomic
def keep_survey(*, link: VoiceLink, answers: Mapping[str, str]) -> None:
    """Count the answers of a survey; the link has done its work and says so, not when.

    Nothing is left that leads from the person to the answers: no row of their own, no event in the trail, no time.
    Raises NothingSaid without an answer or for an unknown one, NotNow without a key, Used when the link opens nothing
    any more.
    """
    try:
        tally = tally_of(answers)
    except ValueError as error:
        raise NothingSaid from error
    circle = locked_case(link.participant.circle)
    _use(link, circle, Paper.SURVEY)
    try:
        add_to_pile(school=circle.school_id, year=circle.school_year_id, role=link.participant.role, tally=tally)
    except (NoKey, Unreadable) as error:
        raise NotNow from error


def answers_of(sheet: Worksheet) -> dict[str, str] | None:
    """Return what somebody wrote; None where no key at hand opens it."""
    try:
        return CASE_NOTES.unseal_fields(sheet.sealed)
    except (NoKey, Unreadable):
        return None


def refuse_others(circle: Circle, by: User) -> None:
    """Raise StepNotAllowed for somebody who is not of the team that reads a case's notes."""
    if not Circle.objects.all().team_of(by).filter(pk=circle.pk).exists():
        raise StepNotAllowed(_("Only those who keep this case, or answer for it, do this. Take it over first."), [])


def _use(link: VoiceLink, circle: Circle, paper: str) -> None:
    """Use a link up, once, whoever sends at the same time. `updated_at` stays: it would say when."""
    if circle.status not in OPEN_IN[Paper(paper)]:
        raise Used
    if not VoiceLink.objects.open_at(timezone.now()).filter(pk=link.pk, paper=paper).update(is_answered=True):
        raise Used
