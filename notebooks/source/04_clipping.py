# %% [markdown]
# The critic's slope has to be limited. In lesson 02 a leash did that, spectral normalisation. The first WGAN had a
# simpler leash, *weight clipping*: after each step of the critic, every weight goes back into a window from $-c$ to
# $c$. You read the algorithm, see it train, and then see what it costs.

# %% tags=["draws"]
import numpy as np
from scipy.stats import spearmanr

from starter.kit import figures, stored, widgets
from starter.kit.show import lesson_04 as draw

# %% [markdown]
# ## 1. The algorithm, line by line
#
# This is Algorithm 1 of the WGAN paper. RMSProp is an optimiser like Adam: it divides each step by the usual size of
# the gradient. Unlike Adam it keeps no memory of earlier directions (section 7).
#
# | line | in the paper | in our code |
# |---|---|---|
# | 2 | $n_{\text{critic}} = 5$ times: | a loop |
# | 3, 4 | draw 64 real samples and 64 noises | `sample` of the data, `sample_latent` |
# | 5 | the gradient of $\operatorname{mean} f(x) - \operatorname{mean} f(G(z))$ | the gradient of `critic_loss`, which is minus this |
# | 6 | a step of RMSProp, up | the same step, down the loss |
# | 7 | $w \leftarrow \operatorname{clip}(w, -c, c)$ with $c = 0.01$ | `clip_weights` |
# | 9-11 | the same for the generator, once, without line 7 | `generator_step` |
#
# Only line 7 is new:
#
# $$w \leftarrow \min(\max(w, -c), c) \tag{4.1}$$
#
# Here it is on four weights, with $c = 0.1$:

# %% tags=["nbval-check-output"]
print(np.clip([3.0, -0.02, 0.1, -0.5], -0.1, 0.1))

# %% [markdown]
# Two weights were outside, and now they stand at the ends of the window. One turn of the algorithm is
#
# $$n_{\text{critic}} \times (\text{draw, critic step, clip}), \quad \text{then one generator step} \tag{4.2}$$
#
# Take the smallest critic with two layers: one weight each, $f(x) = v\, w\, x$. It compares a real point, 2, with a
# fake one, 0, and its weights are small at first. **Predict:** where do they end? And the slope?

# %% tags=["predict", "nbval-check-output"]
predicted("04.1")
w, v, c, rate = 0.02, -0.05, 0.1, 0.5
for step in range(1, 6):
    in_w, in_v = 2 * v, 2 * w  # line 5: the gradient of f(2) - f(0) = 2 v w
    w, v = w + rate * in_w, v + rate * in_v  # line 6: a step up
    w, v = np.clip([w, v], -c, c)  # line 7
    print(f"step {step}: w = {w:+.2f}, v = {v:+.2f}, slope v w = {v * w:.4f}")

# %% [markdown]
# Both grow in size until they stop at an end of the window. The slope stops at $c^2 = 0.01$: one factor $c$ for each layer.
# Slope 1 would be right, but the data have no say in it.
#
# ## 2. Reading the curve
#
# We trained on garments three times: a WGAN with the paper's settings, a WGAN with the course's (ten times the rate,
# $c = 0.03$), and a standard GAN with the networks and the rate of the second. Does the number that one watches tell
# how good the samples are?
#
# We need a measure that asks no critic. Look at both sets of images from a random direction. There each image is one
# number, and sorting gives the exact W (lesson 01). The mean over 200 directions is the *sliced distance*:


# %%
def sliced_distance(real, fake, directions):
    real, fake = np.sort(real @ directions, axis=0), np.sort(fake @ directions, axis=0)
    return np.abs(real - fake).mean()


# %% [markdown]
# The *rank correlation* of two curves is 1 if they always rise and fall together, and -1 if one rises whenever the
# other falls. Both on small examples:

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
square, directions = rng.uniform(size=(500, 2)), rng.normal(size=(2, 200))
directions /= np.linalg.norm(directions, axis=0)
print(f"a square, moved by 1: sliced distance {sliced_distance(square, square + np.array([1, 0]), directions):.2f}")
print(f"both rise: {spearmanr([1, 2, 3, 4], [10, 11, 50, 60]).statistic:.0f}")
print(f"one rises, one falls: {spearmanr([1, 2, 3, 4], [9, 5, 4, 1]).statistic:.0f}")

# %% [markdown]
# The sliced distance is below $W = 1$: most directions see only a part of the move.
#
# The WGANs report their estimate. The GAN's discriminator maximises
# $L = \operatorname{mean} \log D(x) + \operatorname{mean} \log(1 - D(G(z)))$. For the best discriminator, $L / 2 + \log 2$
# is JS (sheet 02 measures it). A weaker one reaches less. So we plot $L / 2 + \log 2$ for the GAN: it is JS at most.
#
# **Predict:** for each of the three runs, does its number follow the quality of its samples?

# %% tags=["predict"]
predicted("04.2")
of_curves, runs = stored.load("04_curves")
of_seeds = range(len(of_curves["seeds"]))
print("step 100 to 3,000 (first seed): number, sliced distance; rank correlation (three seeds)")
for run, name in enumerate(["WGAN, paper", "WGAN, course", "GAN"]):
    number, distance = runs["medians"][:, run], runs["distances"][:, run]  # by seed, every 100 steps
    rank = [spearmanr(number[seed], distance[seed]).statistic for seed in of_seeds]
    ends = "{:.2f} to {:.2f}   {:.2f} to {:.2f}   ".format(*number[0, [0, -1]], *distance[0, [0, -1]])
    print(f"{name:14} {ends}", *(f"{of_seed:5.2f}" for of_seed in rank))

# %% tags=["draws"]
figures.show(
    draw.curves(of_curves, runs),
    alt="Upper row, what is reported over 3,000 generator steps: the estimates of both WGANs fall, the paper's after "
    "a rise; the GAN's number is level, below log 2. Lower row, the sliced distance: it falls for both WGANs and "
    "rises for the GAN.",
    caption="Medians of 101 steps; lines and bands: the middle and the range of three seeds. Dotted: two sets of real "
    "images.",
)

# %% tags=["draws"]
figures.show(
    draw.samples(runs["images"], ["paper's settings", "course's settings", "standard GAN"]),
    alt="Sixteen samples of each run: shirts, trousers and shoes, blurred with the paper's settings, clearer with the "
    "course's; those of the standard GAN are dark and noisy.",
    caption="After 3,000 steps, the first seed.",
)

# %% [markdown]
# The WGANs' numbers do: they fall while the samples get better, though the paper's swings at first. The GAN's number
# hardly moves while, by this measure, its samples get worse. (Its rank correlation is positive all the same: a small rise counts as much as a large one.)
#
# A WGAN's curve says something about its samples. Read it with care:
#
# - **Sign.** The critic's *loss* is negative. What is plotted is minus the loss.
# - **Scale.** Its unit is the score of *this* critic. The two WGANs' numbers differ more than tenfold, and their samples
#   do not.
# - **Noise.** One value comes from one batch of 64. Look at the median.
#
# <details><summary>For the curious: two measures, two verdicts on the GAN</summary>
#
# Lesson 06 holds these runs against the Fréchet distance, which looks at features instead of pixels. By that measure
# the same GAN gets *better*, from 496 to 318. There the runs were watched from step 300 to 2,000 only, so the
# numbers differ from those above: the rank correlations of the first seed are 0.22
# (paper), 0.85 (course) and 0.38 (GAN) with the sliced distance, and 0.22, 0.95 and -0.57 with the Fréchet distance.
# At the paper's small rate, 2,000 steps are too few for the estimate to settle.
#
# </details>
#
# ## 3. The price: nobody knows K
#
# With slope at most $K$, the best that a critic can report is $K \cdot W$. For $L$ layers, the window bounds $K$ (you
# derive that in the sheet):
#
# $$|f(x) - f(y)| \le K_1 \lVert x - y \rVert_1, \qquad K_1 = c^L \prod_{\text{hidden}} \text{width} \tag{4.3}$$
#
# ($\lVert x - y \rVert_1$ adds up the sizes of all coordinates.) Take the two segments of lesson 01, where $W = \theta$.
# The way across is level, so one coordinate is all that counts. A critic's estimate divided by $\theta$ is its mean slope
# on that way. So its $K_1$ is at least that. For each of seven distances, four critics with two hidden layers of 32
# units were trained with $c = 0.1$. **Predict:** do they all report the same multiple of $\theta$?

# %% tags=["predict"]
predicted("04.3")
of_segments, arrays = stored.load("04_segments")
bound = of_segments["c"] ** 3 * 32 * 32  # equation (4.3)
print(f"bound on the slope: {bound:.2f}")
print("distance   estimate / distance   steepest place found")
for theta, reported, steepest in zip(of_segments["thetas"], arrays["reported"], arrays["steepest"], strict=True):
    multiple = reported / theta
    print(f"{theta:8} {multiple.min():11.2f} to {multiple.max():.2f} {steepest.min():14.2f} to {steepest.max():.2f}")

# %% tags=["draws"]
figures.show(
    draw.segments(of_segments, arrays, bound),
    alt="Left: dots for 28 critics, their estimate per unit of distance, scattered between a fifth and a half, and "
    "dashes for their steepest places, on the dots or a little above; the dashed bound is far above, at one. Right: "
    "a histogram of their weights with a tall spike at each end of the window.",
    caption="One window, 28 different slopes.",
)

# %% [markdown]
# No. Even four critics of one distance differ, and all stay below half of the bound. (At distances 2 and 5 a critic is
# steeper in one place than on average. There the dots say less about $K_1$.)
#
# So a clipped critic's estimate is not W, and not even a fixed multiple of it. The WGAN paper itself warns against
# comparing different critics.
#
# Look at the weights: they started evenly spread over the window, and now many stand at its ends. A limited slope (one
# says: to be Lipschitz) is a property of the *function*, but clipping acts on the *weights*. One window holds functions
# of very different slopes.
#
# ## 4. The price: depth
#
# Twelve layers multiply. If a gradient shrinks to a tenth in each layer on its way back, $10^{-11}$ of it is left after
# eleven. If it doubles in each, it is 2,048 times as large. **Predict:** which of the two happens for $c = 0.1$,
# for 0.01 and for 0.001?

# %% tags=["predict"]
predicted("04.4")
of_depth, arrays = stored.load("04_depth")
layers = np.arange(1, 13)
names = [f"c = {c:g}" for c in of_depth["windows"]] + ["leash of lesson 05"]
for name, logs in zip(names, arrays["log10_norms"].mean(axis=1), strict=True):  # the mean of three seeds
    slope, _ = np.polyfit(layers, logs, deg=1)
    print(f"{name:18}: one layer back, a gradient is {10**-slope:.3g} times as large")

# %% tags=["draws"]
figures.show(
    draw.depth(of_depth, arrays),
    alt="Norms of gradients over twelve layers on a logarithmic scale: falling steeply towards the first "
    "layer for c = 0.001 and 0.01, rising for c = 0.1, flat with the leash of lesson 05.",
    caption="Three seeds each, thin lines, and their mean. After WGAN-GP (Gulrajani et al., 2017), figure 1b.",
)

# %% [markdown]
# With $c = 0.1$ the gradient doubles in each layer. With the smaller windows it vanishes: a straight line on a
# logarithmic scale is exponential.
#
# Either way, the gradient that reaches the generator has no sensible size. Some window in between will do, but it has
# to be found anew for each network. For comparison, in pink, the leash of lesson 05.
#
# <details><summary>For the curious: the settings</summary>
#
# As in the paper: points along a spiral (the Swiss roll), 12-layer ReLU networks, RMSProp 5e-5, five critic steps. It
# does not say the width; ours is 128. Scaled down: batches of 64, 300 generator steps.
#
# </details>
#
# ## 5. The price: simple critics
#
# The data are now points in the plane, and the fakes are real points plus noise from $\mathcal{N}(0, I)$. No generator
# learns, so the critic may train in peace. **Predict:** for the eight bumps on a circle of lesson 03, where will a
# clipped critic score highest?

# %% tags=["predict"]
predicted("04.5")
of_surfaces, arrays = stored.load("04_surfaces")
scores, grid = arrays["surface"][0].astype(float), arrays["grid"]
x, y = abs(grid[:, None, None] - arrays["points"][0].astype(float)).argmin(axis=0).T  # the ring's points on the grid
print(f"the middle of the ring outscores {np.mean(scores[0, 40, 40] > scores[0, y, x]):.0%} of the real points")
print("pairs of a real and a fake point in which the real one scores higher:")
for name, clipped, other in zip(of_surfaces["laws"], *arrays["pairs"], strict=True):
    print(f"  {name:12}: clipped {clipped:.0%}, leash of lesson 05 {other:.0%}")

# %% tags=["draws"]
figures.show(
    draw.surfaces(of_surfaces["laws"], grid, scores, arrays["points"]),
    alt="Scores of clipped critics on 8 Gaussians, 25 Gaussians and the Swiss roll, in shades of green: one "
    "broad hill in the middle of each, whatever the shape of the data.",
    caption="The darker, the higher the score; blue: real points. After WGAN-GP, figure 1a, with one seed.",
)

# %% [markdown]
# In the middle of the ring, where no data are. Each critic is one hill: it knows where the data are on average, how far
# they spread, and little else. (Guessing is right in half of the pairs.)
#
# What became of its weights? Here are those of the critic of the Swiss roll:

# %% tags=["draws"]
of_roll = arrays["histogram"][:, 2]
figures.show(
    draw.two_histograms(*of_roll),
    alt="Left, the clipped critic's weights: two tall spikes at the ends of the window and little between. Right, those "
    "under the leash of lesson 05: one smooth hill around zero.",
    caption="After WGAN-GP, figure 1b.",
)
ends = of_roll[0, [0, -1]].sum() / of_roll[0].sum()
print(f"{ends:.0%} of the clipped weights lie in the outer 2.5% of the window, where 2.5% of them started")

# %% [markdown]
# The critic wants to be as steep as it may, so it pushes its weights to the ends. The authors of WGAN-GP see in this the
# reason why its functions are so simple.
#
# <details><summary>For the curious: the settings</summary>
#
# As in the paper: $c = 0.01$, RMSProp 5e-5, batches of 256, three hidden layers. Scaled down: 128 units in each for 512,
# 4,000 critic steps for 100,000. The weights start evenly spread over the window.
#
# </details>
#
# ## 6. Choosing c
#
# Garments again, and only $c$ changes. **Predict** for $c = 0.001$ and $c = 0.3$: how good are the samples, how large is
# the estimate, and where do the weights lie?

# %% tags=["predict"]
predicted("04.6")
of_windows, windows = stored.load("04_windows")
print("    c   estimate at the end   sliced distance (three seeds)   weights at the ends")
for c, last, distance, share in zip(of_windows["windows"], *(windows[key] for key in ("last", "distance", "at_edge"))):
    of_seeds = " ".join(f"{of_seed:.3f}" for of_seed in distance)
    print(f"{c:5} {float(f'{np.median(last):.2g}'):21g} {of_seeds:>31} {np.median(share):21.0%}")

# %% tags=["draws"]
figures.show(
    draw.windows_strip(of_windows, windows, [0.001, 0.01, 0.03, 0.3]),
    alt="Twelve samples for each of four windows: blurred for 0.001, clearest for 0.01 and 0.03, noisy for 0.3.",
    caption="After 500 generator steps, the first seed.",
)

# %% [markdown]
# With both, the samples are worse than in between, where they hardly differ. From the smallest to the largest window
# the estimate grows about eight million times. The weights pile up at the ends of all windows, least in the widest one.
#
# So the number on the curve says more about $c$ than about the samples. Move $c$ yourself:

# %% tags=["draws"]
widgets.slider(
    draw.Window(of_windows, windows),
    "c",
    of_windows["windows"],
    start=0.03,
    alt="Left: samples of a generator trained with this window. Middle: the critic's weights over the "
    "window. Right: its estimate over the steps, with those of the other windows in grey.",
)

# %% [markdown]
# ## 7. Momentum
#
# Adam steps along a moving average of past gradients. This is *momentum*, and the nearer $\beta_1$ is to 1, the longer
# it remembers. The WGAN paper says that with momentum for the critic training "becomes unstable at times", and so
# takes RMSProp. **Predict:** does $\beta_1 = 0.5$ harm, and does 0.9?

# %% tags=["predict"]
predicted("04.7")
of_momentum, arrays = stored.load("04_momentum")
print("                   garments: sliced distance   eight Gaussians: W")
for name, garments, ring in zip(of_momentum["optimizers"], arrays["garments"], arrays["distance"], strict=True):
    late = ring[len(ring) // 2 :]  # the second half of the training
    of_seeds = " ".join(f"{end:.3f}" for end in garments[:, -1])  # after 300 steps
    print(f"{name:18} {of_seeds:>25}   {late.mean():.2f}, at worst {late.max():.2f}")

# %% tags=["draws"]
figures.show(
    draw.momentum(of_momentum, arrays),
    alt="Left: the sliced distance over 300 generator steps for three optimisers of the critic: RMSProp and Adam "
    "with beta1 = 0.5 fall together, 0.9 stays far above. Right: six samples of each; those for 0.9 are much alike.",
    caption="Lines and bands: the middle and the range of three seeds. Samples: the first seed.",
)

# %% [markdown]
# 0.5 does no harm here. With 0.9, all three seeds are far behind, and they draw much the same garment again and again.
#
# None of these runs breaks down, and on the eight Gaussians (five seeds) all optimisers are alike. So "at times" is
# well said. RMSProp is the safe choice.
#
# ## What to take along
#
# Clipping takes one line, and it trains. Its own authors call it "a clearly terrible way" to limit the slope: $c$ is a
# guess, a deep critic loses its gradients, and a clipped critic stays simple. Lesson 05 asks the function itself how
# steep it is.
#
# **Three questions.** You double $c$ for a critic of four layers: how does the bound change? Two runs
# report 0.02 and 0.9: which has the better samples? Has a network with small weights slope 1 at most?
#
# <details><summary>Answers</summary>
#
# 1. It grows 16 times. 2. Nobody can say, unless the critics are the same. 3. Not for that reason: widths multiply.
#    And a network of slope 1 may have large weights that cancel.
#
# </details>
