"""Mail exactly once, with links and nothing else; the secret calendar; what falls due for whom."""

from __future__ import annotations

import re
from datetime import date, timedelta

import icalendar
import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from commitments.actions import notices as commitment_notices
from commitments.duties import broken_words, duties_of
from commitments.models import Miss
from dashboards import views_duties
from dashboards.notices import MESSAGES, write_digests
from district import actions_notices as notices
from district import limits
from district.access import Role
from district.actions_notices import uncertain
from district.models import CalendarLink, District, Notice, RoleGrant
from tests import factories as make
from tests.commitments import factories as promise

MONDAY = date(2021, 3, 1)
CANARY = "Canary Q. Student of North School, 17 suspensions"


@pytest.fixture
def owed(place):
    """A commitment that falls due in ten days, with a title that no mail may hold."""
    commitment = promise.make_commitment(place.district, organization=place.organization, title=CANARY)
    promise.make_due_item(commitment, MONDAY + timedelta(days=10))
    return commitment


def write_notices(district: District, *, today: date) -> int:
    """What the clock writes for commitments, and the digest."""
    return commitment_notices.write_notices(district, today=today) + write_digests(district, today=today)


def send_notices() -> int:
    """What the clock sends."""
    return notices.send_notices(MESSAGES)


def kinds_of(user) -> list[str]:
    return sorted(Notice.objects.filter(user=user).values_list("kind", flat=True))


def test_each_notice_is_written_and_sent_once(owed, place):
    first = write_notices(place.district, today=MONDAY)
    assert kinds_of(place.leader) == ["digest", "reminder"]
    assert kinds_of(place.partner) == ["digest"], "the partner does not owe it"
    assert kinds_of(place.principal) == ["digest"], "it binds every school; the district reports"
    assert [write_notices(place.district, today=MONDAY) for _ in range(2)] == [0, 0]
    assert write_notices(place.district, today=MONDAY + timedelta(days=6)) == 0, "one digest a week"
    assert write_notices(place.district, today=MONDAY + timedelta(days=7)) == 3
    assert first == 4
    sent = send_notices()
    assert sent == len(mail.outbox)
    assert send_notices() == 0
    assert not Notice.objects.filter(sent_at=None).exists()


def test_mail_holds_links_and_nothing_else(owed, place):
    promise.make_miss(owed)
    write_notices(place.district, today=MONDAY)
    send_notices()
    assert len(mail.outbox) >= 2
    for message in mail.outbox:
        text = message.subject + message.body
        assert "Canary" not in text
        assert "North School" not in text
        without_links = re.sub(r"http://\S+", "", text)
        assert not re.search(r"\d", without_links), without_links
        assert reverse("duty_list") in text


def test_a_claimed_notice_is_never_sent_again_and_is_listed(owed, place):
    write_notices(place.district, today=MONDAY)
    lost = Notice.objects.filter(user=place.leader).first()
    Notice.objects.filter(pk=lost.pk).update(claimed_at=timezone.now() - timedelta(hours=2))
    send_notices()
    assert [notice.pk for notice in uncertain()] == [lost.pk]
    assert send_notices() == 0


def test_without_an_address_of_the_site_nothing_is_sent(owed, place, settings):
    settings.SITE_URL = ""
    write_notices(place.district, today=MONDAY)
    assert (send_notices(), mail.outbox) == (0, [])
    assert Notice.objects.filter(claimed_at=None).exists()


@pytest.mark.parametrize(("which", "expected"), [("all", ["digest", "reminder"]), ("digest", ["digest"]), ("none", [])])
def test_a_person_chooses_their_mail(owed, place, which, expected):
    notices.choose_mail(user=place.leader, which=which)
    write_notices(place.district, today=MONDAY)
    assert kinds_of(place.leader) == expected


def test_an_answer_is_asked_of_those_who_may_know_and_may_give_it(place):
    north = promise.make_commitment(place.district, place.north, organization=place.organization)
    promise.make_miss(north, kind=Miss.Kind.BREACH)
    other = make.make_user(Role.PRINCIPAL, place.district, place.south)
    write_notices(place.district, today=MONDAY)
    assert "answer_owed" in kinds_of(place.leader)
    assert "answer_owed" in kinds_of(place.principal)
    assert "answer_owed" not in kinds_of(place.partner) + kinds_of(other)


def test_what_is_settled_before_the_mail_goes_is_not_mailed(owed, place):
    notices.choose_mail(user=place.leader, which="all")
    write_notices(place.district, today=MONDAY)
    owed.due_items.update(fulfilled_on=MONDAY)
    send_notices()
    assert [message.subject for message in mail.outbox if message.to == [place.leader.email]] == []


# --- What falls due -------------------------------------------------------------------------------------------------
def test_duties_come_from_every_record_and_say_whose_they_are(owed, place):
    body = promise.make_body(place.district)
    promise.make_meeting(body, MONDAY + timedelta(days=3))
    promise.seat_somebody(promise.make_seat(body), ends_on=MONDAY + timedelta(days=4))
    place.memorandum.reviews.create(planned_on=MONDAY + timedelta(days=5))
    promise.make_resolution(promise.make_assembly(place.district), answer_due_on=MONDAY + timedelta(days=6))
    promise.make_round(place.north, promise.make_rubric(place.district), closes_on=MONDAY + timedelta(days=7))
    promise.make_miss(owed, next_due_on=MONDAY + timedelta(days=8))

    def found(user):
        duties = duties_of(user, since=MONDAY, until=MONDAY + timedelta(days=30))
        return {(duty.key.split("-")[0], duty.is_owed) for duty in duties}

    assert found(place.leader) == {
        ("meeting", False),
        ("term", False),
        ("review", False),
        ("resolution", True),
        ("round", True),
        ("miss", True),
        ("due", True),
    }
    assert found(place.partner) == {
        ("meeting", False),
        ("term", False),
        ("review", False),
        ("resolution", False),
        ("round", True),
        ("miss", False),
        ("due", False),
    }
    assert found(make.make_user(Role.OFFICER, place.district, place.north)) == set()


def test_a_breach_that_may_be_known_only_as_a_word_has_no_day(place):
    wide = promise.make_commitment(place.district, organization=place.organization)
    north = promise.make_commitment(place.district, place.north, organization=place.organization)
    for commitment in (wide, north):
        promise.make_miss(commitment, kind=Miss.Kind.BREACH, next_due_on=MONDAY)
    assert duties_of(place.partner, since=MONDAY, until=MONDAY) == []
    assert broken_words(place.partner) == [wide]
    assert len(duties_of(place.leader, since=MONDAY, until=MONDAY)) == 2
    assert broken_words(place.leader) == []


# --- The secret calendar --------------------------------------------------------------------------------------------
def calendar_of(client, key: str):
    return client.get(reverse("duty_calendar", args=[key]))


def test_the_calendar_opens_for_its_key_and_for_nothing_else(owed, place, client):
    key = notices.make_calendar_link(user=place.partner)
    owed.due_items.update(due_on=timezone.localdate() + timedelta(days=3))
    response = calendar_of(client, key)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/calendar")
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    events = list(icalendar.Calendar.from_ical(response.content).walk("VEVENT"))
    assert [str(event["SUMMARY"]) for event in events] == [f"Falls due: {CANARY}"]
    assert events[0]["DTSTART"].dt == timezone.localdate() + timedelta(days=3)
    assert str(events[0]["URL"]).endswith(reverse("commitment_detail", args=[owed.uid]))
    for wrong in ("x", key[:-1], key + "a", key.swapcase()):
        assert calendar_of(client, wrong).status_code == 404
    assert not CalendarLink.objects.filter(key_hash__contains=key).exists()


def test_a_new_link_ends_the_old_and_revoking_ends_both(place, client):
    old = notices.make_calendar_link(user=place.partner)
    new = notices.make_calendar_link(user=place.partner)
    assert [calendar_of(client, key).status_code for key in (old, new)] == [404, 200]
    assert notices.revoke_calendar_link(user=place.partner)
    assert not notices.revoke_calendar_link(user=place.partner)
    assert calendar_of(client, new).status_code == 404


def test_the_calendar_shows_what_the_grants_open_today(owed, place, client):
    owed.due_items.update(due_on=timezone.localdate())
    key = notices.make_calendar_link(user=place.partner)
    assert b"VEVENT" in calendar_of(client, key).content
    RoleGrant.objects.filter(user=place.partner).update(ends_on=date(2020, 1, 1))
    assert b"VEVENT" not in calendar_of(client, key).content
    place.partner.is_active = False
    place.partner.save()
    assert calendar_of(client, key).status_code == 404


def test_the_page_makes_a_link_shows_it_once_and_revokes_it(place, client_for, client):
    signed_in = client_for(place.partner)
    address = reverse("calendar_link")
    page = signed_in.post(address, {"make": "1"}).content.decode()
    found = re.search(r"http://testserver(/calendars/\w+\.ics)", page)
    assert client.get(found[1]).status_code == 200
    assert "/calendars/" not in signed_in.get(reverse("duty_list")).content.decode()
    kept = str(dict(signed_in.session)) + "".join(Session.objects.values_list("session_data", flat=True))
    assert "calendar" not in kept, "in no session either"
    assert found[1].split("/")[-1].removesuffix(".ics") not in kept
    signed_in.post(address, {"revoke": "1"})
    assert client.get(found[1]).status_code == 404


def test_a_calendar_is_not_asked_for_without_end(place, client, monkeypatch):
    monkeypatch.setattr(views_duties, "CALENDARS_A_MINUTE", 2)
    monkeypatch.setattr(limits.time, "time", lambda: 1_600_000_000.0)
    key = notices.make_calendar_link(user=place.partner)
    assert [calendar_of(client, one).status_code for one in (key, "x" * 43, key, "x" * 43)] == [200, 404, 429, 429]
    assert calendar_of(client, key)["Retry-After"] == "60"


def test_the_page_of_mail_keeps_the_choice(place, client_for):
    client = client_for(place.leader)
    assert client.post(reverse("mail_choice"), {"which": "digest"})["Location"] == reverse("duty_list")
    assert "Only a digest every week" in client.get(reverse("duty_list")).content.decode()
    assert client.post(reverse("mail_choice"), {"which": "hourly"}).status_code == 200
