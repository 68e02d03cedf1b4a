"""Recipes of other programs: the text AUTOMATIC1111's web interface and its kin write into pictures.

a prompt, over any number of lines
Negative prompt: what is not wanted
Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 123, Size: 512x768, Model: name, Lora hashes: "a: 1, b: 2"
"""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from engines.contract import Adapter, Refused, Request, Value

LONGEST = 2**20  # characters that are looked at
MOST = 500  # fields
_NAME = re.compile(r"\w[\w \-/.]{0,80}")
_QUOTED = re.compile(r'\s*("(?:\\.|[^\\"])*")\s*(?:,|$)')
_STEPS = re.compile(r"\s*Steps:\s*\d")
_LORA = re.compile(r"<lora:([^:<>]+)(?::([^:<>]*))?(?::[^<>]*)?>")
_SIZE = re.compile(r"(\d{1,6})\s*[x×]\s*(\d{1,6})")
_NEGATIVE = "Negative prompt:"

SAMPLERS = {  # as they are written there, in lower case without blanks, and as ours are called
    "euler": "euler",
    "eulera": "euler_ancestral",
    "eulerancestral": "euler_ancestral",
    "heun": "heun",
    "lms": "lms",
    "ddim": "ddim",
    "ddpm": "ddpm",
    "unipc": "unipc",
    "uni_pc": "unipc",
    "dpm++2m": "dpmpp_2m",
    "dpm++2msde": "dpmpp_2m_sde",
    "dpm2": "dpm2",
    "dpm2a": "dpm2_ancestral",
    "deis": "deis",
    "plms": "pndm",
    "lcm": "lcm",
}
SCHEDULES = {"karras": "karras", "exponential": "exponential", "cosine": "cosine", "beta": "beta"}


class Lora(Struct, frozen=True):
    """A <lora:name:weight> of a prompt, and its hash where the text tells it."""

    name: str
    weight: float = 1.0
    hash: str = ""


class Infotext(Struct, frozen=True, kw_only=True):
    """What such a text tells. None and "" stand for what it does not.

    `sampler` and `schedule` are ours, "" when there is none alike; `sampler_named` is what was written. `hires` has
    the 'Hires ...' fields by the rest of their names, `other` all that are not known here. Prompts are without their
    <lora:...> tags.
    """

    prompt: str = ""
    negative: str = ""
    steps: int | None = None
    sampler: str = ""
    schedule: str = ""
    sampler_named: str = ""
    guidance: float | None = None
    seed: int | None = None
    size: tuple[int, int] | None = None
    strength: float | None = None
    clip_skip: int | None = None
    model: str = ""
    model_hash: str = ""
    vae: str = ""
    loras: tuple[Lora, ...] = ()
    hires: dict[str, str] = {}
    other: dict[str, str] = {}


def read(text: str) -> Infotext:
    """What `text` tells; a text without a line of settings is a prompt alone. Nothing is refused."""
    lines = text[:LONGEST].strip().splitlines()
    told = _settings(lines)
    fields = {**fields_of(lines[told]), **_after(lines[told + 1 :])} if told is not None else {}
    lines = lines[:told]
    at = next((n for n, line in enumerate(lines) if line.startswith(_NEGATIVE)), len(lines))
    negative = "\n".join(lines[at:]).removeprefix(_NEGATIVE).strip()
    return _told("\n".join(lines[:at]).strip(), negative, fields)


def _settings(lines: list[str]) -> int | None:
    """Which line holds the settings: the last that begins with the steps, or else the last, if it looks like it."""
    found = [n for n, line in enumerate(lines) if _STEPS.match(line)]
    if found or not lines:
        return found[-1] if found else None
    fields = fields_of(lines[-1])
    return len(lines) - 1 if len(fields) >= 3 or fields.keys() & {"Steps", "Seed", "Sampler"} else None


def _after(lines: list[str]) -> dict[str, str]:
    """What some extensions write below the settings: 'Template: ...', over several lines."""
    found: dict[str, str] = {}
    name = ""
    for line in lines:
        words, sign, value = line.partition(":")
        if sign and _NAME.fullmatch(words.strip()) and words[:1].isupper():
            name, line = words.strip(), value.strip()
        if name:
            found[name] = f"{found[name]}\n{line}" if name in found else line
    return found


def fields_of(line: str) -> dict[str, str]:
    """The 'Name: value' pairs of a line; values in quotation marks, and JSON, may hold commas."""
    found: dict[str, str] = {}
    at = 0
    while len(found) < MOST and (colon := line.find(":", at)) >= 0:
        name = line[at:colon].rpartition(",")[2].strip()
        value, at = _value(line, colon + 1)
        if _NAME.fullmatch(name):
            found.setdefault(name, value)
    return found


def _value(line: str, at: int) -> tuple[str, int]:
    """The value that begins at `at`, and where the next field begins."""
    if quoted := _QUOTED.match(line, at):
        return _unquoted(quoted[1]), quoted.end()
    first = at + len(line[at : at + 100]) - len(line[at : at + 100].lstrip())
    end = at
    if line[first : first + 1] in ("{", "["):
        try:
            end = json.JSONDecoder().raw_decode(line, first)[1]
        except (ValueError, RecursionError):
            end = at  # no JSON, only a word in brackets
    comma = line.find(",", end)
    comma = len(line) if comma < 0 else comma
    return line[at:comma].strip(), comma + 1


def _unquoted(value: str) -> str:
    try:
        return str(json.loads(value))
    except ValueError:
        return value[1:-1]


def _told(prompt: str, negative: str, fields: dict[str, str]) -> Infotext:
    """The fields by what they mean; what cannot be read as what it should be, stays among the `other`."""
    left = dict(fields)

    def take(name: str, kind: Callable[[str], Any]) -> Any:
        try:
            found = kind(left[name])
        except (KeyError, ValueError, OverflowError):
            return None
        del left[name]
        return found

    hashes = fields_of(take("Lora hashes", str) or "")
    named = take("Sampler", str) or ""
    written = take("Schedule type", str) or ""
    sampler, schedule = _method(named, written)
    if written and not schedule:
        left["Schedule type"] = written
    hires = {name.removeprefix("Hires "): left.pop(name) for name in fields if name.startswith("Hires ")}
    prompt, loras = _without_loras(prompt, hashes)
    return Infotext(
        prompt=prompt,
        negative=_without_loras(negative, hashes)[0],
        steps=take("Steps", int),
        sampler=sampler,
        schedule=schedule,
        sampler_named=named,
        guidance=take("CFG scale", _finite),
        seed=take("Seed", _natural),
        size=take("Size", _size),
        strength=take("Denoising strength", _finite),
        clip_skip=take("Clip skip", int),
        model=take("Model", str) or "",
        model_hash=take("Model hash", str) or "",
        vae=take("VAE", str) or "",
        loras=loras,
        hires=hires,
        other=left,
    )


def _method(sampler: str, schedule: str) -> tuple[str, str]:
    """Our sampler and schedule: 'DPM++ 2M Karras', or 'DPM++ 2M' and 'Karras'; our own names stay."""
    ours = set(SAMPLERS.values())
    plain = re.sub(r"\s+", "", sampler.lower())
    for ending in SCHEDULES:
        if plain.endswith(ending) and plain != ending and not schedule:
            plain, schedule = plain.removesuffix(ending), ending
    known = schedule.lower().strip()
    found = SAMPLERS.get(plain, plain if plain in ours else "")
    kept = known if found == sampler.strip() and re.fullmatch(r"[a-z_]+", known) else ""  # as we write it ourselves
    return found, SCHEDULES.get(known, kept)


def _without_loras(prompt: str, hashes: dict[str, str]) -> tuple[str, tuple[Lora, ...]]:
    loras = tuple(
        Lora(name.strip(), _weight(weight), hashes.get(name.strip(), "")) for name, weight in _LORA.findall(prompt)
    )
    if not loras:
        return prompt, ()
    left = re.sub(r"[ \t]+(?=[,\n]|$)|(?<=\n)[ \t]+", "", re.sub(r"[ \t]{2,}", " ", _LORA.sub("", prompt)))
    return re.sub(r"(,\s*){2,}", ", ", left).strip(" ,\n"), loras


def _weight(text: str) -> float:
    try:
        return _finite(text)
    except ValueError:
        return 1.0


def _finite(text: str) -> float:
    value = float(text)
    if not abs(value) < 1e6:
        raise ValueError("no number to work with")
    return value


def _natural(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**63:
        raise ValueError("no seed")
    return value


def _size(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text)
    if not found:
        raise ValueError("no size")
    return int(found[1]), int(found[2])


def request_of(told: Infotext, engine: str = "") -> Request:
    """The request a text tells of: `engine`, or the one it names as its model; nothing is settled or checked yet.

    Refused('bad-request') when it tells of no settings at all.
    """
    if told == Infotext(prompt=told.prompt, negative=told.negative, loras=told.loras):
        raise Refused("bad-request", "The text holds no settings, only words; take it as the prompt.")
    options: dict[str, Value | None] = {
        "steps": told.steps,
        "sampler": told.sampler or None,
        "schedule": told.schedule or None,
        "guidance": told.guidance,
    }
    request = Request(
        engine=engine or told.model,
        prompt=told.prompt,
        negative=told.negative,
        seed=told.seed or 0,
        size=told.size,
        adapters=tuple(Adapter(lora.name, lora.weight) for lora in told.loras),
        options={name: value for name, value in options.items() if value is not None},
    )
    if told.strength is None:
        return request
    return msgspec.structs.replace(request, strength=min(1.0, max(0.0, told.strength)))
