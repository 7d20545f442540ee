# %% [markdown]
# In lesson 00 you met two players. The **generator** turns noise $z$ into an image $G(z)$, a fake. The
# **critic** looks at an image $x$ and gives it a **score** $f(x)$. In the first GANs the second player was a
# **discriminator**: it gave the *probability* that the image is real. Why is a score better?

# %% tags=["draws"]
import torch
from scipy.stats import wasserstein_distance
from torch import nn
from torch.nn.functional import softplus
from torch.nn.utils.parametrizations import spectral_norm

from starter.kit import data, figures, steps, widgets
from starter.kit.show import lesson_02 as draw

# %% [markdown]
# ## 1. Two judges
#
# Here are two small networks. The discriminator is $D = \sigma(h)$: the sigmoid $\sigma$ makes a probability of
# the number that $h$ gives. The critic has no sigmoid, and `spectral_norm` limits its slope (section 2 says how).

# %%
torch.manual_seed(0)
h = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 1))
first, last = spectral_norm(nn.Linear(784, 128)), spectral_norm(nn.Linear(128, 1))
critic = nn.Sequential(first, nn.ReLU(), last)

# %% [markdown]
# Both train to tell garments from noise (folded). Then they judge a garment that is mixed with more and more noise.

# %% tags=["draws"]
garments = data.load()


def random_pixels(n):
    return torch.rand(n, 784) * 2 - 1


for network, loss in ((h, softplus), (critic, lambda scores: scores)):
    optimizer = torch.optim.Adam(network.parameters(), lr=0.003)
    for _ in range(steps(200, fast_steps=100)):
        of_real, of_fake = network(garments.sample(64).flatten(1)), network(random_pixels(64))
        optimizer.zero_grad()
        (loss(-of_real).mean() + loss(of_fake).mean()).backward()
        optimizer.step()

shares = torch.linspace(0, 1, 6)[:, None]
mixed = (1 - shares) * garments[0].flatten() + shares * random_pixels(1)
figures.show(
    draw.mixtures(mixed.view(6, 1, 28, 28), shares.flatten()),
    alt="Six images: an ankle boot, the same with more and more noise, and noise alone.",
)

# %% [markdown]
# **Predict:** from left to right, which of the two judges notices each step?

# %%
predict("02.1", "...")

# %% tags=["predict"]
predicted("02.1")
with torch.no_grad():
    probability, scores = torch.sigmoid(h(mixed)).flatten(), critic(mixed).flatten()
print("noise   probability of real   score")
for share, of_discriminator, of_critic in zip(shares.flatten(), probability, scores, strict=True):
    print(f"{share:5.0%} {of_discriminator:21.3f} {of_critic:7.1f}")

# %% [markdown]
# The critic: its score falls by about the same amount each time. The discriminator is sure of the first four. It
# hardly says which of two images is *better*, and that is what a generator has to know.
#
# ## 2. Scores have no zero and no unit
#
# A critic wants a large gap between the mean scores of real images and of fakes:
#
# $$\widehat W = \operatorname{mean} f(x) - \operatorname{mean} f(G(z)) \tag{2.2}$$
#
# Now let an "image" be one number, to compute all of this exactly. Real ones follow the normal
# distribution $\mathcal{N}(0, 1)$, fakes follow $\mathcal{N}(4, 1)$. On a grid of points, a distribution is a
# row of shares that sum to 1, and a mean over it is a sum. The *slope* says how fast the score changes from
# place to place. (For an image, it is the length of the gradient with respect to the pixels.)


# %%
def normal(x, mean, sd=1.0):
    """The shares of N(mean, sd^2) at the points of an even grid."""
    return torch.softmax(-(((x - mean) / sd) ** 2) / 2, dim=0)


def mean_slope(f, x, q):
    """How steep f is, up or down, on average over the shares q."""
    (slope,) = torch.gradient(f, spacing=(x,))
    return (slope.abs() @ q).item()


# %% [markdown]
# **Predict:** take the critic $f(x) = 2 - x$, which is 0 half-way between real and fake. Add 10 to all its
# scores, or multiply them by 10. What happens to the gap, to the slope, and to the fakes that score above 0?

# %% tags=["predict", "nbval-check-output"]
x = torch.linspace(-5, 13, 721, dtype=torch.float64)
p, q = normal(x, 0), normal(x, 4)  # real and fake
f = 2 - x
print("scores     gap   slope   fakes above 0")
for name, scores in {"f": f, "f + 10": f + 10, "10 f": 10 * f}.items():
    gap, slope = scores @ p - scores @ q, mean_slope(scores, x, q)
    print(f"{name:8} {gap:5.2f} {slope:7.2f} {q[scores > 0].sum():10.0%}")

# %% [markdown]
# **Adding** changes neither gap nor slope, and now all fakes score above 0. So score 0 is no border between
# real and fake. **Multiplying** multiplies the gap. Without a limit, a critic in training grows for ever,
# and its gap means nothing.
#
# So the slope has to be limited. We call whatever limits it a **leash**. With a slope of at most 1, the
# best critic's gap is the Wasserstein distance W, as in lesson 01, equation (1.5). A trained critic only comes near
# the best one, so its gap is called the **estimate** of W, and written $\widehat W$.
#
# The leash of section 1 is *spectral normalisation* (Miyato et al., 2018). A linear layer can pull two inputs
# further apart. Spectral normalisation divides its weights by the largest factor by which that happens. ReLU never
# pulls inputs apart. So the whole network has slope 1 at most. In sheet 04 and sheet 05 you write two other leashes.
#
# ## 3. Why not a probability?
#
# Real numbers follow $\mathcal{N}(0, 1)$ again, and fakes $\mathcal{N}(\mu, 1)$. The best critic with slope at most 1
# is $f(x) = \mu/2 - x$: its gap is $\mu$, which is W. The best discriminator follows from the two densities:
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)} \tag{2.4}$$
#
# A GAN does not know densities. It trains $D = \sigma(h)$ on samples, where $\sigma$ is the sigmoid: $D$ should be near
# 1 for real ones and near 0 for fakes. Its loss is $-\log D$ of the real ones plus $-\log(1 - D)$ of the fakes. The
# function `softplus` gives both: $-\log D$ is `softplus(-h)`, and $-\log(1 - D)$ is `softplus(h)`.


# %%
def train_discriminator(mu, n_steps):
    """The network h of a discriminator that has learned to tell N(0, 1) from N(mu, 1)."""
    h = nn.Sequential(nn.Linear(1, 32), nn.SiLU(), nn.Linear(32, 32), nn.SiLU(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(h.parameters(), lr=0.005)
    for _ in range(n_steps):
        real, fake = torch.randn(256, 1), torch.randn(256, 1) + mu
        loss = (softplus(-h(real)) + softplus(h(fake))).mean()  # -log D(real) - log(1 - D(fake))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return h


# %%
torch.manual_seed(0)
pairs = {}
for mu in (0.5, 1, 2, 3, 4, 6, 8):
    p, q = normal(x, 0), normal(x, mu)
    h = train_discriminator(mu, steps(300, fast_steps=150))  # 300 steps, and 150 in a quick run of the tests
    D = torch.sigmoid(h(x.float()[:, None]).detach()).flatten().double()
    D_best, f = 1 / (1 + q / p), mu / 2 - x
    pairs[mu] = draw.Pair(x, mu, p, q, D, D_best, f, slope=mean_slope(D, x, q))

# %% [markdown]
# **Predict:** the two distributions move apart. Where the fakes are, does the discriminator get steeper or
# flatter?

# %% tags=["predict"]
shown = [pairs[mu] for mu in (1, 2, 4, 8)]
print("distance   slope at the fakes: trained D   best D   best critic")
for pair in shown:
    best, critics = mean_slope(pair.best, x, pair.q), mean_slope(pair.scores, x, pair.q)
    print(f"{pair.mu:8} {pair.slope:30.4f} {best:8.4f} {critics:13.2f}")

# %% tags=["draws"]
figures.show(
    draw.pairs(shown),
    alt="Four pairs of bells, further and further apart. Above, the probability of real falls from one to zero "
    "between the bells and is flat under the far ones. Below, the critic's score is a straight line each time.",
    caption="At distance 8 the discriminator is flat under all fakes, and the critic is as steep as ever.",
)

# %% [markdown]
# First a little steeper, then flatter. At distance 4 a third of the slope is left, at 8 hardly any. "Surely fake" is
# then the same answer here and one step nearer to the real data. The critic keeps its slope. Move the fakes
# yourself:

# %% tags=["draws"]
widgets.slider(
    draw.PairSlider(pairs),
    "distance (x)",
    list(pairs),
    start=3,
    alt="Left, the trained discriminator and, dotted, the best one; right, the critic, over the real "
    "distribution (blue) and the fake one (orange).",
)

# %% [markdown]
# ## 4. The push that vanishes
#
# A generator learns only from the slope at its fakes. It may minimise $\log(1 - D)$, as in the theory of GANs, or
# $-\log D$, as GANs do in practice, or $-f$, in a Wasserstein GAN.
#
# **Predict:** the surer the network that an image is fake, the lower its number $h$ (or $f$). Lower it from 0 to -5 and
# to -10. How steep are the three losses there, as functions of this number?

# %% tags=["predict", "nbval-check-output"]
print("   h   log(1 - D)    -log D    -f")
for h in (0.0, -5.0, -10.0):
    h = torch.tensor(h, dtype=torch.float64, requires_grad=True)
    of_three = torch.log(1 - torch.sigmoid(h)), -torch.log(torch.sigmoid(h)), -h
    slopes = [torch.autograd.grad(loss, h)[0].item() for loss in of_three]
    print(f"{h.item():4.0f} {slopes[0]:12.6f} {slopes[1]:9.4f} {slopes[2]:5.1f}")

# %% [markdown]
# $\log(1 - D)$ has hardly any slope where the fake is worst. The other two keep a slope near -1. So does it not matter
# which of these two one takes? For the pixels one more slope counts: how fast $h$, or $f$, changes with them.
#
# Now on images. This generator never learns: it blends typical patterns of garments.

# %% tags=["draws"]
torch.manual_seed(0)
images = garments[:].flatten(1)
mean = images.mean(dim=0)
_, sizes, patterns = torch.pca_lowrank(images - mean, q=64)
patterns = (patterns * sizes / len(images) ** 0.5).T


def sample_fakes(n):
    return (mean + torch.randn(n, 64) @ patterns).clamp(-1, 1)


figures.show(
    figures.image_rows({"real": garments.sample(10), "fake": sample_fakes(10).view(10, 1, 28, 28)}),
    alt="Two rows of ten images: real garments, and blurred blends in which one can make out shirts and shoes.",
)

# %% [markdown]
# A discriminator and a critic train against these fakes. On the way we measure how long the generator's gradient is:

# %%
watched = sample_fakes(512)


def gradient_length(h, generator_loss):
    """The length of the generator's gradient at a fake: the median of 512 fakes."""
    fakes = watched.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(generator_loss(h(fakes)).sum(), fakes)
    return gradient.norm(dim=1).median().item()


# %% tags=["draws"]
signs = torch.cat([-torch.ones(64), torch.ones(64)])  # h should be high for real images, which come first


def train_and_measure(h, loss, generator_losses, moments):
    optimizer = torch.optim.Adam(h.parameters(), lr=0.003)
    lengths = {name: [] for name in generator_losses}
    for step in range(moments[-1] + 1):
        if step in moments:
            for name, generator_loss in generator_losses.items():
                lengths[name].append(gradient_length(h, generator_loss))
        batch = torch.cat([garments.sample(64).flatten(1), sample_fakes(64)])
        optimizer.zero_grad()
        loss(signs * h(batch).flatten()).mean().backward()
        optimizer.step()
    return lengths


# %%
discriminator = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 1))
first, last = (spectral_norm(nn.Linear(*size), n_power_iterations=5) for size in ((784, 128), (128, 1)))
critic = nn.Sequential(first, nn.ReLU(), last)

moments = [step for step in (0, 3, 10, 30, 60, 100, 200, 300, 400, 600, 800) if step <= steps(800, fast_steps=30)]
of_gan = {"log(1 - D)": lambda h: -softplus(h), "-log D": lambda h: softplus(-h)}
lengths = train_and_measure(discriminator, softplus, of_gan, moments)
lengths |= train_and_measure(critic, lambda f: f, {"critic": lambda f: -f}, moments)

# %% [markdown]
# **Predict:** which of the three gradients shrinks, which one grows, which one stays?

# %% tags=["predict"]
print(f"gradient     at first   at most   after {moments[-1]} steps")
for name, values in lengths.items():
    print(f"{name:10} {values[0]:10.2g} {max(values):9.2g} {values[-1]:17.2g}")

# %% tags=["draws"]
figures.show(
    draw.gradient_lengths(moments, lengths),
    alt="One panel on logarithmic scales. The gradient of log(1 - D) falls to a small part of its largest value as "
    "the discriminator trains, that of -log D grows, and the critic's stays near one.",
    caption="What a generator would get at a fake, while the other network trains.",
)

# %% [markdown]
# With $\log(1 - D)$, the better the discriminator, the less the generator learns. The gradient of $-\log D$ grows:
# nothing limits how steep $h$ becomes, and it becomes steeper the longer it trains. So GANs do learn in practice, but
# with steps whose size nobody controls. The critic's gradient stays between 0.5 and its limit, 1.
#
# <details><summary>For the curious: where this was found</summary>
#
# Arjovsky and Bottou (2017), figures 2 and 3, have such curves for trained generators. Fedus et al. (2018) show
# that GANs with $-\log D$ can learn even where real and fake share nothing.
#
# </details>
#
# ## 5. A critic meets the exact distance
#
# Is the estimate really W? In one dimension there is a perfect leash. The critic is a chain of straight pieces. Each
# piece has a number in `a`, and the $\tanh$ of this number is its slope:

# %% tags=["nbval-check-output"]
a = torch.tensor([-9.0, -9.0, 0.0, 0.5, 9.0])
rises = torch.tanh(a)
for name, values in {"slopes": rises, "scores": rises.cumsum(0)}.items():
    print(name, " ".join(f"{value:5.2f}" for value in values.tolist()))

# %% [markdown]
# Whatever stands in `a`, no slope exceeds 1. Now climb: change `a` so that the gap (2.2) grows.


# %%
def train_critic(x, p, q, a, n_steps, limit=1.0):
    a = a.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([a], lr=0.1, maximize=True)
    seen = []
    for _ in range(n_steps + 1):
        rises = (limit * torch.tanh(a) * (x[1] - x[0])).cumsum(dim=0)
        f = rises - rises[len(x) // 2]  # the score in the middle is 0
        seen.append(f.detach())
        optimizer.zero_grad()
        (f @ p - f @ q).backward()
        optimizer.step()
    return seen


# %% [markdown]
# The real data form two hills, the fakes lie between them, and `scipy` knows W. The critic starts flat.
# **Predict:** which shape will it get, and how close will its estimate come?

# %% tags=["predict"]
x = torch.linspace(-6, 6, 481, dtype=torch.float64)
p, q = (normal(x, -3, 0.6) + normal(x, 3, 0.6)) / 2, normal(x, 0)
exact = wasserstein_distance(x, x, p, q)
flat = torch.zeros_like(x)
seen = train_critic(x, p, q, flat, n_steps=120)
estimates = [(f @ (p - q)).item() for f in seen]
print("step   estimate   exact distance")
for step in (0, 6, 15, 120):
    print(f"{step:4} {estimates[step]:10.3f} {exact:16.3f}")

# %% tags=["draws"]
figures.show(
    draw.critics(x, p, q, {step: seen[step] for step in (0, 6, 15, 120)}),
    alt="Four panels with the same two distributions. The critic is flat at first, then a shallow V, then a steep "
    "one whose arms have slope one.",
    caption="Scores rise towards the real data, on both sides.",
)

# %% [markdown]
# It becomes a V, and its estimate comes from below to within 1 % of W.
#
# **Predict:** what does it report if the limit is 0.5, 2 or 5?

# %% tags=["predict", "nbval-check-output"]
print("slope at most   estimate   times the distance")
for limit in (0.5, 1.0, 2.0, 5.0):
    f = train_critic(x, p, q, flat, n_steps=300, limit=limit)[-1]
    print(f"{limit:13} {f @ (p - q):10.2f} {f @ (p - q) / exact:20.2f}")

# %% [markdown]
# It reports that many times W. So "the critic's loss is the Wasserstein distance" holds only if the limit is exactly 1
# and the critic is the best one, and then up to the sign.
#
# ## 6. The smallest whole game
#
# Now both players move. The generator has one parameter $\mu$, which starts at 4. It makes fakes from
# $\mathcal{N}(\mu, 1)$. The critic is a network with a leash.


# %%
def critic_learns(critic, optimizer, mu):
    for _ in range(5):
        real, fake = torch.randn(256, 1), torch.randn(256, 1) + mu
        gap = critic(real).mean() - critic(fake).mean()
        optimizer.zero_grad()
        gap.backward()
        optimizer.step()  # uphill
    return gap.item()


# %%
def play(critic, mu, n_steps):
    optimizer = torch.optim.Adam(critic.parameters(), lr=0.01, maximize=True)
    seen = []
    for _ in range(n_steps):
        estimate = critic_learns(critic, optimizer, mu)
        fake = (torch.randn(256, 1) + mu).requires_grad_(True)
        score = critic(fake).mean()
        seen.append((mu, estimate, -score.item()))  # the generator's place, the estimate, the generator's loss
        (push,) = torch.autograd.grad(score, fake)
        mu = mu + 0.04 * push.sum().item()  # the generator moves its fakes to higher scores
    return seen


# %% [markdown]
# **Predict:** the fakes come closer, step by step. Does the estimate fall? Does the generator's loss?

# %%
predict("02.2", "...")

# %% tags=["predict"]
predicted("02.2")
torch.manual_seed(0)
first, middle, last = (spectral_norm(nn.Linear(*size)) for size in ((1, 32), (32, 32), (32, 1)))
seen = play(nn.Sequential(first, nn.ReLU(), middle, nn.ReLU(), last), mu=4.0, n_steps=200)
print("step     mu   estimate   generator's loss")
for step in (0, 25, 50, 75, 100, 120, 140, 165, 185):
    print("{:4} {:6.2f} {:10.2f} {:18.2f}".format(step, *seen[step]))

# %% tags=["draws"]
figures.show(
    draw.game(seen),
    alt="Three curves over the generator's steps. The exact distance falls in a straight line to zero, and then swings "
    "between zero and one half. The estimate rises first, lies on the distance until it is zero, and then swings around "
    "zero. The generator's loss rises, falls beside them, and later wanders.",
    caption="Until the fakes arrive, the estimate lies on the distance. The generator's loss keeps a level of its own.",
)

# %% [markdown]
# The estimate starts too low, because the critic has learned nothing yet. Then it falls with W, which is $|\mu|$, until
# the fakes arrive, about step 100. There the generator does not stop. With slope 1 everywhere it cannot slow down near
# the goal, so it runs past the data, the critic turns round a little late, and the generator comes back. While the
# critic still leans the old way, its estimate is below 0. Such swings are common in GANs. Smaller steps make them
# smaller.
#
# The generator's loss, minus the mean score of its fakes, runs beside W for a while, at a level that means nothing,
# and then wanders by more than 3. Section 2 gives the reason. Add 10 to all scores, and the gap stays. So nothing holds the *level* of the scores:
# each step of the critic moves it by accident. Watch the estimate, not the generator's loss.
#
# ## Keep in mind
#
# - Far from the data a discriminator is flat, because it ends in a sigmoid. A critic ends in a linear layer.
# - Scores have no zero and no unit. Only the leash gives them a unit.
# - The estimate is W only for the best critic with slope at most exactly 1.
# - The level of all scores drifts, and the generator's loss with it.
