"""Pages of staff about a family: its links, what it asked for, and what it says about being sent home."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.actions.families import make_link, refusal_of, revoke_link
from discipline.family.forms import LinkForm
from discipline.family.words_of_states import link_status, report_status, request_status
from discipline.models import FamilyLink, FamilyRequest, SentHome
from district import tables
from district.access import Permission
from district.accounts import session_is_fresh
from district.models import Enrollment, Guardian, School, Student, User
from district.page_parts import Cell, Fact, Heading, Section, Status, day_words, moment_words, plain_days
from district.pages import RecordPage, tell
from district.record_forms import ReasonForm, RecordFormPage
from district.steps import StepNotAllowed
from district.views_families import language_words

OF_AGE = 18
"""Years at which the rights of FERPA pass to the student (34 CFR 99.5)."""


def school_for(user: User, student: Student) -> School | None:
    """The student's latest school of those where `user` may show the record to a family."""
    rows = Enrollment.objects.all().allowed(user, Permission.FAMILY_PAGE).filter(student=student)
    latest = rows.select_related("school__district").order_by("-school_year__year", "-begins_on", "-pk").first()
    return latest.school if latest else None


def of_age_on(born: date | None, day: date) -> bool:
    """Whether somebody born on a day is of age on another; born on February 29, from March 1 on."""
    if born is None:
        return False
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return years >= OF_AGE


class StudentFamily(RecordPage):
    """What the family of one student can see by a link, and what it asked for."""

    needs = Permission.FAMILY_PAGE
    table = tables.STUDENTS

    def queryset(self) -> models.QuerySet:
        rows = Student.objects.all().allowed(self.request.user, Permission.FAMILY_PAGE)
        return rows.select_related("person", "district")

    def describe(self, record: Student) -> dict[str, Any]:
        user = self.request.user
        is_of_age = of_age_on(record.birth_date, record.district.today())
        notice = _("The student is of age: the rights of the record are the student's own (34 CFR 99.5).")
        return {
            "title": _("Family of %(student)s") % {"student": record.person.name},
            "list_url": reverse("student_detail", args=[record.uid]),
            "list_words": record.person.name,
            "lead": _("A link shows one guardian what was recorded about this student, and nobody else's child."),
            "notice": notice if is_of_age else "",
            "notice_tone": "warn",
            "facts": [],
            "sections": [
                self._guardians(record),
                self._links(record, user),
                self._requests(record, user),
                *([self._reports(record, user)] if user.holds(Permission.REMOVAL_VIEW) else []),
            ],
        }

    def _guardians(self, student: Student) -> Section:
        rows = []
        for guardian in (
            Guardian.objects.filter(student=student).standing().select_related("person", "student__district")
        ):
            refused = refusal_of(guardian)
            rows.append(
                [
                    Cell(guardian.person.name, note=guardian.get_relationship_display()),
                    Cell(language_words(guardian.languages)),
                    Cell(status=Status(_("No link"), "late"), note=refused)
                    if refused
                    else Cell(_("Make a link"), reverse("family_link_new", args=[guardian.uid])),
                ]
            )
        headings = (Heading(_("Guardian")), Heading(_("Languages")), Heading(_("Link")))
        return Section(_("Who may have a link"), headings, rows, _("No guardian is recorded."))

    def _links(self, student: Student, user: User) -> Section:
        links = (
            FamilyLink.objects.visible_to(user).filter(student=student).select_related("guardian__person", "made_by")
        )
        rows = [
            [
                Cell(link.guardian.person.name, note=str(link.made_by)),
                Cell(moment_words(link.expires_at)),
                Cell(str(link.opened), note=moment_words(link.opened_at), is_number=True),
                Cell(status=link_status(link), note=link.revoke_reason),
                Cell(_("Revoke"), reverse("family_link_revoke", args=[link.uid])) if link.is_open else Cell(""),
            ]
            for link in links
        ]
        headings = (
            Heading(_("For")),
            Heading(_("Ends")),
            Heading(_("Opened"), is_number=True),
            Heading(_("Status")),
            Heading(_("Revoke")),
        )
        return Section(_("Links"), headings, rows, _("No link was made yet."))

    def _requests(self, student: Student, user: User) -> Section:
        requests = FamilyRequest.objects.visible_to(user).filter(student=student)
        rows = [
            [
                Cell(row.get_kind_display(), reverse("family_request", args=[row.uid])),
                Cell(day_words(row.asked_on)),
                Cell(day_words(row.due_on)),
                Cell(status=request_status(row)),
            ]
            for row in requests.select_related("school__district")
        ]
        headings = (
            Heading(_("Asked for")),
            Heading(_("Asked on"), is_day=True),
            Heading(_("To answer by"), is_day=True),
            Heading(_("Status")),
        )
        return Section(_("What the family asked for"), headings, rows, _("Nothing was asked for yet."))

    def _reports(self, student: Student, user: User) -> Section:
        reports = SentHome.objects.visible_to(user).filter(student=student).select_related("school__district")
        rows = [
            [
                Cell(day_words(row.begins_on), reverse("sent_home_detail", args=[row.uid])),
                Cell(plain_days(row.days), is_number=True),
                Cell(row.get_source_display()),
                Cell(status=report_status(row)),
            ]
            for row in reports
        ]
        headings = (
            Heading(_("Sent home on"), is_day=True),
            Heading(_("School days"), is_number=True),
            Heading(_("Told by")),
            Heading(_("Status")),
        )
        may = user.holds(Permission.REMOVAL_RECORD)
        more = (
            (reverse("sent_home_new", args=[student.uid]), _("Record that the student was sent home")) if may else None
        )
        return Section(_("Sent home"), headings, rows, _("Nothing is on record."), more=more)


class NewLinkPage(RecordFormPage):
    """Make a link for one guardian, on a fresh proof of who asks. Its address is shown once."""

    needs = Permission.FAMILY_PAGE
    table = tables.GUARDIANS
    form_class = LinkForm
    title = gettext_lazy("A link for this guardian")
    about = gettext_lazy("It opens what was recorded about the student, without a sign-in. It is shown once, now.")
    submit_words = gettext_lazy("Make the link")

    def records(self) -> models.QuerySet:
        rows = Guardian.objects.all().allowed(self.request.user, Permission.FAMILY_PAGE)
        return rows.select_related("person", "student__person", "student__district")

    def refusal(self) -> str:
        return refusal_of(self.record)

    def facts(self) -> list[Fact]:
        guardian = self.record
        return [
            Fact(_("For"), guardian.person.name, guardian.get_relationship_display()),
            Fact(_("About"), guardian.student.person.name),
            Fact(_("Languages"), language_words(guardian.languages)),
        ]

    def back(self) -> tuple[str, str]:
        return reverse("family_links", args=[self.record.student.uid]), self.record.student.person.name

    def form_valid(self, form: Any) -> HttpResponse:
        user = self.request.user
        if not session_is_fresh(self.request):
            again = urlencode({"next": self.request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{again}")
        school = school_for(user, self.record.student)
        try:
            if school is None:
                raise ValidationError(_("The student has no school here."))
            link, secret = make_link(guardian=self.record, school=school, by=user, **form.cleaned_data)
        except (ValidationError, StepNotAllowed) as refused:
            tell(form, refused)
            return self.form_invalid(form)
        address = self.request.build_absolute_uri(reverse("family_page", args=[secret]))
        context = {"address": address, "ends": moment_words(link.expires_at), "facts": self.facts()}
        back_url, back_words = self.back()
        context |= {"back_url": back_url, "back_words": back_words}
        return render(self.request, "discipline/family/link_made.html", context)


class RevokeLinkPage(RecordFormPage):
    """End a link at once."""

    needs = Permission.FAMILY_PAGE
    table = tables.GUARDIANS
    form_class = ReasonForm
    title = gettext_lazy("Why is this link revoked?")
    about = gettext_lazy("Whoever has it sees nothing from now on.")
    submit_words = gettext_lazy("Revoke the link")
    done = gettext_lazy("Revoked.")

    def records(self) -> models.QuerySet:
        rows = FamilyLink.objects.all().allowed(self.request.user, Permission.FAMILY_PAGE)
        return rows.select_related("guardian__person", "student__person")

    def traced(self) -> models.QuerySet:
        return Guardian.objects.filter(pk=self.record.guardian_id)

    def refusal(self) -> str:
        return _("This link has been revoked already.") if self.record.revoked_at else ""

    def facts(self) -> list[Fact]:
        return [
            Fact(_("For"), self.record.guardian.person.name),
            Fact(_("Ends"), moment_words(self.record.expires_at)),
            Fact(_("Opened"), str(self.record.opened), moment_words(self.record.opened_at)),
        ]

    def back(self) -> tuple[str, str]:
        return reverse("family_links", args=[self.record.student.uid]), self.record.student.person.name

    def save(self, form: Any) -> None:
        revoke_link(link=self.record, by=self.request.user, **form.cleaned_data)
