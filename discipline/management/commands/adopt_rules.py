"""`adopt_rules --district CODE`: the rules of federal and state law, in their latest edition, and a response matrix."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from discipline.actions.matrix import give_default_matrix
from discipline.actions.rules import adopt_packs
from district.models import District


class Command(BaseCommand):
    """Adopt what is new, unsigned: 0 done or nothing new, 1 no such district."""

    help = "Adopt the rules of federal law and of the district's state, unsigned. Repeating changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--district", required=True, metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.filter(code=options["district"]).first()
        if district is None:
            raise CommandError(f"There is no district {options['district']}. Make it with create_district.")
        done = adopt_packs(district=district, by=None)
        give_default_matrix(district=district, by=None)
        if done.versions:
            self.stdout.write(f"Adopted {done.rules} rules, {done.versions} versions. None is signed off yet.")
        else:
            self.stdout.write("Nothing is new.")
