"""Verbs about agreements: what was agreed and by whom, what came of it, when somebody asks again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from circles import agreement_rules as rules
from circles import case_states as states
from circles.models import (
    AgreementTerm,
    Assent,
    Circle,
    CircleAgreement,
    CircleParticipant,
    FollowUp,
    FollowUpRule,
    TermUpdate,
)
from commitments.actions.recording import refuse_before, refuse_future
from discipline.naming import may_name, names_in
from district import picker
from district.access import Permission, roles_with
from district.models import District, RoleGrant, User
from district.steps import StepNotAllowed, checked_note

from .trail import keep, locked_case, mend, move, refuse_closed

Term = AgreementTerm
MOST_TERMS = 30


@transaction.atomic
def agree_case(
    *,
    circle: Circle,
    agreed_on: date,
    owner: str | User,
    completion_on: date | None = None,
    intervals: str = "",
    by: User | None,
) -> Circle:
    """Record that people agreed, who answers for the follow-up (by e-mail), and when somebody asks again.

    `intervals`: days after the agreement, a comma list; empty: those of the district. The terms are added after it.
    Raises ValidationError, StepNotAllowed.
    """
    circle = locked_case(circle, states.AGREE)
    refuse_future(agreed_on, circle.school.district.today(), "agreed_on")
    refuse_before(agreed_on, circle.held_on, "agreed_on", _("The circle was held later than this day."))
    refuse_before(completion_on, agreed_on, "completion_on", _("That is before the agreement."))
    days = _intervals(circle.school.district, agreed_on, intervals)
    agreement = CircleAgreement(
        circle=circle, agreed_on=agreed_on, owner=_owner(circle, owner), completion_on=completion_on
    )
    keep(agreement, circle, by=by)
    for day in rules.check_days(agreed_on, days):
        FollowUp(agreement=agreement, due_on=day).save()
    return move(circle, states.AGREE, by=by, on=agreed_on)


@transaction.atomic
def add_term(
    *,
    agreement: CircleAgreement,
    owed_by: CircleParticipant,
    kind: str,
    text: str,
    due_on: date,
    owed_to: CircleParticipant | None = None,
    checks: str = "",
    evidence: str = "",
    names_checked: bool = False,
    by: User | None,
) -> Term:
    """Add a term, while the agreement is being written. Raises ValidationError, StepNotAllowed."""
    circle = locked_case(agreement.circle)
    if circle.status != states.AGREEMENT:
        raise StepNotAllowed(_("The agreement is settled. A term is renegotiated with those it concerns."), [])
    return _new_term(agreement, circle, owed_by, owed_to, kind, text, due_on, checks, evidence, names_checked, by)


@transaction.atomic
def settle_term(*, term: Term, status: str, on: date, note: str = "", by: User | None) -> Term:
    """Record what came of a term: met, met in part, not met. Raises ValidationError, StepNotAllowed."""
    if status not in (rules.MET, rules.PARTLY, rules.NOT_MET):
        raise ValidationError({"status": _("Say whether it was met, met in part, or not met.")})
    row, circle = _locked_term(term, status)
    return _date(row, circle, status, on, note, by)


@transaction.atomic
def waive_term(*, term: Term, on: date, note: str = "", by: User | None) -> Term:
    """Record that whoever a term was owed to does not ask for it any more. Raises ValidationError, StepNotAllowed."""
    row, circle = _locked_term(term, rules.WAIVED)
    if row.owed_to_id is None:
        raise ValidationError(_("It is owed to nobody by name, so nobody can waive it. Renegotiate it instead."))
    return _date(row, circle, rules.WAIVED, on, note, by)


@transaction.atomic
def renegotiate_term(
    *, term: Term, on: date, text: str, due_on: date, note: str = "", names_checked: bool = False, by: User | None
) -> Term:
    """Replace a term by another one that both sides agreed to; the former stays on record. Returns the new one.

    Raises ValidationError, StepNotAllowed.
    """
    row, circle = _locked_term(term, rules.RENEGOTIATED)
    refuse_before(due_on, on, "due_on", _("That is before the day of the new agreement."))
    _date(row, circle, rules.RENEGOTIATED, on, note, by)
    new = _new_term(
        row.agreement,
        circle,
        row.owed_by,
        row.owed_to,
        row.kind,
        text,
        due_on,
        "",
        row.evidence,
        names_checked,
        by,
        row,
    )
    return new


@transaction.atomic
def record_assent(
    *,
    agreement: CircleAgreement,
    participant: CircleParticipant,
    on: date,
    way: str,
    witness: str = "",
    by: User | None,
) -> CircleAgreement:
    """Record that somebody said yes to the agreement. A spoken yes has a witness. Raises ValidationError."""
    circle = locked_case(agreement.circle)
    refuse_closed(circle)
    refuse_future(on, circle.school.district.today(), "on")
    refuse_before(on, agreement.agreed_on, "on", _("That is before the agreement."))
    if participant.circle_id != circle.pk or not participant.attended:
        raise ValidationError({"participant": _("Choose somebody who was in the circle.")})
    if way == Assent.Way.SPOKEN and not witness.strip():
        raise ValidationError({"witness": _("Say who heard it.")})
    row = Assent(agreement=agreement, participant=participant, on=on, way=way, witness=witness.strip(), by=by)
    keep(row, circle, by=by, student=participant.student_id)
    return agreement


@transaction.atomic
def hand_over(*, agreement: CircleAgreement, owner: str | User, by: User | None) -> CircleAgreement:
    """Let somebody else answer for the follow-up. Raises ValidationError, StepNotAllowed."""
    circle = locked_case(agreement.circle)
    refuse_closed(circle)
    row = CircleAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    mend(row, {"owner": _owner(circle, owner)}, circle, by=by)
    return row


@transaction.atomic
def hold_completion(*, agreement: CircleAgreement, on: date, by: User | None) -> CircleAgreement:
    """Record the meeting at the end, in which people look at what was kept. Raises ValidationError, StepNotAllowed."""
    circle = locked_case(agreement.circle)
    refuse_closed(circle)
    refuse_future(on, circle.school.district.today(), "on")
    row = CircleAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if row.completed_on is not None:
        raise StepNotAllowed(_("The meeting at the end is on record."), [])
    mend(row, {"completed_on": on}, circle, by=by)
    return row


@transaction.atomic
def record_follow_up(*, follow_up: FollowUp, on: date, outcome: str, by: User | None) -> FollowUp:
    """Record what somebody found when they asked again. Raises ValidationError, StepNotAllowed a second time."""
    circle = locked_case(follow_up.agreement.circle)
    refuse_closed(circle)
    refuse_future(on, circle.school.district.today(), "on")
    row = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    if row.done_on is not None:
        raise StepNotAllowed(_("This was asked, and the answer is on record."), [])
    mend(row, {"done_on": on, "outcome": outcome, "by": by}, circle, by=by)
    return row


@transaction.atomic
def set_intervals(*, district: District, intervals: str, valid_from: date, by: User | None) -> FollowUpRule:
    """Set how many days after an agreement a district asks again. Agreements on record keep their days.

    Raises ValidationError.
    """
    rule = FollowUpRule(district=district, intervals=",".join(map(str, _read(intervals))), valid_from=valid_from, by=by)
    rule.full_clean()
    rule.save()
    return rule


def not_assented(circle: Circle) -> list[str]:
    """Names of the parties who were there and have not said yes to the agreement."""
    parties = circle.participants.standing().filter(attended=True, role__in=("responsible", "harmed", "focus"))
    return [str(one) for one in parties.filter(assent=None).select_related("student__person")]


def check_agreed(circle: Circle) -> None:
    """Raise ValidationError while an agreement has no terms, or a party has not said yes to it."""
    agreement = CircleAgreement.objects.filter(circle=circle).first()
    if agreement is None:
        return
    if not agreement.terms.exists():
        raise ValidationError(_("Add what was agreed: who does what, by when."))
    if missing := not_assented(circle):
        text = _("Has not said yes to the agreement: %(names)s.")
        raise ValidationError(text % {"names": ", ".join(missing)})


def check_settled(circle: Circle, reason: str) -> None:
    """Raise ValidationError where what came of the terms does not fit the reason for closing."""
    terms = [one.facts for one in Term.objects.filter(agreement__circle=circle)]
    is_open = any(one.status == rules.OPEN for one in terms)
    is_broken = any(one.status == rules.NOT_MET for one in terms)
    if reason == states.COMPLETED and is_open:
        raise ValidationError({"reason": _("Say of each term what came of it first.")})
    if reason == states.COMPLETED and is_broken:
        raise ValidationError({"reason": _("A term was not met. Renegotiate it, or close the case for that.")})
    if reason == states.TERMS_NOT_MET and not is_broken:
        raise ValidationError({"reason": _("No term is on record as not met.")})


def _new_term(
    agreement: CircleAgreement,
    circle: Circle,
    owed_by: CircleParticipant,
    owed_to: CircleParticipant | None,
    kind: str,
    text: str,
    due_on: date,
    checks: str,
    evidence: str,
    names_checked: bool,
    by: User | None,
    replaces: Term | None = None,
) -> Term:
    refuse_before(due_on, agreement.agreed_on, "due_on", _("That is before the agreement."))
    parties = [one for one in (owed_by, owed_to) if one is not None]
    if any(one.circle_id != circle.pk for one in parties) or owed_by == owed_to:
        raise ValidationError({"owed_by": _("Choose two people of this case.")})
    if agreement.terms.count() >= MOST_TERMS:
        raise ValidationError(_("An agreement that people can keep has fewer terms."))
    if not names_checked:
        _refuse_names(circle, by, text, evidence)
    row = Term(
        agreement=agreement,
        owed_by=owed_by,
        owed_to=owed_to,
        kind=kind,
        text=text.strip(),
        due_on=due_on,
        checks=", ".join(one.isoformat() for one in _days(checks, agreement.agreed_on, due_on)),
        evidence=evidence.strip(),
        replaces=replaces,
    )
    return keep(row, circle, by=by)


def _refuse_names(circle: Circle, by: User | None, *texts: str) -> None:
    """Refuse a text that seems to name a student: the other family reads it too.

    Who may look nobody up is told no name, and learns from no refusal who goes to the school: to them a text is
    refused for the names of this case, which they know, and for whatever looks like a name.
    """
    words = ". ".join(texts)
    if by is None or by.can(Permission.STUDENT_LOOKUP, circle.school):
        rows = picker.enrolled(circle.school, circle.school.district.today())
        names = list(rows.values_list("student__person__given_name", "student__person__family_name"))
        if found := names_in(words, names):
            text = _(
                "This seems to name a student: %(names)s. Both families read it: write “I” or “we”, or say you looked."
            )
            raise ValidationError({"text": text % {"names": ", ".join(found[:5])}})
        return
    students = circle.participants.standing().exclude(student=None)
    known = students.values_list("student__person__given_name", "student__person__family_name")
    if names_in(words, known) or any(may_name(one) for one in texts):
        raise ValidationError(
            {"text": _("This may name somebody. Both families read it: write “I” or “we”, or say you looked.")}
        )


def _locked_term(term: Term, status: str) -> tuple[Term, Circle]:
    circle = locked_case(term.agreement.circle)
    if circle.status not in (states.AGREEMENT, states.FOLLOW_UP):
        raise StepNotAllowed(_("The case is “%(status)s”.") % {"status": circle.get_status_display()}, [])
    row = Term.objects.select_for_update(of=("self",)).select_related("agreement", "owed_by", "owed_to").get(pk=term.pk)
    if status not in rules.TERM_STEPS[row.status]:
        words = _("The term is “%(status)s”.") % {"status": row.get_status_display()}
        raise StepNotAllowed(words, sorted(rules.TERM_STEPS[row.status]))
    return row, circle


def _date(row: Term, circle: Circle, status: str, on: date, note: str, by: User | None) -> Term:
    refuse_future(on, circle.school.district.today(), "on")
    refuse_before(on, row.agreement.agreed_on, "on", _("That is before the agreement."))
    update = TermUpdate(term=row, status=status, on=on, at=timezone.now(), by=by, note=checked_note(note)[:300])
    update.full_clean()
    update.save()
    mend(row, {"status": status, "settled_on": on}, circle, by=by)
    return row


def _days(text: str, first: date, last: date) -> Iterable[date]:
    """The days of a comma list, each between two days. Raises ValidationError."""
    try:
        days = sorted({date.fromisoformat(part.strip()) for part in text.split(",") if part.strip()})
    except ValueError:
        raise ValidationError({"checks": _("Write days as 2026-11-10, separated by commas.")})
    if any(not first <= one <= last for one in days):
        raise ValidationError({"checks": _("Each lies between the agreement and the day by which it is due.")})
    return days


def _intervals(district: District, day: date, text: str) -> tuple[int, ...]:
    if text.strip():
        return _read(text)
    rule = FollowUpRule.objects.filter(district=district, valid_from__lte=day).last()
    return rules.read_intervals(rule.intervals) if rule else rules.DEFAULT_INTERVALS


def _read(text: str) -> tuple[int, ...]:
    try:
        return rules.read_intervals(text)
    except ValueError:
        words = _("Write one to %(most)d numbers of days, each at most %(limit)d, such as 14, 42.")
        limits = {"most": rules.MOST_INTERVALS, "limit": rules.LONGEST_INTERVAL}
        raise ValidationError({"intervals": words % limits})


def _owner(circle: Circle, owner: str | User) -> User:
    """Who answers for the follow-up: somebody whose role works on cases of the school. Raises ValidationError."""
    if isinstance(owner, User):
        return owner
    roles = roles_with(Permission.CIRCLE_WORK)
    grants = RoleGrant.objects.holding_on(circle.school.district.today()).filter(
        role__in=roles, district=circle.school.district_id, user__email=owner.strip().lower(), user__is_active=True
    )
    found = next((one.user for one in grants.select_related("user") if one.school_id in (None, circle.school_id)), None)
    if found is None:
        raise ValidationError({"owner": _("Nobody with this address works on cases of this school.")})
    return found
