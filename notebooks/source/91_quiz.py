# %% [markdown]
# Nine things that many people believe about Wasserstein GANs. Answer them before the course and again after it.
# Do not look anything up: write down what you believe, then run the cells. Each one computes its answer on your
# machine. The answers are not stored in this notebook.

# %% tags=["draws"]
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import nn

from starter.kit import theory
from starter.kit.show.quiz import Quiz

# %% [markdown]
# **Your answers.** Write one word or number for each question, and run the cell.
#
# 1. "The critic's loss is the Wasserstein distance." A well-trained critic with a gradient penalty
#    ($\lambda = 10$) looks at two normal distributions at distance 1. What it reports is `less`, `equal` or `more`?
# 2. "The penalty makes the slope 1 everywhere." The slope of that critic is `one` everywhere, `bounded` by two, or
#    `unbounded`?
# 3. "Further apart means more different." Two normal distributions at distance 8, then at distance 80. Their
#    Jensen-Shannon divergence `grows` or `stays`?
# 4. A critic with four layers of weights is clipped to [-c, c]. You double c. The bound on its slope grows by a factor
#    of `2`, `4` or `16`?
# 5. "Scaling pixels is harmless." You change from [-1, 1] to [0, 255] and leave $\lambda = 10$. How far the slope may
#    exceed 1 stays the `same`, or is `another`?
# 6. "Two batches of one distribution have distance 0." In 784 dimensions, with 64 samples: which is nearer to a batch,
#    another `batch` of the same distribution, or 64 copies of the `mean`?
# 7. You multiply the generator's loss by 100. Does Adam take `larger` steps, or the `same`?
# 8. "A score below 0 means fake." You add 10 to all scores of a critic. Do the gradients of both players change, `yes`
#    or `no`?
# 9. "The curves are flat, so it has converged." A generator stands far from the data, and its critic is flat there.
#    In 200 more steps the curve of the estimate `moves` or `stays`?

# %%
mine = {1: "", 2: "", 3: "", 4: "", 5: "", 6: "", 7: "", 8: "", 9: ""}
quiz = Quiz(mine)

# %% [markdown]
# ## 1. Is the loss the distance?
#
# In one dimension the best critic under the penalty is known exactly. What does it report, at distance 1?

# %% tags=["yours"]
gaps = {lambda_: theory.penalised_gap(1, lambda_) for lambda_ in (0.1, 1, 10, 100)}
print({lambda_: round(gap, 3) for lambda_, gap in gaps.items()})
quiz.compare(1, {"less": gaps[10] < 0.999, "equal": abs(gaps[10] - 1) <= 0.001, "more": gaps[10] > 1.001})

# %% [markdown]
# ## 2. Is the slope 1?
#
# The slope of the same critic, at places farther and farther out:

# %% tags=["yours"]
slopes = {x: theory.penalised_slope(np.array([x]), 1, 10)[0] for x in (0.5, 5.0, 15.0, 30.0)}
print({x: round(float(slope), 2) for x, slope in slopes.items()})
top = max(slopes.values())
quiz.compare(2, {"one": top < 1.01, "bounded": 1.01 <= top < 2, "unbounded": top >= 2})

# %% [markdown]
# ## 3. Does Jensen-Shannon see distance?

# %% tags=["yours"]
x = np.linspace(-12, 92, 200_001)
js = {}
for mu in (1, 8, 80):
    p, q = (np.exp(-((x - m) ** 2) / 2) / np.sqrt(2 * np.pi) for m in (0, mu))
    m = np.maximum((p + q) / 2, 1e-300)
    halves = [np.where(d > 0, d * np.log(np.maximum(d, 1e-300) / m), 0) / 2 for d in (p, q)]
    js[mu] = np.trapezoid(halves[0] + halves[1], x)
    print(f"distance {mu}: JS {js[mu]:.4f}, Wasserstein {mu}")
quiz.compare(3, {"grows": js[80] > js[8] + 1e-3, "stays": js[80] <= js[8] + 1e-3})

# %% [markdown]
# ## 4. How steep may a clipped critic be?
#
# Steepest is the critic whose weights all stand at the edge of the window. Move one input by 1:

# %% tags=["yours"]
rises = []
for c in (0.01, 0.02):
    sizes = [2, 512, 512, 512, 1]
    rows = torch.tensor([[2.0, 1.0], [1.0, 1.0]])
    for width in sizes[1:]:
        rows = (rows @ torch.full((rows.shape[1], width), c)).relu()
    rises.append((rows[0] - rows[1]).item())
    print(f"c = {c}: slope {rises[-1]:.2f}")
factor = round(rises[1] / rises[0])
quiz.compare(4, {str(number): factor == number for number in (2, 4, 16)})

# %% [markdown]
# ## 5. Does the unit matter?
#
# Two points at distance $\theta$. For them the best critic under the penalty is known too:

# %% tags=["yours"]
slopes = [1 + theta / (2 * 10) for theta in (1, 127.5)]
print(f"slope {slopes[0]:.2f} with pixels in [-1, 1], {slopes[1]:.2f} in [0, 255]")
quiz.compare(5, {"same": abs(slopes[0] - slopes[1]) < 1e-6, "another": abs(slopes[0] - slopes[1]) >= 1e-6})

# %% [markdown]
# ## 6. How far apart are two batches of one distribution?

# %% tags=["yours"]
rng = np.random.default_rng(0)
to_batch, to_mean = [], []
for _ in range(5):
    a, b = rng.standard_normal((2, 64, 784))
    cost = np.linalg.norm(a[:, None] - b[None], axis=2)
    to_batch.append(cost[linear_sum_assignment(cost)].mean())
    to_mean.append(np.linalg.norm(a, axis=1).mean())
print(f"to another batch {np.mean(to_batch):.1f}, to copies of the mean {np.mean(to_mean):.1f}")
quiz.compare(6, {"batch": np.mean(to_batch) < np.mean(to_mean), "mean": np.mean(to_mean) < np.mean(to_batch)})

# %% [markdown]
# ## 7. What does the scale of a loss do?


# %% tags=["draws"]
def moved(kind, scale):
    """How far five steps lead."""
    weight = nn.Parameter(torch.ones(3))
    optimizer = kind([weight], lr=1e-3)
    for _ in range(5):
        optimizer.zero_grad()
        (scale * (weight**2).sum()).backward()
        optimizer.step()
    return (1 - weight).norm().item()


# %% tags=["yours"]
times = {kind.__name__: moved(kind, 100) / moved(kind, 1) for kind in (torch.optim.SGD, torch.optim.Adam)}
print({name: round(factor, 1) for name, factor in times.items()})
quiz.compare(7, {"larger": times["Adam"] > 1.5, "same": times["Adam"] <= 1.5})

# %% [markdown]
# ## 8. Is 0 the border between real and fake?

# %% tags=["yours"]
real, fake = torch.tensor([3.0, 1.0], requires_grad=True), torch.tensor([0.0, -2.0], requires_grad=True)
gradients = []
for added in (0, 10):
    loss = (fake + added).mean() - (real + added).mean()
    gradients.append(torch.cat(torch.autograd.grad(loss, (real, fake))))
print("without:", gradients[0].tolist(), " with 10 added:", gradients[1].tolist())
quiz.compare(8, {"no": torch.equal(*gradients), "yes": not torch.equal(*gradients)})

# %% [markdown]
# ## 9. Does a flat curve mean that it has converged?
#
# The real data lie at 0, and the fakes at 5. The critic rises between 1 and 0 only, as steep as is allowed:

# %% tags=["yours"]
place = nn.Parameter(torch.tensor([5.0]))
optimizer, curve = torch.optim.Adam([place], lr=0.1), []
for _ in range(200):
    score = (1 - place).clamp(0, 1)
    curve.append(1 - score.item())
    optimizer.zero_grad()
    (-score).sum().backward()
    optimizer.step()
print(f"estimate {curve[0]:.2f} at the start, {curve[-1]:.2f} at the end; the fakes are at {place.item():.1f}")
quiz.compare(9, {"moves": abs(curve[-1] - curve[0]) > 0.01, "stays": abs(curve[-1] - curve[0]) <= 0.01})

# %% [markdown]
# ## How many?

# %% tags=["yours"]
quiz.result()

# %% [markdown]
# Write the number down, and come back after sheet 05. None of these is a trick.
