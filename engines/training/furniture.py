"""Furniture of Sweet Home 3D's libraries (Debian package sweethome3d-furniture) as volumes with names and true sizes.

820 textured models in five libraries whose licences are public domain (CC0) or CC-BY 3.0; each says who made it.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engines import volumes
from engines.contract import Refused
from engines.training.fit import Report
from engines.training.shape_data import Pool, opened
from engines.training.shape_words import COLOURS, KINDS, PAINTS, article, is_held_out

PACKAGE = "sweethome3d-furniture"
SKIPPED = {"Characters", "Doors and windows", "Staircases"}  # people, holes in walls
FREE = re.compile(r"public domain|creative commons attribution 3\.0|cc0", re.IGNORECASE)
NOT_FREE = re.compile(r"share ?alike|non-?commercial|no ?deriv", re.IGNORECASE)
POINTS = 150_000
PAINTED = 4  # times a piece that is mostly of one colour is painted in another
PLAIN = 0.6  # what counts as mostly


@dataclass(frozen=True)
class Piece:
    """One model: its name, other words for it, measures in metres (x, y, z), who made it, and where it is."""

    name: str
    tags: tuple[str, ...]
    size: tuple[float, float, float]
    creator: str
    licence: str
    library: str
    model: str
    rotation: tuple[float, ...] = ()

    @property
    def split(self) -> str:
        """By the name alone, so that no other model of that name is on another side."""
        place = int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:4], "big") % 100
        return "train" if place < 80 else "judge" if place < 90 else "held"


def pieces(package: Path) -> list[Piece]:
    """Every model of a free licence, of all libraries in the unpacked package."""
    found = []
    for path in sorted((package / "usr/share/sweethome3d/furniture").glob("*.sh3f")):
        with zipfile.ZipFile(path) as library:
            text = library.read("PluginFurnitureCatalog.properties").decode("latin-1")
        licence = re.search(r"^license=(.*)$", text, re.MULTILINE)
        rows: dict[int, dict[str, str]] = defaultdict(dict)
        for key, number, value in re.findall(r"^(\w+)#(\d+)=(.*)$", text, re.MULTILINE):
            rows[int(number)][key] = value.strip()
        for row in rows.values():
            said = row.get("license", licence[1] if licence else "")
            if FREE.search(said) and not NOT_FREE.search(said) and row.get("category") not in SKIPPED:
                found.append(_piece(row, said, path))
    if not found:
        raise Refused(
            "missing", f"No furniture was found in {package}: delete that folder, so that it is fetched again."
        )
    return found


def _piece(row: dict[str, str], licence: str, path: Path) -> Piece:
    name = re.sub(r"[^a-z \-]", "", row["name"].lower()).strip()
    tags = tuple(tag.strip().lower() for tag in row.get("tags", "").split(",") if tag.strip())
    width, depth, height = (float(row[key]) / 100 for key in ("width", "depth", "height"))
    turn = tuple(float(word) for word in row.get("modelRotation", "").split())
    kept = tuple(tag for tag in tags if tag != "blend swap" and tag.isascii())
    creator = row.get("creator", "")
    return Piece(name, kept, (width, height, depth), creator, licence, path.name, row["model"].lstrip("/"), turn)


# ---------------------------------------------------------------- a piece as a volume


def surface(piece: Piece, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 3) spread over a piece in metres, and their colours (N, 3) in [0, 1]; `folder` holds its library."""
    import trimesh

    scene: Any = trimesh.load_scene(folder / piece.model)
    parts = [mesh for mesh in scene.dump() if isinstance(mesh, trimesh.Trimesh) and mesh.area > 0]
    areas = np.array([mesh.area for mesh in parts])
    at, tint = [], []
    for i, (mesh, share) in enumerate(zip(parts, areas / areas.sum(), strict=True)):
        count = int(np.ceil(share * POINTS))
        points, faces = trimesh.sample.sample_surface(mesh, count, seed=i)
        at.append(points)
        tint.append(_colours(mesh, points, faces))
    places = np.concatenate(at)
    if piece.rotation:
        places = places @ np.array(piece.rotation).reshape(3, 3).T
    extent = np.maximum(np.ptp(places, 0), 1e-6)
    return places * (np.array(piece.size) / extent), np.concatenate(tint)


def _colours(mesh: Any, points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """The colour of each point: of the texture where there is one, else of the material."""
    import trimesh

    material = getattr(mesh.visual, "material", None)
    image = getattr(material, "image", None)
    if image is not None and getattr(mesh.visual, "uv", None) is not None:
        weights = trimesh.triangles.points_to_barycentric(mesh.triangles[faces], points)
        uv = (mesh.visual.uv[mesh.faces[faces]] * weights[..., None]).sum(1)
        pixels = np.asarray(image.convert("RGB")) / 255.0
        x = np.nan_to_num(uv[:, 0] % 1.0 * (pixels.shape[1] - 1)).astype(int)
        y = np.nan_to_num((1 - uv[:, 1] % 1.0) * (pixels.shape[0] - 1)).astype(int)
        return pixels[y, x]
    if material is not None:
        return np.tile(np.asarray(material.main_color[:3]) / 255.0, (len(points), 1))
    return np.full((len(points), 3), 0.7)


def lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB (N, 3) in [0, 1] in OKLab, lightness counted half."""
    from engines.training.recolour import to_oklab

    return to_oklab(np.asarray(rgb, float).reshape(-1, 3)) * np.array([0.5, 1.0, 1.0])


def colour_names(rgb: np.ndarray) -> np.ndarray:
    """The nearest of the twelve named colours to each of (N, 3), as numbers."""
    named = lab(np.array([PAINTS[name][0] for name in COLOURS]) / 255.0)
    return np.square(lab(rgb)[:, None] - named).sum(-1).argmin(1)


def main_colour(rgb: np.ndarray) -> str:
    """The name most of these colours go by."""
    return COLOURS[int(np.bincount(colour_names(rgb), minlength=len(COLOURS)).argmax())]


def plainness(rgb: np.ndarray) -> float:
    """The share of these colours that go by the name of the main one."""
    return float((colour_names(rgb) == COLOURS.index(main_colour(rgb))).mean())


def repainted(rgb: np.ndarray, paint: str) -> np.ndarray:
    """The main colour of a piece replaced by `paint`, its light and shade kept."""
    mine = colour_names(rgb) == COLOURS.index(main_colour(rgb))
    light = rgb.mean(1, keepdims=True)
    shade = np.clip(light / max(float(light[mine].mean()), 0.05), 0.6, 1.25)
    return np.where(mine[:, None], np.clip(np.array(PAINTS[paint][0]) / 255 * shade, 0, 1), rgb)


# ---------------------------------------------------------------- the pool


def compose(split: str, package: Path, folder: Path, report: Report) -> Pool:
    """The pieces of a split as they are and painted, made once and kept in `folder`."""
    path = folder / f"furniture-{split}"
    if not path.with_suffix(".json").exists():
        chosen = [piece for piece in pieces(package) if piece.split == split]
        rows: list[tuple[np.ndarray, list[str], Piece]] = []
        for number, piece in enumerate(chosen):
            rows += _versions(piece, _unpacked(package, piece, folder), np.random.default_rng(number))
            if number % 50 == 49:
                report(f"voxelised {number + 1} pieces of furniture", split=split, of=len(chosen))
        np.save(path.with_suffix(".npy"), np.stack([volume for volume, _, _ in rows]))
        held = {"captions": [words for _, words, _ in rows], "kinds": [piece.name for _, _, piece in rows]}
        held["sizes"] = [max(piece.size) for _, _, piece in rows]
        path.with_suffix(".json").write_text(json.dumps(held), "utf-8")
    return opened(path)


def _unpacked(package: Path, piece: Piece, folder: Path) -> Path:
    """Where the piece's library is unpacked; zip entries go below that folder and nowhere else."""
    target = folder / "libraries" / piece.library.removesuffix(".sh3f")
    if not target.exists():
        with zipfile.ZipFile(package / "usr/share/sweethome3d/furniture" / piece.library) as library:
            library.extractall(target)
    return target


def _versions(piece: Piece, folder: Path, rng: np.random.Generator) -> list[tuple[np.ndarray, list[str], Piece]]:
    """The volume of a piece (int8) with captions, as it is and painted; none where it leaves no solid."""
    at, tint = surface(piece, folder)
    distance, nearest = volumes.shell(at)
    if (distance < 0).sum() < 60:
        return []
    here = tint[nearest]
    close = here[np.abs(distance) < volumes.REACH / 3]
    own = main_colour(close)
    free = [p for p in COLOURS if p != own and not (piece.name in KINDS and is_held_out(p, piece.name))]
    others = rng.choice(free, PAINTED, replace=False).tolist() if plainness(close) > PLAIN else []
    shown = [(own, here), *((paint, repainted(here, paint)) for paint in others)]
    made = []
    for i, (paint, colours) in enumerate(shown):
        volume = np.rint(volumes.packed(distance, colours) * 127).astype(np.int8)
        made.append((volume, _captions(piece, paint, natural=i == 0), piece))
    return made


def _captions(piece: Piece, paint: str, natural: bool) -> list[str]:
    """Captions of a piece whose main colour is `paint`; without its colour only where that is its own."""
    words = [article(f"{paint} {piece.name}"), f"{paint} {piece.name}"]
    words += [article(f"{paint} {tag}") for tag in piece.tags[:1]]
    return words + ([article(piece.name), piece.name] if natural else [])
