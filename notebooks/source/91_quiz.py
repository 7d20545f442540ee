# %% [markdown]
# Seven things that many tutorials say. Answer them before the course and again after it. Do not look
# anything up: write down what you believe, then run the cells. They compute the answers.

# %%
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import nn

from starter.kit import figures, theory

# %% [markdown]
# **Your answers.** Write one word for each question and run the cell. Each question below compares.
#
# 1. "The critic's loss is the Wasserstein distance." A well-trained WGAN-GP critic looks at two laws at
#    distance 1, with $\lambda = 10$. It reports: `less`, `equal` or `more`?
# 2. "The penalty makes the slope 1 everywhere." For two normal laws, the slope of that critic is `one`
#    everywhere, bounded by `two`, or `unbounded`?
# 3. "Further apart means more different." Two normal laws at distance 8, then at distance 80. The
#    Jensen-Shannon divergence `grows` or `stays`?
# 4. A critic with four layers of weights is clipped to [-c, c]. You double c. The bound on its slope
#    grows by a factor of `2`, `4` or `16`?
# 5. "Scaling pixels is harmless." You change from [-1, 1] to [0, 255] and leave $\lambda = 10$. The slope
#    that the penalty allows beyond 1 is `the same` or `another`?
# 6. "Two batches of one law have distance 0." In 784 dimensions, with 64 samples: which is nearer to
#    a batch, `another batch` of the same law or 64 copies of the `mean`?
# 7. You multiply the generator's loss by 100. Does Adam take `larger` steps, or the `same`?

# %%
mine = {1: "?", 2: "?", 3: "?", 4: "?", 5: "?", 6: "?", 7: "?"}
right = {}


def compare(number: int, answer: str) -> None:
    right[number] = answer
    print(f"Computed: {answer}. You said: {mine[number]}.")


# %% [markdown]
# ## 1. Is the loss the distance?
#
# In one dimension the best critic under the penalty is known exactly.

# %% tags=["nbval-check-output"]
for lambda_ in (0.1, 1, 10, 100):
    print(f"lambda {lambda_}: the best critic reports {theory.penalised_gap(1, lambda_):.3f}")
compare(1, "more")

# %% [markdown]
# Always more than 1, and much more for a small $\lambda$: being a little too steep costs little. With
# clipping it is a number of its own scale altogether.
#
# ## 2. Is the slope 1?

# %% tags=["draws"]
x = np.linspace(-4, 5, 181)
fig, ax = figures.axes(height=2.6)
for lambda_, style in ((0.1, "-"), (1, "--"), (10, ":")):
    slope = theory.penalised_slope(x, 1, lambda_)
    ax.semilogy(x, slope, style, color=figures.CRITIC, label=f"lambda {lambda_}")
ax.set(xlabel="x", ylabel="slope (score / x)")
figures.legend(ax)
far = theory.penalised_slope(np.array([10.0]), 1, 10)[0]
figures.show(
    fig,
    alt="The slope of the best critic over x for three values of lambda: it is above 1 everywhere "
    "and rises on both sides.",
    caption=f"With lambda 10 the slope is between {theory.penalised_slope(x, 1, 10).min():.2f} and "
    f"{theory.penalised_slope(x, 1, 10).max():.2f} in this picture, and {far:.2f} at x = 10.",
)
compare(2, "unbounded")

# %% [markdown]
# About $1 + |x| / 2\lambda$ far out, where interpolates are rare and the penalty hardly looks.
#
# ## 3. Does Jensen-Shannon see distance?

# %% tags=["nbval-check-output"]
x = np.linspace(-12, 92, 200_001)
for mu in (1, 8, 80):
    p, q = (np.exp(-((x - m) ** 2) / 2) / np.sqrt(2 * np.pi) for m in (0, mu))
    m = np.maximum((p + q) / 2, 1e-300)
    halves = [np.where(d > 0, d * np.log(np.maximum(d, 1e-300) / m), 0) / 2 for d in (p, q)]
    print(f"distance {mu}: JS {np.trapezoid(halves[0] + halves[1], x):.4f}, Wasserstein {mu}")
compare(3, "stays")

# %% [markdown]
# At 8 it has reached log 2 = 0.6931 and cannot grow: no gradient is left to follow. That does not prove
# that a GAN cannot learn there (Fedus et al., 2018, show some that do): a network is trained for a few
# steps, not to the divergence. It proves that the divergence cannot show the way.
#
# ## 4. How steep may a clipped critic be?
#
# Steepest is the critic whose weights all stand at the edge of the window. Move one input by 1:

# %% tags=["nbval-check-output"]
for c in (0.01, 0.02):
    layers = [nn.Linear(2, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU()]
    steepest = nn.Sequential(*layers, nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 1))
    with torch.no_grad():
        for name, parameter in steepest.named_parameters():
            parameter.fill_(c if "weight" in name else 0)
        rise = steepest(torch.tensor([2.0, 1.0])) - steepest(torch.tensor([1.0, 1.0]))
    print(f"c = {c}: slope {rise.item():.2f}")
compare(4, "16")

# %% [markdown]
# $c$ enters once for each layer of weights. That is why a good $c$ for one critic is a bad one for another.
#
# ## 5. Does the unit matter?
#
# For two points at distance $\theta$ the slope is $1 + \theta / 2\lambda$: theta has a unit, so lambda has it.

# %% tags=["nbval-check-output"]
for theta, unit in ((1, "[-1, 1]"), (127.5, "[0, 255]")):
    print(f"pixels in {unit}: distance {theta}, slope {1 + theta / 20:.2f}")
compare(5, "another")

# %% [markdown]
# ## 6. How far apart are two batches of one law?

# %%
rng = np.random.default_rng(0)
to_batch, to_mean = [], []
for _ in range(5):
    a, b = rng.standard_normal((2, 64, 784))
    cost = np.linalg.norm(a[:, None] - b[None], axis=2)
    to_batch.append(cost[linear_sum_assignment(cost)].mean())
    to_mean.append(np.linalg.norm(a, axis=1).mean())
print(f"to another batch {np.mean(to_batch):.1f}, to copies of the mean {np.mean(to_mean):.1f}")
compare(6, "mean")

# %% [markdown]
# 64 grey averages are nearer to the data than 64 real samples are. A generator that made the exact
# distance between batches small would draw averages. It is as well that a critic is no exact distance.
#
# ## 7. What does the scale of a loss do?

# %%
for kind in (torch.optim.SGD, torch.optim.Adam):
    moves = []
    for scale in (1, 100):
        torch.manual_seed(0)
        weight = nn.Parameter(torch.ones(3))
        optimizer = kind([weight], lr=1e-3)
        for _ in range(5):
            optimizer.zero_grad()
            (scale * (weight**2).sum()).backward()
            optimizer.step()
        moves.append((1 - weight).norm().item())
    print(f"{kind.__name__}: with the loss times 100 it moves {moves[1] / moves[0]:.1f} times as far")
compare(7, "same")

# %% [markdown]
# Adam divides by the size of past gradients. A badly scaled loss hides behind it.
#
# ## How many?

# %%
print(f"{sum(mine[n].strip().lower() == answer for n, answer in right.items())} of {len(right)}")

# %% [markdown]
# Write the number down and come back after sheet 05. None of these is a trick.
