"""The default code of conduct: the incident behaviors of CEDS, in plain words, for a district to begin with."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from discipline.models import Behavior
from district import audit
from district.models import District, User

ATTENDANCE, DISRUPTION = "Attendance and rules", "Disruption"
HARM, BULLYING, SEXUAL = "Harm to others", "Bullying and harassment", "Sexual misconduct"
PROPERTY, SUBSTANCES, SAFETY = "Property", "Substances", "Safety"


class DefaultBehavior(NamedTuple):
    """One behavior of the catalogue. `code` is the CEDS code; `level` runs from 1 (least serious) to 4.

    `subjective`: whether it depends mostly on an adult's judgment. `crdc_offense`: the CRDC offense that an incident
    of it belongs to, only where the behavior alone decides it (no weapon involved).
    """

    code: str
    title: str
    definition: str
    level: str
    category: str
    subjective: bool = False
    crdc_offense: str = ""


DEFAULT_CODE: tuple[DefaultBehavior, ...] = (
    DefaultBehavior(
        "04618", "Alcohol", "Having, using, selling or being under the influence of alcohol.", "3", SUBSTANCES
    ),
    DefaultBehavior("04625", "Arson", "Setting or trying to set a fire on purpose.", "4", PROPERTY),
    DefaultBehavior(
        "04626",
        "Attendance",
        "Skipping class, being late or being absent against the attendance rules.",
        "1",
        ATTENDANCE,
    ),
    DefaultBehavior(
        "04632", "Battery", "Hitting or attacking a person who does not fight back.", "4", HARM, False, "ATTWOW"
    ),
    DefaultBehavior(
        "04633",
        "Breaking and entering",
        "Going into a building or vehicle without permission to steal or do harm.",
        "4",
        PROPERTY,
    ),
    DefaultBehavior(
        "04634",
        "Disorderly conduct",
        "Behavior that seriously disturbs a class or a school activity.",
        "2",
        DISRUPTION,
        True,
    ),
    DefaultBehavior(
        "04635",
        "Drugs",
        "Having, using, selling or being under the influence of illegal drugs, without alcohol and tobacco.",
        "3",
        SUBSTANCES,
    ),
    DefaultBehavior(
        "04645",
        "Fighting",
        "Two or more people who hit each other, all taking part by choice.",
        "3",
        HARM,
        False,
        "ATTWOW",
    ),
    DefaultBehavior(
        "13354",
        "Bullying over a disability",
        "Repeated or severe mistreatment of someone because of a disability.",
        "3",
        BULLYING,
    ),
    DefaultBehavior(
        "13355",
        "Bullying over race, color or national origin",
        "Repeated or severe mistreatment of someone because of race, color or national origin.",
        "3",
        BULLYING,
    ),
    DefaultBehavior(
        "13356",
        "Bullying over sex",
        "Repeated or severe mistreatment of someone because of sex, gender or sexual orientation.",
        "3",
        BULLYING,
    ),
    DefaultBehavior(
        "04646",
        "Harassment, not sexual",
        "Repeatedly annoying or frightening someone by words or acts that are not sexual.",
        "2",
        BULLYING,
        True,
    ),
    DefaultBehavior("04650", "Sexual harassment", "Unwelcome sexual words, touches or advances.", "3", SEXUAL),
    DefaultBehavior("04651", "Homicide", "Causing the death of a person.", "4", HARM, False, "HOMICIDE"),
    DefaultBehavior(
        "04652", "Misuse of medicine", "Having, sharing or using medicine against the school's rules.", "2", SUBSTANCES
    ),
    DefaultBehavior(
        "04659",
        "Insubordination",
        "Refusing to follow a direction of school staff, or open disrespect toward them.",
        "1",
        DISRUPTION,
        True,
    ),
    DefaultBehavior("04660", "Kidnapping", "Holding or taking a person away against that person's will.", "4", HARM),
    DefaultBehavior("04661", "Obscene behavior", "Indecent words, gestures or pictures.", "1", DISRUPTION, True),
    DefaultBehavior(
        "04669",
        "Minor physical altercation",
        "Pushing or shoving that hurts nobody and stops when told.",
        "2",
        HARM,
        True,
    ),
    DefaultBehavior(
        "04670", "Robbery", "Taking something from a person by force or by threat.", "4", HARM, False, "ROBWOW"
    ),
    DefaultBehavior(
        "04671",
        "Threat against the school",
        "Threatening to destroy the school or to harm the people in it, such as a bomb threat.",
        "4",
        SAFETY,
    ),
    DefaultBehavior("04677", "Sexual battery", "Forced or attempted sexual contact.", "4", SEXUAL, False, "BATT"),
    DefaultBehavior(
        "04678",
        "Other sexual offense",
        "Sexual behavior against the rules that is neither harassment nor battery.",
        "3",
        SEXUAL,
    ),
    DefaultBehavior("04682", "Theft", "Taking what belongs to someone else without force or threat.", "2", PROPERTY),
    DefaultBehavior(
        "04686",
        "Threat or intimidation",
        "Making a person fear harm by words or acts, without a weapon and without touching.",
        "3",
        HARM,
        False,
        "THRWOW",
    ),
    DefaultBehavior(
        "04692", "Tobacco or vaping", "Having, using or sharing tobacco, nicotine or devices for them.", "2", SUBSTANCES
    ),
    DefaultBehavior(
        "04699", "Trespassing", "Being on school grounds, or in a part of them, without permission.", "2", SAFETY
    ),
    DefaultBehavior("04700", "Vandalism", "Damaging property on purpose.", "2", PROPERTY),
    DefaultBehavior(
        "04704",
        "Breaking school rules",
        "Breaking a school rule that no other behavior of this code names.",
        "1",
        ATTENDANCE,
        True,
    ),
    DefaultBehavior(
        "04705", "Weapon", "Having something meant or used to hurt people, such as a gun or a knife.", "4", SAFETY
    ),
)
"""CEDS incident behavior → our title and definition."""

CEDS_BEHAVIORS: frozenset[str] = frozenset(behavior.code for behavior in DEFAULT_CODE)
"""Codes of the CEDS incident behaviors."""

CRDC_OFFENSE_WORDS: dict[str, str | Promise] = {
    "HOMICIDE": _("Homicide"),
    "RAPE": _("Rape or attempted rape"),
    "BATT": _("Sexual assault other than rape"),
    "ROBWW": _("Robbery with a weapon"),
    "ROBWX": _("Robbery with a firearm or explosive"),
    "ROBWOW": _("Robbery without a weapon"),
    "ATTWW": _("Attack or fight with a weapon"),
    "ATTWX": _("Attack or fight with a firearm or explosive"),
    "ATTWOW": _("Attack or fight without a weapon"),
    "THRWW": _("Threat with a weapon"),
    "THRWX": _("Threat with a firearm or explosive"),
    "THRWOW": _("Threat without a weapon"),
    "POSSWX": _("Having a firearm or explosive"),
}
"""Offenses that the CRDC asks for, by incident (CRDC 2017-18 file structure), with our short words."""

CRDC_OFFENSES: frozenset[str] = frozenset(CRDC_OFFENSE_WORDS)
"""Their codes."""


def give_default_code(district: District, *, by: User | None) -> int:
    """Give `district` the behaviors of the default code whose codes it lacks; return how many were made.

    A code that the district has defined, in any span of time, is left alone. Repeating changes nothing.
    """
    with transaction.atomic():
        known = set(district.behaviors.values_list("code", flat=True))
        missing = [
            Behavior(district=district, ceds_behavior=default.code, **default._asdict())
            for default in DEFAULT_CODE
            if default.code not in known
        ]
        if missing:
            Behavior.objects.bulk_create(missing)
            audit.record(
                audit.Action.CREATE,
                by=by,
                district=district,
                target=missing[0] if len(missing) == 1 else None,
                details={"object": "behavior", "created": len(missing)},
            )
        return len(missing)
