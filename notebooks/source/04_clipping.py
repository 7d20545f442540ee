# %% [markdown]
# The Wasserstein distance needs a critic of bounded slope, and so far nothing bounds it. The first WGAN
# did so by *clipping*: after each step, every weight of the critic goes back into a window $[-c, c]$.
# You read the algorithm, see it train, and then see what it costs. Sheet 04 has you write it.

# %%
import numpy as np
from scipy.stats import spearmanr

from starter.kit import figures, stored, widgets
from starter.kit.show import lesson_04 as draw

# %% [markdown]
# ## 1. The algorithm, line by line
#
# WGAN, Algorithm 1, with learning rate 0.00005, $c = 0.01$, $m = 64$ and $n_{\text{critic}} = 5$:
#
# | line | in the paper | in the words of our code |
# |---|---|---|
# | 1 | while $\theta$ has not converged | until the steps or seconds of `train` are used up |
# | 2 | $n_{\text{critic}}$ times | the inner loop |
# | 3, 4 | draw $m$ real samples and $m$ noises | `sample` of the data, `sample_latent` |
# | 5 | gradient of $\operatorname{mean} f(x) - \operatorname{mean} f(G(z))$ in the critic's weights | of `critic_loss`, which is minus this |
# | 6 | a step of RMSProp, **up** | the same step, **down** the loss; 4 to 6 are `critic_step` |
# | 7 | $w \leftarrow \operatorname{clip}(w, -c, c)$ | `clip_weights` |
# | 9-11 | noise, gradient and RMSProp for the generator | `generator_step` |
#
# Line 7 alone is new. Here it is on four weights, with $c = 0.1$:

# %% tags=["nbval-check-output"]
print(np.clip([3.0, -0.02, 0.1, -0.5], -0.1, 0.1))

# %% [markdown]
# Two weights were outside and now stand at the ends. The other two did not notice.
#
# Now lines 5 to 7 on a critic of two layers with one weight each, $f(x) = v\, w\, x$. It compares one real
# point, 2, with one fake point, 0, and starts with small weights. **Predict:** where do they end?

# %% tags=["predict", "nbval-check-output"]
w, v, c, rate = 0.02, -0.05, 0.1, 0.5
for step in range(1, 6):
    in_w, in_v = 2 * v, 2 * w  # line 5: the gradient of f(2) - f(0) = 2 v w
    w, v = w + rate * in_w, v + rate * in_v  # line 6: a step up
    w, v = np.clip([w, v], -c, c)  # line 7
    print(f"step {step}: w = {w:+.2f}, v = {v:+.2f}, slope v w = {v * w:.4f}")

# %% [markdown]
# Both weights want to grow, and both stop at an end of the window. The slope stops at $c^2 = 0.01$, far
# below 1, and the two points have no say in it: one factor $c$ for each layer.
#
# ## 2. Reading the curve
#
# Three trainings on our garments: WGAN with the paper's settings, WGAN with those of `train`, and a
# standard GAN with the networks and steps of the second. Above is what the critic reports, each step
# in pale and the median of 101 steps on top, as in the paper's figures. Below is the sliced distance of
# the samples to real images, on which no critic has a say. **Predict:** which upper curves fall while
# the samples get better?

# %% tags=["predict"]
settings, runs = stored.load("04_curves")
every = settings["every"]
reported = [figures.running_median(run, 101)[every - 1 :: every] for run in (*runs["wasserstein"], runs["js"])]
rank = [spearmanr(*pair).statistic for pair in zip(reported, runs["distance"], strict=True)]

# %% tags=["draws"]
figures.show(
    draw.curves(settings, runs),
    alt="Upper row: what is reported over 3,000 generator steps. The paper's run falls slowly, the "
    "course's is larger and rougher, the standard GAN's rises. Lower row: the samples' distance falls for both WGANs and rises for the GAN.",
    caption="Rank correlation of the upper with the lower curve: "
    f"{rank[0]:.2f}, {rank[1]:.2f}, {rank[2]:.2f}. Paper: RMSProp 5e-5, c = 0.01. Course: 5e-4, 0.03. GAN: "
    "5e-4, L/2 + log 2. All: 5 critic steps, batches of 64, seed "
    f"{settings['seed']}. Dotted: two samples of real images. Scaled down from WGAN, figures 3 and 4: "
    "garments and small fully connected networks, for bedrooms and convolutional ones.",
)

# %% tags=["draws"]
figures.show(
    draw.samples(runs["images"], ["paper's settings", "course's settings", "standard GAN"]),
    alt="Sixteen samples of each run after 3,000 generator steps.",
    caption="Sliced distance to real images: "
    + ", ".join(f"{distance:.3f}" for distance in runs["distance"][:, -1])
    + f". Between real images: {runs['floor']:.3f}.",
)

# %% [markdown]
# Read such a curve with care.
#
# - **Sign.** The critic's loss is negative. What is plotted is minus the loss, which is positive.
# - **Scale.** Its unit is the score of *this* critic, no distance. The two clipped runs report numbers
#   that differ tenfold, and their samples do not.
# - **Noise.** Each value comes from one batch of 64. Look at the median.
#
# ## 3. The price: nobody knows K
#
# With slope at most $K$, the best a critic can report is $K \cdot W$. Take two parallel segments at
# distance $\theta$, where $W = \theta$. Then what a critic reports, divided by $\theta$, is its $K$.
#
# The weights bound it: for $L$ layers, $K_1 = c^L \times$ the hidden widths, which the sheet derives.
# Critics 2-32-32-1 with $c = 0.1$ have $K_1 = 0.1^3 \cdot 32 \cdot 32$. For each of seven distances, four of
# them were trained. **Predict:** do they all report the same multiple of $\theta$?

# %% tags=["predict"]
settings, arrays = stored.load("04_segments")
K = arrays["reported"] / np.array(settings["thetas"])[:, None]
bound = settings["c"] ** 3 * 32 * 32
print(f"K from {K.min():.2f} to {K.max():.2f}, bound {bound:.2f}")

# %% tags=["draws"]
figures.show(
    draw.segments(settings, arrays, bound),
    alt="Left: what clipped critics report per unit of distance, scattered well below the dashed bound. "
    "Right: a histogram of their weights with a tall spike at each end of the window.",
    caption=f"{K.size} critics, one window: K is {K.min() / bound:.0%} to {K.max() / bound:.0%} of the bound. "
    f"{arrays['at_the_ends']:.0%} of the weights lie in the outer 3% of the window, where 3% of them started. "
    f"RMSProp {settings['lr']:g}, {settings['steps']:,} steps, seed {settings['seed']}.",
)

# %% [markdown]
# No. $K$ depends on the distance and on the seed. So the critic's loss is not the Wasserstein distance,
# and not even a fixed multiple of it; the paper itself warns against comparing different critics.
#
# Look at the weights. Each wants to grow, so many end at $-c$ or $c$. But being Lipschitz is a property
# of the *function*. Clipping acts on the *weights*, and the same window holds functions of very
# different slopes.
#
# ## 4. The price: depth
#
# Twelve layers multiply. **Predict:** if each layer shrinks a gradient to a tenth, what is left of it
# at the first? If each doubles it?

# %% tags=["predict"]
settings, arrays = stored.load("04_depth")
logs = arrays["log10_norms"].mean(axis=1)
factors = 10 ** -np.polyfit(np.arange(1, settings["layers"] + 1), logs.T, 1)[0]

# %% tags=["draws"]
figures.show(
    draw.depth(settings, arrays),
    alt="Norms of gradients over twelve layers on a logarithmic scale: falling steeply towards the first "
    "layer for c = .001 and .01, rising for c = .1, flat with the gradient penalty.",
    caption="Going back one layer multiplies the gradient by "
    + ", ".join(f"{factor:.2g} (c = {c:g})" for factor, c in zip(factors, settings["windows"], strict=False))
    + f" and {factors[-1]:.2g} (penalty). WGAN-GP, figure 1b: Swiss roll, 12-layer ReLU networks, RMSProp "
    "5e-5, n_critic 5; penalty: lambda 0.1, Adam 1e-4. The paper does not say the width; ours is "
    f"{settings['width']}. Scaled down: batch {settings['batch_size']}, {settings['steps']} generator steps. "
    "Three seeds.",
)

# %% [markdown]
# Straight lines on a logarithmic scale: exponential in depth, down or up. A deep clipped critic hardly
# learns in its first layers, or hands the generator gradients of no sensible size. A window in between
# may exist, but it has to be found for each network. The pink line is the subject of lesson 05.
#
# ## 5. The price: simple critics
#
# The generator stays fixed: real points plus $\mathcal{N}(0, I)$. The critic may train in peace.
# **Predict:** where will a good critic of the eight Gaussians score highest?

# %% tags=["predict"]
settings, arrays = stored.load("04_surfaces")
clipped, grid = arrays["surface"][0].astype(float), arrays["grid"]
x, y = abs(grid[:, None, None] - arrays["points"][0].astype(float)).argmin(axis=0).T  # the ring's points on the grid
outscored = np.mean(clipped[0, 40, 40] > clipped[0, y, x])  # (40, 40) is the middle
pairs = arrays["pairs"]

# %% tags=["draws"]
figures.show(
    draw.surfaces(settings["laws"], grid, clipped, arrays["points"]),
    alt="Scores of clipped critics on 8 Gaussians, 25 Gaussians and the Swiss roll, in shades of green: one "
    "broad hill in the middle of each, whatever the shape of the data.",
    caption=f"The middle of the ring, where no data are, outscores {outscored:.0%} of the real points. In pairs of a real and a fake point, the real one scores higher in "
    f"{pairs[0, 0]:.0%}, {pairs[0, 1]:.0%}, {pairs[0, 2]:.0%}; with the penalty in {pairs[1, 0]:.0%}, "
    f"{pairs[1, 1]:.0%}, {pairs[1, 2]:.0%}. WGAN-GP, figure 1a: c = 0.01, RMSProp 5e-5, batch 256, three "
    f"hidden layers. Scaled down: width {settings['width']} for 512, {settings['clip_steps']:,} critic steps. "
    "Darker: a higher score. Blue: real points.",
)

# %% [markdown]
# One hill each. The critic found out where the data are on average and how far they spread, and little
# else. It has 33,000 weights; those at the ends of the window can no longer tell one input from another.
#
# ## 6. Choosing c
#
# One training on garments for each window. **Predict** all three panels for $c = 0.001$ and $c = 0.1$,
# then move the slider.

# %% tags=["predict", "draws"]
settings, windows = stored.load("04_windows")
widgets.slider(
    draw.Window(settings, windows),
    "c",
    settings["windows"],
    start=0.01,
    alt="Left: samples of a generator trained with this window. Middle: the critic's weights over the "
    "window. Right: its estimate over the steps, with those of the other windows in grey.",
)

# %% tags=["draws"]
last = np.median(windows["wasserstein"][:, -101:], axis=1)
figures.show(
    draw.windows_strip(settings, windows, [0.001, 0.01, 0.02, 0.1]),
    alt="Twelve samples for each of four windows.",
    caption=f"From c = 0.001 to 0.1 the estimate grows by a factor of {last[-1] / last[0]:,.0f}, the sliced distance "
    f"changes from {windows['distance'][0]:.3f} to {windows['distance'][-1]:.3f}, with the best, "
    f"{windows['distance'].min():.3f}, at c = {settings['windows'][windows['distance'].argmin()]:g}. "
    f"RMSProp 5e-4, {settings['steps']} generator steps, seed {settings['seed']}.",
)

# %% [markdown]
# The number on the curve says more about $c$ than about the images.
#
# ## 7. Momentum
#
# The paper reports that training "becomes unstable at times" with momentum on the critic, as in Adam
# with $\beta_1 > 0$, and so takes RMSProp. Five seeds each on the eight Gaussians:

# %%
settings, arrays = stored.load("04_momentum")
late = arrays["distance"][:, len(arrays["distance"][0]) // 2 :]

# %% tags=["draws"]
figures.show(
    draw.momentum(settings, arrays),
    alt="Exact distance of the samples to the data over the training, five lines for each of three "
    "optimisers of the critic.",
    caption="Second half, mean over seeds and worst moment of any: "
    + "; ".join(
        f"{name} {values.mean():.2f} and {values.max():.2f}"
        for name, values in zip(settings["optimizers"], late, strict=True)
    )
    + f". c = {settings['c']}, learning rate {settings['lr']}, RMSProp for the generator.",
)

# %% [markdown]
# ## What to take along
#
# Clipping takes one line, and it trains. Its own authors call it "a clearly terrible way" to bound the
# slope: the bound is a guess, deep critics lose their gradients, and the critic stays simple.
#
# **Three questions.** You double $c$ for a critic of four layers: how does the bound change? Two runs
# report 0.02 and 0.9: which has the better samples? Is a network with small weights 1-Lipschitz?
#
# <details><summary>Answers</summary>
#
# 1. It grows 16 times. 2. Nobody can say, unless the critics are the same. 3. Not for that reason:
#    widths multiply. And a 1-Lipschitz network may have large weights that cancel.
#
# </details>
