# %% [markdown]
# **Answer these two, and you may skip `notebooks/08_clinic.ipynb`.**
#
# 1. What do you look at before a training has made its first step?
# 2. A run draws fine garments. What does that prove about its code?
#
# <details><summary>Answers</summary>
#
# 1. The smallest and the largest pixel of a batch of real images and of one of fakes, and a picture of both.
# 2. Nothing. A mistake can leave the pictures as they are, or even make them better.
#
# </details>
#
# **You will** examine six trainings of fellow students, name what is wrong with each, and mend one line. Then your own
# run of sheet 05 gets a check-up. You need sheets 02, 03 and 05.

# %% tags=["draws"]
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from starter import clinic
from starter import critic as critics
from starter import generator as generators
from starter.kit import budget, data, diagnose, figures, open_case, own_run, train
from starter.kit.measure import checkup
from starter.kit.show import lesson_08 as draw

garments = data.load()

# %% [markdown]
# ## 1. Ada's blotch
#
# {{ box clinic.case_1 }}
#
# All six used the MLP pair, and the settings of sheet 05 or, for the clipped one, of sheet 04. Only one thing is wrong in each case.

# %%
case = open_case("case 1")

# %% [markdown]
# A case has six instruments. Each shows Ada's run beside a healthy one. Those that you ask are counted: use as few as you
# can. Delete the `# ` before one that you want to ask.

# %%
case.curves()
# case.pixels()
# case.diversity()
# case.slopes()
# case.gradients()
# case.weights()

# %% [markdown]
# What in Ada's code is wrong? Write it in your own words, such as "the learning rate is too high". You get the evidence
# for it or against it. `diagnose("case 1", "?")` lists causes.

# %%
diagnose("case 1", "...")

# %% tags=["solved"]
diagnose("case 1", "the sign of the generator's loss is wrong")

# %% [markdown]
# <details><summary>Ada's code: open it when you have a diagnosis</summary>
#
# ```python
# one = torch.ones((), device=z.device)
# optimizer.zero_grad()
# mean_score = critic(generator(z)).mean()
# mean_score.backward(one)
# optimizer.step()
# ```
#
# She took it from the authors' first code, where the critic gives *fakes* high scores. `backward(v)` computes the
# gradient of $v$ times the number.
#
# </details>
#
# Mend it, so that the step makes this smaller:
#
# $$-\operatorname{mean} f(G(z)) \tag{8.1}$$

# %%
# {{ fill clinic.case_1 }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# It is the fourth line of her code. A minus is enough.
#
# </details>
#
# Her training again, with your step:

# %%
torch.manual_seed(0)
critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)


def mended(critic: nn.Module, generator: nn.Module, n: int, optimizer: Optimizer) -> Tensor:
    return clinic.case_1(critic, generator, torch.randn(n, generator.latent_dim), optimizer)


run = train(critic, generator, garments, generator_step=mended, **budget(20))

# %% [markdown]
# **The core path goes on in section 7.** The cases between are for whoever is early.
#
# ## 2. Lab: Ben's noise
#
# {{ box clinic.case_2 }}

# %%
case = open_case("case 2")

# %%
diagnose("case 2", "...")

# %% tags=["solved"]
case.gradients()
diagnose("case 2", "the fakes are detached in the generator's step")

# %% [markdown]
# <details><summary>Ben's code</summary>
#
# ```python
# fakes = generator(z).detach()
# return critic(fakes).mean()
# ```
#
# Both of his losses call it.
#
# </details>
#
# `player` says for whose loss the score is: "critic" or "generator".
#
# $$\operatorname{mean} f(G(z)) \tag{8.2}$$

# %%
# {{ fill clinic.case_2 }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# Sheet 03 asked: why are the fakes detached in the critic's step, and why not in the generator's?
#
# </details>

# %%
case.beside()

# %% [markdown]
# ## 3. Lab: Cleo's grey ground
#
# {{ box clinic.case_3 }}
#
# Her estimate stands still as Ben's does. **Predict:** which one instrument tells them apart?
#
# <details><summary>Answer</summary>
#
# `pixels`: her samples never go below 0. (`gradients` does, too: hers arrive.)
#
# </details>

# %%
case = open_case("case 3")

# %%
diagnose("case 3", "...")

# %% tags=["solved"]
case.pixels()
diagnose("case 3", "the generator ends in a sigmoid")

# %% [markdown]
# <details><summary>Cleo's code</summary>
#
# ```python
# pixels = features @ weight.T + bias
# pixels = torch.sigmoid(pixels)
# ```
#
# </details>
#
# $$\text{pixel} = s(w \cdot \text{feature} + b), \qquad s \text{ smooth and increasing, onto } (-1, 1) \tag{8.3}$$

# %%
# {{ fill clinic.case_3 }}

# %%
case.beside()

# %% [markdown]
# ## 4. Lab: Dora's fog
#
# {{ box clinic.case_4 }}

# %%
case = open_case("case 4")
case.curves()

# %% [markdown]
# Here no number that a training prints is out of its range. Look elsewhere.

# %%
diagnose("case 4", "...")

# %% tags=["solved"]
case.pixels()
diagnose("case 4", "the real images are not scaled to [-1, 1]")

# %% [markdown]
# <details><summary>Dora's code</summary>
#
# ```python
# images = raw.float()
# images = images / 255
# return images[:, None]
# ```
#
# Her generator learns what it is shown. The screen shows its 0 as grey.
#
# </details>
#
# $$0 \mapsto -1, \qquad 255 \mapsto 1, \qquad \text{in a straight line} \tag{8.4}$$

# %%
# {{ fill clinic.case_4 }}

# %%
case.beside()

# %% [markdown]
# ## 5. Homework: Eli's digits
#
# {{ box clinic.case_5 }}

# %%
case = open_case("case 5")

# %%
diagnose("case 5", "...")

# %% tags=["solved"]
case.slopes()
diagnose("case 5", "create_graph is missing in the penalty")

# %% [markdown]
# <details><summary>Eli's code</summary>
#
# ```python
# how = {"inputs": between, "grad_outputs": torch.ones_like(scores)}
# how["retain_graph"] = True
# (pull,) = torch.autograd.grad(scores, **how)
# return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()
# ```
#
# `retain_graph` keeps the graph of the *scores*.
#
# </details>
#
# $$\operatorname{mean} \big(\lVert \nabla f(x_i) \rVert - 1\big)^2 \tag{8.5}$$

# %%
# {{ fill clinic.case_5 }}

# %%
case.beside()

# %% [markdown]
# ## 6. Homework: Fay's fine garments
#
# {{ box clinic.case_6 }}

# %%
case = open_case("case 6")
case.beside()

# %% [markdown]
# Hers are in the first row, and those of a healthy clipped WGAN in the second. **Question.** So why mend anything?
#
# <details><summary>Answer</summary>
#
# It is no WGAN any more. Nothing limits the critic's slope, so the estimate means nothing, and with another pair of
# networks or more steps it may break.
#
# </details>

# %%
diagnose("case 6", "...")

# %% tags=["solved"]
case.weights()
diagnose("case 6", "the weights are not clipped")

# %% [markdown]
# <details><summary>Fay's code</summary>
#
# ```python
# for _ in range(n_critic):
#     update()
#     for w in critic.parameters():
#         w = w.clamp(-c, c)
# ```
#
# </details>
#
# After each of `n_critic` updates:
#
# $$w \leftarrow \min(\max(w, -c),\ c) \tag{8.6}$$

# %%
# {{ fill clinic.case_6 }}

# %% [markdown]
# ## 7. Your reward: a check-up of your own run
#
# The check-up looks at what an experienced person looks at first, and says what is normal. It takes your run of sheet 05,
# and if there is none, that of section 1. **Predict:** will it find something?


# %% tags=["predict"]
def networks() -> tuple[nn.Module, nn.Module]:
    return critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)


own, problem = own_run(root / "runs" / "mine.pt", networks, garments)
print(problem or "This is your run of sheet 05.")
own = own or globals().get("run")
if own:
    checkup(own, garments)

# %% [markdown]
# A healthy run gets "I see nothing wrong". Lesson 08 says how often the check-up is right, and what it cannot see.
#
# The six runs, and yours:

# %% tags=["draws"]
figures.show(
    draw.ward(own.sample(9, seed=0) if own else None),
    alt="Rows of samples of the six cases: a blotch, noise, garments on grey ground twice, broken garments and fine "
    "ones. Below, garments of a healthy run.",
    caption="Six trainings, one wrong line each. The last row is sound.",
)

# %% [markdown]
# ## What you built
#
# A habit. Look at pixels before you train, at the first numbers after two seconds, and at a check of each function before
# you believe a picture.

# %%
progress("08")
