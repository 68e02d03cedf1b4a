"""What import-linter cannot say: which part of Qt a package may use, no unpickling, and who may start threads."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ESSENTIALS = {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtSvg", "PySide6.QtWidgets"}  # all under the LGPL
UNPICKLING = {"_pickle", "cloudpickle", "dill", "joblib", "jsonpickle", "marshal", "pickle", "shelve"}
STARTING = {"Process", "ProcessPoolExecutor", "QThread", "QThreadPool", "Thread", "ThreadPool", "ThreadPoolExecutor"}
STARTING |= {"Timer", "start_new_thread", "to_thread"}
MAY_START = {"app/bridge.py", "engines/worker.py", "engines/training/ahead.py"}


def _files(*places: str) -> list[Path]:
    found = [
        p for place in places for p in ((ROOT / place).rglob("*.py") if (ROOT / place).is_dir() else [ROOT / place])
    ]
    assert found, f"nothing lies in {places}"
    return sorted(found)


def _imported(tree: ast.AST) -> Iterator[str]:
    """Every module named by an import, at the top or inside a function; 'from a import b' gives 'a' and 'a.b'."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _qt(tree: ast.AST) -> set[str]:
    """The Qt modules a file imports: 'PySide6.QtCore' and the like."""
    names = {
        ".".join(name.split(".")[:2]) for name in _imported(tree) if name.split(".")[0] in {"PySide6", "shiboken6"}
    }
    return names - {"PySide6"} if any("." in name for name in names) else names


def _unpickling(tree: ast.AST) -> Iterator[str]:
    """Every way in `tree` by which reading a file could run code."""
    yield from (name for name in _imported(tree) if name.split(".")[0] in UNPICKLING)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        given = {word.arg: ast.unparse(word.value) for word in node.keywords}
        if called == "torch.load" and given.get("weights_only") != "True":
            yield "torch.load without weights_only=True"
        if given.get("allow_pickle", "False") != "False":
            yield f"{called} with allow_pickle"
        if called in {"eval", "exec"}:
            yield called


def _starting(tree: ast.AST) -> set[str]:
    """Every call in `tree` that starts a thread or a process of its own code."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    last = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    bases = (base for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases)
    return (last | {ast.unparse(base).split(".")[-1] for base in bases}) & STARTING


def _tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text("utf-8"), str(path))


@pytest.mark.parametrize("path", _files("app/studio", "app/bridge.py"), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_studio_and_bridge_use_only_the_core_of_qt(path: Path) -> None:
    assert _qt(_tree(path)) <= {"PySide6.QtCore"}


def test_the_window_uses_only_the_essentials_of_qt() -> None:
    used = {path: _qt(_tree(path)) - ESSENTIALS for path in _files("app")}
    assert not {path: names for path, names in used.items() if names}
    assert any(_qt(_tree(path)) for path in _files("app/ui"))


def test_nothing_read_can_run_code() -> None:
    found = {path: list(_unpickling(_tree(path))) for path in _files("app", "engines")}
    assert not {path: ways for path, ways in found.items() if ways}


def test_threads_start_in_one_place_on_each_side() -> None:
    """The bridge on the side of the window, the reader of the worker, and what makes batches for a GPU; nobody else."""
    found = {path.relative_to(ROOT).as_posix() for path in _files("app", "engines") if _starting(_tree(path))}
    assert found == MAY_START


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "def f():\n    from dill import loads",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "numpy.load(path, allow_pickle=True)",
        "exec(text)",
    ],
)
def test_unpickling_would_be_seen(line: str) -> None:
    assert list(_unpickling(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["torch.load(path, weights_only=True)", "np.save(f, a, allow_pickle=False)", "m.eval()"]
)
def test_safe_reading_is_let_pass(line: str) -> None:
    assert not list(_unpickling(ast.parse(line)))


@pytest.mark.parametrize("line", ["threading.Thread(target=f)", "Timer(1, f)", "class A(QThread):\n    pass"])
def test_a_thread_would_be_seen(line: str) -> None:
    assert _starting(ast.parse(line))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from PySide6 import QtCharts", "PySide6.QtCharts"),
        ("import PySide6.QtGui", "PySide6.QtGui"),
        ("def f():\n    from PySide6.QtWidgets import QWidget", "PySide6.QtWidgets"),
        ("import PySide6", "PySide6"),
    ],
)
def test_qt_would_be_seen(line: str, name: str) -> None:
    assert _qt(ast.parse(line)) == {name}
