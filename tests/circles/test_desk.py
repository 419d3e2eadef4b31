"""What the desk and a student's page say of circles: what waits, for whom, and no name that is not theirs to read."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from circles.actions import agreements, cases
from circles.models import AgreementTerm, Circle, CircleAgreement, ClassCircle, FollowUp
from dashboards.demo_circles import is_there, load_circles
from dashboards.desk.circles import agreed_and_due, removed_without_offer, to_record, to_take_up
from discipline.models import RestorativeOffer
from district.models import User
from tests import factories as make
from tests.training.making import certify, make_practice, make_practitioner

DAY = timedelta(days=1)


def test_what_waits_on_the_desk(place, client_for):
    coordinator = User.objects.get(pk=place.coordinator.pk)
    sources = (to_take_up, to_record, agreed_and_due, removed_without_offer)
    removal = make.remove(place.referral.incident, place.responsible, begins_on=place.today)
    assert [bool(source(coordinator)) for source in sources] == [False, False, False, True]
    assert [source(User.objects.get(pk=place.officer.pk)) for source in sources] == [None] * 4
    (task,) = removed_without_offer(coordinator).tasks
    assert task.url.endswith(str(removal.uid))
    offer = RestorativeOffer.objects.create(removal=removal, answer="declined", offered_to="responsible")
    assert removed_without_offer(coordinator) is None
    offer.answer = "not_offered"
    offer.save()
    assert removed_without_offer(coordinator) is not None
    circle = place.opened()
    assert [bool(source(coordinator)) for source in sources] == [True, False, False, False], "a case is under way"
    cases.void_case(circle=circle, reason="Opened twice.", by=coordinator)
    circle = place.prepared()
    cases.schedule_case(circle=circle, scheduled_on=place.today, by=coordinator)
    assert [bool(source(coordinator)) for source in sources] == [False, True, False, False]
    everybody = list(circle.participants.all())
    cases.hold_case(circle=circle, held_on=place.today, minutes=40, present=everybody, by=coordinator)
    agreements.agree_case(circle=circle, agreed_on=place.today, owner=coordinator, by=coordinator)
    agreement = CircleAgreement.objects.get()
    first, second = everybody
    agreements.add_term(
        agreement=agreement,
        owed_by=first,
        owed_to=second,
        kind="help",
        text="Help.",
        due_on=place.today,
        by=coordinator,
    )
    assert agreed_and_due(coordinator) is None
    AgreementTerm.objects.update(due_on=place.today - DAY)
    FollowUp.objects.filter(pk=agreement.follow_ups.first().pk).update(due_on=place.today)
    group = agreed_and_due(coordinator)
    assert [str(task.title) for task in group.tasks] == ["Term not settled", "Ask how it goes"]
    desk = client_for(coordinator).get(reverse("desk")).content.decode()
    assert "1 day overdue" in desk
    assert "Birch" not in desk


def test_the_demo_holds_circles_at_three_points_and_makes_them_once(place):
    make_practice(place.district, "check-in", 1)
    make_practice(place.district, "community-circle", 1)
    year = place.year
    for _number in range(2):
        incident = make.make_incident(place.school, year, occurred_on=place.today)
        make.refer(incident, place.responsible)
    staff = make.make_user("staff", place.district, place.school)
    signs_in = make_practitioner(place.district, place.school)
    certify(signs_in, place.keeper.certifications.get().credential)
    facilitator = make.make_user("facilitator", place.district, email=signs_in.person.email)
    for _twice in range(2):
        load_circles(place.district, place.school, staff=staff, coordinator=place.coordinator)
    assert is_there(place.district)
    states = sorted(Circle.objects.values_list("status", flat=True))
    assert states == ["follow_up", "preparation", "referred"]
    assert ClassCircle.objects.filter(logged_by=staff).count() == ClassCircle.objects.count()
    seen = Circle.objects.visible_to(User.objects.get(pk=facilitator.pk))
    assert [one.status for one in seen] == ["follow_up"], "the facilitator who signs in keeps one"


def test_the_course_of_a_case_on_the_page_of_the_student_referred_and_of_nobody_else(place, client_for):
    circle = place.prepared()
    cases.close_case(circle=circle, reason="declined_harmed", by=place.coordinator)
    officer = client_for(place.officer)
    pages = [
        officer.get(reverse("student_detail", args=[one.uid])).content.decode()
        for one in (place.responsible, place.harmed)
    ]
    assert ["Harm circle" in page for page in pages] == [True, False]
    assert "did not wish" not in pages[0]
