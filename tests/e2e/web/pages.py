"""Every page that is looked at in three languages, wide and narrow: append rows.

``address`` may name ``{dossier}``; ``stage`` is how far the dossier has come (``simulation.company.STAGES``), ``role`` who looks
(empty: nobody signed in), ``member`` at whose node (first, second, middle).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PAGES", "ShownPage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """One row.

    Attributes:
        name: Names the pictures.
        address: The address, with ``{dossier}`` for the dossier's id.
        role: Role of the person, in all dossiers; empty for nobody.
        stage: Stage of the world.
        member: Whose node.
        status: Status of the answer.
    """

    name: str
    address: str
    role: str = ""
    stage: str = "agreed"
    member: str = "first"
    status: int = 200


PAGES: tuple[ShownPage, ...] = (
    # frame
    ShownPage(name="not-found", address="/nowhere", status=404),
    ShownPage(name="not-found-officer", address="/nowhere", role="treaty-officer", status=404),
    # people
    ShownPage(name="sign-in", address="/people/sign-in"),
    ShownPage(name="recovery", address="/people/recovery"),
    ShownPage(name="enrol-not", address="/people/enrol/unknown", status=404),
    ShownPage(name="account", address="/people/me", role="treaty-officer"),
    ShownPage(name="passkey-add", address="/people/me/passkeys/add", role="treaty-officer"),
    ShownPage(name="people", address="/people/", role="administrator"),
    ShownPage(name="invite", address="/people/invite", role="administrator"),
    ShownPage(name="second", address="/people/second", role="administrator"),
    ShownPage(name="journal", address="/people/journal", role="auditor"),
    # desk
    ShownPage(name="desk-front", address="/"),
    ShownPage(name="desk-first", address="/", role="treaty-officer"),
    ShownPage(name="desk-dossiers", address="/dossiers/", role="treaty-officer"),
    ShownPage(name="desk-open", address="/dossiers/open", role="treaty-officer"),
    ShownPage(name="desk-dossier-open", address="/dossiers/{dossier}/", role="treaty-officer", stage="open"),
    ShownPage(name="desk-dossier", address="/dossiers/{dossier}/", role="treaty-officer", stage="planned"),
    ShownPage(
        name="desk-dossier-concluded", address="/dossiers/{dossier}/", role="press-officer", stage="concluded"
    ),
    ShownPage(name="desk-join", address="/dossiers/{dossier}/join", role="treaty-officer", member="second"),
    ShownPage(name="desk-describe", address="/dossiers/{dossier}/describe", role="treaty-officer"),
    ShownPage(name="desk-log", address="/dossiers/{dossier}/log", role="auditor", stage="concluded"),
    ShownPage(name="desk-act", address="/dossiers/{dossier}/log/3", role="auditor"),
    ShownPage(name="desk-refused", address="/dossiers/{dossier}/refused", role="auditor"),
    ShownPage(name="desk-take", address="/dossiers/{dossier}/take", role="treaty-officer", stage="concluded"),
    ShownPage(
        name="desk-records", address="/dossiers/{dossier}/records", role="treaty-officer", stage="concluded"
    ),
    ShownPage(name="desk-note", address="/dossiers/{dossier}/records/note", role="treaty-officer"),
    ShownPage(
        name="desk-commitment", address="/dossiers/{dossier}/records/commitment", role="treaty-officer"
    ),
    ShownPage(
        name="desk-attestation",
        address="/dossiers/{dossier}/records/attestation",
        role="witness",
        member="middle",
    ),
    ShownPage(name="desk-peers", address="/peers/", role="protocol-officer"),
    ShownPage(name="desk-peer", address="/peers/south/", role="protocol-officer"),
    ShownPage(name="desk-peer-add", address="/peers/add", role="protocol-officer"),
    ShownPage(name="desk-words", address="/peers/south/words", role="protocol-officer"),
    ShownPage(name="desk-stop", address="/peers/south/words/stop", role="protocol-officer"),
    ShownPage(name="desk-suspend", address="/peers/south/suspend", role="protocol-officer"),
    # texts
    ShownPage(name="texts", address="/dossiers/{dossier}/texts/", role="treaty-officer"),
    ShownPage(name="text", address="/dossiers/{dossier}/texts/X~2026~1/", role="treaty-officer"),
    ShownPage(
        name="text-concluded",
        address="/dossiers/{dossier}/texts/X~2026~1/",
        role="auditor",
        stage="concluded",
    ),
    ShownPage(
        name="text-mediator",
        address="/dossiers/{dossier}/texts/X~2026~1/",
        role="legal-adviser",
        member="middle",
    ),
    ShownPage(
        name="text-versions", address="/dossiers/{dossier}/texts/X~2026~1/versions", role="treaty-officer"
    ),
    ShownPage(
        name="text-comment",
        address="/dossiers/{dossier}/texts/X~2026~1/comment?part=clause%201",
        role="legal-adviser",
    ),
    ShownPage(name="text-accept", address="/dossiers/{dossier}/texts/X~2026~1/accept", role="treaty-officer"),
    ShownPage(
        name="text-initial", address="/dossiers/{dossier}/texts/X~2026~1/initial", role="treaty-officer"
    ),
    ShownPage(name="text-reopen", address="/dossiers/{dossier}/texts/X~2026~1/reopen", role="treaty-officer"),
    ShownPage(
        name="text-engross", address="/dossiers/{dossier}/texts/X~2026~1/engross", role="treaty-officer"
    ),
    ShownPage(
        name="text-concordance", address="/dossiers/{dossier}/texts/X~2026~1/concordance", role="reviser"
    ),
    ShownPage(
        name="text-certificate", address="/dossiers/{dossier}/texts/X~2026~1/certificate", role="auditor"
    ),
    ShownPage(
        name="text-originals", address="/dossiers/{dossier}/texts/X~2026~1/originals", role="legal-adviser"
    ),
    ShownPage(name="text-new", address="/dossiers/{dossier}/drafts/new", role="treaty-officer"),
    # signing
    ShownPage(name="signing-authority", address="/dossiers/{dossier}/authority", role="legal-adviser"),
    ShownPage(name="signing-powers", address="/dossiers/{dossier}/authority/powers", role="legal-adviser"),
    ShownPage(name="signing-plan-none", address="/dossiers/{dossier}/plan", role="treaty-officer"),
    ShownPage(
        name="signing-plan", address="/dossiers/{dossier}/plan", role="treaty-officer", stage="planned"
    ),
    ShownPage(
        name="signing-readiness",
        address="/dossiers/{dossier}/readiness",
        role="treaty-officer",
        stage="planned",
    ),
    ShownPage(
        name="signing-readiness-concluded",
        address="/dossiers/{dossier}/readiness",
        role="treaty-officer",
        stage="concluded",
    ),
    ShownPage(
        name="signing-arrangements",
        address="/dossiers/{dossier}/readiness/arrangements",
        role="protocol-officer",
    ),
    ShownPage(
        name="signing-exchange",
        address="/dossiers/{dossier}/exchange",
        role="treaty-officer",
        stage="planned",
    ),
    ShownPage(
        name="signing-exchange-concluded",
        address="/dossiers/{dossier}/exchange",
        role="treaty-officer",
        stage="concluded",
    ),
    ShownPage(
        name="signing-stop",
        address="/dossiers/{dossier}/exchange/stop",
        role="treaty-officer",
        stage="planned",
    ),
    ShownPage(name="room-nothing", address="/room/{dossier}/", role="signatory"),
    ShownPage(name="room", address="/room/{dossier}/", role="signatory", stage="planned"),
    ShownPage(name="room-page", address="/room/{dossier}/pages/1", role="signatory", stage="planned"),
    ShownPage(name="room-last", address="/room/{dossier}/last", role="signatory", stage="planned"),
    ShownPage(name="room-done", address="/room/{dossier}/done", role="signatory", stage="concluded"),
    # public, api
    ShownPage(name="verify", address="/verify"),
    ShownPage(name="published", address="/published/", stage="concluded"),
    ShownPage(
        name="publication",
        address="/dossiers/{dossier}/publication",
        role="press-officer",
        stage="concluded",
    ),
    ShownPage(name="publication-not", address="/dossiers/{dossier}/publication", role="press-officer"),
    ShownPage(name="programs", address="/programs/", role="administrator"),
    ShownPage(name="webhooks", address="/programs/webhooks", role="administrator"),
)
