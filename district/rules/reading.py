"""Rules as plain values: read from a pack or a stored row, written back without loss.

Everything that is not known is a fault: a misspelt key that is silently ignored is a rule that does not protect.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from district.rules.terms import Behaviors, Condition, Deadline, Match, Rule, Severity, Subject, Unit


class RuleFault(ValueError):
    """A rule that cannot be read: `field` names where, the message says what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Pack:
    """Rules of one jurisdiction, as shipped or loaded together. `edition` is the day of its last review."""

    code: str
    title: str
    edition: date
    rules: tuple[Rule, ...]


def pack_of(text: str) -> Pack:
    """Read a pack from TOML: `code`, `title`, `edition` and `[[rule]]` tables, whose keys are those of `Rule`.

    The jurisdiction of its rules is its code. Raises RuleFault for what cannot be read and for a version given twice.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleFault("pack", str(error)) from error
    if unknown := sorted(set(values) - {"code", "title", "edition", "rule"}):
        raise RuleFault(unknown[0], "unknown key")
    code, title = _text(values.get("code"), "code"), _text(values.get("title"), "title")
    rules = []
    for number, terms in enumerate(_list(values.get("rule", []), "rule"), start=1):
        key = terms.get("key", number) if isinstance(terms, Mapping) else number
        try:
            rules.append(rule_of({"jurisdiction": code, **_mapping(terms, "rule")}))
        except RuleFault as fault:
            raise RuleFault(f"rule {key}, {fault.field}", fault.message) from fault
    names = [(rule.key, rule.version) for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RuleFault(f"rule {twice[0][0]}", f"version {twice[0][1]} is given twice")
    return Pack(code, title, _day(values.get("edition"), "edition"), tuple(rules))


def rule_of(terms: Mapping[str, Any]) -> Rule:
    """Read a rule from plain values (TOML or JSON). Raises RuleFault that names the key."""
    values: dict[str, Any] = {}
    for name, value in terms.items():
        reader = _READERS.get(name)
        if reader is None:
            raise RuleFault(str(name)[:50], "unknown key")
        values[name] = reader(value, name)
    for required in _REQUIRED:
        if required not in values:
            raise RuleFault(required, "is missing")
    try:
        return Rule(**values)
    except ValueError as error:
        raise RuleFault("rule", str(error)) from error


def terms_of(rule: Rule) -> dict[str, Any]:
    """Return the rule as values that JSON can hold, without what is left at its default. `rule_of` reads it back."""
    terms = {}
    for one in fields(Rule):
        value = getattr(rule, one.name)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        if value != default:
            terms[one.name] = _plain(value)
    return terms


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Behaviors):
        return {one.name: _plain(found) for one in fields(value) if (found := getattr(value, one.name))}
    if isinstance(value, Condition | Deadline):
        return {
            one.name: _plain(found)
            for one in fields(value)
            if (found := getattr(value, one.name)) != one.default or one.default is MISSING
        }
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | int) else str(value)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RuleFault(name, "is a text that is not empty")
    return value.strip()


def _free_text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise RuleFault(name, "is a text")
    return value.strip()


def _yes_no(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise RuleFault(name, "is true or false")
    return value


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise RuleFault(name, "is a whole number, 0 or more")
    return value


def _days(value: Any, name: str) -> Decimal:
    try:
        days = Decimal(str(value))
    except InvalidOperation as error:
        raise RuleFault(name, "is a number of school days") from error
    if isinstance(value, bool) or not days.is_finite() or days < 0:
        raise RuleFault(name, "is a number of school days, 0 or more")
    return days


def _day(value: Any, name: str) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise RuleFault(name, "is a day, as YYYY-MM-DD") from error


def _list(value: Any, name: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise RuleFault(name, "is a list")
    return value


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise RuleFault(name, "is a table of keys and values")
    return value


def _texts(value: Any, name: str) -> frozenset[str]:
    return frozenset(_text(one, name) for one in _list(value, name))


def _pair(of: Callable[[Any, str], Any]) -> Callable[[Any, str], tuple[Any, Any]]:
    def read(value: Any, name: str) -> tuple[Any, Any]:
        pair = [of(one, name) for one in _list(value, name)]
        if len(pair) != 2:
            raise RuleFault(name, "is a first and a last one")
        return pair[0], pair[1]

    return read


def _word(words: type[StrEnum]) -> Callable[[Any, str], Any]:
    def read(value: Any, name: str) -> Any:
        try:
            return words(value)
        except ValueError as error:
            raise RuleFault(name, f"is one of {', '.join(words)}") from error

    return read


def _part(made: type[Any], readers: Mapping[str, Callable[[Any, str], Any]]) -> Callable[[Any, str], Any]:
    def read(value: Any, name: str) -> Any:
        values = {}
        for key, given in _mapping(value, name).items():
            if key not in readers:
                raise RuleFault(name, f"unknown key {str(key)[:50]}")
            values[key] = readers[key](given, f"{name}, {key}")
        try:
            return made(**values)
        except (TypeError, ValueError) as error:
            raise RuleFault(name, str(error)) from error

    return read


def _every(of: Callable[[Any, str], Any]) -> Callable[[Any, str], tuple[Any, ...]]:
    return lambda value, name: tuple(of(one, name) for one in _list(value, name))


_BEHAVIORS = _part(
    Behaviors, {"codes": _texts, "ceds": _texts, "levels": _texts, "categories": _texts, "subjective": _yes_no}
)
_CONDITION = _part(Condition, {"code": _text, "text": _text, "citation": _free_text})
_DEADLINE = _part(
    Deadline,
    {
        "step": _text,
        "from_event": _text,
        "unit": _word(Unit),
        "text": _text,
        "offset": _whole,
        "before": _yes_no,
        "needs_confirmation": _yes_no,
    },
)
_READERS: dict[str, Callable[[Any, str], Any]] = {
    "key": _text,
    "jurisdiction": _text,
    "citation": _text,
    "title": _text,
    "text": _text,
    "severity": _word(Severity),
    "version": _whole,
    "subject": _word(Subject),
    "effective_from": _day,
    "effective_to": _day,
    "grades": _pair(_text),
    "ages": _pair(_whole),
    "flags": _texts,
    "actions": _texts,
    "include": _BEHAVIORS,
    "exclude": _BEHAVIORS,
    "match": _word(Match),
    "days_over": _days,
    "days_up_to": _days,
    "removals_before": _whole,
    "clock_over": _days,
    "run_over": _days,
    "prohibits": _yes_no,
    "announces": _yes_no,
    "max_days": _days,
    "max_year_days": _days,
    "preconditions": _every(_CONDITION),
    "exceptions": _every(_CONDITION),
    "deadlines": _every(_DEADLINE),
    "needs_confirmation": _yes_no,
    "note": _free_text,
}
_REQUIRED = ("key", "jurisdiction", "citation", "title", "text", "severity")
