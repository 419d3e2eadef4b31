"""Concerns of the demo: some in each state for the ombuds, and enough of last quarter's for the totals to tell.

Invented, and made by the verbs that people use. The words are the same at every start; ids and receipts never are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction

from commitments.actions.concerns import replying, working
from commitments.actions.concerns.filing import file_concern
from commitments.concerns.sealed import ANONYMOUS, CONFIDENTIAL, NAMED, Reporter, Said
from commitments.concerns.totals import before, quarter_of
from commitments.models import Commitment, Concern
from dashboards.demo.plan import seeded
from dashboards.demo.population import synthetic_name
from district.models import District, Organization, School, User

DAY = timedelta(days=1)
EARLIER = (
    ("promise", "Students are still sent out for being late, although the board said no.", "upheld"),
    ("promise", "The monthly numbers were not published in August.", "upheld"),
    ("promise", "Nobody offered a circle before the suspension.", "partly"),
    ("promise", "The class that was promised for parents never came.", "partly"),
    ("promise", "There is no certified keeper at our school, although the plan says two.", "upheld"),
    ("policy", "The letter came only in English.", "upheld"),
    ("policy", "Nobody told us that we may appeal.", "upheld"),
    ("policy", "The dress code is used against some students only.", "not_upheld"),
    ("policy", "Phones are taken away for a week.", "outside"),
    ("policy", "We were not asked to the re-entry meeting.", "partly"),
    ("sent_home", "The office called me at ten to pick my child up. It is written down nowhere.", "partly"),
    ("sent_home", "My child had to leave early on three Fridays.", "not_upheld"),
)


def is_there(district: District) -> bool:
    """Whether the demo's concerns were made."""
    return Concern.objects.filter(district=district).exists()


@transaction.atomic
def load_concerns(district: District, school: School, organization: Organization, *, ombuds: User, today: date) -> None:
    """File and work on the demo's concerns, in one transaction; nothing where there are some."""
    if is_there(district):
        return
    _resolve_earlier(district, ombuds, today)
    for concern, state in _file_lately(district, school, organization, today):
        _take_on(concern, state, ombuds, today)


def _resolve_earlier(district: District, ombuds: User, today: date) -> None:
    """Concerns of the last quarter that is over, answered and accepted in it."""
    begins_on = before(quarter_of(today), 1)
    for number, (kind, text, outcome) in enumerate(EARLIER):
        day = begins_on + number * 3 * DAY
        said = Said(what=text, way=ANONYMOUS)
        reporter = Reporter(child_day=day.isoformat()) if kind == "sent_home" else Reporter()
        concern = file_concern(district=district, kind=kind, said=said, reporter=reporter, today=day).concern
        working.acknowledge(concern=concern, by=ombuds, on=day + DAY)
        answer = "I asked the office for its records and compared them with the rule."
        working.answer(concern=concern, outcome=outcome, text=answer, by=ombuds, on=day + 9 * DAY)
        replying.accept(concern=concern, on=day + 14 * DAY)


def _file_lately(
    district: District, school: School, organization: Organization, today: date
) -> Iterator[tuple[Concern, str]]:
    """Concerns of the last weeks, each with the state that it is taken to."""
    broken = Commitment.objects.active().filter(district=district, source="board_resolution").first()
    name = " ".join(synthetic_name(seeded("concerns")))
    filed = (
        ("promise", "A student was suspended for being late on Monday.", NAMED, organization, broken, 2, "received"),
        ("treatment", "Since I spoke up, nobody answers my mail.", CONFIDENTIAL, None, None, 9, "acknowledged"),
        ("sent_home", "I was asked to pick my child up at eleven.", ANONYMOUS, None, None, 25, "asked"),
        ("policy", "The hearing was held without an interpreter.", ANONYMOUS, None, None, 30, "answered"),
        ("policy", "The circle was offered to some of the students only.", ANONYMOUS, None, None, 45, "disputed"),
        ("promise", "The room for circles is used for storage.", ANONYMOUS, None, None, 50, "corrected"),
    )
    for kind, text, way, by, about, days, state in filed:
        reporter = Reporter(name=name, contact="by mail to my home") if way == CONFIDENTIAL else Reporter()
        if kind == "sent_home":
            reporter = Reporter(child_day=(today - days * DAY).isoformat())
        concern = file_concern(
            district=district,
            kind=kind,
            said=Said(what=text, where="In the front office" if days > 20 else "", way=way),
            reporter=reporter,
            school=school,
            commitment=about,
            organization=by,
            today=today - days * DAY,
        ).concern
        yield concern, state


def _take_on(concern: Concern, state: str, ombuds: User, today: date) -> None:
    """Take a concern to a state, a day or two between the steps."""
    day = concern.filed_on + DAY
    if state == "received":
        return
    working.acknowledge(concern=concern, text="I have it and ask the school for its log.", by=ombuds, on=day)
    if state == "asked":
        working.ask(concern=concern, text="Did anybody write down the time?", by=ombuds, on=day + DAY)
        replying.reply(concern=concern, text="No. I have the call on my phone: 10:52.", on=day + 2 * DAY)
    if state not in ("answered", "disputed", "corrected"):
        return
    outcome = "upheld" if state == "corrected" else "partly"
    text = "The log shows it. The district has to put it right."
    working.answer(concern=concern, outcome=outcome, text=text, by=ombuds, on=day + 12 * DAY)
    if state == "disputed":
        replying.dispute(concern=concern, text="You asked the office and none of the students.", on=day + 20 * DAY)
    if state == "corrected":
        working.correct(
            concern=concern,
            title="A room for circles in every building",
            text="Each building keeps one room free for circles from the first bell to the last.",
            responsible="district",
            responsible_name="Facilities",
            due_on=today + 60 * DAY,
            evidence="A list of rooms, building by building",
            checker="The ombuds",
            by=ombuds,
            on=day + 13 * DAY,
        )
