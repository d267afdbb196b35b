from __future__ import annotations

from typing import Any

from django.db import migrations, models

from paraph.node.api.sealing import seal


def seal_all(apps: Any, _editor: Any) -> None:
    """Secrets lay in clear before; receivers go on with those that they have."""
    for webhook in apps.get_model("api", "Webhook").objects.all():
        webhook.sealed = seal(webhook.sealed, webhook.url)
        webhook.save(update_fields=["sealed"])


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [
        migrations.RenameField("webhook", "secret", "sealed"),
        migrations.AlterField("webhook", "sealed", models.CharField(max_length=200)),
        migrations.RunPython(seal_all),
    ]
