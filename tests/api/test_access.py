"""Who may do what at each collection, and how a refusal looks."""

from __future__ import annotations

import itertools
import uuid

import pytest

from api.discipline import REFERRAL_READERS
from api.urls import COLLECTIONS
from discipline.models import (
    Appeal,
    DueProcessStep,
    Incident,
    ManifestationDetermination,
    PatternReview,
    Referral,
    Removal,
    ThresholdTask,
)
from district.access import GRANTS, Permission, Role
from district.models import Enrollment, Memorandum, Organization, Student
from tests import factories as make
from tests.api.conftest import V1, Caller

TRAINING = (Permission.TRAINING_VIEW, Permission.TRAINING_VIEW_OWN)
CASES = (Permission.CIRCLE_VIEW, Permission.CIRCLE_WORK)
READING: dict[str, tuple[Permission, ...]] = {
    "districts": (Permission.DISTRICT_VIEW,),
    "schools": (Permission.DISTRICT_VIEW,),
    "school-years": (Permission.DISTRICT_VIEW,),
    "students": (Permission.STUDENT_VIEW,),
    "enrollments": (Permission.STUDENT_VIEW,),
    "guardians": (Permission.GUARDIAN_VIEW,),
    "student-notes": (Permission.NOTE_VIEW, Permission.NOTE_VIEW_OWN),
    "student-merges": (Permission.STUDENT_MERGE,),
    "staff": (Permission.STAFF_VIEW,),
    "incidents": (Permission.REFERRAL_VIEW,),
    "referrals": REFERRAL_READERS,
    "removals": (Permission.REMOVAL_VIEW,),
    "suspensions": (Permission.REMOVAL_VIEW,),
    "letters": (Permission.REMOVAL_VIEW,),
    "letter-templates": (Permission.RULES_VIEW,),
    "family-links": (Permission.FAMILY_PAGE,),
    "family-requests": (Permission.FAMILY_PAGE,),
    "sent-home": (Permission.REMOVAL_VIEW,),
    "due-steps": (Permission.REMOVAL_VIEW,),
    "appeals": (Permission.REMOVAL_VIEW,),
    "hib-cases": (Permission.REFERRAL_VIEW,),
    "pattern-reviews": (Permission.DEMOGRAPHICS_VIEW,),
    "determinations": (Permission.DEMOGRAPHICS_VIEW,),
    "threshold-tasks": (Permission.REFERRAL_VIEW,),
    "behaviors": (Permission.DISTRICT_VIEW,),
    "rules": (Permission.RULES_VIEW,),
    "thresholds": (Permission.RULES_VIEW,),
    "courses": TRAINING,
    "training-sessions": TRAINING,
    "people": TRAINING,
    "registrations": TRAINING,
    "attendance": TRAINING,
    "credentials": TRAINING,
    "certifications": TRAINING,
    "organizations": (Permission.ORGANIZATION_VIEW,),
    "memoranda": (Permission.MEMORANDUM_VIEW,),
    "activities": (Permission.MEMORANDUM_VIEW,),
    "documents": (Permission.MEMORANDUM_VIEW, Permission.COMMITMENT_VIEW),
    "commitments": (Permission.COMMITMENT_VIEW,),
    "status-reports": (Permission.COMMITMENT_VIEW,),
    "due-items": (Permission.COMMITMENT_VIEW,),
    "misses": (Permission.COMMITMENT_VIEW,),
    "breaches": (Permission.RATES_VIEW,),
    "escalation-rules": (Permission.COMMITMENT_VIEW,),
    "bodies": (Permission.BODY_VIEW,),
    "seats": (Permission.BODY_VIEW,),
    "meetings": (Permission.BODY_VIEW,),
    "decisions": (Permission.BODY_VIEW,),
    "assemblies": (Permission.ASSEMBLY_VIEW,),
    "resolutions": (Permission.ASSEMBLY_VIEW,),
    "rubrics": (Permission.FIDELITY_VIEW,),
    "fidelity-rounds": (Permission.FIDELITY_VIEW,),
    "rollout-stages": (Permission.FIDELITY_VIEW,),
    "rollout-targets": (Permission.FIDELITY_VIEW,),
    "concerns": (Permission.CONCERN_WORK, Permission.CONCERN_VIEW_OWN),
    "concern-rules": (Permission.CONCERN_WORK,),
    "circles": CASES,
    "circle-participants": (Permission.CIRCLE_WORK,),
    "circle-keepers": (Permission.CIRCLE_WORK,),
    "circle-agreements": CASES,
    "circle-terms": CASES,
    "circle-follow-ups": CASES,
    "circle-voice-links": (Permission.CIRCLE_WORK,),
    "circle-welcome-plans": CASES,
    "circle-plan-items": (Permission.CIRCLE_WORK,),
    "circle-check-ins": (Permission.CIRCLE_WORK,),
    "practices": (Permission.DISTRICT_VIEW,),
    "class-circles": (Permission.CLASS_CIRCLE_VIEW, Permission.CLASS_CIRCLE_VIEW_OWN),
    "imports": (Permission.IMPORT_VIEW,),
    "audit-events": (Permission.AUDIT_VIEW,),
}
POSTED = (
    *("organizations", "memoranda", "behaviors", "referrals", "removals", "letters"),
    *("family-links", "sent-home"),
    *("appeals", "hib-cases", "pattern-reviews", "determinations", "thresholds"),
    *("guardians", "student-notes", "student-merges"),
    *("courses", "training-sessions", "people", "certifications"),
    *("commitments", "escalation-rules", "bodies", "assemblies", "rubrics", "fidelity-rounds"),
    *("concerns", "concern-rules"),
    *("rollout-stages", "rollout-targets", "circles", "class-circles", "circle-voice-links"),
)
"""Collections that take a POST from some of their readers."""
PATCHED = (
    *("organizations", "memoranda", "behaviors", "incidents", "guardians"),
    *("courses", "training-sessions", "people"),
)
"""Those that take a PATCH."""
SCOPED = {  # collection → the record at the caller's school, and those out of reach of somebody at north
    "students": Student,
    "enrollments": Enrollment,
    "incidents": Incident,
    "referrals": Referral,
    "removals": Removal,
    "suspensions": Removal,
    "due-steps": DueProcessStep,
    "appeals": Appeal,
    "pattern-reviews": PatternReview,
    "determinations": ManifestationDetermination,
    "threshold-tasks": ThresholdTask,
}


def may(role: Role, permissions: tuple[Permission, ...]) -> bool:
    return any(permission in GRANTS[role] for permission in permissions)


def test_the_table_above_names_every_collection():
    assert list(READING) == list(COLLECTIONS)


@pytest.mark.parametrize("role", Role)
def test_each_role_reads_exactly_what_its_permissions_open(world, call_as, role):
    caller = call_as(role)
    found = {name: caller.read(f"{name}/").status_code for name in READING}
    assert found == {name: 200 if may(role, words) else 403 for name, words in READING.items()}


@pytest.mark.once
@pytest.mark.parametrize("role", Role)
def test_without_the_permission_everything_is_forbidden_and_with_it_other_methods_are_not_there(world, call_as, role):
    caller = call_as(role)
    for name, words in READING.items():
        for address in (f"{V1}{name}/", f"{V1}{name}/{uuid.uuid4()}/"):
            expected = 405 if may(role, words) else 403
            assert caller.put(address, {}).status_code == expected, (name, "PUT")
            assert caller.delete(address).status_code == expected, (name, "DELETE")
            assert caller.options(address).status_code == expected, (name, "OPTIONS")
        if name not in POSTED:
            assert caller.post(f"{V1}{name}/", {}).status_code == expected, (name, "POST")
        if name not in PATCHED:
            assert caller.patch(f"{V1}{name}/{uuid.uuid4()}/", {}).status_code == expected, (name, "PATCH")


@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/csv", "image/png"])
@pytest.mark.parametrize("name", READING)
def test_nobody_signed_in_is_401_whatever_is_accepted(db, name, accept):
    caller = Caller()
    requests = (
        (method, address)
        for method in ("get", "post", "put", "patch", "delete", "options")
        for address in (f"{V1}{name}/", f"{V1}{name}/{uuid.uuid4()}/")
    )
    for method, address in requests:
        response = getattr(caller, method)(address, HTTP_ACCEPT=accept)
        assert response.status_code == 401, (method, address)
        assert response["WWW-Authenticate"] == "Token"
        assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.PRINCIPAL])
@pytest.mark.parametrize("name", SCOPED)
def test_out_of_scope_absent_and_malformed_are_one_and_the_same_404(world, call_as, role, name):
    caller = call_as(role)
    records = SCOPED[name].objects.all()
    own = [row["id"] for row in caller.rows(f"{name}/")]
    hidden = [str(uid) for uid in records.values_list("uid", flat=True) if str(uid) not in own]
    assert len(own) == 1
    assert len(hidden) >= 2
    assert caller.read(f"{name}/{own[0]}/").json()["id"] == own[0]
    answers = []
    absent = [str(uuid.uuid4()), "1", "nobody", "%00", "%F0%9F%92%A9", "a.json", own[0].upper()[:-1], "x" * 3000]
    for key in [*hidden, *absent, "{" + own[0] + "}", "urn:uuid:" + own[0], own[0].replace("-", "")]:
        response = caller.get(f"{V1}{name}/{key}/")
        assert response.status_code == 404, key
        headers = {header: value for header, value in response.headers.items() if header != "Content-Length"}
        answers.append((response.content, tuple(sorted(headers.items()))))
    assert len(set(answers)) == 1
    assert answers[0][0] == b'{"detail":"Not found."}'


def test_rights_are_per_grant(world):
    """Coordinator at north and officer at south: referrals of both, incidents of south only."""
    user = make.make_user(Role.COORDINATOR, world.district, world.north)
    make.RoleGrant.objects.create(user=user, role=Role.OFFICER, district=world.district, school=world.south)
    caller = Caller()
    caller.force_login(user)
    assert {row["school"] for row in caller.rows("referrals/")} == {"0001", "0002"}
    assert {row["school"] for row in caller.rows("incidents/")} == {"0002"}
    lines = b"".join(caller.read("referrals/", format="csv")).decode().splitlines()
    assert len(lines) == 2, "the file holds only what the officer's grant may export"


def test_staff_see_referrals_that_they_made_and_no_students(world, call_as):
    caller = call_as(Role.STAFF)
    assert caller.rows("referrals/") == []
    referral = Referral.objects.get(school=world.north)
    referral.reporter = world.users[Role.STAFF]
    referral.save()
    assert [row["id"] for row in caller.rows("referrals/")] == [str(referral.uid)]
    assert caller.read(f"referrals/{referral.uid}/").status_code == 200
    assert caller.read("students/").status_code == 403
    assert caller.post(f"{V1}referrals/{referral.uid}/void/", {"reason": "mistake"}).status_code == 403
    assert caller.read("referrals/", format="csv").status_code == 403


def test_coordinator_reads_referrals_that_ask_for_a_restorative_response_without_what_was_written(world, call_as):
    caller = call_as(Role.COORDINATOR)
    rows = caller.rows("referrals/")
    assert [row["school"] for row in rows] == ["0001"]
    assert b"What happened" not in caller.read(f"referrals/{rows[0]['id']}/").content
    incident = Incident.objects.get(school=world.north)
    other = make.make_student(world.district)
    make.involve(incident, other, world.district.behaviors.first(), response="DETENTION")
    make.refer(incident, other)
    assert len(caller.rows("referrals/")) == 1


@pytest.mark.parametrize(("role", "expected"), [(Role.PARTNER, 1), (Role.TRAINER, 1), (Role.LEADER, 2)])
def test_partners_see_their_own_organization(world, call_as, role, expected):
    make.make_memorandum(make.make_organization(world.district, "Another House"))
    caller = call_as(role)
    assert len(caller.rows("organizations/")) == expected
    assert len(caller.rows("memoranda/")) == expected


def test_an_ended_grant_ends_at_the_next_request(world, call_as):
    caller = call_as(Role.OFFICER)
    assert caller.read("removals/").status_code == 200
    world.users[Role.OFFICER].grants.update(ends_on="2020-01-01")
    assert caller.read("removals/").status_code == 403


# --- Tokens ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        (["read", "write", "import"], True, True),
        (["read"], True, False),
        (["write"], False, True),
        (["import"], False, False),
        (["read", "import"], True, False),
        (["read", "write"], True, True),
    ],
)
def test_a_token_does_what_its_scopes_say(world, call_with, scopes, reads, writes):
    caller = call_with(Role.OFFICER, scopes)
    removal = Removal.objects.get(school=world.north)
    for name in READING:
        if may(Role.OFFICER, READING[name]):
            assert caller.read(f"{name}/").status_code == (200 if reads else 403), name
            assert caller.read(f"{name}/", format="csv").status_code == (200 if reads else 403), name
    assert caller.read(f"removals/{removal.uid}/").status_code == (200 if reads else 403)
    voided = caller.post(f"{V1}removals/{removal.uid}/void/", {"reason": "Entered twice."})
    assert voided.status_code == (200 if writes else 403), voided.content


@pytest.mark.parametrize("key", ["", "x", "0" * 40, "Token", "é", "\t", "md5$salt$0fe6f57c148da15b1a29700e3e541610"])
def test_a_token_that_is_none_is_401(db, key):
    caller = Caller()
    caller.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    response = caller.read("schools/")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"


def test_a_session_needs_the_csrf_token_to_write(world):
    caller = Caller(enforce_csrf_checks=True)
    caller.force_login(world.user(Role.OFFICER))
    removal = Removal.objects.get(school=world.north)
    response = caller.post(f"{V1}removals/{removal.uid}/void/", {"reason": "Entered twice."})
    assert response.status_code == 403
    assert Removal.objects.get(pk=removal.pk).voided_at is None


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER])
def test_answers_to_a_person_are_not_kept_by_caches(world, call_as, call_with, role):
    for caller in (call_as(role), call_with(role)):
        for path in ("schools/", "students/", "nothing/"):
            response = caller.read(path)
            if response.status_code != 404:
                assert "no-store" in response["Cache-Control"]


def test_no_column_of_another_district_comes_through_any_list(world, call_as):
    """Whatever is listed to anybody of the first district, nothing of the second is in it."""
    make.make_memorandum(make.make_organization(world.other), world.far)
    foreign = {str(world.other.uid), str(world.far.uid), str(world.other_year.uid), str(world.far_student.uid)}
    for model in (Organization, Memorandum):
        foreign |= {str(uid) for uid in model.objects.filter(district=world.other).values_list("uid", flat=True)}
    seen = 0
    for role, name in itertools.product(Role, READING):
        response = call_as(role).read(f"{name}/")
        if response.status_code == 200:
            seen += 1
            text = response.content.decode()
            assert not [uid for uid in foreign if uid in text], (role, name)
            assert '"TWO"' not in text
    assert seen >= 60
