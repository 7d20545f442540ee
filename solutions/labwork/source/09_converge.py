# %% [markdown]
# **Answer these two, and you may skip `notebooks/09_converge.ipynb`.**
#
# 1. A generator stands exactly on the data, and its WGAN-GP critic still has slope 1. What happens next?
# 2. In 784 dimensions you minimise the exact distance between a real batch of 64 and a fake one. What will the generator
#    draw?
#
# <details><summary>Answers</summary>
#
# 1. The critic pushes the generator past the data, and the game goes round.
# 2. Something near the mean of the data: to a batch, the mean is nearer than another batch is.
#
# </details>
#
# **You will** stop a game that goes round in circles, and let the same brake train garments. As homework you train a
# generator with no critic at all, and see why nobody does. You need sheets 02, 03 and 05.

# %% tags=["draws"]
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.stats import binom
from torch import Tensor, nn

from starter import critic as critics
from starter import distances, dynamics, penalty
from starter import generator as generators
from starter.kit import data, figures, scores, steps, train
from starter.kit.measure import validate
from starter.kit.show import lesson_09 as draw

# %% [markdown]
# ## 1. The smallest game
#
# All real data are the number 0, all fakes the number $\theta$, and the critic is $f(x) = \psi x$:
#
# $$\text{critic: } \min_\psi \ \psi\theta + \tfrac{\gamma}{2} \psi^2, \qquad
# \text{generator: } \min_\theta \ -\psi\theta \tag{9.1}$$
#
# **On paper:** what is the derivative of the critic's loss in $\psi$, and that of the generator's in $\theta$?
#
# <details><summary>Answer</summary>
#
# $\theta + \gamma\psi$ and $-\psi$. The generator does not pay for the slope.
#
# </details>
#
# A step of size $h$ goes against the derivative. The critic moves first, as in training, and $\psi'$ is its new slope:
#
# $$\psi' = \psi - h\,(\theta + \gamma\psi), \qquad \theta' = \theta + h\,\psi' \tag{9.2}$$
#
# With `alternating=False` both move at once: the generator sees the old $\psi$.
#
# {{ box dynamics.dirac_step }}
#
# Shapes: `theta` and `psi` alike, of any shape; each entry is a game of its own.

# %%
# {{ fill dynamics.dirac_step }}

# %% [markdown]
# <details><summary>Hint 1: names</summary>
#
# Keep the old `psi`. You need it if both move at once.
#
# </details>
# <details><summary>Hint 2: two ways</summary>
#
# `new_psi if alternating else psi` is what the generator sees.
#
# </details>
#
# **Predict:** from (1, 1), at a distance of 1.41, with $h = 0.1$ and no $\gamma$: how far are you after 100 steps at once, and
# by turns?


# %%
def play(gamma: float, alternating: bool = True, h: float = 0.2, n: int = 100) -> Tensor:
    """Places of your game, shape (n + 1, 2)."""
    seen = [(torch.ones((), dtype=torch.float64), torch.ones((), dtype=torch.float64))]
    for _ in range(n):
        seen.append(dynamics.dirac_step(*seen[-1], h, gamma, alternating))
    return torch.tensor(seen)


# %% tags=["predict", "nbval-check-output"]
print("distance from the goal, at the start and after 100 steps")
for alternating in (False, True):
    path = play(0.0, alternating, h=0.1)
    print(f"alternating={alternating!s:5} {path[0].norm():.2f} {path[-1].norm():.2f}")

# %% [markdown]
# At once the distance grows by $\sqrt{1 + h^2}$ in each step, to 2.33. By turns it stays a ring: $\theta^2 + \psi^2 - h \theta
# \psi$ does not change.
#
# The lesson's GAN comes to rest fastest with $\gamma = 1$. **Predict:** which $\gamma$ is best for your WGAN, with $h = 0.2$?

# %% tags=["predict", "nbval-check-output"]
print("gamma: distance from the goal after 100 steps")
for gamma in (0.0, 0.5, 1.0, 2.0, 4.0):
    print(f"{gamma:5}: {play(gamma)[-1].norm():.1e}")

# %% tags=["draws"]
figures.show(
    draw.own_paths({f"γ = {gamma:g}": play(gamma) for gamma in (0.0, 0.5, 2.0, 4.0)}),
    alt="Four paths of the student's own game: a ring without R1, a spiral inwards, a short bend to the goal, and a slow "
    "approach when gamma is large.",
    caption="Your game without R1, and with three weights of it.",
)

# %% [markdown]
# About 2, where the eigenvalues $-\gamma/2 \pm \sqrt{\gamma^2/4 - 1}$ meet. Near the goal a WGAN pulls twice as hard as the
# GAN, so its brake has to be twice as strong.
#
# ## 2. The brake, for networks
#
# $$\text{R1} = \operatorname{mean} \lVert \nabla f(x) \rVert^2, \qquad x \text{ real} \tag{9.3}$$
#
# It is your `gradient_penalty` with two changes: the points are the real images, and the slope is pulled to 0.
#
# {{ box penalty.r1_penalty }}
#
# Use your `gradient_norms`. `fake` is in the list of arguments because `critic_step` hands it to any penalty. The factor
# $\gamma / 2$ stays outside.

# %%
# {{ fill penalty.r1_penalty }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# Slopes at the real images, squared, then the mean.
#
# </details>
#
# **Predict:** a linear critic with $\lVert w \rVert = 3$. What are GP and R1, and which slope does each want?

# %% tags=["predict", "nbval-check-output"]
linear = nn.Sequential(nn.Flatten(), nn.Linear(9, 1))
nn.init.constant_(linear[1].weight, 1.0)
real, fake = torch.ones(4, 1, 3, 3), torch.zeros(4, 1, 3, 3)
print("GP and R1 at slope 3:")
print(f"{penalty.gradient_penalty(linear, real, fake).item():.2f} {penalty.r1_penalty(linear, real, fake).item():.2f}")

# %% [markdown]
# 4 and 9. GP wants slope 1, and R1 slope 0. Between real and fake the critic may still be steep.
#
# ## 3. Your reward: garments with a brake
#
# Your networks, your losses and your steps, but the penalty is R1 ($\gamma = 10$, so `lambda_` is 5). It takes 600
# steps, about half a minute on two cores. **Predict:** will the critic's slope of almost 0 at real images be enough to teach a generator?

# %% tags=["predict"]
torch.manual_seed(0)
garments = data.load()
critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
run = train(critic, generator, garments, penalty=penalty.r1_penalty, lambda_=5.0, steps=steps(600, 20))
images = run.sample(40, seed=0)
figures.save_images(images, root / "runs" / "r1.png", columns=10)
fig, ax = figures.axes(height=3.2)
figures.draw_images(ax, images, columns=10)
figures.show(
    fig,
    alt="Forty generated garments: tops, trousers, dresses, bags and shoes, blurred and grainy.",
    caption="Drawn by a generator whose critic your R1 held. The file is runs/r1.png.",
)

# %% [markdown]
# It is. The critic is flat *on* the data and leans *beside* them.
#
# **The lab ends here.** The rest is homework.
#
# ## 4. The exact distance of two batches
#
# A pairing gives each point of $x$ a partner of its own in $y$. The cheapest one says how far two batches are apart:
#
# $$W(x, y) = \min_{\text{pairings } \pi}\ \operatorname{mean}_i \lVert x_i - y_{\pi(i)} \rVert \tag{9.4}$$
#
# {{ box distances.batch_wasserstein }}
#
# Shapes: (n, d) and (n, d) in, one number out. Three pieces: all distances (`torch.cdist`), the pairing, the mean.
# `linear_sum_assignment` of a table gives rows and columns of the best pairing. It fails on a tensor that has a gradient,
# so the table is detached first:

# %% tags=["nbval-check-output"]
table = torch.tensor([[1.0, 2.0], [5.0, 9.0]], requires_grad=True)
rows, columns = linear_sum_assignment(table.detach())
print(rows.tolist(), columns.tolist(), table[rows, columns].tolist())

# %% [markdown]
# 2 and 5 is the best choice of two entries in different rows and columns. `table` itself is still followed.

# %%
# {{ fill distances.batch_wasserstein }}

# %% [markdown]
# <details><summary>Hint 1: the pairing</summary>
#
# `detach` the table where scipy gets it, and only there.
#
# </details>
# <details><summary>Hint 2: the mean</summary>
#
# `cost[rows, columns]` are the n distances of the pairs.
#
# </details>
#
# Now the expectation over all batches. A coin shows 1 with probability 0.6, and you see 3 flips; the model shows 1 with
# probability $\theta$, and you see 3 of its flips. Each pair of batches counts with its probability:


# %%
def expected(theta: float, m: int = 3) -> float:
    total = 0.0
    for k in range(m + 1):
        for j in range(m + 1):
            x, y = (torch.tensor([[1.0]] * ones + [[0.0]] * (m - ones)) for ones in (k, j))
            share = binom.pmf(k, m, 0.6) * binom.pmf(j, m, theta)
            total += share * distances.batch_wasserstein(x, y).item()
    return total


# %% [markdown]
# **Predict:** which of the models 0.5, 0.6, 0.65 and 0.7 gets the smallest number?

# %% tags=["predict", "nbval-check-output"]
print("the expected distance of batches of 3")
for theta in (0.5, 0.6, 0.65, 0.7):
    print(f"theta = {theta}: {expected(theta):.4f}")

# %% [markdown]
# 0.65, although 0.6 is the truth, and no number is 0. The best model for batches is not the best model for the data.
#
# ## 5. A generator without a critic
#
# Your function can be differentiated. So train a generator on it directly, for as many steps as in section
# 3. (That takes about a minute.) **Predict:** it gets the exact distance, and no
# critic can mislead it. Better garments than in section 3?


# %%
def without_a_critic(n_steps: int) -> nn.Module:
    torch.manual_seed(0)
    generator = generators.MLPGenerator(64, garments.shape)
    optimizer = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.9))
    for _ in range(n_steps):
        real, fake = garments.sample(128), generator(torch.randn(128, 64))
        loss = distances.batch_wasserstein(real.flatten(1), fake.flatten(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return generator.eval()


# %% tags=["predict"]
exact = without_a_critic(steps(600, 20))
with torch.no_grad():
    drawn = {"photographs": scores.real_images(0, 2000)}
    if "run" in globals():  # of section 3
        drawn["critic, R1"] = run.sample(2000, 1)
    drawn["no critic"] = exact(torch.randn(2000, 64, generator=torch.Generator().manual_seed(1)))
print("W of batches of 128, and Fréchet distance, to photographs that nobody has seen:")
unseen = scores.held_out()
for name, images in drawn.items():
    pairs = zip(unseen[:1280].flatten(1).split(128), images[:1280].flatten(1).split(128))
    batches = [distances.batch_wasserstein(x, y) for x, y in pairs]
    frechet = scores.frechet(scores.held_out_features(), scores.features(images))
    print(f"{name:17} {torch.stack(batches).mean():6.2f} {frechet:8.0f}")
rows = {name: images[:10] for name, images in drawn.items()}
figures.show(
    figures.image_rows(rows),
    alt="Three rows of ten garments: photographs, those of the generator with a critic, and those learned from exact "
    "distances, which are smooth and blurred.",
    caption="All three drawn by chance. Your code made the second and the third row.",
)

# %% [markdown]
# By W the generator without a critic is the best of all, and nearer to unseen photographs than photographs are. By the
# Fréchet distance it is the worst. Its garments are soft, like the mean of several. It has learned what section 4 rewards:
# to stand in the middle.
#
# **Question.** Is the exact distance wrong?
#
# <details><summary>Answer</summary>
#
# No. It answers another question: how far are these two *batches* apart? The generator was to be near the *distribution*. A
# critic remembers more than a batch, and sees less than everything. Both help.
#
# </details>
#
# ## What you built
#
# A game that you can solve on paper, a brake that works in it and on garments, and the best reason to be careful with
# exact numbers.

# %%
progress("09")
