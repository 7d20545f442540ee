# %% [markdown]
# You have seen garments that a network drew, and perhaps your own network drew some. How good are they? You will look,
# measure, and ask how sure you can be. You will also see what each measure does not see, because among the sets of
# images in this lesson there are frauds.

# %% tags=["draws"]
import numpy as np
import torch
from IPython.display import Markdown
from scipy.stats import spearmanr

from starter.kit import data, figures, scores, steps, stored, theory
from starter.kit.measure import copies, image_sets
from starter.kit.show import lesson_06 as draw

n = steps(2000, 500)  # images on each side
sets, garments = image_sets.known(n, seed=0), data.load()

# %% [markdown]
# ## 1. Three rows
#
# One row shows photographs. Two were drawn by generators with the same networks: one learned with the penalty, the other
# with clipping. Nobody chose these images.

# %% tags=["draws"]
letters = {"A": "WGAN-GP", "B": "real", "C": "WGAN, clipped"}
figures.show(
    draw.lettered({letter: sets[name] for letter, name in letters.items()}),
    alt="Three rows of twelve garments, A, B and C: shirts, trousers, bags and shoes. In one row all are clean, in one a few "
    "are torn or speckled, and in one most are.",
    caption="Twelve images of each set, as they come.",
)

# %% [markdown]
# **Predict:** which row is which?

# %%
predict("06.1", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("06.1")
for letter, name in letters.items():
    print(f"{letter}: {name}")

# %% [markdown]
# The photographs are B. A learned with the penalty, and C with clipping.
#
# How *much* better than C is A, and how far is it from B? Twelve images cannot say. We need a number that looks at
# thousands.
#
# ## 2. What is near?
#
# Pixels are a poor ruler. Take a top, and move it by two pixels:

# %% tags=["nbval-check-output"]
top = garments[4:5]
moved = top.roll(2, dims=-1)


def nearer(ruler):
    """Which of the 10,000 garments are nearer to the top than the moved top is; without the top itself."""
    points = ruler(garments[:])
    distances = (points - points[4]).norm(dim=1)
    return ((distances > 0) & (distances < (ruler(moved) - points[4]).norm())).nonzero().flatten()


by_pixels = nearer(lambda images: images.flatten(start_dim=1))
print(f"by pixels, {len(by_pixels):,} other garments are nearer")

# %% tags=["draws"]
closest = [by_pixels[garments.labels[by_pixels] == label][0] for label in (3, 4, 6, 8)]
figures.show(
    draw.moved(top, moved, garments[torch.stack(closest)]),
    alt="A sleeveless top, the same top a little to the right, and then a dress, a jacket, a shirt and a bag.",
    caption="Of these six, only two show the same thing.",
)

# %% [markdown]
# So let a network look. The course ships a small classifier of garments. The 64 numbers before its last layer are an
# image's *features*. **Predict:** how many garments are nearer by features?

# %% tags=["predict", "nbval-check-output"]
print("The answer:")
print(f"by features, {len(nearer(scores.features))} other garments are nearer")

# %% [markdown]
# Two. Features know a top when they see one.
#
# ## 3. The Fréchet distance
#
# Now take many images. Their features are a cloud in 64 dimensions. Describe each cloud by its mean $m$ and its
# covariance $C$, as if it were one Gaussian. The *2-Wasserstein distance* is that of lesson 01 with two changes: each
# distance is squared before the mean is taken, and a root is taken at the end. For two Gaussians it is known exactly
# (Dowson and Landau, 1982). Its square is the *Fréchet distance* of two sets of images:
#
# $$d^2 = \lVert m_r - m_f \rVert^2 + \operatorname{tr} C_r + \operatorname{tr} C_f
# - 2 \operatorname{tr} \big( (C_r C_f)^{1/2} \big) \tag{6.1}$$
#
# Here $\operatorname{tr}$, the *trace*, is the sum of the diagonal, and $M^{1/2}$ is the matrix that gives $M$ when it is
# multiplied by itself. In one dimension $d^2$ is $(m_r - m_f)^2 + (\sigma_r - \sigma_f)^2$. Take four numbers, and the same doubled and moved by
# 3:

# %% tags=["nbval-check-output"]
real = torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64)
fake = 3 + 2 * real
by_hand = (real.mean() - fake.mean()) ** 2 + (real.std() - fake.std()) ** 2
library = scores.frechet(real[:, None], fake[:, None])  # shape (n, d): n numbers in d = 1 dimension
print(f"by hand {by_hand:.4f}, by the library {library:.4f}")

# %% [markdown]
# For images the same happens in 64 dimensions. The picture shows two of them, and gives $d^2$ in all 64:

# %%
held_out = scores.held_out_features()  # of 2,000 test images, shape (2000, 64)
features = {name: scores.features(sets[name]) for name in ("real", "WGAN-GP", "noise")}
distances = [scores.frechet(held_out, of_set) for of_set in features.values()]

# %% tags=["draws"]
figures.show(
    draw.clouds(held_out, features, distances),
    alt="Three scatter plots of features with ellipses. Held-out and other real images cover each "
    "other, those of WGAN-GP overlap them for the most part, and noise sits in one small spot.",
    caption=f"Blue: {len(held_out):,} held-out images, which no generator saw. Orange: {n:,} others.",
)

# %% [markdown]
# Papers take the features of another network, Inception, and call the distance FID. Ours is **no FID**, and the two
# cannot be compared. Any such distance ignores what its network ignores, and what a Gaussian leaves out of a cloud.
#
# ## 4. The floor
#
# Look again: real images against real images did not give 0. **Predict:** what happens to that number with twice as
# many images?

# %% tags=["predict"]
torch.manual_seed(0)
sizes, d, draws = [250, 500, 1000, 2000, 5000], 64, range(steps(40, 10))
everything = scores.features(scores.real_images(0, 10_000))  # all training images
white = [np.mean([scores.frechet(*torch.randn(2, k, d).double()) for _ in draws]) for k in sizes]
real = [np.mean([scores.frechet(*everything[torch.randperm(10_000)[: 2 * k]].split(k)) for _ in draws]) for k in sizes]
white_theory = [d * (d + 5) / (2 * k) for k in sizes]  # equation (6.2)
real_theory = [theory.frechet_floor(everything.T.cov().numpy(), k) for k in sizes]  # for any covariance
print("    n   N(0, I)   (6.2)   real images   theory")
for row in zip(sizes, white, white_theory, real, real_theory):
    print("{:5,} {:9.2f} {:7.2f} {:13.2f} {:8.2f}".format(*row))

# %% tags=["draws"]
names = ("N(0, I) in 64 dimensions", "real images")
figures.show(
    draw.floors(sizes, dict(zip(names, (white, real))), dict(zip(names, (white_theory, real_theory)))),
    alt="On logarithmic axes both floors fall along straight lines as n grows: halved when n doubles.",
    caption=f"Two sets from the same distribution are never 0 apart. (Means of {len(draws)} draws.)",
)

# %% [markdown]
# It is about halved. (A longer formula gives the last column, for a Gaussian with the covariance of real images. All
# these are means: one draw of real images is easily off by a fifth.)
#
# Means and covariances of $n$ samples are off by chance, and (6.1) squares what is off. For $\mathcal{N}(0, I)$ in $d$
# dimensions, with large $n$ on both sides,
#
# $$\operatorname{E} d^2 \approx \frac{d\,(d + 5)}{2 n} \tag{6.2}$$
#
# The same holds for generators:

# %%
for k in (n // 8, n):
    print(f"n = {k:5,}: WGAN-GP {scores.frechet(held_out[:k], features['WGAN-GP'][:k]):.1f}")

# %% [markdown]
# The weights are the same, and the score is not. So a score without its $n$ means nothing, and beside every score
# belongs its *floor*: what real images get.
#
# ## 5. One table
#
# More measures, from libraries:
#
# - **KID**: another distance of features, unbiased in $n$, so it may fall below 0. Its unit is that of a feature to the
#   sixth power. Nobody has a feeling for that, so hold it against how far it swings for real images.
# - **Precision**: the share of the images that lie *among* real ones. An image does if it is nearer to one of them than
#   the third real neighbour of that one is. **Recall**: the share of the real images that lie among the generated ones
#   (Kynkäänniemi et al., 2019).
# - **Sliced**: the sliced Wasserstein distance of lesson 04, in pixels.
# - **Entropy** of the labels that the classifier gives. It is $\log 10 \approx 2.303$ if all ten are as frequent.
#
# Four frauds join. One knows training images **by heart**. One has real images with **no sandals**, one real **bags
# only**, and one pixel **noise**. **Predict:** which fraud has the best scores?

# %%
predict("06.2", "...")

# %% tags=["predict"]
predicted("06.2")
of_table, found = stored.load("06_scores")  # all seven sets, three seeds
rows = {
    name: [scores.Scores(*of_seed) for of_seed in of_set.tolist()]
    for name, of_set in zip(of_table["sets"], found["values"])
}
below = f"Mean and 95% interval over seeds {of_table['seeds']}, n = {of_table['n']:,}."
Markdown(f"{scores.table(rows)}\n\n{below}")

# %% [markdown]
# <details><summary>The answer</summary>
#
# *By heart* has the scores of real images in every column. Of course: they are real images.
#
# Read along the other rows. *Bags only* has the precision of real images, but recall, entropy and all distances catch
# it. *No sandals* loses only a little recall, and its Fréchet distance is larger than that of WGAN-GP, though each image
# is a photograph. And WGAN-GP is far better than the clipped WGAN, but also far from the floor. (By KID, real images
# swing by 20 around 0: 40 is little, and 6,000 is much.)
#
# </details>
#
# The intervals say how much fresh noise and fresh real images move a score. They do **not** say how much another
# *training* would. For that one trains several times.
#
# An entropy is hard to read, and a count is easy:

# %%
shown = ("real", "WGAN-GP", "WGAN, clipped", "no sandals")
shares = {name: scores.label_shares(sets[name]) for name in shown}
for name, share in shares.items():
    print(f"{name:14} rarest {share.min():5.1%}, most frequent {share.max():5.1%}   (n = {n:,}, one seed)")

# %% tags=["draws"]
figures.show(
    draw.label_bars(shares),
    alt="Bars of the share of each of ten garments: about ten percent each for real images, uneven "
    "for the generators, no bar at sandals for the set without them.",
    caption="Dotted: a tenth.",
)

# %% [markdown]
# ## 6. Learned by heart?
#
# Only its neighbours can give a copy away. Find the reference $y_i$ that is nearest to an image $x$:
#
# $$i(x) = \arg\min_i \lVert x - y_i \rVert_2 \tag{6.3}$$
#
# But how near is suspicious? Mix 2,000 training images with 2,000 held-out ones, which nobody could have copied.
# **Predict:** for an honest generator, how often is the nearest of the 4,000 a training image?

# %% tags=["predict"]
training, unseen = image_sets.by_heart(2000), scores.held_out()
learned = scores.features(training)
suspects = {"real, others": image_sets.others(n)} | {name: sets[name] for name in image_sets.GENERATORS}
suspects |= {"by heart": training[:n], "by heart, moved": training[:n].roll(1, dims=3)}
pixels, deep = {}, {}  # by which ruler
print(f"nearest is a training image, %:  by pixels   by features   (n = {n:,})")
for name, images in suspects.items():
    pixels[name] = copies.nearest_is_training(images, training, unseen)
    deep[name] = copies.nearest_is_training(scores.features(images), learned, held_out)
    print(f"{name:31} {100 * pixels[name].share:11.0f} {100 * deep[name].share:13.0f}")

# %% tags=["draws"]
figures.show(
    draw.nearness(pixels, deep),
    alt="For real images and both generators the shares lie in grey bars around one half. For images learned by "
    "heart they are one; moved by a pixel, they are lower, by pixels more than by features.",
    caption="A grey bar holds 95% of what chance gives for that row, by pixels (above) and by features (below).",
)

# %% [markdown]
# In half of the cases, up to chance. Chance moves the clipped WGAN more than the others, since many of its images share
# one neighbour. So its 46% by features are no sign of anything.
#
# Only this test tells *by heart* from a perfect generator. It is no proof either. Moved by one pixel, many copies hide
# from the pixels, and some from the features. And the test finds copies only of the images that it is shown.
#
# ## 7. The critic's word
#
# During training nobody computes features. Is the reported number enough? These are the runs of lesson 04 and a WGAN-GP.
# Every 100 steps, 2,000 samples were held against held-out images.

# %%
of_runs, reports = stored.load("06_run")


def follows(reported, distances):
    """Rank correlation (lesson 04) from step 300 on, for each seed."""
    return [spearmanr(a[2:], b[2:]).statistic for a, b in zip(reported, distances)]


# %% [markdown]
# A box in lesson 04 gave the rank correlations of one seed: 0.22 for the paper's settings, 0.95 for the course's, and
# -0.57 for the GAN. **Predict:** which of these three will be quite different in other seeds?

# %% tags=["predict"]
print(f"rank correlation, seeds {of_runs['seeds']}")
for run, name in enumerate(of_runs["names"]):
    ranks = follows(reports["medians"][:, run], reports["distances"][:, run])
    print(f"{name:15}", *(f"{rank:6.2f}" for rank in ranks))
for name, of_gan in {
    "bound": reports["medians"][:, 2],
    "Fréchet distance": reports["distances"][:, 2],
    "sliced distance": stored.load("04_curves")[1]["distances"][:, 2, :20],
}.items():
    ends = ", ".join(f"{start:.3g} to {end:.3g}" for start, end in of_gan[:, [0, -1]])
    print(f"GAN, step 100 to 2,000, {name:17} {ends}")

# %% tags=["draws"]
figures.show(
    draw.runs(of_runs, reports),
    alt="Upper row: what four trainings report over the steps. With the paper's settings it swings, "
    "with the course's and with the penalty it falls, and for the standard GAN it stays level, below log 2. Lower "
    "row: the Fréchet distance of their samples falls in all four, and stays far above the floor.",
    caption="Medians of 101 steps; lines and bands: the middle and the range of three seeds. Dotted: the floor.",
)

# %% [markdown]
# <details><summary>The answer</summary>
#
# The first: 0.70 and 0.67. At the paper's slow rate the estimate still swings, and follows only loosely. In every seed it
# falls as the distance falls for the WGAN with the course's settings and for WGAN-GP.
#
# The GAN's bound creeps up while its samples get better. And look at its last lines: by sliced pixels the same three
# GANs got *worse*. Two measures, two verdicts.
#
# </details>
#
# ## 8. A critic that learns by heart
#
# In theory the critic should be trained until it is best. So train a whole WGAN-GP, critic and generator, with only 1,000
# real images. **Predict:** what happens to the critic's estimate on these images, and on images that it never saw?

# %% tags=["predict"]
of_few, estimates = stored.load("06_overfit")
late = estimates["estimate"][:, :, -20:].mean(axis=2)  # last third; by seed, images, (training, held out)
print(f"last third of {of_few['steps']:,} generator steps, seeds {of_few['seeds']}")
for column, images in enumerate(of_few["images"]):
    for kind, name in enumerate(("those images", "held-out ones")):
        print(f"{images:6,} images, estimate on {name:13}:", *(f"{seed:.2f}" for seed in late[:, column, kind]))

# %% tags=["draws"]
figures.show(
    draw.overfitting(of_few, estimates["estimate"]),
    alt="With 1,000 training images the estimate on them falls from above 4 and stops falling at about 2.5, while that on "
    "held-out images falls on to below 1.5; with 10,000 the two stay together.",
    caption="Lines and bands: the middle and the range of the seeds. After WGAN-GP, figure 5b.",
)

# %% [markdown]
# On its own images it stops falling at about 2.5, and on the others it falls on. A strong critic remembers, and then its
# estimate measures memory.
#
# "Train the critic to optimality" is advice for infinite data. Keep images aside, and show them to the critic.
#
# ## 9. Which method is best?
#
# Lucic et al. (2018) gave many GANs the same network and the same large budget for tuning. Best FID, with its spread:
#
# | images | non-saturating GAN | WGAN, clipped | WGAN-GP |
# |---|---|---|---|
# | MNIST | 6.8 ± 0.5 | 6.7 ± 0.4 | 20.3 ± 5.0 |
# | Fashion-MNIST | 26.5 ± 1.6 | 21.5 ± 1.6 | 24.5 ± 2.1 |
#
# (The non-saturating GAN is the usual one: its generator minimises $-\log D$, as in lesson 02.)
#
# Is clipping best? On MNIST its interval overlaps that of the old GAN, on Fashion-MNIST that of WGAN-GP. The authors found
# no method that is always better than the old GAN: with enough tuning and restarts, most come close. A new loss that wins
# against an untuned old one shows only that somebody tuned the new one.
#
# ## Keep in mind
#
# - A score needs its $n$, its floor, its seeds and its features.
# - No number here sees both quality and variety, and none sees copying.
# - The critic's estimate can guide one run. It compares no two runs.
