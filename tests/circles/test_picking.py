"""Naming a student in a case by three letters: among those whom the reader may name, without a script, with a trace."""

from __future__ import annotations

import pytest
from django.urls import reverse

from circles.actions import cases
from district import picker
from district.access import Role
from district.models import AuditEvent, User
from tests import factories as make


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def scene(place):
    """A case; beside its two students a witness of the incident, another of the school, and one of another school."""
    circle = place.prepared()
    people = {name: make.make_student(place.district, "Alder", name) for name in ("Witness", "Other", "Far")}
    for name in ("Witness", "Other"):
        make.enroll(people[name], place.school, place.year, refresh=False)
    make.enroll(people["Far"], make.make_school(place.district, "0009"), place.year, refresh=False)
    make.involve(place.referral.incident, people["Witness"], role="witness")
    keeper = make.make_user(Role.FACILITATOR, place.district, email=place.keeper.person.email)
    return circle, people, keeper, reverse("circle_step", args=[circle.uid, "add-participant"])


def names_on(page: str) -> set[str]:
    return {name for name in ("Witness", "Other", "Far") if f"Alder {name}" in page}


def test_three_letters_find_whom_one_may_name_and_nobody_else(place, scene, client_for):
    _circle, _people, keeper, address = scene
    found = {}
    for user in (place.coordinator, keeper):
        page = client_for(fresh(user)).post(address, {"act": "find", "find": "alder"}).content.decode()
        found[user.pk] = names_on(page)
    assert found == {place.coordinator.pk: {"Witness", "Other"}, keeper.pk: {"Witness"}}
    client = client_for(fresh(keeper))
    same = {
        client.post(address, {"act": "find", "find": text}).content.decode().count("Nobody whom you may name")
        for text in ("Alder Other", "Alder Far", "Zelkova")
    }
    assert same == {1}, "a student whom one may not name and nobody are the same"
    assert "at least three letters" in client.post(address, {"act": "find", "find": "al"}).content.decode()
    assert names_on(client.post(address, {"act": "find", "find": ""}).content.decode()) == set()
    named = client_for(fresh(place.coordinator)).post(address, {"act": "find", "find": "birch"}).content.decode()
    assert "Nobody whom you may name" in named, "who is named in the case already is not offered again"


def test_find_choose_and_name_without_a_script(place, scene, client_for):
    circle, people, keeper, address = scene
    client = client_for(fresh(keeper))
    shown = client.get(address).content.decode()
    assert 'name="act" value="find"' in shown
    witness = people["Witness"]
    typed = {"role": "community", "name": ""}
    page = client.post(address, {"act": "find", "find": "wit", **typed}).content.decode()
    assert f'value="choose:{witness.uid}"' in page
    assert 'value="community" selected' in page, "what was typed stays"
    page = client.post(address, {"act": f"choose:{witness.uid}", **typed}).content.decode()
    assert f'name="student" value="{witness.uid}"' in page
    assert "Alder Witness" in page
    other = client.post(address, {"act": f"choose:{people['Other'].uid}", **typed}).content.decode()
    assert names_on(other) == set(), "an id that one may not name shows nobody"
    again = client.post(address, {"act": "choose:", "student": str(witness.uid), **typed}).content.decode()
    assert names_on(again) == set()
    assert circle.participants.count() == 2, "looking names nobody"
    assert client.post(address, {"student": str(witness.uid), **typed}).status_code == 302
    assert circle.participants.get(student=witness).role == "community"
    refused = client.post(address, {"student": str(people["Other"].uid), **typed})
    assert "No student of this school and year has this id" in refused.content.decode()
    assert client.post(address, {"student": "", "role": "staff", "name": "A teacher"}).status_code == 302
    assert "Give the id of a student" in client.post(address, {"role": "staff"}).content.decode()


def test_looking_leaves_a_trace_without_the_letters_and_has_a_pace(place, scene, client_for, monkeypatch):
    _circle, people, keeper, address = scene
    client = client_for(fresh(keeper))
    client.post(address, {"act": "find", "find": "witness"})
    search = AuditEvent.objects.get(action="search", details__collection=picker.LOOKUP)
    assert (search.school_id, search.details["count"], "witness" in str(search.details)) == (place.school.pk, 1, False)
    client.post(address, {"act": f"choose:{people['Witness'].uid}"})
    assert AuditEvent.objects.filter(action="view", object_type="student", student_id=people["Witness"].pk).count() == 1
    monkeypatch.setattr(picker, "PER_MINUTE", 1)
    assert "Wait a minute" in client.post(address, {"act": "find", "find": "witness"}).content.decode()


def test_who_does_not_work_on_the_case_finds_nobody(place, scene, client_for):
    circle, _people, keeper, address = scene
    sent = {"act": "find", "find": "alder"}
    stranger = make.make_user(Role.FACILITATOR, place.district)
    assert client_for(place.officer).post(address, sent).status_code == 403
    assert client_for(stranger).post(address, sent).status_code == 404
    other = reverse("circle_step", args=[circle.uid, "hold"])
    assert "picker" not in client_for(fresh(keeper)).post(other, sent).content.decode(), "no other step finds anybody"
    cases.close_case(circle=circle, reason="moved", by=place.coordinator)
    assert client_for(fresh(keeper)).post(address, sent).status_code == 404
