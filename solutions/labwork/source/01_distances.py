# %% [markdown]
# **Answer these two, and you may skip the lesson `notebooks/01_distances.ipynb`.**
#
# 1. Two histograms share no bin. What is their Jensen-Shannon divergence, and what happens to it when
#    one of them moves further away?
# 2. A critic scores real data 6 higher than fakes on average, and its steepest slope is 3. What does
#    that prove about the Wasserstein distance W?
#
# <details><summary>Answers</summary>
#
# 1. log 2 = 0.693, and nothing at all: no gradient tells the fakes where to go.
# 2. W is at least 2. Divided by 3, the critic has slope at most 1, and it still tells them apart by 2.
#
# </details>
#
# **You will** write four distances, draw a critic by hand, and, as homework, find the cheapest transport
# with a linear programme. You need nothing from other sheets.

# %%
import numpy as np
import torch
from scipy.optimize import linprog
from scipy.stats import wasserstein_distance
from torch import Tensor

from starter import distances
from starter.kit import figures, validate, widgets
from starter.kit.show import lesson_01 as draw

# %% [markdown]
# ## 1. Kullback and Leibler
#
# Somebody expects the shares $q$ and meets $p$. How wrong were they? Each bin adds the logarithm of the
# ratio, and counts as much as $p$ has in it:
#
# $$\text{KL}(p, q) = \sum_i p_i \log \frac{p_i}{q_i}, \qquad 0 \log 0 = 0 \tag{1.1}$$
#
# {{ box distances.kl_divergence }}
#
# Shapes: `p` and `q` are (k,), the result is one number. The given line refuses what is no histogram:
# keep it. If `q` misses a bin of `p`, the result is infinite, and that is right.

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
# A small number added inside the logarithm hides the infinity. Division by 0 gives it to you for free.
#
# </details>
#
# **Predict, then run.** Half of the data of `q` lies where `p` has nothing. Which of the two is infinite?

# %% tags=["predict", "nbval-check-output"]
p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.25, 0.25, 0.5])
print(f"KL(p, q) = {distances.kl_divergence(p, q):.4f}, KL(q, p) = {distances.kl_divergence(q, p):.4f}")

# %% [markdown]
# KL is no distance: it matters who comes first.
#
# ## 2. Jensen and Shannon
#
# Compare both with their mixture, which misses no bin of either:
#
# $$\text{JS}(p, q) = \tfrac12 \text{KL}(p, m) + \tfrac12 \text{KL}(q, m), \quad m = \tfrac12 (p + q) \tag{1.2}$$
#
# {{ box distances.js_divergence }}
#
# Shapes as before. Use your `kl_divergence`.

# %%
# {{ fill distances.js_divergence }}

# %% [markdown]
# **Predict, then run.** Now `p` has nothing in the third bin. JS: finite or infinite? And after
# exchanging the two?

# %% tags=["predict", "nbval-check-output"]
print(f"JS(p, q) = {distances.js_divergence(p, q):.4f}, JS(q, p) = {distances.js_divergence(q, p):.4f}")

# %% [markdown]
# ## 3. Total variation
#
# The share that would have to change its bin:
#
# $$\text{TV}(p, q) = \tfrac12 \sum_i |p_i - q_i| \tag{1.3}$$
#
# {{ box distances.total_variation }}

# %%
# {{ fill distances.total_variation }}

# %% tags=["nbval-check-output"]
print(f"TV(p, q) = {distances.total_variation(p, q):.4f}")

# %% [markdown]
# Half of the data: what `q` has in the third bin has to leave it, however far it has to go.
#
# ## 4. Wasserstein on a line
#
# How far does mass have to travel? On a line the cheapest transport keeps the order, so it pairs the
# smallest with the smallest. With $x_{(i)}$ the $i$-th smallest number of the sample $x$:
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
# **Predict, then run.** All real numbers are 0, all fakes $\theta$. The generator gets better, from
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
#
# **Predict, then run.** $\mathcal{N}(0, 1)$ against $\mathcal{N}(8, 1)$ and against $\mathcal{N}(80, 1)$:
# JS and W?

# %% tags=["predict", "draws"]
x = torch.linspace(-10, 90, 10_001, dtype=torch.float64)
quantiles = torch.special.ndtri((torch.arange(1000) + 0.5) / 1000)  # 1,000 numbers of N(0, 1)


def bell(mu: float) -> Tensor:
    density = torch.exp(-((x - mu) ** 2) / 2) * ((x - mu).abs() < 9)  # the tails beyond are 0
    return density / density.sum()


mus = [*range(11), 80]
js = [distances.js_divergence(bell(0), bell(mu)).item() for mu in mus]
w = [distances.wasserstein_1d(quantiles, quantiles + mu).item() for mu in mus]
fig, ax = figures.axes(columns=2, height=2.3)
ax[0, 0].plot(mus[:-1], js[:-1], "o-", color=figures.THEORY)
ax[0, 0].set(xlabel="µ", ylabel="JS (nats)", title="JS of N(0, 1) and N(µ, 1)")
ax[0, 1].plot(mus[:-1], w[:-1], "o-", color=figures.THEORY)
ax[0, 1].set(xlabel="µ", ylabel="W (units of x)", title="W of N(0, 1) and N(µ, 1)")
figures.show(
    fig,
    alt="Two curves over the distance of the means. JS climbs, bends and is flat from about six on; "
    "W is a straight line.",
    caption=f"µ = 8 and µ = 80: your JS {js[8]:.4f} and {js[-1]:.4f}, your W {w[8]:.1f} and {w[-1]:.1f}.",
)

# %% [markdown]
# ## 5. A critic you draw by hand
#
# A critic $f$ scores each bin. The better it tells real from fake, the further apart they must be,
# if it is not allowed to be steep:
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
# Draw one: each slider is one value of $f$, the mouse or the arrow keys move it, and *your*
# `dual_value` judges. **Predict first:** the fakes lie on both sides. What does the best critic look like?

# %% tags=["predict", "draws"]
p = torch.tensor([0.0, 0.0, 0.3, 0.4, 0.3, 0.0, 0.0], dtype=torch.float64)
q = torch.tensor([0.4, 0.1, 0.0, 0.0, 0.0, 0.1, 0.4], dtype=torch.float64)
exact = wasserstein_distance(range(7), range(7), p, q)


def yours(f: np.ndarray) -> float:
    return float(distances.dual_value(torch.from_numpy(f), p, q))


widgets.sliders(
    draw.Critic(p.numpy(), q.numpy(), exact, yours),
    [f"f{i}" for i in range(7)],
    start=[0, 0, 0, 1, 0, 0, 0],
    bounds=(-3, 3),
    step=0.25,
    alt="Left: the two histograms. Middle: the critic as drawn, dotted, and rescaled to steepest "
    "slope 1. Right: a bar with the distance that it proves, against W.",
)

# %% [markdown]
# When you have found it, or given up:

# %% tags=["draws"]
drawn = {
    "ramp": [3, 2, 1, 0, -1, -2, -3],
    "one peak": [0, 0, 0, 1, 0, 0, 0],
    "plateau": [-1, -1, 1, 1, 1, -1, -1],
    "tent": [-1.5, -0.5, 0.5, 1.5, 0.5, -0.5, -1.5],
}
figures.show(
    draw.critics(drawn, p.numpy(), q.numpy(), yours),
    alt="Four critics: a ramp proves nothing, a single peak and a plateau prove a part of W, and a "
    "tent over the real data proves all of it.",
    caption=f"Four critics, judged by your function. The exact W is {exact:.2f}.",
)

# %% [markdown]
# A tent: high on the real data, and as steep as allowed everywhere. From sheet 02 on a network draws it.
#
# ## 6. Who sends how much where
#
# A plan says how much goes from bin $i$ to bin $j$. The cheapest one is a linear programme:
#
# $$\min \sum_{ij} \text{plan}_{ij}\, \text{cost}_{ij}, \qquad \text{plan}_{ij} \ge 0, \quad
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
# See it at work on two histograms (Prince, *Understanding Deep Learning*, notebook 15.2). A move by
# all nine bins costs 1. **Predict:** on which side of the diagonal will most of the plan lie?

# %% tags=["predict", "draws"]
p = torch.tensor([5.0, 3, 2, 1, 8, 7, 5, 9, 2, 1], dtype=torch.float64)
q = torch.tensor([4.0, 10, 1, 1, 4, 6, 3, 2, 0, 1], dtype=torch.float64)
p, q = p / p.sum(), q / q.sum()
bins = torch.arange(10.0)
cost = (bins[:, None] - bins).abs() / 9
plan = distances.transport_plan(p, q, cost)
figures.show(
    draw.plan(plan.numpy(), p.numpy(), q.numpy()),
    alt="A ten by ten table of grey squares, most of them below the diagonal, with the share that "
    "goes from each bin of p to each bin of q in percent; p to its left and q above.",
    caption=f"Your plan costs {(plan * cost).sum():.5f}; scipy's distance of the two is "
    f"{wasserstein_distance(bins, bins, p, q) / 9:.5f}.",
)

# %% [markdown]
# Most squares lie below the diagonal: shares move to the left. Some overtake others, which costs nothing
# on a line; a plan that keeps the order is just as cheap. That is why sorting was enough.
#
# ## What you built
#
# Four distances, and the two ends between which W lies: every critic below, every plan above.

# %%
progress("01")
