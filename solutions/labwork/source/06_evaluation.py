# %% [markdown]
# **Answer these two, and you may skip `notebooks/06_evaluation.ipynb`.**
#
# 1. Two sets of 2,000 *real* images. Is their Frechet distance 0?
# 2. A generator reaches the scores of real images in every column. Two explanations?
#
# <details><summary>Answers</summary>
#
# 1. No: means and covariances of finite sets differ by chance, and differences are squared.
# 2. It is perfect, or it copies its training images.
#
# </details>
#
# **You will** write a distance that papers quote, meet a library's value, search for copies, and judge five
# generators by a table. It is homework, and needs no generator of yours.

# %%
import torch
from IPython.display import Markdown
from scipy.stats import spearmanr
from torch import Tensor

from starter import evaluation
from starter.kit import data, figures, pretrained, scores, steps, stored
from starter.kit.measure import image_sets
from starter.kit.show import lesson_06 as draw

wgan_gp, clipped = pretrained.load("penalty"), pretrained.load("clip")  # two generators, trained for you

# %% [markdown]
# ## 1. The floor
#
# A small classifier turns each image into 64 *features*. Here are two sets of real images that share none.
# **Predict:** is the distance of their features 0? And with twice as many images?

# %% tags=["predict"]
shuffled = scores.features(scores.real_images(0, 8000))
for n in (500, 1000, 2000, 4000):
    print(f"n = {n:,}: {scores.frechet(shuffled[:n], shuffled[-n:]):.2f}")

# %% [markdown]
# Never 0, and about half with twice as many. This **floor** is what a perfect generator would score. A score
# says nothing without its $n$, and little without its floor.
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
print(tuple(square.cov().shape), tuple(square.T.cov().shape), square.T.cov().trace().item())

# %% [markdown]
# **Third, the root.** For diagonal matrices do it by hand: $C_r = \operatorname{diag}(4, 9)$ and
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
torch.manual_seed(0)
real, fake = scores.held_out_features(), scores.features(wgan_gp(torch.randn(2000, 64)))
yours = evaluation.frechet_distance(real, fake).item()
library = scores.frechet(real, fake)
print(f"a set and itself: {abs(evaluation.frechet_distance(square, square).item()):.6f}")
print(f"a set and itself moved by (3, 4): {evaluation.frechet_distance(square, moved).item():.6f}")
print(f"WGAN-GP: yours {yours:.4f}, the library's {library:.4f}")
assert abs(yours - library) < 1e-4

# %% [markdown]
# With the features of another network, Inception, this is the FID of papers. Ours is no FID and compares
# with none.
#
# **How sure?** Draw five times, and give an interval:

# %%
for name, generator in {"real": None, "WGAN-GP": wgan_gp, "WGAN, clipped": clipped}.items():
    found = []
    for seed in range(steps(5, 2)):
        images = generator(torch.randn(2000, 64)) if generator else scores.real_images(seed)
        found.append(evaluation.frechet_distance(real, scores.features(images)).item())
    mean, half = scores.interval(found)
    print(f"{name}: {mean:.2f} ± {half:.2f}")

# %% [markdown]
# **Question.** Does this show that one *method* is better than the other?
#
# <details><summary>Answer</summary>
#
# No. The intervals are about other draws of two networks. For the methods, train each several times, equally
# well tuned.
#
# </details>
#
# ## 3. Learned by heart?
#
# A generator that copies would have perfect scores. So look for the nearest training image:
#
# $$i(x) = \arg\min_i \lVert x - y_i \rVert_2 \tag{6.2}$$
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

# %% tags=["draws"]
garments = data.load()
torch.manual_seed(3)
images = wgan_gp(torch.randn(12, 64))
nearest = evaluation.nearest_neighbours(images, garments[:])
found = garments[nearest[:, 0]]
gaps = (images - found).flatten(1).norm(dim=1)
figures.show(
    figures.image_rows({"WGAN-GP": images, "nearest": found}),
    alt="Generated garments above; below each, the training image nearest to it, similar in shape "
    "and different in detail.",
    caption=f"Distances from {gaps.min():.1f} to {gaps.max():.1f}, in units of pixel value.",
)

# %% [markdown]
# Similar, no copies. But how similar is suspicious? Take as many held-out images, which nobody could have
# copied. An honest generator is nearest to a training image **half** of the time.

# %%
references = torch.cat([image_sets.by_heart(2000), scores.held_out()])  # 2,000 training images, 2,000 others


def share_nearer_to_training(images: Tensor) -> float:
    return (evaluation.nearest_neighbours(images, references) < 2000).double().mean().item()


torch.manual_seed(0)
for name, generator in {"WGAN-GP": wgan_gp, "WGAN, clipped": clipped}.items():
    print(f"{name}: {share_nearer_to_training(generator(torch.randn(1000, 64))):.0%}")

# %% [markdown]
# Chance alone moves these by 4% up or down.
#
# ## 4. Five suspects
#
# Two of these sets were generated, three are frauds. Low is good for `frechet`, for `kid` (another distance of
# features) and for `sliced` (of pixels). `precision` is the share of the images that lie among real ones, `recall`
# the share of real images that lie among these. `entropy` is that of their labels, $\log 10 = 2.303$ if all are
# as frequent.

# %%
n = steps(2000, 500)
rounds = [image_sets.suspects(n, seed) for seed in range(steps(3, 2))]
rows = {letter: [scores.score(sets[letter], seed=seed) for seed, sets in enumerate(rounds)] for letter in "ABCDE"}
nearer = [f"{letter} {share_nearer_to_training(rounds[0][letter][:500]):.0%}" for letter in rows]
Markdown(scores.table(rows) + f"\n\nNearest to a training image: {', '.join(nearer)}")

# %% [markdown]
# **Questions.** Which knows its images by heart, and which columns see it? Which shows one kind of garment? Which
# has dropped one kind? Which column sees neither of the last two?
#
# <details><summary>Answers</summary>
#
# C: only the nearest neighbours see it. (B and D are photographs too, of others than the references: the test
# finds copies only of what you show it. D meets just 400 bags, so chance moves it more.) D: entropy near 0, low recall. B: entropy near $\log 9 = 2.197$, and
# larger distances. Precision sees neither.
#
# </details>

# %% tags=["draws"]
shares = {letter: scores.label_shares(rounds[0][letter]) for letter in "ABCE"}
figures.show(
    draw.label_bars(shares),
    alt="Bars of the share of ten garments in four of the sets; in B there is no bar at sandals.",
    caption="Rarest garment: " + ", ".join(f"{letter} {share.min():.1%}" for letter, share in shares.items()),
)

# %% [markdown]
# ## 5. The critic's word
#
# **Predict:** does what is reported during training fall as the Frechet distance falls?

# %% tags=["predict", "draws"]
settings, arrays = stored.load("06_run")
smooth = [figures.running_median(reported, 101)[99::100] for reported in arrays["reported"]]
rank = [spearmanr(a[2:], b[2:]).statistic for a, b in zip(smooth, arrays["frechet"])]  # after step 200
figures.show(
    draw.runs(settings, arrays),
    alt="Reported curves of four trainings, and below each the Frechet distance of its samples.",
    caption="Rank correlation after step 200: "
    + ", ".join(f"{name} {value:.2f}" for name, value in zip(settings["names"], rank))
    + f". {settings['steps']:,} steps, seed {settings['seed']}.",
)

# %% [markdown]
# With the course's settings and with the penalty it does. At the paper's slow rate it still swings, and the
# standard GAN's number does not follow. Within one run the estimate can guide you; each run has its own unit.
#
# ## 6. Which is best?
#
# Best FID after much tuning, the same for all (Lucic et al., 2018):
#
# | | standard GAN | WGAN, clipped | WGAN-GP |
# |---|---|---|---|
# | MNIST | 6.8 ± 0.5 | 6.7 ± 0.4 | 20.3 ± 5.0 |
# | Fashion-MNIST | 26.5 ± 1.6 | 21.5 ± 1.6 | 24.5 ± 2.1 |
#
# **Question.** What follows?
#
# <details><summary>Answer</summary>
#
# Not "clip". With enough tuning the methods come close, and the order changes with the data. Be wary of a
# new method that beats an untuned old one.
#
# </details>
#
# ## What you built
#
# A score that meets the library's, and a test for copies that the score cannot do. Now your own run:

# %%
# from starter import critic, generator
# from starter.kit import resume
# nets = critic.MLPCritic((1, 28, 28)), generator.MLPGenerator(64, (1, 28, 28))
# run = resume("runs/mine.pt", *nets, garments, seconds=60)
# print(scores.score(run.sample(2000)))

# %%
progress("06")
