"""What the small world holds of co-governance: each record at north, in the rest of the first district, elsewhere."""

from __future__ import annotations

from django.core.files.base import ContentFile

from commitments.uploads import documents
from district.models import Memorandum, Organization
from tests.commitments import factories as make


def add_commitments(world, organization: Organization) -> None:
    """North's belong to `organization`; those of the rest of the district and elsewhere to nobody's of the cast."""
    places = (
        (world.district, world.north, organization),
        (world.district, world.south, None),
        (world.other, world.far, None),
    )
    for district, school, partner in places:
        commitment = make.make_commitment(district, school, organization=partner)
        make.make_due_item(commitment)
        make.make_breach(make.make_miss(commitment), school)
        make.make_report(commitment, voided_at=commitment.created_at, void_reason="Said by mistake.")
        body = make.make_body(district, partner)
        make.seat_somebody(make.make_seat(body, organization=partner))
        make.decide(make.make_meeting(body))
        make.make_resolution(make.make_assembly(district, partner))
        make.make_round(school, make.make_rubric(district))
        make.set_stage(school)
        make.file_concern(school, partner)
        if not district.rollout_targets.exists():
            make.set_target(district)
    for memorandum in Memorandum.objects.select_related("organization"):
        make.log_activity(memorandum)
        name = "north" if memorandum.organization == organization else "other"
        make.make_document(memorandum=memorandum, stored_name=kept_file(name))


def kept_file(name: str) -> str:
    """The name of a small file that is really there; written once and never again."""
    stored = f"world-{name}"
    if not documents().exists(stored):
        documents().save(stored, ContentFile(b"%PDF-1.4"))
    return stored
