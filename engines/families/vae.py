"""Variational autoencoders: the evidence lower bound and its parts, a tighter bound to measure by, ways in the latent.

Kingma and Welling, "Auto-Encoding Variational Bayes", 2014; Higgins et al., "beta-VAE", 2017; Burda et al.,
"Importance Weighted Autoencoders", 2016; Ghosh et al., "From Variational to Deterministic Autoencoders", 2020. The
posterior is q(z|x) = N(mean, diag exp(logvar)), the prior N(0, I); noise is handed in. All values are in nats.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

Decoder = Callable[[Tensor], Tensor]  # latents (B, D) to pictures (B, C, H, W)


# ---------------------------------------------------------------- the bound


def reparameterised(mean: Tensor, logvar: Tensor, noise: Tensor) -> Tensor:
    """z = mean + sigma noise, (B, D): a sample of q through which gradients flow (Kingma and Welling, section 2.4)."""
    return mean + (0.5 * logvar).exp() * noise


def divergence(mean: Tensor, logvar: Tensor) -> Tensor:
    """KL(q(z|x) || N(0, I)) of each latent number, (B, D), exact (Kingma and Welling, appendix B)."""
    return 0.5 * (mean.square() + logvar.exp() - 1 - logvar)


def gaussian(x: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
    """log N(x; mean, exp(logvar)) of each number."""
    return -0.5 * ((x - mean).square() * (-logvar).exp() + logvar + math.log(2 * math.pi))


def logistic(x: Tensor, mean: Tensor, logscale: Tensor, levels: int = 256) -> Tensor:
    """log P(x) of each number under a logistic distribution collected into `levels` equal bins of [-1, 1].

    sigmoid(a) - sigmoid(b) with a, b the bin's ends in units of the scale, the outer bins reaching to infinity
    (Kingma et al., "Improved Variational Inference with Inverse Autoregressive Flow", 2016, appendix B.2; Salimans et
    al., PixelCNN++, 2017, equation 2), as log sigmoid(a) + log sigmoid(-b) + log(1 - exp(b - a)), which never
    underflows. The probabilities of all levels sum to 1, so bits per dimension can be held against a coder's.
    """
    half, inverse = 1 / (levels - 1), (-logscale).exp()
    above, below = (x + half - mean) * inverse, (x - half - mean) * inverse
    top, bottom = functional.logsigmoid(above), functional.logsigmoid(-below)
    inner = top + bottom + torch.log(-torch.expm1(-2 * half * inverse))
    first, last = x < -1 + half, x > 1 - half
    return torch.where(first, top, torch.where(last, bottom, inner))


def loss(likelihood: Tensor, kl: Tensor, beta: float = 1.0) -> Tensor:
    """-E[log p(x|z)] + beta KL, the mean over samples; beta 1 is the negative bound itself (Higgins et al., eq. 4).

    `likelihood` (B, ...) and `kl` (B, D) are of each number.
    """
    return (beta * kl.flatten(1).sum(1) - likelihood.flatten(1).sum(1)).mean()


def importance_bound(likelihood: Tensor, z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
    """log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x), z_k of q: between the ELBO and log p(x) (Burda et al., equation 8).

    `likelihood` (K,) is log p(x|z_k); z (K, D); mean and logvar (D,).
    """
    prior = gaussian(z, torch.zeros_like(z), torch.zeros_like(z)).sum(1)
    weights = likelihood + prior - gaussian(z, mean.expand_as(z), logvar.expand_as(z)).sum(1)
    return torch.logsumexp(weights, 0) - math.log(len(z))


def bits(nats: float, dims: int) -> float:
    """Nats of a whole sample as bits per dimension."""
    return nats / (dims * math.log(2))


# ---------------------------------------------------------------- ways in the latent


def straight(a: Tensor, b: Tensor, t: float) -> Tensor:
    """(1 - t) a + t b."""
    return torch.lerp(a, b, t)


def spherical(a: Tensor, b: Tensor, t: float) -> Tensor:
    """From a to b (B, D) along the arc, lengths in proportion (Shoemake 1985; White, "Sampling Generative Networks",
    2016): samples of a normal distribution stay as far from the middle as such samples are."""
    cosine = functional.cosine_similarity(a, b, dim=-1).clamp(-1, 1)[..., None]
    angle = torch.arccos(cosine)
    arc = (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / torch.sin(angle).clamp_min(1e-6)
    return torch.where(torch.sin(angle) < 1e-4, torch.lerp(a, b, t), arc)


@dataclass(frozen=True)
class Mixture:
    """A Gaussian mixture with one covariance, fitted to what the encoder says of data (Ghosh et al., section 4).

    `means` (K, D), `shares` (K,) summing to 1, `factor` (D, D) lower triangular with covariance factor factor^T.
    """

    means: Tensor
    shares: Tensor
    factor: Tensor

    def sample(self, uniform: Tensor, noise: Tensor, temperature: float) -> Tensor:
        """(B, D) of numbers `uniform` (B,) in [0, 1) and standard normal `noise` (B, D).

        `temperature` scales what is drawn within a component and how far the component lies from the middle of all.
        """
        place = torch.searchsorted(self.shares.cumsum(0), uniform).clamp_max(len(self.means) - 1)
        middle = self.shares @ self.means
        return middle + temperature * (self.means[place] - middle + noise @ self.factor.T)

    def log_density(self, z: Tensor) -> Tensor:
        """log p(z), (B,)."""
        return torch.logsumexp(self._each(z), 1)

    def _each(self, z: Tensor) -> Tensor:
        """log(share_k N(z; mean_k, covariance)), (B, K)."""
        whole = torch.linalg.solve_triangular(self.factor, z.T, upper=False).T
        centres = torch.linalg.solve_triangular(self.factor, self.means.T, upper=False).T
        constant = self.factor.diagonal().log().sum() + 0.5 * z.shape[1] * math.log(2 * math.pi)
        return self.shares.clamp_min(1e-12).log() - 0.5 * torch.cdist(whole, centres).square() - constant

    @classmethod
    def fitted(cls, z: Tensor, count: int, generator: torch.Generator, rounds: int = 30) -> Mixture:
        """By expectation maximisation (Dempster et al., 1977) on the points z (N, D), begun with `count` heaps.

        The heaps are found by k-means (Lloyd 1982) from points that are each drawn far from the ones before
        (Arthur and Vassilvitskii, k-means++, 2007).
        """
        belongs = _heaps(z, count, generator)
        for i in range(rounds):
            weight = belongs.sum(0).clamp_min(1e-6)
            means = (belongs.T @ z) / weight[:, None]
            within = (z.T @ z - (means * weight[:, None]).T @ means) / len(z)
            within = 0.5 * (within + within.T) + 1e-3 * torch.eye(z.shape[1])
            found = cls(means, weight / weight.sum(), torch.linalg.cholesky(within))
            belongs = found._each(z).softmax(1) if i < rounds - 1 else belongs
        return found


@torch.no_grad()
def settled(z: Tensor, rounds: int, encode: Callable[[Tensor], Tensor], decode: Decoder) -> Tensor:
    """Latents (B, D) moved towards those of pictures there are: z <- E[q(z | E[p(x | z)])], so many times.

    The Markov chain of Arulkumaran, Creswell and Bharath, "Improving Sampling from Generative Autoencoders with Markov
    Chains", 2016 (equations 5 and 6), by its means: what lies between two kinds of pictures decides for one of them.
    """
    for _ in range(rounds):
        z = encode(decode(z))
    return z


def _heaps(z: Tensor, count: int, generator: torch.Generator, rounds: int = 10) -> Tensor:
    """Which of `count` heaps each point of z (N, D) belongs to, as rows of zeros and a one, (N, count)."""
    picked = [int(torch.randint(len(z), (1,), generator=generator))]
    far = (z - z[picked[0]]).square().sum(1)
    for _ in range(count - 1):
        picked.append(int(torch.multinomial(far + 1e-9, 1, generator=generator)))
        far = torch.minimum(far, (z - z[picked[-1]]).square().sum(1))
    centres = z[picked]
    for _ in range(rounds):
        belongs = functional.one_hot(torch.cdist(z, centres).argmin(1), count).to(z.dtype)
        held = belongs.sum(0)[:, None]
        centres = torch.where(held > 0, (belongs.T @ z) / held.clamp_min(1), centres)
    return belongs


@dataclass(frozen=True)
class Decoded:
    """One step of `refine`: the latents (B, D) so far and their pictures (B, C, H, W)."""

    index: int
    total: int
    z: Tensor
    picture: Tensor


@torch.no_grad()
def refine(decode: Decoder, latents: Callable[[int], Tensor], order: Tensor, total: int) -> Iterator[Decoded]:
    """Decode with more and more of the latent numbers, in `order` (D,), the others at the prior's mean 0.

    With the most informative first (by their mean divergence) the picture goes from the mean one to its details.
    `latents(index)` are those of step `index` of `total`, (B, D); the last step is of all numbers.
    """
    dims = len(order)
    for index in range(1, total + 1):
        whole = latents(index)
        known = torch.zeros(dims, dtype=torch.bool)
        known[order[: max(1, round(dims * (index / total) ** 2)) if index < total else dims]] = True
        z = torch.where(known.to(whole.device), whole, torch.zeros_like(whole))
        yield Decoded(index, total, z, decode(z))
