"""The demo's memorandum: terms, people, a document, an extension, reviews, and the partner's own log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from commitments.actions import activities, memoranda
from commitments.actions.documents import add_document
from district.calendar import school_year_of
from district.models import Memorandum, User

ACTIVITIES = (
    ("outreach", "Door to door in three neighborhoods", 24, 180, None),
    ("education", "Evening on students' rights, in two languages", 3, 62, None),
    ("support", "Circle keepers in the lunch hour", 12, 40, None),
    ("cases", "Families accompanied to hearings", 18, None, 7),
    ("education", "Introduction to circles for bus drivers", 4, 26, None),
    ("outreach", "Table at the summer fair", 6, 210, None),
)
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F<</Type/Font"
    b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 60>>stream\n"
    b"BT /F 12 Tf 20 50 Td (Example. Nobody signed anything.) Tj ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
"""A document of one page that says what it is."""


def write_memorandum(
    memorandum: Memorandum, person: Callable[[], str], *, leader: User, partner: User, today: date
) -> None:
    """Its terms, people, document, extension, designation, reviews, and what the partner did under it."""
    memoranda.set_terms(
        memorandum=memorandum,
        scope="Circles, training and circle keepers in every school; a say in discipline policy.",
        data_sharing="No record of a student leaves the district. Keepers see the circle that they keep, and no more.",
        notice_days=60,
        by=leader,
    )
    for part, side, title in (
        ("signatory", "district", "Superintendent"),
        ("signatory", "organization", "Director"),
        ("contact", "district", "Director of student services"),
        ("contact", "organization", "Coordinator of circles"),
    ):
        memoranda.add_person(
            memorandum=memorandum,
            part=part,
            side=side,
            name=person(),
            title=title,
            signed_on=memorandum.signed_on if part == "signatory" else None,
            by=leader,
        )
    file = SimpleUploadedFile("Memorandum, signed.pdf", PAGE)
    add_document(memorandum=memorandum, title="Memorandum as signed (example)", file=file, by=leader)
    ends_on = date(school_year_of(today) + 1, 6, 30)
    memoranda.extend(
        memorandum=memorandum, ends_on=ends_on, reason="Extended by the board.", by=leader, on=date(2023, 5, 16)
    )
    memorandum.refresh_from_db()
    memoranda.designate(
        memorandum=memorandum,
        function="Keep circles and prepare those who take part",
        begins_on=memorandum.begins_on,
        expires_on=date(school_year_of(today), 6, 30),
        by=leader,
    )
    held = memoranda.plan_review(memorandum=memorandum, planned_on=today - timedelta(days=70), by=leader)
    memoranda.hold_review(
        memorandum=memorandum,
        review=held,
        held_on=today - timedelta(days=70),
        present="Both sides, two principals",
        summary="Two schools ask for keepers who speak Spanish. The next look is at the figures of the fall.",
        by=leader,
        on=today,
    )
    memoranda.plan_review(memorandum=memorandum, planned_on=today + timedelta(days=21), by=leader)
    for number, (kind, title, hours, reached, cases) in enumerate(ACTIVITIES):
        activities.log_activity(
            memorandum=memorandum,
            kind=kind,
            happened_on=today - timedelta(days=6 + 11 * number),
            title=title,
            hours=Decimal(hours),
            people_reached=reached,
            cases_brought=cases,
            by=partner,
            on=today,
        )
