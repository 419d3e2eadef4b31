"""`manage.py grant`: one grant per school, invitations without a password, and nothing written when refused."""

import io
from datetime import date

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from district.access import GRANTS, NEEDS_ORGANIZATION, ROLES, Permission, Role
from district.actions import end_grant, grant_role
from district.audit import Action
from district.management.commands.render_permissions import PAGE, render
from district.models import AuditEvent, Organization, RoleGrant, User
from tests import factories as make

EMAIL = "dean@example.org"


@pytest.fixture
def district(db):
    district = make.make_district("ONE")
    make.make_school(district, "0001")
    make.make_school(district, "0002")
    make.make_school(make.make_district("TWO"), "0003")
    return district


def grant(*arguments: str) -> str:
    """Run the command and return what it prints."""
    out = io.StringIO()
    call_command("grant", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> int:
    """Run the command, see that it wrote nothing, and return its exit code."""
    before = [list(model.objects.values()) for model in (User, RoleGrant, Organization, AuditEvent)]
    with pytest.raises(CommandError) as error:
        grant(*arguments)
    assert str(error.value)
    assert before == [list(model.objects.values()) for model in (User, RoleGrant, Organization, AuditEvent)]
    return error.value.returncode


def grants() -> list[tuple]:
    return list(RoleGrant.objects.order_by("pk").values_list("role", "school__code", "organization__name"))


def test_a_new_person_is_invited_without_a_password(district):
    output = grant("Dean@Example.org", "officer", "--district", "ONE")
    user = User.objects.get()
    assert user.email == EMAIL
    assert not user.has_usable_password()
    assert grants() == [("officer", None, None)]
    assert output == "Granted.\n"


def test_one_grant_per_school(district):
    grant(EMAIL, "officer", "--district", "ONE", "--school", "0001", "--school", "0002")
    assert grants() == [("officer", "0001", None), ("officer", "0002", None)]
    grant(EMAIL, "staff", "--district", "ONE", "--school", "0001", "0002")
    assert len(grants()) == 4


@pytest.mark.parametrize("role", sorted(NEEDS_ORGANIZATION))
def test_roles_of_an_organization(district, role):
    grant(EMAIL, role, "--district", "ONE", "--organization", " Neighbors United ")
    grant("other@example.org", role, "--district", "ONE", "--organization", "Neighbors United")
    assert grants() == [(role, None, "Neighbors United")] * 2
    assert Organization.objects.count() == 1


def test_repeating_changes_nothing(district):
    arguments = (EMAIL, "trainer", "--district", "ONE", "--school", "0001", "--organization", "Neighbors United")
    grant(*arguments)
    before = list(AuditEvent.objects.values()), list(RoleGrant.objects.values()), list(User.objects.values())
    assert grant(*arguments) == "Nothing to change.\n"
    assert before == (
        list(AuditEvent.objects.values()),
        list(RoleGrant.objects.values()),
        list(User.objects.values()),
    )


def test_repeating_with_a_password_changes_nothing_and_ends_no_session(district, monkeypatch):
    for expected in ("Granted.\n", "Nothing to change.\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO("four unrelated quiet words\n"))
        assert grant(EMAIL, "staff", "--district", "ONE", "--password-stdin") == expected
    assert User.objects.get().check_password("four unrelated quiet words")
    events = AuditEvent.objects.order_by("pk")
    assert [event.details.get("event", event.action) for event in events] == ["invited", "password", "grant"]


def test_a_refused_password_leaves_nothing(district, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("too short\n"))
    assert refused(EMAIL, "partner", "--district", "ONE", "--organization", "New", "--password-stdin") == 1


def test_dates_of_a_grant(district):
    grant(EMAIL, "staff", "--district", "ONE", "--begins", "2026-08-20", "--ends", "2027-06-30")
    (row,) = RoleGrant.objects.all()
    assert [row.holds_on(day) for day in (date(2026, 8, 19), date(2026, 8, 20), date(2027, 6, 30))] == [
        False,
        True,
        True,
    ]
    assert not row.holds_on(date(2027, 7, 1))
    grant(EMAIL, "staff", "--district", "ONE", "--begins", "2026-08-20", "--ends", "2028-06-30")
    assert RoleGrant.objects.get().ends_on == date(2028, 6, 30)
    assert AuditEvent.objects.filter(action=Action.GRANT).first().changes == {"ends_on": ["2027-06-30", "2028-06-30"]}


def test_a_grant_is_on_record(district):
    grant(EMAIL, "principal", "--district", "ONE", "--school", "0002")
    row = RoleGrant.objects.get()
    event = AuditEvent.objects.get(action=Action.GRANT)
    assert (event.object_uid, event.district_id, event.school_id) == (row.uid, district.pk, row.school_id)
    assert event.details == {"user": EMAIL, "role": "principal"}
    assert event.changes["role"] == [None, "principal"]
    end_grant(grant=row, ends_on=date(2020, 6, 30))
    assert AuditEvent.objects.filter(action=Action.GRANT).first().changes == {"ends_on": [None, "2020-06-30"]}
    assert User.objects.get().active_grants == ()


@pytest.mark.parametrize(
    "arguments",
    [
        [EMAIL, "headmaster", "--district", "ONE"],
        [EMAIL, "family", "--district", "ONE"],
        [EMAIL, "trainer", "--district", "ONE"],
        [EMAIL, "partner", "--district", "ONE", "--organization", "  "],
        [EMAIL, "staff", "--district", "ONE", "--organization", "Neighbors United"],
        [EMAIL, "staff", "--district", "ONE", "--begins", "2026-08-20", "--ends", "2026-08-19"],
        ["no address", "staff", "--district", "ONE"],
        [EMAIL, "family", "--district", "NOWHERE"],
    ],
)
def test_wrong_usage_is_exit_code_2(district, arguments):
    assert refused(*arguments) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [EMAIL, "staff", "--district", "NOWHERE"],
        [EMAIL, "staff", "--district", "ONE", "--school", "0001", "9999"],
        [EMAIL, "staff", "--district", "ONE", "--school", "0003"],
    ],
)
def test_what_does_not_exist_is_exit_code_1(district, arguments):
    assert refused(*arguments) == 1


def test_the_reserved_role_is_explained(district):
    with pytest.raises(CommandError, match="The role family is reserved for a later version"):
        grant(EMAIL, "family", "--district", "ONE")


def test_a_scope_hangs_together(district):
    user, other = make.make_user(), make.make_district("THREE")
    for scope in (
        {"role": Role.STAFF, "school": make.make_school(other)},
        {"role": Role.PARTNER, "organization": make.make_organization(other)},
        {"role": Role.PARTNER},
        {"role": Role.STAFF, "organization": make.make_organization(district)},
    ):
        with pytest.raises(ValidationError):
            grant_role(user=user, district=district, **scope)
    assert grants() == []


# --- Password policy ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "passwordpassword",
        "password12345678",
        "2024-sunshine-2024",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababab",
        "123456789012345",
        "qwertyuiopasdfg",
        "0987654321098765",
        "1qaz2wsx3edc4rfv",
        "abcdefghijklmnop",
        "reweave-20262026",
        "correct horse correct horse",
        "dean.of.students@example.org",
        "49281746582910374",
    ],
)
def test_passwords_that_are_refused(db, password):
    with pytest.raises(ValidationError):
        validate_password(password, User(email="dean.of.students@example.org"))


@pytest.mark.parametrize(
    "password",
    [
        "four unrelated quiet words",
        "quiet lamp orbit",
        "nur kleine buchstaben",
        "ليس من السهل تخمينها",
        "x" * 3 + "many different letters" * 2 + "y" * 300 + " end of it",
        "correct horse battery staple",
        make.PASSWORD,
    ],
)
def test_passwords_that_are_taken(db, password):
    """No rule asks for capitals, digits or signs; 128 characters and more are fine."""
    user = User.objects.create_user("dean.of.students@example.org")
    validate_password(password, user)
    user.set_password(password)
    assert user.check_password(password)
    assert not user.check_password(password[:-1])


# --- The policy as a page -----------------------------------------------------------------------------------------
def test_the_rendered_policy_is_current(settings):
    written = (settings.BASE_DIR / PAGE).read_text(encoding="utf-8")
    assert written == render(), "Run manage.py render_permissions."


def test_every_role_and_permission_is_described():
    assert all(permission.sentence.endswith(".") for permission in Permission)
    assert set(ROLES) == set(GRANTS) == set(Role)
    assert set().union(*GRANTS.values()) == set(Permission)
