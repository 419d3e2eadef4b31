"""Values that a list or record shows beside its own columns, read for many rows at once: parts, responses, states.

What somebody wrote, and who saw it, is gathered only for readers who may read narratives at the school of the row;
the reporter of a referral gets the question addressed to them and what they wrote themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from discipline.models import (
    ChangeKind,
    ContactWay,
    FamilyContact,
    Incident,
    IncidentLink,
    IncidentMerge,
    Involvement,
    LawEnforcement,
    LengthDifference,
    OtherPerson,
    Referral,
    ReferralResponse,
    ReferralStatus,
    RemovalChange,
    RemovalKind,
    Response,
    ServedDay,
)
from district.access import Permission
from district.columns import Column, Kind, grouped, listed, objects
from district.models import User
from district.tables import ID, STUDENT

_NARRATIVE = {"description", "reported_by"}

INVOLVEMENT_PARTS = (
    ID,
    STUDENT,
    Column("role", _("Part"), "role", choices=Involvement.Role),
    Column("behavior_code", _("Behavior"), "behavior__code", is_nullable=True),
    Column("law_enforcement", _("Law enforcement"), "law_enforcement", choices=LawEnforcement, is_blank=True),
    Column("response", _("Response"), "response", choices=Response, is_blank=True),
    Column("voided", _("Voided"), "voided_at", Kind.IS_SET),
    Column("description", _("Description"), "description", needs=Permission.NARRATIVE_VIEW),
    Column("reported_by", _("Reported by"), "reported_by", needs=Permission.NARRATIVE_VIEW),
)
PERSON_PARTS = (
    ID,
    Column("kind", _("Who"), "kind", choices=OtherPerson.Kind),
    Column("role", _("Part"), "role", choices=OtherPerson.Role),
    Column("staff", _("Member of staff"), "staff__uid", Kind.ID, is_nullable=True),
    Column("words", _("In a few words"), "words", needs=Permission.NARRATIVE_VIEW),
)
CONTACT_PARTS = (
    ID,
    STUDENT,
    Column("way", _("How"), "way", choices=ContactWay),
    Column("at", _("When"), "at", Kind.MOMENT),
    Column("note", _("Note"), "note", needs=Permission.NARRATIVE_VIEW),
)
LINK_PARTS = (
    Column("incident", _("Incident"), "twin__uid", Kind.ID),
    Column("incident_id", _("Incident number"), "twin__identifier"),
    Column("reason", _("Reason"), "reason"),
)
MERGE_PARTS = (
    Column("incident", _("Incident"), "merged__uid", Kind.ID),
    Column("incident_id", _("Incident number"), "merged__identifier"),
    Column("at", _("Merged"), "at", Kind.MOMENT),
    Column("reason", _("Reason"), "reason"),
)
STATUS_PARTS = (
    Column("status", _("Status"), "status", choices=Referral.Status),
    Column("at", _("Since"), "at", Kind.MOMENT),
    Column("note", _("Note"), "note"),
)
RESPONSE_PARTS = (
    ID,
    Column("response", _("Response"), "response", choices=Response),
    Column("on", _("Day"), "on", Kind.DATE),
    Column("completed_on", _("Completed on"), "completed_on", Kind.DATE, is_nullable=True),
    Column("returned_on", _("Returned on"), "returned_on", Kind.DATE, is_nullable=True),
    Column("voided", _("Voided"), "voided_at", Kind.IS_SET),
)
CHANGE_PARTS = (
    Column("changed_at", _("Changed"), "at", Kind.MOMENT),
    Column("change", _("Change"), "kind", choices=ChangeKind, is_blank=True),
    Column("kind", _("Kind before"), "removal_kind", choices=RemovalKind, is_blank=True),
    Column("reason", _("Reason"), "reason"),
    Column("difference", _("Why the length differs"), "difference", choices=LengthDifference, is_blank=True),
    Column("begins_on", _("Began on"), "begins_on", Kind.DATE),
    Column("ends_on", _("Ended on"), "ends_on", Kind.DATE, is_nullable=True),
    Column("days", _("School days"), "days", Kind.DAYS, is_nullable=True),
    Column("services_provided", _("Services provided"), "services_provided", Kind.YES_NO, is_nullable=True),
)
SERVED_PARTS = (
    Column("day", _("Day"), "day", Kind.DATE),
    Column("length", _("School days"), "length", Kind.DAYS),
    Column("mark", _("Mark"), "mark", choices=ServedDay.Mark),
)

Lists = dict[int, list[dict[str, Any]]]


def behaviors_of_incidents(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of the behaviours in each incident, voided parts left out."""
    parts = Involvement.objects.responsible().filter(incident__in=keys, behavior__isnull=False)
    return listed(parts.order_by("pk").values_list("incident", "behavior__code"))


def involvements_of_incidents(keys: Sequence[int], user: User) -> Lists:
    """Parts in each incident: what was written, and who was a witness, only where `user` may read narratives.

    To somebody who may mend the incident but not read it, only the students whom they referred over it.
    """
    seen, told = _seen_and_told(keys, user)
    rows = Involvement.objects.filter(incident__in=keys).order_by("pk")
    if unseen := set(keys) - seen:
        own = Referral.objects.filter(incident__in=unseen).made_by(user).values_list("incident", "student__uid")
        referred = {(incident, str(student)) for incident, student in own}
    return grouped(
        (incident, part if incident in told else _without(part, _NARRATIVE))
        for incident, part in objects(rows, "incident", INVOLVEMENT_PARTS)
        if incident in told
        or (incident in seen and part["role"] not in Involvement.CONFIDENTIAL)
        or (incident not in seen and (incident, part["student"]) in referred)
    )


def people_of_incidents(keys: Sequence[int], user: User) -> Lists:
    """People in each incident who are no students on the roster, by the rules of the students' parts."""
    seen, told = _seen_and_told(keys, user)
    rows = OtherPerson.objects.filter(incident__in=keys).order_by("pk")
    return grouped(
        (incident, person if incident in told else _without(person, {"words"}))
        for incident, person in objects(rows, "incident", PERSON_PARTS)
        if incident in told or (incident in seen and person["role"] not in Involvement.CONFIDENTIAL)
    )


def contacts_of_incidents(keys: Sequence[int], user: User) -> Lists:
    """When the families of students heard of each incident; notes only where `user` may read narratives."""
    seen, told = _seen_and_told(keys, user)
    rows = FamilyContact.objects.filter(incident__in=seen).order_by("at", "pk")
    return grouped(
        (incident, contact if incident in told else _without(contact, {"note"}))
        for incident, contact in objects(rows, "incident", CONTACT_PARTS)
    )


def links_of_incidents(keys: Sequence[int], user: User) -> Lists:
    """The other ends of each incident's standing links, where `user` may read both."""
    links = IncidentLink.objects.standing().visible_to(user).order_by("pk")
    return grouped(
        pair
        for here, there in (("first", "second"), ("second", "first"))
        for pair in objects(
            links.filter(**{f"{here}__in": keys}),
            here,
            [Column(part.name, part.label, part.path.replace("twin", there), part.kind) for part in LINK_PARTS],
        )
    )


def merges_of_incidents(keys: Sequence[int], user: User) -> Lists:
    """The incidents that were merged into each."""
    seen = Incident.objects.filter(pk__in=keys).visible_to(user).order_by().values("pk")
    rows = IncidentMerge.objects.filter(merged__merged_into__in=seen).order_by("at", "pk")
    return grouped(objects(rows.annotate(home=F("merged__merged_into")), "home", MERGE_PARTS))


def descriptions_of_incidents(keys: Sequence[int], user: User) -> dict[int, Any]:
    """What was written about each incident: where `user` may read narratives, or where they wrote it."""
    rows = Incident.objects.filter(pk__in=keys).values_list("pk", "description", "described_by")
    _seen, told = _seen_and_told(keys, user)
    return {key: text if key in told or by == user.pk else "" for key, text, by in rows}


def tried_of_incidents(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of what was tried before each incident was referred."""
    rows = Incident.objects.filter(pk__in=keys).exclude(tried_first="").values_list("pk", "tried_first")
    return {key: tried.split(",") for key, tried in rows}


def behaviors_of_referrals(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """Codes of the behaviours for which each student was referred."""
    return listed(_parts_of(Referral.objects.filter(pk__in=keys), "behavior__code"))


def responses_of_referrals(keys: Sequence[int], user: User) -> dict[int, list[str]]:
    """What was done, or asked for, beside a removal in each referral; nothing of those `user` has only made."""
    read = Referral.objects.filter(pk__in=keys).read_by(user)
    given = ReferralResponse.objects.standing().filter(referral__in=read.order_by().values("pk")).order_by("on", "pk")
    return listed([*_parts_of(read, "response"), *given.values_list("referral", "response")])


def given_to_referrals(keys: Sequence[int], user: User) -> Lists:
    """The responses recorded here for each referral, voided ones too; nothing of those `user` has only made."""
    read = Referral.objects.filter(pk__in=keys).read_by(user).order_by()
    rows = ReferralResponse.objects.filter(referral__in=read.values("pk")).order_by("on", "pk")
    return grouped(objects(rows, "referral", RESPONSE_PARTS))


def statuses_of_referrals(keys: Sequence[int], user: User) -> Lists:
    """The states through which each referral went. Notes are empty for those who may not read them."""
    rows = ReferralStatus.objects.filter(referral__in=keys).order_by("at", "pk")
    shown = set(notes_for(user, rows).order_by().values_list("pk", flat=True))
    return grouped(
        (referral, _without(status, {"pk"}) | ({} if status["pk"] in shown else {"note": ""}))
        for referral, status in objects(rows, "referral", (*STATUS_PARTS, Column("pk", "", "pk")))
    )


def notes_for(user: User, statuses: QuerySet[ReferralStatus]) -> QuerySet[ReferralStatus]:
    """Of dated states those whose note `user` may read.

    Those who may read narratives read all; the reporter the questions addressed to them and their own answers.
    """
    referrals = Referral.objects.all()
    told = statuses.filter(referral__in=referrals.allowed(user, Permission.NARRATIVE_VIEW).values("pk"))
    own = statuses.filter(referral__in=referrals.made_by(user).values("pk"))
    asked = own.filter(status=Referral.Status.RETURNED)
    answered = own.filter(status=Referral.Status.UNDER_REVIEW, by=user)
    return told | asked | answered


def changes_of_removals(keys: Sequence[int], user: User) -> Lists:
    """The terms of each removal before every change, with the reason of the change."""
    rows = RemovalChange.objects.filter(removal__in=keys).order_by("at", "pk")
    return grouped(objects(rows, "removal", CHANGE_PARTS))


def served_days_of_removals(keys: Sequence[int], user: User) -> Lists:
    """The days of each removal that were ticked off."""
    rows = ServedDay.objects.filter(removal__in=keys).order_by("day")
    return grouped(objects(rows, "removal", SERVED_PARTS))


def _parts_of(referrals: QuerySet[Referral], column: str) -> list[tuple[int, Any]]:
    """Return (referral, value of `column`) of the standing parts of each referral's student in its incident."""
    parts = "incident__involvements"
    responsible = {
        f"{parts}__student": F("student"),
        f"{parts}__role": Involvement.Role.RESPONSIBLE,
        f"{parts}__voided_at": None,
    }
    rows = referrals.filter(**responsible).order_by(f"{parts}__pk").values_list("pk", f"{parts}__{column}")
    return [(key, value) for key, value in rows if value]


def _seen_and_told(keys: Sequence[int], user: User) -> tuple[set[int], set[int]]:
    """Of the incidents those that `user` may read, and those of which they may read what was written."""
    incidents = Incident.objects.filter(pk=OuterRef("pk")).order_by()
    rows = list(
        Incident.objects.filter(pk__in=keys)
        .annotate(
            is_seen=Exists(incidents.visible_to(user)),
            is_told=Exists(incidents.allowed(user, Permission.NARRATIVE_VIEW)),
        )
        .order_by()
        .values_list("pk", "is_seen", "is_told")
    )
    return {key for key, seen, _is_told in rows if seen}, {key for key, _is_seen, told in rows if told}


def _without(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
