# %% [markdown]
# **Answer these two, and you may skip the lesson `notebooks/05_penalty.ipynb`.**
#
# 1. A linear critic has $\lVert w \rVert = 3$. What is its gradient penalty, whatever the images?
# 2. You forget `create_graph=True`. The penalty's value is right. What is wrong?
#
# <details><summary>Answers</summary>
#
# 1. $(3 - 1)^2 = 4$: a linear function is equally steep everywhere.
# 2. Torch treats it as a constant. It shows in the log, and trains nothing.
#
# </details>
#
# **You will** write the penalty in three small pieces, test it on a critic you can do on paper, hold it
# against an exact result, and train the network that draws garments. You need sheets 00, 02 and 03.

# %%
import torch
from torch import Tensor, nn

from starter import critic as critics
from starter import generator as generators
from starter import penalty, training
from starter.kit import Meter, budget, data, figures, pretrained, resume, steps, theory, train

# %% [markdown]
# ## 1. Somewhere between real and fake
#
# The distance asks for a critic with slope at most 1. Clipping squeezes the weights and hopes. The
# penalty asks the critic itself: how steep are you *here*? It asks at random points on the lines
# between real images and fakes, because there the critic has to guide the generator.
#
# $$\hat{x} = \epsilon\, x + (1 - \epsilon)\, G(z), \qquad \epsilon \sim U[0, 1] \tag{5.1}$$
#
# {{ box penalty.interpolate }}
#
# Each *sample* has one $\epsilon$, the same for all its numbers. Try two samples of three numbers. The
# first shape fails:

# %% tags=["nbval-check-output"]
two = torch.tensor([[4.0, 8.0, 12.0], [4.0, 8.0, 12.0]])
for epsilon in (torch.tensor([0.5, 0.25]), torch.tensor([[0.5], [0.25]])):
    try:
        print(tuple(epsilon.shape), (epsilon * two).tolist())
    except RuntimeError:
        print(tuple(epsilon.shape), "does not stretch over the three numbers")

# %% [markdown]
# **Predict:** what shape must $\epsilon$ have for images of shape (2, 1, 1, 3)?

# %% tags=["predict"]
# {{ fill penalty.interpolate }}

# %% [markdown]
# <details><summary>Hint 1: the shape</summary>
#
# (2, 1, 1, 1): the batch, then a 1 for each other dimension. Broadcasting does the rest.
#
# </details>
# <details><summary>Hint 2: the numbers</summary>
#
# `torch.rand` is uniform on [0, 1]; `torch.randn` is not. Take n from the batch and make the numbers on
# the device of `real`.
#
# </details>
# <details><summary>Hint 3: any number of dimensions</summary>
#
# `real.dim()` counts them, `[1] * 3` is `[1, 1, 1]`, and a star before a list hands its entries to
# `torch.rand` one by one.
#
# </details>

# %%
torch.manual_seed(0)
print(penalty.interpolate(torch.ones(2, 1, 1, 3), torch.zeros(2, 1, 1, 3)).squeeze())

# %% [markdown]
# Real is 1 and fake is 0 here, so you see $\epsilon$ itself: two rows, each of one number. With garments:

# %% tags=["draws"]
torch.manual_seed(1)
garments = data.load()
real, fake = (garments[garments.labels == label][:8] for label in (9, 0))
fig, ax = figures.axes(height=2.7)
figures.draw_images(ax, torch.cat([real, penalty.interpolate(real, fake), fake]), columns=8)
figures.label_rows(ax, ["real", "between", "fake"])
figures.show(
    fig,
    alt="Three rows of eight images: ankle boots on top, shirts below, and between them blends of "
    "the two, each in another proportion.",
    caption="Boots play the real images and shirts the fakes. Each blend has its own proportion.",
)

# %% [markdown]
# ## 2. How steep is the critic there?
#
# $$n_i = \left\lVert \frac{\partial f(\hat{x}_i)}{\partial \hat{x}_i} \right\rVert_2 \tag{5.2}$$
#
# This is sheet 00's `input_gradient` with two changes. Three small steps lead there, on $f(x) = w x$
# with $w = 3$, whose slope is $w$. **First,** what comes back is a tuple:

# %% tags=["nbval-check-output"]
w, x = torch.tensor(3.0, requires_grad=True), torch.tensor(1.0, requires_grad=True)
print(torch.autograd.grad(w * x, x))

# %% [markdown]
# **Second,** the slope will be *trained on*, so torch has to record how it was computed:

# %% tags=["nbval-check-output"]
for create_graph in (False, True):
    slope = torch.autograd.grad(w * x, x, create_graph=create_graph)[0]
    print(f"create_graph={create_graph}: slope {slope.item()}, can be trained on: {slope.requires_grad}")

# %% [markdown]
# **Third,** an image has many pixels, and its gradient has one length. These two gradients of 2 x 2
# pixels have lengths 5 and 2. A norm over one axis finds neither; one row for each image would:

# %% tags=["nbval-check-output"]
gradients = torch.tensor([[[[3.0, 4.0], [0.0, 0.0]]], [[[1.0, 1.0], [1.0, 1.0]]]])
print("over one axis:", gradients.norm(dim=1).tolist())
print("rows:", gradients.flatten(start_dim=1).tolist())

# %% [markdown]
# {{ box penalty.gradient_norms }}
#
# Shapes: `images` (n, ...) in, norms (n,) out. Leave `images` as they are. Do not call `input_gradient`:
# its result cannot be trained on. Write its lines again, with the two changes.

# %%
# {{ fill penalty.gradient_norms }}

# %% [markdown]
# <details><summary>Hint 1: four steps</summary>
#
# A copy of the images that tracks gradients; their scores; the gradient of the summed scores; its
# length over all dimensions but the first.
#
# </details>
# <details><summary>Hint 2: one length for one image</summary>
#
# `norm(dim=1)` on (n, channels, height, width) gives a length for each *pixel*. After
# `flatten(start_dim=1)` there is one row for each image.
#
# </details>
#
# ## 3. The penalty
#
# $$\text{GP} = \operatorname{mean}\, (n(\hat{x}) - 1)^2 \tag{5.3}$$
#
# {{ box penalty.gradient_penalty }}
#
# Use your two functions. The weight $\lambda$ is not in here; `critic_step` multiplies by it.

# %%
# {{ fill penalty.gradient_penalty }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# From the inside out: points between real and fake, their norms, the squared distance to 1, the mean.
#
# </details>
#
# ## 4. On paper first
#
# $f(x) = w \cdot x$ has the gradient $w$ everywhere, so $\text{GP} = (\lVert w \rVert - 1)^2$. On
# paper, for $\lVert w \rVert = 3$: what is GP, and how long is its own gradient with respect to $w$?

# %% tags=["nbval-check-output"]
linear = nn.Sequential(nn.Flatten(), nn.Linear(9, 1))
nn.init.constant_(linear[1].weight, 1.0)  # nine ones: length 3
gp = penalty.gradient_penalty(linear, torch.ones(4, 1, 3, 3), torch.zeros(4, 1, 3, 3))
gp.backward()
print(f"GP {gp:.3f}, length of its gradient {linear[1].weight.grad.norm():.3f}")

# %% [markdown]
# Four and four: $2(\lVert w \rVert - 1)$ in the direction of $w$. A descent step makes $w$ shorter,
# towards 1.
#
# ## 5. Lab: against an exact result
#
# Real numbers from $\mathcal{N}(0, 1)$, fakes from $\mathcal{N}(1, 1)$: the Wasserstein distance is 1.
# **Predict, then run:** does a well-trained critic report less than 1, 1, or more? For $\lambda = 10$,
# and for $\lambda = 1$?
#
# The first 25 steps go without the penalty, so that the critic leans the right way. In one dimension
# it could not turn round later: slope -1 costs no penalty either.


# %% tags=["predict"]
class Shift(nn.Module):
    """A generator with nothing to learn: z + by."""

    latent_dim = 1

    def __init__(self, by: float) -> None:
        super().__init__()
        self.by = by

    def forward(self, z: Tensor) -> Tensor:
        return z + self.by


# %% tags=["draws"]
x, many = torch.linspace(-3, 4, 141)[:, None], torch.randn(400_000, 1)
fig, ax = figures.axes(height=2.5)
report = []
for final, colour in ((10, figures.CRITIC), (1, figures.PENALTY)):
    torch.manual_seed(0)
    critic = critics.MLPCritic((1,), width=64)
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3)
    for step in range(steps(2000, fast_steps=50)):
        lambda_ = 0 if step < 25 else final
        real = torch.randn(512, 1)
        training.critic_step(critic, Shift(1), real, optimizer, penalty.gradient_penalty, lambda_)
    slope = penalty.input_gradient(critic, x).abs()
    with torch.no_grad():
        gap = (critic(many).mean() - critic(many + 1).mean()).item()
    ax.plot(x, slope, color=colour, label=f"your critic, λ = {final}")
    exact = theory.penalised_slope(x.flatten().numpy(), 1, final)
    ax.plot(x, exact, color=colour, linestyle=":", label="exact")
    report.append(f"λ = {final}: {gap:.3f} (exact {theory.penalised_gap(1, final):.3f})")
ax.set(xlabel="x", ylabel="slope (score / x)", ylim=(0, 2.5))
figures.legend(ax)
figures.show(
    fig,
    alt="The slopes of two trained critics over x, near the exact dotted curves where the data lie: a "
    "little above one for λ = 10, further above for λ = 1.",
    caption=f"Your critics report {'; '.join(report)}. Wasserstein distance: 1.",
)

# %% [markdown]
# More. A slope a little above 1 costs little and gains something, so the best critic overshoots, the
# more the smaller $\lambda$ is. The gradient penalty does not give slope 1, and its estimate is not the
# distance.
#
# ## 6. Garments
#
# Everything is yours now: both networks, both losses, both steps, the penalty. Train for a minute.
# Rows in the picture are moments; each column follows one noise. The stop button ends the training
# and keeps what there is. Then your generator draws 40 fresh garments. **Which can you name?**

# %% tags=["draws", "readme"]
torch.manual_seed(0)
critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
run = train(critic, generator, garments, method="penalty", **budget(60))

images = run.sample(40, seed=0)
figures.save_images(images, root / "runs" / "wgan_gp.png", columns=10)
fig, ax = figures.axes(height=3.2)
figures.draw_images(ax, images, columns=10)
figures.show(
    fig,
    alt="Forty generated garments after a minute of training: shirts, trousers, dresses, bags and "
    "shoes, somewhat blurred.",
    caption=f"Drawn by your generator after {run.history['step'][-1]:,} steps, "
    f"{run.history['seconds'][-1]:.0f} s of training. "
    "The file is runs/wgan_gp.png.",
)

# %% [markdown]
# Recognisable within the minute, some of them blends. More time helps. Take the marks away to keep the
# run, or go on another day:

# %%
# run.save(root / "runs" / "mine.pt")
# run = resume(root / "runs" / "mine.pt", critic, generator, garments, seconds=300)

# %% [markdown]
# **Five minutes, or a night?** `pretrained.recipe` has larger networks. After a killed kernel, `resume`
# goes on from the checkpoint.

# %%
# run = train(**pretrained.recipe(minutes=5), data=garments, seconds=300)

# night = pretrained.recipe(minutes=60)
# run = train(**night, data=garments, seconds=3600, checkpoint_to=root / "runs" / "night.pt", checkpoint_every=500)
# run = resume(root / "runs" / "night.pt", night["critic"], night["generator"], garments, seconds=1800)

# %% [markdown]
# **How steep is your critic?** Attach the meter to any run. Between real and fake it measures the
# slope, and on whole chords $|f(x) - f(y)| / |x - y|$. **Predict:** for which method is it near 1?

# %% tags=["predict", "draws"]
for method in ("clip", "penalty"):
    torch.manual_seed(0)
    critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
    meter = Meter(garments, every=5)
    train(critic, generator, garments, method, watch=meter, live=False, **budget(8))
    figures.show(*meter.figure())

# %% [markdown]
# The penalty holds the slope near 1, clipping where $c$ happens to put it. Chords are gentler.
#
# ## What you built
#
# A WGAN-GP, from one subtraction to garments. The rest is homework.
#
# ## 7. Homework: one side
#
# Must a slope below 1 be punished? The distance asks for at most 1.
#
# $$\text{LP} = \operatorname{mean}\, \max(0,\ n(\hat{x}) - 1)^2 \tag{5.4}$$
#
# {{ box penalty.one_sided_penalty }}

# %%
# {{ fill penalty.one_sided_penalty }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# Cut off at 0 before you square, and average last. The equation's order is the code's order.
#
# </details>
#
# See it free a critic that (5.3) keeps: for 100 steps the fakes are on the left, then on the right.

# %%
for kind in (penalty.gradient_penalty, penalty.one_sided_penalty):
    torch.manual_seed(0)
    critic = critics.MLPCritic((1,), width=64)
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3)
    for step in range(100 + steps(700, fast_steps=40)):
        fakes, lambda_ = Shift(-1 if step < 100 else 1), 0 if step < 25 else 10
        training.critic_step(critic, fakes, torch.randn(512, 1), optimizer, kind, lambda_)
    slope = -penalty.input_gradient(critic, torch.linspace(-1, 2, 61)[:, None]).mean()
    print(f"{kind.__name__}: mean slope from fake to real {slope:+.2f}")

# %% [markdown]
# Slope -1 costs no penalty, and the way to +1 leads through 0, where the two-sided penalty is $\lambda$.
# On images a gradient can turn without passing 0.
#
# ## 8. Homework: convolutions
#
# Your convolutional pair of sheets 02 and 03, for a minute. **Predict:** better garments than
# in section 6?

# %% tags=["predict"]
torch.manual_seed(0)
critic, generator = critics.ConvCritic(garments.shape), generators.ConvGenerator(64, garments.shape)
run = train(critic, generator, garments, n_critic=3, batch_size=64, **budget(60))

# %% [markdown]
# Not yet: a step takes half as long again, for fewer images. For more than two minutes, take `rate=1e-3`.
# The larger pair of section 6 overtakes: see lesson 05.

# %%
progress("05")
