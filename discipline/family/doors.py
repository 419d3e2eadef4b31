"""Without a sign-in: the page of a family, its letters, and what it asks for. The link's secret is the only key.

What every such page has is in `district/secret_doors.py`.
"""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date, parse_time

from discipline.actions.families import ask, opened_by, record_opening
from discipline.actions.sent_home import allege_sent_home
from discipline.family.telling import letters_of, page_of, scope_of, years_of
from discipline.family.words import FamilyWords, family_words
from discipline.letters.composing import language_of
from discipline.letters.paper import letter_pdf, paper_of
from discipline.models import FamilyLink, FamilyRequest, LetterLanguage, Removal
from district.limits import is_within
from district.pdf import PDF_TYPE, PdfUnavailable
from district.secret_doors import SecretDoor
from district.spoken import OWN_NAMES

LOOKS_A_MINUTE = 30
"""Pages and letters that one address may open in a minute; tries with a wrong secret are among them."""
ASKS_AN_HOUR = 20
"""Times that one link may be used to ask in an hour."""
SENT_HOME = "sent_home"
ASKED = ("kind", "removal", "words", "begins_on", "days", "left_at", "told_by")
LENGTHS = {"half_day": "0.5", "one_day": "1", "two_days": "2", "three_days": "3", "five_days": "5"}
"""How long a child was kept at home → school days. Four or five are taken for five until staff have looked into it."""


class FamilyDoor(SecretDoor):
    """What every answer behind a family's link has."""

    limit_name = "family"
    looks_a_minute = LOOKS_A_MINUTE

    link: FamilyLink

    def open_with(self, secret: str) -> bool:
        found = opened_by(secret)
        if found is not None:
            self.link = found
        return found is not None

    def said(self) -> FamilyWords:
        """The words of the page: in the language that was chosen, else that of the family."""
        chosen = self.request.GET.get("lang", "")
        if chosen not in LetterLanguage.values:
            chosen = language_of(self.link.guardian, self.link.student)
        return family_words()[chosen]

    def every_words(self) -> list[FamilyWords]:
        return list(family_words().values())


class FamilyPage(FamilyDoor):
    """What was recorded about the child, rights and days, and the way to ask."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return self.shown(secret)

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        said = self.said()
        if not is_within(request, "family-ask", ASKS_AN_HOUR, 3600, who=str(self.link.uid)):
            return self.written("discipline/family/too_many.html", {"said": said}, status=429)
        try:
            due_on = self.keep(said)
        except ValidationError as error:
            fields = error.message_dict if hasattr(error, "error_dict") else {"words": error.messages}
            return self.shown(secret, faults=[_fault(said, name) for name in fields])
        return self.shown(secret, thanks=said.say("thanks", day=said.day(due_on)))

    def keep(self, said: FamilyWords) -> Any:
        """Keep what was asked for; return by when it is answered. Raises ValidationError, by the fields of the form."""
        given, link = self.request.POST, self.link
        if given.get("kind") == SENT_HOME:
            begins_on = _day(given.get("begins_on", ""))
            return allege_sent_home(
                link=link,
                begins_on=begins_on,
                days=Decimal(LENGTHS.get(given.get("days", ""), "0.5")),
                left_at=_time(given.get("left_at", "")),
                told_by=_plain(given.get("told_by", ""))[:200],
                words=_plain(given.get("words", ""))[:2000],
            ).due_on
        uid = given.get("removal", "")
        removal = None
        if uid:
            rows = Removal.objects.standing().filter(scope_of(link), student=link.student_id)
            removal = next((row for row in rows.select_related("school__district") if str(row.uid) == uid), None)
            if removal is None:
                raise ValidationError({"removal": "unknown"})
        kind = given.get("kind", "")
        return ask(link=link, kind=kind, words=given.get("words", ""), language=said.language, removal=removal).due_on

    def shown(self, secret: str, *, thanks: str = "", faults: list[str] | None = None) -> HttpResponse:
        """The page, with what became of what was sent; what was typed stays where it was refused. Each is a look."""
        record_opening(self.link, "page")
        said = self.said()
        given = self.request.POST if faults else {}
        context = page_of(self.link, said, secret) | {
            "thanks": thanks,
            "faults": faults or [],
            "given": {name: given.get(name, "") for name in ASKED},
            "languages": list(OWN_NAMES.items()),
            "kinds": [(kind, said.say(f"ask_{kind}")) for kind in (*FamilyRequest.Kind.values, SENT_HOME)],
            "lengths": [(name, said.say(name)) for name in LENGTHS],
        }
        return self.written("discipline/family/page.html", context)


class FamilyLetter(FamilyDoor):
    """A letter to this guardian, as it was written."""

    def get(self, request: HttpRequest, secret: str, uid: Any) -> HttpResponse:
        letter = letters_of(self.link, years_of(self.link)).filter(uid=uid).first()
        if letter is None:
            return self.closed()
        record_opening(self.link, "letter")
        try:
            file = letter_pdf(letter.content)
        except PdfUnavailable:
            context = {"content": paper_of(letter.content), "said": self.said()}
            return self.written("discipline/family/letter.html", context)
        response = HttpResponse(file, content_type=PDF_TYPE)
        response["Content-Disposition"] = f'attachment; filename="letter-{letter.dated.isoformat()}.pdf"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _fault(said: FamilyWords, name: str) -> str:
    return said.say(f"error_{name}" if f"error_{name}" in said.words else "error_words")


def _day(text: str) -> Any:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({"begins_on": "no day"})
    return day


def _time(text: str) -> time | None:
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()
