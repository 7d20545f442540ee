# %% [markdown]
# Clipping holds the weights and hopes for the slope. The penalty asks for the slope, and pays for a second
# derivative. A third way is to build the critic of layers that cannot be too steep. This lesson shows two such critics, and
# asks of all leashes: how close does the estimate come to $W$?

# %% tags=["draws"]
import numpy as np
import torch
from torch import nn

from starter.kit import figures, stored, toys
from starter.kit.show import lesson_10 as draw

# %% [markdown]
# ## 1. What one layer can do
#
# A layer multiplies the difference of two inputs by its matrix. The *singular values* of the matrix say by how much it
# can stretch or squeeze: the largest is the most, the smallest the least. **Predict:** this matrix has entries of at most 2.
# By how much can it stretch?

# %% tags=["predict", "nbval-check-output"]
print("How much does the matrix stretch?")
matrix = torch.tensor([[2.0, 1.0], [1.0, 2.0]])
along, across = torch.tensor([1.0, 1.0]), torch.tensor([1.0, -1.0])
print("singular values:", [f"{value:.2f}" for value in torch.linalg.svdvals(matrix)])
print(f"along (1, 1): {(matrix @ along).norm() / along.norm():.2f} times as long")
print(f"along (1, -1): {(matrix @ across).norm() / across.norm():.2f} times as long")

# %% [markdown]
# By 3. ReLU and LeakyReLU never stretch. So the slope of a critic is at most the product of the largest singular values
# of its layers. **Spectral normalisation** (Miyato et al., 2018) divides each matrix by its largest singular value, and
# then the slope is at most 1. To find this value, one goes back and forth through the matrix:
#
# $$v \leftarrow \frac{A^T u}{\lVert A^T u \rVert}, \qquad u \leftarrow \frac{A v}{\lVert A v \rVert}, \qquad
# \sigma = u^T A v \tag{10.1}$$
#
# One round in each step of training is enough: the matrix $A$ changes little, and each step begins with the $u$ of the last.
# It costs almost nothing. You have used torch's own in sheet 03. In sheet 10 you write it.
#
# ## 2. A cone
#
# All fakes are at 0. Half of the real numbers are at -1, half at 1, so $W = 1$. The best critic is $f(x) = |x|$, a **cone**
# (Anil et al., 2019). Let us build it of two hidden units with ReLU. One sees $x$, the other $-x$. The matrix with entries 1
# and -1 has the singular value $\sqrt 2$, so we divide by that, in both layers:

# %%
x = torch.linspace(-1.2, 1.2, 49)[:, None]
first, last = torch.tensor([[1.0], [-1.0]]) / 2**0.5, torch.tensor([[1.0, 1.0]]) / 2**0.5
with_relu = (x @ first.T).relu() @ last.T

# %% [markdown]
# **Predict:** this critic is allowed slope 1. What slope does it have? What does it report?

# %%
predict("10.1", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("10.1")
for name, layer in {"first": first, "last": last}.items():
    print(f"{name} layer, largest singular value: {torch.linalg.svdvals(layer)[0]:.2f}")
real, fake = torch.tensor([[-1.0], [1.0]]), torch.tensor([[0.0]])
at_real, at_fake = ((points @ first.T).relu() @ last.T for points in (real, fake))
print(f"estimate {at_real.mean() - at_fake.mean():.2f}, W = 1")

# %% [markdown]
# One half. The first layer spreads the slope over two units, and ReLU closes one of the two. What it throws away never comes
# back.
#
# **MaxMin** throws nothing away. It takes units in pairs of neighbours, and puts the larger first:
#
# $$(y_1, y_2) = \big(\max(x_1, x_2),\ \min(x_1, x_2)\big) \tag{10.2}$$
#
# and so for each next pair of neighbours.
#
# Our two units are $x / \sqrt 2$ and $-x / \sqrt 2$. Sorted, they are $|x| / \sqrt 2$ and $-|x| / \sqrt 2$:

# %%
sorted_units = (x @ first.T).sort(dim=1, descending=True).values
with_maxmin = sorted_units @ torch.tensor([[1.0], [-1.0]]) / 2**0.5

# %% tags=["draws"]
curves = {"spectral norm, ReLU": with_relu, "spectral norm, MaxMin": with_maxmin}
figures.show(
    draw.cones(x.flatten().numpy(), {name: scores.flatten().numpy() for name, scores in curves.items()}),
    alt="Scores over x between -1.2 and 1.2. With MaxMin the scores are the absolute value of x and lie on the best "
    "critic's. With ReLU they are half as high.",
    caption="The same two layers, with another activation between them and a minus in the last.",
)

# %% [markdown]
# With MaxMin the slope is 1 exactly. Only one weight of the last layer differs: it is -1.
#
# ## 3. What else squeezes
#
# Dividing by the largest singular value holds *one* direction at 1. What about the others? **Predict:** the matrix
# of a new `nn.Linear(128, 128)` is divided by its largest singular value. What is the median of all?

# %% tags=["predict", "nbval-check-output"]
torch.manual_seed(0)
values = torch.linalg.svdvals(nn.Linear(128, 128).weight.detach())
values = values / values[0]
print("singular values, divided by the largest:")
print(f"largest {values[0]:.2f}, median {values.median():.2f}, smallest {values[-1]:.3f}")

# %% [markdown]
# Below one half: most directions are squeezed, in each layer. Training can mend a part of that.
#
# Or we make all singular values 1. Such a matrix is called **orthonormal**, and repeating this step leads there:
#
# $$A \leftarrow \tfrac{1}{2} \left( 3\, A - A\, A^T A \right) \tag{10.3}$$
#
# (Björck and Bowie, 1971.) It moves each singular value $s$ to $(3 s - s^3) / 2$ and leaves the directions alone:

# %% tags=["nbval-check-output"]
s = np.array([0.1, 0.48, 0.9, 1.0])
for step in range(9):
    if step % 2 == 0:
        print(f"after {step} steps:", *(f"{value:.3f}" for value in s))
    s = (3 * s - s**3) / 2

# %% [markdown]
# All of them go to 1, and the small ones take longest. Each step is two products of matrices, and training differentiates
# through all of them. That is the price.
#
# ## 4. Whose estimate is right?
#
# Now all leashes of this course on the same job. There are three pairs of distributions, whose $W$ is known in any
# dimension:
#
# - **shift:** real points are normal, and the fakes are moved by 1;
# - **scale:** the fakes are normal, and the real points 1.5 times as far from 0;
# - **cone:** all fakes are at 0, and the real points are on the sphere around it.

# %% tags=["draws"]
settings, result = stored.load("10_leashes")
ratio, cosine = result["ratio"], result["cosine"]

# %% [markdown]
# Each critic is judged twice. Its gradient tells the generator where to go. The *cosine* between that gradient and the one
# of the best critic is 1 where both point the same way, and 0 where they are at right angles.
#
# Every critic has two hidden layers of 128 units, and the same steps and batches. **Predict:** which of them reports the
# right distance for the shift? Which for the cone? Who ever reports more than $W$?

# %%
predict("10.2", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("10.2")
print("estimate / W, mean of three seeds    shift             scale              cone     seconds for")
print(f"{'dimension':26}" + 3 * "".join(f"{d:6}" for d in settings["dimensions"]) + "   1,000 steps")
for name, of_critic, seconds in zip(settings["critics"], ratio.mean(axis=3), result["seconds"]):
    print(f"{name:26}" + "".join(f"{value:6.2f}" for value in of_critic.flatten()) + f"{seconds.mean():10.1f}")

# %% tags=["draws"]
figures.show(
    draw.table(settings["critics"], settings["pairs"], settings["dimensions"], ratio, cosine),
    alt="Six panels over the dimension: three pairs of distributions, above the estimate divided by W, "
    "below the cosine to the exact gradient. Clipped critics lie near 0 or far above 1. Those with a penalty lie at 1. The "
    "spectral norm with ReLU is at 1 for the shift and near a half or less elsewhere. The orthonormal one is at or a little below 1.",
    caption="Bands: three seeds. A grey mark at the upper edge stands for a value above 1.3, which the table has.",
)

# %% [markdown]
# For the shift both built critics and both penalties are right to a few percent, because one direction is all that they need.
# For scale and cone the spectral norm with ReLU reports a half or less, and less in more dimensions. The orthonormal critic
# wins most of that back. A penalty gets 0.9 for the cone in 64 dimensions, and elsewhere it may exceed $W$, as lesson 05
# works out; the built critics cannot. Clipping reports
# anything from nearly 0 to 34 times $W$, depending on $c$, the pair and the dimension; where it is near 1, that is luck.
#
# The price is time: on one core the orthonormal critic takes more than three times as long as a penalty. For scale and cone
# in 64 dimensions, the gradient of no critic has exactly the best direction.
#
# ## 5. Does the generator matter?
#
# The WGAN paper (figures 5 to 7) tries three generators:
#
# - a convolutional one with batch normalisation;
# - one without it, whose layers all have the same number of channels;
# - a fully connected one of four hidden layers.
#
# A plain GAN was said to fail on some of them. Here are small ones, on garments. The critic is convolutional in all nine. **Predict:** where does the GAN fail?

# %% tags=["draws"]
settings, result = stored.load("10_architectures")

# %%
predict("10.3", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("10.3")
print(f"Fréchet distance after {settings['steps']} generator steps, one seed; lower is better")
print(f"{'':18}" + "".join(f"{name:>10}" for name in settings["methods"]))
for name, row in zip(settings["generators"], result["frechet"]):
    print(f"{name:18}" + "".join(f"{value:10.0f}" for value in row))

# %% tags=["draws"]
figures.show(
    draw.architectures(settings["generators"], settings["methods"], result["pictures"]),
    alt="Nine panels of sixteen garments: three generators, each trained as a GAN, with clipping and with the penalty.",
    caption="Rows are generators and columns ways of training, with one seed each.",
)

# %% [markdown]
# On the fully connected one: there GAN and clipped WGAN draw the same picture for every $z$. The penalty keeps a few different
# ones, and has the lowest number in all three rows. Six hundred steps are few, so no picture is good yet, and one seed is
# no proof.
#
# ## Keep in mind
#
# - A product of spectral norms bounds the slope. The bound is safe, and with ReLU the critic stays far below it.
# - Orthonormal matrices and MaxMin keep what ReLU and squeezing lose.
# - To *measure* a distance, take the penalty or the orthonormal critic. To *draw*, a cheap leash gives the generator more
#   steps in the same time. Nobody can read $W$ off a clipped critic.
#
# ## For the curious
#
# <details><summary>A trap for two-sided penalties</summary>
#
# Slope -1 has length 1, so it costs no penalty. A critic on a line that leans the wrong way must turn round, and on its
# way its slope is 0, and there the penalty (5.3) of lesson 05 is $\lambda$. The smallest critic, $f(x) = s\, x$, has the loss
# $-W s + \lambda\,(|s| - 1)^2$. Its trap is at $s = -(1 - W / 2\lambda)$, and exists while $W < 2\lambda$. The one-sided
# penalty (5.4) has no trap, and on the line it has the same optimum, since (5.5) is never below 1. In the first
# picture below, trained critics got the sign of their last layer changed.
#
# The rule is about lines. On 8 Gaussians (second picture) two sides fail for $\lambda = 10$ and 100. They do not fail
# for 1, although $W$ begins at 1.4, and the rule predicts a trap below 2. On garments even $\lambda = 100$ learns.
#
# </details>
# <details><summary>Eight and 25 Gaussians</summary>
#
# A critic that sees modes can lead a generator to them: to all 8, and to all 25, in the third picture.
#
# </details>

# %% tags=["predict", "draws"]
figures.show(
    draw.trap(stored.load("05_line")[1]),
    alt="Left: mean slope after the flip; two-sided runs stay near minus one, one-sided runs rise "
    "through zero to plus one. Right: where two-sided runs end for other λ: plus for small λ, minus "
    "for large.",
    caption="Left: ten seeds each. Right: three seeds for each λ.",
)

# %% tags=["predict", "draws"]
settings, result = stored.load("05_sides")
figures.show(
    draw.sides(result),
    alt="Exact distance of the generated points to the data for four values of λ, dots for seeds. The "
    "two penalties agree for 0.1 and 1; for 10 and 100 the two-sided one is far above.",
    caption=f"8 Gaussians, {settings['seeds']} seeds, {settings['steps']} generator steps.",
)

# %% tags=["predict", "draws"]
settings, result = stored.load("05_modes")
mixtures = {"eight": toys.EIGHT_GAUSSIANS, "twenty_five": toys.TWENTY_FIVE_GAUSSIANS}
figures.show(
    draw.modes(mixtures, result),
    alt="Generated points on 8 and on 25 Gaussians sit at the circled modes, some between them; the "
    "share of points at a mode rises over the training.",
    caption=f"One seed, λ = {settings['lambda']}, width 128. At a mode: within 3 standard deviations.",
)
