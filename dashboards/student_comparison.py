"""Two records of what may be one student, side by side, and what a merge of them would do."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.merging import Preview
from discipline.models import Referral, Removal
from district.duplicates import Likeness, Named, find_pairs
from district.merging_students import gaps
from district.models import Enrollment, Guardian, Student, StudentNote
from district.page_parts import Cell, Heading, Section, day_words, year_words
from district.views_families import language_words

LIKENESS = {
    Likeness.SAME: gettext_lazy("Same name, same birth date"),
    Likeness.SWAPPED: gettext_lazy("Names in another order, same birth date"),
    Likeness.SHORTER: gettext_lazy("One name is shorter, same birth date"),
    Likeness.DATE_SWAPPED: gettext_lazy("Same name, day and month of birth exchanged"),
    Likeness.DATE_MISSING: gettext_lazy("Same name, one birth date not known"),
}
Candidate = tuple[Student, Student, Any]


def candidates(students: models.QuerySet, *, of: Student | None = None, most: int = 20) -> list[Candidate]:
    """Pairs among `students` that look alike, the surest first, with the reason in words; only those `of` one.

    Two queries, however many students.
    """
    if of is not None:
        # Every look-alike shares a word of the name; the longest one is the rarest.
        word = max(of.person.search_name.split(), key=len, default="")
        students = students.filter(Q(person__search_name__contains=word) if word else Q(pk=of.pk))
    columns = students.order_by("pk").values_list("pk", "person__search_name", "birth_date")
    named = (Named(*row) for row in columns.iterator())
    pairs = [pair for pair in find_pairs(named) if of is None or of.pk in (pair.first, pair.second)][:most]
    keys = {key for pair in pairs for key in (pair.first, pair.second)}
    found = Student.objects.select_related("person").in_bulk(keys)
    return [(found[pair.first], found[pair.second], LIKENESS[pair.likeness]) for pair in pairs]


def comparison_section(kept: Student, merged: Student) -> Section:
    """Both records, fact by fact; what differs is said."""
    lines = zip(_facts(kept), _facts(merged), strict=True)
    rows = [
        [Cell(label), Cell(one), Cell(other, note="" if one == other else _("differs"))]
        for (label, one), (_label, other) in lines
    ]
    headings = (Heading(_("Fact")), Heading(_("Kept")), Heading(_("Merged away")))
    return Section(_("Side by side"), headings, rows)


def plan_section(kept: Student, merged: Student, planned: Preview) -> Section:
    """What would move, what is there twice and what becomes of it, and what the kept record takes over."""
    rows = [
        [
            Cell(words.label),
            Cell(str(moved), is_number=True),
            Cell(str(doubles), is_number=True),
            Cell(words.double if doubles else ""),
        ]
        for words, moved, doubles in planned.lines()
    ]
    labels = {
        "birth_date": _("birth date"),
        "race": _("race or ethnicity"),
        "sex": _("sex"),
        "phone": _("phone"),
        "sourced_id": _("roster id"),
        "home_languages": _("languages at home"),
    }
    taken = ", ".join(labels[name] for name in gaps(kept, merged))
    headings = (
        Heading(_("Records")),
        Heading(_("Move"), is_number=True),
        Heading(_("There twice"), is_number=True),
        Heading(_("What becomes of those")),
    )
    note = _("The kept record also takes over: %(what)s.") % {"what": taken} if taken else ""
    empty = _("Nothing moves: the other record holds nothing but its ids.")
    return Section(_("What the merge would do"), headings, rows, empty, note=note)


def _facts(student: Student) -> list[tuple[str, str]]:
    """What is known of a student, label and words. Five queries."""
    enrollments = Enrollment.objects.filter(student=student).select_related("school", "school_year")
    schools = [f"{row.school.name} {year_words(row.school_year.year)}" for row in enrollments]
    counts = [
        (_("Referrals"), Referral.objects.filter(student=student).countable()),
        (_("Removals"), Removal.objects.filter(student=student).standing()),
        (_("Notes"), StudentNote.objects.filter(student=student).standing()),
        (_("Guardians"), Guardian.objects.filter(student=student).standing()),
    ]
    return [
        (_("Name"), student.person.name),
        (_("Local id"), student.local_id),
        (_("Roster id"), student.person.sourced_id or _("none")),
        (_("Birth date"), day_words(student.birth_date) or _("not known")),
        (_("Race or ethnicity"), str(student.get_race_display())),
        (_("Sex"), str(student.get_sex_display())),
        (_("Grade"), str(student.get_grade_display())),
        (_("Languages at home"), language_words(student.home_languages)),
        (_("Schools"), ", ".join(schools) or _("none")),
        *((label, str(rows.count())) for label, rows in counts),
    ]
