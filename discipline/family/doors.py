"""Without a sign-in: the page of a family, its letters, and what it asks for. The link's secret is the only key.

Answers are bounded in number, kept by no cache, found by no search engine and named to no other site. A secret that
opens nothing gets one answer, whatever is wrong with it.
"""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_date, parse_time
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from discipline.actions.families import ask, opened_by, record_opening
from discipline.actions.sent_home import allege_sent_home
from discipline.family.telling import letters_of, page_of, scope_of, years_of
from discipline.family.words import FamilyWords, family_words
from discipline.letters.composing import language_of
from discipline.letters.paper import letter_pdf, paper_of
from discipline.models import FamilyLink, FamilyRequest, LetterLanguage, Removal
from district.limits import is_within
from district.pdf import PDF_TYPE, PdfUnavailable

LOOKS_A_MINUTE = 30
"""Pages and letters that one address may open in a minute; tries with a wrong secret are among them."""
ASKS_AN_HOUR = 20
"""Times that one link may be used to ask in an hour."""
SENT_HOME = "sent_home"
ASKED = ("kind", "removal", "words", "begins_on", "days", "left_at", "told_by")
LENGTHS = {"half_day": "0.5", "one_day": "1", "two_days": "2", "three_days": "3", "five_days": "5"}
"""How long a child was kept at home → school days. Four or five are taken for five until staff have looked into it."""


@method_decorator(csrf_exempt, name="dispatch")
class FamilyDoor(View):
    """What every answer behind a family's link has.

    A form sent here needs no token against forgery: no cookie lets anybody in, only the secret in the address, and who
    knows that needs nobody's browser. A browser that tells no page where it comes from could not send one back either.
    """

    http_method_names = ("get", "head", "post", "options")

    link: FamilyLink

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_within(request, "family", LOOKS_A_MINUTE, 60):
            found = opened_by(str(kwargs["secret"]))
            if found is not None:
                self.link = found
            response = super().dispatch(request, *args, **kwargs) if found else self.closed()
        else:
            response = render(request, "429.html", status=429)
            response["Retry-After"] = "60"
        patch_cache_control(response, no_store=True, private=True)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def said(self) -> FamilyWords:
        """The words of the page: in the language that was chosen, else that of the family."""
        chosen = self.request.GET.get("lang", "")
        if chosen not in LetterLanguage.values:
            chosen = language_of(self.link.guardian, self.link.student)
        return family_words()[chosen]

    def closed(self) -> HttpResponse:
        """The one answer to a secret that opens nothing: in every language, for nobody knows whose it was."""
        context = {"all_said": list(family_words().values()), "said": family_words()[LetterLanguage.ENGLISH]}
        return self.written("over", context, status=404)

    def written(self, name: str, context: dict[str, Any], **options: Any) -> HttpResponse:
        """A page in the language and direction of its words."""
        with translation.override(context["said"].language):
            return render(self.request, f"discipline/family/{name}.html", context, **options)


class FamilyPage(FamilyDoor):
    """What was recorded about the child, rights and days, and the way to ask."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return self.shown(secret)

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        said = self.said()
        if not is_within(request, "family-ask", ASKS_AN_HOUR, 3600, who=str(self.link.uid)):
            return self.written("too_many", {"said": said}, status=429)
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
        return self.written("page", context)


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
            return self.written("letter", context)
        response = HttpResponse(file, content_type=PDF_TYPE)
        response["Content-Disposition"] = f'attachment; filename="letter-{letter.dated.isoformat()}.pdf"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


OWN_NAMES = {"en": "English", "es": "Español", "ar": "العربية", "bn": "বাংলা"}
"""Each language by the name that its speakers give it."""


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
