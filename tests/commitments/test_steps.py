"""Every step of every record, at its page: who may take it, where, and that it asks for the same as its endpoint.

What each step allows is written here by hand from the permission matrix; `tests/doors` walks one step of each record
for every role and method.
"""

from __future__ import annotations

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from api.commitments import COLLECTIONS
from api.steps import body_of
from commitments.models import (
    Assembly,
    Body,
    Commitment,
    Document,
    FidelityRound,
    Meeting,
    Miss,
    PartnerActivity,
    Resolution,
    RolloutStage,
    RolloutTarget,
    Rubric,
    Seat,
)
from commitments.steps import assemblies, bodies, commitments, fidelity, memoranda, rollout
from district.access import Role
from district.models import Memorandum
from tests.doors import uids
from tests.doors.commitments import DOORS
from tests.doors.kinds import in_scope

RECORDS = {
    "memorandum": (Memorandum, "memoranda", memoranda.MEMORANDUM_STEPS),
    "activity": (PartnerActivity, "activities", memoranda.ACTIVITY_STEPS),
    "document": (Document, "documents", memoranda.DOCUMENT_STEPS),
    "commitment": (Commitment, "commitments", commitments.COMMITMENT_STEPS),
    "miss": (Miss, "misses", commitments.MISS_STEPS),
    "body": (Body, "bodies", bodies.BODY_STEPS),
    "seat": (Seat, "seats", bodies.SEAT_STEPS),
    "meeting": (Meeting, "meetings", bodies.MEETING_STEPS),
    "assembly": (Assembly, "assemblies", assemblies.ASSEMBLY_STEPS),
    "resolution": (Resolution, "resolutions", assemblies.RESOLUTION_STEPS),
    "round": (FidelityRound, "fidelity-rounds", fidelity.ROUND_STEPS),
    "rubric": (Rubric, "rubrics", fidelity.RUBRIC_STEPS),
    "stage": (RolloutStage, "rollout-stages", rollout.STAGE_STEPS),
    "target": (RolloutTarget, "rollout-targets", rollout.TARGET_STEPS),
}
STEPS = [(noun, step) for noun, (_model, _name, steps) in RECORDS.items() for step in steps]


def test_every_step_has_a_page_an_endpoint_and_words():
    assert len(STEPS) == 56
    for noun, (_model, name, steps) in RECORDS.items():
        assert COLLECTIONS[name].steps == steps
        for step in steps.values():
            assert (step.noun, f"api-{name}-{step.name}" in DOORS) == (noun, True)
            assert all(str(words) for words in (step.words, step.title, step.done))


@pytest.mark.once
@pytest.mark.parametrize("role", Role, ids=str)
def test_who_opens_the_page_of_each_step(world, role, settings):
    """The page opens exactly where the endpoint's door does; what is out of scope looks absent, an unknown step too."""
    settings.MFA_REQUIRED = False
    client = Client()
    client.force_login(world.user(role))
    wrong, tried = [], 0
    for noun, name_of_step in STEPS:
        model, name, _steps = RECORDS[noun]
        door = DOORS[f"api-{name}-{name_of_step}"]
        for place, keys in uids(world, model).items():
            for key in keys[:1]:
                address = reverse(f"{noun}_step", args=[key, name_of_step])
                if role not in door.writers:
                    expected = 403
                else:
                    is_there = (door.visible or DOORS[f"{noun}_step"].visible or in_scope)(role, place)
                    expected = 200 if is_there and place != "absent" else 404
                found = client.get(address).status_code
                tried += 1
                if found != expected:
                    wrong.append(f"{role} {noun} {name_of_step} ({place}): {found}, expected {expected}")
    assert wrong == []
    assert tried >= 150


def test_an_unknown_step_is_as_absent_as_any_record(world, client_for):
    body = Body.objects.filter(district=world.district).first()
    client = client_for(world.user(Role.LEADER))
    assert client.get(reverse("body_step", args=[body.uid, "abolish"])).status_code == 404


@pytest.mark.parametrize(("noun", "name"), STEPS)
def test_page_and_endpoint_ask_for_the_same(noun, name):
    """The body of the endpoint has the fields of the form, with the same limits and the same of them required."""
    form_class = RECORDS[noun][2][name].form_class
    body = body_of(form_class)()
    assert set(body.fields) == set(form_class.base_fields)
    for key, field in form_class.base_fields.items():
        assert body.fields[key].required == field.required, key
        longest = getattr(field, "max_length", None)
        if longest and not isinstance(field, forms.ChoiceField):
            assert body.fields[key].max_length in (longest, 255), key


def test_a_step_that_the_state_refuses_says_so_and_keeps_what_was_typed(world, client_for):
    """The form was open while somebody else ended the commitment."""
    commitment = Commitment.objects.get(schools=world.north)
    client = client_for(world.user(Role.LEADER))
    address = reverse("commitment_step", args=[commitment.uid, "report"])
    typed = {"completion": "limited", "as_of": "2021-01-01", "text": "Typed with care."}
    assert client.get(address).status_code == 200
    Commitment.objects.filter(pk=commitment.pk).update(status="ended")
    response = client.post(address, typed)
    assert response.status_code == 409
    page = response.content.decode()
    assert "does not allow that" in page
    assert "Typed with care." in page
    assert "this step is not open" in client.get(address).content.decode()
    assert not commitment.reports.filter(text="Typed with care.").exists()


def test_a_fault_that_the_verb_finds_stands_beside_its_field(world, client_for):
    commitment = Commitment.objects.get(schools=world.north)
    client = client_for(world.user(Role.LEADER))
    address = reverse("commitment_step", args=[commitment.uid, "report"])
    page = client.post(address, {"completion": "complete", "as_of": "2021-01-01", "text": "Done."}).content.decode()
    assert "Nothing was saved yet" in page
    assert '<a href="#id_evidence">' in page
    assert "Done." in page


def test_a_draft_that_nobody_can_check_is_told_what_is_missing(world, client_for):
    commitment = Commitment.objects.get(schools=world.north)
    Commitment.objects.filter(pk=commitment.pk).update(status="draft")
    client = client_for(world.user(Role.LEADER))
    page = client.get(reverse("commitment_step", args=[commitment.uid, "change"])).content.decode()
    assert '<a href="#id_evidence">Name the evidence' in page
    record = client.get(reverse("commitment_detail", args=[commitment.uid])).content.decode()
    assert "What it still needs" in record
    assert reverse("commitment_step", args=[commitment.uid, "activate"]) not in record
    refused = client.post(reverse("commitment_step", args=[commitment.uid, "activate"]), {})
    assert "Say by when" in refused.content.decode()


def test_only_steps_that_are_open_to_the_reader_are_offered(world, client_for):
    body = Body.objects.get(organization__name="Neighbors United")
    address = reverse("body_detail", args=[body.uid])
    step = reverse("body_step", args=[body.uid, "add-seat"])
    assert step in client_for(world.user(Role.PARTNER)).get(address).content.decode()
    assert step not in client_for(world.user(Role.TRAINER)).get(address).content.decode()
    Body.objects.filter(pk=body.pk).update(ended_on="2021-01-01")
    assert step not in client_for(world.user(Role.PARTNER)).get(address).content.decode()


def test_with_one_district_nobody_is_asked_for_it(world, client_for):
    client = client_for(world.user(Role.LEADER))
    page = client.get(reverse("body_add")).content.decode()
    assert f'<input type="hidden" name="district" value="{world.district.uid}"' in page
    given = {"district": world.district.uid, "name": "Board", "kind": "other", "begins_on": "2021-01-01"}
    assert client.post(reverse("body_add"), given).status_code == 302
    foreign = given | {"district": world.other.uid, "name": "Other board"}
    assert client.post(reverse("body_add"), foreign).status_code == 200
    assert not Body.objects.filter(name="Other board").exists()
