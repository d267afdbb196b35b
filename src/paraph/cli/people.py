"""``paraph node invite`` and ``paraph node re-enrol``: people, from the machine."""

from __future__ import annotations

import argparse
from typing import Any

from paraph.bootstrap.invitations import HandedOver, invite, re_enrol
from paraph.cli.home import add_common, home_of
from paraph.cli.output import show
from paraph.node.people.roles import Role

__all__ = ["add_people", "handed_over"]


def add_people(parts: Any) -> None:
    """Add ``invite`` and ``re-enrol`` to the commands of ``node``."""
    asked = parts.add_parser("invite", help="invite a person to the pages; prints a link that works once")
    add_common(asked)
    asked.add_argument("--name", required=True, help="whom, as colleagues and the journal will see it")
    asked.add_argument("--role", required=True, action="append", choices=list(Role), help="may be repeated")
    asked.add_argument(
        "--dossier", default="", help="id of the one dossier that the roles are for; all by default"
    )
    asked.add_argument("--signatory", default="", help="which signatory this person is, such as israel.fm")
    asked.add_argument("--lang", default="", choices=("", "en", "he", "sq"), help="language of the pages")
    asked.add_argument(
        "--operator",
        required=True,
        action="append",
        help="who invites; two different people for administrators and signatories",
    )
    asked.set_defaults(run=_invite)

    lost = parts.add_parser("re-enrol", help="let an officer who lost every passkey register a new one")
    add_common(lost)
    lost.add_argument("officer", help="number or exact name of the officer")
    lost.add_argument(
        "--operator", required=True, action="append", help="who decided that; name two different people"
    )
    lost.set_defaults(run=_re_enrol)


def _invite(options: argparse.Namespace) -> int:
    made = invite(
        home_of(options),
        name=options.name,
        roles=options.role,
        dossier=options.dossier,
        signatory=options.signatory,
        lang=options.lang,
        operators=options.operator,
    )
    lines = [
        f"invitation for {made.invitation.name} ({', '.join(made.invitation.roles)})",
        *handed_over(made),
    ]
    show(_value(made), lines, as_json=options.json)
    return 0


def _re_enrol(options: argparse.Namespace) -> int:
    made = re_enrol(home_of(options), options.officer, options.operator)
    lines = [
        f"{made.invitation.name} may enrol again; all former passkeys are dropped when that is done",
        *handed_over(made),
        "  every administrator sees that it was allowed, and by whom",
    ]
    show(_value(made), lines, as_json=options.json)
    return 0


def handed_over(made: HandedOver) -> list[str]:
    """What to do with a link that is shown once."""
    return [
        f"  link       {made.link}",
        f"  until      {made.invitation.expires_at}, once; it is not shown again",
        "  hand it over in person, or through a channel on which you know the person",
    ]


def _value(made: HandedOver) -> dict[str, Any]:
    return {
        "enrolment": made.link,
        "id": made.invitation.id,
        "name": made.invitation.name,
        "roles": list(made.invitation.roles),
        "dossier": made.invitation.dossier,
        "expires_at": made.invitation.expires_at,
    }
