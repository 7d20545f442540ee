# %% [markdown]
# A generator draws fakes, and a critic compares them with real images: that is the game of lesson 00.
# To get better, the generator needs a number that says how far its fakes are from the real data, and the
# *gradient* of that number: which way is better? This lesson tries four such numbers on cases so simple
# that you know the truth. Not all of them pass.

# %% tags=["draws"]
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
# A *distribution* says how likely each value is. Here it is a row of shares that sum to 1: $p$ for the
# real data, in blue, and $q$ for the fakes, in orange. The real data lies half in bin 0 and half in bin 1,
# and so do the fakes, but moved to the right:

# %% tags=["draws"]
bins, p = np.arange(5), np.array([0.5, 0.5, 0, 0, 0])
figures.show(
    draw.moved(p, range(4)),
    alt="Four histograms. The real shares stay in bins 0 and 1. The fakes are moved by 0, 1, 2 and 3 bins: "
    "first they cover the real shares, then they share one bin with them, then none.",
    caption="From a move of 2 on, no bin has both colours.",
)

# %% [markdown]
# How far is $q$ from $p$? Three of the numbers compare them bin by bin.
#
# **Kullback-Leibler** (KL) asks: you expect the shares $q$, and you meet $p$; how wrong were you?
#
# $$\text{KL}(p, q) = \sum_i p_i \log \frac{p_i}{q_i} \tag{1.1}$$
#
# **Jensen-Shannon** (JS) compares both with their mixture $m$:
#
# $$\text{JS}(p, q) = \tfrac12 \text{KL}(p, m) + \tfrac12 \text{KL}(q, m), \quad m = \tfrac12 (p + q) \tag{1.2}$$
#
# **Total variation** (TV) is the share that would have to change its bin:
#
# $$\text{TV}(p, q) = \tfrac12 \sum_i |p_i - q_i| \tag{1.3}$$
#
# The fourth is the **Wasserstein distance** (W). It asks how *far* the shares have to travel. Think of
# sand: each grain costs the length of its way, and W is the cost of the cheapest way to turn $q$ into $p$.
#
# **Predict:** the fakes move on, from 2 bins to 3. Which of the four numbers grows?

# %% tags=["predict", "nbval-check-output"]
print("moved by     KL     JS     TV      W")
for moved in range(4):
    q = np.roll(p, moved)
    kl = rel_entr(p, q).sum()
    js = jensenshannon(p, q) ** 2  # scipy gives the root
    tv = 1 - np.minimum(p, q).sum()  # all but what the two have in common
    w = wasserstein_distance(bins, bins, p, q)
    print(f"{moved} bins   {kl:6.3f} {js:6.3f} {tv:6.3f} {w:6.3f}")

# %% [markdown]
# Only W grows. KL is infinite as soon as $q$ misses a bin of $p$. JS and TV stop at log 2 = 0.693 and at 1
# when the two share nothing.
#
# ## 2. Two segments: the smallest GAN
#
# The paper that introduced the Wasserstein GAN (Arjovsky, Chintala and Bottou, 2017; from here on "the
# WGAN paper") has this example. Real points are $(0, u)$ and fakes are $(\theta, u)$, with $u$
# uniform on [0, 1]. The generator has one parameter, $\theta$, and it is perfect at $\theta = 0$.
#
# **Predict:** the generator improves from $\theta = 0.5$ to $\theta = 0.01$. What does each of the four numbers say
# before, and what after?


# %% tags=["draws"]
def segment_distances(theta):
    if theta == 0:
        return {"KL": 0.0, "JS": 0.0, "TV": 0.0, "W": 0.0}
    return {"KL": inf, "JS": log(2), "TV": 1.0, "W": abs(theta)}


def segment_gradients(theta):
    if theta == 0:
        return {"KL": nan, "JS": nan, "TV": nan, "W": nan}
    return {"KL": nan, "JS": 0.0, "TV": 0.0, "W": 1.0 if theta > 0 else -1.0}


# %%
predict("01.1", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("01.1")
heights = np.linspace(0, 1, 50)  # 50 points on each segment, to measure W too
for theta in (0.5, 0.01):
    known = segment_distances(theta)
    cost = cdist(np.c_[0 * heights, heights], np.c_[0 * heights + theta, heights])  # every real to every fake
    pairs = linear_sum_assignment(cost)  # the best way to pair them
    print(f"theta {theta:4}: KL {known['KL']}, JS {known['JS']:.3f}, TV {known['TV']}, ", end="")
    print(f"W {known['W']}, measured {cost[pairs].mean():.2f}")

# %% [markdown]
# Only W notices. As long as $\theta$ is not 0, the segments share no point, so KL, JS and TV have their largest
# values (`inf` is infinity). For W, each point moves straight across, by $|\theta|$.
#
# Here are the four numbers over $\theta$ and, below each, its gradient:

# %% tags=["draws"]
figures.show(
    draw.Segments(segment_distances, segment_gradients).set(0.5),
    alt="Two upright segments at distance one half. Beside them KL, JS, TV and W over theta: the "
    "first three jump at zero and are flat elsewhere, W is a V. Below, their gradients: none for "
    "KL, zero for JS and TV, plus or minus one for W.",
    caption="Only W falls on the way to θ = 0, and only its gradient points there. KL and JS are in nats, "
    "the unit that goes with the natural logarithm.",
)

# %% [markdown]
# The lower row is the reason for this course. Gradient descent on $\theta$ gets nothing from KL, JS and
# TV. From W it gets slope 1, from everywhere, towards the data.
#
# Move the fake segment (the arrow keys work too):

# %% tags=["draws"]
widgets.slider(
    draw.Segments(segment_distances, segment_gradients),
    "θ",
    [-1, -0.75, -0.5, -0.25, -0.1, -0.01, 0, 0.01, 0.1, 0.25, 0.5, 0.75, 1],
    start=0.5,
    alt="The two segments, the four distances over theta with a mark at its value, and below each its gradient.",
)

# %% tags=["draws"]
figures.show(
    draw.segments([1, 0.5, 0.01, 0], segment_distances, segment_gradients),
    alt="Four pairs of segments, at distance 1, 0.5, 0.01 and 0. JS is 0.693 with gradient 0 in the "
    "first three; W is 1, 0.5 and 0.01 with gradient 1. At 0 all four numbers are 0.",
    caption="Four settings side by side. At θ = 0 the generator has arrived, and all four numbers are 0.",
)

# %% [markdown]
# <details><summary>For the curious: a slip in the WGAN paper</summary>
#
# Its section 2 prints JS without the two factors 1/2. For distributions that share nothing, $m$ is half
# of $p$ wherever $p$ has data, so each of the two KL terms is log 2 = 0.693. As printed, JS would be
# 2 log 2 = 1.386. But Example 1 of the same paper, the one with the segments, says log 2. So the halves
# belong there, as in (1.2).
#
# </details>
# <details><summary>For the curious: so does every other GAN fail here?</summary>
#
# No. This is about the exact numbers. A GAN never computes JS: its discriminator is imperfect, and its
# usual loss is another one. Fedus et al. (2018) show that such GANs can learn where JS has no gradient.
# The picture says what *can* steer, not what every GAN does.
#
# </details>
#
# ## 3. On a line: sort
#
# **Predict:** the real data are the numbers 4, 1 and 2, the fakes are 3, 9 and 6. Carry each fake to a real
# one of its own. How short can the mean way be?

# %% tags=["predict", "nbval-check-output"]
x, y = np.array([4.0, 1.0, 2.0]), np.array([3.0, 9.0, 6.0])
print("The mean way:")
print(f"paired as they stand {abs(x - y).mean():.3f}, cheapest {wasserstein_distance(x, y):.3f}")

# %% [markdown]
# It can be 3.667. The cheapest way keeps the order: 3 goes to 1, 6 to 2 and 9 to 4, over distances 2, 4 and
# 5. With $x_{(i)}$ the $i$-th smallest number:
#
# $$W(x, y) = \operatorname{mean}_i\, |x_{(i)} - y_{(i)}| \tag{1.4}$$
#
# The same number is an area:

# %% tags=["draws"]
figures.show(
    draw.sorted_pairs(x, y),
    alt="Left: three real numbers and three fakes joined in order by arrows of length 2, 4 and 5. "
    "Right: the shares up to each place, two staircases, with the area between them shaded.",
    caption="Left: the cheapest way. Right: each arrow is a horizontal strip of the area, as long as the arrow and 1/3 high.",
)

# %% [markdown]
# ## 4. Be the critic
#
# A critic $f$ gives every place a score. Its result is the mean score of the real data minus that of the
# fakes, the larger the better. One rule: from one bin to the next, the score may change by 1 at most.
# Otherwise ten times the same critic would have ten times the result. Here are the shares of seven bins:

# %%
p, q = np.array([0.1, 0.4, 0.3, 0.2, 0, 0, 0]), np.array([0, 0, 0.1, 0.1, 0.2, 0.3, 0.3])  # real and fake

# %% [markdown]
# The real data lie on the left, the fakes on the right. Each slider sets the score of one bin. Dotted is what you draw. Green is the same critic, made flatter
# or steeper until its steepest step is 1. The bar is its result. The dashed line is W, and no critic gets
# beyond it. Try to reach it:

# %% tags=["draws"]
bins = np.arange(7)
exact = wasserstein_distance(bins, bins, p, q)
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
# **Predict:** four critics. *Wrong way* goes up from the real side to the fakes. *One step* goes down
# once. *Too steep* takes half of its way down in one step. *Ramp* goes down in equal steps. Which is best?

# %% tags=["draws", "predict"]
drawn = {
    "wrong way": [-1, -1, 0, 0, 0, 1, 1],
    "one step": [1, 1, 1, 0, 0, 0, 0],
    "too steep": [3, 2, 1, 0, -3, -3, -3],
    "ramp": [3, 2, 1, 0, -1, -2, -3],
}
figures.show(
    draw.critics(drawn, p, q),
    alt="Four critics above the two histograms. One that leans the wrong way gets a negative number, a "
    "single step and one with a steep step get a part of W, and a ramp with slope minus one gets all of it.",
    caption="Dotted: as drawn. Green: with steepest slope 1, and that is what counts.",
)

# %% [markdown]
# The ramp is best. It uses the whole slope that it is allowed, everywhere, and reaches 3 = W. In the third
# critic the steep step makes everything else flat.
#
# Can a critic exceed W? No. Follow one grain of sand that goes from bin 5 to bin 2. Its way is 3 bins long,
# and with each bin the score changes by 1 at most. So the scores at the two ends of the way differ by 3 at
# most, which is what the grain costs. This holds for each grain, and so for the mean of all of them. If the
# steepest slope is not 1, divide by it:
#
# $$\frac{\sum_i f_i\, (p_i - q_i)}{\text{steepest slope of } f} \;\le\; W(p, q) \tag{1.5}$$
#
# So every critic proves that W is at least its result. Kantorovich and Rubinstein showed that the best
# one proves all of W. The computer finds one, with each step of $f$ between -1 and 1:

# %% tags=["nbval-check-output"]
steps = np.diff(np.eye(7), axis=0)  # steps @ f are the six steps of f
best = linprog(q - p, A_ub=np.r_[steps, -steps], b_ub=np.ones(12), bounds=(None, None))
print(f"best critic proves {-best.fun:.3f}, W is {exact:.3f}")

# %% [markdown]
# A network plays the same game, with more sliders, moved by gradients. How to limit *its* slope is the
# subject of lesson 04 and lesson 05.
#
# ## 5. In the plane: a plan
#
# Points in the plane have no order. Write down a whole *plan* instead, a table with a row for each real
# point and a column for each fake. The entry $\text{plan}_{ij}$ is the share that travels between real point
# $i$ and fake $j$, and $\text{cost}_{ij}$ is how far these two are apart. Row $i$ has to sum to $p_i$, all that
# the real data have there, and column $j$ to $q_j$:
#
# $$W(p, q) = \min_{\text{plan} \ge 0} \sum_{ij} \text{plan}_{ij}\, \text{cost}_{ij}, \quad
# \text{row sums } p, \quad \text{column sums } q \tag{1.6}$$
#
# The unknown numbers, those of the plan, are only added, each times a known cost. That is a *linear
# programme*, which a computer solves exactly. If all points weigh the same, a best plan makes pairs:

# %% tags=["nbval-check-output"]
angles = np.arange(12) * np.pi / 6
circle = np.c_[np.cos(angles), np.sin(angles)]
real, fake = 2 * circle, np.random.default_rng(1).permutation(0.8 * circle + [0.5, 0])
cost = cdist(real, fake)  # a row for each real point
_, cheapest = linear_sum_assignment(cost)
print(f"as they come {np.diag(cost).mean():.3f}, cheapest plan {cost[np.arange(12), cheapest].mean():.3f}")
means = np.linalg.norm(real.mean(axis=0) - fake.mean(axis=0))
print(f"the two means are {means:.3f} apart")

# %% tags=["draws"]
figures.show(
    draw.pairings(real, fake, {"as they come": np.arange(12), "cheapest plan": cheapest}),
    alt="Twelve fake points on a small circle with arrows to twelve real points on a large circle around it, "
    "twice. As they come, the arrows cross; in the cheapest plan they spread like the rays of a star.",
    caption=f"The cheapest plan has no crossings. It is longer than the {means:.1f} between the means, because W "
    "also sees that one circle is too small.",
)

# %% [markdown]
# Now W has two sides: every plan costs at least W, and every critic proves at most W. A plan for 1,000
# points and 1,000 fakes has a million entries, and says nothing about a new point. A critic scores every
# place. That is why a GAN trains a critic.
#
# ## 6. Known by samples only
#
# Training sees only batches of a distribution. Let the real one be normal, in 784 dimensions, as many as
# an image has pixels. A *perfect* generator draws from the same one, so its W is 0. A *lazy* generator
# always draws the mean.
#
# **Predict:** compare a real batch of 64 with a batch of each generator. Which one is nearer?

# %%
predict("01.2", "...")

# %% tags=["predict"]
predicted("01.2")
rng = np.random.default_rng(0)


def between_batches(n, d):
    cost = cdist(rng.standard_normal((n, d)), rng.standard_normal((n, d)))
    return cost[linear_sum_assignment(cost)].mean()


lazy = np.linalg.norm(rng.standard_normal((64, 784)), axis=1).mean()  # each point to the mean, which is 0
print(f"perfect generator {between_batches(64, 784):.1f}, lazy generator {lazy:.1f}")

# %% [markdown]
# The lazy one is nearer. Two random points are about $\sqrt{2 \cdot 784} = 39.6$ apart, but only $\sqrt{784} = 28$ from
# the mean. Larger batches hardly help:

# %% tags=["draws"]
sizes = (64, 256, 1024)
table = {d: [between_batches(n, d) for n in sizes] for d in (2, 10, 100, 784)}
figures.show(
    draw.batch_distances(sizes, table),
    alt="Distance between two batches of one distribution over their size, on logarithmic scales: it falls "
    "quickly in 2 dimensions, slowly in 10, and hardly at all in 100 and 784.",
    caption="Two batches of the same distribution in d dimensions. The true W is 0 everywhere.",
)

# %% [markdown]
# For training this means: never train a critic to perfection on one batch, because it learns the
# accidents of that batch. And compare a W of batches only with one of the same batch size, never with the
# W of the distributions.
#
# ## Keep in mind
#
# - KL, JS and TV look bin by bin, and do not steer where two distributions share nothing. W does.
# - A critic with slope at most 1 proves a lower bound of W, and the best one proves W.
# - W of batches is too large, and in many dimensions it stays so.
