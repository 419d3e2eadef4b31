import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('discipline', '0010_due_process_offers_appeals_thresholds'),
        ('district', '0009_groups_revision'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LetterTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('kind', models.CharField(choices=[('removal_notice', 'Notice of a removal'), ('hearing_notice', 'Notice of a hearing'), ('determination_meeting', 'Change of placement: notice and meeting'), ('reentry_meeting', 'Invitation to a re-entry meeting'), ('appeal_decision', 'Decision on an appeal')], max_length=24, verbose_name='letter')),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish'), ('ar', 'Arabic'), ('bn', 'Bengali')], max_length=5, verbose_name='language')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_templates', to='district.district')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('district', 'kind', 'language'), name='letter_template_unique')],
            },
        ),
        migrations.CreateModel(
            name='LetterVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(max_length=20000, verbose_name='text')),
                ('is_shipped', models.BooleanField(default=False, verbose_name='came with the product')),
                ('review', models.CharField(choices=[('draft', 'Draft, not reviewed'), ('ready', 'Ready')], default='ready', max_length=5, verbose_name='review')),
                ('replaced_at', models.DateTimeField(blank=True, null=True, verbose_name='replaced')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='discipline.lettertemplate')),
            ],
            options={
                'ordering': ['template__kind', 'template__language', '-number'],
                'constraints': [models.UniqueConstraint(fields=('template', 'number'), name='letter_version_unique'), models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('template',), name='letter_version_stands')],
            },
        ),
        migrations.CreateModel(
            name='LetterReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('review', models.CharField(choices=[('draft', 'Draft, not reviewed'), ('ready', 'Ready')], max_length=5, verbose_name='review')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='discipline.letterversion')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('kind', models.CharField(choices=[('removal_notice', 'Notice of a removal'), ('hearing_notice', 'Notice of a hearing'), ('determination_meeting', 'Change of placement: notice and meeting'), ('reentry_meeting', 'Invitation to a re-entry meeting'), ('appeal_decision', 'Decision on an appeal')], max_length=24, verbose_name='letter')),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish'), ('ar', 'Arabic'), ('bn', 'Bengali')], max_length=5, verbose_name='language')),
                ('recipient', models.CharField(max_length=300, verbose_name='recipient')),
                ('content', models.JSONField(help_text='Frozen when it was written.', verbose_name='what it says')),
                ('digest', models.CharField(max_length=64, verbose_name='SHA-256 of what it says')),
                ('dated', models.DateField(verbose_name='dated')),
                ('state', models.CharField(choices=[('written', 'Written, not sent'), ('sent', 'Sent'), ('handed', 'Handed over'), ('returned', 'Came back'), ('withdrawn', 'Withdrawn')], default='written', max_length=9, verbose_name='state')),
                ('appeal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='discipline.appeal')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('due_step', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='discipline.dueprocessstep')),
                ('guardian', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='district.guardian')),
                ('removal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='discipline.removal')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='district.school')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='district.student')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='discipline.letterversion')),
            ],
            options={
                'ordering': ['-dated', '-pk'],
                'indexes': [models.Index(fields=['school', '-dated'], name='letter_of_school')],
            },
        ),
        migrations.CreateModel(
            name='LetterStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('state', models.CharField(choices=[('written', 'Written, not sent'), ('sent', 'Sent'), ('handed', 'Handed over'), ('returned', 'Came back'), ('withdrawn', 'Withdrawn')], max_length=9, verbose_name='state')),
                ('day', models.DateField(verbose_name='day')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('way', models.CharField(blank=True, choices=[('mail', 'By mail'), ('certified', 'By certified mail'), ('email', 'By e-mail'), ('in_person', 'In person'), ('student', 'With the student'), ('other', 'Another way')], max_length=9, verbose_name='how')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='discipline.letter')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
    ]
