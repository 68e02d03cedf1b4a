"""PLY (the Stanford polygon format), text and binary."""

import itertools
from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from engines.contract import Mesh

_TYPES = {"char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4", "float": "f4"}
_TYPES |= {"double": "f8", "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4"}
_TYPES |= {"float32": "f4", "float64": "f8"}


class _Element(Struct):
    """One kind of row: its `columns` as (name, type, type of the list's length or '')."""

    name: str
    count: int
    columns: list[tuple[str, str, str]]


def read(data: bytes) -> Mesh:
    """The mesh in `data`; polygons become fans of triangles. Raises ValueError or LookupError for anything else."""
    head, order, body = _header(data)
    rest: np.ndarray | bytes = body
    vertices = colors = faces = None
    tokens = iter(body.split()) if order == "" else None
    for element in head:
        if any(length for _, _, length in element.columns):
            rows, rest = _lists(element, rest, order, tokens)
            faces = rows if element.name == "face" else faces
        else:
            table, rest = _table(element, rest, order, tokens)
            if element.name == "vertex":
                vertices, colors = _points(table)
    if vertices is None or faces is None:
        raise ValueError("it has no points or no faces")
    return Mesh(vertices, faces, colors)


def encode(mesh: Mesh, note: bytes | None) -> bytes:
    """Little-endian binary; `note` as a comment."""
    tinted = mesh.colors is not None
    lines = [b"ply", b"format binary_little_endian 1.0", *([b"comment " + note] if note else [])]
    lines += [b"element vertex %d" % len(mesh.vertices), *(b"property float " + axis for axis in (b"x", b"y", b"z"))]
    if tinted:
        lines += [b"property uchar " + name for name in (b"red", b"green", b"blue", b"alpha")]
    lines += [b"element face %d" % len(mesh.faces), b"property list uchar int vertex_indices", b"end_header"]
    rows = np.zeros(len(mesh.vertices), [("at", "<f4", 3), *([("colour", "u1", 4)] if tinted else [])])
    rows["at"] = mesh.vertices
    if tinted:
        rows["colour"] = mesh.colors
    corners = np.zeros(len(mesh.faces), [("count", "u1"), ("at", "<i4", 3)])
    corners["count"], corners["at"] = 3, mesh.faces
    return b"\n".join(lines) + b"\n" + rows.tobytes() + corners.tobytes()


def _header(data: bytes) -> tuple[list[_Element], str, bytes]:
    """(elements, byte order '<' '>' or '' for text, body)."""
    end = data.index(b"end_header")
    start = data.index(b"\n", end) + 1
    elements: list[_Element] = []
    order = None
    for line in data[:end].decode("utf-8", "replace").splitlines():
        words = line.split()
        if words[:1] == ["format"]:
            order = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}[words[1]]
        elif words[:1] == ["element"]:
            elements.append(_Element(words[1], int(words[2]), []))
        elif words[:2] == ["property", "list"]:
            elements[-1].columns.append((words[4], _TYPES[words[3]], _TYPES[words[2]]))
        elif words[:1] == ["property"]:
            elements[-1].columns.append((words[2], _TYPES[words[1]], ""))
    if order is None or any(not 0 <= e.count <= len(data) for e in elements):
        raise ValueError("its header does not fit its size")
    return elements, order, data[start:]


def _table(
    element: _Element, rest: bytes | np.ndarray, order: str, tokens: Iterator[bytes] | None
) -> tuple[dict[str, np.ndarray], bytes | np.ndarray]:
    """The columns of an element without lists, and what follows it."""
    if tokens is not None:
        flat = np.array([float(_next(tokens)) for _ in range(element.count * len(element.columns))])
        grid = flat.reshape(element.count, len(element.columns))
        return {name: grid[:, n].astype(kind) for n, (name, kind, _) in enumerate(element.columns)}, rest
    row = np.dtype([(name, order + kind) for name, kind, _ in element.columns])
    rows = np.frombuffer(rest, row, count=element.count)
    return {name: rows[name] for name, _, _ in element.columns}, rest[rows.nbytes :]


def _lists(
    element: _Element, rest: bytes | np.ndarray, order: str, tokens: Iterator[bytes] | None
) -> tuple[np.ndarray, bytes | np.ndarray]:
    """The triangles of an element with one list of corners (F, 3), and what follows it."""
    names = [name for name, _, _ in element.columns]
    (lists,) = [n for n, (_, _, length) in enumerate(element.columns) if length]
    if tokens is not None:
        return _fans(_text_lists(element, lists, tokens)), rest
    kinds = [
        (f"{name} count", order + length, name, order + kind, 3) if length else (name, order + kind)
        for name, kind, length in element.columns
    ]
    fields = [f for k in kinds for f in ([(k[0], k[1]), (k[2], k[3], k[4])] if len(k) == 5 else [k])]
    row = np.dtype(fields)
    if element.count * row.itemsize <= len(rest):
        rows = np.frombuffer(rest, row, count=element.count)
        if (rows[f"{names[lists]} count"] == 3).all():  # triangles throughout: one look
            return rows[names[lists]].astype(np.int32), rest[rows.nbytes :]
    return _mixed(element, lists, bytes(rest), order)


def _mixed(element: _Element, lists: int, rest: bytes, order: str) -> tuple[np.ndarray, bytes]:
    """Polygons of any number of corners, row by row."""
    polygons, place = [], 0
    for _ in range(element.count):
        for n, (_name, kind, length) in enumerate(element.columns):
            count = 1
            if length:
                count = int(np.frombuffer(rest, order + length, 1, place)[0])
                place += np.dtype(length).itemsize
            values = np.frombuffer(rest, order + kind, count, place)
            place += values.nbytes
            if n == lists:
                polygons.append(values.tolist())
    return _fans(polygons), rest[place:]


def _text_lists(element: _Element, lists: int, tokens: Iterator[bytes]) -> list[list[int]]:
    polygons = []
    for _ in range(element.count):
        for n, (_, _, length) in enumerate(element.columns):
            count = int(_next(tokens)) if length else 1
            values = [_next(tokens) for _ in range(count)]
            if n == lists:
                polygons.append([int(v) for v in values])
    return polygons


def _next(tokens: Iterator[bytes]) -> bytes:
    found = next(tokens, None)
    if found is None:
        raise ValueError("it was cut short")
    return found


def _fans(polygons: list[list[int]]) -> np.ndarray:
    fans = [(p[0], b, c) for p in polygons for b, c in itertools.pairwise(p[1:])]
    return np.array(fans, np.int32).reshape(-1, 3)


def _points(table: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray | None]:
    vertices = np.stack([table[axis] for axis in ("x", "y", "z")], axis=1).astype(np.float32)
    if not all(name in table for name in ("red", "green", "blue")):
        return vertices, None
    channels = [table[name] for name in ("red", "green", "blue")]
    scaled = [np.clip(np.rint(c * (255 if c.dtype.kind == "f" else 1)), 0, 255).astype(np.uint8) for c in channels]
    alpha = table.get("alpha")
    scaled.append(np.full(len(vertices), 255, np.uint8) if alpha is None else alpha.astype(np.uint8))
    return vertices, np.stack(scaled, axis=1)
