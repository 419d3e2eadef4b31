"""What people of a circle say themselves: links that work once, worksheets that the team alone reads."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from circles.actions import cases
from circles.actions.notes import purge_notes
from circles.actions.participants import remove_participant
from circles.actions.voices import (
    LONGEST_ANSWER,
    answers_of,
    keep_worksheet,
    make_voice_link,
    opened_by,
    revoke_voice_link,
)
from circles.models import Circle, CircleParticipant, VoiceLink, Worksheet
from circles.voices.doors import LOOKS_A_MINUTE
from circles.voices.words import voice_words
from discipline.models import LetterLanguage
from district.access import NEEDS_ORGANIZATION, Role
from district.models import AuditEvent, RoleGrant, User
from district.secret_links import hash_of
from district.steps import StepNotAllowed
from tests import factories as make

CANARY = "the yellow canary sang at noon"
WRITTEN = {"happened": CANARY, "affected": f"Me.\n{CANARY}", "needed": "", "beside": "My aunt."}


def page(secret: str, **query: str):
    return Client().get(reverse("voice_page", args=[secret]), query)


def send(secret: str, **given: str):
    return Client().post(reverse("voice_page", args=[secret]), given)


@pytest.fixture
def circle(place) -> Circle:
    return place.prepared()


@pytest.fixture
def person(circle) -> CircleParticipant:
    return circle.participants.get(role="harmed")


@pytest.fixture
def made(place, person) -> tuple[VoiceLink, str]:
    return make_voice_link(participant=person, paper="worksheet", by=place.coordinator)


# --- Words: no database ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LetterLanguage.values)
def test_every_language_says_everything_and_drafts_say_so(language):
    said, english = voice_words()[language], voice_words()["en"]
    assert set(said.words) == set(english.words)
    assert all(said.words[name] for name in said.words if name != "draft")
    assert said.is_draft == (language in ("ar", "bn")) == bool(said.words["draft"])
    if language != "en":
        same = [name for name, words in said.words.items() if words == english.words[name] and name != "draft"]
        assert same in ([], ["no"])


# --- The link --------------------------------------------------------------------------------------------------------
def test_the_paper_names_nobody_and_is_kept_by_nothing(place, made, person):
    link, secret = made
    row = VoiceLink.objects.filter(pk=link.pk).values().get()
    assert secret not in str(row)
    assert (row["secret_hash"], len(secret) >= 43) == (hash_of(secret), True)
    response = page(secret)
    text = response.content.decode()
    assert response.status_code == 200
    assert "What happened, as you see it?" in text
    for told in (str(person), place.school.name, place.harm_circle.name, person.student.local_id, str(link.uid)):
        assert told not in text
    assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("language", ["es", "ar", "bn"])
def test_the_paper_is_in_the_language_of_the_link_and_in_any_other(place, person, language):
    _link, secret = make_voice_link(participant=person, paper="worksheet", language=language, by=place.coordinator)
    said = voice_words()[language]
    text = page(secret).content.decode()
    assert f'<html lang="{language}" dir="{said.direction}">' in text
    assert said.direction == ("rtl" if language == "ar" else "ltr")
    assert said.say("happened") in text
    assert (said.words["draft"] in text) == said.is_draft or not said.words["draft"]
    assert 'lang="en" dir="ltr"' in page(secret, lang="en").content.decode()
    assert said.say("happened") in page(secret, lang="xx").content.decode()
    assert said.say("thanks") in send(secret, happened="x").content.decode()


def test_the_language_is_that_of_the_home(place, person):
    student = person.student
    student.home_languages = ["ar-EG", "es"]
    student.save()
    assert make_voice_link(participant=person, paper="worksheet", by=place.coordinator)[0].language == "ar"
    assert make_voice_link(participant=person, paper="worksheet", language="es", by=place.coordinator)[0].language == (
        "es"
    )


def test_whatever_is_wrong_with_a_link_the_answer_is_one(place, circle, person, made):
    link, secret = made
    absent = page("x" * 43)
    assert absent.status_code == 404
    for words in voice_words().values():
        assert words.say("over") in absent.content.decode()

    def closed() -> bool:
        answers = (page(secret), send(secret, happened=CANARY))
        same = all(one.status_code == 404 and one.content == absent.content for one in answers)
        return same and opened_by(secret) is None

    def tried(rows, **values) -> None:
        before = rows.values(*values).get()
        rows.update(**values)
        assert closed(), values
        rows.update(**before)
        assert opened_by(secret) == link, values

    rows, now = VoiceLink.objects.filter(pk=link.pk), timezone.now()
    for name, value in (("expires_at", now), ("revoked_at", now), ("is_answered", True)):
        tried(rows, **{name: value})
    tried(CircleParticipant.objects.filter(pk=person.pk), voided_at=now)
    cases_ = Circle.objects.filter(pk=circle.pk)
    tried(cases_, voided_at=now)
    for status in ("referred", "screening", "held", "follow_up", "closed"):
        tried(cases_, status=status)
    revoke_voice_link(link=link, by=place.coordinator)
    assert closed()
    with pytest.raises(StepNotAllowed):
        revoke_voice_link(link=link, by=place.coordinator)
    _again, other = make_voice_link(participant=person, paper="worksheet", by=place.coordinator)
    assert send(other, happened="x").status_code == 200
    assert page(other).content == absent.content, "used"
    assert send(other, happened="x").content == absent.content
    assert Worksheet.objects.count() == 1


def test_a_new_link_ends_the_former_one(place, person, made):
    _second, secret = make_voice_link(participant=person, paper="worksheet", by=place.coordinator)
    assert (opened_by(made[1]), opened_by(secret) is not None) == (None, True)


def test_looks_are_bounded_also_those_with_a_wrong_secret(made):
    for _number in range(LOOKS_A_MINUTE):
        assert page("x" * 43).status_code == 404
    refused = page(made[1])
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert send(made[1], happened="x").status_code == 429
    assert not Worksheet.objects.exists()


def test_who_makes_a_link_for_whom_and_when(place, circle, person):
    other = make.make_user(Role.COORDINATOR, place.district, place.school)
    keeper = make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)
    for by in (other, place.officer):
        with pytest.raises(StepNotAllowed, match="Only those who keep"):
            make_voice_link(participant=person, paper="worksheet", by=by)
    link, _secret = make_voice_link(participant=person, paper="worksheet", by=keeper)
    with pytest.raises(StepNotAllowed, match="Only those who keep"):
        revoke_voice_link(link=link, by=other)
    for given in ({"days": 0}, {"days": 31}, {"paper": "x"}, {"language": "fr"}):
        with pytest.raises(ValidationError):
            make_voice_link(**{"participant": person, "paper": "worksheet", "by": keeper} | given)
    with pytest.raises(StepNotAllowed, match="after the circle"):
        make_voice_link(participant=person, paper="survey", by=keeper)
    place.said(person, "withdrawn")
    with pytest.raises(StepNotAllowed, match="did not wish"):
        make_voice_link(participant=person, paper="worksheet", by=keeper)
    remove_participant(participant=person, reason="By mistake.", by=place.coordinator)
    with pytest.raises(StepNotAllowed, match="taken out"):
        make_voice_link(participant=person, paper="worksheet", by=keeper)
    first = circle.participants.get(role="responsible")
    RoleGrant.objects.create(user=keeper, role=Role.OFFICER, district=place.district, school=place.school)
    with pytest.raises(StepNotAllowed):
        make_voice_link(participant=first, paper="worksheet", by=User.objects.get(pk=keeper.pk))
    cases.close_case(circle=circle, reason="moved", by=place.coordinator)
    with pytest.raises(StepNotAllowed):
        make_voice_link(participant=first, paper="worksheet", by=place.coordinator)


# --- The worksheet ---------------------------------------------------------------------------------------------------
def test_the_database_holds_no_word_of_it(made, tmp_path):
    send(made[1], **WRITTEN)
    found, tables = [], connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of tables
            for row in cursor.fetchall():
                values = [bytes(one) if isinstance(one, memoryview) else one for one in row]
                found += [table] if "canary" in str(values).lower() else []
        if connection.vendor == "sqlite":
            kept = bytes(connection.connection.serialize())
            assert (len(kept) > 1_000_000, b"canary" in kept.lower(), b"My aunt" in kept) == (True, False, False)
    assert (len(tables) > 90, found) == (True, [])
    sheet = Worksheet.objects.get()
    assert answers_of(sheet) == WRITTEN
    assert len(sheet.sealed) % 4 == 0


def test_what_was_written_is_not_shown_again_by_the_link(made):
    response = send(made[1], **WRITTEN)
    assert CANARY not in response.content.decode()
    assert page(made[1]).status_code == 404


def test_what_cannot_be_kept_stays_on_the_page(made, settings):
    long = "y" * (LONGEST_ANSWER + 1)
    for given, words in (({}, "error_nothing"), ({"happened": " "}, "error_nothing"), ({"needed": long}, "error_long")):
        response = send(made[1], **given)
        assert response.status_code == 200
        assert voice_words()["en"].say(words) in response.content.decode()
    settings.CASE_NOTES_KEYS = []
    response = send(made[1], **WRITTEN)
    assert (response.status_code, CANARY in response.content.decode()) == (503, True)
    assert (opened_by(made[1]), Worksheet.objects.count()) == (made[0], 0)


def test_without_a_key_there_is_no_link(place, person, settings, client_for):
    settings.CASE_NOTES_KEYS = []
    with pytest.raises(StepNotAllowed, match="nobody has set a key"):
        make_voice_link(participant=person, paper="worksheet", by=place.coordinator)
    text = client_for(place.coordinator).get(reverse("voice_link_new", args=[person.uid])).content.decode()
    assert "nobody has set a key" in text


def test_who_reads_worksheets(place, circle, made, client_for, settings):
    send(made[1], **WRITTEN)
    keeper = make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)
    stranger = make.make_user(Role.FACILITATOR, place.district)
    other = make.make_user(Role.COORDINATOR, place.district, place.school)
    deciding = make.make_user(Role.COORDINATOR, place.district, place.school)
    RoleGrant.objects.create(user=deciding, role=Role.OFFICER, district=place.district, school=place.school)
    address = reverse("circle_worksheets", args=[circle.uid])

    def reads(user):
        response = client_for(User.objects.get(pk=user.pk)).get(address)
        return (response.status_code, CANARY in response.content.decode())

    assert (reads(place.coordinator), reads(keeper)) == ((200, True), (200, True))
    for user in (stranger, other, deciding):
        assert reads(user) == (404, False)
    assert reads(place.officer) == (403, False)
    assert client_for(keeper).get(address)["Cache-Control"] == "no-store"
    assert AuditEvent.objects.filter(details__collection="worksheets", actor_id=keeper.pk).count() == 2
    cases.take_over(circle=circle, reason="Away until spring.", by=deciding)
    assert reads(deciding) == (404, False), "no path for whoever decides about discipline"
    cases.take_over(circle=circle, reason="Back.", by=other)
    assert (reads(place.coordinator), reads(other)) == ((404, False), (200, True))
    settings.CASE_NOTES_KEYS = [Fernet.generate_key().decode()]
    assert "No key at hand" in client_for(other).get(address).content.decode()


def test_a_closed_case_is_read_by_who_answers_for_it_until_it_is_purged(place, circle, made, client_for, settings):
    send(made[1], **WRITTEN)
    keeper = make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)
    cases.close_case(circle=circle, reason="moved", by=place.coordinator)
    address = reverse("circle_worksheets", args=[circle.uid])
    assert client_for(keeper).get(address).status_code == 404
    assert CANARY in client_for(place.coordinator).get(address).content.decode()
    settings.CASE_NOTES_KEEP_DAYS = 10
    assert purge_notes(place.district, today=place.today + timedelta(days=10)) == 0
    assert purge_notes(place.district, today=place.today + timedelta(days=11)) == 1
    assert purge_notes(place.district, today=place.today + timedelta(days=11)) == 0
    sheet = Worksheet.objects.get()
    assert (sheet.sealed, sheet.purged_at is not None) == ("", True)
    assert "Its time was over" in client_for(place.coordinator).get(address).content.decode()


def test_no_role_finds_a_word_of_it_anywhere(place, circle, person, made, client_for):
    send(made[1], **WRITTEN)
    organization = make.make_organization(place.district)
    uid = circle.uid
    addresses = [
        *(reverse(name) for name in ("circle_list", "circle_term_list", "desk", "duty_list", "audit_event_list")),
        *(f"{reverse('circle_list')}?{query}" for query in ("search=canary", "ordering=worksheets", "worksheets=x")),
        reverse("circle_detail", args=[uid]),
        reverse("referral_detail", args=[place.referral.uid]),
        f"{reverse('student_list')}?search=canary",
        *(
            f"/api/v1/{path}"
            for path in (
                *("circles/", f"circles/{uid}/", "circles/?format=csv", f"circle-participants/{person.uid}/"),
                *("circle-voice-links/", f"circle-voice-links/{made[0].uid}/", "circle-voice-links/?format=csv"),
                *("circle-voice-links/?search=canary", "circle-voice-links/?ordering=sealed"),
                *(f"circles/{uid}/worksheets/", "worksheets/", "audit-events/", "audit-events/?search=canary"),
            )
        ),
    ]
    tried, leaks = 0, []
    for role in Role:
        user = make.make_user(role, place.district, organization=organization if role in NEEDS_ORGANIZATION else None)
        client = client_for(user)
        for address in addresses:
            response = client.get(address)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            tried += 1
            text = body.decode(errors="replace")
            leaks += [f"{role} {address}"] if CANARY in text or made[1] in text or "secret_hash" in text else []
            assert response.status_code < 500, address
        assert client.get(reverse("circle_worksheets", args=[uid])).status_code in (403, 404)
        assert client.get(reverse("voice_link_new", args=[person.uid])).status_code in (403, 404)
    assert (tried, leaks) == (len(Role) * len(addresses), [])
    trail = json.dumps(list(AuditEvent.objects.values_list("changes", "details")))
    assert "canary" not in trail
    assert made[1] not in trail


def test_the_trail_says_that_a_link_was_made_and_a_worksheet_came(place, made, person):
    link, secret = made
    send(secret, **WRITTEN)
    event = AuditEvent.objects.get(object_uid=link.uid)
    assert (event.action, event.actor_id, event.student_id) == ("create", place.coordinator.pk, person.student_id)
    event = AuditEvent.objects.get(object_uid=Worksheet.objects.get().uid)
    assert (event.action, event.actor_id, event.changes) == ("create", None, {})


# --- Staff: the page and the endpoint --------------------------------------------------------------------------------
def test_the_team_makes_and_ends_links_on_the_page(place, circle, person, client_for, django_assert_num_queries):
    client, home = client_for(place.coordinator), reverse("circle_detail", args=[circle.uid])
    address = reverse("voice_link_new", args=[person.uid])
    assert address in client.get(home).content.decode()
    text = client.post(address, {"paper": "worksheet", "language": "es", "days": 7}).content.decode()
    (secret,) = re.findall(r"/voices/([\w-]+)/", text)
    link = VoiceLink.objects.get()
    assert (opened_by(secret), link.language) == (link, "es")
    assert secret not in client.get(home).content.decode(), "shown once"
    assert client.post(address, {"paper": "survey", "days": 7}).status_code == 409
    assert client.post(address, {"paper": "worksheet", "days": 99}).status_code == 200
    end = reverse("voice_link_step", args=[link.uid, "revoke"])
    assert end in client.get(home).content.decode()
    assert client.post(end).status_code == 302
    assert opened_by(secret) is None
    assert "Revoked" in client.get(home).content.decode()
    assert "In their own words" not in client_for(place.officer).get(home).content.decode()


def test_links_through_the_api(place, person):
    api = APIClient()
    api.force_authenticate(place.coordinator)
    body = {"participant": str(person.uid), "paper": "worksheet", "language": "bn", "days": 3}
    made = api.post("/api/v1/circle-voice-links/", body, format="json")
    assert made.status_code == 201, made.content
    secret = made.json()["address"].rstrip("/").split("/")[-1]
    link = opened_by(secret)
    assert link is not None
    assert (link.language, made.json()["participant"], made.json()["answered"]) == ("bn", str(person.uid), False)
    detail = f"/api/v1/circle-voice-links/{link.uid}/"
    assert "address" not in api.get(detail).json()
    assert api.get("/api/v1/circle-voice-links/?answered=true").json()["count"] == 0
    assert api.get("/api/v1/circle-voice-links/?paper=worksheet&revoked=false").json()["count"] == 1
    assert api.post(f"{detail}revoke/", {}, format="json").json()["revoked"] is True
    assert api.post(f"{detail}revoke/", {}, format="json").status_code == 409
    assert api.post("/api/v1/circle-voice-links/", body | {"paper": "survey"}, format="json").status_code == 409
    assert api.post("/api/v1/circle-voice-links/", body | {"days": 99}, format="json").status_code == 400
    api.force_authenticate(place.officer)
    assert api.get("/api/v1/circle-voice-links/").status_code == 403
    keeper = make.make_user(Role.FACILITATOR, place.district)
    api.force_authenticate(keeper)
    assert api.get("/api/v1/circle-voice-links/").json()["count"] == 0
    assert api.get(detail).status_code == 404
    assert api.post("/api/v1/circle-voice-links/", body, format="json").status_code == 400


def test_two_who_send_at_once_leave_one_worksheet(made):
    stale = opened_by(made[1])
    assert stale is not None
    keep_worksheet(link=stale, answers={"happened": "first"}, language="en")
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its type is the module's own
        keep_worksheet(link=stale, answers={"happened": "second"}, language="en")
    assert caught.type.__name__ == "Used"
    assert Worksheet.objects.count() == 1
