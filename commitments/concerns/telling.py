"""What the pages without sign-in show: the promises that hold for a district, and a concern to whoever filed it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from commitments.actions.concerns.rules import rules_of
from commitments.concerns import sealed, states
from commitments.concerns.words import ConcernWords
from commitments.models import Commitment, Concern
from district.models import District, School


def schools_of(district: District) -> list[tuple[str, str]]:
    """Code and name of the open schools of a district."""
    return list(School.objects.filter(district=district, closed_on=None).order_by("name").values_list("code", "name"))


def school_of(district: District, code: str) -> School | None:
    """An open school of the district by its code."""
    return School.objects.filter(district=district, closed_on=None, code=code).first() if code else None


def commitment_of(district: District, uid: str) -> Commitment | None:
    """A commitment that holds in the district, by the id in a link to the page; None for any other."""
    try:
        key = UUID(uid)
    except ValueError:
        return None
    return Commitment.objects.active().filter(district=district, uid=key).first()


def promises_of(said: ConcernWords, district: District) -> dict[str, Any]:
    """What the page says is protected, and what is not."""
    days = rules_of(district).rule("keep", district.today()).days
    return {
        "who_reads": said.say("who_reads_text", district=district.name),
        "protected": said.say_lines("protected", days=str(days)),
        "not_protected": said.lines["not_protected"],
    }


def status_of(concern: Concern, said: ConcernWords) -> dict[str, Any]:
    """Where a concern stands, what was said, and what can be done by whoever filed it."""
    allowed = states.CONCERN_STEPS[concern.state]
    talk = []
    for row in concern.messages.all():
        word = sealed.word_of(row.sealed)
        talk.append(
            {
                "from": said.words[f"from_{word.side}"] if word else "",
                "is_own": bool(word and word.side == sealed.FILER),
                "day": said.day(row.on),
                "text": word.text if word else said.words["unreadable"],
            }
        )
    lines = [said.say(f"state_{concern.state}", day=said.day(concern.next_due_on))]
    if concern.resolved_on:
        until = rules_of(concern.district).kept_until(concern.resolved_on)
        lines.append(said.say("kept_until", day=said.day(until)))
    return {
        "filed_on": said.say("filed_on", day=said.day(concern.filed_on)),
        "state_lines": lines,
        "outcome": said.words[f"outcome_{concern.outcome}"] if concern.outcome else "",
        "correction": _correction(concern.correction, said),
        "talk": talk,
        "may_reply": states.REPLY in allowed,
        "may_dispute": states.DISPUTE in allowed,
        "may_accept": states.ACCEPT in allowed,
    }


def _correction(commitment: Commitment | None, said: ConcernWords) -> list[str]:
    if commitment is None:
        return []
    known = {Commitment.Status.DRAFT: "draft", Commitment.Status.ACTIVE: "active"}
    state = known.get(Commitment.Status(commitment.status), "over")
    return [said.say("correction", title=commitment.title), said.words[f"correction_{state}"]]
