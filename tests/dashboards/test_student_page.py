"""The page of a student: a clean slate, older records for a reason, strengths first, and nothing that leaks."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboards.clean_slate import years_shown
from district import standing
from district.access import Role
from district.models import AuditEvent, RoleGrant, Student, StudentNote
from tests import factories as make
from tests.district.test_pages import text_of

WHY = "Preparing the expulsion hearing next week."


@pytest.fixture
def past(world):
    """The world's student three years earlier: an incident, a removal, a note and an enrollment, each easy to spot."""
    old = make.make_school_year(world.district, 2018)
    make.make_school_year(world.district, 2020)
    make.enroll(world.student, world.north, old, grade="06")
    incident = make.make_incident(world.north, old, identifier="OLD-1", occurred_on=date(2017, 11, 8))
    make.involve(incident, world.student, make.make_behavior(world.district, "99", "Old mischief"))
    make.refer(incident, world.student)
    make.remove(incident, world.student, kind="EXPULSION_WITH_SERVICES", days="77", begins_on=date(2017, 11, 9))
    make.make_note(world.student, world.north, old, text="Old kindness.", noted_on=date(2017, 10, 2))
    return world


OLD = ("Old mischief", "Expulsion", "77 school days", "Old kindness", "Grade 6", "Nov 8, 2017")


def page_of(client, student):
    response = client.get(reverse("student_detail", args=[student.uid]))
    assert response.status_code == 200
    return text_of(response)


def test_the_page_begins_with_the_year_before_this_one(past, client_for):
    page = page_of(client_for(past.user(Role.RECORDS)), past.student)
    assert "It shows 2019–20, 2020–21" in page
    assert [word for word in OLD if word in page] == []
    assert "Out-of-school suspension" in page
    assert "Helped somebody" in page


def test_this_year_is_the_latest_that_has_begun(world, time_machine):
    make.make_school_year(world.district, 2022)
    make.make_school_year(world.district, 2019)
    shown = []
    for day in ("2021-06-30", "2021-07-01", "2030-01-01"):
        time_machine.move_to(f"{day}T12:00:00-04:00")
        shown.append(tuple(year.year for year in years_shown(world.district)))
    assert shown == [(2021,), (2022, 2021), (2022, 2021)]
    assert years_shown(make.make_district()) == ()


def test_older_records_show_for_a_reason_that_is_kept(past, client_for):
    principal = client_for(past.user(Role.PRINCIPAL))
    address = reverse("student_older", args=[past.student.uid])
    for reason, said in (("", "required"), ("because", "a few more words"), ("x" * 501, "at most 500")):
        refused = principal.post(address, {"reason": reason})
        assert refused.status_code == 200
        assert said in text_of(refused)
    assert [word for word in OLD if word in page_of(principal, past.student)] == []
    answer = principal.post(address, {"reason": f"  {WHY} "})
    assert answer["Location"] == reverse("student_detail", args=[past.student.uid])
    page = page_of(principal, past.student)
    assert [word for word in OLD if word not in page] == []
    assert "Older records show until" in page
    event = AuditEvent.objects.get(details__has_key="purpose")
    assert (event.action, event.student_id, event.actor) == ("view", past.student.pk, "principal@example.org")
    assert (event.details["purpose"], event.school_id) == (WHY, past.north.pk)


def test_the_meter_is_always_of_this_year(past, client_for):
    incident = past.student.referrals.filter(incident__school_year=past.year).get().incident
    make.remove(incident, past.student, days="2.5", begins_on=date(2020, 12, 1))
    make.remove(incident, past.student, days=None, begins_on=date(2020, 12, 5))
    make.remove(incident, past.student, kind="BUS", days="0.5")
    past.year.programs_reported = True
    past.year.save()
    standing.refresh(past.year)
    principal = client_for(past.user(Role.PRINCIPAL))
    for _ in range(2):
        shown = principal.get(reverse("student_detail", args=[past.student.uid])).context
        assert shown["meter"] is None
        found = [(one.kind, one.removals, one.days, one.without_length) for one in shown["days_removed"]["kinds"]]
        assert found == [("OSS", 3, Decimal("3.5"), 1), ("BUS", 1, Decimal("0.5"), 0)]
        assert shown["days_removed"]["year"] == "2020–21"
        principal.post(reverse("student_older", args=[past.student.uid]), {"reason": WHY})


def test_where_the_count_to_day_ten_applies_it_stands_in_its_place(past, client_for):
    make.make_program_status(past.student, past.year, idea=True)
    past.year.programs_reported = True
    past.year.save()
    standing.refresh(past.year)
    principal = client_for(past.user(Role.PRINCIPAL))
    for _ in range(2):
        answer = principal.get(reverse("student_detail", args=[past.student.uid]))
        assert answer.context["days_removed"] is None
        assert "Day 1 of 10" in text_of(answer)
        principal.post(reverse("student_older", args=[past.student.uid]), {"reason": WHY})


def test_it_is_for_one_student_one_session_and_a_quarter_of_an_hour(past, client_for, time_machine):
    start = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    time_machine.move_to(start, tick=False)
    user = past.user(Role.PRINCIPAL)
    first, second = client_for(user), client_for(user)
    other = make.make_student(past.district)
    make.enroll(other, past.north, past.year)
    old = past.district.school_years.get(year=2018)
    make.enroll(other, past.north, old, grade="05")
    first.post(reverse("student_older", args=[past.student.uid]), {"reason": WHY})
    assert "Old mischief" in page_of(first, past.student)
    assert "Old mischief" not in page_of(second, past.student)
    assert "Grade 5" not in page_of(first, other)
    time_machine.move_to(start + timedelta(minutes=14), tick=False)
    assert "Old mischief" in page_of(first, past.student)
    time_machine.move_to(start + timedelta(minutes=14, seconds=61), tick=False)
    assert "Old mischief" not in page_of(first, past.student)


def test_a_right_that_ends_closes_them_at_once(past, client_for):
    user = past.user(Role.PRINCIPAL)
    client = client_for(user)
    client.post(reverse("student_older", args=[past.student.uid]), {"reason": WHY})
    assert "Old mischief" in page_of(client, past.student)
    RoleGrant.objects.filter(user=user).update(role=Role.OFFICER)
    page = page_of(client, past.student)
    assert "Old mischief" not in page
    assert "Show older records" not in page


def test_the_page_says_the_same_whether_or_not_there_is_anything_older(world, client_for):
    """Nobody learns from the offer that there is something to see."""
    officer = client_for(world.user(Role.OFFICER))
    before = page_of(officer, world.student)
    old = make.make_school_year(world.district, 2015)
    incident = make.make_incident(world.north, old)
    make.involve(incident, world.student, world.district.behaviors.get())
    make.refer(incident, world.student)
    make.remove(incident, world.student)
    assert page_of(officer, world.student) == before


def test_longer_lists_keep_to_the_same_years(past, client_for):
    for number in range(25):
        incident = make.make_incident(past.north, past.year)
        make.involve(incident, past.student, past.district.behaviors.first())
        make.refer(incident, past.student)
        make.remove(incident, past.student, begins_on=date(2020, 9, 1) + timedelta(days=number))
        make.make_note(past.student, past.north, past.year)
    records = client_for(past.user(Role.RECORDS))
    page = page_of(records, past.student)
    for name in ("referral_list", "removal_list", "note_list"):
        link = f"{reverse(name)}?student={past.student.uid}&school_year=2021%2C2020"
        assert link.replace("&", "&amp;") in page
        listed = text_of(records.get(link))
        assert "26 found" in listed
        assert not [word for word in ("Old mischief", "Nov 8, 2017", "Oct 2, 2017") if word in listed]


def test_the_number_of_queries_does_not_depend_on_the_rows(world, client_for):
    records = client_for(world.user(Role.RECORDS))
    page_of(records, world.student)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            page_of(records, world.student)
        return len(captured)

    few = queries()
    for number in range(12):
        incident = make.make_incident(world.north, world.year)
        make.involve(incident, world.student, world.district.behaviors.get())
        make.refer(incident, world.student)
        make.remove(incident, world.student, begins_on=date(2020, 9, 1) + timedelta(days=number))
        make.make_note(world.student, world.north, world.year)
        make.make_guardian(world.student)
    assert queries() == few <= 40


def test_strengths_stand_before_discipline_and_voided_ones_nowhere(world, client_for):
    note = StudentNote.objects.get(student=world.student)
    gone = make.make_note(world.student, world.north, world.year, text="Not hers at all.", voided_at=note.created_at)
    page = page_of(client_for(world.user(Role.OFFICER)), world.student)
    assert page.index(note.text) < page.index("Days removed in") < page.index(">Referrals</h2>")
    assert gone.text not in page


def test_guardians_are_those_of_today(world, client_for):
    today = world.district.today()
    make.make_guardian(world.student, given_name="Agnes", family_name="Former", ends_on=today - timedelta(days=1))
    make.make_guardian(world.student, given_name="Basil", family_name="Later", begins_on=today + timedelta(days=1))
    make.make_guardian(world.student, given_name="Cleo", family_name="Mistaken", voided_at=world.student.created_at)
    make.make_guardian(
        world.student,
        given_name="Dora",
        family_name="Present",
        languages=["so", "en"],
        needs_interpreter=True,
        may_be_told=False,
        restriction="Court order.",
        contact_order=2,
    )
    page = page_of(client_for(world.user(Role.OFFICER)), world.student)
    assert "Dora Present" in page
    assert "Somali, English" in page
    assert "needs an interpreter" in page
    assert "Not to be told" in page
    assert "Court order." in page
    assert not [name for name in ("Former", "Later", "Mistaken") if name in page]
    assert reverse("guardian_add", args=[world.student.uid]) not in page
    records = page_of(client_for(world.user(Role.RECORDS)), world.student)
    assert reverse("guardian_add", args=[world.student.uid]) in records


def test_another_school_sees_its_own_part_only(world, client_for):
    """Moved from north to south: north keeps what it wrote and south sees none of it."""
    make.enroll(world.student, world.south, world.year, begins_on=date(2021, 1, 4))
    south = client_for(make.make_user(Role.OFFICER, world.district, world.south))
    page = page_of(south, world.student)
    assert "South School" in page
    assert StudentNote.objects.get(student=world.student).text not in page
    assert "Out-of-school suspension" not in page
    shown = south.get(reverse("student_detail", args=[world.student.uid])).context
    assert [row for section in shown["sections"][:2] for row in section.rows] == []
    assert page.count("North School") == 0


def test_the_timeline_tells_every_floors_part_in_order(world, client_for):
    removal = world.student.removals.get()
    removal.ends_on = date(2020, 11, 12)
    removal.save()
    make.enroll(world.student, world.south, world.year, begins_on=date(2021, 1, 4), ends_on=date(2021, 2, 1))
    batch = world.district.imports.create(kind="discipline", file_name="a.csv")
    world.student.referrals.update(batch=batch)
    response = client_for(world.user(Role.RECORDS)).get(reverse("student_detail", args=[world.student.uid]))
    steps = [(step.on, str(step.title)) for step in response.context["steps"]]
    assert steps == [
        (date(2020, 10, 5), "Something good"),
        (date(2020, 11, 10), "Referred"),
        (date(2020, 11, 10), "Out-of-school suspension"),
        (date(2020, 11, 12), "Last day"),
        (date(2021, 1, 4), "Came to South School"),
        (date(2021, 2, 1), "Last day at South School"),
    ]


def test_on_paper_it_says_who_printed_it(world, client_for):
    page = page_of(client_for(world.user(Role.OFFICER)), world.student)
    assert "Education record, printed by officer@example.org on" in page


# --- Who can open it, and who has ------------------------------------------------------------------------------------
def test_who_can_open_it_and_why(world, client_for):
    page = text_of(client_for(world.user(Role.OFFICER)).get(reverse("student_access", args=[world.student.uid])))
    for who in ("officer@example.org", "principal@example.org", "records@example.org"):
        assert page.count(who) >= 1
    for who in ("staff@example.org", "leader@example.org", "admin@example.org", "coordinator@example.org"):
        assert who not in page
    assert "enrolled at North School, last in 2020–21" in page
    assert "The role holds in the whole district." in page
    assert "Who opened it" not in page


def test_who_opened_it_is_for_those_who_audit_with_the_purpose_and_across_a_merge(world, client_for):
    officer, principal = client_for(world.user(Role.OFFICER)), client_for(world.user(Role.PRINCIPAL))
    officer.get(reverse("removal_detail", args=[world.student.removals.get().uid]))
    principal.post(reverse("student_older", args=[world.student.uid]), {"reason": WHY})
    pointer = Student.objects.get(merged_into=world.student)
    AuditEvent.objects.create(
        uid=pointer.uid,
        at=pointer.created_at,
        action="view",
        actor="before@example.org",
        school_id=world.north.pk,
        student_id=pointer.pk,
        object_type="student",
    )
    page = text_of(principal.get(reverse("student_access", args=[world.student.uid])))
    assert "Who opened it in the last 90 days?" in page
    assert WHY in page
    assert "A removal" in page
    assert "before@example.org" in page
    assert "Who opened it" not in text_of(officer.get(reverse("student_access", args=[world.student.uid])))
