"""Entities: the spans on which people, organisations and places are built."""

import numpy as np
import pytest

from flows.enrichment import entity_features, entity_model, entity_numbers, expressions, meanings, nearness, tagger
from flows.enrichment.annotator import entities
from flows.enrichment.tokens import tokenise


def typed(text: str) -> set[tuple[str, str]]:
    return {(e.text, e.type) for e in entities(text)}


def test_it_finds_all_six_types_in_a_plain_sentence() -> None:
    found = typed("윤가람 한빛전자 대표는 15일 오후 3시 부산에서 직원 500명을 만났다.")
    assert {
        ("윤가람", "PS"),
        ("한빛전자", "OG"),
        ("15일", "DT"),
        ("오후 3시", "TI"),
        ("부산", "LC"),
        ("500명", "QT"),
    } <= found


def test_spans_lie_in_order_and_do_not_overlap() -> None:
    found = entities(
        "서울 강남구에서 김하늘(43)씨와 이바다 의원이 2025년 3월 5일 만나 30억원을 논의했다고 한빛일보가 전했다."
    )
    edges = [edge for e in found for edge in (e.start, e.end)]
    assert edges == sorted(edges)
    assert len(found) >= 5


def test_paired_countries_are_taken_apart() -> None:
    (tokens,) = tokenise(["남북 대화와 한미 동맹이다."])
    parts = [unit.surface for unit in entity_features.units("남북 대화와 한미 동맹이다.", tokens)]
    assert parts[:2] == ["남", "북"]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("값은 49달러다.", ("49달러", "QT")),
        ("비율은 2.5%다.", ("2.5%", "QT")),
        ("밤 11시 30분에 났다.", ("밤 11시 30분", "TI")),
        ("3년간 이어졌다.", ("3년간", "DT")),
        ("지난 15일 났다.", ("지난 15일", "DT")),
    ],
)
def test_patterns_give_the_tagger_amounts_times_and_days(text: str, span: tuple[str, str]) -> None:
    assert span in {(text[a:b], kind) for a, b, kind in expressions.spans(text)}


def test_a_place_and_the_place_in_it_are_one_and_those_in_a_row_are_not() -> None:
    text = "캐나다 토론토와 부산, 대구를 거쳤다."
    (tokens,) = tokenise([text])
    parts = entity_features.units(text, tokens)
    spots = [(text.index(name), text.index(name) + len(name), "LC") for name in ("캐나다", "토론토", "부산", "대구")]
    found = tagger.corrected(text, parts, spots, entity_features.listed(text, parts))
    assert [text[start:end] for start, end, _ in found] == ["캐나다 토론토", "부산", "대구"]


def test_the_best_path_never_continues_what_did_not_begin() -> None:
    rng = np.random.default_rng(3)
    scores = [rng.normal(size=(n, len(entity_model.LABELS))).astype(np.float32) for n in (7, 0, 1, 12)]
    paths = tagger.viterbi(scores, entity_model.allowed())
    assert [len(path) for path in paths] == [7, 0, 1, 12]
    for path in paths:
        names = [entity_model.LABELS[label] for label in path]
        for before, name in zip(["O", *names], names, strict=False):
            assert not name.startswith("I-") or before[2:] == name[2:]


def test_scores_are_the_weights_of_the_features_however_they_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    model = entity_model.model()
    assert model is not None
    texts = ["윤가람 한빛전자 대표는 지난 15일 ‘가을밤’을 냈다.", "", "가", "강릉시청 3층에서 hello 50%를 밝혔다.", "."]
    seen = []
    for text, tokens in zip(texts, tokenise(texts), strict=True):
        parts = entity_features.units(text, tokens)
        seen.append(entity_features.seen(text, parts, entity_features.listed(text, parts)))
    rows = model.table.find(model.values.codes(seen))
    assert (rows > 0).sum() > 10 * len(rows)
    vectors = nearness.inputs(meanings.meanings().vectors, model.values.laid(seen).meant)
    expected = model.weights[rows].sum(axis=1) + np.einsum("upd,pdl->ul", vectors, model.of_meanings)
    monkeypatch.setattr(entity_numbers, "_MAX_REMEMBERED", 3)  # what was met before is forgotten again and again
    for _ in range(2):
        assert np.concatenate(model.scores(seen)) == pytest.approx(expected, abs=1e-3)
        assert model.scores(seen[:1])[0] == pytest.approx(expected[: seen[0].size], abs=1e-3)


def test_no_other_path_scores_more_than_the_one_chosen() -> None:
    rng = np.random.default_rng(7)
    labels = range(len(entity_model.LABELS))
    moves = rng.normal(size=(len(labels),) * 2).astype(np.float32) + entity_model.allowed()
    start = [-1e4 if name.startswith("I-") else 0.0 for name in entity_model.LABELS]
    for _ in range(5):
        scores = rng.normal(size=(3, len(labels))).astype(np.float32)
        worth = {
            (a, b, c): start[a] + scores[0, a] + moves[a, b] + scores[1, b] + moves[b, c] + scores[2, c]
            for a in labels
            for b in labels
            for c in labels
        }
        assert tuple(tagger.viterbi([scores], moves)[0]) == max(worth, key=lambda path: worth[path])


def test_texts_decoded_together_come_out_as_if_alone() -> None:
    rng = np.random.default_rng(5)
    moves = rng.normal(size=(len(entity_model.LABELS),) * 2).astype(np.float32) + entity_model.allowed()
    scores = [rng.normal(size=(n, len(entity_model.LABELS))).astype(np.float32) for n in (3, 9, 5)]
    assert tagger.viterbi(scores, moves) == [tagger.viterbi([one], moves)[0] for one in scores]


def test_english_names_bodies_and_places_are_told_by_their_forms() -> None:
    found = typed(
        "President Maria Halloran met officials of the Green Valley University in Morocco on January 9, 2026."
    )
    assert {
        ("Maria Halloran", "PS"),
        ("Green Valley University", "OG"),
        ("Morocco", "LC"),
        ("January 9, 2026", "DT"),
    } <= found


@pytest.mark.parametrize(
    ("text", "person", "body"),
    [
        ("서이든 바다새온 대표는 웃었다.", "서이든", "바다새온"),
        ("남기훤 다솔담식품 대표와 만났다.", "남기훤", "다솔담식품"),
        ("구본율 미르온테크 부사장은 웃었다.", "구본율", "미르온테크"),
        ("남궁설 가온테크 이사가 왔다.", "남궁설", "가온테크"),
        ("배하늘 솔잎제약 연구소장의 말이다.", "배하늘", "솔잎제약"),
    ],
)
def test_a_name_of_rare_syllables_is_parted_from_the_body_before_a_title(text: str, person: str, body: str) -> None:
    assert {(person, "PS"), (body, "OG")} <= typed(text)


@pytest.mark.parametrize("office", ["고흥군수", "해운대구청장", "경기도지사", "서울시교육감", "외교부장관"])
def test_an_office_with_its_area_written_on_tells_the_name_before_it_and_is_no_body(office: str) -> None:
    found = typed(f"박하늘 {office}이 말했다.")
    assert {text for text, kind in found if kind == "PS"} == {"박하늘"}
    assert office not in {text for text, _ in found}


@pytest.mark.parametrize(
    "text",
    [
        "이러한 네이버 대표는 없다.",
        "유명한 삼성전자 사장이 왔다.",
        "최근의 네이버 대표는 바쁘다.",
        "지난해 현대차 사장이 바뀌었다.",
        "우리의 시장은 작다.",
        "주식시장은 올랐고 중국시장은 내렸다.",
    ],
)
def test_another_word_before_a_body_and_a_title_is_no_name(text: str) -> None:
    assert not [one for one in typed(text) if one[1] == "PS"]


def test_a_foreign_name_before_a_title_stays_whole() -> None:
    assert ("마이클 잭슨", "PS") in typed("마이클 잭슨 감독이 왔다.")
