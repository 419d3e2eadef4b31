"""The response matrix asked about responses that are no removal: outside it a typed reason, counted."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from discipline import actions
from discipline.actions.matrix import give_default_matrix
from discipline.models import OutsideMatrix, Referral
from tests import factories as make
from tests.api.conftest import V1, Caller
from tests.discipline.test_due_process import place

__all__ = ["place"]  # a fixture
WHY = "The family asked for it."


@pytest.fixture
def here(place):
    here = place("", date(2026, 11, 20))
    give_default_matrix(district=here.district, by=None)
    return here


def waiting(here, level: str = "1") -> Referral:
    referral = here.referral(level=level)
    Referral.objects.filter(pk=referral.pk).update(status="submitted", outcome="")
    referral.refresh_from_db()
    return referral


def test_a_response_outside_the_matrix_needs_a_reason_and_is_kept(here):
    referral = waiting(here)
    with pytest.raises(ValidationError) as caught:
        actions.decide_referral(referral=referral, responses=["WARNING", "DETENTION"], by=here.by)
    assert set(caught.value.message_dict) == {"responses"}
    assert "Detention" in caught.value.message_dict["responses"][0]
    assert not referral.responses.exists()
    actions.decide_referral(referral=referral, responses=["WARNING", "DETENTION"], outside=WHY, by=here.by)
    row = OutsideMatrix.objects.get()
    assert (row.response, row.reason, row.level, row.grade, row.prior) == ("DETENTION", WHY, "1", "08", 0)
    again = here.again(referral.student, level="1")
    Referral.objects.filter(pk=again.pk).update(status="submitted")
    actions.decide_referral(referral=again, responses=["DETENTION"], by=here.by)  # the second time it is allowed
    assert OutsideMatrix.objects.count() == 1


@pytest.mark.parametrize("responses", [[], ["RESTORATIVE_CIRCLE"], ["COUNSELING", "CONFERENCE_FAMILY"]])
def test_what_the_matrix_allows_asks_for_nothing(here, responses):
    actions.decide_referral(referral=waiting(here), responses=responses, note="Seen.", by=here.by)
    assert not OutsideMatrix.objects.exists()


def test_without_a_level_or_a_matrix_nothing_is_asked(place):
    here = place("", date(2026, 11, 20))
    actions.decide_referral(referral=waiting(here), responses=["DETENTION"], by=here.by)
    give_default_matrix(district=here.district, by=None)
    actions.decide_referral(referral=waiting(here, level=""), responses=["DETENTION"], by=here.by)
    assert not OutsideMatrix.objects.exists()


def test_the_page_says_what_is_allowed_and_asks_where_it_is_left(here, client_for):
    referral = waiting(here)
    client, address = client_for(here.by), reverse("referral_decide", args=[referral.uid])
    page = client.get(address).content.decode()
    assert "district’s code allows" in page
    assert 'name="outside"' not in page
    asked = client.post(address, {"others": ["DETENTION"]})
    assert asked.status_code == 200
    assert 'name="outside"' in asked.content.decode()
    assert not OutsideMatrix.objects.exists()
    assert client.post(address, {"others": ["DETENTION"], "outside": WHY}).status_code == 302
    assert OutsideMatrix.objects.get().reason == WHY
    leader = make.make_user("leader", here.district)
    counted = client_for(leader).get(reverse("response_list")).content.decode()
    assert "1 response has gone beyond the matrix" in counted


def test_the_endpoint_asks_the_same(here):
    referral, caller = waiting(here), Caller()
    caller.force_login(here.by)
    address = f"{V1}referrals/{referral.uid}/decide/"
    refused = caller.post(address, {"responses": ["DETENTION"]})
    assert (refused.status_code, list(refused.json())) == (400, ["responses"])
    assert caller.post(address, {"responses": ["DETENTION"], "outside": WHY}).status_code == 200
    assert OutsideMatrix.objects.get().response == "DETENTION"
