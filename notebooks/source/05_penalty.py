# %% [markdown]
# Clipping squeezes the weights and hopes that the slope follows. This lesson asks the critic itself
# how steep it is. You see what the theory promises, what the penalty asks instead, what that does to
# the estimate, and what it buys. Sheet 05 has you write it.

# %%
import numpy as np
import torch
from IPython.display import Markdown
from scipy.optimize import linear_sum_assignment, linprog, minimize_scalar
from scipy.spatial.distance import cdist
from scipy.stats import norm
from torch import nn

from starter.kit import figures, pretrained, stored, toys, widgets
from starter.kit.show import lesson_05 as draw

# %% [markdown]
# ## 1. Where the slope is 1
#
# WGAN-GP rests on its Proposition 1. Take the best critic $f^*$ of slope at most 1, and the cheapest
# plan, which sends each fake to a real partner. **If** $f^*$ is differentiable and no point is its own
# partner, then between partners $f^*$ climbs with slope exactly 1.
#
# Between partners. For 40 real and 40 fake points, a linear programme finds the best critic's scores.
# How steep is it from fake to real, for partners and for all 1,600 pairs?

# %%
rng = np.random.default_rng(1)
real, fake = rng.normal(size=(40, 2)) + np.array([0, 0.8]), rng.normal(size=(40, 2))
points = np.concatenate([real, fake])
a, b = np.where(~np.eye(80, dtype=bool))  # the numbers of all pairs of points
climb = np.eye(80)[a] - np.eye(80)[b]  # climb @ f is f(a) - f(b), and may not exceed |a - b|
estimate = np.repeat([1 / 40, -1 / 40], 40)  # estimate @ f is mean f(real) - mean f(fake)
f = linprog(-estimate, A_ub=climb, b_ub=cdist(points, points)[a, b], bounds=(None, None)).x

# %%
distance = cdist(real, fake)
partner = linear_sum_assignment(distance)[1]  # the cheapest plan
slopes = (f[:40, None] - f[None, 40:]) / distance  # from each fake to each real point
best = slopes[np.arange(40), partner]
print(f"estimate {estimate @ f:.4f}, mean distance of partners {distance[np.arange(40), partner].mean():.4f}")

# %% tags=["draws"]
figures.show(
    draw.pairs(real, fake, partner, slopes),
    alt="Left: real and fake points joined in optimal pairs. Right: histogram of slopes: all optimal "
    "pairs at one, while the slopes of all pairs spread from minus one to one.",
    caption=f"Partners: slopes from {best.min():.3f} to {best.max():.3f}. All pairs: median "
    f"{np.median(slopes):.2f}, and {np.mean(slopes > 0.99):.0%} above 0.99.",
)

# %% [markdown]
# Nobody knows the partners during training. So the penalty takes *independent* pairs, a random point
# between them, and asks for slope 1 there, where the theory promises only "at most 1":
#
# $$\hat{x} = \epsilon\, x + (1 - \epsilon)\, G(z), \quad \epsilon \sim U[0, 1] \tag{5.1}$$
# $$n_i = \lVert \nabla f(\hat{x}_i) \rVert_2 \tag{5.2}$$
# $$\text{GP} = \operatorname{mean}\,(n(\hat{x}) - 1)^2 \tag{5.3}$$
#
# It is a habit that works, not a theorem.
#
# ## 2. By hand and by machine
#
# For $f(x) = w \cdot x$ the gradient is $w$, so $\text{GP} = (\lVert w \rVert - 1)^2$, and its own
# gradient is $2(\lVert w \rVert - 1)\, w / \lVert w \rVert$. With $w = (1.8, 2.4)$, of length 3: what
# does descent do to $w$?

# %% tags=["nbval-check-output"]
w = torch.tensor([1.8, 2.4], requires_grad=True)
x = torch.tensor([0.3, -0.7], requires_grad=True)
(slope,) = torch.autograd.grad(w @ x, x, create_graph=True)
gp = (slope.norm() - 1).square()
(by_machine,) = torch.autograd.grad(gp, w)
print("GP", round(gp.item(), 4), "gradient by machine", [round(g, 4) for g in by_machine.tolist()])
print("gradient by hand", [round(2 * (3 - 1) * entry / 3, 4) for entry in (1.8, 2.4)])

# %% [markdown]
# It makes $w$ shorter and keeps its direction.
#
# ## 3. Differentiating twice
#
# The slope is itself a gradient, and the penalty has to be differentiated once more. Autograd can do
# that only if it recorded how it computed the slope: `create_graph=True`. Here is what it recorded for
# $f(x) = v \tanh(w x)$. The drawing follows each tensor's `grad_fn` down to the leaves.

# %%
v, w, x = (torch.tensor(value, requires_grad=True) for value in (2.0, 1.5, 0.4))
recorded = {}
for create_graph in (False, True):
    score = v * torch.tanh(w * x)
    (slope,) = torch.autograd.grad(score, x, create_graph=create_graph)
    gp = (slope - 1) ** 2
    print(f"create_graph={create_graph}: penalty {gp:.3f}, leads to v and w: {gp.requires_grad}")
    recorded[f"create_graph={create_graph}"] = {"score": score, "penalty": gp}

# %% tags=["draws"]
figures.show(
    draw.graphs(recorded, {"v": v, "x": x, "w": w}),
    alt="Two graphs of boxes and arrows. Without create_graph the penalty is a lone number. With it, "
    "arrows lead from the penalty through the recorded backward pass to the weights v and w.",
    caption=f"Both penalties are {gp.item():.3f}. Grey: the forward pass. Pink: the backward pass, "
    "recorded. Blue: leaves. Only on the right does a path lead from the penalty to v and w.",
)

# %% [markdown]
# On the left nothing fails: the number is right, and the weights never hear of it. Descent on the
# right passes `TanhBackward`, the derivative of a derivative, so a penalised step costs more.
#
# ## 4. What the penalised critic reports
#
# On the line everything can be worked out. Real numbers follow $\mathcal{N}(0, 1)$, fakes
# $\mathcal{N}(1, 1)$, so $W = 1$. With $d$ the difference of the two distribution functions and $q$
# the density of $\hat{x}$, each $x$ chooses its slope $s$ by itself: it minimises
# $-|d|\, s + \lambda q\, (s - 1)^2$. So
#
# $$|f'(x)| = 1 + \frac{|d(x)|}{2 \lambda\, q(x)} \tag{5.5}$$
# $$\text{estimate} = W + \frac{1}{2 \lambda} \int \frac{d^2}{q}\, dx \tag{5.6}$$
#
# **Predict:** is the estimate below, at or above $W$?

# %% tags=["predict", "nbval-check-output"]
x, epsilon = np.linspace(-6, 7, 1301), (np.arange(100)[:, None] + 0.5) / 100
d = norm.cdf(x) - norm.cdf(x, loc=1)
q = norm.pdf(x, loc=1 - epsilon, scale=np.hypot(epsilon, 1 - epsilon)).mean(axis=0)  # the mean over epsilon


def slope(lambda_):
    return 1 + d / (2 * lambda_ * q)  # equation (5.5)


def estimate(lambda_):
    return 1 + np.trapezoid(d**2 / q, x) / (2 * lambda_)  # equation (5.6)


for lambda_ in (0.1, 1, 10, 100):
    print(f"lambda {lambda_}: slope {slope(lambda_)[650]:.3f} half way, estimate {estimate(lambda_):.3f}")

# %% [markdown]
# Above. Move $\lambda$, and see where the slope is far from 1.

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
    caption=f"Dashed: trained critics ({settings['critic']}, {settings['steps']} steps; estimates are "
    f"means of {settings['seeds']} seeds). They get the size right and not the shape, and where no data "
    "are, nobody holds them.",
)

# %% [markdown]
# A slope a little over 1 costs little and gains something. So "the penalty makes the
# slope 1" is wrong twice: it overshoots, most where data are rare. $\lambda = 10$ is close enough
# here, 0.1 is not close at all.
#
# ## 5. $\lambda$ has a unit
#
# (5.5) adds a slope to a length over $\lambda$, so $\lambda$ is a length. For two single points at
# distance $\theta$ the slope is $1 + \theta / 2\lambda$. Your pixels lie in [-1, 1]. **Predict** what
# $\lambda = 10$ does to pixels in [0, 255], where everything is 127.5 times as far apart.


# %% tags=["predict", "nbval-check-output"]
def cost(slope, theta):
    return -theta * slope + 10 * (slope - 1) ** 2


for theta in (1, 127.5):
    print(f"points {theta:g} apart: best slope {minimize_scalar(cost, args=(theta,)).x:.2f}")

# %% [markdown]
# ## 6. A trap on the line
#
# Slope -1 has length 1, so it costs no penalty. A critic that leans the wrong way must turn round, which
# on a line leads through slope 0, where the two-sided penalty charges all of $\lambda$. A *one-sided*
# penalty charges slopes above 1 only:
#
# $$\text{LP} = \operatorname{mean}\, \max(0,\ n(\hat{x}) - 1)^2 \tag{5.4}$$
#
# The smallest critic, $f(x) = s\, x$, has one slope $s$, and its loss is $-W s + \lambda\,(|s| - 1)^2$. It
# starts at -1. **Predict** where descent ends, for $W = 1$:

# %% tags=["predict", "nbval-check-output"]
for lambda_ in (0.25, 10):
    for name, excess in (("two-sided", lambda n: n - 1), ("one-sided", lambda n: max(0, n - 1))):
        s = -1.0
        for _ in range(2000):
            s -= 0.01 * (-1 + 2 * lambda_ * excess(abs(s)) * np.sign(s))  # the gradient of the loss in s
        print(f"lambda {lambda_}, {name}: s = {s:+.2f}")

# %% [markdown]
# Only the two-sided penalty with the large $\lambda$ holds the critic at the wrong sign. The same happens
# to networks. Trained critics had the sign of their last layer flipped, and were trained on:

# %% tags=["draws"]
two, one = line["trap_two_sided"], line["trap_one_sided"]
figures.show(
    draw.trap(line),
    alt="Left: mean slope after the flip; two-sided runs stay near minus one, one-sided runs rise "
    "through zero to plus one. Right: where two-sided runs end for other λ: plus for small λ, minus "
    "for large.",
    caption=f"Left, {len(two)} seeds each: at the end, two-sided {two[:, -1].mean():.2f} (largest "
    f"{two[:, -1].max():.2f}), one-sided {one[:, -1].mean():.2f}. Right, {settings['sweep_seeds']} "
    "seeds each: "
    + ", ".join(f"λ = {at:.2g}: {end:.2f}" for at, end in zip(line["sweep_lambda"], line["sweep_slope"].mean(axis=1)))
    + ".",
)

# %% [markdown]
# The two-sided runs rest where the pull to the right balances the penalty, at $-(1 - W / 2\lambda)$. That
# place exists while $W < 2\lambda$; a smaller $\lambda$ opens the trap.
#
# Does it matter in the plane? The modes of 8 Gaussians lie 1.4 from the middle, where an untrained
# generator draws. **Predict** for which $\lambda$ it does not learn.

# %% tags=["predict"]
settings, result = stored.load("05_sides")
exact, estimates = result["exact"].mean(axis=2), result["estimate"].mean(axis=2)

# %% tags=["draws"]
figures.show(
    draw.sides(result),
    alt="Exact distance of the generated points to the data for four values of λ, dots for seeds. The "
    "two penalties agree for 0.1 and 1; for 10 and 100 the two-sided one is far above.",
    caption=f"{settings['law']}, {settings['seeds']} seeds, {settings['steps']} generator steps. Mean "
    f"distance by λ: two-sided {', '.join(f'{m:.2f}' for m in exact[0])}; one-sided "
    f"{', '.join(f'{m:.2f}' for m in exact[1])}. The two-sided critics report "
    f"{', '.join(f'{m:.2f}' for m in estimates[0])}.",
)

# %% [markdown]
# For 0.1 and 1 the two penalties are alike. For 10 and 100 the two-sided one fails here with every seed;
# a critic that reports a negative distance leans the wrong way. The one-sided one does not mind. That is
# one small setting. On many architectures, WGAN-GP's appendix C counts 100 wins against 77 and calls it
# not significant; Petzka et al. (2018) argue for one side. And garments are far apart: about 23 from
# plain grey, where the generator begins, which is more than $2\lambda = 20$.
#
# ## 7. No batch normalisation
#
# (5.2) speaks of one image. Batch normalisation mixes the batch, so that a score depends on its
# neighbours. Move sample 1 of eight, and see whose score moves:

# %%
torch.manual_seed(0)
batch = torch.randn(8, 2)
changed = batch.clone()
changed[0] += 1
moved = {}
kinds = {"BatchNorm": nn.BatchNorm1d, "LayerNorm": nn.LayerNorm, "none": nn.Identity}
for name, kind in kinds.items():
    critic = nn.Sequential(nn.Linear(2, 32), kind(32), nn.ReLU(), nn.Linear(32, 1))
    moved[name] = (critic(changed) - critic(batch)).detach().abs().flatten()

# %% tags=["draws"]
figures.show(
    draw.score_changes(moved),
    alt="Three bar charts of eight samples. With BatchNorm all eight scores move; with LayerNorm and "
    "without normalisation only the first.",
    caption="Largest change among the seven that stayed: "
    + ", ".join(f"{name} {changes[1:].max():.2g}" for name, changes in moved.items())
    + ".",
)

# %% [markdown]
# ## 8. What the critic learns to see
#
# Fakes are real points plus $\mathcal{N}(0, I)$, and stay. Only the critic is trained. Darker is a higher
# score, each shade covers a tenth of the plane, and the dots are real points.

# %%
settings, result = stored.load("04_surfaces")
pairs = dict(zip(("clipping", "penalty"), result["pairs"]))

# %% tags=["draws"]
figures.show(
    draw.surfaces(settings, result),
    alt="Scores of six critics in shades of green. Under clipping each is one hill; under the penalty "
    "the darkest shades lie around single modes and along the roll.",
    caption="Share of pairs in which the real point scores higher: "
    + "; ".join(f"{name} {', '.join(f'{one:.0%}' for one in row)}" for name, row in pairs.items())
    + f". After WGAN-GP, figure 1a; width {settings['width']} for 512, {settings['clip_steps']:,} and "
    f"{settings['penalty_steps']:,} steps. Penalty, λ = {settings['lambda_']}: estimates "
    + ", ".join(f"{estimate:.1f}" for estimate in result["estimate"][1])
    + "; exact distances "
    + ", ".join(f"{distance:.2f}" for distance in result["distance"])
    + ".",
)

# %% [markdown]
# A clipped critic sees one hill. Under the penalty it sees the modes, the hole in the ring and the bend of
# the roll, although its estimates, with this small $\lambda$, are far above the distance. A critic that sees modes can lead a generator to them:

# %%
settings, result = stored.load("05_modes")
mixtures = {"eight": toys.EIGHT_GAUSSIANS, "twenty_five": toys.TWENTY_FIVE_GAUSSIANS}

# %% tags=["draws"]
figures.show(
    draw.modes(mixtures, result),
    alt="Generated points on 8 and on 25 Gaussians sit at the circled modes, some between them; the "
    "share of points at a mode rises over the training.",
    caption=f"λ = {settings['lambda']}, {settings['steps']:,} steps, width 128 (WGAN-GP's toy code: "
    "100,000 and 512). "
    + "; ".join(
        f"{mixture.name}: {result[f'{key}_modes'][-1]} modes found, "
        f"{result[f'{key}_share'][-1]:.0%} of the points within 3 sd of one"
        for key, mixture in mixtures.items()
    )
    + ".",
)

# %% [markdown]
# ## 9. Clipping beside the penalty
#
# The same garments, networks and seconds. Gradients are those of the score in the input of each layer:

# %% tags=["draws"]
settings, result = stored.load("05_side_by_side")
figures.show(
    draw.side_by_side(result),
    alt="Two rows, clipping and penalty: generated garments, the Wasserstein estimate over time, the "
    "gradient at each layer, and a histogram of the weights, with spikes at both ends for clipping.",
    caption=f"{settings['seconds']} s each on {settings['machine']}; clip: {settings['clip']}; "
    f"penalty: {settings['penalty']}.",
)
Markdown(draw.comparison(result))

# %% [markdown]
# Both draw garments. A penalised critic step costs about one and a half clipped ones, so clipping makes
# more steps. Do not compare the two $W$: each is in the scores of its own critic. Look at the weights.
# Clipped ones pile up at both ends of the window. Under the penalty most are larger than that window:
# it does not work by keeping weights small.
#
# The **Lipschitz meter** measures a critic while it learns, on lines between real and fake and on whole
# chords $|f(x) - f(y)| / |x - y|$:

# %%
columns = settings["meter_columns"].split(", ")
seen = {name: dict(zip(columns, result[f"meter_{name}"])) for name in ("none", "clip", "penalty")}

# %% tags=["draws"]
figures.show(
    draw.meters({"no leash": seen["none"], "clipping": seen["clip"], "penalty": seen["penalty"]}),
    alt="Slopes over training steps on a logarithmic scale: without a leash they grow, clipped they "
    "settle somewhere, and with the penalty they stay near one.",
    caption=f"After {settings['meter_steps']} steps, median slope: "
    + ", ".join(f"{name} {column['slope'][-1]:.3g}" for name, column in seen.items())
    + "; mean chord: "
    + ", ".join(f"{name} {column['chord'][-1]:.3g}" for name, column in seen.items())
    + ".",
)

# %% [markdown]
# Between real and fake the penalty holds the slope near 1. Clipping holds it where $c$ happens to put it,
# and without a leash it grows. Chords are far gentler: among 784 directions, the critic's gradient hardly
# ever points from one random fake to one random real image. They are not partners.
#
# ## 10. Convolutions
#
# The penalty does not ask what kind of network the critic is. Here are the two pairs of sheets 02 and 03,
# and a larger convolutional one, with the same time. **Predict:** which is ahead after half a minute, and
# which after five?

# %% tags=["predict"]
settings, result = stored.load("05_convolutional")
card = pretrained.card("penalty")

# %% tags=["draws"]
figures.show(
    draw.distances_over_time(settings, result),
    alt="Frechet distance of three pairs of networks over 30 to 300 seconds of training. All fall; the "
    "small convolutional pair stays above the fully connected one, the larger one crosses it near 120 s.",
    caption="Fréchet distance to real garments, smaller is better; real ones among themselves are near 3 "
    f"(lesson 06). At {settings['marks'][-1]} s, "
    + "; ".join(
        f"{name}: {distance:.0f} after {steps:,} steps"
        for name, distance, steps in zip(settings["pairs"], result["distances"][:, -1], result["steps"][:, -1])
    )
    + ". A step takes "
    + " and ".join(
        f"{ms:.0f} ms ({n} x {m} real images, Adam {rate:g})"
        for ms, n, m, rate in zip(*(settings[key] for key in ("ms_a_step", "n_critic", "batch", "rate")))
    )
    + f" on {settings['machine']}. For comparison, lesson 07's generator, after "
    f"{card['minutes']:.0f} minutes: {card['scores']['frechet']:.0f}.",
)

# %% [markdown]
# In a minute convolutions are not worth their time: a step takes longer, for fewer images. All garments
# have the same place and size, so linear layers can simply learn each pixel. The small pair stays behind.
# The larger one is ahead from two minutes on: its generator, that of lesson 07, has two linear layers first
# and transposed convolutions last. Sheet 05 tells you how to train it.

# %% [markdown]
# **Take with you.** The penalty asks the function, not the weights. Slope 1 is a theorem between
# partners and a wish elsewhere; the estimate lies above $W$, by an amount that $\lambda$ and the unit
# of your pixels decide. It need not converge with few critic steps, and carefully tuned clipping
# can beat it (Lucic et al., 2018).
