"""`create_district CODE --name NAME`: a district with the defaults of every floor.

It stands on this floor because each floor adds its own through a verb, and none of them sees its neighbors.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from circles.actions.practices import give_default_rules
from discipline.actions.letters import give_default_letters
from discipline.actions.matrix import give_default_matrix
from discipline.actions.rules import adopt_packs
from discipline.catalogue import give_default_code
from district.districts import DistrictDiffers, create_district
from training.actions.defaults import give_default_training


class Command(BaseCommand):
    """Make a district: 0 made or there already as asked, 1 there with other values, 2 wrong usage."""

    help = "Make a district with the code of conduct, rules and training of a beginner. Repeating changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="a short code, unique in this installation")
        parser.add_argument("--name", required=True, help="name of the district")
        parser.add_argument("--state", default="NJ", help="postal code of the state (default: NJ)")
        parser.add_argument("--timezone", default="America/New_York", help="time zone (default: America/New_York)")

    def handle(self, *args: Any, **options: Any) -> None:
        values = {name: options[name] for name in ("code", "name", "state", "timezone")}
        try:
            with transaction.atomic():
                district, is_new = create_district(**values, by=None)
                if is_new:
                    give_default_code(district, by=None)
                    adopt_packs(district=district, by=None)
                    give_default_matrix(district=district, by=None)
                    give_default_letters(district=district, by=None)
                    give_default_training(district, by=None)
                    give_default_rules(district, by=None)
        except ValidationError as error:
            reasons = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
            raise CommandError(reasons, returncode=2) from error
        except DistrictDiffers as error:
            there = ", ".join(f"{field} {getattr(error.district, field)}" for field in error.fields)
            raise CommandError(
                f"The district {error.district.code} exists with {there}. Nothing was changed."
            ) from error
        if is_new:
            self.stdout.write(f"Made the district {district.code}.")
        else:
            self.stdout.write(f"The district {district.code} exists already. Nothing was changed.")
