from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("texts", "0001_initial")]

    operations = [migrations.AlterField("ticksheet", "langs", models.CharField(max_length=864))]
