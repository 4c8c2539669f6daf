"""A transformer's folder: what must lie in it, what names it, and how its parts are opened.

Reads a folder as the usual exporters write one (`config.json`, `tokenizer.json`, an ONNX file); nothing is ever
downloaded. onnxruntime and tokenizers are an extra of the package and are imported here only, when a model is opened.
"""

import hashlib
import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from flows.enrichment.entity_model import Floats

MAX_CONFIG_BYTES = 2**20
MAX_TOKENIZER_BYTES = 2**28
"""Many times the largest in use: what is larger is no configuration and no tokenizer."""

GLINER_CONFIG = "gliner_config.json"
_CHUNK_BYTES = 2**20

Array = npt.NDArray[np.int64]


class TransformerError(Exception):
    """A model that cannot be used; the message is a sentence that names the folder or file and what is wrong."""


class Kind(StrEnum):
    """What a model does with a text."""

    TOKENS = "tokens"  # one label for each token
    GLINER = "gliner"  # a score for each run of words and each type asked for


@dataclass(frozen=True, slots=True)
class Folder:
    """A model found whole on disk. `digest` names it by the bytes of its files: 12 hexadecimal digits of SHA-256."""

    path: Path
    kind: Kind
    onnx: Path
    files: tuple[Path, ...]
    digest: str


class Session(Protocol):
    """What is used of an onnxruntime session."""

    def get_inputs(self) -> Sequence[Any]:
        """The graph's inputs, each with name, type and shape."""

    def run(self, names: Sequence[str] | None, feeds: Mapping[str, object]) -> Sequence[Floats]:
        """Outputs for the given inputs."""


def look(path: Path, limit_bytes: int) -> Folder:
    """Find a model's files and name it, without loading it.

    Raises TransformerError for a folder without its parts, or with more than `limit_bytes` of them.
    """
    if not path.is_dir():
        raise TransformerError(f"there is no folder {path}")
    kind = Kind.GLINER if (path / GLINER_CONFIG).is_file() else Kind.TOKENS
    config = path / (GLINER_CONFIG if kind is Kind.GLINER else "config.json")
    onnx = _onnx(path)
    for wanted, limit in ((config, MAX_CONFIG_BYTES), (path / "tokenizer.json", MAX_TOKENIZER_BYTES)):
        if not wanted.is_file():
            raise TransformerError(f"{path} has no {wanted.name}; a model is a folder exported with its tokenizer")
        if wanted.stat().st_size > limit:
            raise TransformerError(f"{wanted} has {wanted.stat().st_size:,} bytes; at most {limit:,} are read")
    # Weights may lie beside the graph: model.onnx_data, model.onnx.data
    weights = sorted(p for p in onnx.parent.glob(f"{onnx.name}*") if p.is_file())
    files = (config, path / "tokenizer.json", *weights)
    size = sum(file.stat().st_size for file in files)
    if size > limit_bytes:
        raise TransformerError(
            f"the model in {path} has {size:,} bytes, more than the {limit_bytes:,} of SILLOK_WORKER_MEMORY_BYTES"
        )
    return Folder(path, kind, onnx, files, _digest(files))


def _onnx(path: Path) -> Path:
    for folder in (path, path / "onnx"):
        found = sorted(p for p in folder.glob("*.onnx") if p.is_file())
        named = [p for p in found if p.name == "model.onnx"]
        if named or len(found) == 1:
            return (named or found)[0]
        if found:
            names = ", ".join(p.name for p in found)
            raise TransformerError(f"{folder} has several models ({names}); leave one, or call one model.onnx")
    raise TransformerError(f"{path} has no model.onnx; export the model to ONNX first")


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name} {file.stat().st_size}\n".encode())
        with file.open("rb") as handle:
            while chunk := handle.read(_CHUNK_BYTES):
                digest.update(chunk)
    return digest.hexdigest()[:12]


def check_unchanged(folder: Folder) -> None:
    """Raise TransformerError where the files are others than those that named the model: its rows would lie."""
    if not all(file.is_file() for file in folder.files) or _digest(folder.files) != folder.digest:
        raise TransformerError(f"the model in {folder.path} was changed during the run; start it again")


def config(folder: Folder, name: str) -> dict[str, Any]:
    """A JSON object of the folder."""
    file = folder.path / name
    if not file.is_file():
        return {}
    with _told(file):
        found = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise TransformerError(f"{file} is no JSON object")
    return found


def whole(config: Mapping[str, Any], key: str, default: int, least: int = 1, most: int = 100_000) -> int:
    """A whole number of a configuration; the default where it is missing or makes no sense."""
    value = config.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else default


def session(folder: Folder) -> Session:
    """The graph, ready to run on one thread: the pool of worker processes is what runs things side by side."""
    runtime = _extra("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised, and told by us
    with _told(folder.onnx):
        opened: Session = runtime.InferenceSession(str(folder.onnx), options, providers=["CPUExecutionProvider"])
    return opened


def scores(opened: Session, onnx: Path, feeds: Mapping[str, object]) -> Floats:
    """The first output of the graph. Raises TransformerError where it fails or gives what is no number."""
    try:
        found = np.asarray(opened.run(None, feeds)[0])
        is_good = bool(np.isfinite(found).all())
    except Exception as error:  # the runtime raises a class of its own for every kind of fault
        raise TransformerError(f"{onnx} does not run: {first_line(error)}") from None
    if not is_good:
        raise TransformerError(f"{onnx} gave scores that are no numbers")
    return found


def tokenizer(folder: Folder) -> Any:  # noqa: ANN401 - the package is an extra: its types may be absent
    """The tokenizer, without the padding and truncation that an exporter may have left in it."""
    file = folder.path / "tokenizer.json"
    with _told(file):
        found = _extra("tokenizers").Tokenizer.from_file(str(file))
        found.no_truncation()
        found.no_padding()
    return found


def _extra(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise TransformerError(
            f"a model needs the package {name}, which is not installed; `make setup` installs it where it is built "
            "for the machine, and so does `pip install --editable '.[models]'`"
        ) from None


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turn what the parsers of models and tokenizers raise into one sentence."""
    try:
        yield
    except TransformerError:
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":  # a Rust panic is no Exception
            raise TransformerError(f"{file} cannot be read: {first_line(error)}") from None
        raise


def first_line(error: BaseException) -> str:
    """What an error says, short enough for a message."""
    said = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__}: {said[:200]}" if said else type(error).__name__
