"""Give a person a role: `manage.py grant EMAIL ROLE --district CODE`."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from district.access import NEEDS_ORGANIZATION, Role
from district.actions import create_organization, grant_role, invite_user, set_password
from district.models import District, Organization, School

RESERVED = "family"


def usage_error(message: str) -> CommandError:
    """Return the error of a command that was called wrongly: exit code 2."""
    return CommandError(message, returncode=2)


class Command(BaseCommand):
    """One grant per school, or one for the district; a new person is made and sets a password by the reset page."""

    help = "Give a person a role in a district, its schools or an organization. Repeating it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", help=", ".join(Role))
        parser.add_argument("--district", required=True, metavar="CODE")
        parser.add_argument(
            "--school", action="extend", nargs="+", default=[], metavar="CODE", help="none: the whole district"
        )
        parser.add_argument("--organization", default="", metavar="NAME", help="for trainer and partner; made if new")
        parser.add_argument("--password-stdin", action="store_true", help="set the password on standard input")
        parser.add_argument("--begins", type=date.fromisoformat, metavar="DATE", help="first day, YYYY-MM-DD")
        parser.add_argument("--ends", type=date.fromisoformat, metavar="DATE", help="last day, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        role = self._role(options)
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        with transaction.atomic():  # a refused password leaves neither the person nor the grant
            changed = self._grant(role, password, options)
        self.stdout.write("Granted." if changed else "Nothing to change.")

    def _role(self, options: dict[str, Any]) -> Role:
        """Return the role. Raises a usage error for one that does not exist or does not fit the other options."""
        word = options["role"]
        if word == RESERVED:
            raise usage_error("The role family is reserved for a later version.")
        if word not in set(Role):
            raise usage_error(f"There is no role {word}. Roles: {', '.join(Role)}.")
        role, named = Role(word), bool(options["organization"].strip())
        if role in NEEDS_ORGANIZATION and not named:
            raise usage_error(f"The role {role} needs --organization NAME.")
        if named and role not in NEEDS_ORGANIZATION:
            raise usage_error(f"The role {role} belongs to no organization: leave --organization out.")
        if options["begins"] and options["ends"] and options["ends"] < options["begins"]:
            raise usage_error("--ends is before --begins.")
        try:
            validate_email(options["email"].strip())
        except ValidationError as error:
            raise usage_error(f"{options['email']} is not an e-mail address.") from error
        return role

    def _grant(self, role: Role, password: str | None, options: dict[str, Any]) -> bool:
        district = District.objects.filter(code=options["district"]).first()
        if district is None:
            raise CommandError(f"There is no district with the code {options['district']}.")
        schools = self._schools(district, options["school"])
        user, changed = invite_user(email=options["email"], district=district)
        if password is not None:
            try:
                changed |= set_password(user=user, password=password, district=district)
            except ValidationError as error:
                raise CommandError("The password is refused. " + " ".join(error.messages)) from error
        organization = None
        if name := options["organization"].strip():
            organization = Organization.objects.filter(district=district, name=name).first()
            organization = organization or create_organization(district=district, name=name)
        scopes: list[School | None] = [*schools] or [None]
        for school in scopes:
            _grant, is_new = grant_role(
                user=user,
                role=role,
                district=district,
                school=school,
                organization=organization,
                begins_on=options["begins"],
                ends_on=options["ends"],
            )
            changed |= is_new
        return changed

    def _schools(self, district: District, codes: list[str]) -> list[School]:
        found = {school.code: school for school in district.schools.filter(code__in=codes)}
        if missing := [code for code in codes if code not in found]:
            raise CommandError(f"The district {district.code} has no school with the code {', '.join(missing)}.")
        return list(found.values())
