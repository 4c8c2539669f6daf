"""Models of some kilobytes, laid out as exporters lay out real ones: weights say which token is what."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
KLUE = ("B-DT", "I-DT", "B-LC", "I-LC", "B-OG", "I-OG", "B-PS", "I-PS", "B-QT", "I-QT", "B-TI", "I-TI", "O")
"""The labels of KLUE-NER in the order of its models."""

KOREAN = {
    "윤가람": "B-PS",
    "한빛": "B-OG",
    "##전자": "I-OG",
    "강릉": "B-LC",
    "##시": "I-LC",
    "15": "B-DT",
    "##일": "I-DT",
}
PLAIN = ("대표", "##는", "##이", "##가", "##에서", "##의", "를", "##를", "만났다", ".", ",", "a", "##b", "##c")


def word_pieces(words: Sequence[str], more_special: Sequence[str] = ()) -> Tokenizer:
    """A WordPiece tokenizer as those of BERT are: words, and pieces that go on a word."""
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys([*SPECIAL, *more_special, *words]))}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.add_special_tokens([*SPECIAL, *more_special])
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", 2), ("[SEP]", 3)])
    return made


def token_model(
    folder: Path,
    meanings: Mapping[str, str] = KOREAN,
    plain: Sequence[str] = PLAIN,
    *,
    labels: Sequence[str] = KLUE,
    tokenizer: Tokenizer | None = None,
    **config: Any,
) -> Path:
    """A model of one layer: each token has the label that `meanings` gives it, all others O."""
    folder.mkdir(parents=True, exist_ok=True)
    made = tokenizer or word_pieces([*meanings, *plain])
    weights = np.zeros((made.get_vocab_size(), len(labels)), dtype=np.float32)
    weights[:, labels.index("O")] = 1.0
    for word, name in meanings.items():
        weights[made.token_to_id(word), labels.index(name)] = 5.0
    graph = helper.make_graph(
        [helper.make_node("Gather", ["weights", "input_ids"], ["logits"])],
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "tokens", len(labels)])],
        [numpy_helper.from_array(weights, "weights")],
    )
    save(graph, folder / "model.onnx")
    made.save(str(folder / "tokenizer.json"))
    said = {"id2label": dict(enumerate(labels)), "max_position_embeddings": 512, "pad_token_id": 0, **config}
    (folder / "config.json").write_text(json.dumps(said), encoding="utf-8")
    return folder


GLINER_WORDS = {"Mary": (9, -9), "Reed": (-9, 9), "Oslo": (9, 9), "Acme": (9, -9), "Corp": (-9, 9)}
GLINER_KINDS = {"Mary": 0, "Reed": 0, "Acme": 1, "Corp": 1, "Oslo": 2}


def gliner_model(folder: Path, width: int = 3, kinds: int = 6, **config: Any) -> Path:
    """A model with GLiNER's inputs: a run scores what its first word weighs as a first and its last as a last one."""
    folder.mkdir(parents=True, exist_ok=True)
    asked = ("person", "organization", "location", "date", "time", "quantity")
    made = word_pieces([*GLINER_WORDS, *asked, "of", "met", "in", ".", "##s"], ["<<ENT>>", "<<SEP>>"])
    tables = np.full((2, made.get_vocab_size(), kinds), -9, dtype=np.float32)
    for word, ends in GLINER_WORDS.items():
        for table, weight in enumerate(ends):
            tables[table, made.token_to_id(word), GLINER_KINDS[word]] = weight
    nodes = [
        helper.make_node("Reshape", ["text_lengths", "one"], ["count"]),
        helper.make_node("Add", ["count", "one"], ["depth"]),
        helper.make_node("OneHot", ["words_mask", "depth", "off_on"], ["pointed"], axis=1),
    ]
    for end, place in (("first", "zero_at"), ("last", "one_at")):
        nodes += [
            helper.make_node("Gather", [end, "input_ids"], [f"{end}_tokens"]),
            helper.make_node("MatMul", ["pointed", f"{end}_tokens"], [f"{end}_words"]),
            helper.make_node("Slice", [f"{end}_words", "one", "far", "one"], [f"{end}_real"]),
            helper.make_node("Squeeze", [f"{end}_real", "zero"], [f"{end}_flat"]),
            helper.make_node("Gather", ["span_idx", place], [f"{end}_at"], axis=2),
            helper.make_node("Gather", [f"{end}_flat", f"{end}_at"], [f"{end}_scores"], axis=0),
        ]
    nodes += [
        helper.make_node("Add", ["first_scores", "last_scores"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["logits"]),
    ]
    constants: dict[str, Any] = {
        "first": tables[0],
        "last": tables[1],
        "one": np.array([1]),
        "zero": np.array([0]),
        "far": np.array([2**31]),
        "zero_at": np.array(0),
        "one_at": np.array(1),
        "off_on": np.array([0, 1], dtype=np.float32),
        "shape": np.array([1, -1, width, kinds]),
    }
    shapes = {
        "input_ids": ["batch", "tokens"],
        "attention_mask": ["batch", "tokens"],
        "words_mask": ["batch", "tokens"],
        "text_lengths": ["batch", 1],
        "span_idx": ["batch", "spans", 2],
    }
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in shapes.items()]
    inputs.append(helper.make_tensor_value_info("span_mask", TensorProto.BOOL, ["batch", "spans"]))
    graph = helper.make_graph(
        nodes,
        "tiny",
        inputs,
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "words", width, kinds])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    save(graph, folder / "model.onnx")
    made.save(str(folder / "tokenizer.json"))
    said = {"max_width": width, "max_len": 384, "span_mode": "markerV0", **config}
    (folder / "gliner_config.json").write_text(json.dumps(said), encoding="utf-8")
    return folder


def save(graph: onnx.GraphProto, path: Path) -> None:
    """Write a graph as an ONNX file that common runtimes of the last years read."""
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
