# %% [markdown]
# In the last figure of lesson 02 the generator ran past its goal, came back, and ran past it again. Was that bad luck?
# This lesson asks three questions that most courses leave out. Does the game come to rest? Is its goal the right one?
# Does a better critic make better images? It ends with what to believe in 2026.

# %% tags=["draws"]
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import binom
from torch import nn
from torch.nn.functional import softplus

from starter.kit import figures, stored, widgets
from starter.kit.show import lesson_09 as draw

# %% [markdown]
# ## 1. The smallest game
#
# Mescheder et al. (2018) took away everything that can be taken away. All real data are the number 0. All fakes are the
# number $\theta$. The critic is $f(x) = \psi x$, so $\psi$ is its slope. Each player has one number:
#
# $$\text{critic: } \min_\psi \ \psi\theta + \tfrac{\gamma}{2} \psi^2, \qquad
# \text{generator: } \min_\theta \ -\psi\theta \tag{9.1}$$
#
# That is a WGAN for $\gamma = 0$; the term with $\gamma$ comes later. Each step of size $h$ goes downhill:
#
# $$\psi' = \psi - h\,(\theta + \gamma\psi), \qquad \theta' = \theta + h\,\psi' \tag{9.2}$$
#
# $\psi'$ is the new $\psi$. Other losses pull in other ways. Here are four: first how $\theta$ is pulled, then how $\psi$ is
# pulled (minus the gradients). The GAN is the one with $\log(1 - D)$. The numbers 0.7 and 0.3 are the weights of the
# gradient penalty and of a brake, R1, that section 2 explains:


# %%
def sigmoid(t):
    return 1 / (1 + np.exp(-t))


pulls = {
    "GAN": lambda theta, psi: (psi * sigmoid(theta * psi), -theta * sigmoid(theta * psi)),
    "WGAN, clipped at 1": lambda theta, psi: (psi, -theta),
    "WGAN-GP": lambda theta, psi: (psi, -theta - 0.7 * (psi - np.sign(psi))),
    "GAN + R1": lambda theta, psi: (psi * sigmoid(theta * psi), -theta * sigmoid(theta * psi) - 0.3 * psi),
}


# %%
def play(pull, clip=np.inf, h=0.2, n_steps=500):
    seen = [(1.0, 1.0)]
    for _ in range(n_steps):
        theta, psi = seen[-1]
        psi = np.clip(psi + h * pull(theta, psi)[1], -clip, clip)  # the critic first, as in training
        seen.append((theta + h * pull(theta, psi)[0], psi))
    return np.array(seen)


# %% [markdown]
# The goal is $(0, 0)$: the fakes are real, and the critic is flat. **Predict:** which of the four come to rest there?

# %%
predict("09.1", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("09.1")
paths = {name: play(pull, clip=1 if "clipped" in name else np.inf) for name, pull in pulls.items()}
print("distance from the goal, last 100 of 500 steps")
for name, path in paths.items():
    far = np.linalg.norm(path[-100:], axis=1)
    print(f"{name:20} {far.min():.6f} to {far.max():.6f}")

# %% tags=["draws"]
figures.show(
    draw.paths(paths),
    alt="Four paths in the plane of theta and psi, from the point (1, 1). Those of the GAN, the clipped WGAN and WGAN-GP "
    "go round the goal on rings. That of the GAN with R1 winds inwards to the goal.",
    caption="A cross marks the goal. Only the last path ends there.",
)

# %% [markdown]
# Only the GAN with R1. The others go round for ever. When the fakes arrive, the critic still leans, and pushes them on.
# Clipping allows that, and WGAN-GP even *asks* for slope 1 at the goal. So lesson 02's swings were no bad luck.
#
# ## 2. Rings, spirals, and a brake
#
# A WGAN's step multiplies $(\theta, \psi)$ by a matrix:

# %%
h = 0.2
at_once = np.array([[1, h], [-h, 1]])  # each player sees the other as it was
by_turns = np.array([[1, h], [0, 1]]) @ np.array([[1, 0], [-h, 1]])  # the critic first, then the generator

# %% [markdown]
# **Predict:** after 100 steps, how far from the goal is each?

# %% tags=["predict", "nbval-check-output"]
print("distance, from (1, 1):")
for name, matrix in {"at once": at_once, "by turns": by_turns}.items():
    theta, psi = np.linalg.matrix_power(matrix, 100) @ np.ones(2)
    print(f"{name:8} {np.hypot(theta, psi):6.3f}")

# %% [markdown]
# At once, each step multiplies the distance by $\sqrt{1 + h^2}$: a spiral outwards. By turns, $\theta^2 + \psi^2 - h
# \theta\psi$ never changes: a ring. Smaller steps give a rounder ring, and no rest.

# %% tags=["draws", "nbval-check-output"]
print(f"at once:  sqrt(2) (1 + h^2)^50 = {np.sqrt(2) * (1 + h**2) ** 50:.3f}")
print(
    f"by turns: theta^2 + psi^2 - h theta psi = {theta**2 + psi**2 - h * theta * psi:.12f} (at the start {2 - h:.1f})"
)

# %% [markdown]
# A brake is needed that acts at the goal. **R1** punishes slopes at the real data:
#
# $$\text{R1} = \operatorname{mean} \lVert \nabla f(x) \rVert^2, \qquad x \text{ real} \tag{9.3}$$
#
# In our game the slope is $\psi$, so R1 is $\psi^2$: the last term of (9.1), with the weight $\gamma / 2$. Near the goal, one
# small step of the GAN with R1 is described by the matrix in the next cell (0.5 is the sigmoid at 0). Its eigenvalues tell
# where the steps lead:

# %%
eigenvalues = {gamma: np.linalg.eigvals(np.array([[0, 0.5], [-0.5, -gamma]])) for gamma in (0, 0.3, 1, 2)}

# %% [markdown]
# An imaginary part means going round. A negative real part means coming closer. The eigenvalue whose real part is nearest
# to 0 is the slowest, and decides how fast. **Predict:** which of the four $\gamma$ is best?

# %% tags=["predict", "nbval-check-output"]
print("gamma: eigenvalues")
for gamma, (first, second) in eigenvalues.items():
    print(f"{gamma:5}: {first:.3f} and {second:.3f}")

# %% [markdown]
# $\gamma = 1$. They are $-\gamma/2 \pm \sqrt{\gamma^2/4 - 1/4}$. Below 1 the path still circles, above 1 it creeps: the
# critic is so flat that it hardly moves the fakes.
#
# Move both sliders. Can you find a step so long that even R1 does not help?
#
# <details><summary>Answer</summary>
#
# Yes. At once and with $\gamma = 0.3$, steps longer than 1.2 go round for ever. By turns that $\gamma$ helps everywhere, but
# with $\gamma = 2$ a step of 1 throws $\psi$ to and fro, and the path leaves the picture.
#
# </details>


# %% tags=["draws"]
def braked(gamma):
    """The pulls of a GAN with this weight of R1."""

    def pull(theta, psi):
        of_theta, of_psi = pulls["GAN"](theta, psi)
        return of_theta, of_psi - gamma * psi

    return pull


widgets.side_by_side(
    draw.Game(braked),
    [widgets.Knob("step size h", 0.2, 0.05, 2.0, 0.05), widgets.Knob("gamma", 0.3, 0.0, 3.0, 0.1)],
    alt="Left: the paths of a GAN with R1, at once and by turns, in the plane of theta and psi. Right: its two "
    "eigenvalues in the complex plane.",
)

# %% tags=["draws"]
figures.show(
    draw.brakes({gamma: play(braked(gamma)) for gamma in eigenvalues}),
    alt="Four paths of a GAN with R1. For gamma 0 a ring, for 0.3 a spiral inwards, for 1 a short bend to the goal, and "
    "for 2 a bend that ends in a slow approach.",
    caption="R1 with four weights: 500 steps by turns, h = 0.2. The dots are 40 steps apart, and many lie on the goal.",
)

# %% [markdown]
# <details><summary>For the curious: the usual GAN, and WGAN-GP's defence</summary>
#
# The GAN above is the one with $\log(1 - D)$. With the usual loss, $-\log D$, the path comes closer, but slower and
# slower: it is still 0.27 to 0.31 from the goal after 500 steps. With this game Mescheder et al. prove that WGAN and
# WGAN-GP need not come to rest with a finite number of critic steps. In practice one lowers the rates and averages the weights:
# the average of a ring is near its middle. For networks, R1 is proven to converge only from near the goal.
#
# </details>
#
# ## 3. The goal itself may be wrong
#
# A coin shows 1 with probability 0.6. A model shows it with probability $\theta$, so $W = |\theta - 0.6|$. You see only
# batches of $m$ flips, and minimise the mean $W$ between batch and model. We compute that mean over all possible batches,
# so nothing is random:

# %%
thetas = np.linspace(0, 1, 301)


def expected(m):
    k = np.arange(m + 1)  # how many of m flips show 1
    return binom.pmf(k, m, 0.6) @ abs(k[:, None] / m - thetas)


def expected_both(m):  # the model is known by m flips, too
    k, j = np.mgrid[: m + 1, : m + 1].reshape(2, -1, 1)
    return (binom.pmf(k, m, 0.6) * binom.pmf(j, m, thetas) * abs(k - j) / m).sum(axis=0)


# %% [markdown]
# **Predict:** which $\theta$ is best for batches of one flip?

# %%
predict("09.2", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("09.2")
print("the best theta; the truth is 0.6")
for m in (1, 6, 100):
    print(f"m = {m:3}: {thetas[expected(m).argmin()]:.3f}")
print(f"m =   6, both sampled: {thetas[expected_both(6).argmin()]:.3f}")

# %% tags=["draws"]
figures.show(
    draw.coins(thetas, {"m = 1": expected(1), "m = 6": expected(6), "m = 100": expected(100)}),
    alt="Expected W over theta for three batch sizes, above the exact W, a V with its tip at 0.6. With one flip it falls "
    "all the way to 1, with six its lowest point is at 0.667, with a hundred near 0.6.",
    caption="Dots: the lowest points. Thin black dashes: W itself.",
)

# %% [markdown]
# It is $\theta = 1$: a coin that always shows 1. For six flips it is 0.667, and 0.62 if the model is sampled, too. (The
# example is from Bellemare et al., 2017.) Where does the error come from? For a *fixed* critic, the mean gradient over
# batches is right. But each batch gets the critic that is best for it. At $\theta = 0.8$ the gradient should be 1:

# %% tags=["nbval-check-output"]
for m in (1, 6, 100):
    k = np.arange(m + 1)
    fitted = binom.pmf(k, m, 0.6) @ np.sign(0.8 - k / m)  # the critic of each batch
    print(f"m = {m:3}: fixed critic 1.00, the best one of each batch {fitted:5.2f}")

# %% [markdown]
# With one flip even the sign is wrong.
#
# ## 4. The best generator for batches
#
# Lesson 01 found that, in 784 dimensions, 64 copies of the mean are nearer to a batch than another batch is. A generator follows such hints. Let real points be normal and fakes be $s$ times normal ones, so $s = 1$ is perfect.
# The distance of two batches is
#
# $$W(x, y) = \min_{\text{pairings } \pi}\ \operatorname{mean}_i \lVert x_i - y_{\pi(i)} \rVert \tag{9.4}$$


# %%
def mean_distance(s, d, n=64, draws=8):
    rng, found = np.random.default_rng(0), []
    for x, y in rng.standard_normal((draws, 2, n, d)):
        cost = cdist(x, s * y)
        found.append(cost[linear_sum_assignment(cost)].mean())
    return np.mean(found)


# %% [markdown]
# **Predict:** which $s$ is best in 2, and in 784 dimensions?

# %% tags=["predict"]
scales = np.linspace(0, 1.2, 13)
curves = {d: np.array([mean_distance(s, d) for s in scales]) for d in (2, 10, 100, 784)}
print("the best s for batches of 64; the perfect generator has 1")
for d, curve in curves.items():
    print(f"d = {d:3}: s = {scales[curve.argmin()]:.1f}, W {curve.min():.1f}; at s = 1 it is {curve[10]:.1f}")

# %% tags=["draws"]
figures.show(
    draw.shrinking(scales, curves),
    alt="The distance of batches over the scale s, for 2, 10, 100 and 784 dimensions, each divided by its value at 1. The "
    "lowest point moves from 0.9 in two dimensions nearly to 0 in 784.",
    caption="Dots: the lowest points. The more dimensions, the more it pays to draw the mean.",
)

# %% [markdown]
# About 0.9, and about 0. Whoever minimises the distance of batches learns to draw the mean. A critic network does not
# find the best critic of one batch, and it remembers earlier ones. That protects it.
#
# ## 5. Does a better critic make better images?
#
# We tried it (Mallasto et al., 2019, and Stanczuk et al., 2021, did before). One generator of garments learns from
# exactly (9.4), computed afresh for each batch of 128. The same network learns as a WGAN-GP:

# %% tags=["draws"]
settings, exact = stored.load("09_exact")

# %% [markdown]
# **Predict:** whose batches are nearer to batches of unseen photographs? Whose Fréchet distance is lower?

# %%
predict("09.3", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("09.3")
print(f"{settings['steps']} steps, three seeds: exact W of batches of {settings['batch']}; Fréchet distance")
for name, w, frechet in zip(settings["methods"], exact["distance"], exact["frechet"]):
    print(f"{name:26} {' '.join(f'{v:5.2f}' for v in w)};   {' '.join(f'{v:4.0f}' for v in frechet)}")
print(f"{'photographs':26} {exact['real'][:, 0].mean():5.2f};   {exact['real'][:, 1].mean():4.1f}")

# %% tags=["draws"]
figures.show(
    draw.pictures(settings["methods"], exact["pictures"]),
    alt="Two rows of ten garments. Those learned from exact distances are smooth and blurred. Those learned from a critic "
    "are sharper and noisier.",
    caption="Learned without a critic above, and from a critic below.",
)

# %% [markdown]
# The first wins by the exact distance, and is even nearer than photographs are. By the Fréchet distance it loses by far. Its
# garments are soft, like the mean of several, as section 4 says.
#
# The points in the plane of lesson 05 show the same for critics. One critic was trained there; and the best one of slope 1
# was computed exactly:

# %% tags=["nbval-check-output"]
_, trained = stored.load("04_surfaces")
settings, best = stored.load("05_potential")
print("                  estimate / W     fresh pairs ranked rightly")
for k, name in enumerate(settings["distributions"]):
    w, ratio = best["distance"][k].mean(), trained["estimate"][1, k] / best["distance"][k].mean()
    print(f"{name:13} trained {ratio:4.1f}, best {best['estimate'][k].mean() / w:3.1f}", end="     ")
    print(f"trained {trained['pairs'][1, k]:.0%}, best {best['pairs'][k].mean():.0%}")

# %% [markdown]
# The trained critic's estimate is far off, and yet it ranks nearly as well as the best one. It is useful for where it points,
# not for what it reports.
#
# ## 6. What helps
#
# Lesson 01 said that JS has no gradient where two segments share nothing. Does a GAN then stand still? Here is the
# real segment at 0, the fakes at $\theta = 1$, and a discriminator that takes five steps for each of the generator's:


# %% tags=["draws"]
def segment(place, n=64):
    """Points of the segment at that place."""
    heights = torch.rand(n, 1)
    return torch.cat([place + 0 * heights, heights], dim=1)


def discriminator_steps(f, theta, optimizer, gamma, n):
    for _ in range(n):
        real = segment(0.0).requires_grad_(True)
        scores = f(real)
        loss = softplus(-scores).mean() + softplus(f(segment(theta.detach()))).mean()
        if gamma:  # R1
            slopes = torch.autograd.grad(scores.sum(), real, create_graph=True)[0]
            loss = loss + gamma / 2 * slopes.square().sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


# %%
def segment_game(loss, gamma=0.0):
    torch.manual_seed(0)
    f = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    theta = torch.ones((), requires_grad=True)
    optimizer, seen = torch.optim.Adam(f.parameters()), []
    for _ in range(300):
        discriminator_steps(f, theta, optimizer, gamma, n=5)
        (slope,) = torch.autograd.grad(loss(f(segment(theta))).mean(), theta)
        theta = (theta - 0.01 * slope).detach().requires_grad_(True)
        seen.append(theta.item())
    return seen


# %% [markdown]
# **Predict:** who moves: the generator that minimises $\log(1 - D)$, the usual one with $-\log D$, or the first with R1?

# %% tags=["predict"]
moved = {
    "log(1 - D)": segment_game(lambda score: -softplus(score)),
    "-log D": segment_game(lambda score: softplus(-score)),
    "log(1 - D), R1": segment_game(lambda score: -softplus(score), gamma=0.3),
}
print("theta after 300 steps, one seed:")
for name, seen in moved.items():
    print(f"{name:15} {seen[-1]:6.3f}")

# %% tags=["draws"]
figures.show(
    draw.escapes(moved),
    alt="Theta over 300 steps. With log(1 - D) it stays at 0.9. With minus log D it falls to 0 within some 25 steps and swings. With "
    "log(1 - D) and R1 it falls smoothly towards 0.",
    caption="JS is log 2 wherever theta is not 0. One stays, one arrives and swings, one comes close.",
)

# %% [markdown]
# The usual one arrives, and the first one with R1 nearly does. A GAN does not climb down JS: it follows a discriminator that is
# never perfect (Fedus et al., 2018).
#
# Huang et al. (2024) put such findings together in *R3GAN*. Each real image should score higher than a fake, and R1 is
# joined by R2, the same at the fakes:
#
# $$\operatorname{mean} \operatorname{softplus}\big(f(G(z)) - f(x)\big) + \tfrac{\gamma}{2} (\text{R1} + \text{R2})
# \tag{9.5}$$
#
# Here is this loss, with one critic step, on 25 Gaussians beside a WGAN-GP with five. **Predict:** which is better?

# %% tags=["predict", "nbval-check-output"]
settings, result = stored.load("09_relativistic")
print(f"{settings['steps']:,} steps, three seeds: modes of 25; good points in %; seconds for all three")
for row, name in enumerate(settings["methods"]):
    modes, good = result["modes"][row, :, -1], 100 * result["good"][row, :, -1]
    of_seeds = ";".join(" ".join(f"{value:3.0f}" for value in values) for values in (modes, good))
    print(f"{name:13} {of_seeds}; {result['seconds'][row]:4.0f}")

# %% tags=["draws"]
figures.show(
    draw.grids(settings["methods"], result["first"], result["good"], settings["every"]),
    alt="Left and middle: generated points of the two methods, both on the 25 bumps with thin threads between them. Right: "
    "the share of good points over the steps.",
    caption="Left and middle: seed 0. Right: three seeds of each.",
)

# %% [markdown]
# Neither: the two differ less than their seeds do, and one run of R3GAN's loss misses a mode. But it needs one critic step
# in the place of five, and less than half of the time. (Their own evidence is about images, with much larger networks.)
#
# ## 7. What to believe in 2026
#
# - **A GAN need not come to rest.** R1 brings it to rest near the goal (section 1). Elsewhere averaging and small rates
#   hide the circling.
# - **No estimate here is W.** A critic is useful for where it points. The exact distance of batches is biased, and its best
#   generator is not the data's.
# - **GANs draw in one pass**, and R3GAN shows that a plain one still competes on small images. Most pictures today come from
#   diffusion, in many steps. To draw in one step, such a model is trained against a discriminator again (Sauer et al.,
#   2023): that is a GAN's loss, and not the critic of this course.
# - **Flow matching** (Lipman et al., 2023) learns at random points between noise and images, as the penalty does between fakes
#   and images. The pairs are random. Some pair each batch by (9.4) instead (Tong et al., 2024), and inherit the bias of
#   section 4.
# - **Transport outlives the pictures**: it compares cells (Schiebinger et al., 2019) and collisions of particles (Komiske
#   et al., 2019), mostly with exact plans and no critic.
#
# Whoever says that one loss wins should show seeds, tuning and floor: lesson 06.
