"""The names of samplers and schedules without importing torch, for the choices an engine file declares."""

import ast
from pathlib import Path

from engines.schedules import SCHEDULES

_METHODS = Path(__file__).parent / "samplers" / "methods.py"


def samplers() -> tuple[str, ...]:
    """Every sampler, in the order of the file: the functions there that are entered with @sampler(...)."""
    functions = [node for node in ast.parse(_METHODS.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    return tuple(f.name for f in functions if any("sampler" in ast.unparse(mark) for mark in f.decorator_list))


def schedules() -> tuple[str, ...]:
    """Every schedule, in the order of the file."""
    return tuple(SCHEDULES)
