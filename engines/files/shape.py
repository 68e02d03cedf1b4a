"""Shapes: which mesh format a file is, and the way to its reader or writer. GLB is in glb.py."""

import io
import itertools
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

import msgspec
import numpy as np

from engines.contract import Mesh, Refused
from engines.files import glb, ply

BYTES = 2**29  # the most a mesh file may have
_MARK = b"darkroom "  # how the comment with the recipe begins
_STL = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("note", "<u2")])
_DAMAGE = (  # what reading a damaged file may raise
    *(ValueError, LookupError, TypeError, OverflowError, AttributeError),
    *(RecursionError, struct.error, msgspec.MsgspecError),
)
_OBJ_WORDS = {b"v", b"vn", b"vt", b"f", b"o", b"g", b"s", b"l", b"mtllib", b"usemtl"}


def kind(head: bytes, size: int) -> str | None:
    """'ply', 'stl', 'stl-text' or 'obj' by the first bytes and the size, or None."""
    if head.startswith((b"ply\n", b"ply\r\n")):
        return "ply"
    if len(head) >= 84 and size == 84 + 50 * int.from_bytes(head[80:84], "little"):
        return "stl"
    if re.match(rb"\s*solid\b", head) and b"facet" in head:
        return "stl-text"
    if b"\0" in head:
        return None
    lines = [line.split(maxsplit=1) for line in head.splitlines()[:-1] or [head] if line.strip()]
    words = [line[0] for line in lines if not line[0].startswith(b"#")]
    return "obj" if (words or lines) and all(word in _OBJ_WORDS for word in words) else None


def read(file: BinaryIO, size: int, name: str, form: str) -> Mesh:
    """The mesh in `file`. Raises Refused('bad-file')."""
    if size > BYTES:
        raise Refused("bad-file", f"{name} is {size / 2**20:.0f} MB; Darkroom opens shapes up to {BYTES // 2**20} MB.")
    readers = {"glb": glb.read, "ply": ply.read, "stl": _read_stl, "stl-text": _read_stl_text, "obj": _read_obj}
    try:
        mesh = readers[form](file.read())
    except _DAMAGE as error:
        words = " ".join(str(error).split())[:120]
        raise Refused("bad-file", f"{name} is damaged or of a kind Darkroom does not know: {words}.") from error
    return _checked(mesh, name)


def recipe(file: BinaryIO, size: int, name: str, form: str) -> str | None:
    """The recipe in a GLB, PLY or OBJ."""
    if form == "glb":
        try:
            return glb.recipe(file)
        except _DAMAGE:
            return None
    start = {"ply": b"comment " + _MARK, "obj": b"# " + _MARK}.get(form)
    head = file.read(2**22).splitlines() if start else []
    found = [line for line in head if start and line.startswith(start)]
    return found[0][len(start) :].decode("utf-8", "replace") if found and start else None


def encode(mesh: Mesh, extension: str, recipe_json: str | None) -> bytes:
    """The file in the format of `extension`. Colours go where the format has them (not STL)."""
    note = _MARK + recipe_json.replace("\n", " ").encode() if recipe_json else None
    if extension == ".glb":
        return glb.encode(mesh, recipe_json)
    if extension == ".ply":
        return ply.encode(mesh, note)
    return _stl(mesh) if extension == ".stl" else _obj(mesh, note)


def _checked(mesh: Mesh, name: str) -> Mesh:
    if not len(mesh.vertices) or not len(mesh.faces):
        raise Refused("bad-file", f"{name} holds no surface.")
    if not np.isfinite(mesh.vertices).all():
        raise Refused("bad-file", f"{name} is damaged: some points are no finite numbers.")
    if mesh.faces.min() < 0 or mesh.faces.max() >= len(mesh.vertices):
        raise Refused("bad-file", f"{name} is damaged: its faces name points that are not there.")
    return mesh


def _read_stl(data: bytes) -> Mesh:
    return _joined(np.frombuffer(data, _STL, offset=84)["corners"])


def _read_stl_text(data: bytes) -> Mesh:
    corners = [line.split()[1:4] for line in data.splitlines() if line.split()[:1] == [b"vertex"]]
    points = np.array(corners, dtype=np.float32)
    return _joined(points.reshape(-1, 3, 3))


def _joined(corners: np.ndarray) -> Mesh:
    """Triangles (F, 3, 3) with equal corners made one vertex."""
    flat = np.ascontiguousarray(corners.reshape(-1, 3), np.float32)
    vertices, index = np.unique(flat, axis=0, return_inverse=True)
    return Mesh(vertices, index.reshape(-1, 3).astype(np.int32))


def _stl(mesh: Mesh) -> bytes:
    corners = mesh.vertices[mesh.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    rows = np.zeros(len(corners), _STL)
    rows["normal"] = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    rows["corners"] = corners
    return b"Darkroom".ljust(80, b"\0") + len(rows).to_bytes(4, "little") + rows.tobytes()


def _read_obj(data: bytes) -> Mesh:
    points: list[list[float]] = []
    colours: list[list[float]] = []
    faces: list[tuple[int, int, int]] = []
    for line in data.splitlines():
        words = line.split()
        if words[:1] == [b"v"]:
            points.append([float(w) for w in words[1:4]])
            if len(words) >= 7:
                colours.append([float(w) for w in words[4:7]])
        elif words[:1] == [b"f"]:
            faces.extend(_fan([_corner(w, len(points)) for w in words[1:]]))
    vertices = np.array(points, np.float32).reshape(-1, 3)
    colors = None
    if points and len(colours) == len(points):
        rgb = np.clip(np.rint(np.array(colours) * 255), 0, 255).astype(np.uint8)
        colors = np.concatenate([rgb, np.full((len(rgb), 1), 255, np.uint8)], axis=1)
    return Mesh(vertices, np.array(faces, np.int32).reshape(-1, 3), colors)


def _corner(word: bytes, count: int) -> int:
    """A corner of a face, 'v/vt/vn' counted from 1, or from the end when negative."""
    number = int(word.split(b"/")[0])
    return number - 1 if number > 0 else count + number


def _fan(corners: list[int]) -> Iterator[tuple[int, int, int]]:
    for second, third in itertools.pairwise(corners[1:]):
        yield corners[0], second, third


def _obj(mesh: Mesh, note: bytes | None) -> bytes:
    out = io.StringIO()
    if note:
        out.write(f"# {note.decode()}\n")
    tint = None if mesh.colors is None else mesh.colors[:, :3] / 255
    for n, (x, y, z) in enumerate(mesh.vertices.tolist()):
        colour = "" if tint is None else " {:.4f} {:.4f} {:.4f}".format(*tint[n])
        out.write(f"v {x:.9g} {y:.9g} {z:.9g}{colour}\n")
    for a, b, c in (mesh.faces + 1).tolist():
        out.write(f"f {a} {b} {c}\n")
    return out.getvalue().encode()
