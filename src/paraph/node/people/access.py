"""Who may go where: every address of the pages, in one table. What is not in it is refused.

The gate enforces this table on every request, and the tests walk through it: each row, each role, each state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from paraph.node.people.roles import May

__all__ = ["ACCESS", "READS", "WRITES", "Access", "Door"]


class Door(StrEnum):
    """What stands before an address."""

    OPEN = "open"
    """Anybody."""
    PERSON = "person"
    """Any officer who signed in."""
    ROLE = "role"
    """An officer with a role that may do this: in the dossier that the address names, or anywhere if it names none."""
    TOKEN = "token"  # noqa: S105 - a kind of door
    """A program; the API asks for its token and looks at the same roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One row.

    Attributes:
        door: What stands before it.
        may: What has to be permitted, behind ``Door.ROLE``; behind ``Door.TOKEN`` the API asks for it itself.
        methods: HTTP methods that are taken.
        solemn: Whether the officer has to have shown a passkey in the last minutes before a POST.
        states: When the address is offered, in words, where that depends on the dossier; for readers of the table only.
    """

    door: Door
    may: May | None = None
    methods: tuple[str, ...] = ("GET", "HEAD")
    solemn: bool = False
    states: str = ""


READS: Final = ("GET", "HEAD")
WRITES: Final = ("GET", "HEAD", "POST")


def _open(*methods: str) -> Access:
    return Access(door=Door.OPEN, methods=methods or READS)


def _person(*methods: str, solemn: bool = False) -> Access:
    return Access(door=Door.PERSON, methods=methods or READS, solemn=solemn)


def _role(may: May, *methods: str, solemn: bool = False, states: str = "") -> Access:
    return Access(door=Door.ROLE, may=may, methods=methods or READS, solemn=solemn, states=states)


def _token(may: May | None, *methods: str) -> Access:
    return Access(door=Door.TOKEN, may=may, methods=methods or ("GET",))


ACCESS: Final[Mapping[str, Access]] = {
    "language": _open("POST"),
    # people
    "people:sign-in": _open(*WRITES),
    "people:sign-out": _person("POST"),
    "people:again": _person(*WRITES),
    "people:enrol": _open(*WRITES),
    "people:recovery": _open(*WRITES),
    "people:recover": _open(*WRITES),
    "people:me": _person(*WRITES),
    "people:passkey-add": _person(*WRITES, solemn=True),
    "people:passkey-name": _person("POST"),
    "people:passkey-remove": _person("POST", solemn=True),
    "people:codes-new": _person("POST", solemn=True),
    "people:list": _role(May.MANAGE_PEOPLE),
    "people:invite": _role(May.MANAGE_PEOPLE, *WRITES, solemn=True),
    "people:invitation-withdraw": _role(May.MANAGE_PEOPLE, "POST"),
    "people:officer": _role(May.MANAGE_PEOPLE),
    "people:role-give": _role(May.MANAGE_PEOPLE, "POST", solemn=True),
    "people:role-take": _role(May.MANAGE_PEOPLE, "POST", solemn=True),
    "people:active": _role(May.MANAGE_PEOPLE, "POST", solemn=True),
    "people:second": _person(),
    "people:second-confirm": _role(May.MANAGE_PEOPLE, "POST", solemn=True),
    "people:second-withdraw": _person("POST"),
    "people:journal": _role(May.AUDIT),
    "people:journal-lines": _role(May.AUDIT),
    # desk
    "desk:first": _open(),
    "desk:dossiers": _role(May.READ),
    "desk:open": _role(May.NEGOTIATE, *WRITES),
    "desk:dossier": _role(May.READ),
    "desk:join": _role(May.NEGOTIATE, *WRITES, states="until this party joined"),
    "desk:describe": _role(May.NEGOTIATE, *WRITES, states="while no text is initialled"),
    "desk:log": _role(May.READ),
    "desk:act": _role(May.READ),
    "desk:evidence": _role(May.AUDIT),
    "desk:evidence-bytes": _role(May.AUDIT),
    "desk:take": _role(May.READ),
    "desk:take-acts": _role(May.READ),
    "desk:take-checkpoint": _role(May.READ),
    "desk:take-container": _role(May.READ, states="once it is sealed"),
    "desk:take-original": _role(May.READ, states="once they are engrossed"),
    "desk:take-text": _role(May.READ),
    "desk:take-text-json": _role(May.READ),
    "desk:take-proof": _role(May.READ, states="while it is frozen"),
    "desk:records": _role(May.READ),
    "desk:note": _role(May.RECORD, *WRITES),
    "desk:answer": _role(May.RECORD, *WRITES, states="while the note is not answered"),
    "desk:statement": _role(May.RECORD, *WRITES),
    "desk:unveiling": _role(May.RECORD, *WRITES),
    "desk:commitment": _role(May.RECORD, *WRITES),
    "desk:attestation": _role(May.ATTEST, *WRITES),
    "desk:peers": _person(),
    "desk:peer-add": _role(May.MEET_PEERS, *WRITES),
    "desk:own-card": _person(),
    "desk:peer": _person(),
    "desk:words": _role(May.MEET_PEERS, *WRITES, solemn=True),
    "desk:stop": _role(May.MEET_PEERS),
    "desk:suspend": _role(May.MEET_PEERS, *WRITES, solemn=True),
    # texts
    "texts:all": _role(May.READ),
    "texts:text": _role(May.READ),
    "texts:versions": _role(May.READ),
    "texts:file": _role(May.READ),
    "texts:certificate": _role(May.READ),
    "texts:originals": _role(May.READ),
    "texts:pdf": _role(May.READ),
    "texts:page": _role(May.READ),
    "texts:concordance": _role(May.READ),
    "texts:concordance-keep": _role(May.TICK, "POST", states="until the text is concluded"),
    "texts:concordance-say": _role(May.TICK, "POST", states="until the text is concluded"),
    "texts:comment": _role(May.COMMENT, *WRITES, states="until the text is concluded"),
    "texts:new": _role(May.NEGOTIATE, *WRITES),
    "texts:draft": _role(May.NEGOTIATE, *WRITES),
    "texts:draft-keep": _role(May.NEGOTIATE, "POST"),
    "texts:draft-preview": _role(May.NEGOTIATE, *WRITES),
    "texts:draft-discard": _role(May.NEGOTIATE, "POST"),
    "texts:counter": _role(May.NEGOTIATE, "POST", states="until the text carries initials"),
    "texts:accept": _role(May.NEGOTIATE, *WRITES, states="while the text is under negotiation"),
    "texts:initial": _role(May.INITIAL, *WRITES, solemn=True, states="while the text is agreed"),
    "texts:reopen": _role(May.REOPEN, *WRITES, states="from agreement until the exchange begins"),
    "texts:engross": _role(May.NEGOTIATE, *WRITES, states="while the text is initialled"),
    "texts:adopt": _role(May.NEGOTIATE, *WRITES, states="while two nodes have rendered other bytes"),
    # signing
    "signing:authority": _role(May.READ),
    "signing:powers": _role(May.AUTHORISE, *WRITES),
    "signing:powers-verify": _role(May.AUTHORISE, "POST", solemn=True),
    "signing:powers-withdraw": _role(May.AUTHORISE, "POST", solemn=True),
    "signing:certificate": _role(May.AUTHORISE, "POST"),
    "signing:certificate-suspend": _role(May.AUTHORISE, "POST", solemn=True),
    "signing:passkeys": _role(May.AUTHORISE, "POST", solemn=True, states="no plan proposed or open"),
    "signing:go": _role(May.ORDER, "POST", solemn=True, states="engrossed"),
    "signing:plan": _role(May.READ),
    "signing:plan-propose": _role(May.PLAN, "POST", states="engrossed, no plan under way"),
    "signing:plan-accept": _role(May.PLAN, "POST", solemn=True, states="plan proposed"),
    "signing:exchange": _role(May.READ),
    "signing:state": _role(May.READ),
    "signing:stop": _role(May.PLAN, *WRITES, solemn=True, states="plan proposed or open"),
    "signing:countersign": _role(May.PLAN, "POST", solemn=True, states="released"),
    "signing:readiness": _role(May.READ),
    "signing:try": _role(May.PLAN, "POST"),
    "signing:arrangements": _role(May.CONFIRM, *WRITES),
    "signing:confirm": _role(May.CONFIRM, "POST"),
    "signing:protocol": _role(May.CONFIRM, "POST"),
    "signing:room": _role(May.SIGN),
    "signing:room-page": _role(May.SIGN),
    "signing:room-image": _role(May.SIGN),
    "signing:room-prepare": _role(May.SIGN, "POST", states="plan open, or released"),
    "signing:room-sign": _role(May.SIGN),
    "signing:room-approve": _role(May.SIGN, "POST", states="approval prepared"),
    "signing:room-token": _role(May.SIGN, "POST", solemn=True, states="no passkey presented"),
    "signing:room-done": _role(May.SIGN),
    # public
    "public:verify": _open(*WRITES),
    "public:list": _open(),
    "public:dossier": _open(),
    "public:container": _open(),
    "public:trust": _open(),
    "public:original": _open(),
    "public:publication": _role(May.PUBLISH, *WRITES, solemn=True, states="concluded"),
    "public:confirm": _role(May.PUBLISH, "POST", solemn=True, states="concluded"),
    "public:take-back": _role(May.PUBLISH, "POST"),
    "public:withdraw": _role(May.PUBLISH, "POST", solemn=True, states="published"),
    # api
    "api:programs": _role(May.MANAGE_TOKENS),
    "api:token-make": _role(May.MANAGE_TOKENS, "POST", solemn=True),
    "api:token-revoke": _role(May.MANAGE_TOKENS, "POST"),
    "api:webhooks": _role(May.MANAGE_TOKENS),
    "api:webhook-make": _role(May.MANAGE_TOKENS, "POST", solemn=True),
    "api:webhook-end": _role(May.MANAGE_TOKENS, "POST"),
    "api:webhook-now": _role(May.MANAGE_TOKENS, "POST"),
    "api:nowhere": _open("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
    "api:v1:openapi": _token(None),
    "api:v1:node": _token(None),
    "api:v1:dossiers": _token(May.READ),
    "api:v1:dossier": _token(May.READ),
    "api:v1:participants": _token(May.READ),
    "api:v1:instruments": _token(May.READ),
    "api:v1:status": _token(May.READ),
    "api:v1:matters": _token(May.READ),
    "api:v1:originals": _token(May.READ),
    "api:v1:original": _token(May.READ),
    "api:v1:container": _token(May.READ),
    "api:v1:texts": _token(May.READ),
    "api:v1:text": _token(May.READ),
    "api:v1:akoma-ntoso": _token(May.READ),
    "api:v1:differences": _token(May.READ),
    "api:v1:comments": _token(May.READ),
    "api:v1:comment-made": _token(May.COMMENT, "POST"),
    "api:v1:text-proposed": _token(May.NEGOTIATE, "POST"),
    "api:v1:log": _token(May.READ),
    "api:v1:act": _token(May.READ),
    "api:v1:inclusion": _token(May.READ),
    "api:v1:checkpoint": _token(May.READ),
}
"""Rows by the name of the address, as Django's URL configuration has it (``application:name``)."""
