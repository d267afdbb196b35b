from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AlterField("grant", "given_by", models.TextField()),
        migrations.AlterField("proposal", "where", models.TextField(blank=True)),
    ]
