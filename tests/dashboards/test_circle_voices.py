"""The surveys after circles as figures: withheld below ten, complementary too, the same on page, endpoint and files."""

import itertools

import pytest

from circles.actions.surveys import add_to_pile, release_surveys
from circles.models import SurveyBatch
from circles.voices.survey import MINIMUM, QUESTIONS, tally_of
from dashboards.jobs import JOBS
from district.access import Permission, Role, roles_with

ADDRESS = "/api/v1/dashboards/circle-voices/"
PAGE = "/dashboards/circle-voices/"
GOOD, BAD = dict.fromkeys(QUESTIONS, "yes"), {"heard": "no", "fair": "little"}


@pytest.fixture
def surveyed(world, settings):
    """North: 12 harmed, 6 responsible, 5 supporters. South: 4 harmed, 3 staff. Far (another district): 11."""
    settings.MFA_REQUIRED = False
    piles = (
        (world.north, world.year, "harmed", 8, GOOD),
        (world.north, world.year, "harmed", 4, BAD),
        (world.north, world.year, "responsible", 6, GOOD),
        (world.north, world.year, "supporter", 5, GOOD),
        (world.south, world.year, "harmed", 4, BAD),
        (world.south, world.year, "staff", 3, GOOD),
        (world.far, world.far.district.school_years.get(year=2021), "harmed", 11, GOOD),
    )
    for school, year, role, number, given in piles:
        for _number in range(number):
            add_to_pile(school=school.pk, year=year.pk, role=role, tally=tally_of(given))
    return world


def release(world, month: int) -> None:
    for district in (world.district, world.far.district):
        release_surveys(district, today=district.today().replace(year=2021, month=month, day=2))


def rows(client, query: str) -> list[dict]:
    response = client.get(f"{ADDRESS}?school_year=2021&{query}")
    assert response.status_code == 200, response.content
    return response.json()["rows"]


def test_nothing_is_shown_before_it_is_released(surveyed, client_for):
    client = client_for(surveyed.user("leader"))
    (everybody,) = rows(client, "by=")
    assert (everybody["returned"], everybody["status"], everybody["heard_share"]) == (None, "withheld", None)
    text = client.get(PAGE).content.decode()
    assert "Nothing can be shown yet" in text
    assert "<table" not in text
    assert ("surveys after circles", release_surveys) in [(job.name, job.run) for job in JOBS]


def test_a_group_is_shown_from_ten_on_and_what_is_left_only_in_tens(surveyed, client_for):
    release(surveyed, 1)
    client = client_for(surveyed.user("leader"))
    found = {row["role"]: row for row in rows(client, "by=role")}
    assert (found["harmed"]["returned"], found["harmed"]["status"]) == (12, "actual")
    assert (found["harmed"]["heard_share"], found["harmed"]["heard_answered"]) == ("67%", 12)
    assert (found["harmed"]["safe_share"], found["harmed"]["safe_answered"]) == (None, None), "eight answered that"
    assert (found["responsible"]["returned"], found["staff"]["returned"]) == (None, None)
    assert found["several"]["returned"] == 11, "6 and 5 at north together"
    assert found["several"]["heard_share"] == ">=80%", "not that everybody said the same"
    (everybody,) = rows(client, "by=")
    assert everybody["returned"] == 23
    schools = {row["school"]: row["returned"] for row in rows(client, "by=school")}
    assert schools == {"0001": 23, "0002": None}, "the total holds nobody of south: it cannot be found by subtraction"
    for _number in range(3):
        add_to_pile(school=surveyed.south.pk, year=surveyed.year.pk, role="harmed", tally=tally_of(GOOD))
    assert {row["school"]: row["returned"] for row in rows(client, "by=school")} == schools, "until the next month"
    release(surveyed, 2)
    assert {row["school"]: row["returned"] for row in rows(client, "by=school")} == {"0001": 23, "0002": 10}


def test_too_few_at_every_school_are_shown_for_the_district_and_for_no_school(world, client_for, settings):
    settings.MFA_REQUIRED = False
    for school in (world.north, world.south):
        for _number in range(5):
            add_to_pile(school=school.pk, year=world.year.pk, role="harmed", tally=tally_of(GOOD))
    release(world, 1)
    leader = client_for(world.user("leader"))
    assert {row["role"]: row["returned"] for row in rows(leader, "by=role") if row["returned"]} == {"harmed": 10}
    assert {row["school"]: row["returned"] for row in rows(leader, "by=school")} == {
        "0001": None,
        "0002": None,
        "several": 10,
    }
    (one,) = rows(leader, "by=&school=0001")
    assert one["status"] == "withheld"
    (one,) = rows(client_for(world.user("principal")), "by=")
    assert one["status"] == "withheld", "a figure of several schools is of nobody's school alone"


def test_no_two_figures_that_anybody_gets_differ_by_fewer_than_ten(surveyed, client_for):
    figures: list[frozenset[int]] = []
    for month in (1, 2, 3):
        release(surveyed, month)
        shown = list(SurveyBatch.objects.filter(release__district=surveyed.district))
        figures += [
            frozenset(one.pk for one in shown),
            *(frozenset(one.pk for one in shown if one.role == role) for role in ("harmed", "staff", "")),
            *(frozenset(one.pk for one in shown if one.school == place) for place in (surveyed.north, surveyed.south)),
        ]
        for place, role in itertools.product((surveyed.north, surveyed.south), ("harmed", "staff", "focus")):
            for _number in range(month * 2 + 1):
                add_to_pile(school=place.pk, year=surveyed.year.pk, role=role, tally=tally_of(GOOD))
    sizes = dict(SurveyBatch.objects.values_list("pk", "returned"))
    assert min(sizes.values()) >= MINIMUM
    tried = 0
    for one, other in itertools.permutations(figures, 2):
        tried += 1
        left = sum(sizes[key] for key in one - other)
        assert left == 0 or left >= MINIMUM
    assert tried > 100


def test_each_reader_sees_their_own_schools(surveyed, client_for):
    release(surveyed, 1)
    for role in (Role.PRINCIPAL, Role.COORDINATOR, Role.OFFICER):
        (everybody,) = rows(client_for(surveyed.user(role)), "by=")
        assert everybody["returned"] == 23
        client = client_for(surveyed.user(role))
        assert client.get(f"{ADDRESS}?school=0002").status_code == 400
        assert "67%" in client.get(f"{PAGE}?school_year=2021").content.decode()
    for role in set(Role) - roles_with(Permission.RATES_VIEW):
        assert client_for(surveyed.user(role)).get(ADDRESS).status_code == 403
        assert client_for(surveyed.user(role)).get(PAGE).status_code == 403


def test_the_page_and_the_files_show_the_same(surveyed, client_for):
    release(surveyed, 1)
    client = client_for(surveyed.user("leader"))
    text = client.get(f"{PAGE}?school_year=2021").content.decode()
    told = ("23 people answered in 2020–21", "67%", "of 12", "80% or more", "Several parts together")
    for words in (*told, "Withheld to protect privacy, fewer than ten answers so far: "):
        assert words in text, words
    assert "January 2021" in text
    both = client.get(f"{PAGE}?by=school&school_year=2021").content.decode()
    assert "South School" in both
    lines = b"".join(client.get(f"{PAGE}?school_year=2021&format=csv").streaming_content).decode().splitlines()
    assert lines[0].split(",")[:4] == ["school_year", "role", "returned", "heard_answered"]
    assert any(line.startswith("2021,harmed,12,12,67%") and line.endswith("actual") for line in lines)
    assert client.get(f"{PAGE}?school_year=2021&format=xlsx").status_code == 200
    for query in ("by=race", "by=role,school", "language=en", "school_year=1999", "practice=harm-circle"):
        assert client.get(f"{PAGE}?{query}").status_code == 400
        assert client.get(f"{ADDRESS}?{query}").status_code == 400


def test_the_number_of_queries_is_fixed(surveyed, client_for, django_assert_max_num_queries):
    client = client_for(surveyed.user("leader"))
    client.get(PAGE)
    with django_assert_max_num_queries(20) as few:
        client.get(f"{PAGE}?school_year=2021")
    for month in (1, 2, 3):
        release(surveyed, month)
        for role in ("harmed", "staff", "focus", "guardian"):
            for _number in range(11):
                add_to_pile(school=surveyed.north.pk, year=surveyed.year.pk, role=role, tally=tally_of(GOOD))
    with django_assert_max_num_queries(len(few)):
        client.get(f"{PAGE}?school_year=2021")
