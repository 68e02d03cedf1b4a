"""Control maps: what they are made of, how they are asked for, and what is refused."""

import itertools
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image as Pillow

from app.cli import words
from app.host import Host
from engines import control, registry, wire
from engines.contract import STRONGEST, Control, Curve, Image, Mesh, Refused, Request, check
from engines.files import media
from engines.image import sticker as engine
from tests.blob import disc

CARD = registry.listing([]).cards["image/sticker"]


# ---------------------------------------------------------------- maps


@pytest.mark.parametrize("kind", control.KINDS)
def test_the_map_of_a_map_is_the_map(kind: str) -> None:
    pictures = [disc(), disc((30, 90), 20), Image(np.full((60, 200, 3), 255, np.uint8)), disc((200, 100), 60, 300)]
    noise = np.random.default_rng(0).integers(0, 256, (9, 13, 3), np.uint8)
    pictures.append(Image(np.asarray(Pillow.fromarray(noise).resize((210, 150), Pillow.Resampling.BICUBIC))))
    for picture in pictures:
        made = control.prepare(kind, picture)
        assert made.pixels.shape == ((128, 128, 3) if kind == "colour" else (128, 128))
        assert made.pixels.dtype == np.uint8
        assert np.array_equal(control.prepare(kind, made).pixels, made.pixels)


def test_maps_lie_where_the_thing_is() -> None:
    y, x = np.mgrid[:128, :128]
    away = np.hypot(x - 50, y - 70)
    picture = disc((50, 70), 30)
    found = {kind: control.prepare(kind, picture).pixels for kind in control.KINDS}
    assert np.array_equal(found["layout"] > 127, away <= 30)
    for kind, near in (("edges", 2.5), ("scribble", 5.0)):
        assert np.abs(away - 30)[found[kind] > 127].max() <= near
        turns = np.arctan2(y - 70, x - 50)[found[kind] > 127]
        assert len(np.unique(np.round(turns, 1))) > 60  # all the way round
    assert (found["scribble"] > 0).sum() > 2 * (found["edges"] > 0).sum()
    inside = found["depth"][away <= 30]
    assert found["depth"][away > 30].max() == 0
    assert np.corrcoef(inside, -away[away <= 30])[0, 1] > 0.9  # nearest in the middle
    assert np.abs(found["colour"][64:72, 48:56].reshape(-1, 3).astype(int) - (200, 40, 40)).max() == 0


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (40, 240)])
@pytest.mark.parametrize("side", [128, 512])
@pytest.mark.parametrize("kind", ["edges", "scribble"])
def test_a_drawing_is_taken_as_it_is(kind: str, side: int, ink: int, paper: int) -> None:
    drawn = np.full((side, side, 3), paper, np.uint8)
    width, at = max(1, side // 128), side // 4
    drawn[at : at + width, at : 3 * at] = ink
    drawn[at : 3 * at, at : at + width] = ink
    found = control.prepare(kind, Image(drawn)).pixels > 127
    assert found[32, 40:90].all()
    assert found[40:90, 32].all()
    assert not found[44:, 44:].any()
    assert found.sum() < (1200 if kind == "scribble" else 500)


def test_a_layout_may_be_dark_on_light_and_of_any_size() -> None:
    for ground, thing in ((0, 255), (255, 0)):
        drawn = np.full((300, 300), ground, np.uint8)
        drawn[75:225, 75:225] = thing
        found = control.prepare("layout", Image(drawn)).pixels > 127
        assert found[34:94, 34:94].all()
        assert found.sum() == pytest.approx(64 * 64, rel=0.06)


def test_the_depth_of_a_mesh_view_stays_what_it_is() -> None:
    from app.core.mesh import raster
    from app.core.mesh.camera import Camera
    from app.core.mesh.surface import prepare

    corners = np.array(list(itertools.product((-1, 1), repeat=3)), np.float32)
    faces = np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1]], np.int32)
    surface, camera = prepare(Mesh(corners, faces)), Camera()
    camera.frame(surface.points)
    shown = raster.depth_map(surface, camera, 128, 128)
    assert shown.any()
    assert np.array_equal(control.prepare("depth", Image(shown)).pixels, shown)


def test_a_picture_of_shapes_is_no_drawing() -> None:
    """A dark thing on white is a silhouette: its outline is wanted, not its inside."""
    pixels = disc(radius=40, colour=(10, 10, 10)).pixels
    found = control.prepare("edges", Image(np.where(pixels[..., 3:] > 0, pixels[..., :3], 255).astype(np.uint8))).pixels
    assert found[64, 64] == 0
    assert 100 < (found > 0).sum() < 700


def test_a_wrong_kind_costs_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no 'smell' control; the kinds are: edges"):
        control.prepare("smell", disc())
    with pytest.raises(Refused, match="takes no image 'smell' control"):
        check(CARD, Request(engine="image/sticker", controls=(Control("smell", disc()),)))
    with pytest.raises(Refused, match="is a picture"):
        engine.Sticker().prepare("edges", Mesh(np.zeros((3, 3), np.float32), np.zeros((1, 3), np.int32)))
    broken = tmp_path / "map.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(Refused) as caught:
        words._control(CARD, f"edges={broken}@0.5")
    assert caught.value.failure.kind == "bad-file"
    assert "\n" not in caught.value.failure.sentence


@pytest.mark.parametrize("strength", [-0.1, STRONGEST + 0.1, float("nan"), Curve(((0.0, 1.0), (1.0, 9.0)))])
def test_a_strength_out_of_range_is_refused(strength: Any) -> None:
    with pytest.raises(Refused, match="use 0 to 2"):
        check(CARD, Request(engine="image/sticker", controls=(Control("edges", disc(), strength),)))


def test_the_command_line_reads_strengths_and_their_curves(tmp_path: Path) -> None:
    path = tmp_path / "a@2x.png"
    media.write(path, disc())
    assert words._control(CARD, f"edges={path}").strength == 1.0
    assert words._control(CARD, f"edges={path}@0.8").strength == 0.8
    told = words._control(CARD, f"layout={path}@0:1,0.5:0,hold").strength
    assert told == Curve(((0.0, 1.0), (0.5, 0.0)), "hold")
    for wrong in ("1.2.3", "0:1,0.5:x1", "0.5:1,0:1"):
        with pytest.raises(Refused):
            words._control(CARD, f"edges={path}@{wrong}")


def test_a_curve_of_strength_survives_the_wire() -> None:
    curve = Curve(((0.0, 1.0), (0.5, 0.25)), "hold")
    asked = Request(engine="e", controls=(Control("edges", disc(), curve), Control("depth", disc(), 0.5)))
    back = cast(wire.Generate, wire.read_order(wire.encode(wire.Generate(1, asked)))).request
    assert [one.strength for one in back.controls] == [curve, 0.5]
    assert [one.at(1.0) for one in back.controls] == [0.25, 0.5]


def test_the_worker_makes_the_map(tmp_path: Path) -> None:
    with Host(log=tmp_path / "worker.log") as host:
        answer = host.ask(wire.Prepare(5, "image/sticker", "layout", disc()))
        refused = host.ask(wire.Prepare(6, "image/sticker", "smell", disc()))
    assert isinstance(answer, wire.Rendered)
    assert np.array_equal(cast(Image, answer.media).pixels, control.prepare("layout", disc()).pixels)
    assert isinstance(refused, wire.Rendered)
    assert refused.failure is not None
    assert refused.failure.kind == "bad-request"
