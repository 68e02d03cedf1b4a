"""The studio makes small copies of a project's clips while one works on."""

from fractions import Fraction

import numpy as np

from app.core.timeline import proxies
from app.core.timeline.values import Project, Timeline, Track
from app.ui.monitor.panel import LATE
from engines.contract import Video
from tests.timeline_kit import clip

pytest_plugins = ["tests.studio_kit"]


def filled(studio, count: int) -> list[str]:
    """The studio's project with some clips, in place."""
    document, names = studio.document_now(), []
    media = {}
    for n in range(count):
        name, facts = document.keep(Video(np.full((6, 400, 320, 3), 40 * n, np.uint8), 24.0))
        names.append(name)
        media[name] = facts
    tracks = (Track("picture", clips=tuple(clip(name, n, 1) for n, name in enumerate(names))),)
    studio.arrange_project("fill", lambda _: Project(timelines=(Timeline(tracks=tracks, id="main"),), media=media))
    return names


def test_small_copies_are_made_beside_the_work(studio, qtbot) -> None:
    names = filled(studio, 2)
    made: list[str] = []
    studio.small_copies.made.connect(made.append)
    qtbot.waitUntil(lambda: sorted(made) == sorted(names), timeout=20_000)
    assert all(proxies.place(studio.document, name).is_file() for name in names)
    assert studio.notices == []


def test_what_is_asked_for_is_made_first_and_at_once(studio, qtbot) -> None:
    names = filled(studio, 3)
    made: list[str] = []
    studio.small_copies.made.connect(made.append)
    studio.small_copies.ask([names[2]])
    qtbot.waitUntil(lambda: len(made) == 3, timeout=20_000)
    assert made == [names[2], *names[:2]]
    studio.small_copies.ask([names[2]])
    qtbot.wait(200)
    assert len(made) == 3  # it is there


def test_the_monitor_asks_for_what_comes_late(studio, qtbot) -> None:
    from app.ui.monitor import Monitor

    names = filled(studio, 3)
    asked: list[list[str]] = []
    studio.small_copies.ask = asked.append
    monitor = Monitor(studio)
    qtbot.addWidget(monitor)
    studio.set_playhead(Fraction(3, 2))
    for _ in range(LATE):
        assert asked == []
        monitor._adapt(1.0)
    assert asked == [[names[1]]]
    monitor.rest()


def test_a_clip_that_cannot_be_read_is_left_as_it_is(studio, qtbot) -> None:
    bad, good = filled(studio, 2)
    path = studio.document.path(bad)
    path.write_bytes(path.read_bytes()[:500])
    made: list[str] = []
    studio.small_copies.made.connect(made.append)
    qtbot.wait(1500)
    studio.arrange("name", lambda one: one.__class__(tracks=one.tracks, id=one.id, name="again"))
    qtbot.waitUntil(lambda: made == [good], timeout=20_000)
    assert not proxies.place(studio.document, bad).exists()


def test_closing_stops_what_is_being_made(studio, qtbot) -> None:
    filled(studio, 3)
    qtbot.wait(900)
    studio.close()
    assert not list((studio.document.folder / proxies.FOLDER).glob("*.part"))
