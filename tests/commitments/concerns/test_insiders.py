"""Fifty concerns by known staff and families: what insiders can read of who filed them. Nothing.

What is looked through: every table of the database (as its owner reads it), the log, the trail, mail, and every page,
file and endpoint that an officer, a principal, a leader, an administrator and an auditor can open.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from commitments.actions.concerns import replying, working
from commitments.actions.concerns.filing import concern_of
from commitments.concerns import sealed
from commitments.models import Concern, ConcernReporter
from dashboards.jobs import run_jobs
from dashboards.notices import MESSAGES
from district.access import Role
from district.actions_notices import send_notices
from district.models import AuditEvent, User
from tests import factories as make

COUNT = 50
READERS = (Role.OFFICER, Role.PRINCIPAL, Role.LEADER, Role.ADMIN, Role.AUDITOR, Role.STAFF, Role.PARTNER)
DAY = timedelta(days=1)


def stored() -> str:
    """Every value of every table, as whoever has the database reads it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of tables
            for row in cursor.fetchall():
                found.append(
                    " ".join(bytes(v).decode("latin-1") if isinstance(v, memoryview | bytes) else str(v) for v in row)
                )
    return "\n".join(found)


class Filers:
    """Staff and families who each file one, known to nobody; every value of theirs is unlike any other."""

    def __init__(self, world) -> None:
        self.people = []
        for number in range(COUNT):
            name, contact = f"Quill{number:02d} Zephyrine{number:02d}", f"zephyr{number:02d}@home.example.net"
            user = make.make_user(Role.STAFF, world.district, world.north) if number % 2 else None
            self.people.append((name, contact, f"203.0.113.{number + 1}", user))
        self.texts = [f"Concern{number:02d}xylograph was broken in room {number}." for number in range(COUNT)]

    def file(self, world) -> list[str]:
        receipts = []
        for number, (name, contact, address, user) in enumerate(self.people):
            client = Client(REMOTE_ADDR=address)
            if user:
                client.force_login(user)
                client.get("/")  # a page before, with a session that is used
            way = ("named", "confidential", "anonymous")[number % 3]
            who = {"name": name, "contact": contact} if way != "anonymous" else {}
            given = {"kind": "policy", "what": self.texts[number], "school": world.north.code, "way": way} | who
            page = client.post(f"/concerns/?district={world.district.code}", given).content.decode()
            receipts.append(re.search(r"\d{4} \d{4} \d{4} \d{4}", page).group())
        return receipts

    def secrets(self) -> list[str]:
        """What must be found nowhere: names, contacts, addresses, words."""
        return [
            *(part for name, _contact, _address, _user in self.people for part in name.split()),
            *(contact for _name, contact, _address, _user in self.people),
            *(text.split()[0] for text in self.texts),
        ]


@pytest.fixture
def filed(world, settings, caplog, monkeypatch):
    settings.MFA_REQUIRED = False
    caplog.set_level(logging.DEBUG)
    filers = Filers(world)
    receipts = filers.file(world)
    assert not AuditEvent.objects.filter(object_type="concern").exists()
    ombuds = world.user(Role.OMBUDS)
    for receipt in receipts[:20]:
        concern = concern_of(receipt)
        working.acknowledge(concern=concern, by=ombuds)
        working.ask(concern=concern, text="When was that?", by=ombuds)
        replying.reply(concern=concern, text="Xylograph again, on Monday.")
        working.answer(concern=concern, outcome="upheld", text="You were right.", by=ombuds)
    list(run_jobs(today=world.district.today() + DAY))
    send_notices(MESSAGES)
    return filers, receipts


def found_in(text: str, filers: Filers, receipts: list[str]) -> list[str]:
    digits = [receipt.replace(" ", "") for receipt in receipts]
    addresses = [address for _name, _contact, address, _user in filers.people]
    return [one for one in (*filers.secrets(), *digits, *receipts, *addresses) if one.lower() in text.lower()]


def test_nothing_that_is_kept_or_sent_holds_anybody(world, filed, caplog):
    """Tables, log, trail and mail of one and the same fifty filings."""
    the_database_the_log_and_the_mail_hold_nobody(*filed, caplog)
    nothing_tells_finer_than_a_day_or_joins_a_concern_to_a_person()
    the_trail_cannot_be_joined_to_a_visit_of_the_form(world, filed[0])


def the_database_the_log_and_the_mail_hold_nobody(filers, receipts, caplog):
    tables = stored()
    assert len(connection.introspection.table_names()) > 90
    assert tables.count("\n") > 500
    emails = [user.email for _n, _c, _a, user in filers.people if user]
    assert all(email in tables for email in emails), "the dump does hold what it should: accounts of staff"
    concerned = "\n".join(
        str(row)
        for model in (Concern, ConcernReporter, *(rel.related_model for rel in Concern._meta.related_objects))
        for row in model.objects.values_list()
    )
    assert [email for email in emails if email in concerned] == []
    mails = "\n".join(f"{one.subject} {one.body} {one.to}" for one in mail.outbox)
    assert "Something awaits you" in mails
    assert not re.search("concern|school|north", "".join(f"{one.subject}" for one in mail.outbox), re.IGNORECASE)
    bad = {
        "tables": found_in(tables, filers, receipts),
        "log": found_in(caplog.text, filers, receipts),
        "trail": found_in(json.dumps(list(AuditEvent.objects.values()), default=str), filers, receipts),
        "mail": found_in(mails, filers, receipts),
    }
    print(json.dumps({"id": "T32_identities", "n": COUNT, "bad": sum(map(len, bad.values()))}))
    assert bad == {"tables": [], "log": [], "trail": [], "mail": []}


def nothing_tells_finer_than_a_day_or_joins_a_concern_to_a_person():
    """No moment, no counter, no key of a user who filed; the two halves share nothing but what only the key makes."""
    for model in (Concern, ConcernReporter, *(rel.related_model for rel in Concern._meta.related_objects)):
        kinds = {field.get_internal_type() for field in model._meta.concrete_fields}
        assert kinds.isdisjoint({"DateTimeField", "TimeField", "AutoField", "BigAutoField"}), model
        users = [f for f in model._meta.concrete_fields if f.related_model is User]
        staff = set(User.objects.filter(grants__role=Role.STAFF).values_list("pk", flat=True))
        for field in users:
            assert staff.isdisjoint(model.objects.values_list(field.attname, flat=True)), model
    marks = set(ConcernReporter.objects.values_list("mark", flat=True))
    uids = {one.hex for one in Concern.objects.values_list("pk", flat=True)} | {
        str(one) for one in Concern.objects.values_list("pk", flat=True)
    }
    rest = {str(value) for row in ConcernReporter.objects.values_list() for value in row}
    assert (len(marks), uids & rest) == (Concern.objects.count(), set())
    assert {len(one) for one in ConcernReporter.objects.values_list("sealed", flat=True)} == {
        len(sealed.seal_reporter(sealed.Reporter()))
    }, "of one length, whether somebody is named or not"
    assert len({len(one) for one in Concern.objects.values_list("sealed", flat=True)}) == 1


def the_trail_cannot_be_joined_to_a_visit_of_the_form(world, filers):
    """Every event about concerns is the recipient's or the clock's; none has the address or the request of a visit."""
    events = list(AuditEvent.objects.filter(object_type="concern"))
    assert {one.actor_id for one in events} <= {world.users[Role.OMBUDS].pk, None}
    assert {(one.ip, one.request_id) for one in events} == {("", "")}
    staff = [user.pk for _n, _c, _a, user in filers.people if user]
    assert not AuditEvent.objects.filter(actor_id__in=staff).exclude(action__in=("sign_in", "view", "search")).exists()
    assert not any(
        "concern" in json.dumps([one.details, one.changes]) for one in AuditEvent.objects.filter(actor_id__in=staff)
    )


@pytest.mark.once
def test_no_page_file_or_endpoint_tells_an_insider(world, filed, client_for):
    tried = sum(look_everywhere(world, *filed, role, client_for) for role in READERS)
    print(json.dumps({"id": "T32_pages", "n": tried, "bad": 0}))
    assert tried == len(READERS) * 30


def look_everywhere(world, filers, receipts, role, client_for) -> int:
    """Open everything as `role`; return how much was opened. Nothing of anybody is in any of it."""
    client = client_for(world.user(role))
    uids = [str(one) for one in Concern.objects.filter(organization=None).values_list("pk", flat=True)]
    addresses = [
        *(
            reverse(name)
            for name in ("desk", "duty_list", "concern_list", "concern_totals", "concern_add", "concern_rules")
        ),
        *(reverse(name) for name in ("audit_event_list", "grant_list", "commitment_list", "saved_view_list")),
        *(f"{reverse('concern_list')}?format={kind}" for kind in ("csv", "xlsx")),
        *(
            f"{reverse('audit_event_list')}?{query}"
            for query in ("search=concern", "object_type=concern", "format=csv")
        ),
        *(reverse("concern_detail", args=[uid]) for uid in uids[:3]),
        *(reverse("concern_who", args=[uid]) for uid in uids[:3]),
        *(reverse("concern_step", args=[uid, "answer"]) for uid in uids[:1]),
        *(f"/api/v1/concerns/{tail}" for tail in ("", "?format=csv", "?search=quill", f"{uids[0]}/")),
        *(f"/api/v1/{name}/" for name in ("concern-rules", "concern-totals", "audit-events", "commitments")),
    ]
    tried, opened, leaks = 0, [], []
    for address in addresses:
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode(errors="replace")
        tried += 1
        leaks += [f"{address}: {one}" for one in found_in(text, filers, receipts)]
        leaks += [
            f"{address}: id" for uid in uids if uid in text and not address.startswith(("/audit", "/api/v1/audit"))
        ]
        opened += [address] if response.status_code == 200 and uids[0] in address else []
        assert response.status_code < 500, address
    assert (role, leaks, opened) == (role, [], [])
    assert client.get(reverse("concern_list")).status_code == (200 if role is Role.PARTNER else 403)
    return tried
