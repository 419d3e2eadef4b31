"""Sealing: several keys, one moment for all, whole blocks, marks that need the key; what the system checks say."""

from __future__ import annotations

import base64

import pytest
from cryptography.fernet import Fernet

from district.checks import keys_are_keys, keys_are_set
from district.sealing import CASE_NOTES, CONCERNS, SEALERS, NoKey, Unreadable


def keys(count: int) -> list[str]:
    return [Fernet.generate_key().decode() for _number in range(count)]


@pytest.mark.parametrize("sealer", SEALERS, ids=lambda one: one.setting)
def test_several_keys(sealer, settings):
    old, new = keys(2)
    setattr(settings, sealer.setting, [old])
    sealed, mark = sealer.seal("áéí"), sealer.marks("reporter", "one")[0]
    assert "á" not in sealed
    setattr(settings, sealer.setting, [new, old])
    assert sealer.unseal(sealed) == "áéí"
    assert sealer.seal("x") != sealer.seal("x")
    assert sealer.marks("reporter", "one")[1] == mark
    setattr(settings, sealer.setting, [new])
    with pytest.raises(Unreadable):
        sealer.unseal(sealed)
    assert (keys_are_keys(None), keys_are_set(None)) == ([], [])
    setattr(settings, sealer.setting, [new, "no key"])
    assert [(one.id, sealer.setting in one.msg) for one in keys_are_keys(None)] == [("district.E003", True)]
    setattr(settings, sealer.setting, [])
    assert [(one.id, sealer.what in one.msg) for one in keys_are_set(None)] == [("district.I002", True)]
    for refused in (lambda: sealer.seal("x"), lambda: sealer.unseal(sealed), lambda: sealer.marks("a", "b")):
        with pytest.raises(NoKey):
            refused()


def test_nothing_in_the_clear_tells_when(settings):
    tokens = [base64.urlsafe_b64decode(CONCERNS.seal(text)) for text in ("a", "b")]
    assert [token[:9] for token in tokens] == [b"\x80" + bytes(8)] * 2
    settings.CONCERN_KEYS = keys(1)
    with pytest.raises(Unreadable):
        CONCERNS.unseal(CASE_NOTES.seal("x"))


def test_lengths_come_in_blocks():
    values = [{"name": "A"}, {"name": "ش" * 90, "child": None}, {"name": "x" * 300}]
    sealed = [CONCERNS.seal_fields(one, block=1024) for one in values]
    assert len({len(one) for one in sealed}) == 1
    assert [CONCERNS.unseal_fields(one) for one in sealed] == values
    assert len(CONCERNS.seal_fields({"name": "x" * 2000}, block=1024)) > len(sealed[0])


def test_a_mark_serves_one_purpose():
    assert CONCERNS.marks("reporter", "one") == CONCERNS.marks("reporter", "one")
    assert len({CONCERNS.marks(*pair)[0] for pair in (("a", "one"), ("b", "one"), ("a", "two"))}) == 3
