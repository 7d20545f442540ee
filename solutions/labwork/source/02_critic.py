# %% [markdown]
# **Answer these two, and you may skip `notebooks/02_critic.ipynb`.**
#
# 1. Add 10 to every score that a critic gives. Which of the two players learns something else?
# 2. Why may the last layer of a critic not be a sigmoid?
#
# <details><summary>Answers</summary>
#
# 1. Neither. In the critic's loss, 10 comes in once with plus and once with minus. The generator's loss falls by
#    10, but its gradient stays.
# 2. A sigmoid squeezes scores into [0, 1]. Far from 1/2 it is flat, and a flat critic tells the generator nothing.
#
# </details>
#
# **You will** write a critic and its loss, see it run away without a leash, and then put one on. At the end your
# critic turns pullovers into trousers. You need nothing from other sheets.

# %% tags=["draws"]
from math import log, prod

import torch
from scipy.spatial.distance import jensenshannon
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from starter import critic as critics
from starter import losses
from starter.kit import course, data, figures, pretrained
from starter.kit.show import lesson_02 as draw

garments = data.load()

# %% [markdown]
# ## 1. What the critic wants
#
# A critic $f$ wants real images $x$ to score high and fakes $G(z)$ to score low. Optimisers go down, so it minimises
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
# **Predict, then run.** Two real images score 1 and 3, two fakes -2 and 0. What is the loss?

# %% tags=["predict", "nbval-check-output"]
real_scores, fake_scores = torch.tensor([1.0, 3.0]), torch.tensor([-2.0, 0.0])
print(losses.critic_loss(real_scores, fake_scores))

# %% [markdown]
# It is -1 - 2 = -3. The better the critic, the further below 0.
#
# **Question.** A published notebook calls $D(x) - D(G(z))$ "the loss of a normal GAN". What is wrong?
#
# <details><summary>Answer</summary>
#
# A normal GAN's discriminator gives probabilities, and its loss takes their logarithms, as in section 7. With scores
# and without logarithms, this is a Wasserstein critic's gap: (2.1) with the other sign.
#
# </details>
#
# ## 2. What the critic reports
#
# {{ box losses.wasserstein_estimate }}
#
# If $f$ were the best of all functions with slope at most 1, its gap would be the Wasserstein distance between
# real images and fakes. A trained critic comes near that at best. So this is called the estimate:
#
# $$\widehat W = \operatorname{mean} f(x) - \operatorname{mean} f(G(z)) \tag{2.2}$$

# %%
# {{ fill losses.wasserstein_estimate }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# It is positive when real images score higher. Compare (2.2) with (2.1), sign by sign.
#
# </details>
#
# **Predict, then run.** Add 10 to all scores, or multiply them by 10. What happens to the estimate? And is a score
# of 0, as one often reads, the threshold between real and fake?

# %% tags=["predict", "nbval-check-output"]
for name, factor, constant in (("as they are", 1, 0), ("+ 10", 1, 10), ("x 10", 10, 0)):
    real, fake = (factor * scores + constant for scores in (real_scores, fake_scores))
    estimate = losses.wasserstein_estimate(real, fake)
    print(f"{name:12} estimate {estimate:5.1f}, fakes above 0: {(fake > 0).sum()} of 2")

# %% [markdown]
# Adding leaves the estimate as it is, and lifts both fakes above 0. So 0 is no threshold, and no other number is.
# Multiplying makes the critic ten times as good on paper, and no better at telling images apart. Remember that.
#
# ## 3. A critic
#
# {{ box critic.MLPCritic }}
#
# Flatten the image. Then come two hidden layers of `width` and `width // 2` units, each with LeakyReLU, and a last
# *linear* layer:
#
# $$f : [-1, 1]^{c \times h \times w} \to \mathbb{R} \tag{2.3}$$
#
# Shapes: (n, channels, height, width) in, (n,) out. `n_inputs` is given. It makes the class fit every size:
# `MLPCritic((1, 32, 32), width=512)` is the 512-256-1 critic of many published notebooks.

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
# **Predict, then run.** Some public critics end in a ReLU. Here yours gets one, and a generator asks 1,000 patches of
# noise for their gradients. How many get one?

# %% tags=["predict"]
torch.manual_seed(0)
critic = critics.MLPCritic(garments.shape)
noise = (torch.rand(1000, *garments.shape) * 2 - 1).requires_grad_(True)
for name, end in {"linear": lambda scores: scores, "ReLU": torch.relu}.items():
    (gradient,) = torch.autograd.grad(end(critic(noise)).sum(), noise)
    print(f"{name:6} {(gradient.flatten(1).norm(dim=1) > 0).sum()} of 1,000 get a gradient")

# %% [markdown]
# With ReLU, only noise that scores above 0 does. And a critic *lowers* the scores of fakes. Such a training works only
# if all scores rise until the ReLU does nothing.
#
# ## 4. With a leash and without
#
# This trains a critic to tell garments from noise, with your loss, and notes your estimate:


# %%
def train(critic, n_steps):
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3)
    estimates = []
    for _ in range(n_steps):
        real, noise = garments.sample(64), torch.rand(64, *garments.shape) * 2 - 1
        real_scores, fake_scores = critic(real), critic(noise)
        optimizer.zero_grad()
        losses.critic_loss(real_scores, fake_scores).backward()
        optimizer.step()
        estimates.append(losses.wasserstein_estimate(real_scores, fake_scores).item())
    return estimates


# %% [markdown]
# A *leash* is whatever limits a critic's slope. This one comes from torch: *spectral normalisation* (Miyato et al.,
# 2018) divides the weights of each linear layer by the largest factor by which it can pull two inputs apart. Then
# your critic's slope is at most 1.


# %%
def leashed(critic):
    for layer in list(critic.modules()):
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            spectral_norm(layer)  # of a convolution it holds the slope down, but not exactly to 1
    return critic


# %% [markdown]
# **Predict, then run.** Garments stay garments, and noise stays noise. What does the estimate do, without a leash and
# with one?

# %% tags=["predict"]
torch.manual_seed(0)
n_steps = course.steps(150, fast_steps=15)
without = train(critics.MLPCritic(garments.shape), n_steps)
critic = leashed(critics.MLPCritic(garments.shape))
with_leash = train(critic, n_steps)
print(f"without a leash: {without[0]:.2f} at first, {without[-1]:.2g} after {n_steps} steps")
print(f"with a leash:    {with_leash[0]:.2f} at first, {with_leash[-1]:.2g} after {n_steps} steps")
figures.show(*draw.leash(without, with_leash, critic))

# %% [markdown]
# Without a leash it climbs for ever: ten times the critic has ten times the estimate. With one it settles. And the
# gradient of the score draws a body.
#
# ## 5. Your reward: pullovers become trousers
#
# A gradient says how an image should change to score higher. So change the *images*, in small steps, while your
# critic goes on learning:


# %%
def walk(images, goal, critic, n_steps):
    optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3)
    seen = [images]
    for step in range(2 * n_steps):
        real, fake = (some[torch.randint(len(some), (64,))] for some in (goal, images))
        optimizer.zero_grad()
        losses.critic_loss(critic(real), critic(fake)).backward()
        optimizer.step()
        if step % 2:  # after every second step of the critic, the images move
            images = (images + 0.5 * draw.gradient(critic, images)).clamp(-1, 1)
            seen.append(images)
    return torch.stack(seen)


# %%
def of_class(name):
    return garments[garments.labels == garments.classes.index(name)][:256]


# %% [markdown]
# **Predict, then run.** How many of the 256 will the course's trained classifier call trousers, before and after?

# %% tags=["predict"]
torch.manual_seed(0)
start, goal = "Pullover", "Trouser"  # or two others
seen = walk(of_class(start), of_class(goal), leashed(critics.MLPCritic(garments.shape)), course.steps(200, 10))
for k in (0, -1):
    names = pretrained.load("classifier")(seen[k]).argmax(dim=1)
    print(f"{(names == garments.classes.index(goal)).sum()} of {len(names)} are called {goal}")
figures.show(*draw.journey(seen, start, goal))
figures.show_animation(*draw.film(seen, start, goal))

# %% [markdown]
# None before, nearly all after. Sleeves fade, legs part, and many keep their stripes. Try `"Ankle boot", "Sneaker"`, or `torch.rand(256, 1, 28, 28) * 0.2 - 0.6` as the images to start with. In sheet 03 a
# generator gets this gradient, and learns to draw for every $z$ at once.
#
# ## 6. Homework: a convolutional critic
#
# {{ box critic.ConvCritic }}
#
# Two convolutions with kernel 4, stride 2 and padding 1. Each halves the sides (28, 14, 7). The first gives
# `width` channels, the second `2 * width`. LeakyReLU follows each. Then flatten, and one linear layer. Same shapes in
# and out.

# %%
# {{ fill critic.ConvCritic }}

# %% [markdown]
# <details><summary>Hint 1: the convolutions</summary>
#
# `nn.Conv2d(channels_in, channels_out, kernel_size, stride, padding)`.
#
# </details>
# <details><summary>Hint 2: the last layer</summary>
#
# After the second convolution there are `2 * width` channels of `rows // 4` by `columns // 4` numbers.
#
# </details>
#
# **Predict, then run.** Which critic has more weights? And what will boots look like on their way to sneakers?

# %% tags=["predict"]
for kind in (critics.MLPCritic, critics.ConvCritic):
    weights = sum(weight.numel() for weight in kind(garments.shape).parameters())
    print(f"{kind.__name__:10} {weights:8,}")
torch.manual_seed(0)
critic = leashed(critics.ConvCritic(garments.shape))
seen = walk(of_class("Ankle boot"), of_class("Sneaker"), critic, course.steps(60, 5))
figures.show(*draw.journey(seen, "Ankle boot", "Sneaker"))

# %% [markdown]
# The convolutional one has 23 times fewer, because its filters are the same everywhere. Its pixels are rougher.
#
# ## 7. The answer of a GAN
#
# {{ box critic.optimal_discriminator }}
#
# A discriminator $D$ gives a probability of "real", and wants to maximise
# $V(D) = \operatorname{mean} \log D(x) + \operatorname{mean} \log(1 - D(G(z)))$. Where both densities, $p$ of the
# real data and $q$ of the fakes, are known, so is the best answer, point by point:
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)} \tag{2.4}$$

# %%
# {{ fill critic.optimal_discriminator }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# Of all points that fall there, real and fake, which share is real?
#
# </details>
#
# At its best the discriminator reports a distance too: $V(D^*) = 2\,\mathrm{JS} - 2 \log 2$. See it for
# $\mathcal{N}(0, 1)$ against $\mathcal{N}(\mu, 1)$, with JS from `scipy`. $1 - D^*$ is your function with the
# two exchanged. **Predict:** W is $\mu$. What does JS do, and the slope of $D^*$ at the fakes?

# %% tags=["predict"]
x = torch.linspace(-12, 20, 3201, dtype=torch.float64)
p = torch.softmax(-(x**2) / 2, dim=0)  # shares over the points x, they sum to 1
print(" mu       JS    V(D*)   2 JS - 2 log 2   slope of D* at the fakes")
best = {}
for mu in (1, 2, 4, 8):
    q = torch.softmax(-((x - mu) ** 2) / 2, dim=0)
    best[mu] = critics.optimal_discriminator(p, q)
    value = p @ best[mu].log() + q @ critics.optimal_discriminator(q, p).log()
    js = jensenshannon(p, q) ** 2
    slope = torch.gradient(best[mu], spacing=(x,))[0].abs() @ q
    print(f"{mu:3} {js:8.5f} {value:8.5f} {2 * js - 2 * log(2):16.5f} {slope:26.5f}")
figures.show(*draw.discriminators(x, best))

# %% [markdown]
# From 4 to 8 W doubles, while JS creeps up to its ceiling $\log 2 = 0.693$. The slope, which is all that a generator
# gets from $D^*$, is gone.
#
# ## What you built
#
# A loss, an estimate, and a critic with a leash from the shelf. You write two leashes of your own in sheet 04 and
# sheet 05.

# %%
progress("02")
