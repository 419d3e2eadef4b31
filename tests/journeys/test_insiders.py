"""Curious insiders and attackers: what each tries, and that it gets them nothing and leaves its trace."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from rest_framework.test import APIClient

from discipline.models import Incident, Involvement, Referral, Removal
from district.access import Role
from district.models import (
    AuditEvent,
    Enrollment,
    Memorandum,
    Organization,
    RoleGrant,
    School,
    Student,
    User,
)
from tests import factories as make
from tests.signing_in import sign_in

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


# --- Grants that reach further than they say -----------------------------------------------------------------------
def test_a_partner_at_one_school_has_no_part_in_the_memoranda_of_others_there(world, client_for):
    """A grant may name a school and an organization: it is the organization that counts."""
    own = make.make_organization(world.district, "Own")
    mine = make.make_memorandum(own, world.north)
    theirs = Memorandum.objects.get(organization__name="Neighbors United")
    partner = make.make_user(Role.PARTNER, world.district, world.north, organization=own)
    caller = api_as(partner)
    assert [row["id"] for row in caller.get(f"{V1}memoranda/").json()["results"]] == [str(mine.uid)]
    assert caller.patch(f"{V1}memoranda/{theirs.uid}/", {"title": "Taken over"}, format="json").status_code == 404
    assert client_for(partner).get(reverse("memorandum_detail", args=[theirs.uid])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.title != "Taken over"


def test_leadership_of_one_school_writes_no_organization_of_the_district(world):
    """Organizations belong to the district; a grant at a school does not reach them."""
    caller = api_as(make.make_user(Role.LEADER, world.district, world.north))
    known = Organization.objects.get(name="Neighbors United")
    assert caller.post(f"{V1}organizations/", {"name": "New"}, format="json").status_code == 400
    named = {"name": "New", "district": world.district.code}
    assert caller.post(f"{V1}organizations/", named, format="json").status_code == 400
    assert caller.patch(f"{V1}organizations/{known.uid}/", {"name": "New"}, format="json").status_code == 404
    assert not Organization.objects.filter(name="New").exists()


def test_a_school_sees_a_student_from_the_day_of_entry(world, client_for):
    """The school a student will move to sees nothing before; whoever keeps the records of the district does."""
    today = world.district.today()
    moving = make.make_student(world.district, race="WH")
    make.enroll(moving, world.south, world.year)
    coming = make.enroll(moving, world.north, world.year, begins_on=today + timedelta(days=3))
    officer, custodian = world.user(Role.OFFICER), world.user(Role.RECORDS)
    pages = {reader: client_for(reader) for reader in (officer, custodian)}

    def seen_by(reader: User) -> list[bool]:
        caller = api_as(again(reader))
        listed = caller.get(f"{V1}enrollments/", {"student": str(moving.uid)}).json()["results"]
        return [
            pages[reader].get(reverse("student_detail", args=[moving.uid])).status_code == 200,
            caller.get(f"{V1}students/{moving.uid}/").status_code == 200,
            str(coming.uid) in [row["id"] for row in listed],
        ]

    assert seen_by(officer) == [False, False, False]
    assert seen_by(custodian) == [True, True, True]
    Enrollment.objects.filter(pk=coming.pk).update(begins_on=today)
    assert seen_by(officer) == [True, True, True]


# --- Two grants ----------------------------------------------------------------------------------------------------
def test_two_grants_never_add_up(world, client_for):
    """A coordinator at north who is officer at south: no file, no narrative, no student and no void of north."""
    person = make.make_user(Role.COORDINATOR, world.district, world.north)
    RoleGrant.objects.create(user=person, role=Role.OFFICER, district=world.district, school=world.south)
    caller, browser = api_as(again(person)), sign_in(person)
    north, south = (Referral.objects.get(school=school) for school in (world.north, world.south))
    listed = {row["id"] for row in caller.get(f"{V1}referrals/").json()["results"]}
    assert listed == {str(north.uid), str(south.uid)}
    for file in (caller.get(f"{V1}referrals/?format=csv"), browser.get(f"{reverse('referral_list')}?format=csv")):
        text = b"".join(file.streaming_content).decode()
        assert str(south.uid) in text
        assert str(north.uid) not in text
    void = caller.post(f"{V1}referrals/{north.uid}/void/", {"reason": "Mine"}, format="json")
    assert void.status_code == 404
    page = page_text(browser.get(reverse("referral_detail", args=[north.uid])))
    assert "What happened at North School." not in page
    assert str(north.incident.uid) not in page
    assert str(world.student.uid) not in page
    for kind in ("incident", "student"):
        key = {"incident": north.incident, "student": world.student}[kind].uid
        assert browser.get(reverse(f"{kind}_detail", args=[key])).status_code == 404
        assert caller.get(f"{V1}{kind}s/{key}/").status_code == 404


def test_figures_do_not_tell_when_another_school_changed_its_records(world):
    caller = api_as(world.user(Role.OFFICER))

    def as_of() -> str:
        return caller.get(f"{V1}dashboards/suspension-rates/").json()["definition"]["as_of"]

    before = as_of()
    later = timezone.now() + timedelta(days=1)
    Removal.objects.filter(school=world.south).update(updated_at=later)
    assert as_of() == before
    Removal.objects.filter(school=world.north).update(updated_at=later)
    assert as_of() != before


# --- Files ---------------------------------------------------------------------------------------------------------
def test_the_api_is_no_way_around_the_rules_for_files_of_pages(world, time_machine):
    """With a browser's session a file through the API needs what a page needs; a token is made for more."""
    caller = sign_in(world.user(Role.OFFICER))
    address = f"{V1}students/?format=csv"
    assert caller.get(address).status_code == 200
    for _more in range(200):
        make.enroll(make.make_student(world.district), world.north, world.year, refresh=False)
    too_many = caller.get(address)
    assert too_many.status_code == 403
    assert "200" in too_many.json()["detail"]
    assert caller.get(f"{address}&local_id={world.student.local_id}").status_code == 200
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    stale = caller.get(f"{address}&local_id={world.student.local_id}")
    assert stale.status_code == 403
    assert AuditEvent.objects.filter(action="export").count() == 2


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_file_of_figures_that_cannot_be_recorded_is_503(world, client_for, monkeypatch, file_format):
    from django.db import ProgrammingError

    from district import audit

    def refused(*args, **event):
        raise ProgrammingError("permission denied for table district_auditevent")

    leader = world.user(Role.LEADER)
    page, caller = client_for(leader), api_as(leader)
    monkeypatch.setattr(audit, "record", refused)
    assert page.get(f"{reverse('suspension_rates')}?format={file_format}").status_code == 503
    assert caller.get(f"{V1}dashboards/suspension-rates/?format={file_format}").status_code == 503


# --- The trace -----------------------------------------------------------------------------------------------------
def test_what_is_read_in_two_districts_stands_in_the_trail_of_both(world, client_for):
    person = make.make_user(Role.OFFICER, world.district, world.north)
    RoleGrant.objects.create(user=person, role=Role.OFFICER, district=world.other, school=world.far)
    client_for(again(person)).get(reverse("student_list"))
    api_as(again(person)).get(f"{V1}students/?format=csv")
    for district in (world.district, world.other):
        auditor = make.make_user(Role.AUDITOR, district)
        found = AuditEvent.objects.visible_to(auditor).filter(actor=person.email)
        assert sorted(found.values_list("action", flat=True)) == ["export", "view"]


def test_a_principal_sees_who_of_the_school_opened_a_student(world, client_for):
    client_for(world.user(Role.OFFICER)).get(reverse("student_detail", args=[world.student.uid]))
    (event,) = AuditEvent.objects.visible_to(world.user(Role.PRINCIPAL)).filter(object_type="student")
    assert (event.student_id, event.actor) == (world.student.pk, "officer@example.org")


# --- Roles without students ----------------------------------------------------------------------------------------
WITHOUT_STUDENTS = (Role.TRAINER, Role.PARTNER, Role.LEADER, Role.ADMIN, Role.AUDITOR, Role.OMBUDS, Role.FACILITATOR)


def addresses(world) -> list[str]:
    """Every page and endpoint, with the record of each kind and with filters that probe for students."""
    kinds = {"student": Student, "incident": Incident, "referral": Referral, "removal": Removal}
    found = [reverse(name) for name in ("desk", "help", "help_roles", "help_methods", "suspension_rates")]
    words = ("student", "staff", "school", "organization", "memorandum", "import", "audit_event", "referral")
    found += [reverse(f"{word}_list") for word in (*words, "incident", "removal", "suspension", "behavior")]
    found += [reverse(f"{kind}_detail", args=[row.uid]) for kind, model in kinds.items() for row in model.objects.all()]
    found += [reverse("school_detail", args=[school.uid]) for school in School.objects.all()]
    collections = "students enrollments incidents referrals removals suspensions imports audit-events staff schools"
    found += [f"{V1}{name}/" for name in collections.split()]
    found += [f"{V1}dashboards/suspension-rates/?by=race", f"{V1}nothing/"]
    student = Student.objects.first()
    probes = (f"student={student.uid}", f"search={student.person.family_name}", f"local_id={student.local_id}")
    return found + [f"{one}?{probe}" for one in found if "?" not in one for probe in probes]


@pytest.mark.once
@pytest.mark.parametrize("role", WITHOUT_STUDENTS)
def test_no_page_or_answer_names_a_student_to_those_who_may_not_know_them(world, client_for, role):
    """After a custodian has looked at everything, so that the trail, the menus and the counts hold what they hold."""
    custodian = client_for(world.user(Role.RECORDS))
    everything = addresses(world)
    for address in everything:
        custodian.get(address)
    client = client_for(world.user(role))
    students = Student.objects.select_related("person")
    secrets = [text for one in students for text in (one.person.given_name, one.person.family_name, one.local_id)]
    for address in everything:
        text = page_text(client.get(address))
        # What a reader typed into a search box stands in the box again, so those words are looked for elsewhere only.
        typed = address.partition("?")[2]
        found = [secret for secret in secrets if secret not in typed and re.search(rf"\b{secret}\b", text)]
        assert found == [], f"{role} reads {found} at {address}"


# --- Reading that leaves nothing else ------------------------------------------------------------------------------
def everything_stored() -> dict[str, int]:
    """A fingerprint of each table but the trail and the sessions."""
    kept = {}
    for table in connection.introspection.table_names():
        if table in ("district_auditevent", "django_session"):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of our tables
            kept[table] = hash(tuple(sorted(map(repr, cursor.fetchall()))))
    return kept


def test_no_safe_method_changes_a_row(world, client_for):
    clients = [client_for(world.user(role)) for role in (Role.RECORDS, Role.PRINCIPAL, Role.LEADER)]
    # The first look at figures keeps counts for the next one; they are no record, and later looks leave them alone.
    for address in addresses(world):
        if "dashboards" in address:
            clients[0].get(address)
    before = everything_stored()
    for client in clients:
        for address in addresses(world):
            for method in (client.get, client.head, client.options):
                assert method(address).status_code < 500, address
    assert everything_stored() == before


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("door", ["page", "api"])
def test_out_of_scope_and_absent_are_byte_for_byte_the_same(world, client_for, method, door):
    client = client_for(world.user(Role.OFFICER))
    masks = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    absent = "0" * 8 + "-0000-4000-8000-" + "0" * 12
    for kind, row in {"student": world.far_student, "removal": world.south_student.removals.get()}.items():
        answers = []
        for key in (row.uid, absent):
            path = reverse(f"{kind}_detail", args=[key]) if door == "page" else f"{V1}{kind}s/{key}/"
            answer = getattr(client, method)(path)
            answers.append((answer.status_code, sorted(answer.headers.items()), masks.sub(b"", answer.content)))
        assert answers[0] == answers[1]


# --- Text that is more than text -----------------------------------------------------------------------------------
PAYLOAD = (
    "<script>alert(1)</script>\"><img src=x onerror=alert(1)></title><svg onload=alert(1)>{{ 7|add:7 }}'-alert(1)-'"
)
ALIVE = ("<script>alert", "<img src=x", "<svg onload", "'-alert(1)-'", ">14'")
"""What of it a page may not hold: it would be markup, the end of an attribute, or a template that was run."""


@pytest.mark.once
def test_stored_text_stays_text_on_every_page(world, client_for):
    people = [world.student.person, world.south_student.person]
    for person in people:
        person.given_name = PAYLOAD
        person.save()
    for model in (School, Organization, type(world.district)):
        model.objects.filter(pk__in=model.objects.values("pk")[:1]).update(name=PAYLOAD)
    Memorandum.objects.update(title=PAYLOAD)
    world.district.behaviors.update(title=PAYLOAD, category=PAYLOAD[:100], definition=PAYLOAD)
    Removal.objects.update(void_reason=PAYLOAD, voided_at=timezone.now())
    Involvement.objects.update(description=PAYLOAD, reported_by=PAYLOAD)
    earlier = make.make_school_year(world.district, 2020)
    make.enroll(world.student, world.north, earlier)
    world.district.school_years.update(label=PAYLOAD)
    tried = set()
    for role in (Role.RECORDS, Role.PRINCIPAL, Role.PARTNER):
        client = client_for(world.user(role))
        pages = [one for one in addresses(world) if "?" not in one and not one.startswith("/api/")]
        pages += [reverse("memorandum_detail", args=[one.uid]) for one in Memorandum.objects.all()]
        pages += [reverse("behavior_detail", args=[one.uid]) for one in world.district.behaviors.all()]
        asked = urlencode({"search": PAYLOAD, "ordering": PAYLOAD, PAYLOAD: "1"})
        pages += [f"{reverse('suspension_rates')}?by={by}" for by in ("school", "race,school", "")]
        pages += [f"{reverse(name)}?{asked}" for name in ("student_list", "school_list", "suspension_rates")]
        for address in pages:
            answer = client.get(address)
            tried.add((address, answer.status_code))
            assert [text for text in ALIVE if text in page_text(answer)] == [], address
    assert len([1 for _address, status in tried if status == 200]) >= 30


def test_links_keep_codes_that_mean_something_in_an_address(world, client_for):
    School.objects.filter(pk=world.north.pk).update(code="A&district=TWO#1")
    world.district.behaviors.update(code="B&school=0002")
    client = client_for(world.user(Role.RECORDS))
    page = page_text(client.get(reverse("school_detail", args=[world.north.uid])))
    assert "?school=A%26district%3DTWO%231" in page
    page = page_text(client.get(reverse("behavior_detail", args=[world.district.behaviors.get().uid])))
    assert "?behavior=B%26school%3D0002" in page


# --- Ways in -------------------------------------------------------------------------------------------------------
ELSEWHERE = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "https:///evil.example",
)


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("page", ["account_login", "account_reauthenticate"])
def test_no_page_sends_its_reader_elsewhere(world, target, page):
    browser = Client()
    officer = world.user(Role.OFFICER)
    if page == "account_reauthenticate":
        sign_in(officer, client=browser)
    fields = {"login": officer.email, "password": make.PASSWORD, "next": target}
    answer = browser.post(f"{reverse(page)}?next={target}", fields)
    assert "evil.example" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("path", ["/api//evil.example", "/api/%0d%0aSet-Cookie:x=1", "//evil.example/api/v1"])
def test_the_way_to_the_last_slash_stays_on_this_host(db, path):
    answer = Client().get(path)
    location = answer.headers.get("Location", "")
    assert not location.startswith(("//", "http"))
    assert "\r" not in location
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "header", ["Token x", "token x", "TOKEN  x", "Token\tx", " Token x", "Basic token x", "Bearer token x", "Tokenx"]
)
@pytest.mark.parametrize("htmx", [False, True])
def test_no_header_takes_the_place_of_the_second_factor(world, settings, header, htmx):
    settings.MFA_REQUIRED = True
    browser = sign_in(world.user(Role.PRINCIPAL))
    headers = {"Authorization": header} | ({"HX-Request": "true", "HX-Boosted": "true"} if htmx else {})
    assert browser.get(f"{V1}students/", headers=headers).status_code in (401, 403)
    assert browser.post(f"{V1}memoranda/", {}, headers=headers).status_code in (401, 403)
    page = browser.get(reverse("student_list"), headers=headers)
    assert world.student.person.family_name not in page_text(page)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", "text/csv", "application/json;indent=9"])
def test_accept_opens_nothing_and_changes_no_form(world, client_for, accept):
    trainer, officer = client_for(world.user(Role.TRAINER)), client_for(world.user(Role.OFFICER))
    headers = {"Accept": accept, "X-HTTP-Method-Override": "DELETE"}
    assert trainer.get(f"{V1}students/", headers=headers).status_code == 403
    answer = officer.get(f"{V1}students/", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert not AuditEvent.objects.filter(action="export").exists()


def test_a_session_known_before_the_sign_in_is_worth_nothing(world):
    browser = Client()
    browser.get(reverse("account_login"))
    session = browser.session
    session["planted"] = 1
    session.save()
    browser.cookies[site.SESSION_COOKIE_NAME] = planted = session.session_key
    sign_in(world.user(Role.OFFICER), client=browser)
    assert browser.cookies[site.SESSION_COOKIE_NAME].value != planted
    thief = Client()
    thief.cookies[site.SESSION_COOKIE_NAME] = planted
    assert thief.get(reverse("student_list")).status_code == 302


def test_unknown_keys_are_refused_on_every_list_page(world, client_for):
    client = client_for(world.user(Role.RECORDS))
    names = ("student", "staff", "school", "import", "referral", "incident", "removal", "suspension", "behavior")
    keys = ("nosuch=1", "school__district__code=TWO", "person__birth_date=2010-01-01", "school=0001&school=0002")
    for name in names:
        for key in keys:
            answer = client.get(f"{reverse(f'{name}_list')}?{key}")
            assert answer.status_code == 400, (name, key)
            assert world.student.person.family_name not in page_text(answer)
    for key in keys[:3]:
        assert client.get(f"{reverse('suspension_rates')}?{key}").status_code == 400
