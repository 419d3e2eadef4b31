"""A school year some years from a planned one, modelled on it: same schools and staff, many of the same students.

Modelled figures resemble a real district's but are nobody's counts; they are labelled so in the roster.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from dashboards.demo.acts import plan_acts
from dashboards.demo.crdc import DISCIPLINE, GRADES, Cell
from dashboards.demo.incidents import write_incidents
from dashboards.demo.plan import Student, YearPlan, seeded
from dashboards.demo.population import birth_date, race_flags, synthetic_name

MOVED_AWAY = 0.03  # of the students each year
CROWDED = 1.1  # a school keeps its own students up to this multiple of the grade's size
SCHOOL_VARIATION = 0.15
EARLIER, LATER = 1.12, 0.93  # discipline relative to the planned year


def plan_modelled(plan: YearPlan, *, year: int, seed: object) -> YearPlan:
    """The school year that ends in `year`, before or after `plan`, with modest variation in enrollment and discipline.

    Students keep their ids and move by a grade a year, to another school where theirs does not teach it; seats left
    over are taken by new students with ids of their own. ValueError when `year` is the plan's own.
    """
    if year == plan.year:
        raise ValueError(f"{year} is the planned year itself")
    rng = seeded(seed, plan.district_id, year, "modelled")
    kept = _continuing(rng, plan, year)
    students = tuple(sorted([*kept, *_newcomers(rng, plan, kept, year)], key=lambda student: student.local_id))
    discipline = _modelled_discipline(rng, plan, students, EARLIER if year < plan.year else LATER)
    acts = plan_acts(rng, students, discipline, {}, {})
    return replace(
        plan,
        year=year,
        modelled=True,
        students=students,
        incidents=write_incidents(rng, acts, students, plan.staff, year),
        discipline=discipline,
    )


def _sizes(students: tuple[Student, ...] | list[Student]) -> Counter[tuple[str, str]]:
    return Counter((student.school, student.grade) for student in students)


def _grade_in(year: int, plan: YearPlan, student: Student) -> str | None:
    """The student's grade in `year`; None if they are not in school then or had not come to the district yet."""
    if year < plan.year and student.begins_on:
        return None
    if student.grade == "UG":
        return "UG"
    index = GRADES.index(student.grade) + year - plan.year
    return GRADES[index] if 0 <= index < GRADES.index("UG") else None


def _continuing(rng: Random, plan: YearPlan, year: int) -> list[Student]:
    """Students of the plan who are also there in `year`: first those whose school teaches their grade, then movers."""
    size = _sizes(plan.students)
    taken: Counter[tuple[str, str]] = Counter()
    gone = 1 - (1 - MOVED_AWAY) ** abs(year - plan.year)
    kept: list[Student] = []
    movers: list[tuple[Student, str]] = []
    for student in plan.students:
        grade = _grade_in(year, plan, student)
        if grade is None or rng.random() < gone:
            continue
        seat = (student.school, grade)
        if taken[seat] < round(size[seat] * CROWDED):
            taken[seat] += 1
            kept.append(replace(student, grade=grade, begins_on=None))
        else:
            movers.append((student, grade))
    schools_of = defaultdict(list)
    for school, grade in sorted(size):
        schools_of[grade].append(school)
    for student, grade in movers:
        free = [(size[school, grade] - taken[school, grade], school) for school in schools_of[grade]]
        most, roomiest = max(free, default=(0, ""))
        if most > 0:
            taken[roomiest, grade] += 1
            kept.append(replace(student, grade=grade, school=roomiest, begins_on=None))
    return kept


def _newcomers(rng: Random, plan: YearPlan, kept: list[Student], year: int) -> Iterator[Student]:
    """New students for the free seats, in groups and programs like those who sat there in the planned year."""
    before = defaultdict(list)
    for student in plan.students:
        before[student.school, student.grade].append(student)
    taken = _sizes(kept)
    seats = [seat for seat in sorted(before) for _ in range(len(before[seat]) - taken[seat])]
    # Base ids begin with 0, ids of later intakes with the year's last two digits: they never meet.
    for number, seat in enumerate(seats, start=1):
        model = rng.choice(before[seat])
        given, family = synthetic_name(rng)
        yield replace(
            model,
            local_id=f"{year % 100:02d}{number:05d}",
            given_name=given,
            family_name=family,
            birth_date=birth_date(rng, model.grade, year),
            race_flags=race_flags(rng, model.race),
            begins_on=None,
        )


def _modelled_discipline(
    rng: Random, plan: YearPlan, students: tuple[Student, ...], factor: float
) -> dict[Cell, dict[str, int]]:
    """Students by cell and measure: the planned year's rates times a factor that differs by school, as whole numbers.

    Measures that the source reserves stay absent, and no cell has more disciplined than enrolled students.
    """
    before = Counter(student.cell for student in plan.students)
    now = Counter(student.cell for student in students)
    of_school = {
        school.code: factor * rng.uniform(1 - SCHOOL_VARIATION, 1 + SCHOOL_VARIATION) for school in plan.schools
    }
    modelled = {}
    for cell in sorted(plan.discipline):
        share = now[cell] / before[cell] * of_school[cell.school] if before[cell] else 0.0
        modelled[cell] = _limited(_scaled(rng, plan.discipline[cell], share), now[cell])
    return modelled


def _scaled(rng: Random, counts: Mapping[str, int], share: float) -> dict[str, int]:
    """Counts times `share`, rounded up with the probability of the fraction, so that small cells do not die out."""
    scaled = {}
    for measure in DISCIPLINE:
        if measure in counts:
            exact = counts[measure] * share
            scaled[measure] = int(exact) + (rng.random() < exact % 1)
    return scaled


def _limited(counts: dict[str, int], enrolled: int) -> dict[str, int]:
    """Counts cut to what `enrolled` students can have: one or several suspensions, either kind of expulsion."""
    limited = {measure: min(number, enrolled) for measure, number in counts.items()}
    for first, second in (("oss_multiple", "oss_single"), ("expelled_services", "expelled_no_services")):
        if second in limited:
            limited[second] = min(limited[second], enrolled - limited.get(first, 0))
    return limited
