"""Make a token for scripts: `manage.py api_token EMAIL`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from district.actions import create_api_token
from district.models import ApiToken, User


class Command(BaseCommand):
    """Standard output holds the token and a line break, and nothing ever shows it again."""

    help = "Make an API token: what its owner's grants allow, narrowed by scopes. Prints the token."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="what the token is for")
        parser.add_argument(
            "--scopes", default=",".join(ApiToken.Scope.values), metavar="LIST", help="of read,write,import; all"
        )
        parser.add_argument("--expires", type=int, metavar="DAYS", help="days until it ends; never")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account with the e-mail {options['email']}.")
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        try:
            _token, key = create_api_token(
                user=user, name=options["name"], scopes=scopes, expires_in_days=options["expires"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        self.stdout.write(key)
