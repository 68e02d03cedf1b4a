"""The picture of a timeline: what lies where, over what, and how much of it is seen."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from app.core.timeline import compose, titles, turntable
from app.core.timeline.values import Blend, Clip, Key, Lane, Look, Modulator, Project, Title, Track
from engines.contract import Mesh, Refused
from tests.timeline_kit import Memory, clip, project

SIZE = (64, 36)
RED, BLUE, GREY = (200, 40, 40), (20, 60, 220), (128, 128, 128)


def flat(colour: tuple[int, ...], size: tuple[int, int] = SIZE) -> np.ndarray:
    return np.broadcast_to(np.array(colour, np.uint8), (size[1], size[0], len(colour))).copy()


def memory(**pictures: np.ndarray) -> Memory:
    read = Memory()
    for name, pixels in pictures.items():
        read.frames[f"{name}.png"] = (pixels[None], Fraction(1))
    return read


def seen(what: Project, read: Memory, at: Fraction | int = 0, size: tuple[int, int] = SIZE) -> np.ndarray:
    return compose.frame(what, what.timeline, read, Fraction(at), size)


def over(name: str, **look: Any) -> Track:
    return Track("picture", clips=(clip(f"{name}.png", 0, 2, look=Look(**look)),))


def test_nothing_is_black_and_clear() -> None:
    what = project(over("a"))
    assert not seen(what, memory(), 5).any()
    assert not compose.frame_rgba(what, what.timeline, memory(), Fraction(5), SIZE).any()


def test_the_topmost_track_is_in_front() -> None:
    read = memory(a=flat(RED), b=flat(BLUE))
    assert (seen(project(over("a"), over("b")), read) == RED).all()
    small = seen(project(over("a", scale=0.5), over("b")), read)
    assert (small[18, 32] == RED).all()
    assert (small[2, 2] == BLUE).all()
    assert (small == RED).all(axis=2).sum() == 32 * 18


@pytest.mark.parametrize(
    ("fit", "columns", "rows"), [("fit", 36, 36), ("fill", 64, 36), ("stretch", 64, 36), ("pixels", 20, 20)]
)
def test_a_square_fits_as_it_is_told(fit: Any, columns: int, rows: int) -> None:
    out = seen(project(over("a", fit=fit)), memory(a=flat(RED, (20, 20))))
    there = out.any(axis=2)
    assert (there.any(axis=0).sum(), there.any(axis=1).sum()) == (columns, rows)


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_place_is_the_same_share_of_a_frame_of_any_size(scale: int) -> None:
    size = (SIZE[0] * scale, SIZE[1] * scale)
    out = seen(project(over("a", x=0.25, y=-0.25, scale=0.5, fit="stretch")), memory(a=flat(RED)), size=size)
    there = np.argwhere(out.any(axis=2))
    assert (there.mean(axis=0) + 0.5 == np.array([size[1] * 0.25, size[0] * 0.75])).all()


def test_a_quarter_turn_turns_counter_clockwise() -> None:
    picture = flat(RED, (32, 32))
    picture[:, 16:] = BLUE  # blue on the right goes to the top
    out = seen(project(over("a", rotation=90.0, scale=0.5, fit="fit")), memory(a=picture))
    assert np.abs(out[13, 32].astype(int) - BLUE).max() <= 2
    assert np.abs(out[23, 32].astype(int) - RED).max() <= 2


def test_a_turn_by_any_angle_keeps_the_area_and_smooths_the_edges() -> None:
    out = seen(project(over("a", rotation=33.0, scale=0.6)), memory(a=flat((255, 255, 255), (60, 60))), size=(320, 180))
    area = out[..., 0].astype(float).sum() / 255
    assert area == pytest.approx((180 * 0.6) ** 2, rel=0.01)
    assert ((out[..., 0] > 20) & (out[..., 0] < 235)).sum() > 100


def test_opacity_is_that_of_clip_track_and_fades_together() -> None:
    import msgspec

    track = over("a", opacity=0.5)
    one = msgspec.structs.replace(track.clips[0], fade_in=Fraction(1))
    track = msgspec.structs.replace(track, clips=(one,), opacity=0.5)
    what, read = project(track), memory(a=flat((200, 200, 200)))
    assert seen(what, read, Fraction(1, 2))[0, 0, 0] == 25
    assert seen(what, read, 1)[0, 0, 0] == 50
    rgba = compose.frame_rgba(what, what.timeline, read, Fraction(1), SIZE)
    assert rgba[0, 0].tolist() == [200, 200, 200, 64]


@pytest.mark.parametrize(
    ("blend", "wanted"),
    [
        ("normal", lambda b, s: s),
        ("add", lambda b, s: min(1, b + s)),
        ("multiply", lambda b, s: b * s),
        ("screen", lambda b, s: b + s - b * s),
        ("overlay", lambda b, s: 2 * b * s if b <= 0.5 else 1 - 2 * (1 - b) * (1 - s)),
        ("lighten", max),
        ("darken", min),
        ("difference", lambda b, s: abs(b - s)),
    ],
)
def test_blends_are_those_of_the_standard(blend: Blend, wanted: Any) -> None:
    read = memory(a=flat(RED), b=flat(BLUE))
    out = seen(project(over("a", blend=blend, opacity=0.75), over("b")), read)[0, 0]
    ideal = [0.25 * b + 0.75 * 255 * wanted(b / 255, s / 255) for b, s in zip(BLUE, RED, strict=True)]
    assert np.abs(out - np.array(ideal)).max() <= 1


def test_a_cross_fade_of_the_same_picture_shows_that_picture() -> None:
    parts = (clip("a.png", 0, 2), clip("a.png", 1, 2))
    read = memory(a=flat(RED))
    assert (np.abs(seen(project(Track("picture", clips=parts)), read, Fraction(4, 3)).astype(int) - RED) <= 1).all()
    parts = (clip("a.png", 0, 2), clip("b.png", 1, 2))
    out = seen(project(Track("picture", clips=parts)), memory(a=flat(RED), b=flat(BLUE)), Fraction(5, 4))
    ideal = 0.75 * np.array(RED) + 0.25 * np.array(BLUE)
    assert np.abs(out[3, 3] - ideal).max() <= 1


def test_clear_pixels_let_the_lower_track_through_without_a_fringe() -> None:
    sticker = np.zeros((40, 40, 4), np.uint8)
    sticker[10:30, 10:30] = (*RED, 255)
    out = seen(project(over("a", scale=0.7), over("b")), memory(a=sticker, b=flat(RED)))
    assert np.abs(out.astype(int) - RED).max() <= 2


def test_a_clip_plays_loops_and_runs_backwards_to_the_frame() -> None:
    read = Memory()
    frames = np.arange(10, dtype=np.uint8)[:, None, None, None] * np.ones((10, 36, 64, 3), np.uint8)
    read.frames["a.mp4"] = (frames, Fraction(24))
    tenth = Fraction(10, 24)

    def shown(**more: Any) -> list[int]:
        what = project(Track("picture", clips=(clip("a.mp4", 1, 1, whole=tenth, **more),)))
        return [int(seen(what, read, 1 + Fraction(n, 24))[0, 0, 0]) for n in range(13)]

    assert shown() == [*range(10), 9, 9, 9]
    assert shown(loop=True) == [*range(10), 0, 1, 2]
    assert shown(speed=Fraction(1, 2)) == [n // 2 for n in range(13)]
    assert shown(speed=Fraction(-1), offset=tenth) == [*range(9, -1, -1), 0, 0, 0]
    assert shown(speed=Fraction(-1), offset=tenth, loop=True) == [*range(9, -1, -1), 9, 8, 7]


def test_mute_and_solo_of_tracks() -> None:
    import msgspec

    change = msgspec.structs.replace
    read, a, b = memory(a=flat(RED), b=flat(BLUE)), over("a"), over("b")
    assert (seen(project(change(a, mute=True), b), read) == BLUE).all()
    assert (seen(project(a, change(b, solo=True)), read) == BLUE).all()
    hidden = change(a, clips=(change(a.clips[0], muted=True),))
    assert (seen(project(hidden, b), read) == BLUE).all()


# ---------------------------------------------------------------- titles


def title(text: str, frame: tuple[int, int] = (640, 360), **more: Any) -> np.ndarray:
    return titles.drawn(Title(text, **more), frame)


def test_words_lie_in_the_middle_or_at_a_side() -> None:
    for align, wanted in (("left", 0.05), ("centre", None), ("right", 0.95)):
        columns = np.flatnonzero(title("Eight bars", align=align, shadow=False)[..., 3].any(axis=0))
        edges = columns[0] / 640, (columns[-1] + 1) / 640
        place = sum(edges) / 2 if wanted is None else edges[0 if align == "left" else 1]
        assert place == pytest.approx(wanted or 0.5, abs=0.01)


def test_long_words_are_broken_and_made_to_fit() -> None:
    for text in ("a long title that cannot stand in one line at all, can it", "Donaudampfschifffahrtsgesellschaft"):
        alpha = title(text, frame=(320, 180), shadow=False, outline="#000000")[..., 3]
        assert alpha.any()
        assert not alpha[:, :8].any()
        assert not alpha[:, -8:].any()


def test_a_title_has_its_colours() -> None:
    out = title("X", colour="#ff8000", size=0.5, shadow=False, background="#00408080")
    assert (out == (255, 128, 0, 255)).all(axis=2).sum() > 50
    assert (out == (0, 64, 128, 128)).all(axis=2).sum() > 200
    with pytest.raises(Refused, match="no colour"):
        title("X", colour="red")
    with pytest.raises(Refused, match="not on this machine"):
        title("X", font="No Such Family")


def test_a_title_clip_is_laid_over_pictures() -> None:
    words = Clip(Fraction(0), Fraction(2), title=Title("I", size=0.8, shadow=False), look=Look(x=0.25))
    out = seen(project(Track("picture", clips=(words,)), over("a")), memory(a=flat(BLUE)), size=(320, 180))
    there = np.argwhere((out > 250).all(axis=2))
    assert there[:, 1].mean() == pytest.approx(240, abs=3)
    assert (out[5, 5] == BLUE).all()


# ---------------------------------------------------------------- surfaces


def tetrahedron() -> Mesh:
    points = np.array([[1, 1, 1], [-1, -1, 1], [-1, 1, -1], [1, -1, -1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    return Mesh(points, faces, np.array([[255, 0, 0, 255]] * 4, np.uint8))


def test_a_mesh_turns_once_in_its_clip() -> None:
    read = Memory()
    read.meshes["m.glb"] = tetrahedron()
    what = project(Track("picture", clips=(clip("m.glb", 0, 2),)), over("a"))
    read.frames["a.png"] = (flat(BLUE)[None], Fraction(1))
    first, turned = seen(what, read, 0, (160, 90)), seen(what, read, Fraction(1, 2), (160, 90))
    assert (first[0, 0] == BLUE).all()
    assert (first[45, 80] != BLUE).any()
    assert np.abs(first.astype(int) - turned).max() > 60
    whole = compose.frame(what, what.timeline, read, Fraction(2) - Fraction(1, 10**6), (160, 90))
    assert np.abs(whole.astype(int) - first).max() <= 3


@pytest.mark.parametrize("shows", ["depth", "normals", "edges"])
def test_a_camera_renders_maps_that_the_programme_does_not_show(shows: Any) -> None:
    read = Memory()
    read.meshes["m.glb"] = tetrahedron()
    camera = Clip(Fraction(0), Fraction(2), mesh="m.glb", shows=shows)
    what = project(Track("camera", clips=(camera,)))
    assert not seen(what, read).any()
    found = compose.clip_frame(what, what.timeline, read, camera, Fraction(0))
    assert found is not None
    assert found.shape == (36, 64, 3)
    assert found[18, 32].any() or shows == "edges"
    assert found.std() > 5


def test_the_turntable_keeps_the_whole_surface_in_the_frame() -> None:
    from app.core.mesh.surface import prepare

    surface = prepare(tetrahedron())
    for size in ((160, 90), (90, 160)):
        for azimuth in range(0, 360, 60):
            alpha = turntable.seen(surface, turntable.View(float(azimuth)), size)[..., 3]
            assert max(edge.max() for edge in (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1])) == 0
            assert 0.05 < (alpha > 0).mean() < 0.8


def test_a_quick_turn_has_rough_edges_and_is_the_same_within() -> None:
    from app.core.mesh.surface import prepare

    fine, quick = (turntable.seen(prepare(tetrahedron()), turntable.View(), (160, 90), finer=k) for k in (2, 1))
    within = (fine[..., 3] == 255) & (quick[..., 3] == 255)
    assert set(np.unique(quick[..., 3])) == {0, 255}
    assert within.mean() > 0.05
    assert np.abs(fine[within].astype(int) - quick[within]).mean() < 2
    assert np.abs(fine[..., 3].astype(int) - quick[..., 3]).mean() < 4


# ---------------------------------------------------------------- lanes


def test_lanes_move_a_picture_and_turn_a_surface() -> None:
    lanes = (
        Lane("x", (Key(Fraction(0), -0.25), Key(Fraction(1), 0.25))),
        Lane("opacity", (Key(Fraction(0), 1.0), Key(Fraction(1), 0.5))),
    )
    track = Track("picture", clips=(clip("a.png", 1, 2, lanes=lanes, look=Look(scale=0.25)),))
    what, read = project(track), memory(a=flat((200, 200, 200)))
    for at, centre, level in ((1, 16, 200), (Fraction(3, 2), 32, 150), (2, 48, 100)):
        out = seen(what, read, at)
        assert np.argwhere(out.any(axis=2))[:, 1].mean() + 0.5 == centre
        assert out.max() == level
    still = Lane("azimuth", (Key(Fraction(0), 35.0),))
    read.meshes["m.glb"] = tetrahedron()
    what = project(Track("picture", clips=(clip("m.glb", 0, 2, lanes=(still,)),)))
    assert (seen(what, read, 0) == seen(what, read, 1)).all()


def test_a_picture_dances_to_a_drum() -> None:
    from engines.contract import Audio

    struck = np.zeros((48000, 2), np.float32)
    struck[24000:26000] = 0.9
    lane = Lane("scale", modulator=Modulator("drum", "rms", release=0.05, gain=0.5, offset=0.25, how="replace"))
    read = memory(a=flat((200, 200, 200)))
    read.sounds["d.wav"] = Audio(struck, 48000)
    what = project(
        Track("picture", clips=(clip("a.png", 0, 1, lanes=(lane,)),)),
        Track("audio", clips=(clip("d.wav", 0, 1, id="drum"),), mute=True),
    )
    quiet, loud = (seen(what, read, at).any(axis=2).sum() for at in (Fraction(1, 4), Fraction(26, 50)))
    assert quiet == 16 * 9
    assert loud > 4 * quiet


def test_the_depth_of_a_turn_does_not_flicker() -> None:
    """Two small triangles, before and behind the axis: grey is linear in the inverse distance."""
    from app.core.mesh.surface import prepare

    corner = np.array([[-0.03, -0.03, 1], [0.03, -0.03, 1], [0, 0.03, 1]], np.float32)
    points = np.concatenate([corner, corner * np.array([1, 1, -1], np.float32)])
    surface = prepare(Mesh(points, np.arange(6, dtype=np.int32).reshape(2, 3)))
    reach = float(np.linalg.norm(points, axis=1).max())
    far = 1.12 * reach / np.sin(np.radians(35 / 2))
    for turn in (0.0, 40.0, 60.0):
        grey = turntable.seen(surface, turntable.View(turn, 0.0), (300, 300), "depth").max()
        place = 1 / (far - np.cos(np.radians(turn)))
        share = (place - 1 / (far + reach)) / (1 / (far - reach) - 1 / (far + reach))
        assert grey == pytest.approx(40 + 215 * share, abs=6)
