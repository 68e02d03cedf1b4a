"""What the sounds of audio/sound's training are called: kinds, the nouns for them, adjectives, and phrases.

A share of the phrases is held out by the hash of their words: no network is trained on them, and captions that are to
be judged are made of them alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

# kind: the nouns for it; most common first. The kinds of the machines of our own bear the name of their function.
NOUNS: dict[str, tuple[str, ...]] = {
    "laser": ("laser", "laser shot", "laser zap", "laser gun", "blaster", "ray gun", "pew pew"),
    "zap": ("electric zap", "electric shock", "electric spark", "electrical buzz", "taser"),
    "coin": ("coin", "coin pickup", "collecting a coin", "coin collect", "game coin"),
    "jump": ("jump", "video game jump", "cartoon jump", "character jumping", "hop"),
    "explosion": ("explosion", "blast", "bomb", "big boom", "bomb explosion", "detonation"),
    "gunshot": ("gunshot", "gun", "rifle shot", "pistol shot", "gun firing"),
    "powerup": ("power-up", "power up", "level up", "upgrade", "bonus"),
    "powerdown": ("power-down", "power down", "machine shutting down", "falling tone", "losing power"),
    "hurt": ("hurt", "getting hit", "damage", "game hit", "player hurt"),
    "gameover": ("game over", "losing", "game over jingle", "fail", "defeat"),
    "error": ("error buzzer", "error", "wrong answer", "buzzer", "denied"),
    "blip": ("blip", "beep", "menu select", "button beep", "interface blip"),
    "teleport": ("teleport", "teleporter", "warp", "magic spell", "beam me up"),
    "whoosh": ("whoosh", "swoosh", "swish", "air whoosh", "fast pass-by"),
    "riser": ("riser", "build-up", "uplifter", "tension riser", "trailer riser"),
    "subdrop": ("sub drop", "bass drop", "sub boom", "deep drop"),
    "sonar": ("sonar", "sonar ping", "submarine ping", "submarine sonar"),
    "ufo": ("ufo", "flying saucer", "alien ship", "spaceship hovering", "theremin"),
    "computer": ("computer beeps", "computer thinking", "robot beeps", "data processing", "sci-fi computer"),
    "glitch": ("glitch", "digital glitch", "data error", "broken computer"),
    "static": ("static", "radio static", "tv noise", "white noise", "static noise"),
    "alarm": ("alarm", "alarm beeping", "warning alarm", "alarm clock", "beeping alarm"),
    "siren": ("siren", "police siren", "ambulance siren", "emergency siren"),
    "telephone": ("telephone", "phone ringing", "telephone ring", "ringing phone", "phone"),
    "doorbell": ("doorbell", "door chime", "ding dong", "doorbell ringing"),
    "horn": ("car horn", "horn", "car honking", "honk"),
    "whistle": ("whistle", "whistling", "referee whistle", "person whistling"),
    "engine": ("engine", "car engine", "motorcycle", "motor running", "car engine running"),
    "motor": ("drill", "electric motor", "power drill", "electric screwdriver", "servo"),
    "helicopter": ("helicopter", "chopper", "helicopter flying", "helicopter rotor"),
    "train": ("train", "train on the tracks", "steam train", "railway"),
    "typing": ("typing", "keyboard typing", "computer keyboard", "typewriter"),
    "shutter": ("camera shutter", "camera", "photo click", "taking a photo"),
    "click": ("click", "mouse click", "button click", "switch"),
    "clock": ("clock ticking", "clock", "ticking", "ticking watch"),
    "printer": ("printer", "dot matrix printer", "old modem", "machine printing"),
    "radio_fm": ("robot voice", "robot talking", "robot", "alien voice"),
    "wind": ("wind", "wind blowing", "howling wind", "breeze", "storm wind"),
    "rain": ("rain", "rain falling", "rainfall", "raindrops", "rain on leaves"),
    "waves": ("sea waves", "ocean waves", "waves", "surf", "waves on a beach"),
    "stream": ("stream", "brook", "running water", "babbling brook", "river"),
    "bubbles": ("bubbles", "bubbling", "boiling water", "underwater bubbles"),
    "drop": ("water drop", "dripping water", "drip", "water dripping", "droplet"),
    "splash": ("splash", "water splash", "splash in water", "jumping into water"),
    "fire": ("fire", "fire crackling", "campfire", "crackling fire", "burning wood"),
    "thunder": ("thunder", "thunderstorm", "thunder clap", "lightning strike"),
    "bees": ("bees", "bee buzzing", "flies", "insects buzzing", "mosquito"),
    "bird": ("bird", "bird chirping", "birds singing", "birdsong", "chirping bird"),
    "cricket": ("cricket", "crickets", "cricket chirping", "crickets at night"),
    "frog": ("frog", "frog croaking", "croaking frog", "toad"),
    "owl": ("owl", "owl hooting", "hooting owl"),
    "dog": ("dog", "dog barking", "dog bark", "barking dog"),
    "cat": ("cat", "cat meowing", "meow", "kitten"),
    "footsteps": ("footsteps", "steps", "walking", "person walking"),
    "clap": ("clap", "hand clap", "clapping", "handclap"),
    "applause": ("applause", "audience clapping", "crowd clapping", "clapping audience"),
    "heartbeat": ("heartbeat", "heart beating", "beating heart", "pulse"),
    "breath": ("breath", "breathing", "sigh", "inhale and exhale"),
    "glass": ("glass ping", "glass clink", "wine glass", "tapping a glass"),
    "shatter": ("glass breaking", "breaking glass", "window smashing", "shattering glass"),
    "bell": ("bell", "bell ringing", "church bell", "bell toll"),
    "gong": ("gong", "gong hit", "tam-tam", "temple gong"),
    "knock": ("knock", "knocking on a door", "door knock", "knock on wood"),
    "metal": ("metal hit", "metal clang", "metallic clank", "pipe hit", "anvil"),
    "wood": ("wood block", "wooden hit", "wood tap", "stick hit"),
    "creak": ("door creak", "creaking door", "squeaky hinge", "creaky floor"),
    "door": ("door slam", "door closing", "slamming door", "door shut"),
    "keys": ("keys jingling", "keys", "keychain", "jingling coins"),
    "spring": ("spring", "boing", "cartoon spring", "bouncing spring"),
    "pop": ("pop", "bubble pop", "cork pop", "balloon pop"),
    "zipper": ("zipper", "zip", "zipping a bag", "unzipping"),
    "paper": ("paper tearing", "crumpling paper", "paper", "rustling leaves"),
    "impact": ("impact", "thud", "punch", "heavy hit", "body fall"),
    "pad": ("synth pad", "pad", "ambient pad", "synthesizer chord"),
    "bass": ("synth bass", "bass note", "bass synth", "bass"),
    "pluck": ("pluck", "plucked string", "string pluck", "plucked synth"),
    "arpeggio": ("arpeggio", "synth arpeggio", "arpeggiated synth", "chiptune arpeggio"),
    "lead": ("synth lead", "lead synth", "synth note", "synthesizer note"),
    "fm_bell": ("fm bell", "synth bell", "digital bell", "electric chime"),
    "chord": ("organ chord", "chord", "soft chord", "electric organ chord"),
    # heard only in recordings
    "kick": ("kick drum", "kick", "bass drum"),
    "snare": ("snare drum", "snare", "snare hit"),
    "closed hat": ("closed hi-hat", "hi-hat", "closed hat"),
    "open hat": ("open hi-hat", "open hat", "open cymbal"),
    "tom": ("tom", "tom drum", "tom-tom"),
    "cymbal": ("crash cymbal", "cymbal", "cymbal crash", "ride cymbal"),
    "cowbell": ("cowbell", "cow bell"),
    "tabla": ("tabla", "tabla hit", "indian drum", "hand drum"),
    "choir": ("choir", "voices singing", "singing choir"),
    "drone": ("drone", "dark drone", "ambient hum", "humming drone"),
    "scratch": ("vinyl scratch", "record scratch", "turntable scratch"),
    "crow": ("crow", "crow cawing", "raven"),
    "beat": ("drum loop", "beat", "drum beat", "breakbeat"),
    "dial": ("phone dial tone", "modem", "phone line tones"),
}

# an adjective: the words for it before the noun, and those after it
ADJECTIVES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "low": (("low", "deep", "low-pitched"), ()),
    "high": (("high", "high-pitched", "shrill"), ()),
    "short": (("short", "brief", "quick"), ()),
    "long": (("long", "lengthy"), ()),
    "fast": (("fast", "rapid"), ("fast",)),
    "slow": (("slow",), ("slowly",)),
    "rising": (("rising", "ascending"), ("going up",)),
    "falling": (("falling", "descending"), ("going down",)),
    "distant": (("distant", "faraway"), ("in the distance", "far away")),
    "echoing": (("echoing", "reverberant"), ("in a cave", "in a large hall", "with reverb")),
    "distorted": (("distorted", "harsh"), ("with distortion",)),
    "muffled": (("muffled", "dull"), ("behind a wall", "under water")),
    "lo-fi": (("lo-fi", "8-bit", "retro"), ("in an old video game",)),
    "soft": (("soft", "quiet", "gentle"), ()),
    "loud": (("loud", "powerful"), ()),
    "on wood": (("wooden",), ("on wood",)),
    "on gravel": ((), ("on gravel",)),
    "on stone": ((), ("on stone",)),
    "in snow": ((), ("in snow", "on snow")),
    "in": ((), ("in",)),
    "out": ((), ("out",)),
    "note": ((), ("note", "single note")),
    "chord": ((), ("chord",)),
    "melody": ((), ("melody", "playing a melody", "phrase")),
}
_FRAMES = ("{}", "{}", "{}", "the sound of {}", "{} sound effect", "{} sound", "sound of {}", "{} sfx")
HELD_OUT = 0.12  # of all phrases


@dataclass(frozen=True)
class Told:
    """What a sound is: its kind, a noun that names it more closely ('' for none), and adjectives that are true."""

    kind: str
    noun: str = ""
    words: tuple[str, ...] = ()


def held_out(phrase: str) -> bool:
    """Whether no training ever sees this phrase."""
    return int.from_bytes(hashlib.sha256(phrase.encode()).digest()[:4], "big") / 2**32 < HELD_OUT


def phrase(told: Told, rng: np.random.Generator) -> str:
    """One way to say it: a noun, up to two of the adjectives, perhaps an article and a frame."""
    nouns = NOUNS.get(told.kind, ())
    noun = told.noun or nouns[min(int(rng.exponential(1.6)), len(nouns) - 1)]
    kept = [word for word in dict.fromkeys(told.words) if rng.random() < 0.65][:3]
    before, after = [], []
    for word in kept:
        front, back = ADJECTIVES.get(word, ((word,), ()))
        if back and (not front or rng.random() < 0.4):
            after.append(back[int(rng.integers(len(back)))])
        else:
            before.append(front[int(rng.integers(len(front)))])
    rng.shuffle(before)
    text = " ".join((*before[:2], noun, *after[:2]))
    if rng.random() < 0.5 and not text.split()[0].endswith(("s", "ing")) and after[:1] not in (["note"], ["chord"]):
        text = f"{'an' if text[0] in 'aeiou' else 'a'} {text}"
    return _FRAMES[int(rng.integers(len(_FRAMES)))].format(text)


def phrases(told: Told, rng: np.random.Generator, count: int, held: bool = False) -> list[str]:
    """Different ways to say it, all of them held out or none."""
    found: dict[str, None] = {}
    for _ in range(12 * count):
        said = phrase(told, rng)
        if held_out(said) == held:
            found[said] = None
        if len(found) == count:
            break
    return list(found) or [told.noun or NOUNS[told.kind][0]]
