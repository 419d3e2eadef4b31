"""One's own page and calendar, a seat given back and taken by the next, mails, the rubric, attendance out and in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.importing import ImportOptions
from district.steps import StepNotAllowed
from tests import factories as make
from tests.training import making
from training.actions import registrations
from training.actions.rubrics import change_rubric
from training.imports import import_training
from training.models import Attendance, Registration, Rubric
from training.tokens import own_page_token

DAY = timedelta(days=1)


@pytest.fixture
def full(cast):
    """A session of two seats in a week: the learner has one, `second` the other, `third` waits."""
    session = making.make_session(cast.course, cast.today + 7 * DAY, capacity=2, organization=cast.ours)
    second, third = (making.make_practitioner(cast.district, given_name=name) for name in ("Second", "Third"))
    rows = [
        registrations.register(session=session, practitioner=one, way="trainer", by=None)
        for one in (cast.learner, second, third)
    ]
    assert [row.status for row in rows] == ["registered", "registered", "waiting"]
    return session, rows


def test_a_seat_given_back_by_the_mailed_link_goes_to_the_first_in_line(cast, full, django_capture_on_commit_callbacks):
    _session, (mine, _second, waiting) = full
    visitor, link = Client(), reverse("training_mine", args=[own_page_token(cast.learner)])
    assert "Give back" in visitor.get(link).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(link, {"give_back": str(waiting.uid)})  # somebody else's: nothing happens
        visitor.post(link, {"give_back": str(mine.uid)})
    assert [one.status for one in Registration.objects.order_by("pk")] == ["cancelled", "registered", "registered"]
    assert mine.statuses.last().note == "Given back by themselves"
    (letter,) = mail.outbox
    assert letter.to == [waiting.practitioner.person.email]
    assert "you have a seat" in letter.body
    assert "Give back" not in visitor.get(link).content.decode()
    assert "no longer" in visitor.get(reverse("training_mine", args=["forged"])).content.decode()


def test_who_is_signed_in_gives_back_their_own_until_the_session_begins(cast, full, client_for):
    _session, (mine, *_others) = full
    cast.learner.person.email = cast.user("staff").email
    cast.learner.person.save()
    client = client_for(cast.user("staff"))
    assert "Give back" in client.get(reverse("my_training")).content.decode()
    assert client.post(reverse("my_seat"), {"give_back": str(mine.uid)}).status_code == 302
    mine.refresh_from_db()
    assert mine.status == "cancelled"
    begun = making.make_registration(making.make_session(cast.course, cast.today), cast.learner)
    with pytest.raises(StepNotAllowed):
        registrations.give_back(registration=begun, by=None)
    client.post(reverse("my_seat"), {"give_back": str(begun.uid)})
    begun.refresh_from_db()
    assert begun.status == "registered"


def test_everybody_hears_of_a_session_cancelled_and_of_a_seat_given(
    cast, full, client_for, django_capture_on_commit_callbacks
):
    session, (_mine, second, waiting) = full
    client = client_for(cast.user("trainer"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("registration_promote", args=[waiting.uid]), {})
        client.post(reverse("registration_cancel", args=[second.uid]), {})
        client.post(reverse("session_cancel", args=[session.uid]), {"reason": "The room is closed."})
    told = [(letter.to[0], "The room is closed." in letter.body) for letter in mail.outbox]
    learner, third = cast.learner.person.email, waiting.practitioner.person.email
    assert told[0] == (third, False)
    assert sorted(told[1:]) == sorted([(learner, True), (third, True)]), "whoever gave it back hears nothing"


def test_the_own_page_has_steps_questions_and_a_calendar(cast, client_for):
    making.certify(cast.learner, cast.credential, cast.today - 700 * DAY)
    making.certify(cast.learner, cast.license, cast.today - 800 * DAY)
    making.set_out(
        cast.learner, making.make_credential(cast.district, name="Next step", asks=({"kind": "circles", "amount": 3},))
    )
    making.make_registration(making.make_session(cast.course, cast.today + DAY), cast.learner)
    request = making.make_request(cast.learner, cast.north, cast.practice)
    visitor, link = Client(), reverse("training_mine", args=[own_page_token(cast.learner)])
    words = visitor.get(link).content.decode()
    for expected in (
        "Next step",
        "I was asked to hold",
        cast.north.name,
        "My certificates",
        cast.course.title,
        "too late",
    ):
        assert expected in words, expected
    shown = visitor.post(link, {"feed": "1"}).content.decode()
    secret = shown.split("/calendar/")[1].split(".ics")[0]
    feed = visitor.get(reverse("training_feed", args=[secret]))
    assert feed.status_code == 200
    assert cast.course.title in feed.content.decode()
    assert str(request.uid) not in words
    visitor.post(link, {"revoke": "1"})
    assert visitor.get(reverse("training_feed", args=[secret])).status_code == 404
    cast.learner.person.email = "new@example.org"
    cast.learner.person.save()
    assert "Next step" not in visitor.get(link).content.decode(), "a link ends with the address it was sent to"


# --- The rubric ----------------------------------------------------------------------------------------------------
def test_leadership_changes_the_rubric_from_today_on(cast, client_for):
    Rubric.objects.create(district=cast.district, name="Old", valid_from=making.LONG_AGO, items=["Opened"])
    client, address = client_for(cast.user("leader")), reverse("rubric_edit")
    assert "Opened" in client.get(address).content.decode()
    assert client.post(address, {"name": "Keeping", "items": "Opened\n\n Listened \n"}).status_code == 302
    assert [(one.name, one.items) for one in cast.district.rubrics.all()] == [
        ("Old", ["Opened"]),
        ("Keeping", ["Opened", "Listened"]),
    ]
    change_rubric(district=cast.district, name="Keeping", items=["Listened"], by=None)
    assert cast.district.rubrics.count() == 2, "the same day changes the same one"
    cast.learner.observations.create(
        observer=cast.trainer,
        practice=cast.practice,
        rubric=cast.district.rubrics.last(),
        observed_on=cast.today,
        scores=[3],
        state="passed",
    )
    for items in (["Closed"], [], ["x" * 201], ["x"] * 21):
        with pytest.raises(ValidationError):
            change_rubric(district=cast.district, name="Keeping", items=items, by=None)


# --- Attendance out and in -----------------------------------------------------------------------------------------
def test_a_file_of_attendance_comes_back_without_a_change(cast, client_for, tmp_path):
    session = making.make_session(cast.course, cast.today - DAY, cast.today, organization=cast.ours)
    first, second = session.days.all()
    mine = making.make_registration(session, cast.learner)
    making.attend(mine, "6", first)
    making.attend(mine, "2.5", second)
    other = making.make_registration(session, making.make_practitioner(cast.district, cast.north))
    making.attend(other, "6", first, confirmed_at=None)
    client = client_for(cast.user("trainer"))
    page = client.get(reverse("attendance_list")).content.decode()
    assert "2.5" in page
    response = client.get(reverse("attendance_list"), {"confirmed": "true", "format": "csv"})
    file = tmp_path / "attendance.csv"
    file.write_bytes(b"".join(response.streaming_content))
    assert file.read_text(encoding="utf-8-sig").count("\n") == 3
    outcome = import_training(file, district=cast.district, options=ImportOptions(), by=None)
    assert (outcome.refusal, outcome.read, outcome.unchanged) == ("", 2, 2)
    assert Attendance.objects.confirmed().count() == 2
    stranger = client_for(make.make_user("partner", cast.district, organization=cast.theirs, email="s@example.org"))
    assert "2.5" not in stranger.get(reverse("attendance_list")).content.decode()


def test_the_list_of_attendance_and_a_persons_page_ask_no_more_for_more_rows(cast, client_for):
    client = client_for(cast.user("trainer"))
    making.set_out(cast.learner, cast.credential)

    def asked(count: int) -> tuple[int, int]:
        for _ in range(count):
            session = making.make_session(cast.course, organization=cast.ours)
            making.attend(making.make_registration(session, cast.learner))
            making.keep_circle(cast.learner, cast.practice, cast.today)
            making.passed(cast.learner, cast.course)
        found = []
        for address in (reverse("attendance_list"), reverse("practitioner_detail", args=[cast.learner.uid])):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found[0], found[1]

    asked(1)
    assert asked(1) == asked(6)
