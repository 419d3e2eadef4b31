"""What a family's link opens is what its maker may show, as long as they may; every look leaves a trace."""

import time
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from discipline.actions.families import answer_request, ask, make_link, opened_by
from discipline.actions.sent_home import allege_sent_home, confirm_sent_home, refuse_sent_home
from discipline.family.doors import ASKS_AN_HOUR
from discipline.models import FamilyLink, Letter, LetterVersion
from district.accounts import SIGNED_IN_AT
from district.models import AuditEvent, User
from tests import factories as make

HALF = Decimal("0.5")


@pytest.fixture
def officer(world, time_machine):
    time_machine.move_to(datetime(2020, 12, 15, 17))
    return world.user("officer")


@pytest.fixture
def guardian(world):
    return world.student.guardians.get()


@pytest.fixture
def opened(world, officer, guardian):
    """A link that opens the page, and its secret."""
    return make_link(guardian=guardian, school=world.north, days=14, by=officer)


def page(secret):
    return Client().get(reverse("family_page", args=[secret]))


def looks(link):
    return AuditEvent.objects.filter(action="view", object_uid=link.uid, actor_id=None).count()


def letter_about(removal, guardian):
    letter = make.make_letter(removal, LetterVersion.objects.get(template__district=removal.school.district))
    Letter.objects.filter(pk=letter.pk).update(guardian=guardian, state=Letter.State.SENT)
    return letter


def test_a_link_shows_what_its_maker_may_show(world, officer, guardian, opened):
    link, secret = opened
    south = make.make_incident(world.south, world.year, occurred_on=date(2020, 12, 3))
    make.involve(south, world.student, make.make_behavior(world.district, code="S-1", title="Southern rule"))
    removal = make.remove(south, world.student, begins_on=date(2020, 12, 4))
    letter = letter_about(removal, guardian)
    wide = make_link(guardian=guardian, school=world.north, days=14, by=world.user("records"))
    address = {key: reverse("family_letter", args=[key, letter.uid]) for key in (secret, wide[1])}
    for key, is_shown in ((secret, False), (wide[1], True)):
        text = page(key).content.decode()
        found = [words in text for words in ("Southern rule", "December 4, 2020", str(letter.uid), world.south.name)]
        assert found == [is_shown] * 4
        assert "November 10, 2020" in text  # what north recorded is on both
        assert Client().get(address[key]).status_code == (200 if is_shown else 404)
    event = AuditEvent.objects.filter(object_uid=link.uid, action="view").latest("pk")
    assert event.details["made_by"] == officer.pk
    Client().post(
        reverse("family_page", args=[secret]), {"kind": "appeal", "words": "No.", "removal": str(removal.uid)}
    )
    assert not link.requests.exists()


def test_letters_are_those_of_the_years_shown(world, guardian, opened):
    _link, secret = opened
    removal = world.student.removals.get()
    letter = letter_about(removal, guardian)
    assert str(letter.uid) in page(secret).content.decode()
    for year in (2022, 2023):
        make.make_school_year(world.district, year)
    assert str(letter.uid) not in page(secret).content.decode()
    assert Client().get(reverse("family_letter", args=[secret, letter.uid])).status_code == 404


def test_a_link_ends_with_what_its_maker_may_do(world, officer, opened):
    link, secret = opened
    absent = page("x" * 43).content
    grant = officer.grants.get()

    def closed():
        return page(secret).content == absent and opened_by(secret) is None

    grants = type(grant).objects.filter(pk=grant.pk)
    for changed in ({"ends_on": date(2020, 12, 1)}, {"role": "staff"}, {"school": world.south}):
        before = {name: getattr(grant, name) for name in changed}
        grants.update(**changed)
        assert closed(), changed
        grants.update(**before)
    assert opened_by(secret) == link
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert closed()


def test_every_answer_with_the_page_is_a_look_and_one_too_many_shows_nothing(world, opened):
    link, secret = opened
    address = reverse("family_page", args=[secret])
    for sent in ({"kind": "meeting", "words": "Please."}, {"kind": "meeting", "words": ""}):
        before = looks(link)
        assert "November 10, 2020" in Client().post(address, sent).content.decode()
        assert looks(link) == before + 1
    for _number in range(ASKS_AN_HOUR - 2):
        Client().post(address, {"kind": "meeting", "words": ""})
    before = looks(link)
    refused = Client().post(address, {"kind": "meeting", "words": "Please."})
    text = refused.content.decode()
    assert (refused.status_code, looks(link)) == (429, before)
    assert "Please call the school." in text
    assert world.student.person.family_name not in text
    assert "November 10, 2020" not in text


def test_what_another_guardian_says_is_theirs_until_it_is_confirmed(world, officer, opened):
    link, secret = opened
    second = make.make_guardian(world.student)
    theirs, key = make_link(guardian=second, school=world.north, days=14, by=officer)
    report = allege_sent_home(link=theirs, begins_on=date(2020, 12, 8), days=HALF)
    own = allege_sent_home(link=link, begins_on=date(2020, 12, 9), days=HALF)

    def shown():
        return [["December 8, 2020" in text, "Why so." in text] for text in texts()]

    def texts():
        return [page(each).content.decode() for each in (secret, key)]

    assert shown() == [[False, False], [True, False]]
    refuse_sent_home(report=report, reason="Why so.", by=officer)
    assert shown() == [[False, False], [True, True]]
    confirm_sent_home(report=report, by=officer)
    assert [row[0] for row in shown()] == [True, True]
    assert ["December 9, 2020" in text for text in texts()] == [True, False]
    assert own.state == "alleged"


def test_a_refusal_names_no_child_of_an_incident_that_one_may_not_read(world, officer, opened):
    request = ask(link=opened[0], kind="meeting", words="Please.", language="en")
    for school, name in ((world.north, "Quincey"), (world.south, "Zoraida")):
        incident = make.make_incident(school, world.year)
        make.involve(incident, world.student)
        make.involve(incident, make.make_student(world.district, given_name=name), role="harmed")
    for answer, by, is_named in (
        ("We met Quincey.", officer, True),
        ("We met Zoraida.", officer, False),
        ("We met Zoraida.", world.user("records"), True),
    ):
        with pytest.raises(ValidationError) as caught:
            answer_request(request=request, step="grant", answer=answer, by=by)
        said = str(caught.value)
        assert "another child" in said
        assert (answer.split()[-1].strip(".") in said) == is_named


def test_a_link_needs_a_fresh_proof_of_who_makes_it(world, client_for, officer, guardian):
    client = client_for(officer)
    client.get(reverse("help_roles"))
    session = client.session
    session[SIGNED_IN_AT] = time.time() - 3600
    session.save()
    address = reverse("family_link_new", args=[guardian.uid])
    answer = client.post(address, {"days": "7"})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_reauthenticate"))
    api = APIClient()
    api.cookies = client.cookies
    refused = api.post("/api/v1/family-links/", {"guardian": str(guardian.uid), "days": 7}, format="json")
    assert refused.status_code == 403
    assert "ten minutes" in refused.json()["detail"]
    assert not FamilyLink.objects.filter(guardian=guardian, made_by=officer).exists()
