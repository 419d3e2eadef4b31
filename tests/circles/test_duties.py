"""What waits of circles on the page of duties, in the calendar and by mail: each once, and no name in any."""

from __future__ import annotations

from datetime import timedelta

from django.core import mail
from django.urls import reverse

from circles.actions import agreements, cases
from circles.actions.notices import message_of, write_notices
from circles.duties import duties_of
from circles.models import CircleAgreement
from dashboards.notices import MESSAGES
from district.actions_notices import make_calendar_link, send_notices
from district.models import Notice, User

DAY = timedelta(days=1)


def test_a_circle_and_an_agreement_fall_due_for_who_works_on_them(place, client_for, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    coordinator, today = User.objects.get(pk=place.coordinator.pk), place.today
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=today, by=coordinator)
    span = {"since": today - DAY, "until": today + 100 * DAY}
    assert [(str(duty.words), duty.on) for duty in duties_of(coordinator, **span)] == [("A circle is held", today)]
    assert duties_of(User.objects.get(pk=place.officer.pk), **span) == []
    for written in (1, 0):
        assert write_notices(place.district, today=today) == written
    people = list(circle.participants.all())
    cases.hold_case(circle=circle, held_on=today, minutes=40, present=people, by=coordinator)
    assert message_of(Notice.objects.get())[1] == [], "it was held meanwhile"
    agreements.agree_case(circle=circle, agreed_on=today, owner=coordinator, by=coordinator)
    agreement = CircleAgreement.objects.get()
    first, second = people
    term = agreements.add_term(
        agreement=agreement,
        owed_by=first,
        owed_to=second,
        kind="help",
        text="I help in the library.",
        due_on=today + DAY,
        by=coordinator,
    )
    days = [(duty.on - today).days for duty in duties_of(coordinator, **span)]
    assert days == [1, 14, 30, 60, 90]
    assert write_notices(place.district, today=today) == 1
    assert send_notices(MESSAGES) == 1
    (sent,) = mail.outbox
    assert (sent.to, str(circle.uid) in sent.body) == ([coordinator.email], True)
    client = client_for(coordinator)
    page = client.get(reverse("duty_list")).content.decode()
    calendar = client.get(reverse("duty_calendar", args=[make_calendar_link(user=coordinator)])).content.decode()
    for text in (sent.body, page, calendar):
        assert "Birch" not in text
        assert "library" not in text
    assert "A term of an agreement is due" in page
    assert calendar.count("BEGIN:VEVENT") == 5
    agreements.settle_term(term=term, status="met", on=today, by=coordinator)
    assert [(duty.on - today).days for duty in duties_of(coordinator, **span)] == [14, 30, 60, 90]
