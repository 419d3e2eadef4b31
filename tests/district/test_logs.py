"""No line of the log holds a key: an address that opens a page to whoever has it is covered."""

import logging

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from district.logs import MASK

KEY = "Secret-7_391:x"
NO_UID = "00000000-0000-0000-0000-000000000000"
ADDRESSES = [
    reverse("family_page", args=[KEY]),
    reverse("family_letter", args=[KEY, NO_UID]),
    reverse("voice_page", args=[KEY]),
    reverse("duty_calendar", args=["Secret-7_391"]),
    reverse("training_feed", args=[KEY]),
    *(reverse(f"training_{name}", args=[KEY]) for name in ("answer", "mine", "join_code", "here_code")),
    reverse("account_reset_password_from_key", args=["4", KEY]),
    f"/family//{KEY}/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_line_of_the_log_covers_the_key(address):
    line = settings.LOGGING["formatters"]["line"]
    formatter = import_string(line["class"])(line["format"])
    fault = (ValueError, ValueError(f"no such {address}"), None)
    for name, told in (("django.request", ("%s: %s", ("Not Found", address))), ("x", (f"GET {address}?lang=es", ()))):
        text = formatter.format(logging.LogRecord(name, logging.WARNING, "", 1, *told, fault))
        assert "7_391" not in text
        assert text.count(MASK) == 2
    assert settings.LOGGING["handlers"]["stderr"]["formatter"] == "line"


def test_other_addresses_stay_readable():
    line = settings.LOGGING["formatters"]["line"]
    formatter = import_string(line["class"])(line["format"])
    address = f"/students/{NO_UID}/family/"
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", address), None)
    assert formatter.format(record).endswith(f"WARNING django.request Not Found: {address}")
