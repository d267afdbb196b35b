"""Export of a text as Akoma Ntoso 1.0, one file per language, for libraries of legal documents.

One instrument is one FRBR work; each language is an expression; each rendering (neutral, or the alternat of one
party's original) is a manifestation. Tokens are expanded, since no other program knows them. The export is for
reading elsewhere; what is agreed stays the canonical text, whose digest the export names.

Source: OASIS Akoma Ntoso Version 1.0, Part 2, schema types coreProperties, workProperties and
mainBodyType; Akoma Ntoso Naming Convention Version 1.0; docs/spec/text.md section 6.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final

from paraph.domain.alternat import expansion, precedence
from paraph.domain.digests import text_digest
from paraph.domain.phrases import phrases_of
from paraph.domain.texts import Nature
from paraph.domain.tokens import expand

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraph.domain.ids import PartyId
    from paraph.domain.texts import Clause, InstrumentText, Paragraph

__all__ = ["NAMESPACE", "write_akoma_ntoso"]

NAMESPACE: Final = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"

# ISO 639-2 codes that the Akoma Ntoso naming convention asks for; other tags are used as they are.
_THREE_LETTERS: Final = {
    "ar": "ara", "de": "deu", "en": "eng", "es": "spa", "fr": "fra", "he": "heb", "it": "ita", "mk": "mkd",
    "ru": "rus", "sq": "sqi", "sr": "srp", "tr": "tur", "zh": "zho",
}  # fmt: skip


def write_akoma_ntoso(text: InstrumentText, lang: str, holder: PartyId | None = None) -> bytes:
    """Write one language version.

    Args:
        text: The text.
        lang: One of its languages.
        holder: Party whose original decides the order of names; None for the neutral, alphabetical order.

    Returns:
        UTF-8 XML with declaration.

    Raises:
        KeyError: If the text has no such language.
        LocalActError: ``holder-no-party`` if the keeper is not a party of the text.
    """
    version = text.versions[lang]
    parties = precedence(text, holder, lang)
    return _Export(text, lang, holder, expansion(parties, lang)).document(version.title)


class _Export:
    """Builds the document; holds what every element needs."""

    def __init__(
        self, text: InstrumentText, lang: str, holder: PartyId | None, words: Callable[[str], str]
    ) -> None:
        self._text = text
        self._lang = lang
        self._holder = holder
        self._words = words

    def document(self, title: str) -> bytes:
        version = self._text.versions[self._lang]
        # Written as plain attributes: ElementTree's own way registers prefixes for the whole process.
        root = ET.Element("akomaNtoso", {"xmlns": NAMESPACE})
        doc = _sub(root, "doc", name=self._kind())
        doc.set("xml:lang", self._lang)
        self._meta(doc)
        preface = _sub(doc, "preface", eId="preface")
        self._put(_sub(_sub(preface, "longTitle", eId="preface__longTitle"), "p"), title, "docTitle")
        if version.specimen:
            _sub(
                _sub(preface, "container", eId="preface__container_1", name="specimen"), "p"
            ).text = version.specimen
        if version.preamble:
            preamble = _sub(doc, "preamble", eId="preamble")
            self._paragraphs(preamble, version.preamble, "preamble")
        body = _sub(doc, "mainBody", eId="mainBody")
        for number, clause in enumerate(version.clauses, 1):
            self._clause(body, clause, number)
        conclusions = _sub(doc, "conclusions", eId="conclusions")
        self._paragraphs(conclusions, version.closing, "conclusions")
        if not any("{done}" in one.text for one in version.closing):
            done = phrases_of(self._lang).testimonium(
                self._text.declarations, len(self._text.parties), self._words("done")
            )
            _sub(conclusions, "p", eId=f"conclusions__p_{len(version.closing) + 1}").text = done
        ET.indent(root)
        for paragraph in root.iter("p"):  # white space would count inside a paragraph
            if len(paragraph):
                paragraph.text, paragraph[-1].tail = None, None
        written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return written

    def _kind(self) -> str:
        return "memorandum" if self._text.declarations.nature is Nature.POLITICAL else "treaty"

    def _meta(self, doc: ET.Element) -> None:
        number = re.sub(r"[^a-z0-9]+", "-", self._text.number.lower()).strip("-") or "unnumbered"
        date = max((party.date for party in self._text.parties), default="") or "undated"
        language = _THREE_LETTERS.get(self._lang, self._lang)
        work = f"/akn/un/doc/{self._kind()}/{date}/{number}"
        expression = f"{work}/{language}@"
        rendering = self._holder or "neutral"
        meta = _sub(doc, "meta")
        identification = _sub(meta, "identification", source="#paraph")
        for level, this, uri in (
            ("FRBRWork", f"{work}/!main", work),
            ("FRBRExpression", f"{expression}/!main", expression),
            ("FRBRManifestation", f"{expression}/!main~{rendering}.xml", f"{expression}~{rendering}.xml"),
        ):
            node = _sub(identification, level)
            _sub(node, "FRBRthis", value=this)
            _sub(node, "FRBRuri", value=uri)
            if level == "FRBRWork":
                _sub(node, "FRBRalias", name="text-sha256", value=text_digest(self._text))
            _sub(node, "FRBRdate", date=date if date != "undated" else "0001-01-01", name="signature")
            for party in precedence(self._text, self._holder, self._lang):
                _sub(node, "FRBRauthor", href=f"#{party.id}")
            if level == "FRBRWork":
                _sub(node, "FRBRcountry", value="un")
                _sub(node, "FRBRnumber", value=self._text.number)
            elif level == "FRBRExpression":
                _sub(node, "FRBRlanguage", language=language)
        references = _sub(meta, "references", source="#paraph")
        for party in self._text.parties:
            names = party.names[self._lang]
            _sub(
                references,
                "TLCOrganization",
                eId=party.id,
                href=f"/akn/ontology/organization/{party.id}",
                showAs=names.formal,
            )
        _sub(
            references,
            "TLCOrganization",
            eId="paraph",
            href="/akn/ontology/organization/paraph",
            showAs="Paraph",
        )

    def _clause(self, body: ET.Element, clause: Clause, number: int) -> None:
        element = "paragraph" if self._text.declarations.nature is Nature.POLITICAL else "article"
        eid = f"{'para' if element == 'paragraph' else 'art'}_{number}"
        node = _sub(body, element, eId=eid)
        _sub(node, "num").text = phrases_of(self._lang).label(self._text.declarations.nature, number)
        if clause.heading:
            self._put(_sub(node, "heading"), clause.heading)
        for index, paragraph in enumerate(clause.paragraphs, 1):
            inner = f"{eid}__subpara_{index}"
            holder = _sub(node, "subparagraph", eId=inner)
            self._paragraph(
                _sub(holder, "content", eId=f"{inner}__content"), paragraph, f"{inner}__content", 1
            )

    def _paragraphs(self, parent: ET.Element, paragraphs: tuple[Paragraph, ...], eid: str) -> None:
        for index, paragraph in enumerate(paragraphs, 1):
            self._paragraph(parent, paragraph, eid, index)

    def _paragraph(self, parent: ET.Element, paragraph: Paragraph, eid: str, index: int) -> None:
        if not paragraph.points:
            self._put(_sub(parent, "p", eId=f"{eid}__p_{index}"), paragraph.text)
            return
        listed = f"{eid}__list_{index}"
        block = _sub(parent, "blockList", eId=listed)
        self._put(_sub(block, "listIntroduction", eId=f"{listed}__intro"), paragraph.text)
        for number, point in enumerate(paragraph.points, 1):
            item = _sub(block, "item", eId=f"{listed}__item_{number}")
            _sub(item, "num").text = f"({number})"
            self._put(_sub(item, "p", eId=f"{listed}__item_{number}__p_1"), point)

    def _put(self, node: ET.Element, words: str, inline: str = "") -> None:
        node = _sub(node, inline) if inline else node
        node.text = expand(words, self._words).text


def _sub(parent: ET.Element, name: str, /, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, name, attributes)
