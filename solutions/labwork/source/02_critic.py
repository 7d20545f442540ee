# %% [markdown]
# **Answer these two, and you may skip the reading.**
#
# 1. Add 10 to every score that a critic gives. Which of the two losses changes?
# 2. Why may the last layer of a critic not be a sigmoid?
#
# <details><summary>Answers</summary>
#
# 1. The critic's does not: 10 comes in once with plus and once with minus. The generator's falls by
#    10, but its gradient stays, so nothing that is learned changes.
# 2. A sigmoid squeezes scores into [0, 1]. Far from 1/2 it is flat, and a flat critic gives the
#    generator no direction.
#
# </details>
#
# **You will** write the critic's loss, the distance it reports, and a critic. You need nothing from
# the sheets before.

# %%
from math import prod

import torch
from torch import Tensor, nn

from starter import critic as critics
from starter import losses
from starter.kit import Blank, check, course, data, figures, fills, progress

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
# **Predict, then run.** Ten is added to all scores. What happens to the loss?

# %% tags=["nbval-check-output"]
real_scores, fake_scores = torch.tensor([1.0, 3.0]), torch.tensor([-2.0, 0.0])
print(losses.critic_loss(real_scores, fake_scores), losses.critic_loss(real_scores + 10, fake_scores + 10))

# %% [markdown]
# Nothing. Scores have no zero: "above 0 is real" means nothing for a critic.
#
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
# ## 3. A critic
#
# {{ box critic.MLPCritic }}
#
# Flatten the image, two hidden layers of `width` and `width // 2` units, and a last *linear* layer:
#
# $$f : [-1, 1]^{c \times h \times w} \to \mathbb{R} \tag{2.3}$$
#
# Shapes: (n, channels, height, width) in, (n,) out. `n_inputs` is given, so that the same class
# serves 28 and 32 pixels, grey and colour.

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
# See it at work: train your critic to tell garments from noise, with nothing but your loss.
# **Predict first:** the images do not change. Does the estimate settle at the distance?

# %%
torch.manual_seed(0)
garments = data.load()
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

# %%
fig, ax = figures.axes(height=2.5)
ax[0, 0].semilogy(estimates, color=figures.CRITIC)
ax[0, 0].set(xlabel="critic steps", ylabel="Wasserstein estimate (score)")
figures.show(
    fig,
    alt="The critic's estimate over its training steps, on a logarithmic scale: it climbs without "
    "end.",
    caption=f"From {estimates[0]:.2g} to {estimates[-1]:.2g} in {len(estimates)} steps, between "
    "two laws that do not move.",
)

# %% [markdown]
# It climbs for ever. Multiply a critic by 10 and its loss is 10 times better, so training stretches
# it. The formula of the distance asks for slope at most 1, and nothing enforces that yet. Sheets 04
# and 05 are about the two ways of doing so.
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
# ## What you built
#
# A loss, an estimate and a critic that is still unbounded.

# %%
progress("02")

# %% [markdown]
# **Next:** sheet 03, the generator.
