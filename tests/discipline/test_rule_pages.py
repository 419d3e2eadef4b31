"""The pages of rules, matrix and clock settings: scope, previews, signing off, files, and what a slip is answered."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from discipline.actions.matrix import give_default_matrix
from discipline.actions.rules import adopt_packs
from discipline.models import ClockSettings, DueProcessStep, Incident, OutsideMatrix, ResponseMatrix, RuleVersion
from district.access import Role
from district.models import AuditEvent, RoleGrant
from tests import factories as make

RULE = {
    "title": "No out-of-school suspension at level 1",
    "text": "A student may not be suspended out of school for a behavior of level 1.",
    "citation": "Board resolution 2013-10",
    "actions": ["OSS"],
    "levels": ["1"],
    "codes": "",
    "grade_from": "",
    "grade_to": "",
    "effect": "forbid",
    "days": "",
    "statement": "",
    "severity": "block",
    "exceptions": "An emergency\nA second emergency\nAn emergency",
    "effective_from": "2026-12-01",
    "effective_to": "2027-06-30",
}


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def leader(world, client_for):
    world.district.behaviors.update(level="1", category="Disruption")
    return client_for(world.user(Role.LEADER))


@pytest.fixture
def officer(world, client_for):
    return client_for(world.user(Role.OFFICER))


# --- The list and the record ------------------------------------------------------------------------------------------
def test_the_list_shows_rules_of_ones_district_with_citation_and_sign_off(world, officer):
    adopt_packs(district=world.district, by=None)
    make.make_rule(world.other, "Somebody else's rule")
    page = text_of(officer.get(reverse("rule_list")))
    assert "34 CFR 300.536(a)(1), 300.530(c), (e), (h)" in page
    assert "Federal law" in page
    assert "N.J.S.A. 18A:37-2a" in page
    assert "to be confirmed in the source" in page
    assert "Not signed off yet" in page
    assert "Somebody else" not in page
    assert "Add a rule" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"jurisdiction": "LOCAL"}, 1),
        ({"jurisdiction": "US"}, 10),
        ({"jurisdiction": "US,NJ"}, 22),
        ({"sign_off": "signed"}, 0),
        ({"in_force_on": "2016-09-05", "jurisdiction": "NJ"}, 6),
        ({"in_force_on": "2026-11-10", "jurisdiction": "NJ"}, 12),
        ({"subject": "hib"}, 1),
        ({"search": "goss"}, 1),
        ({"key": "nj-hib"}, 1),
        ({"severity": "override"}, 3),
    ],
)
def test_the_list_is_filtered(world, officer, query, count):
    adopt_packs(district=world.district, by=None)
    response = officer.get(reverse("rule_list"), query)
    assert response.context["count"] == count


def test_a_district_asks_for_a_step_of_its_own(world, leader):
    """A re-entry meeting on the first school day after: no state's pack has to ask for it."""
    back = RULE | {"title": "Welcome back", "effect": "due", "levels": [], "effective_from": "2020-01-01"}
    back |= {"effective_to": "", "due_step": "", "due_days": "", "exceptions": ""}
    refused = leader.post(reverse("rule_new"), back)
    assert {"due_step", "due_days"} <= set(refused.context["form"].errors)
    back |= {"due_step": "reentry_meeting", "due_days": "1", "due_unit": "school_day", "due_from": "removal_ends"}
    assert leader.post(reverse("rule_new"), back).status_code == 302
    version = RuleVersion.objects.get(title="Welcome back")
    (deadline,) = version.as_rule().deadlines
    assert (deadline.step, deadline.offset, deadline.unit, deadline.from_event) == (
        "reentry_meeting",
        1,
        "school_day",
        "removal_ends",
    )
    form = leader.get(reverse("rule_change", args=[version.uid])).context["form"]
    assert [form[name].value() for name in ("effect", "due_step", "due_days")] == ["due", "reentry_meeting", 1]
    page = text_of(leader.get(reverse("rule_detail", args=[version.uid])))
    assert "Meet with the student and the family on the return" in page


def test_replaced_versions_leave_the_list_and_stay_on_the_record(world, leader):
    leader.post(reverse("rule_new"), RULE)
    version = RuleVersion.objects.get(title=RULE["title"])
    changed = {**RULE, "effective_to": "2027-01-31", "reason": "The board decided."}
    answer = leader.post(reverse("rule_change", args=[version.uid]), changed)
    assert answer.status_code == 302
    assert leader.get(reverse("rule_list"), {"search": "No out-of-school"}).context["count"] == 1
    page = text_of(leader.get(answer.url))
    assert "Version 1" in page
    assert "from its first day" in page
    assert "The board decided." in page
    old = text_of(leader.get(reverse("rule_detail", args=[version.uid])))
    assert "A later version stands in the place of this one." in old


def test_the_file_holds_every_column(world, leader):
    adopt_packs(district=world.district, by=None)
    answer = leader.get(reverse("rule_list"), {"format": "csv", "key": "nj-k2-suspension"})
    header, row = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    cells = dict(zip(header.split(","), re.findall(r'("(?:[^"]|"")*"|[^,]*)(?:,|$)', row), strict=False))
    assert cells["citation"] == "N.J.S.A. 18A:37-2a"
    assert cells["effective_from"] == "2016-09-06"
    assert cells["sign_off"] == "unsigned"
    assert "violent or sexual nature" in cells["text"]


@pytest.mark.once
def test_the_number_of_queries_does_not_grow_with_the_rules(world, officer):
    counts = []
    officer.get(reverse("rule_list"))  # the first visit writes the session
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            officer.get(reverse("rule_list"))
        counts.append(len(queries))
        adopt_packs(district=world.district, by=None)
    assert counts[0] == counts[1]


# --- Signing off ------------------------------------------------------------------------------------------------------
@pytest.mark.once
def test_signing_off_leads_to_the_next_rule_that_waits(world, leader):
    DueProcessStep.objects.all().delete()
    RuleVersion.objects.all().delete()
    first = make.make_rule(world.district, "A first rule")
    second = make.make_rule(world.district, "A second rule", needs_confirmation=True)
    answer = leader.post(reverse("rule_sign_off", args=[first.uid]), {"step": "sign", "note": ""})
    assert answer.url == reverse("rule_sign_off", args=[second.uid])
    refused = leader.post(answer.url, {"step": "sign", "note": ""})
    assert "read it in its source first" in text_of(refused)
    done = leader.post(answer.url, {"step": "sign", "is_confirmed": "on", "note": "Read with counsel."}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("rule_list")
    assert list(RuleVersion.objects.values_list("sign_off", flat=True)) == ["signed", "signed"]
    assert "Read with counsel." in text_of(leader.get(reverse("rule_detail", args=[second.uid])))


@pytest.mark.once
def test_declining_needs_a_reason_and_is_shown(world, leader):
    version = make.make_rule(world.district, "A rule", needs_confirmation=True)
    address = reverse("rule_sign_off", args=[version.uid])
    assert "Say why." in text_of(leader.post(address, {"step": "decline", "note": ""}))
    leader.post(address, {"step": "decline", "note": "Counsel says no."})
    page = text_of(leader.get(reverse("rule_detail", args=[version.uid])))
    assert "The district does not go by this rule. Reason: Counsel says no." in page
    again = leader.post(address, {"step": "decline", "note": "Again."})
    assert "This is how it stands already." in text_of(again)


def test_rules_of_another_district_are_absent(world, leader):
    version = make.make_rule(world.other, "Theirs")
    for name in ("rule_detail", "rule_sign_off", "rule_change"):
        assert leader.get(reverse(name, args=[version.uid])).status_code == 404
    adopt_packs(district=world.district, by=None)
    law = RuleVersion.objects.get(rule__key="us-idea-day-11")
    assert leader.get(reverse("rule_change", args=[law.uid])).status_code == 404, "a rule of law is not rewritten"


@pytest.mark.once
def test_a_leader_of_one_school_does_not_decide_for_the_district(world, client_for):
    user = make.make_user(Role.LEADER, world.district, world.north)
    client = client_for(user)
    for name in ("rule_new", "response_change", "clock_settings"):
        assert client.get(reverse(name)).status_code == 403
        assert client.post(reverse(name), RULE).status_code == 403
    version = make.make_rule(world.district, "A rule")
    assert client.get(reverse("rule_detail", args=[version.uid])).status_code == 200
    assert client.get(reverse("rule_sign_off", args=[version.uid])).status_code == 404


# --- Adding a rule ----------------------------------------------------------------------------------------------------
def test_a_rule_is_added_and_signed_off(world, leader):
    answer = leader.post(reverse("rule_new"), RULE)
    version = RuleVersion.objects.get(title=RULE["title"])
    assert answer.url == reverse("rule_detail", args=[version.uid])
    rule = version.as_rule()
    assert (rule.actions, rule.include.levels, rule.prohibits) == (frozenset({"OSS"}), frozenset({"1"}), True)
    assert [one.text for one in rule.exceptions] == ["An emergency", "A second emergency", "An emergency"]
    assert len({one.code for one in rule.exceptions}) == 3
    assert (rule.effective_from, rule.effective_to) == (date(2026, 12, 1), date(2027, 6, 30))
    page = text_of(leader.get(answer.url))
    assert "level 1" in page
    assert "It is not allowed." in page
    assert "Out-of-school suspension" in page


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Title"),
        ({"actions": []}, "Kinds of removal"),
        ({"levels": ["9"]}, "Levels"),
        ({"effect": "in_a_row"}, "Give the limit."),
        ({"effect": "in_year", "days": "0"}, "Limit, in school days"),
        ({"effect": "state"}, "Say what must be stated."),
        ({"grade_from": "KG"}, "Give the first and the last grade, or neither."),
        ({"grade_from": "05", "grade_to": "KG"}, "The last grade comes before the first."),
        ({"effective_to": "2026-11-30"}, "The last day is before the first."),
        ({"effective_from": "soon"}, "First day"),
        ({"title": "No suspension at level 1"}, "The district has a rule of this title already."),
        ({"title": "x" * 121}, "Title"),
        ({"text": "NUL \0"}, "The rule in one or two sentences"),
    ],
)
def test_a_slip_is_named_and_nothing_is_kept(world, leader, changes, said):
    answer = leader.post(reverse("rule_new"), {**RULE, **changes})
    assert answer.status_code == 200
    assert "Nothing was saved yet" in text_of(answer)
    assert said in text_of(answer)
    assert RuleVersion.objects.filter(rule__district=world.district).count() == 1


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"effect": "in_a_row", "days": "3.5"}, "At most 3.5 school days in a row."),
        ({"effect": "in_year", "days": "10"}, "At most 10 school days in a school year."),
        ({"effect": "state", "statement": "A circle was offered."}, "A circle was offered."),
        ({"grade_from": "KG", "grade_to": "02"}, "Kindergarten to Grade 2"),
        ({"flags": ["homeless", "disability"]}, "with an IEP or a Section 504 plan, homeless"),
        ({"subjective": "on", "levels": []}, "all that depend on an adult's judgment"),
        ({"categories": ["Disruption"], "codes": "4.1, 4.2"}, "category Disruption; or code 4.1, 4.2"),
    ],
)
def test_what_a_rule_says_is_said_and_comes_back_to_be_changed(leader, changes, says):
    answer = leader.post(reverse("rule_new"), {**RULE, **changes})
    page = leader.get(answer.url)
    assert says in text_of(page).replace("&#x27;", "'")
    version = RuleVersion.objects.get(title=RULE["title"])
    form = leader.get(reverse("rule_change", args=[version.uid])).context["form"]
    again = {name: value for name, value in form.initial.items() if value not in (None, False)}
    refused = leader.post(reverse("rule_change", args=[version.uid]), {**again, "reason": "Again."})
    assert "This is what the rule says already." in text_of(refused), "the form loses nothing"


# --- The past it would have touched -----------------------------------------------------------------------------------
def test_a_preview_keeps_nothing_and_names_nobody_to_a_leader(world, leader):
    answer = leader.post(reverse("rule_new"), {**RULE, "preview": "1"})
    assert answer.status_code == 200
    assert "2 of 2 removals of 2020–21, of 2 different students." in text_of(answer)
    assert world.student.person.family_name not in text_of(answer)
    assert RuleVersion.objects.filter(rule__district=world.district).count() == 1
    assert not AuditEvent.objects.filter(action="view", details__purpose="rule preview").exists()


def test_a_preview_lists_removals_to_those_who_see_them_and_leaves_its_trace(world, client_for, leader):
    user = world.user(Role.LEADER)
    RoleGrant.objects.create(user=user, role=Role.OFFICER, district=world.district, school=world.north)
    answer = client_for(user).post(reverse("rule_new"), {**RULE, "preview": "1"})
    page = text_of(answer)
    assert world.student.person.family_name in page
    assert world.south_student.person.family_name not in page
    (event,) = AuditEvent.objects.filter(action="view", details__purpose="rule preview")
    assert (event.details["collection"], event.details["count"]) == ("removals", 1)


def test_a_preview_of_nothing_says_so(leader):
    answer = leader.post(reverse("rule_new"), {**RULE, "actions": ["BUS"], "preview": "1"})
    assert "None of the 2 removals of 2020–21." in text_of(answer)


@pytest.mark.once
def test_a_preview_of_a_faulty_rule_names_the_fault(leader):
    answer = leader.post(reverse("rule_new"), {**RULE, "title": "", "preview": "1"})
    assert "Nothing was saved yet" in text_of(answer)
    assert "would have touched</h2>" not in answer.content.decode()


# --- The matrix -------------------------------------------------------------------------------------------------------
def change_of(world, **changes):
    return {
        "level": "1",
        "bands": ["06-08"],
        "priors": ["0-0", "2-"],
        "responses": ["RESTORATIVE_CIRCLE", "WARNING"],
        "valid_from": "2020-01-01",
        "reason": "The board decided.",
        **changes,
    }


def test_the_matrix_shows_what_is_always_allowed_once(world, officer):
    give_default_matrix(district=world.district, by=None)
    give_default_matrix(district=world.other, by=None)
    response = officer.get(reverse("response_list"))
    levels = response.context["levels"]
    assert [level.level for level in levels] == ["1", "2", "3", "4"]
    assert levels[0].first == "Restorative circle, Restorative conference, Mediation"
    assert levels[0].rows[2].cells[0].others == ""
    assert levels[0].rows[2].cells[1].others == "Detention"
    assert not any(cell.change_url for level in levels for row in level.rows for cell in row.cells)
    assert response.context["outside"].startswith("No response has gone beyond the matrix since")


def test_the_matrix_of_a_day(world, leader):
    give_default_matrix(district=world.district, by=None)
    leader.post(reverse("response_change"), change_of(world, valid_from="2999-01-01"))
    now, then = (
        leader.get(reverse("response_list"), query).context["levels"][0] for query in ({}, {"valid_on": "2999-01-01"})
    )
    assert now.first == "Restorative circle, Restorative conference, Mediation"
    assert then.first == "Restorative circle"
    one_level = leader.get(reverse("response_list"), {"level": "3"}).context["levels"]
    assert [level.level for level in one_level] == ["3"]


@pytest.mark.once
def test_a_cell_leads_to_its_change(world, leader):
    give_default_matrix(district=world.district, by=None)
    cell = leader.get(reverse("response_list")).context["levels"][1].rows[2].cells[2]
    form = leader.get(cell.change_url).context["form"]
    assert (form.initial["level"], form.initial["bands"], form.initial["priors"]) == ("2", ["06-08"], ["2-"])
    assert "ISS" in form.initial["responses"]
    answer = leader.post(reverse("response_change"), change_of(world))
    assert answer.url == reverse("response_list")
    assert ResponseMatrix.objects.filter(district=world.district).count() == 2
    refused = leader.post(reverse("response_change"), change_of(world))
    assert "This is what the matrix allows already." in text_of(refused)


def test_responses_outside_are_counted_for_those_who_see_figures(world, leader, client_for):
    matrix = give_default_matrix(district=world.district, by=None)
    today = world.district.today()
    for school, student in ((world.north, world.student), (world.south, world.south_student)):
        OutsideMatrix.objects.create(
            matrix=matrix,
            incident=Incident.objects.get(school=school),
            student=student,
            level="1",
            grade="09",
            prior=0,
            response="OSS",
            reason="Because.",
            decided_on=today,
        )
    counted = {
        role: client_for(world.user(role)).get(reverse("response_list")).context["outside"].split(" ")[0]
        for role in (Role.LEADER, Role.OFFICER, Role.AUDITOR)
    }
    assert counted == {Role.LEADER: "2", Role.OFFICER: "1", Role.AUDITOR: ""}


def test_the_matrix_as_a_file(world, officer):
    give_default_matrix(district=world.district, by=None)
    answer = officer.get(reverse("response_list"), {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 49
    assert lines[0] == "district,valid_from,superseded_on,level,grade_from,grade_to,prior_from,prior_to,responses"
    assert "RESTORATIVE_CIRCLE; RESTORATIVE_CONFERENCE; MEDIATION" in lines[1]


def test_without_a_matrix_the_page_teaches(world, officer):
    assert "No matrix yet" in text_of(officer.get(reverse("response_list")))
    assert officer.get(reverse("response_list"), {"nosuch": "1"}).status_code == 400


# --- The clock's settings ---------------------------------------------------------------------------------------------
SETTINGS = {
    "marks": "7, 5, 10",
    "half_days_whole": "no",
    "counts_before_eligibility": "yes",
    "section504": "same",
    "valid_from": "2026-12-01",
    "reason": "Counsel's advice.",
}


def test_the_clock_is_set_from_a_day_on(world, leader):
    answer = leader.post(reverse("clock_settings"), SETTINGS)
    assert answer.status_code == 302
    row = ClockSettings.objects.get()
    assert (row.district, row.marks, row.half_days_whole) == (world.district, ["5", "7", "10"], False)
    page = text_of(leader.get(reverse("clock_settings")))
    assert "5, 7, 10" in page
    assert "Tue, Dec 1, 2026" in page


@pytest.mark.once
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"marks": "five"}, "Write numbers separated by commas"),
        ({"marks": "-1"}, "Marks are school days above 0"),
        ({"section504": "maybe"}, "What holds for students with a Section 504 plan only?"),
        ({"reason": ""}, "Why?"),
    ],
)
def test_settings_with_a_slip_are_not_kept(leader, changes, said):
    answer = leader.post(reverse("clock_settings"), {**SETTINGS, **changes})
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert not ClockSettings.objects.exists()
