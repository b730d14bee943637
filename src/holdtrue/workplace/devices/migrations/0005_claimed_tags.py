from collections import defaultdict

import django.db.models.functions.text
from django.db import migrations, models


def doubt_shared_tags(apps, schema_editor):
    """Take an asset tag that several devices in use carry for a claim of each."""
    devices = apps.get_model("devices", "Device")
    by_tag = defaultdict(list)
    for device, tag in devices.objects.filter(life__in=["in-use", "lost"]).exclude(asset_tag="").values_list("id", "asset_tag"):
        by_tag[tag.lower()].append(device)
    for shared in by_tag.values():
        if len(shared) > 1:
            devices.objects.filter(id__in=shared).update(claimed_tag=models.F("asset_tag"), asset_tag="")


class Migration(migrations.Migration):

    dependencies = [
        ('devices', '0004_posture'),
    ]

    operations = [
        migrations.AddField(
            model_name='device',
            name='claimed_tag',
            field=models.CharField(blank=True, db_default='', default='', max_length=100),
        ),
        migrations.RunPython(doubt_shared_tags, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('asset_tag'), condition=models.Q(models.Q(('asset_tag', ''), _negated=True), ('life__in', ['in-use', 'lost'])), name='one_device_per_asset_tag'),
        ),
    ]
