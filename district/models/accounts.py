"""Sign-ins, what they may do, and the tokens of scripts."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from district.access import GRANTS, Permission, Role

from .base import Record
from .partners import Organization
from .places import District, School


class ActiveGrant(NamedTuple):
    """One grant that holds today: a role and its scope (no school and no organization: the whole district)."""

    role: Role
    district_id: int
    school_id: int | None
    organization_id: int | None


class UserManager(BaseUserManager["User"]):
    """Users, found by e-mail address in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        """Create a user; without a password the account waits for an invitation to be taken up."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address. What they may do is in their grants, nowhere else."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    session_generation = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Raising it ends every session of the user.")
    )

    objects = UserManager()

    class Meta:
        ordering = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to the password and the generation: Django drops a session whose stored hash differs."""
        return salted_hmac(
            "district.User.session", f"{self.password} {self.session_generation}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @cached_property
    def active_grants(self) -> tuple[ActiveGrant, ...]:
        """The grants that hold today. Read once a request: a user is loaded anew by each."""
        if not self.is_active:
            return ()
        rows = (
            RoleGrant.objects.filter(user=self)
            .select_related("district")
            .only("role", "district", "district__timezone", "school", "organization", "begins_on", "ends_on")
        )
        return tuple(
            ActiveGrant(Role(row.role), row.district_id, row.school_id, row.organization_id)
            for row in rows
            if row.holds_on(row.district.today())
        )

    def grants_with(self, permission: Permission) -> list[ActiveGrant]:
        """Return the grants of today whose role holds `permission`."""
        return [grant for grant in self.active_grants if permission in GRANTS[grant.role]]

    def holds(self, permission: Permission) -> bool:
        """Say whether the user holds `permission` anywhere."""
        return bool(self.grants_with(permission))

    def can(self, permission: Permission, school: School) -> bool:
        """Say whether the user holds `permission` at `school`: membership in the queryset that lists use."""
        return School.objects.where_allowed(self, permission).filter(pk=school.pk).exists()


class RoleGrantQuerySet(models.QuerySet):
    """Who holds which role."""

    def allowed(self, user: User, permission: Permission):
        """Grants of the districts where `user` holds `permission`; by a grant at a school, those of that school."""
        grants = [grant for grant in user.grants_with(permission) if not grant.organization_id]
        schools = {grant.school_id for grant in grants if grant.school_id}
        districts = {grant.district_id for grant in grants if not grant.school_id}
        return self.filter(Q(school__in=schools) | Q(district__in=districts))

    def visible_to(self, user: User):
        """Grants that `user` may read."""
        return self.allowed(user, Permission.GRANT_VIEW)

    def holding_on(self, day: date):
        """Grants that hold on `day` (both ends included)."""
        return self.filter(Q(begins_on=None) | Q(begins_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day))


class RoleGrant(Record):
    """One role for one person in one scope, from a day to a day (both included)."""

    read_permission = Permission.GRANT_VIEW

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, role.value) for role in Role])
    district = models.ForeignKey(District, models.PROTECT, related_name="grants")
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="grants")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="grants")
    begins_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "district", "school", "organization"],
                name="grant_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    def holds_on(self, day: date) -> bool:
        """Say whether the grant holds on `day`."""
        return (self.begins_on is None or self.begins_on <= day) and (self.ends_on is None or day <= self.ends_on)


class ApiTokenQuerySet(models.QuerySet):
    """API tokens."""

    def usable_at(self, moment):
        """Tokens neither revoked nor expired at `moment`, of active users."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=moment), revoked_at=None, user__is_active=True)


class ApiToken(Record):
    """A key for scripts: what its owner's grants allow, narrowed by scopes. Only a hash is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Write")
        IMPORT = "import", _("Import")

    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100, blank=True)
    prefix = models.CharField(max_length=8, unique=True)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}".strip()

    def is_usable(self) -> bool:
        """Say whether the token may be used now."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())
