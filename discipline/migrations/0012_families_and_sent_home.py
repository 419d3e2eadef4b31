import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('discipline', '0011_letters'),
        ('district', '0009_groups_revision'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FamilyLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('secret_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(verbose_name='ends')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='last opened')),
                ('opened', models.PositiveIntegerField(default=0, verbose_name='times opened')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('revoke_reason', models.CharField(blank=True, max_length=500, verbose_name='reason for revoking')),
                ('guardian', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_links', to='district.guardian')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_links', to='district.school')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_links', to='district.student')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='FamilyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('kind', models.CharField(choices=[('meeting', 'A meeting'), ('amendment', 'An amendment of the record'), ('appeal', 'An appeal')], max_length=9, verbose_name='asked for')),
                ('words', models.TextField(max_length=2000, verbose_name="in the family's words")),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish'), ('ar', 'Arabic'), ('bn', 'Bengali')], max_length=5, verbose_name='language')),
                ('asked_on', models.DateField(verbose_name='asked on')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='to answer by')),
                ('state', models.CharField(choices=[('open', 'To answer'), ('granted', 'Done as asked'), ('declined', 'Not done, with a reason')], default='open', max_length=8, verbose_name='state')),
                ('guardian', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_requests', to='district.guardian')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='discipline.familylink')),
                ('removal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='family_requests', to='discipline.removal')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_requests', to='district.school')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_requests', to='district.student')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['school', 'due_on'], name='family_request_open')],
            },
        ),
        migrations.CreateModel(
            name='FamilyRequestStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('state', models.CharField(choices=[('open', 'To answer'), ('granted', 'Done as asked'), ('declined', 'Not done, with a reason')], max_length=8, verbose_name='state')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer to the family')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='discipline.familyrequest')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SentHome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('begins_on', models.DateField(verbose_name='on')),
                ('left_at', models.TimeField(blank=True, null=True, verbose_name='left at')),
                ('days', models.DecimalField(decimal_places=2, max_digits=4, validators=[django.core.validators.MinValueValidator(Decimal('0.25')), django.core.validators.MaxValueValidator(Decimal('30'))], verbose_name='school days')),
                ('told_by', models.CharField(blank=True, max_length=200, verbose_name='who asked for it')),
                ('words', models.TextField(blank=True, max_length=2000, verbose_name='what happened')),
                ('source', models.CharField(choices=[('staff', 'Staff'), ('family', 'A family')], max_length=6, verbose_name='told by')),
                ('told_on', models.DateField(verbose_name='told on')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='to look into by')),
                ('state', models.CharField(choices=[('alleged', 'A family says so'), ('confirmed', 'Confirmed'), ('not_confirmed', 'Not confirmed, with a reason')], default='alleged', max_length=13, verbose_name='state')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent_home', to='discipline.familylink')),
                ('removal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent_home', to='discipline.removal')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent_home', to='district.school')),
                ('school_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent_home', to='district.schoolyear')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent_home', to='district.student')),
            ],
            options={
                'verbose_name_plural': 'sent home',
                'ordering': ['-begins_on', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'alleged')), fields=['school', 'due_on'], name='sent_home_alleged'), models.Index(fields=['school_year', 'student'], name='sent_home_of_student')],
            },
        ),
        migrations.CreateModel(
            name='SentHomeStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('state', models.CharField(choices=[('alleged', 'A family says so'), ('confirmed', 'Confirmed'), ('not_confirmed', 'Not confirmed, with a reason')], max_length=13, verbose_name='state')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='discipline.senthome')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
    ]
