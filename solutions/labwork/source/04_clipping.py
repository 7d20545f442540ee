# %% [markdown]
# **Answer these two, and you may skip `notebooks/04_clipping.ipynb`.**
#
# 1. Which network is clipped, and when?
# 2. A clipped critic reports 0.8 today and 0.4 tomorrow, with another `c`. Are the images better?
#
# <details><summary>Answers</summary>
#
# 1. The critic, after each of its steps. Never the generator.
# 2. Nobody can say. The unit of the number is the score of this critic, and `c` sets its scale.
#
# </details>
#
# **You will** write your first leash for the critic, and train a WGAN with it that draws garments. Then you work out
# how steep a clipped critic can be. You need sheets 00, 02 and 03. (In a hurry: sections 1, 2 and 6.)

# %% tags=["draws"]
from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn

from starter import clipping, penalty, training
from starter import critic as critics
from starter import generator as generators
from starter.kit import Data, Generator, budget, data, figures, steps, train

garments = data.load()

# %% [markdown]
# ## 1. Clip
#
# Slopes come from weights: if all weights of a network are small, it cannot be very steep. So, after every critic
# step, put each parameter back into a window from $-c$ to $c$:
#
# $$w \leftarrow \min(\max(w, -c), c) \tag{4.1}$$
#
# {{ box clipping.clip_weights }}
#
# It changes the critic's parameters in place, all of them, and returns nothing.

# %%
# {{ fill clipping.clip_weights }}

# %% [markdown]
# <details><summary>Hint 1: in place</summary>
#
# `p = p.clamp(-c, c)` makes a new tensor and gives it the name `p`. The network does not change.
# Methods whose name ends in an underscore change the tensor itself.
#
# </details>
# <details><summary>Hint 2: torch refuses</summary>
#
# While torch records, it does not let you change a parameter in place. Inside `with torch.no_grad():`
# it does not record.
#
# </details>
#
# Your function on a layer with two weights. The first is outside of the window:

# %% tags=["nbval-check-output"]
tiny = nn.Linear(2, 1)
with torch.no_grad():
    tiny.weight.copy_(torch.tensor([[3.0, -0.02]]))
clipping.clip_weights(tiny, c=0.1)
print(tiny.weight.detach())

# %% [markdown]
# ## 2. Train
#
# The WGAN paper clips at $c = 0.01$ and trains with the rate 0.00005. With so small a rate, garments need thousands of
# steps. To save your time, `train` takes a rate ten times as large, 0.0005, and $c = 0.03$. In section 3 you compare
# the two.
#
# For thirty seconds, the critic makes five steps, with your `clip_weights` after each, then the generator makes one, and
# so on. The critic's weights start evenly spread over the window. The stop button ends the training and keeps
# everything. (Press it twice if one of your own steps never ends.)
#
# **Predict, then run:** where in the window do the critic's weights end?


# %% tags=["draws"]
def new_players(c: float) -> tuple[nn.Module, nn.Module]:
    """A critic whose weights lie in [-c, c], and a generator."""
    torch.manual_seed(0)
    critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
    weights = nn.utils.parameters_to_vector(critic.parameters()).detach()
    nn.utils.vector_to_parameters(weights.uniform_(-c, c), critic.parameters())
    return critic, generator


def share_at_the_ends(critic: nn.Module, c: float) -> float:
    """The share of the weights in the outer 3% of the window."""
    weights = nn.utils.parameters_to_vector(critic.parameters())
    return (weights.abs() > 0.97 * c).float().mean().item()


def show_weights(critic: nn.Module) -> None:
    """A histogram of all weights."""
    weights = nn.utils.parameters_to_vector(critic.parameters()).detach().cpu()
    fig, ax = figures.axes(height=2.2)
    ax.hist(weights.numpy(), bins=81, color=figures.CRITIC)
    ax.set(xlabel="weight", ylabel="number of weights")
    figures.show(
        fig,
        alt="Histogram of the critic's weights after training: a tall spike at each end of the window.",
        caption=f"All {len(weights):,} weights of your critic.",
    )


# %% tags=["predict"]
critic, generator = new_players(c=0.03)
before = share_at_the_ends(critic, c=0.03)
run = train(critic, generator, garments, method="clip", c=0.03, **budget(30))
after = share_at_the_ends(critic, c=0.03)
print(f"in the outer 3% of the window: {before:.0%} of the weights before, {after:.0%} after the training")
show_weights(critic)

# %% [markdown]
# A tenth or more are at the ends. They want to be larger, and may not. So your leash holds the slope down, but nobody knows at
# which value.
#
# That is why you compare the estimate of a clipped run with nothing but itself. With another `c`, the same fakes
# would get another number.
#
# ## 3. The loop around the steps
#
# {{ box clipping.wgan_step }}
#
# Write the loop yourself, one turn of it (WGAN, Algorithm 1, lines 2 to 11):
#
# $$n_{\text{critic}} \times (\text{draw, critic step, clip}), \quad \text{then one generator step} \tag{4.2}$$
#
# `data.sample(n)` draws $n$ real samples, fresh at each call. Call your
# `training.critic_step(critic, generator, real, optimizer)`, your
# `training.generator_step(critic, generator, n, optimizer)` and your `clip_weights`. Return the estimate
# of the *last* critic step, and the generator's loss.

# %%
# {{ fill clipping.wgan_step }}

# %% [markdown]
# <details><summary>Hint 1: two results</summary>
#
# `critic_step` returns the estimate and a penalty, which is 0 here. Give the second a name you ignore.
#
# </details>
# <details><summary>Hint 2: inside or outside</summary>
#
# Three things happen `n_critic` times, one happens once. Indentation decides.
#
# </details>
#
# Now 300 turns with the paper's own settings, RMSProp with 0.00005 and $c = 0.01$. **Predict, then run:** are the images
# better or worse than those above?


# %% tags=["draws"]
def show_turns(estimates: list[float], images: Tensor) -> None:
    """The estimate of each turn, and images."""
    fig, ax = figures.axes(columns=2, height=2.2)
    ax[0, 0].plot(estimates, color=figures.CRITIC, alpha=0.3, linewidth=1)
    ax[0, 0].plot(figures.running_median(estimates, 101), color=figures.CRITIC)
    ax[0, 0].set(xlabel="generator steps", ylabel="estimate (score)", ylim=(min(0, *estimates), None))
    figures.draw_images(ax[0, 1], images, columns=4)
    figures.show(
        fig,
        alt="Left: the estimate over 300 generator steps. Right: twelve samples, grey blobs in the shape of shirts.",
        caption="Pale: the estimate of each turn. Dark: the median of 101 turns.",
    )


# %% tags=["predict"]
torch.manual_seed(0)
critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
optimizers = [torch.optim.RMSprop(net.parameters(), lr=5e-5) for net in (critic, generator)]
estimates = []
for _ in range(steps(300, fast_steps=10)):
    estimate, _ = clipping.wgan_step(critic, generator, garments, *optimizers)
    estimates.append(estimate.item())
with torch.no_grad():
    show_turns(estimates, generator.eval()(generators.sample_latent(12, 64)))

# %% [markdown]
# Worse: with a rate ten times smaller, the generator has not come far. And yet the estimate is far below the one of
# section 2, because it is in the scores of another critic.
#
# A small rate does not make a calm training either. In the lesson, the estimate of such a run swings for more than a
# thousand steps.
#
# ## 4. How steep can it be?
#
# Change one pixel by 1. Each unit of the first layer changes by $c$ at most. Each unit of the next layer
# sums over all units before it, so it changes by at most $c \cdot \text{width} \cdot c$. ReLU enlarges
# nothing. And so on, up to the score:
#
# $$|f(x) - f(y)| \le K_1 \lVert x - y \rVert_1, \qquad K_1 = c^L \prod_{\text{hidden}} \text{width} \tag{4.3}$$
#
# $L$ counts the layers with weights. $\lVert x - y \rVert_1$ sums the changes of all pixels. (For Euclidean
# distances, multiply $K_1$ by $\sqrt{\text{pixels}}$.)
#
# {{ box clipping.lipschitz_bound }}

# %%
# {{ fill clipping.lipschitz_bound }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# `critic.modules()` gives all parts, nested ones too; `isinstance(part, nn.Linear)` finds the linear
# ones. Each knows its `in_features`. Which of them is no hidden width?
#
# </details>
#
# Some critic should reach the bound: give all weights the value $c$. **Predict, on paper:** for 2-512-512-512-1 and
# $c = 0.01$, is $K_1$ above or below 1?


# %% tags=["draws"]
def relu_critic(*sizes: int) -> nn.Sequential:
    """Linear layers with ReLU between them, and scores of shape (n,)."""
    layers = [part for n_in, n_out in pairwise(sizes) for part in (nn.Linear(n_in, n_out), nn.ReLU())]
    return nn.Sequential(*layers[:-1], nn.Flatten(0))


# %% tags=["predict", "nbval-check-output"]
critic = relu_critic(2, 512, 512, 512, 1)
bound = clipping.lipschitz_bound(critic, c=0.01)
for weight in critic.parameters():
    nn.init.constant_(weight, 0.01)
low, high = critic(torch.tensor([[1.0, 1.0], [2.0, 1.0]])).tolist()
print(f"one step to the right raises the score by {high - low:.4f}, and the bound is {bound:.4f}")

# %% [markdown]
# Above: $0.01^4 \cdot 512^3 = 1.34$. This critic meets the bound exactly, so the bound cannot be improved. It comes
# from the widths as much as from $c$.
#
# ## 5. What c does
#
# Now trained critics, with four layers of weights. Each is trained to tell points around (0, 0) from points around
# (1, 0), with your steps and your clipping. **Predict, then run:** $c$ is doubled. By which factor does the bound grow?
# Does the slope of the trained critics follow?


# %% tags=["draws"]
class Shift(nn.Module):
    """A generator with nothing to learn: z moved by 1 to the right."""

    latent_dim = 2

    def forward(self, z: Tensor) -> Tensor:
        return z + torch.tensor([1.0, 0.0])


def show_slopes(windows: list[float], bounds: list[float], slopes: list[float]) -> None:
    """Bounds and slopes over c."""
    fig, ax = figures.axes(height=2.5)
    ax.loglog(windows, bounds, "--", marker="o", color=figures.THEORY, label="bound")
    ax.loglog(windows, slopes, marker="o", color=figures.CRITIC, label="trained critic")
    ax.axhline(1, color=figures.QUIET, linestyle=":", label="slope 1")
    ax.set(xlabel="c", ylabel="slope (score / unit)")
    ax.set_xticks(windows, [f"{c:g}" for c in windows])
    ax.minorticks_off()
    figures.legend(ax)
    figures.show(
        fig,
        alt="Slope over c on logarithmic scales: the dashed bound and below it, nearly parallel, the steepest "
        "slope of trained critics. Both cross slope 1.",
        caption="One seed for each window.",
    )


# %% tags=["predict"]
windows, bounds, slopes = [0.025, 0.05, 0.1, 0.2], [], []
for c in windows:
    torch.manual_seed(0)
    critic = relu_critic(2, 64, 64, 64, 1)
    optimizer = torch.optim.RMSprop(critic.parameters(), lr=c / 50)
    for _ in range(steps(400, fast_steps=40)):
        training.critic_step(critic, Shift(), torch.randn(64, 2), optimizer)
        clipping.clip_weights(critic, c)
    bounds.append(clipping.lipschitz_bound(critic, c))
    slopes.append(penalty.input_gradient(critic, torch.randn(500, 2)).abs().max().item())  # in one coordinate
    print(f"c = {c:5}: bound {bounds[-1]:8.4f}, steepest slope {slopes[-1]:8.4f}, {slopes[-1] / bounds[-1]:.0%} of it")
show_slopes(windows, bounds, slopes)

# %% [markdown]
# The bound grows $2^4 = 16$ times, and the trained slopes follow it. So two windows that look alike give critics
# whose scores differ tenfold. Some `c` has slope near 1 for this critic. For another width or depth it is another one.
#
# ## 6. Your garments
#
# Which `c` draws the best garments? Try 0.003, 0.03 and 0.3. Each takes half a minute, and is saved under a name of its
# own:

# %%
c = 0.03
critic, generator = new_players(c)
run = train(critic, generator, garments, method="clip", c=c, live=False, **budget(30))
drawn = run.sample(48)
figures.save_images(drawn, root / "runs" / f"garments_04_c{c}.png", columns=12)
fig, ax = figures.axes(height=3.0)
figures.draw_images(ax, drawn, columns=12)
figures.show(
    fig,
    alt="Forty-eight images by your generator after thirty seconds: shirts, trousers, dresses, shoes and bags, rough "
    "but most of them recognisable, and some dark blots.",
    caption=f"Drawn by your WGAN after {run.steps:,} steps of the generator.",
)

# %% [markdown]
# <details><summary>What we find</summary>
#
# 0.003 blurs them, and 0.3 makes them noisy; 0.03 is best. But with all three you can tell trousers from shoes, although
# the estimates differ more than a hundred thousand times.
#
# </details>
#
# Nothing in this WGAN is borrowed any more: the networks, the losses, the steps and the leash are yours. Hold the
# pictures beside `runs/garments_03.png`, which had the leash from the shelf.
#
# ## What you built
#
# A complete WGAN, and a bound on its critic. What comes next: clipping acts on the weights and hopes that the slope
# follows. In sheet 05 you ask the critic itself how steep it is.

# %%
progress("04")
