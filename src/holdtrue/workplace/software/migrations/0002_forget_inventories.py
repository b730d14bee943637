from django.db import migrations


def forget(apps, _editor):
    """What devices have is told again by their next reports; how it was kept until now says too little."""
    apps.get_model("software", "Inventory").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [('software', '0001_initial')]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.DeleteModel(name='UnapprovedRow'),
        migrations.RemoveField(model_name='inventory', name='sorts'),
    ]
