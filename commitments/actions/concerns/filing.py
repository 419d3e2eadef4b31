"""Filing a concern, and finding it again by its receipt.

Neither writes an audit event: an event has a moment and an address, and whoever reads the trail would learn when the
form was used, and from where. The first event about a concern is the recipient's, and names nobody else.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from commitments.actions.concerns.rules import rules_of
from commitments.concerns import receipts, sealed, states
from commitments.concerns.recipients import is_mentioned, marks_of_named, marks_to_keep
from commitments.concerns.sealed import ANONYMOUS, WAYS, FileInfo, Reporter, Said
from commitments.models import (
    Commitment,
    Concern,
    ConcernEvidence,
    ConcernNamed,
    ConcernReporter,
    ConcernStep,
)
from commitments.uploads import checked_type, safe_name
from district.access import Permission, roles_with
from district.models import District, Organization, School, User
from district.sealing import CONCERNS

MOST_FILES = 3
LENGTHS: dict[str, int] = {
    "what": 4000,
    "where": 200,
    "when": 200,
    "about": 500,
    "promise": 300,
    "name": 120,
    "contact": 200,
    "child": 120,
    "child_day": 60,
}
"""Characters of each text at most."""


@dataclass(frozen=True)
class Filed:
    """A concern that was filed, and the receipt that is shown once."""

    concern: Concern
    receipt: str


def file_concern(
    *,
    district: District,
    kind: str,
    said: Said,
    reporter: Reporter = Reporter(),  # noqa: B008 - it is frozen
    school: School | None = None,
    commitment: Commitment | None = None,
    organization: Organization | None = None,
    files: Sequence[UploadedFile] = (),
    once: str = "",
    today: date | None = None,
) -> Filed:
    """Keep a concern, with who filed it apart. `once` is what the form carried: sent twice, it files once.

    Raises ValidationError by the names of the fields; for the whole (`key`) where no key is set.
    """
    if not CONCERNS.may_seal():
        raise ValidationError({"key": _("Concerns cannot be filed here now: nobody has set a key for them.")})
    said, reporter = _plain(said), _plain(reporter)
    checked = [_checked_file(file) for file in files]
    _refuse(district, kind, said, reporter, school, commitment, organization, len(checked))
    token = receipts.checked_once(once) or receipts.checked_once(receipts.new_once())
    assert token  # noqa: S101 - the second was made here
    for _try in range(2):
        key = uuid.UUID(hex=CONCERNS.marks("id of a concern", token)[0][:32], version=4)
        before = Concern.objects.filter(pk=key).first()
        if before and sealed.said_of(before.sealed) == said:
            return Filed(before, receipts.digits_of(token))
        if before:  # the same form, with other words in it: another concern
            token = receipts.new_once().partition(".")[0]
            continue
        receipt = receipts.digits_of(token)
        bucket, digest = receipts.bucket_and_hash(receipt)
        day = today or district.today()
        concern = Concern(
            uid=key,
            district=district,
            school=school,
            kind=kind,
            commitment=commitment,
            organization=organization,
            filed_on=day,
            next_due_on=rules_of(district).due_in(states.RECEIVED, day),
            sealed=sealed.seal_said(said),
            receipt_bucket=bucket,
            receipt_hash=digest,
        )
        try:
            _write(concern, said, reporter, checked)
        except IntegrityError:  # the other press of a double click was faster
            continue
        return Filed(concern, receipt)
    raise ValidationError(_("Something went wrong. Nothing was kept. Please send it again."))


def concern_of(receipt: str) -> Concern | None:
    """The concern of a receipt as somebody typed it; None when there is none. Raises NoKey."""
    digits = receipts.read_digits(receipt) or "0" * receipts.DIGITS
    found = None
    for bucket, digest in receipts.candidates(digits):
        rows = Concern.objects.kept().filter(receipt_bucket=bucket).order_by().values_list("pk", "receipt_hash")
        found = receipts.find(rows, digest) or found
    if found is None or receipts.read_digits(receipt) is None:
        return None
    return Concern.objects.select_related("district", "school", "correction").get(pk=found)


@transaction.atomic
def _write(concern: Concern, said: Said, reporter: Reporter, files: Sequence[tuple[FileInfo, bytes]]) -> None:
    concern.full_clean(exclude=["uid"], validate_unique=False)
    concern.save(force_insert=True)
    ConcernReporter.objects.create(mark=sealed.mark_of(concern.uid), sealed=sealed.seal_reporter(reporter))
    kind = ConcernStep.Kind.RECEIVED
    ConcernStep.objects.create(concern=concern, number=1, kind=kind, on=concern.filed_on, due_on=concern.next_due_on)
    marks = {*marks_of_named(said.about.splitlines()), *_marks_of_mentioned(concern.district, said)}
    ConcernNamed.objects.bulk_create(ConcernNamed(concern=concern, mark=mark) for mark in sorted(marks))
    for number, (info, content) in enumerate(files, start=1):
        row = ConcernEvidence(concern=concern, number=number)
        row.sealed, row.content = sealed.seal_info(info), sealed.seal_file(content)
        row.save(force_insert=True)


def _marks_of_mentioned(district: District, said: Said) -> set[str]:
    """The marks of recipients whom any of the texts calls by name or address."""
    roles = [role.value for role in roles_with(Permission.CONCERN_WORK)]
    users = User.objects.filter(grants__district=district, grants__role__in=roles).distinct()
    texts = (said.what, said.where, said.about, said.promise)
    return {mark for user in users for text in texts if is_mentioned(user, text) for mark in marks_to_keep(user)}


def _refuse(
    district: District,
    kind: str,
    said: Said,
    reporter: Reporter,
    school: School | None,
    commitment: Commitment | None,
    organization: Organization | None,
    files: int,
) -> None:
    """Raise ValidationError for what is missing, too long or does not fit together."""
    faults: dict[str, str] = {}
    texts = asdict(said) | asdict(reporter)
    for name, most in LENGTHS.items():
        if len(texts[name]) > most:
            faults[name] = _("At most %(limit)d characters.") % {"limit": most}
    if not said.what:
        faults["what"] = _("Say what happened.")
    if kind not in Concern.Kind.values:
        faults["kind"] = _("Choose what it is about.")
    if said.way not in WAYS:
        faults["way"] = _("Choose how you want to file it.")
    elif said.way == ANONYMOUS and reporter.is_known and organization is None:
        faults["name"] = _("You chose to stay anonymous: leave name and contact empty, or choose otherwise.")
    elif said.way != ANONYMOUS and not reporter.name and organization is None:
        faults["name"] = _("Say who you are, or choose to stay anonymous.")
    if kind == Concern.Kind.SENT_HOME and not reporter.child_day:
        faults["child_day"] = _("Say on which day the child was sent home.")
    if school and school.district_id != district.pk:
        faults["school"] = _("Choose a school of the district.")
    if any(one and one.district_id != district.pk for one in (commitment, organization)):
        faults["district"] = _("Everything it names must belong to its district.")
    if files > MOST_FILES:
        faults["files"] = _("At most %(limit)d files.") % {"limit": MOST_FILES}
    if faults:
        raise ValidationError(faults)


def _plain(texts: Any) -> Any:
    """The same texts without what cannot be stored and without white space around them."""
    values = asdict(texts)
    return replace(texts, **{k: v.replace("\0", "").strip() for k, v in values.items() if isinstance(v, str)})


def _checked_file(file: UploadedFile) -> tuple[FileInfo, bytes]:
    """What is known of a file by its content, and its bytes. Raises ValidationError for the field `files`."""
    try:
        content_type = checked_type(file)
    except ValidationError as error:
        raise ValidationError({"files": error.messages}) from error
    file.seek(0)
    content = file.read()
    return FileInfo(safe_name(file.name or "", content_type), content_type, len(content)), content
