"""Who learned to keep circles in the demo district, when, and what they may hold: invented, and the same every time.

History lies in the demo's first school years (2020-21 and 2021-22), for the circles of those years. The present is
counted from the day on which the demo is made, so that its worklists are about something whenever it is opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from dashboards.demo.plan import StaffMember, seeded
from dashboards.demo.population import synthetic_name

COHORTS = ((date(2020, 8, 29), 18), (date(2021, 9, 11), 22))
"""First day of the introduction of each school year, and how many members of staff came."""
COMMUNITY, GUARDIANS, RECENT, WAITING_FOR_AWARD = 8, 4, 14, 3
LANGUAGES = ("es", "ar", "so", "ne", "am", "fr")
CAPACITIES = {"administrator": "administrator", "aide": "other_staff", "teacher": "teacher"}
WEEK = timedelta(days=7)


class Learner(NamedTuple):
    """Somebody in training; `staff_id` names a member of staff, else names and address are given.

    `organization`: 0 and 1 are the demo's two organizations, None is the district.
    """

    staff_id: str
    email: str
    given_name: str
    family_name: str
    role: str
    organization: int | None
    school: str
    languages: tuple[str, ...]


class Attended(NamedTuple):
    """A row of the attendance file."""

    learner: Learner
    session_id: str
    course: str
    day: date
    hours: str
    evaluation: str


class Certified(NamedTuple):
    """A certificate to be awarded on a day; recognized ones were earned elsewhere. `trainer` is one of the plan's."""

    learner: Learner
    credential: str
    on: date
    is_recognized: bool = False
    circles: int = 0
    trainer: int | None = None


@dataclass(frozen=True)
class TrainingPlan:
    """Everything that happened in training up to `today`.

    `renewed` are kept valid by reviews, `renewing` have begun to earn their renewal, `on_the_way` set out last year.
    """

    today: date
    trainers: tuple[Learner, ...]
    facilitator: Learner
    learners: tuple[Learner, ...]
    attended: tuple[Attended, ...]
    certified: tuple[Certified, ...]
    renewed: tuple[Learner, ...]
    renewing: tuple[Learner, ...]
    on_the_way: tuple[Learner, ...]


def plan_training(
    staff: Sequence[StaffMember], school: str, addresses: tuple[str, str], *, seed: object, today: date
) -> TrainingPlan:
    """Plan the training of a district's staff and community.

    `staff` in the order of their ids; `school` is that of the demo's school roles; `addresses` are the e-mail
    addresses of the trainer's and the facilitator's sign-in.
    """
    rng = seeded(seed, "training")
    trainers = _trainers(rng, addresses[0])
    facilitator = _outsider(rng, "facilitator", addresses[1], "community", 0, school)
    people = _staff_learners(rng, staff)
    cohorts, start = [], 0
    for first, count in COHORTS:
        cohorts.append((first, people[start : start + count]))
        start += count
    outsiders = [_outsider(rng, f"community{n}", "", "community", n % 2, "") for n in range(COMMUNITY)]
    outsiders += [
        _outsider(rng, f"guardian{n}", "", "guardian", None, school if n < 2 else "") for n in range(GUARDIANS)
    ]
    recent = people[start : start + RECENT]
    attended = [row for first, some in cohorts for row in _cohort(rng, first, [*some, *_share(outsiders, first)])]
    attended += _cohort(rng, today - 8 * WEEK, recent, is_recent=True)
    certified = _certificates(cohorts, outsiders, recent, today)
    certified.append(Certified(trainers[0], "trainer", date(2020, 7, 6), is_recognized=True))
    certified += [Certified(one, "trainer", date(2020, 7, 20), is_recognized=True, trainer=0) for one in trainers[1:]]
    certified.append(Certified(facilitator, "responsive-facilitator", date(2020, 8, 3), is_recognized=True))
    certified += _ending_soon(rng, people[start + RECENT :], today)
    return TrainingPlan(
        today=today,
        trainers=trainers,
        facilitator=facilitator,
        learners=(facilitator, *trainers, *people[: start + RECENT], *outsiders, *_ending_people(people, start)),
        attended=tuple(attended),
        certified=tuple(certified),
        renewed=(*trainers, facilitator, *(one for first, some in cohorts for one in some[::4]), *outsiders[::3]),
        renewing=tuple(_ending_people(people, start)[:3]),
        on_the_way=(cohorts[0][1][0], *recent[:WAITING_FOR_AWARD]),
    )


def _staff_learners(rng: Random, staff: Sequence[StaffMember]) -> list[Learner]:
    """Members of staff in the order in which they come to training: some schools send many, others nobody."""
    schools = sorted({one.school for one in staff})
    silent = set(rng.sample(schools, len(schools) // 4))
    willing = [one for one in staff if one.school not in silent]
    chosen = rng.sample(willing, min(len(willing), 110))
    return [
        Learner(one.local_id, "", "", "", CAPACITIES[one.role], None, one.school, _languages(rng)) for one in chosen
    ]


def _trainers(rng: Random, address: str) -> tuple[Learner, ...]:
    return (
        _outsider(rng, "trainer", address, "community", 0, ""),
        _outsider(rng, "trainer2", "", "community", 0, ""),
        _outsider(rng, "trainer3", "", "community", 1, ""),
    )


def _outsider(rng: Random, key: str, email: str, role: str, organization: int | None, school: str) -> Learner:
    given, family = synthetic_name(rng)
    address = email or f"{key}@people.example"
    return Learner("", address, given, family, role, organization, school, _languages(rng))


def _languages(rng: Random) -> tuple[str, ...]:
    return ("en", rng.choice(LANGUAGES)) if rng.random() < 0.35 else ("en",)


def _share(outsiders: list[Learner], first: date) -> list[Learner]:
    """The community joins too: each year a share of it."""
    number = [day for day, _count in COHORTS].index(first)
    return outsiders[number :: len(COHORTS)]


def _cohort(rng: Random, first: date, people: Sequence[Learner], *, is_recent: bool = False) -> list[Attended]:
    """Introduction, circles three weeks later, and for half of them conferences in the winter."""
    rows = []
    for number, one in enumerate(people):
        rows.append(Attended(one, f"INTRO-{first}", "introduction", first, "6", "passed"))
        result = "" if is_recent and number < 3 else "repeat" if rng.random() < 0.05 else "passed"
        rows.append(Attended(one, f"CIRC-{first}", "circles", first + 3 * WEEK, "6", result))
        if number % 2 == 0 and not is_recent:
            winter = first + 18 * WEEK
            rows.append(Attended(one, f"CONF-{first}", "conferences", winter, "6", ""))
            rows.append(Attended(one, f"CONF-{first}", "conferences", winter + timedelta(days=1), "6", "passed"))
    return rows


def _certificates(
    cohorts: list[tuple[date, list[Learner]]], outsiders: list[Learner], recent: list[Learner], today: date
) -> list[Certified]:
    """Circle keepers soon after the course; responsive facilitators after the winter, with three circles kept."""
    found = []
    for trainer, (first, staff) in enumerate(cohorts):
        people = [*staff, *_share(outsiders, first)]
        found += [Certified(one, "circle-keeper", first + 4 * WEEK, trainer=trainer) for one in people]
        found += [
            Certified(one, "responsive-facilitator", first + 24 * WEEK, circles=3, trainer=trainer)
            for number, one in enumerate(people)
            if number % 4 == 0
        ]
    found += [Certified(one, "circle-keeper", today - 4 * WEEK, trainer=2) for one in recent[WAITING_FOR_AWARD * 2 :]]
    return found


ENDING = (12, 26, 44, 58, 73, 88, -9)
"""Days from today to the last valid day of some certificates; the last one is in its grace."""


def _ending_people(people: list[Learner], start: int) -> list[Learner]:
    return people[start + RECENT :][: len(ENDING)]


def _ending_soon(rng: Random, people: Sequence[Learner], today: date) -> list[Certified]:
    """Certificates of two years that end soon, or have just ended."""
    found = []
    for days, one in zip(ENDING, people, strict=False):
        last = today + timedelta(days=days + 1)
        try:
            first = last.replace(year=last.year - 2)
        except ValueError:
            first = date(last.year - 2, 3, 1)
        found.append(Certified(one, rng.choice(("circle-keeper", "responsive-facilitator")), first, is_recognized=True))
    return found
