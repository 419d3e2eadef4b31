"""Two records of one student become one: what moves, what is there twice, what figures say before and after."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from dashboards.measures import MEASURES, Pool, count_cells
from dashboards.merging import KINDS, merge_students, preview
from discipline.models import FamilyContact, Involvement, Referral, ReferralResponse, Removal
from district.access import Role
from district.merging_students import MERGED
from district.models import (
    AuditEvent,
    Enrollment,
    Guardian,
    ProgramStatus,
    SchoolYear,
    Student,
    StudentMerge,
    StudentNote,
)
from district.steps import StepNotAllowed
from tests import factories as make

WHY = "The birth certificate is the same."


@pytest.fixture
def custodian(world):
    return world.user(Role.RECORDS)


@pytest.fixture
def twice(world):
    """The world's student at north, and a second record of her at north and south with records of every kind."""
    other = make.make_student(world.district, race="WH", sex="F", grade="09", birth_date=date(2006, 2, 28))
    last_year = make.make_school_year(world.district, 2020)
    make.enroll(other, world.north, world.year, begins_on=date(2020, 10, 1), ends_on=date(2021, 3, 1))
    make.enroll(other, world.south, world.year)
    make.enroll(other, world.south, last_year)
    Enrollment.objects.filter(student=world.student).update(begins_on=date(2020, 9, 1), ends_on=date(2020, 12, 1))
    make.make_program_status(world.student, world.year, idea=True, ends_on=date(2021, 1, 1))
    make.make_program_status(other, world.year, english_learner=True)
    make.make_program_status(other, world.year, homeless=True, begins_on=date(2021, 2, 1))
    mother = world.student.guardians.get().person
    make.make_guardian(other, given_name=mother.given_name, family_name=mother.family_name)
    make.make_guardian(other, relationship="grandparent")
    make.make_note(other, world.south, world.year)
    shared = world.student.referrals.get().incident
    make.involve(shared, other, world.district.behaviors.get(), law_enforcement="referred", response="COUNSELING")
    make.involve(shared, other, role="witness")
    ReferralResponse.objects.create(referral=make.refer(shared, other), response="MEDIATION", on=date(2020, 11, 11))
    make.remove(shared, other)
    own = make.make_incident(world.south, world.year)
    make.involve(own, other, world.district.behaviors.get())
    make.refer(own, other)
    make.remove(own, other, kind="ISS", days="2", identifier="R-1")
    FamilyContact.objects.create(incident=own, student=other, way="phone", at=timezone.now())
    return world.student, other


def counted(world):
    """Enrolled and affected students and events of the district's year, by measure."""
    pool = Pool({world.year.pk: world.year.year})
    return {
        key: [(cell.enrolled, cell.affected, cell.events) for cell in count_cells(MEASURES[key], pool, ())]
        for key in ("referral", "oss", "iss", "law_enforcement", "any_removal")
    }


def test_figures_count_one_student_less_and_no_event_twice(world, twice, custodian):
    kept, other = twice
    revisions = dict(SchoolYear.objects.values_list("pk", "revision"))
    before = counted(world)
    assert before["referral"] == [(3, 3, 4)]
    assert before["oss"] == [(3, 3, 3)]
    merge_students(kept=kept, merged=other, reason=WHY, by=custodian)
    after = counted(world)
    assert after["referral"] == [(2, 2, 3)]
    assert after["oss"] == [(2, 2, 2)]
    assert after["iss"] == [(2, 1, 1)]
    assert after["law_enforcement"] == [(2, 1, 1)]
    raised = {pk for pk, revision in SchoolYear.objects.values_list("pk", "revision") if revision > revisions[pk]}
    assert raised == {world.year.pk, SchoolYear.objects.get(district=world.district, year=2020).pk}


def test_everything_moves_or_is_joined_and_nothing_is_lost(world, twice, custodian):
    kept, other = twice
    merge = merge_students(kept=kept, merged=other, reason=WHY, by=custodian)
    other.refresh_from_db()
    assert other.merged_into == kept
    assert {kind: len(ids) for kind, ids in merge.moved.items()} == {
        "enrollment": 2,
        "programstatus": 1,
        "guardian": 1,
        "studentnote": 1,
        "involvement": 2,
        "referral": 1,
        "removal": 1,
        "familycontact": 1,
    }
    assert {kind: len(ids) for kind, ids in merge.doubles.items()} == {
        "enrollment": 1,
        "programstatus": 1,
        "guardian": 1,
        "involvement": 1,
        "referral": 1,
        "removal": 1,
    }
    north = kept.enrollments.get(school=world.north)
    assert (north.begins_on, north.ends_on) == (date(2020, 9, 1), date(2021, 3, 1))
    assert kept.enrollments.count() == 3
    assert not Enrollment.objects.filter(student=other).exists()
    first = kept.program_statuses.get(begins_on=None)
    assert (first.idea, first.english_learner, first.ends_on) == (True, True, None)
    assert kept.program_statuses.count() == 2
    assert kept.guardians.standing().count() == 2
    assert Guardian.objects.get(student=other).void_reason == MERGED
    assert kept.notes.count() == 2
    part = kept.involvements.get(role="responsible", incident__school=world.north)
    assert (part.law_enforcement, part.response) == ("referred", "MEDIATION")
    assert Involvement.objects.get(student=other).voided_at
    shared = kept.referrals.get(incident=part.incident)
    assert shared.responses.get().response == "MEDIATION"
    double = Referral.objects.get(student=other)
    assert (double.status, double.statuses.last().note) == ("voided", MERGED)
    assert Removal.objects.get(student=other).void_reason == MERGED
    assert [removal.identifier for removal in kept.removals.order_by("pk")] == ["", "R-1"]
    assert FamilyContact.objects.get().student == kept


def test_one_race_and_sex_a_year_and_gaps_are_filled(world, twice, custodian):
    kept, other = twice
    Student.objects.filter(pk=kept.pk).update(birth_date=None, home_languages="es")
    Student.objects.filter(pk=other.pk).update(home_languages="en es")
    merge_students(kept=kept, merged=other, reason=WHY, by=custodian)
    kept.refresh_from_db()
    assert kept.birth_date == date(2006, 2, 28)
    assert kept.home_languages == ["es", "en"]
    assert set(kept.enrollments.in_year(2021).values_list("race", "sex")) == {("BL", "F")}
    assert set(kept.enrollments.in_year(2020).values_list("race")) == {("WH",)}
    assert kept.enrollments.filter(is_last_in_year=True).count() == 2


def test_preview_says_what_the_merge_does(twice, custodian):
    kept, other = twice
    seen = preview(kept=kept, merged=other)
    merge = merge_students(kept=kept, merged=other, reason=WHY, by=custodian, seen=seen.fingerprint)
    assert merge.moved == {kind: [str(row.uid) for row in rows] for kind, rows in seen.moved.items()}
    assert merge.doubles == {kind: [str(row.uid) for row in rows] for kind, rows in seen.doubles.items()}


def test_a_preview_that_has_grown_old_is_refused_and_nothing_moves(world, twice, custodian):
    kept, other = twice
    seen = preview(kept=kept, merged=other).fingerprint
    make.make_note(other, world.south, world.year)
    with pytest.raises(ValidationError, match="have changed"):
        merge_students(kept=kept, merged=other, reason=WHY, by=custodian, seen=seen)
    assert not StudentMerge.objects.filter(merged=other).exists()
    assert other.enrollments.count() == 3


def test_every_record_that_names_a_student_has_a_part_in_a_merge():
    """A model that comes later fails here until its floor says what becomes of its rows."""
    naming = {
        relation.related_model._meta.model_name
        for relation in Student._meta.related_objects
        if relation.related_model not in (Student, StudentMerge)
    }
    assert naming == set(KINDS)


def test_a_voided_record_gives_way_to_one_that_stands(world, custodian):
    kept, other = world.student, make.make_student(world.district)
    make.enroll(other, world.north, world.year)
    incident, now = kept.referrals.get().incident, timezone.now()
    kept.involvements.update(voided_at=now, void_reason="Mistaken.")
    kept.removals.update(voided_at=now, void_reason="Mistaken.")
    kept.referrals.update(status="voided")
    make.involve(incident, other, world.district.behaviors.get())
    make.refer(incident, other)
    removal = make.remove(incident, other, days="4")
    merge_students(kept=kept, merged=other, reason=WHY, by=custodian)
    assert kept.involvements.get().voided_at is None
    assert kept.referrals.get().status == "decided"
    assert kept.referrals.get().statuses.last().note == MERGED
    assert kept.removals.get() == removal
    assert other.removals.get().void_reason == "Mistaken."
    assert counted(world)["oss"] == [(2, 2, 2)]


def test_what_cannot_be_one_student_is_refused(world, custodian):
    with pytest.raises(ValidationError, match="another record"):
        preview(kept=world.student, merged=world.student)
    with pytest.raises(ValidationError, match="same district"):
        preview(kept=world.student, merged=world.far_student)
    with pytest.raises(StepNotAllowed):
        preview(kept=world.south_student, merged=world.student.merged_here.get())
    with pytest.raises(ValidationError, match="Say how you know"):
        merge_students(kept=world.student, merged=world.south_student, reason="  ", by=custodian)
    staff = make.make_staff(world.district, world.north, world.year)
    also = Student.objects.create(person=staff.person, district=world.district, local_id="77")
    with pytest.raises(ValidationError, match="on the staff"):
        preview(kept=world.student, merged=also)
    assert preview(kept=also, merged=world.student).moved


def test_a_chain_of_merges_ends_at_the_last_record(world, custodian):
    first, second, third = (make.make_student(world.district) for _ in range(3))
    merge_students(kept=second, merged=first, reason=WHY, by=custodian)
    merge_students(kept=third, merged=second, reason=WHY, by=custodian)
    assert set(third.merged_here.all()) == {first, second}
    assert StudentMerge.objects.filter(district=world.district, merged__in=[first, second]).count() == 2


def test_the_roster_id_goes_to_the_record_that_lacks_one(world, custodian):
    kept, other = make.make_student(world.district), make.make_student(world.district)
    other.person.sourced_id = "s-1"
    other.person.save()
    merge_students(kept=kept, merged=other, reason=WHY, by=custodian)
    kept.person.refresh_from_db()
    other.person.refresh_from_db()
    assert (kept.person.sourced_id, other.person.sourced_id) == ("s-1", "")


def test_the_trail_holds_who_why_and_what(twice, custodian):
    kept, other = twice
    merge = merge_students(kept=kept, merged=other, reason=WHY, by=custodian)
    event = AuditEvent.objects.get(details__has_key="merged")
    assert (event.actor, event.student_id, event.details["reason"]) == (custodian.email, kept.pk, WHY)
    assert event.details["moved"] == merge.moved
    assert AuditEvent.objects.get(details__has_key="merged_into").student_id == other.pk
    joined = AuditEvent.objects.filter(details__has_key="joined")
    assert {row.object_type for row in joined} == {"enrollment", "programstatus"}
    assert all(row.details["double"] for row in joined)


def test_the_address_of_the_merged_record_leads_to_the_kept_one(world, twice, custodian, client_for):
    kept, other = twice
    merge_students(kept=kept, merged=other, reason=WHY, by=custodian)
    officer = client_for(world.user(Role.OFFICER))
    answer = officer.get(reverse("student_detail", args=[other.uid]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("student_detail", args=[kept.uid]))
    assert officer.get(f"/api/v1/students/{other.uid}/").status_code == 404
    assert str(other.uid) not in officer.get("/api/v1/students/").content.decode()
    elsewhere = client_for(make.make_user(Role.OFFICER, world.other))
    assert elsewhere.get(reverse("student_detail", args=[other.uid])).status_code == 404


# --- Pages ---------------------------------------------------------------------------------------------------------
def test_the_list_points_out_swapped_names_and_accents_and_leaves_the_merged_out(world, client_for):
    born = date(2008, 5, 6)
    for given, family in (("Zoë", "Núñez"), ("Nunez", "Zoe"), ("Zoe", "Nunez")):
        student = make.make_student(world.district, given, family, birth_date=born)
        make.enroll(student, world.south, world.year, refresh=False)
    make.make_student(world.other, "Zoe", "Nunez", birth_date=born)
    client = client_for(world.user(Role.RECORDS))
    page = client.get(reverse("student_duplicates")).content.decode()
    assert page.count("Names in another order, same birth date") == 2
    assert page.count("Same name, same birth date") == 1
    event = AuditEvent.objects.get(action="view")
    assert event.details == {"collection": "student-duplicates", "count": 3}


def test_merging_on_the_page(world, twice, client_for):
    kept, other = twice
    client = client_for(world.user(Role.RECORDS))
    address = reverse("student_merge", args=[kept.uid])
    assert "Local id of the other record" in client.get(address).content.decode()
    assert "There is no other record" in client.get(f"{address}?local_id=nobody").content.decode()
    page = client.get(f"{address}?local_id={other.local_id}")
    shown = page.content.decode()
    assert "Side by side" in shown
    assert "Same incident: the second is voided" in shown
    assert set(AuditEvent.objects.filter(action="view").values_list("student_id", flat=True)) == {kept.pk, other.pk}
    where = f"{address}?other={other.uid}"
    assert "Nothing was saved yet" in client.post(where, {"reason": ""}).content.decode()
    stale = client.post(where, {"reason": WHY, "seen": "0" * 64})
    assert "have changed since you looked" in stale.content.decode()
    answer = client.post(where, {"reason": WHY, "seen": stale.context["seen"]})
    assert answer["Location"] == reverse("student_detail", args=[kept.uid])
    history = client.get(reverse("student_merge_list")).content.decode()
    assert "Enrollments 2, Program status 1" in history
    assert other.local_id in history
    again = client.post(where, {"reason": WHY, "seen": ""})
    assert again.status_code == 200
    assert "Choose the other record first" in again.content.decode()


def test_who_merges_in_one_district_reaches_no_other_and_a_school_is_not_enough(world, client_for):
    client = client_for(world.user(Role.RECORDS))
    far = reverse("student_merge", args=[world.far_student.uid])
    assert client.get(far).status_code == 404
    page = client.get(f"{reverse('student_merge', args=[world.student.uid])}?other={world.far_student.uid}")
    assert "There is no other record" in page.content.decode()
    assert world.far_student.person.family_name not in page.content.decode()
    one_school = client_for(make.make_user(Role.RECORDS, world.district, world.north))
    assert one_school.get(reverse("student_merge", args=[world.student.uid])).status_code == 404
    assert one_school.get(reverse("student_detail", args=[world.student.uid])).status_code == 200


def test_notes_and_programs_of_both_count_once_more_for_themselves(world, twice, custodian):
    """The same note in both records is one note."""
    kept, other = twice
    note = kept.notes.get()
    make.make_note(other, note.school, note.school_year, kind=note.kind, noted_on=note.noted_on, text=note.text)
    merge_students(kept=kept, merged=other, reason=WHY, by=custodian)
    assert StudentNote.objects.filter(student=kept).standing().count() == 2
    assert ProgramStatus.objects.filter(student=other).count() == 0
