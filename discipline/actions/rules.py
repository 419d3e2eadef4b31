"""Rules: adopting packs, a district's own, signing off, and what a rule came to when a removal was decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from discipline.models import (
    LOCAL,
    AdoptedPack,
    DistrictRule,
    Removal,
    RuleDecision,
    RuleSignOff,
    RuleVersion,
)
from discipline.packs import packs_for
from district import audit
from district.models import District, User
from district.rules import Evaluation, Finding, Outcome, Pack, Rule, terms_of
from district.steps import StepNotAllowed, checked_note, checked_reason

SIGN, DECLINE = "sign", "decline"
SIGN_OFF_STEPS: dict[str, tuple[str, ...]] = {
    RuleVersion.SignOff.UNSIGNED: (SIGN, DECLINE),
    RuleVersion.SignOff.SIGNED: (DECLINE,),
    RuleVersion.SignOff.DECLINED: (SIGN,),
}
"""Sign-off of a version → the steps that may follow."""
_DECISIONS = {SIGN: RuleVersion.SignOff.SIGNED, DECLINE: RuleVersion.SignOff.DECLINED}


@dataclass(frozen=True)
class Adoption:
    """What adopting a pack did: rules that are new to the district, and versions that are."""

    rules: int
    versions: int


def adopt_packs(*, district: District, by: User | None) -> Adoption:
    """Adopt the federal pack and that of the district's state, unsigned. Repeating changes nothing."""
    with transaction.atomic():
        done = [adopt_pack(district=district, pack=pack, by=by) for pack in packs_for(district.state)]
    return Adoption(sum(one.rules for one in done), sum(one.versions for one in done))


def adopt_pack(*, district: District, pack: Pack, by: User | None) -> Adoption:
    """Adopt a pack, or what is new in its edition. A version that says something else is another version, unsigned.

    What is in the district and no longer in the pack is left alone: it may be declined.
    """
    with transaction.atomic():
        District.objects.select_for_update().get(pk=district.pk)
        adopted, _is_new = AdoptedPack.objects.get_or_create(
            district=district, code=pack.code, defaults={"title": pack.title, "edition": pack.edition, "by": by}
        )
        known = {rule.key: rule for rule in district.rules.all()}
        latest = _latest_terms(adopted)
        new_rules = new_versions = 0
        for rule in pack.rules:
            if latest.get((rule.key, rule.version)) == terms_of(rule):
                continue
            if rule.key not in known:
                known[rule.key] = DistrictRule.objects.create(district=district, pack=adopted, key=rule.key)
                new_rules += 1
            _add_version(known[rule.key], rule, by=by)
            new_versions += 1
        if new_versions:
            adopted.title, adopted.edition = pack.title, pack.edition
            adopted.save()
            audit.record(
                audit.Action.CREATE,
                by=by,
                target=adopted,
                district=district,
                details={
                    "pack": pack.code,
                    "edition": pack.edition.isoformat(),
                    "rules": new_rules,
                    "versions": new_versions,
                },
            )
        return Adoption(new_rules, new_versions)


def add_local_rule(*, district: District, rule: Rule, by: User) -> RuleVersion:
    """Add a rule of the district's own and sign it off in the same breath. Its key is made from its title.

    Raises ValidationError for a title that the district's rules have already.
    """
    with transaction.atomic():
        District.objects.select_for_update().get(pk=district.pk)
        _check_title(district, rule)
        stored = DistrictRule.objects.create(district=district, key=_free_key(district, rule.title))
        version = _add_version(stored, replace(rule, jurisdiction=LOCAL, key=stored.key, version=1), by=by)
        _sign(version, RuleVersion.SignOff.SIGNED, "", by)
        _record(audit.Action.CREATE, version, by, audit.differences({}, _values(version)))
        return version


def change_local_rule(*, version: RuleVersion, rule: Rule, reason: str, by: User) -> RuleVersion:
    """Give a rule of the district's own another version, signed off; the former stands until its first day.

    With the same first day as before it takes the former's place altogether. Raises ValidationError without a reason
    or a difference, StepNotAllowed for a rule of a pack and for a version that was replaced.
    """
    reason = checked_reason(reason, missing=_("Say why the rule changes."))
    with transaction.atomic():
        former = _locked(version)
        if not former.is_local:
            raise StepNotAllowed(_("A rule of law is signed off or declined; only the district's own change."), ())
        if former.rule.versions.filter(number__gt=former.number).exists():
            raise StepNotAllowed(_("This version has been replaced; change the one that stands."), ())
        _check_title(former.rule.district, rule, besides=former.rule)
        rule = replace(rule, jurisdiction=LOCAL, key=former.rule.key, version=former.number + 1)
        if terms_of(replace(rule, version=former.number)) == former.terms:
            raise ValidationError({"title": _("This is what the rule says already.")})
        new = _add_version(former.rule, rule, by=by, reason=reason)
        _sign(new, RuleVersion.SignOff.SIGNED, reason, by)
        changes = audit.differences(_values(former), _values(new))
        _record(audit.Action.UPDATE, new, by, changes, {"reason": reason})
        return new


def sign_off_rule(*, version: RuleVersion, step: str, note: str = "", by: User) -> RuleVersion:
    """Sign a version off (`sign`), or say that the district does not go by it (`decline`, with the reason).

    Raises ValidationError for an unknown step and for declining without a reason, StepNotAllowed when that is how it
    stands already or when the version was replaced.
    """
    if step not in _DECISIONS:
        raise ValidationError({"step": _("Choose one of the decisions given.")})
    note = checked_reason(note, field="note", missing=_("Say why.")) if step == DECLINE else checked_note(note)
    with transaction.atomic():
        stored = _locked(version)
        steps = SIGN_OFF_STEPS[stored.sign_off]
        if step not in steps:
            raise StepNotAllowed(_("This is how it stands already."), steps)
        before = stored.sign_off
        _sign(stored, _DECISIONS[step], note, by)
        _record(audit.Action.UPDATE, stored, by, {"sign_off": [before, stored.sign_off]}, {"note": note})
        return stored


def record_decisions(
    *,
    removal: Removal,
    evaluation: Evaluation,
    stated: Mapping[str, str],
    versions: Mapping[tuple[str, int], RuleVersion],
    by: User,
) -> list[RuleDecision]:
    """Keep what each rule came to when `removal` was decided. Call it in the transaction that orders the removal.

    Kept are breaches, and conditions that were stated. `stated` maps codes to rationales, `versions` the keys and
    versions of rules to their rows, as `discipline.law.law_on` gives them.
    """
    kept = [finding for finding in evaluation.findings if finding.is_breach or finding.rule.preconditions]
    rows = [
        RuleDecision(
            version=versions[finding.rule.key, finding.rule.version],
            incident_id=removal.incident_id,
            student_id=removal.student_id,
            removal=removal,
            decided_on=evaluation.on,
            outcome=finding.outcome.value,
            stated=_stated_for(finding, stated),
            reason=finding.rationale if finding.outcome is Outcome.OVERRIDDEN else "",
            by=by,
        )
        for finding in kept
    ]
    with transaction.atomic():
        made = RuleDecision.objects.bulk_create(rows)
        for row in made:
            audit.record(
                audit.Action.CREATE,
                by=by,
                target=row,
                district=removal.school.district_id,
                school=removal.school_id,
                student=removal.student_id,
                changes={"outcome": [None, row.outcome]},
                details={"rule": row.version.rule.key, "version": row.version.number, "codes": sorted(row.stated)},
            )
    return made


def _stated_for(finding: Finding, stated: Mapping[str, str]) -> dict[str, str]:
    codes = [condition.code for condition in (*finding.rule.exceptions, *finding.rule.preconditions)]
    return {code: rationale for code in codes if (rationale := stated.get(code, "").strip())}


def _add_version(stored: DistrictRule, rule: Rule, *, by: User | None, reason: str = "") -> RuleVersion:
    number = (stored.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    version = RuleVersion(
        rule=stored, number=number, terms=terms_of(rule), by=by, reason=reason, **RuleVersion.columns_of(rule)
    )
    version.full_clean(exclude=["rule"])
    version.save()
    _replace_earlier(stored.versions.order_by("number"))
    version.refresh_from_db()
    return version


def _replace_earlier(versions: Iterable[RuleVersion]) -> None:
    """Say of each version from which day on a later one stands for it.

    A version of the same number in the terms takes the place of the former altogether, as does one that begins on the
    same day or earlier; else the former stands until the later one begins.
    """
    rows = list(versions)
    said = {row.pk: row.terms.get("version", 1) for row in rows}
    for row in rows:
        later = [
            other
            for other in rows
            if (said[other.pk], other.number) > (said[row.pk], row.number)
            and not any(third.number > other.number and said[third.pk] == said[other.pk] for third in rows)
        ]
        days = [date.min if said[one.pk] == said[row.pk] else (one.effective_from or date.min) for one in later]
        superseded_on = min(days, default=None)
        if row.superseded_on != superseded_on:
            RuleVersion.objects.filter(pk=row.pk).update(superseded_on=superseded_on, updated_at=timezone.now())


def _latest_terms(adopted: AdoptedPack) -> dict[tuple[str, int], dict[str, Any]]:
    """(key, version of the pack) → what the district's latest row of it says."""
    rows = RuleVersion.objects.filter(rule__pack=adopted).order_by("number").values_list("rule__key", "terms")
    return {(key, terms.get("version", 1)): terms for key, terms in rows}


def _sign(version: RuleVersion, decision: str, note: str, by: User | None) -> None:
    version.sign_off = decision
    version.save(update_fields=["sign_off", "updated_at"])
    RuleSignOff.objects.create(version=version, decision=decision, at=timezone.now(), by=by, note=note)


def _locked(version: RuleVersion) -> RuleVersion:
    rows = RuleVersion.objects.select_for_update(of=("self",)).select_related("rule__district")
    return rows.get(pk=version.pk)


def _check_title(district: District, rule: Rule, *, besides: DistrictRule | None = None) -> None:
    named = RuleVersion.objects.filter(rule__district=district, title__iexact=rule.title, superseded_on=None)
    if named.exclude(rule=besides).exists():
        raise ValidationError({"title": _("The district has a rule of this title already.")})


def _free_key(district: District, title: str) -> str:
    stem = f"local-{slugify(title)}"[:50].rstrip("-")
    taken: Collection[str] = set(district.rules.filter(key__startswith=stem).values_list("key", flat=True))
    return stem if stem not in taken else next(key for n in range(2, 999) if (key := f"{stem}-{n}") not in taken)


def _values(version: RuleVersion) -> dict[str, Any]:
    return {**version.terms, "number": version.number}


def _record(
    action: audit.Action,
    version: RuleVersion,
    by: User,
    changes: dict[str, list[Any]],
    details: dict[str, Any] | None = None,
) -> None:
    audit.record(
        action,
        by=by,
        target=version,
        district=version.rule.district_id,
        changes=changes,
        details={"rule": version.rule.key, **{name: value for name, value in (details or {}).items() if value}},
    )
