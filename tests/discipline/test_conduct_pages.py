"""The editor of the code of conduct in the browser, and what it says of other systems."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from discipline.models import Behavior, Referral
from district.access import Role
from district.models import AuditEvent
from tests import factories as make

FORM = {"code": "4.2", "title": "Disrespect", "subjective": "on"}


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def leader(world, client_for):
    return client_for(world.user(Role.LEADER))


@pytest.fixture
def used(world):
    return Behavior.objects.get(district=world.district)


def as_form(behavior: Behavior, **changes) -> dict[str, str]:
    """What the form of a behaviour posts when nothing was touched but `changes`."""
    names = ("code", "title", "definition", "level", "category", "max_response", "grades")
    names += ("ceds_behavior", "crdc_offense", "state_code")
    days = {name: getattr(behavior, name) or "" for name in ("valid_from", "valid_to")}
    return {name: getattr(behavior, name) for name in names} | days | changes


# --- Editing -------------------------------------------------------------------------------------------------------
def test_leadership_and_the_custodian_add_behaviors(world, client_for):
    for number, role in enumerate((Role.LEADER, Role.RECORDS)):
        client = client_for(world.user(role))
        assert reverse("behavior_new") in text_of(client.get(reverse("behavior_list")))
        answer = client.post(reverse("behavior_new"), FORM | {"code": f"N{number}", "valid_from": "2026-07-01"})
        behavior = Behavior.objects.get(district=world.district, code=f"N{number}")
        assert answer["Location"] == reverse("behavior_detail", args=[behavior.uid])
        assert (behavior.subjective, behavior.valid_from) == (True, date(2026, 7, 1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"code": "04645"}, "two things on the same day"),
        ({"valid_from": "7/1/2026"}, "Enter a date as YYYY-MM-DD"),
        ({"valid_from": "2026-07-01", "valid_to": "2026-01-01"}, "ends before it begins"),
        ({"ceds_behavior": "00000"}, "Select a valid choice"),
    ],
    ids=str,
)
def test_what_may_not_be_is_said_beside_its_field(world, leader, change, said):
    answer = leader.post(reverse("behavior_new"), FORM | change)
    page = text_of(answer)
    assert answer.status_code == 200
    assert "Nothing was saved yet" in page
    assert said in page
    assert not Behavior.objects.filter(title="Disrespect").exists()


def test_a_used_behavior_reads_otherwise_only_from_a_day_on(used, leader):
    address = reverse("behavior_change", args=[used.uid])
    assert "the last time on Tue, Nov 10, 2020" in text_of(leader.get(address))
    refused = text_of(leader.post(address, as_form(used, title="New words")))
    assert "Say from which day it reads otherwise" in refused
    assert 'href="#id_changes_on"' in refused
    answer = leader.post(address, as_form(used, title="New words", changes_on="2021-07-01"), follow=True)
    page = text_of(answer)
    assert "It reads like this from Thu, Jul 1, 2021." in page
    assert "How it has read" in page
    assert "until Wed, Jun 30, 2021" in page
    used.refresh_from_db()
    assert used.title == "Fighting"
    old = text_of(leader.get(reverse("behavior_detail", args=[used.uid])))
    assert "It held until Wed, Jun 30, 2021." in old
    assert "New words" in old


def test_a_definition_hard_to_read_is_saved_with_a_hint(world, leader):
    long = "Inappropriate conduct " + "and more conduct " * 10 + "of a disrespectful nature."
    answer = leader.post(reverse("behavior_new"), FORM | {"definition": long}, follow=True)
    page = text_of(answer)
    assert Behavior.objects.get(title="Disrespect").definition == long
    assert "A hint about the definition." in page
    assert "Words that depend on who is judging: inappropriate, disrespectful." in page


def test_a_behavior_ends_and_is_copied_on_its_own_page(world, leader):
    behavior = make.make_behavior(world.district, "A")
    record = reverse("behavior_detail", args=[behavior.uid])
    assert reverse("behavior_copy", args=[behavior.uid]) not in text_of(leader.get(record))
    end = reverse("behavior_end", args=[behavior.uid])
    assert "Nothing was saved yet" in text_of(leader.post(end, {"valid_to": ""}))
    assert leader.post(end, {"valid_to": "2026-06-30"})["Location"] == record
    assert "ends on Tue, Jun 30, 2026 already" in text_of(leader.post(end, {"valid_to": "2026-06-30"}))
    copy = reverse("behavior_copy", args=[behavior.uid])
    assert copy in text_of(leader.get(record))
    copied = Behavior.objects.get(uid=leader.post(copy)["Location"].split("/")[-2])
    assert (copied.valid_from, copied.valid_to) == (date(2026, 7, 1), date(2027, 6, 30))
    assert "two things on the same day" in text_of(leader.post(copy))


def test_a_reader_sees_no_way_to_change_anything(world, client_for, used):
    client = client_for(world.user(Role.STAFF))
    page = text_of(client.get(reverse("behavior_detail", args=[used.uid])))
    for step in ("change", "end", "copy"):
        assert reverse(f"behavior_{step}", args=[used.uid]) not in page
    assert reverse("behavior_new") not in text_of(client.get(reverse("behavior_list")))


def test_a_grant_at_a_school_writes_no_policy_of_the_district(world, client_for, used):
    client = client_for(make.make_user(Role.RECORDS, world.district, world.north))
    assert client.post(reverse("behavior_change", args=[used.uid]), as_form(used, state_code="7")).status_code == 404
    assert "does not reach a whole district" in text_of(client.post(reverse("behavior_new"), FORM))
    assert not AuditEvent.objects.filter(action__in=["create", "update"]).exists()


# --- Other systems -------------------------------------------------------------------------------------------------
@pytest.fixture
def mapped(world, used):
    """One of three behaviours without a CEDS code: two students of north were referred for it, one of south."""
    used.ceds_behavior, used.state_code = "04645", "7"
    used.save()
    unmapped = make.make_behavior(world.district, "U", "Unmapped")
    make.make_behavior(world.district, "X", "Long over", valid_to=date(2015, 6, 30))
    make.make_behavior(world.district, "Y", "Never used", ceds_behavior="04700", state_code="8")
    for school in (world.north, world.north, world.south):
        student = make.make_student(world.district)
        make.enroll(student, school, world.year, refresh=False)
        incident = make.make_incident(school, world.year)
        make.involve(incident, student, unmapped)
        make.refer(incident, student)
    student, incident = make.make_student(world.district), make.make_incident(world.north, world.year)
    make.involve(incident, student, unmapped)
    make.refer(incident, student, status=Referral.Status.VOIDED)
    return unmapped


def test_leadership_sees_what_is_missing_and_what_it_touches(mapped, leader):
    page = text_of(leader.get(reverse("behavior_mapping")))
    assert "2 of 3 behaviors valid in 2020–21 have a CEDS code." in page
    assert "3 of 5 referrals are over a behavior without one." in page
    assert "Unmapped" in page
    assert "Long over" not in page
    assert f"{reverse('behavior_list')}?ceds_mapped=false" in page


def test_a_school_counts_its_own_and_who_may_not_see_figures_sees_none(world, mapped, client_for):
    principal = text_of(client_for(world.user(Role.PRINCIPAL)).get(reverse("behavior_mapping")))
    assert "2 of 3 referrals are over a behavior without one." in principal
    staff = text_of(client_for(world.user(Role.STAFF)).get(reverse("behavior_mapping")))
    assert "2 of 3 behaviors valid in 2020–21 have a CEDS code." in staff
    assert "eferrals" not in staff[staff.index("<main") : staff.index("</main>")]


def test_the_list_is_filtered_by_what_is_mapped(mapped, leader):
    page = text_of(leader.get(f"{reverse('behavior_list')}?ceds_mapped=false&valid_on=2020-11-10"))
    assert "1 of 4 found" in page
    assert "Unmapped" in page


def test_a_code_of_conduct_that_lacks_nothing_says_so(used, leader):
    used.ceds_behavior = "04645"
    used.save()
    page = text_of(leader.get(reverse("behavior_mapping")))
    assert "The one behavior valid in 2020–21 has a CEDS code." in page
    assert "Every behavior has the codes it needs." in page
    assert "No behavior has a state code, so none is missed here." in page


def test_an_empty_code_of_conduct_and_a_district_without_years_are_no_fault(client_for, db):
    client = client_for(make.make_user(Role.LEADER, make.make_district()))
    assert "There is no code of conduct yet." in text_of(client.get(reverse("behavior_mapping")))


def test_the_page_asks_the_same_number_of_queries_however_many_behaviors(world, mapped, leader):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(reverse("behavior_mapping")).status_code == 200
        return len(captured)

    leader.get(reverse("behavior_mapping"))
    few = queries()
    for number in range(10):
        make.make_behavior(world.district, f"Q{number}")
    assert queries() == few
    assert few <= 20
