"""Numbers of certificates: how they are made, written and looked up."""

from __future__ import annotations

from django.db.models import Q
from django.utils.crypto import get_random_string

from district.models import District
from training.models import Certification

NUMBER_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBER_LENGTH = 12
"""Letters of a certificate's number: 31 to the power of 12, so that nobody finds one by trying."""


def new_number() -> str:
    """Return a free certificate number."""
    number = get_random_string(NUMBER_LENGTH, NUMBER_LETTERS)
    while Certification.objects.filter(number=number).exists():
        number = get_random_string(NUMBER_LENGTH, NUMBER_LETTERS)
    return number


def number_words(number: str | None) -> str:
    """A number as people read it out: in groups of four."""
    return "-".join((number or "")[i : i + 4] for i in range(0, len(number or ""), 4))


def plain_number(text: str) -> str:
    """A number as it was typed, without what people add: case, blanks, hyphens."""
    return "".join(letter for letter in text.upper() if letter in NUMBER_LETTERS)[: NUMBER_LENGTH + 1]


def is_valid_number(number: str) -> bool:
    """Say whether a certificate with this number is valid today in its district. One query, whatever the number."""
    days = {one.pk: one.today() for one in District.objects.only("timezone")}
    found = Q(pk__in=[])
    for district, day in days.items():
        valid = Certification.objects.filter(district=district, number=number).valid_on(day)
        found |= Q(pk__in=valid.values("pk"))
    return bool(number) and Certification.objects.filter(found).exists()
