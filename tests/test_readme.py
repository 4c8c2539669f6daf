"""The two READMEs say the same, and what they say is there."""

import re
from pathlib import Path

import pytest
import yaml

from flows.cli import app
from flows.settings import Settings

ROOT = Path(__file__).parents[1]
README, KOREAN = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md"))


def test_both_languages_have_the_same_sections_commands_and_tables() -> None:
    for pattern in (r"^#+ ", r"^\| `", r"^\.venv/bin/sillok \w+", r"^make \w+", r"^```", r"\]\([\w./]+\)"):
        count = [len(re.findall(pattern, text, re.MULTILINE)) for text in (README, KOREAN)]
        assert count[0] == count[1], pattern


@pytest.mark.parametrize("text", [README, KOREAN], ids=["English", "Korean"])
def test_every_command_setting_target_and_file_that_it_names_exists(text: str) -> None:
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    commands |= {str(group.name) for group in app.registered_groups}
    assert set(re.findall(r"bin/sillok (\w+)", text)) <= commands
    assert {name.lower() for name in re.findall(r"SILLOK_(\w+)", text)} <= set(Settings.model_fields)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", text)) - {"and"} <= targets
    for path in re.findall(r"\]\(([\w./]+)\)", text):
        assert (ROOT / path).is_file(), path


def test_every_command_of_the_command_line_is_described_or_says_itself() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        assert command.callback.__doc__


def test_every_deployment_is_described_in_both_languages() -> None:
    names = [one["name"] for one in yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]]
    assert names
    for name in names:
        assert f"/{name}`" in README
        assert f"/{name}`" in KOREAN
