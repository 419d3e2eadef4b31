"""Routes of co-governance: memoranda in full, commitments, bodies, assemblies, ratings, what falls due.

From the matrix: leadership acts for the district, a partner for its own organization, a principal for commitments that
name the school. Who owes a commitment reports on it, the other side assesses it, and nobody does both.
"""

from collections.abc import Callable

from commitments.models import (
    Assembly,
    Body,
    Breach,
    Commitment,
    Concern,
    ConcernEvidence,
    ConcernRule,
    Decision,
    Document,
    DueItem,
    EscalationRule,
    FidelityRound,
    Meeting,
    Miss,
    PartnerActivity,
    Resolution,
    RolloutStage,
    RolloutTarget,
    Rubric,
    Seat,
    StatusReport,
)
from district.access import Role
from district.models import Memorandum
from tests.doors.kinds import EVERYBODY, MEMORANDA, RATES, Door, collection, listing, own_organization

READERS = MEMORANDA
FIDELITY = READERS | {Role.COORDINATOR}
LEADER = frozenset({Role.LEADER})
BOTH = frozenset({Role.PARTNER, Role.LEADER})
LOGGERS = frozenset({Role.TRAINER, Role.PARTNER})
DRAFTERS = BOTH | {Role.PRINCIPAL}
OMBUDS = frozenset({Role.OMBUDS})
CONCERNED = OMBUDS | {Role.TRAINER, Role.PARTNER}
RATERS = BOTH | {Role.PRINCIPAL, Role.COORDINATOR}


def in_district(role: Role, place: str) -> bool:
    """Bodies and assemblies: everybody of the district reads all of them."""
    return place in ("north", "district")


def owes(role: Role, place: str) -> bool:
    """The world's commitments are owed by the district: its side reports, the partner never does."""
    return role is not Role.PARTNER and own_organization(role, place)


def watches(role: Role, place: str) -> bool:
    """The other side of the same: the partner assesses its own, the district's side none."""
    return role is Role.PARTNER and place == "north"


Visible = Callable[[Role, str], bool]


def actions(name: str, model: type, readers: frozenset[Role], *steps: tuple) -> dict[str, Door]:
    """The steps of a collection: (name, who may, where, what an empty body is answered)."""
    doors = {}
    for step, writers, visible, *posted in steps:
        doors[f"api-{name}-{step}"] = Door(
            readers, writers=writers, model=model, is_action=True, visible=visible, posted=frozenset(posted)
        )
    return doors


def page(model: type, writers: frozenset[Role], visible: Visible, step: str) -> Door:
    """The page of one step; tests/commitments/test_steps.py walks the others."""
    return Door(writers, writers=writers, model=model, visible=visible, keys=(("step", step),))


DOORS: dict[str, Door] = {
    # Memoranda
    "memorandum_detail": Door(MEMORANDA, model=Memorandum, visible=own_organization),
    "memorandum_step": page(Memorandum, BOTH, own_organization, "add-person"),
    **actions(
        "memoranda",
        Memorandum,
        MEMORANDA,
        ("terms", BOTH, own_organization, 200),
        ("add-person", BOTH, own_organization),
        ("end-person", BOTH, own_organization),
        ("add-document", BOTH, own_organization, 415),
        ("extend", BOTH, own_organization),
        ("end-early", BOTH, own_organization),
        ("plan-review", BOTH, own_organization),
        ("hold-review", BOTH, own_organization),
        ("cancel-review", BOTH, own_organization),
        ("decide-end", LEADER, own_organization),
        ("renew", LEADER, own_organization),
        ("designate", LEADER, own_organization),
        ("end-designation", LEADER, own_organization),
        ("log-activity", LOGGERS, own_organization),
    ),
    "activity_list": listing(MEMORANDA),
    "activity_step": page(PartnerActivity, LOGGERS, own_organization, "void"),
    **collection("activities", PartnerActivity, MEMORANDA, visible=own_organization),
    **actions("activities", PartnerActivity, MEMORANDA, ("void", LOGGERS, own_organization)),
    "document_file": Door(READERS, model=Document, visible=own_organization, is_file=True),
    "document_step": page(Document, BOTH, own_organization, "void"),
    **collection("documents", Document, READERS, visible=own_organization),
    **actions("documents", Document, READERS, ("void", BOTH, own_organization)),
    # Commitments
    "commitment_list": listing(READERS),
    "commitment_board": Door(READERS),
    "api_commitment_board": Door(READERS),
    "commitment_add": Door(DRAFTERS, writers=DRAFTERS),
    "commitment_detail": Door(READERS, model=Commitment, visible=own_organization),
    "commitment_step": page(Commitment, BOTH, own_organization, "end"),
    **collection("commitments", Commitment, READERS, writers=DRAFTERS, visible=own_organization),
    **actions(
        "commitments",
        Commitment,
        READERS,
        ("change", DRAFTERS, own_organization, 409),
        ("activate", BOTH, own_organization, 409),
        ("report", DRAFTERS, owes),
        ("assess", BOTH, watches),
        ("deliver", DRAFTERS, owes),
        ("add-document", DRAFTERS, own_organization, 415),
        ("void-report", BOTH, own_organization),
        ("complete", BOTH, own_organization, 409),
        ("end", BOTH, own_organization),
    ),
    **collection("status-reports", StatusReport, READERS, visible=own_organization),
    **collection("breaches", Breach, RATES),
    **collection("due-items", DueItem, READERS, visible=own_organization),
    "miss_step": page(Miss, DRAFTERS, owes, "answer"),
    **collection("misses", Miss, READERS, visible=own_organization),
    **actions(
        "misses",
        Miss,
        READERS,
        ("answer", DRAFTERS, owes),
        ("accept", BOTH, watches, 409),
        ("dispute", BOTH, watches),
        ("plan", DRAFTERS, owes),
        ("agenda", BOTH, own_organization),
        ("remedied", BOTH, watches),
        ("consequence", BOTH, own_organization),
    ),
    "escalation_rules": Door(LEADER, writers=LEADER),
    **collection("escalation-rules", EscalationRule, READERS, writers=LEADER),
    # Bodies
    "body_list": listing(READERS),
    "body_add": Door(BOTH, writers=BOTH),
    "body_detail": Door(READERS, model=Body, visible=in_district),
    "body_step": page(Body, BOTH, own_organization, "add-seat"),
    **collection("bodies", Body, READERS, writers=BOTH, visible=in_district),
    **actions(
        "bodies",
        Body,
        READERS,
        ("plan-meeting", BOTH, own_organization),
        ("add-seat", BOTH, own_organization),
        ("change", BOTH, own_organization, 200),
        ("end", BOTH, own_organization),
    ),
    "seat_step": page(Seat, BOTH, own_organization, "fill"),
    **collection("seats", Seat, READERS, visible=in_district),
    **actions(
        "seats",
        Seat,
        READERS,
        ("fill", BOTH, own_organization),
        ("vacate", BOTH, own_organization),
        ("end", BOTH, own_organization),
    ),
    "meeting_detail": Door(READERS, model=Meeting, visible=in_district),
    "meeting_step": page(Meeting, BOTH, own_organization, "add-point"),
    **collection("meetings", Meeting, READERS, visible=in_district),
    **actions(
        "meetings",
        Meeting,
        READERS,
        ("add-point", BOTH, own_organization),
        ("hold", BOTH, own_organization, 200),
        ("cancel", BOTH, own_organization),
        ("decide", BOTH, own_organization),
        ("void-decision", BOTH, own_organization),
        ("add-document", BOTH, own_organization, 415),
    ),
    **collection("decisions", Decision, READERS, visible=in_district),
    # Assemblies
    "assembly_list": listing(READERS),
    "assembly_add": Door(BOTH, writers=BOTH),
    "assembly_detail": Door(READERS, model=Assembly, visible=in_district),
    "assembly_step": page(Assembly, BOTH, own_organization, "add-resolution"),
    **collection("assemblies", Assembly, READERS, writers=BOTH, visible=in_district),
    **actions(
        "assemblies",
        Assembly,
        READERS,
        ("add-resolution", BOTH, own_organization),
        ("change", BOTH, own_organization, 200),
        ("add-document", BOTH, own_organization, 415),
        ("void", BOTH, own_organization),
    ),
    "resolution_list": listing(READERS),
    "resolution_detail": Door(READERS, model=Resolution, visible=in_district),
    "resolution_step": page(Resolution, LEADER, own_organization, "answer"),
    **collection("resolutions", Resolution, READERS, visible=in_district),
    **actions(
        "resolutions",
        Resolution,
        READERS,
        ("answer", LEADER, own_organization),
        ("void", BOTH, own_organization),
    ),
    # Ratings
    "round_list": listing(FIDELITY),
    "round_add": Door(LEADER, writers=LEADER),
    "round_detail": Door(FIDELITY, model=FidelityRound),
    "round_step": Door(RATERS, writers=RATERS, model=FidelityRound, keys=(("step", "rate"),)),
    **collection("fidelity-rounds", FidelityRound, FIDELITY, writers=LEADER),
    **actions("fidelity-rounds", FidelityRound, FIDELITY, ("rate", RATERS, None), ("close", LEADER, None, 200)),
    "rubric_list": listing(FIDELITY),
    "rubric_add": Door(LEADER, writers=LEADER),
    "rubric_detail": Door(FIDELITY, model=Rubric),
    "rubric_step": Door(LEADER, writers=LEADER, model=Rubric, keys=(("step", "retire"),)),
    **collection("rubrics", Rubric, FIDELITY, writers=LEADER),
    **actions("rubrics", Rubric, FIDELITY, ("retire", LEADER, None)),
    # The rollout
    "rollout": Door(FIDELITY),
    "api_rollout": Door(FIDELITY),
    "stage_list": listing(FIDELITY),
    "stage_add": Door(LEADER, writers=LEADER),
    "stage_step": Door(LEADER, writers=LEADER, model=RolloutStage, keys=(("step", "void"),)),
    **collection("rollout-stages", RolloutStage, FIDELITY, writers=LEADER),
    **actions("rollout-stages", RolloutStage, FIDELITY, ("void", LEADER, None)),
    "target_list": listing(FIDELITY),
    "target_add": Door(LEADER, writers=LEADER),
    "target_step": Door(LEADER, writers=LEADER, model=RolloutTarget, keys=(("step", "void"),)),
    **collection("rollout-targets", RolloutTarget, FIDELITY, writers=LEADER),
    **actions("rollout-targets", RolloutTarget, FIDELITY, ("void", LEADER, None)),
    # Concerns: the ombuds of the district reads all, an organization those that it filed
    "concern_file": Door(EVERYBODY, public=True),
    "concern_receipt": Door(EVERYBODY, public=True),
    "concern_left": Door(EVERYBODY, public=True),
    "concern_list": listing(CONCERNED),
    "concern_add": Door(CONCERNED, writers=CONCERNED),
    "concern_totals": Door(CONCERNED | LEADER),
    "api_concern_totals": Door(CONCERNED | LEADER),
    "concern_rules": Door(OMBUDS, writers=OMBUDS),
    **collection("concern-rules", ConcernRule, OMBUDS, writers=OMBUDS),
    "concern_detail": Door(CONCERNED, model=Concern, visible=own_organization),
    "concern_who": Door(OMBUDS, model=Concern),
    "concern_evidence": Door(OMBUDS, model=ConcernEvidence, is_file=True),
    "concern_step": page(Concern, OMBUDS, own_organization, "sort"),
    **collection("concerns", Concern, CONCERNED, writers=CONCERNED, visible=own_organization),
    **actions(
        "concerns",
        Concern,
        CONCERNED,
        ("acknowledge", OMBUDS, own_organization, 200),
        ("ask", OMBUDS, own_organization),
        ("answer", OMBUDS, own_organization),
        ("settle", OMBUDS, own_organization),
        ("correct", OMBUDS, own_organization),
        ("sort", OMBUDS, own_organization),
        ("step-aside", OMBUDS, own_organization, 200),
    ),
}
