# %% [markdown]
# "Look, shirts" is no result. This lesson asks how good images are, by which measure, against which
# floor, and how sure we are. It shows what each measure cannot see, and what the critic's own estimate
# is worth. Sheet 06 has you write two of the measures.

# %%
import numpy as np
import torch
from IPython.display import Markdown
from scipy.stats import spearmanr

from starter.kit import figures, scores, steps, stored, theory
from starter.kit.measure import copies, image_sets
from starter.kit.show import lesson_06 as draw

n = steps(2000, 500)  # images on each side

# %% [markdown]
# ## 1. Two generators
#
# Both come with the course, with the same networks. One was trained with the penalty, one with clipping.
# **Decide by eye:** which is better, and by how much?

# %% tags=["draws"]
sets = image_sets.known(n, seed=0)
figures.show(
    figures.image_rows({name: sets[name][:12] for name in ("real", "WGAN-GP", "WGAN, clipped")}),
    alt="Three rows of twelve garments: real ones, those of WGAN-GP and those of the clipped WGAN.",
    caption="Twelve of each, not chosen by hand.",
)

# %% [markdown]
# Twelve images decide nothing, and the eye is kind to what it has seen for an hour. We need a number that
# looks at thousands.
#
# ## 2. A distance between features
#
# Pixels are a poor ruler: move a shirt by a pixel, and it is far from itself. So let a network look. The
# course ships a small classifier of garments; the 64 numbers before its last layer are an image's
# *features*. Summarise each set of features by its mean $m$ and its covariance $C$, as if it were one
# Gaussian. The 2-Wasserstein distance of two Gaussians is known (Dowson and Landau, 1982):
#
# $$d^2 = \lVert m_r - m_f \rVert^2 + \operatorname{tr} C_r + \operatorname{tr} C_f
# - 2 \operatorname{tr} \big( (C_r C_f)^{1/2} \big) \tag{6.1}$$
#
# In one dimension this is $(m_r - m_f)^2 + (\sigma_r - \sigma_f)^2$. Take four numbers, and the same
# doubled and moved by 3:

# %% tags=["nbval-check-output"]
real = torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64)
fake = 3 + 2 * real
by_hand = (real.mean() - fake.mean()) ** 2 + (real.std() - fake.std()) ** 2
library = scores.frechet(real[:, None], fake[:, None])  # shape (n, d): n numbers in d = 1 dimension
print(f"by hand {by_hand:.4f}, by the library {library:.4f}")

# %% [markdown]
# For images the same is done in 64 dimensions. Below are two of them, and $d^2$ in all:

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
# Papers use the features of Inception, and call the distance FID. Ours are another network's, so our
# number is **no FID** and compares with none. It also ignores whatever the classifier ignores, and all
# that a Gaussian leaves out of a cloud.
#
# ## 3. The floor
#
# Real against real was not 0. **Predict:** what happens to it with twice as many images?
#
# A mean and a covariance of $n$ samples are off by chance, and (6.1) squares what is off. For
# $\mathcal{N}(0, I)$ in $d$ dimensions, with $n$ samples on both sides and $n$ large,
#
# $$\operatorname{E} d^2 \approx \frac{d\,(d + 5)}{2 n} \tag{6.3}$$

# %% tags=["predict"]
torch.manual_seed(0)
sizes, d = np.array([250, 500, 1000, 2000, 5000]), 64
everything = scores.features(scores.real_images(0, 10_000))  # all bundled training images, shuffled
white = [scores.frechet(*torch.randn(2, k, d).double()) for k in sizes]
real = [scores.frechet(everything[:k], everything[-k:]) for k in sizes]
white_theory = d * (d + 5) / (2 * sizes)  # equation (6.3)
real_theory = [theory.frechet_floor(everything.T.cov().numpy(), k) for k in sizes]  # the same for any covariance

# %% tags=["draws"]
short, long = (scores.frechet(held_out[:k], features["WGAN-GP"][:k]) for k in (n // 8, n))
names = ("N(0, I) in 64 dimensions", "real images")
figures.show(
    draw.floors(sizes, dict(zip(names, (white, real))), dict(zip(names, (white_theory, real_theory)))),
    alt="On logarithmic axes both floors fall along straight lines as n grows: halved when n doubles.",
    caption=f"n = 1,000: white noise {white[2]:.2f}, theory {white_theory[2]:.2f}; real images "
    f"{real[2]:.2f}, theory for a Gaussian with their covariance {real_theory[2]:.2f}. The same "
    f"WGAN-GP, the same weights: {short:.1f} with n = {n // 8}, {long:.1f} with n = {n:,}.",
)

# %% [markdown]
# Halved. So a score without its $n$ means nothing, more images look like a better generator, and a
# floor belongs beside every score. Ours: 2,000 images against 2,000 held-out ones.
#
# ## 4. One table
#
# Four more measures, from libraries:
#
# - **KID**: another distance of features, unbiased in $n$, so that it may fall below 0.
# - **Precision**: the share of the images that lie among real ones. **Recall**: the share of real images that
#   lie among the generated ones (Kynkäänniemi et al., 2019).
# - **Sliced Wasserstein**, in pixels.
# - **Entropy** of the labels that the classifier gives: $\log 10 \approx 2.303$ if all are as frequent.
#
# Four frauds join: one that knows training images **by heart**; real images with **no sandals**; real **bags
# only**; pixel **noise**. **Predict:** which measure misses which?

# %% tags=["predict"]
scores.score(sets["WGAN-GP"], seed=0)  # one set, one seed

# %%
settings, arrays = stored.load("06_scores")  # all seven sets, three seeds
rows = {
    name: [scores.Scores(*of_seed) for of_seed in of_set.tolist()]
    for name, of_set in zip(settings["sets"], arrays["values"])
}
Markdown(scores.table(rows) + f"\n\nMean and 95% interval over {len(settings['seeds'])} seeds, n = {settings['n']:,}.")

# %% [markdown]
# The interval says how much a fresh noise and fresh real images move a score. It does **not** say how
# much another *training* would: for that one trains several times.
#
# Read along the rows. *Bags only* has the precision of real images; recall, entropy and both distances
# catch it. *No sandals* has it too, and loses only a little recall. And *by heart* has real images' scores in
# every column. Of course: they are real images.
#
# ## 5. Which garments?
#
# A count is easier to read than an entropy:

# %%
shown = ("real", "WGAN-GP", "WGAN, clipped", "no sandals")
shares = {name: scores.label_shares(sets[name]) for name in shown}

# %% tags=["draws"]
figures.show(
    draw.label_bars(shares),
    alt="Bars of the share of each of ten garments: about ten percent each for real images, uneven "
    "for the generators, no bar at sandals for the set without them.",
    caption="Rarest and most frequent: "
    + "; ".join(f"{name} {share.min():.1%}, {share.max():.1%}" for name, share in shares.items())
    + ".",
)

# %% [markdown]
# ## 6. Learned by heart?
#
# Show each generated image with its nearest training image. A copy would give itself away. But how near
# is suspicious? Ask the held-out images, which nobody could have copied. With as many training as
# held-out references, the nearest one is a training image in half of the cases, if all is well.

# %%
training, unseen = image_sets.by_heart(2000), scores.held_out()
learned = scores.features(training)
suspects = {
    "real, others": image_sets.others(n),
    "WGAN-GP": sets["WGAN-GP"],
    "WGAN, clipped": sets["WGAN, clipped"],
    "by heart": training[:n],
    "by heart, moved": training[:n].roll(1, dims=3),
}

# %%
by_pixels, by_features = {}, {}
for name, images in suspects.items():
    by_pixels[name] = copies.nearest_is_training(images, training, unseen)
    by_features[name] = copies.nearest_is_training(scores.features(images), learned, held_out)
chance = by_pixels["real, others"].chance

# %% tags=["draws"]
figures.show(
    draw.nearness(by_pixels, by_features),
    alt="For real images and both generators the shares lie near one half. For images learned by "
    "heart they are one; moved by a pixel, they are lower, by pixels more than by features.",
    caption="By pixels and by features: "
    + "; ".join(f"{name} {by_pixels[name].share:.0%}, {by_features[name].share:.0%}" for name in suspects)
    + f". {n:,} images each. The band, {0.5 - chance:.1%} to {0.5 + chance:.1%}, holds 95% of what "
    "chance gives, in the images and in the references.",
)

# %% [markdown]
# Only this test tells *by heart* from a perfect generator. It is no proof either. Moved by one pixel, many
# copies hide from the pixels, if fewer from the features. And it finds copies only of the images it is shown.
#
# ## 7. The critic's estimate
#
# During training nobody computes features. Is the reported number enough? These are the WGANs and the
# standard GAN of lesson 04, and a WGAN-GP. Every 100 steps 2,000 samples were held against held-out
# images. **Predict:** which upper curves fall with the lower ones?

# %% tags=["predict"]
settings, arrays = stored.load("06_run")
smooth = [figures.running_median(reported, 101) for reported in arrays["reported"]]
every_100 = [reported[99::100] for reported in smooth]  # where the distance is known too
rank = [spearmanr(a[2:], b[2:]).statistic for a, b in zip(every_100, arrays["frechet"])]  # after step 200

# %% tags=["draws"]
figures.show(
    draw.runs(settings, arrays),
    alt="Upper row: what four trainings report over the steps. With the paper's settings it swings, "
    "with the course's and with the penalty it falls, and for the standard GAN it stays level. Lower "
    "row: the Frechet distance of their samples falls in all four.",
    caption=f"Above: what each training reports. Below: the distance of its samples (seed {settings['seed']}).",
)
print(
    "rank correlation after step 200:", ", ".join(f"{name} {value:.2f}" for name, value in zip(settings["names"], rank))
)
bound, pixels = smooth[2], stored.load("04_curves")[1]["distance"][2]
print(
    f"GAN: bound of JS {bound[99]:.2f} at step 100, {bound[-1]:.2f} at the end; "
    f"sliced distance in lesson 04 {pixels[0]:.2f}, {pixels[19]:.2f}"
)

# %% [markdown]
# With the course's settings and with the penalty, the estimate falls as the distance falls. At the paper's
# slow rate it still swings. The GAN's bound creeps up while its samples get better. One network, one seed: an
# observation, no rule. And look at the last numbers: by sliced pixels that same GAN got *worse*. Two measures,
# two verdicts.
#
# ## 8. A critic that learns by heart
#
# On finitely many images a strong critic can do better on those it has seen. WGAN-GP shows it with 1,000
# images, and so do we:

# %%
settings, arrays = stored.load("06_overfit")
gaps = (arrays["estimate"][..., 0] - arrays["estimate"][..., 1])[:, -20:].mean(axis=1)

# %% tags=["draws"]
figures.show(
    draw.overfitting(settings, arrays["estimate"]),
    alt="With 1,000 training images the estimate on them stays up while that on held-out images "
    "falls; with 10,000 the two stay together.",
    caption="Training minus held-out, mean of the last third: "
    + ", ".join(f"{gap:.2f} with {n:,} images" for gap, n in zip(gaps, settings["images"]))
    + f" (seed {settings['seed']}, after figure 5b of WGAN-GP).",
)

# %% [markdown]
# The estimate on its own images is then no measure of anything but memory. Keep images aside, and show
# them to the critic. "Train the critic to optimality" is advice for infinite data.
#
# ## 9. Which method is best?
#
# Lucic et al. (2018) tuned many GANs with one large budget and one network. Best FID, with its spread:
#
# | | standard GAN | WGAN, clipped | WGAN-GP |
# |---|---|---|---|
# | MNIST | 6.8 ± 0.5 | **6.7 ± 0.4** | 20.3 ± 5.0 |
# | Fashion-MNIST | 26.5 ± 1.6 | **21.5 ± 1.6** | 24.5 ± 2.1 |
#
# The moral is not "clip". Their abstract says that most models reach similar scores with enough tuning and
# restarts, and that they found no algorithm that is always better than the original one. A new loss that
# wins against an untuned old one shows only that somebody tuned the new one.
#
# **Take with you.** A score needs its $n$, its floor, its seeds and its features. No single number sees
# both quality and variety, and none of them sees copying. The critic's estimate can guide one run; it compares
# no two runs.
