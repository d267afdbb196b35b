"""Portable proof that a node contradicted itself: two of its own signatures that cannot both be honest.

A proof is one file and needs no other: it holds both statements, the opening act, which the dossier is named after
and which pins the accused's card, and the accused's cards with their keys. Whoever trusts that card can check it, years
later, without any node.

Source: docs/spec/proof.md.
"""

from __future__ import annotations

from paraph.wire.proof.checking import ProvedLie, Statement, check_proof
from paraph.wire.proof.format import FORMAT, Prefix, Proof, ProofKind, read_proof
from paraph.wire.proof.making import Accused, prove_equivocation, prove_fork

__all__ = [
    "FORMAT",
    "Accused",
    "Prefix",
    "Proof",
    "ProofKind",
    "ProvedLie",
    "Statement",
    "check_proof",
    "prove_equivocation",
    "prove_fork",
    "read_proof",
]
