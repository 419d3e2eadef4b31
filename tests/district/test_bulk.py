"""Several rows at once: files of the selected rows, and one verb a record, each told by itself."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from discipline.models import Behavior
from district.access import Role
from district.bulk import MOST_ROWS
from district.models import AuditEvent, RoleGrant
from tests import factories as make
from tests.signing_in import sign_in

CODE = "behavior_list"


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def leader(world, client_for):
    return client_for(world.user(Role.LEADER))


def keys(*records) -> list[str]:
    return [str(record.uid) for record in records]


# --- What is offered -----------------------------------------------------------------------------------------------
def test_each_row_has_a_box_with_a_name_of_its_own(world, client_for):
    page = text_of(client_for(world.user(Role.OFFICER)).get(reverse("referral_list")))
    name = world.student.person.name
    assert re.search(rf'name="row" value="[0-9a-f-]+" form="selected">.*?Select {name}, Tue, Nov 10, 2020', page)
    assert page.count('name="row"') == 1
    assert "Export CSV" in page


def test_who_may_do_nothing_with_rows_sees_no_boxes(world, client_for):
    client = client_for(world.user(Role.COORDINATOR))
    page = text_of(client.get(reverse("referral_list")))
    assert world.student.person.family_name in page
    assert 'name="row"' not in page
    assert client.post(reverse("referral_list"), {"row": str(uuid.uuid4()), "format": "csv"}).status_code == 405


def test_a_verb_is_offered_to_those_who_hold_its_permission(world, client_for, leader):
    assert "End them" in text_of(leader.get(reverse(CODE)))
    staff = client_for(world.user(Role.STAFF))
    assert "End them" not in text_of(staff.get(reverse(CODE)))
    behavior = Behavior.objects.get(district=world.district)
    answer = staff.post(
        reverse(CODE), {"row": keys(behavior), "action": "end", "confirmed": "1", "valid_to": "2030-01-01"}
    )
    assert answer.status_code == 400
    behavior.refresh_from_db()
    assert behavior.valid_to is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"format": "csv"}, "Select at least one row first."),
        ({"row": ["nonsense"], "format": "csv"}, "What was selected is no row of this list."),
        ({"row": [str(uuid.uuid4()) for _ in range(MOST_ROWS + 1)], "format": "csv"}, "At most 50 rows at once."),
        ({"row": [str(uuid.uuid4())], "action": "burn"}, "Choose what to do with the selected rows."),
        ({"row": [str(uuid.uuid4())], "format": "csv"}, "may not leave in a file, or are gone"),
    ],
)
def test_a_request_that_cannot_be_followed_says_why_and_shows_the_list(leader, sent, said):
    answer = leader.post(f"{reverse(CODE)}?ordering=title", sent)
    page = text_of(answer)
    assert answer.status_code == 400
    assert said in page
    assert "<tbody" in page
    assert not AuditEvent.objects.exists()


def test_what_was_ticked_stays_ticked_when_nothing_was_done(world, leader):
    behavior = Behavior.objects.get(district=world.district)
    page = text_of(leader.post(reverse(CODE), {"row": keys(behavior)}))
    assert f'value="{behavior.uid}" form="selected" checked' in page


def test_a_wrong_filter_shows_its_message_also_to_a_post(world, leader):
    behavior = Behavior.objects.get(district=world.district)
    answer = leader.post(f"{reverse(CODE)}?nosuch=1", {"row": keys(behavior), "format": "csv"})
    assert answer.status_code == 400
    assert "Unknown parameter" in text_of(answer)


def test_without_its_token_the_form_does_nothing(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user(Role.LEADER))
    behavior = Behavior.objects.get(district=world.district)
    assert client.post(reverse(CODE), {"row": keys(behavior), "action": "copy"}).status_code == 403


# --- Files of the selected rows ------------------------------------------------------------------------------------
def test_a_file_of_selected_rows_holds_those_and_says_so_in_the_trail(world):
    removals = []
    for _ in range(3):
        student = make.make_student(world.district)
        make.enroll(student, world.north, world.year, refresh=False)
        removals.append(make.remove(make.make_incident(world.north, world.year), student))
    client = sign_in(world.user(Role.OFFICER))
    answer = client.post(f"{reverse('removal_list')}?kind=OSS", {"row": keys(*removals[:2]), "format": "csv"})
    lines = b"".join(answer).decode().splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == set(keys(*removals[:2]))
    event = AuditEvent.objects.get(action="export")
    assert (event.details["count"], event.details["selected"], event.details["filter"]) == (2, True, {"kind": "OSS"})
    workbook = client.post(reverse("removal_list"), {"row": keys(*removals), "format": "xlsx"})
    assert b"".join(workbook).startswith(b"PK")


def test_a_file_of_selected_rows_needs_a_fresh_proof_of_who_asks(world, client_for):
    removal = world.student.removals.get()
    answer = client_for(world.user(Role.OFFICER)).post(reverse("removal_list"), {"row": keys(removal), "format": "csv"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not AuditEvent.objects.filter(action="export").exists()


def test_a_row_that_may_not_leave_stops_the_file_instead_of_missing_in_it(world):
    user = world.user(Role.OFFICER)
    RoleGrant.objects.create(user=user, role=Role.COORDINATOR, district=world.district, school=world.south)
    client = sign_in(user)
    north, south, far = (student.referrals.get() for student in (world.student, world.south_student, world.far_student))
    for chosen, missing in (([north, south], 1), ([north, far], 1), ([south, far], 2)):
        answer = client.post(reverse("referral_list"), {"row": keys(*chosen), "format": "csv"})
        assert answer.status_code == 400
        assert f"{missing} of the selected rows may not leave in a file" in text_of(answer)
    assert not AuditEvent.objects.filter(action="export").exists()
    assert client.post(reverse("referral_list"), {"row": keys(north), "format": "csv"}).status_code == 200


# --- One verb a record ---------------------------------------------------------------------------------------------
@pytest.fixture
def behaviors(world):
    """Three that nobody used: open, ended in 2025, beginning in 2030."""
    return [
        make.make_behavior(world.district, "B1", "Open"),
        make.make_behavior(world.district, "B2", "Ended", valid_to=date(2025, 6, 30)),
        make.make_behavior(world.district, "B3", "Later", valid_from=date(2030, 7, 1)),
    ]


def test_a_verb_that_needs_to_know_more_asks_first(behaviors, leader):
    answer = leader.post(reverse(CODE), {"row": keys(*behaviors), "action": "end"})
    page = text_of(answer)
    assert answer.status_code == 200
    assert "On which day do these behaviors end?" in page
    assert "3 rows are selected" in page
    assert page.count('name="row"') == 3
    assert page.count("button-solid") == 1
    assert "Nothing was saved yet" not in page
    missing = leader.post(reverse(CODE), {"row": keys(*behaviors), "action": "end", "confirmed": "1", "valid_to": ""})
    assert "Nothing was saved yet" in text_of(missing)
    assert not AuditEvent.objects.exists()


def test_each_record_is_done_or_refused_by_itself_and_told(world, behaviors, leader):
    used = Behavior.objects.get(district=world.district, code="04645")
    elsewhere = Behavior.objects.get(district=world.other)
    sent = {"row": keys(*behaviors, used, elsewhere), "action": "end", "confirmed": "1", "valid_to": "2026-06-30"}
    answer = leader.post(reverse(CODE), sent)
    page = text_of(answer)
    assert answer.status_code == 200
    assert "2 behaviors have a last day" in page
    assert "3 were refused" in page
    assert "It ends on Mon, Jun 30, 2025 already." in page
    assert "The behavior ends before it begins." in page
    assert "Not there any more, or not yours to see." in page
    ends = {each.code: each.valid_to for each in Behavior.objects.filter(district=world.district)}
    assert ends == {"B1": date(2026, 6, 30), "B2": date(2025, 6, 30), "B3": None, "04645": date(2026, 6, 30)}
    assert AuditEvent.objects.filter(action="update").count() == 2
    elsewhere.refresh_from_db()
    assert elsewhere.valid_to is None


def test_a_verb_that_needs_nothing_more_acts_at_once(behaviors, leader, world):
    page = text_of(leader.post(reverse(CODE), {"row": keys(behaviors[1]), "action": "copy"}))
    assert "1 behavior copied to the next school year" in page
    assert "refused" not in page
    copied = Behavior.objects.get(district=world.district, code="B2", valid_from=date(2025, 7, 1))
    assert copied.valid_to == date(2026, 6, 30)


def test_permission_is_asked_again_for_each_record(world, client_for):
    """Leadership of one district that only reads in another: what the page shows is not what may be changed."""
    user = world.user(Role.LEADER)
    RoleGrant.objects.create(user=user, role=Role.STAFF, district=world.other, school=world.far)
    mine, theirs = Behavior.objects.get(district=world.district), Behavior.objects.get(district=world.other)
    client = client_for(user)
    sent = {"row": keys(mine, theirs), "action": "end", "confirmed": "1", "valid_to": "2030-06-30"}
    page = text_of(client.post(reverse(CODE), sent))
    assert "1 behavior has a last day" in page
    assert "Your role does not reach this one." in page
    theirs.refresh_from_db()
    assert theirs.valid_to is None
