"""The page of a family: who gets in, what it tells of one child and of no other, what is asked through it."""

import re
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from discipline.actions import StepNotAllowed, file_appeal
from discipline.actions.families import (
    REQUEST_STEPS,
    answer_request,
    ask,
    hash_of,
    make_link,
    opened_by,
    revoke_link,
)
from discipline.actions.letters import give_default_letters, record_letter, write_letters
from discipline.family.doors import LOOKS_A_MINUTE
from discipline.family.words import family_words
from discipline.models import FamilyLink, FamilyRequest, FamilyRequestStatus, LetterLanguage, Removal
from district.models import AuditEvent
from tests import factories as make

CANARY = "Canary7391"


@pytest.fixture
def officer(world, time_machine):
    time_machine.move_to(datetime(2020, 12, 15, 17))
    return world.user("officer")


@pytest.fixture
def guardian(world):
    return world.student.guardians.get()


@pytest.fixture
def opened(world, officer, guardian):
    """A link that opens the page, and its secret."""
    return make_link(guardian=guardian, school=world.north, days=14, by=officer)


@pytest.fixture
def removal(world):
    return Removal.objects.get(student=world.student)


def page(secret, **query):
    return Client().get(reverse("family_page", args=[secret]), query)


# --- Words: no database ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LetterLanguage.values)
def test_every_language_says_everything_and_drafts_say_so(language):
    said, english = family_words()[language], family_words()["en"]
    for name in ("words", "kinds_asked", "changes", "steps"):
        ours, theirs = getattr(said, name), getattr(english, name)
        assert set(ours) == set(theirs)
        for key, words in theirs.items():
            assert sorted(re.findall(r"\{\w+\}", ours[key])) == sorted(re.findall(r"\{\w+\}", words)), key
    assert len(said.rights) == len(english.rights)
    assert said.is_draft == (language in ("ar", "bn")) == bool(said.words["draft"])


def test_a_value_is_put_in_and_not_read():
    said = family_words()["en"]
    assert said.say("for_whom", guardian="{until}", until="{guardian}") == (
        "This page is for {until} only. It can be opened until {guardian}."
    )


# --- The link --------------------------------------------------------------------------------------------------------
def test_only_the_hash_of_a_secret_is_kept_and_each_look_leaves_a_trace(world, opened, guardian):
    link, secret = opened
    row = FamilyLink.objects.filter(pk=link.pk).values().get()
    assert secret not in str(row)
    assert row["secret_hash"] == hash_of(secret)
    assert len(secret) >= 43
    response = page(secret)
    assert response.status_code == 200
    assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor_id, event.object_uid) == ("view", None, link.uid)
    assert (event.student_id, event.school_id) == (world.student.pk, world.north.pk)
    assert event.details == {"what": "page", "guardian": str(guardian.uid), "made_by": link.made_by_id}
    link.refresh_from_db()
    assert link.opened == 1


def test_whatever_is_wrong_with_a_link_the_answer_is_one(world, officer, opened, guardian, time_machine):
    link, secret = opened
    absent = page("x" * 43)
    assert absent.status_code == 404
    assert "This link does not open a page" in absent.content.decode()

    def closed():
        answer = page(secret)
        return answer.status_code == 404 and answer.content == absent.content and opened_by(secret) is None

    for name, value in (
        ("may_be_told", False),
        ("voided_at", link.expires_at),
        ("ends_on", date(2020, 12, 1)),
        ("begins_on", date(2021, 1, 1)),
    ):
        before = getattr(guardian, name)
        type(guardian).objects.filter(pk=guardian.pk).update(**{name: value})
        assert closed(), name
        type(guardian).objects.filter(pk=guardian.pk).update(**{name: before})
    assert opened_by(secret) == link
    time_machine.move_to(link.expires_at)
    assert closed()
    time_machine.move_to(datetime(2020, 12, 15, 17))
    revoke_link(link=link, reason="Sent to the wrong person.", by=officer)
    assert closed()
    with pytest.raises(StepNotAllowed):
        revoke_link(link=link, reason="Again.", by=officer)


def test_who_may_not_be_told_gets_no_link(world, officer):
    barred = make.make_guardian(world.student, may_be_told=False, restriction="A court order.")
    for days in (0, 61):
        with pytest.raises(ValidationError):
            make_link(guardian=world.student.guardians.first(), school=world.north, days=days, by=officer)
    with pytest.raises(ValidationError) as caught:
        make_link(guardian=barred, school=world.north, days=14, by=officer)
    assert "A court order." in str(caught.value)


def test_looks_are_bounded_also_those_with_a_wrong_secret(world, opened):
    _link, secret = opened
    for _number in range(LOOKS_A_MINUTE):
        assert page("x" * 43).status_code == 404
    refused = page(secret)
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")


# --- What it tells ---------------------------------------------------------------------------------------------------
@pytest.fixture
def shared(world, officer, removal):
    """The child's incident shared with two others, every text that a person typed marked; one other never removed."""
    incident = removal.incident
    others = []
    for name in ("Zoraida", "Quincey"):
        other = make.make_student(world.district, given_name=f"{name}{CANARY}", family_name=f"Pell{CANARY}")
        make.enroll(other, world.north, world.year)
        behavior = make.make_behavior(world.district, code=f"X-{name}", title=f"Other rule {CANARY}")
        make.involve(incident, other, behavior, description=CANARY)
        make.involve(incident, other, role="harmed", description=CANARY)
        make.refer(incident, other)
        removed = make.remove(incident, other, kind="ISS", days="7", begins_on=date(2020, 12, 3), services=CANARY)
        file_appeal(removal=removed, to="commissioner", filed_on=date(2020, 12, 4), filed_by=CANARY, by=officer)
        others.append(other)
    incident.description, incident.tried_first = CANARY, ""
    incident.save()
    incident.involvements.filter(student=world.student).update(description=CANARY, reported_by=CANARY)
    removal.services = CANARY
    removal.save()
    removal.changes.create(
        at=removal.created_at, reason=CANARY, kind="reduced", begins_on=removal.begins_on, days=removal.days
    )
    removal.appeals.update(filed_by=CANARY)
    for step in removal.due_steps.all():
        step.due_on, step.document, step.done_by, step.text = date(2020, 11, 10), CANARY, CANARY, CANARY
        step.save()
    return others


def test_no_field_of_another_child_appears_in_any_language(world, officer, opened, shared, guardian, removal):
    _link, secret = opened
    give_default_letters(district=world.district, by=None)
    typed = {"facts": "Your child and another student pushed each other.", "writer": "The principal", "contact": "555"}
    for number, student in enumerate([world.student, *shared]):
        own = Removal.objects.filter(student=student).first()
        person = guardian if not number else make.make_guardian(student, given_name=CANARY)
        letter = write_letters(removal=own, kind="removal_notice", guardians=[person], typed=typed, by=officer)[0]
        record_letter(letter=letter, step="send", on=date(2020, 12, 15), way="mail", by=officer)
        other_link, _secret = make_link(guardian=person, school=world.north, days=5, by=officer)
        if number:
            ask(link=other_link, kind="meeting", words=CANARY, language="en")
    for language in LetterLanguage.values:
        text = page(secret, lang=language).content.decode()
        assert CANARY not in text
        assert "X-Zoraida" not in text
        for hidden in shared:
            assert str(hidden.uid) not in text
            assert hidden.local_id not in text
        said = family_words()[language]
        assert said.day(date(2020, 11, 10)) in text  # the child's own removal and step
        assert said.day(date(2020, 12, 3)) not in text  # a day of the others'
        assert said.kinds["OSS"] in text
        assert said.kinds["ISS"] not in text
        assert text.count('href="/family/') == 1  # one letter: the child's own
        assert f'lang="{language}" dir="{said.direction}"' in text


def test_a_letter_opens_for_its_own_guardian_once_it_went_out(world, officer, opened, guardian, removal):
    _link, secret = opened
    give_default_letters(district=world.district, by=None)
    typed = {"facts": "A push.", "writer": "The principal", "contact": "555-0100"}
    second = make.make_guardian(world.student, languages=["es"])
    mine, theirs = write_letters(
        removal=removal, kind="removal_notice", guardians=[guardian, second], typed=typed, by=officer
    )
    address = reverse("family_letter", args=[secret, mine.uid])
    assert Client().get(address).status_code == 404
    for letter in (mine, theirs):
        record_letter(letter=letter, step="hand", on=date(2020, 12, 15), way="in_person", by=officer)
    paper = Client().get(address)
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in paper["Cache-Control"]
    assert Client().get(reverse("family_letter", args=[secret, theirs.uid])).status_code == 404
    assert AuditEvent.objects.latest("pk").details["what"] == "letter"


def test_the_page_speaks_the_language_of_the_family_and_asks_few_questions(
    world, opened, guardian, removal, django_assert_num_queries
):
    _link, secret = opened
    guardian.languages = ["es"]
    guardian.save()
    text = page(secret).content.decode()
    assert "Sus derechos" in text
    assert "suspensión fuera de la escuela" in text
    assert 'dir="rtl"' in page(secret, lang="ar").content.decode()
    for number in range(4):
        incident = make.make_incident(world.north, world.year)
        make.involve(incident, world.student, world.district.behaviors.first())
        make.make_appeal(make.remove(incident, world.student, begins_on=date(2020, 12, 1 + number)))
    with django_assert_num_queries(QUERIES):
        page(secret)


QUERIES = 18


# --- What is asked ---------------------------------------------------------------------------------------------------
def test_what_a_family_asks_for_becomes_a_task_with_a_day(world, client_for, officer, opened, removal):
    link, secret = opened
    address = reverse("family_page", args=[secret])
    asked = {"kind": "amendment", "words": "The day is wrong.\n It was Monday.", "removal": str(removal.uid)}
    # A browser that tells no page where it comes from sends no origin with a form: the secret alone lets it in.
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    thanks = strict.post(f"{address}?lang=es", asked).content.decode()
    assert "Gracias." in thanks
    request = FamilyRequest.objects.get(link=link)
    assert (request.kind, request.words, request.language) == ("amendment", "The day is wrong. It was Monday.", "es")
    assert (request.removal, request.school, request.state) == (removal, world.north, "open")
    assert request.due_on > date(2020, 12, 15)
    Client().post(address, asked)
    assert FamilyRequest.objects.filter(link=link).count() == 1
    desk = client_for(officer).get(reverse("desk")).content.decode()
    assert "Requests of families" in desk
    assert reverse("family_request", args=[request.uid]) in desk
    assert AuditEvent.objects.filter(object_uid=request.uid, actor_id=None).count() == 1


def test_what_cannot_be_asked_is_said_in_the_family_s_language_and_keeps_what_was_typed(world, opened):
    link, secret = opened
    address = f"{reverse('family_page', args=[secret])}?lang=es"
    foreign = Removal.objects.get(student=world.south_student)
    for sent, words in (
        ({"kind": "meeting", "words": " "}, "Diga en pocas palabras"),
        ({"kind": "party", "words": "Algo"}, "Elija qué pide."),
        ({"kind": "appeal", "words": "No es justo."}, "Elija la decisión"),
        ({"kind": "appeal", "words": "No es justo.", "removal": str(foreign.uid)}, "Elija la decisión"),
        ({"kind": "sent_home", "begins_on": "2021-01-01", "days": "half_day"}, "Elija un día"),
        ({"kind": "sent_home", "begins_on": "x", "words": "Algo"}, "Elija un día"),
    ):
        text = Client().post(address, sent).content.decode()
        assert words in text, sent
        assert sent.get("words", "") in text
    assert not FamilyRequest.objects.filter(link=link).exists()
    for number in range(10):
        ask(link=link, kind="meeting", words=f"Number {number}", language="en")
    with pytest.raises(ValidationError):
        ask(link=link, kind="meeting", words="One more", language="en")


@pytest.mark.parametrize("state", REQUEST_STEPS)
def test_a_state_of_a_request_allows_its_steps_and_refuses_the_others(world, officer, opened, state):
    link, _secret = opened
    request = ask(link=link, kind="meeting", words="Please.", language="en")
    for step in ("grant", "decline"):
        FamilyRequest.objects.filter(pk=request.pk).update(state=state)
        if step in REQUEST_STEPS[state]:
            done = answer_request(request=request, step=step, answer="We met.", by=officer)
            assert done.state == done.statuses.latest("pk").state == REQUEST_STEPS[state][step]
        else:
            with pytest.raises(StepNotAllowed) as caught:
                answer_request(request=request, step=step, answer="We met.", by=officer)
            assert caught.value.allowed == list(REQUEST_STEPS[state])


def test_an_answer_names_no_other_child_and_the_family_reads_it(world, client_for, officer, opened, shared):
    link, secret = opened
    request = ask(link=link, kind="meeting", words="Please.", language="en")
    with pytest.raises(ValidationError):
        answer_request(request=request, step="grant", answer=f"We spoke with Zoraida{CANARY}.", by=officer)
    client = client_for(officer)
    address = reverse("family_request", args=[request.uid])
    assert "Please." in client.get(address).content.decode()
    assert client.post(address, {"step": "grant", "answer": "We meet on Friday."}).status_code == 302
    assert client.post(address, {"step": "grant", "answer": "Again."}).status_code == 409
    assert "We meet on Friday." in page(secret).content.decode()
    assert FamilyRequestStatus.objects.filter(request=request).count() == 2


# --- Staff -----------------------------------------------------------------------------------------------------------
def test_a_link_is_made_shown_once_and_revoked_in_the_browser(world, client_for, officer, guardian):
    client = client_for(officer)
    family = reverse("family_links", args=[world.student.uid])
    assert reverse("family_link_new", args=[guardian.uid]) in client.get(family).content.decode()
    made = client.post(reverse("family_link_new", args=[guardian.uid]), {"days": "7"}).content.decode()
    secret = re.search(r"/family/([\w-]{40,})/", made)[1]
    link = FamilyLink.objects.get(secret_hash=hash_of(secret))
    assert page(secret).status_code == 200
    shown = client.get(family).content.decode()
    assert secret not in shown
    assert client.post(reverse("family_link_revoke", args=[link.uid]), {"reason": "Lost."}).status_code == 302
    assert page(secret).status_code == 404
    barred = make.make_guardian(world.student, may_be_told=False, restriction="A court order.")
    assert client.get(reverse("family_link_new", args=[barred.uid])).status_code == 302
    assert "A court order." in client.get(family).content.decode()


def test_the_endpoints_make_a_link_and_answer_a_request(world, officer, guardian, token_for):
    api = APIClient(headers={"Authorization": f"Token {token_for(officer)}"})
    made = api.post("/api/v1/family-links/", {"guardian": str(guardian.uid), "days": 7}, format="json")
    assert made.status_code == 201
    secret = made.json()["address"].rstrip("/").rpartition("/")[2]
    link = FamilyLink.objects.get(secret_hash=hash_of(secret))
    assert "address" not in api.get(f"/api/v1/family-links/{link.uid}/").json()
    foreign = world.south_student.guardians.get()
    refused = api.post("/api/v1/family-links/", {"guardian": str(foreign.uid), "days": 7}, format="json")
    assert refused.status_code == 400
    request = ask(link=link, kind="meeting", words="Please.", language="en")
    address = f"/api/v1/family-requests/{request.uid}/reply/"
    told = api.post(address, {"step": "grant", "answer": "On Friday."}, format="json")
    assert told.json()["state"] == "granted"
    assert api.post(address, {"step": "grant", "answer": "On Friday."}, format="json").status_code == 409
    revoked = api.post(f"/api/v1/family-links/{link.uid}/revoke/", {"reason": "Lost."}, format="json")
    assert revoked.json()["revoked"] is True
    assert opened_by(secret) is None
