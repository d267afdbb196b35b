"""Every finding code about PDFs: the question it answers, the verdict it causes, and what it means.

docs/spec/verdict.md lists the same codes; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from paraph.verify.verdict import Severity, Verdict

__all__ = ["CODES", "Aspect", "Code"]


class Aspect(StrEnum):
    """The two questions that are judged apart."""

    INTEGRITY = "integrity"
    TRUST = "trust"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a finding means.

    Attributes:
        aspect: The question it belongs to.
        verdict: What it makes of that question.
        severity: How it is shown.
        meaning: One sentence for the specification.
    """

    aspect: Aspect
    verdict: Verdict
    severity: Severity
    meaning: str


_I, _T = Aspect.INTEGRITY, Aspect.TRUST


def _fail(aspect: Aspect, meaning: str) -> Code:
    return Code(aspect=aspect, verdict=Verdict.FAIL, severity="error", meaning=meaning)


def _open(aspect: Aspect, meaning: str) -> Code:
    return Code(aspect=aspect, verdict=Verdict.INDETERMINATE, severity="warning", meaning=meaning)


def _told(aspect: Aspect, meaning: str, severity: Severity = "info") -> Code:
    return Code(aspect=aspect, verdict=Verdict.PASS, severity=severity, meaning=meaning)


CODES: Mapping[str, Code] = {
    # --- the file and its bytes
    "too-large": _open(_I, "The file exceeds the size limit and was not read."),
    "header": _fail(_I, "The file does not begin with a PDF header."),
    "no-end-mark": _fail(_I, "The file does not end with startxref, an offset and %%EOF."),
    "trailing-bytes": _fail(_I, "Something other than one end of line follows the last %%EOF."),
    "stray-end-mark": _fail(_I, "There is a %%EOF that ends no revision."),
    "unaccounted-bytes": _fail(_I, "Bytes belong to no object, section, comment or white space."),
    "cross-reference": _fail(
        _I, "The cross-reference sections are malformed, or their chain is not the order of the file."
    ),
    "cross-reference-entry": _fail(_I, "An entry points at something else than the object it names."),
    "hidden-object": _fail(
        _I, "An object stands in the file that no section lists although it could be meant."
    ),
    "unlisted-object": _told(
        _I, "An object of the first revision is listed nowhere and cannot be reached.", "warning"
    ),
    "unreachable-object": _told(_I, "Objects of the signed document are referred to by nothing."),
    "malformed": _fail(_I, "An object that is needed to judge the file cannot be read."),
    "verifier-fault": _fail(_I, "The verifier itself tripped over the file; please report it."),
    "encrypted": _open(_I, "The file is encrypted; what it shows cannot be judged."),
    "not-the-agreed-original": _fail(_I, "The file does not begin with exactly the agreed original."),
    "no-signature": _fail(_I, "The file holds no signature."),
    "timestamps-only": _open(_I, "The file holds document time stamps but no signature."),
    "too-many-signatures": _open(_I, "The file holds more signatures than the limit."),
    # --- the gap
    "signature-malformed": _fail(
        _I, "The signature dictionary is missing, incomplete or contradicts itself."
    ),
    "signature-outside-form": _fail(_I, "A signature dictionary belongs to no signature field."),
    "signature-shared": _fail(_I, "Two fields share one signature, or two signed fields one name."),
    "signature-wrong-revision": _fail(_I, "The signature does not stand in the revision whose end it signs."),
    "byte-range": _fail(_I, "/ByteRange is not four numbers from 0 that describe one gap inside the file."),
    "byte-range-gap": _fail(
        _I, "The gap is not exactly the hexadecimal string of this signature's /Contents."
    ),
    "byte-range-end": _fail(_I, "The signed bytes do not end where a revision ends."),
    "contents-hex": _fail(_I, "/Contents is not an even number of hexadecimal digits of one case."),
    "contents-padding": _fail(_I, "Something other than zeros follows the signature inside /Contents."),
    "not-whole-file": _fail(
        _I, "Bytes behind the last signature or time stamp belong to no revision that could be judged."
    ),
    "subfilter-unknown": _open(_I, "The signature has an encoding that is not judged here."),
    "subfilter-legacy": _told(_I, "The encoding is adbe.pkcs7.detached, not CAdES.", "warning"),
    "usage-rights": _told(
        _I, "The file carries a usage-rights signature of its authoring program; it is not judged.", "warning"
    ),
    # --- what followed a signature
    "update-unreadable": _fail(_I, "An update after a signature cannot be read."),
    "object-changed": _fail(_I, "A signed object was changed."),
    "object-added": _fail(_I, "An object was added that no signature, time stamp or validation data needs."),
    "object-removed": _fail(_I, "A signed object was removed."),
    "object-awaited": _fail(_I, "An object was added to whose number a signed object already referred."),
    "object-hidden-in-stream": _fail(
        _I, "An object stream of an update holds an object that is listed nowhere."
    ),
    "hybrid-update": _fail(_I, "An update hides objects from some readers."),
    "page-changed": _fail(_I, "A signed page or the page tree was changed."),
    "annotation-changed": _fail(_I, "A signed annotation was changed."),
    "catalog-changed": _fail(_I, "The catalog was changed in a place that may not change."),
    "trailer-changed": _fail(_I, "The trailer was changed in a place that may not change."),
    "information-changed": _fail(_I, "The information dictionary was changed beyond its dates."),
    "form-changed": _fail(_I, "The form itself was changed, or fields were removed or reordered."),
    "field-changed": _fail(_I, "A field was changed other than by filling it."),
    "field-added": _fail(_I, "A field was added that is no signed signature field."),
    "field-added-visible": _fail(_I, "A signature field was added where a page shows it."),
    "signature-changed": _fail(_I, "A signed signature field was changed."),
    "store-malformed": _fail(
        _I, "The validation data hold something else than certificates and revocation data."
    ),
    "store-junk": _open(
        _I, "An entry of the validation data is no certificate, revocation list or OCSP response."
    ),
    "form-filled": _open(
        _I, "A form field was filled in later, which a certification permits; a person has to look."
    ),
    "form-filled-unpermitted": _fail(_I, "A form field was filled in later, which nothing permits."),
    "certification-violated": _fail(_I, "Something was added that a certification forbids."),
    "certification-not-first": _fail(_I, "A certifying signature is not the first signature."),
    "field-large": _open(_I, "The drawing of a later signature covers much of a page; a person has to look."),
    "field-locked": _fail(_I, "A field was filled that a signature had locked."),
    "metadata-changed": _told(_I, "Metadata or dates were written again.", "warning"),
    "version-changed": _told(_I, "The catalog states another version of PDF.", "warning"),
    "object-rewritten": _told(_I, "An object was written again exactly as it was."),
    "signature-field-added": _told(_I, "A signature field that shows nothing was added and signed."),
    # --- things that can show what was not signed
    "active-content": _open(_I, "The file holds scripts or actions that can change what is shown."),
    "external-content": _open(_I, "The file refers to content outside itself."),
    "xfa": _open(_I, "The file holds an XFA form, which some readers show instead of the pages."),
    "optional-content": _told(_I, "The file holds layers that a reader can switch.", "warning"),
    "open-action": _told(_I, "The file makes a reader do something when it is opened.", "warning"),
    # --- the cryptographic message
    "cms-malformed": _fail(_I, "The CMS is not DER, has not exactly one signer, or is incomplete."),
    "cms-content": _fail(_I, "The CMS signs another type of content, or carries content where it must not."),
    "cms-loose": _open(_I, "Parts of the CMS are covered by nothing and are not what the standard fixes."),
    "unsigned-attribute": _open(
        _I, "The CMS carries an unsigned attribute that is not understood and covered by nothing."
    ),
    "stray-certificate": _open(
        _T, "The CMS carries a certificate or revocation list that nothing at hand confirms."
    ),
    "digest-mismatch": _fail(_I, "The signed digest is not the digest of these bytes."),
    "signature-invalid": _fail(_I, "The signature was not made by this key over these bytes."),
    "signer-certificate": _fail(
        _I, "The signer's certificate is missing or is not the one that the signature names."
    ),
    "signing-certificate-absent": _fail(_I, "The signature does not bind its certificate as CAdES demands."),
    "signing-certificate-unbound": _told(
        _I, "The signature does not bind its certificate, as its older encoding permits.", "warning"
    ),
    "signing-certificate-sha1": _told(
        _I, "The signature binds its certificate by a SHA-1 digest.", "warning"
    ),
    "signing-certificate": _fail(_I, "The certificate is not the one that the signature binds."),
    "signing-time-attribute": _told(_I, "The CMS carries a signing time, which PAdES forbids.", "warning"),
    "weak-digest": _fail(_I, "A digest can be forged."),
    "weak-key": _fail(_I, "A key is too short."),
    "algorithm-unknown": _open(_I, "An algorithm is not known here."),
    # --- trust
    "no-trust-anchor": _open(_T, "The caller named no trust anchor."),
    "no-path": _open(_T, "No path leads from the certificate to a trust anchor."),
    "certificate-not-valid-then": _open(_T, "A certificate was not valid at the time that can be proved."),
    "certificate-revoked": _fail(_T, "A certificate was revoked by the time that can be proved."),
    "certificate-revoked-later": _told(_T, "A certificate was revoked after the proved time of signing."),
    "certificate-extension": _open(_T, "A certificate has a critical extension that is unknown here."),
    "issuer-not-authority": _fail(_T, "A certificate on the path may not issue the one below it."),
    "name-constraints": _open(
        _T, "A certificate authority may issue for certain names only; this is not judged."
    ),
    "key-usage": _fail(_T, "The signer's key is not for signatures."),
    "key-usage-absent": _told(_T, "The signer's certificate does not say what its key is for.", "warning"),
    "extended-key-usage": _fail(_T, "The signer's certificate is for another purpose."),
    "revocation-unknown": _open(_T, "Nothing at hand says whether a certificate was revoked."),
    "revocation-not-offered": _told(
        _T, "An anchor issued a certificate without publishing revocations.", "warning"
    ),
    "revocation-unusable": _told(_T, "Revocation data in the file cannot be used.", "warning"),
    # --- time
    "timestamp-malformed": _fail(_T, "A time stamp cannot be read."),
    "timestamp-imprint": _fail(_T, "A time stamp is over something else."),
    "timestamp-invalid": _fail(_T, "A time stamp is not validly signed."),
    "timestamp-untrusted": _open(
        _T, "A time stamp comes from an authority that cannot be trusted with what is at hand."
    ),
    "timestamp-future": _fail(_T, "A time stamp is later than the time of verification."),
    "timestamp-order": _fail(_T, "A time stamp is earlier than one that it covers."),
    "time-claimed": _told(_T, "Nothing but the signer's own word says when it was signed."),
    "claimed-time-differs": _told(
        _T, "The claimed time of signing is later than a time stamp proves, or lies in the future.", "warning"
    ),
}
