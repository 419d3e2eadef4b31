"""Every field of a case, and who reads it: one canary each, looked for by every role at every door.

`READ_BY` is the policy as a table: field → who finds it anywhere at all. The test walks pages, lists, records, files,
searches, filters, orders, refusals, the trail and the calendar feed as each reader and asks that exactly these find it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from circles.actions import cases, keepers, participants
from circles.actions.agreements import add_term, agree_case, record_assent, settle_term
from circles.actions.notes import write_note
from circles.actions.voices import keep_worksheet, make_voice_link
from circles.actions.welcome_back import add_item, plan_return
from circles.models import Circle, WelcomePlan
from district.access import NEEDS_ORGANIZATION, Role
from district.actions_notices import make_calendar_link
from district.models import AuditEvent, User
from district.models.places import calendar_of
from tests import factories as make
from tests.circles.making import keep_case
from tests.training.making import certify, make_credential, make_practice, make_practitioner

OWNER, OTHER, KEEPER = "owner", "other coordinator", "keeper"
TEAM = {OWNER, OTHER, KEEPER}
"""Who answers for the case, who arranges circles at its school beside them, and who keeps it."""
ARRANGING = {OWNER, OTHER}
SCHOOL = {Role.OFFICER.value, Role.PRINCIPAL.value, Role.RECORDS.value}
"""Those who read date, kind, state and terms of the cases of a school."""
NOBODY: set[str] = set()

SEALED = ("zqnote", "zqworksheet", "zqplan")

READ_BY: dict[str, set[str]] = {
    # what was said and written
    "note": {OWNER, KEEPER},
    "worksheet": {OWNER, KEEPER},
    "plan of coming back": {OWNER, KEEPER},
    # who takes part, and what they answered
    "participant": TEAM,
    "participant’s student": TEAM,
    "consent witness": NOBODY,
    "answer": TEAM,
    "why taken out": NOBODY,
    # who keeps it
    "keeper": TEAM,
    "conflict": TEAM,
    "override reason": TEAM,
    # how it stands
    "place": TEAM,
    "stage": TEAM,
    "why not held": TEAM,
    "why it closed": ARRANGING,
    "what speaks against it": NOBODY,
    "why voided": ARRANGING,
    # what was agreed
    "agreement": TEAM | SCHOOL,
    "evidence": TEAM | SCHOOL,
    "words beside a term": TEAM,
    "assent": TEAM,
    "assent witness": TEAM,
    "follow-up": TEAM | SCHOOL,
}
CANARY = {
    "note": "zqnote",
    "worksheet": "zqworksheet",
    "plan of coming back": "zqplan",
    "participant": "Zqperson",
    "consent witness": "Zqwitness",
    "why taken out": "zqtaken",
    "keeper": "Zqkeeper",
    "override reason": "zqoverride",
    "place": "zqplace",
    "why voided": "zqvoided",
    "agreement": "zqagreement",
    "evidence": "zqevidence",
    "words beside a term": "zqbeside",
    "assent witness": "Zqassent",
    # What is stored as a code is looked for as its word and its code; no page that others read says these otherwise.
    "answer": ('"answer":"given"',),
    "conflict": ("Related or close to somebody who takes part", '"kin"'),
    "stage": ("In preparation", '"preparation"'),
    "why not held": ("Somebody could not come", '"party_absent"'),
    "why it closed": ("Whoever was harmed did not wish it", "declined_harmed"),
    "what speaks against it": ("sexual_harm",),
    "assent": ("Signed it", '"signed"'),
    "follow-up": ("It does not hold", '"badly"'),
}


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def scene(place):
    """Four cases that hold every field: one agreed, one not held and closed by a no, one unsafe, one voided."""
    by = {"by": place.coordinator}
    supporter = make.make_student(place.district, "Zqstudent", "Zqfamily")
    make.enroll(supporter, place.school, place.year, refresh=False)
    place.keeper.person.family_name = "Zqkeeper"
    place.keeper.person.save()
    circle = place.prepared()
    aunt = participants.add_participant(circle=circle, role="supporter", name="Zqperson Aunt", **by)
    participants.record_consent(
        participant=aunt, answer="given", on=place.today, way="spoken", witness="Zqwitness", **by
    )
    participants.add_participant(circle=circle, role="supporter", student=supporter, **by)
    gone = participants.add_participant(circle=circle, role="staff", name="Somebody", **by)
    participants.remove_participant(participant=gone, reason="zqtaken", **by)
    novice = make_practitioner(place.district, place.school)
    keepers.assign_keeper(
        circle=circle, practitioner=novice, part="co_kept", conflict="kin", override_reason="zqoverride", **by
    )
    write_note(circle=circle, text="zqnote", **by)
    link, _secret = make_voice_link(participant=circle.participants.get(role="harmed"), paper="worksheet", **by)
    keep_worksheet(
        link=link, answers={"happened": "zqworksheet", "affected": "", "needed": "", "beside": ""}, language="en"
    )
    cases.schedule_case(circle=circle, scheduled_on=place.today, place="zqplace", **by)
    cases.miss_case(circle=circle, reason="party_absent", **by)
    cases.schedule_case(circle=circle, scheduled_on=place.today, place="zqplace", **by)
    people = list(circle.participants.standing().order_by("pk"))
    planned = make_practice(place.district, "mediation", 2)
    waits = place.opened(planned)
    cases.take_case(circle=waits, **by)
    cases.screen_case(circle=waits, **by)
    shut = place.opened(make_practice(place.district, "staff-student-repair", 2))
    cases.take_case(circle=shut, **by)
    cases.screen_case(circle=shut, **by)
    cases.close_case(circle=shut, reason="declined_harmed", **by)
    unsafe = place.opened(make_practice(place.district, "impromptu-conference", 2))
    cases.take_case(circle=unsafe, **by)
    cases.screen_case(circle=unsafe, exclusions=["sexual_harm"], **by)
    void = place.opened(make_practice(place.district, "peer-jury", 3))
    cases.void_case(circle=void, reason="zqvoided", **by)
    removal = make.remove(place.referral.incident, place.responsible, begins_on=place.today)
    returns = cases.open_case(practice=make_practice(place.district, "re-entry-circle", 3), removal=removal, **by)
    cases.take_case(circle=returns, **by)
    cases.screen_case(circle=returns, **by)
    keep_case(returns, place.keeper)
    returns_on = calendar_of(place.district, place.school).nth_school_day_after(place.today + timedelta(days=14), 1)
    plan = plan_return(circle=returns, returns_on=returns_on, **by)
    add_item(plan=plan, kind="support", text="zqplan", **by)
    # A second case was agreed on, so that the first one keeps its day and its place.
    other = make_practice(place.district, "restorative-conversation", 2)
    certify(place.keeper, make_credential(place.district, "conversations", other), place.today - timedelta(days=30))
    agreed = place.prepared(practice=other)
    return circle, people, agreed, [waits, shut, unsafe, void, returns], by


@pytest.fixture
def agreed(place, scene):
    """The agreed case, with words in every field of its agreement."""
    _circle, _people, agreed, _others, by = scene
    cases.schedule_case(circle=agreed, scheduled_on=place.today, **by)
    cases.hold_case(circle=agreed, held_on=place.today, minutes=40, present=list(agreed.participants.all()), **by)
    agree_case(circle=agreed, agreed_on=place.today, owner=place.coordinator, intervals="14", **by)
    agreed.refresh_from_db()
    first, second = agreed.participants.order_by("pk")
    given = {"owed_by": first, "owed_to": second, "kind": "help", "due_on": place.today}
    term = add_term(
        agreement=agreed.agreement, **given, text="zqagreement", evidence="zqevidence", names_checked=True, **by
    )
    record_assent(agreement=agreed.agreement, participant=first, on=place.today, way="signed", **by)
    record_assent(
        agreement=agreed.agreement, participant=second, on=place.today, way="spoken", witness="Zqassent", **by
    )
    settle_term(term=term, status="partly", on=place.today, note="zqbeside", **by)
    agreed.agreement.follow_ups.update(outcome="badly", done_on=place.today, due_on=place.today - timedelta(days=1))
    return agreed, term


def readers_of(place) -> dict[str, User]:
    """One person for each role, and the three of the team."""
    organization = make.make_organization(place.district)
    found = {
        role.value: make.make_user(
            role,
            place.district,
            place.school if role in (Role.STAFF, Role.OFFICER, Role.PRINCIPAL) else None,
            organization=organization if role in NEEDS_ORGANIZATION else None,
        )
        for role in Role
        if role is not Role.COORDINATOR
    }
    elsewhere = make.make_school(place.district, "0099")
    return found | {
        OWNER: place.coordinator,
        OTHER: make.make_user(Role.COORDINATOR, place.district, place.school),
        KEEPER: make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email),
        "coordinator elsewhere": make.make_user(Role.COORDINATOR, place.district, elsewhere),
    }


LISTS = (
    *("circles", "circle-participants", "circle-keepers", "circle-agreements", "circle-terms", "circle-follow-ups"),
    *("circle-voice-links", "circle-welcome-plans", "circle-plan-items", "circle-check-ins"),
    *("audit-events", "referrals"),
)
PAGES = (
    *("circle_list", "circle_term_list", "follow_up_list", "class_circle_list", "practice_terms_list", "desk"),
    *("duty_list", "audit_event_list", "referral_list", "referral_review"),
    *("circle_outcomes", "circle_voices"),
)
STEPS = (
    "add-participant",
    "assign-keeper",
    "schedule",
    "hold",
    "miss",
    "agree",
    "follow",
    "close",
    "void",
    "take-over",
)


def addresses(place, every: list[Circle], term: Any) -> list[str]:
    """Every address at which a word of these cases could stand."""
    found = [reverse(name) for name in PAGES]
    for name in ("circle_list", "circle_term_list", "follow_up_list", "audit_event_list"):
        found += [f"{reverse(name)}?format={kind}" for kind in ("csv", "xlsx")]
    for circle in every:
        found += [reverse(name, args=[circle.uid]) for name in ("circle_detail", "circle_notes", "circle_keepers")]
        found += [reverse(name, args=[circle.uid]) for name in ("circle_sheet", "circle_worksheets")]
        found += [reverse("circle_step", args=[circle.uid, step]) for step in STEPS]
        found.append(f"/api/v1/circles/{circle.uid}/")
        for one in circle.participants.all():
            found += [f"/api/v1/circle-participants/{one.uid}/", reverse("agreement_copy", args=[one.uid])]
            found += [reverse("participant_step", args=[one.uid, step]) for step in ("prepare", "consent", "remove")]
        for one in circle.keepers.all():
            found += [f"/api/v1/circle-keepers/{one.uid}/", reverse("keeper_step", args=[one.uid, "end"])]
    found += [f"/api/v1/circle-agreements/{term.agreement.uid}/", f"/api/v1/circle-terms/{term.uid}/"]
    found += [reverse("term_step", args=[term.uid, step]) for step in ("settle", "waive", "renegotiate")]
    found += [reverse("agreement_step", args=[term.agreement.uid, step]) for step in ("add-term", "assent")]
    found += [f"/api/v1/circle-follow-ups/{row.uid}/" for row in term.agreement.follow_ups.all()]
    for plan in WelcomePlan.objects.all():
        found.append(f"/api/v1/circle-welcome-plans/{plan.uid}/")
        found += [f"/api/v1/circle-plan-items/{one.uid}/" for one in plan.items.all()]
        found += [f"/api/v1/circle-check-ins/{one.uid}/" for one in plan.check_ins.all()]
    found += [reverse("referral_detail", args=[place.referral.uid]), f"/api/v1/referrals/{place.referral.uid}/"]
    found += [
        reverse("student_access", args=[place.harmed.uid]),
        reverse("incident_detail", args=[place.referral.incident.uid]),
    ]
    for name in LISTS:
        found += [f"/api/v1/{name}/{query}" for query in ("", "?format=csv", "?format=xlsx", "?page_size=200")]
        # Half a canary: an answer repeats what was asked, and must not complete it.
        found += [f"/api/v1/{name}/?{key}=zq" for key in ("search", "text", "name", "place", "void_reason", "evidence")]
        found += [f"/api/v1/{name}/?ordering={key}" for key in ("text", "status", "stage", "close_reason", "student")]
        found += [f"/api/v1/{name}/?{key}" for key in ("overridden=true", "voided=true", "status=preparation")]
    return found


CHOICE = re.compile(r'<option value="\w*">[^<]*</option>')
"""What may be chosen and is not: a vocabulary that every page of filters shows, and no record."""

REFUSED = (
    ("add-participant", {"role": "supporter", "student": "zq", "name": ""}),
    ("add-participant", {"act": "find", "find": "zqs"}),
    ("hold", {"held_on": "2020-01-01", "minutes": "5", "present": []}),
    ("schedule", {"scheduled_on": "2020-01-01"}),
    ("close", {"reason": "completed"}),
    ("agree", {"agreed_on": "2020-01-01", "owner": "nobody@example.org"}),
)
"""Steps that are refused: what the refusal says is read as well."""


def words_of(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    return body.decode(errors="replace")


@pytest.mark.trust
def test_who_reads_what_of_a_case(place, scene, agreed, client_for, settings):
    settings.READ_BUDGET = 0
    circle, _people, _agreed, others, _by = scene
    held, term = agreed
    every = [circle, held, *others]
    canaries = {field: (one,) if isinstance(one, str) else one for field, one in CANARY.items()}
    student = circle.participants.get(student__person__given_name="Zqstudent").student
    canaries["participant’s student"] = ("Zqstudent", str(student.uid))
    assert set(canaries) == set(READ_BY), "every field has a canary and a line of the table"
    doors = addresses(place, every, term)
    found: dict[str, dict[str, str]] = {field: {} for field in READ_BY}
    tried = 0
    for name, user in readers_of(place).items():
        client = client_for(fresh(user))
        shown = [(door, client.get(door)) for door in doors]
        for step, sent in REFUSED:
            for one in every:
                address = reverse("circle_step", args=[one.uid, step])
                shown.append((f"POST {address}", client.post(address, sent)))
                address = f"/api/v1/circles/{one.uid}/{step}/"
                if "act" not in sent:
                    shown.append((f"POST {address}", client.post(address, sent, "application/json")))
        feed = reverse("duty_calendar", args=[make_calendar_link(user=fresh(user))])
        shown.append((feed.rpartition("/")[0], client.get(feed)))
        for door, response in shown:
            assert response.status_code < 500, (name, door)
            body = words_of(response)
            said = CHOICE.sub("", body)
            for field, words in canaries.items():
                tried += 1
                if field == "keeper" and door == reverse("circle_outcomes"):
                    continue  # how many cases an adult keeps is a figure of its own, and says nothing of this one
                if any(word in (said if isinstance(CANARY.get(field), tuple) else body) for word in words):
                    found[field].setdefault(name, door)
    leaks = {
        f"{field}: {name} at {door}"
        for field, where in found.items()
        for name, door in where.items()
        if name not in READ_BY[field]
    }
    hidden = {f"{field}: {name}" for field, who in READ_BY.items() for name in who if name not in found[field]}
    print(json.dumps({"id": "confidentiality of a case", "n": tried, "bad": len(leaks)}))
    assert leaks == set()
    assert hidden == set(), "whoever may read a field finds it"
    assert tried > 100_000


def test_the_trail_and_the_file_of_the_database_hold_no_secret(place, scene, agreed):
    """What others read of a case in the trail, row by row; and the bytes of the database itself for what is sealed."""
    trail = json.dumps(list(AuditEvent.objects.values_list("changes", "details")))
    words = [word for field, one in CANARY.items() for word in ((one,) if isinstance(one, str) else one)]
    told = {'"signed"'}  # the way of a yes, under the id of a person whom the trail names by it alone
    assert [word for word in words if word in trail and word not in told] == []
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        body = connection.connection.serialize()
        places = [word for word in SEALED if word.encode() in body]
        assert b"zqagreement" in body, "the bytes are those of this database"
    else:
        places = tables_with(*SEALED)
    assert places == []


def tables_with(*words: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608 - names of tables
            found += [table for (row,) in cursor if any(word in row for word in words)]
    return found
