import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def name_who_described(apps, schema_editor):
    """Until now nobody but the writer of an incident could change its words."""
    incidents = apps.get_model("discipline", "Incident").objects.using(schema_editor.connection.alias)
    incidents.filter(logged_by__isnull=False).exclude(description="").update(described_by=models.F("logged_by"))


class Migration(migrations.Migration):

    dependencies = [
        ('discipline', '0007_rules_matrix_and_idea_clock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='incident',
            name='described_by',
            field=models.ForeignKey(blank=True, help_text='Who wrote what stands there now.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(name_who_described, migrations.RunPython.noop),
    ]
