"""Keep PostgreSQL's planner from sampling what is sealed or hashed in concerns: samples outlive the rows."""

from django.db import migrations

COLUMNS = {
    "commitments_concern": ("sealed", "receipt_bucket", "receipt_hash"),
    "commitments_concernreporter": ("mark", "sealed"),
    "commitments_concernnamed": ("mark",),
    "commitments_concernmessage": ("sealed",),
    "commitments_concernevidence": ("sealed", "content"),
}


def sample_nothing(apps, editor):
    if editor.connection.vendor != "postgresql":
        return
    for table, columns in COLUMNS.items():
        changes = ", ".join(f'ALTER COLUMN "{column}" SET STATISTICS 0' for column in columns)
        editor.execute(f'ALTER TABLE "{table}" {changes}')


class Migration(migrations.Migration):
    dependencies = [("commitments", "0007_concerns")]
    operations = [migrations.RunPython(sample_nothing, migrations.RunPython.noop)]
