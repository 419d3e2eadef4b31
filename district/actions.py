"""The verbs of the ground floor: who may do what, tokens, organizations and memoranda.

Every verb validates, writes and appends its audit event in one transaction. Whether the person may do it is decided
by the page or endpoint, which picks the record from a queryset limited to that person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from district import audit
from district.access import NEEDS_ORGANIZATION, Role
from district.audit import Action
from district.models import ApiToken, District, Memorandum, Organization, RoleGrant, School, User

TOKEN_PREFIX_LENGTH = 8
TOKEN_LENGTH = 48
ORGANIZATION_FIELDS = ("name", "email")
MEMORANDUM_FIELDS = ("title", "signed_on", "begins_on", "ends_on")
MEMORANDUM_CHANGES = ("title", "signed_on", "begins_on")
"""What may be changed of a memorandum. Its end is not: it moves by an extension or an early end."""


# --- Accounts ------------------------------------------------------------------------------------------------------
@transaction.atomic
def invite_user(*, email: str, district: District | None = None, by: User | None = None) -> tuple[User, bool]:
    """Return the user with `email` and whether they are new.

    A new account has no password: its owner sets one through the password reset page, which is the invitation.
    Raises ValidationError when `email` is no address.
    """
    existing = User.objects.filter(email=email.strip().lower()).first()
    if existing:
        return existing, False
    user = User.objects.create_user(email)
    audit.record(Action.ACCOUNT, by=by, target=user, district=district, details={"event": "invited", "user": email})
    return user, True


@transaction.atomic
def set_password(*, user: User, password: str, district: District | None = None, by: User | None = None) -> bool:
    """Set `password` and say whether that changed anything. Raises ValidationError when the policy refuses it."""
    validate_password(password, user)
    if user.has_usable_password() and user.check_password(password):
        return False
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(
        Action.ACCOUNT, by=by, target=user, district=district, details={"event": "password", "user": user.email}
    )
    return True


@transaction.atomic
def deactivate_user(*, user: User, by: User | None = None) -> None:
    """Close an account: every session and token of it ends at once, and does not return with the account."""
    User.objects.filter(pk=user.pk).update(is_active=False, session_generation=F("session_generation") + 1)
    user.refresh_from_db()
    revoked = user.api_tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    audit.record(
        Action.ACCOUNT,
        by=by,
        target=user,
        district=audit.home_district(user),
        changes={"is_active": [True, False]},
        details={"event": "closed", "user": user.email, "tokens_revoked": revoked},
    )


# --- Grants --------------------------------------------------------------------------------------------------------
@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role,
    district: District,
    school: School | None = None,
    organization: Organization | None = None,
    begins_on: date | None = None,
    ends_on: date | None = None,
    by: User | None = None,
) -> tuple[RoleGrant, bool]:
    """Give `user` one role in one scope (no school: the whole district) and say whether that changed anything.

    An existing grant of the same role and scope takes the dates given here. Raises ValidationError when the scope
    does not hang together.
    """
    _check_scope(role, district, school, organization, begins_on, ends_on)
    # The lock keeps two commands from giving the same grant twice: a unique constraint ignores rows with an empty
    # school. SQLite has no row locks and needs none, a transaction there holds the one write lock.
    User.objects.select_for_update().get(pk=user.pk)
    scope = {"user": user, "role": role.value, "district": district, "school": school, "organization": organization}
    grant = RoleGrant.objects.filter(**scope).first()
    fields = ("role", "school", "organization", "begins_on", "ends_on")
    before = audit.values_of(grant, fields) if grant else {}
    if grant is None:
        grant = RoleGrant(**scope)
    grant.begins_on, grant.ends_on = begins_on, ends_on
    changes = audit.differences(before, audit.values_of(grant, fields))
    if grant.pk and not changes:
        return grant, False
    grant.save()
    audit.record(
        Action.GRANT,
        by=by,
        target=grant,
        district=district,
        school=school,
        changes=changes,
        details={"user": user.email, "role": role.value},
    )
    return grant, True


@transaction.atomic
def end_grant(*, grant: RoleGrant, ends_on: date, by: User | None = None) -> None:
    """Let `grant` hold through `ends_on` (that day included); what it allowed ends with the next request after it."""
    before = audit.values_of(grant, ("ends_on",))
    grant.ends_on = ends_on
    grant.save(update_fields=["ends_on", "updated_at"])
    audit.record(
        Action.GRANT,
        by=by,
        target=grant,
        district=grant.district_id,
        school=grant.school_id,
        changes=audit.differences(before, audit.values_of(grant, ("ends_on",))),
        details={"user": grant.user.email, "role": grant.role},
    )


def _check_scope(
    role: Role,
    district: District,
    school: School | None,
    organization: Organization | None,
    begins_on: date | None,
    ends_on: date | None,
) -> None:
    if (role in NEEDS_ORGANIZATION) != (organization is not None):
        raise ValidationError({"organization": _("Trainers and partners, and only they, belong to an organization.")})
    if any(place is not None and place.district_id != district.pk for place in (school, organization)):
        raise ValidationError({"district": _("The school and the organization must belong to the district.")})
    if begins_on and ends_on and ends_on < begins_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})


# --- Tokens --------------------------------------------------------------------------------------------------------
def hash_of(key: str) -> str:
    """Return what is stored of a token: a SHA-256 suffices, the key is 285 random bits and no password."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def create_api_token(
    *,
    user: User,
    name: str = "",
    scopes: Iterable[str] = ApiToken.Scope.values,
    expires_in_days: int | None = None,
    by: User | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for `user` and return it with its key, which is nowhere else and cannot be read again.

    Raises ValidationError for an unknown or missing scope or an expiry that is not in the future.
    """
    wanted = set(scopes)
    chosen = [scope for scope in ApiToken.Scope.values if scope in wanted]
    unknown = sorted(wanted - set(chosen))
    if unknown or not chosen:
        raise ValidationError({"scopes": _("Scopes are read, write and import; not: %s") % ", ".join(unknown)})
    if expires_in_days is not None and expires_in_days < 1:
        raise ValidationError({"expires": _("A token lasts one day or more.")})
    key = get_random_string(TOKEN_LENGTH)
    token = ApiToken(
        user=user,
        name=name,
        prefix=key[:TOKEN_PREFIX_LENGTH],
        key_hash=hash_of(key),
        scopes=chosen,
        expires_at=timezone.now() + timedelta(days=expires_in_days) if expires_in_days else None,
    )
    token.full_clean()
    token.save()
    audit.record(
        Action.TOKEN,
        by=by,
        target=token,
        district=audit.home_district(user),
        details={"user": user.email, "prefix": token.prefix, "scopes": chosen},
    )
    return token, key


@transaction.atomic
def revoke_api_token(*, token: ApiToken, by: User | None = None) -> None:
    """End a token at once; a second time changes nothing."""
    if token.revoked_at is not None:
        return
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at", "updated_at"])
    audit.record(
        Action.TOKEN,
        by=by,
        target=token,
        district=audit.home_district(token.user),
        changes={"revoked_at": [None, token.revoked_at.isoformat()]},
        details={"user": token.user.email, "prefix": token.prefix},
    )


# --- Organizations and memoranda -----------------------------------------------------------------------------------
@transaction.atomic
def create_organization(*, district: District, name: str, email: str = "", by: User | None = None) -> Organization:
    """Add an organization to `district`. Raises ValidationError for a name that it has already."""
    organization = Organization(district=district, name=name.strip(), email=email)
    organization.full_clean()
    organization.save()
    audit.record(
        Action.CREATE,
        by=by,
        target=organization,
        district=district,
        changes=audit.differences({}, audit.values_of(organization, ORGANIZATION_FIELDS)),
    )
    return organization


@transaction.atomic
def change_organization(*, organization: Organization, by: User | None = None, **values: Any) -> Organization:
    """Change name or e-mail and return the organization as stored; no event when nothing differs.

    Raises ValidationError for a field that may not change or a value that is not valid.
    """
    _refuse_unknown(values, ORGANIZATION_FIELDS)
    stored = Organization.objects.select_for_update().get(pk=organization.pk)
    changes = _change(stored, values)
    if changes:
        audit.record(Action.UPDATE, by=by, target=stored, district=stored.district_id, changes=changes)
    return stored


@transaction.atomic
def create_memorandum(
    *,
    organization: Organization,
    title: str,
    begins_on: date,
    ends_on: date | None = None,
    signed_on: date | None = None,
    schools: Iterable[School] = (),
    by: User | None = None,
) -> Memorandum:
    """Add a memorandum between `organization` and its district, for `schools` or, without any, for all of them.

    Raises ValidationError for a school of another district or dates out of order.
    """
    memorandum = Memorandum(
        district=organization.district,
        organization=organization,
        title=title,
        begins_on=begins_on,
        ends_on=ends_on,
        signed_on=signed_on,
    )
    chosen = _schools_of(memorandum, schools)
    memorandum.full_clean()
    memorandum.save()
    memorandum.schools.set(chosen)
    values = audit.values_of(memorandum, MEMORANDUM_FIELDS) | {"schools": _codes(chosen)}
    audit.record(
        Action.CREATE,
        by=by,
        target=memorandum,
        district=memorandum.district_id,
        school=chosen[0] if len(chosen) == 1 else None,
        changes=audit.differences({}, values),
        details={"organization": str(organization.uid)},
    )
    return memorandum


@transaction.atomic
def change_memorandum(
    *, memorandum: Memorandum, schools: Iterable[School] | None = None, by: User | None = None, **values: Any
) -> Memorandum:
    """Change title, first days or schools and return the memorandum as stored; no event when nothing differs.

    The organization and the district stay: another party is another memorandum. The end stays too (see
    `move_memorandum_end`). Raises ValidationError for a field that may not change or a value that is not valid.
    """
    _refuse_unknown(values, MEMORANDUM_CHANGES)
    stored = Memorandum.objects.select_for_update().get(pk=memorandum.pk)
    changes = _change(stored, values)
    if schools is not None:
        chosen = _schools_of(stored, schools)
        before, after = _codes(stored.schools.all()), _codes(chosen)
        if before != after:
            stored.schools.set(chosen)
            stored.save(update_fields=["updated_at"])
            changes["schools"] = [before, after]
    if changes:
        audit.record(Action.UPDATE, by=by, target=stored, district=stored.district_id, changes=changes)
    return stored


@transaction.atomic
def move_memorandum_end(*, memorandum: Memorandum, ends_on: date, reason: str, by: User | None = None) -> Memorandum:
    """Let the memorandum end on another day. Only the verbs that keep extensions and early ends call this.

    Raises ValidationError for a day before it begins.
    """
    stored = Memorandum.objects.select_for_update().get(pk=memorandum.pk)
    changes = _change(stored, {"ends_on": ends_on})
    if changes:
        audit.record(
            Action.UPDATE,
            by=by,
            target=stored,
            district=stored.district_id,
            changes=changes,
            details={"reason": reason},
        )
    return stored


def _refuse_unknown(values: dict[str, Any], allowed: tuple[str, ...]) -> None:
    unknown = [name for name in values if name not in allowed]
    if unknown:
        raise ValidationError({name: _("This field cannot be changed.") for name in unknown})


def _change(record: Organization | Memorandum, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set `values`, validate and save what differs; return field → [before, after]."""
    before = audit.values_of(record, values)
    for name, value in values.items():
        setattr(record, name, value)
    record.full_clean()
    changes = audit.differences(before, audit.values_of(record, values))
    if changes:
        record.save(update_fields=[*changes, "updated_at"])
    return changes


def _schools_of(memorandum: Memorandum, schools: Iterable[School]) -> list[School]:
    chosen = sorted(set(schools), key=lambda school: school.code)
    if any(school.district_id != memorandum.district_id for school in chosen):
        raise ValidationError({"schools": _("Choose schools of the memorandum's own district.")})
    return chosen


def _codes(schools: Iterable[School]) -> list[str]:
    return sorted(school.code for school in schools)
