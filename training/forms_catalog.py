"""Forms of sessions, courses and credentials."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.filtering import IsoDateField
from district.models import District, School, SeatAllotment
from training.eligibility import Kind, Mode
from training.forms import ChoiceOf, ChoicesOf, ScopedForm, TimeField, languages_field
from training.models import (
    TIERS,
    Course,
    Credential,
    Language,
    Practice,
    Practitioner,
    Requirement,
    RequirementGroup,
    SessionTrainer,
)


class SessionForm(ScopedForm):
    """A session: what, who, where, for how many. Its days stand below."""

    course = ChoiceOf(gettext_lazy("Course"))
    organization = ChoiceOf(gettext_lazy("Given by"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices, initial="en")
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    link = forms.URLField(
        label=gettext_lazy("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("For sessions held online; only those registered see it."),
    )
    timezone_name = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Empty: that of the district."),
    )
    capacity = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=2000, initial=24)
    school = ChoiceOf(gettext_lazy("For one school only"), required=False, empty=gettext_lazy("No, for any"))
    is_open = forms.BooleanField(
        label=gettext_lazy("Open to everybody"),
        required=False,
        help_text=gettext_lazy("Listed in public; anybody may take a seat that no memorandum holds."),
    )

    def limit(self) -> None:
        self.offer_own_organization()
        districts = District.objects.filter(
            pk__in={grant.district_id for grant in self.user.grants_with(Permission.TRAINING_EDIT)}
        )
        courses = Course.objects.visible_to(self.user).filter(district__in=districts)
        for district in districts:
            courses = courses.offered_on(district.today())
        self.offer("course", courses)
        schools = School.objects.filter(district__in=districts, closed_on=None)
        self.offer("school", schools.order_by("name"))


class DayForm(forms.Form):
    """One day of a session."""

    day = IsoDateField(label=gettext_lazy("Day"), required=False)
    begins = TimeField(label=gettext_lazy("From"), required=False)
    ends = TimeField(label=gettext_lazy("Until"), required=False)
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"),
        required=False,
        min_value=Decimal("0.25"),
        max_value=24,
        max_digits=4,
        decimal_places=2,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        begins, ends, hours = given.get("begins"), given.get("ends"), given.get("hours")
        if given.get("day") is None:
            if begins or ends or hours:
                self.add_error("day", _("Which day?"))
            return given
        if begins and ends and ends <= begins:
            self.add_error("ends", _("The end comes after the beginning."))
        if hours is None and "hours" not in self.errors:
            if not (begins and ends):
                self.add_error("hours", _("Give the hours, or both times."))
            elif ends > begins:
                minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
                given["hours"] = (Decimal(minutes) / 60).quantize(Decimal("0.01"))
        return given


class TeamForm(ScopedForm):
    """Who trains."""

    practitioner = ChoiceOf(gettext_lazy("Trainer"), required=False, empty=gettext_lazy("Nobody"))
    part = forms.ChoiceField(label=gettext_lazy("Part"), choices=SessionTrainer.Part.choices, required=False)

    def limit(self) -> None:
        rows = Practitioner.objects.allowed(self.user, Permission.TRAINING_EDIT)
        self.offer("practitioner", rows.select_related("person"))


def allotment_words(allotment: SeatAllotment) -> str:
    """What an allotment is called in a choice."""
    return _("%(label)s: %(memorandum)s (%(seats)d seats)") % {
        "label": allotment.label,
        "memorandum": allotment.memorandum.title,
        "seats": allotment.seats,
    }


class SeatsForm(ScopedForm):
    """Seats of a session for a memorandum."""

    allotment = ChoiceOf(gettext_lazy("Seats of which memorandum?"), words=allotment_words)
    seats = forms.IntegerField(label=gettext_lazy("Seats to keep"), min_value=1, max_value=2000)

    def __init__(self, *args: Any, session: Any, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, **kwargs)

    def limit(self) -> None:
        rows = SeatAllotment.objects.visible_to(self.user).filter(memorandum__district=self.session.district)
        self.offer("allotment", rows.open_on(self.session.begins_on).select_related("memorandum"))


class CourseForm(ScopedForm):
    """A course of the catalog."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Short and lasting, such as circles.")
    )
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class CourseVersionForm(ScopedForm):
    """What a course is, from a day on."""

    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=Decimal("0.25"), max_value=400, max_digits=5, decimal_places=2
    )
    practices = ChoicesOf(gettext_lazy("What it prepares somebody to hold"))
    prerequisites = ChoicesOf(gettext_lazy("Courses to be passed before"))
    languages = languages_field(gettext_lazy("Languages in which it is given"))
    valid_from = IsoDateField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Today or later; empty: today.")
    )

    def limit(self) -> None:
        self.offer("practices", Practice.objects.filter(district=self.district))
        self.offer("prerequisites", Course.objects.filter(district=self.district))


class NewCourseForm(CourseForm, CourseVersionForm):
    """A course with its first version."""

    field_order = ("title", "code", "description", "hours", "practices", "prerequisites", "languages", "valid_from")


class CourseChangeForm(ScopedForm):
    """What may change of a course without a new version."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    closed_on = IsoDateField(label=gettext_lazy("No longer given from"), required=False)


class PracticeForm(ScopedForm):
    """A practice: a new one, or another name or tier for one that exists."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("The code of an existing practice changes it."),
    )
    tier = forms.TypedChoiceField(label=gettext_lazy("Tier"), choices=TIERS, coerce=int)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)


class CredentialForm(ScopedForm):
    """A step of the ladder."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    rank = forms.IntegerField(label=gettext_lazy("Place on the ladder"), min_value=0, max_value=99)
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    practices = ChoicesOf(gettext_lazy("What its holder may hold"))
    is_license = forms.BooleanField(label=gettext_lazy("A trainer's license"), required=False)

    def limit(self) -> None:
        self.offer("practices", Practice.objects.filter(district=self.district))


class CredentialChangeForm(ScopedForm):
    """What may change of a credential without a new version."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    rank = forms.IntegerField(label=gettext_lazy("Place on the ladder"), min_value=0, max_value=99)
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    practices = ChoicesOf(gettext_lazy("What its holder may hold"))
    closed_on = IsoDateField(label=gettext_lazy("No longer given from"), required=False)

    def limit(self) -> None:
        self.offer("practices", Practice.objects.filter(district=self.district))


class CredentialVersionForm(ScopedForm):
    """How long a credential is valid and how it is renewed, from a day on."""

    valid_from = IsoDateField(label=gettext_lazy("From"), help_text=gettext_lazy("Today or later."))
    validity_months = forms.IntegerField(
        label=gettext_lazy("Months of validity"),
        min_value=1,
        max_value=240,
        required=False,
        help_text=gettext_lazy("Empty: it does not expire."),
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("Renewal begins so many days before the end"), min_value=0, max_value=730, initial=90
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace after the end"), min_value=0, max_value=365, initial=30
    )
    deadline_days = forms.IntegerField(
        label=gettext_lazy("Days to complete it"), min_value=1, max_value=3650, required=False
    )
    note = forms.CharField(label=gettext_lazy("What changes"), max_length=500, required=False)


class RequirementForm(ScopedForm):
    """One requirement; a line without a kind is not used."""

    purpose = forms.ChoiceField(label=gettext_lazy("For"), choices=RequirementGroup.Purpose.choices, required=False)
    group = forms.IntegerField(label=gettext_lazy("Group"), min_value=1, max_value=9, initial=1, required=False)
    mode = forms.ChoiceField(
        label=gettext_lazy("Of the group"),
        choices=[(Mode.ALL.value, gettext_lazy("all")), (Mode.ANY.value, gettext_lazy("any one"))],
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[("", gettext_lazy("Not used")), *Requirement.KINDS], required=False
    )
    courses = forms.ModelMultipleChoiceField(
        Course.objects.none(), label=gettext_lazy("Courses"), to_field_name="uid", required=False
    )
    credential = ChoiceOf(gettext_lazy("Credential"), required=False, empty=gettext_lazy("None"))
    code = forms.SlugField(label=gettext_lazy("Document or interview"), max_length=40, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("How many"), min_value=Decimal("0.25"), max_digits=6, decimal_places=2, required=False
    )
    tier = forms.TypedChoiceField(
        label=gettext_lazy("Tier or above"),
        choices=[("", gettext_lazy("Any")), *[(tier, str(tier)) for tier, _words in TIERS]],
        coerce=int,
        empty_value=None,
        required=False,
    )
    must_lead = forms.BooleanField(label=gettext_lazy("Led"), required=False)
    months = forms.IntegerField(label=gettext_lazy("Within months"), min_value=1, max_value=240, required=False)
    each_year = forms.BooleanField(label=gettext_lazy("In each year"), required=False)

    def limit(self) -> None:
        self.offer("courses", Course.objects.filter(district=self.district))
        self.offer("credential", Credential.objects.filter(district=self.district))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needs = {Kind.COURSE.value: "courses", Kind.CREDENTIAL.value: "credential"}
        needs |= dict.fromkeys((Kind.DOCUMENT.value, Kind.INTERVIEW.value), "code")
        name = needs.get(given.get("kind", ""))
        if name and not given.get(name) and name not in self.errors:
            self.add_error(name, _("A requirement of this kind needs it."))
        if given.get("kind") == Kind.COURSE.value and len(given.get("courses") or ()) > 1:
            self.add_error("courses", _("One course a line; hours may name several."))
        return given
