"""The pages of the site: scope, filters, traces, files, and what every page has in common."""

from __future__ import annotations

import gzip
import re
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from discipline.models import Involvement
from district.access import Role
from district.downloads import STUDENT_ROWS
from district.models import AuditEvent, ImportBatch, RoleGrant
from district.page_parts import span_words
from district.pages import FormPage
from district.views_partners import status_of
from tests import factories as make
from tests.signing_in import sign_in

ABSENT = "00000000-0000-4000-8000-000000000000"
STUDENT_LISTS = ("student_list", "referral_list", "incident_list", "removal_list", "suspension_list")
OTHER_LISTS = ("staff_list", "school_list", "behavior_list")


def text_of(response) -> str:
    """The page without the token that differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action))


@pytest.fixture
def officer(world, client_for):
    return client_for(world.user(Role.OFFICER))


@pytest.fixture
def custodian(world, client_for):
    return client_for(world.user(Role.RECORDS))


@pytest.mark.parametrize("name", STUDENT_LISTS)
def test_a_list_shows_the_rows_of_ones_schools_only(world, officer, name):
    page = text_of(officer.get(reverse(name)))
    assert "North School" in page
    assert "South School" not in page
    assert world.south_student.person.family_name not in page
    assert world.far_student.person.family_name not in page


@pytest.mark.parametrize("kind", ["student", "referral", "incident", "removal"])
def test_out_of_scope_and_absent_are_the_same_page(world, officer, kind):
    foreign = {
        "student": world.south_student,
        "referral": world.south_student.referrals.get(),
        "incident": world.south_student.referrals.get().incident,
        "removal": world.south_student.removals.get(),
    }[kind]
    beyond = officer.get(reverse(f"{kind}_detail", args=[foreign.uid]))
    absent = officer.get(reverse(f"{kind}_detail", args=[ABSENT]))
    assert (beyond.status_code, absent.status_code) == (404, 404)
    assert text_of(beyond) == text_of(absent)
    assert events("view") == []


def test_without_the_permission_a_page_says_so(world, client_for):
    response = client_for(world.user(Role.LEADER)).get(reverse("student_list"))
    assert response.status_code == 403
    assert "Your role does not open this page" in text_of(response)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=nonsense", "is not one of"),
        ("school=0002", "You see no record here with the code"),
        ("colour=red", "Unknown parameter"),
        ("ordering=shoe_size", "is not one of"),
        ("occurred_from=yesterday", "Enter a date as YYYY-MM-DD"),
        ("page=0", "Pages are numbered from 1"),
        ("page=x", "Pages are numbered from 1"),
        ("status=decided&status=draft", "Given more than once"),
    ],
)
def test_a_wrong_filter_shows_its_message_and_no_rows(world, officer, query, said):
    response = officer.get(f"{reverse('referral_list')}?{query}")
    page = text_of(response)
    assert response.status_code == 400
    assert said in page
    assert world.student.person.family_name not in page
    assert "<tbody" not in page
    assert events("view") == events("search") == []


def test_a_page_beyond_the_last_does_not_exist(officer):
    assert officer.get(f"{reverse('referral_list')}?page=2").status_code == 404


def test_filters_search_and_order_change_the_rows(world, custodian):
    for given, family in (("Ada", "Zander"), ("Zoë", "Abel")):
        make.enroll(make.make_student(world.district, given, family, grade="05"), world.north, world.year)
    address = reverse("student_list")
    page = text_of(custodian.get(f"{address}?grade=05"))
    assert page.index("Zoë Abel") < page.index("Ada Zander")
    assert world.student.person.family_name not in page
    page = text_of(custodian.get(f"{address}?grade=05&ordering=-family_name"))
    assert page.index("Ada Zander") < page.index("Zoë Abel")
    assert 'aria-sort="descending"' in page
    page = text_of(custodian.get(f"{address}?search=zoe"))
    assert "Zoë Abel" in page
    assert "Zander" not in page


def test_the_count_and_the_pager_agree(world, custodian):
    for _ in range(60):
        make.enroll(make.make_student(world.district), world.north, world.year, refresh=False)
    first = text_of(custodian.get(reverse("student_list")))
    second = text_of(custodian.get(f"{reverse('student_list')}?page=2"))
    assert "62 found" in first
    assert (first.count('<th scope="row"'), second.count('<th scope="row"')) == (50, 12)
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


def test_an_empty_list_teaches_and_an_empty_search_offers_the_whole_list(client_for, db):
    client = client_for(make.make_user(Role.RECORDS, make.make_district()))
    assert "No students yet" in text_of(client.get(reverse("student_list")))
    assert "Nothing matches these filters" in text_of(client.get(f"{reverse('student_list')}?search=nobody"))


def test_somebody_without_a_role_is_told_how_to_get_one(client_for, db):
    response = client_for(make.make_user()).get(reverse("desk"))
    assert response.status_code == 200
    assert "How to get in" in text_of(response)


@pytest.mark.parametrize("name", STUDENT_LISTS)
def test_a_list_about_students_leaves_one_trace(world, officer, name):
    officer.get(reverse(name))
    (event,) = events("view")
    assert event.details["count"] == 1
    assert event.actor == world.users[Role.OFFICER].email
    officer.get(f"{reverse(name)}?search=somebody")
    (search,) = events("search")
    assert "somebody" not in str(search.details)


@pytest.mark.parametrize("name", OTHER_LISTS)
def test_a_list_about_no_student_leaves_none(officer, name):
    assert officer.get(reverse(name)).status_code == 200
    assert not AuditEvent.objects.filter(action__in=["view", "search"]).exists()


def test_a_record_about_a_student_leaves_one_trace_that_names_it(world, officer):
    referral = world.student.referrals.get()
    records = {
        "student": world.student,
        "referral": referral,
        "incident": referral.incident,
        "removal": world.student.removals.get(),
    }
    for kind, record in records.items():
        assert officer.get(reverse(f"{kind}_detail", args=[record.uid])).status_code == 200
        event = AuditEvent.objects.filter(action="view").latest("pk")
        assert (event.object_type, event.object_uid) == (kind, record.uid)
    assert len(events("view")) == len(records)
    assert event.student_id == world.student.pk
    assert event.school_id == world.north.pk


@contextmanager
def audit_trail_refuses():
    """Make the database itself refuse new events, as a full or read-only trail would."""
    table = AuditEvent._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'trail is full'); END"
            )
        else:
            cursor.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'trail is full'; END $$"
            )
            cursor.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DROP TRIGGER refuse")
            else:
                cursor.execute(f"DROP TRIGGER refuse ON {table}")
                cursor.execute("DROP FUNCTION refuse()")


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_recorded_is_not_shown(world, client_for):
    client = client_for(world.user(Role.OFFICER))
    addresses = [
        reverse("student_list"),
        reverse("student_detail", args=[world.student.uid]),
        reverse("removal_detail", args=[world.student.removals.get().uid]),
    ]
    with audit_trail_refuses():
        answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    for answer in answers:
        assert world.student.person.family_name not in text_of(answer)
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]


def test_narrative_stands_on_the_incident_for_those_who_may_read_it_and_in_no_list(world, client_for, officer):
    incident = world.student.referrals.get().incident
    written = "What happened at North School."
    assert written in text_of(officer.get(reverse("incident_detail", args=[incident.uid])))
    for name in (*STUDENT_LISTS, "removal_detail", "student_detail"):
        key = {"removal_detail": incident.removals.get()}
        args = [key.get(name, world.student).uid] if name.endswith("detail") else []
        assert written not in text_of(officer.get(reverse(name, args=args)))
    coordinator = client_for(world.user(Role.COORDINATOR))
    shown = coordinator.get(reverse("referral_detail", args=[incident.referrals.get().uid]))
    assert shown.status_code == 200
    assert written not in text_of(shown)
    assert reverse("incident_detail", args=[incident.uid]) not in text_of(shown)


def test_a_referral_shows_its_own_reporter_its_course_and_nobody_elses(world, client_for):
    staff = world.user(Role.STAFF)
    mine = make.refer(make.make_incident(world.north, world.year), world.student, status="submitted", reporter=staff)
    client = client_for(staff)
    page = text_of(client.get(reverse("referral_list")))
    assert page.count('<th scope="row"') == 1
    assert "Submitted" in text_of(client.get(reverse("referral_detail", args=[mine.uid])))
    other = world.student.referrals.exclude(pk=mine.pk).get()
    assert client.get(reverse("referral_detail", args=[other.uid])).status_code == 404


def test_demographics_show_only_where_the_grant_that_reads_also_holds_them(world, officer):
    page = text_of(officer.get(reverse("student_detail", args=[world.student.uid])))
    assert "Black or African American" in page
    assert "Programs" in page


def test_rights_do_not_leak_from_one_grant_into_the_scope_of_another(world, client_for):
    user = world.user(Role.OFFICER)
    RoleGrant.objects.create(user=user, role=Role.COORDINATOR, district=world.district, school=world.south)
    client = client_for(user)
    referral = world.south_student.referrals.get()
    page = text_of(client.get(reverse("referral_detail", args=[referral.uid])))
    assert world.south_student.person.family_name in page
    assert reverse("student_detail", args=[world.south_student.uid]) not in page
    assert "Out-of-school suspension" not in page
    assert client.get(reverse("incident_detail", args=[referral.incident.uid])).status_code == 404


def test_a_voided_removal_says_so_and_a_change_keeps_what_was_ordered(world, officer):
    removal = world.student.removals.get()
    removal.changes.create(at=removal.created_at, reason="Shortened", begins_on=removal.begins_on, days="5")
    removal.voided_at, removal.void_reason = removal.created_at, "Recorded twice"
    removal.save()
    page = text_of(officer.get(reverse("removal_detail", args=[removal.uid])))
    assert "was voided and counts nowhere. Reason: Recorded twice" in page
    assert "Shortened" in page
    assert "5 school days" in page


# --- Files ---------------------------------------------------------------------------------------------------------


def test_a_file_about_students_needs_a_fresh_proof_of_who_asks(world, officer):
    response = officer.get(f"{reverse('removal_list')}?format=csv")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert events("export") == []


def test_a_file_holds_the_rows_of_the_list_and_leaves_a_trace(world):
    client = sign_in(world.user(Role.OFFICER))
    response = client.get(f"{reverse('removal_list')}?kind=OSS&format=csv")
    lines = b"".join(response).decode().splitlines()
    assert response["Content-Disposition"].startswith("attachment")
    assert len(lines) == 2
    assert str(world.student.removals.get().uid) in lines[1]
    (event,) = events("export")
    assert (event.details["count"], event.details["format"]) == (1, "csv")
    workbook = client.get(f"{reverse('removal_list')}?format=xlsx")
    assert b"".join(workbook).startswith(b"PK")


def test_more_rows_than_a_page_gives_are_refused_with_a_way_on(world):
    for _ in range(STUDENT_ROWS):
        make.enroll(make.make_student(world.district), world.north, world.year, refresh=False)
    client = sign_in(world.user(Role.RECORDS))
    response = client.get(f"{reverse('student_list')}?format=csv")
    assert response.status_code == 403
    assert "at most 200 rows" in text_of(response)
    assert events("export") == []
    assert client.get(f"{reverse('student_list')}?school=0002&format=csv").status_code == 200


def test_a_file_is_for_those_who_may_export_in_the_scope_of_each_row(world):
    refused = sign_in(world.user(Role.COORDINATOR))
    assert refused.get(f"{reverse('referral_list')}?format=csv").status_code == 403
    assert "Export CSV" not in text_of(refused.get(reverse("referral_list")))
    user = world.user(Role.OFFICER)
    RoleGrant.objects.create(user=user, role=Role.COORDINATOR, district=world.district, school=world.south)
    client = sign_in(user)
    assert text_of(client.get(reverse("referral_list"))).count('<th scope="row"') == 2
    lines = b"".join(client.get(f"{reverse('referral_list')}?format=csv")).decode().splitlines()
    assert len(lines) == 2
    assert str(world.south_student.uid) not in "".join(lines)


def test_an_unknown_kind_of_file_is_refused(world, officer):
    assert officer.get(f"{reverse('school_list')}?format=pdf").status_code == 400


# --- What every page has -----------------------------------------------------------------------------------------


def every_page(world) -> list[str]:
    """Addresses of all pages that a records custodian opens, with a row in each."""
    batch = ImportBatch.objects.create(district=world.district, kind="roster", file_name="roster.zip")
    records = {
        "student": world.student,
        "referral": world.student.referrals.get(),
        "incident": world.student.referrals.get().incident,
        "removal": world.student.removals.get(),
        "school": world.north,
        "behavior": Involvement.objects.filter(student=world.student).get().behavior,
        "import": batch,
    }
    plain = ["desk", "help", "help_lists", "help_methods", "help_style", *STUDENT_LISTS, *OTHER_LISTS, "import_list"]
    plain += ["saved_view_list", "saved_view_new", "behavior_new", "behavior_mapping"]
    return [reverse(name) for name in plain] + [
        reverse(f"{kind}_detail", args=[record.uid]) for kind, record in records.items()
    ]


def test_every_page_keeps_to_the_content_security_policy_and_has_one_solid_button_at_most(world, custodian):
    for address in every_page(world):
        response = custodian.get(address)
        page = text_of(response)
        assert response.status_code == 200, address
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", page), address
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page), address
        assert page.count("<h1") == 1, address
        assert page.count("button-solid") <= 1, address
        assert 'href="#main"' in page
        assert re.search(r"<title>\S.* · Reweave</title>", page), address


def test_the_rail_has_the_words_that_ones_roles_open_and_no_other(world, client_for):
    opened = {
        Role.STAFF: {"Referrals"},
        Role.LEADER: {"Memoranda", "Organizations"},
        Role.AUDITOR: {"Audit trail", "Imports", "Memoranda", "Organizations"},
        Role.RECORDS: {"Referrals", "Students", "Suspensions", "Incidents", "Imports"},
    }
    every = set().union(*opened.values())
    for role, words in opened.items():
        page = text_of(client_for(world.user(role)).get(reverse("desk")))
        rail = page[page.index('<nav class="rail"') : page.index("<main")]
        assert {word for word in every if f">{word}</a>" in rail} == words


def test_the_choices_of_a_filter_are_made_for_each_reader(world, custodian, client_for):
    """Also when something, such as the API's documentation, has made the filters' form fields before."""
    assert custodian.get(reverse("api_schema")).status_code == 200
    elsewhere = client_for(make.make_user(Role.RECORDS, world.other))
    assert "North School" in text_of(custodian.get(reverse("student_list")))
    assert "North School" not in text_of(elsewhere.get(reverse("student_list")))
    assert "South School" in text_of(custodian.get(reverse("student_list")))


def test_the_switchers_of_the_top_bar_offer_only_ones_own_schools(world, custodian, officer):
    page = text_of(custodian.get(f"{reverse('removal_list')}?kind=OSS&page=1"))
    assert "?kind=OSS&amp;school=0002" in page
    assert "Far School" not in page
    assert "All schools" not in text_of(officer.get(reverse("removal_list")))


@pytest.mark.parametrize("name", [*STUDENT_LISTS, *OTHER_LISTS])
def test_a_list_asks_the_same_number_of_queries_however_many_rows(world, custodian, name):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert custodian.get(reverse(name)).status_code == 200
        return len(captured)

    custodian.get(reverse(name))  # the first request of a session also writes it
    few = queries()
    for _ in range(8):
        school = make.make_school(world.district)
        student = make.make_student(world.district)
        make.enroll(student, school, world.year)
        make.make_staff(world.district, school, world.year)
        behavior = make.make_behavior(world.district, code=f"B{make.number()}")
        incident = make.make_incident(school, world.year)
        make.involve(incident, student, behavior)
        make.refer(incident, student)
        make.remove(incident, student)
    assert queries() == few
    assert few <= 25


@pytest.mark.parametrize("kind", ["student", "incident"])
def test_a_record_asks_the_same_number_of_queries_however_much_hangs_on_it(world, custodian, kind):
    incident = world.student.referrals.get().incident
    address = reverse(f"{kind}_detail", args=[(world.student if kind == "student" else incident).uid])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert custodian.get(address).status_code == 200
        return len(captured)

    custodian.get(address)
    few = queries()
    for _ in range(6):
        other = make.make_student(world.district)
        make.enroll(other, world.north, world.year)
        make.involve(incident, other, make.make_behavior(world.district, code=f"B{make.number()}"))
        make.refer(incident, other)
        make.remove(incident, other)
        more = make.make_incident(world.north, world.year)
        make.involve(more, world.student)
        make.refer(more, world.student)
        make.remove(more, world.student)
    assert queries() == few
    assert few <= 36


def test_the_first_view_of_a_page_weighs_little(world, custodian):
    """Compressed as the server sends it, with nothing cached: page, styles, script and shapes."""
    page = text_of(custodian.get(reverse("removal_list")))
    names = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page))
    weights = {name: len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in names}
    assert {"tokens.css", "reweave.css", "shapes.svg", "bootstrap/css/bootstrap.min.css"} <= set(weights)
    assert len(gzip.compress(page.encode())) + sum(weights.values()) < 150_000


def test_a_language_without_a_catalog_is_not_offered(officer):
    page = text_of(officer.get(reverse("removal_list"), headers={"accept-language": "bn"}))
    assert '<html lang="en" dir="ltr">' in page


def test_arabic_is_laid_out_from_the_right(world, officer, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "العربية")]
    with translation.override("en"):  # gives back the language that the request leaves behind
        page = text_of(officer.get(reverse("removal_list"), headers={"accept-language": "ar"}))
    assert '<html lang="ar" dir="rtl">' in page
    assert "bootstrap.rtl.min.css" in page


class NoteForm(forms.Form):
    place = forms.CharField(label="Where was it?", help_text="Room number")


class NotePage(FormPage):
    form_class = NoteForm
    title = "What happened?"
    submit_words = "Save draft"


def test_a_form_lists_its_faults_and_links_them_to_the_fields(world, rf):
    request = rf.post("/note/", {"place": ""})
    request.user = world.user(Role.STAFF)
    request.resolver_match = None
    page = NotePage.as_view()(request).render().content.decode()
    assert "Nothing was saved yet" in page
    assert '<a href="#id_place">Where was it?</a>: This field is required.' in page
    assert page.count("button-solid") == 1


# --- Words -----------------------------------------------------------------------------------------------------------


def test_spans_say_an_open_end():
    first, last = date(2026, 11, 10), date(2026, 11, 12)
    assert span_words(first, last) == "Tue, Nov 10, 2026 – Thu, Nov 12, 2026"
    assert span_words(first, first) == "Tue, Nov 10, 2026"
    assert span_words(first, None) == "from Tue, Nov 10, 2026"
    assert span_words(None, last) == "until Thu, Nov 12, 2026"
    assert span_words(None, None) == "whole year"


@pytest.mark.parametrize(
    ("begins", "ends", "tone"),
    [(1, None, "open"), (0, None, "done"), (-9, 90, "due"), (-9, 91, "done"), (-9, 0, "due"), (-9, -1, "waived")],
)
def test_a_memorandum_that_ends_soon_is_marked(db, begins, ends, tone):
    today = date(2026, 11, 10)
    memorandum = make.make_memorandum(
        make.make_organization(make.make_district()),
        begins_on=today + timedelta(days=begins),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )
    assert status_of(memorandum, today).tone == tone
