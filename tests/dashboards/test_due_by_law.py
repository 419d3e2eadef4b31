"""What the law sets a day for: on the desk by its consequence, in the secret calendar without names, by mail once."""

from __future__ import annotations

import re
import threading
from datetime import date, datetime, timedelta

import icalendar
import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from dashboards.desk.content import content_of
from dashboards.duties import duties_of
from dashboards.notices import MESSAGES
from discipline import actions
from discipline.actions.hib import open_case
from discipline.actions.notices import write_notices
from discipline.actions.thresholds import add_threshold, check_thresholds
from discipline.judging import Case
from discipline.models import FamilyRequest, Removal, SentHome
from district.access import Role
from district.actions_notices import make_calendar_link, send_notices, uncertain
from district.models import CalendarDay, Notice
from tests import factories as make
from tests.discipline.test_due_process import MONDAY, place

__all__ = ["place"]  # a fixture

CANARY = "Canary"
REASONS = Case(reasons={"us-idea-change-of-placement": "Agreed.", "nj-preschool-short-term": "Agreed."})
TODAY = date(2026, 11, 17)


@pytest.fixture
def here(place):
    """An eleven-day suspension of a student with an IEP, an appeal with its hearing, a bullying case, a threshold."""
    here = place("NJ", TODAY)
    referral = here.referral(idea=True)
    person = referral.student.person
    person.given_name, person.family_name = CANARY, "Quillfeather"
    person.save()
    threshold = add_threshold(
        district=here.district, title="Two in a month", count=2, days=30, action="Meet", by=here.by
    )
    removal = here.order(referral, "11", case=REASONS)
    appeal = actions.file_appeal(removal=removal, to="board", filed_on=date(2026, 11, 4), filed_by="Mother", by=here.by)
    actions.schedule_hearing(appeal=appeal, hearing_on=TODAY + timedelta(days=1), by=here.by)
    open_case(incident=referral.incident, learned_on=MONDAY, by=here.by)
    again = here.again(referral.student, on=date(2026, 11, 3))
    check_thresholds(again.incident, [again], by=here.by)
    assert threshold.tasks.count() == 1
    here.removal = removal
    return here


# --- The desk and the list --------------------------------------------------------------------------------------------
def test_the_desk_begins_with_what_the_law_sets_a_day_for(here, client_for):
    titles = [str(group.title) for group in content_of(here.by).groups]
    assert titles[:3] == ["Due by law", "Manifestation determinations", "Days of removal"]
    assert "Thresholds reached" in titles[3:]
    first = content_of(here.by).groups[0]
    assert first.tasks[0].status.tone == "late"
    assert first.more[0] == f"{reverse('due_step_list')}?due=week"
    client = client_for(here.by)
    page = client.get(first.more[0]).content.decode()
    assert (CANARY in page, "34 CFR 300.530" in page) == (True, True)
    overdue = client.get(reverse("due_step_list"), {"due": "overdue"}).content.decode()
    assert "Overdue" in overdue
    assert client.get(reverse("due_step_list"), {"due": "sometime"}).status_code == 400
    actions.void_removal(removal=here.removal, reason="Entered twice.", by=here.by)
    assert CANARY not in client.get(reverse("due_step_list")).content.decode()


# --- The calendar -----------------------------------------------------------------------------------------------------
def test_the_calendar_holds_every_deadline_and_no_name(here, client, django_assert_max_num_queries):
    link = make.make_family(make.make_guardian(here.removal.student), here.school, here.year, here.by)
    FamilyRequest.objects.filter(link=link).update(state="open", due_on=TODAY)
    SentHome.objects.filter(link=link).update(state="alleged", due_on=TODAY)
    key = make_calendar_link(user=here.by)
    with django_assert_max_num_queries(20):
        response = client.get(reverse("duty_calendar", args=[key]))
    text = response.content.decode()
    words = {str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}
    kinds = {duty.key.partition("-")[0] for duty in duties_of(here.by, since=MONDAY, until=date(2027, 6, 1))}
    assert kinds == {"step", "notice", "determination", "hearing", "task", "request", "report"}
    assert any(word.startswith("Manifestation determination") for word in words)
    plain = text.replace("\r\n ", "")
    student = here.removal.student
    for hidden in (CANARY, "Quillfeather", student.local_id, str(student.uid)):
        assert hidden not in plain
    assert reverse("removal_detail", args=[here.removal.uid]) in plain
    assert (
        b"VEVENT"
        not in client.get(
            reverse("duty_calendar", args=[make_calendar_link(user=make.make_user(Role.RECORDS, here.district))])
        ).content
    ), "who records nothing owes nothing"


def test_a_day_that_moves_moves_in_the_calendar_under_the_same_id(here):
    def day(prefix: str) -> dict[str, date]:
        found = duties_of(here.by, since=MONDAY, until=date(2027, 6, 1))
        return {duty.key: duty.on for duty in found if duty.key.startswith(prefix)}

    before = day("determination")
    CalendarDay.objects.create(district=here.district, day=date(2026, 11, 16), kind="closure")
    call_command("run_scheduled", today=TODAY, no_mail=True)
    after = day("determination")
    assert before.keys() == after.keys()
    assert set(after.values()) == {date(2026, 11, 19)}  # one school day later than the 18th


# --- The mail ---------------------------------------------------------------------------------------------------------
def sent_to(user) -> list:
    return [message for message in mail.outbox if message.to == [user.email]]


def test_a_mail_goes_once_for_each_record_and_day_and_names_nobody(here):
    call_command("run_scheduled", today=TODAY)
    first = len(sent_to(here.by))
    notices = Notice.objects.filter(user=here.by)
    assert first == notices.count() == notices.exclude(sent_at=None).count() >= 3
    for message in sent_to(here.by):
        text = message.subject + message.body
        assert CANARY not in text
        assert here.removal.student.local_id not in text
        assert not re.search(r"\d", re.sub(r"http\S+", "", text)), text
    call_command("run_scheduled", today=TODAY)
    assert len(sent_to(here.by)) == first
    assert write_notices(here.district, today=TODAY) == 0
    Notice.objects.all().delete()
    write_notices(here.district, today=TODAY)
    for step in here.removal.due_steps.filter(state="open"):
        actions.set_not_needed(step=step, reason="Settled.", by=here.by)
    Removal.objects.filter(pk=here.removal.pk).update(voided_at=timezone.now())
    mail.outbox.clear()
    send_notices(MESSAGES)
    address = reverse("removal_detail", args=[here.removal.uid])
    assert not [message for message in sent_to(here.by) if address in message.body], "it was settled before the mail"


class DiesAfterSending(EmailBackend):
    """A mail server that takes the mail, and a process that is gone before it can write that down."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise KeyboardInterrupt


class Refuses(EmailBackend):
    """A mail server that takes no mail."""

    def send_messages(self, messages):
        raise ConnectionResetError


class Absent(EmailBackend):
    """No mail server at all."""

    def open(self):
        raise ConnectionRefusedError


def backend(settings, one: type) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{one.__name__}"


def test_after_a_crash_between_sending_and_writing_it_down_nothing_goes_twice(here, settings):
    write_notices(here.district, today=TODAY)
    many = Notice.objects.count()
    normal = settings.EMAIL_BACKEND
    backend(settings, DiesAfterSending)
    with pytest.raises(KeyboardInterrupt):
        send_notices(MESSAGES)
    assert len(mail.outbox) == 1
    settings.EMAIL_BACKEND = normal
    assert send_notices(MESSAGES) == many - 1
    assert len(mail.outbox) == many
    bodies = [message.body for message in sent_to(here.by)]
    assert len(bodies) == many
    lost = Notice.objects.get(sent_at=None)
    Notice.objects.filter(pk=lost.pk).update(claimed_at=timezone.now() - timedelta(hours=2))
    assert uncertain() == [lost]
    assert send_notices(MESSAGES) == 0


def test_a_server_that_refuses_keeps_nothing_back_and_one_that_is_away_claims_nothing(here, settings):
    write_notices(here.district, today=TODAY)
    many = Notice.objects.count()
    normal = settings.EMAIL_BACKEND
    backend(settings, Absent)
    assert send_notices(MESSAGES) == 0
    assert Notice.objects.filter(claimed_at=None).count() == many
    backend(settings, Refuses)
    assert send_notices(MESSAGES) == 0
    assert Notice.objects.filter(claimed_at=None).count() == 0
    settings.EMAIL_BACKEND = normal
    assert (send_notices(MESSAGES), mail.outbox) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_send_each_mail_once():
    """On SQLite, where one process writes at a time, they run one after the other."""
    district = make.make_district()
    user = make.make_user(Role.OFFICER, district)
    rows = [Notice(user=user, kind=Notice.Kind.DUE_BY_LAW, about=f"mail {number}") for number in range(40)]
    Notice.objects.bulk_create(rows)
    messages = {Notice.Kind.DUE_BY_LAW: lambda notice: (notice.about, [("Due", "http://127.0.0.1/")])}
    workers, sent = 4, []
    together = threading.Barrier(workers)
    is_parallel = connection.vendor == "postgresql"

    def work() -> None:
        try:
            if is_parallel:
                together.wait(timeout=30)
            sent.append(send_notices(messages))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
        if not is_parallel:
            thread.join()
    for thread in threads:
        thread.join()
    assert sum(sent) == len(mail.outbox) == 40
    assert len({message.subject for message in mail.outbox}) == 40
    assert not Notice.objects.filter(sent_at=None).exists()


def test_a_reminder_comes_two_days_ahead_and_anew_when_the_day_moves(here, time_machine):
    removal = here.removal
    about = f"{removal.uid} 2026-11-18"
    write_notices(here.district, today=date(2026, 11, 15))
    assert not Notice.objects.filter(about=about).exists()
    write_notices(here.district, today=date(2026, 11, 16))
    assert Notice.objects.filter(about=about).count() == 1
    CalendarDay.objects.create(district=here.district, day=date(2026, 11, 16), kind="closure")
    time_machine.move_to(datetime(2026, 11, 17, 17))
    call_command("run_scheduled", today=TODAY, no_mail=True)
    assert Notice.objects.filter(about=f"{removal.uid} 2026-11-19").count() == 1
