"""What came after a concern: whom the sealed names mean, what counts, what does not, and what the ombuds notes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from commitments.actions.concerns import working
from commitments.actions.concerns.clock import purge_concerns
from commitments.models import Concern
from dashboards.merging import merge_students
from dashboards.models import ActionLook
from dashboards.retaliation.actions import look_into, purge_looks
from dashboards.retaliation.sources import Adverse
from dashboards.retaliation.watch import WINDOW, flagged, watched
from discipline.models import OtherPerson
from district.models import AuditEvent, RoleGrant, Student
from district.steps import StepNotAllowed
from tests import factories as make
from tests.dashboards.retaliation.conftest import FILED

DAY = timedelta(days=1)
HAPPENED = date(2020, 11, 10)


def flags(concern: Concern) -> list[tuple[str, str, int]]:
    (one,) = watched([concern])
    return [(flag.words, flag.whose, flag.days_after) for flag in one.flags]


def age(model, on: date, **which) -> None:
    """Let rows look as if they had been written at noon of a day."""
    at = timezone.make_aware(datetime.combine(on, datetime.min.time().replace(hour=12)))
    model.objects.filter(**which).update(created_at=at, updated_at=at)


# --- The child -------------------------------------------------------------------------------------------------------
def test_what_was_done_to_the_child_after_the_concern(world, file):
    concern = file(child=str(world.student))
    found = flags(concern)
    assert {whose for _words, whose, _after in found} == {"child"}
    assert ("Out-of-school suspension", "child", 40) in found
    assert ("Named in an incident as the student who caused harm", "child", 40) in found
    (one,) = flagged(world.user("ombuds"))
    assert (one.concern, {flag.place for flag in one.flags}) == (concern, {"North School"})


def test_nothing_before_it_or_on_its_day_and_nothing_after_a_year(world, file):
    name = str(world.student)
    for on in (HAPPENED + DAY, HAPPENED, HAPPENED - WINDOW - DAY):
        assert not [one for one in flags(file(child=name, on=on)) if one[0] != "Referred"], on
    assert [one for one in flags(file(child=name, on=HAPPENED - WINDOW)) if one[0] == "Out-of-school suspension"]
    assert [one[2] for one in flags(file(child=name, on=HAPPENED - DAY)) if one[0] == "Out-of-school suspension"] == [1]


def test_another_child_is_nobody_of_the_concern(world, file):
    assert flags(file(child="Somebody Unknown")) == []
    other = make.make_student(world.district, "Only", "Healthy")
    make.enroll(other, world.north, world.year)
    assert flags(file(child="Only Healthy")) == []
    assert flags(file(child=str(world.student), district=world.other, school=None)) == [], "another district"


def test_names_are_read_without_accents_case_and_order_and_two_of_one_name_are_nobody(world, file):
    student = make.make_student(world.district, "Zoë Ana", "O’Brien-Łukas")
    make.enroll(student, world.north, world.year)
    make.remove(make.make_incident(world.north, world.year), student)
    for text in ("zoe ana obrien lukas", "O'Brien-Lukas, Zoë Ana", "ZOË ANA O’BRIEN-ŁUKAS"):
        assert [one[0] for one in flags(file(child=text))] == ["Out-of-school suspension"], text
    assert flags(file(child="Zoë")) == [], "one part is no name"
    twin = make.make_student(world.district, "Zoë Ana", "O’Brien-Łukas")
    concern = file(child="zoe ana obrien lukas")
    assert len(flags(concern)) == 1, "only one of the two attends the school of the concern"
    make.enroll(twin, world.north, world.year)
    (one,) = watched([concern])
    assert (one.flags, one.known.doubts) == ((), ["child"])


def test_a_middle_name_may_be_left_out_and_a_longer_name_is_somebody_else(world, file):
    student = make.make_student(world.district, "Ana", "Example")
    student.person.middle_name = "Luz"
    student.person.save()
    make.remove(make.make_incident(world.north, world.year), student)
    assert [len(flags(file(child=text))) for text in ("Ana Example", "Ana Luz Example", "Ana Example Smith")] == [
        1,
        1,
        0,
    ]


def test_a_merged_record_leads_to_the_one_that_was_kept(world, file):
    double = make.make_student(world.district, "Double", "Entry")
    concern = file(child="Double Entry")
    assert flags(concern) == []
    merge_students(kept=world.student, merged=double, reason="Same birth certificate.", by=world.user("records"))
    assert ("Out-of-school suspension", "child", 40) in flags(concern)


def test_leaving_the_school_and_being_sent_home(world, file):
    student = make.make_student(world.district, "Moved", "Away")
    make.enroll(student, world.north, world.year, ends_on=date(2021, 1, 15))
    make.enroll(student, world.south, world.year, begins_on=date(2021, 1, 18), ends_on=world.year.ends_on)
    assert flags(file(child="Moved Away")) == [("Left the school", "child", 106)]
    link = make.make_family(make.make_guardian(student), world.north, world.year, world.user("staff"))
    link.sent_home.all().update(state="alleged", begins_on=date(2020, 12, 1))
    assert ("Sent home, a family says", "child", 61) in flags(file(child="Moved Away"))


def test_a_guardian_who_spoke_up_without_naming_the_child(world, file):
    make.make_guardian(world.student, given_name="Grace", family_name="Guardian")
    assert ("Out-of-school suspension", "child", 40) in flags(file(name="Grace Guardian"))
    assert flags(file(name="Grace Guardia")) == []


# --- Staff -----------------------------------------------------------------------------------------------------------
def test_what_was_done_to_a_member_of_staff(world, file):
    user = world.user("staff")
    staff = make.make_staff(world.district, world.north, world.year, given_name="Sam", family_name="Teacher")
    staff.person.email = user.email
    staff.person.save()
    concern = file(name="Sam Teacher", contact=f"write to {user.email}")
    assert flags(concern) == []
    grant = user.grants.get()
    grant.ends_on = date(2020, 12, 1)
    grant.save()
    staff.assignments.update(ends_on=date(2021, 1, 29))
    incident = make.make_incident(world.north, world.year)
    OtherPerson.objects.create(incident=incident, kind="staff", role="responsible", staff=staff)
    assert sorted(flags(concern)) == [
        ("Named in an incident as having caused harm", "reporter", 40),
        ("Role ended: Staff", "reporter", 61),
        ("Work at the school ended", "reporter", 120),
    ]
    age(type(grant), FILED - DAY, pk=grant.pk)
    assert "Role ended: Staff" not in [one[0] for one in flags(concern)], "its end was set before"


def test_an_account_is_known_by_its_id(world, file):
    partner = world.user("partner")
    concern = file(user=str(partner.pk))
    partner.grants.update(ends_on=date(2020, 12, 1), updated_at=timezone.now())
    assert flags(concern) == [("Role ended: Partner organization coordinator", "reporter", 61)]
    assert flags(file()) == []


# --- Days ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("on", "written", "after"),
    [
        (5, None, 5),
        (0, None, None),
        (-1, None, None),
        (5, 5, 5),
        (5, 0, None),  # decided on the day of the concern or before, to begin later
        (-10, 3, 3),  # set back, but put down after it
        (-10, 20, 20),
        (-11, 20, None),  # more than thirty days late: old records that somebody corrects
        (0, 1, 1),
    ],
)
def test_a_day_that_was_set_back_hides_nothing(on, written, after, world):
    put_down = None if written is None else FILED + written * DAY
    action = Adverse("removal", 1, world.student.uid, FILED + on * DAY, "Removed", written_on=put_down)
    day = action.day_after(FILED)
    assert (day - FILED).days == after if after is not None else day is None


def test_what_was_voided_is_not_told(world, file):
    concern = file(child=str(world.student))
    world.student.removals.update(voided_at=timezone.now())
    world.student.involvements.update(voided_at=timezone.now())
    world.student.referrals.update(status="voided")
    assert flags(concern) == []


# --- What the ombuds notes -------------------------------------------------------------------------------------------
def test_a_note_is_sealed_and_found_by_the_two_together_only(world, file):
    ombuds, concern = world.user("ombuds"), file(child=str(world.student))
    (one,) = flagged(ombuds)
    mark = one.flags[0].mark
    look_into(concern=concern, mark=mark, note="The dean was asked about the parrot.", by=ombuds, on=FILED)
    look_into(concern=concern, mark=mark, note="Nothing to it.", by=ombuds, on=FILED + DAY)
    row = ActionLook.objects.get()
    stored = f"{row.mark} {row.sealed}"
    for word in ("parrot", str(concern.uid), str(world.student.uid), ombuds.email):
        assert word not in stored
    (one,) = flagged(ombuds)
    assert [look.note for look in one.flags[0].looks] == ["The dean was asked about the parrot.", "Nothing to it."]
    assert len(one.new) == len(one.flags) - 1
    for text in ("", " ", "x" * 2001):
        with pytest.raises(ValidationError):
            look_into(concern=concern, mark=mark, note=text, by=ombuds)
    for who, key in ((world.user("leader"), mark), (ombuds, "0" * 64)):
        with pytest.raises(StepNotAllowed):
            look_into(concern=concern, mark=key, note="x", by=who)


def test_no_event_of_the_trail_names_a_concern_or_a_child(world, file, client_for):
    concern = file(child=str(world.student))
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    client = client_for(world.user("ombuds"))
    mark = flagged(world.user("ombuds"))[0].flags[0].mark
    for address in ("/concerns/after/", f"/concerns/after/{concern.uid}/", f"/concerns/after/{concern.uid}/{mark}/"):
        assert client.get(address).status_code == 200
    assert client.post(f"/concerns/after/{concern.uid}/{mark}/", {"note": "Asked."}).status_code == 302
    assert client.get("/api/v1/dashboards/concerns/after/").status_code == 200
    events = AuditEvent.objects.exclude(pk__in=before)
    assert events.count() >= 5
    assert set(events.values_list("details__what", flat=True)) == {"actions after concerns"}
    assert set(events.values_list("object_uid", "object_type", "student_id", "school_id")) == {(None, "", None, None)}


def test_after_the_purge_nothing_is_left(world, file):
    ombuds, concern = world.user("ombuds"), file(child=str(world.student))
    mark = flagged(ombuds)[0].flags[0].mark
    look_into(concern=concern, mark=mark, note="Asked.", by=ombuds)
    assert purge_looks(world.district, today=FILED) == 0
    Concern.objects.update(state="resolved", resolved_on=FILED, outcome="outside", next_due_on=None)
    later = FILED + timedelta(days=400)
    assert purge_looks(world.other, today=later) == 0
    assert purge_concerns(world.district, today=later) >= 1
    assert purge_looks(world.other, today=later) == 0, "another district's"
    assert purge_looks(world.district, today=later) == 1
    assert (flagged(ombuds), ActionLook.objects.count()) == ([], 0)
    assert watched(list(Concern.objects.filter(pk=concern.pk)))[0].flags == ()


def test_a_new_key_goes_on_finding_the_notes(world, file, settings):
    from cryptography.fernet import Fernet

    ombuds, concern = world.user("ombuds"), file(child=str(world.student))
    mark = flagged(ombuds)[0].flags[0].mark
    look_into(concern=concern, mark=mark, note="Asked.", by=ombuds)
    settings.CONCERN_KEYS = [Fernet.generate_key().decode(), *settings.CONCERN_KEYS]
    (flag,) = [flag for flag in flagged(ombuds)[0].flags if flag.looks]
    assert [look.note for look in flag.looks] == ["Asked."]
    look_into(concern=concern, mark=flag.mark, note="Again.", by=ombuds)
    assert ActionLook.objects.count() == 1
    settings.CONCERN_KEYS = [Fernet.generate_key().decode()]
    assert flagged(ombuds) == [], "without the keys nobody is known"


def test_whoever_stepped_aside_or_works_at_the_school_sees_none(world, file):
    ombuds, concern = world.user("ombuds"), file(child=str(world.student))
    assert len(flagged(ombuds)) == 1
    working.step_aside(concern=concern, by=ombuds)
    assert flagged(world.user("ombuds")) == []
    file(child=str(world.student))
    RoleGrant.objects.create(user=world.user("ombuds"), role="staff", district=world.district, school=world.north)
    assert flagged(world.user("ombuds")) == []


def test_the_number_of_queries_is_fixed(world, file, django_assert_max_num_queries, client_for):
    client = client_for(world.user("ombuds"))

    def another(number: int) -> None:
        student = make.make_student(world.district, "Child", f"Number{number}x")
        make.enroll(student, world.north, world.year)
        make.remove(make.make_incident(world.north, world.year), student)
        make.make_guardian(student, given_name="Parent", family_name=f"Number{number}x")
        file(child=f"Child Number{number}x", name=f"Parent Number{number}x", contact="parent@example.org")

    another(99)
    client.get("/concerns/after/")
    with django_assert_max_num_queries(45) as few:
        assert client.get("/concerns/after/").status_code == 200
    for number in range(12):
        another(number)
    with django_assert_max_num_queries(len(few)):
        assert client.get("/concerns/after/").content.count(b"Out-of-school") >= 12
    with django_assert_max_num_queries(60):
        assert client.get("/").status_code == 200
    assert Student.objects.count() >= 12


def test_the_desk_shows_a_concern_however_long_it_is_overdue(world, file, client_for):
    Concern.objects.update(next_due_on=None)
    file(on=date(2020, 10, 1))
    desk = client_for(world.user("ombuds")).get("/").content.decode()
    assert "Begin to look into it" in desk
    assert "Overdue" in desk
