"""Drafts, what was set aside of them, and sheets of ticks."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dossier", models.CharField(max_length=64)),
                ("instrument", models.CharField(blank=True, max_length=600)),
                ("base", models.CharField(blank=True, max_length=64)),
                ("contents", models.JSONField(default=dict)),
                ("choices", models.JSONField(default=dict)),
                ("given", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("version", models.IntegerField(default=1)),
                ("by_name", models.CharField(max_length=120)),
                ("made_at", models.CharField(max_length=20)),
                ("saved_by", models.CharField(max_length=120)),
                ("saved_at", models.CharField(max_length=20)),
                ("proposed", models.CharField(blank=True, max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "paraph_draft",
            },
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("contents", models.JSONField(default=dict)),
                ("note", models.TextField(blank=True)),
                ("by_name", models.CharField(max_length=120)),
                ("at", models.CharField(max_length=20)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="set_aside",
                        to="texts.draft",
                    ),
                ),
            ],
            options={
                "db_table": "paraph_draft_set_aside",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="TickSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dossier", models.CharField(max_length=64)),
                ("text", models.CharField(max_length=64)),
                ("langs", models.CharField(max_length=600)),
                ("places", models.JSONField(default=list)),
                ("saved_at", models.CharField(max_length=20)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tick_sheets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "paraph_tick_sheet",
            },
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["dossier", "instrument"], name="paraph_draft_of"),
        ),
        migrations.AddConstraint(
            model_name="ticksheet",
            constraint=models.UniqueConstraint(
                fields=("officer", "dossier", "text", "langs"), name="paraph_tick_sheet_key"
            ),
        ),
    ]
