# %% [markdown]
# A GAN has a discriminator: the probability that an image is real. A Wasserstein GAN has a critic: a
# score. In this lesson you see what the probability does to the generator, why a score is better, and
# a critic that finds a distance exactly.

# %%
import torch
from scipy.stats import wasserstein_distance
from torch import nn
from torch.nn.functional import softplus
from torch.nn.utils.parametrizations import spectral_norm

from starter.kit import data, figures, steps, widgets
from starter.kit.show import lesson_02 as draw

# %% [markdown]
# ## 1. Two laws that are known
#
# Real numbers follow $\mathcal{N}(0, 1)$, fakes follow $\mathcal{N}(\mu, 1)$. Both densities $p$ and
# $q$ are known, so the best possible discriminator is known too:
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)} \tag{2.4}$$
#
# On a grid of points $x$, each law is a row of shares that sum to 1, and a mean over it is a sum:


# %%
def normal(x, mean, sd=1.0):
    """Shares of N(mean, sd^2) at the points of an even grid."""
    return torch.softmax(-(((x - mean) / sd) ** 2) / 2, dim=0)


def mean_slope(f, x, q):
    """How steep f is, up or down, on average over the shares q."""
    (slope,) = torch.gradient(f, spacing=(x,))
    return (slope.abs() @ q).item()


# %% [markdown]
# A GAN does not know the densities: it trains a discriminator on samples, with cross-entropy. Here is a
# small one. Its network gives a number $h$, and $D = \sigma(h)$ with the sigmoid $\sigma$; then
# $-\log D = \text{softplus}(-h)$ and $-\log(1 - D) = \text{softplus}(h)$.


# %%
def train_discriminator(mu, n_steps):
    """The network h of a discriminator that has learned to tell N(0, 1) from N(mu, 1)."""
    h = nn.Sequential(nn.Linear(1, 32), nn.SiLU(), nn.Linear(32, 32), nn.SiLU(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(h.parameters(), lr=0.005)
    for _ in range(n_steps):
        real, fake = torch.randn(256, 1), torch.randn(256, 1) + mu
        loss = (softplus(-h(real)) + softplus(h(fake))).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return h


# %% [markdown]
# Train one for each of seven distances $\mu$. Beside each stands a critic whose slope cannot exceed 1.
# The best one is known, too: $f(x) = \mu/2 - x$ has the largest gap between the two means, namely $\mu$,
# which is the Wasserstein distance. How such a critic is found comes in part 4.

# %%
torch.manual_seed(0)
x = torch.linspace(-5, 13, 721, dtype=torch.float64)
pairs = {}
for mu in (0.5, 1, 2, 3, 4, 6, 8):
    p, q = normal(x, 0), normal(x, mu)
    h = train_discriminator(mu, steps(300, fast_steps=150))
    D = torch.sigmoid(h(x.float()[:, None]).detach()).flatten().double()
    D_best, f = 1 / (1 + q / p), mu / 2 - x
    pairs[mu] = draw.Pair(x, mu, p, q, D, D_best, f, slope=mean_slope(D, x, q))

# %% [markdown]
# **Predict:** the laws move apart. Where the fakes are, does the discriminator get steeper or flatter?
# In the pictures the real law is blue and the fake law is orange.

# %% tags=["predict"]
shown = [pairs[mu] for mu in (1, 2, 4, 8)]
off = max(((pair.probability - pair.best).abs() @ (pair.p + pair.q) / 2).item() for pair in shown)
print("distance   slope at the fakes: trained    optimal    critic")
for pair in shown:
    optimal, critic = mean_slope(pair.best, x, pair.q), mean_slope(pair.scores, x, pair.q)
    print(f"{pair.mu:8} {pair.slope:30.5f} {optimal:10.5f} {critic:9.2f}")

# %% tags=["draws"]
figures.show(
    draw.pairs(shown),
    alt="Four pairs of bells, further and further apart. Above, the probability of real falls from "
    "one to zero between the bells and is flat under the far ones. Below, the critic's score is "
    "a straight line each time.",
    caption="At distance 8 the discriminator is flat under all fakes. The trained discriminators are "
    f"within {off:.3f} of the optimal ones on average.",
)

# %% [markdown]
# Move the laws yourself, with the mouse or the arrow keys.

# %% tags=["draws"]
widgets.slider(
    draw.PairSlider(pairs),
    "distance of the laws (x)",
    list(pairs),
    start=3,
    alt="Left, the trained discriminator and, dotted, the optimal one; right, the critic, over the "
    "real law (blue) and the fake law (orange).",
)

# %% [markdown]
# Close to the data the discriminator helps; from distance 4 on it is right, and useless: "surely fake" is
# the same answer here and one step nearer to the data. The critic is as steep at distance 8 as at
# distance 1.
#
# ## 2. The push that vanishes
#
# A generator learns from the slope at its fakes. A GAN's generator minimises $\log(1 - D)$ with
# $D = \sigma(h)$, or in practice $-\log D$; a Wasserstein GAN's minimises $-h$, without a sigmoid.
#
# **Predict, then run.** The surer the network that an image is fake, the lower $h$. What are the three
# slopes in $h$?

# %% tags=["predict", "nbval-check-output"]
print("   h   log(1 - D)    -log D    -h")
for h in (0.0, -5.0, -10.0):
    h = torch.tensor(h, dtype=torch.float64, requires_grad=True)
    losses_of_three = torch.log(1 - torch.sigmoid(h)), -torch.log(torch.sigmoid(h)), -h
    slopes = [torch.autograd.grad(loss, h)[0].item() for loss in losses_of_three]
    print(f"{h.item():4.0f} {slopes[0]:12.6f} {slopes[1]:9.4f} {slopes[2]:5.1f}")

# %% [markdown]
# $\log(1 - D)$ has the smallest slope where the fake is worst. Does it matter for images? Take a generator
# that stands still: it blends 64 typical patterns of garments, in random shares.

# %% tags=["draws"]
torch.manual_seed(0)
garments = data.load()
images = garments[:].flatten(1)
mean = images.mean(dim=0)
_, sizes, patterns = torch.pca_lowrank(images - mean, q=64)
patterns = (patterns * sizes / len(images) ** 0.5).T


def sample_fakes(n):
    return (mean + torch.randn(n, 64) @ patterns).clamp(-1, 1)


figures.show(
    figures.image_rows({"real": garments.sample(10), "blends": sample_fakes(10).view(10, 1, 28, 28)}),
    alt="Two rows of ten images: real garments, and blurred blends in which one can make out shirts and shoes.",
    caption="Ten real images, and ten fakes.",
)

# %% [markdown]
# We train a discriminator against these fakes, and then a critic. At several moments we measure how long
# the generator's gradient is at a fake:

# %%
watched = sample_fakes(512)


def gradient_length(h, generator_loss):
    """The length of the generator's gradient at a fake: the median of 512 fakes."""
    fakes = watched.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(generator_loss(h(fakes)).sum(), fakes)
    return gradient.norm(dim=1).median().item()


# %% [markdown]
# One loop trains both. $h$ should be high for real images and low for fakes. So the discriminator lowers
# the cross-entropy $\text{softplus}(\pm h)$, with minus for real images, and the critic $\pm h$ itself.

# %%
signs = torch.cat([-torch.ones(64), torch.ones(64)])


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


# %% [markdown]
# The critic's slope is at most 1, because `spectral_norm` divides each of its layers by its largest stretch.

# %%
discriminator = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 1))
first, last = (spectral_norm(nn.Linear(*size), n_power_iterations=5) for size in ((784, 128), (128, 1)))
critic = nn.Sequential(first, nn.ReLU(), last)

moments = [step for step in (0, 3, 10, 30, 60, 100, 200, 300, 400, 600, 800) if step <= steps(800, fast_steps=30)]
of_gan = {"log(1 - D)": lambda h: -softplus(h), "-log D": lambda h: softplus(-h)}
lengths = train_and_measure(discriminator, softplus, of_gan, moments)
lengths |= train_and_measure(critic, lambda h: h, {"critic": lambda h: -h}, moments)

# %% tags=["draws"]
figures.show(
    draw.gradient_lengths(moments, lengths),
    alt="One panel on logarithmic scales. The gradient of log(1 - D) falls to a small part of its "
    "largest value as the discriminator trains, that of -log D grows, and the critic's stays near one.",
    caption=f"Median over 512 fakes: first, largest, and last value (step {moments[-1]}). "
    + "; ".join(f"{loss} {v[0]:.2g}, {max(v):.2g}, {v[-1]:.2g}" for loss, v in lengths.items())
    + ".",
)

# %% [markdown]
# The better the discriminator, the less the generator learns: with $\log(1 - D)$ you must not train it
# well. $-\log D$ does not vanish. That is why GANs do learn in practice, even where the laws do not
# overlap (Fedus and others, 2018). But its size depends on how long the discriminator has trained. The
# critic's stays put: you may train it as long as you like. Curves like these are in Arjovsky and Bottou
# (2017), figures 2 and 3.
#
# ## 3. From probability to score
#
# So drop the sigmoid. What is left is a score $f(x)$, and what the critic wants is a large gap:
#
# $$W = \operatorname{mean} f(x) - \operatorname{mean} f(G(z)) \tag{2.2}$$
#
# Take distance 4, and the critic $f(x) = 2 - x$, which is 0 half-way between the laws. **Predict, then
# run.** Add 10 to all scores, or multiply them by 10. What happens to the gap, to the slope, and to the
# fakes that score above 0?

# %% tags=["predict", "nbval-check-output"]
p, q = normal(x, 0), normal(x, 4)
f = 2 - x
print("scores     gap   slope   fakes above 0")
for name, scores in {"f": f, "f + 10": f + 10, "10 f": 10 * f}.items():
    gap, slope = scores @ (p - q), mean_slope(scores, x, q)
    print(f"{name:8} {gap:5.2f} {slope:7.2f} {q[scores > 0].sum():10.0%}")

# %% [markdown]
# **Adding** changes nothing that is learned. So score 0 is no border between real and fake: after "+ 10"
# all fakes are above it, and the critic is as good as before. **Multiplying** multiplies the gap. Without
# a bound a critic grows for ever, and its gap means nothing. With slope at most 1, the largest gap is the
# Wasserstein distance, as in sheet 01, equation (1.5).
#
# Why is the last layer linear? Here the same critic ends in a ReLU or in a sigmoid.

# %% tags=["draws"]
last = {"linear": lambda f: f, "ReLU": torch.relu, "sigmoid": torch.sigmoid}
slopes = {name: [mean_slope(end(mu / 2 - x), x, normal(x, mu)) for mu in pairs] for name, end in last.items()}
gaps = {name: (end(4 - x) @ (normal(x, 0) - normal(x, 8))).item() for name, end in last.items()}
figures.show(
    draw.last_layers(x, q, {name: end(f) for name, end in last.items()}, list(pairs), slopes),
    alt="Left: a falling line, and the same bent flat by a ReLU and by a sigmoid exactly where the "
    "fakes are. Right: the slope at the fakes stays one for the linear end and falls to zero for "
    "the others.",
    caption="At distance 8, slope at the fakes: "
    + ", ".join(f"{name} {of_end[-1]:.2g}" for name, of_end in slopes.items())
    + ". Gap: "
    + ", ".join(f"{name} {gap:.2f}" for name, gap in gaps.items())
    + ".",
)

# %% [markdown]
# After a sigmoid no gap exceeds 1, however far the laws are. After a ReLU all fakes below 0 are told
# nothing. Training lifts the scores until none is cut off, and then the ReLU does nothing: at best it is
# useless.
#
# ## 4. A critic meets the exact distance
#
# How do you build a function whose slope cannot exceed 1? In one dimension it is easy: join straight
# pieces, and let $\tanh$ give each its slope.

# %% tags=["nbval-check-output"]
a = torch.tensor([-9.0, -9.0, 0.0, 0.5, 9.0])
rises = torch.tanh(a)
for name, values in {"slopes": rises, "scores": rises.cumsum(0)}.items():
    print(name, " ".join(f"{value:5.2f}" for value in values.tolist()))

# %% [markdown]
# Whatever numbers stand in $a$, no slope exceeds 1. Gradient ascent on the gap (2.2) does the rest:


# %%
def train_critic(x, p, q, a, b, n_steps, limit=1.0):
    """The scores on x before each step and after the last. The slopes start at limit * tanh(a)."""
    a, b = a.clone().requires_grad_(True), b.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([a, b], lr=0.1, maximize=True)
    seen = []
    for _ in range(n_steps + 1):
        rises = (limit * torch.tanh(a) * (x[1] - x[0])).cumsum(dim=0)
        f = b + rises - rises[len(x) // 2]  # in the middle of the grid, the score is b
        seen.append(f.detach())
        optimizer.zero_grad()
        (f @ (p - q)).backward()
        optimizer.step()
    return seen


# %% [markdown]
# Now the real law has two bumps, the fakes lie between them, and the exact distance comes from `scipy`.
# The critic starts flat. **Predict:** what shape will it have?

# %% tags=["predict"]
x = torch.linspace(-6, 6, 481, dtype=torch.float64)
p = (normal(x, -3, 0.6) + normal(x, 3, 0.6)) / 2
q = normal(x, 0)
exact = wasserstein_distance(x, x, p, q)
flat, n_steps = torch.zeros_like(x), 120
seen = train_critic(x, p, q, flat, flat[:1], n_steps)
estimates = [(f @ (p - q)).item() for f in seen]

# %%
live = figures.panel()
for step in (0, 3, 6, 10, 15, 20, 30, 50, 80, n_steps):
    live.update(
        draw.ascent(x, p, q, seen[step], estimates[: step + 1], exact, n_steps),
        alt="Left: two bumps of real numbers around one of fakes, and the critic, which grows "
        "into a V. Right: its estimate climbs to the dotted line of the exact distance.",
        caption=f"Step {step}: estimate {estimates[step]:.3f}; exact distance {exact:.3f}.",
    )

# %% [markdown]
# It is a V: scores rise towards the real numbers on both sides. Here are four of its moments.

# %% tags=["draws"]
four = (0, 6, 15, n_steps)
figures.show(
    draw.critics(x, p, q, {step: seen[step] for step in four}),
    alt="Four panels with the same two laws. The critic is flat at first, then a shallow V, then a "
    "steep one whose arms have slope one.",
    caption="Estimates: "
    + ", ".join(f"step {step} {estimates[step]:.3f}" for step in four)
    + f". Exact distance: {exact:.3f}.",
)

# %% [markdown]
# The estimate comes from below and ends at the distance: the best critic is one way of computing it.
# Bound the slope by another number, and you get that many times the distance:

# %% tags=["nbval-check-output"]
for limit in (0.5, 1.0, 2.0, 5.0):
    f = train_critic(x, p, q, flat, flat[:1], n_steps=300, limit=limit)[-1]
    print(f"slope at most {limit}: estimate {f @ (p - q):6.2f} = {f @ (p - q) / exact:.2f} x the distance")

# %% [markdown]
# So "the critic's loss is the Wasserstein distance" is true only if the bound is exactly 1 and the critic
# is the best one, and then up to the sign. An image has 784 dimensions, and there no pieces can be
# joined. Sheets 04 and 05 bound the slope of a network by other means: with clipped weights the bound
# is not even known, and with a penalty it is not kept.
#
# Last, three critics whose slopes start at random, and whose score in the middle starts at $b = -4$, $-1$
# and 2. Where is their zero at the end?

# %% tags=["draws"]
torch.manual_seed(0)
critics = {}
for b in (-4, -1, 2):
    f = train_critic(x, p, q, 0.3 * torch.randn_like(x), b + flat[:1], n_steps=300)[-1]
    critics[f"b = {b}: estimate {f @ (p - q):.2f}, {q[f > 0].sum():.0%} of fakes above 0"] = f
figures.show(
    draw.starts(x, p, q, critics),
    alt="Three critics of the same V shape at different heights, above the laws. The dotted line "
    "of score zero cuts each of them elsewhere or not at all.",
    caption="Same laws, same estimate, other zeros.",
)

# %% [markdown]
# Each is as high in the middle as at the start, because nothing moves it up or down. Here is the gradient
# of the estimate in a constant $b$ that is added to all scores:

# %% tags=["nbval-check-output"]
b = torch.zeros(1, dtype=x.dtype, requires_grad=True)
((f + b) @ (p - q)).backward()
print(f"{abs(b.grad.item()):.6f}")

# %% [markdown]
# ## What to take away
#
# - A good discriminator is flat where the fakes are; a critic with bounded slope is not.
# - The gradient of $\log(1 - D)$ vanishes, that of $-\log D$ grows, and that of a score stays.
# - Scores have no zero and no unit of their own. Only the bound of the slope gives them one.
# - The last layer is linear.
