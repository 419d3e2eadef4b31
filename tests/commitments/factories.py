"""Plain functions that make one record of co-governance each, with sensible defaults."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from commitments.actions.concerns import filing
from commitments.concerns.sealed import Reporter, Said
from commitments.models import (
    Assembly,
    Body,
    Breach,
    Commitment,
    CommitmentStatus,
    Concern,
    Decision,
    Document,
    DueItem,
    FidelityRound,
    Meeting,
    Miss,
    MissStep,
    PartnerActivity,
    Resolution,
    RolloutStage,
    RolloutTarget,
    Rubric,
    RubricItem,
    Seat,
    SeatTerm,
    StatusReport,
)
from district.models import District, Memorandum, Organization, School
from tests.factories import number

ADOPTED = date(2020, 9, 1)


def make_commitment(
    district: District, *schools: School, organization: Organization | None = None, **fields: Any
) -> Commitment:
    """A commitment of `district`, for `schools` or, without any, for all; in force unless `status` says otherwise."""
    commitment = Commitment.objects.create(
        district=district,
        organization=organization,
        title=fields.pop("title", f"Commitment {number()}"),
        text=fields.pop("text", "The district shall do what it promised."),
        source=fields.pop("source", "board_resolution"),
        adopted_on=fields.pop("adopted_on", ADOPTED),
        responsible=fields.pop("responsible", "district"),
        status=fields.pop("status", Commitment.Status.ACTIVE),
        **fields,
    )
    commitment.schools.set(schools)
    CommitmentStatus.objects.create(commitment=commitment, status=commitment.status, on=commitment.adopted_on)
    return commitment


def make_due_item(commitment: Commitment, due_on: date = date(2021, 1, 15), **fields: Any) -> DueItem:
    return DueItem.objects.create(commitment=commitment, due_on=due_on, **fields)


def make_miss(commitment: Commitment, **fields: Any) -> Miss:
    """A missed date of a commitment, to which an answer is owed."""
    on = fields.pop("missed_on", date(2021, 1, 16))
    miss = Miss.objects.create(
        commitment=commitment,
        kind=fields.pop("kind", Miss.Kind.DEADLINE),
        occasion=fields.pop("occasion", f"due {number()}"),
        missed_on=on,
        **fields,
    )
    MissStep.objects.create(miss=miss, kind=MissStep.Kind.MISSED, on=on)
    return miss


def make_breach(miss: Miss, school: School, **fields: Any) -> Breach:
    """A record of a school that broke a commitment."""
    on = fields.pop("happened_on", miss.missed_on)
    record_uid = fields.pop("record_uid", None) or uuid.uuid4()
    return Breach.objects.create(
        miss=miss,
        commitment=miss.commitment,
        school=school,
        record_uid=record_uid,
        happened_on=on,
        found_on=on,
        **fields,
    )


def make_report(commitment: Commitment, side: str = "implementer", **fields: Any) -> StatusReport:
    return StatusReport.objects.create(
        commitment=commitment,
        side=side,
        completion=fields.pop("completion", "limited"),
        as_of=fields.pop("as_of", date(2021, 1, 4)),
        text=fields.pop("text", "It has begun."),
        **fields,
    )


def make_body(district: District, organization: Organization | None = None, **fields: Any) -> Body:
    return Body.objects.create(
        district=district,
        organization=organization,
        name=fields.pop("name", f"Task force {number()}"),
        kind=fields.pop("kind", Body.Kind.DISCIPLINE),
        begins_on=fields.pop("begins_on", ADOPTED),
        **fields,
    )


def make_seat(body: Body, **fields: Any) -> Seat:
    return Seat.objects.create(
        body=body,
        name=fields.pop("name", f"Seat {number()}"),
        kind=fields.pop("kind", Seat.Kind.COMMUNITY),
        begins_on=fields.pop("begins_on", body.begins_on),
        **fields,
    )


def seat_somebody(seat: Seat, **fields: Any) -> SeatTerm:
    return SeatTerm.objects.create(
        seat=seat,
        holder=fields.pop("holder", f"Holder {number()}"),
        begins_on=fields.pop("begins_on", seat.begins_on),
        **fields,
    )


def make_meeting(body: Body, on: date = date(2020, 10, 6), **fields: Any) -> Meeting:
    return Meeting.objects.create(body=body, on=on, **fields)


def decide(meeting: Meeting, **fields: Any) -> Decision:
    return Decision.objects.create(meeting=meeting, text=fields.pop("text", "Every school names a team."), **fields)


def make_assembly(district: District, organization: Organization | None = None, **fields: Any) -> Assembly:
    return Assembly.objects.create(
        district=district,
        organization=organization,
        title=fields.pop("title", f"Assembly {number()}"),
        held_on=fields.pop("held_on", date(2020, 9, 19)),
        **fields,
    )


def make_resolution(assembly: Assembly, **fields: Any) -> Resolution:
    return Resolution.objects.create(
        assembly=assembly,
        number=fields.pop("number", f"{number()}"),
        title=fields.pop("title", f"Resolution {number()}"),
        text=fields.pop("text", "We ask that it be done."),
        sent_on=fields.pop("sent_on", date(2020, 9, 25)),
        answer_due_on=fields.pop("answer_due_on", date(2020, 11, 24)),
        **fields,
    )


def make_rubric(district: District, *items: str, **fields: Any) -> Rubric:
    rubric = Rubric.objects.create(district=district, name=fields.pop("name", f"Rubric {number()}"), **fields)
    for position, text in enumerate(items or ("There is a plan.",), start=1):
        RubricItem.objects.create(rubric=rubric, position=position, dimension="Plan", text=text)
    return rubric


def make_round(school: School, rubric: Rubric, **fields: Any) -> FidelityRound:
    return FidelityRound.objects.create(
        school=school,
        rubric=rubric,
        opened_on=fields.pop("opened_on", ADOPTED),
        closes_on=fields.pop("closes_on", date(2100, 1, 1)),
        **fields,
    )


def set_stage(school: School, stage: str = "installation", decided_on: date = ADOPTED, **fields: Any) -> RolloutStage:
    """The stage of a school since a day, as somebody decided it."""
    evidence = fields.pop("evidence", "A team meets every month.")
    return RolloutStage.objects.create(school=school, stage=stage, decided_on=decided_on, evidence=evidence, **fields)


def set_target(district: District, stage: str = "initial", due_on: date = date(2023, 6, 30), **fields: Any) -> Any:
    """So many schools of a district (all, without `schools`) at a stage by a day."""
    adopted_on = fields.pop("adopted_on", ADOPTED)
    return RolloutTarget.objects.create(district=district, stage=stage, due_on=due_on, adopted_on=adopted_on, **fields)


def log_activity(memorandum: Memorandum, **fields: Any) -> PartnerActivity:
    return PartnerActivity.objects.create(
        memorandum=memorandum,
        kind=fields.pop("kind", PartnerActivity.Kind.OUTREACH),
        happened_on=fields.pop("happened_on", date(2020, 10, 1)),
        title=fields.pop("title", "Door to door"),
        **fields,
    )


def make_document(**fields: Any) -> Document:
    """A document without a file of its own: `stored_name` may name one that is there."""
    return Document.objects.create(
        title=fields.pop("title", "Signed copy"),
        file_name=fields.pop("file_name", "signed.pdf"),
        stored_name=fields.pop("stored_name", f"none-{number()}"),
        content_type="application/pdf",
        size=fields.pop("size", 8),
        sha256="0" * 64,
        **fields,
    )


def file_concern(school: School, organization: Organization | None = None, **fields: Any) -> Concern:
    """A concern about a school with a file, by an organization or by nobody who is known."""
    values = {"kind": "policy", "today": ADOPTED, "files": [SimpleUploadedFile("seen.pdf", b"%PDF-1.4")]} | fields
    said = Said(what=values.pop("what", "A rule is broken."), way="named" if organization else "anonymous")
    reporter = values.pop("reporter", Reporter())
    filed = filing.file_concern(
        district=school.district, school=school, organization=organization, said=said, reporter=reporter, **values
    )
    return filed.concern
