"""Routes of restorative circles.

From the matrix: any adult of a school logs circles with a class; the school's administration, its coordinator and the
records custodian read them all, everybody else those they have logged. Of cases, officers, principals and the custodian
read date, kind and state; the coordinator arranges them; facilitators work on those they keep.
"""

from circles.models import (
    AgreementTerm,
    CheckIn,
    Circle,
    CircleAgreement,
    CircleKeeper,
    CircleParticipant,
    ClassCircle,
    FollowUp,
    PlanItem,
    VoiceLink,
    WelcomePlan,
)
from district.access import Role
from tests.doors.commitments import actions
from tests.doors.kinds import EVERYBODY, RECORDS, Door, collection, in_scope, listing, nobody
from training.models import Practice

LEADER = frozenset({Role.LEADER})
LOGGERS = frozenset({Role.STAFF, Role.OFFICER, Role.PRINCIPAL, Role.COORDINATOR, Role.FACILITATOR})
READERS = RECORDS | LOGGERS
COORDINATOR = frozenset({Role.COORDINATOR})
TEAM = COORDINATOR | {Role.FACILITATOR}
CASES = RECORDS | TEAM


def logged_here(role: Role, place: str) -> bool:
    """Class circles: staff and facilitators read those they have logged; the member of staff logged that of north."""
    return role is not Role.FACILITATOR and in_scope(role, place)


def mends(role: Role, place: str) -> bool:
    """A class circle is mended by who logged it, or by the coordinator of the school."""
    return role in (Role.STAFF, Role.COORDINATOR) and place == "north"


def team(role: Role, place: str) -> bool:
    """Cases as their team sees them: the coordinator of the school; the facilitator of the cast keeps none of these."""
    return role is Role.COORDINATOR and place == "north"


def not_kept(role: Role, place: str) -> bool:
    """Cases as others see them: by school or district; facilitators only those that they keep."""
    return role is not Role.FACILITATOR and in_scope(role, place)


DOORS: dict[str, Door] = {
    "circle_list": listing(CASES, RECORDS),
    "circle_new": Door(COORDINATOR, writers=COORDINATOR),
    "circle_detail": Door(CASES, model=Circle, visible=not_kept),
    "circle_notes": Door(TEAM, writers=TEAM, model=Circle, visible=nobody),  # nobody of the cast keeps one of these
    "circle_keepers": Door(COORDINATOR, model=Circle, visible=team),
    "circle_sheet": Door(TEAM, model=Circle, visible=team),
    "circle_sheet_pdf": Door(TEAM, model=Circle, visible=team, is_file=True),
    "agreement_copy": Door(TEAM, model=CircleParticipant, visible=team),
    "agreement_copy_pdf": Door(TEAM, model=CircleParticipant, visible=team, is_file=True),
    "circle_step": Door(TEAM, writers=TEAM, model=Circle, visible=team, keys=(("step", "add-participant"),)),
    "participant_step": Door(TEAM, writers=TEAM, model=CircleParticipant, visible=team, keys=(("step", "prepare"),)),
    "keeper_step": Door(
        COORDINATOR,
        writers=COORDINATOR,
        model=CircleKeeper,
        visible=team,
        keys=(("step", "end"),),
        posted=frozenset({302}),
    ),
    **collection("circles", Circle, CASES, writers=COORDINATOR, visible=not_kept),
    **actions(
        "circles",
        Circle,
        CASES,
        ("take", COORDINATOR, team, 200),
        ("screen", COORDINATOR, team, 200, 409),  # taken up, nothing speaks against it
        ("schedule", COORDINATOR, team),
        ("add-participant", TEAM, team),
        ("assign-keeper", COORDINATOR, team),
        ("hold", TEAM, team),
        ("miss", TEAM, team),
        ("agree", TEAM, team),
        ("part", TEAM, team, 409),
        ("follow", TEAM, team, 409),
        ("plan-return", TEAM, team),
        ("change-practice", COORDINATOR, team),
        ("take-over", COORDINATOR, team),
        ("close", COORDINATOR, team),
        ("void", COORDINATOR, team),
    ),
    **collection("circle-participants", CircleParticipant, TEAM, visible=team),
    **actions(
        "circle-participants",
        CircleParticipant,
        TEAM,
        ("prepare", TEAM, team),
        ("consent", TEAM, team),
        ("permission", TEAM, team),
        ("remove", TEAM, team),
    ),
    "circle_term_list": listing(CASES, RECORDS),
    "follow_up_list": listing(CASES, RECORDS),
    "follow_up_rules": Door(LEADER, writers=LEADER),
    "agreement_step": Door(TEAM, writers=TEAM, model=CircleAgreement, visible=team, keys=(("step", "hand-over"),)),
    "term_step": Door(TEAM, writers=TEAM, model=AgreementTerm, visible=team, keys=(("step", "settle"),)),
    "follow_up_step": Door(TEAM, writers=TEAM, model=FollowUp, visible=team, keys=(("step", "record"),)),
    **collection("circle-agreements", CircleAgreement, CASES, visible=not_kept),
    **actions(
        "circle-agreements",
        CircleAgreement,
        CASES,
        ("add-term", TEAM, team),
        ("assent", TEAM, team),
        ("completion", TEAM, team),
        ("hand-over", TEAM, team),
    ),
    **collection("circle-terms", AgreementTerm, CASES, visible=not_kept),
    **actions(
        "circle-terms",
        AgreementTerm,
        CASES,
        ("settle", TEAM, team),
        ("waive", TEAM, team),
        ("renegotiate", TEAM, team),
    ),
    **collection("circle-follow-ups", FollowUp, CASES, visible=not_kept),
    **actions("circle-follow-ups", FollowUp, CASES, ("record", TEAM, team)),
    **collection("circle-keepers", CircleKeeper, TEAM, visible=team),
    **actions("circle-keepers", CircleKeeper, TEAM, ("end", COORDINATOR, team, 200, 409)),
    "voice_page": Door(EVERYBODY, public=True, answer=404),
    "voice_link_new": Door(TEAM, writers=TEAM, model=CircleParticipant, visible=nobody),
    "voice_link_step": Door(
        TEAM, writers=TEAM, model=VoiceLink, visible=team, keys=(("step", "revoke"),), posted=frozenset({409})
    ),
    "circle_worksheets": Door(TEAM, model=Circle, visible=nobody),
    **collection("circle-voice-links", VoiceLink, TEAM, writers=TEAM, visible=team),
    **actions("circle-voice-links", VoiceLink, TEAM, ("revoke", TEAM, team, 409)),  # of no team of the cast
    "welcome_plan_step": Door(TEAM, writers=TEAM, model=WelcomePlan, visible=team, keys=(("step", "add-item"),)),
    "plan_item_step": Door(TEAM, writers=TEAM, model=PlanItem, visible=team, keys=(("step", "finish"),)),
    "check_in_step": Door(TEAM, writers=TEAM, model=CheckIn, visible=team, keys=(("step", "record"),)),
    **collection("circle-welcome-plans", WelcomePlan, CASES, visible=not_kept),
    **actions("circle-welcome-plans", WelcomePlan, CASES, ("add-item", TEAM, team), ("move-return", TEAM, team)),
    **collection("circle-plan-items", PlanItem, TEAM, visible=team),
    **actions("circle-plan-items", PlanItem, TEAM, ("finish", TEAM, team), ("drop", TEAM, team, 200, 409)),
    **collection("circle-check-ins", CheckIn, TEAM, visible=team),
    **actions("circle-check-ins", CheckIn, TEAM, ("record", TEAM, team)),
    "class_circle_list": listing(READERS),
    "class_circle_new": Door(LOGGERS, writers=LOGGERS),
    "class_circle_detail": Door(READERS, model=ClassCircle, visible=logged_here),
    "class_circle_step": Door(LOGGERS, writers=LOGGERS, model=ClassCircle, visible=mends, keys=(("step", "void"),)),
    **collection("class-circles", ClassCircle, READERS, writers=LOGGERS, visible=logged_here),
    **actions(
        "class-circles",
        ClassCircle,
        READERS,
        ("repeat", LOGGERS, mends),  # the small world has no school year around today
        ("change", LOGGERS, mends, 200),
        ("void", LOGGERS, mends),
    ),
    "practice_terms_list": listing(EVERYBODY),
    "practice_terms_step": Door(
        LEADER, writers=LEADER, model=Practice, keys=(("step", "set-terms"),), posted=frozenset({302})
    ),
    **collection("practices", Practice, EVERYBODY),
    **actions("practices", Practice, EVERYBODY, ("set-terms", LEADER, None, 200)),
}
