"""Routes of training and certification."""

from district.access import Role
from tests.doors.kinds import (
    ASKING,
    EVERYBODY,
    TRAINED,
    TRAINERS,
    TRAINING,
    Door,
    collection,
    in_scope,
    keepers_of_district,
    listing,
    trained_here,
)
from training.models import (
    Attendance,
    Certification,
    CircleCredit,
    Course,
    Credential,
    HoldRequest,
    Pathway,
    PeerTraining,
    Practitioner,
    Registration,
    SessionDay,
    TrainingSession,
)

PARTNER, LEADER, COORDINATOR = (frozenset({role}) for role in (Role.PARTNER, Role.LEADER, Role.COORDINATOR))
DONE = frozenset({302})
"""An empty form is enough: nothing in it must be filled in."""
CATALOG = TRAINERS | LEADER


def form(writers: frozenset[Role], model: type | None = None, **more) -> Door:
    """A page with a form: who opens it may send it."""
    return Door(writers, writers=writers, model=model, visible=more.pop("visible", trained_here), **more)


def step(model: type = Certification) -> Door:
    """A step of a certification."""
    return form(PARTNER, model)


def api_step(model: type, writers: frozenset[Role], **more) -> Door:
    """A further action of a collection."""
    return Door(TRAINED, writers=writers, model=model, is_action=True, visible=trained_here, **more)


PUBLIC = ("join", "join_code", "here", "here_code", "open", "open_join", "answer", "own_link", "mine")
API: dict[str, Door] = {
    **collection("courses", Course, TRAINED, writers=CATALOG, patchers=CATALOG),
    **collection(
        "training-sessions", TrainingSession, TRAINED, writers=TRAINERS, patchers=TRAINERS, visible=trained_here
    ),
    **collection("people", Practitioner, TRAINED, writers=TRAINERS, patchers=TRAINERS, visible=trained_here),
    **collection("registrations", Registration, TRAINED, visible=trained_here),
    **collection("attendance", Attendance, TRAINED, visible=trained_here),
    **collection("credentials", Credential, TRAINED),
    **collection("certifications", Certification, TRAINED, writers=TRAINERS, visible=trained_here),
    **{
        f"api-training-sessions-{name}": api_step(TrainingSession, TRAINERS)
        for name in ("cancel", "register", "attendance")
    },
    "api-people-evaluate": api_step(Practitioner, TRAINERS),
    "api-certifications-award": api_step(Certification, PARTNER, posted=frozenset({409})),
    **{
        f"api-certifications-{name}": api_step(Certification, PARTNER)
        for name in ("decline", "suspend", "reinstate", "revoke", "lapse", "renew")
    },
}
DOORS: dict[str, Door] = {
    **API,
    "training": Door(TRAINING),
    "practitioner_list": listing(TRAINED),
    "practitioner_create": form(TRAINERS),
    "practitioner_evaluate": form(TRAINERS),
    "practitioner_detail": Door(TRAINED, model=Practitioner, visible=trained_here),
    "practitioner_edit": form(TRAINERS, Practitioner),
    "practitioner_away": form(TRAINERS, Practitioner),
    "practitioner_merge": form(TRAINERS, Practitioner),
    "practitioner_observe": form(TRAINERS, Practitioner),
    "practitioner_circle": form(TRAINERS, Practitioner),
    "practitioner_pathway": form(TRAINERS, Practitioner),
    "credit_withdraw": form(TRAINERS, CircleCredit),
    "pathway_extend": form(TRAINERS, Pathway),
    "peer_list": listing(COORDINATOR, frozenset()),
    "peer_create": form(COORDINATOR),
    "peer_void": form(COORDINATOR, PeerTraining),
    "session_list": listing(TRAINED),
    "session_create": form(TRAINERS),
    "session_detail": Door(TRAINED, model=TrainingSession, visible=trained_here),
    "session_edit": form(TRAINERS, TrainingSession),
    "session_cancel": form(TRAINERS, TrainingSession),
    "session_seats": form(TRAINERS, TrainingSession),
    "session_register": form(TRAINERS, TrainingSession),
    "session_roster": Door(TRAINERS, model=TrainingSession, visible=trained_here),
    "session_evaluate": form(TRAINERS, TrainingSession),
    "sessionday_attendance": form(TRAINERS, SessionDay, posted=DONE),
    "sessionday_code": Door(TRAINERS, model=SessionDay, visible=trained_here),
    "registration_list": listing(TRAINED),
    "attendance_list": listing(TRAINED),
    "registration_cancel": form(TRAINERS, Registration, posted=DONE),
    "registration_promote": form(TRAINERS, Registration),
    "course_list": listing(TRAINED),
    "course_create": form(CATALOG),
    "course_detail": Door(TRAINED, model=Course),
    "course_edit": form(CATALOG, Course, visible=in_scope),
    "course_version": form(CATALOG, Course, visible=in_scope),
    "practice_list": listing(TRAINED),
    "practice_edit": form(LEADER),
    "credential_list": listing(TRAINED),
    "credential_create": form(LEADER),
    "rubric_edit": form(LEADER),
    "credential_defaults": form(LEADER, posted=DONE),
    "credential_detail": Door(TRAINED, model=Credential),
    "credential_edit": form(LEADER, Credential),
    "credential_version": form(LEADER, Credential),
    "certification_list": listing(TRAINED),
    "certification_detail": Door(TRAINED, model=Certification, visible=trained_here),
    "certification_paper": Door(EVERYBODY, model=Certification, visible=trained_here, is_file=True),
    "certification_propose": form(TRAINERS, Practitioner),
    "certification_award": step(),
    "certification_decline": step(),
    "certification_suspend": step(),
    "certification_reinstate": step(),
    "certification_revoke": step(),
    "certification_lapse": step(),
    "certification_renew": step(),
    "keeper_finder": Door(TRAINING),
    "keeper_ask": form(ASKING, Practitioner, visible=keepers_of_district),
    "hold_request_list": listing(ASKING),
    "hold_request_withdraw": form(ASKING, HoldRequest, posted=DONE),
    "my_training": Door(EVERYBODY),
    "my_seat": Door(EVERYBODY, writers=EVERYBODY, is_action=True, posted=frozenset({404})),
    "my_feed": Door(EVERYBODY, writers=EVERYBODY, is_action=True, posted=frozenset({404})),
    **{f"training_{name}": Door(EVERYBODY, public=True) for name in PUBLIC},
    "training_feed": Door(EVERYBODY, public=True, answer=404),
    "verify": Door(EVERYBODY, public=True),
    "verify_number": Door(EVERYBODY, public=True),
}
