"""`adopt_letters --district CODE`: the letters that come with the product, in their latest edition."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from discipline.actions.letters import give_default_letters
from district.models import District


class Command(BaseCommand):
    """Give what is new: 0 done or nothing new, 1 no such district."""

    help = "Give a district the templates of letters. Those it has written itself stay. Repeating changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--district", required=True, metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.filter(code=options["district"]).first()
        if district is None:
            raise CommandError(f"There is no district {options['district']}. Make it with create_district.")
        made = give_default_letters(district=district, by=None)
        self.stdout.write(f"Versions of templates that are new: {made}." if made else "Nothing is new.")
