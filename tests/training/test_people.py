"""Duplicates made one with a preview and a history, students kept apart, worklists, who can hold a circle, asking."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make
from tests.training import making
from training.actions import asking, people
from training.actions.merging import merge_people, preview_merge
from training.actions.peers import record_peer
from training.holding import keepers
from training.models import Absence, CircleCredit, PersonMerge, Practitioner, Registration
from training.tokens import answer_token
from training.validity import Holding
from training.worklists import WORKLISTS

DAY = timedelta(days=1)


# --- Duplicates ----------------------------------------------------------------------------------------------------
@pytest.fixture
def double(cast) -> Practitioner:
    """A second record of the learner: both in one session on different days, each with something of their own."""
    double = making.make_practitioner(cast.district, cast.south, languages=("es",), given_name="Nia", email="n@x.org")
    session = making.make_session(cast.course, cast.today - 2 * DAY, cast.today - DAY)
    days = session.days.all()
    making.attend(making.make_registration(session, cast.learner), day=days[0])
    making.attend(making.make_registration(session, double), day=days[1])
    making.make_registration(making.make_session(cast.course), double)
    making.passed(double, cast.course)
    making.certify(double, cast.credential)
    for one in (cast.learner, double):
        CircleCredit.objects.create(
            practitioner=one, practice=cast.practice, held_on=cast.today, part="led", source="circle 7"
        )
        making.set_out(one, making.make_credential(cast.district))
    return double


def test_a_merge_shows_first_what_moves_and_then_moves_it(cast, double, client_for):
    preview = preview_merge(kept=cast.learner, gone=double)
    assert preview.moving == {
        "evaluations": 1,
        "circles": 1,
        "certifications": 1,
        "registrations": 2,
        "ways to a credential": 1,
    }
    assert (len(preview.both), preview.obstacles) == (1, [])
    client = client_for(cast.user("partner"))
    making.make_registration(making.make_session(cast.course, organization=cast.ours), cast.learner)
    making.make_registration(making.make_session(cast.course, organization=cast.ours), double)
    address = reverse("practitioner_merge", args=[cast.learner.uid])
    given = {"other": str(double.uid), "reason": "The same person, twice."}
    shown = client.post(address, given)
    assert "What would move" in shown.content.decode()
    assert not PersonMerge.objects.exists(), "a look changes nothing"
    assert client.post(address, given | {"confirmed": "1"}).status_code == 302

    merge = PersonMerge.objects.get()
    assert (merge.kept, merge.gone, merge.former["email"]) == (cast.learner, double, "n@x.org")
    assert cast.learner.certifications.count() == 1
    seated = cast.learner.registrations.seated()
    assert seated.count() == 4, "the session that both had counts once"
    assert sum(one.attendance.count() for one in seated) == 2, "and holds the hours of both"
    assert set(cast.learner.schools.values_list("code", flat=True)) == {"0001", "0002"}
    assert cast.learner.circle_credits.filter(voided_at=None).count() == 1, "one circle credited to both counts once"
    page = client.get(reverse("practitioner_detail", args=[cast.learner.uid])).content.decode()
    assert "Merged into this record" in page
    assert client.get(reverse("practitioner_detail", args=[double.uid])).status_code == 404
    event = AuditEvent.objects.filter(object_type="practitioner", action="update").last()
    assert event.details["reason"] == "The same person, twice."


def test_what_stands_against_a_merge(cast, double):
    making.certify(cast.learner, cast.credential)
    far = making.make_practitioner(make.make_district("FAR"))
    for kept, gone, by in (
        (cast.learner, double, None),  # both hold the credential
        (cast.learner, cast.learner, None),
        (cast.learner, far, None),
        (cast.trainer, double, cast.user("trainer")),  # oneself
    ):
        with pytest.raises(ValidationError):
            merge_people(kept=kept, gone=gone, reason="The same person.", by=by)
    with pytest.raises(ValidationError):
        merge_people(kept=cast.trainer, gone=double, reason=" ", by=None)
    assert not PersonMerge.objects.exists()


def test_an_organization_changes_no_address_with_which_somebody_signs_in(cast):
    """Whoever could set the address of another to their own would be that person."""
    user, person = cast.user("trainer"), cast.learner
    for wrong in ("Other@Example.org", "TRAINER@example.org"):
        with pytest.raises(ValidationError) as refused:
            people.change_person(practitioner=person, email=wrong, by=user)
        assert "email" in refused.value.message_dict
    people.change_person(practitioner=person, email="new@example.org", by=user)
    make.make_user("staff", cast.district, cast.north, email="New@example.org")
    for wrong in ("", "other-new@example.org"):
        with pytest.raises(ValidationError):
            people.change_person(practitioner=person, email=wrong, by=user)
    people.change_person(practitioner=person, email="NEW@example.org", given_name="Nia", by=user)
    people.change_person(practitioner=person, email="staff@example.org", by=None)
    person.person.refresh_from_db()
    assert (person.person.given_name, person.person.email) == ("Nia", "staff@example.org")


# --- Students ------------------------------------------------------------------------------------------------------
def test_student_peers_are_a_number_to_everybody_but_their_coordinator(cast, client_for):
    year = make.make_school_year(cast.district)
    students = [make.make_student(cast.district, "Peer", f"Unseen{number}") for number in range(10)]
    done = {"course": cast.course, "completed_on": date(2021, 3, 1), "hours": Decimal(6)}
    trainer, coordinator = client_for(cast.user("trainer")), client_for(cast.user("coordinator"))
    for number, student in enumerate(students):
        make.enroll(student, cast.north, year, refresh=False)
        record_peer(school=cast.north, student=student, by=None, **done)
        words = trainer.get(reverse("training")).content.decode()
        assert ("peers: 10" if number == 9 else "fewer than 10") in " ".join(words.split())
    assert "Unseen" not in words
    assert trainer.get(reverse("peer_list")).status_code == 403
    assert "Unseen3" in coordinator.get(reverse("peer_list")).content.decode()
    students[0].person.email = "peer@example.org"
    students[0].person.save()
    with pytest.raises(ValidationError):
        people.add_person(
            district=cast.district, given_name="Peer", email="PEER@example.org", capacity="community", by=None
        )


# --- Worklists -----------------------------------------------------------------------------------------------------
def test_every_worklist_lists_whom_it_should(cast):
    def named(name: str) -> set[int]:
        return WORKLISTS[name][1](Practitioner.objects.filter(district=cast.district))

    soon, later, ended, late, renewing = (
        making.make_practitioner(cast.district, cast.north, languages=("en",)) for _ in range(5)
    )
    start = cast.today - 100 * DAY
    making.certify(soon, cast.credential, start, expires_on=cast.today + 30 * DAY)
    making.certify(later, cast.credential, start, expires_on=cast.today + 61 * DAY)
    making.certify(ended, cast.credential, start, expires_on=cast.today - DAY)
    making.certify(renewing, cast.credential, start, expires_on=cast.today + 89 * DAY)
    making.passed(renewing, cast.course)
    making.set_out(late, cast.credential, cast.today + 30 * DAY)
    making.set_out(soon, making.make_credential(cast.district), cast.today + 31 * DAY)
    assert named("expiring_30") == {soon.pk}
    assert named("expiring_60") == {soon.pk}
    assert named("expiring_90") == {soon.pk, later.pk, renewing.pk}
    assert named("renewing") == {renewing.pk}
    assert named("deadline") == {late.pk}
    making.attend(making.make_registration(making.make_session(cast.course, cast.today - 15 * DAY), late))
    assert named("incomplete") == {cast.learner.pk, cast.trainer.pk, late.pk}, "no language, or never evaluated"
    assert named("eligible") == set()
    making.passed(late, cast.course)
    assert named("eligible") == {late.pk}
    assert late.pk not in named("incomplete")
    for credential in (cast.credential, cast.license):
        making.certify(late, credential)
    assert named("eligible") == set(), "whoever has it is proposed nothing"


# --- Who can hold it -----------------------------------------------------------------------------------------------
def test_who_can_hold_a_circle_on_a_day(cast):
    def found(**asked) -> list[int]:
        everybody = Practitioner.objects.filter(district=cast.district)
        given = {"people": everybody, "practice": cast.practice, "day": cast.today} | asked
        return [one.practitioner.pk for one in keepers(**given)]

    certified, elsewhere, away, spanish, grace, busy = (
        making.make_practitioner(cast.district, school, languages=languages, family_name=name)
        for school, languages, name in (
            (cast.north, (), "A"),
            (cast.south, (), "B"),
            (cast.north, (), "C"),
            (cast.north, ("es",), "D"),
            (cast.north, (), "E"),
            (cast.north, (), "F"),
        )
    )
    for one in (certified, elsewhere, away, spanish, busy):
        making.certify(one, cast.credential)
    making.certify(grace, cast.credential, cast.today - 90 * DAY, expires_on=cast.today - 30 * DAY)
    Absence.objects.create(practitioner=away, begins_on=cast.today, ends_on=cast.today, reason="Travels")
    busy.availability.create(weekday=(cast.today.weekday() + 1) % 7, begins=time(9), ends=time(12))
    at_north = found(school=cast.north)
    assert set(at_north[:3]) == {certified.pk, spanish.pk, cast.trainer.pk}
    assert at_north[3:] == [busy.pk, grace.pk], "who usually cannot come, then who needs a reason"
    assert found(school=cast.north, language="es") == [spanish.pk]
    assert away.pk in found(school=cast.north, day=cast.today + DAY)
    assert grace.pk not in found(day=cast.today + DAY), "30 days of grace are over"
    holding = {
        one.practitioner.pk: one.holding
        for one in keepers(people=Practitioner.objects.all(), practice=cast.practice, day=cast.today)
    }
    assert (holding[certified.pk], holding[grace.pk]) == (Holding.YES, Holding.WARN)


def test_somebody_is_asked_by_mail_and_answers_by_the_link(cast, client_for, django_capture_on_commit_callbacks):
    making.certify(cast.learner, cast.credential)
    client, asked = client_for(cast.user("coordinator")), reverse("keeper_ask", args=[cast.learner.uid])
    day = cast.today + 3 * DAY
    given = {
        "school": str(cast.north.uid),
        "practice": str(cast.practice.uid),
        "day": day.isoformat(),
        "begins": "10:00",
    }
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(asked, given)
    assert response.status_code == 302, response.content.decode()
    (letter,) = mail.outbox
    request = cast.learner.hold_requests.get()
    link = reverse("training_answer", args=[answer_token(request)])
    assert link.split("/")[-2][:10] in letter.body
    with pytest.raises(ValidationError):
        asking.ask(practitioner=cast.learner, school=cast.north, practice=cast.practice, day=day, by=None)  # twice
    visitor = Client()
    assert cast.north.name in visitor.get(link).content.decode()
    visitor.post(link, {"answer": "accept"})
    request.refresh_from_db()
    assert [row.status for row in request.statuses.all()] == ["asked", "accepted"]
    visitor.post(link, {"answer": "decline"})
    request.refresh_from_db()
    assert request.status == "accepted", "an answer stands"
    forged = visitor.get(reverse("training_answer", args=["forged"])).content.decode()
    assert reverse("training_own_link") in forged
    assert cast.north.name not in forged


def test_nobody_is_asked_who_cannot_hold_it(cast):
    day = cast.today + 3 * DAY
    making.certify(cast.learner, cast.credential, expires_on=day - DAY)
    silent = making.make_practitioner(cast.district, cast.north, email="")
    making.certify(silent, cast.credential)
    for one, when in ((cast.learner, day), (silent, day), (cast.trainer, cast.today - DAY)):
        with pytest.raises(ValidationError):
            asking.ask(practitioner=one, school=cast.north, practice=cast.practice, day=when, by=None)
    late = making.make_request(cast.trainer, cast.north, cast.practice, answer_by=timezone.now() - DAY)
    with pytest.raises(StepNotAllowed):
        asking.answer(request=late, accepts=True)
    assert Registration.objects.count() == 0
