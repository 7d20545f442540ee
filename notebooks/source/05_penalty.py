# %% [markdown]
# The critic's slope has to be limited, and this course calls whatever limits it a leash. Clipping, in lesson 04,
# holds the weights and hopes that the slope follows. Now the critic *pays* for a wrong slope. This is the
# **gradient penalty**, and with it the game is called WGAN-GP (Gulrajani et al., 2017). In sheet 05 you write it.

# %% tags=["draws"]
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment, linprog
from scipy.spatial.distance import cdist
from scipy.stats import norm
from torch import nn

from starter.kit import figures, stored, widgets
from starter.kit.show import lesson_05 as draw

# %% [markdown]
# ## 1. How steep should a critic be?
#
# Take 40 real and 40 fake points. They are so few that a linear programme finds the best critic of slope at most 1,
# as in lesson 01. Its unknowns are 80 scores:

# %%
rng = np.random.default_rng(1)
real, fake = rng.normal(size=(40, 2)) + np.array([0, 0.8]), rng.normal(size=(40, 2))
points = np.concatenate([real, fake])
a, b = np.where(~np.eye(80, dtype=bool))  # the numbers of all pairs of points
climb = np.eye(80)[a] - np.eye(80)[b]  # climb @ f is f(a) - f(b), and may not exceed |a - b|
estimate = np.repeat([1 / 40, -1 / 40], 40)  # estimate @ f is mean f(real) - mean f(fake)
f = linprog(-estimate, A_ub=climb, b_ub=cdist(points, points)[a, b], bounds=(None, None)).x

# %% [markdown]
# The cheapest plan sends each fake to a real point of its own, its *partner*. **Predict:** how steep is the best critic
# between partners? And between any fake and any real point?

# %% tags=["predict"]
distance = cdist(real, fake)
partner = linear_sum_assignment(distance)[1]  # the cheapest plan
slopes = (f[:40, None] - f[None, 40:]) / distance  # from each fake to each real point
best = slopes[np.arange(40), partner]
print("How steep is the best critic?")
print(f"partners: slopes from {best.min():.3f} to {best.max():.3f}")
print(f"all pairs: median {np.median(slopes):.2f}, and {np.mean(slopes > 0.99):.0%} above 0.99")

# %% tags=["predict", "draws"]
figures.show(
    draw.pairs(real, fake, partner, slopes),
    alt="Left: real and fake points joined in pairs. Right: histogram of slopes: all "
    "partners at one, while the slopes of all pairs spread from minus one to one.",
    caption="Between partners the best critic is exactly as steep as it may be. Between others it is less steep.",
)

# %% [markdown]
# Between partners the slope is exactly 1. Between other points it is at most 1, and mostly less.
#
# <details><summary>For the curious: the theorem</summary>
#
# Proposition 1 of the WGAN-GP paper: *if* the best critic is differentiable and no point is its own partner, then on
# the straight line between partners its gradient has length 1 and points from the fake to the real one. The conditions
# matter.
#
# </details>
#
# ## 2. The penalty
#
# During training nobody knows the partners. So WGAN-GP takes *any* real image $x$ and *any* fake $G(z)$. At a random
# point on the line between them it measures the slope, and it punishes what differs from 1:
#
# $$\hat{x} = \epsilon\, x + (1 - \epsilon)\, G(z), \quad \epsilon \sim U[0, 1] \tag{5.1}$$
# $$n_i = \lVert \nabla f(\hat{x}_i) \rVert_2 \tag{5.2}$$
# $$\text{GP} = \operatorname{mean}\,(n_i - 1)^2 \tag{5.3}$$
#
# The critic now minimises $L_{\text{critic}} + \lambda\, \text{GP}$. The number $\lambda$ says how much a wrong slope
# costs; the paper takes 10. To ask for slope 1 between *all* pairs is a habit that works, not a theorem.
#
# <details><summary>For the curious: must a slope below 1 be punished?</summary>
#
# The distance asks for "at most 1". A *one-sided* penalty leaves smaller slopes alone (Petzka et al., 2018):
#
# $$\text{LP} = \operatorname{mean}\, \max(0,\ n_i - 1)^2 \tag{5.4}$$
#
# The WGAN-GP paper (appendix C) counts 100 wins for two sides and 77 for one, and calls it not significant. On a line,
# two sides are a trap: see the end of lesson 10.
#
# </details>
#
# ## 3. Differentiating twice
#
# The slope (5.2) is itself a gradient, and training differentiates it once more, in the weights. Torch can do that only
# if it recorded how it computed the slope, and `create_graph=True` asks it to. Take a tiny critic,
# $f(x) = v \tanh(w x)$. **Predict:** without `create_graph`, is the penalty's value wrong?

# %% tags=["predict", "nbval-check-output"]
v, w, x = (torch.tensor(value, requires_grad=True) for value in (2.0, 1.5, 0.4))
recorded = {}
print("The penalty, without and with the record:")
for create_graph in (False, True):
    score = v * torch.tanh(w * x)
    (slope,) = torch.autograd.grad(score, x, create_graph=create_graph)
    gp = (slope - 1) ** 2
    print(f"create_graph={create_graph}: penalty {gp:.3f}, leads to v and w: {gp.requires_grad}")
    recorded[f"create_graph={create_graph}"] = {"score": score, "penalty": gp}

# %% [markdown]
# It is right both times. But without `create_graph` no path leads from it to the weights: the penalty stands in the
# log, and trains nothing.
#
# The drawing follows what torch recorded, from each number down to the weights:

# %% tags=["draws"]
figures.show(
    draw.graphs(recorded, {"v": v, "x": x, "w": w}),
    alt="Two graphs of boxes and arrows. Without create_graph the penalty is a lone number. With it, "
    "arrows lead from the penalty through the recorded backward pass to the weights v and w.",
    caption="Grey: the forward pass. Pink: the backward pass, which is recorded on the right only.",
)

# %% [markdown]
# ## 4. What does such a critic report?
#
# On a line it can be worked out. Real numbers follow $\mathcal{N}(0, 1)$ and fakes $\mathcal{N}(1, 1)$, so $W = 1$.
#
# **Predict:** does a critic with the penalty report less than $W$, exactly $W$, or more?

# %%
predict("05.1", "...")

# %% [markdown]
# Let $s(x)$ be the critic's slope, downhill from real to fake, and $q(x)$ the density of $\hat{x}$. Let $d(x)$ be the
# share of the real numbers below $x$, minus the share of the fakes: as many have to pass $x$ on their way. Where many
# pass, a steeper critic gains more. Where many points $\hat{x}$ lie, a wrong slope costs more. The best critic has
#
# $$s(x) = 1 + \frac{d(x)}{2 \lambda\, q(x)} \tag{5.5}$$
# $$\text{estimate} = W + \frac{1}{2 \lambda} \int \frac{d^2}{q}\, dx \tag{5.6}$$
#
# <details><summary>For the curious: how one gets there</summary>
#
# Both parts of the loss can be written with slopes alone, the left one by integration by parts:
#
# $$\operatorname{mean} f(x) - \operatorname{mean} f(G(z)) = \int d(x)\, s(x)\, dx, \qquad
# \text{GP} = \int q(x)\, (s(x) - 1)^2\, dx$$
#
# So the whole loss is one integral,
#
# $$\int \Big( -d\, s + \lambda\, q\, (s - 1)^2 \Big)\, dx .$$
#
# An integral is a sum over places, so each $x$ has a best $s$ of its own: the lowest point of a parabola, where the
# derivative $-d + 2 \lambda q\,(s - 1)$ is 0. This gives (5.5). In the first integral, with $\int d\,dx = W$, it gives
# (5.6).
#
# </details>

# %%
x, epsilon = np.linspace(-6, 7, 1301), (np.arange(100)[:, None] + 0.5) / 100
d = norm.cdf(x) - norm.cdf(x, loc=1)
q = norm.pdf(x, loc=1 - epsilon, scale=np.hypot(epsilon, 1 - epsilon)).mean(axis=0)  # the mean over epsilon


def slope(lambda_):
    return 1 + d / (2 * lambda_ * q)  # equation (5.5)


def estimate(lambda_):
    return 1 + np.trapezoid(d**2 / q, x) / (2 * lambda_)  # equation (5.6)


# %% tags=["predict", "nbval-check-output"]
predicted("05.1")
print("W = 1")
for lambda_ in (0.1, 1, 10, 100):
    print(f"lambda {lambda_}: slope {slope(lambda_)[650]:.3f} half way, estimate {estimate(lambda_):.3f}")

# %% [markdown]
# More. A slope a little over 1 costs little and gains something.
#
# Move $\lambda$:

# %% tags=["draws"]
LAMBDAS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
widgets.slider(
    draw.Line(x, slope, estimate, LAMBDAS),
    "λ (unit of x)",
    LAMBDAS,
    start=10,
    alt="Left: the slope of the best critic over x, above the dotted line at one. Right: its estimate "
    "over λ, falling towards W = 1.",
)

# %% tags=["draws"]
settings, line = stored.load("05_line")
figures.show(
    draw.line_strip(x, slope, estimate, [0.1, 1, 10, 100], line),
    alt="Four panels, λ from 0.1 to 100: the exact slope as a solid curve, always above one and close "
    "to it for large λ; trained critics, dashed, are about as steep where the data lie.",
    caption=f"Solid: equation (5.5). Dashed, but for λ = 100: trained critics (one seed; estimates are means of "
    f"{settings['seeds']} seeds).",
)

# %% [markdown]
# So "the penalty makes the slope 1" is wrong: the slope exceeds 1, most where data are rare. Where there are none,
# nothing constrains a trained critic.
#
# **$\lambda$ is a length**: in (5.5), $d$ is a share, and $q$ is a share per length. For two single points at distance
# $\theta$ (there $d = 1$ and $q = 1/\theta$) the slope is $1 + \theta / 2\lambda$. With $\lambda = 10$, points 1 apart give 1.05. With pixels in [0, 255]
# instead of [-1, 1] they are 127.5 apart, and the slope is 7.4: a much looser leash.
#
# ## 5. What the critic learns to see
#
# Here fakes are real points plus $\mathcal{N}(0, I)$, and stay so. One critic is trained clipped, one with the penalty.
# The best critic of slope 1 is computed from 1,000 real and 1,000 fake points, as in section 1.

# %%
_, trained = stored.load("04_surfaces")
settings, exact = stored.load("05_potential")
right = {"clipping": trained["pairs"][0], "penalty": trained["pairs"][1], "best": exact["pairs"].mean(axis=1)}

# %% [markdown]
# You know the first two from lesson 04. **Predict:** take a fresh real and a fresh fake point. How often does the
# *best* critic score the real one higher?

# %% tags=["predict", "nbval-check-output"]
names = settings["distributions"]
print("real point higher, in %:", *(f"{name:>14}" for name in names))
for critic, shares in right.items():
    print(f"{critic:>23}:", *(f"{100 * share:14.0f}" for share in shares))
low, high = 100 * exact["pairs"].min(axis=1), 100 * exact["pairs"].max(axis=1)
print("  best, in five samples:", *(f"{f'{a:.0f} to {b:.0f}':>14}" for a, b in zip(low, high)))

# %% [markdown]
# Not always, because the two clouds overlap. The clipped critic is right two times in three, and the one with the
# penalty about as often as the best.
#
# The scores over the plane show why. The clipped critic sees one hill. With the penalty it sees a good part of what
# the best one sees, least on 25 Gaussians:

# %% tags=["draws"]
figures.show(
    draw.surfaces(
        names,
        trained["grid"],
        {"clipping": trained["surface"][0], "penalty": trained["surface"][1], "best of slope 1": exact["surface"]},
        trained["points"],
    ),
    alt="Scores of nine critics in shades of green, with blue real points. Clipped ones are one hill each. With the "
    "penalty, and still more for the best critic, 8 Gaussians are hills around a hollow, and the roll is a bent ridge. "
    "On 25 Gaussians small bumps sit on one hill.",
    caption="Blue: real points. Each trained critic is a single run.",
)

# %% [markdown]
# What do the two report?

# %% tags=["nbval-check-output"]
print(f"{'estimate':>23}:", *(f"{name:>14}" for name in names))
for critic, estimates in zip(("clipping", "penalty"), trained["estimate"]):
    print(f"{critic:>23}:", *(f"{number:14.3g}" for number in estimates))
mean, spread = exact["distance"].mean(axis=1), exact["distance"].std(axis=1, ddof=1)
print("  W, five exact samples:", *(f"{f'{m:.2f} ± {s:.2f}':>14}" for m, s in zip(mean, spread)))

# %% [markdown]
# Neither reports $W$. (With $\lambda = 0.1$, as in the paper's code for toys, the estimate must be far too large, by
# (5.6). $W$: mean and standard deviation over samples of 2,000 points.)
#
# ## 6. On garments
#
# The *Lipschitz meter* measures how steep a critic is between real and fake images while it learns:

# %% tags=["draws"]
settings, result = stored.load("05_meter")
seen = {
    case: [dict(zip(settings["columns"], of_seed)) for of_seed in seeds]
    for case, seeds in zip(settings["cases"], result["seen"])
}
figures.show(
    draw.meters(seen),
    alt="Five panels on the same logarithmic axis of slopes over 300 generator steps. Without a leash the slope grows "
    "to hundreds, for c = 0.01 it is near 0.07, for 0.03 between 0.6 and 1, for 0.1 near 20, and with the penalty at one.",
    caption="Lines: the median slope, for three seeds. Bands: nine tenths of all slopes.",
)

# %% [markdown]
# The penalty holds the slope near 1. Clipping holds it wherever $c$ puts it; for this network, $c = 0.03$ happens to be
# near 1. Does the penalty work by keeping the weights small? Both critics started with torch's own first weights, most
# of which are smaller than 0.029. After 75 seconds with either:

# %% tags=["nbval-check-output"]
_, result = stored.load("05_side_by_side")
print(f"weights of 0.029 or more in size: {result['first_at_edge']:.0%} before training,")
print(f"{result['clip_at_edge']:.0%} after it with c = 0.03, {result['penalty_at_edge']:.0%} with the penalty")
print(f"one critic step: {result['ms_clip']:.1f} ms with clipping, {result['ms_penalty']:.1f} ms with the penalty")

# %% [markdown]
# No: with the penalty far more weights are large than before. It holds the slope of the *function*. The price is that
# a step takes 1.5 times as long.
#
# **No batch normalisation in this critic.** (5.2) speaks of one image. Move sample 0 of eight:

# %% tags=["nbval-check-output"]
torch.manual_seed(0)
batch = torch.randn(8, 2)
changed = batch.clone()
changed[0] += 1
moved = {}
for kind in (nn.BatchNorm1d, nn.LayerNorm, nn.Identity):
    critic = nn.Sequential(nn.Linear(2, 32), kind(32), nn.ReLU(), nn.Linear(32, 1))
    change = (critic(changed) - critic(batch)).detach().abs().flatten()
    print(f"{kind.__name__:12} sample 0: {change[0]:.2f}, largest of the others: {change[1:].max():.2f}")
    moved[kind.__name__] = change

# %% [markdown]
# With batch normalisation all scores change, so "the slope at one image" has no meaning. Use layer normalisation, or
# none.
#
# ## 7. Which generator do you look at?
#
# Each step pushes the generator's weights to and fro. So `train` keeps a second generator, a *moving average*: after
# each step its weights are 99 % of what they were plus 1 % of the trained ones. **The `sample` of a run, and its
# pictures, draw from the average.** The last weights are in its `generator`. The same noise through both:

# %% tags=["draws"]
settings, result = stored.load("05_losses")
marks = (200, settings["steps"])
figures.show(
    draw.averages(result["images"], marks),
    alt="Four rows of ten garments, at step 200 and at the last step, drawn with the last weights and with the "
    "average. The average's are smoother.",
    caption="The same noise in each row. One seed.",
)

# %% [markdown]
# In numbers, by the *Fréchet distance*: how far the features that a classifier sees in two sets of images are apart
# (lesson 06). Lower is better.

# %% tags=["nbval-check-output"]
for step in (100, 200, 500, 1000):
    of_average, of_last = result["distances"][:, step // settings["every"] - 1].mean(axis=0)
    print(f"step {step:5}: average {of_average:.0f}, last weights {of_last:.0f} (means of three seeds)")

# %% [markdown]
# The average is clearly ahead at first. Later little of that is left.
#
# ## 8. Reading losses
#
# Three healthy trainings, and one that cannot succeed: its generator ends in a sigmoid and never draws black (lesson 03).
# (It was stopped at step 400.) **Predict:** who has the lowest loss of the generator in the end, and who the lowest
# estimate?

# %% tags=["predict", "draws"]
figures.show(
    draw.losses(result, settings["every"]),
    alt="Three panels over generator steps. The estimate falls for three seeds and stays flat, far above, for the "
    "generator with a sigmoid. The generator's loss jitters and drifts down; with the sigmoid it is lowest. The "
    "Fréchet distance falls for the three seeds, and stays near 1,100 with the sigmoid.",
    caption="Medians of 25 steps in the first two panels. Dashed: one seed.",
)

# %% tags=["predict", "nbval-check-output"]
print("mean of the last 100 steps:  estimate  generator's loss  Fréchet distance")
for seed in range(3):
    last = [result[name][seed, -100:].mean() for name in ("wasserstein", "generator_loss")]
    print(f"healthy, seed {seed}             {last[0]:10.1f} {last[1]:17.1f} {result['distances'][seed, -1, 0]:17.0f}")
last = [result[f"sigmoid_{name}"][-100:].mean() for name in ("wasserstein", "generator_loss")]
print(f"sigmoid                     {last[0]:10.1f} {last[1]:17.1f} {result['sigmoid_distances'][-1, 0]:17.0f}")

# %% [markdown]
# The generator that cannot succeed has the lowest loss of the four. The lowest estimates are those of the three healthy
# ones, 1.3 to 1.4, while its own stays at 38. So the estimate tells it from the others, and the loss does not.
#
# > **Reading losses**
# >
# > - **The generator's loss drifts.** It is minus the mean score of the fakes. Add 5 to all scores: the critic's loss
# >   stays, the generator's falls by 5. Nothing holds the level of the scores.
# > - **A flat curve is not convergence.** The dashed estimate is flat from the start. Flat means that neither player
# >   gains on the other, not that the fakes are good.
# > - **Watch instead** the estimate of *one* run, smoothed; the images of the same noise; the penalty, which should be
# >   small; and at times the Fréchet distance to images that were not trained on.
# > - **When to stop?** No loss says it. Stop when images and Fréchet distance no longer improve. Keep checkpoints.
#
# <details><summary>Code is not paper: six differences</summary>
#
# | the paper says | the authors' code does | this course does |
# |---|---|---|
# | WGAN: 5 critic steps | 100 for the first 25 generator steps, and at every 500th | as the paper |
# | WGAN: step, then clip | the first code clips before the step | as the paper |
# | a step of the generator | the first code freezes the critic for it | does not: the critic is not stepped |
# | curves | filtered with a median of 101 steps | says so where it filters |
# | WGAN-GP: Adam with $\beta_1 = 0$ | 0.5 for toys and MNIST, 0 for the large networks | 0.5 |
# | WGAN-GP: $\lambda = 10$ | 0.1 for toys | 10 for garments, 0.1 for toys |
#
# </details>
#
# ## Keep in mind
#
# - The penalty asks the function for its slope, not the weights for their size.
# - Slope 1 is a theorem between partners and a habit elsewhere. The estimate lies above $W$.
# - WGAN-GP need not converge with few critic steps, and carefully tuned clipping can beat it (Lucic et al., 2018).
