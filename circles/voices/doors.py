"""Without a sign-in: the worksheet before a circle and the survey after it, each by a link that works once.

The page names nobody and no case: whoever finds an address learns nothing from it. What was sent is not shown again,
for the next student may hold the same tablet. What every such page has is in `district/secret_doors.py`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from circles.actions.voices import (
    ASKED,
    LONGEST_ANSWER,
    NothingSaid,
    NotNow,
    Paper,
    Used,
    keep_survey,
    keep_worksheet,
    opened_by,
)
from circles.models import VoiceLink
from circles.voices.survey import ANSWERS, QUESTIONS
from circles.voices.words import voice_words
from district.secret_doors import SecretDoor
from district.spoken import OWN_NAMES, SpokenWords

LOOKS_A_MINUTE = 60
"""A class with its tablets stands behind one address."""


class VoiceDoor(SecretDoor):
    """The paper that a link opens: empty, until it is sent."""

    limit_name = "voices"
    looks_a_minute = LOOKS_A_MINUTE

    link: VoiceLink

    def open_with(self, secret: str) -> bool:
        found = opened_by(secret)
        if found is not None:
            self.link = found
        return found is not None

    def every_words(self) -> list[SpokenWords]:
        return list(voice_words().values())

    def said(self) -> SpokenWords:
        """The words of the page: in the language that was chosen, else that of the link."""
        chosen = self.request.GET.get("lang", "")
        return voice_words()[chosen if chosen in voice_words() else self.link.language]

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return self.shown()

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        said, given, paper = self.said(), request.POST, self.link.paper
        try:
            if paper == Paper.WORKSHEET:
                answers = {name: given.get(name, "") for name in ASKED}
                keep_worksheet(link=self.link, answers=answers, language=said.language)
            else:
                keep_survey(link=self.link, answers={name: given.get(name, "") for name in QUESTIONS})
        except NothingSaid:
            is_long = any(len(given.get(name, "")) > LONGEST_ANSWER for name in ASKED)
            return self.shown(fault=said.say("error_long" if is_long else "error_nothing"))
        except NotNow:
            return self.shown(fault=said.say("error_later"), status=503)
        except Used:
            return self.closed()
        return self.written("circles/voices/thanks.html", {"said": said, "thanks": said.say(f"thanks_{paper}")})

    def shown(self, *, fault: str = "", status: int = 200) -> HttpResponse:
        """The empty paper, or what was typed where it could not be kept."""
        said, given = self.said(), self.request.POST if fault else {}
        context: dict[str, Any] = {
            "said": said,
            "paper": self.link.paper,
            "title": said.say(f"{self.link.paper}_title"),
            "lead": said.say(f"{self.link.paper}_lead"),
            "who": said.say(f"{self.link.paper}_who"),
            "fault": fault,
            "languages": list(OWN_NAMES.items()),
            "longest": LONGEST_ANSWER,
        }
        if self.link.paper == Paper.WORKSHEET:
            context["questions"] = [
                (name, said.say(name), said.say(f"{name}_help"), given.get(name, "")) for name in ASKED
            ]
        else:
            answers = [(answer, said.say(answer)) for answer in ANSWERS]
            context["questions"] = [(name, said.say(name), answers, given.get(name, "")) for name in QUESTIONS]
        return self.written("circles/voices/paper.html", context, status=status)
