"""Lists: pages and cursors, counts, order, search, filters, and everything that a query may not say."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api import pagination
from api.urls import COLLECTIONS
from discipline.models import Incident, Removal
from district.access import Permission, Role
from tests import factories as make
from tests.api.conftest import V1
from tests.api.test_access import READING, may

READER = {name: next(role for role in Role if may(role, words)) for name, words in READING.items()}
READER |= {
    "student-notes": Role.OFFICER,
    **dict.fromkeys(("referrals", "removals", "suspensions"), Role.PRINCIPAL),
    "organizations": Role.LEADER,
    "memoranda": Role.LEADER,
    "training-sessions": Role.LEADER,
    "people": Role.LEADER,
    "registrations": Role.LEADER,
    "attendance": Role.LEADER,
    "certifications": Role.LEADER,
}


def removals_at_north(world, count: int, **fields) -> list[Removal]:
    incident = Incident.objects.get(school=world.north)
    return [
        make.remove(
            incident,
            world.student,
            identifier=f"R{number:05d}",
            begins_on=date(2020, 9, 1) + timedelta(days=number // 3),
            **fields,
        )
        for number in range(count)
    ]


# --- Pages ----------------------------------------------------------------------------------------------------------
def test_pages_hold_every_row_once_and_link_to_each_other(world, call_as):
    removals_at_north(world, 24)
    caller = call_as(Role.OFFICER)
    first = caller.read("removals/", page_size=10).json()
    assert first["count"] == 25
    assert "count_at_least" not in first
    assert first["previous"] is None
    second = caller.get(first["next"]).json()
    third = caller.get(second["next"]).json()
    assert third["next"] is None
    assert caller.get(third["previous"]).json() == second
    ids = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert len(ids) == len(set(ids)) == 25


@pytest.mark.parametrize("ordering", ["begins_on", "-begins_on", "days", "-days", "ends_on,-days", "-ends_on,kind"])
def test_beyond_the_last_numbered_page_next_goes_on_by_cursor(world, call_as, monkeypatch, ordering):
    """The same rows in the same order as in one page, forwards and back, also where values are equal or missing."""
    monkeypatch.setattr(pagination, "MAX_PAGE", 2)
    for number, removal in enumerate(removals_at_north(world, 29)):
        removal.days = None if number % 4 == 0 else number % 3
        removal.ends_on = None if number % 5 == 0 else date(2021, 1, 1 + number % 2)
        removal.save()
    caller = call_as(Role.OFFICER)
    whole = [row["id"] for row in caller.rows("removals/", ordering=ordering, page_size=200)]
    assert len(whole) == 30
    walked, address, addresses = [], f"{V1}removals/?ordering={ordering}&page_size=4", []
    while address:
        page = caller.get(address).json()
        walked.append([row["id"] for row in page["results"]])
        addresses.append(address)
        address = page["next"]
    assert [row for page in walked for row in page] == whole
    assert sum("cursor=" in one for one in addresses) == 6
    back, address = [], page["previous"]
    while address:
        page = caller.get(address).json()
        back.append([row["id"] for row in page["results"]])
        address = page["previous"]
    assert [row for page in reversed(back) for row in page] == whole[:-2]


def test_a_cursor_names_no_person(world, call_as, monkeypatch):
    monkeypatch.setattr(pagination, "MAX_PAGE", 1)
    student = make.make_student(world.district, "Zoraida", "Quixote")
    make.enroll(student, world.north, world.year)
    link = call_as(Role.OFFICER).read("students/", page_size=1, ordering="-family_name").json()["next"]
    assert f"cursor=after-{student.uid}" in link
    assert "quixote" not in link.lower()


def test_a_cursor_of_a_row_out_of_scope_is_refused_like_one_that_is_none(world, call_as):
    caller = call_as(Role.OFFICER)
    foreign = Removal.objects.get(school=world.far).uid
    cursors = [f"after-{foreign}", f"after-{uuid.uuid4()}", "", "x", "after-", f"sideways-{foreign}", "after-\0"]
    answers = {caller.read("removals/", cursor=cursor).content for cursor in cursors}
    assert answers == {b'{"cursor":["This cursor does not belong to this list."]}'}


def test_the_count_is_exact_to_its_limit_and_null_beyond(world, call_as, monkeypatch):
    monkeypatch.setattr(pagination, "MAX_COUNT", 6)
    caller = call_as(Role.OFFICER)
    removals_at_north(world, 5)
    assert caller.read("removals/").json()["count"] == 6
    incident = Incident.objects.get(school=world.north)
    make.remove(incident, world.student, identifier="one more")
    answer = caller.read("removals/").json()
    assert answer["count"] is None
    assert answer["count_at_least"] == 6
    assert len(answer["results"]) == 7


def test_counting_never_reads_more_than_the_limit(world, call_as):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call_as(Role.OFFICER).rows("removals/")
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"].upper()]
    assert counts
    assert all(f"LIMIT {pagination.MAX_COUNT + 1}" in sql for sql in counts)


@pytest.mark.once
@pytest.mark.parametrize("key", ["page", "page_size"])
@pytest.mark.parametrize(
    "value", ["0", "-1", "x", "", "1.5", "1e2", "٣", "999999999999999999999999", "201", "\0", "true", " 1", "None"]
)
def test_page_and_size_out_of_bounds_are_400(world, call_as, key, value):
    response = call_as(Role.OFFICER).read("schools/", **{key: value})
    assert response.status_code == 400
    assert list(response.json()) == [key]


def test_the_bounds_themselves_are_good(world, call_as):
    caller = call_as(Role.OFFICER)
    assert caller.read("schools/", page=1, page_size=200).status_code == 200
    assert caller.read("schools/", page=100, page_size=1).json()["results"] == []
    assert caller.read("schools/", page=101).status_code == 400
    assert len(caller.rows("schools/", page_size=1)) == 1


# --- What a query may say -------------------------------------------------------------------------------------------
@pytest.mark.once
@pytest.mark.parametrize("name", COLLECTIONS)
def test_unknown_keys_and_lookups_are_400_and_named(world, call_as, name):
    caller = call_as(READER[name])
    filters = COLLECTIONS[name].filterset_class.base_filters
    unknown = ["nosuch", "uid", "pk", "id", "page__gt", "void_reason", "updated_since", "offset", "limit", "Search", ""]
    unknown += [f"{one}__{lookup}" for one in filters for lookup in ("startswith", "gt", "isnull", "in", "regex")]
    unknown += ["student__person__family_name", "incident__involvements__description", "person__search_name"]
    for key in unknown:
        response = caller.read(f"{name}/", **{key: "1"})
        assert response.status_code == 400, key
        assert list(response.json()) == [key]


@pytest.mark.once
@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_key_given_twice_with_different_values_is_400(world, call_as, name):
    caller = call_as(READER[name])
    for key in [*COLLECTIONS[name].filterset_class.base_filters, "ordering", "page", "page_size", "format"]:
        response = caller.get(f"{V1}{name}/?{key}=1&{key}=2")
        assert response.status_code == 400, key
        assert key in response.json()


def test_pollution_never_widens(world, call_as):
    caller = call_as(Role.RECORDS)
    assert len(caller.rows("removals/", school="0001")) == 1
    for query in ("school=0001&school=", "school=&school=0001", "school=0001&school=0002"):
        assert caller.get(f"{V1}removals/?{query}").status_code == 400
    assert caller.get(f"{V1}removals/?school=0001&school=0001").json()["count"] == 1


@pytest.mark.parametrize("name", COLLECTIONS)
def test_bad_values_are_400_and_never_500(world, call_as, name):
    caller = call_as(READER[name])
    nasty = ["\0", "a\0b", "9" * 400, "-1", "1e309", "0000-00-00", "9999-99-99", "'; --", "%", "💩" * 50, ",", "{}"]
    keys = [*COLLECTIONS[name].filterset_class.base_filters, "ordering", "cursor"]
    if name in ("schools", "removals"):  # what no collection has a say in
        keys += ["page", "page_size", "format"]
    tried = 0
    for key in keys:
        for value in nasty:
            response = caller.read(f"{name}/", **{key: value})
            assert response.status_code in (200, 400), (key, value)
            if response.status_code == 400:
                assert key in response.json(), (key, value)
            tried += 1
    assert tried >= 3 * len(nasty)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("removals", {"kind": "oss"}),
        ("removals", {"kind": "OSS,NOSUCH"}),
        ("suspensions", {"kind": "EXPULSION_WITH_SERVICES"}),
        ("removals", {"begins_on": "2020-13-01"}),
        ("removals", {"begins_on": "10/01/2020"}),
        ("removals", {"begins_on": "20201001"}),
        ("removals", {"voided": "yes"}),
        ("removals", {"voided": "1"}),
        ("removals", {"student": "not-a-uuid"}),
        ("removals", {"school_year": "21"}),
        ("removals", {"school_year": "2020-21"}),
        ("removals", {"school": "nosuch"}),
        ("removals", {"school": "0002"}),
        ("removals", {"district": "TWO"}),
        ("removals", {"district": "NONE"}),
        ("students", {"race": "bl"}),
        ("students", {"grade": "9"}),
        ("students", {"search": "x" * 101}),
        ("enrollments", {"idea": "maybe"}),
        ("incidents", {"location": "03"}),
        ("referrals", {"status": "Decided"}),
        ("referrals", {"response": "TALK"}),
        ("removals", {"ordering": "void_reason"}),
        ("removals", {"ordering": "student__person__family_name"}),
        ("removals", {"ordering": "begins_on,pk"}),
        ("removals", {"ordering": "--begins_on"}),
        ("students", {"ordering": "birth_date"}),
        ("removals", {"format": "pdf"}),
        ("removals", {"format": ""}),
    ],
)
def test_a_value_that_is_none_is_400_and_shows_no_row(world, call_as, name, query):
    response = call_as(Role.OFFICER).read(f"{name}/", **query)
    assert response.status_code == 400
    assert list(response.json()) == list(query)


def test_a_school_out_of_scope_is_refused_like_one_that_does_not_exist(world, call_as):
    caller = call_as(Role.OFFICER)
    real, invented = (caller.read("removals/", school=code).content for code in ("0002", "8888"))
    assert real.replace(b"0002", b"8888") == invented


# --- Filters --------------------------------------------------------------------------------------------------------
def test_filters_of_removals(world, call_as):
    incident = Incident.objects.get(school=world.south)
    bus = make.remove(incident, world.south_student, "BUS", None, begins_on=date(2021, 2, 3), identifier="B-1")
    iss = make.remove(incident, world.south_student, "ISS", "0.50", begins_on=date(2021, 3, 4), services_provided=True)
    voided = make.remove(incident, world.south_student, "OSS", "3", begins_on=date(2021, 3, 5))
    Removal.objects.filter(pk=voided.pk).update(voided_at="2021-03-06T10:00:00Z", void_reason="Entered twice.")
    caller = call_as(Role.RECORDS)

    def found(path: str = "removals/", **query) -> set[str]:
        return {row["id"] for row in caller.rows(path, **query)}

    everything = found()
    assert len(everything) == 5
    assert found("suspensions/") == everything - {str(bus.uid)}
    assert found(kind="BUS") == {str(bus.uid)}
    assert found(kind="BUS,ISS") == {str(bus.uid), str(iss.uid)}
    assert found(voided="true") == {str(voided.uid)}
    assert found(voided="false") == everything - {str(voided.uid)}
    assert found(services_provided="true") == {str(iss.uid)}
    assert found(services_provided="false") == set()
    assert found(begins_on="2021-02-03") == {str(bus.uid)}
    assert found(begins_from="2021-03-04") == {str(iss.uid), str(voided.uid)}
    assert found(begins_to="2021-02-03", school="0002") >= {str(bus.uid)}
    assert found(student=str(world.south_student.uid)) == found(school="0002")
    assert found(student=str(world.far_student.uid)) == set()
    assert found(incident=str(incident.uid)) == found(school="0002")
    assert found(search="b-1") == {str(bus.uid)}
    assert found(school_year="2021", district="ONE", school="0001,0002") == everything
    assert found(school="", kind="", begins_on="", search="") == everything


def test_filters_of_students_speak_of_one_enrollment(world, call_as):
    later = make.make_school_year(world.district, 2022)
    mover = make.make_student(world.district, race="HI", sex="M", grade="10", local_id="M-1")
    make.enroll(mover, world.north, world.year)
    make.enroll(mover, world.south, later)
    caller = call_as(Role.RECORDS)

    def found(**query) -> set[str]:
        return {row["local_id"] for row in caller.rows("students/", **query)}

    assert "M-1" in found(school="0001", school_year="2021")
    assert "M-1" in found(school="0002", school_year="2022")
    assert "M-1" not in found(school="0001", school_year="2022")
    assert found(school_year="2022") == {"M-1"}
    assert found(race="HI", sex="M,X", grade="10") == {"M-1"}
    assert found(local_id="M-1") == {"M-1"}
    row = caller.rows("students/", local_id="M-1")[0]
    assert row["schools"] == ["0002"]
    at_north = call_as(Role.OFFICER).rows("students/", local_id="M-1")[0]
    assert at_north["schools"] == ["0001"], "the school left keeps what it wrote and does not learn where he went"


def test_flags_say_unreported_when_nobody_reported(world, call_as):
    year = world.year
    for idea in (True, False):
        student = make.make_student(world.district)
        enrollment = make.enroll(student, world.north, year, refresh=False)
        type(enrollment).objects.filter(pk=enrollment.pk).update(idea=idea)
    caller = call_as(Role.OFFICER)
    assert sorted(str(row["idea"]) for row in caller.rows("enrollments/")) == ["False", "True", "UNREPORTED"]
    assert [row["idea"] for row in caller.rows("enrollments/", idea="true")] == [True]
    assert [row["idea"] for row in caller.rows("enrollments/", idea="UNREPORTED")] == ["UNREPORTED"]
    assert len(caller.rows("enrollments/", idea="false,UNREPORTED")) == 2


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("zoe", True),
        ("ZOË", True),
        ("Zoe\u0308", True),
        ("O’Brien", True),
        ("obrien zoe", True),
        ("Zoë O'Brien", True),
        ("ien", True),
        ("0042", True),
        ("042", False),
        ("Bl", False),
        ("zoe smith", False),
        ("zo%", False),
        ("z_e", False),
        ("!!!", False),
    ],
)
def test_students_are_found_by_name_and_local_id_whatever_was_typed(world, call_as, text, is_found):
    student = make.make_student(world.district, "Zoë", "O’Brien", local_id="0042-7", race="BL")
    make.enroll(student, world.north, world.year)
    found = [row["local_id"] for row in call_as(Role.OFFICER).rows("students/", search=text)]
    assert ("0042-7" in found) is is_found


def test_search_never_looks_into_what_is_not_shown(world, call_as):
    incident = Incident.objects.get(school=world.north)
    caller = call_as(Role.OFFICER)
    student = world.student.person
    for path in ("incidents/", "referrals/", "removals/"):
        assert len(caller.rows(path, search=incident.identifier)) == 1
        for hidden in ("What happened", student.family_name, world.student.local_id, "MEDIATION"):
            assert caller.rows(path, search=hidden) == [], (path, hidden)


def test_behaviors_and_incidents_are_filtered_by_what_stands(world, call_as):
    caller = call_as(Role.OFFICER)
    code = world.district.behaviors.get().code
    assert len(caller.rows("incidents/", behavior=code)) == 1
    assert len(caller.rows("referrals/", behavior=code, response="MEDIATION")) == 1
    assert caller.rows("referrals/", response="WARNING") == []
    Incident.objects.get(school=world.north).involvements.update(voided_at="2021-03-06T10:00:00Z")
    assert caller.rows("incidents/", behavior=code) == []
    assert caller.rows("referrals/", behavior=code) == []
    assert caller.rows("referrals/")[0]["behaviors"] == []


def test_behaviors_valid_on_a_day(world, call_as):
    make.make_behavior(world.district, "X1", "Former", valid_to=date(2020, 6, 30))
    make.make_behavior(world.district, "X2", "Newer", valid_from=date(2020, 7, 1))
    caller = call_as(Role.STAFF)
    assert {row["code"] for row in caller.rows("behaviors/", valid_on="2020-06-30")} == {"04645", "X1"}
    assert {row["code"] for row in caller.rows("behaviors/", valid_on="2020-07-01")} == {"04645", "X2"}


def test_memoranda_of_a_school_include_those_of_the_whole_district(world, call_as):
    whole = make.make_memorandum(make.make_organization(world.district), title="Everywhere")
    make.make_memorandum(whole.organization, world.south, title="South only", ends_on=date(2020, 12, 31))
    caller = call_as(Role.LEADER)
    assert {row["title"] for row in caller.rows("memoranda/", school="0002")} == {"Everywhere", "South only"}
    assert "South only" not in {row["title"] for row in caller.rows("memoranda/", school="0001")}
    assert "South only" not in {row["title"] for row in caller.rows("memoranda/", in_force_on="2021-01-01")}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_order_is_accepted_both_ways_and_is_total(world, call_as, name):
    caller = call_as(READER[name])
    orders = COLLECTIONS[name].filterset_class.orders
    for order in [*orders, *(f"-{one}" for one in orders), ",".join(orders)]:
        first, second = (caller.rows(f"{name}/", ordering=order) for _ in range(2))
        if name != "audit-events":  # reading the trail of others may have added to it
            assert first == second
    assert orders


# --- Cost -----------------------------------------------------------------------------------------------------------
def grow(world, count: int) -> None:
    """Add `count` records of every kind, each with what hangs on it."""
    behavior = world.district.behaviors.first()
    for _ in range(count):
        school = make.make_school(world.district)
        student = make.make_student(world.district)
        make.enroll(student, world.north, world.year, refresh=False)
        make.make_staff(world.district, world.north, world.year)
        incident = make.make_incident(world.north, world.year)
        part = make.involve(incident, student, behavior, response="MEDIATION")
        make.refer(incident, student)
        make.remove(incident, student).involvements.add(part)
        make.make_behavior(world.district, f"C{make.number()}")
        make.make_memorandum(make.make_organization(world.district), school, world.north)
        year = world.district.school_years.order_by("year").last().year + 1
        make.make_school_year(world.district, year)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_number_of_queries_does_not_depend_on_the_rows(world, call_as, name):
    role = READER[name] if READER[name] != Role.OFFICER else Role.RECORDS
    if not may(role, READING[name]):
        role = Role.OFFICER

    def queries() -> int:
        caller = call_as(role)
        caller.rows("districts/")  # the first request of a session also notes its time
        with CaptureQueriesContext(connection) as captured:
            caller.rows(f"{name}/", page_size=200)
        return len(captured)

    grow(world, 5)
    few = queries()
    grow(world, 25)
    assert queries() == few
    assert few <= 10


def test_the_permission_of_demographics_closes_its_columns_and_filters(world, call_as, monkeypatch):
    """Were there a role that reads students without it, the columns would not exist for that role."""
    from district import access

    monkeypatch.setitem(access.GRANTS, Role.OFFICER, access.GRANTS[Role.OFFICER] - {Permission.DEMOGRAPHICS_VIEW})
    caller = call_as(Role.OFFICER)
    row = caller.rows("students/")[0]
    assert not {"race", "sex", "birth_date"} & set(row)
    assert "idea" not in caller.rows("enrollments/")[0]
    assert caller.read("students/", race="BL").status_code == 400
    assert caller.read("enrollments/", idea="true").status_code == 400
    header = b"".join(caller.read("students/", format="csv")).decode().splitlines()[0]
    assert "race" not in header.split(",")
