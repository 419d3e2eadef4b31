"""What is printed: the sheet of a circle, and each party's copy of the agreement, which names nobody but them."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circles.actions import cases
from circles.actions.agreements import add_term, agree_case, record_assent, renegotiate_term
from circles.actions.participants import add_participant
from circles.models import CircleParticipant
from circles.papers.agreements import copy_of
from circles.papers.shipped import language_for, languages
from district.access import Role
from district.models import AuditEvent, User
from tests import factories as make

CODES = ("en", "es", "ar", "bn")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def agreed(place):
    """A held case with two students, their supporters and an agreement of four terms; a witness of the incident."""
    witness = make.make_student(place.district, "Cedar", "Crane")
    make.enroll(witness, place.school, place.year, refresh=False)
    make.involve(place.referral.incident, witness, role="witness")
    circle = place.prepared()
    for name in ("Dora Aunt", "Egon Uncle"):
        add_participant(circle=circle, role="supporter", name=name, by=place.coordinator)
    cases.schedule_case(circle=circle, scheduled_on=place.today, place="Library", by=place.coordinator)
    people = list(circle.participants.order_by("pk"))
    cases.hold_case(circle=circle, held_on=place.today, minutes=40, present=people, by=place.coordinator)
    owner = make.make_user(Role.COORDINATOR, place.district, place.school)
    owner.name = "Olga Owner"
    owner.save()
    agree_case(circle=circle, agreed_on=place.today, owner=owner, by=place.coordinator)
    circle.refresh_from_db()
    first, second, *_others = circle.participants.order_by("pk")
    given = {"agreement": circle.agreement, "due_on": place.today + timedelta(days=7), "by": place.coordinator}
    add_term(**given, owed_by=first, owed_to=second, kind="help", text="I carry the books.", evidence="She says so.")
    add_term(**given, owed_by=second, owed_to=first, kind="behavior", text="I greet in the morning.")
    add_term(**given, owed_by=second, kind="meeting", text="We all meet in June.")
    add_term(**given, owed_by=first, owed_to=second, kind="other", text="I sit beside Cedar.", names_checked=True)
    record_assent(agreement=circle.agreement, participant=first, on=place.today, way="signed", by=place.coordinator)
    return circle, first, second


def text_of(content) -> str:
    lines = [line for text in content["texts"] for _kind, line in text["blocks"]]
    heads = [text[name] for text in content["texts"] for name in ("subject", "title", "day")]
    return "\n".join([*content["letterhead"], *heads, *lines])


@pytest.mark.parametrize("language", CODES)
def test_a_copy_names_its_party_and_nobody_else(place, agreed, language):
    circle, first, second = agreed
    texts = {one: text_of(copy_of(circle.agreement, one, language)) for one in (first, second)}
    assert "Ash" in texts[first]
    assert "Birch" in texts[second]
    for party, strangers in ((first, ("Birch", "Cedar", "Crane", "Dora", "Egon")), (second, ("Ash", "Cedar", "Egon"))):
        for name in strangers:
            assert name not in texts[party], name
    assert "I carry the books." in texts[first]
    assert "I carry the books." in texts[second]
    assert "She says so." in texts[first]
    parts = languages()[language].parts
    assert parts["harmed_student"] in texts[first]
    assert parts["responsible_student"] in texts[second]
    assert "Olga Owner" in texts[first], "the adult who follows it up is known to both"
    assert "sit beside" not in texts[first] + texts[second], "words that name another child are not printed"
    number = len(copy_of(circle.agreement, first, language)["texts"])
    assert number == (2 if language in ("ar", "bn") else 1), "a draft is followed by the English text"


def test_a_term_between_two_is_in_no_other_copy(place, agreed):
    circle, first, _second = agreed
    aunt = circle.participants.get(name="Dora Aunt")
    text = text_of(copy_of(circle.agreement, aunt, "en"))
    assert "Dora Aunt" in text
    assert "We all meet in June." in text
    for words in ("I carry the books.", "I greet in the morning."):
        assert words not in text
    given = {"due_on": place.today + timedelta(days=9), "by": place.coordinator}
    term = circle.agreement.terms.get(text="I greet in the morning.")
    renegotiate_term(term=term, on=place.today, text="I wave.", **given)
    text = text_of(copy_of(circle.agreement, first, "en"))
    assert "I wave." in text
    assert "I greet in the morning." not in text


def test_a_term_that_names_an_adult_of_another_party_or_a_child_in_other_letters_is_not_printed(place, agreed):
    circle, first, _second = agreed
    witness = circle.referral.incident.involvements.get(role="witness").student.person
    witness.family_name = "Muñoz"
    witness.save()
    given = {"agreement": circle.agreement, "due_on": place.today + timedelta(days=7), "by": place.coordinator}
    apart, unseen = unicodedata.normalize("NFD", "Muñoz"), "Mu\u00adñoz"
    for number, name in enumerate(("Dora", "Ms. Aunt", apart, unseen)):
        text = f"Number {number} is done with {name}."
        add_term(**given, owed_by=first, kind="meeting", text=text, names_checked=True)
    add_term(**given, owed_by=first, kind="meeting", text="Olga Owner and my aunt look at it.", names_checked=True)
    text = text_of(copy_of(circle.agreement, first, "en"))
    assert "is done with" not in text
    assert "Olga Owner and my aunt look at it." in text
    aunt = circle.participants.get(name="Dora Aunt")
    assert "Number 0 is done with Dora." in text_of(copy_of(circle.agreement, aunt, "en"))


def test_two_in_one_part_are_told_apart_and_days_and_assent_stand_there(place, agreed):
    circle, first, second = agreed
    third = make.make_student(place.district, "Fir")
    CircleParticipant.objects.create(circle=circle, student=third, role="harmed", attended=True)
    text = text_of(copy_of(circle.agreement, first, "en"))
    assert "the student harmed (1)" in text
    assert "Fir" not in text
    assert "You signed it on" in text
    assert text.count("Olga Owner asks you") == 1
    assert "sign here" in text_of(copy_of(circle.agreement, second, "en"))


@pytest.mark.parametrize(
    ("tags", "language"), [([], "en"), (["bn-BD"], "bn"), (["fr", "ar"], "ar"), (["fr"], "en"), (["es-MX", "en"], "es")]
)
def test_the_language_of_a_copy_is_that_of_the_home(tags, language):
    assert language_for(tags) == language


def test_every_language_says_every_sentence():
    found = languages()
    assert set(found) == set(CODES)
    english = found["en"]
    roles = {f"{role}_{kind}" for role in CircleParticipant.Role.values for kind in ("student", "adult")}
    for one in found.values():
        assert set(one.words) == set(english.words)
        assert set(one.parts) == roles
        for key, text in one.words.items():
            places = {part.split("}")[0] for part in text.split("{")[1:]}
            assert places == {part.split("}")[0] for part in english.words[key].split("{")[1:]}, (one.language, key)
            assert text or key == "not_reviewed"


def test_the_pages_are_the_teams_alone_and_leave_a_trace(place, agreed, client_for):
    circle, first, _second = agreed
    copies = [reverse(name, args=[first.uid]) for name in ("agreement_copy", "agreement_copy_pdf")]
    sheets = [reverse(name, args=[circle.uid]) for name in ("circle_sheet", "circle_sheet_pdf")]
    keeper = make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)
    stranger = make.make_user(Role.FACILITATOR, place.district)
    for address in [*copies, *sheets]:
        codes = [client_for(fresh(one)).get(address).status_code for one in (place.officer, stranger, keeper)]
        assert codes == [403, 404, 200], address
    answer = client_for(fresh(place.coordinator)).get(f"{copies[1]}?language=ar")
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith('attachment; filename="agreement-')
    event = AuditEvent.objects.filter(action="export", details__collection="agreement-copy").latest("pk")
    assert (event.student_id, event.details["language"], event.object_uid) == (first.student_id, "ar", first.uid)
    assert AuditEvent.objects.filter(action="export", details__collection="circle-sheet").count() == 1
    home = client_for(fresh(place.coordinator)).get(reverse("circle_detail", args=[circle.uid])).content.decode()
    assert copies[0] in home
    assert (
        copies[0]
        not in client_for(fresh(place.officer)).get(reverse("circle_detail", args=[circle.uid])).content.decode()
    )
    other = client_for(fresh(keeper)).get(f"{copies[0]}?language=xx").content.decode()
    assert "What we agreed in the circle" in other, "an unknown language is that of the home"
    cases.close_case(circle=circle, reason="moved", by=place.coordinator)
    assert client_for(fresh(keeper)).get(copies[0]).status_code == 404


def test_the_sheet_says_who_comes_by_first_name_and_nothing_of_what_they_answered(place, client_for):
    circle = place.prepared()
    stays = add_participant(circle=circle, role="community", name="Gert Neighbor", by=place.coordinator)
    place.said(stays, "declined")
    page = client_for(fresh(place.coordinator)).get(reverse("circle_sheet", args=[circle.uid])).content.decode()
    for word in ("Ash", "Birch", "Kim Keeper", "by their own choice", "What happened", "Repair", "Closing"):
        assert word in page, word
    family = place.responsible.person.family_name
    for word in (family, "Gert", "consent", "declined"):
        assert word not in page.split('<article class="sheet">')[1].split("</article>")[0], word
    assert page.count('class="sheet-phase"') == 7
    assert (
        reverse("circle_sheet", args=[circle.uid])
        in client_for(fresh(place.coordinator)).get(reverse("circle_detail", args=[circle.uid])).content.decode()
    )


def test_a_copy_costs_the_same_however_many_took_part(place, agreed, client_for):
    circle, first, _second = agreed
    client = client_for(fresh(place.coordinator))
    counts = []
    for more in (0, 8):
        for number in range(more):
            student = make.make_student(place.district, f"Gum{number}")
            row = CircleParticipant.objects.create(circle=circle, student=student, role="community", attended=True)
            given = {"owed_by": first, "owed_to": row, "kind": "help", "text": "I help.", "due_on": place.today}
            add_term(agreement=circle.agreement, **given, by=place.coordinator)
        for address in (reverse("agreement_copy", args=[first.uid]), reverse("circle_sheet", args=[circle.uid])):
            client.get(address)
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            counts.append(len(found))
    assert counts[:2] == counts[2:]
