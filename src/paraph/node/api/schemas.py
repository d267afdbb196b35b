"""What the API takes and gives, as its description states it."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Schema

from paraph.domain.texts import MAX_LANGUAGES

__all__ = [
    "ActOut",
    "ChangeOut",
    "CommentIn",
    "CommentOut",
    "DossierOut",
    "DossierPage",
    "InclusionOut",
    "InstrumentOut",
    "LogPage",
    "MadeOut",
    "MatterOut",
    "NodeOut",
    "OriginalOut",
    "ParticipantOut",
    "Problem",
    "ProposalIn",
    "ProposalOut",
    "StatusOut",
]

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ByLanguage = dict[str, str]

MAX_WORDS = 20_000
"""Characters of a comment or a note in one call; the rules of the act are stricter and answer by themselves."""

MAX_MARKDOWN = 2_000_000
"""Characters of one language version: what the reader of Markdown takes at most."""


class Problem(Schema):
    """What went wrong (RFC 9457), sent as ``application/problem+json``."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable name of the error, see docs/operate/errors.md.")
    message: str = Field(description="What is wrong and what to do, in English.")


class NodeOut(Schema):
    """Whose node this is."""

    party: str
    names: ByLanguage
    time: str
    version: str


class DossierOut(Schema):
    """A dossier in short."""

    id: Digest
    title: ByLanguage
    specimen: str
    acts: int
    final: int
    concluded: bool
    frozen: str


class DossierPage(Schema):
    """Some dossiers, oldest first."""

    items: list[DossierOut]
    next: str = Field(description="Give it as `after` to get the next ones; empty at the end.")


class ParticipantOut(Schema):
    """Who takes part, as it names itself."""

    party: str
    role: str
    joined: bool
    names: ByLanguage
    card: Digest


class InstrumentOut(Schema):
    """One instrument and where its text stands."""

    number: str
    state: str
    text: Digest
    title: ByLanguage
    proposed_by: str
    proposals: int
    accepted: list[str]
    initialled: list[str]
    engrossed: list[str]


class ProposalOut(Schema):
    """A text that was put on the table."""

    instrument: str
    text: Digest
    author: str
    time: str
    act: Digest
    position: int | None
    void: str
    note: str
    on_table: bool
    languages: list[str]


class ChangeOut(Schema):
    """One part of a text that differs from another one."""

    kind: str
    lang: str
    where: str
    before: str
    after: str


class CommentOut(Schema):
    """A comment on a text."""

    act: Digest
    author: str
    time: str
    instrument: str
    text: Digest
    lang: str
    where: str
    words: str
    in_reply_to: str


class CommentIn(Schema):
    """A comment to make."""

    instrument: str = Field(max_length=200)
    words: str = Field(min_length=1, max_length=MAX_WORDS)
    text: str = Field(
        "",
        description="Digest of the text that was read; refused if another one is on the table.",
        pattern=r"^([0-9a-f]{64})?$",
    )
    lang: str = Field("", max_length=35)
    where: str = Field("", max_length=200)
    in_reply_to: str = Field("", pattern=r"^([0-9a-f]{64})?$")


class ProposalIn(Schema):
    """A text to propose: Markdown by language, as in docs/spec/text.md section 4. Parties are named as they describe themselves."""

    versions: dict[Annotated[str, Field(max_length=35)], Annotated[str, Field(max_length=MAX_MARKDOWN)]] = (
        Field(min_length=1, max_length=MAX_LANGUAGES)
    )
    number: str = Field("", max_length=200, description="The number that the text has to bear, or empty.")
    note: str = Field("", max_length=MAX_WORDS, description="A word to the other side.")


class MadeOut(Schema):
    """An act that was made."""

    act: Digest
    type: str
    text: Digest


class ActOut(Schema):
    """An act of the log."""

    position: int
    act: Digest
    type: str
    author: str
    time: str
    final: bool
    void: str = Field(description="Why the act has no effect, or empty.")
    body: dict[str, Any]


class LogPage(Schema):
    """Some acts of the log, in order."""

    items: list[ActOut]
    next: int | None = Field(description="Give it as `start` to get the next ones; null at the end.")


class InclusionOut(Schema):
    """Proof that an act is in the log of the newest final checkpoint (RFC 6962); hashes in hexadecimal."""

    leaf: Digest
    index: int
    size: int
    path: list[Digest]
    root: Digest


class OriginalOut(Schema):
    """A finished original."""

    instrument: str
    holder: str
    sha256: Digest
    size: int


class MatterOut(Schema):
    """Something that waits for a participant."""

    kind: str
    party: str
    instrument: str
    about: str
    until: str


class StatusOut(Schema):
    """How a dossier is at this node."""

    dossier: Digest
    title: str
    acts: int
    ordered: int
    final: int
    void: int
    root: Digest
    instruments: dict[str, str]
    plan: str
    frozen: str
    evidence: int
    failing: dict[str, str]
    waits: dict[str, str]
    waiting: list[str]
    losses: list[str]
