# %% [markdown]
# **Answer these two, and you may skip the lesson `notebooks/00_start.ipynb`.**
#
# 1. You run a blank cell after you have filled it in once. What happens to your answer?
# 2. Why is `x.clamp(0, 1)` a bad way to show an image whose pixels lie in [-1, 1]?
#
# <details><summary>Answers</summary>
#
# 1. Nothing. A blank never overwrites an answer; the saved one stays in use.
# 2. Everything below 0, half of the range, becomes the same black.
#
# </details>
#
# **You will** fill in two cells, see what a check says, and meet `torch.autograd.grad`, on which the
# whole of sheet 05 rests.

# %%
from collections.abc import Callable

import torch
from torch import Tensor

from starter import generator as generators
from starter import penalty
from starter.kit import data, figures

# %% [markdown]
# ## 1. From network to screen
#
# {{ box generator.to_image }}
#
# Networks in this course speak [-1, 1]. Screens want [0, 1]. Shift and shrink:
#
# $$\text{pixel} = \frac{x + 1}{2} \tag{0.1}$$
#
# Replace the two lines below the docstring by yours, then run the cell with Shift+Enter.

# %%
# {{ fill generator.to_image }}

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# It works on tensors of any shape, because arithmetic on a tensor works on each of its numbers.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Try three numbers on paper: -1 must become 0, 0 must become 0.5, 1 must become 1.
#
# </details>
#
# See it at work. On the right is what clamping would have shown.

# %% tags=["draws"]
garments = data.load()
coats = garments[garments.labels == 4][:8]
fig, ax = figures.axes(columns=2, height=2.2)
figures.draw_pixels(ax[0, 0], generators.to_image(coats), columns=4, title="your to_image")
figures.draw_pixels(ax[0, 1], coats.clamp(0, 1), columns=4, title="clamped")
figures.show(
    fig,
    alt="The same eight coats twice: in full shades of grey on the left, with all dark parts lost on the right.",
    caption=f"Clamping turns {(coats < 0).float().mean():.0%} of these pixels black; truly black "
    "are "
    f"{(coats == -1).float().mean():.0%}.",
)

# %% [markdown]
# ## 2. How fast does it change?
#
# **Predict, then run.** For $f(x) = x^2$ at $x = -1, 0, 3$: what are the three slopes?

# %% tags=["predict", "nbval-check-output"]
x = torch.tensor([-1.0, 0.0, 3.0], requires_grad=True)
(slopes,) = torch.autograd.grad((x**2).sum(), x)
print(slopes)

# %% [markdown]
# $2x$, as you learned at school. Look at the call again. Autograd starts from *one* number, so the
# three values are summed first. The sum does no harm: each value depends on its own point only, so
# the slope of the sum at a point is the slope of that point's value.
#
# {{ box penalty.input_gradient }}
#
# Usually you differentiate a loss with respect to weights. Here it is a function with respect to its
# *input*, one gradient for each point:
#
# $$g_i = \frac{\partial f(x_i)}{\partial x_i} \tag{0.2}$$
#
# Shapes: `x` is (n, ...), `f(x)` holds n numbers, the result has the shape of `x`. The caller's `x`
# may be a plain tensor that does not track gradients. Leave it as it is: work on a copy that does.

# %%
# {{ fill penalty.input_gradient }}

# %% [markdown]
# <details><summary>Hint 1: tracking</summary>
#
# `x.detach()` gives a tensor with the same values and a life of its own. `requires_grad_(True)` makes
# torch record what happens to it.
#
# </details>
# <details><summary>Hint 2: what comes back</summary>
#
# `torch.autograd.grad` returns a tuple with one entry for each input, even if there is only one.
#
# </details>
#
# See it at work on $f(x) = \sin x$: your function should draw the cosine.

# %% tags=["draws"]
x = torch.linspace(-4, 4, 81)
slope = penalty.input_gradient(torch.sin, x)
fig, ax = figures.axes(height=2.4)
ax.plot(x, x.sin(), color=figures.CRITIC, label="f(x) = sin x")
ax.plot(x, slope, color=figures.PENALTY, linestyle="--", label="your gradient")
ax.set(xlabel="x", ylabel="value, slope")
figures.legend(ax)
figures.show(
    fig,
    alt="A sine wave and, dashed, the gradient that your function computes: a cosine, highest "
    "where the sine climbs fastest.",
    caption=f"Largest distance from the cosine: {(slope - x.cos()).abs().max():.1e}.",
)

# %% [markdown]
# **Predict, then run.** $f$ gives each of two points $(a, b)$ the score $3a + 4b$. How many numbers
# does your function return, and how long is each gradient?

# %% tags=["predict", "nbval-check-output"]
points = torch.tensor([[0.0, 0.0], [5.0, -2.0]])
gradients = penalty.input_gradient(lambda p: p @ torch.tensor([3.0, 4.0]), points)
print(gradients, "lengths:", gradients.norm(dim=1))

# %% [markdown]
# Four numbers, two for each point. A linear function is equally steep everywhere: length 5 at both, since $3^2 + 4^2 = 5^2$. In
# sheet 05 the function will be a critic and the points will be images. You will ask for length 1.
#
# ## What you built
#
# A way to show images, and a way to ask a function how steep it is. Both are saved in
# `starter/mine` and in use from now on:

# %%
progress()
