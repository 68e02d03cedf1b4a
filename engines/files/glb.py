"""GLB: glTF 2.0 in one file. Triangles, their colours and the nodes' places are read; nothing outside the file is
followed."""

import json
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
import numpy as np

from engines.contract import Mesh

_JSON, _BIN = 0x4E4F534A, 0x004E4942
_COMPONENTS = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_DEPTH = 64  # nodes below nodes
_INSTANCES = 4096
_MOST = 20_000_000  # points and triangles


def read(data: bytes) -> Mesh:
    """All triangles of the default scene as one mesh. Raises ValueError, LookupError or TypeError."""
    document, blob = _chunks(data)
    required = set(document.get("extensionsRequired", ())) - {"KHR_materials_unlit", "KHR_mesh_quantization"}
    if required:
        raise ValueError(f"it needs the extension {sorted(required)[0]}")
    parts, size = [], 0
    for mesh, place in _placed(document):
        for part in _primitives(document, blob, mesh, place):
            parts.append(part)
            size += len(part[0]) + len(part[1])
            if size > _MOST:  # one list of points may be named any number of times
                raise ValueError(f"it has more than {_MOST:,} points and triangles")
    if not parts:
        raise ValueError("it holds no triangles")
    starts = np.cumsum([0, *(len(v) for v, _, _ in parts)])
    faces = np.concatenate([f + start for (_, f, _), start in zip(parts, starts, strict=False)])
    colors = None
    if any(c is not None for _, _, c in parts):
        colors = np.concatenate([c if c is not None else np.full((len(v), 4), 255, np.uint8) for v, _, c in parts])
    return Mesh(np.concatenate([v for v, _, _ in parts]), faces.astype(np.int32), colors)


def recipe(file: BinaryIO) -> str | None:
    """The recipe in `asset.extras`, reading only the JSON part."""
    head = file.read(20)
    length, kind = struct.unpack("<II", head[12:20])
    if kind != _JSON or length > 2**26:
        return None
    extras = msgspec.json.decode(file.read(length))["asset"].get("extras", {})
    text = extras.get("darkroom") if isinstance(extras, dict) else None
    return text if isinstance(text, str) else None


def encode(mesh: Mesh, recipe_json: str | None) -> bytes:
    """Positions, triangles and vertex colours, double-sided."""
    vertices = np.ascontiguousarray(mesh.vertices, "<f4")
    faces = np.ascontiguousarray(mesh.faces, "<u4")
    bodies = [(vertices.tobytes(), 34962), (faces.tobytes(), 34963)]
    accessors: list[dict[str, Any]] = [
        {"componentType": 5126, "count": len(vertices), "type": "VEC3", "bufferView": 0}
        | {"min": vertices.min(axis=0).tolist(), "max": vertices.max(axis=0).tolist()},
        {"componentType": 5125, "count": faces.size, "type": "SCALAR", "bufferView": 1},
    ]
    attributes = {"POSITION": 0}
    if mesh.colors is not None:
        bodies.append((np.ascontiguousarray(mesh.colors, np.uint8).tobytes(), 34962))
        colour = {"componentType": 5121, "normalized": True, "count": len(vertices), "type": "VEC4", "bufferView": 2}
        accessors.append(colour)
        attributes["COLOR_0"] = 2
    views, blob = [], b""
    for body, target in bodies:
        views.append({"buffer": 0, "byteOffset": len(blob), "byteLength": len(body), "target": target})
        blob += body + b"\0" * (-len(body) % 4)
    asset = {"version": "2.0", "generator": "Darkroom"} | ({"extras": {"darkroom": recipe_json}} if recipe_json else {})
    document = {
        "asset": asset,
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": attributes, "indices": 1, "material": 0}]}],
        "materials": [{"doubleSided": True, "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.8}}],
        "buffers": [{"byteLength": len(blob)}],
        "bufferViews": views,
        "accessors": accessors,
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    total = 12 + 8 + len(text) + 8 + len(blob)
    head = struct.pack("<4sIIII", b"glTF", 2, total, len(text), _JSON)
    return head + text + struct.pack("<II", len(blob), _BIN) + blob


def _chunks(data: bytes) -> tuple[dict[str, Any], bytes]:
    if len(data) < 20:
        raise ValueError("it was cut short")
    version, total, length, kind = struct.unpack("<IIII", data[4:20])
    if version != 2 or kind != _JSON or total > len(data) or 20 + length > len(data):
        raise ValueError("it is no whole glTF 2.0 file")
    document = msgspec.json.decode(data[20 : 20 + length], type=dict[str, Any])
    place, blob = 20 + length, b""
    if place + 8 <= len(data):
        size, kind = struct.unpack("<II", data[place : place + 8])
        if kind == _BIN:
            blob = data[place + 8 : place + 8 + size]
            if len(blob) != size:
                raise ValueError("it was cut short")
    return document, blob


def _placed(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
    """Every mesh of the scene with the 4x4 matrix of its place."""
    nodes, meshes = document.get("nodes", []), document.get("meshes", [])
    scenes = document.get("scenes", [])
    roots = scenes[document.get("scene", 0)].get("nodes", []) if scenes else range(len(nodes))
    todo = [(index, np.eye(4), 0) for index in reversed(list(roots))]
    seen = 0
    while todo:
        index, above, depth = todo.pop()
        seen += 1
        if depth > _DEPTH or seen > _INSTANCES:
            raise ValueError("its nodes go round in circles")
        place = above @ _matrix(nodes[index])
        if "mesh" in nodes[index]:
            yield meshes[nodes[index]["mesh"]], place
        todo += [(child, place, depth + 1) for child in reversed(nodes[index].get("children", []))]


def _matrix(node: dict[str, Any]) -> np.ndarray:
    if "matrix" in node:
        return np.array(node["matrix"], float).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix = np.eye(4)
    matrix[:3, :3] = turn * np.array(node.get("scale", (1, 1, 1)), float)
    matrix[:3, 3] = node.get("translation", (0, 0, 0))
    return matrix


def _primitives(
    document: dict[str, Any], blob: bytes, mesh: dict[str, Any], place: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """(vertices, faces, colours) of each set of triangles, moved to its place."""
    for primitive in mesh["primitives"]:
        if primitive.get("mode", 4) != 4:
            continue
        attributes = primitive["attributes"]
        points = _accessor(document, blob, attributes["POSITION"]).astype(np.float64)
        vertices = (points @ place[:3, :3].T + place[:3, 3]).astype(np.float32)
        indices = np.arange(len(vertices))
        if "indices" in primitive:
            indices = _accessor(document, blob, primitive["indices"]).astype(np.int64).reshape(-1)
        faces = indices[: len(indices) // 3 * 3].reshape(-1, 3)
        if np.linalg.det(place[:3, :3]) < 0:
            faces = faces[:, ::-1]
        if faces.size and (faces.min() < 0 or faces.max() >= len(vertices)):
            raise ValueError("its faces name points that are not there")
        yield vertices, faces, _colours(document, blob, primitive, len(vertices))


def _colours(document: dict[str, Any], blob: bytes, primitive: dict[str, Any], count: int) -> np.ndarray | None:
    """Vertex colours times the material's plain colour, (V, 4) uint8, or None when there is neither."""
    material = document.get("materials", [{}])[primitive["material"]] if "material" in primitive else {}
    factor = np.array(material.get("pbrMetallicRoughness", {}).get("baseColorFactor", (1, 1, 1, 1)), float)
    if "COLOR_0" not in primitive["attributes"]:
        return None if (factor == 1).all() else np.tile(np.rint(factor * 255).clip(0, 255).astype(np.uint8), (count, 1))
    raw = _accessor(document, blob, primitive["attributes"]["COLOR_0"])
    top = {"u1": 255.0, "u2": 65535.0}.get(raw.dtype.str[1:], 1.0)
    rgba = np.ones((count, 4))
    rgba[:, : raw.shape[1]] = raw[:count] / top
    return np.rint(rgba * factor * 255).clip(0, 255).astype(np.uint8)


def _accessor(document: dict[str, Any], blob: bytes, index: int) -> np.ndarray:
    """One accessor as (count, width); its bytes must lie within the file."""
    accessor = document["accessors"][index]
    if "sparse" in accessor:
        raise ValueError("it uses sparse data")
    view = document["bufferViews"][accessor["bufferView"]]
    if view.get("buffer", 0) != 0 or "uri" in document["buffers"][0]:
        raise ValueError("part of it lies in another file")
    kind = np.dtype(_COMPONENTS[accessor["componentType"]])
    width, count = _WIDTHS[accessor["type"]], int(accessor["count"])
    start = int(view.get("byteOffset", 0)) + int(accessor.get("byteOffset", 0))
    stride = int(view.get("byteStride", 0)) or kind.itemsize * width
    end = start + stride * (count - 1) + kind.itemsize * width
    if count < 1 or start < 0 or stride < kind.itemsize * width or end > len(blob):
        raise ValueError("its data do not fit the file")
    return np.ndarray((count, width), kind, blob, start, (stride, kind.itemsize)).copy()
