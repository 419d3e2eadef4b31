"""Patterns of concerns: exact for the recipient, released once for the others, the same on page, endpoint and files."""

from __future__ import annotations

from datetime import date

import pytest

from commitments.actions.concerns import working
from commitments.concerns.totals import MINIMUM
from commitments.models import Concern
from dashboards.concern_patterns.release import release_patterns
from dashboards.models import ConcernRelease
from district.access import Role
from tests.dashboards.retaliation.conftest import file  # noqa: F401 - a fixture

PAGE, API = "/dashboards/concerns/", "/api/v1/dashboards/concerns/"
FILED, OVER = date(2020, 10, 5), date(2021, 8, 15)


@pytest.fixture
def year(world, file):  # noqa: F811
    """In the fall of 2020: nine about north, seven about south, two about the district. One is north's, in time."""
    Concern.objects.update(filed_on=date(2019, 8, 1))
    for place, number in ((world.north, 9), (world.south, 7), (None, 2)):
        for _number in range(number):
            file(school=place, kind="policy", on=FILED)
    one = Concern.objects.filter(filed_on=FILED, school=world.north).first()
    ombuds = world.user("ombuds")
    working.acknowledge(concern=one, by=ombuds, on=FILED)
    working.answer(concern=one, outcome="upheld", text="You were right.", by=ombuds, on=FILED)
    return world


def cells(client, query: str = "") -> dict[tuple[str, str], int]:
    response = client.get(f"{API}{query}")
    assert response.status_code == 200, response.content
    return {(row["table"], row["key"]): row["count"] for row in response.json()["rows"]}


def test_the_recipient_counts_exactly(year, client_for):
    found = cells(client_for(year.user("ombuds")), "?school_year=2021")
    assert (found["all", ""], found["school", "0001"], found["school", "0002"], found["school", ""]) == (18, 9, 7, 2)
    assert (found["kind", "policy"], found["answer", "in_time"], found["answer", "not_answered"]) == (18, 1, 17)


def test_nothing_is_told_before_the_year_is_over_and_then_once(year, client_for):
    leader = client_for(year.user("leader"))
    assert cells(leader) == {}
    assert "Nothing can be shown yet" in leader.get(PAGE).content.decode()
    assert release_patterns(year.district, today=date(2021, 8, 13)) == 1, "the year before"
    assert release_patterns(year.district, today=OVER) == 1
    assert release_patterns(year.district, today=OVER) == 0
    found = cells(leader, "?school_year=2021")
    assert found == {("all", ""): 18, ("school", "0001"): 9, ("commitment", ""): 18}
    assert ("kind", "policy") not in found, "it would tell that there was none of any other"
    Concern.objects.filter(school=year.north).update(school=year.south)
    release_patterns(year.district, today=OVER.replace(year=2024))
    assert cells(leader, "?school_year=2021") == found, "what was released does not change"


def test_page_endpoint_and_files_tell_the_same(year, client_for):
    release_patterns(year.district, today=OVER)
    client = client_for(year.user("leader"))
    page = client.get(f"{PAGE}?school_year=2021").content.decode()
    for words in ("18 concerns were filed in 2020–21.", "North School", "What is not here is withheld, or zero."):
        assert words in page, words
    assert "South School" not in page
    lines = b"".join(client.get(f"{PAGE}?school_year=2021&format=csv").streaming_content).decode().splitlines()
    assert lines[0] == "school_year,table,key,label,count"
    assert len(lines) == 1 + len(cells(client, "?school_year=2021"))
    assert client.get(f"{API}?school_year=2021&format=xlsx").status_code == 200


def test_there_is_nothing_to_filter_by(year, client_for):
    release_patterns(year.district, today=OVER)
    for role in ("leader", "ombuds", "partner"):
        client = client_for(year.user(role))
        for query in ("school=0001", "kind=policy", "by=school,kind", "filed_from=2020-10-01", "school_year=1999"):
            for address in (PAGE, API):
                assert client.get(f"{address}?{query}").status_code == 400, (role, query)
        for twice in ("school_year=2021&school_year=2020", "district=TWO", "ordering=count", "school_year=2020,2021"):
            assert client.get(f"{API}?{twice}").status_code == 400, (role, twice)


def test_an_organization_sees_what_it_is_owed_and_what_was_released(year, client_for):
    partner = year.user("partner")
    organization = partner.grants.get().organization
    own = Concern.objects.filter(filed_on=FILED, school=year.south).first()
    Concern.objects.filter(organization=organization).exclude(pk=own.pk).update(state="resolved", next_due_on=None)
    Concern.objects.filter(pk=own.pk).update(organization=organization)
    client = client_for(partner)
    answer = client.get(API).json()
    assert [one["concern"] for one in answer["owed"]] == [str(own.uid)]
    assert (answer["rows"], "Answers owed to your organization" in client.get(PAGE).content.decode()) == ([], True)
    release_patterns(year.district, today=OVER)
    assert cells(client, "?school_year=2021")["all", ""] == 18
    assert client_for(year.user("leader")).get(API).json()["owed"] == []


def test_everybody_else_is_refused(year, client_for):
    for role in set(Role) - {Role.LEADER, Role.PARTNER, Role.TRAINER, Role.OMBUDS}:
        client = client_for(year.user(role))
        assert (client.get(PAGE).status_code, client.get(API).status_code) == (403, 403), role


def test_what_is_released_is_all_that_is_kept(year):
    release_patterns(year.district, today=OVER)
    kept = ConcernRelease.objects.get(school_year=2021).tables
    assert {"0002", ""} & set(kept["school"]) == set()
    assert all(count >= MINIMUM for name, table in kept.items() if name != "total" for count in table.values())


def test_the_number_of_queries_is_fixed(year, file, client_for, django_assert_max_num_queries):  # noqa: F811
    for role in ("leader", "ombuds"):
        release_patterns(year.district, today=OVER)
        client = client_for(year.user(role))
        client.get(PAGE)
        with django_assert_max_num_queries(25) as few:
            client.get(f"{PAGE}?school_year=2021")
        for _number in range(5):
            file(on=FILED)
        with django_assert_max_num_queries(len(few)):
            client.get(f"{PAGE}?school_year=2021")
