# %% [markdown]
# **Answer these two, and you may skip `notebooks/01_distances.ipynb`.**
#
# 1. Two histograms share no bin. What is their Jensen-Shannon divergence, and what happens to it when
#    one of them moves further away?
# 2. A critic scores real data 6 higher than fakes on average, and its steepest slope is 3. What does
#    that prove about the Wasserstein distance W?
#
# <details><summary>Answers</summary>
#
# 1. log 2 = 0.693, and nothing at all: no gradient tells the fakes where to go.
# 2. W is at least 2. Divided by 3, the critic has slope 1, and it still tells the two apart by 2.
#
# </details>
#
# **You will** write four distances, be the critic, and let your own code turn noise into a boot. You need
# nothing from other sheets.

# %% tags=["draws"]
from math import pi

import numpy as np
import torch
from scipy.optimize import linprog
from scipy.stats import wasserstein_distance
from torch import Tensor

from starter import distances
from starter.kit import data, figures, validate, widgets
from starter.kit.show import lesson_01 as draw

# %% [markdown]
# ## 1. Kullback and Leibler
#
# You expect the shares $q$, and you meet $p$. How wrong were you? Each bin adds the logarithm of the
# ratio, and counts as much as $p$ has in it:
#
# $$\text{KL}(p, q) = \sum_i p_i \log \frac{p_i}{q_i}, \qquad 0 \log 0 = 0 \tag{1.1}$$
#
# {{ box distances.kl_divergence }}
#
# Shapes: `p` and `q` are (k,), the result is one number. Keep the given line: it stops if one is no histogram. If `q` misses a bin of `p`, the result is infinite, and that is right.

# %%
# {{ fill distances.kl_divergence }}

# %% [markdown]
# <details><summary>Hint 1: the empty bins</summary>
#
# For torch, `0 * log(0)` is not 0 but NaN. Which bins can you leave out of the sum?
#
# </details>
# <details><summary>Hint 2: infinity</summary>
#
# Division by 0 gives infinity for free. A small number added inside the logarithm would hide it.
#
# </details>
#
# **Predict, then run.** Half of the data of `q` lies where `p` has nothing. Which one is infinite, KL(p, q)
# or KL(q, p)?

# %% tags=["predict", "nbval-check-output"]
p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.25, 0.25, 0.5])
print(f"KL(p, q) = {distances.kl_divergence(p, q):.4f}, KL(q, p) = {distances.kl_divergence(q, p):.4f}")

# %% [markdown]
# KL(q, p) is: there the data come from `q`, and `p` says that half of them cannot happen. So KL is no
# distance. It matters which comes first.
#
# ## 2. Jensen and Shannon
#
# Compare both with their mixture $m$, which misses no bin of either:
#
# $$\text{JS}(p, q) = \tfrac12 \text{KL}(p, m) + \tfrac12 \text{KL}(q, m), \quad m = \tfrac12 (p + q) \tag{1.2}$$
#
# {{ box distances.js_divergence }}
#
# Shapes as before.

# %%
# {{ fill distances.js_divergence }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# Make `m` first. It is a histogram too, so your `kl_divergence` can take it.
#
# </details>
#
# **Predict, then run.** The same `p` and `q`. Is JS finite or infinite? And after exchanging the two?

# %% tags=["predict", "nbval-check-output"]
print(f"JS(p, q) = {distances.js_divergence(p, q):.4f}, JS(q, p) = {distances.js_divergence(q, p):.4f}")

# %% [markdown]
# It is finite, and the same both ways. JS is never above log 2 = 0.6931.
#
# ## 3. Total variation
#
# The share that would have to change its bin:
#
# $$\text{TV}(p, q) = \tfrac12 \sum_i |p_i - q_i| \tag{1.3}$$
#
# {{ box distances.total_variation }}

# %%
# {{ fill distances.total_variation }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# `p - q` sums to 0. Take the sizes first.
#
# </details>

# %% tags=["nbval-check-output"]
p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.25, 0.25, 0.5])
print(f"TV(p, q) = {distances.total_variation(p, q):.4f}")

# %% [markdown]
# Half of the data has to move: what `q` has in the third bin must leave it.
#
# ## 4. Wasserstein on a line
#
# How far do the shares have to travel? On a line the cheapest way keeps the order: the smallest goes to
# the smallest. With $x_{(i)}$ the $i$-th smallest number of the sample $x$:
#
# $$W(x, y) = \operatorname{mean}_i\, |x_{(i)} - y_{(i)}| \tag{1.4}$$
#
# {{ box distances.wasserstein_1d }}
#
# Shapes: `x` and `y` are (n,), the result is one number.

# %%
# {{ fill distances.wasserstein_1d }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# `x.sort()` gives two things: the sorted values, and where each came from. You need the first.
#
# </details>
#
# **Predict, then run.** All real numbers are 0, all fakes $\theta$. The generator improves from
# $\theta = 0.5$ to $0.01$. What do JS, W and the gradient of W in $\theta$ say?

# %% tags=["predict", "nbval-check-output"]
bins = torch.eye(51)  # row i: a histogram with everything in bin i, that is, at i / 100
for i in (50, 1):
    theta = torch.tensor(i / 100, requires_grad=True)
    w = distances.wasserstein_1d(torch.zeros(4), theta.expand(4))
    (slope,) = torch.autograd.grad(w, theta)
    js = distances.js_divergence(bins[0], bins[i])
    print(f"theta {i / 100}: JS {js:.4f}, W {w:.2f}, gradient of W {slope:.1f}")

# %% [markdown]
# Only W notices, and its gradient does not fade.

# %% tags=["draws"]
x = torch.linspace(-10, 90, 10_001, dtype=torch.float64)
sample = torch.special.ndtri((torch.arange(1000) + 0.5) / 1000)  # 1,000 numbers of N(0, 1)


def bell(mu: float) -> Tensor:
    """The shares of N(mu, 1) in the bins x."""
    density = torch.exp(-((x - mu) ** 2) / 2) * ((x - mu).abs() < 9)  # the tails beyond are 0
    return density / density.sum()


# %% [markdown]
# **Predict, then run.** Now two normal distributions, their means $\mu$ apart. How do JS and W change from
# $\mu = 8$ to $\mu = 80$?

# %% tags=["predict", "nbval-check-output"]
mus = [*range(11), 80]
js = [distances.js_divergence(bell(0), bell(mu)).item() for mu in mus]
w = [distances.wasserstein_1d(sample, sample + mu).item() for mu in mus]
print(f"JS {js[8]:.4f} and {js[-1]:.4f}, W {w[8]:.1f} and {w[-1]:.1f}")
figures.show(
    draw.two_normals(mus[:-1], js[:-1], w[:-1]),
    alt="Two curves over the distance of the means. JS climbs, bends and is flat from about six on; "
    "W is a straight line.",
    caption="Where the left curve is flat, it cannot steer.",
)

# %% [markdown]
# JS stays at log 2. W is $\mu$.
#
# ## 5. Be the critic
#
# A critic $f$ scores each bin. The better it tells real from fake, the further apart they must be, if it
# is not allowed to be steep:
#
# $$\frac{\sum_i f_i\, (p_i - q_i)}{\text{steepest slope of } f} \;\le\; W(p, q) \tag{1.5}$$
#
# {{ box distances.dual_value }}
#
# Shapes: `f`, `p` and `q` are (k,), the result is one number. A slope is a rise divided by a run:
# neighbouring bins are `spacing` apart. A critic that leans the wrong way gets a negative number.

# %%
# {{ fill distances.dual_value }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# `f.diff()` holds the rises from each bin to the next. A fall can be the steepest too.
#
# </details>
#
# Now the fakes lie on both sides. Each slider sets the score of one bin, and *your* `dual_value` judges:

# %%
p = torch.tensor([0.0, 0.0, 0.3, 0.4, 0.3, 0.0, 0.0], dtype=torch.float64)
q = torch.tensor([0.4, 0.1, 0.0, 0.0, 0.0, 0.1, 0.4], dtype=torch.float64)


def judge(f: np.ndarray) -> float:
    return float(distances.dual_value(torch.from_numpy(f), p, q))


# %% tags=["draws"]
exact = wasserstein_distance(range(7), range(7), p, q)
widgets.sliders(
    draw.Critic(p.numpy(), q.numpy(), exact, judge),
    [f"f{i}" for i in range(7)],
    start=[0, 0, 0, 1, 0, 0, 0],
    bounds=(-3, 3),
    step=0.25,
    alt="Left: the two histograms. Middle: the critic as drawn, dotted, and rescaled to steepest "
    "slope 1. Right: a bar with the distance that it proves, against W.",
)

# %% [markdown]
# **Predict, then run.** A ramp, one peak, a plateau, a tent. Which one proves most?

# %% tags=["predict", "draws"]
drawn = {
    "ramp": [3, 2, 1, 0, -1, -2, -3],
    "one peak": [0, 0, 0, 1, 0, 0, 0],
    "plateau": [-1, -1, 1, 1, 1, -1, -1],
    "tent": [-1.5, -0.5, 0.5, 1.5, 0.5, -0.5, -1.5],
}
figures.show(
    draw.critics(drawn, p.numpy(), q.numpy(), judge),
    alt="Four critics above the two histograms: a ramp proves nothing, a single peak and a plateau prove a "
    "part of W, and a tent over the real data proves all of it.",
    caption=f"Judged by your function. The exact W is {exact:.2f}.",
)

# %% [markdown]
# The tent proves most. It is high on the real data, and as steep as allowed everywhere. From sheet 02 on a
# network draws it.
#
# ## 6. Your reward: noise becomes a boot
#
# Your `wasserstein_1d` can train a generator, the simplest of all: 2,000 points in the plane, whose places
# are its parameters. The real data are 2,000 points of a garment. Where it is bright, there are many.

# %%
torch.manual_seed(0)
garments = data.load().first(8)  # eight of each class
real = draw.points_of(garments[77], 2000)  # any number from 0 to 79
fake = 2 * torch.rand(2000, 2) - 1  # noise in a square

# %% [markdown]
# Points in the plane have no order. Seen from one side, they lie on a line, and there your W works. So look
# from 16 random sides. The average is called the *sliced* Wasserstein distance, and its gradient says where
# each point should go.


# %%
def sliced(fake, real):
    angles = pi * torch.rand(16)
    directions = torch.stack([angles.cos(), angles.sin()])  # (2, 16)
    seen = zip((fake @ directions).T, (real @ directions).T, strict=True)
    return sum(distances.wasserstein_1d(x, y) for x, y in seen) / 16


def train(fake, real):
    frames = [fake]
    for step in range(80):
        fake.requires_grad_(True)
        (gradient,) = torch.autograd.grad(sliced(fake, real), fake)
        fake = (fake - 300 * (1 - step / 80) * gradient).detach()  # downhill, in smaller and smaller steps
        frames.append(fake)
    return frames


# %% tags=["draws"]
pictures = torch.stack([draw.cloud(frame) for frame in train(fake, real)])
figures.show(
    draw.strip({f"step {k}": pictures[k] for k in (0, 5, 10, 20, 80)} | {"real": draw.cloud(real)}),
    alt="Six pictures: grey noise in a square gathers, step by step, into the real garment in the last picture.",
    caption="Your generator after 0 to 80 steps.",
)
figures.show_animation(
    pictures[::2],
    alt="An animation: a square of noise contracts into the garment.",
    caption="The gradient of your W moves every point.",
)

# %% [markdown]
# Change 77 and choose a garment. No critic was needed. But in the 784 dimensions of an image, a
# random side is almost at a right angle to the way that the points should go, and sees about 1/35 of it. A
# critic learns where to look: sheet 02.
#
# ## 7. Homework: who sends how much where
#
# A plan says how much goes from bin $i$ to bin $j$. The cheapest one is a linear programme:
#
# $$\min_{\text{plan} \ge 0} \sum_{ij} \text{plan}_{ij}\, \text{cost}_{ij}, \quad
# \text{row sums } p, \quad \text{column sums } q \tag{1.6}$$
#
# {{ box distances.transport_plan }}
#
# `linprog(c, A_eq=..., b_eq=...)` minimises `c @ v` over vectors `v` of numbers from 0 up, subject to
# `A_eq @ v = b_eq`. Your `v` is the plan, row after row. The matrix `marginals` is given: times `v` it
# gives the k row sums and then the k column sums. Shapes: `cost` (k, k) in, the plan (k, k) out.

# %%
# {{ fill distances.transport_plan }}

# %% [markdown]
# <details><summary>Hint 1: what linprog takes and gives</summary>
#
# It works on numpy arrays: `tensor.numpy()` goes there, `torch.from_numpy(array)` comes back. Its answer
# is an object, and the vector is its `.x`.
#
# </details>
# <details><summary>Hint 2: the order</summary>
#
# What do the first k products of `marginals` with a plan have to be? Put that first in `b_eq`.
#
# </details>
#
# Two histograms (Prince, *Understanding Deep Learning*, notebook 15.2); a move by all nine bins costs 1.
# **Predict:** on which side of the diagonal will most of the plan lie?

# %% tags=["predict"]
p = torch.tensor([5.0, 3, 2, 1, 8, 7, 5, 9, 2, 1], dtype=torch.float64)
q = torch.tensor([4.0, 10, 1, 1, 4, 6, 3, 2, 0, 1], dtype=torch.float64)
p, q, bins = p / p.sum(), q / q.sum(), torch.arange(10.0)
cost = (bins[:, None] - bins).abs() / 9
plan = distances.transport_plan(p, q, cost)
print(f"your plan costs {(plan * cost).sum():.5f}, scipy's W is {wasserstein_distance(bins, bins, p, q) / 9:.5f}")
figures.show(
    draw.plan(plan.numpy(), p.numpy(), q.numpy()),
    alt="A ten by ten table of grey squares, most of them below the diagonal, with the share that "
    "goes from each bin of p to each bin of q in percent; p to its left and q above.",
)

# %% [markdown]
# Most lies below it, because shares move to the left. Some overtake others, which costs nothing on a line.
#
# The second reward: your plan turns a T-shirt into a boot. The cost is the *squared* distance here. It makes
# long ways expensive, so neighbours stay together.


# %%
def carry(shirt, boot):
    p, q = draw.shares_of(shirt), draw.shares_of(boot)  # 14 x 14 bins
    used = (p > 0) | (q > 0)
    places = draw.centres()[used]
    cost = torch.cdist(places, places) ** 2
    return distances.transport_plan(p[used], q[used], cost), places


# %% tags=["draws"]
pictures = draw.journey(*carry(garments[0], garments[77]))
figures.show(
    draw.strip({f"{t:.0%}": pictures[6 + round(29 * t)] for t in (0, 0.2, 0.4, 0.6, 0.8, 1)}),
    alt="Six pictures: a T-shirt leans, bends and becomes a boot with a high heel.",
    caption="Every share on its straight way, after 0 to 100 % of it.",
)
figures.show_animation(
    pictures,
    alt="An animation: the T-shirt flows into the shape of the boot.",
    caption="Your plan at work.",
)

# %% [markdown]
# ## What you built
#
# Four distances, and both ends of W: every critic proves at most W, and every plan costs at least W.

# %%
progress("01")
