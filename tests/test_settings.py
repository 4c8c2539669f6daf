"""A wrong setting is one sentence that names it; a misspelt one is not ignored."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.settings import ROOT, SettingsError, settings


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("SILLOK_LAKE", "SILLOK_CONTACT"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_defaults_need_no_environment() -> None:
    assert settings().lake == ROOT / "data" / "lake"
    assert settings().contact == ""


def test_a_value_out_of_bounds_names_the_variable_and_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILLOK_WORKERS", "0")
    with pytest.raises(SettingsError, match=r"SILLOK_WORKERS is '0': .*greater than or equal to 1"):
        settings()


def test_a_misspelt_setting_is_told_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILLOK_LAKES", "somewhere")
    with pytest.raises(SettingsError, match="SILLOK_LAKES does not exist; did you mean SILLOK_LAKE"):
        settings()


def test_a_relative_lake_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SILLOK_LAKE", "here")
    assert settings().lake == tmp_path / "here"


def test_the_user_agent_names_us_and_how_to_reach_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILLOK_CONTACT", "https://corpus.example/about")
    assert settings().user_agent.startswith("Sillok/")
    assert "(+https://corpus.example/about)" in settings().user_agent
    assert "Mozilla" not in settings().user_agent
