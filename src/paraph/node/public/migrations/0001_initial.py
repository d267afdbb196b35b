from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dossier", models.CharField(db_index=True, max_length=64)),
                ("not_before", models.CharField(blank=True, max_length=20)),
                ("proposed_by", models.CharField(max_length=120)),
                ("confirmed_by", models.CharField(max_length=120)),
                ("confirmed_at", models.CharField(max_length=20)),
                ("withdrawn_by", models.CharField(blank=True, max_length=120)),
                ("withdrawn_at", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=500)),
            ],
            options={"db_table": "paraph_publication"},
        ),
    ]
