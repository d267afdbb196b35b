from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0002_sealed_secrets")]

    operations = [
        migrations.AddField(
            "token",
            "dossier",
            models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
    ]
