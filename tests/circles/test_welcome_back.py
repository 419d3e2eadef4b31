"""The plan with which a student comes back: who reads what of it, the first week by the calendar, what falls due."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from circles.actions import cases
from circles.actions import welcome_back as plans
from circles.actions.notes import purge_notes
from circles.actions.voices import keep_worksheet, make_voice_link, opened_by
from circles.duties import duties_of
from circles.models import CheckIn, Circle, CircleParticipant, PlanItem, WelcomePlan
from dashboards.desk.circles import first_weeks
from dashboards.merging import merge_students
from district.access import NEEDS_ORGANIZATION, Role
from district.models import AuditEvent, CalendarDay, RoleGrant, User
from district.models.places import calendar_of
from district.steps import StepNotAllowed
from tests import factories as make
from tests.circles.making import keep_case, take_part
from tests.training.making import make_practice

CANARY = "the yellow canary sang at noon"
DAY = timedelta(days=1)


@pytest.fixture
def back(place) -> date:
    """A school day, two weeks from now or more, with four more after it."""
    calendar = calendar_of(place.district, place.school)
    return calendar.nth_school_day_after(place.today + 14 * DAY, 1)


@pytest.fixture
def circle(place) -> Circle:
    """A case over a removal, in preparation, with a keeper."""
    removal = make.remove(place.referral.incident, place.responsible, begins_on=place.today)
    practice = make_practice(place.district, "re-entry-circle", 3, name="Re-entry circle")
    found = cases.open_case(practice=practice, removal=removal, by=place.coordinator)
    cases.take_case(circle=found, by=place.coordinator)
    cases.screen_case(circle=found, by=place.coordinator)
    keep_case(found, place.keeper)
    found.refresh_from_db()
    return found


@pytest.fixture
def plan(place, circle, back) -> WelcomePlan:
    return plans.plan_return(circle=circle, returns_on=back, by=place.coordinator)


@pytest.fixture
def keeping(place) -> User:
    return make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)


def responsibility(place, plan: WelcomePlan, **fields) -> PlanItem:
    given = {"kind": "duty", "text": CANARY, "person": plan.circle.participants.first(), "due_on": plan.returns_on}
    return plans.add_item(plan=plan, **given | fields, by=place.coordinator)


# --- Making it -------------------------------------------------------------------------------------------------------
def test_a_plan_has_five_check_ins_on_school_days(place, circle, back):
    calendar = calendar_of(place.district, place.school)
    closed = calendar.nth_school_day_after(back, 1)
    CalendarDay.objects.create(district=place.district, school=place.school, day=closed, kind=CalendarDay.Kind.CLOSURE)
    plan = plans.plan_return(circle=circle, returns_on=back, by=place.coordinator)
    calendar = calendar_of(place.district, place.school)
    days = list(plan.check_ins.values_list("day", "due_on"))
    assert [day for day, _due in days] == [1, 2, 3, 4, 5]
    assert days[0][1] == back
    assert closed not in [due for _day, due in days]
    assert [due for _day, due in days[1:]] == [calendar.nth_school_day_after(back, n) for n in (1, 2, 3, 4)]
    with pytest.raises(StepNotAllowed, match="a plan already"):
        plans.plan_return(circle=circle, returns_on=back, by=place.coordinator)
    moved = plans.move_return(plan=plan, returns_on=days[2][1], by=place.coordinator)
    assert moved.check_ins.first().due_on == days[2][1]
    assert moved.check_ins.count() == 5
    for wrong in (closed, back + (5 - back.weekday()) * DAY, date(place.year.year + 3, 1, 12)):
        with pytest.raises(ValidationError):
            plans.move_return(plan=plan, returns_on=wrong, by=place.coordinator)


def test_a_plan_is_for_a_return_and_for_its_time(place, circle, back, keeping):
    harm = place.prepared()
    with pytest.raises(StepNotAllowed, match="comes back"):
        plans.plan_return(circle=harm, returns_on=back, by=place.coordinator)
    rows = Circle.objects.filter(pk=circle.pk)
    for status in ("referred", "screening"):
        rows.update(status=status)
        with pytest.raises(StepNotAllowed, match="comes back"):
            plans.plan_return(circle=circle, returns_on=back, by=place.coordinator)
    rows.update(status="closed", closed_on=place.today)
    with pytest.raises(StepNotAllowed):
        plans.plan_return(circle=circle, returns_on=back, by=place.coordinator)
    for status in ("preparation", "scheduled", "held", "agreement", "no_agreement", "follow_up", "not_held"):
        rows.update(status=status)
        circle.refresh_from_db()
        assert plans.may_plan(circle), status
    other = make.make_user(Role.COORDINATOR, place.district, place.school)
    with pytest.raises(StepNotAllowed, match="Only those who keep"):
        plans.plan_return(circle=circle, returns_on=back, by=other)
    assert plans.plan_return(circle=circle, returns_on=back, by=keeping).returns_on == back


def test_what_stands_in_a_plan(place, circle, plan):
    student = circle.participants.get(role="focus")
    aunt = take_part(circle, None, "supporter", name="An aunt", supporter_of=student)
    coordinator = place.coordinator
    duty = responsibility(place, plan)
    plans.add_item(plan=plan, kind="need", text="A quiet place at noon.", by=coordinator)
    plans.add_item(plan=plan, kind="supporter", person=aunt, by=coordinator)
    plans.add_item(plan=plan, kind="supporter", text="The coach", by=coordinator)
    assert [plans.words_of(one) for one in plan.items.all()] == [
        CANARY,
        "A quiet place at noon.",
        "",
        "The coach",
    ]
    elsewhere = place.prepared().participants.first()
    for wrong, field in (
        ({"kind": "x", "text": "y"}, "kind"),
        ({"kind": "need"}, "text"),
        ({"kind": "support", "text": "y" * 501}, "text"),
        ({"kind": "duty", "text": "y", "due_on": plan.returns_on}, "person"),
        ({"kind": "duty", "text": "y", "person": student}, "due_on"),
        ({"kind": "duty", "text": "y", "person": elsewhere, "due_on": plan.returns_on}, "person"),
        ({"kind": "supporter"}, "person"),
        ({"kind": "supporter", "person": aunt, "text": "y"}, "person"),
        ({"kind": "supporter", "person": student}, "person"),
    ):
        with pytest.raises(ValidationError) as refused:
            plans.add_item(plan=plan, **wrong, by=coordinator)
        assert list(refused.value.message_dict) == [field], wrong
    with pytest.raises(ValidationError):
        plans.finish_item(item=duty, on=place.today + DAY, by=coordinator)
    plans.finish_item(item=duty, on=place.today, by=coordinator)
    with pytest.raises(StepNotAllowed):
        plans.finish_item(item=duty, on=place.today, by=coordinator)
    plans.drop_item(item=duty, by=coordinator)
    with pytest.raises(StepNotAllowed):
        plans.drop_item(item=duty, by=coordinator)


def test_without_a_key_nothing_is_written(place, plan, settings):
    settings.CASE_NOTES_KEYS = []
    with pytest.raises(ValidationError, match="nobody has set a key"):
        plans.add_item(plan=plan, kind="need", text="x", by=place.coordinator)


def test_the_first_week_is_ticked_day_by_day(place, plan, time_machine):
    first = plan.check_ins.get(day=1)
    record = {"check_in": first, "by": place.coordinator}
    with pytest.raises(ValidationError):
        plans.record_check_in(**record, on=place.today, outcome="perhaps")
    with pytest.raises(ValidationError, match="not back yet"):
        plans.record_check_in(**record, on=place.today, outcome="well")
    with pytest.raises(ValidationError, match="not come yet"):
        plans.record_check_in(**record, on=first.due_on, outcome="well")
    WelcomePlan.objects.filter(pk=plan.pk).update(returns_on=place.today)
    plans.record_check_in(**record, on=place.today, outcome="hard")
    first.refresh_from_db()
    assert (first.done_on, first.outcome, first.by) == (place.today, "hard", place.coordinator)
    with pytest.raises(StepNotAllowed):
        plans.record_check_in(**record, on=place.today, outcome="well")
    with pytest.raises(StepNotAllowed, match="was held already"):
        plans.move_return(plan=plan, returns_on=plan.returns_on, by=place.coordinator)


def test_a_closed_case_is_final(place, circle, plan):
    item, first = responsibility(place, plan), plan.check_ins.first()
    Circle.objects.filter(pk=circle.pk).update(status="closed", close_reason="moved", closed_on=place.today)
    for verb in (
        lambda: plans.add_item(plan=plan, kind="need", text="x", by=place.coordinator),
        lambda: plans.move_return(plan=plan, returns_on=plan.returns_on, by=place.coordinator),
        lambda: plans.finish_item(item=item, on=place.today, by=place.coordinator),
        lambda: plans.drop_item(item=item, by=place.coordinator),
        lambda: plans.record_check_in(check_in=first, on=place.today, outcome="well", by=place.coordinator),
    ):
        with pytest.raises(StepNotAllowed):
            verb()


# --- Who reads what --------------------------------------------------------------------------------------------------
def test_the_words_are_sealed_and_purged_with_the_notes(place, circle, plan, settings):
    item = responsibility(place, plan)
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of tables
            found += [table for row in cursor.fetchall() if "canary" in str(row).lower()]
        if connection.vendor == "sqlite":
            assert b"canary" not in bytes(connection.connection.serialize()).lower()
    assert found == []
    assert plans.words_of(item) == CANARY
    trail = json.dumps(list(AuditEvent.objects.values_list("changes", "details")))
    assert item.sealed not in trail, "nothing stays in the trail that a key could open later"
    settings.CASE_NOTES_KEEP_DAYS = 10
    cases.close_case(circle=circle, reason="moved", by=place.coordinator)
    assert purge_notes(place.district, today=place.today + 11 * DAY) == 1
    item.refresh_from_db()
    assert (item.sealed, plans.words_of(item), item.purged_at is not None) == ("", "", True)
    assert WelcomePlan.objects.get().check_ins.count() == 5


def test_every_field_by_every_role(place, circle, plan, client_for, keeping):
    """Pages, endpoints, files, search, filters and order: words to the team, days to who works on it."""
    item = responsibility(place, plan)
    WelcomePlan.objects.filter(pk=plan.pk).update(returns_on=place.today)
    first = plan.check_ins.first()
    plans.record_check_in(check_in=first, on=place.today, outcome="hard", by=place.coordinator)
    organization = make.make_organization(place.district)
    people = {
        role.value: make.make_user(
            role,
            place.district,
            None if role in NEEDS_ORGANIZATION or role in (Role.LEADER, Role.RECORDS) else place.school,
            organization=organization if role in NEEDS_ORGANIZATION else None,
        )
        for role in Role
    }
    deciding = make.make_user(Role.COORDINATOR, place.district, place.school)
    RoleGrant.objects.create(user=deciding, role=Role.OFFICER, district=place.district, school=place.school)
    people |= {"owner": place.coordinator, "keeper": keeping, "deciding": deciding}
    pages = [
        reverse("circle_detail", args=[circle.uid]),
        reverse("referral_detail", args=[place.referral.uid]),
        reverse("desk"),
        reverse("duty_list"),
        reverse("audit_event_list"),
        f"{reverse('circle_list')}?search=canary",
        *(f"/api/v1/circle-welcome-plans/{path}" for path in ("", f"{plan.uid}/", "?format=csv", "?search=canary")),
        *(f"/api/v1/circle-plan-items/{path}" for path in ("", f"{item.uid}/", "?format=csv", "?ordering=sealed")),
        *(f"/api/v1/circle-check-ins/{path}" for path in ("", f"{first.uid}/", "?format=csv")),
        *("/api/v1/circles/", f"/api/v1/circles/{circle.uid}/", "/api/v1/audit-events/"),
    ]
    told: dict[str, set[str]] = {"words": set(), "outcome": set(), "exists": set()}
    tried = 0
    for name, user in people.items():
        client = client_for(User.objects.get(pk=user.pk))
        for address in pages:
            response = client.get(address)
            assert response.status_code < 500, address
            body = b"".join(response.streaming_content) if response.streaming else response.content
            text = body.decode(errors="replace")
            tried += 1
            told["words"] |= {name} if CANARY in text else set()
            told["outcome"] |= {name} if '"outcome":"hard"' in text or "something has to change" in text else set()
            told["exists"] |= {name} if "1 of 5 check-ins held" in text or '"check_ins_held":1' in text else set()
            assert item.sealed[:40] not in text
    works = {"owner", "keeper", "coordinator", "deciding"}
    assert tried == len(people) * len(pages)
    assert told["words"] == {"owner", "keeper"}
    assert told["outcome"] == works
    assert told["exists"] == works | {"officer", "principal", "records"}


def test_a_closed_case_is_lost_to_its_keeper(place, circle, plan, client_for, keeping):
    responsibility(place, plan)
    address = reverse("circle_detail", args=[circle.uid])
    assert CANARY in client_for(keeping).get(address).content.decode()
    cases.close_case(circle=circle, reason="moved", by=place.coordinator)
    assert client_for(keeping).get(address).status_code == 404
    text = client_for(place.coordinator).get(address).content.decode()
    assert CANARY in text
    assert "Add to the plan" not in text


def test_words_that_no_key_opens(place, circle, plan, client_for, settings):
    item = responsibility(place, plan)
    settings.CASE_NOTES_KEYS = [Fernet.generate_key().decode()]
    client = client_for(place.coordinator)
    assert "No key at hand opens it." in client.get(reverse("circle_detail", args=[circle.uid])).content.decode()
    assert client.get(f"/api/v1/circle-plan-items/{item.uid}/").json()["text"] is None


def test_what_was_written_stays_with_the_person_when_records_are_merged(place, circle, plan, client_for):
    """Named twice in a case, the second entry is voided: worksheets and tasks go to the first, its links are dead."""
    second = make.make_student(place.district)
    make.enroll(second, place.school, place.year, refresh=False)
    double = take_part(circle, second, "community")
    link, _secret = make_voice_link(participant=double, paper="worksheet", by=place.coordinator)
    keep_worksheet(link=link, answers={"happened": CANARY}, language="en")
    item = responsibility(place, plan, person=double)
    _link, secret = make_voice_link(participant=double, paper="worksheet", by=place.coordinator)
    custodian = make.make_user(Role.RECORDS, place.district)
    merge_students(kept=place.responsible, merged=second, reason="One student.", by=custodian)
    stays = circle.participants.standing().get(student=place.responsible)
    item.refresh_from_db()
    assert (stays.worksheets.count(), item.person) == (1, stays)
    assert opened_by(secret) is None
    address = reverse("circle_worksheets", args=[circle.uid])
    assert CANARY in client_for(place.coordinator).get(address).content.decode()


# --- Duties, desk, pages, endpoints ----------------------------------------------------------------------------------
def test_check_ins_fall_due_for_the_team_and_name_nobody(place, circle, plan, keeping, client_for):
    responsibility(place, plan, due_on=plan.returns_on - DAY)
    span = {"since": place.today, "until": place.today + 120 * DAY}
    other = make.make_user(Role.COORDINATOR, place.district, place.school)
    for user in (place.coordinator, keeping):
        found = duties_of(User.objects.get(pk=user.pk), **span)
        assert [str(duty.words) for duty in found] == [
            "Something of a plan for the way back is due",
            *["Check in: how is the first week back?"] * 5,
        ]
        assert [duty.on for duty in found[1:]] == list(plan.check_ins.values_list("due_on", flat=True))
    assert duties_of(User.objects.get(pk=other.pk), **span) == []
    text = client_for(place.coordinator).get(reverse("duty_list")).content.decode()
    assert "first week back" in text
    assert place.responsible.person.name not in text
    CheckIn.objects.filter(day=1).update(due_on=place.today)
    PlanItem.objects.update(due_on=place.today - DAY)
    group = first_weeks(User.objects.get(pk=place.coordinator.pk))
    assert group is not None
    assert [str(task.title) for task in group.tasks] == ["Something of the plan is not done", "How was school day 1?"]
    assert "First week back" in client_for(place.coordinator).get(reverse("desk")).content.decode()
    assert first_weeks(User.objects.get(pk=other.pk)) is None
    assert first_weeks(User.objects.get(pk=place.officer.pk)) is None


def test_the_desk_leads_from_a_removal_to_a_re_entry_case(place, client_for):
    removal = make.remove(place.referral.incident, place.responsible, begins_on=place.today)
    practice = make_practice(place.district, "re-entry-circle", 3, name="Re-entry circle")
    client = client_for(place.coordinator)
    address = f"{reverse('circle_new')}?removal={removal.uid}"
    assert address in client.get(reverse("desk")).content.decode()
    form = client.get(address).context["form"]
    assert str(form["practice"].value()) == str(practice.uid)
    assert str(form["removal"].value()) == str(removal.uid)
    sent = {"practice": form["practice"].value(), "removal": form["removal"].value()}
    assert client.post(address, sent).status_code == 302
    circle = Circle.objects.get(removal=removal)
    assert (circle.origin, circle.practice) == ("removal", practice)
    assert circle.participants.get().role == CircleParticipant.Role.FOCUS
    assert address not in client.get(reverse("desk")).content.decode()
    foreign = f"{reverse('circle_new')}?removal={circle.uid}"
    assert client.get(foreign).context["form"]["practice"].value() is None


def test_the_pages_of_a_plan(place, circle, client_for, back):
    client, home = client_for(place.coordinator), reverse("circle_detail", args=[circle.uid])
    address = reverse("circle_step", args=[circle.uid, "plan-return"])
    assert address in client.get(home).content.decode()
    assert client.post(address, {"returns_on": back.isoformat()}).status_code == 302
    plan = WelcomePlan.objects.get()
    text = client.get(home).content.decode()
    assert address not in text
    assert "0 of 5 check-ins held" in text
    add = reverse("welcome_plan_step", args=[plan.uid, "add-item"])
    assert add in text
    assert client.post(add, {"kind": "need"}).status_code == 200
    assert client.post(add, {"kind": "need", "text": CANARY}).status_code == 302
    item = PlanItem.objects.get()
    done = reverse("plan_item_step", args=[item.uid, "finish"])
    assert CANARY in client.get(home).content.decode()
    assert client.post(done, {"on": place.today.isoformat()}).status_code == 302
    WelcomePlan.objects.update(returns_on=place.today)
    first = plan.check_ins.first()
    record = reverse("check_in_step", args=[first.uid, "record"])
    assert record in client.get(home).content.decode()
    assert client.post(record, {"on": place.today.isoformat(), "outcome": "well"}).status_code == 302
    text = client.get(home).content.decode()
    assert "1 of 5 check-ins held" in text
    assert "It went well" in text


def test_what_the_page_of_a_case_costs_does_not_grow_with_its_plan(place, circle, plan, client_for):
    client, home = client_for(place.coordinator), reverse("circle_detail", args=[circle.uid])
    client.get(home)
    responsibility(place, plan)
    make_voice_link(participant=circle.participants.get(), paper="worksheet", by=place.coordinator)
    with CaptureQueriesContext(connection) as one:
        client.get(home)
    for number in range(3):
        person = take_part(circle, None, "supporter", name=f"Supporter {number}")
        responsibility(place, plan, person=person)
        make_voice_link(participant=person, paper="worksheet", by=place.coordinator)
    with CaptureQueriesContext(connection) as several:
        client.get(home)
    assert len(several) == len(one)
    span = {"since": place.today, "until": place.today + 120 * DAY}
    with CaptureQueriesContext(connection) as spent:
        duties_of(place.coordinator, **span)
    assert len(spent) <= 7


def test_a_plan_through_the_api(place, circle, back, django_assert_max_num_queries):
    api = APIClient()
    api.force_authenticate(place.coordinator)
    answer = api.post(f"/api/v1/circles/{circle.uid}/plan-return/", {"returns_on": back.isoformat()}, format="json")
    assert answer.status_code == 200, answer.content
    (row,) = api.get(f"/api/v1/circle-welcome-plans/?circle={circle.uid}").json()["results"]
    assert (row["check_ins_planned"], row["check_ins_held"], row["returns_on"]) == (5, 0, back.isoformat())
    detail = f"/api/v1/circle-welcome-plans/{row['id']}/"
    person = str(circle.participants.get().uid)
    body = {"kind": "duty", "text": CANARY, "person": person, "due_on": back.isoformat()}
    assert api.post(f"{detail}add-item/", body, format="json").status_code == 200
    assert api.post(f"{detail}add-item/", body | {"due_on": None}, format="json").status_code == 400
    (item,) = api.get("/api/v1/circle-plan-items/?kind=duty&done=false").json()["results"]
    assert "text" not in item
    one = f"/api/v1/circle-plan-items/{item['id']}/"
    assert api.get(one).json()["text"] == CANARY
    assert api.post(f"{one}finish/", {"on": place.today.isoformat()}, format="json").json()["done_on"]
    assert api.post(f"{one}drop/", {}, format="json").json()["dropped"] is True
    assert api.post(f"{one}drop/", {}, format="json").status_code == 409
    check_ins = api.get(f"/api/v1/circle-check-ins/?plan={row['id']}&done=false").json()["results"]
    assert [one["day"] for one in check_ins] == [1, 2, 3, 4, 5]
    assert api.get("/api/v1/circle-check-ins/?overdue=true").json()["count"] == 0
    early = {"on": place.today.isoformat(), "outcome": "well"}
    assert api.post(f"/api/v1/circle-check-ins/{check_ins[0]['id']}/record/", early, format="json").status_code == 400
    api.force_authenticate(place.officer)
    assert api.get(detail).json()["check_ins"] == []
    assert api.get("/api/v1/circle-plan-items/").status_code == 403
    assert api.post(f"{detail}add-item/", body, format="json").status_code == 403
