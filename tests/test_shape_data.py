"""mesh/shape's geometry: surfaces against closed forms, voxels against known solids, captions against things."""

from pathlib import Path

import numpy as np
import pytest

from engines import surfaces, volumes
from engines.contract import Mesh, Refused
from engines.surfaces import Finish
from engines.training import furniture, shape_data, shape_judge, shape_words, solids

CUBE = 2.0 / volumes.SIDE  # a voxel


def _ball(radius: float = 0.6, side: int = volumes.SIDE, colour: tuple[float, ...] = (1.0, 0.2, 0.1)) -> np.ndarray:
    """The exact volume of a sphere in the cube's middle."""
    distance = np.linalg.norm(volumes.points(side).reshape(-1, 3), axis=1) - radius
    return volumes.packed(distance, np.tile(np.array(colour, np.float32), (side**3, 1)), side)


# ---------------------------------------------------------------- surfaces


@pytest.mark.parametrize(("detail", "smoothing"), [(32, 0), (64, 0), (64, 6)])
def test_a_sphere_has_its_area_and_its_content(detail: int, smoothing: int) -> None:
    mesh = surfaces.surface(_ball(), Finish(detail, smoothing))
    assert surfaces.closed(mesh)
    assert surfaces.pieces(mesh) == 1
    assert surfaces.area(mesh) == pytest.approx(4 * np.pi * 0.6**2, rel=0.02)
    assert surfaces.content(mesh) == pytest.approx(4 / 3 * np.pi * 0.6**3, rel=0.02)
    assert np.abs(np.linalg.norm(mesh.vertices, axis=1) - 0.6).max() < 0.15 * CUBE


def test_colours_are_kept() -> None:
    mesh = surfaces.surface(_ball(colour=(0.8, 0.2, 0.4)), Finish(64, 4))
    assert mesh.colors is not None
    assert np.abs(mesh.colors[:, :3] / 255 - (0.8, 0.2, 0.4)).max() < 0.01
    assert (mesh.colors[:, 3] == 255).all()


@pytest.mark.parametrize("seed", range(4))
def test_any_volume_gives_a_closed_surface(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rough = rng.normal(size=(4, 6, 6, 6)).astype(np.float32) * (seed % 3 + 1) / 3
    volume = surfaces.refined(rough, 32) if seed else np.ones((4, 32, 32, 32), np.float32)
    for finish in (Finish(), Finish(40, 3), Finish(48, 0, 0.0, mirrored=True)):
        mesh = surfaces.surface(volume, finish)
        assert surfaces.closed(mesh)
        assert surfaces.content(mesh) > 0
        assert np.abs(mesh.vertices).max() <= 1


def test_a_surface_that_is_not_closed_is_known() -> None:
    mesh = surfaces.surface(_ball())
    assert not surfaces.closed(Mesh(mesh.vertices, mesh.faces[1:]))
    turned = mesh.faces.copy()
    turned[0] = turned[0][::-1]
    assert not surfaces.closed(Mesh(mesh.vertices, turned))


def test_moving_outward_adds_what_it_should() -> None:
    mesh = surfaces.surface(_ball(), Finish(64, outward=0.1))
    assert surfaces.content(mesh) == pytest.approx(4 / 3 * np.pi * (0.6 + 0.1 * volumes.REACH) ** 3, rel=0.02)


def test_crumbs_are_dropped_and_bubbles_filled() -> None:
    grid = volumes.points()
    large, small, bubble = (
        np.linalg.norm(grid - np.array(at), axis=-1) - r
        for at, r in (((0, 0, 0), 0.5), ((0.8, 0.8, 0.8), 0.12), ((0, 0, 0), 0.2))
    )
    distance = np.maximum(np.minimum(large, small), -bubble).ravel()
    volume = volumes.packed(distance, np.full((len(distance), 3), 0.5, np.float32))
    assert surfaces.pieces(surfaces.surface(volume, Finish(crumbs=0.0))) == 2
    mesh = surfaces.surface(volume, Finish(crumbs=0.1))
    assert surfaces.pieces(mesh) == 1
    assert surfaces.content(mesh) == pytest.approx(4 / 3 * np.pi * 0.5**3, rel=0.03)


def test_mirrored_is_equal_left_and_right() -> None:
    found = shape_data.thing("held", 0, "mug")[0].volume()
    mesh = surfaces.surface(found, Finish(32, 0, 0.0, mirrored=True))
    there = {tuple(row) for row in np.round(mesh.vertices.astype(float), 4).tolist()}
    other = {tuple(row) for row in np.round(mesh.vertices * np.array([-1.0, 1, 1]), 4).tolist()}
    assert len(there ^ other) < 0.02 * len(there)


def test_refining_is_exact_for_what_it_must_reproduce() -> None:
    straight = volumes.points(16)[..., 0] * 0.5 + volumes.points(16)[..., 1] * 0.2
    fine = surfaces.refined(np.stack([straight] * 4), 48)
    expected = volumes.points(48)[..., 0] * 0.5 + volumes.points(48)[..., 1] * 0.2
    inner = slice(6, -6)
    assert np.abs(fine[:, inner, inner, inner] - expected[inner, inner, inner]).max() < 1e-5


# ---------------------------------------------------------------- voxels


def _box_mesh(size: tuple[float, float, float]) -> Mesh:
    corners = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32) * size
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))], np.int32)
    return Mesh(corners, faces, np.tile(np.array([[30, 200, 60, 255]], np.uint8), (8, 1)))


def test_a_box_fills_the_voxels_it_should() -> None:
    volume = volumes.of_mesh(_box_mesh((4.0, 2.0, 1.0)))
    low, high = np.array([-0.875, -0.875, -0.21875]), np.array([0.875, 0.0, 0.21875])
    inside = ((volumes.points() > low) & (volumes.points() < high)).all(-1)
    assert ((volume[0] < 0) == inside).mean() > 0.995
    mesh = surfaces.surface(volume, Finish(64))
    assert np.ptp(mesh.vertices, 0) == pytest.approx(high - low, abs=1.2 * CUBE)
    assert surfaces.content(mesh) == pytest.approx(float(np.prod(high - low)), rel=0.08)
    assert mesh.colors is not None
    assert np.abs(np.median(mesh.colors[:, :3], 0) - (30, 200, 60)).max() < 4


def test_an_open_sheet_becomes_a_plate() -> None:
    corners = np.array([(0, 0, 0), (2, 0, 0), (2, 2, 0), (0, 2, 0)], np.float32)
    volume = volumes.of_mesh(Mesh(corners, np.array([(0, 1, 2), (0, 2, 3)], np.int32)))
    mesh = surfaces.surface(volume, Finish(64))
    assert surfaces.closed(mesh)
    assert 0.3 * CUBE < np.ptp(mesh.vertices[:, 2]) < 2.5 * CUBE
    assert np.ptp(mesh.vertices, 0)[:2] == pytest.approx([1.75, 1.75], abs=2 * CUBE)


def test_a_mesh_without_surface_is_refused() -> None:
    flat = Mesh(np.zeros((3, 3), np.float32), np.array([[0, 1, 2]], np.int32))
    with pytest.raises(Refused, match="no surface"):
        volumes.of_mesh(flat)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (solids.box((0, 0, 0), (0.5, 0.4, 0.3)), 8 * 0.5 * 0.4 * 0.3),
        (solids.ball((0, 0, 0), 0.5), 4 / 3 * np.pi * 0.125),
        (solids.cone((0, 0, 0), 1.0, 0.4, 0.4), np.pi * 0.16),
        (solids.cone((0, 0, 0), 1.0, 0.5, 0.25), np.pi / 3 * (0.25 + 0.125 + 0.0625)),
        (solids.rod((0, 0, 0), (0, 1, 0), 0.2), np.pi * 0.04 + 4 / 3 * np.pi * 0.008),
        (solids.torus((0, 0, 0), 1, 0.5, 0.15), 2 * np.pi**2 * 0.5 * 0.0225),
        (solids.prism((0, 0, 0), np.array([(-0.5, 0), (0.5, 0), (0, 0.8)]), 0.3), 0.4 * 0.6),
        (solids.turned_on_lathe((0, 0, 0), np.array([(0, 0), (0.4, 0), (0.4, 1), (0, 1)])), np.pi * 0.16),
        (solids.box((0, 0, 0), (0.5, 0.4, 0.3)).turned(1, 30), 8 * 0.5 * 0.4 * 0.3),
    ],
)
def test_solids_enclose_what_the_formula_says(part: solids.Part, content: float) -> None:
    mesh = surfaces.surface(solids.sampled([part]), Finish(64))
    scale = volumes.frame(*solids.bounds([part])).scale
    assert surfaces.content(mesh) / scale**3 == pytest.approx(content, rel=0.06)


def test_a_hole_takes_its_own_content() -> None:
    block = solids.box((0, 0, 0), (0.5, 0.5, 0.5))
    drilled = block.without(solids.cone((0, -1, 0), 2, 0.25, 0.25))
    scale = volumes.frame(*solids.bounds([block])).scale
    mesh = surfaces.surface(solids.sampled([drilled]), Finish(64))
    assert surfaces.content(mesh) / scale**3 == pytest.approx(1 - np.pi / 16, rel=0.04)


# ---------------------------------------------------------------- procedural things


@pytest.mark.parametrize("name", sorted(shape_words.KINDS))
def test_a_thing_stands_on_the_floor_and_is_closed(name: str) -> None:
    found, told = shape_data.thing("held", 3, name)
    volume = found.volume()
    assert volume.shape == (4, 32, 32, 32)
    assert np.abs(volume).max() <= 1
    mesh = surfaces.surface(volume, Finish(crumbs=0.0))
    assert surfaces.closed(mesh)
    assert mesh.vertices[:, 1].min() == pytest.approx(volumes.FLOOR, abs=1.5 * CUBE)
    assert np.ptp(mesh.vertices, 0).max() == pytest.approx(volumes.FILL, abs=3 * CUBE)
    assert all(any(word in caption for word in found.kind.names) for caption in told)


@pytest.mark.parametrize("paint", shape_words.COLOURS)
def test_a_colour_in_the_words_is_on_the_surface(paint: str) -> None:
    for number, name in enumerate(("vase", "star", "cactus", "heart")):
        found, told = shape_data.thing("held", number, name, paint)
        assert paint in told[0]
        mesh = surfaces.surface(found.volume(), Finish())
        assert shape_judge.colour_share(mesh, paint) > 0.7


def test_shape_words_hold() -> None:
    """Things that are called tall are higher for their width than those that are not; counted legs can be counted."""
    ratio: dict[bool, list[float]] = {True: [], False: []}
    for number in range(40):
        found, told = shape_data.thing("held", number, "vase")
        low, high = solids.bounds(found.parts)
        if "wide" not in found.adjectives:
            ratio["tall" in found.adjectives].append((high - low)[1] / (high - low)[0])
        assert ("tall" in " ".join(told)) <= ("tall" in found.adjectives)
    assert np.mean(ratio[True]) > 1.2 * np.mean(ratio[False])
    for number in range(12):
        found = shape_data.thing("held", number, "stool")[0]
        feet = (surfaces.refined(found.volume(), 32)[0][:, 4] < 0).astype(int)
        from scipy import ndimage

        counted = ndimage.label(feet)[1]
        assert f"{('three', 'four')[counted - 3]} legs" in found.details


def test_a_thing_is_decided_by_its_split_and_number() -> None:
    one, two = (shape_data.thing("judge", 5)[0].volume() for _ in range(2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, shape_data.thing("held", 5)[0].volume())


def test_held_out_pairs_are_never_shown_in_training() -> None:
    for number in range(400):
        found = shape_data.thing("train", number)[0]
        assert not shape_words.is_held_out(found.main, found.kind.name)
    pairs = shape_judge.held_out_pairs()
    assert len(set(pairs)) == 100
    assert all(shape_words.is_held_out(paint, name) for paint, name in pairs)


def test_furniture_goes_to_a_split_by_its_name_alone() -> None:
    one, two = (
        furniture.Piece("round table", (), size, "a", "cc0", "x.sh3f", "m.obj") for size in ((1, 1, 1), (2, 1, 1))
    )
    assert one.split == two.split
    names = [furniture.Piece(f"thing {i}", (), (1, 1, 1), "", "", "", "").split for i in range(500)]
    assert [round(names.count(split) / 500, 1) for split in shape_data.SPLITS] == [0.8, 0.1, 0.1]


def test_only_free_licences_are_used(tmp_path: Path) -> None:
    import zipfile

    place = tmp_path / "usr/share/sweethome3d/furniture"
    place.mkdir(parents=True)
    texts = {"free": "Creative Commons Attribution 3.0", "alike": "Creative Commons Attribution 3.0 ShareAlike"}
    for name, licence in texts.items():
        rows = f"license={licence}\nname#1=Chair {name}\ncategory#1=Kitchen\nmodel#1=/c/c.obj\ncreator#1=Ann\n"
        with zipfile.ZipFile(place / f"{name}.sh3f", "w") as file:
            file.writestr(
                "PluginFurnitureCatalog.properties", rows + "tags#1=Seat\nwidth#1=50\ndepth#1=40\nheight#1=90\n"
            )
    found = furniture.pieces(tmp_path)
    assert [(piece.name, piece.size, piece.creator) for piece in found] == [("chair free", (0.5, 0.9, 0.4), "Ann")]
    (place / "free.sh3f").unlink()
    with pytest.raises(Refused, match="No furniture"):
        furniture.pieces(tmp_path)


def test_painting_keeps_light_and_the_other_colours() -> None:
    rgb = np.array([[0.8, 0.1, 0.1], [0.6, 0.07, 0.07], [0.8, 0.1, 0.1], [0.95, 0.95, 0.95]])
    assert furniture.main_colour(rgb) == "red"
    assert furniture.plainness(rgb) == 0.75
    blue = furniture.repainted(rgb, "blue")
    assert furniture.main_colour(blue) == "blue"
    assert np.array_equal(blue[3], rgb[3])
    assert blue[1].sum() < blue[0].sum()
