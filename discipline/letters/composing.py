"""A template filled in for one recipient: the content that a letter keeps, frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from discipline.letters.facts import conditions_of, day_in_words, facts_of, in_words
from discipline.letters.markup import Fault, Piece, TextFaults, fill, left_to_right, names_in, read, read_line
from discipline.letters.placeholders import CONDITIONS, IN_LANGUAGES, PLACEHOLDERS, TYPED_NAMES, Source
from discipline.letters.shipped import LanguagePack, language_packs
from discipline.models import Appeal, LetterLanguage, LetterTemplate, LetterVersion, Removal
from district.models import District, Guardian, Student

MAY_LACK = frozenset(name for name, one in PLACEHOLDERS.items() if one.source is Source.PERHAPS)
ENGLISH = LetterLanguage.ENGLISH.value

Content = dict[str, Any]
"""What a letter keeps: letterhead (lines), and texts, each with language, direction, day, notices, title, subject and
blocks (kind, text). A draft translation is followed by the text in English.
"""


def pieces_of(subject: str, body: str) -> tuple[Piece, tuple[Piece, ...]]:
    """Read a template. Raises TextFaults with what is wrong in either."""
    faults: list[Fault] = []
    read_subject, read_body = Piece("", ""), ()
    try:
        read_subject = read_line(subject, PLACEHOLDERS)
    except TextFaults as found:
        faults += found.faults
    try:
        read_body = read(body, PLACEHOLDERS, CONDITIONS)  # type: ignore[assignment]
    except TextFaults as found:
        faults += found.faults
    if faults:
        raise TextFaults(faults)
    return read_subject, read_body


def typed_of(versions: Collection[LetterVersion]) -> list[str]:
    """The placeholders of the versions that somebody has to type, in the order of the closed list."""
    named = {name for one in versions for name in names_in([*_flat(*pieces_of(one.subject, one.body))])}
    return [name for name in TYPED_NAMES if name in named]


def versions_for(district: District, kind: str, language: str) -> list[LetterVersion]:
    """The standing version of a letter; a draft is followed by the English one. Empty where the district has none."""
    wanted = LetterVersion.objects.standing().filter(template__district=district, template__kind=kind)
    found = {one.template.language: one for one in wanted.select_related("template")}
    if language not in found:
        return []
    version = found[language]
    is_alone = version.review == LetterVersion.Review.READY or language == ENGLISH or ENGLISH not in found
    return [version] if is_alone else [version, found[ENGLISH]]


def languages_with(district: District, kind: str) -> list[str]:
    """The languages in which a district has a letter."""
    rows = LetterTemplate.objects.filter(district=district, kind=kind)
    found = set(rows.values_list("language", flat=True))
    return [code for code in LetterLanguage.values if code in found]


def language_of(guardian: Guardian | None, student: Student) -> str:
    """The language of a letter: the first of the recipient's, else of the home's, in which letters are written."""
    tags = [*(guardian.languages if guardian else ()), *student.home_languages]
    known = [tag.split("-")[0] for tag in tags]
    return next((tag for tag in known if tag in LetterLanguage.values), ENGLISH)


def compose(
    *,
    versions: Collection[LetterVersion],
    removal: Removal,
    recipient: str,
    day: date,
    typed: Mapping[str, str],
    appeal: Appeal | None = None,
) -> Content:
    """Return the content of a letter: one text for each of `versions`. `recipient` is empty where nobody is known.

    `typed` may hold a text in another language beside it, such as `facts_es` beside `facts`. Raises ValuesMissing with
    what the record or the writer still has to give.
    """
    facts = facts_of(removal, appeal) | {"today": day} | {name: text.strip() for name, text in typed.items()}
    return content_of(versions, facts, conditions_of(removal), recipient)


def example_of(version: LetterVersion, holds: Collection[str]) -> Content:
    """Return a version with the values of an example, for those conditions that are asked for."""
    facts = {name: one.example for name, one in PLACEHOLDERS.items()}
    return content_of([version], facts, frozenset(holds), facts["recipient"])


def content_of(
    versions: Collection[LetterVersion], facts: dict[str, Any], holds: Collection[str], recipient: str
) -> Content:
    """Return the content for facts as the record holds them. Raises ValuesMissing."""
    texts = [_text(version, facts, holds, recipient, is_first=not place) for place, version in enumerate(versions)]
    return {"letterhead": [facts["district"], facts["school"]], "texts": texts}


def _text(
    version: LetterVersion, facts: dict[str, Any], holds: Collection[str], recipient: str, *, is_first: bool
) -> dict[str, Any]:
    pack = language_packs()[version.template.language]
    to = recipient or nobody_in_particular(pack.language, facts["student"])
    own = {name: said for name in IN_LANGUAGES if (said := facts.get(f"{name}_{pack.language}"))}
    values = in_words(facts | own | {"recipient": to}, pack)
    subject, body = pieces_of(version.subject, version.body)
    isolates = pack.direction == "rtl"
    lines = fill([subject], values, holds, isolates=isolates)
    blocks = fill(body, values, holds, may_lack=MAY_LACK, isolates=isolates)
    is_draft = version.review == LetterVersion.Review.DRAFT
    day = facts["today"]
    return {
        "language": pack.language,
        "direction": pack.direction,
        "version": str(version.uid) if version.pk else "",
        "number": version.number,
        "day": day_in_words(day if isinstance(day, date) else date.fromisoformat(day), pack),
        "notices": _notices(pack) if is_draft else [],
        "title": "" if is_first else pack.words["original"],
        "subject": lines[0].text,
        "blocks": [[block.kind, block.text] for block in blocks],
    }


def nobody_in_particular(language: str, student: str) -> str:
    """Who gets a letter where no guardian is on record: “the parent or guardian of” the student."""
    return language_packs()[language].words["guardian_of"].replace("{student}", student)


def _notices(pack: LanguagePack) -> list[str]:
    """What a draft says of itself: in its language, and in English for whoever prints it."""
    english = "Draft, not reviewed. The English text holds."
    shown = left_to_right(english) if pack.direction == "rtl" else english
    return [line for line in (pack.words["not_reviewed"], shown) if line]


def digest_of(content: Content) -> str:
    """SHA-256 of a content, by which anybody can check that it was not touched since."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def fault_words(fault: Fault) -> str:
    """What is wrong in a template, in a sentence that says what to do."""
    sentences = {
        "unknown": _("“{%(word)s}” is not among the placeholders. Choose one from the list beside."),
        "brace": _("A brace stands alone. Braces are for placeholders only, such as {student}."),
        "condition": _("“[%(word)s]” is not among the conditions. Choose one from the list beside."),
        "nested": _("“[%(word)s]” begins before the block above it has ended. Put [end] first."),
        "unopened": _("[end] ends nothing: no block has begun."),
        "open": _("The block “[%(word)s]” never ends. Put [end] on a line of its own."),
        "empty": _("There is no text."),
    }
    said = sentences[fault.code] % {"word": fault.word[:40]}
    place = _("Line %(line)d: %(fault)s") if fault.line else _("Subject: %(fault)s")
    return place % {"line": fault.line, "fault": said} if fault.line else place % {"fault": said}


def _flat(subject: Piece, body: tuple[Piece, ...]) -> list[Piece]:
    return [subject, *body]
