"""Which thing a sentence about a motion names: 'a red rocket flying up, spinning' names 'a red rocket'."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# -ing words that are things or tell what is worn and held, and -ly words that are no adverbs
STILL = _set(
    "ring king string spring wing swing ceiling building earring lightning dumpling duckling pudding painting "
    "icing wedding stocking evening morning bowling fishing boxing viking sibling herring starling seedling "
    "thing something hatching racing shopping baking wearing holding carrying sitting smiling laughing "
    "grinning crying sleeping"
)
LY = _set("jelly butterfly lily holly fly family ugly bully dragonfly curly woolly silly lovely belly doily")
FORMS = _set(
    "flies spins rotates turns twirls whirls jumps hops leaps bounces shakes trembles shivers vibrates "
    "wobbles wiggles sways swings swims floats hovers levitates falls sinks rises soars ascends descends "
    "grows shrinks pulses pulsates breathes melts fades appears disappears vanishes blinks glows shines "
    "flickers flaps flutters zigzags circles orbits runs walks waddles dances drives moves slides drifts "
    "comes goes gets does pops zooms approaches bows nods"
)
VERBS = _set(
    "spin rotate twirl whirl jump hop leap bounce tremble shiver vibrate wobble wiggle sway swim hover "
    "levitate descend ascend soar grow shrink pulse pulsate breathe melt fade appear disappear vanish blink "
    "flicker flap flutter zigzag dance run walk fly fall float move slide glow shine stretch twist ripple bow "
    "shake roll rock swing wave trace beat do bob take go get come squash squish squeeze drip ooze undulate "
    "slither wriggle pop drop drive ride race jog gallop sprint nod turn revolve throb rise sink land leave"
)
_LEAD = re.compile(r"^(make|let|show|animate|(an? )?(animation|video|clip|gif|sticker) of)\s+", re.IGNORECASE)
_ENDS = frozenset(("that", "which", "while", "who", "as", "and", "then", "to"))  # where a motion may follow
_NOTHING = frozenset(("it", "something", "object", "sticker", "thing", "a", "an", "the", "its", "very"))


def subject(prompt: str) -> str:
    """The words of `prompt` that say what is seen, '' where only a motion is told.

    Parts between commas are read one by one: each up to its first word of motion, or from behind it where it begins
    with one. What this takes for a motion can be wrong; the engine therefore also lets the picture be told by itself.
    """
    ordered = prompt.strip().lower().startswith(("make ", "let "))
    told = re.sub("flying saucer", "ufo", _LEAD.sub("", prompt.strip()), flags=re.IGNORECASE).split(",")
    parts = [_thing(part.split(), ordered, len(told) > 1) for part in told]
    return ", ".join(part for part in parts if part)


def _thing(words: list[str], ordered: bool, first: bool) -> str:
    """The thing in one part. Verbs in their base form count in an order ('make ...'), or as the `first` word."""
    kept: list[str] = []
    named = False
    for index, word in enumerate(words):
        plain = _plain(word)
        moves = _moves(plain) or (plain in VERBS and ((ordered and named) or (first and index == 0)))
        if named and (moves or (plain in _ENDS and _goes_to_motion(words[index + 1 :], ordered))):
            break
        if moves and not named and _goes_on(words[index + 1 :]):
            return ""
        if not moves:
            kept.append(word)
            named = named or plain not in _NOTHING
    spoken = kept if kept[:2] == words[:2] else _spoken(kept)
    return " ".join(spoken) if named else ""


def _plain(word: str) -> str:
    return word.lower().strip(".!?;:")


def _spoken(words: list[str]) -> list[str]:
    """With the article that the next word wants, where a word between them was left out."""
    if len(words) > 1 and words[0].lower() in ("a", "an") and words[1][0].isalpha():
        words = ["an" if words[1][0].lower() in "aeio" else "a", *words[1:]]
    return words


def _goes_on(rest: list[str]) -> bool:
    """Whether a motion that begins a part is all of it, from what follows: 'spinning around', 'flying up'."""
    plain = [_plain(word) for word in rest]
    ways = {"up", "down", "around", "away", "off", "in", "out", "left", "right", "fast", "over", "like", "to", "and"}
    return not plain or plain[0] in ways or (len(plain) == 1 and _moves(plain[0]))


def _goes_to_motion(rest: list[str], ordered: bool) -> bool:
    return bool(rest) and (_moves(_plain(rest[0])) or (ordered and _plain(rest[0]) in VERBS))


def _moves(word: str) -> bool:
    """Whether a word tells a motion or how it is done."""
    if word.endswith("ing") and len(word) > 4:
        return word not in STILL
    return (word.endswith("ly") and word not in LY and len(word) > 4) or word in FORMS
