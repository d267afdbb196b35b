"""The ports: what the use cases need from the outside, as Protocols.

Adapters do not inherit from these; contract tests prove that they fit. All methods are synchronous; a
node that serves many peers calls them from worker threads.
"""

from __future__ import annotations

from paraph.app.ports.outside import (
    Clock,
    Courier,
    Engrossed,
    Renderer,
    Signer,
    SignerDesk,
    Timestamper,
    Transport,
)
from paraph.app.ports.rows import ActRow, Due, EvidenceRow, PeerRow, PeerView
from paraph.app.ports.store import Blobs, CosignGuard, Store, UnitOfWork

__all__ = [
    "ActRow",
    "Blobs",
    "Clock",
    "CosignGuard",
    "Courier",
    "Due",
    "Engrossed",
    "EvidenceRow",
    "PeerRow",
    "PeerView",
    "Renderer",
    "Signer",
    "SignerDesk",
    "Store",
    "Timestamper",
    "Transport",
    "UnitOfWork",
]
