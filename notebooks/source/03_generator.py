# %% [markdown]
# You know one of the two players: the critic gives each image a score. The other one, the *generator*, turns
# random numbers into images, and learns from nothing but these scores. You look at what such a function can
# do, and at how two networks train against each other without spoiling each other's gradients. You end with a
# failure that no single image shows.

# %% tags=["draws"]
import torch
from scipy.stats import wasserstein_distance
from torch import nn
from torch.nn.functional import conv_transpose1d

from starter.kit import data, figures, stored, toys, widgets
from starter.kit.show import lesson_03 as draw

# %% [markdown]
# ## 1. Noise through a function
#
# A generator is a function $G$: the same input always gives the same output. So all variety comes from
# its input, the *noise* $z$, a row of random numbers. They are usually standard normal:
#
# $$z \sim \mathcal{N}(0, I) \tag{3.1}$$
#
# Here is a generator that you can work out in your head. It has a single weight, $s$:


# %% tags=["nbval-check-output"]
def bend(s, z):
    return torch.tanh(s * z)


z = torch.tensor([[0.0, 0.5], [-1.0, 2.0], [0.1, -0.1]])
print(bend(3.0, z))

# %% [markdown]
# Each of the six numbers was bent on its own. Now send a whole cloud of points
# through, with the square grid that it lies on. **Predict:** what happens to the cloud when $s$ grows?

# %% tags=["predict", "draws"]
predicted("03.1")
torch.manual_seed(0)
cloud = torch.randn(600, 2)
widgets.slider(
    draw.Transformed(bend, cloud),
    label="weight s",
    values=[0.2, 0.5, 1, 1.5, 2, 3, 5, 7, 10, 20],
    start=1,
    alt="Left: a round cloud of noise on a square grid. Right: the same points and grid after "
    "the function; the larger s, the more of them sit in the four corners.",
)

# %% [markdown]
# The points gather in the four corners.
#
# Do all of them arrive? Say that a point lies *in between* if one of its coordinates is below 0.9 in size, and count:

# %% tags=["nbval-check-output"]
many = torch.randn(400_000, 2, generator=torch.Generator().manual_seed(0))
between = {s: (bend(s, many).abs() < 0.9).any(dim=1).float().mean().item() for s in (0.5, 1, 3, 10)}
for s, share in between.items():
    print(f"s = {s:4g}: {share:4.0%} of the points are in between")

# %% tags=["draws"]
figures.show(
    draw.transformed(bend, cloud, between),
    alt="Four panels. A small cloud, a square cloud, a cloud drawn to the edges, and four dense "
    "corners joined by thin threads of points.",
    caption="However large s is, threads of points join the corners.",
)

# %% [markdown]
# One round cloud has become four bumps, but the threads between them never vanish: $G$ is continuous, so it can
# stretch the cloud, but cannot tear it. A generator also draws what lies between two bumps, only seldom.
#
# A generator of images does the same, from 64 random numbers to 784 pixels:
#
# $$G : \mathbb{R}^{d} \to [-1, 1]^{c \times h \times w} \tag{3.2}$$
#
# ## 2. Which layers?
#
# A *fully connected* generator has weights of its own for each pixel. A *convolutional* one starts from a small
# image and doubles its sides, in one of two ways. A *transposed convolution* works like a rubber stamp: for each
# small pixel it presses its kernel onto the larger image, and where two stamps overlap, they add up. Or each pixel is repeated (*upsampling*), and a convolution follows. Here are
# layers of both kinds, from 16 small images to `n` large ones:

# %%
doubling = {
    "kernel 3, stride 2": lambda n: nn.ConvTranspose2d(16, n, 3, 2, padding=1, output_padding=1, bias=False),
    "kernel 5, stride 2": lambda n: nn.ConvTranspose2d(16, n, 5, 2, padding=2, output_padding=1, bias=False),
    "kernel 4, stride 2": lambda n: nn.ConvTranspose2d(16, n, 4, 2, padding=1, bias=False),
    "upsample, kernel 3": lambda n: nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(16, n, 3, padding=1, bias=False)
    ),
}

# %% [markdown]
# With stride 2, stamps begin at every second pixel, and they overlap. **Predict:** which of the kernel sizes 3, 4
# and 5 gives every pixel equally many stamps?

# %% tags=["predict", "nbval-check-output"]
predicted("03.2")
for size in (3, 4, 5):
    counts = conv_transpose1d(torch.ones(1, 1, 8), torch.ones(1, 1, size), stride=2)
    print(f"kernel {size}:", *counts.flatten().int().tolist())

# %% [markdown]
# Kernel 4, away from the ends: a size that is a multiple of the stride overlaps evenly. That is why you will meet
# 4 with 2 so often.
#
# Now for images whose pixels are all 1. Above, all weights are 1 too, so that each layer
# counts its stamps. Below, the weights are random, as before any training:

# %% tags=["draws"]
torch.manual_seed(0)
constant, middle = torch.ones(1, 16, 12, 12), slice(8, 16)
terms, outputs, uneven = {}, {}, {}
for kind, make in doubling.items():
    layer = make(200)
    random = layer(constant)[0, :, middle, middle].detach()
    nn.init.ones_(next(layer.parameters()))
    terms[kind] = layer(constant)[0, 0, middle, middle].detach() / 16
    outputs[kind] = random[0]
    uneven[kind] = (random.var(dim=(1, 2), unbiased=False).mean() / random.square().mean()).item()
figures.show(
    draw.layers(terms, outputs),
    alt="Above, overlap counts: a checkerboard for kernels 3 and 5, even grey for kernel 4 and "
    "for upsampling. Below, the output for a constant input: a checkerboard for all but "
    "upsampling, which is flat.",
    caption="Above: how many stamps each pixel gets (with upsampling: of how many pixels it is the sum). Below: what a "
    "layer with random weights makes of a constant.",
)

# %% [markdown]
# Look below: before training, kernel 4 draws a checkerboard too, because the four pixels of a block of 2 by 2 have
# weights of their own. Training can remove that. With kernels 3 and 5 it has to work against uneven counts as
# well. Upsampling is flat from the start.

# %% [markdown]
# ## 3. The range gives fakes away
#
# Images live in [-1, 1], and half of their pixels are exactly -1. Suppose that a generator draws *perfect* shapes,
# but ends in a sigmoid, so that its pixels lie in [0, 1]. Take a critic that looks at the darkest pixel of an image only.

# %%
garments = data.load()
real, perfect = garments[:500], garments[500:1000]
fakes = {"tanh": perfect, "sigmoid": (perfect + 1) / 2}
darkest = {name: images.flatten(1).min(dim=1).values for name, images in {"real": real, **fakes}.items()}

# %% [markdown]
# **Predict:** how far are the fakes from the real images for this critic, with tanh and with a sigmoid?

# %% tags=["predict", "nbval-check-output"]
predicted("03.3")
for name in fakes:
    w = wasserstein_distance(darkest["real"], darkest[name])
    print(f"darkest pixel, {name:8} W = {w:.2f}")

# %% tags=["draws"]
figures.show(
    draw.ranges(real, fakes["sigmoid"], darkest["real"], darkest["sigmoid"]),
    alt="Left: pixel values of real images from -1 to 1, of the fakes from 0 to 1. Right: the "
    "darkest pixel of each image, at -1 for real ones and at 0 for fakes, without overlap.",
    caption="Perfect shapes behind a sigmoid: the darkest pixel tells every fake from every real image.",
)

# %% [markdown]
# With a sigmoid this critic is right every time, and it does not know what a shirt is. The generator learns
# nothing from that: it cannot reach -1. So data in [-1, 1] ask for tanh.
#
# ## 4. Two players, one graph
#
# While torch computes, it notes each operation in a *graph*, to go backward through it later. A fake hangs in one graph
# with the generator that made it and with the critic that scores it.
#
# The critic wants to lower $\operatorname{mean} f(G(z)) - \operatorname{mean} f(x)$, and the generator wants to
# lower $-\operatorname{mean} f(G(z))$. Three words keep the players apart:
#
# - *backward* adds a gradient to the `.grad` of **every** weight on its way;
# - *step* changes only the weights that its optimiser holds;
# - *zero_grad* empties the `.grad` of those weights. Nothing else does.
#
# Take the smallest players that there are, with one weight each: a generator $G(z) = w z$ and a critic
# $f(x) = v x$. There is one $z$ and one real number.

# %%
z, real = 1.5, 1.0


def players():
    """The weight w of the generator and v of the critic, with nothing in .grad."""
    return torch.tensor(2.0, requires_grad=True), torch.tensor(0.5, requires_grad=True)


# %% [markdown]
# We go backward and look into `.grad`; nobody steps. First the critic's loss. The fake is once *detached*, which
# means cut off from the generator that made it, and once not.

# %%
w, v = players()
fake = (w * z).detach()
(v * fake - v * real).backward()
detached = w.grad, v.grad.item()

w, v = players()
fake = w * z
(v * fake - v * real).backward()
attached = w.grad.item(), v.grad.item()

# %% [markdown]
# Then the generator's loss, and after it the critic's once more, without and with `zero_grad` in between.

# %%
w, v = players()
(-v * (w * z)).backward()
of_generator = w.grad.item(), v.grad.item()

fake = (w * z).detach()
(v * fake - v * real).backward()
piled_up = w.grad.item(), v.grad.item()

torch.optim.SGD([v]).zero_grad()
(v * fake - v * real).backward()
cleared = w.grad.item(), v.grad.item()

# %% [markdown]
# **Predict:** what does $w$ hold after the critic's loss without detach, and is it of any use?

# %%
predict("03.4", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("03.4")
held = {
    "critic's loss, fake detached": detached,
    "critic's loss, fake not detached": attached,
    "generator's loss": of_generator,
    "then the critic's, nothing cleared": piled_up,
    "the same after zero_grad for v": cleared,
}
for after, (of_w, of_v) in held.items():
    print(f"{after:36} w.grad {of_w or 'none':>5}   v.grad {of_v:>4}")

# %% [markdown]
# It holds 0.75, and the generator's own loss puts -0.75 there: the opposite.
#
# Here are the first four in pictures. The filled box is the player whose loss it is.

# %% tags=["draws"]
figures.show(
    draw.flows(
        [
            draw.Flow("critic's loss, fake detached", *detached, detached=True),
            draw.Flow("critic's loss, fake not detached", *attached),
            draw.Flow("generator's loss", *of_generator, player="generator"),
            draw.Flow("then the critic's, nothing cleared", *piled_up, detached=True),
        ]
    ),
    alt="Four diagrams of noise, generator G, critic f and loss. The gradient runs back to f "
    "always, and on to G unless the fake is detached; below each player what lies in its .grad.",
    caption="Grey arrows carry data, pink arrows carry gradients; the numbers are what lies in .grad afterwards.",
)

# %% [markdown]
# - **Detach** changes nothing for the critic. It keeps a gradient out of $G$ that points towards *worse* fakes.
# - **The critic need not be frozen** in the generator's step. It passes the gradient on, and collects one itself,
#   here -3. It is only not stepped. (The first WGAN code does freeze it.)
# - **Without zero_grad** `v.grad` still holds -3 when the critic's own gradient arrives: 3 for the fake and -1 for the
#   real number. It becomes -3 + 3 - 1 = -1. The critic goes on as if there were no fakes at all.
#
# ## 5. Mode collapse
#
# The data are eight narrow bumps on a circle, called *modes*. A plain GAN and a WGAN get the same networks, learning
# rates and batches.
# The WGAN's critic is on a leash: a *gradient penalty* in its loss keeps its slope near 1. You will write it in
# sheet 05. Both take twenty critic steps for each generator step. This took minutes, so it was run before:

# %% tags=["draws"]
settings, results = stored.load("03_gan_beside_wgan")
figures.show(
    draw.runs(settings, results, n_critic=20),
    alt="Samples over eight rings at four moments. The plain GAN ends on two neighbouring bumps; "
    "the WGAN ends on all eight, with thin threads between them.",
    caption=f"The first of {settings['runs']} runs of each, from the same seed. The blue rings mark the modes.",
)

# %% [markdown]
# A sample is *good* if it lies near a mode, within a fifth of the way to the next one. A mode is *reached* if a
# hundredth of all samples are good there. For the last pictures:

# %% tags=["nbval-check-output"]
modes = toys.EIGHT_GAUSSIANS.modes
for loss, points in zip(settings["losses"], results["first"][:, settings["n_critic"].index(20), -1]):
    near = torch.cdist(torch.from_numpy(points).float(), modes) < torch.pdist(modes).min() / 5
    good, reached = near.any(dim=1).float().mean(), (near.float().mean(dim=0) >= 0.01).sum()
    print(f"{loss + ':':6}{good:.0%} of {len(points)} samples are good, {reached} of 8 modes are reached")

# %% [markdown]
# Sample by sample, the plain GAN does well. Only all samples together show what is missing: **mode collapse**.
#
# One run proves little. **Predict:** with ten seeds, and 1, 5 or 20 critic steps, who reaches all eight modes?

# %% tags=["predict", "nbval-check-output"]
predicted("03.5")
full = (results["modes"][:, :, -1] == 8).sum(axis=2)
good = results["good"][:, :, -1].mean(axis=2)
for row, loss in enumerate(settings["losses"]):
    for column, n_critic in enumerate(settings["n_critic"]):
        runs = f"{full[row, column]:2} of {settings['runs']} runs reach all modes"
        print(f"{loss:4}, {n_critic:2} critic steps: {runs}, {good[row, column]:.0%} of the samples are good")

# %% tags=["draws"]
figures.show(
    draw.modes(settings, results),
    alt="Dots for ten runs each. GAN: few modes with 1 step, nearly always eight with 5, few "
    "again with 20. WGAN: almost none with 1 step, always eight with 5 and 20.",
    caption="Each dot is one run: how many of the eight modes it reaches at the end.",
)

# %% [markdown]
# - With one step **both** collapse, the WGAN more. Against a critic that stands still, a generator does best with
#   everything on its highest point. "A WGAN never collapses" is no theorem.
# - With five steps the plain GAN does well: nine runs of ten, and more good samples than the WGAN.
# - With twenty steps the plain GAN collapses again: its critic must be neither too weak nor too strong. The WGAN
#   wants its critic well trained. That is its advantage, and it pays with threads between the modes.
#
# **Take away:** a generator bends noise and cannot tear it. A backward pass fills every `.grad` on its way. Collapse
# is seen in numbers, not in a sample.
