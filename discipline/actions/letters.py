"""Letters: templates given, changed and signed off; letters written for one recipient each, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discipline.actions.due_process import tick_step
from discipline.letters.composing import (
    compose,
    digest_of,
    fault_words,
    language_of,
    nobody_in_particular,
    pieces_of,
    versions_for,
)
from discipline.letters.markup import TextFaults, ValuesMissing
from discipline.letters.names import named_in, other_children
from discipline.letters.placeholders import IN_LANGUAGES, PLACEHOLDERS, TYPED_NAMES, Source
from discipline.letters.shipped import language_packs
from discipline.models import (
    Appeal,
    DueProcessStep,
    Letter,
    LetterKind,
    LetterLanguage,
    LetterReview,
    LetterStatus,
    LetterTemplate,
    LetterVersion,
    ManifestationDetermination,
    Removal,
)
from district import audit
from district.models import District, Guardian, User
from district.steps import StepNotAllowed, checked_note, checked_reason

SEND, HAND, RETURN, WITHDRAW = "send", "hand", "return", "withdraw"
STATES = Letter.State
LETTER_STEPS: dict[str, dict[str, str]] = {
    STATES.WRITTEN: {SEND: STATES.SENT, HAND: STATES.HANDED, WITHDRAW: STATES.WITHDRAWN},
    STATES.SENT: {HAND: STATES.HANDED, RETURN: STATES.RETURNED},
    STATES.RETURNED: {SEND: STATES.SENT, HAND: STATES.HANDED},
    STATES.HANDED: {},
    STATES.WITHDRAWN: {},
}
"""State of a letter → step → the state it leads to. What went out cannot be withdrawn: another letter says so."""

SIGN, TAKE_BACK = "sign", "take_back"
REVIEW_STEPS: dict[str, dict[str, str]] = {
    LetterVersion.Review.DRAFT: {SIGN: LetterVersion.Review.READY},
    LetterVersion.Review.READY: {TAKE_BACK: LetterVersion.Review.DRAFT},
}
"""Review of a version → the steps that may follow."""
TYPED_KEYS = frozenset(
    {*TYPED_NAMES, *(f"{name}_{language}" for name in IN_LANGUAGES for language in LetterLanguage.values)}
)
"""What may be typed for a letter."""
READ_BY_THE_DISTRICT = frozenset({LetterLanguage.ENGLISH, LetterLanguage.SPANISH})
"""Languages in which a text is ready as it is written; in any other somebody signs it off first."""


# --- Templates -------------------------------------------------------------------------------------------------------
def give_default_letters(*, district: District, by: User | None) -> int:
    """Give a district the letters that come with the product; return how many versions are new.

    Repeating changes nothing; a shipped text that says something else is a new version, unless the district has written
    its own.
    """
    made = 0
    with transaction.atomic():
        District.objects.select_for_update().get(pk=district.pk)
        standing = LetterVersion.objects.standing().filter(template__district=district).select_related("template")
        known = {(one.template.kind, one.template.language): one for one in standing}
        for pack in language_packs().values():
            for kind, text in pack.letters.items():
                version = known.get((kind, pack.language))
                if version and (not version.is_shipped or (version.subject, version.body) == (text.subject, text.body)):
                    continue
                template = version.template if version else None
                if template is None:
                    template = LetterTemplate.objects.create(district=district, kind=kind, language=pack.language)
                state = LetterVersion.Review.DRAFT if pack.is_draft else LetterVersion.Review.READY
                _add_version(template, version, text.subject, text.body, state, by=by, is_shipped=True)
                made += 1
        if made:
            audit.record(
                audit.Action.CREATE, by=by, target=district, district=district, details={"letter_versions": made}
            )
    return made


def change_template(*, version: LetterVersion, subject: str, body: str, reason: str, by: User) -> LetterVersion:
    """Write a new version of a template; the former one stays as it was. Raises ValidationError, StepNotAllowed."""
    reason = checked_reason(reason, missing=_("Say why the text changes."))
    check_template(subject, body)
    with transaction.atomic():
        stored = _locked_version(version)
        if (stored.subject, stored.body) == (subject, body):
            raise ValidationError({"body": _("This is what the template says already.")})
        is_ready = stored.template.language in READ_BY_THE_DISTRICT
        state = LetterVersion.Review.READY if is_ready else LetterVersion.Review.DRAFT
        made = _add_version(stored.template, stored, subject, body, state, by=by, reason=reason)
        _record_version(audit.Action.CREATE, made, by, {"number": [stored.number, made.number]}, {"reason": reason})
        return made


def review_template(*, version: LetterVersion, step: str, note: str = "", by: User) -> LetterVersion:
    """Sign a version off (`sign`), or take that back (`take_back`, with a reason). Raises as `change_template`."""
    note = checked_reason(note, field="note") if step == TAKE_BACK else checked_note(note)
    with transaction.atomic():
        stored = _locked_version(version)
        allowed = REVIEW_STEPS[stored.review]
        if step not in allowed:
            raise StepNotAllowed(_("This is how it stands already."), list(allowed))
        before, stored.review = stored.review, allowed[step]
        stored.save()
        LetterReview.objects.create(version=stored, review=stored.review, at=timezone.now(), by=by, note=note)
        _record_version(audit.Action.UPDATE, stored, by, {"review": [before, stored.review]}, {"note": note})
        return stored


def check_template(subject: str, body: str) -> None:
    """Raise ValidationError for a text that names what is not among the placeholders, line by line."""
    try:
        pieces_of(subject, body)
    except TextFaults as found:
        in_subject = [fault_words(one) for one in found.faults if not one.line]
        in_body = [fault_words(one) for one in found.faults if one.line]
        named = {"subject": in_subject, "body": in_body}
        raise ValidationError({name: texts for name, texts in named.items() if texts}) from found


# --- Letters ---------------------------------------------------------------------------------------------------------
def write_letters(
    *,
    removal: Removal,
    kind: str,
    guardians: Sequence[Guardian | None],
    typed: Mapping[str, str],
    language: str = "",
    due_step: DueProcessStep | None = None,
    appeal: Appeal | None = None,
    by: User,
) -> list[Letter]:
    """Write one letter for each recipient, in `language` or in that of each family, and keep what it says.

    A guardian of None is “the parent or guardian of” the student, for where nobody is on record. `typed` holds what the
    template asks the writer for. Raises ValidationError for a recipient who may not be told, a value that is missing
    and words that name another child; StepNotAllowed when the removal was voided.
    """
    if kind not in LetterKind.values:
        raise ValidationError({"kind": _("Choose one of the letters given.")})
    if not guardians:
        raise ValidationError({"guardians": _("Choose who gets the letter.")})
    with transaction.atomic():
        removal = _locked_removal(removal)
        check_letter(removal, kind, guardians, typed, due_step, appeal)
        day = removal.school.district.today()
        letters = []
        for guardian in guardians:
            chosen = language or language_of(guardian, removal.student)
            versions = versions_for(removal.school.district, kind, chosen)
            if not versions:
                raise ValidationError({"language": _("The district has no such letter in this language.")})
            recipient = guardian.person.name if guardian else ""
            content = composed(versions, removal, recipient, day, typed, appeal)
            letters.append(
                Letter(
                    removal=removal,
                    student=removal.student,
                    school=removal.school,
                    guardian=guardian,
                    appeal=appeal,
                    due_step=due_step,
                    version=versions[0],
                    kind=kind,
                    language=chosen,
                    recipient=(recipient or nobody_in_particular(chosen, removal.student.person.name))[:300],
                    content=content,
                    digest=digest_of(content),
                    dated=day,
                    by=by,
                )
            )
        for letter in letters:
            letter.save()
            LetterStatus.objects.create(letter=letter, state=letter.state, day=day, at=timezone.now(), by=by)
            details = {"kind": kind, "language": letter.language, "version": letter.version.number}
            _record(audit.Action.CREATE, letter, by, {"state": [None, letter.state]}, details)
        return letters


def composed(
    versions: Sequence[LetterVersion],
    removal: Removal,
    recipient: str,
    day: date,
    typed: Mapping[str, str],
    appeal: Appeal | None,
) -> dict[str, Any]:
    """The content of a letter. Raises ValidationError, at its field, for every value that is missing."""
    try:
        return compose(versions=versions, removal=removal, recipient=recipient, day=day, typed=typed, appeal=appeal)
    except ValuesMissing as missing:
        faults = {
            name if PLACEHOLDERS[name].source is Source.TYPED else "kind": _("The letter needs this: %(what)s.")
            % {"what": _(PLACEHOLDERS[name].words)}
            for name in missing.names
        }
        raise ValidationError(faults) from missing


def check_letter(
    removal: Removal,
    kind: str,
    guardians: Sequence[Guardian | None],
    typed: Mapping[str, str],
    due_step: DueProcessStep | None,
    appeal: Appeal | None,
) -> None:
    """Raise ValidationError where a letter must not be written as it is asked for."""
    today = removal.school.district.today()
    told = set(
        Guardian.objects.valid_on(today)
        .filter(student=removal.student_id, may_be_told=True)
        .values_list("pk", flat=True)
    )
    if any(guardian is not None and guardian.pk not in told for guardian in guardians):
        raise ValidationError({"guardians": _("This person may not be told about the student.")})
    if kind == LetterKind.APPEAL_DECISION:
        if appeal is None or appeal.removal_id != removal.pk or appeal.state != Appeal.State.DECIDED:
            raise ValidationError({"appeal": _("Choose an appeal against this removal that was decided.")})
    elif appeal is not None:
        raise ValidationError({"appeal": _("Only a decision on an appeal is about one.")})
    if kind == LetterKind.DETERMINATION_MEETING:
        rows = ManifestationDetermination.objects.standing().filter(removal=removal)
        if not rows.exists():
            raise ValidationError({"kind": _("No change of placement is on record for this removal.")})
    if due_step is not None and (due_step.removal_id != removal.pk or due_step.state != DueProcessStep.State.OPEN):
        raise ValidationError({"due_step": _("Choose a step of this removal that is still to do.")})
    own = [removal.student.person.name, *(one.person.name for one in guardians if one)]
    others = other_children(removal.incident, removal.student)
    for name, text in typed.items():
        if name not in TYPED_KEYS:
            raise ValidationError({"typed": _("“%(name)s” is not asked for.") % {"name": str(name)[:40]}})
        if found := named_in([text], others, own):
            words = _("This names another child: %(names)s. Say it without a name, such as “another student”.")
            raise ValidationError({name: words % {"names": ", ".join(found)}})


def record_letter(*, letter: Letter, step: str, on: date, way: str = "", note: str = "", by: User) -> Letter:
    """Keep what became of a letter: sent, handed over, come back, withdrawn. A step that it does is ticked off with it.

    Raises ValidationError for a day that cannot be, without a way for one that went out, and without words for one that
    came back or is withdrawn; StepNotAllowed when its state does not allow the step.
    """
    with transaction.atomic():
        rows = Letter.objects.select_for_update(of=("self",)).select_related("school__district", "due_step", "by")
        stored = rows.get(pk=letter.pk)
        allowed = LETTER_STEPS[stored.state]
        if step not in allowed:
            message = _("The letter is “%(state)s”, which does not allow this.") % {"state": stored.get_state_display()}
            raise StepNotAllowed(message, list(allowed))
        goes_out = step in (SEND, HAND)
        if goes_out and way not in LetterStatus.Way.values:
            raise ValidationError({"way": _("Say how it went.")})
        note = checked_note(note) if goes_out else checked_reason(note, field="note", missing=_("Say why."))
        last = stored.statuses.order_by("at", "pk").last()
        if on > stored.school.district.today():
            raise ValidationError({"on": _("This day has not come yet.")})
        if on < (last.day if last else stored.dated):
            raise ValidationError({"on": _("This day is before what happened to the letter last.")})
        before, stored.state = stored.state, allowed[step]
        stored.save()
        LetterStatus.objects.create(
            letter=stored, state=stored.state, day=on, at=timezone.now(), way=way if goes_out else "", note=note, by=by
        )
        details = {"day": on.isoformat(), "way": way, "note": note}
        _record(audit.Action.UPDATE, stored, by, {"state": [before, stored.state]}, details)
        due = stored.due_step
        if goes_out and due is not None and due.state == DueProcessStep.State.OPEN:
            tick_step(step=due, done_on=on, done_by=str(by), way="letter", document=_document(stored), by=by)
        return stored


def _document(letter: Letter) -> str:
    return _("Letter %(id)s, %(kind)s") % {"id": str(letter.uid)[:8], "kind": letter.get_kind_display()}


def _add_version(
    template: LetterTemplate,
    former: LetterVersion | None,
    subject: str,
    body: str,
    review: str,
    *,
    by: User | None,
    reason: str = "",
    is_shipped: bool = False,
) -> LetterVersion:
    if former is not None:
        former.replaced_at = timezone.now()
        former.save()
    version = LetterVersion(
        template=template,
        number=former.number + 1 if former else 1,
        subject=subject,
        body=body,
        review=review,
        is_shipped=is_shipped,
        by=by,
        reason=reason,
    )
    version.full_clean(exclude=["template", "by"])
    version.save()
    return version


def _locked_version(version: LetterVersion) -> LetterVersion:
    rows = LetterVersion.objects.select_for_update(of=("self",)).select_related("template__district")
    stored = rows.get(pk=version.pk)
    if stored.replaced_at is not None:
        raise StepNotAllowed(_("A later version has taken its place."), ())
    return stored


def _locked_removal(removal: Removal) -> Removal:
    rows = Removal.objects.select_for_update(of=("self",))
    stored = rows.select_related("school__district", "incident", "student__person", "school_year").get(pk=removal.pk)
    if stored.voided_at is not None:
        raise StepNotAllowed(_("This removal has been voided."), ())
    return stored


def _record(
    action: audit.Action, letter: Letter, by: User, changes: dict[str, list[Any]], details: dict[str, Any]
) -> None:
    audit.record(
        action,
        by=by,
        target=letter,
        district=letter.school.district_id,
        school=letter.school_id,
        student=letter.student_id,
        changes=changes,
        details={name: value for name, value in details.items() if value},
    )


def _record_version(
    action: audit.Action,
    version: LetterVersion,
    by: User | None,
    changes: dict[str, list[Any]],
    details: dict[str, Any],
) -> None:
    told = {"kind": version.template.kind, "language": version.template.language, **details}
    audit.record(
        action,
        by=by,
        target=version,
        district=version.template.district_id,
        changes=changes,
        details={name: value for name, value in told.items() if value},
    )
