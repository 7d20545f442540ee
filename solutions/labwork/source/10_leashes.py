# %% [markdown]
# **Answer these two, and you may skip `notebooks/10_leashes.ipynb`.**
#
# 1. A layer multiplies by a matrix. By how much can it stretch the difference of two inputs?
# 2. The slope of a critic is nowhere above 1, and its estimate is 0.5. What does that say about $W$?
#
# <details><summary>Answers</summary>
#
# 1. By the largest singular value of the matrix, and by no more.
# 2. $W$ is at least 0.5. No such critic can report more than $W$, and many report less.
#
# </details>
#
# **You will** write the leash that sheet 03 took from torch, and a better one for measuring $W$. At the end your own leash
# draws garments. You need sheets 02 and 03.

# %% tags=["draws"]
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.nn import functional

from starter import critic as critics
from starter import generator as generators
from starter import leashes, training
from starter.kit import data, figures, steps
from starter.kit.loop import layers
from starter.kit.show import lesson_10 as draw

# %% [markdown]
# ## 1. How much can a matrix stretch?
#
# Start with any $u$ of length 1. Go back and forth through the matrix $A$, and keep the lengths at 1:
#
# $$v \leftarrow \frac{A^T u}{\lVert A^T u \rVert}, \qquad u \leftarrow \frac{A v}{\lVert A v \rVert}, \qquad
# \sigma = u^T A v \tag{10.1}$$
#
# Each round lets the direction that $A$ stretches most grow faster than all others. So $\sigma$ rises to the largest
# singular value. This is **power iteration**.
#
# {{ box leashes.spectral_norm_of }}
#
# Shapes: `weight` is (rows, columns) and `u` (rows,). Return $\sigma$ and the new $u$. Gradients go through $\sigma$ to the
# matrix; $u$ and $v$ count as constants.

# %%
# {{ fill leashes.spectral_norm_of }}

# %% [markdown]
# <details><summary>Hint 1: two lines, repeated</summary>
#
# `functional.normalize(x, dim=0)` brings a vector to length 1. Repeat both lines `n_steps` times.
#
# </details>
# <details><summary>Hint 2: constants</summary>
#
# The loop belongs under `torch.no_grad()`. The product for $\sigma$ comes after it.
#
# </details>
#
# **Predict:** how many rounds does a random matrix of 64 by 64 need, 1, 10 or 100, until $\sigma$ is right to one percent?

# %% tags=["predict", "nbval-check-output"]
torch.manual_seed(0)
matrix, u = torch.randn(64, 64), functional.normalize(torch.randn(64), dim=0)
exact = torch.linalg.svdvals(matrix)[0]
print("rounds: your sigma / the exact one")
for n in (1, 10, 100):
    print(f"{n:6}: {leashes.spectral_norm_of(matrix, u, n)[0] / exact:.3f}")

# %% [markdown]
# Between 10 and 100. In training one round a step is enough: the matrix changes little, and each step begins with the $u$
# of the last.
#
# ## 2. A critic of such layers
#
# `layers.SpectralLinear` is given. It divides its matrix by your $\sigma$, and `layers.SpectralCritic` stacks three of
# them with ReLU between. **Predict:** what is the largest slope of this critic, before any training?

# %% tags=["predict", "nbval-check-output"]
torch.manual_seed(0)
points = torch.randn(1000, 16, requires_grad=True)
critic = layers.SpectralCritic((16,))
(gradients,) = torch.autograd.grad(critic(points).sum(), points)
print(f"largest slope at 1,000 points: {gradients.norm(dim=1).max():.2f}")

# %% [markdown]
# Far below 1, which is the bound. Each layer may stretch one direction by 1, but the next ReLU closes half of its
# units.
#
# ## 3. An activation that loses nothing
#
# $$(y_1, y_2) = \big(\max(x_1, x_2),\ \min(x_1, x_2)\big) \tag{10.2}$$
#
# and so for each next pair of neighbours.
#
# {{ box leashes.maxmin }}
#
# Shapes: (n, k) in and out, with $k$ even.

# %%
# {{ fill leashes.maxmin }}

# %% [markdown]
# <details><summary>Hint 1: pairs</summary>
#
# `x.unflatten(1, (-1, 2))` has shape (n, k / 2, 2).
#
# </details>
# <details><summary>Hint 2: back again</summary>
#
# `torch.stack(..., dim=2)` puts larger and smaller numbers beside each other, and `flatten(start_dim=1)` makes rows again.
#
# </details>
#
# **Predict:** how long are the rows after ReLU and after MaxMin, compared with before?

# %% tags=["predict", "nbval-check-output"]
x = torch.tensor([[1.0, 3.0, -2.0, 4.0], [-1.0, -2.0, -5.0, 0.0]])
print(leashes.maxmin(x).tolist())
for name, y in {"ReLU": x.relu(), "MaxMin": leashes.maxmin(x)}.items():
    print(f"{name:6}: {' and '.join(f'{share:.2f}' for share in y.norm(dim=1) / x.norm(dim=1))} of the length")

# %% [markdown]
# ReLU loses some length. MaxMin keeps all of it: the numbers only change places. So it keeps the length of every gradient,
# too.
#
# ## 4. A matrix that loses nothing
#
# Now the matrices. If *all* singular values are 1, nothing is stretched and nothing squeezed. Such a matrix is called
# orthonormal. Repeat
#
# $$A \leftarrow \tfrac{1}{2} \left( 3\, A - A\, A^T A \right) \tag{10.3}$$
#
# **On paper:** for a single number $s$ the step is $(3 s - s^3) / 2$. Where does it stay, and where does it go from 0.5?
#
# <details><summary>Answer</summary>
#
# It stays at 0 and at 1 (and at -1). From 0.5 it goes to 0.69, 0.87, 0.98: to 1.
#
# </details>
#
# {{ box leashes.bjorck }}
#
# Shapes: (rows, columns) in and out. Every step is recorded, so that gradients reach $A$.

# %%
# {{ fill leashes.bjorck }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# `@` multiplies matrices and `weight.T` is the transposed one. Each step begins with the result of the last.
#
# </details>
#
# **Predict:** after how many steps are all singular values of this matrix above 0.99?

# %% tags=["predict", "nbval-check-output"]
torch.manual_seed(0)
matrix = torch.randn(64, 16)
matrix = matrix / torch.linalg.svdvals(matrix)[0]
print("steps: smallest and largest singular value")
for n in (0, 1, 2, 3, 4, 5):
    values = torch.linalg.svdvals(leashes.bjorck(matrix, n))
    print(f"{n:5}: {values.min():.3f} {values.max():.3f}")

# %% [markdown]
# Five are enough here. A square matrix would take more, because its smallest singular value is near 0.
#
# ## 5. How close do they come to W?
#
# All fakes are at 0, and the real points lie on the sphere around it, so $W = 1$. The best critic is a cone, $f(x) = \lVert
# x \rVert$. `layers.OrthonormalCritic` has your MaxMin and your orthonormal matrices.
#
# **Predict:** which of the two critics reports more, and does one report more than 1?


# %%
def estimate_of(critic: nn.Module, n_steps: int) -> float:
    """What the critic reports after so many steps; W is 1."""
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.0, 0.9))
    for _ in range(n_steps + 1):
        real, fake = functional.normalize(torch.randn(256, 16), dim=1), torch.zeros(256, 16)
        estimate = critic(real).mean() - critic(fake).mean()
        optimizer.zero_grad()
        (-estimate).backward()
        optimizer.step()
    return estimate.item()


# %% tags=["predict"]
torch.manual_seed(0)
print("estimate, where W is 1:")
for kind in (layers.SpectralCritic, layers.OrthonormalCritic):
    print(f"{kind.__name__:17} {estimate_of(kind((16,)), steps(300, 10)):.2f}")

# %% [markdown]
# The first is far below 1, and the second comes near. Neither can exceed 1. A critic with a penalty can, as lesson 05 shows.
#
# ## 6. Your reward: garments on your own leash
#
# Sheet 03 took spectral normalisation from torch. Now it is yours. Your steps, your generator, three critic steps for
# each of the generator's. This takes about a minute. **Predict:** will the critic that comes closer to $W$ also draw better
# garments?


# %%
def garments_from(critic: nn.Module, n_steps: int) -> tuple[Tensor, float]:
    """Twenty images, and the seconds that the game took."""
    generator = generators.MLPGenerator(latent_dim=64)
    players = zip((critic, generator), (1e-3, 1e-3))
    of_critic, of_generator = (torch.optim.Adam(net.parameters(), lr, betas=(0.5, 0.9)) for net, lr in players)
    start = perf_counter()
    for _ in range(n_steps):
        for _ in range(3):
            training.critic_step(critic, generator, garments.sample(64), of_critic)
        training.generator_step(critic, generator, 64, of_generator)
    generator.eval()
    with torch.no_grad():
        return generator(generators.sample_latent(20, 64)), perf_counter() - start


# %% tags=["predict"]
torch.manual_seed(0)
garments = data.load()
shelf = critics.MLPCritic(garments.shape)
for layer in shelf.modules():
    if isinstance(layer, nn.Linear):
        nn.utils.parametrizations.spectral_norm(layer)
drawn, seconds = {}, {}
for name, critic, n_steps in (
    ("from the shelf", shelf, steps(900, 20)),
    ("yours, spectral", layers.SpectralCritic(garments.shape, width=256), steps(900, 20)),
    ("yours, orthonormal", layers.OrthonormalCritic(garments.shape), steps(150, 5)),
):
    drawn[name], seconds[name] = garments_from(critic, n_steps)
    print(f"{name:18} {n_steps:4} steps, {seconds[name]:4.0f} s")
figures.save_images(drawn["yours, spectral"], root / "runs" / "garments_10.png", columns=10)
figures.show(
    draw.garments(drawn),
    alt="Three blocks of twenty garments, grainy, in all three: shirts, coats, trousers, shoes, and some that nobody can "
    "name.",
    caption="All of them drawn with your steps. The second block is in runs/garments_10.png.",
)

# %% [markdown]
# All three draw garments, grainy ones, and none is clearly best by eye. And the leash is your own now.
# The third critic is the better judge of distances, but each of its steps takes longer, so the generator gets fewer of
# them. As in lesson 09, a better estimate is not yet a better picture.
#
# ## What you built
#
# A leash that costs almost nothing, and one that lets a critic say nearly how far two distributions are apart.

# %%
progress("10")
