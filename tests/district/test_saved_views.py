"""Saved views: one's own, without what was searched for, valid or not opened; and the chips above a list."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse

from discipline.filters import ReferralFilterSet
from discipline.models import Referral
from district.access import Role
from district.models import AuditEvent, RoleGrant, SavedView
from district.page_parts import WHOLE_LIST, with_query
from district.saved_views import MOST_VIEWS, change_view, query_of, save_view
from tests import factories as make

LIST = "referral_list"


def text_of(response) -> str:
    return response.content.decode()


def filterset_for(user, query: str) -> ReferralFilterSet:
    request = RequestFactory().get("/")
    request.user = user
    return ReferralFilterSet(QueryDict(query), queryset=Referral.objects.visible_to(user), request=request)


@pytest.fixture
def principal(world):
    """A person of north who has no view yet."""
    return world.user(Role.PRINCIPAL)


@pytest.fixture
def client(principal, client_for):
    return client_for(principal)


def given(**changes) -> dict[str, str]:
    return {"list": LIST, "query": "status=decided&school=0001", "name": "Decided here"} | changes


# --- Saving --------------------------------------------------------------------------------------------------------
def test_filters_and_order_are_kept_and_open_the_same_list_again(principal, client):
    page = text_of(client.get(f"{reverse(LIST)}?status=decided&ordering=-status&search=Given"))
    link = re.search(r'href="([^"]+)">Save this view', page)[1].replace("&amp;", "&")
    form = text_of(client.get(link))
    assert "Decided" in form
    assert "What you searched for is not kept" in form
    hidden = dict(re.findall(r'type="hidden" name="(list|query)" value="([^"]*)"', form))
    answer = client.post(
        reverse("saved_view_new"),
        {"name": " Mine ", "list": hidden["list"], "query": hidden["query"].replace("&amp;", "&")},
    )
    view = SavedView.objects.get(user=principal)
    assert (view.list_name, view.name, view.query) == (LIST, "Mine", "ordering=-status&status=decided")
    assert answer["Location"] == f"{reverse(LIST)}?{view.query}"
    shown = text_of(client.get(answer["Location"]))
    assert re.search(r'aria-current="true">Mine', shown)
    assert "Save this view" not in shown


def test_what_was_searched_for_is_never_kept(principal):
    view = save_view(
        user=principal,
        list_name=LIST,
        name="Mine",
        filterset=filterset_for(principal, "search=Rowan&status=decided&page=3&school="),
        is_default=False,
    )
    assert view.query == "status=decided"
    event = AuditEvent.objects.get(object_type="savedview")
    assert "Rowan" not in f"{event.changes} {event.details}"
    assert "Mine" not in f"{event.changes} {event.details}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"query": ""}, "Choose a filter or an order first"),
        ({"query": "search=Rowan"}, "Choose a filter or an order first"),
        ({"query": "status=nonsense"}, "Choose a filter or an order first"),
        ({"query": "school=0002"}, "Choose a filter or an order first"),
        ({"query": "nosuch=1"}, "Choose a filter or an order first"),
        ({"list": "desk"}, "Open a list first"),
        ({"list": "account_logout"}, "Open a list first"),
        ({"list": "no such"}, "Open a list first"),
        ({"list": "import_list", "query": "kind=roster"}, "Open a list first"),
    ],
)
def test_what_no_list_would_answer_is_not_kept(principal, client, changes, said):
    response = client.post(reverse("saved_view_new"), given(**changes))
    assert response.status_code == 200
    assert said in text_of(response)
    assert not SavedView.objects.filter(user=principal).exists()


def test_a_name_of_the_list_takes_the_new_filters(principal, client):
    client.post(reverse("saved_view_new"), given())
    client.post(reverse("saved_view_new"), given(query="status=returned"))
    client.post(reverse("saved_view_new"), given(list="removal_list", query="kind=OSS"))
    views = SavedView.objects.filter(user=principal).values_list("list_name", "query")
    assert sorted(views) == [(LIST, "status=returned"), ("removal_list", "kind=OSS")]


def test_there_is_an_end_to_the_views_of_a_list(principal):
    def save(number: int) -> SavedView:
        filterset = filterset_for(principal, "status=returned")
        return save_view(user=principal, list_name=LIST, name=f"View {number}", filterset=filterset, is_default=False)

    for number in range(MOST_VIEWS):
        save(number)
    with pytest.raises(ValidationError):
        save(MOST_VIEWS)
    assert save(0).name == "View 0"


# --- Opening -------------------------------------------------------------------------------------------------------
def test_the_list_opens_with_its_default_and_still_shows_everything(principal, client):
    client.post(reverse("saved_view_new"), given(query="status=returned", is_default="on"))
    bare = client.get(reverse(LIST))
    assert (bare.status_code, bare["Location"]) == (302, f"{reverse(LIST)}?status=returned")
    everything = client.get(f"{reverse(LIST)}{WHOLE_LIST}")
    assert "1 found" in text_of(everything)
    assert re.search(r'href="\?page=1" aria-current="true">Everything', text_of(everything))
    empty = text_of(client.get(bare["Location"]))
    assert "Nothing matches these filters" in empty
    assert f'href="{WHOLE_LIST}"' in empty


def test_a_second_default_takes_the_place_of_the_first(principal, client):
    for name, query in (("One", "status=returned"), ("Two", "status=decided")):
        client.post(reverse("saved_view_new"), given(name=name, query=query, is_default="on"))
    assert list(SavedView.objects.filter(user=principal, is_default=True).values_list("name", flat=True)) == ["Two"]


def test_a_default_that_is_no_longer_valid_does_not_stand_in_the_way(world, principal, client):
    make.make_saved_view(principal, query="school=0002", is_default=True)
    answer = client.get(reverse(LIST))
    assert answer.status_code == 200
    assert "1 found" in text_of(answer)


def test_a_view_gives_no_right(world, client_for):
    """What it shows is decided by the grants of the day on which it is opened."""
    user = world.user(Role.RECORDS)
    view = make.make_saved_view(user, "student_list", query="grade=09")
    client = client_for(user)
    assert world.south_student.person.family_name in text_of(client.get(f"{reverse('student_list')}?{view.query}"))
    RoleGrant.objects.filter(user=user).update(role=Role.LEADER)
    assert client.get(f"{reverse('student_list')}?{view.query}").status_code == 403
    page = text_of(client.get(reverse("saved_view_list")))
    assert "a list that your roles do not open" in page
    assert reverse("student_list") not in page


# --- Changing ------------------------------------------------------------------------------------------------------
def test_a_view_is_renamed_made_the_first_one_and_removed(principal, client):
    view = make.make_saved_view(principal, name="Old")
    address = reverse("saved_view_change", args=[view.uid])
    assert 'value="Old"' in text_of(client.get(address))
    assert client.post(address, {"name": "New", "is_default": "on"}).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.is_default, view.query) == ("New", True, "status=decided")
    assert client.post(address, {"remove": "1"}).status_code == 302
    assert not SavedView.objects.filter(user=principal).exists()
    events = AuditEvent.objects.filter(object_uid=view.uid).order_by("pk")
    assert [event.action for event in events] == ["update", "void"]
    assert set(events[0].changes) == {"name", "is_default"}
    assert events[0].changes["name"] == ["…", "…"]


def test_a_name_that_is_taken_is_refused(principal, client):
    make.make_saved_view(principal, name="Taken")
    view = make.make_saved_view(principal, name="Mine")
    answer = client.post(reverse("saved_view_change", args=[view.uid]), {"name": "Taken"})
    assert answer.status_code == 200
    assert "Nothing was saved yet" in text_of(answer)
    view.refresh_from_db()
    assert view.name == "Mine"


def test_nobody_sees_or_changes_anothers(world, client):
    other = SavedView.objects.get(user=world.users[Role.OFFICER])
    address = reverse("saved_view_change", args=[other.uid])
    assert client.get(address).status_code == 404
    assert client.post(address, {"name": "Mine now"}).status_code == 404
    assert client.post(address, {"remove": "1"}).status_code == 404
    assert other.name not in text_of(client.get(reverse("saved_view_list")))
    assert other.name not in text_of(client.get(reverse(LIST)))
    other.refresh_from_db()
    assert other.query == "status=decided"


def test_changing_nothing_leaves_no_trace(principal):
    view = make.make_saved_view(principal, name="Mine")
    change_view(view=view, name="Mine", is_default=False)
    assert not AuditEvent.objects.exists()


# --- Chips and count -----------------------------------------------------------------------------------------------
def test_each_chosen_filter_goes_with_one_press_and_all_with_another(client):
    page = text_of(client.get(f"{reverse(LIST)}?status=decided&school_year=2021&search=&school="))
    assert 'href="?school_year=2021"><span aria-hidden="true">×</span>' in page
    assert 'href="?status=decided"><span aria-hidden="true">×</span>' in page
    assert page.count("chip-away") == 2
    assert re.search(rf'href="{re.escape(WHOLE_LIST)}">Clear all', page)
    alone = text_of(client.get(f"{reverse(LIST)}?search=2021"))
    assert re.search(rf'class="chip-away" href="{re.escape(WHOLE_LIST)}"', alone)


def test_a_small_list_also_says_out_of_how_many(world, client):
    make.make_behavior(world.district, "B1", subjective=True)
    assert "1 of 2 found" in text_of(client.get(f"{reverse('behavior_list')}?subjective=true"))
    assert "2 found" in text_of(client.get(reverse("behavior_list")))
    assert (
        " of "
        not in re.search(r'<p class="count"[^>]*>(.*?)</p>', text_of(client.get(f"{reverse(LIST)}?status=decided")))[1]
    )


@pytest.mark.parametrize(
    ("query", "changes", "address"),
    [
        ("status=decided&page=4", {"status": None}, WHOLE_LIST),
        ("status=decided&school=&search=", {}, "?status=decided"),
        ("status=decided", {"school": "0001"}, "?status=decided&school=0001"),
        ("status=decided&page=2", {"page": 3}, "?status=decided&page=3"),
        ("", {}, WHOLE_LIST),
    ],
)
def test_addresses_say_only_what_is_asked(query, changes, address):
    assert with_query(QueryDict(query), **changes) == address


def test_a_kept_query_is_the_same_however_it_was_asked(world):
    user = world.user(Role.RECORDS)
    asked = {
        query_of(filterset_for(user, query))
        for query in ("status=decided&school=0001", "school=0001&search=x&status=decided&page=2&format=csv&kind=")
    }
    assert asked == {"school=0001&status=decided"}
