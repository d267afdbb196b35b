"""VERIFY.txt: how a stranger checks this very container with tools that Paraph did not make.

Every command is complete: names, digests and offsets are those of the container in hand. Blocks begin with ``Type:``
and, where the answer is the same on every machine, are followed by ``Prints:``; tests run them all.

Source: docs/spec/container.md §6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from paraph.domain.ids import ActId, Digest, DossierId, PartyId, PlanId
from paraph.wire import canonical
from paraph.wire.container import guide_text as words
from paraph.wire.container.layout import CHECKPOINT_NAME
from paraph.wire.container.manifest import manifest_name, signature_name

__all__ = ["Guide", "GuideOriginal", "GuideSignature", "guide", "release_statement"]

_INDENT: Final = "    "
_BREAK: Final = re.compile(r"(?<=[\[,:])(?=\")")
"""Where the statement of a release is broken into lines: before each string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideSignature:
    """A signature, or the document time stamp, in an original.

    Attributes:
        field: Its field.
        gap: First byte of ``/Contents`` with its ``<``, and the byte behind the ``>``.
        stop: The byte behind what it signs.
        length: Bytes of the CMS.
        at: Proved instant, in seconds since 1970.
    """

    field: str
    gap: tuple[int, int]
    stop: int
    length: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideOriginal:
    """A finished original.

    Attributes:
        name: Its name in the archive.
        sha256: Of the whole file.
        agreed: Bytes of the original as agreed, before any signature.
        agreed_sha256: Their SHA-256, which the acts originals-engrossed state.
        signatures: In order.
        stamp: The document time stamp.
    """

    name: str
    sha256: Digest
    agreed: int
    agreed_sha256: Digest
    signatures: Sequence[GuideSignature]
    stamp: GuideSignature | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What VERIFY.txt says.

    Attributes:
        dossier: Its dossier.
        parties: The parties, in order of their seals.
        anchors: Name and SHA-256 (of the DER) of each trust anchor in the archive.
        originals: The originals.
        texts: Name and SHA-256 of each canonical text, and the positions of the acts that initialled it.
        release: Time stamp of the release, what it is over, and its instant; None without a mediator.
        size: Number of acts.
        root: Root of their tree, hexadecimal.
        cards: Attachment with the first peer card of each participant.
        renewals: Name of each act that renewed a card, whose it is, and the attachment with the new card; in order.
        cosigned: Each cosigner, and when in seconds since 1970.
        sealed_after: Instant for checking the parties' seals: no earlier than the last cosignature.
    """

    dossier: DossierId
    parties: Sequence[PartyId]
    anchors: Sequence[tuple[str, Digest]]
    originals: Sequence[GuideOriginal]
    texts: Sequence[tuple[str, Digest, Sequence[str]]]
    release: tuple[Digest, bytes, int] | None
    size: int
    root: Digest
    cards: Sequence[tuple[PartyId, Digest]]
    renewals: Sequence[tuple[str, PartyId, Digest]]
    cosigned: Sequence[tuple[PartyId, int]]
    sealed_after: int


def release_statement(plan: PlanId, proposal: ActId, deposits: Sequence[ActId]) -> bytes:
    """What the time stamp of a release is over: the plan and the deposits, in canonical form."""
    return canonical.dump({"deposits": list(deposits), "plan": plan, "proposal": proposal})


def guide(facts: Guide) -> bytes:
    """Write VERIFY.txt, in ASCII."""
    lines = [
        *_prose(words.TITLE.format(dossier=facts.dossier)),
        *_trust(facts),
        *_members(facts),
        *_seals(facts),
        *_originals(facts),
        *_texts(facts),
        *_release(facts),
        *_acts(facts),
        *words.LIMITS.splitlines(),
    ]
    return ("\n".join(lines) + "\n").encode("ascii")


def _prose(text: str) -> Iterator[str]:
    yield from text.splitlines()
    yield ""


def _block(commands: str | Sequence[str], prints: Sequence[str] | None) -> Iterator[str]:
    listed = commands.splitlines() if isinstance(commands, str) else commands
    yield "Type:"
    yield from (f"{_INDENT}{line}" for line in listed)
    yield ""
    if prints is not None:
        yield "Prints:"
        yield from (f"{_INDENT}{line}" for line in prints)
        yield ""


def _trust(facts: Guide) -> Iterator[str]:
    yield from _prose(words.TRUST)
    yield from _block(words.TRUST_COMMANDS, [f"{digest}  -" for _, digest in facts.anchors])
    yield "These are, in order:"
    yield from (f"{_INDENT}{name}" for name, _ in facts.anchors)
    yield ""
    yield from _prose(words.FUNCTIONS)
    yield from _block(words.FUNCTION_COMMANDS, None)


def _members(facts: Guide) -> Iterator[str]:
    yield from _prose(words.MEMBERS)
    compare = [
        f"listed {manifest_name(number)} | diff - have.txt && echo same"
        for number, _ in enumerate(facts.parties, 1)
    ]
    yield from _block([*words.MEMBERS_COMMANDS.splitlines(), *compare], ["same"] * len(facts.parties))


def _seals(facts: Guide) -> Iterator[str]:
    yield from _prose(words.SEALS)
    for number, party in enumerate(facts.parties, 1):
        seal = signature_name(number)
        yield f"The seal of {party}:"
        yield ""
        commands = [f"cms {seal} \\", f"  {manifest_name(number)} {facts.sealed_after}"]
        yield from _block(commands, [f"{seal}: good"])
    yield from _prose(words.SEAL_TIMES)
    commands = [words.SEAL_TIME_COMMANDS.rstrip("\n")]
    commands += [
        f"sealed {signature_name(number)} {facts.sealed_after}" for number, _ in enumerate(facts.parties, 1)
    ]
    yield from _block("\n".join(commands), ["token.der: good"] * len(facts.parties))


def _originals(facts: Guide) -> Iterator[str]:
    yield from _prose(words.ORIGINALS)
    for original in facts.originals:
        yield original.name
        yield ""
        commands = [
            f"f={original.name}",
            'sha256sum < "$f"',
            f'head -c {original.agreed} "$f" | sha256sum',
        ]
        prints = [f"{original.sha256}  -", f"{original.agreed_sha256}  -"]
        for signature in original.signatures:
            commands += [f"gap {_numbers(signature)}", f"cms contents.der signed.bin {signature.at}"]
            prints.append("contents.der: good")
        if original.stamp is not None:
            commands += [
                f"gap {_numbers(original.stamp)}",
                f"stamp contents.der signed.bin {original.stamp.at}",
            ]
            prints.append("contents.der: good")
        yield from _block(commands, prints)
        order = ", ".join(signature.field for signature in original.signatures)
        stamp = f", and the document time stamp {original.stamp.field}" if original.stamp else ""
        yield f"In this order: {order}{stamp}."
        yield ""


def _numbers(signature: GuideSignature) -> str:
    return f"{signature.gap[0]} {signature.gap[1]} {signature.stop} {signature.length}"


def _texts(facts: Guide) -> Iterator[str]:
    yield from _prose(words.TEXTS)
    for name, digest, initialled in facts.texts:
        commands = [
            f"sha256sum < {name}",
            f"grep -l '{digest}' \\",
            '  $(grep -l \'"type":"paraph.act/1:text-initialled"\' acts/*[0-9].json)',
        ]
        yield from _block(commands, [f"{digest}  -", *initialled])


def _release(facts: Guide) -> Iterator[str]:
    if facts.release is None:
        return
    token, statement, at = facts.release
    yield from _prose(words.RELEASE)
    pieces = _BREAK.sub("\\n", statement.decode("ascii")).splitlines()
    commands = [f"token={token}", 'cp "attachments/$token" token.der', "printf %s \\"]
    commands += [f"  '{piece}' \\" for piece in pieces]
    commands += ["  > release.json", f"stamp token.der release.json {at}"]
    yield from _block(commands, ["token.der: good"])


def _act_commands(facts: Guide) -> str:
    """Check every act; after an act that renewed a card its author's acts are signed by the keys of the next one."""
    if not facts.renewals:
        return words.ACT_COMMANDS
    cases = [f"    {name}) key {party} \\\n      {card} ;;\n" for name, party, card in facts.renewals]
    loop, end = words.ACT_COMMANDS.rsplit("done\n", 1)
    return "".join((loop, "  case $f in\n", *cases, "  esac\ndone\n", end))


def _acts(facts: Guide) -> Iterator[str]:
    yield from _prose(words.ACTS)
    if facts.renewals:
        yield from _prose(words.RENEWALS)
    keys = [f"key {party} \\\n  {card}" for party, card in facts.cards]
    yield from _block("\n".join((words.KEY_COMMANDS.rstrip("\n"), *keys)), None)
    yield from _block(_act_commands(facts), [f"{facts.size} acts good"])
    yield from _prose(words.ROOT)
    yield from _block(words.ROOT_COMMANDS, [facts.root, facts.root])
    yield from _prose(words.RECEIPTS)
    receipts = [f"receipt {party} {at}" for party, at in facts.cosigned]
    commands = words.RECEIPT_COMMANDS.format(checkpoint=CHECKPOINT_NAME).splitlines()
    yield from _block([*commands, *receipts], [f"{party}: good" for party, _ in facts.cosigned])
