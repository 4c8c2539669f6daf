"""Quotations in English, German, French, Spanish: whose words they are, and what is no speech at all."""

import pytest

from flows.enrichment.annotator import annotate
from flows.enrichment.document import Document, Outcome, Quote


def said(lang: str, *body: str) -> list[Quote]:
    return list(annotate(Document("x", None, body, lang=lang)).quotes)


@pytest.mark.parametrize(
    ("lang", "text", "who", "verb"),
    [
        ("en", "“We will open the mill,” said Clara Holt on Monday.", "Clara Holt", "say"),
        ("en", "“We will open the mill,” Clara Holt told the Brackwater Herald.", "Clara Holt", "tell"),
        ("en", "Clara Holt, who owns the mill, said: “We will open it.”", "Clara Holt", "say"),
        ("de", "„Wir öffnen die Mühle“, sagte Klara Holtkamp am Montag.", "Klara Holtkamp", "sagen"),
        ("de", "»Wir öffnen die Mühle«, so Ministerin Klara Holtkamp.", "Klara Holtkamp", "so"),
        ("de", "Am Montag sagte Klara Holtkamp der Zeitung: „Wir öffnen die Mühle.“", "Klara Holtkamp", "sagen"),
        ("fr", "« Nous ouvrirons le moulin », a déclaré à l’AFP Claire Hautbois.", "Claire Hautbois", "déclarer"),
        ("fr", "« Nous ouvrirons le moulin », selon Claire Hautbois.", "Claire Hautbois", None),
        ("fr", "« Nous ouvrirons, explique Claire Hautbois, le moulin. »", "Claire Hautbois", "expliquer"),
        ("es", "«Abriremos el molino», dijo Clara Hoyos.", "Clara Hoyos", "decir"),
        ("es", "Clara Hoyos ha asegurado: “Abriremos el molino”.", "Clara Hoyos", "asegurar"),
    ],
)
def test_who_is_told_beside_the_marks_speaks(lang: str, text: str, who: str, verb: str | None) -> None:
    (one,) = said(lang, text)
    assert (one.speaker_name, one.speaker_type, one.verb) == (who, "person", verb)


@pytest.mark.parametrize(
    ("lang", "text", "kind"),
    [
        ("en", "“It was dark,” a spokesman for the harbour said.", "anonymous"),
        ("en", "“It was dark,” residents said.", "crowd"),
        ("en", "“It was dark,” police said.", "organisation"),
        ("de", "„Es war dunkel“, sagte eine Sprecherin der Polizei.", "anonymous"),
        ("de", "„Es war dunkel“, sagten Anwohner.", "crowd"),
        ("de", "„Es war dunkel“, teilte das Innenministerium mit.", "organisation"),
        ("fr", "« Il faisait nuit », a indiqué un porte-parole de la police.", "anonymous"),
        ("fr", "« Il faisait nuit », a indiqué le ministère.", "organisation"),
        ("es", "“Estaba oscuro”, señaló un portavoz de la policía.", "anonymous"),
        ("es", "“Estaba oscuro”, señaló el Gobierno.", "organisation"),
    ],
)
def test_the_noun_tells_the_kind_of_speaker(lang: str, text: str, kind: str) -> None:
    (one,) = said(lang, text)
    assert (one.speaker_type, one.speaker_name) == (kind, None)


def test_a_family_name_is_resolved_to_the_full_name() -> None:
    found = said("en", "Clara Holt bought the mill.", "“It was cheap,” Holt said. “It was also empty.”")
    assert [(q.speaker, q.speaker_name) for q in found] == [("Holt", "Clara Holt")] * 2


def test_she_is_not_whom_the_article_calls_he() -> None:
    found = said(
        "en",
        "Clara Holt bought the mill from Owen Teller.",
        "“It was mine,” Owen Teller said. “I miss it,” he said.",
        "Clara Holt laughs about it. “He would say so,” she said.",
    )
    assert found[-1].speaker_name == "Clara Holt"


def test_both_halves_of_a_split_quotation_have_one_speaker() -> None:
    found = said("de", "„Das war“, so Lena Brandt, „die schwerste Entscheidung meines Lebens.“")
    assert [q.speaker_name for q in found] == ["Lena Brandt", "Lena Brandt"]


def test_speech_left_open_for_the_next_paragraph_is_kept_whole() -> None:
    found = said("en", "“I opened the door.", "“Nobody was there,” said Rosa Pike.")
    assert [(q.text, q.speaker_name) for q in found] == [
        ("I opened the door.", "Rosa Pike"),
        ("Nobody was there,", "Rosa Pike"),
    ]


def test_a_paragraph_that_ends_in_a_colon_tells_who_speaks_in_the_next() -> None:
    (one,) = said("en", "Clara Holt, the owner, told reporters:", "“We will open the mill before winter comes.”")
    assert one.speaker_name == "Clara Holt"


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The so-called “green list” of countries was dropped."),
        ("en", "Clara Holt said her novel “The Salt Road” would be filmed."),
        ("en", "Clara Holt said the “one mill, two owners” rule was old."),
        ("en", "The part is called “the long and narrow neck” of the bottle."),
        ("de", "Die sogenannte „grüne Liste“ wurde gestrichen."),
        ("de", "Der Film „Nordlicht über Tarn“ läuft im Kino."),
        ("fr", "Son roman « La Route du sel » a reçu un prix."),
        ("es", "La llamada “lista verde” se eliminó."),
    ],
)
def test_terms_and_titles_are_no_speech(lang: str, text: str) -> None:
    assert said(lang, text) == []


def test_offsets_hold_the_words_with_their_marks() -> None:
    text = "Yesterday “we were lucky,” said Clara Holt."
    (one,) = said("en", text)
    assert text[one.start : one.end] == "“we were lucky,”"


def test_a_korean_article_under_an_english_template_is_read_as_korean() -> None:
    (one,) = said("en", '윤가람 대표는 "공장을 늘리겠다"고 말했다.')
    assert (one.text, one.verb) == ("공장을 늘리겠다", "말하다")


def test_a_language_without_rules_gets_no_speakers() -> None:
    assert said("sv", "”Vi öppnar kvarnen”, säger Klara Holt.") == []


@pytest.mark.parametrize(
    "text",
    [
        "“never closed, said Clara Holt",
        "”” «» „“ said Clara Holt.",
        "“A “b “c” d” e,” said Clara Holt.",
        '"\ud800 no," said Clara Holt.',
        "“,” said , said said.",
        "“” said Clara Holt.",
        "“a b c d,” said Herr. “a b c d,” said Dr. “a b c d,” Mme said,",
    ],
)
@pytest.mark.parametrize("lang", ["en", "de", "fr", "es"])
def test_broken_marks_get_an_answer(lang: str, text: str) -> None:
    assert annotate(Document("x", None, (text,), lang=lang)).outcome is Outcome.OK


def test_five_megabytes_of_quotation_marks_are_told_and_not_read() -> None:
    assert annotate(Document("x", None, ("“" * 5_000_000,), lang="en")).outcome is Outcome.TOO_LARGE


def test_a_row_of_capitals_without_end_is_not_looked_through_for_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each word tried as an office with all the words behind it is the square of the text."""
    from flows.enrichment import entities_western

    asked = 0
    is_body = entities_western.is_body

    def counting(name: str) -> bool:
        nonlocal asked
        asked += len(name)
        return is_body(name)

    monkeypatch.setattr(entities_western, "is_body", counting)
    entities_western.spans("Holt’s " * 2_000 + "Bank", "en")
    assert asked < 100_000


def test_no_quotation_is_asked_about_more_than_its_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A paragraph without a full stop is one sentence: all of it for each quotation is the square of the text."""
    from flows.enrichment import attributions_western, quotes_western

    longest = 0
    read = quotes_western.words

    def counting(text: str, start: int, end: int, known: object) -> object:
        nonlocal longest
        longest = max(longest, end - start)
        return read(text, start, end, known)  # type: ignore[arg-type]

    monkeypatch.setattr(quotes_western, "words", counting)
    monkeypatch.setattr(attributions_western, "words", counting)
    said("en", "Holt nodded at “a b c d” and " * 1_000)
    assert 0 < longest < 1_000
