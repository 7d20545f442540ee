# %% [markdown]
# A generator makes fakes. To improve it, training needs a number that says how far the fakes are from
# the real data. It also needs that number's *gradient*: which way is better? This lesson takes four
# such numbers to cases where the truth is known.
#
# A *law* is a probability distribution. Real is blue, fake is orange, here and in all sheets.

# %%
from itertools import combinations
from math import inf, log, nan

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog
from scipy.spatial.distance import cdist, jensenshannon
from scipy.special import rel_entr
from scipy.stats import wasserstein_distance

from starter.kit import figures, widgets
from starter.kit.show import lesson_01 as draw

# %% [markdown]
# ## 1. Four numbers
#
# Put shares of the data into bins: a histogram. Three of the numbers compare two histograms bin by bin.
# Kullback-Leibler weighs the logarithm of each ratio, Jensen-Shannon compares both laws with their
# mixture, and total variation is the share that would have to change its bin:
#
# $$\text{KL}(p, q) = \sum_i p_i \log \frac{p_i}{q_i} \tag{1.1}$$
#
# $$\text{JS}(p, q) = \tfrac12 \text{KL}(p, m) + \tfrac12 \text{KL}(q, m), \quad m = \tfrac12 (p + q) \tag{1.2}$$
#
# $$\text{TV}(p, q) = \tfrac12 \sum_i |p_i - q_i| = \max_{\text{events } A} |p(A) - q(A)| \tag{1.3}$$
#
# The fourth, the Wasserstein distance W, asks how *far* shares have to travel. Take half of the data in
# each of two bins, and move everything to the right:

# %% tags=["nbval-check-output"]
bins, p = np.arange(5), np.array([0.5, 0.5, 0, 0, 0])
events = [list(event) for n in range(6) for event in combinations(bins, n)]
print("moved by     KL     JS     TV      W")
for moved in range(4):
    q = np.roll(p, moved)
    kl = rel_entr(p, q).sum()
    js = jensenshannon(p, q) ** 2  # scipy gives the root
    tv = max(abs(p[event].sum() - q[event].sum()) for event in events)
    w = wasserstein_distance(bins, bins, p, q)
    print(f"{moved} bins   {kl:6.3f} {js:6.3f} {tv:6.3f} {w:6.3f}")

# %% [markdown]
# KL is infinite as soon as `q` misses a bin of `p`. While the two overlap, JS and TV grow. From two bins
# on they share nothing, and JS and TV stop at log 2 = 0.693 and at 1, however far the data goes. Only W
# keeps counting.
#
# **Mind the halves.** WGAN's section 2 prints JS without the two factors 1/2. For laws that share
# nothing, $m$ is half of $p$ wherever $p$ lives, so each KL term is log 2. Which form gives the log 2
# that the same paper states in its Example 1?

# %% tags=["nbval-check-output"]
term = rel_entr([1.0, 0.0], [0.5, 0.5]).sum()
print(f"one term {term:.3f}, as printed {term + term:.3f}, with the halves {term / 2 + term / 2:.3f}")

# %% [markdown]
# The form with the halves. As printed, it would be 2 log 2.
#
# ## 2. Two parallel segments
#
# That Example 1 is the smallest GAN there is. Real points are $(0, u)$ and fakes $(\theta, u)$, with $u$
# uniform on [0, 1]. The generator has one parameter, $\theta$. For every $\theta \neq 0$ the event "the
# place is 0" has probability 1 under one law and 0 under the other.
#
# So the four numbers are known, and so are their gradients:


# %%
def segment_distances(theta):
    if theta == 0:
        return {"KL": 0.0, "JS": 0.0, "TV": 0.0, "W": 0.0}
    return {"KL": inf, "JS": log(2), "TV": 1.0, "W": abs(theta)}


def segment_gradients(theta):
    if theta == 0:
        return {"KL": nan, "JS": nan, "TV": nan, "W": nan}
    return {"KL": nan, "JS": 0.0, "TV": 0.0, "W": 1.0 if theta > 0 else -1.0}


# %% [markdown]
# **Predict, then run.** The generator improves from $\theta = 0.5$ to $\theta = 0.01$. Which of the four
# numbers notices? We also measure W, with 50 points on each segment and the best matching:

# %% tags=["predict"]
heights = np.linspace(0, 1, 50)
measured = {}
for theta in (0.5, 0.01):
    cost = cdist(np.c_[0 * heights, heights], np.c_[theta + 0 * heights, heights])
    measured[theta] = cost[linear_sum_assignment(cost)].mean()

# %% tags=["draws"]
figures.show(
    draw.Segments(segment_distances, segment_gradients).set(0.5),
    alt="Two upright segments at distance one half. Beside them KL, JS, TV and W over theta: the "
    "first three jump at zero and are flat elsewhere, W is a V. Below, their gradients: none for "
    "KL, zero for JS and TV, plus or minus one for W.",
    caption=f"W of 50 points on each segment: {measured[0.5]:.2f} at θ = 0.5, "
    f"{measured[0.01]:.2f} at θ = 0.01. JS is {log(2):.3f} at both.",
)

# %% [markdown]
# Look at the lower row: it is the reason for this course. Gradient descent on $\theta$ gets nothing from
# KL, JS and TV, at any distance. From W it gets slope 1, towards the data, from everywhere.
#
# Move the fake segment, with the mouse or the arrow keys:

# %% tags=["draws"]
widgets.slider(
    draw.Segments(segment_distances, segment_gradients),
    "θ",
    [-1, -0.75, -0.5, -0.25, -0.1, -0.01, 0, 0.01, 0.1, 0.25, 0.5, 0.75, 1],
    start=0.5,
    alt="The two segments, the four distances over theta with a mark at its value, and below each its gradient.",
)

# %% [markdown]
# Four settings, side by side:

# %% tags=["draws"]
figures.show(
    draw.segments([1, 0.5, 0.01, 0], segment_distances, segment_gradients),
    alt="Four pairs of segments, at distance 1, 0.5, 0.01 and 0. JS is 0.693 with gradient 0 in the "
    "first three; W is 1, 0.5 and 0.01 with gradient 1.",
    caption="At θ = 0 all four distances are 0: the target itself.",
)

# %% [markdown]
# > **Note.** This is about the exact divergences. A GAN never computes JS: its discriminator is
# > imperfect, and its usual loss is another one. Fedus et al. (2018) show that such GANs can learn where
# > JS has no gradient. The picture says what *can* steer, not what every GAN does.
#
# ## 3. On a line: sort
#
# W is the cheapest way of moving one law onto the other: share times distance, added up. On a line, the
# cheapest way keeps the order. With $x_{(i)}$ the $i$-th smallest number:
#
# $$W(x, y) = \operatorname{mean}_i\, |x_{(i)} - y_{(i)}| \tag{1.4}$$

# %% tags=["nbval-check-output"]
x, y = np.array([4.0, 1.0, 2.0]), np.array([3.0, 9.0, 6.0])
print(f"paired as they stand {abs(x - y).mean():.3f}, cheapest {wasserstein_distance(x, y):.3f}")

# %% [markdown]
# The same number is an area. For every place, compare the share of real data up to there with the share
# of fakes up to there:

# %%
places = np.arange(0.005, 10, 0.01)
shares = [(sample[:, None] <= places).mean(axis=0) for sample in (x, y)]
area = 0.01 * abs(shares[0] - shares[1]).sum()

# %% tags=["draws"]
figures.show(
    draw.sorted_pairs(x, y),
    alt="Left: three real numbers and three fakes joined in order by arrows of length 2, 4 and 5. "
    "Right: their two distribution functions, with the area between them shaded.",
    caption=f"Mean of the arrows {(2 + 4 + 5) / 3:.3f}, shaded area {area:.3f}.",
)

# %% [markdown]
# Each arrow is one horizontal strip of the area, 1/3 high.
#
# ## 4. In the plane: a linear programme
#
# Points in the plane have no order. Write down a whole plan instead: $\text{plan}_{ij}$ is how much goes
# from $i$ to $j$.
#
# $$W(p, q) = \min \sum_{ij} \text{plan}_{ij}\, \text{cost}_{ij}, \qquad \text{plan}_{ij} \ge 0, \quad
# \text{row sums } p, \quad \text{column sums } q \tag{1.6}$$
#
# Goal and conditions are linear in the plan, so this is a linear programme, and it can be solved
# exactly. If all points weigh the same, a best plan pairs them off:

# %%
rng = np.random.default_rng(3)
real, fake = (rng.normal([place, 0], [0.9, 0.4], (12, 2)) for place in (0, 1.5))
cost = cdist(fake, real)
_, cheapest = linear_sum_assignment(cost)

# %% tags=["draws"]
figures.show(
    draw.pairings(real, fake, {"as they come": np.arange(12), "cheapest plan": cheapest}),
    alt="Twelve fake points with arrows to twelve real points, twice. As they come, the arrows "
    "cross; in the cheapest plan they hardly do and are shorter.",
    caption=f"Cheapest plan: {cost[np.arange(12), cheapest].mean():.3f}. The two means are "
    f"{np.linalg.norm(real.mean(axis=0) - fake.mean(axis=0)):.3f} apart, and no plan can be "
    "shorter than that.",
)

# %% [markdown]
# ## 5. The other side: a critic
#
# A plan for 1,000 against 1,000 points has a million entries. The programme has a second side with one
# number for each point: a *critic* $f$ that gives every place a score.
#
# $$\frac{\sum_i f_i\, (p_i - q_i)}{\text{steepest slope of } f} \;\le\; W(p, q) \tag{1.5}$$
#
# Why? Moving a share by one step changes its score by the steepest slope at most. So every plan is an
# upper bound and every critic a lower one. Kantorovich and Rubinstein: the best of both meet. Here the
# critic is the unknown, with each step between neighbours in [-1, 1]:

# %% tags=["nbval-check-output"]
p, q = np.array([0.1, 0.4, 0.3, 0.2, 0, 0, 0]), np.array([0, 0, 0.1, 0.1, 0.2, 0.3, 0.3])
bins = np.arange(7)
steps = np.diff(np.eye(7), axis=0)  # steps @ f holds the six steps of f
best = linprog(q - p, A_ub=np.r_[steps, -steps], b_ub=np.ones(12), bounds=(None, None))
exact = wasserstein_distance(bins, bins, p, q)
print(f"best critic proves {-best.fun:.3f}, cheapest transport costs {exact:.3f}")

# %% [markdown]
# Now be the critic. Each slider sets $f$ in one bin. What you draw is rescaled to steepest slope 1. Try
# to prove all of W; then make one step very steep and see what it costs.

# %% tags=["draws"]
widgets.sliders(
    draw.Critic(p, q, exact),
    [f"f{i}" for i in range(7)],
    start=[1, 1, 1, 0, 0, 0, 0],
    bounds=(-3, 3),
    step=0.25,
    alt="Left: the two histograms. Middle: the critic as drawn, dotted, and rescaled to steepest "
    "slope 1. Right: a bar with the distance that it proves, against W.",
)

# %% [markdown]
# Four settings, without the mouse:

# %% tags=["draws"]
drawn = {
    "wrong way": [-1, -1, 0, 0, 0, 1, 1],
    "one step": [1, 1, 1, 0, 0, 0, 0],
    "too steep": [3, 2, 1, 0, -3, -3, -3],
    "ramp": [3, 2, 1, 0, -1, -2, -3],
}
figures.show(
    draw.critics(drawn, p, q),
    alt="Four critics. One that leans the wrong way proves a negative number, a single step and one "
    "with a steep step prove a part of W, and a ramp with slope minus one proves all of it.",
    caption=f"As drawn (dotted) and rescaled. The exact W is {exact:.2f}.",
)

# %% [markdown]
# The best critic goes down by 1 at each step, from the real side to the fake one: it uses the whole
# slope that it is allowed. A network as critic is the same idea with more sliders, moved by gradients.
# How one keeps *its* slope in check is the subject of sheets 04 and 05.
#
# ## 6. Known by samples only
#
# In training you never see a law, only batches. **Predict:** two batches of 64 from *one* normal law in
# 784 dimensions, as many as an image has pixels. The laws are 0 apart. How far are the batches?

# %% tags=["predict"]
rng = np.random.default_rng(0)


def between_batches(n: int, d: int) -> float:
    cost = cdist(rng.standard_normal((n, d)), rng.standard_normal((n, d)))
    return cost[linear_sum_assignment(cost)].mean()


sizes = (64, 256, 1024)
table = {d: [between_batches(n, d) for n in sizes] for d in (2, 10, 100, 784)}

# %% tags=["draws"]
figures.show(
    draw.batch_distances(sizes, table),
    alt="Distance between two batches of one law over their size, on logarithmic scales: it falls "
    "quickly in 2 dimensions, slowly in 10, and hardly at all in 100 and 784.",
    caption=f"From 64 to 1,024 points: {table[2][0]:.2f} to {table[2][-1]:.2f} in 2 dimensions, "
    f"{table[10][0]:.2f} to {table[10][-1]:.2f} in 10, {table[784][0]:.1f} to "
    f"{table[784][-1]:.1f} in 784. The truth is 0.",
)

# %% [markdown]
# Far, and 16 times as many points help little: in 784 dimensions, random points are all far from each
# other. So the exact W of two batches is much too large, and a critic trained to perfection on one batch
# learns the accidents of that batch. Only compare estimates of the same batch size, and do not take
# them for the distance of the laws.
#
# ## Keep in mind
#
# - KL, JS and TV look bin by bin. Where the laws share nothing they have no slope.
# - W knows how far. Along $\theta$ its slope is 1, from any distance.
# - Every critic with slope at most 1 proves a lower bound of W. The best one proves W.
# - W of samples is too large, and in high dimension it stays so.
