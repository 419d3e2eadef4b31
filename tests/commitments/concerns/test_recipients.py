"""Who receives a concern: an ombuds, never the school or the person named; asked anew whenever somebody reads."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commitments.actions.concerns import working
from commitments.concerns.duties import duties_of
from commitments.concerns.totals import is_any_without_recipient
from commitments.models import Concern
from district.access import NEEDS_ORGANIZATION, Permission, Role
from district.models import RoleGrant, User
from district.steps import StepNotAllowed
from tests import factories as make
from tests.commitments.concerns.conftest import TODAY

DAY = timedelta(days=1)


def receives(user: User, concern: Concern) -> bool:
    return Concern.objects.received_by(User.objects.get(pk=user.pk)).filter(pk=concern.pk).exists()


def grant(user: User, role: Role, scene, school=None, **dates) -> RoleGrant:
    organization = scene.organization if role in NEEDS_ORGANIZATION else None
    return RoleGrant.objects.create(
        user=user, role=role, district=scene.district, school=school, organization=organization, **dates
    )


def test_no_role_but_the_ombuds_reads_any(scene):
    concern = scene.filed().concern
    tried, readers = 0, set()
    for role in Role:
        for school in (None, scene.north, scene.south):
            organization = scene.organization if role in NEEDS_ORGANIZATION else None
            schools = () if school is None or organization else (school,)
            user = make.make_user(role, scene.district, *schools, organization=organization)
            tried += 1
            if Concern.objects.visible_to(user).exists():
                readers.add((role, school))
    assert (tried, readers) == (len(Role) * 3, {(Role.OMBUDS, None)})
    assert receives(scene.ombuds, concern)
    assert not receives(make.make_user(Role.OMBUDS, make.make_district("TWO")), concern)


@pytest.mark.parametrize("role", Role, ids=str)
def test_any_grant_at_the_named_school_bars_and_its_end_lets_in_again(scene, role):
    here, there = scene.filed().concern, scene.filed(school=scene.south).concern
    held = grant(scene.ombuds, role, scene, scene.north)
    is_outside = role in NEEDS_ORGANIZATION  # a partner at a school is no official of it
    assert (receives(scene.ombuds, here), receives(scene.ombuds, there)) == (is_outside, True)
    held.ends_on = timezone.localdate() - 2 * DAY
    held.save()
    assert receives(scene.ombuds, here)
    held.ends_on, held.begins_on = None, timezone.localdate() + 2 * DAY
    held.save()
    assert receives(scene.ombuds, here)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OMBUDS], ids=str)
def test_another_role_of_the_whole_district_bars_from_all_unless_it_only_watches(scene, role):
    concerns = [scene.filed().concern, scene.filed(school=None, what="Another.").concern]
    grant(scene.ombuds, role, scene)
    may = role in {Role.AUDITOR, *NEEDS_ORGANIZATION}
    assert [receives(scene.ombuds, one) for one in concerns] == [may, may]


def test_whoever_is_named_receives_nothing_whatever_role_they_take_up_later(scene):
    other = make.make_user(Role.OMBUDS, scene.district, name="Other Person")
    late = make.make_user(Role.LEADER, scene.district, name="Late Comer", email="late@example.org")
    named = scene.filed(about="Ms. Olive Independent\nlate@example.org").concern
    mentioned = scene.filed("I told Other Person and heard nothing.").concern
    assert (receives(scene.ombuds, named), receives(other, named)) == (False, True)
    assert (receives(scene.ombuds, mentioned), receives(other, mentioned)) == (True, False)
    RoleGrant.objects.filter(user=late).update(role=Role.OMBUDS)
    assert (receives(late, named), receives(late, mentioned)) == (False, True)


def test_stepping_aside_leaves_it_to_the_others(scene, client_for):
    concern = scene.filed().concern
    other = make.make_user(Role.OMBUDS, scene.district)
    working.step_aside(concern=concern, by=scene.ombuds)
    assert (receives(scene.ombuds, concern), receives(other, concern)) == (False, True)
    assert client_for(scene.ombuds).get(reverse("concern_detail", args=[concern.uid])).status_code == 404
    with pytest.raises(StepNotAllowed):
        working.acknowledge(concern=concern, by=scene.ombuds)


def test_that_a_concern_has_no_recipient_is_told_to_whoever_appoints_one_without_where_or_how_many(scene, client_for):
    def told(user: User) -> bool | None:
        return is_any_without_recipient(scene.district, User.objects.get(pk=user.pk))

    scene.filed()
    scene.filed(school=scene.south)
    assert (told(scene.leader), told(scene.partner), told(scene.ombuds)) == (False, None, None)
    grant(scene.ombuds, Role.STAFF, scene, scene.north)
    page = client_for(scene.leader).get(reverse("concern_totals")).content.decode()
    assert "There are concerns that nobody receives" in page
    assert scene.north.name not in page
    RoleGrant.objects.filter(user=scene.ombuds, role=Role.OMBUDS).delete()
    assert (told(scene.leader), Concern.objects.count()) == (True, 2)


def test_who_is_named_and_whose_organization_it_is_learn_from_the_totals_that_nothing_has_come(scene, client_for):
    """The page and the endpoint are the same, byte for byte, before a concern names the only ombuds and after."""
    addresses = (reverse("concern_totals"), "/api/v1/concern-totals/")

    def seen() -> list[str]:
        readers = (scene.ombuds, scene.partner)
        return [mute(client_for(reader).get(address)) for reader in readers for address in addresses]

    def mute(response) -> str:
        assert response.status_code == 200
        return re.sub(r"(nonce|csrfmiddlewaretoken|X-CSRFToken)[^>]*", "", response.content.decode())

    before = seen()
    scene.filed(about="Olive Independent")
    assert seen() == before


def test_the_organization_sees_what_it_filed_and_not_at_a_school_where_the_reader_works(scene):
    own = scene.filed(organization=scene.organization, way="named").concern
    scene.filed("Not ours.")
    mine = Concern.objects.visible_to(scene.partner)
    assert list(mine) == [own]
    assert not Concern.objects.allowed(scene.partner, Permission.CONCERN_WORK).exists()
    grant(scene.partner, Role.STAFF, scene, scene.north)
    assert not Concern.objects.visible_to(User.objects.get(pk=scene.partner.pk)).exists()


def test_what_falls_due_is_the_recipient_s(scene):
    concern = scene.filed().concern
    assert concern.next_due_on == TODAY + 3 * DAY
    duty = duties_of(scene.ombuds, since=TODAY, until=TODAY + 9 * DAY)[0]
    assert (duty.uid, str(duty.of), str(duty.mail_words)) == (concern.uid, "A concern", "Something awaits you")
    grant(scene.ombuds, Role.OFFICER, scene, scene.north)
    assert duties_of(User.objects.get(pk=scene.ombuds.pk), since=TODAY, until=TODAY + 9 * DAY) == []
    assert duties_of(scene.leader, since=TODAY, until=TODAY + 9 * DAY) == []


def test_whoever_shares_a_family_name_with_somebody_mentioned_still_receives(scene):
    other = make.make_user(Role.OMBUDS, scene.district, name="Omar Independent")
    mentioned = scene.filed("I told Olive Independent and heard nothing.").concern
    left = scene.filed("Another.").concern
    working.step_aside(concern=left, by=scene.ombuds)
    for concern in (mentioned, left):
        assert (receives(scene.ombuds, concern), receives(other, concern)) == (False, True)
