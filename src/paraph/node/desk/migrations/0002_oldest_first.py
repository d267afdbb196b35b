"""The first page shows what waits longest, of thousands of matters a few."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the index."""

    dependencies = (("desk", "0001_initial"),)

    operations = (
        migrations.AddIndex(
            model_name="waiting",
            index=models.Index(fields=["since", "id"], name="paraph_desk_oldest"),
        ),
    )
