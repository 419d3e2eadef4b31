"""Memoranda in full: terms, designations, people, the end that is never edited, renewal, reviews, the partner's log."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from commitments.actions import activities, memoranda
from commitments.models import Designation, EndChange, MemorandumPerson, PartnerActivity, Renewal, Review
from commitments.sections import memorandum_sections
from district.actions import change_memorandum
from district.models import AuditEvent
from district.steps import StepNotAllowed
from tests import factories as make
from tests.commitments.conftest import TODAY

LATER = date(2024, 6, 30)


def test_terms_are_written_once_and_changed_with_a_trace(place):
    given = {"scope": "Circles in every school.", "data_sharing": "No names.", "notice_days": 60}
    terms = memoranda.set_terms(memorandum=place.memorandum, **given, by=place.leader)
    assert AuditEvent.objects.first().changes["notice_days"] == [None, 60]
    memoranda.set_terms(memorandum=place.memorandum, **given, by=place.leader)
    assert AuditEvent.objects.count() == 1
    changed = memoranda.set_terms(memorandum=place.memorandum, **{**given, "notice_days": 30}, by=place.leader)
    assert (changed.pk, AuditEvent.objects.first().changes) == (terms.pk, {"notice_days": [60, 30]})


def test_the_end_is_not_edited_but_extended(place):
    with pytest.raises(ValidationError, match="cannot be changed"):
        change_memorandum(memorandum=place.memorandum, ends_on=LATER, by=place.leader)
    row = memoranda.extend(memorandum=place.memorandum, ends_on=LATER, reason="It works.", by=place.leader, on=TODAY)
    place.memorandum.refresh_from_db()
    assert place.memorandum.ends_on == LATER
    assert (row.status, row.ended_on, row.ends_on, row.decided_on) == ("agreed", date(2023, 6, 30), LATER, TODAY)
    moved = AuditEvent.objects.filter(object_type="memorandum").first()
    assert moved.changes == {"ends_on": ["2023-06-30", "2024-06-30"]}


def test_a_partner_proposes_and_the_district_agrees(place):
    row = memoranda.extend(memorandum=place.memorandum, ends_on=LATER, reason="It works.", by=place.partner, on=TODAY)
    place.memorandum.refresh_from_db()
    assert (row.status, place.memorandum.ends_on) == ("proposed", date(2023, 6, 30))
    for again in (memoranda.extend, memoranda.end_early):
        with pytest.raises(StepNotAllowed):
            again(memorandum=place.memorandum, ends_on=date(2024, 1, 1), reason="x", by=place.leader, on=TODAY)
    agreed = memoranda.decide_end(memorandum=place.memorandum, decision="agree", by=place.leader, on=TODAY)
    place.memorandum.refresh_from_db()
    assert (agreed.pk, agreed.status, agreed.decided_by) == (row.pk, "agreed", place.leader)
    assert place.memorandum.ends_on == LATER


def test_the_district_declines_with_a_reason(place):
    memoranda.extend(memorandum=place.memorandum, ends_on=LATER, reason="It works.", by=place.partner, on=TODAY)
    with pytest.raises(ValidationError) as refused:
        memoranda.decide_end(memorandum=place.memorandum, decision="decline", by=place.leader, on=TODAY)
    assert list(refused.value.message_dict) == ["note"]
    memoranda.decide_end(memorandum=place.memorandum, decision="decline", note="Not yet.", by=place.leader, on=TODAY)
    place.memorandum.refresh_from_db()
    assert place.memorandum.ends_on == date(2023, 6, 30)
    with pytest.raises(StepNotAllowed):
        memoranda.decide_end(memorandum=place.memorandum, decision="agree", by=place.leader, on=TODAY)
    assert EndChange.objects.get().decision_note == "Not yet."


@pytest.mark.parametrize("ends_on", [date(2023, 6, 30), date(2023, 1, 1)])
def test_an_extension_ends_later(place, ends_on):
    with pytest.raises(ValidationError) as refused:
        memoranda.extend(memorandum=place.memorandum, ends_on=ends_on, reason="x", by=place.leader, on=TODAY)
    assert list(refused.value.message_dict) == ["ends_on"]


def test_without_an_end_there_is_nothing_to_extend(place):
    open_end = make.make_memorandum(place.organization, begins_on=date(2020, 9, 1))
    with pytest.raises(StepNotAllowed):
        memoranda.extend(memorandum=open_end, ends_on=LATER, reason="x", by=place.leader, on=TODAY)
    memoranda.end_early(memorandum=open_end, ends_on=LATER, reason="It is over.", by=place.leader, on=TODAY)
    open_end.refresh_from_db()
    assert open_end.ends_on == LATER


def test_an_early_end_keeps_the_notice(place):
    memoranda.set_terms(memorandum=place.memorandum, scope="", data_sharing="", notice_days=30, by=place.leader)
    with pytest.raises(ValidationError) as refused:
        memoranda.end_early(
            memorandum=place.memorandum, ends_on=TODAY + timedelta(days=29), reason="x", by=place.leader, on=TODAY
        )
    assert list(refused.value.message_dict) == ["ends_on"]
    row = memoranda.end_early(
        memorandum=place.memorandum, ends_on=TODAY + timedelta(days=30), reason="x", by=place.leader, on=TODAY
    )
    assert (row.kind, row.ends_on) == ("ended_early", date(2021, 3, 31))
    with pytest.raises(ValidationError):
        memoranda.end_early(
            memorandum=place.memorandum, ends_on=date(2023, 6, 30), reason="x", by=place.leader, on=TODAY
        )


def test_a_designation_never_outlasts_the_memorandum(place):
    def designate(**days):
        return memoranda.designate(memorandum=place.memorandum, function="Keep circles", by=place.leader, **days)

    for days, field in (
        ({"begins_on": date(2020, 9, 1), "expires_on": date(2023, 7, 1)}, "expires_on"),
        ({"begins_on": date(2020, 8, 31), "expires_on": date(2021, 6, 30)}, "begins_on"),
        ({"begins_on": date(2021, 9, 1), "expires_on": date(2021, 6, 30)}, "expires_on"),
    ):
        with pytest.raises(ValidationError) as refused:
            designate(**days)
        assert list(refused.value.message_dict) == [field]
    row = designate(begins_on=date(2020, 9, 1), expires_on=date(2022, 6, 30))
    held = [row.holds_on(date(2020, 8, 31)), row.holds_on(date(2020, 9, 1)), row.holds_on(date(2022, 6, 30))]
    assert [*held, row.holds_on(date(2022, 7, 1))] == [False, True, True, False]
    memoranda.end_early(memorandum=place.memorandum, ends_on=date(2021, 6, 30), reason="x", by=None, on=TODAY)
    row = Designation.objects.select_related("memorandum").get()
    for day, expected in ((date(2021, 6, 30), True), (date(2021, 7, 1), False)):
        assert row.holds_on(day) is expected
        assert Designation.objects.holding_on(day).exists() is expected


def test_a_designation_ends_early_once(place):
    row = memoranda.designate(
        memorandum=place.memorandum,
        function="Keep circles",
        begins_on=TODAY,
        expires_on=LATER.replace(year=2023),
        by=None,
    )
    end = {"memorandum": place.memorandum, "designation": row, "reason": "Left.", "by": place.leader}
    with pytest.raises(ValidationError):
        memoranda.end_designation(**end, ended_on=TODAY - timedelta(days=1))
    memoranda.end_designation(**end, ended_on=TODAY)
    with pytest.raises(StepNotAllowed):
        memoranda.end_designation(**end, ended_on=TODAY)
    assert not Designation.objects.holding_on(TODAY + timedelta(days=1)).exists()


def test_signatories_stay_and_contacts_leave(place):
    signer = memoranda.add_person(
        memorandum=place.memorandum, part="signatory", side="district", name="A", signed_on=TODAY, by=place.leader
    )
    contact = memoranda.add_person(
        memorandum=place.memorandum, part="contact", side="organization", name="B", email="b@example.org", by=None
    )
    memoranda.end_person(memorandum=place.memorandum, person=contact, ended_on=TODAY, by=place.partner)
    for person in (signer, contact):
        with pytest.raises(StepNotAllowed):
            memoranda.end_person(memorandum=place.memorandum, person=person, ended_on=TODAY, by=place.partner)
    assert MemorandumPerson.objects.filter(ended_on=None).get() == signer


def test_a_renewal_takes_over_what_was_agreed_and_happens_once(place):
    memoranda.set_terms(memorandum=place.memorandum, scope="Circles", data_sharing="No names", notice_days=30, by=None)
    for part in ("signatory", "contact"):
        memoranda.add_person(memorandum=place.memorandum, part=part, side="district", name=part, by=None)
    renew = {"memorandum": place.memorandum, "title": "Circles, again", "by": place.leader}
    with pytest.raises(ValidationError):
        memoranda.renew(**renew, begins_on=date(2020, 8, 1))
    later = memoranda.renew(**renew, begins_on=date(2023, 7, 1), ends_on=date(2026, 6, 30))
    assert list(later.schools.all()) == [place.north]
    assert (later.terms.scope, later.terms.notice_days) == ("Circles", 30)
    assert [person.name for person in later.people.all()] == ["contact"]
    assert Renewal.objects.get().earlier == place.memorandum
    with pytest.raises(StepNotAllowed):
        memoranda.renew(**renew, begins_on=date(2023, 7, 1))


def test_a_review_is_planned_and_held_or_canceled(place):
    held = memoranda.plan_review(memorandum=place.memorandum, planned_on=TODAY, by=place.partner)
    off = memoranda.plan_review(memorandum=place.memorandum, planned_on=LATER.replace(year=2022), by=place.leader)
    hold = {"memorandum": place.memorandum, "present": "Both sides", "summary": "Good.", "by": None, "on": TODAY}
    with pytest.raises(ValidationError):
        memoranda.hold_review(review=held, held_on=TODAY + timedelta(days=1), **hold)
    memoranda.hold_review(review=held, held_on=TODAY, **hold)
    memoranda.cancel_review(memorandum=place.memorandum, review=off, reason="Nobody came.", by=None)
    for review in (held, off):
        with pytest.raises(StepNotAllowed):
            memoranda.hold_review(review=review, held_on=TODAY, **hold)
    with pytest.raises(StepNotAllowed):
        memoranda.cancel_review(memorandum=place.memorandum, review=held, reason="x", by=None)
    assert Review.objects.standing().get() == held


def test_a_partner_logs_its_work_and_voids_a_mistake(place):
    given = {"memorandum": place.memorandum, "kind": "outreach", "title": " Door to door ", "by": place.partner}
    with pytest.raises(ValidationError):
        activities.log_activity(**given, happened_on=TODAY + timedelta(days=1), on=TODAY)
    with pytest.raises(ValidationError):
        activities.log_activity(**given, happened_on=TODAY, hours=Decimal(-1), on=TODAY)
    done = {"hours": Decimal("2.5"), "people_reached": 40, "funding": Decimal("1250.50")}
    row = activities.log_activity(**given, happened_on=TODAY, **done, on=TODAY)
    log = memorandum_sections(place.memorandum, place.leader, TODAY)[-1]
    assert log.note == "In all: 2.5 hours, 40 people reached, 0 cases brought, $1,250.50."
    assert [cell.text for cell in log.rows[0]][2:6] == ["2.5", "40", "", "$1,250.50"]
    assert (row.title, row.hours) == ("Door to door", Decimal("2.5"))
    activities.void_activity(activity=row, reason="Logged twice.", by=place.partner)
    with pytest.raises(StepNotAllowed):
        activities.void_activity(activity=row, reason="Again.", by=place.partner)
    assert PartnerActivity.objects.get().void_reason == "Logged twice."
    assert not PartnerActivity.objects.standing().exists()
