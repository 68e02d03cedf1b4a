"""How motions are told: subjects, verbs in their forms, adverbs; and what moves how when no verb is given."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass

import numpy as np

from engines.training.motion_kinds import KINDS
from engines.training.pool import article
from engines.training.vocabulary import COLOURS, concepts

DOUBLED = {"spin", "flip", "bob", "hop", "flap", "run", "swim", "drop", "nod", "jog", "wag", "throb", "trot", "drip"}
DOUBLED |= {"get", "squat", "pop", "zigzag", "sit", "step", "put", "jut"}

# adverbs: (amount, pace)
ADVERBS: dict[str, tuple[float, float]] = {
    "slowly": (1.0, 0.5),
    "leisurely": (0.9, 0.55),
    "lazily": (0.85, 0.5),
    "quickly": (1.0, 1.8),
    "fast": (1.0, 1.8),
    "rapidly": (1.0, 1.9),
    "very fast": (1.0, 2.3),
    "gently": (0.55, 0.8),
    "softly": (0.55, 0.8),
    "slightly": (0.5, 1.0),
    "a little": (0.55, 1.0),
    "calmly": (0.65, 0.65),
    "wildly": (1.6, 1.5),
    "crazily": (1.6, 1.6),
    "strongly": (1.6, 1.0),
    "a lot": (1.6, 1.1),
    "energetically": (1.4, 1.5),
    "happily": (1.1, 1.2),
    "nervously": (0.6, 1.7),
}

FLYERS = "bat; bird; eagle; duck; swan; owl; parrot; dragon; butterfly; bee; ladybug; flamingo; chick; turkey"
# what moves how without a verb: kinds, amount, and the subjects
IDLE: tuple[tuple[tuple[str, ...], float, str], ...] = (
    (("flap its wings", "float"), 0.9, FLYERS),
    (("swim",), 0.9, "fish; tropical fish; shark; dolphin; whale; pufferfish; snake; crocodile; lizard"),
    (
        ("float", "breathe"),
        1.1,
        "ghost; jellyfish; octopus; balloon; cloud; ufo; alien; moon; kite; feather; bubble tea",
    ),
    (("sway",), 0.6, "white flower; rose; sunflower; tulip; bouquet; seedling; potted plant; clover; leaf; maple leaf"),
    (("sway",), 0.45, "pine tree; tree; palm tree; cactus; Christmas tree; mushroom; corn; carrot"),
    (("beat like a heart",), 0.8, "heart; broken heart"),
    (("swing",), 0.6, "bell; lantern; yo-yo; ring; key; disco ball; red paper lantern; cherries; lollipop"),
    (("spin",), 1.0, "wheel; gear; ferris wheel; planet; globe; snowflake; billiard ball"),
    (("flip like a coin",), 1.0, "coin"),
    (("bounce",), 0.9, "soccer ball; baseball; basketball; volleyball; tennis ball; ball of yarn"),
    (("float", "tremble"), 0.9, "rocket; plane; helicopter"),
    (
        ("tremble",),
        0.55,
        "bus; ambulance; fire truck; police car; taxi; car; truck; tractor; race car; motorcycle; steam train; printer",
    ),
    (("shake",), 0.6, "alarm clock; clock; smartphone; telephone; maracas; dice; piggy bank"),
    (("flicker",), 0.9, "fire; candle; lightning"),
    (("glow",), 0.9, "star; sun; light bulb; diamond; crystal ball; magic wand; flashlight; trophy; crown"),
    (("ripple",), 0.6, "wave; water drop; rainbow"),
    (("wave like a flag",), 0.5, "scarf; dress; t-shirt; ribbon; coat; tie; bow"),
    (("rock",), 0.6, "boat; ship; guitar; violin; teddy bear; penguin; chess pawn; robot"),
    (("wobble",), 0.6, "cupcake; birthday cake; slice of cake; ice cream cone; pie; honey pot; poop"),
    (("wiggle",), 0.5, "dog; pencil; crayon; paintbrush; magnet; toothbrush; scissors; bomb"),
)
# what "flying" is for whom
FLIES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("flap its wings", "float"), FLYERS),
    (("fly up",), "rocket; balloon"),
    (("fly up to the right",), "plane; helicopter"),
    (("fly to the right",), "ufo; kite; dragon"),
)
LIVING = ("breathe",)  # of whom nothing else is said
HELD_WORDS, HELD_PAIRS = 0.2, 0.25  # shares that training never sees
SPLITS = {"test": 0.15, "judge": 0.4, "train": 1.0}  # of the subjects: up to which share each goes


@dataclass(frozen=True)
class Told:
    """A caption, the kinds of motion it asks for, how much and how quickly, and its subject (its index, or -1)."""

    text: str
    kinds: tuple[str, ...]
    amount: float = 1.0
    pace: float = 1.0
    subject: int = -1


def share(words: str) -> float:
    """A fixed number in [0, 1) for any words: who is held out is decided by the words alone."""
    return int.from_bytes(hashlib.sha256(f"motion|{words}".encode()).digest()[:4], "big") / 2**32


def split_of(name: str) -> str:
    """Who sees a subject: the network ('train'), its judge, or neither before the test."""
    return next(split for split, end in SPLITS.items() if share(f"subject|{name}") < end)


def word_held(name: str, word: str) -> bool:
    """Whether a way of saying the kind `name` is held out; the first three ways of each never are."""
    return word not in KINDS[name].words[:3] and share(f"word|{word}") < HELD_WORDS


def pair_held(one: str, other: str) -> bool:
    return share("pair|" + "|".join(sorted((one, other)))) < HELD_PAIRS


def pairs() -> list[tuple[str, str]]:
    """Every two kinds that go together."""
    return [(a, b) for a, b in itertools.combinations(KINDS, 2) if KINDS[a].group != KINDS[b].group]


# ---------------------------------------------------------------- forms of a verb


def gerund(words: str) -> str:
    """'spin around' to 'spinning around', 'flap its wings' to 'flapping its wings'."""
    verb, space, rest = words.partition(" ")
    if verb in DOUBLED:
        verb += verb[-1]
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        verb = verb[:-1]
    return f"{verb}ing{space}{rest}"


def third(words: str) -> str:
    """'spin around' to 'spins around', 'fly up' to 'flies up'."""
    verb, space, rest = words.partition(" ")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        verb = verb[:-1] + "ies"
    else:
        verb += "es" if verb.endswith(("s", "sh", "ch", "x", "z", "go", "do")) else "s"
    return f"{verb}{space}{rest}"


# ---------------------------------------------------------------- captions


class Teller:
    """Tells motions in words, of the subjects of a split; 'test' has the words and pairs the others never see."""

    def __init__(self, seed: int, split: str = "train") -> None:
        self.rng, self.held = np.random.default_rng(seed), split == "test"
        self.known = concepts()
        self.subjects = [(i, c) for i, c in enumerate(self.known) if split_of(c.name) == split]
        self.idle = _by_subject((kinds, much, names) for kinds, much, names in IDLE)
        self.flies = _by_subject((kinds, 1.0, names) for kinds, names in FLIES)
        self.pairs = [pair for pair in pairs() if pair_held(*pair) == self.held]

    def caption(self) -> Told:
        """Any caption: one motion, two at once, a thing alone, or a flight without a way."""
        draw = self.rng.random()
        if draw < 0.40:
            return self.of((self._choose(tuple(KINDS)),))
        if draw < 0.80:
            one, other = self._choose(self.pairs)
            return self.of((one, other) if self.rng.random() < 0.5 else (other, one))
        if draw < 0.93:
            return self.resting()
        return self.flying()

    def of(self, kinds: tuple[str, ...]) -> Told:
        """A caption for these kinds of motion."""
        index, noun = self._subject()
        verbs = [self._verb(name) for name in kinds]
        adverb = str(self._choose(tuple(ADVERBS))) if self.rng.random() < 0.4 else ""
        amount, pace = ADVERBS.get(adverb, (1.0, 1.0))
        text = self._sentence(noun, verbs, adverb)
        return Told(text, kinds, amount, pace, index)

    def resting(self) -> Told:
        """A thing of which no motion is said: it does a little of what such things do."""
        index, noun = self._subject(always=True)
        kinds, amount = self.idle.get(self.known[index].name, (LIVING, 0.9))
        return Told(noun, kinds, amount, 1.0, index)

    def flying(self) -> Told:
        """'a bird flying': wings where there are any."""
        known = {c.name: (i, c) for i, c in self.subjects}
        names = [name for name in self.flies if name in known]
        if not names:
            return self.resting()
        index, concept = known[self._choose(names)]
        kinds, amount = self.flies[concept.name]
        noun = self._noun(concept)
        words = self._choose(("{} flying", "flying {}", "{} that flies", "{} flying in the sky", "{} flies"))
        told = words.format(noun if not words.startswith("fly") else noun.split(" ", 1)[-1])
        return Told(told, kinds, amount, 1.0, index)

    def _subject(self, always: bool = False) -> tuple[int, str]:
        if not always and self.rng.random() < 0.08:
            return -1, str(self._choose(("", "it", "something", "a sticker", "an object")))
        index, concept = self.subjects[int(self.rng.integers(len(self.subjects)))]
        return index, self._noun(concept)

    def _noun(self, concept) -> str:
        word = str(self._choose(concept.words))
        if self.rng.random() < 0.2:
            word = f"{self._choose(tuple(COLOURS))} {word}"
        draw = self.rng.random()
        return article(word) if draw < 0.7 else f"the {word}" if draw < 0.8 else word

    def _verb(self, name: str) -> str:
        words = [word for word in KINDS[name].words if word_held(name, word) == self.held] or [KINDS[name].words[0]]
        return str(self._choose(words))

    def _sentence(self, noun: str, verbs: list[str], adverb: str) -> str:
        draw = self.rng.random()
        form = gerund if draw < 0.7 else third if draw < 0.85 else str
        said = [form(verb) for verb in verbs]
        if adverb:
            first = self.rng.random() < 0.35 and adverb.endswith("ly")
            said[-1 if len(said) == 1 or self.rng.random() < 0.5 else 0] += "" if first else f" {adverb}"
            said[0] = f"{adverb} {said[0]}" if first else said[0]
        deed = said[0] if len(said) == 1 else self._choose((", ", " and ", " while ", " and ", ", ")).join(said)
        if form is gerund and len(said) == 1 and " " not in deed and noun and self.rng.random() < 0.35:
            head, _, rest = noun.partition(" ") if noun.startswith(("a ", "an ", "the ")) else ("", "", noun)
            return article(f"{deed} {rest}") if head in ("a", "an") else f"{head} {deed} {rest}".strip()
        if form is str:
            return f"make {noun or 'it'} {deed}" if self.rng.random() < 0.6 else f"{deed}, {noun}".strip(", ")
        joint = " that " if form is third and self.rng.random() < 0.4 and noun else " "
        joint = ", " if form is gerund and self.rng.random() < 0.2 and noun else joint
        return f"{noun}{joint}{deed}".strip()

    def _choose(self, options):
        return options[int(self.rng.integers(len(options)))]


def _by_subject(rows) -> dict[str, tuple[tuple[str, ...], float]]:
    return {name.strip(): (kinds, much) for kinds, much, names in rows for name in names.split(";")}
