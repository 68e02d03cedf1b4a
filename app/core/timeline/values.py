"""A project as values: timelines of tracks of clips of takes. Every time is an exact rational number of seconds."""

import re
import secrets
from fractions import Fraction
from typing import Any, Literal

import msgspec
from msgspec import Struct

from engines.contract import Value

Time = Fraction
ZERO = Fraction(0)
LARGEST = 10**90  # denominator that is written
_RATIONAL = re.compile(r"-?[0-9]{1,100}(/[0-9]{1,100})?")  # no exponents: a short one can be a number beyond memory
VERSION = 1  # of the project's schema; raise it with an upgrade in `app.core.timeline.schema`

TrackKind = Literal["picture", "audio", "notes", "prompt", "control", "camera"]
Blend = Literal["normal", "add", "multiply", "screen", "overlay", "lighten", "darken", "difference"]
Feature = Literal["onset", "rms", "low", "mid", "high", "pitch"]
Way = Literal["generate", "region", "extend", "bridge", "vary", "import", "record", "bounce"]


def new_id() -> str:
    """A name for a new track, clip, take or lane."""
    return secrets.token_hex(5)


class Key(Struct, frozen=True, omit_defaults=True):
    """A value at a time, counted from where its lane's owner begins, and how it goes on to the next key.

    `ease` is 'linear', 'hold', 'bezier' or an easing ('ease-in-sine', 'ease-out-cubic', 'ease-in-out-bounce' ...).
    `before` and `after` are the handles of a bezier, (seconds, value) from the key: the first to its left.
    """

    at: Time
    value: float
    ease: str = "linear"
    before: tuple[float, float] = (0.0, 0.0)
    after: tuple[float, float] = (0.0, 0.0)


class Modulator(Struct, frozen=True, omit_defaults=True):
    """A sound that steers: `feature` of the clip `clip` as it is heard on the timeline (a track's id: all of it),
    scaled to 0..1, followed with `attack` and `release` seconds, times `gain` plus `offset`.

    `how` it meets the keys: 'add' to them, 'multiply' them or 'replace' them.
    """

    clip: str
    feature: Feature = "onset"
    attack: float = 0.0
    release: float = 0.15
    gain: float = 1.0
    offset: float = 0.0
    how: Literal["add", "multiply", "replace"] = "add"


class Lane(Struct, frozen=True, omit_defaults=True):
    """What one number does over time. `target` names the number:

    of a clip or track: 'gain' (dB), 'pan' (-1 to 1), 'opacity', 'x', 'y', 'scale', 'rotation'; of a clip that is
    made: an option of its engine by its name ('guidance'; 'travel' from seed to seed), 'strength', 'control:KIND',
    'adapter:NAME'; of a clip of words: 'prompt' (what it weighs); of a camera: 'azimuth', 'elevation', 'distance',
    'fov'.

    The value is that of `keys` (none: the constant), then of `expression` (over v, t in seconds, b in beats, and the
    features), then the modulator's. An inactive lane (`on` false) does nothing. The expression's t is 0 at `origin`
    seconds from where the lane's owner begins, so that cutting a clip changes nothing of it.
    """

    target: str
    keys: tuple[Key, ...] = ()
    expression: str = ""
    modulator: Modulator | None = None
    on: bool = True
    origin: Time = ZERO
    id: str = msgspec.field(default_factory=new_id)


class Feed(Struct, frozen=True, omit_defaults=True):
    """Where an input of a request comes from: `media` of the project by its name, or what the clip `clip` shows.

    `at` says what of it: 'all', its 'first' or 'last' frame, or that at a 'moment', in seconds from the clip's
    beginning. `make` is a map made of it on the way ('depth', 'canny').
    """

    media: str = ""
    clip: str = ""
    at: Literal["all", "first", "last", "moment"] = "all"
    moment: Time = ZERO
    make: str = ""


class ControlFeed(Struct, frozen=True, omit_defaults=True):
    """A control input of a request: its kind, where it comes from, how strongly it acts (or by a lane)."""

    kind: str
    feed: Feed
    strength: float = 1.0
    options: dict[str, Value] = {}


class Ask(Struct, frozen=True, omit_defaults=True):
    """What a clip is to be made of: a request whose media come from the project. Its curves are the clip's lanes.

    `round` are the seconds of one round of a clip that loops (0: as many as the engine can make at once).
    `region` are the seconds (from, to) of the clip that are made anew, the rest kept. `draft` are options that
    replace those of `options` for a quick draft ({'steps': 6}).
    """

    engine: str
    prompt: str = ""
    negative: str = ""
    seed: int = 0
    size: tuple[int, int] | None = None
    options: dict[str, Value] = {}
    draft: dict[str, Value] = {}
    start: Feed | None = None
    last: Feed | None = None
    mask: Feed | None = None
    strength: float = 0.6
    controls: tuple[ControlFeed, ...] = ()
    adapters: dict[str, float] = {}
    region: tuple[Time, Time] | None = None
    round: Time = ZERO


class Take(Struct, frozen=True, omit_defaults=True):
    """One result of a clip. `media` is its name in the project; `length` in seconds (0: it stands still).

    `made` is what it was made of and `print` the fingerprint of that and of every input (`app.core.timeline.states`);
    `run` its name in the history; `offset` where its first moment lies from the clip's (an extended take begins
    before it: negative); `asked` the clip's offset and length when it was made.
    """

    media: str
    length: Time = ZERO
    way: Way = "import"
    made: Ask | None = None
    print: str = ""
    run: str = ""
    draft: bool = False
    offset: Time = ZERO
    asked: tuple[Time, Time] | None = None
    created: float = 0.0
    note: str = ""
    stars: int = 0
    id: str = msgspec.field(default_factory=new_id)


class Look(Struct, frozen=True, omit_defaults=True):
    """How a visual clip lies in the frame: its centre (`x`, `y`) in shares of the frame from the middle, `scale` (1
    fits), `rotation` in degrees counter-clockwise, `opacity`, how it blends with what is below."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    rotation: float = 0.0
    opacity: float = 1.0
    blend: Blend = "normal"
    fit: Literal["fit", "fill", "stretch", "pixels"] = "fit"


class Title(Struct, frozen=True, omit_defaults=True):
    """Words as a picture: `font` is a file or a family ('' the one that ships), `size` a share of the frame's height,
    colours '#rrggbb' or '#rrggbbaa'."""

    text: str
    font: str = ""
    size: float = 0.12
    colour: str = "#ffffff"
    outline: str = ""
    shadow: bool = True
    background: str = ""
    align: Literal["left", "centre", "right"] = "centre"


class Clip(Struct, frozen=True, omit_defaults=True):
    """A stretch of a track: `start` and `length` on the timeline, in seconds.

    It shows its take from `offset` seconds on at `speed`; `loop` repeats a take that is shorter. `ask` says what it
    is made of, `title` words it shows, `text` what a prompt clip says (weighing `weight`). `take` is the chosen
    take's id. Two clips of a track that overlap cross-fade; `fade_in` and `fade_out` are its own, in seconds. `gain`
    in dB, `pan` -1 to 1. `mesh` is the media a camera clip turns round, `shows` what it renders.
    """

    start: Time
    length: Time
    name: str = ""
    ask: Ask | None = None
    takes: tuple[Take, ...] = ()
    take: str = ""
    offset: Time = ZERO
    speed: Fraction = Fraction(1)
    loop: bool = False
    title: Title | None = None
    text: str = ""
    weight: float = 1.0
    mesh: str = ""
    shows: Literal["colour", "depth", "normals", "edges"] = "colour"
    look: Look = Look()
    fade_in: Time = ZERO
    fade_out: Time = ZERO
    gain: float = 0.0
    pan: float = 0.0
    muted: bool = False
    lanes: tuple[Lane, ...] = ()
    colour: str = ""
    id: str = msgspec.field(default_factory=new_id)

    @property
    def end(self) -> Time:
        """The first moment after it."""
        return self.start + self.length

    @property
    def shown(self) -> Take | None:
        """The chosen take; None when there is none yet."""
        return next((take for take in self.takes if take.id == self.take), None)


class Track(Struct, frozen=True, omit_defaults=True):
    """A row of clips in the order of their starts. `gain` in dB, `pan` -1 to 1; a muted or hidden track is left out,
    and where a track of its kind is solo, those that are not. A locked one is not edited. `height` in pixels."""

    kind: TrackKind
    name: str = ""
    clips: tuple[Clip, ...] = ()
    lanes: tuple[Lane, ...] = ()
    gain: float = 0.0
    pan: float = 0.0
    opacity: float = 1.0
    mute: bool = False
    solo: bool = False
    locked: bool = False
    height: int = 0
    id: str = msgspec.field(default_factory=new_id)


class Marker(Struct, frozen=True, omit_defaults=True):
    """A named moment, or a stretch of `length` seconds."""

    at: Time
    name: str = ""
    length: Time = ZERO
    colour: str = ""
    id: str = msgspec.field(default_factory=new_id)


class Tempo(Struct, frozen=True):
    """From the beat `beat` (quarters from the beginning) on, `bpm` quarters a minute."""

    beat: Fraction
    bpm: Fraction


class Metre(Struct, frozen=True):
    """From bar `bar` (the first is 0) on, `beats` of `unit` a bar (3, 4: three quarters)."""

    bar: int
    beats: int
    unit: int


class Timeline(Struct, frozen=True, omit_defaults=True):
    """Tracks along time, drawn from top to bottom, the topmost picture track being in front. `span` are the in and
    out points in seconds; `loop` says that playing repeats between them."""

    name: str = "Timeline"
    tracks: tuple[Track, ...] = ()
    markers: tuple[Marker, ...] = ()
    tempos: tuple[Tempo, ...] = (Tempo(Fraction(0), Fraction(120)),)
    metres: tuple[Metre, ...] = (Metre(0, 4, 4),)
    span: tuple[Time, Time] | None = None
    loop: bool = False
    gain: float = 0.0
    id: str = msgspec.field(default_factory=new_id)

    @property
    def end(self) -> Time:
        """The first moment after its last clip."""
        return max((clip.end for track in self.tracks for clip in track.clips), default=ZERO)


class Medium(Struct, frozen=True, omit_defaults=True):
    """What the project knows of one of its media files without reading it. `length` in seconds (0: none), sizes in
    pixels, `fps` and `rate` where it has them; `name` is what it was called where it came from."""

    medium: Literal["image", "audio", "video", "mesh"]
    length: Time = ZERO
    width: int = 0
    height: int = 0
    fps: float = 0.0
    rate: int = 0
    channels: int = 0
    notes: bool = False
    name: str = ""


class Project(Struct, frozen=True, omit_defaults=True):
    """One document. The picture is `width` x `height` at `fps`, the sound at `rate` Hz. `media` are its files by name
    ('sha256-....png'), which is the hash of what they hold. `active` is the id of the timeline that is open."""

    version: int = msgspec.field(default_factory=lambda: VERSION)  # and not a default, which would not be written
    name: str = "Untitled"
    width: int = 1280
    height: int = 720
    fps: Fraction = Fraction(24)
    rate: int = 48000
    timelines: tuple[Timeline, ...] = (Timeline(id="main"),)
    media: dict[str, Medium] = {}
    active: str = "main"

    @property
    def timeline(self) -> Timeline:
        """The one that is open."""
        return next((one for one in self.timelines if one.id == self.active), self.timelines[0])


def plain(value: Any) -> Any:
    """For msgspec's encoders: a rational as 'numerator/denominator'; one that no decoder would take, so long is it, as
    the nearest of a denominator that will do."""
    if isinstance(value, Fraction):
        value = value if value.denominator < LARGEST else value.limit_denominator(LARGEST)
        return f"{value.numerator}/{value.denominator}" if value.denominator != 1 else str(value.numerator)
    raise NotImplementedError(type(value).__name__)


def rational(kind: type, value: Any) -> Any:
    """For msgspec's decoders: the rational that `plain` wrote. ValueError when it is none, or one beyond reason."""
    if kind is not Fraction or not isinstance(value, str | int) or not _RATIONAL.fullmatch(str(value)):
        raise ValueError(f"{str(value)[:60]!r} is no rational number")
    return Fraction(value)
