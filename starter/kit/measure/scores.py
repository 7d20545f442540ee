"""Scores for generated garments, from libraries, and the real images to hold them against.

    images = run.sample(2000)
    scores.score(images)                                  # one Scores
    print(scores.table({"mine": [...], "real": [...]}))   # means and intervals

    python -m starter.kit.measure.scores                  # of the generators that come with the course

The Frechet distance here uses the features of a small Fashion-MNIST
classifier, not those of Inception: it is no FID and compares with none.
Libraries: torchmetrics (Frechet, KID), POT (sliced Wasserstein).
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache, partial
from math import floor, log10
from statistics import mean, stdev
from typing import Any
from warnings import catch_warnings, simplefilter

import ot
import torch
from scipy.stats import entropy, t
from torch import Tensor, nn
from torchmetrics import Metric
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

from .. import data
from ..course import CourseError
from ..data import pretrained

N = 2000  # images on each side: as many as the bundled test set has
NEIGHBOURS = 3  # reach of one image in precision and recall
PROJECTIONS = 200


@dataclass(frozen=True)
class Scores:
    """What is said of one set of images against real ones.

    Attributes:
        frechet: Frechet distance of the features, at least 0, lower is better.
        kid: squared kernel distance of the features, about 0 for a perfect
            generator and at times below, lower is better.
        precision: share of the images that lie near a real one, 0 to 1.
        recall: share of the real images that lie near one of these, 0 to 1.
        sliced: sliced Wasserstein distance of the pixels, lower is better.
        entropy: of the labels that the classifier gives, in nats; log 10 =
            2.303 if all ten are equally frequent.
    """

    frechet: float
    kid: float
    precision: float
    recall: float
    sliced: float
    entropy: float


@cache
def classifier() -> pretrained.Classifier:
    """The shipped classifier, in eval mode."""
    return pretrained.load("classifier").to(memory_format=torch.channels_last)  # twice as fast on a CPU


@torch.no_grad()
def features(images: Tensor) -> Tensor:
    """Features of images of shape (n, 1, 28, 28) in [-1, 1]: float64, shape (n, 64)."""
    return torch.cat([classifier().features(part.cpu()) for part in images.split(500)]).double()


@torch.no_grad()
def labels(images: Tensor) -> Tensor:
    """The garment that the classifier sees in each image: int64, shape (n,)."""
    return torch.cat([classifier()(part.cpu()).argmax(1) for part in images.split(500)])


def label_shares(images: Tensor) -> Tensor:
    """How often the classifier sees each garment: shape (10,), sums to 1."""
    return _shares(labels(images))


def _shares(found: Tensor) -> Tensor:
    return torch.bincount(found, minlength=10) / len(found)


@cache
def held_out() -> Tensor:
    """The 2,000 bundled test images: no generator of the course was trained on them."""
    return data.load(split="test")[:]


@cache
def held_out_features() -> Tensor:
    """Features of held_out(), shape (2000, 64)."""
    return features(held_out())


@cache
def _training() -> data.Images:
    """The 10,000 bundled training images, read once."""
    return data.load()


def real_images(seed: int, n: int = N) -> Tensor:
    """n of the 10,000 bundled training images, none twice: what a perfect generator would draw."""
    return _training()[real_numbers(seed, n)]


def real_numbers(seed: int, n: int = N) -> Tensor:
    """Which of the 10,000 bundled training images real_images takes, in order: shape (n,)."""
    return torch.randperm(len(_training()), generator=torch.Generator().manual_seed(seed))[:n]


class _AsTheyAre(nn.Module):
    """Hands features on, for libraries that ask for a network.

    Args:
        num_features: length of one feature vector.
    """

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.num_features = num_features

    def forward(self, x: Tensor) -> Tensor:
        return x


def frechet(real: Tensor, fake: Tensor) -> float:
    """Frechet distance of two sets of features, shapes (n, d) and (m, d)."""
    return float(_compute(FrechetInceptionDistance(_AsTheyAre(real.shape[1])), real, fake))


def kid(real: Tensor, fake: Tensor, seed: int = 0) -> float:
    """Kernel distance of two sets of features: the mean over 20 random subsets of 500."""
    size = min(500, len(real), len(fake))
    metric = partial(KernelInceptionDistance, subsets=20, subset_size=size)
    with torch.random.fork_rng(), catch_warnings():
        simplefilter("ignore", UserWarning)  # it says that it keeps the features
        torch.manual_seed(seed)
        return float(_compute(metric(_AsTheyAre(real.shape[1])), real, fake)[0])


def _compute(metric: Metric, real: Tensor, fake: Tensor) -> Any:
    """What a metric of torchmetrics says of real and fake features."""
    metric.set_dtype(torch.float64)
    metric.update(real, real=True)
    metric.update(fake, real=False)
    return metric.compute()


def precision_recall(real: Tensor, fake: Tensor) -> tuple[float, float]:
    """Precision and recall of fake features (Kynkaanniemi et al. 2019), each from 0 to 1.

    A feature is near a set if it is no farther from one of its members than that one's third neighbour in the set.
    """
    apart = _distances(real, fake)
    near_real = apart <= _reach(real)[:, None]
    near_fake = apart <= _reach(fake)[None, :]
    return near_real.any(dim=0).double().mean().item(), near_fake.any(dim=1).double().mean().item()


def _reach(features: Tensor) -> Tensor:
    """How far the NEIGHBOURS-th neighbour of each feature is; the nearest of all is the feature itself."""
    return _distances(features, features).topk(NEIGHBOURS + 1, largest=False).values[:, -1]


def _distances(a: Tensor, b: Tensor) -> Tensor:
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")  # exactly 0 between equal features


def sliced(real: Tensor, fake: Tensor, seed: int = 0) -> float:
    """Sliced Wasserstein-1 distance of two sets of images: the mean over 200 random directions.

    In units of pixel value, in [-1, 1]: each direction is a unit vector.
    """
    flat = [images.detach().flatten(1).double().cpu().numpy() for images in (real, fake)]
    return float(ot.sliced_wasserstein_distance(*flat, n_projections=PROJECTIONS, p=1, seed=seed))


def score(images: Tensor, reference: Tensor | None = None, seed: int = 0) -> Scores:
    """All scores of a set of images.

    Args:
        images: shape (n, 1, 28, 28), values in [-1, 1]; scores compare only
            between equal n, and the course takes 2,000.
        reference: real images that no generator saw; None takes held_out().
        seed: of the random subsets and directions.
    """
    real = held_out_features() if reference is None else features(reference)
    reference = held_out() if reference is None else reference
    fake = features(images)
    found = classifier().head(fake.float()).argmax(1)  # labels(images), without going through all layers again
    return Scores(
        frechet(real, fake),
        kid(real, fake, seed),
        *precision_recall(real, fake),
        sliced(reference, images, seed),
        float(entropy(_shares(found))),
    )


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Mean of two values or more, and half the width of its 95 % confidence interval (Student's t)."""
    half = t.ppf(0.975, len(values) - 1) * stdev(values) / len(values) ** 0.5
    return mean(values), float(half)


def table(rows: Mapping[str, Sequence[Scores]]) -> str:
    """A table in Markdown: a row for each name, mean and 95 % interval over its seeds.

    Args:
        rows: for each name the scores of two seeds or more.
    """
    names = [field.name for field in fields(Scores)]
    lines = ["| images | " + " | ".join(names) + " |", "|---" * (1 + len(names)) + "|"]
    for name, scores in rows.items():
        columns = [interval(values) for values in zip(*map(astuple, scores), strict=True)]
        lines.append(f"| {name} | " + " | ".join(_with_interval(*column) for column in columns) + " |")
    return "\n".join(lines)


def _with_interval(centre: float, half: float) -> str:
    """As many digits as the interval leaves meaning to: 12.3 ± 0.4, or 34,600 ± 200."""
    half = float(f"{half:.1g}")
    digits = max(0, -floor(log10(half))) if half > 0 else 3
    scale = 10 ** floor(log10(half)) if half >= 1 else 1
    centre = round(centre / scale, digits) * scale + 0.0  # + 0.0 makes -0.0 a 0.0
    return f"{centre:,.{digits}f} ± {half:,.{digits}f}"


def main(seeds: int = 5) -> None:
    """Print the scores of real images and of the two generators that come with the course."""
    generators = {"WGAN-GP": pretrained.load("penalty"), "WGAN, clipped": pretrained.load("clip")}
    rows: dict[str, list[Scores]] = {name: [] for name in ("real (the floor)", *generators)}
    for seed in range(seeds):
        z = torch.randn(N, 64, generator=torch.Generator().manual_seed(seed))
        rows["real (the floor)"].append(score(real_images(seed), seed=seed))
        for name, generator in generators.items():
            rows[name].append(score(generator(z), seed=seed))
    print(table(rows))
    print(f"\n{N:,} images against {N:,} held-out ones; mean and 95 % interval over {seeds} seeds, 0 to {seeds - 1}.")
    print("Features: those of the shipped classifier. Lower is better but for precision, recall and entropy.")


if __name__ == "__main__":
    try:
        main()
    except CourseError as error:
        sys.exit(str(error))
