"""How much about students one person, or one token, reads in an hour, and what of it stands in the trail."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from district.access import Role
from district.models import AuditEvent, RoleGrant, School, Student, User
from tests import factories as make

V1 = "/api/v1/"


def again(user: User) -> User:
    """The user as the next request reads them: with the grants of now."""
    return User.objects.get(pk=user.pk)


def api_as(user: User) -> APIClient:
    caller = APIClient()
    caller.force_login(user)
    return caller


def page_text(response) -> str:
    return response.content.decode()


def students_at(school: School, year, number: int) -> list[Student]:
    students = [make.make_student(school.district) for _number in range(number)]
    for student in students:
        make.enroll(student, school, year, refresh=False)
    return students


def limits() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="limit").order_by("pk"))


def test_a_person_opens_so_many_different_records_in_an_hour(world, client_for, settings, time_machine):
    """Pages, and the API with a browser's session, count together; a record opened again does not count again."""
    settings.READ_BUDGET = 4
    time_machine.move_to(timezone.now(), tick=False)
    first, second, third, fourth, fifth = students_at(world.north, world.year, 5)
    officer = world.user(Role.OFFICER)
    page, caller = client_for(officer), api_as(officer)
    incident = world.student.referrals.get().incident

    def opened(student: Student) -> int:
        return page.get(reverse("student_detail", args=[student.uid])).status_code

    assert [opened(one) for one in (first, second, first, second)] == [200] * 4
    assert caller.get(f"{V1}students/{third.uid}/").status_code == 200
    assert page.get(reverse("incident_detail", args=[incident.uid])).status_code == 200
    assert page.get(reverse("student_list")).status_code == 200
    refused = page.get(reverse("student_detail", args=[fourth.uid]))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert fourth.person.family_name not in page_text(refused)
    answer = caller.get(f"{V1}students/{fourth.uid}/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert fourth.person.family_name not in page_text(answer)
    events = limits()
    assert [(event.student_id, event.school_id, event.actor) for event in events] == [
        (fourth.pk, world.north.pk, officer.email)
    ] * 2
    assert events[0].details == {"budget": 4}
    assert AuditEvent.objects.visible_to(world.user(Role.AUDITOR)).filter(action="limit").count() == 2
    assert not AuditEvent.objects.filter(action="view", student_id=fourth.pk).exists()
    assert opened(first) == 200, "what was opened already stays open"
    assert client_for(world.user(Role.PRINCIPAL)).get(reverse("student_detail", args=[fourth.uid])).status_code == 200
    time_machine.shift(3601)
    assert opened(fifth) in (200, 302)


def test_whoever_keeps_the_records_of_the_district_has_no_budget_there_only(world, client_for, settings):
    settings.READ_BUDGET = 1
    custodian = world.user(Role.RECORDS)
    RoleGrant.objects.create(user=custodian, role=Role.OFFICER, district=world.other, school=world.far)
    client = client_for(again(custodian))

    def opened(student: Student) -> int:
        return client.get(reverse("student_detail", args=[student.uid])).status_code

    assert [opened(one) for one in (world.student, world.south_student, world.far_student)] == [200, 200, 429]
    settings.READ_BUDGET = 0
    assert opened(world.far_student) == 200


def test_a_token_reads_so_many_records_in_an_hour(world, token_for, settings, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    students = students_at(world.north, world.year, 9)  # ten with that of the world
    officer = world.user(Role.OFFICER)
    caller, other = APIClient(), APIClient()
    for one in (caller, other):
        one.credentials(HTTP_AUTHORIZATION=f"Token {token_for(officer)}")

    def status(client: APIClient, path: str) -> int:
        return client.get(f"{V1}{path}").status_code

    assert [status(caller, "students/") for _time in range(3)] == [200] * 3, "off by default"
    settings.TOKEN_READ_BUDGET = 42
    assert status(caller, "students/?search=given&page_size=10") == 200
    assert status(caller, f"students/{students[0].uid}/") == 200
    assert status(caller, "students/?page_size=1") == 200
    refused = caller.get(f"{V1}students/{students[1].uid}/")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert status(caller, "removals/") == 429
    assert status(caller, "students/?format=csv") == 429
    assert status(caller, "students/?search=nobody") == 200, "no row, no record"
    assert status(caller, "schools/") == 200
    assert status(other, f"students/{students[1].uid}/") == 200, "each token has its own"
    assert api_as(officer).get(f"{V1}students/{students[1].uid}/").status_code == 200
    assert {event.details["budget"] for event in limits()} == {42}
    assert len(limits()) == 3
    assert {event.details["token"] for event in limits()} == {officer.api_tokens.earliest("pk").prefix}
    time_machine.shift(3601)
    assert status(caller, "students/") == 200


def test_what_a_token_does_stands_in_the_trail_with_its_prefix(world, token_for):
    officer = world.user(Role.OFFICER)
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Token {token_for(officer)}")
    caller.get(f"{V1}students/{world.student.uid}/")
    removal = world.student.removals.get()
    caller.post(f"{V1}removals/{removal.uid}/void/", {"reason": "Twice"}, format="json")
    api_as(officer).get(f"{V1}students/{world.student.uid}/")
    prefix = officer.api_tokens.get().prefix
    found = AuditEvent.objects.filter(action__in=["view", "void"]).order_by("pk")
    assert [event.details.get("token") for event in found] == [prefix, prefix, None]


@pytest.mark.parametrize("budgets", [(0, 0), (1000, 1000)])
def test_a_budget_costs_one_query_however_much_was_read(world, token_for, client_for, settings, budgets):
    settings.READ_BUDGET, settings.TOKEN_READ_BUDGET = budgets
    students = students_at(world.north, world.year, 12)
    officer = world.user(Role.OFFICER)
    caller, browser = APIClient(), client_for(officer)
    caller.credentials(HTTP_AUTHORIZATION=f"Token {token_for(officer)}")
    counted = {}
    for number, student in enumerate(students):
        for name, client, address in (
            ("token", caller, f"{V1}students/{student.uid}/"),
            ("page", browser, reverse("student_detail", args=[student.uid])),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            if number > 1:  # the first ones also write when the session or the token was last used
                counted.setdefault(name, set()).add(len(queries))
    assert {name: len(numbers) for name, numbers in counted.items()} == {"token": 1, "page": 1}
    budget_queries = [query for query in queries if "COUNT(DISTINCT" in query["sql"]]
    assert len(budget_queries) == (1 if budgets[0] else 0)


def test_what_was_read_lately_is_found_by_an_index(world):
    reads = AuditEvent.objects.filter(actor_id=1, at__gt=timezone.now(), action="view")
    assert "audit_of_person" in reads.explain() or connection.vendor == "postgresql", "small tables are read whole"
