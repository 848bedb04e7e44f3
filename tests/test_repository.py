"""Guards of the house: sizes, the promises of the README, and what must never be checked in.

The import rules are import-linter's (`make lint`), which `make test` runs first.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    "liveconvo_desktop",
    "sync",
    "packaging",
    "resources",
    "tests",
    "training",
    "docs",
    ".ci",
)
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".sh",
    ".json",
    ".ini",
    ".mako",
    ".qss",
    ".cfg",
    "",
}
MODULE_LINES = 400
FUNCTION_LINES = 60


def files() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in FOLDERS:
        yield from (
            p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts
        )


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def long_functions(path: Path) -> list[str]:
    return [
        f"{name(path)}:{node.lineno} {node.name}: {lines} lines"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]


def test_modules_and_functions_stay_small():
    sources = [path for path in files() if path.suffix == ".py"]
    assert [name(p) for p in sources if p.read_text("utf-8").count("\n") > MODULE_LINES] == []
    product = [p for p in sources if "tests" not in p.relative_to(ROOT).parts]
    assert [line for path in product for line in long_functions(path)] == []


def test_the_commands_of_the_readme_exist():
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    promised = set(re.findall(r"\bmake ([a-z][a-z-]*)", (ROOT / "README.md").read_text()))
    assert {"demo", "test"} <= promised <= targets


def test_links_of_the_readme_lead_somewhere():
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_no_path_of_one_machine_is_written_down():
    private = re.compile(r"(?<![\w.~-])/(?:home|root|work|Users)/\w|[A-Z]:\\Users\\")
    found = [
        f"{name(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        if path.suffix in TEXTS and path.name != ".git"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if private.search(line)
    ]
    assert found == []


def test_every_base_dependency_has_its_licence_listed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in project["dependencies"]]
    listed = (ROOT / "THIRD_PARTY.md").read_text()
    assert [package for package in names if package not in listed] == []
