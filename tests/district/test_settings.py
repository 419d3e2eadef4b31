"""The settings as a production server starts with them: each test runs processes of their own on a file database."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import psycopg
import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.checks.registry import registry
from django.db import connection

from district import checks

pytestmark = pytest.mark.xdist_group("settings")  # one process, so that the server's database is made once

MANAGE = str(settings.BASE_DIR / "manage.py")
SECRET_KEY = "a-long-and-random-value-for-these-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
PLAIN_STATIC_FILES = """
from django.test import Client, override_settings
PLAIN = override_settings(STORAGES={
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
})
PLAIN.enable()
"""


def run(environment: dict, *arguments: str, **options) -> subprocess.CompletedProcess:
    """Run `manage.py` with nothing but `environment`."""
    variables = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, MANAGE, *arguments], env=variables, capture_output=True, text=True, check=False, **options
    )


def answer(environment: dict, script: str):
    """Run `script` in a shell of the application and return the JSON of its last line."""
    result = run(environment, "shell", "--no-imports", "-c", PLAIN_STATIC_FILES + script)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def production(tmp_path_factory) -> dict:
    """The environment of a server with a migrated SQLite file and one district."""
    file = tmp_path_factory.mktemp("production") / "tracker.sqlite3"
    environment = {
        "SECRET_KEY": SECRET_KEY,
        "ALLOWED_HOSTS": "tracker.example.org",
        "DATABASE_URL": f"sqlite:///{file}",
        "EMAIL_URL": "dummymail://",
    }
    result = run(environment, "migrate", "--verbosity", "0")
    assert result.returncode == 0, result.stderr
    made = "from district.models import District; District.objects.create(code='ONE', name='One'); print(1)"
    assert answer(environment, made) == 1
    return environment


# --- Starting -----------------------------------------------------------------------------------------------------
def test_without_a_secret_key_it_does_not_start(production):
    for environment in ({**production, "SECRET_KEY": ""}, {k: v for k, v in production.items() if k != "SECRET_KEY"}):
        result = run(environment, "check")
        assert result.returncode != 0
        assert "Set SECRET_KEY to a long random value" in result.stderr
    assert run({"DEBUG": "1", "DATABASE_URL": production["DATABASE_URL"]}, "check").returncode == 0


def test_a_secret_may_come_from_a_file(production, tmp_path):
    (tmp_path / "key").write_text(SECRET_KEY)
    environment = {k: v for k, v in production.items() if k != "SECRET_KEY"} | {
        "SECRET_KEY_FILE": str(tmp_path / "key")
    }
    script = "import json; from django.conf import settings; print(json.dumps(settings.SECRET_KEY))"
    assert answer(environment, script) == SECRET_KEY


def test_the_deployment_check_finds_nothing(production):
    result = run(production, "check", "--deploy", "--database", "default", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr
    warned = run({**production, "SECRET_KEY": "short"}, "check", "--deploy", "--fail-level", "WARNING")
    assert warned.returncode != 0
    assert "security.W009" in warned.stderr


def test_workbooks_are_read_with_defusedxml(monkeypatch):
    assert openpyxl.DEFUSEDXML is True
    assert checks.defusedxml_is_active in registry.get_checks()
    assert run_checks(tags=["security"]) == []
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    assert [message.id for message in run_checks(tags=["security"])] == ["district.E001"]


def test_what_the_environment_decides(production):
    script = """
import json
from django.conf import settings
names = ("DEBUG", "MFA_REQUIRED", "CACHES", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME",
         "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_AGE", "SESSION_IDLE_SECONDS")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""
    found = answer(production, script)
    assert found == {
        "DEBUG": False,
        "MFA_REQUIRED": True,
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "reweave_cache",
                "OPTIONS": {"MAX_ENTRIES": 20_000},
            }
        },
        "SESSION_COOKIE_NAME": "__Host-reweave",
        "CSRF_COOKIE_NAME": "__Host-reweave-csrf",
        "LANGUAGE_COOKIE_NAME": "__Host-reweave-language",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_AGE": 36_000,
        "SESSION_IDLE_SECONDS": 900,
    }
    demo = answer({"DEBUG": "1", "DATABASE_URL": production["DATABASE_URL"]}, script)
    assert (demo["DEBUG"], demo["MFA_REQUIRED"]) == (True, False)
    assert demo["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    assert answer({**production, "MFA_REQUIRED": "0"}, script)["MFA_REQUIRED"] is False


# --- Answers ------------------------------------------------------------------------------------------------------
def test_headers_and_cookies_of_a_production_server(production):
    script = """
import json
client = Client(SERVER_NAME="tracker.example.org")
plain = client.get("/accounts/login/")
page = client.get("/accounts/login/", secure=True)
strange = Client(SERVER_NAME="other.example.org").get("/accounts/login/", secure=True)
missing = client.get("/nowhere/", secure=True)
print(json.dumps({
    "plain": [plain.status_code, plain.headers["Location"]],
    "status": page.status_code, "headers": dict(page.headers), "strange": strange.status_code,
    "cookies": {name: [bool(c["secure"]), bool(c["httponly"]), c["samesite"], c["path"], c["domain"]]
                for name, c in client.cookies.items()},
    "missing": [missing.status_code, "DEBUG" in missing.content.decode()],
}))
"""
    found = answer(production, script)
    assert found["plain"] == [301, "https://tracker.example.org/accounts/login/"]
    assert found["strange"] == 400
    assert found["missing"] == [404, False]
    assert found["cookies"] == {"__Host-reweave-csrf": [True, True, "Lax", "/", ""]}
    headers = found["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Server" not in headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def test_sign_in_limits_hold_across_workers(production):
    email, other, password = "dean@example.org", "other@example.org", "four unrelated quiet words"
    script = """
import json
from district.models import User
for email in EMAILS:
    if not User.objects.filter(email=email).exists():
        User.objects.create_user(email, PASSWORD)
def attempt(email, password):
    client = Client(SERVER_NAME="tracker.example.org")
    return client.post("/accounts/login/", {"login": email, "password": password}, secure=True).status_code
print(json.dumps([attempt(*pair) for pair in PAIRS]))
"""
    script = script.replace("EMAILS", repr([email, other])).replace("PASSWORD", repr(password))
    first = script.replace("PAIRS", repr([(email, f"wrong {n}") for n in range(3)]))
    assert answer(production, first) == [200, 200, 200]
    second = script.replace("PAIRS", repr([(email, "wrong"), (email, "wrong"), (email, password), (other, password)]))
    assert answer(production, second) == [200, 200, 200, 302]


# --- Commands as processes ----------------------------------------------------------------------------------------
def test_exit_codes_and_outputs_of_the_commands(production):
    def code(*arguments: str, text: str = "") -> int:
        result = run(production, *arguments, input=text)
        assert "Traceback" not in result.stderr
        return result.returncode

    there = ("--district", "ONE")
    assert code("grant", "api@example.org", "records") == 2
    assert code("grant", "api@example.org", "nobody", *there) == 2
    assert code("grant", "api@example.org", "records", *there, "--password-stdin", text="short\n") == 1
    assert code("grant", "api@example.org", "records", *there) == 0
    made = run(production, "api_token", "api@example.org", "--scopes", "read")
    assert made.returncode == 0
    assert re.fullmatch(r"[A-Za-z0-9]{48}\n", made.stdout)


# --- Databases ----------------------------------------------------------------------------------------------------
def test_every_sqlite_connection_is_set_up(production):
    script = """
import json, sqlite3
from django.db import connection, transaction
names = ("journal_mode", "busy_timeout", "foreign_keys", "recursive_triggers", "secure_delete", "trusted_schema",
         "synchronous")
with connection.cursor() as cursor:
    found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
with transaction.atomic():
    connection.cursor().execute("SELECT 1")
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
    try:
        other.execute("BEGIN IMMEDIATE")
        found["lock"] = "free"
    except sqlite3.OperationalError as error:
        found["lock"] = str(error)
print(json.dumps(found))
"""
    assert answer(production, script) == {
        "journal_mode": "wal",
        "busy_timeout": 20_000,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "synchronous": 1,
        "lock": "database is locked",
    }


def test_the_audit_trail_of_a_file_database_refuses_changes(production):
    script = """
import json
from django.db import IntegrityError, connection, transaction
from district import audit, triggers
with transaction.atomic():
    audit.record(audit.Action.CREATE, by=None)
def refused(statement):
    try:
        connection.cursor().execute(statement)
    except IntegrityError as error:
        return str(error)
columns = ", ".join(f.column for f in audit.AuditEvent._meta.fields)
print(json.dumps([triggers.missing_triggers(connection)] + [refused(statement) for statement in (
    "UPDATE district_auditevent SET actor = 'x'", "DELETE FROM district_auditevent",
    f"INSERT OR REPLACE INTO district_auditevent ({columns}) SELECT {columns} FROM district_auditevent LIMIT 1")]))
"""
    assert answer(production, script) == [[], *["The audit trail is append-only."] * 3]


def documented_statements() -> list[list[str]]:
    """The SQL blocks of the section on roles of the database, statement by statement."""
    page = Path(settings.BASE_DIR / "docs" / "administration.md").read_text(encoding="utf-8")
    section = page.split("## Two database roles\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
    return [[statement.strip() for statement in block.split(";") if statement.strip()] for block in blocks]


def test_the_documented_roles_are_three_steps():
    assert [len(block) for block in documented_statements()] == [3, 5, 2]


if connection.vendor == "postgresql":

    @pytest.fixture
    def two_roles():
        """A database set up by the book, with names of its own; yields the addresses of owner and application."""
        server = connection.settings_dict
        name = f"roles_{os.getpid()}"
        where = f"{server['HOST'] or 'localhost'}:{server['PORT'] or 5432}"
        who = server["USER"] + (f":{server['PASSWORD']}" if server["PASSWORD"] else "")

        def execute(database: str, statements: list[str]) -> None:
            with psycopg.connect(f"postgresql://{who}@{where}/{database}", autocommit=True) as admin:
                for statement in statements:
                    admin.execute(re.sub(r"\breweave", name, statement))

        before, inside, after = documented_statements()
        execute("postgres", before)
        try:
            execute(name, inside)
            owner, application = (f"postgres://{name}_{role}:{{}}@{where}/{name}" for role in ("owner", "app"))
            addresses = owner.format("a%20long%20random%20value"), application.format("another%20one")
            yield *addresses, lambda: execute(name, after)
        finally:
            execute(
                "postgres", [f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {name}_owner", f"DROP ROLE {name}_app"]
            )

    def test_the_application_role_cannot_touch_the_audit_trail(production, two_roles):
        owner, application, afterwards = two_roles
        environment = {**production, "DATABASE_URL": application, "MIGRATION_DATABASE_URL": owner}
        migrated = run(environment, "migrate", "--verbosity", "0")
        assert migrated.returncode == 0, migrated.stderr
        afterwards()
        script = """
import json
from django.db import DatabaseError, connection, transaction
from district import audit
from district.models import District
district = District.objects.create(code="ONE", name="One")
district.name = "Two"
district.save()
with transaction.atomic():
    audit.record(audit.Action.CREATE, by=None)
def refused(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(error).splitlines()[0]
print(json.dumps([audit.AuditEvent.objects.count()] + [refused(statement) for statement in (
    "UPDATE district_auditevent SET actor = 'x'", "DELETE FROM district_auditevent", "TRUNCATE district_auditevent",
    "ALTER TABLE district_auditevent DISABLE TRIGGER ALL", "DROP TABLE district_auditevent",
    "DROP TRIGGER district_auditevent_no_change ON district_auditevent",
    "CREATE OR REPLACE FUNCTION district_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
)]))
"""
        found = answer(environment, script)
        assert found[0] == 1
        assert found[1:4] == ["permission denied for table district_auditevent"] * 3
        assert found[4:6] == ["must be owner of table district_auditevent"] * 2
        assert found[6] == "must be owner of relation district_auditevent"
        assert found[7].startswith("permission denied for schema public") or found[7].startswith("must be owner")
        assert run(environment, "check", "--database", "default").returncode == 0
