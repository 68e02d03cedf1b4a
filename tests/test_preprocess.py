"""Preprocessors for users' ControlNets: laws over the whole table, then each against a closed form or another way."""

import itertools
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from engines.contract import Audio, Image, Mesh, Refused
from engines.control import raster, relief, tones
from engines.control.preprocess import PREPROCESSORS, preprocess
from engines.control.raster import Camera, depth_of_mesh, normals_of_mesh
from tests.blob import disc


def scenery(height: int = 90, width: int = 120, seed: int = 0) -> Image:
    """Smooth colours with a few hard edges, opaque."""
    noise = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), np.uint8)
    pixels = np.array(Pillow.fromarray(noise).resize((width, height), Pillow.Resampling.BICUBIC))
    pixels[height // 4 : height // 2, width // 3 : width // 2] = (250, 240, 20)
    return Image(pixels)


def holed(picture: Image) -> Image:
    pixels = tones.rgb(picture)
    mask = np.zeros(pixels.shape[:2], np.uint8)
    mask[: (len(mask) + 1) // 2] = 255
    return tones.holed(picture, Image(mask))


# ---------------------------------------------------------------- laws over the table


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (7, 200), (90, 120)])
@pytest.mark.parametrize("name", PREPROCESSORS)
def test_a_map_has_its_pictures_size_and_the_picture_stays(name: str, size: tuple[int, int]) -> None:
    picture = scenery(*size)
    given = holed(picture) if name == "inpaint" else picture
    before = given.pixels.copy()
    made = preprocess(name, given).pixels
    assert made.dtype == np.uint8
    assert made.shape == (*size, 4 if name == "inpaint" else 3)
    assert np.array_equal(given.pixels, before)
    assert not np.shares_memory(made, given.pixels)
    assert np.array_equal(preprocess(name, given).pixels, made)


@pytest.mark.parametrize("name", [name for name in PREPROCESSORS if name != "inpaint"])
def test_grey_and_transparent_pictures_count_as_seen_over_white(name: str) -> None:
    grey = scenery().pixels[..., 0]
    assert np.array_equal(
        preprocess(name, Image(grey)).pixels, preprocess(name, Image(np.repeat(grey[..., None], 3, -1))).pixels
    )
    clear = disc((50, 40), 25, 90)
    white = np.where(clear.pixels[..., 3:] > 0, clear.pixels[..., :3], 255).astype(np.uint8)
    assert np.array_equal(preprocess(name, clear).pixels, preprocess(name, Image(white)).pixels)


@pytest.mark.parametrize("name", [one.name for one in PREPROCESSORS.values() if one.steady is not None])
def test_the_map_of_a_map_is_nearly_the_map(name: str) -> None:
    drawing = np.full((96, 128), 255, np.uint8)
    drawing[20:22, 20:100] = drawing[20:80, 60:62] = 0
    for picture in (scenery(), Image(drawing)):
        made = preprocess(name, holed(picture) if name == "inpaint" else picture)
        again = preprocess(name, made)
        error = np.abs(again.pixels.astype(int) - made.pixels).max()
        assert error <= (PREPROCESSORS[name].steady or 0), f"{name}: {error}"


@pytest.mark.parametrize("name", PREPROCESSORS)
def test_every_option_is_declared_with_words_and_bounds(name: str) -> None:
    one = PREPROCESSORS[name]
    assert one.help.endswith(".")
    for param in one.params:
        assert param.help, param.name
        assert param.kind not in ("int", "float") or (param.min is not None and param.max is not None), param.name
        if param.min is not None:
            with pytest.raises(Refused, match="cannot be made that way"):
                preprocess(name, scenery(), {param.name: param.min - 1})


def test_what_cannot_be_made_costs_one_sentence() -> None:
    wrong: list[tuple[Any, str]] = [
        (("smell", scenery()), "no preprocessor 'smell'; there are: canny"),
        (("canny", Audio(np.zeros((9, 1), np.float32), 44100)), "made of a picture, not of audio"),
        (("depth", Audio(np.zeros((9, 1), np.float32), 44100)), "made of a picture or a mesh"),
        (("canny", Image(np.zeros((0, 4, 3), np.uint8))), "nothing in the image"),
        (("canny", scenery(), {"wide": 3}), "unknown field `wide`"),
        (("canny", scenery(), {"low": 201}), "low threshold 201 is above"),
        (("inpaint", scenery()), "paint a mask"),
        (("pose", scenery(), {"people": "{"}), "pose cannot be read"),
    ]
    for words, sentence in wrong:
        with pytest.raises(Refused, match=sentence) as caught:
            preprocess(*words)
        assert caught.value.failure.kind == "bad-request"
        assert "\n" not in caught.value.failure.sentence


# ---------------------------------------------------------------- lines


def test_canny_is_cannys_of_the_luma() -> None:
    from skimage.feature import canny

    picture = scenery(200, 160)
    luma = picture.pixels @ np.array([0.299, 0.587, 0.114]) / 255
    expected = canny(luma, 2.0, 40 / 255, 90 / 255, mode="nearest")
    made = preprocess("canny", picture, {"low": 40, "high": 90, "sigma": 2.0}).pixels[..., 0] > 0
    assert expected.sum() > 100
    assert (made != expected).sum() <= 0.01 * expected.sum()  # but for rounding in 32 bits


@pytest.mark.parametrize(("height", "seen"), [(49, False), (51, True)])
def test_thresholds_are_of_the_sobel_gradient(height: int, seen: bool) -> None:
    """A step of `height` has a gradient of 4 times as much; grounds so that it is no drawing."""
    pixels = np.full((40, 40), 100, np.uint8)
    pixels[:, 20:] += np.uint8(height)
    made = preprocess("canny", Image(pixels), {"low": 200, "high": 200, "sigma": 0.0}).pixels
    assert made.any() == seen
    if seen:
        assert set(np.flatnonzero(made[5:-5, :, 0].all(0))) <= {19, 20}


def test_a_soft_edge_is_as_white_as_its_formula_says() -> None:
    step, scales = 100, np.array([1.0, 2.0, 4.0])
    pixels = np.full((64, 160), 60, np.uint8)
    pixels[:, 80:] += np.uint8(step)
    made = preprocess("softedge", Image(pixels), {"scales": 3, "strength": 1.5}).pixels[32, :, 0]
    away = np.arange(160)[:, None] - 79.5
    answer = (step / 255 / np.sqrt(2 * np.pi) * np.exp(-(away**2) / (2 * scales**2))).mean(1)
    assert np.abs(made - 255 * (1 - np.exp(-6 * answer))).max() <= 2
    few = preprocess("softedge", Image(pixels), {"safe": True}).pixels
    assert set(np.unique(few)) <= {0, 128, 255}


def test_lines_of_a_drawing_are_kept_white_on_black() -> None:
    drawing = np.full((256, 256, 3), 255, np.uint8)
    drawing[60:62, 40:200] = drawing[60:200, 100:102] = 0
    ink = drawing[..., 0] == 0
    for name in ("canny", "lineart", "scribble"):
        for given in (drawing, 255 - drawing):
            made = preprocess(name, Image(given)).pixels[..., 0]
            assert made[ink].min() > 100, name
            assert (made[~ink] > 60).sum() < (4 if name == "scribble" else 0.5) * ink.sum(), name


# ---------------------------------------------------------------- depth and normals


def test_depth_is_stretched_and_turned_over() -> None:
    ramp = np.tile(np.linspace(50, 200, 64).astype(np.uint8), (20, 1))
    made = preprocess("depth", Image(ramp)).pixels[..., 0].astype(float)
    assert np.abs(made - (ramp - 50.0) / 150 * 255).max() <= 0.51
    over = preprocess("depth", Image(ramp), {"invert": True}).pixels[..., 0]
    assert np.abs(over - (255 - made)).max() <= 1
    assert np.array_equal(preprocess("depth", Image(np.full((4, 4), 7, np.uint8))).pixels[..., 0], np.full((4, 4), 7))


def ball(side: int, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Height above the picture (side, side) of a ball's upper half, 0 beside it, and its normals (side, side, 3)."""
    y, x = (np.mgrid[:side, :side] - (side - 1) / 2) / radius
    z = np.sqrt(np.clip(1 - x**2 - y**2, 0, None))
    return z * radius, np.stack([x, -y, z], -1)


def test_normals_of_a_ball_are_its_radii() -> None:
    height, truth = ball(257, 100)
    inner = truth[..., 2] > 0.5
    found = relief.of_height(height)
    assert np.degrees(np.arccos((found * truth).sum(-1).clip(-1, 1)))[inner].max() < 0.1
    grey = np.rint(height / 100 * 255).astype(np.uint8)
    made = preprocess("normals", Image(grey), {"relief": 100 / 257, "smooth": 3.0}).pixels
    colours = (truth * (-1, 1, 1) + 1) / 2 * 255  # red to the left, green up, blue to the eye
    assert np.abs(made - colours)[truth[..., 2] > 0.7].max() < 10
    assert np.array_equal(made[0, 0], (128, 128, 255))
    right = preprocess("normals", Image(grey), {"relief": 100 / 257, "smooth": 3.0, "red": "right"}).pixels
    assert np.abs(right[..., 0].astype(int) - (255 - made[..., 0])).max() <= 1


TRIANGLE = Mesh(np.array([[-1, -1, 0], [1, -1, 0], [0, 1, 0]], np.float32), np.array([[0, 1, 2]], np.int32))
FRONT = Camera(yaw=0.0, pitch=0.0)


def test_a_triangle_covers_the_pixels_that_lie_in_it() -> None:
    width, height = 80, 60
    look = raster.seen(TRIANGLE, FRONT, (width, height))
    away = np.sqrt(2) / np.sin(np.radians(35 / 2)) * 1.12  # the half diagonal of [-1, 1]² is √2
    scale = height / 2 / np.tan(np.radians(35 / 2)) / away  # pixels a unit
    y, x = np.mgrid[:height, :width] + 0.5
    u, v = (x - width / 2) / scale, (height / 2 - y) / scale
    inside = (v >= -1) & (v <= 1 - 2 * np.abs(u))
    assert np.array_equal(look.face == 0, inside)
    assert inside.sum() > 200
    assert np.abs(look.near[inside] - 1 / away).max() < 1e-6
    corners = np.stack([(1 - v) / 4 - u / 2, (1 - v) / 4 + u / 2, (v + 1) / 2], -1)
    assert np.abs(look.weights - corners)[inside].max() < 1e-6


def test_the_nearer_triangle_is_seen_and_its_depth_is_one_over_distance() -> None:
    vertices = np.concatenate([TRIANGLE.vertices - (0, 0, 0.5), TRIANGLE.vertices * 0.5 + (0, 0, 0.5)])
    for faces in ([[0, 1, 2], [3, 4, 5]], [[3, 4, 5], [0, 1, 2]]):
        mesh = Mesh(vertices.astype(np.float32), np.array(faces, np.int32))
        look = raster.seen(mesh, FRONT, (64, 64))
        assert faces[look.face[32, 32]] == [3, 4, 5]
        away = np.sqrt(2.25) / np.sin(np.radians(35 / 2)) * 1.12
        assert look.near.max() == pytest.approx(1 / (away - 0.5), rel=1e-6)
        assert look.near[look.near > 0].min() == pytest.approx(1 / (away + 0.5), rel=1e-6)
        made = depth_of_mesh(mesh, FRONT, (64, 64)).pixels
        assert sorted(np.unique(made)) == [0, 40, 255]


def cube() -> Mesh:
    corners = np.array(list(itertools.product((-1, 1), repeat=3)), np.float32)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return Mesh(corners, np.array([(q[0], *pair) for q in quads for pair in (q[1:3], q[2:4])], np.int32))


def cast(mesh: Mesh, camera: Camera, size: tuple[int, int]) -> np.ndarray:
    """1 / distance along the view (H, W) by a ray through every pixel: Möller and Trumbore, 1997."""
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    right, up, back = camera.axes()
    eye = (low + high) / 2 + back * np.linalg.norm(high - low) / 2 / np.sin(np.radians(camera.field) / 2) * 1.12
    y, x = np.mgrid[: size[1], : size[0]] + 0.5
    slope = np.tan(np.radians(camera.field) / 2) / (size[1] / 2)
    rays = ((x - size[0] / 2) * slope)[..., None] * right - ((y - size[1] / 2) * slope)[..., None] * up - back
    near = np.zeros(x.shape)
    for a, b, c in mesh.vertices[mesh.faces].astype(float):
        across = np.cross(rays, c - a)
        scale = across @ (b - a)
        u = across @ (eye - a) / scale
        beside = np.cross(eye - a, b - a)
        v, away = rays @ beside / scale, beside @ (c - a) / scale
        near = np.where((u >= 0) & (v >= 0) & (u + v <= 1), np.maximum(near, 1 / away), near)
    return near


def test_what_is_seen_is_what_rays_meet() -> None:
    camera = Camera(yaw=-20.0, pitch=40.0)
    look = raster.seen(cube(), camera, (150, 100))
    expected = cast(cube(), camera, (150, 100))
    assert (expected > 0).sum() > 1500
    assert np.abs(look.near - expected).max() < 1e-6


def test_normals_of_a_mesh() -> None:
    """A cube's sides are flat; from in front all is straight to the eye; an open triangle's back is turned over."""
    camera = Camera()
    found = normals_of_mesh(cube(), camera, (96, 96))
    sides = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]]) @ camera.axes().T
    there = raster.seen(cube(), camera, (96, 96)).face >= 0
    apart = np.abs(found[there][:, None] - sides).max(-1)
    assert apart.min(1).max() < 1e-6
    assert set(apart.argmin(1)) == {0, 1, 2}
    assert np.abs(np.linalg.norm(found, axis=-1) - 1).max() < 1e-9
    turned = Mesh(TRIANGLE.vertices, TRIANGLE.faces[:, ::-1])
    for mesh in (TRIANGLE, turned):
        assert np.abs(normals_of_mesh(mesh, FRONT, (40, 40)) - (0, 0, 1)).max() < 1e-6


def test_normals_of_a_round_mesh_are_smooth() -> None:
    turns, ups = np.meshgrid(np.linspace(0, 2 * np.pi, 60, endpoint=False), np.linspace(-1.5, 1.5, 40))
    points = np.stack([np.cos(ups) * np.cos(turns), np.sin(ups), np.cos(ups) * np.sin(turns)], -1).reshape(-1, 3)
    row, column = (part.ravel() for part in np.mgrid[:39, :60])
    a, b = row * 60 + column, row * 60 + (column + 1) % 60
    faces = np.concatenate([np.stack([a, a + 60, b], 1), np.stack([b, a + 60, b + 60], 1)])
    mesh = Mesh(points.astype(np.float32), faces.astype(np.int32))
    found = normals_of_mesh(mesh, FRONT, (120, 120))
    look = raster.seen(mesh, FRONT, (120, 120))
    there = look.face >= 0
    where = (mesh.vertices[mesh.faces[look.face[there]]] * look.weights[there][..., None]).sum(1)
    where /= np.linalg.norm(where, axis=-1, keepdims=True)
    assert np.degrees(np.arccos((found[there] * where).sum(-1).clip(-1, 1))).max() < 2.0


def test_broken_meshes_show_nothing_of_what_is_broken() -> None:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [np.nan, 0, 0]], np.float32)
    for faces in ([[0, 1, 3]], [[0, 1, 9]], [[0, 0, 1]], []):
        mesh = Mesh(vertices, np.array(faces, np.int32).reshape(-1, 3))
        assert not depth_of_mesh(mesh, Camera(), (32, 24)).pixels.any()
        made = preprocess("normals", mesh, {"width": 32, "height": 24}).pixels
        assert np.array_equal(np.unique(made.reshape(-1, 3), axis=0), [(128, 128, 255)])


# ---------------------------------------------------------------- tones


def test_blocks_have_their_mean_colours() -> None:
    picture = scenery(70, 100)
    made = preprocess("colour", picture, {"block": 32}).pixels
    for y, x in itertools.product(range(0, 70, 32), range(0, 100, 32)):
        block = picture.pixels[y : y + 32, x : x + 32].reshape(-1, 3)
        assert np.abs(made[y : y + 32, x : x + 32] - block.mean(0)).max() <= 0.51


def test_a_tile_loses_its_detail_and_keeps_its_colours() -> None:
    y, x = np.mgrid[:64, :64]
    board = np.where((x + y) % 2, 200, 100).astype(np.uint8)
    assert np.abs(preprocess("tile", Image(board), {"down": 2.0}).pixels - 150.0).max() <= 1
    assert np.array_equal(preprocess("tile", scenery(), {"down": 1.0}).pixels, scenery().pixels)


def test_a_shuffle_keeps_the_shares_of_the_colours() -> None:
    """Exactly where a picture only goes across or down, for every row and column is asked for equally often."""
    ramp = np.tile(np.arange(256, dtype=np.uint8), (128, 1))
    for pixels in (ramp, ramp.T):
        made = preprocess("shuffle", Image(pixels), {"fold": 64}).pixels[..., 0]
        assert not np.array_equal(made, pixels)
        counts = np.bincount(made.ravel(), minlength=256)[1:-1]
        assert np.abs(counts / 128 - 1).max() < 0.02
    picture = scenery(256, 256)
    made = preprocess("shuffle", picture, {"fold": 32}).pixels
    for k in range(3):
        given, kept = (np.sort(one[..., k].ravel()).astype(float) for one in (picture.pixels, made))
        assert np.abs(given - kept).mean() < 12  # the earth mover's distance of the histograms, in levels
    assert np.abs(made.astype(int) - picture.pixels).mean() > 20
    assert not np.array_equal(made, preprocess("shuffle", picture, {"fold": 32, "seed": 1}).pixels)


def test_a_hole_is_black_clear_and_minus_one_for_the_network() -> None:
    picture = scenery(40, 50)
    mask = np.zeros((40, 50), np.uint8)
    mask[10:20, 15:30] = 255
    made = preprocess("inpaint", tones.holed(picture, Image(mask)))
    assert np.array_equal(made.pixels[..., 3] == 0, mask > 0)
    assert not made.pixels[mask > 0].any()
    assert np.array_equal(made.pixels[mask == 0][:, :3], picture.pixels[mask == 0])
    read = tones.condition(made)
    assert (read[mask > 0] == -1).all()
    assert np.abs(read[mask == 0] - picture.pixels[mask == 0] / 255).max() < 1e-6
    grown = preprocess("inpaint", tones.holed(picture, Image(mask)), {"grow": 3}).pixels[..., 3] == 0
    y, x = np.mgrid[:40, :50]
    away = np.hypot(np.maximum(np.maximum(10 - y, y - 19), 0), np.maximum(np.maximum(15 - x, x - 29), 0))
    assert np.array_equal(grown, away <= 3)
    with pytest.raises(Refused, match="mask is 4 x 3 pixels, the picture 50 x 40"):
        tones.holed(picture, Image(np.zeros((3, 4), np.uint8)))


def test_greys_are_those_of_others() -> None:
    picture = scenery()
    luma = np.asarray(Pillow.fromarray(picture.pixels).convert("L")).astype(int)
    assert np.abs(preprocess("grey", picture).pixels - luma[..., None]).max() <= 1
    strongest = preprocess("recolour", picture, {"by": "intensity"}).pixels
    assert np.array_equal(strongest[..., 1], picture.pixels.max(-1))
    share = picture.pixels / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
    lightness = np.where(linear > 0.008856, 1.16 * np.cbrt(linear) - 0.16, 9.033 * linear)
    made = preprocess("recolour", picture, {"gamma": 2.0}).pixels[..., 0]
    assert np.abs(made - 255 * lightness.clip(0, 1) ** 2).max() <= 1


def test_a_blur_is_a_gaussian() -> None:
    pixels = np.zeros((64, 64), np.uint8)
    pixels[32, 32] = 255
    y, x = np.mgrid[:64, :64] - 32
    made = preprocess("blur", Image(pixels), {"sigma": 1.5}).pixels[..., 0]
    assert np.abs(made - 255 * np.exp(-(x**2 + y**2) / 4.5) / (2 * np.pi * 2.25)).max() <= 1
    assert np.array_equal(preprocess("blur", scenery(), {"sigma": 0.0}).pixels, scenery().pixels)
