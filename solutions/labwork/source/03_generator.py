# %% [markdown]
# **Answer these two, and you may skip the reading.**
#
# 1. Why are the fakes detached in the critic's step, and why not in the generator's?
# 2. Is the critic frozen while the generator learns?
#
# <details><summary>Answers</summary>
#
# 1. In the critic's step nobody needs the gradient of the generator, and computing it would fill
#    the generator's `.grad` with the wrong thing. In its own step it is the whole point.
# 2. No. Gradients flow through it and into its `.grad`. It is only not *stepped*, and it clears its
#    gradients before its own next step.
#
# </details>
#
# **You will** turn noise into images and write one step of each player. You need sheet 02.

# %%
from math import prod

import torch
from torch import Tensor, nn

from starter import critic as critics
from starter import generator as generators
from starter import losses, training
from starter.kit import Blank, borrow, check, data, figures, fills, progress, reset
from starter.training import Penalty

# %% [markdown]
# ## 1. Noise
#
# {{ box generator.sample_latent }}
#
# The generator is a fixed function. All variety comes from its input:
#
# $$z \sim \mathcal{N}(0, I) \tag{3.1}$$

# %%
# {{ fill generator.sample_latent }}

# %% [markdown]
# ## 2. A generator
#
# {{ box generator.MLPGenerator }}
#
# The critic turned round: from `latent_dim` numbers through `width` and `2 * width` units, each with
# batch normalisation and ReLU, to one number for each pixel.
#
# $$G : \mathbb{R}^{d} \to [-1, 1]^{c \times h \times w} \tag{3.2}$$
#
# Shapes: (n, latent_dim) in, (n, channels, height, width) out. The last activation must match the
# range of the data.

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
images = generator(generators.sample_latent(16, 64))
fig, ax = figures.axes(height=1.6)
figures.draw_images(ax[0, 0], images, columns=8)
figures.show(
    fig,
    alt="Sixteen small images of grey noise, all much alike.",
    caption=f"An untrained generator: values from {images.min():.2f} to {images.max():.2f}.",
)

# %% [markdown]
# ## 3. What the generator wants
#
# {{ box losses.generator_loss }}
#
# It wants the critic to score its images high. Real images do not appear: it never sees one.
#
# $$L_{\text{generator}} = -\operatorname{mean} f(G(z)) \tag{3.3}$$

# %%
# {{ fill losses.generator_loss }}

# %% [markdown]
# ## 4. The critic's step
#
# {{ box training.critic_step }}
#
# $$\text{minimise over the critic:} \quad L_{\text{critic}} + \lambda \cdot \text{penalty} \tag{3.4}$$
#
# In words: draw noise, make as many fakes as there are real images, **detach** them, score both, add
# up the loss, clear the critic's gradients, go backward, step. If a `penalty` is passed, call it as
# `penalty(critic, real, fake)` and add `lambda_` times the result; else the penalty is a zero tensor.
# Return the Wasserstein estimate and the penalty, both detached.
#
# You can call `generators.sample_latent`, `losses.critic_loss` and `losses.wasserstein_estimate`.

# %%
# {{ fill training.critic_step }}

# %% [markdown]
# <details><summary>Hint 1: the order</summary>
#
# `zero_grad`, `backward`, `step`. Gradients add up until somebody clears them.
#
# </details>
# <details><summary>Hint 2: sizes</summary>
#
# Take the number of fakes from `len(real)`: the batch is not always 64. The generator knows its
# `latent_dim`, and the images know their `device`.
#
# </details>
#
# ## 5. The generator's step
#
# {{ box training.generator_step }}
#
# $$\text{minimise over the generator:} \quad L_{\text{generator}} \tag{3.5}$$
#
# Noise, fakes, scores, loss; clear, backward, step. Nothing is detached but the loss you return.

# %%
# {{ fill training.generator_step }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# The noise has to be made where the generator lives: `next(generator.parameters()).device`.
#
# </details>
#
# See both at work. **Predict, then run:** five critic steps, then one generator step. In which
# direction does each move the mean score of the fakes?

# %%
torch.manual_seed(0)
garments = data.load()
critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(latent_dim=64)
critic_optimizer = torch.optim.Adam(critic.parameters(), lr=1e-4)
generator_optimizer = torch.optim.Adam(generator.parameters(), lr=1e-4)
fixed_z = generators.sample_latent(256, 64)


def mean_score() -> float:
    with torch.no_grad():
        return critic(generator(fixed_z)).mean().item()


scores = [mean_score()]
for _ in range(8):
    for _ in range(5):
        training.critic_step(critic, generator, garments.sample(64), critic_optimizer)
    scores.append(mean_score())
    training.generator_step(critic, generator, 64, generator_optimizer)
    scores.append(mean_score())

fig, ax = figures.axes(height=2.5)
ax[0, 0].plot(range(len(scores)), scores, color=figures.QUIET, linewidth=1)
ax[0, 0].plot(range(1, len(scores), 2), scores[1::2], "o", color=figures.CRITIC, label="after five critic steps")
ax[0, 0].plot(range(2, len(scores), 2), scores[2::2], "s", color=figures.FAKE, label="after a generator step")
ax[0, 0].set(xlabel="turn", ylabel="mean score of fakes")
figures.legend(ax[0, 0])
figures.show(
    fig,
    alt="The mean score of fakes over sixteen turns: down after the critic's turns, up after each "
    "of the generator's.",
    caption=f"The generator's eight steps raised the score {sum(b > a for a, b in zip(scores[1::2], scores[2::2], strict=True))} "
    "times.",
)

# %% [markdown]
# Down, up, down, up: the two pull the same number opposite ways.
#
# ## 6. A convolutional generator
#
# {{ box generator.ConvGenerator }}
#
# A linear layer to `2 * width` channels of a quarter of the sides, batch normalisation, ReLU; then two
# transposed convolutions (kernel 4, stride 2, padding 1), each doubling the sides.

# %%
# {{ fill generator.ConvGenerator }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# 7 by 7, then 14 by 14, then 28 by 28. Between the two transposed convolutions stand batch
# normalisation and ReLU; after the last one, the activation of the range.
#
# </details>
#
# ## What you built
#
# Both players and their moves. What is missing is a leash for the critic.

# %%
progress("03")

# %% [markdown]
# **Next:** sheet 04, weight clipping.
