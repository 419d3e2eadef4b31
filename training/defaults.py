"""What a new district begins with: practices, courses, a ladder of credentials. All of it local and open to change.

The ladder follows what training organizations publish (hours of introduction, circles, conferences and of training
trainers); no law or standard sets these levels.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_noop as _

from training.eligibility import Kind, Requirement

PRACTICES: tuple[tuple[str, str, int], ...] = (
    ("community-circle", _("Community circle"), 1),
    ("check-in", _("Check-in circle"), 1),
    ("academic-circle", _("Academic circle"), 1),
    ("celebration-circle", _("Celebration circle"), 1),
    ("affective-chat", _("Affective chat"), 1),
    ("restorative-conversation", _("Restorative conversation"), 2),
    ("impromptu-conference", _("Impromptu conference"), 2),
    ("harm-circle", _("Harm circle"), 2),
    ("mediation", _("Mediation"), 2),
    ("staff-student-repair", _("Repair between staff and student"), 2),
    ("formal-conference", _("Formal conference"), 3),
    ("re-entry-circle", _("Re-entry circle"), 3),
    ("circle-of-support", _("Circle of support"), 3),
    ("family-group-conference", _("Family group conference"), 3),
    ("peer-jury", _("Peer jury"), 3),
)
"""Code, name, tier."""

TIER_1, TIER_2, TIER_3 = (tuple(code for code, _name, tier in PRACTICES if tier <= highest) for highest in (1, 2, 3))


@dataclass(frozen=True)
class DefaultCourse:
    """A course of the default catalog; hours are clock hours."""

    code: str
    title: str
    hours: Decimal
    practices: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()


COURSES = (
    DefaultCourse("awareness", _("Awareness of restorative practices"), Decimal(3)),
    DefaultCourse("introduction", _("Introduction to restorative practices"), Decimal(6), ("affective-chat",)),
    DefaultCourse("circles", _("Keeping circles"), Decimal(6), TIER_1, ("introduction",)),
    DefaultCourse("conferences", _("Facilitating restorative conferences"), Decimal(12), TIER_2, ("circles",)),
    DefaultCourse("refresher", _("Refresher"), Decimal(6)),
    DefaultCourse("training-of-trainers", _("Training of trainers"), Decimal(18), (), ("conferences",)),
)


@dataclass(frozen=True)
class DefaultCredential:
    """A step of the default ladder."""

    code: str
    name: str
    practices: tuple[str, ...]
    award: tuple[Requirement, ...]
    is_license: bool = False
    expires: bool = True


def _course(code: str) -> Requirement:
    return Requirement(Kind.COURSE, code)


def _hours(amount: int, *courses: str) -> Requirement:
    return Requirement(Kind.HOURS, amount=Decimal(amount), courses=frozenset(courses))


LADDER = (
    DefaultCredential("awareness", _("Awareness"), (), (_course("awareness"), _hours(3, "awareness")), expires=False),
    DefaultCredential(
        "circle-keeper",
        _("Circle keeper"),
        TIER_1,
        (_course("introduction"), _course("circles"), _hours(12, "introduction", "circles")),
    ),
    DefaultCredential(
        "responsive-facilitator",
        _("Responsive facilitator"),
        TIER_2,
        (
            Requirement(Kind.CREDENTIAL, "circle-keeper"),
            _course("conferences"),
            _hours(12, "conferences"),
            Requirement(Kind.CIRCLES, amount=Decimal(3)),
        ),
    ),
    DefaultCredential(
        "conference-facilitator",
        _("Conference facilitator"),
        TIER_3,
        (
            Requirement(Kind.CREDENTIAL, "responsive-facilitator"),
            Requirement(Kind.CIRCLES, amount=Decimal(5), tier=2, must_lead=True),
            Requirement(Kind.OBSERVATION, amount=Decimal(5), tier=2),
        ),
    ),
    DefaultCredential(
        "trainer",
        _("Trainer"),
        TIER_3,
        (
            Requirement(Kind.CREDENTIAL, "conference-facilitator"),
            _course("training-of-trainers"),
            _hours(18, "training-of-trainers"),
        ),
        is_license=True,
    ),
)

RENEWAL = (
    _course("refresher"),
    _hours(6, "refresher"),
    Requirement(Kind.CIRCLES, amount=Decimal(4), each_year=True),
)
VALIDITY_MONTHS = 24
WINDOW_DAYS, GRACE_DAYS, DEADLINE_DAYS = 90, 30, 365

RUBRIC_NAME = _("Keeping a circle")
RUBRIC = (
    _("Prepared the people and the place."),
    _("Opened the circle and agreed on how to be together."),
    _("Invited every voice, and let people pass."),
    _("Asked open questions and listened to the answers."),
    _("Kept everybody safe when it became hard."),
    _("Led from what happened to what is needed and who will do it."),
    _("Closed with care and said what follows."),
    _("Shared the keeping instead of deciding alone."),
)
"""Scored from 1 (not seen) to 4 (seen throughout)."""

DOCUMENTS: dict[str, str] = {"background-check": _("Background check"), "agreement": _("Keeper's agreement")}
INTERVIEWS: dict[str, str] = {"readiness": _("Readiness interview")}
