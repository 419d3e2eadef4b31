"""Where the rows of the small world belong: north, the rest of the first district, another district, nowhere."""

from __future__ import annotations

import uuid
from typing import Any

from circles.models import (
    AgreementTerm,
    CheckIn,
    CircleAgreement,
    CircleKeeper,
    CircleParticipant,
    FollowUp,
    PlanItem,
    VoiceLink,
    WelcomePlan,
)
from commitments.models import (
    Assembly,
    Body,
    Commitment,
    ConcernEvidence,
    Decision,
    Document,
    DueItem,
    Meeting,
    Miss,
    PartnerActivity,
    Resolution,
    Seat,
    StatusReport,
)
from discipline.models import IncidentLink, Involvement, ManifestationDetermination, PatternReview, ReferralResponse
from district.access import Role
from district.models import (
    AuditEvent,
    District,
    Guardian,
    Memorandum,
    Organization,
    SavedView,
    School,
    SeatAllotment,
    Staff,
    Student,
)
from tests.doors.kinds import Door, in_scope
from training.models import Attendance, Certification, CircleCredit, Pathway, Practitioner, Registration, SessionDay

PARTS = {
    DueItem: "commitment",
    ConcernEvidence: "concern",
    StatusReport: "commitment",
    Decision: "meeting",
    Miss: "commitment",
    Seat: "body",
    Meeting: "body",
    Resolution: "assembly",
    PartnerActivity: "memorandum",
    Document: "memorandum",
    Attendance: "registration",
    CircleParticipant: "circle",
    CircleKeeper: "circle",
    CircleAgreement: "circle",
    AgreementTerm: "agreement",
    FollowUp: "agreement",
    VoiceLink: "participant",
    WelcomePlan: "circle",
    PlanItem: "plan",
    CheckIn: "plan",
}
"""Records that belong where the record does of which they are part."""


def uids(world: Any, model: type | None) -> dict[str, list[uuid.UUID]]:
    """Public ids of the model's rows by where they belong."""
    if model is None:
        return {"": [uuid.uuid4()]}
    places: dict[str, list[uuid.UUID]] = {"north": [], "district": [], "other": [], "absent": [uuid.uuid4()]}
    for row in model.objects.all():
        places[place_of(world, row)].append(row.uid)
    return places


def is_visible(role: Role, place: str, door: Door) -> bool:
    """Say whether a reader with `role` has rows of `place` in scope."""
    return (door.visible or in_scope)(role, place)


def place_of(world: Any, row: Any) -> str:
    """Say where a row belongs, by the way that its own kind has: its school, else its organization, else its district.

    A link belongs where both its ends are within reach.

    A row of the whole first district counts as north's: everybody of that district has it in scope.
    """
    if isinstance(row, AuditEvent):
        if row.school_id == world.north.pk:
            return "north"
        return "district" if row.district_id == world.district.pk else "other"
    if isinstance(row, Student):
        if row.merged_into_id:
            return "absent"
        return {world.student.pk: "north", world.south_student.pk: "district"}.get(row.pk, "other")
    if isinstance(row, Guardian):
        return place_of(world, row.student)
    for part, whole in PARTS.items():
        if isinstance(row, part):
            return place_of(world, getattr(row, whole))
    if isinstance(row, Memorandum | Organization | Commitment | Body | Assembly):
        organization = row if isinstance(row, Organization) else row.organization
        if organization == world.users[Role.PARTNER].grants.get().organization:
            return "north"
        return "district" if row.district == world.district else "other"
    if isinstance(row, SavedView):
        return "north" if row.user == world.users[Role.OFFICER] else "district"
    if isinstance(row, SeatAllotment):
        return place_of(world, row.memorandum)
    if isinstance(row, Practitioner):
        return _of_school(world, row.schools.get())
    if isinstance(row, Certification | CircleCredit | Pathway):
        return place_of(world, row.practitioner)
    if isinstance(row, Registration | SessionDay):
        return place_of(world, row.session)
    if isinstance(row, Staff):
        return _of_school(world, row.assignments.get().school)
    if isinstance(row, School):
        return _of_school(world, row)
    if isinstance(row, IncidentLink):
        places = {_of_school(world, end.school) for end in (row.first, row.second)}
        return "north" if places == {"north"} else "district" if "district" in places else "other"
    if isinstance(row, Involvement):
        return _of_school(world, row.incident.school)
    if isinstance(row, ReferralResponse):
        return _of_school(world, row.referral.school)
    if isinstance(row, ManifestationDetermination | PatternReview):
        return _of_school(world, row.removal.school)
    school = getattr(row, "school", None)
    if school is not None:
        return _of_school(world, school)
    district = row if isinstance(row, District) else row.district
    return "north" if district == world.district else "other"


def _of_school(world: Any, school: School) -> str:
    return {world.north.pk: "north", world.south.pk: "district"}.get(school.pk, "other")
