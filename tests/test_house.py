"""The house stays one that can be seen: who may import whom, what the modules are called, how long they grow."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOWS = ROOT / "flows"
MODULES = sorted(path for path in FLOWS.rglob("*.py"))

# What each part may import of the others; a part may always import itself. No import runs upwards.
GROUND = {"addresses", "gazetteer"}
MAY_IMPORT = {
    "addresses": set(),
    "cycles": set(),
    "durable": set(),
    "gazetteer": set(),
    "records": set(),
    "settings": set(),
    "workers": set(),
    "dask_workers": {"settings", "workers"},
    "extraction": {*GROUND, "cycles"},
    "enrichment": {"gazetteer", "cycles"},
    "linking": GROUND,
    "discovery": {"addresses"},
    "fetching": {"addresses", "durable"},
    "lake": {"durable", "settings"},
    "reporting": set(),
    "exploring": {"reporting", "linking"},
    "steps": {
        *GROUND,
        "durable",
        "records",
        "settings",
        "workers",
        "extraction",
        "enrichment",
        "discovery",
        "fetching",
        "linking",
        "lake",
        "reporting",
        "exploring",
    },
}
LONG_FILES: set[str] = set()  # a name here asks for its reason in docs/decisions.md


def part(path: Path) -> str:
    return path.relative_to(FLOWS).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FLOWS)))
def test_no_import_runs_upwards(path: Path) -> None:
    mine = part(path)
    allowed = MAY_IMPORT.get(mine)
    if allowed is None:
        return  # flow files and the command line stand above everything
    others = {name.split(".")[1] for name in imported(path) if name.startswith("flows.") and name.count(".") >= 1}
    parts = {other for other in others if (FLOWS / other).is_dir() or (FLOWS / f"{other}.py").is_file()}
    assert parts - {mine} <= allowed


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FLOWS)))
def test_only_files_directly_under_flows_know_prefect(path: Path) -> None:
    if path.parent != FLOWS:
        assert not [name for name in imported(path) if name.split(".")[0] == "prefect"]


@pytest.mark.parametrize("folder", ["extraction", "enrichment", "linking", "discovery"])
def test_the_ground_floor_reaches_neither_network_nor_clock(folder: str) -> None:
    for path in (FLOWS / folder).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not {"socket", "aiohttp", "urllib.request", "time", "requests", "httpx"} & imported(path), path
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not {"datetime.now", "datetime.utcnow", "date.today", "datetime.today"} & calls, path


def test_no_module_is_named_like_one_of_the_standard_library() -> None:
    assert [path for path in MODULES if path.stem in sys.stdlib_module_names and path.stem != "__init__"] == []


def test_a_file_past_400_lines_has_a_reason() -> None:
    long = {path.name for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 400}
    assert long <= LONG_FILES


def test_flow_files_are_one_screen() -> None:
    flows = [path for path in FLOWS.glob("*.py") if "@flow(" in path.read_text(encoding="utf-8")]
    assert len(flows) >= 6
    assert [path.name for path in flows if len(path.read_text(encoding="utf-8").splitlines()) > 100] == []


def test_every_function_of_the_package_says_what_it_is() -> None:
    bare = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if is_function and not node.name.startswith("_") and node.col_offset == 0 and not ast.get_docstring(node):
                bare.append(f"{path.name}:{node.name}")
    assert bare == []


def test_the_tree_names_no_registry_and_no_machine_path() -> None:
    # What comes from a registry comes by name: an address would tie the project to one machine's way of getting it.
    words = ("pypi" + ".org", "pythonhosted" + ".org", "/root" + "/", "/work" + "/")
    suffixes = {".py", ".md", ".toml", ".yaml", ".yml", ".lock", ".sql", ".cfg", ""}
    listed = [ROOT / name for name in ("Makefile", "pyproject.toml", "requirements.lock", "README.md", "prefect.yaml")]
    for folder in ("flows", "sql", "data", "docs", "tests", ".ci"):
        listed += [p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix in suffixes]
    ours = [p for p in listed if "lake" not in p.relative_to(ROOT).parts[1:2] and "__pycache__" not in p.parts]
    found = [
        (path.name, word)
        for path in ours
        if path.exists() and path != Path(__file__)
        for word in words
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []
