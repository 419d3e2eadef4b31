"""A referral from the hallway to the dashboard, on a phone, by keyboard alone: logged, returned, answered, decided."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.measures import MEASURES, Pool, count_cells
from discipline.models import Incident, Removal
from tests import factories as make
from tests.journeys.test_accessibility import WHOLE, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser1"),
    pytest.mark.django_db(transaction=True),
]
FOCUSED = r"""() => { const e = document.activeElement; const label = e.labels && e.labels[0];
  return [e.textContent.replace(/\s+/g, ' '), (label && label.innerText) || '', e.name || ''].join('|'); }"""


class Hands:
    """Somebody at the keyboard of a phone, who uses nothing else, and looks at every page that comes up."""

    def __init__(self, visitor, start: str) -> None:
        self.page, self.visitor, self.faults, self.pages = visitor.page, visitor, [], 0
        visitor.open(start)
        self.look()

    def look(self) -> None:
        self.page.wait_for_load_state("load")
        path = self.page.url.removeprefix(self.visitor.address)
        self.faults += [f"{path}: {fault}" for fault in violations(self.visitor, path, WHOLE)]
        self.pages += 1

    def to(self, words: str, *, limit: int = 160, whole: bool = False) -> None:
        """Press Tab until the focus stands on something that has `words` as its text, label or name."""
        for _press in range(limit):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(FOCUSED)
            if (found.split("|")[0].strip() == words) if whole else (words in found):
                return
        raise AssertionError(f"no way to “{words}” on {self.page.url}")

    def go(self, words: str, key: str = "Enter", *, whole: bool = False) -> None:
        """Go to `words` and press `key`, which leads to another page."""
        self.to(words, whole=whole)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.look()

    def type(self, words: str, text: str) -> None:
        """Go to the field `words` and type."""
        self.to(words)
        self.page.keyboard.type(text)

    def done(self) -> None:
        assert self.visitor.complaints == []
        assert self.faults == []


@pytest.fixture
def this_year(world):
    """A school year around today, with one student at north."""
    now = timezone.localdate()
    year = make.make_school_year(
        world.district,
        now.year + (now.month >= 7),
        starts_on=now - timedelta(days=60),
        ends_on=now + timedelta(days=60),
    )
    student = make.make_student(world.district, "Maple", "Synthetic", grade="07")
    make.enroll(student, world.north, year)
    return year


def in_school_suspensions(school_year) -> tuple[int, int]:
    """Students and suspensions on the dashboard of the year."""
    (cell,) = count_cells(MEASURES["iss"], Pool({school_year.pk: school_year.year}), ())
    return cell.affected, cell.events


def test_from_the_hallway_to_the_dashboard(world, this_year, visitor_for, client_for, settings):
    settings.MFA_REQUIRED = False
    assert in_school_suspensions(this_year) == (0, 0)

    teacher = Hands(visitor_for(world.user("staff"), width=390), "/")
    teacher.go("Refer a student")
    teacher.to("find")
    teacher.page.keyboard.type("map")
    teacher.page.get_by_role("option").first.wait_for()
    teacher.page.keyboard.press("ArrowDown")
    teacher.page.keyboard.press("Enter")
    teacher.to("behavior")
    teacher.page.keyboard.press("Space")
    teacher.go("Submit referral")
    teacher.page.wait_for_url("**/referrals/sent/**")
    incident = Incident.objects.exclude(submission_key=None).get()

    officer = Hands(visitor_for(world.user("officer"), width=390), "/")
    officer.go("Review: Maple Synthetic")
    officer.go("Return with a question")
    officer.type("Your question", "Who else saw it?")
    officer.go("Return with this question")

    teacher.visitor.open("/")
    assert "Who else saw it?" in teacher.page.inner_text("main")
    teacher.go("Answer: Maple Synthetic")
    teacher.go("Answer")
    teacher.type("Your answer", "The librarian saw it.")
    teacher.go("Send the answer")

    officer.visitor.open("/")
    officer.go("Review: Maple Synthetic")
    assert "The librarian saw it." in officer.page.inner_text("main")
    officer.go("Decide")
    officer.to("Is the student removed")
    officer.page.keyboard.press("Enter")
    officer.to("answer")
    officer.page.keyboard.press("ArrowUp")  # the last of them: not offered
    officer.type("why_not", "No time")
    officer.type("kind", "In-school")
    officer.type("begins_on", timezone.localdate().strftime("%m%d%Y"))
    officer.type("days", "1")
    officer.go("Decide", whole=True)

    referral = incident.referrals.get()
    removal = Removal.objects.get(incident=incident)
    assert [row.status for row in referral.statuses.all()][-4:] == ["submitted", "returned", "under_review", "decided"]
    assert (removal.kind, str(removal.days), referral.outcome) == ("ISS", "1.00", "removal")
    assert in_school_suspensions(this_year) == (1, 1)
    rates = f"/api/v1/dashboards/suspension-rates/?measure=iss&school_year={this_year.year}"
    (row,) = client_for(world.user("officer")).get(rates).json()["rows"]
    assert (row["affected"], row["events"], row["days"]) == (1, 1, "1")

    teacher.visitor.open("/")
    assert "A removal from class or school" in teacher.page.inner_text("main")
    teacher.go("Look: Maple Synthetic")
    assert "In-school suspension" not in teacher.page.inner_text("main")
    officer.visitor.open(f"/dashboards/suspensions/?measure=iss&school_year={this_year.year}")
    officer.look()
    print(json.dumps({"id": "referral_story", "pages": teacher.pages + officer.pages, "bad": len(officer.faults)}))
    teacher.done()
    officer.done()
