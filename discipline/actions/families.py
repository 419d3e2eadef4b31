"""The page of a family: links made and revoked, what is asked for through them, and how staff answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.letters.names import named_in, other_children
from discipline.models import (
    FamilyLink,
    FamilyRequest,
    FamilyRequestStatus,
    Incident,
    LetterLanguage,
    Removal,
)
from district import audit
from district.access import Permission
from district.models import Guardian, Person, School, Student, User
from district.models.places import calendar_of
from district.secret_links import hash_of, new_secret
from district.steps import StepNotAllowed, checked_reason

LONGEST_LINK = 60
"""Days for which a link opens a page at most."""
OPEN_REQUESTS = 10
"""Requests of one guardian about one student that may wait at the same time: a link is no way to flood a desk."""
ANSWER_WITHIN = {FamilyRequest.Kind.MEETING: 5, FamilyRequest.Kind.AMENDMENT: 20, FamilyRequest.Kind.APPEAL: 1}
"""School days until a request is due. The law says “reasonable” (34 CFR 99.20(b)); these are the product's."""

GRANT, DECLINE = "grant", "decline"
STATES = FamilyRequest.State
REQUEST_STEPS: dict[str, dict[str, str]] = {
    STATES.OPEN: {GRANT: STATES.GRANTED, DECLINE: STATES.DECLINED},
    STATES.DECLINED: {GRANT: STATES.GRANTED},
    STATES.GRANTED: {},
}
"""State of a request → step → the state it leads to. What was declined may be done after all, such as on a hearing."""


def refusal_of(guardian: Guardian) -> str:
    """Why a guardian gets no page, in a sentence for staff; empty where one may have it."""
    today = guardian.student.district.today()
    if guardian.voided_at is not None:
        return _("This guardian was voided.")
    if not guardian.may_be_told:
        return _("This person may not be told about the student: %(why)s") % {"why": guardian.restriction}
    if (guardian.begins_on and guardian.begins_on > today) or (guardian.ends_on and guardian.ends_on < today):
        return _("This person is not the student's guardian today.")
    return ""


def make_link(*, guardian: Guardian, school: School, days: int, by: User) -> tuple[FamilyLink, str]:
    """Make a link for a guardian; return it with its secret, which nobody can read again.

    Raises ValidationError for a guardian who may not be told and for days beyond `LONGEST_LINK`.
    """
    if not 1 <= days <= LONGEST_LINK:
        raise ValidationError({"days": _("From 1 to %(limit)d days.") % {"limit": LONGEST_LINK}})
    with transaction.atomic():
        rows = Guardian.objects.select_for_update(of=("self",)).select_related("student__district", "person")
        stored = rows.get(pk=guardian.pk)
        if refused := refusal_of(stored):
            raise ValidationError({"days": refused})
        secret = new_secret()
        link = FamilyLink.objects.create(
            guardian=stored,
            student=stored.student,
            school=school,
            secret_hash=hash_of(secret),
            expires_at=timezone.now() + timedelta(days=days),
            made_by=by,
        )
        _record(audit.Action.CREATE, link, by, {"expires_at": [None, link.expires_at.isoformat()]})
        return link, secret


def revoke_link(*, link: FamilyLink, reason: str, by: User) -> FamilyLink:
    """Revoke a link at once. Raises ValidationError without a reason, StepNotAllowed when it was revoked."""
    reason = checked_reason(reason, missing=_("Say why it is revoked."))
    with transaction.atomic():
        stored = FamilyLink.objects.select_for_update(of=("self",)).select_related("school").get(pk=link.pk)
        if stored.revoked_at is not None:
            raise StepNotAllowed(_("This link has been revoked already."), ())
        stored.revoked_at, stored.revoked_by, stored.revoke_reason = timezone.now(), by, reason
        stored.save()
        _record(audit.Action.UPDATE, stored, by, {"revoked_at": [None, stored.revoked_at.isoformat()]}, reason=reason)
        return stored


def opened_by(secret: str) -> FamilyLink | None:
    """Return the link that a secret opens now; None for one that is unknown, over or revoked, for a guardian who may
    not be told (any more), and where who made it may not show the record of this school any more. Reads only.
    """
    rows = FamilyLink.objects.open_at(timezone.now()).select_related(
        "guardian__person",
        "guardian__student__district",
        "student__person",
        "student__district",
        "school__district",
        "made_by",
    )
    link = rows.filter(secret_hash=hash_of(secret)).first()
    if link is None or link.student.merged_into_id is not None or link.guardian.student_id != link.student_id:
        return None
    if refusal_of(link.guardian) or not link.made_by.can(Permission.FAMILY_PAGE, link.school):
        return None
    return link


def record_opening(link: FamilyLink, what: str) -> None:
    """Leave the trace of a look at the page or at a letter, before anything is shown: for whom, and by whose link."""
    with transaction.atomic():
        FamilyLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=timezone.now())
        told = {"what": what, "guardian": str(link.guardian.uid), "made_by": link.made_by_id}
        _record(audit.Action.VIEW, link, None, {}, **told)


def ask(*, link: FamilyLink, kind: str, words: str, language: str, removal: Removal | None = None) -> FamilyRequest:
    """Keep what a family asks for: a task for the school with a day. Asked again word for word, it is the same one.

    Raises ValidationError without words, for an appeal against no removal of the child, when too much waits already.
    """
    words = " ".join(words.split())
    if kind not in FamilyRequest.Kind.values:
        raise ValidationError({"kind": _("Choose what you ask for.")})
    if not words or len(words) > 2000 or "\0" in words:
        raise ValidationError({"words": _("Say in a few words what you ask for, in at most 2,000 characters.")})
    if removal is not None and removal.student_id != link.student_id:
        raise ValidationError({"removal": _("Choose a removal of your child.")})
    if kind == FamilyRequest.Kind.APPEAL and removal is None:
        raise ValidationError({"removal": _("Choose what the appeal is against.")})
    with transaction.atomic():
        FamilyLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
        waiting = FamilyRequest.objects.filter(guardian=link.guardian, state=STATES.OPEN)
        if same := waiting.filter(kind=kind, words=words, removal=removal).first():
            return same
        if waiting.count() >= OPEN_REQUESTS:
            raise ValidationError(
                {"too_many": _("Several requests of yours wait for an answer. Please call the school.")}
            )
        school = removal.school if removal else link.school
        today = school.district.today()
        request = FamilyRequest.objects.create(
            link=link,
            guardian=link.guardian,
            student=link.student,
            school=school,
            removal=removal,
            kind=kind,
            words=words,
            language=language if language in LetterLanguage.values else LetterLanguage.ENGLISH,
            asked_on=today,
            due_on=due_after(school, ANSWER_WITHIN[FamilyRequest.Kind(kind)]),
        )
        FamilyRequestStatus.objects.create(request=request, state=request.state, at=timezone.now())
        _record(audit.Action.CREATE, request, None, {"state": [None, request.state]}, kind=kind)
        return request


def answer_request(*, request: FamilyRequest, step: str, answer: str, by: User) -> FamilyRequest:
    """Answer a family: done as asked (`grant`), or not, with the reason (`decline`). The family reads the answer.

    An appeal is filed, and a record amended, by their own verbs; this says what came of the request. Raises
    ValidationError without words and for words that name another child, StepNotAllowed when it was answered.
    """
    missing = _("Say what the family should know.")
    answer = checked_reason(answer, field="answer", missing=missing)
    with transaction.atomic():
        rows = FamilyRequest.objects.select_for_update(of=("self",))
        stored = rows.select_related("school", "student__person", "guardian__person").get(pk=request.pk)
        allowed = REQUEST_STEPS[stored.state]
        if step not in allowed:
            message = _("The request is “%(state)s”, which does not allow this.") % {
                "state": stored.get_state_display()
            }
            raise StepNotAllowed(message, list(allowed))
        check_names(answer, stored.student, [stored.guardian.person.name], field="answer", by=by)
        before, stored.state = stored.state, allowed[step]
        stored.save()
        FamilyRequestStatus.objects.create(request=stored, state=stored.state, at=timezone.now(), by=by, answer=answer)
        _record(audit.Action.UPDATE, stored, by, {"state": [before, stored.state]}, kind=stored.kind)
        return stored


def check_names(text: str, student: Student, own: list[str], *, field: str, by: User) -> None:
    """Raise ValidationError for words to a family that name another child of any incident of the student.

    The refusal repeats the names of those incidents alone that `by` may read.
    """
    own = [student.person.name, *own]
    incidents = Incident.objects.filter(involvements__student=student).distinct()
    readable = set(incidents.visible_to(by).values_list("pk", flat=True))
    told: dict[int, Person] = {}
    hidden: dict[int, Person] = {}
    for incident in incidents:
        group = told if incident.pk in readable else hidden
        group.update((person.pk, person) for person in other_children(incident, student))
    if found := named_in([text], told.values(), own):
        words = _("This names another child: %(names)s. Say it without a name, such as “another student”.")
        raise ValidationError({field: words % {"names": ", ".join(found)}})
    if named_in([text], hidden.values(), own):
        raise ValidationError({field: _("This names another child. Say it without a name, such as “another student”.")})


def due_after(school: School, days: int) -> Any:
    """The day that is so many school days from today; None where the calendar does not reach it."""
    try:
        return calendar_of(school.district, school).nth_school_day_after(school.district.today(), days)
    except ValueError:
        return None


def _record(
    action: audit.Action,
    row: FamilyLink | FamilyRequest,
    by: User | None,
    changes: dict[str, list[Any]],
    **details: Any,
) -> None:
    audit.record(
        action,
        by=by,
        target=row,
        district=row.school.district_id,
        school=row.school_id,
        student=row.student_id,
        changes=changes,
        details=details,
    )
