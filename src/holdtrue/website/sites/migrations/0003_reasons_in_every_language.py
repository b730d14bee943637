from importlib import import_module

from django.db import migrations, models

inventory = import_module("holdtrue.website.sites.migrations.0002_the_inventory")


class Migration(migrations.Migration):

    dependencies = [
        ('sites', '0002_the_inventory'),
    ]

    operations = [
        # SQLite adds a column by making the table anew, and loses the trigger that keeps its rows from being changed.
        migrations.RunPython(inventory.allow_updates, inventory.refuse_updates),
        migrations.AddField(
            model_name='linerow',
            name='patterns',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.RunPython(inventory.refuse_updates, inventory.allow_updates),
    ]
