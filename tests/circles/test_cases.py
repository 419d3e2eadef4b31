"""Cases: from the referral to the end; who is asked, who keeps it, who may see what, what the referral says."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circles.actions import cases, keepers, participants
from circles.models import Circle, CircleConsent, CircleKeeper, CircleParticipant
from dashboards.merging import merge_students
from discipline.models import ReferralResponse
from district.access import Role
from district.models import AuditEvent, User
from district.steps import StepNotAllowed
from tests import factories as make
from tests.circles.making import make_circle, take_part
from tests.training.making import certify, make_credential, make_practice, make_practitioner
from training.models import CircleCredit

DAY = timedelta(days=1)


def refused(fault: pytest.ExceptionInfo, field: str) -> str:
    return " ".join(fault.value.message_dict[field])


def test_from_the_referral_to_resolved_by_circle(place, client_for):
    circle = place.opened()
    named = [(one.student, one.role) for one in circle.participants.order_by("pk")]
    assert named == [(place.responsible, "responsible"), (place.harmed, "harmed")]
    with pytest.raises(ValidationError, match="open case"):
        place.opened()
    with pytest.raises(StepNotAllowed) as early:
        cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    assert early.value.allowed == ["take", "close"]
    cases.void_case(circle=circle, reason="Opened twice.", by=place.coordinator)
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, place="Library", by=place.coordinator)
    everybody = list(circle.participants.all())
    with pytest.raises(ValidationError, match="one did not come"):
        cases.hold_case(circle=circle, held_on=place.today, minutes=50, present=everybody[:1], by=None)
    with pytest.raises(ValidationError, match="not come yet"):
        cases.hold_case(circle=circle, held_on=place.today + DAY, minutes=50, present=everybody, by=None)
    cases.hold_case(circle=circle, held_on=place.today, minutes=50, present=everybody, by=place.coordinator)
    assert list(circle.participants.values_list("attended", "minutes", "times")) == [(True, 50, 1)] * 2
    credit = CircleCredit.objects.get()
    assert (credit.practitioner, credit.part, credit.held_on) == (place.keeper, "led", place.today)
    cases.part_case(circle=circle, by=place.coordinator)
    cases.follow_case(circle=circle, by=place.coordinator)
    assert not ReferralResponse.objects.exists()
    cases.close_case(circle=circle, reason="completed", by=place.coordinator)
    response = ReferralResponse.objects.get()
    assert (response.response, response.completed_on) == ("RESTORATIVE_CIRCLE", place.today)
    circle.refresh_from_db()
    states = list(circle.statuses.values_list("status", flat=True))
    assert states == [
        *("referred", "screening", "preparation", "scheduled", "held", "no_agreement", "follow_up", "closed")
    ]
    page = client_for(place.officer).get(reverse("referral_detail", args=[place.referral.uid])).content.decode()
    assert "Resolved by circle" in page
    cases.void_case(circle=circle, reason="Another school’s.", by=place.coordinator)
    response.refresh_from_db()
    assert response.completed_on is None
    assert CircleCredit.objects.get().voided_at is not None


def test_a_response_decided_before_is_the_one_completed(place):
    given = ReferralResponse.objects.create(referral=place.referral, response="RESTORATIVE_CIRCLE", on=place.today)
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=None)
    cases.hold_case(circle=circle, held_on=place.today, minutes=30, present=circle.participants.all(), by=None)
    for step in (cases.part_case, cases.follow_case):
        step(circle=circle, by=None)
    cases.close_case(circle=circle, reason="completed", by=None)
    given.refresh_from_db()
    assert (ReferralResponse.objects.count(), given.completed_on) == (1, place.today)


def test_nobody_is_brought_who_has_not_said_yes(place):
    circle = place.prepared()
    harmed = circle.participants.get(role="harmed")
    place.said(harmed, "withdrawn")
    with pytest.raises(ValidationError) as fault:
        cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    assert "Birch" in refused(fault, "circle")
    with pytest.raises(ValidationError, match="no yes"):
        place.said(harmed, "withdrawn")
    place.said(harmed, "given")
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
    place.said(circle.participants.get(role="responsible"), "withdrawn")
    circle.refresh_from_db()
    assert (circle.status, circle.scheduled_on) == ("preparation", None), "a yes taken back undoes the day"
    apart = make_practice(place.district, "shuttle", 2)
    with pytest.raises(ValidationError):
        cases.change_practice(circle=circle, practice=make_practice(place.district, "check-in", 1), by=None)
    cases.change_practice(circle=circle, practice=apart, by=place.coordinator)
    cases.close_case(circle=circle, reason="declined_responsible", by=place.coordinator)
    for attempt in (
        lambda: place.said(harmed, "declined"),
        lambda: cases.take_case(circle=circle, by=place.coordinator),
        lambda: participants.add_participant(circle=circle, role="community", name="Somebody", by=None),
    ):
        with pytest.raises(StepNotAllowed):
            attempt()


def test_a_guardian_permits_where_the_practice_asks(place):
    support = make_practice(place.district, "circle-of-support", 3)
    credential = make_credential(place.district, "conference-facilitator", support)
    certify(place.keeper, credential, place.today - 30 * DAY)
    circle = place.prepared(practice=support)
    with pytest.raises(ValidationError) as fault:
        cases.schedule_case(circle=circle, scheduled_on=place.today, by=None)
    assert refused(fault, "circle").count("guardian") == 2
    for one in circle.participants.all():
        participants.record_permission(
            participant=one, answer="given", on=place.today, way="signed", witness="The secretary", by=place.coordinator
        )
    aunt = participants.add_participant(circle=circle, role="guardian", name="An aunt", by=place.coordinator)
    with pytest.raises(ValidationError, match="about a student"):
        participants.record_permission(participant=aunt, answer="given", on=place.today, way="signed", by=None)
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=None)
    assert circle.participants.count() == 3


def test_naming_people(place):
    circle = place.opened()
    elsewhere = make.make_student(place.district)
    name = {"circle": circle, "by": place.coordinator}
    for wrong, field in (
        ({"role": "supporter"}, "name"),
        ({"role": "supporter", "student": place.harmed.local_id, "name": "Twice"}, "name"),
        ({"role": "supporter", "student": elsewhere.local_id}, "student"),
        ({"role": "supporter", "student": place.harmed.local_id}, "student"),
        ({"role": "community", "name": "A neighbor", "supporter_of": circle.participants.first()}, "supporter_of"),
    ):
        with pytest.raises(ValidationError) as fault:
            participants.add_participant(**name, **wrong)
        assert field in fault.value.message_dict
    friend = make.make_student(place.district)
    make.enroll(friend, place.school, place.year, refresh=False)
    beside = circle.participants.get(role="harmed")
    row = participants.add_participant(**name, role="supporter", student=str(friend.uid), supporter_of=beside)
    assert (row.student, row.supporter_of) == (friend, beside)
    participants.remove_participant(participant=row, reason="Another friend.", by=place.coordinator)
    with pytest.raises(StepNotAllowed):
        place.said(row, "given")
    assert participants.add_participant(**name, role="supporter", student=friend.local_id).pk != row.pk


def test_only_a_certified_keeper_on_the_day_of_the_circle(place):
    circle = place.prepared()
    soon = make_practitioner(place.district, place.school, given_name="Lee", family_name="Lapsing")
    held = certify(soon, place.keeper.certifications.get().credential, expires_on=place.today + DAY)
    for keeper in circle.keepers.all():
        keepers.end_keeper(keeper=keeper, by=place.coordinator)
    choose = {"circle": circle, "practitioner": soon, "by": place.coordinator}
    keepers.assign_keeper(**choose, part="led")
    with pytest.raises(ValidationError) as fault:
        cases.schedule_case(circle=circle, scheduled_on=place.today + 2 * DAY, by=place.coordinator)
    words = refused(fault, "keepers")
    assert held.number in words
    assert "To renew it" in words
    cases.schedule_case(circle=circle, scheduled_on=place.today + DAY, by=place.coordinator)
    assert circle.keepers.current().get().certificate == held.number
    with pytest.raises(ValidationError):
        keepers.assign_keeper(**choose, part="led")
    novice = make_practitioner(place.district, place.school)
    choose["practitioner"] = novice
    with pytest.raises(ValidationError, match="no certificate"):
        keepers.assign_keeper(**choose, part="led")
    exception = keepers.assign_keeper(**choose, part="led", override_reason="Nobody else speaks their language.")
    assert (exception.override_by, exception.certificate) == (place.coordinator, "")
    learner = keepers.assign_keeper(
        circle=circle,
        practitioner=make_practitioner(place.district),
        part="co_kept",
        override_reason="unneeded",
        by=None,
    )
    assert learner.override_reason == "", "somebody who learns needs no exception"
    stake = {"circle": circle, "practitioner": make_practitioner(place.district), "part": "co_kept", "by": None}
    with pytest.raises(ValidationError, match="stake"):
        keepers.assign_keeper(**stake, conflict="kin")
    keepers.assign_keeper(**stake, conflict="kin", override_reason="Asked for by both families.")
    assert keepers.loads([soon.pk, novice.pk, place.keeper.pk]) == {soon.pk: 1, novice.pk: 1}
    foreign = make_practitioner(make.make_district("TWO"))
    with pytest.raises(ValidationError, match="same district"):
        keepers.assign_keeper(circle=circle, practitioner=foreign, part="observed", by=None)


def test_safety_comes_first_and_is_nobody_elses_to_read(place, client_for):
    circle = place.opened()
    cases.take_case(circle=circle, by=place.coordinator)
    with pytest.raises(ValidationError):
        cases.screen_case(circle=circle, exclusions=["nonsense"], by=place.coordinator)
    cases.screen_case(circle=circle, exclusions=["sexual_harm"], by=place.coordinator)
    circle.refresh_from_db()
    assert (circle.status, circle.close_reason) == ("closed", "not_suitable")
    read = {}
    for user in (place.coordinator, place.officer):
        client = client_for(User.objects.get(pk=user.pk))
        shown = client.get(f"/api/v1/circles/{circle.uid}/").json()
        page = client.get(reverse("circle_detail", args=[circle.uid])).content.decode()
        read[user] = (shown["close_reason"], shown["statuses"][-1]["reason"], "Not suitable" in page)
    assert read[place.coordinator] == ("not_suitable", "not_suitable", True)
    assert read[place.officer] == ("not_brought_about", "not_brought_about", False)
    trail = json.dumps(list(AuditEvent.objects.values_list("changes", "details")))
    assert "sexual_harm" not in trail
    assert "not_suitable" not in trail


def test_not_held_and_again(place):
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=None)
    with pytest.raises(ValidationError):
        cases.miss_case(circle=circle, reason="because", by=None)
    cases.miss_case(circle=circle, reason="keeper_absent", by=None)
    with pytest.raises(ValidationError, match="over"):
        cases.schedule_case(circle=circle, scheduled_on=place.today - DAY, by=None)
    cases.schedule_case(circle=circle, scheduled_on=place.today + DAY, by=None)
    with pytest.raises(ValidationError, match="does not close"):
        cases.close_case(circle=circle, reason="completed", by=None)
    assert [row.reason for row in circle.statuses.all()].count("keeper_absent") == 1


def test_cases_that_do_not_come_from_a_referral(place):
    incident = place.referral.incident
    removal = make.remove(incident, place.responsible)
    back = cases.open_case(practice=place.harm_circle, removal=removal, by=place.coordinator)
    assert (back.origin, back.participants.get().role) == ("removal", "focus")
    asked = cases.open_case(practice=place.harm_circle, school=place.school, origin="student", by=place.coordinator)
    assert asked.participants.count() == 0
    for wrong in (
        {"practice": place.harm_circle},
        {"practice": place.harm_circle, "school": place.school},
        {"practice": place.harm_circle, "referral": place.referral, "removal": removal},
        {"practice": make_practice(place.district, "check-in", 1), "referral": place.referral},
        {"practice": make_practice(make.make_district("TWO"), "harm-circle", 2), "referral": place.referral},
    ):
        with pytest.raises(ValidationError):
            cases.open_case(**wrong, by=place.coordinator)


def test_a_volunteer_sees_that_case_and_only_while_it_is_open(place, client_for):
    circle, other = place.prepared(), make_circle(place.school, school_year=place.year, practice=place.harm_circle)
    volunteer = make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)
    client = client_for(volunteer)
    mine = [client.get(reverse("circle_detail", args=[one.uid])).status_code for one in (circle, other)]
    assert mine == [200, 404]
    rows = client.get("/api/v1/circles/").json()["results"]
    assert [row["id"] for row in rows] == [str(circle.uid)]
    assert len(client.get("/api/v1/circle-participants/").json()["results"]) == 2
    assert client.get("/api/v1/circles/?format=csv").status_code == 403
    assert client.get(f"/api/v1/students/{place.harmed.uid}/").status_code == 403, "nothing else of the student"
    assert (
        client.post(f"/api/v1/circles/{circle.uid}/close/", {"reason": "moved"}, "application/json").status_code == 403
    )
    cases.close_case(circle=circle, reason="moved", by=place.coordinator)
    assert client.get(reverse("circle_detail", args=[circle.uid])).status_code == 404
    assert client.get("/api/v1/circle-participants/").json()["results"] == []
    assert Circle.objects.visible_to(User.objects.get(pk=volunteer.pk)).count() == 0
    keeper = CircleKeeper.objects.get(circle=circle)
    with pytest.raises(StepNotAllowed):
        keepers.end_keeper(keeper=keeper, by=place.coordinator)


def test_discipline_roles_read_date_kind_and_state_and_no_name(place, client_for):
    circle = place.prepared()
    place.said(circle.participants.get(role="harmed"), "withdrawn")
    client = client_for(place.officer)
    page = client.get(reverse("circle_detail", args=[circle.uid])).content.decode()
    shown = client.get(f"/api/v1/circles/{circle.uid}/").json()
    assert (shown["participants"], shown["keepers"], shown["status"]) == ([], [], "open")
    listed = client.get(reverse("circle_list")).content.decode()
    for text in (page, listed, json.dumps(shown)):
        assert "Birch" not in text
        assert "Ash" not in text
        assert "Kim Keeper" not in text
    for name in ("circle-participants", "circle-keepers"):
        assert client.get(f"/api/v1/{name}/").status_code == 403
    for query in (
        "close_reason=declined_harmed",
        "student=1",
        "search=Birch",
        "ordering=close_reason",
        "consent=declined",
    ):
        assert client.get(f"/api/v1/circles/?{query}").status_code == 400
        assert client.get(f"{reverse('circle_list')}?{query}").status_code == 400
    trail = json.dumps(list(AuditEvent.objects.values_list("changes", "details")))
    assert "withdrawn" not in trail
    assert "An aunt" not in trail


def test_merging_moves_parts_and_joins_doubles(place):
    second = make.make_student(place.district)
    circle = place.opened()
    alone = make_circle(place.school, second, school_year=place.year, practice=place.harm_circle)
    double = take_part(circle, second, "community", prepared_on=place.today)
    place.said(double, "given")
    custodian = make.make_user(Role.RECORDS, place.district)
    merge = merge_students(kept=place.responsible, merged=second, reason="One student.", by=custodian)
    assert {kind: len(ids) for kind, ids in merge.moved.items()} == {"circleparticipant": 1}
    assert {kind: len(ids) for kind, ids in merge.doubles.items()} == {"circleparticipant": 1}
    assert alone.participants.get().student == place.responsible
    stays = circle.participants.standing().get(student=place.responsible)
    assert (stays.role, stays.prepared_on, stays.consents.count()) == ("responsible", place.today, 1)


def test_pages_of_a_case_and_what_they_cost(place, client_for):
    client = client_for(place.coordinator)
    referral = client.get(reverse("referral_detail", args=[place.referral.uid])).content.decode()
    start = f"{reverse('circle_new')}?referral={place.referral.uid}"
    assert start in referral
    assert str(place.referral.uid) in client.get(start).content.decode()
    sent = {"practice": str(place.harm_circle.uid), "referral": str(place.referral.uid)}
    assert client.post(start, sent).status_code == 302
    circle = Circle.objects.get()
    home = reverse("circle_detail", args=[circle.uid])
    assert "Ash" in client.get(home).content.decode()
    assert client.post(reverse("circle_step", args=[circle.uid, "take"])).status_code == 302
    assert client.post(reverse("circle_step", args=[circle.uid, "screen"])).status_code == 302
    assert "Nobody leads it yet" in client.get(home).content.decode()
    matches = client.get(reverse("circle_keepers", args=[circle.uid])).content.decode()
    choose = f"{reverse('circle_step', args=[circle.uid, 'assign-keeper'])}?practitioner={place.keeper.uid}"
    assert choose in matches
    assert f'value="{place.keeper.uid}" selected' in client.get(choose).content.decode()
    late = client.post(reverse("circle_step", args=[circle.uid, "schedule"]), {"scheduled_on": place.today.isoformat()})
    assert "has not consented" in late.content.decode()
    closed = client.get(reverse("circle_step", args=[circle.uid, "close"])).content.decode()
    assert "did not wish it" in closed
    assert "was not met" not in closed
    counts = []
    for more in (0, 6):
        for _number in range(more):
            student = make.make_student(place.district)
            make_circle(place.school, student, school_year=place.year, practice=place.harm_circle)
        for address in (reverse("circle_list"), "/api/v1/circles/", "/api/v1/circle-participants/"):
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            counts.append(len(found))
    assert counts[:3] == counts[3:]
    assert CircleConsent.objects.count() == 0
    assert CircleParticipant.objects.count() == 8
