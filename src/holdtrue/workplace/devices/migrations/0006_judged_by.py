from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('devices', '0005_claimed_tags'),
    ]

    operations = [
        migrations.AddField(
            model_name='devicestate',
            name='judged_by',
            field=models.CharField(db_default='', default='', max_length=24),
        ),
    ]
