# %% [markdown]
# **Answer these two, and you may skip the reading.**
#
# 1. Which network is clipped, and when?
# 2. What would a histogram of clipped weights look like after training?
#
# <details><summary>Answers</summary>
#
# 1. The critic, after each of its steps. Never the generator.
# 2. A spike at -c and one at c: every weight that wants to be larger ends there.
#
# </details>
#
# **You will** write the first leash for the critic, and train your first WGAN on garments. You need
# sheets 02 and 03.

# %%
import torch
from torch import nn

from starter import clipping
from starter import critic as critics
from starter import generator as generators
from starter.kit import Blank, borrow, check, data, figures, fills, progress, reset
from starter.kit.course import budget
from starter.kit.loop import train

# %% [markdown]
# ## 1. Clip
#
# The distance asks for a critic with slope at most 1. Slopes come from weights: a network whose
# weights all lie in a small window cannot be very steep. So, after every critic step, put each
# parameter back into the window:
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
# `p = p.clamp(-c, c)` makes a new tensor and gives it the name `p`. The network never hears of it.
# Methods whose name ends in an underscore change the tensor itself.
#
# </details>
# <details><summary>Hint 2: autograd objects</summary>
#
# Torch does not let you change a parameter in place while it records. Tell it not to record.
#
# </details>

# %% tags=["nbval-check-output"]
tiny = nn.Linear(2, 1)
with torch.no_grad():
    tiny.weight.copy_(torch.tensor([[3.0, -0.02]]))
clipping.clip_weights(tiny, c=0.1)
print(tiny.weight.detach())

# %% [markdown]
# ## 2. Train
#
# The loop is given: five critic steps, each followed by your `clip_weights`, then one generator step.
# It calls your `critic_step` and `generator_step`. The stop button ends it and keeps everything
# (press it twice if one of your own steps never ends).
# While it runs, **predict** the histogram of the critic's weights.

# %%
torch.manual_seed(0)
garments = data.load()
critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
run = train(critic, generator, garments, method="clip", **budget(40))

weights = torch.cat([parameter.detach().cpu().flatten() for parameter in critic.parameters()])
c = run.settings["c"]
at_the_edge = (weights.abs() > 0.97 * c).float().mean()
fig, ax = figures.axes(height=2.5)
ax[0, 0].hist(weights.numpy(), bins=81, color=figures.CRITIC)
ax[0, 0].set(xlabel="weight", ylabel="number of weights")
figures.show(
    fig,
    alt="Histogram of the critic's weights after training: a tall spike at each edge of the "
    "window.",
    caption=f"{at_the_edge:.0%} of the critic's {len(weights):,} weights lie within 3% of -c or "
    f"c, with c = {c}. "
    "Spread evenly over the window, 3% would.",
)

# %% [markdown]
# The weights at the edge want to be larger and may not. Clipping holds the slope down, but nobody
# knows at which value: it follows from all weights together. The authors of WGAN call it a clearly
# terrible way to enforce the slope. The pictures are not bad, all the same.
#
# Read the curve with care. Its unit is the score of *this* critic. With another `c` the same fakes
# would get another number, so compare a clipped run with nothing but itself.
#
# ## What you built
#
# A WGAN, complete.

# %%
progress("04")

# %% [markdown]
# **Next:** sheet 05 replaces the leash.
