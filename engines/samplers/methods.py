"""The methods, each written once over (alpha, sigma) of a `Path`: VE (sigma), VP (alpha_bar) and flow time alike.

With s the level now and t the next one, `x = alpha x0 + sigma n`, lambda = log(alpha / sigma), h = lambda_t - lambda_s.
exp(-h) is the *kept* fraction r = alpha_s sigma_t / (alpha_t sigma_s): 0 from pure noise, where h is infinite, and 0
into clean. Every formula is written in r, so all are finite at both ends. m is the denoiser's clean estimate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from torch import Tensor

from engines.samplers.state import Known, State
from engines.samplers.table import Denoiser, Run, sampler
from engines.schedules import FLOW, Path


def first_order(path: Path, step: tuple[float, float], x: Tensor, m: Tensor) -> Tensor:
    """x_t = (sigma_t/sigma_s) x + (alpha_t - alpha_s sigma_t/sigma_s) m: exact where m is constant from s to t.

    This one step is Euler on VE and FLOW, DDIM on VP (Song 2021) and DPM-Solver++ 1 (Lu 2022, eq. 12 with k = 1).
    """
    s, t = step
    ratio = t / s
    return ratio * x + (path.alpha(t) - path.alpha(s) * ratio) * m


def kept(path: Path, s: float, t: float) -> float:
    """r = exp(-h) = alpha_s sigma_t / (alpha_t sigma_s), the part of the old signal-to-noise ratio in the new."""
    return path.alpha(s) * t / (path.alpha(t) * s)


def noise_in(path: Path, level: float, x: Tensor, m: Tensor) -> Tensor:
    """n = (x - alpha m) / sigma, the noise that goes with the clean estimate m; level above 0."""
    alpha = path.alpha(level)
    return (x - (m if alpha == 1.0 else alpha * m)) / level


# ---------------------------------------------------------------- one call a step, no memory


@sampler("Euler", "Karras 2022, arXiv:2206.00364, alg. 1 without its correction")
def euler(denoise: Denoiser, run: Run) -> Iterator[State]:
    """x_t = x + (sigma_t - sigma_s) (x - m) / sigma_s on VE; the same first-order step on VP and flow time."""
    x = run.x
    for i, s, t in run:
        m = denoise(x, s)
        x = first_order(run.path, (s, t), x, m)
        yield run.done(i, x, m)


@sampler("Euler ancestral", "Katherine Crowson, k-diffusion, sample_euler_ancestral", stochastic=True)
def euler_ancestral(denoise: Denoiser, run: Run, eta: float = 1.0) -> Iterator[State]:
    """An Euler step too far, down to level d < t, then fresh noise up to t: x_t = (alpha_t/alpha_d) x_d + sigma n.

    d² = t² (1 - eta² (1 - t²/s²)) on sigma (VE, and sigma/alpha on VP), as published. Over flow time
    d = t (1 + eta (t/s - 1)), the usual rectified-flow form of it. The new noise brings sigma_d up to sigma_t.
    """
    x = run.x
    for i, s, t in run:
        m = denoise(x, s)
        x = first_order(run.path, (s, t), x, m) if t == 0.0 else _ancestral(run, (i, s, t), (x, m), eta)
        yield run.done(i, x, m)


def _ancestral(run: Run, step: tuple[int, float, float], known: tuple[Tensor, Tensor], eta: float) -> Tensor:
    path, (i, s, t), (x, m) = run.path, step, known
    if path is FLOW:
        down = t * (1.0 + eta * (t / s - 1.0))
    else:
        part = math.sqrt(max(0.0, 1.0 - eta**2 * (1.0 - kept(path, s, t) ** 2)))
        down = path.at_angle(math.atan2(part * t, path.alpha(t)))
    up = path.alpha(t) / path.alpha(down)
    fresh = math.sqrt(max(0.0, t * t - (up * down) ** 2))
    x = up * first_order(path, (s, down), x, m)
    return x + fresh * run.noise(i, x) if fresh else x


@sampler("DDIM", "Song 2021, arXiv:2010.02502, eq. 12 and 16", stochastic=False)
def ddim(denoise: Denoiser, run: Run, eta: float = 0.0) -> Iterator[State]:
    """x_t = alpha_t m + sqrt(sigma_t² - v) n_s + sqrt(v) z, v = eta² sigma_t² (1 - r²); eta 1 is DDPM."""
    x = run.x
    for i, s, t in run:
        m = denoise(x, s)
        fresh = eta * t * math.sqrt(max(0.0, 1.0 - kept(run.path, s, t) ** 2))
        rest = math.sqrt(max(0.0, t * t - fresh * fresh))
        x = run.path.alpha(t) * m + rest * noise_in(run.path, s, x, m)
        if fresh:
            x = x + fresh * run.noise(i, x)
        yield run.done(i, x, m)


@sampler("DDPM ancestral", "Ho 2020, arXiv:2006.11239, eq. 6-7; Nichol 2021, arXiv:2102.09672, eq. 15", stochastic=True)
def ddpm(denoise: Denoiser, run: Run, v: float = 0.0) -> Iterator[State]:
    """A draw from q(x_t | x_s, x0 = m): mean alpha_t m + sigma_t r n_s, variance small^(1-v) large^v.

    small = sigma_t² (1 - r²) is the posterior's own (beta tilde), large = sigma_s² (1 - r²) is beta. The step to
    clean draws nothing.
    """
    x = run.x
    for i, s, t in run:
        m = denoise(x, s)
        r = kept(run.path, s, t)
        spread = math.sqrt(max(0.0, 1.0 - r * r)) * t ** (1.0 - v) * s**v if t > 0.0 else 0.0
        x = run.path.alpha(t) * m + (t * r) * noise_in(run.path, s, x, m)
        if spread:
            x = x + spread * run.noise(i, x)
        yield run.done(i, x, m)


# ---------------------------------------------------------------- two calls a step


@sampler("Heun", "Karras 2022, arXiv:2206.00364, alg. 1", order=2, calls=2)
def heun(denoise: Denoiser, run: Run) -> Iterator[State]:
    """Trapezoid rule: x_t = x + d_alpha (m_s + m_t)/2 + d_sigma (n_s + n_t)/2, (m_t, n_t) after an Euler step to t.

    On VE and flow time it is the published rule. The step to clean is Euler's, and costs one call. `x0` is the
    clean estimate at t, the newer one.
    """
    x, nfe = run.x, run.start.nfe
    for i, s, t in run:
        m, nfe = denoise(x, s), nfe + 1
        ahead = first_order(run.path, (s, t), x, m)
        if t > 0.0:
            new, nfe = denoise(ahead, t), nfe + 1
            ahead = _trapezoid(run.path, (s, t), (x, m), (ahead, new))
            m = new
        x = ahead
        yield run.done(i, x, m, nfe=nfe)


def _trapezoid(
    path: Path, step: tuple[float, float], now: tuple[Tensor, Tensor], then: tuple[Tensor, Tensor]
) -> Tensor:
    s, t = step
    x = now[0] + (0.5 * (t - s)) * (noise_in(path, s, *now) + noise_in(path, t, *then))
    d_alpha = path.alpha(t) - path.alpha(s)
    return x + (0.5 * d_alpha) * (now[1] + then[1]) if d_alpha else x


# ---------------------------------------------------------------- one call a step, with memory


@sampler("DPM-Solver++ 2M", "Lu 2022, arXiv:2211.01095, alg. 2", order=2)
def dpmpp_2m(denoise: Denoiser, run: Run) -> Iterator[State]:
    """x_t = (sigma_t/sigma_s) x + (alpha_t - alpha_s sigma_t/sigma_s) D, D = m + (m - m_before) h / (2 h_before).

    The first step, the step after one from pure noise (h_before infinite) and the step to clean are of first order.
    """
    x, past = run.x, run.past
    for i, s, t in run:
        m = denoise(x, s)
        d = _slope(run.path, (s, t), m, past)
        x = first_order(run.path, (s, t), x, m if d is None else m + 0.5 * d)
        past = (Known(s, m),)
        yield run.done(i, x, m, past)


@sampler("DPM-Solver++ 2M SDE", "Lu 2022, arXiv:2211.01095, eq. 18; as in k-diffusion", order=2, stochastic=True)
def dpmpp_2m_sde(denoise: Denoiser, run: Run, eta: float = 1.0) -> Iterator[State]:
    """x_t = (sigma_t/sigma_s) r^eta x + alpha_t (1 - r^(1+eta)) D + sigma_t sqrt(1 - r^(2 eta)) z, D as in `dpmpp_2m`.

    eta 1 is the published SDE solver (midpoint form), eta 0 is `dpmpp_2m`.
    """
    x, past = run.x, run.past
    for i, s, t in run:
        m = denoise(x, s)
        r, alpha = kept(run.path, s, t), run.path.alpha(t)
        d = _slope(run.path, (s, t), m, past)
        x = (t / s * r**eta) * x + (alpha * (1.0 - r ** (1.0 + eta))) * (m if d is None else m + 0.5 * d)
        fresh = t * math.sqrt(max(0.0, 1.0 - r ** (2.0 * eta)))
        if fresh:
            x = x + fresh * run.noise(i, x)
        past = (Known(s, m),)
        yield run.done(i, x, m, past)


def _slope(path: Path, step: tuple[float, float], m: Tensor, past: tuple[Known, ...]) -> Tensor | None:
    """(m - m_before) h / h_before, or None where the method has to be of first order."""
    s, t = step
    if not past or t == 0.0:
        return None
    now = path.logsnr(s)
    share = (path.logsnr(t) - now) / (now - path.logsnr(past[0].level))
    return share * (m - past[0].x0) if share > 0.0 else None


@sampler("LMS", "Adams-Bashforth with variable steps; Katherine Crowson, k-diffusion, sample_lms", order=4)
def lms(denoise: Denoiser, run: Run, order: int = 4) -> Iterator[State]:
    """x_t = x + sum_j (A_j m_j + C_j n_j) over the last `order` steps j, the polynomial through them integrated.

    A_j and C_j are the integrals from s to t of Lagrange's polynomial j against d alpha and d sigma, in the path's
    smooth time tau: the level itself on VE and flow time (where it is the published rule), the angle on VP.
    """
    nodes, weights = np.polynomial.legendre.leggauss(16)
    x, past = run.x, run.past
    for i, s, t in run:
        m = denoise(x, s)
        past = (Known(s, m, x), *past)[:order]
        places = [run.path.tau(known.level) for known in past]
        for known, (a, c) in zip(past, _adams(run.path, places, run.path.tau(t), (nodes, weights)), strict=True):
            assert known.x is not None
            x = x + c * noise_in(run.path, known.level, known.x, known.x0)
            if a:
                x = x + a * known.x0
        past = past[: order - 1]
        yield run.done(i, x, m, past)


def _adams(
    path: Path, places: list[float], end: float, rule: tuple[np.ndarray, np.ndarray]
) -> list[tuple[float, float]]:
    """(A_j, C_j) for the known `places` (newest first), integrated from places[0] to `end` by Gauss-Legendre."""
    half = 0.5 * (end - places[0])
    taus = [places[0] + half * (1.0 + float(node)) for node in rule[0]]
    rates = [path.rates(tau) for tau in taus]
    pairs = []
    for j, own in enumerate(places):
        others = places[:j] + places[j + 1 :]
        basis = [math.prod((tau - p) / (own - p) for p in others) * half for tau in taus]
        share = [float(weight) * b for weight, b in zip(rule[1], basis, strict=True)]
        pairs.append(tuple(sum(w * rate[k] for w, rate in zip(share, rates, strict=True)) for k in (0, 1)))
    return pairs  # type: ignore[return-value]


@sampler("UniPC", "Zhao 2023, arXiv:2302.04867, alg. 5-8, B2(h), data prediction", order=2)
def unipc(denoise: Denoiser, run: Run, order: int = 2) -> Iterator[State]:
    """Predict with UniP-p, and at the next call correct with UniC-p what was predicted; still one call a step.

    x_t = (sigma_t/sigma_s) x + (alpha_t - alpha_s sigma_t/sigma_s) m - alpha_t B(h) sum_k rho_k (m_k - m)/r_k,
    B(h) = exp(-h) - 1, r_k = (lambda_k - lambda_s)/h, and rho from the order conditions (eq. 11). The order rises
    from 1 and falls to 1 at the end, as published. `x` is the prediction that the next step corrects.
    """
    x, past = run.x, run.past
    for i, s, t in run:
        m = denoise(x, s)
        if past:
            x = _unipc_step(run.path, s, past[: _order(run, i - 1, order, past)], m)
        past = (Known(s, m, x), *past)[:order]
        x = _unipc_step(run.path, t, past[: _order(run, i, order, past)], None)
        yield run.done(i, x, m, past)


def _order(run: Run, index: int, order: int, past: tuple[Known, ...]) -> int:
    """The order of step `index`: no more than is remembered, and 1 for the last step, 2 for the one before."""
    return max(1, min(order, len(past), run.total - index + 1))


def _unipc_step(path: Path, t: float, past: tuple[Known, ...], new: Tensor | None) -> Tensor:
    """From past[0] to level t by UniP of order len(past), or by UniC when the estimate `new` at t is known."""
    now = past[0]
    assert now.x is not None
    lam = path.logsnr(now.level)
    h = path.logsnr(t) - lam
    x = first_order(path, (now.level, t), now.x, now.x0)
    old = [known for known in past[1:] if math.isfinite(path.logsnr(known.level))] if math.isfinite(h) else []
    places = [(path.logsnr(known.level) - lam) / h for known in old]
    changes = [(known.x0 - now.x0) / place for known, place in zip(old, places, strict=True)]
    if new is not None:
        places, changes = [*places, 1.0], [*changes, new - now.x0]
    scale = -path.alpha(t) * math.expm1(-h)
    for rho, change in zip(_rho(places, h), changes, strict=True):
        x = x + (scale * rho) * change
    return x


def _rho(places: list[float], h: float) -> list[float]:
    """The weights that meet the order conditions R(h) rho = b(h)/B(h), with the published 1/2 for a single one."""
    count = len(places)
    if count < 2:
        return [0.5] * count
    base = math.expm1(-h)
    phi, rows, values = base / -h - 1.0, [], []
    for k in range(1, count + 1):
        rows.append([place ** (k - 1) for place in places])
        values.append(phi * math.factorial(k) / base)
        phi = phi / -h - 1.0 / math.factorial(k + 1)
    return [float(rho) for rho in np.linalg.solve(np.array(rows), np.array(values))]
