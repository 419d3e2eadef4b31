"""Dates, places, behaviors and other people for the acts: they become incidents. All of this is invented."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from dashboards.demo.acts import EXPELLED_SERVICES, EXPULSIONS, ISS, OSS, Act
from dashboards.demo.plan import Incident, Part, StaffMember, Student
from dashboards.demo.school_year import school_days

# CEDS incident behaviors with weights, by how the school answered.
_MINOR = {
    "04634": 24, "04659": 22, "04704": 12, "04669": 12, "04661": 8, "04626": 8, "04646": 5, "04692": 4, "04682": 3,
    "04700": 2,
}  # fmt: skip
_SERIOUS = {
    "04645": 24, "04634": 14, "04659": 12, "04686": 12, "04692": 8, "04635": 7, "04646": 5, "04682": 4, "04632": 4,
    "04700": 3, "13355": 2, "13356": 2, "04618": 2, "13354": 1,
}  # fmt: skip
_GRAVE = {"04635": 8, "04645": 7, "04686": 5, "04705": 4, "04632": 3, "04682": 2, "04671": 1}
_NOT_ELEMENTARY = {"04618", "04626", "04635", "04692"}  # alcohol, attendance, drugs, tobacco
_ELEMENTARY = {"PK", "KG", "01", "02", "03", "04", "05"}
_HARMING = {"04632", "04646", "04682", "04686", "13354", "13355", "13356"}
_FIGHT, _MINOR_ALTERCATION = "04645", "04669"

# CEDS incident locations.
_ON_THE_WAY = ("03028", "03028", "03027", "03024", "03025", "03029")
_AT_LUNCH = ("03013", "03013", "03013", "03022", "03015", "03025")
_IN_SCHOOL = ("03014",) * 8 + ("03015",) * 4 + ("03017", "03016", "03016", "03018", "03019", "03020", "03021", "03022")

_RESPONSES = (
    ("RESTORATIVE_CIRCLE", 14), ("RESTORATIVE_CONFERENCE", 12), ("MEDIATION", 10), ("CONFERENCE_FAMILY", 16),
    ("DETENTION", 18), ("COUNSELING", 10), ("WARNING", 16), ("OTHER", 4),
)  # fmt: skip
_DESCRIPTIONS = (
    "Synthetic record.",
    "Synthetic record: an adult asked twice before the referral.",
    "Synthetic record: no injury.",
    "Synthetic record: the students were separated and spoken with.",
)
JOINED = 0.15  # share of same-day, same-school acts that turn out to be one incident
SECOND_BEHAVIOR = 0.08


def write_incidents(
    rng: Random, acts: Sequence[Act], students: Sequence[Student], staff: Sequence[StaffMember], year: int
) -> tuple[Incident, ...]:
    """The year's incidents in order of date and school, numbered `2021-000001` and on.

    Every act lies on a school day of its student's enrollment, a removal begins on the next school day and no two
    removals of a student overlap. An expulsion is the student's last act and lasts to the end of the year.
    """
    days = school_days(year)
    adults, classmates = _by_school(staff), _by_school(students)
    removal_ids = (f"R{year}-{number:06d}" for number in count(1))
    incidents = []
    for number, (day, group) in enumerate(_groups(rng, acts, days), start=1):
        code = group[0].student.school
        parts = list(_parts(rng, group, day, days, removal_ids))
        parts += _bystanders(rng, group, parts, classmates[code], days[day])
        time, location = _time_and_location(rng)
        incidents.append(
            Incident(
                incident_id=f"{year}-{number:06d}",
                school=code,
                occurred_on=days[day],
                occurred_time=time,
                location=location,
                reported_by=rng.choice(adults[code]).local_id,
                description=rng.choice(_DESCRIPTIONS),
                parts=tuple(parts),
            )
        )
    return tuple(incidents)


def _by_school(people: Sequence) -> dict[str, list]:
    found = defaultdict(list)
    for person in people:
        found[person.school].append(person)
    return found


def _groups(rng: Random, acts: Sequence[Act], days: Sequence[date]) -> list[tuple[int, list[Act]]]:
    """(index of the school day, the acts of one incident): some acts of the same day and school are one incident."""
    placed: dict[tuple[int, str], list[Act]] = defaultdict(list)
    own: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        own[act.student.local_id].append(act)
    for local_id in sorted(own):
        student = own[local_id][0].student
        earliest = bisect_left(days, student.begins_on) if student.begins_on else 0
        for act, day in _place(rng, own[local_id], earliest, len(days)):
            placed[day, student.school].append(act)
    groups: list[tuple[int, list[Act]]] = []
    for (day, _), together in sorted(placed.items(), key=lambda item: item[0]):
        start = len(groups)
        for act in together:  # a student has at most one act a day, so no group holds a student twice
            if len(groups) > start and len(groups[-1][1]) < 3 and rng.random() < JOINED:
                groups[-1][1].append(act)
            else:
                groups.append((day, [act]))
    return groups


def _place(rng: Random, acts: list[Act], earliest: int, end: int) -> Iterator[tuple[Act, int]]:
    """Acts of one student with the index of their school day: in random order, none during another's removal."""
    acts = rng.sample(acts, len(acts))
    acts.sort(key=lambda act: act.removal in EXPULSIONS)
    while (slack := end - earliest - sum(map(_days_taken, acts))) < 0:
        longest = max(acts, key=lambda act: act.halves)
        if longest.halves < 2:
            raise ValueError(f"{len(acts)} incidents of one student do not fit into {end - earliest} school days")
        longest.halves //= 2
    gaps = sorted(rng.randint(0, slack) for _ in acts)
    taken = earliest
    for act, gap in zip(acts, gaps, strict=True):
        if act.removal in EXPULSIONS:
            act.halves = 2 * (end - (taken + gap) - 1)
        yield act, taken + gap
        taken += _days_taken(act)


def _days_taken(act: Act) -> int:
    """School days that the incident and its removal fill; an expulsion leaves at least ten days of the year."""
    return 11 if act.removal in EXPULSIONS else 1 + (act.halves + 1) // 2


def _parts(rng: Random, group: list[Act], day: int, days: Sequence[date], removal_ids: Iterator[str]) -> Iterator[Part]:
    for act in group:
        behavior = _behavior(rng, act, together=len(group) > 1)
        removal: dict[str, Any] = {}
        if act.removal:
            removal = {
                "removal": act.removal,
                "removal_id": next(removal_ids),
                "begins_on": days[day + 1],
                "ends_on": days[day + (act.halves + 1) // 2],
                "days": Decimal(act.halves) / 2,
                "services_provided": _services(rng, act),
            }
        names = [name for name, _ in _RESPONSES]
        response = "" if act.removal else rng.choices(names, [weight for _, weight in _RESPONSES])[0]
        yield Part(
            act.student.local_id,
            "responsible",
            behavior,
            law_enforcement=act.law_enforcement,
            response=response,
            **removal,
        )
        if rng.random() < SECOND_BEHAVIOR:
            second = "04634" if behavior != "04634" else "04659"
            yield Part(act.student.local_id, "responsible", second, response=response, **removal)


def _behavior(rng: Random, act: Act, *, together: bool) -> str:
    """A CEDS incident behavior that fits the school's answer and the student's age; together it is a fight."""
    if together:
        return _FIGHT if act.removal in (OSS, *EXPULSIONS) or act.law_enforcement else _MINOR_ALTERCATION
    weights = _SERIOUS if act.removal == OSS else _MINOR
    if act.law_enforcement or act.removal in EXPULSIONS:
        weights = _GRAVE
    codes = [code for code in weights if code not in _NOT_ELEMENTARY or act.student.grade not in _ELEMENTARY]
    return rng.choices(codes, [weights[code] for code in codes])[0]


def _services(rng: Random, act: Act) -> str:
    if act.removal in EXPULSIONS:
        return "true" if act.removal == EXPELLED_SERVICES else "false"
    if act.removal == ISS:
        return "true"
    return rng.choice(("true", "true", "false") if act.student.idea else ("true", "false", ""))


def _bystanders(
    rng: Random, group: list[Act], parts: list[Part], classmates: list[Student], day: date
) -> Iterator[Part]:
    """Students of the school who were harmed or saw the incident."""
    roles = []
    if any(part.behavior_code in _HARMING for part in parts) and rng.random() < 0.6:
        roles.append("harmed")
    if rng.random() < 0.1:
        roles.append("witness")
    involved = {act.student.local_id for act in group}
    for role in roles:
        student = rng.choice(classmates)
        if student.local_id not in involved and (student.begins_on is None or student.begins_on <= day):
            involved.add(student.local_id)
            yield Part(student.local_id, role)


def _time_and_location(rng: Random) -> tuple[str, str]:
    """Local time within the school day, unknown for a few, and a place where students are at that time."""
    minute = rng.randint(7 * 60 + 45, 15 * 60 + 20)
    if minute < 8 * 60 + 10 or minute > 15 * 60:
        location = rng.choice(_ON_THE_WAY)
    elif 11 * 60 + 15 <= minute <= 12 * 60 + 30:
        location = rng.choice(_AT_LUNCH)
    else:
        location = rng.choice(_IN_SCHOOL)
    time = f"{minute // 60:02d}:{minute % 60:02d}" if rng.random() > 0.04 else ""
    return time, location
