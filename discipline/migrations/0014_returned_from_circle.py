from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('discipline', '0013_completed_circles'),
    ]

    operations = [
        migrations.AddField(
            model_name='referralresponse',
            name='returned_on',
            field=models.DateField(blank=True, help_text='The day on which its case ended because what was agreed was not met.', null=True, verbose_name='returned on'),
        ),
    ]
