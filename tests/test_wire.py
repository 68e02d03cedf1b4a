"""What is said on the wire comes out as it went in; anything else is refused."""

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engines import wire
from engines.contract import Audio, Checkpoint, Control, Curve, Failure, Image, Mesh, Phase, Request, Result, Video

RNG = np.random.default_rng(0)
PICTURE = Image(RNG.integers(0, 255, (5, 7, 3), np.uint8))
SOUND = Audio(RNG.standard_normal((9, 2)).astype(np.float32), 16_000)
CLIP = Video(RNG.integers(0, 255, (2, 4, 4, 3), np.uint8), 12.0, SOUND)
SHAPE = Mesh(RNG.standard_normal((4, 3)).astype(np.float32), np.array([[0, 1, 2]], np.int32))
HELD = Checkpoint(3, 9, 0.5, "euler", {"x": RNG.standard_normal((2, 3)), "none": np.zeros((0, 4))}, {"h": 0.25})
ASKED = Request(
    engine="image/tiny",
    prompt="سلام 🎉",
    options={"steps": 3, "guidance": 2.5, "tiled": True, "sampler": "euler"},
    curves={"guidance": Curve(((0.0, 1.0), (1.0, 7.5)), "smooth")},
    controls=(Control("edges", PICTURE, 0.5),),
    start=CLIP,
    mask=Image(np.zeros((4, 4), np.uint8)),
    resume=HELD,
)
ORDERS: list[wire.Order] = [
    wire.Generate(1, ASKED, "store"),
    wire.Credit(1),
    wire.Stop(2, True),
    wire.Render(4, "image/tiny", np.zeros((3, 3), np.float16)),
    wire.Count(5, "image/tiny", "two words"),
    wire.Warm("image/tiny"),
    wire.Forget("image/tiny"),
    wire.Quit(),
]
NEWS: list[wire.News] = [
    wire.Hello(1, {"python": "3"}, ()),
    wire.Beat(1, 2),
    wire.Phased(1, Phase("loading", 0.5)),
    wire.Stepped(1, 2, 3, 0.5, 0.1, 0.2, True, True, PICTURE),
    *(wire.Finished(1, Result(media, {"nfe": 3})) for media in (PICTURE, SOUND, CLIP, SHAPE)),
    wire.Failed(1, Failure("memory", "There is not enough.")),
    wire.Halted(1, HELD),
    wire.Rendered(1, SHAPE),
    wire.Counted(1, 3, 16, None),
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: type(order).__name__)
def test_orders_come_out_as_they_went_in(order: wire.Order) -> None:
    frame = wire.encode(order)
    back = wire.read_order(frame)
    assert type(back) is type(order)
    assert wire.encode(back) == frame


@pytest.mark.parametrize("news", NEWS, ids=lambda news: type(news).__name__)
def test_news_comes_out_as_it_went_in(news: wire.News) -> None:
    frame = wire.encode(news)
    back = wire.read_news(frame)
    assert type(back) is type(news)
    assert wire.encode(back) == frame


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_noise_is_refused(frame: bytes) -> None:
    for read in (wire.read_order, wire.read_news):
        try:
            read(frame)
        except msgspec.MsgspecError:
            pass


@example(3338, 44)  # a comma in the name of an array's numbers, which numpy took for a program
@given(st.integers(0, 10_000), st.integers(0, 255))
@settings(max_examples=300)
def test_a_damaged_frame_is_read_or_refused(place: int, value: int) -> None:
    frame = bytearray(wire.encode(ORDERS[0]))
    frame[place % len(frame)] = value
    try:
        wire.read_order(bytes(frame))
    except (msgspec.MsgspecError, ValueError):
        pass


@pytest.mark.parametrize("kind", ["<f4", "<f8", "<f2", "|u1", "<i8", "|b1", "<c8"])
def test_arrays_keep_type_shape_and_bits(kind: str) -> None:
    for shape in ((), (0,), (3,), (2, 0, 4), (2, 3, 4)):
        array = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape).astype(kind)
        back = wire.read_order(wire.encode(wire.Render(1, "e", array[..., ::-1] if shape else array)))
        assert isinstance(back, wire.Render)
        assert back.estimate.dtype == array.dtype
        assert np.array_equal(back.estimate, array[..., ::-1] if shape else array)


def test_objects_do_not_travel() -> None:
    with pytest.raises(TypeError):
        wire.encode(wire.Render(1, "e", np.array([object()])))
