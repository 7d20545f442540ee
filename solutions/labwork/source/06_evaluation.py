# %% [markdown]
# **Answer these two, and you may skip `notebooks/06_evaluation.ipynb`.**
#
# 1. Two sets of 2,000 *real* images. Is their Fréchet distance 0?
# 2. A generator reaches the scores of real images in every column. Two explanations?
#
# <details><summary>Answers</summary>
#
# 1. No: means and covariances of finite sets differ by chance, and differences are squared.
# 2. It is perfect, or it copies its training images.
#
# </details>
#
# **You will** write the distance that papers quote, search for copies, and convict five suspects. You end with a
# catalogue of your own generator that tells its score. It is homework.

# %% tags=["draws"]
import torch
from IPython.display import Markdown
from scipy.stats import spearmanr
from torch import Tensor

from starter import critic as critics
from starter import evaluation
from starter import generator as generators
from starter.kit import data, figures, own_run, pretrained, scores, steps, stored
from starter.kit.measure import copies, image_sets
from starter.kit.show import lesson_06 as draw

# %% [markdown]
# ## 1. Who is judged
#
# It is the generator that you trained in sheet 05. Beside it stands a WGAN-GP that learned for 46 minutes.

# %% tags=["draws"]
garments, held_out = data.load(), scores.held_out_features()  # 10,000 training images; features of 2,000 others
wgan_gp = pretrained.load("penalty")


def noise(n: int, seed: int) -> Tensor:
    return torch.randn(n, 64, generator=torch.Generator().manual_seed(seed))


def networks():
    return critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)


run, problem = own_run(root / "runs" / "mine.pt", networks, garments)
if run:
    whose = "yours"
    print(f"Judged: your run of {run.steps:,} generator steps, from runs/mine.pt.")
else:
    whose = "1.3 z"
    print(f"{problem} Until then WGAN-GP stands in for it, with each z multiplied by 1.3.")
drawn_by = {
    "real": lambda n, seed: scores.real_images(seed, n),
    whose: run.sample if run else lambda n, seed: wgan_gp(1.3 * noise(n, seed)),
    "WGAN-GP": lambda n, seed: wgan_gp(noise(n, seed)),
}
figures.show(
    draw.lettered({name: draws(12, 1) for name, draws in drawn_by.items()}),
    alt="Three rows of twelve garments: photographs, those of the generator that is judged, and those of the course's "
    "WGAN-GP.",
    caption="Twelve of each, as they come.",
)

# %% [markdown]
# You soon see which row is nearer to the photographs. Now you measure how near. A small classifier turns each image into 64
# numbers, its *features*, and you compare two sets of features.
#
# ## 2. The distance, in three steps
#
# Each set counts as one Gaussian: a mean $m$ and a covariance $C$.
#
# $$d^2 = \lVert m_r - m_f \rVert^2 + \operatorname{tr} C_r + \operatorname{tr} C_f
# - 2 \operatorname{tr} \big( (C_r C_f)^{1/2} \big) \tag{6.1}$$
#
# **First, means.** Four points, and the same moved by (3, 4). How far apart are the means, squared?

# %% tags=["nbval-check-output"]
square = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]], dtype=torch.float64)
moved = square + torch.tensor([3.0, 4.0])
print((square.mean(dim=0) - moved.mean(dim=0)).square().sum().item())

# %% [markdown]
# **Second, covariances.** `cov` wants one *row* for each feature. Which of these is a covariance of two
# features?

# %% tags=["nbval-check-output"]
print("square.cov() has shape", tuple(square.cov().shape))
print("square.T.cov() has shape", tuple(square.T.cov().shape), f"and trace {square.T.cov().trace():.3f}")

# %% [markdown]
# The second: two features, so two rows and two columns. Its trace, the sum of the diagonal, is 4/3 + 4/3.
#
# **Third, the root.** $M^{1/2}$ is the matrix that gives $M$ when it is multiplied by itself. For diagonal matrices do it by hand: $C_r = \operatorname{diag}(4, 9)$ and
# $C_f = \operatorname{diag}(1, 4)$. What is $\operatorname{tr} (C_r C_f)^{1/2}$, and what is $d^2$ if the means agree?
#
# <details><summary>Answer</summary>
#
# The product is diag(4, 36), its root diag(2, 6), the trace 8. $d^2 = 13 + 5 - 16 = 2 = (2 - 1)^2 + (3 - 2)^2$:
# the standard deviations are compared.
#
# </details>
#
# For any other matrix, no root is needed: its trace is the sum of the roots of the *eigenvalues*.

# %% tags=["nbval-check-output"]
matrix = torch.tensor([[2.0, 1.0], [1.0, 2.0]], dtype=torch.float64)
eigenvalues = torch.linalg.eigvals(matrix)
print(eigenvalues.dtype, sorted(round(value, 4) for value in eigenvalues.real.tolist()))

# %% [markdown]
# The type is complex, although $C_r C_f$ has real eigenvalues, at least 0. Rounding can leave one at -1e-15.
#
# {{ box evaluation.frechet_distance }}
#
# Shapes: `real` (n, d) and `fake` (m, d) in, one number out.

# %%
# {{ fill evaluation.frechet_distance }}

# %% [markdown]
# <details><summary>Hint 1: means and traces</summary>
#
# `mean(dim=0)` of each; `.T.cov()` of each; `.trace()`. That is everything but the last term.
#
# </details>
# <details><summary>Hint 2: the last term</summary>
#
# Eigenvalues of the product with `@`, not with `*`. Real part, then nothing below 0, then roots, then the sum.
#
# </details>
# <details><summary>Hint 3: it is too large or too small</summary>
#
# Two sets that are equal must give 0. If not, look at the factor 2 and at the sign of the last term.
#
# </details>
#
# Equal sets, moved sets, and the library `torchmetrics`:

# %%
fake = scores.features(drawn_by["WGAN-GP"](2000, 0))
yours, library = evaluation.frechet_distance(held_out, fake).item(), scores.frechet(held_out, fake)
print(f"a set and itself: {abs(evaluation.frechet_distance(square, square).item()):.6f}")
print(f"a set and itself moved by (3, 4): {evaluation.frechet_distance(square, moved).item():.6f}")
print(f"WGAN-GP: yours {yours:.4f}, the library's {library:.4f}")
assert abs(yours - library) < 1e-4

# %% [markdown]
# With the features of Inception, another network, this is the FID of papers. Ours is no FID.
#
# ## 3. The verdict
#
# **Predict:** what do 2,000 real images get, and what do 2,000 of the generator that is judged?

# %%
predict("06.3", "...")

# %% tags=["predict"]
predicted("06.3")
print("n = 2,000 against 2,000 held-out images; mean and 95% interval of the draws")
verdict = {}
for name, draws in drawn_by.items():
    found = [scores.features(draws(2000, seed)) for seed in range(steps(5, 2))]
    mean, half = scores.interval([evaluation.frechet_distance(held_out, fake).item() for fake in found])
    verdict[name] = f"{mean:.1f} ± {half:.1f}"
    print(f"{name:10} {verdict[name]:>14}   ({len(found)} draws)")

# %% [markdown]
# Real images do not get 0. What they get is the **floor**: no generator can do better.
#
# **Question.** Another training of yours would end elsewhere. Does the interval say where?
#
# <details><summary>Answer</summary>
#
# No. It is about fresh noise for one trained network. To compare methods, train each several times, equally well tuned.
#
# </details>
#
# ## 4. Learned by heart?
#
# A generator that copies would have perfect scores. So look for the nearest training image:
#
# $$i(x) = \arg\min_i \lVert x - y_i \rVert_2 \tag{6.3}$$
#
# {{ box evaluation.nearest_neighbours }}
#
# Shapes: `images` (n, ...) and `references` (m, ...) in; numbers (n, k) out, the nearest first.

# %%
# {{ fill evaluation.nearest_neighbours }}

# %% [markdown]
# <details><summary>Hint 1: rows</summary>
#
# An image is a point: `flatten(start_dim=1)` makes it a row.
#
# </details>
# <details><summary>Hint 2: a table of distances</summary>
#
# `torch.cdist` of two sets of rows has shape (n, m).
#
# </details>
# <details><summary>Hint 3: the smallest</summary>
#
# `topk` finds the *largest* unless told otherwise, and gives values and indices.
#
# </details>
#
# **Predict:** a number takes 4 bytes. How large is the table for 50,000 images and all 60,000 training images?
#
# <details><summary>Answer</summary>
#
# 12 GB. Few laptops have that. So hand over the images in parts:
#
# </details>


# %%
def nearest(images: Tensor, references: Tensor, k: int = 1) -> Tensor:
    """Your function, for a thousand images at a time."""
    gigabytes = 4 * len(images) * len(references) / 1e9
    if gigabytes > 1:
        print(f"In one piece, the table of distances would take {gigabytes:.1f} GB. It is made in parts.")
    return torch.cat([evaluation.nearest_neighbours(part, references, k) for part in images.split(1000)])


# %%
images = drawn_by[whose](12, 1)
found = nearest(images, garments[:])[:, 0]
figures.show(
    draw.lettered({whose: images, "nearest": garments[found]}),
    alt="Generated garments above; below each, the training image nearest to it, similar in shape "
    "and different in detail.",
    caption="Below each image the nearest of 10,000 training images.",
)

# %% [markdown]
# Similar, no copies. But how similar is suspicious? Mix 2,000 training images with as many held-out ones, which nobody
# could have copied. An honest generator is nearest to a training image **half** of the time.

# %%
references = torch.cat([image_sets.by_heart(2000), scores.held_out()])  # 2,000 training images, 2,000 others


def share_nearer_to_training(images: Tensor) -> float:
    return (nearest(images, references) < 2000).double().mean().item()


for name in (whose, "WGAN-GP"):
    images = drawn_by[name](1000, 0)
    chance = copies.nearest_is_training(images, *references.split(2000)).chance
    print(f"{name:10} {share_nearer_to_training(images):.0%}, by chance 50% ± {chance:.0%}   (n = 1,000)")

# %% [markdown]
# Chance moves a share the more, the more images have the same neighbour. And these references favour the held-out side a
# little: other photographs get only 47%. Copies would move a share *up*, as far as 100%.
#
# ## 5. Five suspects
#
# One of these sets is innocent: photographs, as they are. One was copied from the training images. One was drawn by
# WGAN-GP, with each $z$ multiplied by a number below 1. One has only half of the kinds of garments. One got a little
# grain on its photographs.

# %% tags=["draws"]
n = steps(1000, 300)
others = image_sets.others(8000)
kinds = garments.labels[scores.real_numbers(100, 10_000)[-8000:]]  # of the others: by_heart takes the first 2,000


def suspects(seed: int) -> dict[str, Tensor]:
    """Five sets of n images; each seed draws others."""
    rng = torch.Generator().manual_seed(seed)
    few = others[kinds % 2 == 0]
    few, innocent, grainy = (part[torch.randperm(len(part), generator=rng)[:n]] for part in (few, others, others))
    grain = 0.1 * torch.randn(grainy.shape, generator=rng)
    copied, short = image_sets.by_heart(2000)[torch.randperm(2000, generator=rng)[:n]], wgan_gp(0.7 * noise(n, seed))
    return {"A": short, "B": few, "C": (grainy + grain).clamp(-1, 1), "D": copied, "E": innocent}


rounds = [suspects(seed) for seed in range(steps(3, 2))]
figures.show(
    draw.lettered(rounds[0]),
    alt="Five rows of twelve garments, A to E. All look real; those of C are a little grainy.",
    caption="Twelve of each, as they come.",
)

# %% [markdown]
# `kid` is another distance of features, and `sliced` one of pixels. `precision` is the share of the images that lie
# among real ones (nearer to one than its third real neighbour), `recall` the share of real images that lie among these.
# `entropy` is that of their labels: 2.303 if all ten are as frequent, 1.609 for five.
#
# **Predict:** which measure will convict whom? Then open the table and name all five.

# %%
predict("06.4", "...")

# %% tags=["predict"]
predicted("06.4")
rows = {name: [] for name in (*"ABCDE", "WGAN-GP")}  # no suspect, for comparison
for seed, sets in enumerate(rounds):
    for name, images in {**sets, "WGAN-GP": wgan_gp(noise(n, seed))}.items():
        rows[name].append(scores.score(images, seed=seed))
nearer = [f"{letter} {share_nearer_to_training(images):.0%}" for letter, images in rounds[0].items()]
below = f"Mean and 95% interval over {len(rounds)} seeds, n = {n:,}."
Markdown(f"{scores.table(rows)}\n\n{below}\n\nNearest to a training image (seed 0): {', '.join(nearer)}.")

# %% [markdown]
# <details><summary>The five</summary>
#
# A has 0.7 times $z$: high precision, little recall. B has five kinds: entropy, recall and distance. C has the grain:
# by its Fréchet distance, photographs with faint grain are *worse* than the drawings of WGAN-GP. D copied, and no score
# tells it from E, who is innocent. Only the neighbours do.
#
# </details>
#
# ## 6. The critic's word
#
# While it trained, nobody computed features. There was only the critic's estimate. **Predict:** did it fall as the
# Fréchet distance fell?


# %% tags=["predict"]
def distance(images: Tensor) -> float:
    return evaluation.frechet_distance(held_out, scores.features(images)).item()


if run:  # it kept 32 images at some moments
    n, reported = 32, run.history["wasserstein"]
    at, kept = zip(*((step, images) for step, _, images in run.samples if step > 0))
    distances = [distance(images) for images in kept]
else:  # a run of lesson 05, seed 0
    n, arrays = 2000, stored.load("05_losses")[1]
    at, reported, distances = range(100, 1001, 100), arrays["wasserstein"][0], arrays["distances"][0, :, 0]
smooth = figures.running_median(reported, 25)
estimates = [smooth[step - 1] for step in at]
print("Estimate and Fréchet distance of one training:")
print(f"rank correlation {spearmanr(estimates, distances).statistic:.2f}")
floor = distance(scores.real_images(0, n))
print(f"distance at the end {distances[-1]:.0f} with n = {n:,}; {n:,} real images get {floor:.0f}")
figures.show(
    draw.word_of_the_critic(at, estimates, distances),
    alt="Left: the critic's estimate at some moments of the training. Right: the Fréchet distance at the same moments.",
    caption="The same moments of one training.",
)

# %% [markdown]
# If the rank correlation is near 1, it did. Then the estimate could have guided you through *this* run. It compares no
# two runs. And see what a floor does: with the 32 images that your run keeps, even real ones are far away.
#
# ## 7. Your catalogue
#
# Of 2,000 images, your function chooses one of each kind: the one whose features are nearest to a photograph's. It also
# finds the ten oddest.

# %%
images = drawn_by[whose](2000, 0)
features = scores.features(images)
partner = nearest(features, held_out)[:, 0]
gaps = (features - held_out[partner]).norm(dim=1)

of = {name: verdict.get(name, "not measured") for name in drawn_by}
title = f"{whose}: Fréchet distance {of[whose]} (WGAN-GP {of['WGAN-GP']}, real {of['real']}; n = 2,000)"
fig = draw.catalogue(images, scores.labels(images), gaps, scores.held_out()[partner], title)
(root / "runs").mkdir(exist_ok=True)
fig.savefig(root / "runs" / "catalogue.png", dpi=200)
figures.show(
    fig,
    alt="A catalogue of ten kinds of garments: the first of each kind that was drawn, the best, the photograph that is "
    "nearest to the best, and a row of the ten oddest images.",
    caption="The file is runs/catalogue.png.",
)

# %% [markdown]
# **Question.** Which row do you show to a friend, and which to a reviewer?
#
# <details><summary>Answer</summary>
#
# The friend may get the best, and will like the oddest. The reviewer gets images as they come, with score, $n$, floor and
# interval. Many papers show the reviewer what is meant for the friend.
#
# </details>
#
# ## What you built
#
# A score that meets the library's, a test that finds copies, which the score cannot, and a catalogue. Train for five
# minutes in sheet 05, and run this sheet again: does the new score lie outside of the old interval?

# %%
progress("06")
