from django.db import migrations

TABLES = ("notice", "mailchoice", "calendarlink")
"""Tables that every floor uses by now: they keep their rows and get the name of the ground floor."""


class Migration(migrations.Migration):

    dependencies = [
        ('commitments', '0004_circles_per_100'),
        ('district', '0010_notices_and_calendar_links'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f'ALTER TABLE "commitments_{name}" RENAME TO "district_{name}"',
                    f'ALTER TABLE "district_{name}" RENAME TO "commitments_{name}"',
                )
                for name in TABLES
            ],
            state_operations=[
                migrations.DeleteModel(name='CalendarLink'),
                migrations.DeleteModel(name='MailChoice'),
                migrations.DeleteModel(name='Notice'),
            ],
        ),
    ]
