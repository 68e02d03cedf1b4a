"""The syntax of prompts: laws over any text, and what AUTOMATIC1111's documentation says of single ones."""

import itertools
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import names
from engines.contract import Refused, Request
from engines.files import recipe
from engines.pipelines import schedulers
from engines.prompt import infotext, schedule, wildcards
from engines.prompt.schedule import Span
from engines.prompt.weights import Chunk, escaped, plain, weighted
from engines.prompt.wildcards import Variants

SYNTAX = st.text(
    st.sampled_from(list("ab ,()[]{}|:\\$_-.0125\n")) | st.characters(exclude_categories=["Cs"]), max_size=60
)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="()[]\\"), max_size=20)


# ---------------------------------------------------------------- weights


@given(SYNTAX)
@settings(max_examples=300)
def test_any_text_is_read_and_nothing_but_syntax_is_lost(text: str) -> None:
    chunks = weighted(text)
    assert all(chunk.text and abs(chunk.weight) <= 100 for chunk in chunks)
    assert all(a.weight != b.weight for a, b in itertools.pairwise(chunks))
    left = iter(text)
    assert all(letter in left for letter in plain(text))  # in this order
    lost = Counter(text) - Counter(plain(text))
    assert set(lost) <= set("()[]\\:+-.0123456789 \n\t\r\f\v\x1c\x1d\x1e\x1f\x85\xa0") or any(
        letter.isspace() or letter.isdigit() for letter in lost
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_an_escaped_text_means_itself(text: str) -> None:
    assert weighted(escaped(text)) == ((Chunk(text),) if text else ())


class _Tree:
    """Prompts made with their meaning known: the text, and the weight of every letter."""

    leaf = WORDS.filter(lambda t: ":" not in t).map(lambda t: (t, [(c, 1.0) for c in t]))

    @staticmethod
    def grown(inner: Any) -> Any:
        def times(by: float, made: Any) -> list:
            return [(c, w * by) for c, w in made[1]]

        more = inner.map(lambda m: (f"({m[0]})", times(1.1, m)))
        less = inner.map(lambda m: (f"[{m[0]}]", times(1 / 1.1, m)))
        told = st.tuples(inner, st.integers(1, 30)).map(lambda m: (f"({m[0][0]}:{m[1] / 10})", times(m[1] / 10, m[0])))
        row = st.lists(inner, max_size=3).map(
            lambda ms: ("".join(m[0] for m in ms), [pair for m in ms for pair in m[1]])
        )
        return more | less | told | row


@given(st.recursive(_Tree.leaf, _Tree.grown, max_leaves=8))
@settings(max_examples=200)
def test_nested_weights_multiply(made: Any) -> None:
    text, wanted = made
    found = [(letter, chunk.weight) for chunk in weighted(text) for letter in chunk.text]
    assert [c for c, _ in found] == [c for c, _ in wanted]
    assert all(math.isclose(a, b, rel_tol=1e-9) for (_, a), (_, b) in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("normal text", [("normal text", 1.0)]),
        ("an (important) word", [("an ", 1.0), ("important", 1.1), (" word", 1.0)]),
        ("(unbalanced", [("unbalanced", 1.1)]),
        ("\\(literal\\]", [("(literal]", 1.0)]),
        ("(unnecessary)(parens)", [("unnecessaryparens", 1.1)]),
        ("a) b]", [("a) b]", 1.0)]),
        ("(word : 1.2 )", [("word ", 1.2)]),
        ("time 12:30 (a)", [("time 12:30 ", 1.0), ("a", 1.1)]),
        ("x:1.5)", [("x:1.5)", 1.0)]),
        (
            "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
            [
                ("a ", 1.0),
                ("house", 1.573),
                (" ", 1.1),
                ("on", 1.0),
                (" a ", 1.1),
                ("hill", 0.55),
                (", sun, ", 1.1),
                ("sky", 1.4641),
                (".", 1.1),
            ],
        ),
    ],
)
def test_weights_are_what_the_web_interface_makes_of_them(text: str, wanted: list) -> None:
    found = weighted(text)
    assert [chunk.text for chunk in found] == [words for words, _ in wanted]
    assert max(abs(chunk.weight - weight) for chunk, (_, weight) in zip(found, wanted, strict=True)) < 1e-9


# ---------------------------------------------------------------- over the steps


@given(SYNTAX, st.integers(1, 12))
@settings(max_examples=300)
def test_spans_cover_every_step_once(text: str, steps: int) -> None:
    for part in schedule.parts(text, steps):
        assert [n for span in part.spans for n in range(span.first, span.last + 1)] == list(range(1, steps + 1))
        assert all(a.text != b.text for a, b in itertools.pairwise(part.spans))
        assert all(part.at(n).first <= n <= part.at(n).last for n in range(1, steps + 1))
        assert part.at(steps + 5) == part.spans[-1]
    if "[" not in text:
        assert schedule.scheduled(text, steps) == (Span(1, steps, text),)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [  # over ten steps; the first four are those of the web interface's own tests
        ("test", [(10, "test")]),
        ("a [b:3]", [(3, "a "), (10, "a b")]),
        ("a [[b]:2]", [(2, "a "), (10, "a [b]")]),
        ("[a|(b:1.1)]", [(n, ("a", "(b:1.1)")[(n - 1) % 2]) for n in range(1, 11)]),
        ("a [cat:dog:0.5] x", [(5, "a cat x"), (10, "a dog x")]),
        ("[fox::7]", [(7, "fox"), (10, "")]),
        ("[a:b:99]", [(10, "a")]),
        ("[a:b:0]", [(10, "b")]),
        ("[(a:1.2):[b:c:8]:2]", [(2, "(a:1.2)"), (8, "b"), (10, "c")]),
        ("[a:b:c:2] [less] [x:y]", [(10, "[a:b:c:2] [less] [x:y]")]),
        ("\\[a:b:2\\] [c\\|d:2]", [(2, "\\[a:b:2\\] "), (10, "\\[a:b:2\\] c\\|d")]),
        ("([a:b:5)]", [(10, "([a:b:5)]")]),
    ],
)
def test_edits_and_turns(text: str, wanted: list[tuple[int, str]]) -> None:
    assert [(span.last, span.text) for span in schedule.scheduled(text, 10)] == wanted


def test_prompts_are_joined_and_parted() -> None:
    first, second = schedule.parts("a [red:blue:2] cat AND a (dog:1.2) BREAK a bird :0.6", 4)
    assert [span.text for span in first.spans] == ["a red cat", "a blue cat"]
    assert (first.weight, second.weight) == (1.0, 0.6)
    one, two = second.spans[0].sections
    assert one == (Chunk("a "), Chunk("dog", 1.2))
    assert two == (Chunk("a bird"),)
    assert schedule.parts("a SANDY beach: 2", 3)[0].spans == (Span(1, 3, "a SANDY beach: 2"),)


def test_what_no_machine_could_read_is_refused() -> None:
    for made in (lambda: schedule.scheduled("[" * 500, 3), lambda: schedule.scheduled("a", 0)):
        with pytest.raises(Refused) as caught:
            made()
        assert caught.value.failure.kind == "bad-request"


def test_brackets_without_end_are_read_in_no_time() -> None:
    n = 20_000
    for text in ("(" * n + "a", "(a" * n + ")" * n, "[" * n + "(" * n + "]" * n + "a", "(a" * n, "a:1)" * n):
        assert weighted(text)[0].text
    assert weighted("(" * n + "a") == (Chunk("a", 100.0),)


# ---------------------------------------------------------------- recipes of other programs

WRITTEN = """masterpiece, a cat  <lora:add_detail:0.8>, on a roof
by night
Negative prompt: ugly, <lora:bad>
blurred
Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 123, Size: 512x768, Model hash: 6ce0161689, Model: v1-5, \
Denoising strength: 0.4, Clip skip: 2, Hires upscale: 2, Hires upscaler: Latent, Lora hashes: "add_detail: 7c6bad76, \
bad: 1", TI hashes: "a: b, c", Note: "say \\"x, y\\"", Version: v1.9.4"""


def test_the_text_of_the_web_interface_is_read() -> None:
    told = infotext.read(WRITTEN)
    assert told.prompt == "masterpiece, a cat, on a roof\nby night"
    assert told.negative == "ugly,\nblurred"
    assert told.loras == (infotext.Lora("add_detail", 0.8, "7c6bad76"),)
    assert (told.steps, told.sampler, told.schedule, told.guidance, told.seed) == (20, "dpmpp_2m", "karras", 7.5, 123)
    assert (told.size, told.strength, told.clip_skip, told.model, told.model_hash) == (
        (512, 768),
        0.4,
        2,
        "v1-5",
        "6ce0161689",
    )
    assert told.hires == {"upscale": "2", "upscaler": "Latent"}
    assert told.other == {"TI hashes": "a: b, c", "Note": 'say "x, y"', "Version": "v1.9.4"}
    request = infotext.request_of(told, "image/x")
    assert request.options == {"steps": 20, "sampler": "dpmpp_2m", "schedule": "karras", "guidance": 7.5}
    assert (request.engine, request.strength, request.size) == ("image/x", 0.4, (512, 768))
    assert [(worn.name, worn.weight) for worn in request.adapters] == [("add_detail", 0.8)]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Sampler: Euler a, Schedule type: Automatic", ("euler_ancestral", "")),
        ("Sampler: DPM++ 2M SDE, Schedule type: Exponential", ("dpmpp_2m_sde", "exponential")),
        ("Sampler: DPM++ 2M SDE Karras", ("dpmpp_2m_sde", "karras")),
        ("Sampler: UniPC", ("unipc", "")),
        ("Sampler: DPM2 a Karras", ("dpm2_ancestral", "karras")),
        ("Sampler: PLMS, Schedule type: Beta", ("pndm", "beta")),
        ("Sampler: Restart", ("", "")),
        ("Sampler: dpmpp_2m, Schedule type: shifted", ("dpmpp_2m", "shifted")),
    ],
)
def test_samplers_are_called_as_ours(line: str, wanted: tuple[str, str]) -> None:
    told = infotext.read(f"a\nSteps: 3, {line}, Seed: 1")
    assert (told.sampler, told.schedule) == wanted
    assert told.sampler_named in line


def test_every_sampler_that_is_named_there_is_one_of_ours() -> None:
    assert set(infotext.SAMPLERS.values()) == {*names.samplers(), *schedulers.METHODS}
    assert set(infotext.SCHEDULES.values()) <= {*names.schedules(), *schedulers.GRIDS}


def test_json_and_templates_stay_in_one_piece() -> None:
    resources = '[{"type":"checkpoint","weight":0.5,"name":"Steps: 9, Seed: 8"}]'
    told = infotext.read(
        f'a, Hashes: of browns\nSteps: 20, Seed: 1, Hashes: {{"model": "ab", "lora:x": "cd"}}, Civitai resources: '
        f"{resources}, Odd: [a, Clip skip: 2\nTemplate: {{a|b}},\nSize: on a line of its own\nand so on"
    )
    assert (told.prompt, told.steps, told.seed, told.clip_skip) == ("a, Hashes: of browns", 20, 1, 2)
    assert told.other == {
        "Hashes": '{"model": "ab", "lora:x": "cd"}',
        "Civitai resources": resources,
        "Odd": "[a",
        "Template": "{a|b},",
        "Size": "on a line of its own\nand so on",
    }


def test_long_and_broken_texts_are_read_in_no_time() -> None:
    for text in ("a" * 2**20, 'a: "' * 2**18, "a: [" * 2**18, "<lora:" * 2**17, ", " * 2**19, "a:" + "[" * 10**5):
        for words in (text, f"x <lora:b>\t\t{text}\nSteps: 3, Seed: 4, {text}"):
            told = infotext.read(words)
            assert told.steps in (None, 3)


@given(SYNTAX)
@settings(max_examples=200)
def test_any_text_is_a_recipe_or_a_prompt(text: str) -> None:
    for given_ in (text, f"Steps: {text}, Size: {text}, Seed: {text}"):
        told = infotext.read(given_)
        if told == infotext.Infotext(prompt=told.prompt, negative=told.negative, loras=told.loras):
            with pytest.raises(Refused, match="only words"):
                infotext.request_of(told)
        else:
            assert 0 <= infotext.request_of(told).strength <= 1


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="<>"), max_size=30)
PROMPTS = st.lists(LINES, max_size=3).map("\n".join).map(str.strip).filter(lambda t: "Negative prompt:" not in t)


@given(
    PROMPTS, PROMPTS, st.integers(0, 2**63 - 1), st.sampled_from(names.samplers()), st.sampled_from(names.schedules())
)
@settings(max_examples=150)
def test_what_we_write_for_others_is_read_again(prompt: str, negative: str, seed: int, sampler: str, grid: str) -> None:
    options = {"steps": 12, "sampler": sampler, "schedule": grid, "guidance": 4.5}
    asked = Request(
        engine="image/sticker", prompt=prompt, negative=negative, seed=seed, size=(256, 128), options=options
    )
    back = infotext.request_of(infotext.read(recipe.a1111(recipe.Recipe(request=asked, run="r"))))
    for name in ("engine", "prompt", "negative", "seed", "size", "options"):
        assert getattr(back, name) == getattr(asked, name), name


# ---------------------------------------------------------------- variants


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", ["plain"]),
        ("a {red|blue} {cat|dog}", ["a red cat", "a red dog", "a blue cat", "a blue dog"]),
        ("{a|{b|c}}", ["a", "b", "c"]),
        ("{2$$a|b|c}", ["a, b", "a, c", "b, c"]),
        ("{1-2$$ and $$a|b}", ["a", "b", "a and b"]),
        ("{-1$$a|b}", ["", "a", "b"]),
        ("{2-$$+$$a|b}", ["a+b"]),
        ("{9$$a|b}", ["a, b"]),
        ("{0.2::a|3::b}", ["a", "b"]),
        ("{a}", ["a"]),
        ("\\{a|b\\} } {", ["{a|b} } {"]),
        ("{x$$y|z}", ["x$$y", "z"]),
        ("{|very }big", ["big", "very big"]),
    ],
)
def test_all_variants(text: str, wanted: list[str]) -> None:
    made = Variants(text)
    assert sorted(made.all()) == sorted(wanted)
    assert made.count == len(wanted)
    assert {made.drawn(seed) for seed in range(200)} == set(wanted)
    assert made.drawn(7) == Variants(text).drawn(7)


def test_variants_are_counted_without_being_made() -> None:
    many = Variants("".join("{a|b|c|d|e|f|g|h|i|j}" for _ in range(40)))
    assert many.count == 10**40
    assert many.nth(0) == "a" * 40
    assert many.nth(10**40 - 1) == "j" * 40
    assert Variants("{5$$" + "|".join(map(str, range(60))) + "}").count == math.comb(60, 5)


def test_weights_of_variants_are_their_odds() -> None:
    made = Variants("{1::a|3::b|0::c}")
    drawn = Counter(made.drawn(seed) for seed in range(4000))
    assert drawn["c"] == 0
    assert abs(drawn["b"] / 4000 - 0.75) < 0.03


@given(st.text(st.sampled_from(list("ab{}|$_-:\\01 ")), max_size=30), st.integers(0, 99))
@settings(max_examples=300)
def test_any_text_has_variants_or_one_sentence(text: str, seed: int) -> None:
    try:
        made = Variants(text)
    except Refused:
        assert "$$" in text or "::" in text or "__" in text
        return
    assert made.count >= 1
    some = [made.nth(n) for n in range(min(made.count, 50))]
    assert isinstance(made.drawn(seed), str)
    if not set(text) & set("{\\"):
        assert some == [text]


def test_wildcards_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "animals").mkdir()
    (tmp_path / "animals" / "pets.txt").write_text("\ufeffcat # the best\n\n# none\n{small|big} dog\n", "utf-8")
    (tmp_path / "beasts.txt").write_text("__animals/pets__\ndragon #1\n", "utf-8")
    (tmp_path / "loop.txt").write_text("a __loop__\n", "utf-8")
    (tmp_path / "none.txt").write_text("# nothing\n", "utf-8")
    (tmp_path.parent / "secret.txt").write_text("x\n", "utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path.parent / "secret.txt")
    made = Variants("a __beasts__, snake_case __init", tmp_path)
    ends = [words.removeprefix("a ").removesuffix(", snake_case __init") for words in made.all()]
    assert ends == ["cat", "small dog", "big dog", "dragon"]
    wrong = {"loop": "back to itself", "none": "no entries", "gone": "no wildcard file gone.txt", "link": "outside of"}
    for name, words in wrong.items():
        with pytest.raises(Refused, match=words):
            Variants(f"__{name}__", tmp_path)
    assert list(Variants("__../secret__", tmp_path).all()) == ["__../secret__"]  # that is no name, only text
    with pytest.raises(Refused, match="no folder"):
        Variants("__beasts__")
    assert wildcards.entries("beasts", tmp_path) == ["__animals/pets__", "dragon"]
