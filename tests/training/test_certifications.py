"""Certifications: two people, two organizations, never oneself, never backwards; and the one predicate of validity."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from district.access import Role
from district.models import AuditEvent, RoleGrant
from district.steps import StepNotAllowed
from tests import factories as make
from tests.training import making
from training.actions import certifications as verbs
from training.actions.proposing import propose
from training.models import Certification, CertificationPause, CertificationTerm, CredentialVersion
from training.numbers import is_valid_number
from training.validity import Holding, Standing

DAY = timedelta(days=1)


@pytest.fixture
def ready(cast):
    """The learner has met everything."""
    session = making.make_session(cast.course, organization=cast.ours)
    making.attend(making.make_registration(session, cast.learner))
    making.passed(cast.learner, cast.course)
    return cast


def proposed(cast, **options) -> Certification:
    values = {"practitioner": cast.learner, "credential": cast.credential, "trainer": cast.trainer}
    return propose(**{**values, **options, "by": options.get("by", cast.user("trainer"))})


def test_from_proposal_to_award(ready):
    certification = proposed(ready)
    assert (certification.status, certification.number, certification.organization) == ("proposed", None, ready.ours)
    assert not Certification.objects.filter(pk=certification.pk).valid_on(ready.today).exists()
    awarded = verbs.award(certification=certification, by=ready.user("partner"))
    assert awarded.awarding_organization == ready.ours
    assert len(awarded.number) == 12
    assert Certification.objects.filter(pk=awarded.pk).valid_on(ready.today).exists()
    assert is_valid_number(awarded.number)
    assert [row.status for row in awarded.statuses.all()] == ["proposed", "awarded"]
    events = AuditEvent.objects.filter(object_uid=awarded.uid).order_by("pk")
    assert [(event.action, event.changes["status"]) for event in events] == [
        ("create", [None, "proposed"]),
        ("update", ["proposed", "awarded"]),
    ]


# --- What is refused (T48) -----------------------------------------------------------------------------------------
def test_nobody_proposes_or_awards_themselves(ready):
    himself = making.make_practitioner(ready.district, ready.north, email="PARTNER@example.org")
    with pytest.raises(ValidationError, match="Nobody decides about their own"):
        proposed(ready, practitioner=himself, basis="recognized", basis_note="x", by=ready.user("partner"))
    certification = proposed(ready, practitioner=himself, basis="recognized", basis_note="Elsewhere, 2024")
    with pytest.raises(ValidationError, match="Nobody decides about their own"):
        verbs.award(certification=certification, by=ready.user("partner"))


def test_whoever_proposed_does_not_award(ready):
    certification = proposed(ready, by=ready.user("partner"))
    with pytest.raises(ValidationError, match="Two people"):
        verbs.award(certification=certification, by=ready.user("partner"))


def test_an_organization_does_not_certify_its_own_people(ready):
    member = making.make_practitioner(ready.district, organization=ready.ours)
    certification = proposed(ready, practitioner=member, basis="recognized", basis_note="Elsewhere, 2024")
    with pytest.raises(ValidationError, match="another organization"):
        verbs.award(certification=certification, by=ready.user("partner"))
    assert verbs.award(certification=certification, by=ready.user("other")).awarding_organization == ready.theirs


@pytest.mark.parametrize("role", ["trainer", "principal", "leader", "coordinator", "staff"])
def test_only_a_role_that_awards_decides(ready, role):
    certification = proposed(ready, by=ready.user("partner"))
    with pytest.raises(ValidationError, match="another organization"):
        verbs.award(certification=certification, by=ready.user(role))


def test_an_organization_of_another_district_does_not_decide(ready):
    elsewhere = make.make_district()
    stranger = make.make_user(Role.PARTNER, elsewhere, organization=make.make_organization(elsewhere))
    with pytest.raises(ValidationError, match="another organization"):
        verbs.award(certification=proposed(ready), by=stranger)


def test_what_is_missing_is_named(cast):
    with pytest.raises(ValidationError) as refused:
        proposed(cast)
    (message,) = refused.value.message_dict["credential"]
    assert message == "Still missing: Course circles passed (not evaluated yet); 6 hours attended (0 of 6)"


def test_hours_that_no_trainer_confirmed_do_not_count(cast):
    registration = making.make_registration(making.make_session(cast.course), cast.learner)
    making.attend(registration, confirmed_at=None)
    making.passed(cast.learner, cast.course)
    with pytest.raises(ValidationError, match="0 of 6"):
        proposed(cast)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda one: one.terms.update(expires_on=one.district.today() - DAY), "no valid trainer"),
        (lambda one: CertificationPause.objects.create(certification=one, begins_on=one.district.today()), "no valid"),
        (lambda one: Certification.objects.filter(pk=one.pk).update(ended_on=one.district.today()), "no valid"),
        (lambda one: one.schools.add(make.make_school(one.district)), "does not reach"),
        (
            lambda one: Certification.objects.filter(pk=one.pk).update(limited_to=make.make_organization(one.district)),
            "does not reach",
        ),
    ],
    ids=["expired", "suspended", "revoked", "another area", "another agency"],
)
def test_the_trainer_of_record_is_licensed_today_and_for_this_person(ready, change, message):
    change(ready.trainer.certifications.get())
    with pytest.raises(ValidationError, match=message):
        proposed(ready)


def test_a_licence_of_one_district_counts_in_no_other(ready):
    """EX-53: a trainer's license limited to district X used in Y is blocked."""
    elsewhere = make.make_district()
    foreign = making.make_practitioner(elsewhere, email="trainer@example.org")
    making.certify(foreign, making.make_credential(elsewhere, is_license=True))
    with pytest.raises(ValidationError, match="does not reach"):
        proposed(ready, trainer=foreign)


def test_a_licence_that_ends_between_proposal_and_award_blocks_the_award(ready):
    certification = proposed(ready)
    ready.trainer.certifications.get().terms.update(expires_on=ready.today - DAY)
    with pytest.raises(ValidationError, match="no valid trainer"):
        verbs.award(certification=certification, by=ready.user("partner"))


def test_nobody_is_their_own_trainer_and_earned_needs_one(ready):
    with pytest.raises(ValidationError, match="Name the trainer"):
        proposed(ready, trainer=None)
    making.certify(ready.learner, ready.license)
    with pytest.raises(ValidationError, match="their own trainer"):
        proposed(ready, trainer=ready.learner)


def test_a_certificate_does_not_begin_in_the_past(ready):
    certification = proposed(ready)
    with pytest.raises(ValidationError, match="does not begin in the past"):
        verbs.award(certification=certification, valid_from=ready.today - DAY, by=ready.user("partner"))


def test_recognition_says_where_it_was_earned(cast):
    with pytest.raises(ValidationError, match="where and when"):
        proposed(cast, basis="recognized", basis_note=" ")
    assert proposed(cast, basis="recognized", basis_note="Another district, 2024").basis == "recognized"


def test_one_certification_of_a_kind_stands_at_a_time(ready):
    certification = proposed(ready)
    with pytest.raises(ValidationError, match="stands already"):
        proposed(ready)
    verbs.decline(certification=certification, reason="Not yet", by=ready.user("partner"))
    assert proposed(ready).status == "proposed"


def test_only_a_licence_is_limited(ready):
    with pytest.raises(ValidationError, match="Only a trainer"):
        proposed(ready, limited_to=ready.ours)


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("proposed", {"award", "decline"}),
        ("awarded", {"renew", "suspend", "revoke", "lapse"}),
        ("suspended", {"reinstate", "revoke", "lapse"}),
        ("declined", set()),
        ("lapsed", set()),
        ("revoked", set()),
    ],
)
def test_every_state_allows_its_steps_only(cast, status, allowed):
    certification = making.certify(cast.learner, cast.credential, status=status)
    for step in ("award", "decline", "suspend", "reinstate", "revoke", "lapse", "renew"):
        reason = {} if step in ("award", "renew") else {"reason": "Because"}
        if step in allowed:
            continue
        with pytest.raises(StepNotAllowed) as refused:
            getattr(verbs, step)(certification=certification, by=cast.user("partner"), **reason)
        assert set(refused.value.allowed) == allowed


# --- After the award -----------------------------------------------------------------------------------------------
def test_suspended_reinstated_revoked(cast):
    certification = making.certify(cast.learner, cast.credential, date(2026, 1, 1))
    decide = {"certification": certification, "reason": "Because", "by": cast.user("partner")}
    verbs.suspend(**decide, on=date(2026, 3, 1))
    verbs.reinstate(**decide, on=date(2026, 3, 10))
    verbs.revoke(**decide, on=date(2026, 5, 1))
    valid = list(map(date.fromisoformat, ("2026-02-28", "2026-03-01", "2026-03-09", "2026-03-10")))
    valid += [date(2026, 4, 30), date(2026, 5, 1)]
    found = [Certification.objects.valid_on(day).filter(pk=certification.pk).exists() for day in valid]
    assert found == [True, False, False, True, True, False]
    assert [row.note for row in certification.statuses.all()][1:] == ["Because"] * 3


def test_a_reason_is_asked_for(cast):
    certification = making.certify(cast.learner, cast.credential)
    for step in (verbs.suspend, verbs.revoke, verbs.lapse):
        with pytest.raises(ValidationError):
            step(certification=certification, reason="  ", by=cast.user("partner"))


def renewable(cast, expires_on: date) -> Certification:
    return making.certify(cast.learner, cast.credential, expires_on - timedelta(days=729), expires_on=expires_on)


def test_renewal_in_time_by_what_was_done(cast):
    certification = renewable(cast, cast.today + timedelta(days=20))
    with pytest.raises(ValidationError, match="Still missing"):
        verbs.renew(certification=certification, by=cast.user("partner"))
    making.passed(cast.learner, cast.course)
    renewed = verbs.renew(certification=certification, by=cast.user("partner"))
    first, second = renewed.terms.all()
    assert second.valid_from == first.expires_on + DAY
    assert (renewed.expires_on, renewed.status) == (second.expires_on, "awarded")


def test_renewal_by_review_needs_its_finding_and_in_grace_begins_today(cast):
    certification = renewable(cast, cast.today - timedelta(days=10))
    with pytest.raises(ValidationError, match="review found"):
        verbs.renew(certification=certification, by_review=True, by=cast.user("partner"))
    renewed = verbs.renew(certification=certification, by_review=True, note="Seen", by=cast.user("partner"))
    assert renewed.terms.last().valid_from == cast.today
    assert not Certification.objects.valid_on(cast.today - DAY).filter(pk=certification.pk).exists()


@pytest.mark.parametrize(("days", "message"), [(91, "too early"), (-31, "grace is over")])
def test_renewal_outside_window_and_grace(cast, days, message):
    certification = renewable(cast, cast.today + timedelta(days=days))
    with pytest.raises(ValidationError, match=message):
        verbs.renew(certification=certification, by_review=True, note="Seen", by=cast.user("partner"))


def test_a_requirement_changed_after_the_award_leaves_the_certificate_and_asks_at_renewal(cast):
    certification = renewable(cast, cast.today + timedelta(days=20))
    making.passed(cast.learner, cast.course)
    version = CredentialVersion.objects.create(credential=cast.credential, valid_from=cast.today, validity_months=12)
    making.add_requirements(version, "renewal", {"kind": "document", "code": "agreement"})
    assert Certification.objects.valid_on(cast.today).filter(pk=certification.pk).exists()
    with pytest.raises(ValidationError, match="Document received: agreement"):
        verbs.renew(certification=certification, by=cast.user("partner"))
    renewed = verbs.renew(certification=certification, by_review=True, note="Seen", by=cast.user("partner"))
    assert renewed.version == version
    assert renewed.terms.last().expires_on.year == certification.expires_on.year + 1


# --- The predicate -------------------------------------------------------------------------------------------------
def test_the_boundary_days_of_ex_53(cast):
    certification = making.certify(cast.learner, cast.credential, date(2024, 11, 12))
    valid = Certification.objects.filter(pk=certification.pk)
    days = [date(2024, 11, 11), date(2024, 11, 12), date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 12)]
    assert [valid.valid_on(day).exists() for day in days] == [False, True, True, True, False]
    assert certification.expires_on == date(2026, 11, 11)
    assert certification.history.holding_on(date(2026, 11, 12)) is Holding.WARN


@pytest.mark.parametrize(
    ("zone", "moment", "is_valid"),
    [
        ("America/New_York", "2026-11-12T04:59:59", True),  # still Nov 11 in the evening
        ("America/New_York", "2026-11-12T05:00:00", False),
        ("America/Chicago", "2026-11-12T05:30:00", True),
        ("Pacific/Guam", "2026-11-11T14:00:00", False),  # already Nov 12
        ("America/New_York", "2024-11-12T04:59:59", False),  # the evening before the first day
        ("America/New_York", "2024-11-12T05:00:00", True),
    ],
)
def test_days_are_those_of_the_district(cast, zone, moment, is_valid):
    cast.district.timezone = zone
    cast.district.save()
    certification = making.certify(cast.learner, cast.credential, date(2024, 11, 12))
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        today = cast.district.today()
        assert Certification.objects.valid_on(today).filter(pk=certification.pk).exists() is is_valid
        assert is_valid_number(certification.number) is is_valid


def test_sql_and_pure_rule_agree_on_every_day(cast):
    first = date(2026, 1, 1)
    spans = [(0, 9), (5, 14), (20, None), (3, 2)]
    for number, (begin, end) in enumerate(spans):
        learner = making.make_practitioner(cast.district)
        certification = making.certify(
            learner,
            cast.credential,
            first + DAY * begin,
            expires_on=None if end is None else first + DAY * end,
            ended_on=first + DAY * 25 if number % 2 else None,
        )
        CertificationTerm.objects.create(
            certification=certification, valid_from=first + DAY * 30, expires_on=first + DAY * 33, basis="renewal"
        )
        for pause in spans[number:]:
            ends_on = None if pause[1] is None else first + DAY * pause[1]
            CertificationPause.objects.create(
                certification=certification, begins_on=first + DAY * pause[0], ends_on=ends_on
            )
    everyone = list(Certification.objects.exclude(practitioner=cast.trainer))
    for offset in range(-2, 40):
        day = first + DAY * offset
        by_sql = set(Certification.objects.valid_on(day).values_list("pk", flat=True))
        by_rule = {one.pk for one in everyone if one.history.valid_on(day)}
        assert by_sql & {one.pk for one in everyone} == by_rule
        assert by_rule == {one.pk for one in everyone if one.history.standing_on(day) is Standing.VALID}


def test_ended_grants_decide_nothing(ready):
    certification = proposed(ready)
    RoleGrant.objects.filter(user=ready.users["partner"]).update(ends_on=ready.today - DAY)
    with pytest.raises(ValidationError, match="another organization"):
        verbs.award(certification=certification, by=ready.user("partner"))
