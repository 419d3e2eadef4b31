"""From records to the plain values of `eligibility`: rules of credentials, evidence of people. Fixed queries, no rules.

The number of queries does not depend on how many people are asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from training.eligibility import (
    Attended,
    Evaluation,
    Evidence,
    Group,
    Held,
    Kept,
    Kind,
    Mode,
    Observed,
    Requirement,
    State,
    Verdict,
    evaluate,
)
from training.models import (
    Attendance,
    Certification,
    CircleCredit,
    Credential,
    CredentialVersion,
    Observation,
    Pathway,
    Practitioner,
    RequirementGroup,
)
from training.models import Evaluation as EvaluationRow
from training.models import Requirement as RequirementRow
from training.models.certifications import CertificationQuerySet
from training.validity import RenewalRule, Standing


def plain_requirement(row: RequirementRow) -> Requirement:
    """Return a requirement as a plain value; its course, credential and courses should be fetched."""
    code, label = row.code, row.label
    if row.course is not None:
        code, label = row.course.code, label or row.course.title
    elif row.credential is not None:
        code, label = row.credential.code, label or row.credential.name
    counted = sorted(row.courses.all(), key=lambda course: course.title)
    label = label or ", ".join(course.title for course in counted)
    return Requirement(
        kind=Kind(row.kind),
        code=code,
        label=label,
        amount=row.amount,
        courses=frozenset(course.code for course in counted),
        tier=row.tier,
        must_lead=row.must_lead,
        months=row.months,
        each_year=row.each_year,
    )


@dataclass(frozen=True)
class Rule:
    """What one version of a credential asks for, to be awarded and to be renewed."""

    version: CredentialVersion
    award: tuple[Group, ...]
    renewal: tuple[Group, ...]

    @property
    def renewing(self) -> RenewalRule:
        """Months of a term, window and grace."""
        return RenewalRule(self.version.validity_months, self.version.window_days, self.version.grace_days)


def rules_of(versions: Collection[int]) -> dict[int, Rule]:
    """Return the rules of credential versions by key. Four queries."""
    groups = RequirementGroup.objects.prefetch_related(
        Prefetch("requirements", RequirementRow.objects.select_related("course", "credential")),
        "requirements__courses",
    )
    rows = CredentialVersion.objects.filter(pk__in=versions).prefetch_related(Prefetch("groups", groups))
    rules = {}
    for version in rows:
        found: dict[str, list[Group]] = {purpose: [] for purpose in RequirementGroup.Purpose.values}
        for group in version.groups.all():
            requirements = tuple(plain_requirement(one) for one in group.requirements.all())
            found[group.purpose].append(Group(requirements, Mode(group.mode), group.label))
        rules[version.pk] = Rule(version, tuple(found["award"]), tuple(found["renewal"]))
    return rules


def evidence_of(people: Collection[int]) -> dict[int, Evidence]:
    """Return what each of `people` (keys of practitioners) has done. Eight queries."""
    evaluations: dict[int, list[Evaluation]] = defaultdict(list)
    rows = EvaluationRow.objects.filter(practitioner__in=people).order_by("evaluated_on", "pk")
    for key, kind, course, code, state, on in rows.values_list(
        "practitioner", "kind", "course__code", "code", "state", "evaluated_on"
    ):
        evaluations[key].append(Evaluation(Kind(kind), course or code, State(state), on))
    attended: dict[int, list[Attended]] = defaultdict(list)
    hours = Attendance.objects.confirmed().filter(registration__practitioner__in=people)
    for key, course, on, amount in hours.values_list(
        "registration__practitioner", "session_day__session__course__code", "session_day__day", "hours"
    ):
        attended[key].append(Attended(course, on, amount))
    kept: dict[int, list[Kept]] = defaultdict(list)
    circles = CircleCredit.objects.filter(practitioner__in=people, voided_at=None)
    for key, tier, on, part in circles.values_list("practitioner", "practice__tier", "held_on", "part"):
        kept[key].append(Kept(tier, on, part))
    observed: dict[int, list[Observed]] = defaultdict(list)
    seen = Observation.objects.filter(practitioner__in=people).order_by("pk")
    for key, tier, on, state in seen.values_list("practitioner", "practice__tier", "observed_on", "state"):
        observed[key].append(Observed(tier, on, State(state)))
    held: dict[int, list[Held]] = defaultdict(list)
    for one in with_history(Certification.objects.filter(practitioner__in=people)):
        held[one.practitioner_id].append(Held(one.credential.code, one.history.spans))
    return {
        key: Evidence(
            tuple(evaluations[key]), tuple(attended[key]), tuple(kept[key]), tuple(observed[key]), tuple(held[key])
        )
        for key in people
    }


def with_history(certifications: CertificationQuerySet) -> CertificationQuerySet:
    """The same certifications with what their history, credential and license scope need."""
    return certifications.select_related("credential", "version").prefetch_related("terms", "pauses", "schools")


@dataclass(frozen=True)
class Standings:
    """Where people stand on a day with respect to every credential that their district offers."""

    day: date
    verdicts: Mapping[tuple[int, int], Verdict]
    eligible: Mapping[int, tuple[Credential, ...]]


def versions_on(credentials: Iterable[Credential], day: date) -> dict[int, CredentialVersion]:
    """Return the version of each credential in force on `day`, by the credential's key."""
    found = {credential.pk: credential.version_on(day) for credential in credentials}
    return {key: version for key, version in found.items() if version is not None}


def standings(people: Collection[int], district: int, day: date) -> Standings:
    """Return for each of `people` of one district what is missing for each credential, and what they could be awarded.

    Nobody is proposed what they have, nor a step below what they hold. A pathway keeps the version of the day on
    which it began.
    """
    credentials = list(
        Credential.objects.filter(district=district).offered_on(day).prefetch_related("versions").order_by("rank")
    )
    current = versions_on(credentials, day)
    pathways = {
        (one.practitioner_id, one.credential_id): one
        for one in Pathway.objects.underway().filter(practitioner__in=people)
    }
    rules = rules_of({one.pk for one in current.values()} | {one.version_id for one in pathways.values()})
    evidence = evidence_of(people)
    standing: dict[int, set[int]] = defaultdict(set)
    reached: dict[int, int] = defaultdict(lambda: -1)
    for one in with_history(Certification.objects.filter(practitioner__in=people)):
        if one.status in Certification.STANDING:
            standing[one.practitioner_id].add(one.credential_id)
        if one.history.standing_on(day) is Standing.VALID and not one.credential.is_license:
            reached[one.practitioner_id] = max(reached[one.practitioner_id], one.credential.rank)
    verdicts: dict[tuple[int, int], Verdict] = {}
    eligible: dict[int, tuple[Credential, ...]] = {}
    for key in people:
        could = []
        for credential in credentials:
            pathway = pathways.get((key, credential.pk))
            version = pathway.version_id if pathway else getattr(current.get(credential.pk), "pk", None)
            if version is None:
                continue
            verdict = evaluate(rules[version].award, evidence[key], day, due_on=pathway.due_on if pathway else None)
            verdicts[key, credential.pk] = verdict
            if (
                verdict.is_eligible
                and credential.pk not in standing[key]
                and (credential.is_license or credential.rank > reached[key])
            ):
                could.append(credential)
        if could:
            eligible[key] = tuple(could)
    return Standings(day, verdicts, eligible)


def verdict_for(practitioner: Practitioner, credential: Credential, day: date) -> tuple[Verdict, CredentialVersion]:
    """Return what stands between one person and one credential on `day`, and the version that says so.

    Raises LookupError when the credential asks for nothing yet on that day.
    """
    pathway = practitioner.pathways.underway().filter(credential=credential).select_related("version").first()
    version = pathway.version if pathway else credential.version_on(day)
    if version is None:
        raise LookupError(credential.code)
    rule = rules_of([version.pk])[version.pk]
    due_on = pathway.due_on if pathway else None
    return evaluate(rule.award, evidence_of([practitioner.pk])[practitioner.pk], day, due_on=due_on), version


def renewal_verdict(certification: Certification, day: date) -> tuple[Verdict, CredentialVersion]:
    """Return what stands between a certificate and its renewal on `day`, by the version of that day.

    Raises LookupError when the credential asks for nothing yet on that day.
    """
    version, last = certification.credential.version_on(day), certification.history.last_term
    if version is None or last is None:
        raise LookupError(certification.credential.code)
    rule = rules_of([version.pk])[version.pk]
    evidence = evidence_of([certification.practitioner_id])[certification.practitioner_id]
    return evaluate(rule.renewal, evidence, day, since=last.begins_on, until=last.ends_on, due_on=last.ends_on), version
