# %% [markdown]
# The critic scores. The generator makes what is scored: it turns random numbers into images. In this
# lesson you look at what such a function can do, which layers it is made of, and how two networks
# train against each other without getting into each other's gradients. You end with a failure that
# no single image shows.
#
# Nothing here needs your answers to sheet 03.

# %%
import torch
from scipy.stats import wasserstein_distance
from torch import nn
from torch.nn.functional import conv_transpose1d

from starter.kit import data, figures, stored, toys, variants, widgets
from starter.kit.show import lesson_03 as draw

# %% [markdown]
# ## 1. Noise through a function
#
# A generator is a fixed function $G$. The same input gives the same output; all variety comes from
# its input, the *latent* $z$, usually standard normal:
#
# $$z \sim \mathcal{N}(0, I) \tag{3.1}$$
#
# Here is one you can do in your head. It has a single weight, $s$:


# %% tags=["nbval-check-output"]
def bend(s, z):
    return torch.tanh(s * z)


z = torch.tensor([[0.0, 0.5], [-1.0, 2.0], [0.1, -0.1]])
print(bend(3.0, z))

# %% [markdown]
# The second point went to a corner, the third only a little outwards. Now send a whole cloud
# through, with the square grid it lies on. **Predict:** what happens to the cloud when $s$ grows?

# %% tags=["predict", "draws"]
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
# The same for four settings. A point lies *in between* the corners if a coordinate is below 0.9 in size:

# %% tags=["draws"]
many = torch.randn(400_000, 2)
between = {s: (bend(s, many).abs() < 0.9).any(dim=1).float().mean().item() for s in (0.5, 1, 3, 10)}
figures.show(
    draw.transformed(bend, cloud, between),
    alt="Four panels. A small cloud, a square cloud, a cloud drawn to the edges, and four dense "
    "corners joined by thin threads of points.",
    caption=f"Even at s = 10, {between[10]:.0%} of {len(many):,} points are in between.",
)

# %% [markdown]
# One round cloud has become four bumps. Yet the threads never vanish: $G$ is continuous, so it can
# stretch the cloud but not tear it. Whatever lies between two bumps is drawn too, only seldom. You
# will meet these threads again at the end.
#
# A generator of images does the same from 64 dimensions to 784:
#
# $$G : \mathbb{R}^{d} \to [-1, 1]^{c \times h \times w} \tag{3.2}$$
#
# ## 2. Which layers?
#
# A *fully connected* generator has a weight of its own for each pixel. A *convolutional* one starts
# from a small image and doubles its sides with filters that are the same everywhere. There are two
# ways of doubling: a *transposed convolution*, or repeating each pixel and then convolving. Here is one
# layer of each kind. It takes 16 small images and gives `n` large ones.

# %%
doubling = {
    "kernel 3, stride 2": lambda n: nn.ConvTranspose2d(16, n, 3, 2, padding=1, output_padding=1, bias=False),
    "kernel 5, stride 2": lambda n: nn.ConvTranspose2d(16, n, 5, 2, padding=2, output_padding=1, bias=False),
    "kernel 4, stride 2": lambda n: nn.ConvTranspose2d(16, n, 4, 2, padding=1, bias=False),
    "upsample, kernel 3": lambda n: nn.Sequential(
        nn.Upsample(scale_factor=2), nn.Conv2d(16, n, 3, padding=1, bias=False)
    ),
}


def correlation(images):
    """Of a pixel and its right-hand neighbour."""
    left, right = images[..., :-1], images[..., 1:]
    return torch.corrcoef(torch.stack([left.flatten(), right.flatten()]))[0, 1].item()


# %% [markdown]
# What do they make of noise, without any training?

# %%
torch.manual_seed(0)
z = torch.randn(8, 16, 14, 14)
untrained = {
    "fully connected": nn.Sequential(
        nn.Flatten(), nn.Linear(16 * 14 * 14, 28 * 28, bias=False), nn.Unflatten(1, (1, 28, 28))
    ),
    **{kind: doubling[kind](1) for kind in ("kernel 4, stride 2", "upsample, kernel 3")},
}
rows, alike = {}, {}
for kind, layer in untrained.items():
    images = layer(z).detach()
    weights = sum(parameter.numel() for parameter in layer.parameters())
    rows[f"{kind}\n{weights:,} weights"] = images / images.abs().amax(dim=(1, 2, 3), keepdim=True)
    alike[kind] = correlation(images)

# %% tags=["draws"]
figures.show(
    figures.image_rows(rows),
    alt="Three rows of eight untrained images: fine grey noise, noise of the same kind, and soft blotches.",
    caption="Correlation of a pixel with its right-hand neighbour: "
    + ", ".join(f"{kind} {value:.2f}" for kind, value in alike.items())
    + f"; real garments {correlation(data.load()[:500]):.2f}.",
)

# %% [markdown]
# In real images, neighbours are alike. Only the last row begins with that; the others have to learn it.
#
# Transposed convolutions have another mark. Put a *constant* line in, and count. With stride 2, the layer
# stamps its kernel on every second pixel, and stamps overlap. **Predict:** which of kernel 3, 4 and 5 gives
# every pixel equally many stamps?

# %% tags=["predict", "nbval-check-output"]
for size in (3, 4, 5):
    counts = conv_transpose1d(torch.ones(1, 1, 8), torch.ones(1, 1, size), stride=2)
    print(f"kernel {size}:", *counts.flatten().int().tolist())

# %% [markdown]
# Kernel 4, away from the ends. The same for images. With all weights at 1 the layer counts; with random
# weights it is as before training. Each of its 200 outputs has random weights of its own.

# %%
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

# %% tags=["draws"]
figures.show(
    draw.layers(terms, outputs),
    alt="Above, overlap counts: a checkerboard for kernels 3 and 5, even grey for kernel 4 and "
    "for upsampling. Below, the output for a constant input: a checkerboard for all but "
    "upsampling, which is flat.",
    caption="Above: the variance of the counts. Below: with random weights, the pattern's share of "
    "the mean square is " + ", ".join(f"{share:.0%}" for share in uneven.values()) + " (200 draws).",
)

# %% [markdown]
# A kernel size that is a multiple of the stride overlaps evenly: 4 with 2. That is why you will meet
# this pair so often. Look below, though: untrained, it draws a checkerboard all the same, because
# each of the four positions in a 2 by 2 block has weights of its own. Training can even that out; an
# uneven count it has to work against. Upsampling is flat from the start.
#
# ## 3. The range gives fakes away
#
# The images live in [-1, 1], and half of their pixels are exactly -1. Suppose a generator is *perfect*
# but ends in a sigmoid, so that it draws in [0, 1]. Take a critic that looks at one number only, the
# darkest pixel:

# %% tags=["draws"]
garments = data.load()
real, perfect = garments[:500], garments[500:1000]
fakes = {"tanh": perfect, "sigmoid": (perfect + 1) / 2}
darkest = {name: images.flatten(1).min(dim=1).values for name, images in {"real": real, **fakes}.items()}
proof = {name: wasserstein_distance(darkest["real"], darkest[name]) for name in fakes}
figures.show(
    draw.ranges(real, fakes["sigmoid"], darkest["real"], darkest["sigmoid"]),
    alt="Left: pixel values of real images from -1 to 1, of the fakes from 0 to 1. Right: the "
    "darkest pixel of each image, at -1 for real ones and at 0 for fakes, without overlap.",
    caption=f"Distance of the two laws of the darkest pixel: {proof['sigmoid']:.2f} with a sigmoid, "
    f"{proof['tanh']:.2f} with tanh. {(darkest['sigmoid'] > -0.5).float().mean():.0%} of the "
    f"sigmoid's images lie above -0.5; of the real ones, "
    f"{(darkest['real'] > -0.5).float().mean():.0%}.",
)

# %% [markdown]
# The critic is right every time, without having learned what a shirt is. That is no lesson for the
# generator: it cannot reach -1, however it tries. Data in [-1, 1] ask for tanh.
#
# ## 4. Two players, one graph
#
# The critic wants to lower $\operatorname{mean} f(G(z)) - \operatorname{mean} f(x)$, the generator
# $-\operatorname{mean} f(G(z))$. Both losses run through both networks. Three words keep them apart:
#
# - *backward* adds a gradient to the `.grad` of **every** weight it passes;
# - *step* changes only the weights that its optimiser holds, by what lies in their `.grad`;
# - *zero_grad* empties the `.grad` of those weights. Nobody else does.
#
# Take the smallest players there are, with one weight each: a generator $G(z) = w z$ and a critic
# $f(x) = v x$. There is one $z$ and one real number. We go backward and look into `.grad`; nothing is
# stepped. First the critic's loss, with the fake detached and without.

# %%
z, real = 1.5, 1.0


def players():
    """The weight w of the generator and v of the critic, with nothing in .grad."""
    return torch.tensor(2.0, requires_grad=True), torch.tensor(0.5, requires_grad=True)


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

# %% tags=["predict", "nbval-check-output"]
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
# The first four in pictures. The filled box is the player whose loss it is.

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
    caption="Grey: data. Pink: gradients. Numbers: what lies in .grad afterwards.",
)

# %% [markdown]
# - **Detach** changes nothing for the critic. It saves the way back through $G$, and keeps out a
#   gradient that points exactly the wrong way: 0.75 instead of -0.75, towards *worse* fakes.
# - **The critic is not frozen** in the generator's step. It has to pass the gradient on, and collects
#   one itself, here -3. It is only not stepped.
# - **Without zero_grad** that leftover joins the critic's next step: -3 + 2 = -1. It is the very term that
#   the critic has for the fake, with the other sign. Both cancel, and -1 is left, the term of the real
#   number: the critic goes on as if there were no fakes at all.
#
# ## 5. Mode collapse
#
# Eight narrow bumps on a circle are the data. A plain GAN and a WGAN with gradient penalty get the
# same networks, rates and batches, and twenty critic steps for each generator step. This took
# minutes, so it was run before:

# %% tags=["draws"]
settings, results = stored.load("03_gan_beside_wgan")
figures.show(
    draw.runs(settings, results, n_critic=20),
    alt="Samples over eight rings at four moments. The plain GAN ends on two neighbouring bumps; "
    "the WGAN ends on all eight, with thin threads between them.",
    caption=f"First of {settings['runs']} runs, seed {settings['seed']}: width {settings['width']}, "
    f"batch {settings['batch_size']}, Adam {settings['learning_rate']:g}, lambda {settings['lambda_']:g}.",
)

# %% [markdown]
# Two numbers say how well it went. A sample is *good* if it lies within a fifth of the way from a mode to
# the next one. A mode is *reached* if a hundredth of all samples are good there. For the last pictures:

# %% tags=["nbval-check-output"]
modes = toys.EIGHT_GAUSSIANS.modes
for loss, points in zip(settings["losses"], results["first"][:, settings["n_critic"].index(20), -1]):
    near = torch.cdist(torch.from_numpy(points).float(), modes) < torch.pdist(modes).min() / 5
    good, reached = near.any(dim=1).float().mean(), (near.float().mean(dim=0) >= 0.01).sum()
    print(f"{loss + ':':6}{good:.0%} of {len(points)} samples are good, {reached} of 8 modes are reached")

# %% [markdown]
# Sample by sample, the plain GAN does well. Only all samples together show that most of the law is
# missing. That is **mode collapse**.
#
# Is one run proof of anything? Here are all ten, with 1, 5 and 20 critic steps:

# %% tags=["draws"]
full = (results["modes"][:, :, -1] == 8).sum(axis=2)
good = results["good"][:, 2, -1].mean(axis=1)
figures.show(
    draw.modes(settings, results),
    alt="Dots for ten runs each. GAN: few modes with 1 step, nearly always eight with 5, few "
    "again with 20. WGAN: almost none with 1 step, always eight with 5 and 20.",
    caption="Runs of ten that reach all eight modes with 1, 5, 20 critic steps: plain GAN "
    f"{', '.join(map(str, full[0]))}; WGAN {', '.join(map(str, full[1]))}. With 20 steps, "
    f"{good[0]:.0%} of the GAN's samples are good and {good[1]:.0%} of the WGAN's.",
)

# %% [markdown]
# - With one step, **both** collapse, the WGAN worst. Against a critic that stands still, the best a
#   generator can do is to put everything on its highest point. "A WGAN never collapses" is no theorem.
# - With twenty, the plain GAN collapses again. Its discriminator has to be kept in balance.
# - The WGAN wants its critic well trained, and more training did not hurt it. That is its advantage.
# - It pays with threads: fewer of its samples are good than of the collapsed GAN's. Share of good
#   samples and modes reached are two numbers; ask for both.
#
# ## Three settings from elsewhere
#
# These are settings of three published notebooks, kept as variants. After sheet 05 you can train one
# with your own steps:
#
# ```python
# from starter.kit import train
#
# run = train(**variants.load("mlp-clip-32px").arguments(), seconds=60)
# ```

# %% tags=["nbval-check-output"]
print(*variants.everything(), sep="\n")

# %% [markdown]
# **Take away:** a generator bends noise and cannot tear it; its range and its layers leave marks
# before it learns anything; a gradient goes wherever you let it; and collapse is seen in numbers,
# not in a sample.
