# %% [markdown]
# **Answer these two, and you may skip the lesson `notebooks/02_critic.ipynb`.**
#
# 1. Add 10 to every score that a critic gives. Which of the two losses changes, and what is learned
#    differently?
# 2. Why may the last layer of a critic not be a sigmoid?
#
# <details><summary>Answers</summary>
#
# 1. The critic's does not: 10 comes in once with plus and once with minus. The generator's falls by
#    10, but its gradient stays, so nothing is learned differently.
# 2. A sigmoid squeezes scores into [0, 1]. Far from 1/2 it is flat, and a flat critic gives the
#    generator no direction.
#
# </details>
#
# **You will** write the critic's loss, the distance it reports, and a critic, and watch it run away
# because nothing bounds its slope. You need nothing from the sheets before.

# %%
from math import log, prod

import torch
from scipy.spatial.distance import jensenshannon
from torch import Tensor, nn

from starter import critic as critics
from starter import losses
from starter.kit import course, data, figures

# %% [markdown]
# ## 1. What the critic wants
#
# A critic $f$ gives each image a score. It wants real images to score high and fakes to score low,
# and only the *difference* counts. Optimisers go down, so it minimises
#
# $$L_{\text{critic}} = \operatorname{mean} f(G(z)) - \operatorname{mean} f(x) \tag{2.1}$$
#
# {{ box losses.critic_loss }}
#
# Shapes: `real_scores` is (n,) or (n, 1), `fake_scores` (m,) or (m, 1). The result is one number.

# %%
# {{ fill losses.critic_loss }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# Two means, one difference. Which of the two has to get smaller when the critic gets better?
#
# </details>
#
# See it at work on two scores of each kind: real images have mean 2, fakes -1.

# %% tags=["nbval-check-output"]
real_scores, fake_scores = torch.tensor([1.0, 3.0]), torch.tensor([-2.0, 0.0])
print(losses.critic_loss(real_scores, fake_scores))

# %% [markdown]
# ## 2. What the critic reports
#
# {{ box losses.wasserstein_estimate }}
#
# If $f$ were the best of all functions with slope at most 1, this difference would be the Wasserstein
# distance between real images and fakes. A trained critic comes near that at best:
#
# $$W = \operatorname{mean} f(x) - \operatorname{mean} f(G(z)) \tag{2.2}$$

# %%
# {{ fill losses.wasserstein_estimate }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# It is positive when real images score higher. Compare (2.2) with (2.1), sign by sign.
#
# </details>
#
# **Predict, then run.** Add 10 to all scores, or multiply them by 10: what happens to the estimate?

# %% tags=["predict", "nbval-check-output"]
for name, factor, constant in (("as they are", 1, 0), ("+ 10", 1, 10), ("x 10", 10, 0)):
    real, fake = (factor * scores + constant for scores in (real_scores, fake_scores))
    print(f"{name:12} {losses.wasserstein_estimate(real, fake):5.1f}")

# %% [markdown]
# Adding does nothing: scores have no zero, and "above 0 is real" means nothing. Multiplying makes
# the critic ten times as good on paper, and no better at telling images apart. Remember that.
#
# ## 3. A critic
#
# {{ box critic.MLPCritic }}
#
# Flatten the image, two hidden layers of `width` and `width // 2` units, and a last *linear* layer:
#
# $$f : [-1, 1]^{c \times h \times w} \to \mathbb{R} \tag{2.3}$$
#
# Shapes: (n, channels, height, width) in, (n,) out. `n_inputs` is given, so that the same class
# serves 28 and 32 pixels, grey and colour: `MLPCritic((1, 32, 32), width=512)` is the 512-256-1
# critic that many published notebooks use.

# %%
# {{ fill critic.MLPCritic }}

# %% [markdown]
# <details><summary>Hint 1: the parts</summary>
#
# `nn.Sequential` of `nn.Flatten`, `nn.Linear`, `nn.LeakyReLU(slope)`, and so on. No activation after
# the last linear layer, and no batch normalisation anywhere.
#
# </details>
# <details><summary>Hint 2: the shape of the scores</summary>
#
# The last layer gives (n, 1). The scores should be (n,).
#
# </details>
#
# **Predict, then run.** A constant is added to all scores, as the bias of the last layer is. How does
# the loss's gradient change in the weights, and in the fakes, where the generator learns from it? And
# what is the gradient in the constant itself?

# %% tags=["predict", "nbval-check-output"]
torch.manual_seed(0)
garments = data.load()
critic = critics.MLPCritic(garments.shape)
real, noise = garments.sample(64), (torch.rand(64, *garments.shape) * 2 - 1).requires_grad_(True)
found = []
for value in (0.0, 10.0):
    constant = torch.tensor(value, requires_grad=True)
    loss = losses.critic_loss(critic(real) + constant, critic(noise) + constant)
    found.append(torch.autograd.grad(loss, [*critic.parameters(), noise, constant]))
changes = [(before - after).abs().max().item() for before, after in zip(*found, strict=True)]
print(f"largest change in the weights' gradients {max(changes[:-2])}, in the fakes' {changes[-2]}")
print(f"gradient in the constant {abs(found[0][-1].item())} and {abs(found[1][-1].item())}")

# %% [markdown]
# Both players get the same gradients as before, and the constant gets none: the bias of the last layer
# stays where it was born.
#
# See it at work: train your critic to tell garments from noise, with nothing but your loss.
# **Predict first:** the images do not change. Does the estimate settle at the distance?

# %% tags=["predict", "draws"]
torch.manual_seed(0)
critic = critics.MLPCritic(garments.shape)
optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3)
estimates = []
for _ in range(course.steps(150, fast_steps=15)):
    real, noise = garments.sample(64), torch.rand(64, *garments.shape) * 2 - 1
    real_scores, fake_scores = critic(real), critic(noise)
    optimizer.zero_grad()
    losses.critic_loss(real_scores, fake_scores).backward()
    optimizer.step()
    estimates.append(losses.wasserstein_estimate(real_scores, fake_scores).item())

patches = noise[:5].requires_grad_(True)
(gradient,) = torch.autograd.grad(critic(patches).sum(), patches)
brighter = gradient / gradient.abs().amax(dim=(1, 2, 3), keepdim=True)  # to [-1, 1], to be drawn

fig, ax = figures.axes(columns=2, height=2.6)
ax[0, 0].semilogy(estimates, color=figures.CRITIC)
ax[0, 0].set(xlabel="critic steps", ylabel="Wasserstein estimate (score)")
figures.draw_images(ax[0, 1], torch.cat([patches, brighter]), columns=5, title="noise, and the gradient of its score")
figures.show(
    fig,
    alt="Left: the critic's estimate over its training steps, on a logarithmic scale, climbing "
    "without end. Right: five patches of noise and, below each, the gradient of its score: an "
    "upright bright shape in the middle, dark around it, much the same for each.",
    caption=f"From {estimates[0]:.2g} to {estimates[-1]:.2g} in {len(estimates)} steps, between "
    "two laws that do not move. On the right, what a generator would be told: brighter here.",
)

# %% [markdown]
# It climbs for ever. Multiply a critic by 10 and its loss is 10 times better, so training stretches
# it. The formula of the distance asks for slope at most 1, and nothing enforces that yet. Sheets 04
# and 05 are about the two ways of doing so.
#
# The direction is useful all the same: the gradient at a patch of noise draws a body, roughly.
#
# ## 4. A convolutional critic
#
# {{ box critic.ConvCritic }}
#
# Two convolutions with kernel 4, stride 2 and padding 1: each halves the sides (28, 14, 7) and the
# second doubles the channels. Then flatten, and one linear layer. Same shapes in and out.

# %%
# {{ fill critic.ConvCritic }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# After the second convolution there are `2 * width` channels of `rows // 4` by `columns // 4` numbers.
#
# </details>
#
# **Predict, then run.** How many weights does each critic have?

# %% tags=["predict", "nbval-check-output"]
for kind in (critics.MLPCritic, critics.ConvCritic):
    weights = sum(weight.numel() for weight in kind(garments.shape).parameters())
    print(f"{kind.__name__:10} {weights:8,}")

# %% [markdown]
# ## 5. The answer of a GAN
#
# {{ box critic.optimal_discriminator }}
#
# A discriminator $D$ gives a probability of "real", and wants to maximise
# $V(D) = \operatorname{mean} \log D(x) + \operatorname{mean} \log(1 - D(G(z)))$. Where both densities
# are known, so is the best answer, point by point:
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)} \tag{2.4}$$

# %%
# {{ fill critic.optimal_discriminator }}

# %% [markdown]
# At its best the discriminator reports a distance too: $V(D^*) = 2\,\mathrm{JS} - 2 \log 2$. See it for
# $\mathcal{N}(0, 1)$ against $\mathcal{N}(\mu, 1)$, with the JS divergence from `scipy`. $1 - D^*$ is your
# function with the laws exchanged. **Predict:** the Wasserstein distance is $\mu$. What does JS do?

# %% tags=["predict", "draws"]
x = torch.linspace(-12, 20, 3201, dtype=torch.float64)


def bell(mu: float) -> Tensor:
    return torch.softmax(-((x - mu) ** 2) / 2, dim=0)  # shares over the points x, they sum to 1


print(" mu       JS    V(D*)   2 JS - 2 log 2   slope of D* at the fakes")
best = {}
for mu in (1, 2, 4, 8):
    p, q = bell(0), bell(mu)
    best[mu] = critics.optimal_discriminator(p, q)
    value = p @ best[mu].log() + q @ critics.optimal_discriminator(q, p).log()
    js = jensenshannon(p, q) ** 2
    slope = torch.gradient(best[mu], spacing=(x,))[0].abs() @ q
    print(f"{mu:3} {js:8.5f} {value:8.5f} {2 * js - 2 * log(2):16.5f} {slope:26.5f}")

fig, ax = figures.axes(height=2.5)
for (mu, probability), dashes in zip(best.items(), ("-", "--", "-.", ":"), strict=True):
    ax.plot(x, probability, color=figures.PENALTY, linestyle=dashes, label=f"D*, mu = {mu}")
    at_mean = probability[(x - mu).abs().argmin()]
    label = "at the fakes' mean" if mu == 8 else None
    ax.plot(mu, at_mean, "o", color=figures.FAKE, label=label)
ax.set(xlabel="x", ylabel="probability of real", xlim=(-5, 10))
figures.legend(ax)
figures.show(
    fig,
    alt="Four falling curves, from one to zero, each steeper than the one before. A dot marks the "
    "mean of the fakes on each: on the slope for the first, on the flat part for the last.",
    caption="At the mean of its fakes D* is "
    + ", ".join(f"{float(d[(x - mu).abs().argmin()]):.1g}" for mu, d in best.items())
    + " for distances 1, 2, 4, 8.",
)

# %% [markdown]
# From 4 to 8 the distance doubles, while JS creeps up to its ceiling $\log 2 = 0.693$. The slope, which is
# all that a generator gets from $D^*$, is gone.
#
# ## What you built
#
# A loss, an estimate and a critic that is still unbounded.

# %%
progress("02")
