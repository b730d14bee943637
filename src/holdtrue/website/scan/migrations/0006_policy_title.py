import re
from html import unescape

from django.db import migrations, models

HELD = re.compile(r"Held against “(.*?)”, SHA-256")


def keep_titles(apps, schema_editor):
    """Take from each report the one thing in it that stood nowhere else."""
    scans = apps.get_model("scan", "Scan").objects
    for key in scans.exclude(report="").values_list("pk", flat=True):
        found = HELD.search(scans.filter(pk=key).values_list("report", flat=True).get())
        if found:
            scans.filter(pk=key).update(policy_title=unescape(found[1]))


class Migration(migrations.Migration):

    dependencies = [
        ('scan', '0005_finding_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='scan',
            name='policy_title',
            field=models.TextField(blank=True),
        ),
        migrations.RunPython(keep_titles, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='scan',
            name='report',
        ),
    ]
