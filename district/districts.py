"""The verb that makes a district."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from district import audit
from district.models import District, User

STATES = frozenset((
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL",
    "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE",
    "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD",
    "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "AS", "GU", "MP", "PR", "VI",
))  # fmt: skip
"""States, the District of Columbia and territories by postal code (USPS Publication 28)."""

FIELDS = ("name", "state", "timezone")


class DistrictDiffers(Exception):
    """A district with the code exists and its name, state or time zone is another. `fields` names which."""

    def __init__(self, district: District, fields: list[str]) -> None:
        super().__init__(district, fields)
        self.district = district
        self.fields = fields


def create_district(
    *, code: str, name: str, state: str = "NJ", timezone: str = "America/New_York", by: User | None
) -> tuple[District, bool]:
    """Return the district with `code` and whether it is new. Its calendar is the rule: Monday to Friday.

    Repeating changes nothing. Raises ValidationError for a value that cannot be, DistrictDiffers when the district
    exists with other values.
    """
    values = {"name": name.strip(), "state": state.strip().upper(), "timezone": timezone.strip()}
    with transaction.atomic():
        existing = District.objects.select_for_update().filter(code=code).first()
        if existing:
            differing = [field for field in FIELDS if getattr(existing, field) != values[field]]
            if differing:
                raise DistrictDiffers(existing, differing)
            return existing, False
        district = District(code=code.strip(), **values)
        _check(district)
        district.save()
        audit.record(
            audit.Action.CREATE,
            by=by,
            target=district,
            district=district,
            changes=audit.differences({}, audit.values_of(district, ("code", *FIELDS))),
        )
        return district, True


def _check(district: District) -> None:
    errors: dict[str, str] = {}
    if not district.code or any(character.isspace() for character in district.code):
        errors["code"] = _("A code is letters, digits and hyphens without spaces.")
    if district.state not in STATES:
        errors["state"] = _("%(state)s is not the postal code of a state.") % {"state": district.state}
    if district.timezone not in available_timezones():
        errors["timezone"] = _("%(zone)s is not a time zone, such as America/New_York.") % {"zone": district.timezone}
    if errors:
        raise ValidationError(errors)
    district.full_clean(validate_unique=False)
