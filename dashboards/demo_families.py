"""Families and notes of the demo: some guardians and languages, some good things that teachers wrote down.

Invented like the students. Few, so that the demo starts quickly; the same at every start.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

from district.actions_students import add_guardian, add_note, set_home_languages
from district.models import Enrollment, Guardian, School, SchoolYear, Student, StudentNote, User

STUDENTS = 30
"""Students of the demo's school who have a family on record."""
YEARS = 2
"""School years with notes: this one and the one before."""

# A language of the home, and how many of ten families speak it beside English or instead of it.
_LANGUAGES = ("en", "en", "en", "en", "es", "es", "ne", "sw", "am", "so")
_NOTES = (
    ("strength", "Explains fractions so that others understand them."),
    ("strength", "Notices when somebody sits alone, and goes over."),
    ("strength", "Draws maps from memory, with the rivers in the right place."),
    ("strength", "Speaks two languages and helps new families find their way."),
    ("strength", "Keeps calm when a game turns loud."),
    ("positive", "Stayed after the assembly to put the chairs away, unasked."),
    ("positive", "Gave a classmate the lead in the group and it went well."),
    ("positive", "Came back to yesterday's argument and said sorry first."),
    ("positive", "Read aloud in front of everybody for the first time."),
    ("positive", "Fixed the class clock with the help of a video."),
    ("support", "A short walk with the hall pass before tests."),
    ("support", "A seat near the door, and a word before a change of plan."),
    ("support", "Instructions in writing as well as said aloud."),
)


def give_families(school: School, author: User, seed: int) -> None:
    """Give some students of `school` guardians, languages and notes by `author`; nothing where there are some."""
    if Guardian.objects.filter(student__district=school.district_id).exists():
        return
    rng = Random(seed)  # noqa: S311 - synthetic records, not secrets
    years = list(school.district.begun_school_years()[:YEARS])
    keys = Enrollment.objects.filter(school=school, school_year=years[0]).values("student")
    students = Student.objects.filter(pk__in=keys).select_related("person").order_by("local_id")
    for student in list(students[: STUDENTS * 3 : 3]):
        _give_guardians(rng, student)
        for year in years:
            _give_note(rng, student, school, year, author)


def _give_guardians(rng: Random, student: Student) -> None:
    language = rng.choice(_LANGUAGES)
    languages = ["en"] if language == "en" else [language, "en"]
    set_home_languages(student=student, languages=languages, by=None)
    relationships = rng.choice((("parent", "parent"), ("parent",), ("grandparent",), ("parent", "stepparent")))
    for order, relationship in enumerate(relationships, start=1):
        number = rng.randrange(10_000)
        apart = relationship == "stepparent" and rng.random() < 0.5
        add_guardian(
            student=student,
            given_name=rng.choice(("Aster", "Clover", "Hazel", "Laurel", "Linden", "Olive", "Reed", "Willow")),
            family_name=student.person.family_name,
            relationship=relationship,
            phone=f"605-555-{number:04d}",
            languages=languages[:1] if language != "en" and order == 2 else languages,
            needs_interpreter=language not in ("en", "es") or (language == "es" and order == 2),
            contact_order=order,
            may_be_told=not apart,
            restriction="Court order on file in the office." if apart else "",
            by=None,
        )


def _give_note(rng: Random, student: Student, school: School, year: SchoolYear, author: User) -> None:
    """One note of the year, on a weekday that has come; not about everybody."""
    is_chosen, (kind, text), days = rng.random() < 0.7, rng.choice(_NOTES), rng.randrange(10, 120)
    enrollment = Enrollment.objects.filter(student=student, school=school, school_year=year).first()
    if enrollment is None or not is_chosen:
        return
    first_day, last_day = enrollment.begins_on or year.starts_on, enrollment.ends_on or year.ends_on
    noted_on = min(first_day + timedelta(days=days), last_day, school.district.today())
    noted_on -= timedelta(days=max(0, noted_on.weekday() - 4))
    if noted_on >= first_day:
        add_note(student=student, school=school, kind=StudentNote.Kind(kind), text=text, noted_on=noted_on, by=author)
