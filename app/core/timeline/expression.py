"""Expressions of time: arithmetic over named numbers, read by Python's own grammar and by nothing else of Python.

    v * (1 + 0.2 * sin(2 * pi * b)) if t > 1 else lerp(v, 3, rms())

Names: v the keys' value, t seconds and f frames from where the clip (or track) began (a cut does not change that), b
quarters from where the music begins, pi. Features of the modulator's sound, 0 to 1: onset(), rms(), low(), mid(),
high(), pitch(). Functions: sin and cos (of radians), tri, saw, square (-1 to 1, once round for every 1), noise(x,
seed), min, max, clamp(x, low, high), lerp(from, to, share), abs, floor, sqrt, exp, log. Nothing else can be said, so
nothing else can be done.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from app.core.timeline.features import FEATURES
from engines.contract import Refused

LONGEST = 500  # characters
DEEPEST = 100  # brackets in brackets, and terms of a sum
NAMES = ("v", "t", "b", "f")

Names = Mapping[str, np.ndarray]
Told = Callable[[Names], Any]


class Expression(NamedTuple):
    """An expression that has been read: `at(names)` is its value, float64 (N,), for arrays (N,) of v, t, b, f and, as
    'rms()', of each of its `features`."""

    told: Told
    features: frozenset[str]

    def at(self, names: Names) -> np.ndarray:
        """Its values; numbers that are none (1/0) are left as they come."""
        found = np.asarray(self.told(names), np.float64)
        return np.broadcast_to(found, names["v"].shape)


@lru_cache(maxsize=512)
def read(text: str) -> Expression:
    """Read an expression. Refused('bad-request') with what is wrong with it."""
    if len(text) > LONGEST:
        raise _refused(text, f"it is longer than {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        if _depth(tree) > DEEPEST:
            raise _refused(text, "it is too deep")
        used = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        return Expression(_told(tree, text), frozenset(used & set(FEATURES)))
    except SyntaxError as error:
        raise _refused(text, f"{error.msg or 'it cannot be read'} at character {error.offset or 0}") from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise _refused(text, "it cannot be read") from error


def _depth(node: ast.AST) -> int:
    return 1 + max(map(_depth, ast.iter_child_nodes(node)), default=0)


def _refused(text: str, why: str) -> Refused:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return Refused("bad-request", f"The expression {shown!r} cannot be used: {why}.")


def _told(node: ast.expr, text: str) -> Told:
    """What a part of the tree says, as a function of the names."""
    match node:
        case ast.Constant(value=bool() | int() | float() as number):
            value = np.float64(number)
            return lambda names: value
        case ast.Name(id=name) if name in NAMES:
            return lambda names: names[name]
        case ast.Name(id="pi"):
            return lambda names: np.pi
        case ast.UnaryOp(op=op, operand=one) if type(op) in _UNARY:
            return _applied(_UNARY[type(op)], [_told(one, text)])
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _BINARY:
            return _applied(_BINARY[type(op)], [_told(left, text), _told(right, text)])
        case ast.BoolOp(op=op, values=values):
            together = np.logical_and if isinstance(op, ast.And) else np.logical_or
            return _applied(
                lambda *parts: together.reduce(np.broadcast_arrays(*parts)), [_told(one, text) for one in values]
            )
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARED for op in ops):
            return _compared([type(op) for op in ops], [_told(one, text) for one in (left, *others)])
        case ast.IfExp(test=test, body=body, orelse=other):
            return _applied(lambda c, a, b: np.where(c, a, b), [_told(one, text) for one in (test, body, other)])
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _called(name, args, text)
        case ast.Name(id=name):
            raise _refused(text, f"there is no {name!r}; there are: {', '.join(NAMES)}, pi")
    raise _refused(text, f"{ast.unparse(node)[:40]!r} is not arithmetic")


def _called(name: str, args: list[ast.expr], text: str) -> Told:
    if name in FEATURES and not args:
        return lambda names: names[f"{name}()"]
    if name not in FUNCTIONS:
        raise _refused(text, f"there is no {name!r}; there are: {', '.join((*FUNCTIONS, *FEATURES))}")
    least, most, function = FUNCTIONS[name]
    if not least <= len(args) <= most or any(isinstance(one, ast.Starred) for one in args):
        wanted = f"{least}" if least == most else f"{least} to {most}" if most < LONGEST else f"{least} or more"
        raise _refused(text, f"{name} takes {wanted} numbers in its brackets")
    return _applied(function, [_told(one, text) for one in args])


def _applied(function: Callable[..., Any], parts: list[Told]) -> Told:
    return lambda names: function(*(part(names) for part in parts))


def _compared(ops: list[type[ast.cmpop]], parts: list[Told]) -> Told:
    """1 where all comparisons of a chain (a < b < c) hold, else 0."""

    def told(names: Names) -> Any:
        values = [part(names) for part in parts]
        holds = [_COMPARED[op](a, b) for op, a, b in zip(ops, values, values[1:], strict=False)]
        return np.logical_and.reduce(np.broadcast_arrays(*holds))

    return told


def noise(x: np.ndarray, seed: np.ndarray | float = 0.0) -> np.ndarray:
    """Smooth noise in [-1, 1], 0 at whole numbers, the same for the same `x` and `seed`: slopes at whole numbers by a
    hash, blended by Perlin's fade ("Improving noise", 2002)."""
    x = np.nan_to_num(np.asarray(x, np.float64), posinf=0.0, neginf=0.0)
    whole = np.floor(x)
    part = x - whole
    fade = part**3 * (part * (part * 6 - 15) + 10)
    left, right = _slope(whole, seed) * part, _slope(whole + 1, seed) * (part - 1)
    return 2 * (left + (right - left) * fade)


def _slope(whole: np.ndarray, seed: np.ndarray | float) -> np.ndarray:
    """A number in [-1, 1) of a whole number and a seed: SplitMix64 (Steele, Lea and Flood 2014)."""
    seeds = np.nan_to_num(np.floor(np.asarray(seed, np.float64))) % 2**31
    with np.errstate(over="ignore"):
        z = (whole % 2**52).astype(np.uint64) + seeds.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / 2**52 - 1


def _smallest(*values: Any) -> Any:
    return np.minimum.reduce(np.broadcast_arrays(*values))


def _largest(*values: Any) -> Any:
    return np.maximum.reduce(np.broadcast_arrays(*values))


# name: (least, most) of its arguments, and what it does
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "sin": (1, 1, np.sin),
    "cos": (1, 1, np.cos),
    "tri": (1, 1, lambda x: 1 - 4 * np.abs((x + 0.25) % 1 - 0.5)),
    "saw": (1, 1, lambda x: 2 * (x % 1) - 1),
    "square": (1, 1, lambda x: np.where(x % 1 < 0.5, 1.0, -1.0)),
    "noise": (1, 2, noise),
    "min": (1, LONGEST, _smallest),
    "max": (1, LONGEST, _largest),
    "clamp": (3, 3, lambda x, low, high: np.minimum(np.maximum(x, low), high)),
    "lerp": (3, 3, lambda a, b, share: a + (b - a) * share),
    "abs": (1, 1, np.abs),
    "floor": (1, 1, np.floor),
    "sqrt": (1, 1, np.sqrt),
    "exp": (1, 1, np.exp),
    "log": (1, 1, np.log),
}
_UNARY: dict[type[ast.unaryop], Callable[..., Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: np.logical_not,
}
_BINARY: dict[type[ast.operator], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
}
_COMPARED: dict[type[ast.cmpop], Callable[..., Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
