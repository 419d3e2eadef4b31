"""A reader who follows every link, sends every form and takes every file, and keeps whatever came back.

What the crawl looks for are canaries: texts and ids planted in every record about a student.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from circles.models import CircleParticipant
from discipline.models import Incident
from district.models import AuditEvent, Guardian, Person, Student

FLOORS = ("district", "discipline", "training", "commitments", "circles")
TEXTS = (models.CharField, models.TextField, models.JSONField)
ALIKE = 4
"""How many records of one kind are opened: the forms sent on the way make more and more of them."""
LIST_QUERIES = ("format=csv", "format=xlsx", "search=Zq", "page=999")
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


# --- Canaries ------------------------------------------------------------------------------------------------------
def about_students() -> list[type[models.Model]]:
    """Every model that names a student or an incident, directly or through another that does."""
    found: set[type[models.Model]] = {Student, Incident}
    every = [model for floor in FLOORS for model in apps.get_app_config(floor).get_models()]
    while True:
        more = {
            model
            for model in every
            if model not in found
            and any(one.is_relation and one.many_to_one and one.related_model in found for one in model._meta.fields)
        }
        if not more:
            return sorted(found - {AuditEvent}, key=lambda model: model.__name__)
        found |= more


def plant(model: type[models.Model], rows: Iterable[models.Model]) -> dict[str, str]:
    """Put a text of its own into every free text of `rows`; return canary → where it is, the public ids among them."""
    planted = {}
    for row in rows:
        values = {}
        for column in model._meta.fields:
            if not isinstance(column, TEXTS) or column.choices or column.is_relation:
                continue
            place = f"{model.__name__}.{column.name}"
            if model is CircleParticipant and column.name == "name" and row.student_id:
                continue  # a student has no name of its own there
            if isinstance(column, models.JSONField):
                text = f"Zq{len(planted):03d}{row.pk}{column.name}"
                values[column.name] = [text]
            else:
                text = f"Zq{len(planted):x}{row.pk:x}{model.__name__[:3]}{column.name[:3]}"[: column.max_length]
                if len(text) < 6:
                    continue  # a code of two letters can be told from nothing
                values[column.name] = text
            planted[text] = place
        if hasattr(row, "uid"):
            planted[str(row.uid)] = f"{model.__name__}.uid"
        if values:
            model._base_manager.filter(pk=row.pk).update(**values)
    return planted


def plant_everywhere() -> dict[str, str]:
    """Plant in every record about a student, and in the names of students and of those at home."""
    planted = {}
    for model in about_students():
        planted |= plant(model, model._base_manager.all())
    at_home = Guardian.objects.values("person")
    people = Person.objects.filter(models.Q(student__isnull=False) | models.Q(pk__in=at_home))
    planted |= plant(Person, people.distinct())
    return planted


# --- The reader ----------------------------------------------------------------------------------------------------
@dataclass
class Form:
    """A form as it stands on a page: where it goes, how, and what its fields hold or offer."""

    action: str
    method: str
    held: list[tuple[str, str]] = field(default_factory=list)
    asked: dict[str, list[str]] = field(default_factory=dict)

    def filled(self) -> dict[str, list[str]]:
        """The form as somebody fills it in who takes the first choice of everything and writes a word elsewhere."""
        given: dict[str, list[str]] = {}
        for name, value in self.held:
            given.setdefault(name, []).append(value)
        for name, choices in self.asked.items():
            given.setdefault(name, choices[:1])
        return given


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        self.links += [value for name, value in have.items() if name in ("href", "data-url", "data-find", "src")]
        if tag == "form":
            self.forms.append(Form(have.get("action", ""), have.get("method", "get").lower()))
        elif self.forms and tag in ("input", "select", "textarea", "button", "option"):
            self._field(tag, have, self.forms[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def _field(self, tag: str, have: dict[str, str], form: Form) -> None:
        name, kind, value = have.get("name", ""), have.get("type", tag), have.get("value", "")
        if tag == "select":
            self._select = name
            form.asked.setdefault(name, [])
        elif tag == "option":
            if value and self._select:
                form.asked[self._select].append(value)
        elif not name or kind == "file":
            return
        elif kind in ("radio", "checkbox"):
            form.asked.setdefault(name, []).append(value or "on")
        elif value:
            form.held.append((name, value))
        else:
            form.asked.setdefault(name, [WORDS.get(kind, lambda: "12")()])


WORDS = {
    "date": lambda: timezone.localdate().isoformat(),
    "email": lambda: "somebody@example.org",
    "textarea": lambda: "A note of some length.",
    "search": lambda: "Zq0",
    "time": lambda: "10:00",
}


@dataclass
class Reader:
    """Somebody signed in who goes wherever the site lets them, and reads everything that it answers."""

    client: Client
    planted: dict[str, str]
    opened: dict[str, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _waiting: deque[str] = field(default_factory=deque)
    _sent: set[tuple[str, bool]] = field(default_factory=set)
    _seen: dict[tuple[str, frozenset[str]], int] = field(default_factory=dict)
    _closed: set[str] = field(default_factory=set)

    def crawl(self, starts: Iterable[str]) -> None:
        """Open `starts` and everything to which they lead."""
        for start in starts:
            self._queue(start)
        while self._waiting:
            address = self._waiting.popleft()
            if UUID.sub("*", address.split("?")[0]) not in self._closed:
                self.open(address)
        for letter in mail.outbox:
            self._read(f"mail to {letter.to}", f"{letter.subject}\n{letter.body}")

    def open(self, address: str) -> None:
        """Read one address and everything on it, also what its lists give as files and how they refuse."""
        text, status = self._ask("get", address)
        page = Page(text) if text else None
        for link in page.links if page else ():
            target = urljoin(address, unescape(link))
            if not ("?" in address and "?" in target):  # a filter taken away, another order: without end
                self._queue(target)
        for form in page.forms if page else ():
            target = urljoin(address, form.action) if form.action else address
            if form.method == "post":
                self._send(address, target, form)
            elif "?" not in address:
                asked = {name: next(iter(choices), "Zq") for name, choices in form.asked.items()}
                self._queue(f"{target.split('?')[0]}?{urlencode(asked)}")
        if "?" not in address and status == 200:
            is_list = address.startswith("/api/") or (text and "format=csv" in text)
            for query in ("nosuch=Zq", *(LIST_QUERIES if is_list else ())):
                self._ask("get", f"{address}?{query}")

    def _send(self, address: str, target: str, form: Form) -> None:
        """Send a form empty and filled in, once each; then open where it leads."""
        if "logout" in target or target.startswith("/accounts/"):
            return
        for filled in (False, True):
            if (urlsplit(target).path, filled) in self._sent:
                continue
            self._sent.add((urlsplit(target).path, filled))
            text, _status = self._ask("post", target, form.filled() if filled else {})
            for link in Page(text).links if text else ():
                self._queue(urljoin(address, unescape(link)))

    def _queue(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.netloc not in ("", "testserver") or parts.scheme not in ("", "http") or not parts.path:
            return
        if parts.path.startswith(("/static/", "/accounts/logout", "/readyz")):
            return
        query = parse_qsl(parts.query, keep_blank_values=True)
        names, kind = frozenset(name for name, _value in query), UUID.sub("*", parts.path)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if address in self.opened:
            return
        most = 1 if names else ALIKE  # sorts, chips and pages multiply without end
        if self._seen.get((kind, names), 0) >= most:
            return
        self._seen[kind, names] = self._seen.get((kind, names), 0) + 1
        self.opened[address] = 0
        self._waiting.append(address)

    def _ask(self, method: str, address: str, body: dict | None = None) -> tuple[str, int]:
        """Ask, read the answer whole, and return its text if it is a page, and its status."""
        cache.clear()  # limits on how often one may ask are tested elsewhere
        with_savepoint = connection.savepoint()
        response = getattr(self.client, method)(address, body)
        connection.savepoint_commit(with_savepoint)
        what = f"{method.upper()} {address}"
        self.opened[what if method == "post" else address] = response.status_code
        if response.status_code >= 500:
            self.errors.append(f"{what}: {response.status_code}")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        kind = response.headers.get("Content-Type", "")
        text = "\n".join(texts_of(content, kind))
        self._read(what, f"{dict(response.headers)}\n{text}")
        if response.status_code in (301, 302):
            self._queue(urljoin(address, response.headers["Location"]))
        if response.status_code == 403 and method == "get":
            self._closed.add(UUID.sub("*", address.split("?")[0]))  # for this reader, whatever the record
        return text if kind.startswith("text/html") else "", response.status_code

    def _read(self, what: str, text: str) -> None:
        self.found += [f"{what}: {place}" for canary, place in self.planted.items() if canary in text]


def texts_of(content: bytes, kind: str) -> Iterator[str]:
    """The texts of an answer: of a workbook those of all its parts."""
    if "spreadsheet" in kind:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            yield from (package.read(name).decode(errors="replace") for name in package.namelist())
    else:
        yield unescape(content.decode(errors="replace"))
