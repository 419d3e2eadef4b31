import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('discipline', '0009_group_columns_and_day'),
        ('district', '0006_saved_views'),
        ('district', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('to', models.CharField(choices=[('superintendent', 'The superintendent'), ('board', 'The board of education'), ('commissioner', 'The Commissioner'), ('expedited', 'A hearing officer (IDEA, 34 CFR 300.532)'), ('other', 'Somebody else')], max_length=14, verbose_name='appeal to')),
                ('filed_on', models.DateField(verbose_name='filed on')),
                ('filed_by', models.CharField(help_text="Such as: the student's mother.", max_length=200, verbose_name='filed by')),
                ('state', models.CharField(choices=[('filed', 'Filed'), ('scheduled', 'Hearing set'), ('decided', 'Decided'), ('withdrawn', 'Withdrawn')], default='filed', max_length=9, verbose_name='state')),
                ('hearing_on', models.DateField(blank=True, null=True, verbose_name='hearing on')),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'The removal stands'), ('reduced', 'Shortened'), ('modified', 'Changed otherwise'), ('overturned', 'Overturned')], max_length=10, verbose_name='outcome')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided on')),
                ('removal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='discipline.removal')),
            ],
            options={
                'ordering': ['filed_on', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('removal', 'to', 'filed_on'), name='appeal_unique_in_removal')],
            },
        ),
        migrations.CreateModel(
            name='AppealStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('state', models.CharField(choices=[('filed', 'Filed'), ('scheduled', 'Hearing set'), ('decided', 'Decided'), ('withdrawn', 'Withdrawn')], max_length=9, verbose_name='state')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('day', models.DateField(help_text='Of the filing, of the hearing, of the decision.', verbose_name='day')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('appeal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='discipline.appeal')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HibCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('learned_on', models.DateField(verbose_name='learned of on')),
                ('finding', models.CharField(blank=True, choices=[('confirmed', 'It was bullying (HIB)'), ('not_confirmed', 'It was not bullying (HIB)')], max_length=13, verbose_name='finding')),
                ('found_on', models.DateField(blank=True, null=True, verbose_name='found on')),
                ('reasons', models.CharField(blank=True, max_length=500, verbose_name='reasons')),
                ('found_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='hib_case', to='discipline.incident')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hib_cases', to='district.school')),
                ('school_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hib_cases', to='district.schoolyear')),
            ],
            options={
                'ordering': ['-learned_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='DueProcessStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('step', models.CharField(max_length=60, verbose_name='step')),
                ('text', models.CharField(max_length=300, verbose_name='what to do')),
                ('from_event', models.CharField(max_length=60, verbose_name='counted from')),
                ('unit', models.CharField(choices=[('same_day', 'same_day'), ('school_day', 'school_day'), ('business_day', 'business_day'), ('calendar_day', 'calendar_day')], max_length=12, verbose_name='unit')),
                ('offset', models.PositiveSmallIntegerField(default=0, verbose_name='how many')),
                ('before', models.BooleanField(default=False, verbose_name='ahead of it')),
                ('unless_known', models.JSONField(blank=True, default=list, verbose_name='facts nobody knows')),
                ('counted_from', models.DateField(blank=True, null=True, verbose_name='counted from the day')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('planned_on', models.DateField(blank=True, null=True, verbose_name='planned for')),
                ('state', models.CharField(choices=[('open', 'To do'), ('done', 'Done'), ('not_needed', 'Not needed')], default='open', max_length=10, verbose_name='state')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done on')),
                ('done_by', models.CharField(blank=True, help_text='Name or office.', max_length=200, verbose_name='done by')),
                ('way', models.CharField(blank=True, choices=[('in_person', 'In person'), ('phone', 'By phone'), ('letter', 'By letter'), ('email', 'By e-mail'), ('meeting', 'At a meeting or hearing'), ('other', 'Another way')], max_length=10, verbose_name='how')),
                ('document', models.CharField(blank=True, help_text='Where the paper is: a file number, a binder.', max_length=200, verbose_name='document')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('removal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='due_steps', to='discipline.removal')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='due_steps', to='district.school')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='due_steps', to='discipline.ruleversion')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='due_steps', to='discipline.hibcase')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('due_on'), nulls_last=True), 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('case', None)), fields=('removal', 'step'), name='due_step_unique_in_removal'), models.UniqueConstraint(condition=models.Q(('removal', None)), fields=('case', 'step'), name='due_step_unique_in_case'), models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('removal', None)), models.Q(('case', None), ('removal__isnull', False)), _connector='OR'), name='due_step_of_one_record')],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['school', 'due_on'], name='due_step_open')],
            },
        ),
        migrations.CreateModel(
            name='DueProcessChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('at', models.DateTimeField(verbose_name='changed')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('former', models.JSONField(help_text='Fact → what stood there.', verbose_name='before')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='discipline.dueprocessstep')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RestorativeOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('answer', models.CharField(choices=[('accepted', 'Offered and accepted'), ('declined', 'Offered and declined'), ('pending', 'Offered, no answer yet'), ('not_offered', 'Not offered')], max_length=12, verbose_name='restorative response offered')),
                ('response', models.CharField(blank=True, choices=[('RESTORATIVE_CIRCLE', 'Restorative circle'), ('RESTORATIVE_CONFERENCE', 'Restorative conference'), ('MEDIATION', 'Mediation')], max_length=30, verbose_name='which')),
                ('offered_to', models.CharField(blank=True, help_text='Codes, a comma list.', max_length=60, verbose_name='offered to')),
                ('answered_by', models.CharField(blank=True, choices=[('responsible', 'The student who caused harm'), ('harmed', 'The student harmed'), ('family', 'A family'), ('staff', 'Staff who were harmed')], max_length=12, verbose_name='answered by')),
                ('why_not', models.CharField(blank=True, choices=[('emergency', 'Someone was in danger; the removal could not wait'), ('unwilling', 'The student harmed does not wish it'), ('no_keeper', 'Nobody trained is there'), ('no_time', 'No time for it'), ('under_way', 'A restorative response is under way already'), ('required', 'The law requires the removal'), ('other', 'Another reason')], max_length=12, verbose_name='why not')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='in a few words')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('removal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='offer', to='discipline.removal')),
            ],
            options={
                'indexes': [models.Index(fields=['answer'], name='offer_answer')],
            },
        ),
        migrations.CreateModel(
            name='Threshold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('count', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(50)], verbose_name='referrals')),
                ('days', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='in how many days')),
                ('level', models.CharField(blank=True, help_text='Empty: any level.', max_length=40, verbose_name='level')),
                ('category', models.CharField(blank=True, help_text='Empty: any category.', max_length=100, verbose_name='category')),
                ('action', models.CharField(help_text='Such as: call a meeting with the family.', max_length=200, verbose_name='what is to be done')),
                ('within_days', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='within how many school days')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('end_reason', models.CharField(blank=True, max_length=500, verbose_name='why it ended')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='thresholds', to='district.district')),
            ],
            options={
                'ordering': ['title', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('district', 'title'), name='threshold_title_stands_once')],
            },
        ),
        migrations.CreateModel(
            name='ThresholdTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now())),
                ('counted', models.PositiveSmallIntegerField(verbose_name='referrals counted')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('state', models.CharField(choices=[('open', 'To do'), ('done', 'Done'), ('overridden', 'Not done, with a reason')], default='open', max_length=10, verbose_name='state')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='what was done, or why not')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threshold_tasks', to='discipline.referral')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threshold_tasks', to='district.school')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threshold_tasks', to='district.student')),
                ('threshold', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='discipline.threshold')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('due_on'), nulls_last=True), 'pk'],
                'constraints': [models.UniqueConstraint(fields=('threshold', 'referral'), name='threshold_task_unique'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('threshold', 'student'), name='threshold_task_open_once')],
            },
        ),
        migrations.AddField(
            model_name='removalchange',
            name='kind',
            field=models.CharField(blank=True, choices=[('corrected', 'Corrected'), ('reduced', 'Shortened'), ('extended', 'Lengthened, by a new decision'), ('converted', 'Made another kind of removal'), ('stayed', 'Put off while an appeal is pending'), ('overturned', 'Overturned')], db_default='', default='', help_text='Empty: imported.', max_length=10, verbose_name='change'),
        ),
        migrations.AddField(
            model_name='removalchange',
            name='removal_kind',
            field=models.CharField(blank=True, choices=[('ISS', 'In-school suspension'), ('OSS', 'Out-of-school suspension'), ('EXPULSION_WITH_SERVICES', 'Expulsion with educational services'), ('EXPULSION_WITHOUT_SERVICES', 'Expulsion without educational services'), ('ALTERNATIVE_PLACEMENT', 'Transfer to an alternative school for discipline'), ('IAES_PERSONNEL', 'Interim alternative setting, by school personnel'), ('IAES_HEARING_OFFICER', 'Interim alternative setting, by a hearing officer'), ('BUS', 'Bus suspension'), ('CLASS', 'Removal from class'), ('INFORMAL', 'Informal removal (sent home)')], db_default='', default='', max_length=30, verbose_name='kind before'),
        ),
    ]
