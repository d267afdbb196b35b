"""The people of the story: what they are, not who. Each gets a link with which a browser becomes theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from paraph.cli.demo.stage import NODES, Stage

__all__ = ["CAST", "Person", "describe_cast", "invite_cast"]


OPERATORS: Final = ("operator of the demonstration", "second operator of the demonstration")
"""Signatories and administrators are invited by two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at one node.

    Attributes:
        node: Where.
        what: What the person is, in words.
        roles: The roles that go with it.
        signatory: Id of the signatory, if this is one.
    """

    node: str
    what: str
    roles: tuple[str, ...]
    signatory: str = ""


def _ministry(node: str) -> Iterator[Person]:
    yield Person(node=node, what="administrator", roles=("administrator",))
    yield Person(node=node, what="treaty officer", roles=("treaty-officer",))
    yield Person(node=node, what="legal adviser", roles=("legal-adviser",))
    yield Person(node=node, what="protocol officer", roles=("protocol-officer",))
    yield Person(node=node, what="reviser", roles=("reviser",))
    yield Person(node=node, what="minister", roles=("signatory",), signatory=f"{node}.fm")
    yield Person(node=node, what="press officer", roles=("press-officer",))
    yield Person(node=node, what="auditor", roles=("auditor",))


CAST: Final = (
    *_ministry("israel"),
    *_ministry("kosovo"),
    Person(node="mediator", what="officer of the mediator", roles=("treaty-officer", "protocol-officer")),
    Person(node="mediator", what="witness", roles=("witness",)),
)
"""Everybody who has something to do or to look at."""


def invite_cast(stage: Stage) -> dict[str, dict[str, str]]:
    """Invite everybody; return the links by node and by what the person is."""
    links: dict[str, dict[str, str]] = {name: {} for name in NODES}
    for person in CAST:
        made = stage.command(
            person.node, "node", "invite", "--name", f"{person.what}, {person.node}",
            *(option for role in person.roles for option in ("--role", role)),
            *(("--signatory", person.signatory) if person.signatory else ()),
            *(option for operator in OPERATORS for option in ("--operator", operator)),
        )  # fmt: skip
        links[person.node][person.what] = made["enrolment"]
    return links


def describe_cast(stage: Stage, links: dict[str, dict[str, str]]) -> None:
    """Say where the pages are, and who comes in by which link."""
    stage.tell("")
    stage.tell(
        "The pages of the three nodes. Each link makes a browser that of one person, once, with a passkey:"
    )
    for name in NODES:
        stage.tell(f"  {stage.pages[name]}")
        for what, link in links[name].items():
            stage.tell(f"     {what:<24} {link}")
    stage.tell(
        "Without signing in: /verify takes any file that was written above, and says what `paraph verify` says."
    )
