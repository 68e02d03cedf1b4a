"""The laws of autoregressive models: the chain rule, exact sampling, and a network whose cache changes nothing."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

from engines.families import autoregressive as family
from engines.music import events
from engines.music.events import Bar, Kind
from engines.nn.tune import Shape, TuneNetwork

LOGITS = torch.tensor([2.0, 0.5, -1.0, 1.2, -3.0, 0.0])


def markov(written: Tensor) -> Tensor:
    """A little model whose probabilities are known: the next symbol depends on the last."""
    table = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.3, 0.3, 0.4]]).log()
    return table[int(written[-1])] if len(written) else torch.tensor([0.5, 0.3, 0.2]).log()


def test_the_probability_of_all_sequences_is_one() -> None:
    total = 0.0
    for a in range(3):
        for b in range(3):
            for c in range(3):
                whole = torch.tensor([a, b, c])
                logits = torch.stack([markov(whole[:n]) for n in range(3)])
                total += float(family.log_likelihood(logits, whole).sum().exp())
    assert total == pytest.approx(1.0, abs=1e-6)


def test_the_loss_is_the_mean_of_minus_log_p() -> None:
    logits, targets = torch.randn(4, 7, 5), torch.randint(0, 5, (4, 7))
    mask = torch.rand(4, 7) < 0.6
    each = -family.log_likelihood(logits, targets)
    assert float(family.loss(logits, targets)) == pytest.approx(float(each.mean()), abs=1e-6)
    assert float(family.loss(logits, targets, mask)) == pytest.approx(float(each[mask].mean()), abs=1e-6)
    assert family.bits(math.log(8)) == pytest.approx(3.0)


def test_sampling_follows_the_softmax_exactly() -> None:
    """Chi-square with a fixed seed; and symbol v owns an interval of u exactly softmax_v long."""
    u = torch.rand(20_000, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    drawn = family.draw(LOGITS.expand(len(u), -1), u)
    expected = LOGITS.softmax(-1).numpy() * len(u)
    assert stats.chisquare(np.bincount(drawn, minlength=6), expected).pvalue > 0.01
    edges = torch.linspace(0, 1, 1_000_001, dtype=torch.float64)[:-1]
    share = torch.bincount(family.draw(LOGITS.expand(len(edges), -1), edges), minlength=6) / len(edges)
    assert float((share - LOGITS.softmax(-1)).abs().max()) < 2e-6


def test_temperature_nought_is_the_likeliest() -> None:
    rows = torch.randn(50, 9, generator=torch.Generator().manual_seed(1))
    for u in (0.0, 0.5, 0.999999):
        drawn = family.draw(family.shaped(rows, temperature=0.0), torch.full((50,), u, dtype=torch.float64))
        assert torch.equal(drawn, rows.argmax(-1))


def test_top_k_and_top_p_keep_the_smallest_set() -> None:
    p = LOGITS.softmax(-1)
    assert set(torch.isfinite(family.top_k(LOGITS, 2)).nonzero().flatten().tolist()) == {0, 3}
    for mass in (0.1, 0.5, 0.8, 0.95, 0.999):
        kept = torch.isfinite(family.top_p(LOGITS, mass))
        assert float(p[kept].sum()) >= mass - 1e-6
        assert float(p[kept].sum() - p[kept].min()) < mass
    assert torch.equal(family.top_p(LOGITS, 1.0), LOGITS)
    assert torch.equal(family.top_k(LOGITS, 0), LOGITS)


def test_typical_sampling_keeps_what_is_as_surprising_as_the_entropy() -> None:
    p = LOGITS.softmax(-1).numpy()
    far = np.abs(-np.log(p) - stats.entropy(p))
    for mass in (0.2, 0.5, 0.9):
        kept = torch.isfinite(family.typical(LOGITS, mass)).numpy()
        order = np.argsort(far)
        count = int(np.searchsorted(p[order].cumsum(), mass)) + 1
        assert set(np.flatnonzero(kept)) == set(order[:count].tolist())


def test_what_is_not_allowed_is_never_drawn() -> None:
    allowed = torch.tensor([False, True, False, True, True, False])
    u = torch.linspace(0, 1, 5001, dtype=torch.float64)[:-1]
    drawn = family.draw(family.allow(LOGITS, allowed).expand(len(u), -1), u)
    assert bool(allowed[drawn].all())
    share = torch.bincount(drawn, minlength=6) / len(u)
    exact = LOGITS.softmax(-1) * allowed / (LOGITS.softmax(-1) * allowed).sum()
    assert float((share - exact).abs().max()) < 1e-3


def test_a_run_taken_up_goes_on_exactly() -> None:
    *_, whole = family.sample(markov, 40, seed=3, temperature=1.3)
    *_, again = family.sample(markov, 40, seed=3, given=whole[:17], temperature=1.3)
    *_, other = family.sample(markov, 40, seed=4, temperature=1.3)
    assert torch.equal(whole, again)
    assert not torch.equal(whole, other)


def test_sampled_pairs_have_the_models_frequencies() -> None:
    """The joint of the first two symbols, 4000 runs: chi-square against the product of the conditionals."""
    counts = np.zeros((3, 3))
    for seed in range(4000):
        *_, pair = family.sample(markov, 2, seed=seed)
        counts[int(pair[0]), int(pair[1])] += 1
    start = markov(torch.zeros(0)).exp()
    exact = np.stack([(float(start[a]) * markov(torch.tensor([a])).exp()).numpy() for a in range(3)]).astype(float)
    assert stats.chisquare(counts.ravel(), exact.ravel() / exact.sum() * 4000).pvalue > 0.01


# ---------------------------------------------------------------- the network of audio/tune


def rows() -> events.Rows:
    bars = [Bar((1, 8), [(0, 24), (4, 12), (None, 12), (7, 48)]), Bar((6, 1), [(5, 96)]), Bar((1, 1), [(0, 96)])]
    return events.rows_of(bars, events.places(3), "4/4")


def inputs(batch: int = 1) -> tuple[Tensor, Tensor, Tensor]:
    made = rows()
    before = np.concatenate([[(events.BEGIN, events.NOTHING)], made.pairs[:-1]])
    kind = torch.tensor([Kind("reel", "4/4", "major").numbers()])
    pairs, slots = (torch.from_numpy(x)[None].expand(batch, -1, -1) for x in (before, made.slots))
    return pairs, slots, kind.expand(batch, -1)


def test_the_cache_changes_nothing() -> None:
    torch.manual_seed(0)
    network = TuneNetwork(Shape(width=32, depth=3, heads=4, inner=48)).eval()
    pairs, slots, kind = inputs()
    with torch.no_grad():
        whole = network(pairs, slots, kind)
        past, parts = None, []
        for begin, end in ((0, 4), (4, 5), (5, 6), (6, pairs.shape[1])):
            h, past = network.step(pairs[:, begin:end], slots[:, begin:end], kind, past)
            parts.append(h)
    assert float((torch.cat(parts, 1) - whole).abs().max()) < 1e-5


def test_nothing_is_seen_of_what_comes() -> None:
    torch.manual_seed(0)
    network = TuneNetwork(Shape(width=32, depth=2, heads=4, inner=48)).eval()
    pairs, slots, kind = inputs()
    with torch.no_grad():
        before = network(pairs, slots, kind)
        changed = pairs.clone()
        changed[:, 6:, 1] = 3
        after = network(changed, slots, kind)
    assert torch.equal(before[:, :6], after[:, :6])
    assert not torch.equal(before[:, 6:], after[:, 6:])


def test_a_batch_equals_singles() -> None:
    torch.manual_seed(0)
    network = TuneNetwork(Shape(width=32, depth=2, heads=4, inner=48)).eval()
    with torch.no_grad():
        one, four = network(*inputs()), network(*inputs(4))
    assert float((four - one).abs().max()) < 1e-5
