"""The demo generator against the federal counts: figures are recomputed from the written files, not from the plan."""

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from dashboards import demo
from dashboards.demo.acts import acts_of_cell
from dashboards.demo.crdc import GRADES, NUMERATORS

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "sioux_falls_sd": ROOT / "dashboards/demo/sources",
    "kanawha_wv": ROOT / "tests/fixtures/crdc",
    "providence_ri": ROOT / "tests/fixtures/crdc",
}
SURPLUS = {"sioux_falls_sd": 6, "kanawha_wv": 0, "providence_ri": 0}
COUNT_DAY = "2020-10-01"
ONE_RACE = {
    "americanIndianOrAlaskaNative": "AM",
    "asian": "AS",
    "blackOrAfricanAmerican": "BL",
    "nativeHawaiianOrOtherPacificIslander": "HP",
    "white": "WH",
}


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def load(name):
    return demo.load_district(FOLDERS[name] / f"{name}_2020-21.csv", FOLDERS[name] / f"{name}_schools.csv")


class Written:
    """A roster zip and a discipline file as read back by somebody who knows only the formats."""

    def __init__(self, roster, discipline):
        with zipfile.ZipFile(roster) as package:
            self.tables = {
                name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(package.read(name).decode())))
                for name in package.namelist()
            }
        self.rows = read_csv(discipline)
        self.code = {row["sourcedId"]: row["identifier"] for row in self.tables["orgs"] if row["type"] == "school"}
        self.students = self._students()

    def _students(self):
        demographics = {row["sourcedId"]: row for row in self.tables["demographics"]}
        programs = {row["userSourcedId"]: row for row in self.tables["studentPrograms"]}
        begins = {row["userSourcedId"]: row["beginDate"] for row in self.tables.get("enrollments", [])}
        return {
            row["identifier"]: {
                "school": self.code[row["orgSourcedIds"]],
                "grade": row["grades"],
                "race": derived_race(demographics[row["sourcedId"]]),
                "sex": {"male": "M", "female": "F"}[demographics[row["sourcedId"]]["sex"]],
                "idea": programs[row["sourcedId"]]["idea"],
                "section504": programs[row["sourcedId"]]["section504"],
                "begins": begins.get(row["sourcedId"], ""),
            }
            for row in self.tables["users"]
            if row["role"] == "student"
        }

    def removals(self, *kinds):
        """{removal id: its row} of the kinds; a row that repeats the id names the same removal."""
        return {row["removal_id"]: row for row in self.rows if row["removal"] in kinds}

    def removed(self, *kinds, at_least=1):
        """Distinct (school, student) with at least so many removals of the kinds."""
        times = Counter((row["school_id"], row["student_id"]) for row in self.removals(*kinds).values())
        return {key for key, number in times.items() if number >= at_least}

    def known_to_police(self, *values):
        return {(row["school_id"], row["student_id"]) for row in self.rows if row["law_enforcement"] in values}

    def count(self, keys, school, dimension, group):
        """How many of the (school, student) pairs belong to the school (or ALL) and the group of the dimension."""
        return sum(
            (school == "ALL" or code == school) and (dimension == "all" or self.students[student][dimension] == group)
            for code, student in keys
        )


def derived_race(row):
    flags = [race for name, race in ONE_RACE.items() if row[name] == "true"]
    if row["hispanicOrLatinoEthnicity"] == "true":
        return "HI"
    if len(flags) > 1 or row["demographicRaceTwoOrMoreRaces"] == "true":
        return "TR"
    (race,) = flags
    return race


def write(plan, folder):
    demo.write_roster(plan, folder / "roster.zip")
    demo.write_discipline(plan, folder / "discipline.csv")
    return Written(folder / "roster.zip", folder / "discipline.csv")


@pytest.fixture(scope="module", params=sorted(FOLDERS))
def name(request):
    return request.param


@pytest.fixture(scope="module")
def written(name, tmp_path_factory):
    return write(demo.plan_year(load(name), seed=1), tmp_path_factory.mktemp(name))


@pytest.fixture(scope="module")
def source(name):
    """{(school code, group, race, sex): row of numbers}; reserve codes and empty cells are None."""
    rows = read_csv(FOLDERS[name] / f"{name}_2020-21.csv")
    return {
        (row["school"][-5:], row["group"], row["race"], row["sex"]): {
            column: int(value) if value.isdigit() else None for column, value in list(row.items())[4:]
        }
        for row in rows
    }


def cells(source, *columns, groups=("idea", "wodis")):
    """Sum of the columns by school over the race and sex cells; reserved ones count as nothing."""
    total = Counter()
    for (school, group, race, _), row in source.items():
        if group in groups and race != "ALL":
            total[school] += sum(row[column] or 0 for column in columns)
    return +total


def test_every_expected_figure_comes_out_of_the_written_files(name, written):
    expected = read_csv(FOLDERS[name] / f"{name}_expected.csv")
    unknown = set(demo.not_reported(load(name)))
    enrolled = {(s["school"], key) for key, s in written.students.items() if s["begins"] <= COUNT_DAY}
    numerators = {
        "oss_students": ("oss", written.removed("OSS")),
        "oss_multiple": ("oss_multiple", written.removed("OSS", at_least=2)),
        "iss_students": ("iss", written.removed("ISS")),
    }
    differences = []
    for row in expected:
        school = "ALL" if row["level"] == "district" else demo.school_code(row["school"])
        group = (school, row["dimension"], row["group"])
        if written.count(enrolled, *group) != int(row["enrolled"]):
            differences.append((group, "enrolled"))
        for column, (measure, keys) in numerators.items():
            assert (row[column] == "") == ((school, measure) in unknown), (group, column)
            if written.count(keys, *group) != int(row[column] or 0):
                differences.append((group, column))
    assert len(expected) > 500
    assert differences == []


def test_surplus_students_are_exactly_the_difference_of_cumulative_and_fall_count(name, written, source):
    missing = 0
    for (school, group, race, sex), row in source.items():
        if group in ("idea", "wodis") and race != "ALL":
            served = source[school, "idea", race, sex]["enrolled"]
            enrolled = served if group == "idea" else source[school, "all", race, sex]["enrolled"] - served
            oss = (row["oss_single"] or 0) + (row["oss_multiple"] or 0)
            missing += max(0, max(oss, row["iss"] or 0) - enrolled)
    late = [student for student in written.students.values() if student["begins"]]
    assert len(late) == missing == SURPLUS[name]
    assert {student["begins"] for student in late} <= {"2020-11-02"}
    assert len(written.students) - len(late) == sum(cells(source, "enrolled", groups=["all"]).values())


def test_section_504_students_and_english_learners_equal_the_source(written, source):
    for column, source_group in (("section504", "504"), ("englishLearner", "lep")):
        marked = (row["userSourcedId"] for row in written.tables["studentPrograms"] if row[column] == "true")
        students = [written.students[sourced_id.removeprefix("stu-")] for sourced_id in marked]
        assert Counter((student["school"], student["race"], student["sex"]) for student in students) == {
            (school, race, sex): row["enrolled"]
            for (school, group, race, sex), row in source.items()
            if group == source_group and race != "ALL" and row["enrolled"]
        }


def test_expulsions_and_law_enforcement_equal_the_source(written, source):
    by_school = {
        "expelled_services": written.removed("EXPULSION_WITH_SERVICES"),
        "expelled_no_services": written.removed("EXPULSION_WITHOUT_SERVICES"),
        "referred": written.known_to_police("referred", "arrested"),
        "arrested": written.known_to_police("arrested"),
    }
    for column, keys in by_school.items():
        assert Counter(school for school, _ in keys) == cells(source, column)


def test_days_missed_equal_the_source_where_its_counts_allow(written, source):
    found, times = Counter(), Counter()
    for row in written.removals("OSS").values():
        student = written.students[row["student_id"]]
        key = (row["school_id"], "all", student["race"], student["sex"])
        found[key] += Decimal(row["days"])
        times[key] += 1
        assert Decimal(row["days"]) >= Decimal("0.5")
    usable = {k for k in found if (d := source[k]["days_missed"]) is not None and times[k] / 2 <= d <= 30 * times[k]}
    assert len(usable) > 0.85 * len(found)
    assert {key: found[key] for key in usable} == {key: source[key]["days_missed"] for key in usable}


def test_rows_of_the_discipline_file_are_consistent(written):
    incidents, last_day_of = defaultdict(set), {}
    staff = {row["identifier"] for row in written.tables["users"] if row["role"] != "student"}
    for row in written.rows:
        incidents[row["incident_id"]].add(
            tuple(row[c] for c in ("school_id", "occurred_on", "occurred_time", "location"))
        )
        student, day = written.students[row["student_id"]], date.fromisoformat(row["occurred_on"])
        assert student["school"] == row["school_id"]
        assert student["begins"] <= row["occurred_on"]
        assert date(2020, 8, 27) <= day <= date(2021, 6, 4)
        assert day.weekday() < 5
        assert row["occurred_time"] == "" or "07:45" <= row["occurred_time"] <= "15:20"
        assert row["reported_by"] in staff
        assert (row["role"] == "responsible") == bool(row["behavior_code"])
        assert row["role"] == "responsible" or not (row["removal"] or row["law_enforcement"] or row["response"])
    assert all(len(agreed) == 1 for agreed in incidents.values())
    removals = written.removals("OSS", "ISS", "EXPULSION_WITH_SERVICES", "EXPULSION_WITHOUT_SERVICES")
    for row in sorted(removals.values(), key=lambda row: (row["student_id"], row["begins_on"])):
        assert last_day_of.get(row["student_id"], "") < row["occurred_on"] < row["begins_on"] <= row["ends_on"]
        held = (date.fromisoformat(row["ends_on"]) - date.fromisoformat(row["begins_on"])).days + 1
        assert Decimal(row["days"]) <= held
        last_day_of[row["student_id"]] = row["ends_on"]
    assert len({(r["incident_id"], r["student_id"], r["behavior_code"]) for r in written.rows}) == len(written.rows)


def test_referrals_exceed_suspensions_and_some_students_are_harmed_or_witnesses(written):
    responsible = [row for row in written.rows if row["role"] == "responsible"]
    referrals = {(row["incident_id"], row["student_id"]) for row in responsible}
    assert len(referrals) > 2 * len(written.removals("OSS", "ISS"))
    assert {row["role"] for row in written.rows} == {"responsible", "harmed", "witness"}
    restorative = {row["response"] for row in responsible if not row["removal"]}
    assert {"RESTORATIVE_CIRCLE", "RESTORATIVE_CONFERENCE", "MEDIATION"} <= restorative
    assert {row["response"] for row in responsible if row["removal"]} == {""}


def test_roster_references_resolve_and_no_real_names_appear(name, written):
    tables = written.tables
    manifest = {row["propertyName"]: row["value"] for row in tables["manifest"]}
    bulk = {key.removeprefix("file.") for key, value in manifest.items() if value == "bulk"}
    assert bulk == tables.keys() - {"manifest", "studentPrograms"}
    assert {row["middleName"] for row in tables["users"]} == {"Synthetic"}
    ids = {table: [row["sourcedId"] for row in tables[table]] for table in bulk}
    assert all(len(found) == len(set(found)) for found in ids.values())
    assert {row["parentSourcedId"] for row in tables["orgs"]} == {"", *ids["orgs"][:1]}
    for row in tables.get("enrollments", []):
        assert row["userSourcedId"] in ids["users"]
        assert row["classSourcedId"] in ids["classes"]
    for row in tables.get("classes", []):
        assert row["courseSourcedId"] in ids["courses"]
        assert row["schoolSourcedId"] in ids["orgs"]
        assert row["termSourcedIds"] in ids["academicSessions"]
    taught = {row["school"][-5:]: row["grades"].split() for row in read_csv(FOLDERS[name] / f"{name}_schools.csv")}
    assert set(written.code.values()) == taught.keys()
    assert all(student["grade"] in taught[student["school"]] for student in written.students.values())


def test_reserved_counts_leave_no_events():
    kanawha, sioux_falls = demo.not_reported(load("kanawha_wv")), demo.not_reported(load("sioux_falls_sd"))
    assert {measure for school, measure in kanawha if school == "01458"} == set(NUMERATORS)
    assert {school for school, measure in kanawha if measure not in ("law_enforcement", "arrest")} == {"01458"}
    assert Counter(measure for _, measure in kanawha)["arrest"] == 66
    assert sioux_falls == [("99999", "iss"), ("99999", "law_enforcement"), ("99999", "arrest")]
    plan = demo.plan_year(load("kanawha_wv"), seed=3)
    assert plan.not_reported == tuple(kanawha)
    assert "01458" not in {incident.school for incident in plan.incidents}
    assert {part.law_enforcement for incident in plan.incidents for part in incident.parts} == {""}


DIGEST = """
import hashlib, sys
from pathlib import Path
from dashboards import demo
folder = Path(sys.argv[1])
plan = demo.plan_year(demo.demo_district(), seed=1)
for one in (plan, demo.plan_modelled(plan, year=2022, seed=1)):
    demo.write_roster(one, folder / "r.zip")
    demo.write_discipline(one, folder / "d.csv")
    print(*(hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("r.zip", "d.csv")))
"""


def test_the_same_seed_gives_the_same_bytes_in_every_process(tmp_path):
    outputs = []
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        run = [sys.executable, "-c", DIGEST, str(tmp_path)]
        outputs.append(subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout)
    assert outputs[0] == outputs[1]
    assert len(set(outputs[0].split())) == 4
    demo.write_discipline(demo.plan_year(demo.demo_district(), seed=2), tmp_path / "other.csv")
    assert sha256((tmp_path / "other.csv").read_bytes()).hexdigest() not in outputs[0]


@pytest.fixture(scope="module")
def three_years(tmp_path_factory):
    plan = demo.plan_year(demo.demo_district(), seed=1)
    plans = [demo.plan_modelled(plan, year=2020, seed=1), plan, demo.plan_modelled(plan, year=2022, seed=1)]
    return {one.year: write(one, tmp_path_factory.mktemp(f"year{one.year}")) for one in plans}


def test_modelled_years_keep_ids_and_move_students_by_one_grade(three_years):
    real = three_years[2021]
    order = ["PK", "KG", *(f"{n:02d}" for n in range(1, 13))]
    for year, shift in ((2020, -1), (2022, 1)):
        modelled = three_years[year]
        both = real.students.keys() & modelled.students.keys()
        assert len(both) > 0.8 * len(real.students)
        for key in both:
            before, after = real.students[key], modelled.students[key]
            assert order.index(after["grade"]) == order.index(before["grade"]) + shift
            assert (before["race"], before["sex"]) == (after["race"], after["sex"])
        assert modelled.tables["orgs"] == real.tables["orgs"]
        staff = [[r for r in w.tables["users"] if r["role"] != "student"] for w in (real, modelled)]
        assert staff[0] == staff[1]
        assert abs(len(modelled.students) / len(real.students) - 1) < 0.05
        session = modelled.tables["academicSessions"][0]
        assert session["schoolYear"] == str(year)
        assert "modelled" in session["title"]
    new = [three_years[year].students.keys() - real.students.keys() for year in (2020, 2022)]
    assert all(new)
    assert not new[0] & new[1]
    assert "modelled" not in real.tables["academicSessions"][0]["title"]


def test_modelled_discipline_resembles_the_real_year_without_repeating_it(three_years):
    real = len(three_years[2021].removed("OSS"))
    for year in (2020, 2022):
        modelled = three_years[year]
        assert 0.75 * real < len(modelled.removed("OSS")) < 1.3 * real
        assert len(modelled.removed("OSS")) != real
        assert {row["incident_id"][:5] for row in modelled.rows} == {f"{year}-"}
        first, last = demo.first_day(year).isoformat(), demo.last_day(year).isoformat()
        assert all(first <= row["occurred_on"] <= last for row in modelled.rows)
        assert not {row["school_id"] for row in modelled.removals("ISS").values()} & {"99999"}


def test_a_modelled_year_is_another_year_and_may_be_one_under_way():
    plan = demo.plan_year(load("providence_ri"), seed=1)
    with pytest.raises(ValueError, match="2021 is the planned year itself"):
        demo.plan_modelled(plan, year=2021, seed=1)
    later = demo.plan_modelled(plan, year=2027, seed=1)
    known = {student.local_id: student for student in plan.students}
    moved = [student for student in later.students if student.local_id in known and student.grade != "UG"]
    grades = list(GRADES)
    assert moved
    assert {grades.index(one.grade) - grades.index(known[one.local_id].grade) for one in moved} == {6}
    assert abs(len(later.students) / len(plan.students) - 1) < 0.05
    half_way = later.until(date(2026, 11, 27))
    assert 0 < len(half_way.incidents) < len(later.incidents)
    assert max(incident.occurred_on for incident in half_way.incidents) <= date(2026, 11, 27)


def test_folder_and_zip_hold_the_same_files(tmp_path):
    plan = demo.plan_year(demo.demo_district(), seed=1)
    demo.write_roster(plan, tmp_path / "roster.zip")
    demo.write_roster(plan, tmp_path / "roster")
    with zipfile.ZipFile(tmp_path / "roster.zip") as package:
        assert {entry: package.read(entry) for entry in package.namelist()} == {
            path.name: path.read_bytes() for path in (tmp_path / "roster").iterdir()
        }


def test_school_days_of_the_source_year():
    days = demo.school_days(2021)
    assert (days[0], days[-1]) == (date(2020, 8, 27), date(2021, 6, 4))
    assert not set(days) & set(demo.closures(2021))
    assert {date(2020, 9, 7), date(2020, 11, 26), date(2021, 1, 18), date(2021, 5, 31)} <= set(demo.closures(2021))
    span = {days[0] + timedelta(days=i) for i in range((days[-1] - days[0]).days + 1)}
    assert {day for day in span if day.weekday() < 5} == set(days) | set(demo.closures(2021))


def test_school_code_keeps_the_last_five_digits():
    assert demo.school_code("466627000579") == "00579"
    assert demo.school_code("466627099999") == "99999"
    with pytest.raises(ValueError, match="12-digit"):
        demo.school_code("46662700057")


def test_files_of_different_districts_are_refused():
    folder = FOLDERS["kanawha_wv"]
    with pytest.raises(ValueError, match="same schools"):
        demo.load_district(folder / "providence_ri_2020-21.csv", folder / "kanawha_wv_schools.csv")


def test_in_and_out_of_school_suspensions_share_students_only_as_far_as_needed():
    pool = demo.plan_year(load("providence_ri"), seed=1).students[:5]
    acts = acts_of_cell(Random(1), pool, {"iss": 4, "oss_single": 2, "oss_multiple": 2})
    students = {kind: {act.student.local_id for act in acts if act.removal == kind} for kind in ("OSS", "ISS")}
    assert [len(students["OSS"]), len(students["ISS"])] == [4, 4]
    assert len(students["OSS"] | students["ISS"]) == 5
    with pytest.raises(ValueError, match="more disciplined students than the 5 enrolled"):
        acts_of_cell(Random(1), pool, {"iss": 6})
