"""Sixty-four people log referrals at once, some of them twice, some without ever hearing back: nothing lost or doubled.

A real server on a real database: a SQLite file, or a PostgreSQL database of its own, whichever the suite runs on.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.db import connection

from tests.workplace import ROOT, Workplace

LOGGERS = 64
SECONDS = int(os.environ.get("LOGGERS_SECONDS", "60"))
WORLD = """
import json
from datetime import timedelta
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from district.models import District
from tests import factories as make
now = timezone.localdate()
district = District.objects.get(code="MANY")
year = make.make_school_year(district, now.year + (now.month >= 7), starts_on=now - timedelta(days=30),
                             ends_on=now + timedelta(days=30))
school = make.make_school(district, "0001")
students = [make.make_student(district) for _ in range(40)]
for student in students:
    make.enroll(student, school, year, refresh=False)
engine, keys = import_module(settings.SESSION_ENGINE), []
for _ in range(LOGGERS):
    user = make.make_user("staff", district, school)
    session = engine.SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    keys.append(session.session_key)
print(json.dumps({"sessions": keys, "cookie": settings.SESSION_COOKIE_NAME, "csrf": settings.CSRF_COOKIE_NAME,
                  "school": str(school.uid), "students": [str(student.uid) for student in students],
                  "behavior": str(district.behaviors.first().uid)}))
"""
FOUND = """
import json
from collections import Counter
from discipline.models import Incident, Involvement, Referral, ReferralStatus
from district.models import AuditEvent
print(json.dumps({
    "incidents": [str(key) for key in Incident.objects.values_list("submission_key", flat=True)],
    "referrals": Referral.objects.count(), "statuses": ReferralStatus.objects.count(),
    "parts": Involvement.objects.count(),
    "events": AuditEvent.objects.filter(action="create", object_type="incident").count()}))
"""


@pytest.fixture
def server(tmp_path, db):
    """A server with two workers on a database of its own, and what the loggers need to know."""
    place = Workplace(tmp_path, "many")
    if place.on_postgres:
        place.sql(f'CREATE DATABASE "{place.name}"')
    place.run("migrate", "--verbosity", "0")
    place.run("create_district", "MANY", "--name", "A district")
    script = WORLD.replace("LOGGERS", str(LOGGERS))
    world = json.loads(place.run("shell", "--verbosity", "0", "-c", script).strip().splitlines()[-1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "-w", "2", "-k", "gthread", "--threads", "8"]
    process = subprocess.Popen(
        [sys.executable, *command, "--backlog", "256"],
        cwd=ROOT,
        env=place.environment() | {"ALLOWED_HOSTS": "127.0.0.1", "SECURE_SSL_REDIRECT": "0", "MFA_REQUIRED": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _attempt in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.2)
    yield place, port, world
    process.terminate()
    process.wait(timeout=30)
    place.close()


class Logger(threading.Thread):
    """One person: logs, sometimes taps twice, sometimes loses the answer, and then sends the same form again."""

    def __init__(self, number: int, port: int, world: dict, until: float) -> None:
        super().__init__()
        self.dice = random.Random(number)
        self.port, self.world, self.until = port, world, until
        self.csrf = uuid.uuid4().hex  # 32 letters, as a cookie holds them
        self.cookies = f"{world['cookie']}={world['sessions'][number]}; {world['csrf']}={self.csrf}"
        self.acknowledged: list[str] = []
        self.answers: Counter[int] = Counter()
        self.waits: list[float] = []

    def run(self) -> None:
        while time.monotonic() < self.until:
            key = str(uuid.uuid4())
            chance = self.dice.random()
            if chance < 0.1:
                self.send(key, is_heard=False)
            elif chance < 0.3:
                second = threading.Thread(target=self.send, args=(key,))
                second.start()
                self.send(key)
                second.join()
                continue
            if self.send(key) == 302:
                self.acknowledged.append(key)

    def send(self, key: str, *, is_heard: bool = True) -> int:
        body = {
            "csrfmiddlewaretoken": self.csrf,
            "act": "submit",
            "key": key,
            "school": self.world["school"],
            "student": self.dice.choice(self.world["students"]),
            "behavior": self.world["behavior"],
            "location": "03014",
        }
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}
        started = time.monotonic()
        try:
            client.request("POST", "/referrals/new/", urlencode(body), headers)
            if not is_heard:
                return 0
            status = client.getresponse().status
        finally:
            client.close()
        self.waits.append(time.monotonic() - started)
        self.answers[status] += 1
        return status


@pytest.mark.trust
@pytest.mark.xdist_group("processes")
def test_sixty_four_loggers(server):
    place, port, world = server
    until = time.monotonic() + SECONDS
    loggers = [Logger(number, port, world, until) for number in range(LOGGERS)]
    for logger in loggers:
        logger.start()
    for logger in loggers:
        logger.join()
    time.sleep(2)  # answers that nobody waited for
    found = json.loads(place.run("shell", "--verbosity", "0", "-c", FOUND).strip().splitlines()[-1])
    answers = sum((logger.answers for logger in loggers), Counter())
    acknowledged = [key for logger in loggers for key in logger.acknowledged]
    waits = sorted(wait for logger in loggers for wait in logger.waits)
    lost = set(acknowledged) - set(found["incidents"])
    doubled = len(found["incidents"]) - len(set(found["incidents"]))
    report = {
        "id": "loggers",
        "database": connection.vendor,
        "n": sum(answers.values()),
        "recorded": len(found["incidents"]),
        "lost": len(lost),
        "doubled": doubled,
        "server errors": sum(count for status, count in answers.items() if status >= 500),
        "seconds at most": round(waits[-1], 2),
        "95 % within": round(waits[int(len(waits) * 0.95)], 2),
    }
    print(json.dumps(report))
    assert set(answers) == {302}
    assert lost == set()
    assert doubled == 0
    assert found["referrals"] == found["statuses"] == found["parts"] == found["events"] == len(found["incidents"])
    assert len(acknowledged) >= LOGGERS
