# %% [markdown]
# **Answer these three, and you may skip `notebooks/03_generator.ipynb`.**
#
# 1. Why are the fakes detached in the critic's step, and why not in the generator's?
# 2. Some code calls `generator_optimizer.zero_grad()` in the critic's step. What goes wrong?
# 3. Must the critic be frozen while the generator learns?
#
# <details><summary>Answers</summary>
#
# 1. In the critic's step nobody needs the gradient of the generator, and computing it would fill
#    the generator's `.grad` with the wrong thing. In its own step it is the whole point.
# 2. The critic's own gradients are never cleared. They add up from step to step, so each step repeats old ones.
# 3. It need not be. Gradients flow through it and into its `.grad`, but it is not *stepped*, and it clears its
#    gradients before its own next step. The first WGAN code does freeze it.
#
# </details>
#
# **You will** turn noise into images, write one step of each player, and let both play until they draw garments.
# You need sheet 02.

# %% tags=["draws"]
from contextlib import nullcontext
from math import prod
from time import perf_counter
from unittest.mock import patch

import torch
from torch import Tensor, nn

from starter import critic as critics
from starter import generator as generators
from starter import losses, training
from starter.kit import Generator, data, figures, steps, toys
from starter.kit.show import lesson_03 as draw
from starter.training import Penalty

garments = data.load()

# %% [markdown]
# ## 1. Noise
#
# {{ box generator.sample_latent }}
#
# The generator is a function: the same input gives the same image. All variety comes from the input, noise:
#
# $$z \sim \mathcal{N}(0, I) \tag{3.1}$$

# %%
# {{ fill generator.sample_latent }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# `torch.randn` is normal, `torch.rand` uniform. Hand on `device`.
#
# </details>
#
# **Predict, then run.** How long is a $z$ of 64 numbers, each about 1 in size?

# %% tags=["predict"]
lengths = {d: generators.sample_latent(5000, d).norm(dim=1) for d in (2, 64)}
print(f"64 numbers: length {lengths[64].mean():.2f} on average, give or take {lengths[64].std():.2f}")
figures.show(*draw.lengths(lengths))

# %% [markdown]
# About $\sqrt{64} = 8$. Nearly every $z$ is between 6 and 10 long, and none lies near the origin.
#
# ## 2. A generator
#
# {{ box generator.MLPGenerator }}
#
# The critic turned round: from `latent_dim` numbers through `width` and `2 * width` units, each with batch
# normalisation and ReLU, to one number for each pixel. (Batch normalisation mixes the images of a batch. A critic must
# not, a generator may. After `generator.eval()` it uses averages that it has kept.)
#
# $$G : \mathbb{R}^{d} \to [-1, 1]^{c \times h \times w} \tag{3.2}$$
#
# Shapes: (n, latent_dim) in, (n, channels, height, width) out. The last activation must match the
# range of the data. Keep the two lines that store `latent_dim` and `image_shape`: the training steps read them.

# %%
# {{ fill generator.MLPGenerator }}

# %% [markdown]
# <details><summary>Hint 1: the range</summary>
#
# Which of sigmoid, ReLU and tanh has the range [-1, 1]?
#
# </details>
# <details><summary>Hint 2: the shape</summary>
#
# `nn.Unflatten(1, shape)` is `nn.Flatten` backwards.
#
# </details>
#
# Before training, each image is a different patch of grey noise:

# %%
torch.manual_seed(0)
generator = generators.MLPGenerator(latent_dim=64)
figures.show(*draw.untrained(generator(generators.sample_latent(16, 64))))

# %% [markdown]
# ## 3. What the generator wants
#
# {{ box losses.generator_loss }}
#
# It wants the critic to score its images high. It never sees a real one.
#
# $$L_{\text{generator}} = -\operatorname{mean} f(G(z)) \tag{3.3}$$

# %%
# {{ fill losses.generator_loss }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# An optimiser makes the loss smaller. The mean score should become larger.
#
# </details>
#
# What does your loss tell each fake? Here is a plane, with a critic whose score is highest in one place:


# %%
def hill(points: Tensor) -> Tensor:
    return -(points - torch.tensor([1.0, 0.5])).norm(dim=1)


torch.manual_seed(0)
fakes = torch.randn(40, 2, requires_grad=True)
(gradient,) = torch.autograd.grad(losses.generator_loss(hill(fakes)), fakes)
figures.show(*draw.directions(hill, fakes, arrows=-len(fakes) * gradient))

# %% [markdown]
# A fake learns the critic's slope where it lies, and nothing about the others. All forty are sent to one place. Keep
# that in mind for section 8.
#
# ## 4. The critic's step
#
# {{ box training.critic_step }}
#
# $$\text{minimise over the critic:} \quad L_{\text{critic}} + \lambda \cdot \text{penalty} \tag{3.4}$$
#
# In words: draw noise on the device of the real images, make as many fakes as there are real images, **detach** them,
# score both, add up the loss, clear the critic's gradients, go backward, step. A `penalty` may be passed (you will write one in
# sheet 05): call it as `penalty(critic, real, fake)` and add `lambda_` times the result. Without one the penalty
# is a zero tensor. Return the estimate and the penalty, both detached.
#
# Call your `generators.sample_latent`, `losses.critic_loss` and `losses.wasserstein_estimate`.

# %%
# {{ fill training.critic_step }}

# %% [markdown]
# <details><summary>Hint 1: the order</summary>
#
# `zero_grad`, then `backward`, then `step`. Gradients add up until somebody clears them.
#
# </details>
# <details><summary>Hint 2: sizes</summary>
#
# Take the number of fakes from `len(real)`: the batch is not always 64. The generator knows its
# `latent_dim`, and the images know their device: `real.device`.
#
# </details>
#
# Thirty of your steps, against a generator that stands still:


# %%
def new_players():
    """A critic, a generator and an optimiser for each."""
    torch.manual_seed(0)
    pair = critics.MLPCritic(garments.shape), generators.MLPGenerator(64)
    return *pair, *(torch.optim.Adam(net.parameters(), lr=1e-4) for net in pair)


critic, generator, critic_optimizer, _ = new_players()
for _ in range(30):
    training.critic_step(critic, generator, garments.sample(64), critic_optimizer)
with torch.no_grad():
    scores = critic(garments.sample(500)), critic(generator(generators.sample_latent(500, 64)))
print(f"mean score of real images {scores[0].mean():.2f}, of fakes {scores[1].mean():.2f}")
print(sum(p.grad is not None for p in generator.parameters()), "of the generator's weights hold a gradient")
figures.show(*draw.scores(*scores))

# %% [markdown]
# ## 5. The generator's step
#
# {{ box training.generator_step }}
#
# $$\text{minimise over the generator:} \quad L_{\text{generator}} \tag{3.5}$$
#
# Noise on the device of the generator, fakes, scores, loss, then clear, backward, step. Nothing is detached but the
# loss that you return.

# %%
# {{ fill training.generator_step }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# The device of a network is that of its weights: `next(generator.parameters()).device`.
#
# </details>
#
# See both at work. **Predict, then run:** five critic steps, then one generator step, eight times. In which
# direction does each move the mean score of the fakes?

# %% tags=["predict"]
critic, generator, critic_optimizer, generator_optimizer = new_players()
fixed_z, scores = generators.sample_latent(256, 64), []
for turn in range(16):
    if turn % 2 == 0:
        for _ in range(5):
            training.critic_step(critic, generator, garments.sample(64), critic_optimizer)
    else:
        training.generator_step(critic, generator, 64, generator_optimizer)
    with torch.no_grad():
        scores.append(critic(generator(fixed_z)).mean().item())
figures.show(*draw.turns(scores))

# %% [markdown]
# Down with the critic, up with the generator. In the generator's step the critic is not stepped, though it collects a
# gradient.
#
# **Predict, then run:** all scores times 100, so the loss is too. How much further do five generator steps go with
# Adam, and how much with plain gradient descent (SGD)?


# %%
class Louder(nn.Module):
    """The critic with all its scores times a factor."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.critic, self.factor = critics.MLPCritic(garments.shape), factor

    def forward(self, images: Tensor) -> Tensor:
        return self.factor * self.critic(images)


# %% tags=["predict"]
for optimizer, lr in [(torch.optim.Adam, 1e-3), (torch.optim.SGD, 1e-2)]:
    lengths = []
    for factor in (1, 100):
        louder, beginner = Louder(factor), generators.MLPGenerator(64)
        start = nn.utils.parameters_to_vector(beginner.parameters()).detach()
        of_beginner = optimizer(beginner.parameters(), lr=lr)
        for _ in range(5):
            training.generator_step(louder, beginner, 64, of_beginner)
        end = nn.utils.parameters_to_vector(beginner.parameters()).detach()
        lengths.append((end - start).norm())
    print(f"{optimizer.__name__}: {lengths[1] / lengths[0]:.1f} times as far")

# %% [markdown]
# Adam divides by the size of the gradient, so it does not notice. SGD goes nearly a hundred times as far.
#
# ## 6. Garments
#
# One thing is missing: nothing limits the critic's slope yet. Until you write leashes of your own, take the one of
# lesson 02 from the shelf, *spectral normalisation*. Then both play: three critic steps, one generator step, 900
# times. That takes half a minute on two idle cores, and minutes on a busy machine.

# %%
torch.manual_seed(0)
critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(latent_dim=64)
for layer in critic.modules():
    if isinstance(layer, (nn.Linear, nn.Conv2d)):
        nn.utils.parametrizations.spectral_norm(layer)
of_critic, of_generator = (torch.optim.Adam(net.parameters(), lr=1e-3, betas=(0.5, 0.9)) for net in (critic, generator))

start = perf_counter()
for _ in range(steps(900, fast_steps=30)):  # the game
    for _ in range(3):
        training.critic_step(critic, generator, garments.sample(64), of_critic)
    training.generator_step(critic, generator, 64, of_generator)

generator.eval()
with torch.no_grad():
    drawn = generator(generators.sample_latent(48, 64))
figures.save_images(drawn, root / "runs" / "garments_03.png")
figures.show(*draw.garments(drawn, perf_counter() - start))

# %% [markdown]
# These garments are yours, and lie in `runs/garments_03.png`. Only the leash is borrowed. In the next two sheets you
# write two of your own.

# %% [markdown]
# ## 7. A convolutional generator
#
# {{ box generator.ConvGenerator }}
#
# A linear layer to `2 * width` channels of a quarter of the sides, batch normalisation, ReLU. Then two
# transposed convolutions (kernel 4, stride 2, padding 1) double the sides.

# %%
# {{ fill generator.ConvGenerator }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# 7 by 7, then 14 by 14, then 28 by 28. Between the two transposed convolutions stand batch
# normalisation and ReLU; after the last one, the activation of the range.
#
# </details>

# %% tags=["draws"]
torch.manual_seed(0)
pair = generators.MLPGenerator(64), generators.ConvGenerator(64)
images = torch.cat([net(generators.sample_latent(8, 64)) for net in pair])
sizes = [sum(parameter.numel() for parameter in net.parameters()) for net in pair]
fig, ax = figures.axes(height=1.9)
figures.draw_images(ax, images, columns=8)
figures.label_rows(ax, ["fully connected", "convolutional"])
figures.show(
    fig,
    alt="Two rows of eight untrained images: fine noise above, noise with a regular grid below.",
    caption=f"{sizes[0]:,} weights against {sizes[1]:,}.",
)

# %% [markdown]
# ## 8. Lab, optional: GAN beside WGAN
#
# Your steps work with other losses too, such as the GAN's of lesson 02:

# %%
softplus, called = nn.functional.softplus, set()


def gan_critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    called.add("critic_loss")
    return softplus(-real_scores).mean() + softplus(fake_scores).mean()


def gan_generator_loss(fake_scores: Tensor) -> Tensor:
    called.add("generator_loss")
    return softplus(-fake_scores).mean()


gan = {"critic_loss": gan_critic_loss, "generator_loss": gan_generator_loss}

# %% [markdown]
# The WGAN gets a leash again: a soft bound on the slopes between random pairs of points.


# %%
def slope_bound(critic: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    points = torch.cat([real, fake])
    others = points[torch.randperm(len(points))]
    rises = (critic(points) - critic(others)).flatten().abs()
    slopes = rises / (points - others).norm(dim=1).clamp_min(1e-3)
    return torch.relu(slopes - 1).square().mean()


# %% [markdown]
# Both learn eight narrow bumps, with 1 and with 5 critic steps. This takes one to two minutes. **Predict:** which of
# the four reach all eight?

# %%
ring = toys.EIGHT_GAUSSIANS


def train_on_ring(n_critic: int, penalty: Penalty | None, n_steps: int) -> Tensor:
    """A thousand points of a generator that your steps have trained."""
    torch.manual_seed(0)
    critic = critics.MLPCritic((2,), width=128)
    generator = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 2))
    generator.latent_dim = 2
    of_critic, of_generator = (
        torch.optim.Adam(net.parameters(), lr=1e-3, betas=(0.5, 0.9)) for net in (critic, generator)
    )
    for _ in range(n_steps):
        for _ in range(n_critic):
            training.critic_step(critic, generator, ring.sample(128), of_critic, penalty, lambda_=1.0)
        training.generator_step(critic, generator, 128, of_generator)
    return generator(torch.randn(1000, 2)).detach()


# %% tags=["predict", "draws"]
fig, ax = figures.axes(columns=4, height=2.3)
for panel, (loss, n_critic) in zip(ax[0], [("GAN", 1), ("WGAN", 1), ("GAN", 5), ("WGAN", 5)]):
    with patch.multiple(losses, **gan) if loss == "GAN" else nullcontext():
        points = train_on_ring(n_critic, slope_bound if loss == "WGAN" else None, steps(400, fast_steps=8))
    near = torch.cdist(points, ring.modes) < torch.pdist(ring.modes).min() / 5
    reached, good = (near.float().mean(dim=0) >= 0.01).sum(), near.any(dim=1).float().mean()
    draw.ring(panel, points, f"{loss}, critic steps: {n_critic}\nmodes: {reached}, good: {good:.0%}")
for name in gan.keys() - called:
    print(f"Your steps do not call losses.{name}, so it could not be exchanged: these are no GANs.")
figures.show(
    fig,
    alt="Samples over eight rings, four panels: with one critic step the samples of both lie on one "
    "side and reach few rings, with five they go round and reach all or nearly all.",
    caption=f"After {steps(400, fast_steps=8)} steps of each generator, all of them your own. Good samples "
    "lie within a fifth of the way to the next bump; a mode counts with 1% of all samples.",
)

# %% [markdown]
# With one step both fail, with five both do well. The lesson shows ten runs of each.
#
# ## What you built
#
# Both players and their moves, and garments drawn by your own network.

# %%
progress("03")
