"""Circles in a real browser: a class circle is logged with a few taps, also when the connection is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import ClassCircle
from tests import factories as make
from tests.circles.making import make_class_circle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.xdist_group("browser1"),
    pytest.mark.django_db(transaction=True),
]


def test_a_class_circle_survives_a_lost_connection_and_two_taps(world, visitor_for):
    now = timezone.localdate()
    make.make_school_year(world.district, now.year + 1 if now.month >= 7 else now.year)
    staff = world.user("staff")
    make_class_circle(world.north, staff, group="Grade 9, room 3", held_on=now - timedelta(days=7))
    visitor = visitor_for(staff, width=390)
    page = visitor.page
    visitor.open("/circles/class/new/")
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Grade 9, room 3").click()
    page.get_by_text("No connection. Nothing is lost").wait_for()
    visitor.context.set_offline(False)
    page.wait_for_url(lambda address: address.rstrip("/").split("/")[-1] != "new")
    assert ClassCircle.objects.filter(group="Grade 9, room 3", held_on=now).count() == 1
    visitor.open("/circles/class/new/")
    assert page.get_by_role("button", name="Grade 9, room 3").is_disabled(), "it is logged for today"
    page.get_by_label("Class or group").fill("Advisory 7")
    page.get_by_label("How many students?").fill("19")
    page.get_by_role("button", name="Log the circle").dblclick()
    page.wait_for_url(lambda address: address.rstrip("/").split("/")[-1] != "new")
    assert page.get_by_role("heading", level=1).inner_text() == "Advisory 7"
    circle = ClassCircle.objects.get(group="Advisory 7")
    assert (circle.minutes, circle.headcount, circle.held_on) == (15, 19, now)
