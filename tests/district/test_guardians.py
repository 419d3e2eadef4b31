"""Guardians and the languages of the home: what is kept, who changes it, and what the trail says."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from district.access import Role
from district.actions_students import add_guardian, change_guardian, set_home_languages, void_guardian
from district.models import AuditEvent, Guardian
from district.steps import StepNotAllowed
from tests import factories as make
from tests.district.test_pages import text_of

GIVEN = {"given_name": "Ana", "family_name": "Cruz", "relationship": "parent"}
FORM = {**GIVEN, "contact_order": "1", "may_be_told": "on", "language_1": "es", "language_2": "en", "phone": "555-0100"}


@pytest.fixture
def custodian(world):
    return world.user(Role.RECORDS)


def test_a_guardian_is_a_person_and_a_link(world, custodian):
    guardian = add_guardian(student=world.student, by=custodian, **GIVEN, languages=["ES", "en"], phone="555-0100")
    guardian.refresh_from_db()
    assert guardian.person.name == "Ana Cruz"
    assert guardian.person.district == world.district
    assert guardian.languages == ["es", "en"]
    event = AuditEvent.objects.get(object_type="guardian")
    assert (event.action, event.student_id) == ("create", world.student.pk)
    assert event.changes["languages"] == [None, ["es", "en"]]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"given_name": " ", "family_name": ""}, "given_name"),
        ({"relationship": "friend"}, "relationship"),
        ({"relationship": ""}, "relationship"),
        ({"languages": ["spanish"]}, "languages"),
        ({"languages": ["es", "en", "ar", "bn"]}, "languages"),
        ({"contact_order": 0}, "contact_order"),
        ({"contact_order": 10**9}, "contact_order"),
        ({"may_be_told": False}, "restriction"),
        ({"may_be_told": False, "restriction": "  "}, "restriction"),
        ({"phone": "1" * 41}, "phone"),
        ({"begins_on": date(2021, 2, 1), "ends_on": date(2021, 1, 1)}, "__all__"),
        ({"voided_at": None}, "voided_at"),
        ({"person": None}, "person"),
    ],
)
def test_what_is_refused(world, custodian, values, field):
    with pytest.raises(ValidationError) as refused:
        add_guardian(student=world.student, by=custodian, **(GIVEN | values))
    assert field in refused.value.message_dict
    assert not AuditEvent.objects.exists()
    assert world.student.guardians.count() == 1


def test_one_name_is_enough(world, custodian):
    only = add_guardian(student=world.student, by=custodian, **(GIVEN | {"given_name": ""}))
    assert only.person.name == "Cruz"
    assert add_guardian(student=world.student, by=custodian, **(GIVEN | {"family_name": ""})).person.name == "Ana"


def test_a_change_is_written_down_and_none_is_not(world, custodian):
    guardian = world.student.guardians.get()
    change_guardian(guardian=guardian, by=custodian, phone="555-0111", ends_on=date(2021, 1, 31))
    event = AuditEvent.objects.get()
    assert event.changes == {"phone": ["", "555-0111"], "ends_on": [None, "2021-01-31"]}
    change_guardian(guardian=guardian, by=custodian, phone="555-0111")
    assert AuditEvent.objects.count() == 1


def test_a_mistake_is_voided_and_stays(world, custodian):
    guardian = void_guardian(guardian=world.student.guardians.get(), reason="Another child's mother.", by=custodian)
    assert guardian in Guardian.objects.filter(student=world.student)
    assert not Guardian.objects.standing().filter(student=world.student).exists()
    for verb in (void_guardian, change_guardian):
        with pytest.raises(StepNotAllowed):
            verb(guardian=guardian, by=custodian, **({"reason": "Again."} if verb is void_guardian else {"phone": "1"}))


def test_nobody_stands_twice_for_one_student(world):
    guardian = world.student.guardians.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Guardian.objects.create(student=world.student, person=guardian.person, relationship="parent")
    guardian.voided_at = guardian.created_at
    guardian.save()
    Guardian.objects.create(student=world.student, person=guardian.person, relationship="parent")


def test_a_language_is_found_as_a_whole_word(world):
    tags = {"es": ["es"], "first": ["es", "en"], "last": ["en", "es"], "middle": ["en", "es", "so"], "none": ["est"]}
    rows = {name: make.make_guardian(world.student, languages=found) for name, found in tags.items()}
    found = set(Guardian.objects.speaking("es"))
    assert found == {rows[name] for name in ("es", "first", "last", "middle")}


def test_languages_at_home(world, custodian):
    set_home_languages(student=world.student, languages=["es", "en", "es"], by=custodian)
    world.student.refresh_from_db()
    assert world.student.home_languages == ["es", "en"]
    assert AuditEvent.objects.get().changes == {"home_languages": [[], ["es", "en"]]}
    set_home_languages(student=world.student, languages=["es", "en"], by=custodian)
    assert AuditEvent.objects.count() == 1
    with pytest.raises(ValidationError):
        set_home_languages(student=world.student, languages=["klingon language"], by=custodian)


def test_who_sees_guardians(world):
    seen = {role: Guardian.objects.visible_to(world.user(role)).count() for role in Role}
    assert {role: count for role, count in seen.items() if count} == {
        Role.OFFICER: 1,
        Role.PRINCIPAL: 1,
        Role.RECORDS: 2,
    }


# --- Pages ---------------------------------------------------------------------------------------------------------
def test_adding_changing_and_voiding_on_the_pages(world, custodian, client_for):
    client = client_for(custodian)
    add = reverse("guardian_add", args=[world.student.uid])
    refused = client.post(add, {**FORM, "given_name": "", "family_name": ""})
    assert "Give a name." in text_of(refused)
    assert client.post(add, FORM)["Location"] == reverse("student_detail", args=[world.student.uid])
    guardian = Guardian.objects.get(person__family_name="Cruz")
    change = reverse("guardian_change", args=[guardian.uid])
    form = client.get(change).context["form"]
    assert (form["language_1"].value(), form["language_2"].value(), form["phone"].value()) == ("es", "en", "555-0100")
    untold = client.post(change, {**FORM, "may_be_told": ""})
    assert "Say why this person may not be told" in text_of(untold)
    client.post(
        change, {**FORM, "may_be_told": "", "restriction": "Court order.", "language_1": "so", "language_2": ""}
    )
    guardian.refresh_from_db()
    assert (guardian.may_be_told, guardian.languages) == (False, ["so"])
    void = reverse("guardian_void", args=[guardian.uid])
    assert void in text_of(client.get(change))
    client.post(void, {"reason": "Another child's mother."})
    assert client.post(change, FORM).status_code == 409
    listed = text_of(client.get(f"{reverse('guardian_list')}?language=so&voided=true"))
    assert "Ana Cruz" in listed
    assert "1 found" in listed
    assert client.get(f"{reverse('guardian_list')}?language=klingon").status_code == 400


def test_a_language_that_is_not_listed_stays_when_the_form_is_saved(world, custodian, client_for):
    guardian = world.student.guardians.get()
    Guardian.objects.filter(pk=guardian.pk).update(languages="es-MX xx")
    client = client_for(custodian)
    change = reverse("guardian_change", args=[guardian.uid])
    page = client.get(change)
    assert "Spanish (es-MX)" in text_of(page)
    client.post(change, {**FORM, "language_1": "es-MX", "language_2": "xx"})
    guardian.refresh_from_db()
    assert guardian.languages == ["es-MX", "xx"]


def test_each_look_at_a_form_about_a_student_leaves_a_trace(world, custodian, client_for):
    client = client_for(custodian)
    guardian = world.student.guardians.get()
    for name, record in (
        ("guardian_add", world.student),
        ("student_languages", world.student),
        ("guardian_change", guardian),
        ("guardian_void", guardian),
    ):
        client.get(reverse(name, args=[record.uid]))
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.student_id) == ("view", world.student.pk)
    assert AuditEvent.objects.count() == 4
