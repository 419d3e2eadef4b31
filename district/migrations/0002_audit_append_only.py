"""Make the audit trail append-only, and the table of the shared cache (rate limits across workers)."""

from django.core.management import call_command
from django.db import migrations

from district import triggers

CACHE_TABLE = "reweave_cache"


def install(apps, schema_editor):
    triggers.install_append_only(schema_editor.connection, "district_auditevent")


def uninstall(apps, schema_editor):
    triggers.uninstall_append_only(schema_editor.connection, "district_auditevent")


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", CACHE_TABLE, database=schema_editor.connection.alias, verbosity=0)


def drop_cache_table(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE IF EXISTS {CACHE_TABLE}")


class Migration(migrations.Migration):
    dependencies = [("district", "0001_initial")]

    operations = [
        migrations.RunPython(install, uninstall),
        migrations.RunPython(create_cache_table, drop_cache_table),
    ]
