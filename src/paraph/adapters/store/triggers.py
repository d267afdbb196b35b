"""What makes the table of acts append-only, in the database itself.

The unit of work never updates or deletes an act. The triggers are for everybody else: a console, a
later version, a tool. ``REPLACE`` is refused too, because SQLite runs no delete triggers for it.

A migration that alters ``paraph_act`` makes SQLite build a new table *without* triggers: it has to run
``install`` again afterwards (a test compares the triggers after all migrations).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

__all__ = ["NAMES", "install"]

NAMES = ("paraph_act_no_delete", "paraph_act_no_replace", "paraph_act_no_update")
"""The triggers, by name."""

_SQLITE = (
    """
    CREATE TRIGGER paraph_act_no_delete BEFORE DELETE ON paraph_act
    BEGIN SELECT RAISE(ABORT, 'acts are append-only: no delete'); END
    """,
    """
    CREATE TRIGGER paraph_act_no_replace BEFORE INSERT ON paraph_act
    WHEN EXISTS (
      SELECT 1 FROM paraph_act WHERE id = NEW.id
      UNION ALL SELECT 1 FROM paraph_act
        WHERE dossier = NEW.dossier AND author = NEW.author AND author_seq = NEW.author_seq
      UNION ALL SELECT 1 FROM paraph_act WHERE dossier = NEW.dossier AND position = NEW.position
    )
    BEGIN SELECT RAISE(ABORT, 'acts are append-only: no replace'); END
    """,
    """
    CREATE TRIGGER paraph_act_no_update BEFORE UPDATE ON paraph_act
    WHEN OLD.position IS NOT NULL OR NEW.position IS NULL
      OR NEW.id IS NOT OLD.id OR NEW.dossier IS NOT OLD.dossier OR NEW.author IS NOT OLD.author
      OR NEW.author_seq IS NOT OLD.author_seq OR NEW.act IS NOT OLD.act OR NEW.envelope IS NOT OLD.envelope
      OR EXISTS (SELECT 1 FROM paraph_act WHERE dossier = NEW.dossier AND position = NEW.position)
    BEGIN SELECT RAISE(ABORT, 'acts are append-only: only the position is set, once'); END
    """,
)

_POSTGRESQL = (
    """
    CREATE FUNCTION paraph_act_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF OLD.position IS NULL AND NEW.position IS NOT NULL
          AND (NEW.id, NEW.dossier, NEW.author, NEW.author_seq, NEW.act, NEW.envelope)
            = (OLD.id, OLD.dossier, OLD.author, OLD.author_seq, OLD.act, OLD.envelope)
        THEN RETURN NEW; END IF;
      END IF;
      RAISE EXCEPTION 'acts are append-only' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER paraph_act_no_delete BEFORE DELETE ON paraph_act
    FOR EACH ROW EXECUTE FUNCTION paraph_act_append_only()
    """,
    """
    CREATE TRIGGER paraph_act_no_replace BEFORE TRUNCATE ON paraph_act
    FOR EACH STATEMENT EXECUTE FUNCTION paraph_act_append_only()
    """,
    """
    CREATE TRIGGER paraph_act_no_update BEFORE UPDATE ON paraph_act
    FOR EACH ROW EXECUTE FUNCTION paraph_act_append_only()
    """,
)


def install(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers; the step of a migration.

    Args:
        _apps: Historical models, unused.
        schema_editor: The editor of the database being migrated.
    """
    statements = _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)
