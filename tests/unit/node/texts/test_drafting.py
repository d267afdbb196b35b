"""Drafts: begun from the text on the table, saved without overwriting anybody, checked as they stand, proposed once."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.support.text_pages import NUMBER, hidden, rows


def begun(pages: Any) -> Any:
    assert pages.client.post(pages.here + "counter").status_code == 302
    return rows("texts.Draft").get(proposed="")


def address(draft: Any, what: str = "") -> str:
    return f"/dossiers/{draft.dossier}/drafts/{draft.pk}/{what}"


def form(draft: Any, **changes: Any) -> dict[str, Any]:
    sent = {f"content-{lang}": words for lang, words in draft.contents.items()}
    return {**sent, "note": draft.note, "version": draft.version, "do": "save"} | changes


def edited(draft: Any, lang: str = "en", to: str = "title: Another title ") -> str:
    return str(draft.contents[lang]).replace("title: ", to, 1)


def test_a_counter_proposal_begins_with_the_words_on_the_table(proposed: Any) -> None:
    draft = begun(proposed)
    assert set(draft.contents) == {"en", "he"}
    assert draft.base == proposed.table
    page = proposed.client.get(address(draft)).content.decode()
    assert 'lang="he" dir="rtl"' in page
    preview = proposed.client.get(address(draft, "preview")).content.decode()
    assert "There is no difference" in preview


def test_who_goes_on_goes_on_with_what_was_begun(proposed: Any) -> None:
    first = begun(proposed)
    assert proposed.as_("treaty-officer").post(proposed.here + "counter")["Location"] == address(first)


def test_a_draft_is_saved_and_there_after_signing_out(proposed: Any) -> None:
    draft = begun(proposed)
    words = edited(draft)
    answer = proposed.client.post(address(draft), form(draft, **{"content-en": words.replace("\n", "\r\n")}))
    assert (answer.status_code, answer["Location"]) == (302, address(draft))
    page = proposed.as_("treaty-officer").get(address(draft)).content.decode()
    assert "Another title" in page
    draft.refresh_from_db()
    assert (draft.version, draft.contents["en"]) == (2, words)


def test_two_who_write_at_once_see_both_versions_and_choose(proposed: Any) -> None:
    draft = begun(proposed)
    mine, theirs = edited(draft, to="title: Mine "), edited(draft, to="title: Theirs ")
    other = proposed.as_("treaty-officer", name="B. Officer")
    assert other.post(address(draft), form(draft, **{"content-en": theirs})).status_code == 302
    conflict = proposed.client.post(address(draft), form(draft, **{"content-en": mine}))
    assert conflict.status_code == 409
    page = conflict.content.decode()
    assert "Mine" in page
    assert "Theirs" in page
    assert "B. Officer" in page
    draft.refresh_from_db()
    assert "Theirs" in draft.contents["en"]
    chosen = form(draft, **{"content-en": mine, "do": "mine"})
    assert proposed.client.post(address(draft), chosen).status_code == 302
    draft.refresh_from_db()
    assert "Mine" in draft.contents["en"]
    kept = rows("texts.SetAside").get()
    assert "Theirs" in kept.contents["en"]
    assert kept.by_name == "B. Officer"


def test_who_leaves_the_other_version_finds_the_own_one_set_aside(proposed: Any) -> None:
    draft = begun(proposed)
    proposed.as_("treaty-officer").post(
        address(draft), form(draft, **{"content-en": edited(draft, to="title: Theirs ")})
    )
    draft.refresh_from_db()
    sent = form(draft, **{"content-en": edited(draft, to="title: Mine "), "do": "theirs"})
    assert proposed.client.post(address(draft), sent).status_code == 302
    assert "Mine" in rows("texts.SetAside").get().contents["en"]
    assert "Mine" in proposed.client.get(address(draft)).content.decode()


def test_a_choice_between_versions_that_are_old_again_is_asked_anew(proposed: Any) -> None:
    draft = begun(proposed)
    proposed.as_("treaty-officer").post(address(draft), form(draft, **{"content-en": edited(draft)}))
    sent = form(draft, **{"content-en": edited(draft, to="title: Mine "), "do": "mine"})  # version 1
    assert proposed.client.post(address(draft), sent).status_code == 409
    assert not rows("texts.SetAside").exists()


def test_the_same_words_from_two_tabs_are_no_conflict(proposed: Any) -> None:
    draft = begun(proposed)
    for _ in range(2):
        sent = form(draft, **{"content-en": edited(draft)})
        assert proposed.client.post(address(draft), sent).status_code == 302


def test_the_script_saves_and_is_told_what_is_wrong(proposed: Any) -> None:
    draft = begun(proposed)
    good = proposed.client.post(address(draft, "keep"), form(draft, **{"content-en": edited(draft)})).json()
    assert (good["saved"], good["version"], good["errors"]) == (True, 2, {})
    draft.refresh_from_db()
    bad = proposed.client.post(
        address(draft, "keep"), form(draft, **{"content-he": "no front matter"})
    ).json()
    assert bad["saved"]
    assert list(bad["errors"]) == ["content-he"]
    late = proposed.client.post(address(draft, "keep"), form(draft, **{"content-he": "other", "version": 1}))
    assert late.status_code == 409
    assert not late.json()["saved"]


HOSTILE = {
    "html": "---\nlang: en\ntitle: T\n---\n\n## One\n\n<script>alert(1)</script>\n",
    "no front matter": "<script>alert(1)</script>",
    "bidi": "---\nlang: en\ntitle: T\n---\n\n## One\n\nRead \u202ethis.\n",
    "sign of a lost character": "---\nlang: en\ntitle: T\n---\n\n## One\n\nA\ufffdb.\n",
    "huge": "---\nlang: en\ntitle: T\n---\n\n## One\n\n" + "word " * 20_000,
    "yaml bomb": "---\na: &a [x]\nb: *a\n---\n\n## One\n\nX.\n",
    "other language": "---\nlang: fr\ntitle: T\n---\n\n## One\n\nX.\n",
    "token": "---\nlang: en\ntitle: T\n---\n\n## One\n\n{secret}\n",
    "empty": "",
    "surrogate": "---\nlang: en\ntitle: \\ud800\n---\n\n## One\n\n\ud800\n".encode(
        "utf-8", "surrogatepass"
    ).decode("utf-8", "replace"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_words_are_kept_shown_as_words_and_not_proposed(proposed: Any, kind: str) -> None:
    draft = begun(proposed)
    sent = form(draft, **{"content-en": HOSTILE[kind], "do": "preview"})
    answer = proposed.client.post(address(draft), sent, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<script>alert" not in page
    assert "There is a problem" in page
    if kind == "html":
        assert "&lt;script&gt;alert(1)" in page
    before = proposed.world.first.standing
    proposed.client.post(address(draft, "preview"), {"version": 2})
    assert proposed.world.first.standing == before


def test_a_null_character_is_refused_and_the_draft_stays(proposed: Any) -> None:
    draft = begun(proposed)
    for what in ("", "keep"):
        sent = form(draft, **{"content-en": "a\0b"})
        assert proposed.client.post(address(draft, what), sent).status_code == 400
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_mistake_is_said_at_the_field_of_its_language(proposed: Any) -> None:
    draft = begun(proposed)
    sent = form(draft, **{"content-he": str(draft.contents["he"]) + "\n# wrong\n"})
    page = proposed.client.post(address(draft), sent, follow=True).content.decode()
    assert 'href="#content-he"' in page
    assert 'id="content-he-error"' in page


def test_a_draft_is_proposed_once_with_its_word_to_the_others(proposed: Any) -> None:
    draft = begun(proposed)
    sent = form(draft, **{"content-en": edited(draft), "note": "One word.", "do": "preview"})
    answer = proposed.client.post(address(draft), sent)
    assert answer["Location"] == address(draft, "preview")
    page = proposed.client.get(address(draft, "preview")).content.decode()
    assert "Another title" in page
    agreed = {"version": 2, "digest": hidden(page, "digest"), "on_table": hidden(page, "on_table")}
    assert proposed.client.post(address(draft, "preview"), agreed)["Location"] == proposed.here
    instrument = proposed.world.first.standing.instruments[NUMBER]
    assert (instrument.versions, instrument.proposed_by, instrument.text) == (
        2,
        "north",
        hidden(page, "digest"),
    )
    assert "One word." in proposed.client.get(proposed.here + "versions").content.decode()
    assert proposed.client.post(address(draft, "preview"), agreed).status_code == 404
    assert proposed.client.get(address(draft)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 1}, "draft-changed"),
        ({"digest": "x"}, "draft-changed"),
        ({"on_table": "ab" * 32}, "text-other"),
    ],
)
def test_what_changed_since_the_preview_is_not_proposed(
    proposed: Any, changes: dict[str, Any], code: str
) -> None:
    draft = begun(proposed)
    proposed.client.post(address(draft), form(draft, **{"content-en": edited(draft)}))
    page = proposed.client.get(address(draft, "preview")).content.decode()
    sent = {"version": 2, "digest": hidden(page, "digest"), "on_table": hidden(page, "on_table")} | changes
    answer = proposed.client.post(address(draft, "preview"), sent)
    assert answer.status_code == 409
    assert code in answer.content.decode()


def test_the_text_on_the_table_itself_is_not_proposed_again(proposed: Any) -> None:
    draft = begun(proposed)
    page = proposed.client.get(address(draft, "preview")).content.decode()
    sent = {"version": 1, "digest": hidden(page, "digest"), "on_table": hidden(page, "on_table")}
    assert proposed.client.post(address(draft, "preview"), sent).status_code == 409


def test_a_draft_says_that_another_text_came_onto_the_table(proposed: Any) -> None:
    draft = begun(proposed)
    other = rows("texts.Draft").create(
        dossier=draft.dossier, instrument=NUMBER, base="ab" * 32, contents=draft.contents, by_name="x", made_at="",
        saved_by="x", saved_at="2026-03-02T09:00:00Z",
    )  # fmt: skip
    assert "Another text came" in proposed.client.get(address(other)).content.decode()
    assert "Another text came" not in proposed.client.get(address(draft)).content.decode()


# --- signatories and days


def test_the_day_of_signature_is_chosen(proposed: Any) -> None:
    draft = begun(proposed)
    day = {
        "date-north-day": "5",
        "date-north-month": "6",
        "date-north-year": "2026",
        "signatory-north": "north.fm",
    }
    assert proposed.client.post(address(draft), form(draft, **day)).status_code == 302
    assert "2026-06-05" in proposed.client.get(address(draft, "preview")).content.decode()
    wrong = form(draft, **(day | {"date-north-day": "55", "version": 2}))
    answer = proposed.client.post(address(draft), wrong)
    assert answer.status_code == 422
    assert 'href="#date-north"' in answer.content.decode()


def test_the_day_that_was_chosen_survives_a_conflict(proposed: Any) -> None:
    draft = begun(proposed)
    proposed.as_("treaty-officer").post(address(draft), form(draft, note="Theirs."))
    day = {
        "date-north-day": "5",
        "date-north-month": "6",
        "date-north-year": "2026",
        "signatory-north": "north.fm",
    }
    page = proposed.client.post(address(draft), form(draft, **day)).content.decode()
    carried = {name: hidden(page, name) for name in day}
    assert carried == {**day, "date-north-day": "05", "date-north-month": "06"}
    draft.refresh_from_db()
    assert proposed.client.post(address(draft), form(draft, **carried, do="mine")).status_code == 302
    draft.refresh_from_db()
    assert draft.choices["north"]["date"] == "2026-06-05"


# --- files


def test_files_take_the_place_of_what_was_written_and_that_is_set_aside(proposed: Any) -> None:
    draft = begun(proposed)
    file = io.BytesIO(edited(draft).encode())
    file.name = "en.md"
    assert proposed.client.post(address(draft), form(draft, files=file)).status_code == 302
    draft.refresh_from_db()
    assert "Another title" in draft.contents["en"]
    assert "Another title" not in rows("texts.SetAside").get().contents["en"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("en.txt", b"x"), (".md", b"x"), ("en.md", b"\xff\xfe"), ("../en.md", b"\xff"), ("e n.md", b"x")],
)
def test_files_that_cannot_be_read_change_nothing(proposed: Any, name: str, data: bytes) -> None:
    draft = begun(proposed)
    file = io.BytesIO(data)
    file.name = name
    answer = proposed.client.post(address(draft), form(draft, files=file, **{"content-en": edited(draft)}))
    assert answer.status_code == 422
    assert "Another title" in answer.content.decode()
    draft.refresh_from_db()
    assert set(draft.contents) == {"en", "he"}


# --- a new text


def test_a_new_text_begins_with_what_has_to_be_declared(proposed: Any) -> None:
    start = f"{proposed.folder}/drafts/new"
    assert proposed.client.get(start).status_code == 200
    answer = proposed.client.post(start, {"number": "X/2026/9", "langs": ["en", "he"]})
    assert answer.status_code == 302
    draft = rows("texts.Draft").get(instrument="X/2026/9")
    page = proposed.client.get(address(draft)).content.decode()
    assert "nature:" in page
    assert "There is a problem" not in page
    written = {
        "content-en": draft.contents["en"]
        .replace("title: ", "title: A letter")
        .replace("## \n", "## One\n\nWords.\n")
        .replace("nature: \n", "nature: political\n")
        .replace("conclusion: \n", "conclusion: on-exchange\n")
        .replace("method: \n", "method: electronic\n")
        .replace("entry-into-force: \n", "entry-into-force: none\n"),
        "content-he": draft.contents["he"]
        .replace("title: ", "title: מכתב")
        .replace("## \n", "## אחת\n\nמילים.\n"),
    }
    answer = proposed.client.post(address(draft), form(draft, **written, do="preview"))
    assert answer["Location"] == address(draft, "preview")
    page = proposed.client.get(address(draft, "preview")).content.decode()
    sent = {"version": 2, "digest": hidden(page, "digest"), "on_table": ""}
    assert proposed.client.post(address(draft, "preview"), sent).status_code == 302
    assert "X/2026/9" in proposed.world.first.standing.instruments


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"number": "X/2026/9"},
        {"langs": ["en"]},
        {"number": "X/2026/1", "langs": ["en"]},
        {"number": "x" * 601, "langs": ["en"]},
        {"number": "X/9", "langs": ["xx"]},
    ],
)
def test_a_new_text_needs_a_number_of_its_own_and_a_language(proposed: Any, sent: dict[str, Any]) -> None:
    answer = proposed.client.post(f"{proposed.folder}/drafts/new", sent)
    assert answer.status_code == 422
    assert not rows("texts.Draft").exists()


def test_a_draft_is_laid_away_and_taken_up_again(proposed: Any) -> None:
    draft = begun(proposed)
    assert proposed.client.post(address(draft, "discard")).status_code == 302
    assert proposed.client.get(address(draft)).status_code == 404
    assert "Take up again" in proposed.client.get(f"{proposed.folder}/texts/").content.decode()
    assert proposed.client.post(address(draft, "discard"), {"do": "again"})["Location"] == address(draft)
    assert proposed.client.get(address(draft)).status_code == 200


def test_drafts_are_for_those_who_negotiate_this_dossier(proposed: Any) -> None:
    draft = begun(proposed)
    for roles in (("reviser",), ("legal-adviser",), ()):
        client = proposed.as_(*roles)
        for what in ("", "keep", "preview", "discard"):
            assert client.post(address(draft, what), form(draft)).status_code == 403
    other = f"/dossiers/{'ab' * 32}/drafts/{draft.pk}/"
    assert proposed.client.get(other).status_code == 404
