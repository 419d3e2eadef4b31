"""What a judgment keeps from being saved, and what of it is written down beside the removal."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from discipline.actions.matrix import record_outside
from discipline.actions.rules import record_decisions
from discipline.judging import Judgment
from discipline.models import Removal
from discipline.rule_words import finding_words
from district.models import User
from district.rules import Finding, Outcome
from district.steps import checked_note


def check_judgment(judgment: Judgment) -> None:
    """Raise ValidationError while a rule blocks the removal or a reason is missing; each names its citation.

    The keys are `rules` for what no reason lifts, `reason-` and the key of a rule, and `outside` for the matrix.
    """
    for text in (*judgment.case.stated.values(), *judgment.case.reasons.values(), judgment.case.outside):
        checked_note(text, field="rules")
    errors: dict[str, list[str]] = {}
    for finding in judgment.blocked:
        errors.setdefault("rules", []).append(sentence(finding))
    for finding in judgment.evaluation.of(Outcome.NEEDS_REASON):
        errors[f"reason-{finding.rule.key}"] = [_("%(rule)s Say why you go on.") % {"rule": sentence(finding)}]
    if judgment.is_outside and not judgment.case.outside.strip():
        errors["outside"] = [_("The response matrix does not allow this here. Say why it is right.")]
    if errors:
        raise ValidationError(errors)


def keep_judgment(judgment: Judgment, removal: Removal, *, by: User) -> None:
    """Write down what each rule came to, and that the matrix was left. Call it in the transaction of the removal."""
    record_decisions(
        removal=removal,
        evaluation=judgment.evaluation,
        stated=judgment.case.stated,
        versions=judgment.law.versions,
        by=by,
    )
    place = judgment.place
    if place is not None and judgment.is_outside:
        record_outside(
            matrix=place.matrix,
            incident=removal.incident,
            student=removal.student,
            level=place.level,
            grade=place.grade,
            prior=place.prior,
            response=judgment.kind,
            reason=judgment.case.outside,
            decided_on=judgment.decided_on,
            by=by,
        )


def sentence(finding: Finding) -> str:
    """What a rule says and why it is breached, with its citation."""
    return " ".join(_parts(finding))


def _parts(finding: Finding) -> Iterator[str]:
    yield from finding_words(finding)
    yield f"({finding.rule.citation})"
