from __future__ import annotations

from django.db import migrations, models

from paraph.adapters.store.triggers import install


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Dossier",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("dossier", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "db_table": "paraph_dossier",
            },
        ),
        migrations.CreateModel(
            name="Peer",
            fields=[
                ("party", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("card", models.BinaryField()),
                ("state", models.CharField(max_length=16)),
                ("officers", models.TextField()),
                ("url", models.TextField()),
            ],
            options={
                "db_table": "paraph_peer",
            },
        ),
        migrations.CreateModel(
            name="Secret",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("data", models.BinaryField()),
            ],
            options={
                "db_table": "paraph_secret",
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("value", models.TextField()),
            ],
            options={
                "db_table": "paraph_setting",
            },
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("dossier", models.CharField(max_length=64)),
                ("author", models.CharField(max_length=64)),
                ("author_seq", models.BigIntegerField()),
                ("act", models.CharField(max_length=64)),
                ("envelope", models.BinaryField()),
                ("position", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "paraph_act",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dossier", "author", "author_seq"), name="paraph_act_feed"
                    ),
                    models.UniqueConstraint(fields=("dossier", "position"), name="paraph_act_log"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Due",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("peer", models.CharField(max_length=64)),
                ("dossier", models.CharField(max_length=64)),
                ("version", models.BigIntegerField()),
                ("not_before", models.CharField(max_length=20, null=True)),
                ("attempts", models.BigIntegerField()),
            ],
            options={
                "db_table": "paraph_due",
                "indexes": [models.Index(fields=["not_before", "id"], name="paraph_due_order")],
                "constraints": [models.UniqueConstraint(fields=("peer", "dossier"), name="paraph_due_key")],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.CharField(max_length=20)),
                ("peer", models.CharField(max_length=64)),
                ("dossier", models.CharField(max_length=64)),
                ("code", models.TextField()),
                ("message", models.TextField()),
                ("data", models.BinaryField()),
            ],
            options={
                "db_table": "paraph_evidence",
                "indexes": [models.Index(fields=["dossier", "id"], name="paraph_evidence_order")],
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("dossier", models.CharField(max_length=64)),
                ("author", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "paraph_feed",
                "constraints": [
                    models.UniqueConstraint(fields=("dossier", "author"), name="paraph_feed_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("dossier", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("note", models.BinaryField()),
                ("final", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "paraph_note",
                "indexes": [models.Index(fields=["dossier", "final", "size"], name="paraph_note_final")],
                "constraints": [models.UniqueConstraint(fields=("dossier", "size"), name="paraph_note_key")],
            },
        ),
        migrations.CreateModel(
            name="PeerView",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("peer", models.CharField(max_length=64)),
                ("dossier", models.CharField(max_length=64)),
                ("feeds", models.TextField()),
                ("size", models.BigIntegerField()),
                ("cosigned", models.BigIntegerField()),
                ("wants", models.TextField()),
            ],
            options={
                "db_table": "paraph_peer_view",
                "constraints": [
                    models.UniqueConstraint(fields=("peer", "dossier"), name="paraph_peer_view_key")
                ],
            },
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
