"""Organizations and memoranda: validated, on record, and within one district."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from district.access import Role
from district.actions import change_memorandum, change_organization, create_memorandum, create_organization
from district.audit import Action
from district.models import AuditEvent, Memorandum, Organization
from tests import factories as make


@pytest.fixture
def district(db):
    return make.make_district("ONE")


@pytest.fixture
def leader(district):
    return make.make_user(Role.LEADER, district)


@pytest.fixture
def organization(district):
    return make.make_organization(district, "Neighbors United")


def last_event() -> AuditEvent:
    return AuditEvent.objects.first()


def test_an_organization_is_added_and_changed(district, leader):
    organization = create_organization(district=district, name=" Neighbors United ", by=leader)
    assert organization.name == "Neighbors United"
    assert (last_event().action, last_event().actor_id, last_event().district_id) == (
        Action.CREATE,
        leader.pk,
        district.pk,
    )
    assert last_event().changes == {"name": [None, "Neighbors United"], "email": [None, ""]}
    changed = change_organization(organization=organization, email="office@example.org", by=leader)
    assert Organization.objects.get() == changed
    assert changed.email == "office@example.org"
    assert (last_event().action, last_event().changes) == (Action.UPDATE, {"email": ["", "office@example.org"]})
    assert last_event().object_uid == organization.uid


def test_a_change_that_changes_nothing_leaves_no_event(organization, leader):
    change_organization(organization=organization, name="Neighbors United", by=leader)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "values", [{"name": ""}, {"email": "no address"}, {"district": None}, {"uid": "x"}, {"name": "x" * 201}]
)
def test_an_organization_takes_no_value_that_does_not_fit(organization, leader, values):
    with pytest.raises(ValidationError):
        change_organization(organization=organization, by=leader, **values)
    assert list(Organization.objects.values_list("name", "email")) == [("Neighbors United", "")]
    assert not AuditEvent.objects.exists()


def test_a_name_is_taken_once_in_a_district(organization, district, leader):
    with pytest.raises(ValidationError):
        create_organization(district=district, name="Neighbors United", by=leader)
    create_organization(district=make.make_district("TWO"), name="Neighbors United", by=leader)
    assert Organization.objects.count() == 2


def test_a_memorandum_is_added_and_changed(organization, leader):
    north, south = make.make_school(organization.district, "0001"), make.make_school(organization.district, "0002")
    memorandum = create_memorandum(
        organization=organization, title="Circles", begins_on=date(2026, 9, 1), schools=[south], by=leader
    )
    assert memorandum.district == organization.district
    assert (last_event().action, last_event().school_id) == (Action.CREATE, south.pk)
    assert last_event().changes["schools"] == [None, ["0002"]]
    assert last_event().changes["begins_on"] == [None, "2026-09-01"]
    changed = change_memorandum(
        memorandum=memorandum,
        title="Circles and peace rooms",
        signed_on=date(2026, 8, 20),
        schools=[south, north],
        by=leader,
    )
    assert list(changed.schools.order_by("code")) == [north, south]
    assert last_event().changes == {
        "title": ["Circles", "Circles and peace rooms"],
        "signed_on": [None, "2026-08-20"],
        "schools": [["0002"], ["0001", "0002"]],
    }
    change_memorandum(memorandum=memorandum, schools=[], by=leader)
    assert last_event().changes == {"schools": [["0001", "0002"], []]}
    count = AuditEvent.objects.count()
    change_memorandum(memorandum=memorandum, title="Circles and peace rooms", schools=[], by=leader)
    assert AuditEvent.objects.count() == count


def test_a_memorandum_names_schools_of_its_own_district_only(organization, leader):
    elsewhere = make.make_school(make.make_district("TWO"))
    with pytest.raises(ValidationError, match="own district"):
        create_memorandum(
            organization=organization, title="Circles", begins_on=date(2026, 9, 1), schools=[elsewhere], by=leader
        )
    memorandum = make.make_memorandum(organization)
    with pytest.raises(ValidationError, match="own district"):
        change_memorandum(memorandum=memorandum, title="New", schools=[elsewhere], by=leader)
    assert list(Memorandum.objects.values_list("title", flat=True)) == [memorandum.title]
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "values", [{"ends_on": date(2030, 8, 31)}, {"begins_on": None}, {"title": ""}, {"organization": None}]
)
def test_a_memorandum_takes_no_value_that_does_not_fit(organization, leader, values):
    memorandum = make.make_memorandum(organization)
    before = Memorandum.objects.values().get()
    with pytest.raises(ValidationError):
        change_memorandum(memorandum=memorandum, by=leader, **values)
    assert Memorandum.objects.values().get() == before
    assert not AuditEvent.objects.exists()
