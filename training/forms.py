"""Forms of training. Every choice is limited to what the reader may act on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.access import Permission
from district.filtering import IsoDateField
from district.models import District, Organization, School, User
from training.eligibility import Kind, State
from training.models import (
    Availability,
    Certification,
    CircleCredit,
    Course,
    Credential,
    Language,
    Observation,
    Practice,
    Practitioner,
)

ANY = [("", gettext_lazy("Any"))]
SCORES = [
    (1, gettext_lazy("1 · not seen")),
    (2, gettext_lazy("2 · seen now and then")),
    (3, gettext_lazy("3 · seen mostly")),
    (4, gettext_lazy("4 · seen throughout")),
]


class ChoiceOf(forms.ModelChoiceField):
    """One record of a scope, named by its public id."""

    def __init__(
        self, label: Any, *, empty: Any = None, words: Callable[[Any], str] = str, required: bool = True, **options: Any
    ) -> None:
        self.words = words
        nobody = Practitioner.objects.none()
        options |= {"label": label, "required": required, "to_field_name": "uid"}
        super().__init__(nobody, empty_label=empty or gettext_lazy("Choose"), **options)

    def label_from_instance(self, obj: Any) -> str:
        return self.words(obj)


class ChoicesOf(forms.ModelMultipleChoiceField):
    """Several records of a scope, as boxes to tick."""

    def __init__(self, label: Any, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(
            Practitioner.objects.none(),
            label=label,
            to_field_name="uid",
            widget=forms.CheckboxSelectMultiple,
            **options,
        )


class TimeField(forms.TimeField):
    """A time of day, typed or picked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **options)


def languages_field(label: Any, **options: Any) -> forms.MultipleChoiceField:
    """Boxes of languages."""
    return forms.MultipleChoiceField(
        label=label, choices=Language.choices, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


class ScopedForm(forms.Form):
    """A form that knows who fills it in, and for which district."""

    def __init__(self, *args: Any, user: User, district: District | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.district = user, district
        self.limit()

    def limit(self) -> None:
        """Give the fields of this form their choices."""

    def offer(self, name: str, rows: QuerySet) -> None:
        """Limit a field to rows."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = rows

    def offer_schools(self, name: str = "schools") -> None:
        """Offer the schools of the district that are open."""
        self.offer(name, School.objects.filter(district=self.district, closed_on=None).order_by("name"))

    def offer_organizations(self, name: str = "organization") -> None:
        """Offer the organizations of the district."""
        self.offer(name, Organization.objects.filter(district=self.district))

    def offer_own_organization(self, name: str = "organization") -> None:
        """Offer the organizations for which the reader acts; a single one needs no choice."""
        rows = Organization.objects.all().allowed(self.user, Permission.TRAINING_EDIT)
        self.offer(name, rows)
        if rows.count() == 1:
            self.fields[name].initial = rows.get().uid
            self.fields[name].widget = forms.HiddenInput()

    def offer_people(self, name: str, permission: Permission) -> None:
        """Offer people whom the reader has in scope."""
        rows = Practitioner.objects.allowed(self.user, permission).filter(district=self.district)
        self.offer(name, rows.select_related("person"))


class ReasonForm(ScopedForm):
    """A reason that stays on record."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("It stays on record.")
    )


class NoteForm(ScopedForm):
    """A note that may be empty."""

    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, help_text=gettext_lazy("It stays on record.")
    )


# --- People --------------------------------------------------------------------------------------------------------
class PersonForm(ScopedForm):
    """Who somebody is, where they serve, what they speak."""

    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=255)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=255, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Where invitations and questions go. Each person has their own."),
    )
    capacity = forms.ChoiceField(label=gettext_lazy("Role"), choices=Practitioner.Capacity.choices)
    organization = ChoiceOf(
        gettext_lazy("Home organization"), required=False, empty=gettext_lazy("None, or the district")
    )
    schools = ChoicesOf(
        gettext_lazy("Schools served"), help_text=gettext_lazy("None ticked: any school of the district.")
    )
    languages = languages_field(gettext_lazy("Languages in which they can hold a circle"))

    def limit(self) -> None:
        self.offer_schools()
        self.offer_organizations()


class AvailabilityForm(forms.Form):
    """One time in the week."""

    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", gettext_lazy("Not used")), *Availability.Weekday.choices],
    )
    begins = TimeField(label=gettext_lazy("From"), required=False)
    ends = TimeField(label=gettext_lazy("Until"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("weekday") is not None:
            for name in ("begins", "ends"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Give both times."))
            if given.get("begins") and given.get("ends") and given["ends"] <= given["begins"]:
                self.add_error("ends", _("The end comes after the beginning."))
        return given


class AwayForm(ReasonForm):
    """Days on which somebody is not asked."""

    begins_on = IsoDateField(label=gettext_lazy("From"))
    ends_on = IsoDateField(
        label=gettext_lazy("Through"), required=False, help_text=gettext_lazy("Empty: until further notice.")
    )
    field_order = ("begins_on", "ends_on", "reason")


def person_words(practitioner: Practitioner) -> str:
    """Somebody told from others of the same name: by role and address."""
    parts = (practitioner.person.name, practitioner.get_capacity_display(), practitioner.person.email)
    return ", ".join(filter(None, map(str, parts)))


class MergeForm(ReasonForm):
    """Which record is the same person."""

    other = ChoiceOf(gettext_lazy("The other record, which goes"), words=person_words)
    field_order = ("other", "reason")

    def limit(self) -> None:
        self.offer_people("other", Permission.TRAINING_EDIT)


class ObservationForm(ScopedForm):
    """A circle that was observed."""

    observer = ChoiceOf(gettext_lazy("Observer"), help_text=gettext_lazy("Certified for the practice on that day."))
    practice = ChoiceOf(gettext_lazy("Practice"))
    observed_on = IsoDateField(label=gettext_lazy("Day"))
    state = forms.ChoiceField(label=gettext_lazy("Result"), choices=Observation.STATES, widget=forms.RadioSelect)
    comments = forms.CharField(
        label=gettext_lazy("Comments for the keeper"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("About how the circle was kept. Name nobody who took part."),
    )

    def __init__(self, *args: Any, items: list[str], **kwargs: Any) -> None:
        self.items = items
        super().__init__(*args, **kwargs)
        for number, words in enumerate(items):
            self.fields[f"score_{number}"] = forms.TypedChoiceField(
                label=words, coerce=int, choices=SCORES, widget=forms.RadioSelect
            )
        self.order_fields([*self.fields][:3] + [f"score_{number}" for number in range(len(items))])

    def limit(self) -> None:
        self.offer_people("observer", Permission.TRAINING_EDIT)
        self.offer("practice", Practice.objects.filter(district=self.district).in_use())

    @property
    def scores(self) -> list[int]:
        """The scores in the order of the rubric."""
        return [self.cleaned_data[f"score_{number}"] for number in range(len(self.items))]


class CircleForm(ScopedForm):
    """A circle kept elsewhere, or before the record of circles began."""

    practice = ChoiceOf(gettext_lazy("Practice"))
    held_on = IsoDateField(label=gettext_lazy("Day"))
    part = forms.ChoiceField(label=gettext_lazy("Part"), choices=CircleCredit.Part.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Where it was held, and who can confirm it"),
        max_length=500,
        help_text=gettext_lazy("Name nobody who sat in the circle."),
    )

    def limit(self) -> None:
        self.offer("practice", Practice.objects.filter(district=self.district).in_use())


class PathwayForm(ScopedForm):
    """Which credential somebody sets out for."""

    credential = ChoiceOf(gettext_lazy("Credential"))

    def limit(self) -> None:
        day = self.district.today() if self.district else date.max
        self.offer("credential", Credential.objects.filter(district=self.district).offered_on(day))


class ExtensionForm(ReasonForm):
    """More time."""

    due_on = IsoDateField(label=gettext_lazy("New last day"))
    field_order = ("due_on", "reason")


# --- Evaluation ----------------------------------------------------------------------------------------------------
RESULTS = [
    (State.PASSED.value, gettext_lazy("Passed")),
    (State.REPEAT.value, gettext_lazy("Asked to repeat")),
    (State.FAILED.value, gettext_lazy("Failed")),
]


class BulkEvaluationForm(ScopedForm):
    """One step for many people, whether or not they were at the same session."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is evaluated?"),
        choices=[
            (Kind.COURSE.value, gettext_lazy("A course")),
            (Kind.DOCUMENT.value, gettext_lazy("A document")),
            (Kind.INTERVIEW.value, gettext_lazy("An interview")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.COURSE.value,
    )
    course = ChoiceOf(gettext_lazy("Course"), required=False, empty=gettext_lazy("None"))
    code = forms.SlugField(
        label=gettext_lazy("Document or interview"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Its code as in the requirements, such as background-check."),
    )
    addresses = forms.CharField(
        label=gettext_lazy("For whom?"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("E-mail addresses, one a line; of somebody who has none, the full name."),
    )
    state = forms.ChoiceField(label=gettext_lazy("Result"), choices=RESULTS, widget=forms.RadioSelect)
    evaluated_on = IsoDateField(label=gettext_lazy("On"), required=False, help_text=gettext_lazy("Empty: today."))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Needed when it failed: say why."),
    )

    def limit(self) -> None:
        self.offer("course", Course.objects.visible_to(self.user))

    def clean_addresses(self) -> list[str]:
        """Return the addresses, each once and in lower case."""
        text = self.cleaned_data["addresses"].replace(",", "\n").replace(";", "\n")
        found = list(dict.fromkeys(line.strip().lower() for line in text.splitlines() if line.strip()))
        if len(found) > 500:
            raise ValidationError(_("At most 500 people at once."))
        return found


class ProposalForm(ScopedForm):
    """Which credential, on what basis, and which trainer stands behind it."""

    credential = ChoiceOf(gettext_lazy("Credential"))
    trainer = ChoiceOf(
        gettext_lazy("Trainer of record"),
        required=False,
        empty=gettext_lazy("None"),
        help_text=gettext_lazy("Licensed today for this person's district, agency or schools."),
    )
    is_recognized = forms.BooleanField(label=gettext_lazy("Earned elsewhere and recognized here"), required=False)
    basis_note = forms.CharField(
        label=gettext_lazy("What it rests on"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("For a recognition: where and when it was earned, and what was seen of it."),
    )
    limited_to = ChoiceOf(
        gettext_lazy("A license for one agency only"), required=False, empty=gettext_lazy("Not limited")
    )
    schools = ChoicesOf(gettext_lazy("A license for these schools only"))

    def limit(self) -> None:
        day = self.district.today() if self.district else date.max
        self.offer("credential", Credential.objects.filter(district=self.district).offered_on(day))
        licences = Certification.objects.licences().filter(district=self.district).valid_on(day)
        licensed = Practitioner.objects.filter(pk__in=licences.order_by().values("practitioner"))
        self.offer("trainer", licensed.select_related("person"))
        self.offer_organizations("limited_to")
        self.offer_schools()


class PeerForm(ScopedForm):
    """A student who completed a course as a peer."""

    school = ChoiceOf(gettext_lazy("School"))
    local_id = forms.CharField(label=gettext_lazy("Student's local id"), max_length=255)
    course = ChoiceOf(gettext_lazy("Course"))
    completed_on = IsoDateField(label=gettext_lazy("Completed on"))
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=Decimal("0.25"), max_value=400, max_digits=5, decimal_places=2
    )

    def limit(self) -> None:
        schools = School.objects.where_allowed(self.user, Permission.PEER_KEEP)
        self.offer("school", schools.order_by("name"))
        self.offer("course", Course.objects.filter(district__in=schools.values("district")))


class AskForm(ScopedForm):
    """The circle for which somebody is asked. No free text: nothing about the people in it leaves the school."""

    school = ChoiceOf(gettext_lazy("School"))
    practice = ChoiceOf(gettext_lazy("Practice"))
    day = IsoDateField(label=gettext_lazy("Day"))
    begins = TimeField(label=gettext_lazy("Time"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=[*ANY, *Language.choices], required=False)

    def limit(self) -> None:
        schools = School.objects.where_allowed(self.user, Permission.KEEPER_ASK).filter(district=self.district)
        self.offer("school", schools.order_by("name"))
        self.offer("practice", Practice.objects.filter(district=self.district).in_use())
