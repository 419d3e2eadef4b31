"""What the page of a case costs does not grow with the people named in it; each look at a student leaves a trace."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circles.actions import cases
from circles.actions.agreements import add_term, agree_case
from circles.models import CircleConsent
from district.models import AuditEvent, User
from tests import factories as make
from tests.circles.making import take_part


def name_more(place, circle, number: int) -> None:
    """Name more students in a case, each asked and willing, each with a supporter."""
    for one in range(number):
        student = make.make_student(place.district, f"Alder{one}")
        make.enroll(student, place.school, place.year, refresh=False)
        beside = take_part(circle, student, "focus", prepared_on=place.today)
        take_part(circle, None, "supporter", name=f"Somebody {one}", supporter_of=beside)
        for kind in CircleConsent.Kind.values:
            beside.consents.create(kind=kind, answer="given", on=place.today, at=beside.created_at, way="spoken")


@pytest.mark.parametrize("stage", ["preparation", "held", "agreement"])
def test_the_page_costs_the_same_with_2_and_with_20_students(place, client_for, stage):
    circle = place.prepared()
    if stage != "preparation":
        cases.schedule_case(circle=circle, scheduled_on=place.today, by=place.coordinator)
        people = list(circle.participants.all())
        cases.hold_case(circle=circle, held_on=place.today, minutes=40, present=people, by=place.coordinator)
    if stage == "agreement":
        agree_case(circle=circle, agreed_on=place.today, owner=place.coordinator, by=place.coordinator)
        circle.refresh_from_db()
    client = client_for(User.objects.get(pk=place.coordinator.pk))
    addresses = (reverse("circle_detail", args=[circle.uid]), f"/api/v1/circles/{circle.uid}/")
    counts, looks = {}, {}
    for number in (2, 20):
        if number > 2:
            name_more(place, circle, number - 2)
        if stage == "agreement":
            owed_by, *others = circle.participants.filter(student__isnull=False)[:number]
            for other in others if number == 2 else others[1:]:
                given = {"owed_by": owed_by, "owed_to": other, "kind": "help", "due_on": place.today}
                add_term(agreement=circle.agreement, **given, text="I help.", by=place.coordinator)
        for address in addresses:
            client.get(address)  # what a first look reads once (the budget of an hour, the content of caches)
            before = AuditEvent.objects.filter(action="view", object_type="circleparticipant").count()
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            counts.setdefault(address, []).append(len(found))
            after = AuditEvent.objects.filter(action="view", object_type="circleparticipant").count()
            looks.setdefault(address, []).append(after - before)
    assert all(few == many for few, many in counts.values()), counts
    assert set(map(tuple, looks.values())) == {(2, 20)}, "one row for each student"
    seen = AuditEvent.objects.filter(action="view", object_type="circleparticipant").order_by("-pk")[:20]
    assert len({event.student_id for event in seen}) == 20


def test_a_case_beyond_the_budget_is_not_shown(place, client_for, settings):
    circle = place.prepared()
    name_more(place, circle, 8)
    client = client_for(User.objects.get(pk=place.coordinator.pk))
    address = reverse("circle_detail", args=[circle.uid])
    settings.READ_BUDGET = 9
    answer = client.get(address)
    assert (answer.status_code, "Alder1" in answer.content.decode()) == (429, False)
    settings.READ_BUDGET = 11  # ten students and the case
    assert [client.get(address).status_code for _look in range(2)] == [200, 200], "whoever was read counts once"
