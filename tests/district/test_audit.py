"""The audit trail can be added to and read, and nothing else, on either database."""

import uuid

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from district import audit, triggers
from district.audit import Action
from district.models import AuditEvent, District
from tests import factories as make

TABLE = "district_auditevent"


@pytest.fixture
def event(db) -> AuditEvent:
    with transaction.atomic():
        return audit.record(Action.CREATE, by=make.make_user(), details={"before": True})


def insert(event: AuditEvent, verb: str = "INSERT") -> tuple[str, list]:
    """An SQL statement that adds a row with the key of `event`."""
    columns = [field.column for field in AuditEvent._meta.fields]
    values = [
        field.get_db_prep_save(getattr(event, field.attname), connection) if field.name != "actor" else "somebody else"
        for field in AuditEvent._meta.fields
    ]
    return f"{verb} INTO {TABLE} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})", values


def change_and_save(event):
    event.actor = "somebody else"
    event.save()


def bulk_update(event):
    event.actor = "somebody else"
    AuditEvent.objects.bulk_update([event], ["actor"])


def execute(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def upsert(event):
    statement, values = insert(event)
    execute(f"{statement} ON CONFLICT (id) DO UPDATE SET actor = 'somebody else'", values)


TAMPERING = {
    "save": change_and_save,
    "delete": lambda event: event.delete(),
    "update": lambda event: AuditEvent.objects.filter(pk=event.pk).update(actor="somebody else"),
    "delete all": lambda event: AuditEvent.objects.all().delete(),
    "raw delete": lambda event: AuditEvent.objects.all()._raw_delete("default"),
    "bulk_update": bulk_update,
    "update_or_create": lambda event: AuditEvent.objects.update_or_create(uid=event.uid, defaults={"actor": "x"}),
    "upsert": upsert,
    "SQL update": lambda event: execute("UPDATE district_auditevent SET actor = 'x'"),
    "SQL delete": lambda event: execute("DELETE FROM district_auditevent"),
}
if connection.vendor == "postgresql":
    TAMPERING["truncate"] = lambda event: execute(f"TRUNCATE {TABLE}")
    TAMPERING["truncate with others"] = lambda event: execute(f"TRUNCATE {TABLE}, district_apitoken CASCADE")
else:
    TAMPERING["replace"] = lambda event: execute(*insert(event, "INSERT OR REPLACE"))
    TAMPERING["update or replace"] = lambda event: execute("UPDATE OR REPLACE district_auditevent SET id = id + 1")


@pytest.mark.parametrize("way", TAMPERING)
def test_no_way_to_change_or_remove_an_event(event, way):
    before = list(AuditEvent.objects.values())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TAMPERING[way](event)
    assert list(AuditEvent.objects.values()) == before


def test_events_may_be_added_in_bulk_but_not_dropped_or_written_over(event):
    def another() -> AuditEvent:
        return AuditEvent(uid=uuid.uuid4(), at=timezone.now(), action=Action.VIEW)

    AuditEvent.objects.bulk_create([another(), another()])
    assert AuditEvent.objects.count() == 3
    with pytest.raises(ValueError, match="neither dropped"):
        AuditEvent.objects.bulk_create([another()], ignore_conflicts=True)
    with pytest.raises(ValueError, match="neither dropped"):
        AuditEvent.objects.bulk_create(
            [another()], update_conflicts=True, unique_fields=["uid"], update_fields=["actor"]
        )
    assert AuditEvent.objects.count() == 3


def test_a_missing_trigger_is_an_error_of_the_database_check(db):
    assert triggers.missing_triggers(connection) == []
    assert run_checks(tags=["database"], databases=["default"]) == []
    with triggers.removed(connection):
        assert len(triggers.missing_triggers(connection)) == 2
        found = run_checks(tags=["database"], databases=["default"])
        assert [message.id for message in found] == ["district.E002"]
    assert triggers.missing_triggers(connection) == []


def test_an_unmigrated_database_is_not_judged(db, monkeypatch):
    """`migrate` runs the checks before it makes the table."""
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("a migration", False)])
    with triggers.removed(connection):
        assert run_checks(tags=["database"], databases=["default"]) == []


def test_altering_the_table_asks_for_the_triggers_again(transactional_db):
    """SQLite remakes the table and drops them silently; PostgreSQL keeps them."""
    old = AuditEvent._meta.get_field("actor")
    new = models.CharField(max_length=255, blank=True)
    new.set_attributes_from_name("actor")
    try:
        with connection.schema_editor() as editor:
            editor.alter_field(AuditEvent, old, new, strict=True)
        assert bool(triggers.missing_triggers(connection)) == (connection.vendor == "sqlite")
        triggers.install_append_only(connection, TABLE)
        assert triggers.missing_triggers(connection) == []
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(AuditEvent, new, old, strict=True)
        triggers.install_append_only(connection, TABLE)


def test_a_write_is_recorded_in_its_own_transaction_or_not_at_all(transactional_db):
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(Action.UPDATE, by=None)
    audit.record(Action.VIEW, by=None)
    with pytest.raises(IntegrityError):
        create_twice("GONE")
    assert list(AuditEvent.objects.values_list("action", flat=True)) == [Action.VIEW]
    assert not District.objects.filter(code="GONE").exists()


@transaction.atomic
def create_twice(code: str) -> None:
    """Record a write whose transaction then fails."""
    make.make_district(code)
    audit.record(Action.CREATE, by=None)
    make.make_district(code)


def test_values_and_differences_fit_json(db):
    district = make.make_district("ONE")
    school = make.make_school(district, "0001")
    values = audit.values_of(school, ("code", "district", "closed_on"))
    assert values == {"code": "0001", "district": str(district.uid), "closed_on": None}
    assert audit.differences({}, values) == {"code": [None, "0001"], "district": [None, str(district.uid)]}
    assert audit.differences(values, values | {"code": "2"}) == {"code": ["0001", "2"]}
