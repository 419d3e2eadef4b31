import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('discipline', '0003_latest_first'),
        ('district', '0005_audit_reading'),
        ('district', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='FamilyContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('way', models.CharField(choices=[('phone', 'Phone'), ('message', 'Message'), ('in_person', 'In person')], max_length=10, verbose_name='how')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_contacts', to='discipline.incident')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_contacts', to='district.student')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='IncidentLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('reason', models.CharField(max_length=500, verbose_name='why they belong together')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='taken apart')),
                ('end_reason', models.CharField(blank=True, max_length=500, verbose_name='reason for taking apart')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_forward', to='discipline.incident')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_back', to='discipline.incident')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='incident_link_in_order'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('first', 'second'), name='incident_link_stands_once')],
            },
        ),
        migrations.CreateModel(
            name='IncidentMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='merged')),
                ('moved', models.JSONField(default=dict, help_text='Kind of record → ids that moved.', verbose_name='moved')),
                ('voided', models.JSONField(default=dict, help_text='Kind of record → ids that were doubles.', verbose_name='voided')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='discipline.incident')),
                ('merged', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='merge', to='discipline.incident')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='OtherPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('kind', models.CharField(choices=[('staff', 'Member of staff'), ('outsider', 'Somebody from outside'), ('unknown_student', 'Student not recognized')], max_length=16, verbose_name='who')),
                ('role', models.CharField(choices=[('responsible', 'Caused harm'), ('harmed', 'Was harmed'), ('witness', 'Witness'), ('supporter', 'Supporter'), ('unknown', 'Part not known')], max_length=12, verbose_name='part')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='in a few words')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='other_people', to='discipline.incident')),
                ('staff', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='district.staff')),
            ],
            options={
                'verbose_name_plural': 'other people',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReferralDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('content', models.JSONField(default=dict, verbose_name='content')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referral_drafts', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referral_drafts', to='district.school')),
            ],
            options={
                'ordering': ['-updated_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReferralResponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('response', models.CharField(choices=[('RESTORATIVE_CIRCLE', 'Restorative circle'), ('RESTORATIVE_CONFERENCE', 'Restorative conference'), ('MEDIATION', 'Mediation'), ('CONFERENCE_FAMILY', 'Conference with the family'), ('DETENTION', 'Detention'), ('COUNSELING', 'Counseling'), ('WARNING', 'Warning'), ('OTHER', 'Other')], max_length=30, verbose_name='response')),
                ('on', models.DateField(verbose_name='day')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('voided_at', models.DateTimeField(blank=True, null=True, verbose_name='voided')),
                ('void_reason', models.CharField(blank=True, max_length=500, verbose_name='reason for voiding')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='discipline.referral')),
            ],
            options={
                'ordering': ['on', 'pk'],
                'indexes': [models.Index(fields=['response', 'referral'], name='response_of_referral')],
            },
        ),
        migrations.CreateModel(
            name='ServedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('day', models.DateField(verbose_name='day')),
                ('length', models.DecimalField(decimal_places=2, max_digits=3, verbose_name='school days')),
                ('mark', models.CharField(choices=[('served', 'Served'), ('absent', 'Absent, not served'), ('present', 'In class, not served')], max_length=8, verbose_name='mark')),
                ('removal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='served_days', to='discipline.removal')),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('removal', 'day'), name='served_day_unique_in_removal')],
            },
        ),
        migrations.AddField(
            model_name='incident',
            name='description',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='what happened'),
        ),
        migrations.AddField(
            model_name='incident',
            name='is_time_exact',
            field=models.BooleanField(db_default=True, default=True, verbose_name='the time is exact'),
        ),
        migrations.AddField(
            model_name='incident',
            name='logged_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incidents_logged', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_here', to='discipline.incident'),
        ),
        migrations.AddField(
            model_name='incident',
            name='submission_key',
            field=models.UUIDField(blank=True, editable=False, help_text='One form sent twice carries the same key.', null=True),
        ),
        migrations.AddField(
            model_name='incident',
            name='tried_first',
            field=models.CharField(blank=True, db_default='', default='', help_text='Codes, by commas.', max_length=200, verbose_name='tried first'),
        ),
        migrations.AddField(
            model_name='referral',
            name='asks_restorative',
            field=models.BooleanField(db_default=False, default=False, verbose_name='asks for a restorative response'),
        ),
        migrations.AddField(
            model_name='referral',
            name='assigned_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals_assigned', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='referral',
            name='outcome',
            field=models.CharField(blank=True, choices=[('restorative', 'A restorative response'), ('support', 'Support or a talk with the family'), ('consequence', 'A consequence in school'), ('removal', 'A removal from class or school'), ('no_action', 'Resolved without a response')], db_default='', default='', max_length=12, verbose_name='outcome'),
        ),
        migrations.AddField(
            model_name='removal',
            name='ordered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='removal',
            name='services',
            field=models.CharField(blank=True, db_default='', default='', help_text='In a few words.', max_length=200, verbose_name='which services'),
        ),
        migrations.AddField(
            model_name='removalchange',
            name='difference',
            field=models.CharField(blank=True, choices=[('01', 'Term continued from the year before'), ('03', 'The school year ended'), ('04', 'The student met the terms sooner'), ('05', 'The student was incarcerated'), ('06', 'The student left the school'), ('07', 'Health'), ('08', 'A court decided'), ('09', 'The district decided'), ('10', 'Agreed with the family'), ('11', 'A placement began'), ('12', 'The school calendar changed'), ('99', 'Other')], db_default='', default='', max_length=2, verbose_name='why the length differs'),
        ),
        migrations.AlterField(
            model_name='involvement',
            name='role',
            field=models.CharField(choices=[('responsible', 'Student who caused harm'), ('harmed', 'Student harmed'), ('witness', 'Witness'), ('supporter', 'Supporter'), ('unknown', 'Part not known')], max_length=12, verbose_name='part'),
        ),
        migrations.AlterField(
            model_name='referral',
            name='status',
            field=models.CharField(choices=[('submitted', 'Submitted'), ('under_review', 'Under review'), ('returned', 'Returned with a question'), ('decided', 'Decided'), ('voided', 'Voided')], max_length=12, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='referralstatus',
            name='status',
            field=models.CharField(choices=[('submitted', 'Submitted'), ('under_review', 'Under review'), ('returned', 'Returned with a question'), ('decided', 'Decided'), ('voided', 'Voided')], max_length=12, verbose_name='status'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(fields=('logged_by', 'submission_key'), name='incident_logged_once'),
        ),
    ]
