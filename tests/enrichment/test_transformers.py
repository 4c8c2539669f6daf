"""The optional back end: a span comes from the model's weights, and a model that cannot be used is a sentence."""

import json
import socket
import sys
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from flows.enrichment import transformer_files, transformers
from flows.enrichment.annotator import annotate, annotator, entities
from flows.enrichment.document import Document, Outcome
from flows.enrichment.transformer_files import TransformerError, look
from flows.enrichment.transformer_labels import label
from flows.enrichment.transformers import Transformers, load, trouble
from tests.enrichment.tiny_models import KOREAN, gliner_model, save, token_model, word_pieces

pytest.importorskip("onnxruntime", reason="onnxruntime is not built for this machine")

LIMIT = 2**30
SENTENCE = "윤가람 한빛전자 대표는 15일 강릉시에서 abc를 만났다."


def tagged(folder: Path, text: str) -> list[tuple[str, str]]:
    spans = load(look(folder, LIMIT)).tag([text])[0]
    assert all(before[1] <= behind[0] for before, behind in pairwise(spans))
    return [(text[start:end], kind) for start, end, kind in spans]


def test_spans_are_what_the_models_weights_say(tmp_path: Path) -> None:
    assert tagged(token_model(tmp_path / "a"), SENTENCE) == [
        ("윤가람", "PS"),
        ("한빛전자", "OG"),
        ("15일", "DT"),
        ("강릉시", "LC"),
    ]
    other = {**KOREAN, "윤가람": "B-LC", "한빛": "O", "##전자": "O"}
    assert tagged(token_model(tmp_path / "b", other), SENTENCE)[0] == ("윤가람", "LC")


def test_a_word_in_latin_letters_is_never_cut(tmp_path: Path) -> None:
    folder = token_model(tmp_path / "a", {"a": "B-OG"})
    assert tagged(folder, "대표는 abc를 만났다") == [("abc", "OG")]


def test_two_names_in_a_row_stay_two(tmp_path: Path) -> None:
    assert tagged(token_model(tmp_path / "a"), "윤가람 윤가람 한빛전자전자") == [
        ("윤가람", "PS"),
        ("윤가람", "PS"),
        ("한빛전자전자", "OG"),
    ]


@pytest.mark.parametrize("count", [1, 40, 170, 700, 5_000])
def test_a_long_text_is_read_whole_and_every_name_once(tmp_path: Path, count: int) -> None:
    # 12 tokens a sentence: names fall on the seams of windows at many places
    text = " ".join([SENTENCE] * count)
    spans = load(look(token_model(tmp_path / "a"), LIMIT)).tag([text])[0]
    assert [(start, end) for start, end, kind in spans if kind == "OG"] == [
        (at * (len(SENTENCE) + 1) + 4, at * (len(SENTENCE) + 1) + 8) for at in range(count)
    ]
    assert len(spans) == 4 * count


def test_a_name_over_the_seam_of_two_windows_stays_one(tmp_path: Path) -> None:
    folder = token_model(tmp_path / "a", {**KOREAN, "##가": "I-OG"}, max_position_embeddings=32)
    for shift in range(32):
        text = "를 " * shift + "한빛" + "가" * 6 + " 를" * 40
        assert tagged(folder, text) == [("한빛" + "가" * 6, "OG")], shift


class ShortSighted:
    """Is wrong within ten tokens of either end of what it is shown: misses names there, or finds what is none."""

    def __init__(self, is_name: bool) -> None:
        self.inside, self.outside = (6, 12) if is_name else (12, 6)

    def run(self, _: object, feeds: dict[str, Any]) -> list[Any]:
        scores = np.zeros((*feeds["input_ids"].shape, 13), dtype=np.float32)
        scores[:, :, self.outside] = 1.0
        for row, mask in enumerate(feeds["attention_mask"]):
            scores[row, 10 : int(mask.sum()) - 10, self.inside] = 5.0
        return [scores]


@pytest.mark.parametrize("is_name", [True, False])
def test_where_windows_overlap_the_one_that_sees_more_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_name: bool
) -> None:
    model = load(look(token_model(tmp_path / "a"), LIMIT))
    monkeypatch.setattr(model, "_session", ShortSighted(is_name))
    spans = model.tag([" ".join(["강릉"] * 2_000)])[0]
    at_the_ends = 2 * (10 - 1)  # of the whole text; one of the ten is the mark at the end of a window
    assert len(spans) == (2_000 - at_the_ends if is_name else at_the_ends)


def test_texts_of_one_article_do_not_get_mixed_up(tmp_path: Path) -> None:
    texts = [SENTENCE * 90, "", "  ", "윤가람", "를", *["강릉시 윤가람"] * 20]
    found = load(look(token_model(tmp_path / "a"), LIMIT)).tag(texts)
    assert [len(one) for one in found] == [360, 0, 0, 1, 0, *[2] * 20]


def test_offsets_hold_in_decomposed_hangul(tmp_path: Path) -> None:
    made = word_pieces([*KOREAN, "대표"])
    made.normalizer = normalizers.NFC()
    text = unicodedata.normalize("NFD", "대표 윤가람 강릉시")
    found = tagged(token_model(tmp_path / "a", tokenizer=made), text)
    assert found == [(unicodedata.normalize("NFD", "윤가람"), "PS"), (unicodedata.normalize("NFD", "강릉시"), "LC")]


def test_an_emoji_read_byte_by_byte_is_one_place(tmp_path: Path) -> None:
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made = Tokenizer(models.BPE({one: number for number, one in enumerate(sorted(alphabet))}, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    meanings = dict.fromkeys((pre[0] for pre in (made.encode(byte).tokens for byte in "A")), "B-PS")
    meanings |= dict.fromkeys(made.encode("🎉").tokens, "B-OG")
    folder = token_model(tmp_path / "a", meanings, (), tokenizer=made)
    assert tagged(folder, "x 🎉 A") == [("🎉", "OG"), ("A", "PS")]


@pytest.mark.parametrize(
    "text",
    [
        "앞 \ud800\udc00 \udfff 윤가람",
        "\x00\x01\u202e 윤가람",
        "😀🎉👨‍👩‍👧‍👦" * 300,
        "가" * 30_000,
        "(" * 9_000,
        "a" * 20_000,
    ],
    ids=["surrogates", "controls", "emoji", "syllable", "brackets", "letters"],
)
def test_hostile_text_gets_spans_that_lie_in_it(tmp_path: Path, text: str) -> None:
    models = Transformers(look(token_model(tmp_path / "a"), LIMIT), look(gliner_model(tmp_path / "g"), LIMIT))
    found = annotate(Document("x", None, (text,)), models)
    assert found.outcome is Outcome.OK, found.reason
    assert all(text[one.start : one.end] == one.text for one in found.entities)
    assert ("윤가람" in {one.text for one in found.entities}) == ("윤가람" in text)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("B-PS", ("PS", True)),
        ("I-ORG", ("OG", False)),
        ("PER-B", ("PS", True)),
        ("LOC_I", ("LC", False)),
        ("S-GPE", ("LC", True)),
        ("money", ("QT", False)),
        ("O", None),
        ("B-MISC", None),
        ("LABEL_3", None),
    ],
)
def test_labels_of_other_corpora_are_understood(name: str, said: tuple[str, bool] | None) -> None:
    assert label(name) == said


def test_types_that_a_model_does_not_know_stay_with_the_tagger(tmp_path: Path) -> None:
    folder = token_model(tmp_path / "a", {"윤가람": "B-PER"}, labels=("B-PER", "I-PER", "O"))
    found = entities("윤가람 대표는 지난 15일 강릉에서 만났다.", Transformers(korean=look(folder, LIMIT)))
    assert ("윤가람", "PS") in {(one.text, one.type) for one in found}
    assert ("지난 15일", "DT") in {(one.text, one.type) for one in found}


def test_gliner_finds_runs_of_words_and_keeps_the_best(tmp_path: Path) -> None:
    folder = gliner_model(tmp_path / "g")
    text = "Mary Reed of Acme Corp met Mary in Oslo."
    assert tagged(folder, text) == [("Mary Reed", "PS"), ("Acme Corp", "OG"), ("Oslo", "LC")]
    assert tagged(folder, "") == []


def test_gliner_reads_a_long_text_whole_and_every_name_once(tmp_path: Path) -> None:
    folder = gliner_model(tmp_path / "g", max_len=20)
    for shift in range(20):
        text = "of " * shift + "Mary Reed met in Oslo. " * 60
        found = tagged(folder, text)
        assert found == [("Mary Reed", "PS"), ("Oslo", "LC")] * 60, shift


def test_each_text_goes_to_the_model_of_its_language(tmp_path: Path) -> None:
    models = Transformers(look(token_model(tmp_path / "a"), LIMIT), look(gliner_model(tmp_path / "g"), LIMIT))
    document = Document("x", "Mary Reed in Oslo", ("윤가람 대표는 강릉시에서 만났다.", "Acme Corp met."))
    found = annotate(document, models)
    assert [(one.paragraph, one.text, one.type) for one in found.entities] == [
        (-1, "Mary Reed", "PS"),
        (-1, "Oslo", "LC"),
        (0, "윤가람", "PS"),
        (0, "강릉시", "LC"),
        (1, "Acme Corp", "OG"),
    ]
    assert [person.name for person in found.people] == ["Mary Reed", "윤가람"]  # the enrichers behind build on them


def test_the_annotators_name_changes_with_one_byte_of_the_model(tmp_path: Path) -> None:
    folder = token_model(tmp_path / "a")
    first = annotator(Transformers(korean=look(folder, LIMIT)))
    assert first == annotator(Transformers(korean=look(folder, LIMIT)))
    assert first.startswith(annotator() + " transformer-korean/")
    (folder / "config.json").write_bytes((folder / "config.json").read_bytes() + b" ")
    assert annotator(Transformers(korean=look(folder, LIMIT))) != first


def test_a_model_changed_behind_our_back_writes_no_rows_under_the_old_name(tmp_path: Path) -> None:
    folder = token_model(tmp_path / "a")
    models = Transformers(korean=look(folder, LIMIT))
    token_model(folder, {"윤가람": "B-LC"})
    found = annotate(Document("x", None, ("윤가람 대표",)), models)
    assert found.outcome is Outcome.ANNOTATOR_ERROR
    assert "was changed during the run" in (found.reason or "")


def drop(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def put(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return change


def cut(folder: Path) -> None:
    whole = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(whole[: len(whole) // 2])


def config(**changed: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        said = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**said, **changed}))

    return change


def graph(build: Callable[[], Any]) -> Callable[[Path], None]:
    return lambda folder: save(build(), folder / "model.onnx")


def one_node(node: Any, name: str, constants: dict[str, Any]) -> Any:
    return helper.make_graph(
        [node],
        "bad",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, key) for key, value in constants.items()],
    )


def lying_tensor() -> Any:
    made = one_node(helper.make_node("Gather", ["w", "input_ids"], ["logits"]), "input_ids", {"w": np.zeros((9, 3))})
    made.initializer[0].dims[:] = [2**40, 3]  # says that it holds terabytes
    return made


def sparse(folder: Path) -> None:
    with (folder / "model.onnx").open("wb") as handle:
        handle.truncate(2 * LIMIT)  # says that it is larger than a worker may be


BAD: list[tuple[str, Callable[[Path], None], str]] = [
    ("no config", drop("config.json"), "has no config.json"),
    ("no tokenizer", drop("tokenizer.json"), "has no tokenizer.json"),
    ("no graph", drop("model.onnx"), "has no model.onnx; export the model"),
    ("config that is no JSON", put("config.json", "{"), "config.json cannot be read: JSONDecodeError"),
    ("config that is a list", put("config.json", "[]"), "config.json is no JSON object"),
    ("config that is huge", put("config.json", " " * 2**21), "config.json has 2,097,152 bytes; at most 1,048,576"),
    ("no labels", config(id2label=None), "has no id2label"),
    ("labels unknown", config(id2label={"0": "LABEL_0", "1": "LABEL_1"}), "none is known here (LABEL_0, LABEL_1)"),
    ("labels without numbers", config(id2label={"x": "B-PS"}), "an id2label without numbers"),
    ("tokenizer that is none", put("tokenizer.json", '{"model": 3}'), "tokenizer.json cannot be read"),
    ("graph cut in two", cut, "model.onnx cannot be read"),
    ("graph that is empty", put("model.onnx", ""), "model.onnx cannot be read"),
    ("graph of noise", put("model.onnx", "noise " * 99), "model.onnx cannot be read"),
    ("tensor that lies", graph(lying_tensor), "model.onnx cannot be read"),
    ("file larger than memory", sparse, "more than the 1,073,741,824 of SILLOK_WORKER_MEMORY_BYTES"),
    (
        "other inputs",
        graph(
            lambda: one_node(
                helper.make_node("Gather", ["w", "pixels"], ["logits"]), "pixels", {"w": np.ones((9, 3), np.float32)}
            )
        ),
        "wants other inputs than token ids: pixels",
    ),
    (
        "no score a token",
        graph(lambda: one_node(helper.make_node("Cast", ["input_ids"], ["logits"], to=1), "input_ids", {})),
        "gave no score for each token",
    ),
    (
        "fewer words than the tokenizer",
        graph(
            lambda: one_node(
                helper.make_node("Gather", ["w", "input_ids"], ["logits"]),
                "input_ids",
                {"w": np.ones((1, 13), dtype=np.float32)},
            )
        ),
        "model.onnx does not run",
    ),
    (
        "scores that are no numbers",
        graph(
            lambda: one_node(
                helper.make_node("Gather", ["w", "input_ids"], ["logits"]),
                "input_ids",
                {"w": np.full((99, 13), np.nan, dtype=np.float32)},
            )
        ),
        "gave scores that are no numbers",
    ),
]


@pytest.mark.parametrize(("damage", "says"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_a_folder_that_is_no_model_is_told_in_a_sentence(
    tmp_path: Path, damage: Callable[[Path], None], says: str
) -> None:
    folder = token_model(tmp_path / "a")
    damage(folder)
    try:
        said = trouble(Transformers(korean=look(folder, LIMIT)))
    except TransformerError as error:
        said = str(error)
    assert said is not None
    assert says in said
    assert str(folder) in said


def test_several_graphs_are_not_guessed_among(tmp_path: Path) -> None:
    folder = token_model(tmp_path / "a")
    (folder / "model.onnx").rename(folder / "first.onnx")
    assert look(folder, LIMIT).onnx.name == "first.onnx"
    (folder / "second.onnx").write_bytes((folder / "first.onnx").read_bytes())
    with pytest.raises(TransformerError, match=r"several models \(first.onnx, second.onnx\)"):
        look(folder, LIMIT)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"span_mode": "token_level"}, "span_mode token_level; only those of markerV0"),
        ({"ent_token": "[ENT]"}, "does not know [ENT]"),
        ({"kinds": 5}, "gave no score for each run of words"),
    ],
)
def test_gliner_models_of_other_kinds_are_told(tmp_path: Path, made: dict[str, Any], says: str) -> None:
    said = trouble(Transformers(other=look(gliner_model(tmp_path / "g", **made), LIMIT)))
    assert says in (said or "")


def test_a_missing_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = look(token_model(tmp_path / "a"), LIMIT)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    said = trouble(Transformers(korean=folder))
    assert "the package onnxruntime, which is not installed; `make setup` installs it" in (said or "")


def test_nobody_loads_a_runtime_who_uses_no_model() -> None:
    import subprocess

    code = (
        "import sys; from flows.enrichment.annotator import entities; entities('윤가람 대표');"
        "print({'onnxruntime', 'tokenizers', 'onnx'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_model_reaches_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("text of articles must not leave the machine")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    models = Transformers(look(token_model(tmp_path / "a"), LIMIT), look(gliner_model(tmp_path / "g"), LIMIT))
    assert trouble(models) is None
    assert transformers.load.cache_info().currsize >= 2
    for path in Path(transformer_files.__file__).parent.glob("transformer*.py"):
        assert "from_pretrained" not in path.read_text(encoding="utf-8"), "that call downloads"
