"""Modules and classes stay small enough to be read in one go (docs/architecture.md, house style)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "console"
MODULE_LINES = 400
CLASS_LINES = 300
CLASS_METHODS = 20

EXCEPTIONS: dict[str, str] = {}
"""`module.py` or `module.py:Class` → why it may be larger."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(module: Path) -> str:
    """The module's path inside the package."""
    return module.relative_to(PACKAGE).as_posix()


def classes(module: Path) -> Iterator[ast.ClassDef]:
    """Every class of a module, inner ones included."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module_is_short_enough(module: Path) -> None:
    """A longer one asks for a second room."""
    if name_of(module) in EXCEPTIONS:
        return
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_classes_are_small_enough(module: Path) -> None:
    """A class with more lines or methods holds more than one thing."""
    for node in classes(module):
        if f"{name_of(module)}:{node.name}" in EXCEPTIONS:
            continue
        methods = [
            part.name
            for part in node.body
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        assert lines <= CLASS_LINES, f"{node.name} has {lines} lines"
        assert len(methods) <= CLASS_METHODS, f"{node.name} has {len(methods)} methods"


def test_exceptions_still_exist_and_say_why() -> None:
    """An exception whose reason or object is gone is removed."""
    for name, reason in EXCEPTIONS.items():
        module, _, class_name = name.partition(":")
        assert (PACKAGE / module).is_file()
        assert reason
        assert not class_name or class_name in {node.name for node in classes(PACKAGE / module)}
