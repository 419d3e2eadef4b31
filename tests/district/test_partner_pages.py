"""Organizations, memoranda and grants on pages: the same verbs and the same scope as the API."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.access import Role
from district.models import AuditEvent, Memorandum, Organization, RoleGrant
from tests import factories as make


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def leader(world, client_for):
    return client_for(world.user(Role.LEADER))


@pytest.fixture
def partner(world, client_for):
    return client_for(world.user(Role.PARTNER))


# --- Organizations -------------------------------------------------------------------------------------------------
def test_leadership_adds_and_changes_an_organization(world, leader):
    answer = leader.post(reverse("organization_new"), {"name": "Peace Table", "email": "table@example.org"})
    organization = Organization.objects.get(name="Peace Table")
    assert answer["Location"] == reverse("organization_detail", args=[organization.uid])
    assert organization.district == world.district
    change = reverse("organization_change", args=[organization.uid])
    assert change in text_of(leader.get(answer["Location"]))
    assert leader.post(change, {"name": "Peace Table", "email": ""}).status_code == 302
    organization.refresh_from_db()
    assert organization.email == ""
    actions = AuditEvent.objects.filter(object_uid=organization.uid).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["create", "update"]


def test_what_an_organization_may_not_be_is_said(world, leader):
    for sent in ({"name": "Neighbors United"}, {"name": ""}, {"name": "New", "email": "nobody"}):
        answer = leader.post(reverse("organization_new"), sent)
        assert answer.status_code == 200
        assert "Nothing was saved yet" in text_of(answer)
    assert Organization.objects.filter(district=world.district).count() == 1


def test_who_acts_in_several_districts_says_which(world, leader):
    RoleGrant.objects.create(user=world.users[Role.LEADER], role=Role.LEADER, district=world.other)
    assert 'name="district"' in text_of(leader.get(reverse("organization_new")))
    leader.post(reverse("organization_new"), {"name": "There", "district": str(world.other.uid)})
    assert Organization.objects.get(name="There").district == world.other


def test_a_grant_at_a_school_writes_nothing_of_the_whole_district(world, client_for):
    user = make.make_user(Role.LEADER, world.district, world.north)
    answer = client_for(user).post(reverse("organization_new"), {"name": "From one school"})
    assert answer.status_code == 200
    assert "does not reach a whole district" in text_of(answer)
    assert not Organization.objects.filter(name="From one school").exists()


def test_only_who_may_change_an_organization_is_offered_it(world, partner):
    organization = Organization.objects.get(name="Neighbors United")
    page = text_of(partner.get(reverse("organization_detail", args=[organization.uid])))
    assert reverse("organization_change", args=[organization.uid]) not in page
    assert reverse("organization_new") not in text_of(partner.get(reverse("organization_list")))


# --- Memoranda -----------------------------------------------------------------------------------------------------
def test_leadership_and_the_partner_add_memoranda(world, leader, partner):
    organization = Organization.objects.get(name="Neighbors United")
    for client, title in ((leader, "From leadership"), (partner, "From the partner")):
        answer = client.post(
            reverse("memorandum_new"),
            {
                "organization": str(organization.uid),
                "title": title,
                "begins_on": "2026-09-01",
                "ends_on": "2027-06-30",
                "schools": [str(world.north.uid), str(world.south.uid)],
            },
        )
        memorandum = Memorandum.objects.get(title=title)
        assert answer["Location"] == reverse("memorandum_detail", args=[memorandum.uid])
        assert (memorandum.begins_on, memorandum.ends_on) == (date(2026, 9, 1), date(2027, 6, 30))
        assert set(memorandum.schools.all()) == {world.north, world.south}


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"begins_on": ""},
        {"begins_on": "9/1/2026"},
        {"ends_on": "2020-01-01"},
        {"organization": ""},
        {"organization": "elsewhere"},
        {"schools": "far"},
    ],
    ids=str,
)
def test_what_a_memorandum_may_not_be_is_said(world, leader, change):
    organization = Organization.objects.get(name="Neighbors United")
    foreign = Organization.objects.get(name="Elsewhere Together")
    sent = {"organization": str(organization.uid), "title": "T", "begins_on": "2026-09-01"} | change
    sent = {
        key: {"elsewhere": str(foreign.uid), "far": str(world.far.uid)}.get(text, text) for key, text in sent.items()
    }
    answer = leader.post(reverse("memorandum_new"), sent)
    assert answer.status_code == 200
    assert "Nothing was saved yet" in text_of(answer)
    assert Memorandum.objects.count() == 2


def test_a_partner_signs_for_its_own_organization_only(world, partner):
    make.make_organization(world.district, "Another House")
    page = text_of(partner.get(reverse("memorandum_new")))
    assert "Neighbors United" in page
    assert "Another House" not in page
    assert "selected>Neighbors United" in page  # the only one is chosen already


# --- Grants --------------------------------------------------------------------------------------------------------
def test_grants_are_seen_by_district_or_school(world, leader, client_for):
    page = text_of(leader.get(reverse("grant_list")))
    assert page.count('<th scope="row"') == len(Role)
    assert "Restorative coordinator" in page
    assert "North School" in page
    make.make_user(Role.OFFICER, world.district, world.south, email="south@example.org")
    make.make_user(Role.LEADER, world.other, email="elsewhere@example.org")
    principal = text_of(client_for(world.user(Role.PRINCIPAL)).get(reverse("grant_list")))
    assert "officer@example.org" in principal
    for outside in ("south@example.org", "elsewhere@example.org", "leader@example.org"):
        assert outside not in principal
    assert "elsewhere@example.org" not in text_of(leader.get(reverse("grant_list")))


def test_grants_say_whether_they_hold_and_are_found_by_day_and_role(world, leader):
    user = make.make_user(email="temporary@example.org")
    for role, begins_on, ends_on in (("officer", None, date(2020, 6, 30)), ("staff", date(2099, 7, 1), None)):
        RoleGrant.objects.create(
            user=user, role=role, district=world.district, school=world.north, begins_on=begins_on, ends_on=ends_on
        )
    page = text_of(leader.get(f"{reverse('grant_list')}?search=temporary"))
    assert page.count("temporary@example.org</") == 2
    assert "Ended" in page
    assert "Begins later" in page
    held = text_of(leader.get(f"{reverse('grant_list')}?search=temporary&holds_on=2020-06-30"))
    assert held.count('<th scope="row"') == 1
    assert "1 of 14 found" in held
    officers = text_of(leader.get(f"{reverse('grant_list')}?role=officer"))
    assert officers.count('<th scope="row"') == 2


@pytest.mark.parametrize("name", ["grant_list", "organization_list", "memorandum_list", "saved_view_list"])
def test_a_list_asks_the_same_number_of_queries_however_many_rows(world, leader, name):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(reverse(name)).status_code == 200
        return len(captured)

    leader.get(reverse(name))
    few = queries()
    for number in range(8):
        organization = make.make_organization(world.district)
        make.make_memorandum(organization, world.north, world.south)
        make.make_user(Role.TRAINER, world.district, organization=organization)
        make.make_saved_view(world.users[Role.LEADER], f"{('staff', 'school', 'grant')[number % 3]}_list")
    assert queries() == few
    assert few <= 20
