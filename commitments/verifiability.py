"""Whether a commitment can be checked, and what is still missing: the gate before it holds, and the coach of its form.

A commitment that cannot be checked cannot be broken, which is how promises get lost. It needs something that says by
when, and something that says whether: a live measure with its target, or named evidence and somebody who checks it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commitments.measure_kinds import MEASURE_KINDS, Direction

if TYPE_CHECKING:
    from commitments.models import Commitment


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: the field to fill in, and what to write there. Advice does not hold it back."""

    field: str
    words: Promise
    is_advice: bool = False


def gaps(commitment: Commitment) -> list[Gap]:
    """What the commitment still needs, in the order of its form; advice last."""
    found = [*_when(commitment), *_how(commitment)]
    advice = (
        ("consequence", _("Say what follows if it is missed. A promise without a consequence is a wish.")),
        ("body", _("Name the body that takes it up when it is missed, so that it gets there by itself.")),
        ("beneficiaries", _("Say for whom it is, in the words of those people.")),
        ("responsible_name", _("Name the office that answers for it, such as Superintendent.")),
        ("organization", _("Name the organization that speaks for the community, so that both sides are heard.")),
    )
    found += [Gap(name, words, is_advice=True) for name, words in advice if not getattr(commitment, name)]
    return found


def is_verifiable(commitment: Commitment) -> bool:
    """Whether nothing is missing that holds it back."""
    return all(gap.is_advice for gap in gaps(commitment))


def _when(commitment: Commitment) -> list[Gap]:
    """It must be known when to look: a day, a rhythm, or a limit that a live measure watches all the time."""
    if commitment.cadence and not commitment.first_due_on:
        return [Gap("first_due_on", _("Say when it falls due for the first time."))]
    if commitment.due_on or commitment.cadence or _is_watched(commitment):
        return []
    return [Gap("due_on", _("Say by when: a day, or how often something falls due."))]


def _is_watched(commitment: Commitment) -> bool:
    """Whether a live measure says at any time that it is broken: one that must reach something needs a day instead."""
    kind = MEASURE_KINDS.get(commitment.measure)
    return kind is not None and kind.direction is Direction.AT_MOST


def _how(commitment: Commitment) -> list[Gap]:
    if commitment.measure:
        return _of_measure(commitment)
    named = (
        ("evidence", _("Name the evidence that settles it: a document, a list, a count. Or choose a live measure.")),
        ("checker", _("Say who looks at the evidence.")),
    )
    found = [Gap(name, words) for name, words in named if not getattr(commitment, name)]
    if commitment.target is not None and not commitment.unit:
        found.append(Gap("unit", _("Say what the target counts, such as schools.")))
    return found


def _of_measure(commitment: Commitment) -> list[Gap]:
    words: dict[str, Promise] = {
        "behavior_level": _("Name the behavior level of the code of conduct."),
        "rate_of": _("Say which rate."),
        "group": _("Name the group of students."),
        "cadence": _("Say how often something falls due."),
        "within_days": _("Say within how many days."),
        "minimum": _("Say how many people are enough at a school."),
    }
    kind = MEASURE_KINDS[commitment.measure]
    needed = [*kind.needs, *(() if kind.on_day else ("period",)), "baseline", "target"]
    words |= {
        "period": _("Say over which time it counts."),
        "baseline": _("Write down where it stood, so that progress can be seen."),
        "target": _("Set the target, as a number in the unit of the measure."),
    }
    return [Gap(name, words[name]) for name in needed if getattr(commitment, name) in (None, "")]
