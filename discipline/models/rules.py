"""The rules a district goes by: packs it has adopted, rules of its own, each version, and who has signed it off.

What a rule says lives in one place, the `terms` of its version, which `district.rules` reads; some of them are
repeated in columns so that lists can filter by them. A version never changes: a change is another version.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from district.access import Permission
from district.models import District, DistrictScopedQuerySet, Record, ScopedQuerySet, Student, User
from district.rules import Outcome, Rule, Severity, Subject, rule_of

from .incidents import Incident
from .removals import Removal

LOCAL = "LOCAL"
"""Jurisdiction of a rule that the district has added itself."""


class AdoptedPack(Record):
    """A pack of rules that a district has adopted, with the edition it has seen last."""

    district = models.ForeignKey(District, models.PROTECT, related_name="rule_packs")
    code = models.CharField(_("code"), max_length=10)
    title = models.CharField(_("title"), max_length=100)
    edition = models.DateField(_("edition"), help_text=_("Day of the last review."))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="rule_pack_unique_in_district")]

    def __str__(self) -> str:
        return self.title


class DistrictRule(Record):
    """A rule as the district knows it, whatever its versions say. Without a pack it is the district's own."""

    district = models.ForeignKey(District, models.PROTECT, related_name="rules")
    pack = models.ForeignKey(AdoptedPack, models.PROTECT, null=True, blank=True, related_name="rules")
    key = models.CharField(_("key"), max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="rule_key_unique_in_district")]

    def __str__(self) -> str:
        return self.key


class RuleVersionQuerySet(DistrictScopedQuerySet):
    """Versions of rules."""

    def in_force_on(self, day: date):
        """Versions that a district goes by on a day: begun, not ended, not replaced, not declined."""
        return self.exclude(sign_off=RuleVersion.SignOff.DECLINED).filter(
            Q(effective_from=None) | Q(effective_from__lte=day),
            Q(effective_to=None) | Q(effective_to__gte=day),
            Q(superseded_on=None) | Q(superseded_on__gt=day),
        )

    def standing(self, day: date):
        """Versions that hold on a day or will, whether signed, unsigned or declined; not those that were replaced."""
        replaced_later = Q(superseded_on__gt=day) & (Q(effective_from=None) | Q(superseded_on__gt=F("effective_from")))
        return self.filter(Q(superseded_on=None) | replaced_later)


class RuleVersion(Record):
    """What a rule says from one day on. `superseded_on` is the first day on which a later version stands for it."""

    district_lookup = "rule__district"
    read_permission = Permission.RULES_VIEW

    class SignOff(models.TextChoices):
        UNSIGNED = "unsigned", _("Not signed off yet")
        SIGNED = "signed", _("Signed off")
        DECLINED = "declined", _("Not adopted")

    class Breach(models.TextChoices):
        """What a breach means for the person at the form."""

        BLOCK = Severity.BLOCK.value, _("Cannot be saved")
        OVERRIDE = Severity.OVERRIDE.value, _("Needs a typed reason")
        WARN = Severity.WARN.value, _("Warns")

    class About(models.TextChoices):
        """What a rule is about."""

        REMOVAL = Subject.REMOVAL.value, _("Removals")
        REFERRAL = Subject.REFERRAL.value, _("Referrals")
        HIB = Subject.HIB.value, _("Bullying (HIB)")

    rule = models.ForeignKey(DistrictRule, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    terms = models.JSONField(_("what it says"))
    jurisdiction = models.CharField(_("jurisdiction"), max_length=10)
    citation = models.CharField(_("citation"), max_length=200)
    title = models.CharField(_("title"), max_length=200)
    severity = models.CharField(_("a breach"), max_length=10, choices=Breach)
    subject = models.CharField(_("about"), max_length=10, choices=About)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_to = models.DateField(_("in force to"), null=True, blank=True)
    superseded_on = models.DateField(_("replaced from"), null=True, blank=True)
    needs_confirmation = models.BooleanField(
        _("to be confirmed"), help_text=_("To be confirmed in the source before anybody relies on it.")
    )
    sign_off = models.CharField(_("sign-off"), max_length=10, choices=SignOff, default=SignOff.UNSIGNED)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["jurisdiction", "title", "pk"]
        indexes = [models.Index(fields=["rule", "superseded_on"], name="rule_version_standing")]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_version_unique")]

    def __str__(self) -> str:
        return self.title

    @property
    def district(self) -> District:
        """The district that goes by it."""
        return self.rule.district

    @property
    def is_local(self) -> bool:
        """Whether the district has added the rule itself."""
        return self.jurisdiction == LOCAL

    def as_rule(self) -> Rule:
        """Return the rule as `district.rules` evaluates it."""
        return rule_of(self.terms)

    @classmethod
    def columns_of(cls, rule: Rule) -> dict[str, Any]:
        """The columns that repeat what the rule says."""
        return {
            "jurisdiction": rule.jurisdiction,
            "citation": rule.citation,
            "title": rule.title,
            "severity": rule.severity.value,
            "subject": rule.subject.value,
            "effective_from": rule.effective_from,
            "effective_to": rule.effective_to,
            "needs_confirmation": rule.needs_confirmation or any(one.needs_confirmation for one in rule.deadlines),
        }


class RuleSignOff(Record):
    """What a person of the district has said about a version of a rule, and when."""

    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="sign_offs")
    decision = models.CharField(_("decision"), max_length=10, choices=RuleVersion.SignOff)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.decision}"


class RuleDecision(Record):
    """What a rule came to when a removal was decided: the version, the coded exception, what was typed, who, when."""

    school_lookup = "incident__school"
    read_permission = Permission.REMOVAL_VIEW

    OUTCOMES = (
        (Outcome.BLOCKED.value, _("Did not allow it")),
        (Outcome.NEEDS_REASON.value, _("Asked for a reason")),
        (Outcome.OVERRIDDEN.value, _("Went on with a reason")),
        (Outcome.EXCEPTED.value, _("An exception was stated")),
        (Outcome.WARNED.value, _("Was said")),
        (Outcome.MET.value, _("Kept")),
    )

    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="decisions")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="rule_decisions")
    student = models.ForeignKey(Student, models.PROTECT, related_name="rule_decisions")
    removal = models.ForeignKey(Removal, models.PROTECT, null=True, blank=True, related_name="rule_decisions")
    decided_on = models.DateField(_("decided on"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=OUTCOMES)
    stated = models.JSONField(_("stated"), default=dict, help_text=_("Code of an exception or condition → rationale."))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["decided_on", "pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.outcome}"
