"""Models by settings: switched on they find the entities, everywhere; what is wrong with one is a sentence and a 2."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from flows.enrichment.transformers import Transformers
from flows.settings import Settings, SettingsError, settings
from flows.steps.entity_models import entity_models, tried
from flows.steps.standalone import entity_lines
from tests.conftest import sillok
from tests.enrichment.tiny_models import gliner_model, save, token_model
from tests.test_cli import PAGE

pytest.importorskip("onnxruntime", reason="onnxruntime is not built for this machine")

SENTENCE = "느티시 대표는 강릉에서 만났다."
MEANINGS = {"느티": "B-OG", "##시": "I-OG", "강릉": "B-LC", "한보람": "B-OG"}


def set_to(**values: Path | int) -> Settings:
    return settings().model_copy(update=values)


def hungry(folder: Path) -> Path:
    """A model that asks for 64 GiB as soon as it runs."""
    token_model(folder)
    nodes = [
        helper.make_node("ConstantOfShape", ["huge"], ["zeros"]),
        helper.make_node("ReduceMax", ["zeros"], ["most"], keepdims=0),
        helper.make_node("Gather", ["weights", "input_ids"], ["scores"]),
        helper.make_node("Add", ["scores", "most"], ["logits"]),
    ]
    constants = {"huge": np.array([2**34]), "weights": np.zeros((99, 13), dtype=np.float32)}
    graph = helper.make_graph(
        nodes,
        "hungry",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "tokens", 13])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    save(graph, folder / "model.onnx")
    return folder


def test_without_settings_there_is_no_model_and_no_trial() -> None:
    assert entity_models(settings()) == Transformers()
    assert tried(settings(), Transformers()) == Transformers()


def test_a_folder_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"SILLOK_ENTITY_MODEL_OTHER cannot be used: there is no folder .*gone"):
        entity_models(set_to(entity_model_other=tmp_path / "gone"))


def test_a_model_larger_than_a_worker_may_be_is_told_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SILLOK_WORKER_MEMORY_BYTES"):
        entity_models(set_to(entity_model_korean=token_model(tmp_path / "a"), worker_memory_bytes=100))


@pytest.mark.slow
def test_a_model_that_eats_all_memory_costs_a_trial_process_and_not_this_one(tmp_path: Path) -> None:
    given = set_to(entity_model_korean=hungry(tmp_path / "a"))
    with pytest.raises(SettingsError, match="SILLOK_ENTITY_MODEL_KOREAN cannot be used: "):
        tried(given, entity_models(given))


@pytest.mark.slow
def test_entities_on_the_command_line_are_the_models(tmp_path: Path) -> None:
    korean = str(token_model(tmp_path / "a", MEANINGS))
    feed = json.dumps({"id": 1, "text": SENTENCE}) + "\n" + json.dumps({"id": 2, "text": "Mary Reed met."}) + "\n"
    done = sillok(
        tmp_path,
        "entities",
        feed=feed,
        SILLOK_ENTITY_MODEL_KOREAN=korean,
        SILLOK_ENTITY_MODEL_OTHER=str(gliner_model(tmp_path / "g")),
    )
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line)["entities"] for line in done.stdout.splitlines())
    assert [(one["text"], one["type"]) for one in first] == [("느티시", "OG"), ("강릉", "LC")]
    assert [(one["text"], one["type"]) for one in second] == [("Mary Reed", "PS")]


@pytest.mark.slow
def test_a_service_instead_of_a_folder_is_refused_by_every_command(tmp_path: Path) -> None:
    for words in (["entities"], ["annotate"], ["import", str(tmp_path)], ["run", "--sample"]):
        done = sillok(
            tmp_path / "lake", *words, feed="{}\n", is_newcomer=True, SILLOK_ENTITY_MODEL_OTHER="https://ner.example/v1"
        )
        assert done.returncode == 2, words
        assert "SILLOK_ENTITY_MODEL_OTHER is 'https://ner.example/v1'" in done.stderr
        assert "texts are never sent to a service" in done.stderr
    assert not (tmp_path / "lake").exists()


@pytest.mark.slow
def test_a_broken_model_is_one_sentence_before_any_line_is_printed(tmp_path: Path) -> None:
    broken = token_model(tmp_path / "a")
    (broken / "model.onnx").write_bytes((broken / "model.onnx").read_bytes()[:100])
    for command in ("entities", "annotate"):
        done = sillok(
            tmp_path, command, feed=json.dumps({"text": "윤가람"}) + "\n", SILLOK_ENTITY_MODEL_KOREAN=str(broken)
        )
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("sillok: SILLOK_ENTITY_MODEL_KOREAN cannot be used: ")
        assert "Traceback" not in done.stderr


def test_a_model_that_fails_on_a_line_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = set_to(entity_model_korean=token_model(tmp_path / "a"))
    monkeypatch.setattr("flows.steps.standalone.tried", lambda _, models: models)
    lines = entity_lines([json.dumps({"id": "a", "text": "윤가람"}), json.dumps({"id": "b", "text": "강릉시"})], given)
    assert json.loads(next(lines))["id"] == "a"
    monkeypatch.setattr("flows.enrichment.transformer_files.np.isfinite", lambda _: np.array([False]))
    with pytest.raises(SettingsError, match=r"Stopped at the line with id 'b': .*no numbers"):
        next(lines)


@pytest.mark.slow
def test_a_run_annotates_with_the_model_in_its_workers_and_anew_when_it_is_switched_on(
    tmp_path: Path, ask: Callable[[Path, str], list[dict[str, object]]]
) -> None:
    lake, pages = tmp_path / "lake", tmp_path / "pages"
    pages.mkdir()
    (pages / "good.html").write_text(PAGE, encoding="utf-8")
    assert sillok(lake, "import", str(pages), "--until", "enrich").returncode == 0
    folder = str(token_model(tmp_path / "a", MEANINGS))
    done = sillok(lake, "import", str(pages), "--until", "enrich", SILLOK_ENTITY_MODEL_KOREAN=folder)
    assert done.returncode == 0, done.stderr
    rows = ask(lake, "SELECT annotator, outcome FROM lake.staging.annotations ORDER BY annotated_at")
    assert [row["outcome"] for row in rows] == ["ok", "ok"]
    plain, named = (str(row["annotator"]) for row in rows)
    assert named.startswith(f"{plain} transformer-korean/1:")
    found = ask(
        lake, f"SELECT DISTINCT text, type FROM lake.staging.entities WHERE annotator = '{named}' AND text <> '느티시'"
    )
    assert found == [{"text": "한보람", "type": "OG"}]  # the tagger calls her a person
