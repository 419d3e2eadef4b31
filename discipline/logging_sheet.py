"""What the page that logs a referral shows: raw values as they were sent, sensible defaults, choices at hand."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from discipline.forms_logging import PART, LogForm, chosen_students
from discipline.models import (
    INCIDENT_LOCATIONS,
    Behavior,
    ContactWay,
    Incident,
    Involvement,
    LawEnforcement,
    OtherPerson,
    ReferralDraft,
    TriedFirst,
)
from district import picker
from district.models import Enrollment, School, SchoolYear, User
from district.page_parts import day_words, time_words

AT_HAND = 5
"""Behaviours shown as chips; the others open below."""
LOOKED_BACK = 60
"""Incidents whose behaviours say what is usual."""
CLASSROOM = "03014"


@dataclass(frozen=True)
class Choice:
    """One chip or option: its value, its word, whether it is chosen; `about` says what it means."""

    value: str
    word: str | Promise
    is_chosen: bool = False
    about: str = ""


@dataclass(frozen=True)
class Chosen:
    """A student on the form."""

    student: picker.Found
    part: str
    parts: tuple[Choice, ...]
    part_name: str


@dataclass
class Sheet:
    """The whole page. Values are what was sent, or defaults; errors stand beside the field they are about."""

    user: User
    school: School
    schools: list[School]
    key: str
    day: date
    day_fault: str
    is_today: bool
    time: str
    is_exact: bool
    location: str
    at_hand: list[Choice]
    other_behaviors: list[tuple[str, list[Choice]]]
    chosen: list[Chosen]
    tried: list[Choice]
    contact: list[Choice]
    locations: list[Choice]
    police: list[Choice]
    other_kinds: list[Choice]
    other_roles: list[Choice]
    other_words: str
    description: str
    asks_restorative: bool
    draft: ReferralDraft | None = None
    event: Incident | None = None
    find: str = ""
    found: tuple[picker.Found, ...] = ()
    find_note: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    warns_of_names: bool = False
    names_checked: bool = False

    @property
    def behaviors(self) -> int:
        """How many behaviours the code of conduct has on the day."""
        return len(self.at_hand) + sum(len(choices) for _category, choices in self.other_behaviors)

    @property
    def day_words(self) -> str:
        """The day as pages write it."""
        return day_words(self.day)

    @property
    def when_words(self) -> str:
        """When it happened, in one line."""
        day = _("Today") if self.is_today else day_words(self.day)
        return f"{day}, {self.time_words}" if self.time else day

    @property
    def time_words(self) -> str:
        """The time as pages write it; what cannot be read stays as it was sent."""
        try:
            hours, minutes = self.time.split(":")[:2]
            return time_words(time(int(hours), int(minutes)))
        except ValueError:
            return self.time

    @property
    def where_words(self) -> str:
        """Where it happened, in one line."""
        return str(INCIDENT_LOCATIONS.get(self.location, _("place not known")))

    @property
    def blank(self) -> Chosen:
        """An empty student, from which the script makes the ones it adds."""
        nobody = picker.Found(uuid.UUID(int=0), "", "", "")
        return Chosen(nobody, "", tuple(_choices(Involvement.Role.choices, {"responsible"})), "")

    def look_up(self, text: str) -> None:
        """Find students by the letters typed, for a browser without scripts."""
        self.find = text.strip()[: picker.LONGEST]
        try:
            findings = picker.look_up(text=self.find, school=self.school, day=self.day, by=self.user)
        except picker.TooFewLetters:
            self.find_note = _("Type at least three letters.")
        except picker.TooManyLookups as many:
            self.find_note = str(many)
        else:
            self.found = findings.students
            if not findings.students:
                self.find_note = _("Nobody at %(school)s begins with these letters.") % {"school": self.school.name}
            elif findings.is_more:
                self.find_note = _("There are more. Type another letter.")

    def take_errors(self, form: LogForm) -> None:
        """Put the form's faults beside their fields."""
        for name, texts in form.errors.items():
            for fault in texts.as_data():
                place = fault.code if name == "__all__" and fault.code in ("student", "behavior") else name
                self.errors += [(_ANCHORS.get(str(place), "log-form"), text) for text in fault.messages]
        self.warns_of_names = bool(form.names)


_ANCHORS = {
    "student": "find",
    "behavior": "behaviors",
    "occurred_time": "occurred_time",
    "location": "location",
    "tried_first": "tried",
    "family_contact": "contact",
    "description": "description",
    "other_words": "other_words",
}


def sheet_of(
    user: User,
    school: School,
    schools: list[School],
    data: QueryDict,
    *,
    draft: ReferralDraft | None = None,
    event: Incident | None = None,
    source: Incident | None = None,
    is_sent: bool = False,
) -> Sheet:
    """Return the page for what was sent, a draft, the next student of one event, the next event, or a fresh start."""
    has_values = is_sent or draft is not None
    now = timezone.localtime(timezone=ZoneInfo(school.district.timezone))
    told = event or source
    day, fault = _day(data.get("occurred_on", ""), school, told, now.date()) if has_values or told else (None, "")
    day = day or day_for(school, now.date())
    if has_values and not event:
        time, exact, location = data.get("occurred_time", ""), "is_time_exact" in data, data.get("location", "")
    elif told:
        time = f"{told.occurred_time:%H:%M}" if told.occurred_time else ""
        exact, location = told.is_time_exact, told.location
    else:
        time, exact = (f"{now:%H:%M}", True) if day == now.date() else ("", False)
        location = _usual_place(user) or CLASSROOM
    wanted = set(data.getlist("behavior"))
    tried = set(data.getlist("tried_first"))
    if told and not has_values:
        wanted = {str(uid) for uid in told.involvements.responsible().values_list("behavior__uid", flat=True)}
        tried = set(told.tried_first.split(","))
    behaviors = list(Behavior.objects.filter(district=school.district_id).valid_on(day).order_by("category", "title"))
    at_hand = _at_hand(user, school, behaviors, wanted)
    others = [one for one in behaviors if str(one.uid) not in {choice.value for choice in at_hand}]
    contact, role = data.get("family_contact", ""), data.get("other_role", "")
    return Sheet(
        user=user,
        school=school,
        schools=schools,
        key=data.get("key") or str(uuid.uuid4()),
        day=day,
        day_fault=fault,
        is_today=day == now.date(),
        time=time,
        is_exact=exact,
        location=location,
        at_hand=at_hand,
        other_behaviors=_by_category(others, wanted),
        chosen=[_chosen(student, part) for student, part in chosen_students(data, school, day)],
        tried=_choices(TriedFirst.choices, tried),
        contact=_choices([("", _("Not yet")), *ContactWay.choices], {contact}),
        locations=_choices([("", _("Not known")), *INCIDENT_LOCATIONS.items()], {location}),
        police=_choices([("", _("No")), *LawEnforcement.choices], {data.get("law_enforcement", "")}),
        other_kinds=_choices([("", _("Nobody else")), *OtherPerson.Kind.choices], {data.get("other_kind", "")}),
        other_roles=_choices(OtherPerson.Role.choices, {role or OtherPerson.Role.UNKNOWN.value}),
        other_words=data.get("other_words", ""),
        description=data.get("description", ""),
        asks_restorative="asks_restorative" in data,
        names_checked="names_checked" in data,
        draft=draft,
        event=event,
    )


def day_for(school: School, today: date) -> date:
    """Today where students are enrolled today; else the last day for which the roster names students."""
    if Enrollment.objects.attending(school, today).exists():
        return today
    years = SchoolYear.objects.filter(enrollments__school=school, starts_on__lte=today).order_by("-year")
    last = years.values_list("ends_on", flat=True).first()
    return min(last, today) if last else today


def _day(text: str, school: School, told: Incident | None, today: date) -> tuple[date | None, str]:
    if told and not text:
        return told.occurred_on, ""
    try:
        day = date.fromisoformat(text)
        return (day, "") if day <= today else (None, _("This day has not come yet. Today was put in."))
    except ValueError:
        return None, _("“%(text)s” is no day. The nearest one was put in.") % {"text": text[:20]} if text else ""


def _usual_place(user: User) -> str:
    """Where the writer's last incident was."""
    rows = Incident.objects.filter(logged_by=user).exclude(location="").order_by("-pk")
    return rows.values_list("location", flat=True).first() or ""


def _at_hand(user: User, school: School, behaviors: list[Behavior], wanted: set[str]) -> list[Choice]:
    """The behaviours chosen, then those that the writer has named lately, then those of the school."""
    own, latest = Incident.objects.filter(logged_by=user).order_by("-pk"), school.incidents.order_by("-occurred_on")
    counts: Counter[int | None] = Counter()
    for weight, incidents in ((LOOKED_BACK, own), (1, latest)):
        keys = list(incidents.values_list("pk", flat=True)[:LOOKED_BACK])
        for key in Involvement.objects.filter(incident__in=keys).values_list("behavior", flat=True):
            counts[key] += weight
    usual = sorted(behaviors, key=lambda behavior: (str(behavior.uid) not in wanted, -counts[behavior.pk]))
    most = max(AT_HAND, sum(str(behavior.uid) in wanted for behavior in behaviors))
    return [replace(_behavior(behavior, wanted), about="") for behavior in usual[:most]]


def _by_category(behaviors: list[Behavior], wanted: set[str]) -> list[tuple[str, list[Choice]]]:
    groups: dict[str, list[Choice]] = {}
    for behavior in behaviors:
        groups.setdefault(behavior.category or _("Other"), []).append(_behavior(behavior, wanted))
    return list(groups.items())


def _behavior(behavior: Behavior, wanted: set[str]) -> Choice:
    return Choice(str(behavior.uid), behavior.title, str(behavior.uid) in wanted, behavior.definition)


def _chosen(student: Any, part: str) -> Chosen:
    found = picker.found(student)
    parts = tuple(_choices(Involvement.Role.choices, {part}))
    return Chosen(found, part, parts, f"{PART}{found.uid}")


def _choices(pairs: Iterable[tuple[str, Any]], chosen: set[str]) -> list[Choice]:
    return [Choice(value, word, value in chosen) for value, word in pairs]
