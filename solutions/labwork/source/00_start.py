# %% [markdown]
# **Answer these two, and you may skip `notebooks/00_start.ipynb`.**
#
# 1. You filled in a cell, and later you run the blank cell again. What happens to your answer? And what
#    happens to an answer that is wrong?
# 2. Why is `x.clamp(0, 1)` a bad way to show an image whose pixels lie in [-1, 1]?
#
# <details><summary>Answers</summary>
#
# 1. Nothing. A blank never overwrites an answer; the saved one stays in use. A wrong answer is saved and
#    used as well, until you mend it.
# 2. Everything below 0, half of the range, becomes the same black.
#
# </details>
#
# **You will** fill in two cells and read what a check says. At the end, your two functions turn a T-shirt
# into a handbag.

# %% tags=["draws"]
from collections.abc import Callable

import torch
from torch import Tensor

from starter import generator as generators
from starter import penalty
from starter.kit import data, figures, pretrained
from starter.kit.show import lesson_00 as draw

# %% [markdown]
# ## 1. From network to screen
#
# {{ box generator.to_image }}
#
# Networks in this course work with pixels in [-1, 1]. Screens want [0, 1]. Shift and shrink:
#
# $$\text{pixel} = \frac{x + 1}{2} \tag{0.1}$$
#
# Write your line in the place of the two lines below the docstring. Then run the cell with Shift+Enter.

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
# See it at work, beside what clamping would have shown:

# %%
garments = data.load()
coats = garments[garments.labels == 4][:8]
figures.show(*draw.beside_clamped(generators.to_image(coats), coats))

# %% [markdown]
# ## 2. How fast does it change?
#
# **Predict, then run.** For $f(x) = x^2$ at $x = -1, 0, 3$: what are the three slopes?

# %% tags=["predict", "nbval-check-output"]
x = torch.tensor([-1.0, 0.0, 3.0], requires_grad=True)
(slopes,) = torch.autograd.grad((x**2).sum(), x)
print("The slopes:", slopes.tolist(), sep="\n")

# %% [markdown]
# The slope of $x^2$ is $2x$, so they are -2, 0 and 6. Look at the call again. Autograd starts from *one*
# number, so the three values are summed first. The sum does no harm: each value depends on its own point
# only. So the slope of the sum at a point is the slope of that point's value.
#
# {{ box penalty.input_gradient }}
#
# Usually you differentiate a loss with respect to weights. Here you differentiate a function with respect
# to its *input*. You get one gradient for each point:
#
# $$g_i = \frac{\partial f(x_i)}{\partial x_i} \tag{0.2}$$
#
# Shapes: `x` is (n, ...), `f(x)` holds n numbers, and the result has the shape of `x`. The caller's `x`
# may be a plain tensor that does not track gradients. Leave it as it is, and work on a copy that does.

# %%
# {{ fill penalty.input_gradient }}

# %% [markdown]
# <details><summary>Hint 1: tracking</summary>
#
# `x.detach()` gives a tensor with the same values that is cut off from what computed it.
# `requires_grad_(True)` makes torch record what happens to it.
#
# </details>
# <details><summary>Hint 2: what comes back</summary>
#
# `torch.autograd.grad` returns a tuple with one entry for each input, even if there is only one.
#
# </details>
#
# See it at work on $f(x) = \sin x$. Your function should draw the cosine:

# %%
x = torch.linspace(-4, 4, 81)
slope = penalty.input_gradient(torch.sin, x)
print(f"largest distance from the cosine: {(slope - x.cos()).abs().max():.6f}")
figures.show(*draw.beside_cosine(x, slope))

# %% [markdown]
# **Predict, then run.** $f$ gives each of two points $(a, b)$ the score $3a + 4b$. How many numbers
# does your function return, and how long is each gradient?

# %% tags=["predict", "nbval-check-output"]
points = torch.tensor([[0.0, 0.0], [5.0, -2.0]])
gradients = penalty.input_gradient(lambda p: p @ torch.tensor([3.0, 4.0]), points)
print("The gradients and their lengths:", gradients, gradients.norm(dim=1), sep="\n")

# %% [markdown]
# Four numbers, two for each point. A linear function is equally steep everywhere: both gradients have length 5,
# since $3^2 + 4^2 = 5^2$. In sheet 05 the function will be a critic and the points will be images.
# You will ask for length 1.
#
# ## 3. Your functions at work
#
# Two trained networks come with the course: the generator of lesson 00, and a classifier that names
# garments. Put one after the other, and you have a function of the noise $z$: *how much does the garment
# of this z look like a bag?* Your `input_gradient` says how $z$ has to change so that this score
# rises. So take small steps in that direction:

# %%
generator, classifier = pretrained.load("penalty"), pretrained.load("classifier")


def climb(wanted, z, steps=24):
    def score(z):
        return classifier(generator(z))[:, garments.classes.index(wanted)]

    path = [z]
    for _ in range(steps):
        gradient = penalty.input_gradient(score, z)
        z = z + 0.3 * gradient / gradient.norm(dim=1, keepdim=True)
        path.append(z)
    return torch.stack(path), torch.stack([score(path[0]), score(path[-1])], dim=1)


# %% [markdown]
# **Predict, then run.** Six garments start, and none of them is a bag. What will they look like on the
# way, and how many arrive?

# %% tags=["predict"]
z = torch.randn(6, 64, generator=torch.Generator().manual_seed(196))
path, scores = climb("Bag", z)
pixels = torch.stack([generators.to_image(generator(z)) for z in path[::3]], dim=1)
print("Six walks towards a bag:")
figures.show(*draw.climbs(pixels, "Bag", scores))

# %% [markdown]
# Four of the six become bags. The sandal and the trousers get stuck: the gradient knows only which small
# step is best. Of 240 other $z$, 55 % arrive.
#
# A network that gives a score, and the slope of this score, are enough to change what an image shows. That
# is how a generator learns, too. In sheet 03 the critic gives the score, and what moves is not $z$ but the
# weights of the generator.
#
# Now try "Ankle boot" or "Dress" instead of "Bag", or another seed, and run the cell again.
#
# ## What you built
#
# A way to show images, and a way to ask a function how steep it is. Both are saved in
# `starter/mine` and in use from now on.

# %%
progress()
