"""Which student was suspended, expelled or referred how often and for how long, so that the source's counts come out.

An act is one student's part in an incident before it has a date. Suspended students of the IDEA `false` cells are drawn
from those without a section 504 plan first, because the source counts only students without disabilities there; the
discipline of section-504-only students has no race in the source and is not generated.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from dashboards.demo.crdc import Cell
from dashboards.demo.plan import Student

OSS, ISS, REFERRAL_ONLY = "OSS", "ISS", ""
EXPELLED_SERVICES, EXPELLED_NO_SERVICES = "EXPULSION_WITH_SERVICES", "EXPULSION_WITHOUT_SERVICES"
EXPULSIONS = (EXPELLED_SERVICES, EXPELLED_NO_SERVICES)
_GRAVITY = (REFERRAL_ONLY, ISS, OSS, *EXPULSIONS)

PLAUSIBLE_OVERLAP = 0.4  # of the smaller of ISS and OSS students, where the source leaves it open
REFERRALS_PER_SUSPENSION = 1.2  # incidents that end without a removal
REFERRALS_PER_STUDENT = 0.01
AGAIN = 0.2  # a student with one in-school suspension has another
LONGEST_AVERAGE = 30  # school days; a cell whose days missed exceed this per suspension contradicts its counts
OSS_HALVES = (1, 2, 2, 4, 4, 6, 6, 6, 8, 10, 10, 20)  # half school days, where the source's days cannot be used
ISS_HALVES = (1, 2, 2, 2, 2, 2, 4)

Instances = Mapping[tuple[str, bool], int]
Days = Mapping[tuple[str, str, str], int]


@dataclass(slots=True, eq=False)
class Act:
    """What happens to `student`: a removal or, where `removal` is empty, a referral only; `halves` of school days."""

    student: Student
    removal: str
    halves: int = 0
    law_enforcement: str = ""


def plan_acts(
    rng: Random,
    students: Iterable[Student],
    discipline: Mapping[Cell, Mapping[str, int]],
    oss_instances: Instances,
    days_missed: Days,
) -> list[Act]:
    """Acts that give every cell of `discipline` exactly its students; schools without any count have no acts.

    `oss_instances` (suspensions by school and IDEA status) and `days_missed` (school days by school, race and sex) are
    respected where they can be; a key that is absent leaves numbers and lengths to chance.
    ValueError if a cell has more disciplined than enrolled students.
    """
    by_cell: dict[Cell, list[Student]] = defaultdict(list)
    by_school: dict[str, list[Student]] = defaultdict(list)
    for student in students:
        by_cell[student.cell].append(student)
        by_school[student.school].append(student)
    acts: list[Act] = []
    for cell in sorted(discipline):
        acts += acts_of_cell(rng, by_cell[cell], discipline[cell])
    _repeat_suspensions(rng, acts, oss_instances)
    _set_lengths(rng, acts, days_missed)
    reported = {cell.school for cell, counts in discipline.items() if counts}
    for code in sorted(by_school.keys() & reported):
        acts += _referrals_only(rng, by_school[code], [act for act in acts if act.student.school == code])
    return acts


def acts_of_cell(rng: Random, pool: Sequence[Student], counts: Mapping[str, int]) -> list[Act]:
    """Acts of one cell; in- and out-of-school suspensions share students as far as the pool demands."""
    single, multiple, iss = (counts.get(name, 0) for name in ("oss_single", "oss_multiple", "iss"))
    oss = single + multiple
    with_services, without = counts.get("expelled_services", 0), counts.get("expelled_no_services", 0)
    arrested = counts.get("arrested", 0)
    referred = max(counts.get("referred", 0), arrested)
    if max(oss, iss, with_services + without, referred) > len(pool):
        raise ValueError(f"more disciplined students than the {len(pool)} enrolled: {dict(counts)}")
    order = rng.sample(pool, len(pool))
    # Students enrolled after the count day are there for these counts, so they come first.
    order.sort(key=lambda student: (student.begins_on is None, student.section504, student.grade == "PK"))
    shared = min(oss, iss, max(oss + iss - len(pool), round(PLAUSIBLE_OVERLAP * min(oss, iss))))
    reached = oss + iss - shared
    repeated = set(rng.sample(range(oss), multiple))
    acts = [Act(order[i], OSS) for i in range(oss) for _ in range(2 if i in repeated else 1)]
    for student in (*rng.sample(order[:oss], shared), *order[oss:reached]):
        acts += (Act(student, ISS) for _ in range(2 if rng.random() < AGAIN else 1))
    acts += (Act(student, EXPELLED_SERVICES) for student in order[:with_services])
    acts += (Act(student, EXPELLED_NO_SERVICES) for student in order[with_services : with_services + without])
    known_to_police = rng.sample(order[: max(reached, referred)], referred)
    for i, student in enumerate(known_to_police):
        _gravest_act(acts, student).law_enforcement = "arrested" if i < arrested else "referred"
    return acts


def _gravest_act(acts: list[Act], student: Student) -> Act:
    """The student's act that law enforcement would hear of; a new referral if there is none."""
    own = [act for act in acts if act.student is student]
    if not own:
        own = [Act(student, REFERRAL_ONLY)]
        acts += own
    return max(own, key=lambda act: _GRAVITY.index(act.removal))


def _repeat_suspensions(rng: Random, acts: list[Act], oss_instances: Instances) -> None:
    """More suspensions for students who have several, up to the school's number; never for students with one."""
    suspended: dict[tuple[str, bool], list[Act]] = defaultdict(list)
    for act in acts:
        if act.removal == OSS:
            suspended[act.student.school, act.student.idea].append(act)
    for group, group_acts in suspended.items():
        seen: set[str] = set()
        repeated = []
        for act in group_acts:
            if act.student.local_id in seen:
                repeated.append(act.student)
            seen.add(act.student.local_id)
        by_chance = len(group_acts) + sum(rng.random() < 0.5 for _ in repeated)
        extra = oss_instances.get(group, by_chance) - len(group_acts)
        if repeated and extra > 0:
            acts += (Act(student, OSS) for student in rng.choices(repeated, k=extra))


def _set_lengths(rng: Random, acts: list[Act], days_missed: Days) -> None:
    """Lengths of suspensions; those out of school add up to the source's days missed where that is possible."""
    suspended: dict[tuple[str, str, str], list[Act]] = defaultdict(list)
    for act in acts:
        if act.removal == ISS:
            act.halves = rng.choice(ISS_HALVES)
        elif act.removal == OSS:
            suspended[act.student.school, act.student.race, act.student.sex].append(act)
    for group, group_acts in suspended.items():
        halves = 2 * days_missed.get(group, 0)
        if len(group_acts) <= halves <= 2 * LONGEST_AVERAGE * len(group_acts):
            _share_halves(rng, group_acts, halves)
        else:
            for act in group_acts:
                act.halves = rng.choice(OSS_HALVES)


def _share_halves(rng: Random, acts: list[Act], halves: int) -> None:
    """Half school days over suspensions, at least one each, whole days where there are enough."""
    if halves < 2 * len(acts):
        for act in acts:
            act.halves = 1
        for act in rng.sample(acts, halves - len(acts)):
            act.halves = 2
        return
    for act in acts:
        act.halves = 2
    for act in rng.choices(acts, k=halves // 2 - len(acts)):
        act.halves += 2


def _referrals_only(rng: Random, students: Sequence[Student], acts: Sequence[Act]) -> list[Act]:
    """Incidents without a removal, half of them of students who also had one. Not in the source."""
    removed = [act.student for act in acts if act.removal]
    count = round(REFERRALS_PER_SUSPENSION * len(removed) + REFERRALS_PER_STUDENT * len(students))
    return [
        Act(rng.choice(removed) if removed and rng.random() < 0.5 else rng.choice(students), REFERRAL_ONLY)
        for _ in range(count)
    ]
