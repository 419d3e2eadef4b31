"""The pages of a review: every state, step and role; who is shown what; the queue and the decision."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discipline import actions
from discipline import referral_states as states
from discipline.actions import RemovalOrder
from discipline.models import Behavior, FamilyContact, Referral, Removal
from district.access import Role
from district.models import AuditEvent, CalendarDay
from tests import factories as make

DAY = date(2020, 11, 12)
DECIDERS = {Role.OFFICER, Role.PRINCIPAL}
FORMS = {
    states.TAKE: {},
    states.RETURN: {"question": "When was it?"},
    states.ANSWER: {"answer": "At ten."},
    states.DECIDE: {"note": "It was a misunderstanding."},
    states.REOPEN: {"reason": "New facts."},
    states.VOID: {"reason": "Entered twice."},
}


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def page_of(world, client_for):
    """Return a function that makes the client of a role."""
    return lambda role: client_for(world.user(role))


@pytest.fixture
def classmate(world):
    student = make.make_student(world.district, "Willow", "Classmate")
    make.enroll(student, world.north, world.year)
    return student


@pytest.fixture
def referral(world, classmate):
    """A teacher's referral at north, submitted, that asks for a circle; a classmate was harmed, another saw it."""
    staff = world.user("staff")
    incident = make.make_incident(
        world.north, world.year, occurred_on=DAY, description="Pushed at the lockers.", tried_first="quiet_word"
    )
    incident.logged_by = incident.described_by = staff
    incident.save()
    make.involve(incident, world.student, Behavior.objects.get(district=world.district))
    make.involve(incident, classmate, role="harmed")
    return make.refer(incident, world.student, "submitted", reporter=staff, asks_restorative=True)


def address(referral, step: str = "") -> str:
    return f"/referrals/{referral.uid}/{step}/" if step else f"/referrals/{referral.uid}/"


def expected(role: Role, status: str, step: str) -> int:
    """What the matrix and the table of states ask for; what is allowed leads back to the record."""
    if step == states.ANSWER:
        if role not in DECIDERS | {Role.STAFF}:
            return 403
        if role is not Role.STAFF:
            return 404
    elif role not in DECIDERS:
        return 403
    if step in states.STEPS[status]:
        return 302
    return 302 if step == states.TAKE else 409


@pytest.mark.once
def test_every_state_step_and_role(world, page_of, referral):
    """Each triple is done, or refused with a sentence and nothing changed; no exception."""
    wrong, tried = [], 0
    clients = {role: page_of(role) for role in Role}
    for status in Referral.Status.values:
        for step, form in FORMS.items():
            for role, client in clients.items():
                Referral.objects.filter(pk=referral.pk).update(status=status, assigned_to=None, outcome="")
                response = client.post(address(referral, step), form)
                referral.refresh_from_db()
                tried += 1
                due, is_done = expected(role, status, step), step in states.STEPS[status]
                is_right = response.status_code == due
                if due == 302:
                    *_earlier, message = get_messages(response.wsgi_request)
                    is_right &= message.level_tag == ("success" if is_done else "error")
                    is_right &= response["Location"] == address(referral)
                if due == 409:
                    is_right &= "does not allow this" in response.text or "voided already" in response.text
                is_right &= referral.status == (states.STEPS[status][step] if due == 302 and is_done else status)
                if not is_right:
                    wrong.append((status, step, str(role), response.status_code, due))
    print(json.dumps({"id": "referral_steps_pages", "n": tried, "bad": len(wrong)}))
    assert wrong == []
    assert tried == 5 * 6 * len(Role)


@pytest.mark.parametrize("status", Referral.Status.values)
def test_the_page_offers_what_can_be_done_and_the_form_opens(world, page_of, referral, status):
    """For the officer and the reporter: every step offered opens or is pressed; what is not offered leads back."""
    Referral.objects.filter(pk=referral.pk).update(status=status)
    for role in (Role.OFFICER, Role.STAFF):
        client = page_of(role)
        text = client.get(address(referral)).text
        offered = {step for step in FORMS if f'"{address(referral, step)}"' in text}
        reach = {states.ANSWER} if role is Role.STAFF else set(FORMS) - {states.ANSWER}
        assert offered == reach & set(states.STEPS[status]), role
        for step in reach - {states.TAKE}:
            response = client.get(address(referral, step))
            assert response.status_code == (200 if step in offered else 302), step
            if step not in offered:
                *_earlier, message = get_messages(response.wsgi_request)
                assert "does not allow this" in message.message
                assert response["Location"] == address(referral)


def test_an_imported_referral_is_returned_to_nobody(world, page_of):
    referral = Referral.objects.get(school=world.north)
    Referral.objects.filter(pk=referral.pk).update(status="submitted")
    client = page_of(Role.OFFICER)
    assert address(referral, "return") not in client.get(address(referral)).text
    assert client.get(address(referral, "return")).status_code == 302
    assert "Nobody wrote this referral here" in client.post(address(referral, "return"), {"question": "When?"}).text


def test_what_was_typed_is_kept_when_a_colleague_was_faster(world, page_of, referral):
    actions.decide_referral(referral=referral, responses=["WARNING"], by=world.user("principal"))
    response = page_of(Role.OFFICER).post(address(referral, "return"), {"question": "Who else was there?"})
    assert response.status_code == 409
    assert "Who else was there?" in response.text
    assert not referral.statuses.filter(status="returned").exists()


# --- Who is shown what ----------------------------------------------------------------------------------------------
@pytest.fixture
def decided(world, referral):
    """Returned, answered, decided with a conference and a suspension, reopened, decided again; a response voided."""
    staff, officer = world.user("staff"), world.user("officer")
    actions.return_referral(referral=referral, question="Who saw the push?", by=officer)
    actions.answer_referral(referral=referral, answer="The librarian saw it.", by=staff)
    actions.decide_referral(
        referral=referral,
        responses=["RESTORATIVE_CONFERENCE", "DETENTION"],
        removals=[RemovalOrder("ISS", DAY, days=Decimal(1), offer=make.DECLINED)],
        note="The office only.",
        by=officer,
    )
    actions.void_response(
        response=referral.responses.get(response="DETENTION"), reason="Detention did not happen.", by=officer
    )
    actions.log_family_contact(
        incident=referral.incident, student=world.student, way="phone", note="They will come by.", by=officer
    )
    referral.refresh_from_db()
    return referral


SECRETS = {
    "note": "The office only.",
    "void reason": "Detention did not happen.",
    "removal": "In-school suspension",
    "response": "Restorative conference",
    "other student": "Classmate",
    "contact note": "They will come by.",
}
OWN = {"words": "Pushed at the lockers.", "question": "Who saw the push?", "answer": "The librarian saw it."}


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (Role.STAFF, {*OWN.values(), "A removal from class or school".lower()}, set(SECRETS.values())),
        (
            Role.COORDINATOR,
            {SECRETS["response"]},
            {*OWN.values(), *(words for name, words in SECRETS.items() if name != "response"), "staff@example.org"},
        ),
        (Role.OFFICER, {*OWN.values(), *(w for n, w in SECRETS.items() if n != "other student")}, set()),
        (Role.PRINCIPAL, {*OWN.values(), *(w for n, w in SECRETS.items() if n != "other student")}, set()),
        (Role.RECORDS, {*OWN.values(), *(w for n, w in SECRETS.items() if n != "other student")}, set()),
    ],
)
def test_each_reader_is_shown_what_concerns_them(world, page_of, decided, role, shown, hidden):
    text = page_of(role).get(address(decided)).text
    assert {words for words in shown if words not in text} == set()
    assert {words for words in hidden if words in text} == set()
    event = AuditEvent.objects.filter(action="view").latest("pk")
    assert (event.actor, event.student_id) == (f"{role}@example.org", world.student.pk)


def test_words_that_an_officer_wrote_are_not_shown_to_the_reporter(world, page_of, referral):
    actions.amend_incident(incident=referral.incident, by=world.user("officer"), description="The officer's own words.")
    assert "own words" not in page_of(Role.STAFF).get(address(referral)).text
    assert "own words" in page_of(Role.OFFICER).get(address(referral)).text


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("submitted", "waits for review"),
        ("under_review", "officer@example.org has your referral"),
        ("returned", "officer@example.org has a question"),
        ("decided", "is decided"),
        ("voided", "was voided"),
    ],
)
def test_the_reporter_reads_in_the_title_where_it_stands(world, page_of, referral, status, title):
    Referral.objects.filter(pk=referral.pk).update(status=status, assigned_to=world.users[Role.OFFICER])
    heading = re.search(r"<h1>(.*?)</h1>", page_of(Role.STAFF).get(address(referral)).text, re.S).group(1)
    assert title in heading
    assert world.student.person.name in heading


def test_a_record_page_asks_a_fixed_number_of_queries(world, page_of, referral):
    officer = world.user("officer")

    def queries(role: Role) -> int:
        client = page_of(role)
        client.get("/behaviors/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(referral)).status_code == 200
        return len(captured)

    def grow(count: int) -> None:
        for number in range(count):
            referral.statuses.create(status="returned", at="2020-11-12T12:00Z", by=officer, note=f"Question {number}?")
            referral.statuses.create(status="under_review", at="2020-11-12T13:00Z", by=officer, note="An answer.")
            make.respond(referral, "WARNING", by=officer)
            begins_on = DAY + timedelta(days=make.number())
            make.remove(referral.incident, referral.student, "ISS", begins_on=begins_on)
            FamilyContact.objects.create(
                incident=referral.incident, student=referral.student, way="phone", at="2020-11-12T12:00Z", by=officer
            )

    grow(1)
    few = {role: queries(role) for role in (Role.OFFICER, Role.STAFF)}
    grow(20)
    assert {role: queries(role) for role in few} == few
    assert max(few.values()) <= 40


# --- The queue ------------------------------------------------------------------------------------------------------
def test_the_queue_holds_what_is_open_at_ones_schools_oldest_first(world, page_of, referral, classmate):
    later = make.refer(referral.incident, classmate, "returned", reporter=world.user("staff"))
    make.refer(make.make_incident(world.south, world.year), world.south_student, "submitted")
    client = page_of(Role.OFFICER)
    text = client.get("/referrals/review/").text
    assert re.findall(r'href="/referrals/([0-9a-f-]{36})/"', text) == [
        str(referral.uid),
        str(later.uid),
    ]
    assert "asks for a circle" in text
    for query, found in (
        ("status=returned", [later]),
        ("asks_restorative=true", [referral]),
        ("assigned_to_me=true", []),
        ("assigned_to_me=false", [referral, later]),
        ("ordering=-submitted_at", [later, referral]),
    ):
        text = client.get(f"/referrals/review/?{query}").text
        listed = re.findall(r'href="/referrals/([0-9a-f-]{36})/"', text)
        assert listed == [str(one.uid) for one in found], query
    assert client.get("/referrals/review/?status=decided").status_code == 400
    for role in set(Role) - DECIDERS:
        assert page_of(role).get("/referrals/review/").status_code == 403


def test_several_are_taken_at_once_each_for_itself(world, page_of, referral, classmate):
    other = make.refer(referral.incident, classmate, "submitted")
    decided = Referral.objects.get(school=world.north, status="decided")
    sent = {"action": "take", "row": [str(referral.uid), str(other.uid), str(decided.uid)]}
    text = page_of(Role.OFFICER).post("/referrals/review/", sent).text
    assert "2 referrals are yours now" in text
    assert set(Referral.objects.filter(assigned_to=world.users[Role.OFFICER])) == {referral, other}


def test_the_queue_asks_a_fixed_number_of_queries(world, page_of, referral):
    behavior = Behavior.objects.get(district=world.district)

    def grow(count: int) -> None:
        for _number in range(count):
            student = make.make_student(world.district)
            make.enroll(student, world.north, world.year, refresh=False)
            incident = make.make_incident(world.north, world.year)
            make.involve(incident, student, behavior)
            make.refer(incident, student, "under_review", assigned_to=world.users[Role.OFFICER])

    def queries() -> int:
        client = page_of(Role.OFFICER)
        client.get("/behaviors/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/referrals/review/").status_code == 200
        return len(captured)

    grow(9)
    few = queries()
    grow(35)
    assert queries() == few


# --- The decision ---------------------------------------------------------------------------------------------------
def test_a_decision_names_what_repairs_first_and_removes_nobody_by_itself(world, page_of, referral):
    client = page_of(Role.OFFICER)
    text = client.get(address(referral, "decide")).text
    places = [text.index(words) for words in ("What can repair", "Who can support", "Anything else", "Is the student")]
    assert places == sorted(places)
    assert '<details class="more removal-fields">' in text
    answer = client.post(
        address(referral, "decide"), {"restorative": ["RESTORATIVE_CIRCLE"], "support": ["COUNSELING"], "note": "Good."}
    )
    assert answer.status_code == 302
    referral.refresh_from_db()
    assert (referral.outcome, referral.statuses.last().note) == ("restorative", "Good.")
    assert not Removal.objects.filter(incident=referral.incident).exists()


def test_a_decision_with_a_removal(world, page_of, referral):
    removal = {"kind": "ISS", "begins_on": "2020-11-16", "days": "2", "services_provided": "yes", "services": "Work"}
    assert page_of(Role.OFFICER).post(address(referral, "decide"), removal | make.DECLINED_AS_SENT).status_code == 302
    made = Removal.objects.get(incident=referral.incident)
    assert (made.ends_on, made.services_provided, made.services) == (date(2020, 11, 17), True, "Work")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Nothing is done about it: say why"),
        ({"kind": "ISS"}, "Give the first day of the removal"),
        ({"kind": "ISS", "begins_on": "2020-11-16"}, "Give the number of school days, or the last day"),
        ({"days": "3", "note": "None."}, "Choose the kind of removal, or empty its fields"),
        ({"kind": "ISS", "begins_on": "2020-11-16", "days": "0"}, "above 0"),
        ({"kind": "ISS", "begins_on": "2020-11-16", "days": "many"}, "Enter a number"),
        ({"kind": "ISS", "begins_on": "2020-11-09", "days": "1"}, "It cannot begin before the incident"),
        ({"kind": "ISS", "begins_on": "11/16/2020", "days": "1"}, "Enter a valid date"),
        ({"others": ["MAGIC"]}, "MAGIC is not one of the available choices"),
        ({"note": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_fault_is_shown_beside_its_field_and_nothing_is_decided(world, page_of, referral, sent, words):
    response = page_of(Role.OFFICER).post(address(referral, "decide"), sent)
    assert response.status_code == 200
    assert words in response.text
    assert 'id="errors"' in response.text
    referral.refresh_from_db()
    assert referral.status == "submitted"
    if "kind" in sent or "days" in sent:
        assert '<details class="more removal-fields" open>' in response.text


def test_a_fault_comes_back_with_what_the_calendar_counts(world, page_of, referral):
    CalendarDay.objects.create(district=world.district, day=date(2020, 11, 17), kind="closure")
    CalendarDay.objects.create(district=world.district, school=world.north, day=date(2020, 11, 18), kind="half_day")
    sent = {"kind": "ISS", "begins_on": "2020-11-16", "ends_on": "2020-11-18", "days": "3"}
    client = page_of(Role.OFFICER)
    for more in ({}, {"count": "1", "restorative": ["MEDIATION"]}):
        response = client.post(address(referral, "decide"), sent | more)
        assert "Mon, Nov 16, 2020 – Wed, Nov 18, 2020: 1.5 school days by the calendar of North School" in response.text
        assert "No school on Tue, Nov 17, 2020. Half a day on Wed, Nov 18, 2020." in response.text
    assert 'id="errors"' not in response.text, "who only counts is shown no fault"
    assert re.search(r'value="MEDIATION"[^>]* checked', response.text)
    assert 'value="2020-11-16"' in response.text
    assert not referral.responses.exists()


def test_what_stands_after_a_reopening_is_not_offered_again(world, page_of, referral):
    officer = world.user("officer")
    actions.decide_referral(referral=referral, responses=["MEDIATION"], by=officer)
    actions.reopen_referral(referral=referral, reason="New facts.", by=officer)
    client = page_of(Role.OFFICER)
    text = client.get(address(referral, "decide")).text
    assert "On record already: Mediation." in text
    assert 'name="restorative" value="MEDIATION"' not in text
    assert client.post(address(referral, "decide"), {}).status_code == 302
    referral.refresh_from_db()
    assert referral.outcome == "restorative"


def test_a_response_is_voided_on_a_page_of_its_own(world, page_of, referral):
    actions.decide_referral(referral=referral, responses=["DETENTION"], by=world.user("officer"))
    client, given = page_of(Role.OFFICER), referral.responses.get()
    path = f"/responses/{given.uid}/void/"
    assert path in client.get(address(referral)).text
    assert client.post(path, {"reason": ""}).status_code == 200
    assert client.post(path, {"reason": "Not held."})["Location"] == address(referral)
    given.refresh_from_db()
    assert given.void_reason == "Not held."
    assert client.get(path).status_code == 302
    assert client.post(path, {"reason": "Again."}).status_code == 409
    foreign = Referral.objects.get(school=world.south).responses.get()
    assert client.get(f"/responses/{foreign.uid}/void/").status_code == 404


def test_the_list_of_referrals_leads_each_reader_to_what_is_theirs(world, page_of, referral):
    links = {
        Role.STAFF: {"?reporter=me", "?reporter=me&amp;status=returned"},
        Role.OFFICER: {"/referrals/review/", "?reporter=me"},
        Role.COORDINATOR: set(),
    }
    for role, found in links.items():
        text = page_of(role).get("/referrals/").text
        every = {"/referrals/review/", "?reporter=me&amp;status=returned"}
        assert all(link in text for link in found), role
        if role is Role.COORDINATOR:
            assert not any(link in text for link in every)
    Referral.objects.filter(pk=referral.pk).update(status="returned")
    assert str(referral.uid) in page_of(Role.STAFF).get("/referrals/?reporter=me&status=returned").text
