from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scopes", models.CharField(max_length=120)),
                ("made_by", models.CharField(max_length=120)),
                ("made_at", models.CharField(max_length=20)),
                ("expires_at", models.CharField(max_length=20)),
                ("used_at", models.CharField(blank=True, max_length=20)),
                ("revoked_by", models.CharField(blank=True, max_length=120)),
                ("revoked_at", models.CharField(blank=True, max_length=20)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "paraph_token"},
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("url", models.CharField(max_length=500)),
                ("secret", models.CharField(max_length=64)),
                ("kinds", models.CharField(blank=True, max_length=2000)),
                ("made_by", models.CharField(max_length=120)),
                ("made_at", models.CharField(max_length=20)),
                ("ended_at", models.CharField(blank=True, max_length=20)),
                ("attempts", models.IntegerField(default=0)),
                ("not_before", models.CharField(blank=True, max_length=20)),
                ("failure", models.CharField(blank=True, max_length=500)),
                ("failed_at", models.CharField(blank=True, max_length=20)),
                ("delivered", models.BigIntegerField(default=0)),
                ("delivered_at", models.CharField(blank=True, max_length=20)),
            ],
            options={"db_table": "paraph_webhook"},
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dossier", models.CharField(max_length=64)),
                ("position", models.BigIntegerField(default=0)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cursors", to="api.webhook"
                    ),
                ),
            ],
            options={
                "db_table": "paraph_webhook_cursor",
                "constraints": [
                    models.UniqueConstraint(fields=("webhook", "dossier"), name="paraph_webhook_cursor_key")
                ],
            },
        ),
    ]
