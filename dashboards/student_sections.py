"""The parts of a student's page: small tables and the meter, each limited to the reader and to the years shown."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.student_timeline import Years, in_years
from discipline.days_removed import days_by_kind
from discipline.models import Involvement, Referral, Removal, SentHome
from discipline.views import referral_status, removal_status, titles_of
from district.access import Permission
from district.columns import is_open
from district.models import Enrollment, Guardian, SchoolYear, Student, StudentNote, User
from district.page_parts import Cell, Heading, Section, day_words, school_days_words, span_words, year_words
from district.views_families import guardian_status, interpreter_words, language_words
from district.views_notes import author_words

ROWS = 20
"""Most rows of a section; the list behind it shows all."""


def list_url(name: str, student: Student, years: Years) -> str:
    """Address of a list of the student's rows, of the same years as the page."""
    query = {"student": str(student.uid)}
    if years is not None:
        query["school_year"] = ",".join(map(str, years))
    return f"{reverse(name)}?{urlencode(query)}"


def notes_of(student: Student, user: User, years: Years) -> dict[str, Any] | None:
    """Standing notes, the latest first; None for a reader who opens no notes."""
    if not (user.holds(Permission.NOTE_VIEW) or user.holds(Permission.NOTE_VIEW_OWN)):
        return None
    rows = in_years(StudentNote.objects.visible_to(user).standing().filter(student=student), years)
    found = list(rows.select_related("author", "school")[: ROWS + 1])
    return {
        "rows": [
            {
                "url": reverse("note_detail", args=[note.uid]),
                "kind": note.get_kind_display(),
                "text": note.text,
                "words": _("%(who)s, %(school)s, %(day)s")
                % {"who": author_words(note), "school": note.school.name, "day": day_words(note.noted_on)},
            }
            for note in found[:ROWS]
        ],
        "more": list_url("note_list", student, years) if len(found) > ROWS else "",
    }


def days_removed(student: Student, user: User, year: SchoolYear) -> dict[str, Any] | None:
    """School days removed in a year, by kind: for students to whom the count to day 10 does not apply.

    None for a reader who sees no removals.
    """
    if not user.holds(Permission.REMOVAL_VIEW):
        return None
    removals = Removal.objects.visible_to(user).filter(student=student, school_year=year)
    alleged = SentHome.objects.visible_to(user).alleged().filter(student=student, school_year=year)
    return {"year": year_words(year.year), "kinds": days_by_kind(removals), "alleged": alleged_words(alleged)}


def alleged_words(alleged: QuerySet[SentHome]) -> str:
    """What a family says and nobody has confirmed, apart from the days that count; empty when there is none."""
    found = alleged.order_by().aggregate(count=Count("pk"), days=Sum("days"))
    if not found["count"]:
        return ""
    words = ngettext(
        "Apart from these, the family says: sent home %(count)d time, %(days)s. Nobody has confirmed it yet.",
        "Apart from these, the family says: sent home %(count)d times, %(days)s. Nobody has confirmed it yet.",
        found["count"],
    )
    return words % {"count": found["count"], "days": school_days_words(found["days"])}


def referral_section(student: Student, user: User, years: Years) -> Section:
    """The student's referrals, the latest first."""
    referrals = in_years(Referral.objects.visible_to(user).filter(student=student), years)
    found = list(referrals.select_related("incident", "school")[: ROWS + 1])
    parts = Involvement.objects.filter(student=student, incident__in=[one.incident_id for one in found])
    titles = titles_of(parts, "incident")
    rows = [
        [
            Cell(titles.get(referral.incident_id, _("Referral")), reverse("referral_detail", args=[referral.uid])),
            Cell(day_words(referral.incident.occurred_on)),
            Cell(referral.school.name),
            Cell(status=referral_status(referral)),
        ]
        for referral in found[:ROWS]
    ]
    headings = (Heading(_("Behavior")), Heading(_("Day")), Heading(_("School")), Heading(_("Status")))
    more = (list_url("referral_list", student, years), _("All referrals")) if len(found) > ROWS else None
    empty = _("Not referred in these years at the schools you can see.")
    return Section(_("Referrals"), headings, rows, empty, more=more)


def removal_section(student: Student, user: User, years: Years) -> Section:
    """The student's removals, the latest first."""
    removals = in_years(Removal.objects.visible_to(user).filter(student=student), years)
    found = list(removals.select_related("school__district")[: ROWS + 1])
    rows = [
        [
            Cell(removal.get_kind_display(), reverse("removal_detail", args=[removal.uid])),
            Cell(span_words(removal.begins_on, removal.ends_on)),
            Cell(school_days_words(removal.days)),
            Cell(removal.school.name),
            Cell(status=removal_status(removal, removal.school.district.today())),
        ]
        for removal in found[:ROWS]
    ]
    headings = (
        Heading(_("Removal")),
        Heading(_("When")),
        Heading(_("Length")),
        Heading(_("School")),
        Heading(_("Status")),
    )
    more = (list_url("removal_list", student, years), _("All removals")) if len(found) > ROWS else None
    empty = _("Not removed in these years at the schools you can see.")
    return Section(_("Removals"), headings, rows, empty, more=more)


def enrollment_section(student: Student, user: User, years: Years) -> Section:
    """Where the student is enrolled, with programs where every grant of the reader opens them."""
    found = in_years(Enrollment.objects.visible_to(user).filter(student=student), years)
    open_programs = is_open(Enrollment, Permission.DEMOGRAPHICS_VIEW, user)
    rows = []
    for enrollment in found.select_related("school", "school_year"):
        row = [
            Cell(year_words(enrollment.school_year.year), note=enrollment.school_year.label),
            Cell(enrollment.school.name),
            Cell(enrollment.get_grade_display()),
            Cell(span_words(enrollment.begins_on, enrollment.ends_on)),
        ]
        rows.append([*row, Cell(programs_words(enrollment))] if open_programs else row)
    headings = [Heading(_("School year")), Heading(_("School")), Heading(_("Grade")), Heading(_("When"))]
    if open_programs:
        headings.append(Heading(_("Programs")))
    return Section(_("Enrollments"), tuple(headings), rows, _("Not enrolled in these years at a school you can see."))


def guardian_section(student: Student, user: User) -> Section:
    """The student's guardians today, in the order of contact; a name leads to its form for those who may change it."""
    rows = Guardian.objects.visible_to(user).filter(student=student).valid_on(student.district.today())
    editable = set(
        Guardian.objects.all()
        .allowed(user, Permission.GUARDIAN_EDIT)
        .filter(student=student)
        .values_list("pk", flat=True)
    )
    cells = [
        [
            Cell(
                guardian.person.name,
                reverse("guardian_change", args=[guardian.uid]) if guardian.pk in editable else "",
                guardian.get_relationship_display(),
            ),
            Cell(language_words(guardian.languages), note=interpreter_words(guardian)),
            Cell(guardian.person.phone, note=guardian.person.email),
            Cell(status=guardian_status(guardian), note=guardian.restriction),
        ]
        for guardian in rows.select_related("person")
    ]
    headings = (
        Heading(_("Guardian")),
        Heading(_("Languages")),
        Heading(_("Contact"), is_day=True),
        Heading(_("Status")),
    )
    note = _("Languages at home: %(languages)s.") % {"languages": language_words(student.home_languages)}
    may_add = Student.objects.all().allowed(user, Permission.GUARDIAN_EDIT).filter(pk=student.pk).exists()
    more = (reverse("guardian_add", args=[student.uid]), _("Add a guardian")) if may_add else None
    return Section(_("Guardians"), headings, cells, _("No guardian is recorded."), note=note, more=more)


def programs_words(enrollment: Enrollment) -> str:
    """The programs that serve a student; unreported ones are said to be so."""
    flags = {name: getattr(enrollment, name) for name in Enrollment.PROGRAMS}
    labels = {field.name: field.verbose_name for field in Enrollment._meta.fields}
    served = [str(labels[name]) for name, flag in flags.items() if flag]
    if all(flag is None for flag in flags.values()):
        return _("Not reported")
    return ", ".join(served) or _("none")
