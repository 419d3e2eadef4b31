"""What a family's page tells about one child, and nothing else.

Every row is asked for by the child: no incident, removal, letter, request or report is reached through another student.
No text that a person typed is shown, for any may name another child: not what was written about an incident or a part,
not notes, not reasons, not services in words. Shown are days, codes in words, titles of the code of conduct, names of
schools; letters to this guardian, which were held to name nobody else; the family's own requests with the answers
addressed to it, held to the same. A link shows no more than its maker may: what its school recorded, or the whole
district where their grant is of the whole district.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from discipline.family.words import FamilyWords
from discipline.models import (
    DueProcessStep,
    FamilyLink,
    FamilyRequest,
    Involvement,
    Letter,
    Removal,
    SentHome,
)
from district.access import Permission
from district.page_parts import plain_days

YEARS_SHOWN = 2
"""School years that the page shows: this one and the last."""
ROLES = (Involvement.Role.RESPONSIBLE, Involvement.Role.HARMED)
"""Parts that the page tells. Who saw or reported something is told on no page of a family."""


def page_of(link: FamilyLink, said: FamilyWords, secret: str) -> dict[str, Any]:
    """Return everything that the page shows. A fixed number of queries."""
    years = years_of(link)
    removals = list(removals_of(link, years))
    return {
        "said": said,
        "student": link.student.person.name,
        "title": said.say("title", student=link.student.person.name),
        "for_whom": said.say("for_whom", guardian=link.guardian.person.name, until=said.day(link.expires_at)),
        "incidents": list(_incidents(link, said, years)),
        "removals": [_removal(removal, said) for removal in removals],
        "letters": [_letter(letter, said, secret) for letter in letters_of(link, years)],
        "sent_home": [_sent_home(report, said, link) for report in _reports(link, years)],
        "requests": [_request(request, said) for request in _requests(link)],
        "choices": [(str(removal.uid), _named(removal, said)) for removal in removals if removal.voided_at is None],
    }


def years_of(link: FamilyLink) -> list[int]:
    """The school years that the page shows."""
    return list(link.student.district.school_years.order_by("-year").values_list("pk", flat=True)[:YEARS_SHOWN])


def scope_of(link: FamilyLink, way: str = "school") -> Q:
    """Condition for the records that a link shows; `way` leads to their school."""
    grants = link.made_by.grants_with(Permission.FAMILY_PAGE)
    whole = any(
        grant.district_id == link.school.district_id and not grant.school_id and not grant.organization_id
        for grant in grants
    )
    return Q() if whole else Q(**{way: link.school_id})


def removals_of(link: FamilyLink, years: Iterable[int]) -> Any:
    """The child's removals of the years shown, voided ones too, the latest first."""
    rows = Removal.objects.filter(scope_of(link), student=link.student_id, school_year__in=years)
    rows = rows.select_related("school")
    return rows.prefetch_related("due_steps", "changes", "appeals").order_by("-begins_on", "-pk")


def letters_of(link: FamilyLink, years: Iterable[int]) -> Any:
    """Letters to this guardian about removals of this child in the years shown, which went out."""
    rows = Letter.objects.reached().filter(scope_of(link), guardian=link.guardian_id, student=link.student_id)
    return rows.filter(removal__school_year__in=years).order_by("-dated", "-pk")


def _incidents(link: FamilyLink, said: FamilyWords, years: list[int]) -> Iterable[dict[str, Any]]:
    parts = Involvement.objects.standing().filter(
        scope_of(link, "incident__school"),
        student=link.student_id,
        role__in=ROLES,
        incident__school_year__in=years,
        incident__merged_into=None,
    )
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for part in parts.select_related("incident__school", "behavior").order_by("-incident__occurred_on", "pk"):
        line = found.setdefault(
            (part.incident_id, part.role),
            {"day": said.day(part.incident.occurred_on), "school": part.incident.school.name, "behaviors": []},
        )
        line["is_harmed"] = part.role == Involvement.Role.HARMED
        if part.behavior is not None:
            line["behaviors"].append(part.behavior.title)
    for line in found.values():
        if line["is_harmed"]:
            line["words"] = said.say("was_harmed")
        else:
            named = ", ".join(dict.fromkeys(line["behaviors"])) or said.say("no_behavior")
            line["words"] = said.say("said_to_have", behaviors=named)
        yield line


def _removal(removal: Removal, said: FamilyWords) -> dict[str, Any]:
    days = said.say("days", days=plain_days(removal.days)) if removal.days is not None else said.say("days_unknown")
    changes = [
        said.say("changed", day=said.day(change.at), change=said.changes[change.kind])
        for change in removal.changes.all()
        if change.kind
    ]
    return {
        "title": _named(removal, said),
        "school": removal.school.name,
        "days": days,
        "notes": [said.say("voided")] if removal.voided_at else changes,
        "appeals": [_appeal(appeal, said) for appeal in removal.appeals.all()],
        "steps": [] if removal.voided_at else [line for step in removal.due_steps.all() if (line := _step(step, said))],
    }


def _named(removal: Removal, said: FamilyWords) -> str:
    first, last = said.day(removal.begins_on), said.day(removal.ends_on)
    span = first if last in ("", first) else f"{first} – {last}"
    return f"{said.kinds[removal.kind]}, {span}"


def _appeal(appeal: Any, said: FamilyWords) -> str:
    words = said.say("appeal", day=said.day(appeal.filed_on), to=said.appeal_to[appeal.to])
    if appeal.outcome:
        return f"{words}. {said.outcomes[appeal.outcome]}"
    hearing = said.say("hearing", day=said.day(appeal.hearing_on)) if appeal.hearing_on else ""
    return ". ".join(text for text in (words, hearing, said.say("appeal_pending")) if text)


def _step(step: DueProcessStep, said: FamilyWords) -> tuple[str, str] | None:
    """A step that concerns the family, and its day; None for one of the office, or without a day."""
    if step.step not in said.steps or step.state == DueProcessStep.State.NOT_NEEDED:
        return None
    if step.state == DueProcessStep.State.DONE:
        return said.steps[step.step], said.say("done_on", day=said.day(step.done_on))
    return (said.steps[step.step], said.say("by_day", day=said.day(step.due_on))) if step.due_on else None


def _letter(letter: Letter, said: FamilyWords, secret: str) -> dict[str, str]:
    return {
        "subject": letter.texts[0]["subject"],
        "language": letter.language,
        "direction": letter.texts[0]["direction"],
        "day": said.day(letter.dated),
        "url": reverse("family_letter", args=[secret, letter.uid]),
    }


def _reports(link: FamilyLink, years: list[int]) -> Any:
    """Confirmed reports, as those of staff are from the start, and what this guardian said: not what another did."""
    rows = SentHome.objects.filter(scope_of(link) | Q(link=link), student=link.student_id, school_year__in=years)
    rows = rows.filter(Q(state=SentHome.State.CONFIRMED) | Q(link__guardian=link.guardian_id)).select_related("link")
    return rows.prefetch_related("statuses").order_by("-begins_on", "-pk")


def _sent_home(report: SentHome, said: FamilyWords, link: FamilyLink) -> dict[str, str]:
    states = {
        SentHome.State.ALLEGED: lambda: said.say("sent_home_alleged", day=said.day(report.due_on)),
        SentHome.State.CONFIRMED: lambda: said.say("sent_home_confirmed"),
        SentHome.State.NOT_CONFIRMED: lambda: said.say("sent_home_refused", why=_last_note(report, link)),
    }
    return {
        "line": said.say("sent_home_line", day=said.day(report.begins_on), days=plain_days(report.days)),
        "state": states[SentHome.State(report.state)](),
    }


def _last_note(report: SentHome, link: FamilyLink) -> str:
    """Why a report was not confirmed: addressed to who made it, and held to name no other child."""
    if report.link is None or report.link.guardian_id != link.guardian_id:
        return ""
    notes = [status.note for status in report.statuses.all() if status.state == SentHome.State.NOT_CONFIRMED]
    return notes[-1] if notes else ""


def _requests(link: FamilyLink) -> Any:
    rows = FamilyRequest.objects.filter(scope_of(link) | Q(link=link), guardian=link.guardian_id)
    rows = rows.filter(student=link.student_id)
    return rows.prefetch_related("statuses").order_by("-asked_on", "-pk")


def _request(request: FamilyRequest, said: FamilyWords) -> dict[str, str]:
    answers = [status.answer for status in request.statuses.all() if status.answer]
    answer = answers[-1] if answers else ""
    states = {
        FamilyRequest.State.OPEN: lambda: said.say("asked_open", day=said.day(request.due_on)),
        FamilyRequest.State.GRANTED: lambda: said.say("asked_granted", answer=answer),
        FamilyRequest.State.DECLINED: lambda: said.say("asked_declined", answer=answer),
    }
    return {
        "kind": said.kinds_asked[request.kind],
        "day": said.day(request.asked_on),
        "words": request.words,
        "state": states[FamilyRequest.State(request.state)](),
    }
