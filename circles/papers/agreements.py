"""The copy of an agreement for one party: what they owe and what is owed to them, naming nobody but them.

Everybody else stands there by their part. Where the words of a term name another child of the case or of what led to
it, or an adult of the case (an aunt tells whose aunt she is), they are not printed: the party asks who follows it up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from circles.agreement_rules import RENEGOTIATED, WAIVED
from circles.models import AgreementTerm, Assent, CircleAgreement, CircleParticipant
from circles.papers.shipped import ENGLISH, Words, languages
from discipline.letters.markup import fill, left_to_right, read_line
from discipline.letters.names import adults_named_in, named_in, other_children
from discipline.letters.shipped import language_packs
from district.models import Person

PLACES = frozenset({"name", "day", "whom", "who", "text", "owner"})
ENGLISH_HOLDS = "Draft, not reviewed. The English text holds."

Content = dict[str, Any]
"""What `discipline/letters/_letter.html` shows: letterhead, and texts with language, direction, day and blocks."""


def copy_of(agreement: CircleAgreement, party: CircleParticipant, language: str) -> Content:
    """Return the copy of `party` in a language; a draft is followed by the same in English. Eight queries."""
    people = list(agreement.circle.participants.select_related("student__person").order_by("pk"))
    terms = list(agreement.terms.exclude(status__in=(WAIVED, RENEGOTIATED)).order_by("due_on", "pk"))
    days = list(agreement.follow_ups.order_by("due_on").values_list("due_on", flat=True))
    assent = Assent.objects.filter(agreement=agreement, participant=party).first()
    others = _other_children(agreement, party, people)
    found = languages()
    chosen = [found[language], *([found[ENGLISH]] if found[language].is_draft else [])]
    texts = [
        _Copy(words, agreement, party, people, others).text(terms, days, assent, is_first=not place)
        for place, words in enumerate(chosen)
    ]
    circle = agreement.circle
    return {"letterhead": [circle.school.district.name, circle.school.name], "texts": texts}


def _other_children(
    agreement: CircleAgreement, party: CircleParticipant, people: Iterable[CircleParticipant]
) -> list[Person]:
    """Every other child whom the case, or the incident behind it, knows."""
    found = {one.student.person.pk: one.student.person for one in people if one.student and one.pk != party.pk}
    circle = agreement.circle
    source = circle.referral or circle.removal
    if source is not None:
        student = party.student if party.student is not None else source.student
        found |= {person.pk: person for person in other_children(source.incident, student)}
        found |= {source.student.person.pk: source.student.person}
    if party.student is not None:
        found.pop(party.student.person.pk, None)
    return list(found.values())


class _Copy:
    """One language of a copy."""

    def __init__(
        self,
        words: Words,
        agreement: CircleAgreement,
        party: CircleParticipant,
        people: list[CircleParticipant],
        others: list[Person],
    ) -> None:
        self.words, self.agreement, self.party, self.others = words, agreement, party, others
        self.adults = [one.name for one in people if one.name and one.pk != party.pk]
        self.day_format = language_packs()[words.language].words["day"]
        self.parts = self._parts(people)

    def text(
        self, terms: list[AgreementTerm], days: list[date], assent: Assent | None, *, is_first: bool
    ) -> dict[str, Any]:
        words, agreement = self.words, self.agreement
        mine = [one for one in terms if one.owed_by_id == self.party.pk]
        for_me = [one for one in terms if one.owed_to_id == self.party.pk]
        for_all = [one for one in terms if one.owed_to_id is None and one not in mine]
        blocks = [
            self._line("about", name=str(self.party)),
            *([self._line("held", day=self._day(agreement.circle.held_on))] if agreement.circle.held_on else []),
            self._line("agreed", day=self._day(agreement.agreed_on)),
        ]
        for heading, some, saying in (("you_do", mine, True), ("for_you", for_me, False), ("for_all", for_all, False)):
            if some:
                blocks += [self._line(heading, "heading"), *(self._term(one, is_mine=saying) for one in some)]
        if not (mine or for_me or for_all):
            blocks.append(self._line("nothing"))
        blocks += self._after(days, assent)
        draft = [words.words["not_reviewed"], self._apart(ENGLISH_HOLDS)] if words.is_draft else []
        return {
            "language": words.language,
            "direction": "rtl" if words.is_right_to_left else "ltr",
            "day": self._day(agreement.agreed_on),
            "notices": draft,
            "title": "" if is_first else words.words["original"],
            "subject": words.words["subject"],
            "blocks": blocks,
        }

    def _after(self, days: list[date], assent: Assent | None) -> list[list[str]]:
        agreement, owner = self.agreement, str(self.agreement.owner)
        blocks = [self._line("follow_up", "heading")]
        if days:
            blocks += [self._line("asks", owner=owner), *(["item", self._day(day)] for day in days)]
        else:
            blocks.append(self._line("no_days"))
        if agreement.completion_on:
            blocks.append(self._line("completion", day=self._day(agreement.completion_on)))
        blocks.append(self._line("your_yes", "heading"))
        if assent:
            way = "signed" if assent.way == Assent.Way.SIGNED else "spoken"
            blocks.append(self._line(way, day=self._day(assent.on)))
        else:
            blocks.append(["paragraph", self.words.words["not_yet"] + "\n\n" + "_" * 40])
        return [*blocks, self._line("change")]

    def _term(self, term: AgreementTerm, *, is_mine: bool) -> list[str]:
        """A term: its own words, for whom or by whom, by when, how one sees it."""
        due = self._day(term.due_on)
        who = self.parts.get(term.owed_by_id, "")
        whom = self.parts.get(term.owed_to_id, "") if term.owed_to_id else self.words.words["everybody"]
        beside = self._line("by_you", whom=whom, day=due) if is_mine else self._line("by_them", who=who, day=due)
        lines = [self._own_words(term.text), beside[1]]
        if term.evidence and not self._names_others(term.evidence):
            lines.append(self._line("evidence", text=term.evidence)[1])
        return ["item", "\n".join(lines)]

    def _own_words(self, text: str) -> str:
        if self._names_others(text):
            return self._line("withheld", owner=str(self.agreement.owner))[1]
        return self._apart(text)

    def _names_others(self, text: str) -> bool:
        student = self.party.student
        own = [str(student.person) if student else self.party.name, str(self.agreement.owner)]
        return bool(named_in([text], self.others, own) or adults_named_in(text, self.adults, own))

    def _parts(self, people: list[CircleParticipant]) -> dict[int | None, str]:
        """What each person is called: by part, with a number where several have the same one."""
        names = {one.pk: self.words.parts[f"{one.role}_{'student' if one.student_id else 'adult'}"] for one in people}
        counts = Counter(names.values())
        given: Counter[str] = Counter()
        found: dict[int | None, str] = {}
        for key, name in names.items():
            given[name] += 1
            found[key] = f"{name} ({given[name]})" if counts[name] > 1 else name
        return found

    def _line(self, key: str, kind: str = "paragraph", **values: str) -> list[str]:
        piece = read_line(self.words.words[key], PLACES)
        return [kind, fill([piece], values, (), isolates=self.words.is_right_to_left)[0].text]

    def _apart(self, text: str) -> str:
        """Words in a language of their own, kept in their own direction."""
        return left_to_right(text) if self.words.is_right_to_left else text

    def _day(self, day: date) -> str:
        with translation.override(self.words.language):
            return date_format(day, self.day_format)
