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

from starter.kit import data, figures, stored, variants, widgets
from starter.kit.show import lesson_01 as scenes_01, lesson_03 as scenes_03
from starter.kit import train

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

# %%
torch.manual_seed(0)
cloud = torch.randn(600, 2)
widgets.slider(
    scenes_03.Warp(bend, cloud),
    label="weight s",
    values=[0.2, 0.5, 1, 1.5, 2, 3, 5, 7, 10, 20],
    start=1,
    alt="Left: a round cloud of noise on a square grid. Right: the same points and grid after "
    "the function; the larger s, the more of them sit in the four corners.",
)

# %% [markdown]
# The same for four settings:

# %%
settings = (0.5, 1, 3, 10)
fig = scenes_03.warp_strip(bend, cloud, settings)
figures.show(
    fig,
    alt="Four panels. A small cloud, a square cloud, a cloud drawn to the edges, and four dense "
    "corners joined by thin threads of points.",
    caption="In between: a coordinate is below 0.9 in size. "
    f"Even at s = {settings[-1]} that is {scenes_03.bridge_share(settings[-1]):.0%} of the law.",
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
# ways of doubling: a *transposed convolution*, or repeating each pixel and then convolving. Here are
# all three without any training.

# %%
torch.manual_seed(0)
z = torch.randn(8, 64)
kinds = ["fully connected", "kernel 4, stride 2", "upsample, kernel 3"]
rows = [scenes_03.untrained(kind, z) for kind in kinds]
alike = {
    kind: sum(scenes_03.neighbour_correlation(scenes_03.untrained(kind, z)[0]) for _ in range(20)) / 20
    for kind in kinds
}
fig, ax = figures.axes(height=2.6)
figures.draw_images(ax, torch.cat([images for images, _ in rows]), columns=8)
figures.label_rows(ax, [f"{kind}\n{n:,} weights" for kind, (_, n) in zip(kinds, rows)])
figures.show(
    fig,
    alt="Three rows of eight untrained images: fine grey noise, a coarser pattern with a regular "
    "grid in it, and soft blotches.",
    caption="Correlation of a pixel with its right-hand neighbour, over 20 draws of the weights: "
    + ", ".join(f"{kind} {value:.2f}" for kind, value in alike.items())
    + f"; real garments {scenes_03.neighbour_correlation(data.load()[:500]):.2f}.",
)

# %% [markdown]
# In real images, neighbours are alike. Only the last row begins with that; the others have to learn
# it. And the middle row shows a grid. Where does it come from?
#
# Put a *constant* image in, and count. A transposed convolution with stride 2 stamps its kernel on
# every second pixel, and stamps overlap. **Predict:** which of kernel 3, 4 and 5 gives every pixel
# equally many stamps?

# %%
torch.manual_seed(0)
fig = scenes_03.draw_layers()
uneven = [scenes_03.unevenness(kind) for kind in scenes_03.LAYERS]
figures.show(
    fig,
    alt="Above, overlap counts: a checkerboard for kernels 3 and 5, even grey for kernel 4 and "
    "for upsampling. Below, the output for a constant input: a checkerboard for all but "
    "upsampling, which is flat.",
    caption="Above: the variance of the counts. Below: with random weights, the pattern's share of "
    "the mean square is "
    + ", ".join(f"{share:.0%}" for share in uneven)
    + " (200 draws).",
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

# %%
garments = data.load()
real, perfect = garments[:500], garments[500:1000]
fakes = {"tanh": perfect, "sigmoid": (perfect + 1) / 2}
darkest = {
    name: images.flatten(1).min(dim=1).values for name, images in {"real": real, **fakes}.items()
}
proof = {name: wasserstein_distance(darkest["real"], darkest[name]) for name in fakes}
fig = scenes_03.draw_ranges(real, fakes["sigmoid"], darkest["real"], darkest["sigmoid"])
figures.show(
    fig,
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
# Two tiny networks, one batch, four ways. The filled box is the one whose optimiser would step.

# %%
detached = scenes_03.measure_flow("critic's step, fakes detached", "critic, detached")
attached = scenes_03.measure_flow("critic's step, fakes not detached", "critic, attached")
generator = scenes_03.measure_flow("generator's step", "generator")
stale = scenes_03.measure_flow(
    "critic's step after it, nothing cleared", "generator", "critic, detached"
)
fig = scenes_03.draw_flows([detached, attached, generator, stale])
figures.show(
    fig,
    alt="Four diagrams of noise, generator G, critic f and loss. The gradient runs back to f "
    "always, and on to G unless the fakes are detached; below each network the length of its .grad.",
    caption="Grey: data. Pink: gradients. Numbers: the length of what lies in .grad afterwards.",
)

# %% [markdown]
# **Before you read on:** what does the generator hold in the second picture, and is it of any use?

# %% tags=["nbval-check-output"]
same = torch.equal(detached.critic, attached.critic)
print(f"the critic's gradient is the same with and without detach: {same}")
opposite = scenes_03.cosine(attached.generator, generator.generator)
print(f"second and third picture, cosine of the generator's gradients: {opposite:.2f}")
added = torch.allclose(stale.critic, detached.critic + generator.critic, atol=1e-6)
print(f"the fourth is the first plus what the third left behind: {added}")

# %% [markdown]
# - **Detach** changes nothing for the critic. It saves the way back through $G$, and keeps out a
#   gradient that points exactly the wrong way: towards *worse* fakes.
# - **The critic is not frozen** in the generator's step. It has to pass the gradient on, and collects
#   one itself. It is only not stepped.
# - **Without zero_grad** that leftover joins the critic's next step. It is the very term that the
#   critic has for the fakes, with the other sign: here, on the same noise, both cancel, and the critic
#   goes on as if there were no fakes at all.
#
# ## 5. Mode collapse
#
# Eight narrow bumps on a circle are the data. A plain GAN and a WGAN with gradient penalty get the
# same networks, rates and batches, and twenty critic steps for each generator step. This took
# minutes, so it was run before:

# %%
settings, results = stored.load("03_gan_beside_wgan")
fig = scenes_03.draw_moments(results, settings["n_critic"], settings["moments"], which=20)
figures.show(
    fig,
    alt="Samples over eight rings at four moments. The plain GAN ends on two neighbouring bumps; "
    "the WGAN ends on all eight, with thin threads between them.",
    caption=f"First of {settings['runs']} runs, seed {settings['seed']}: width {settings['width']}, "
    f"batch {settings['batch_size']}, Adam {settings['learning_rate']:g}, lambda {settings['lambda_']:g}. "
    "Good: within a fifth of the way to the next bump. A mode counts with 1% of all samples.",
)

# %% [markdown]
# Look at the plain GAN's last picture as a judge of single samples would: nearly all are good. Only
# together they show that most of the law is missing. That is **mode collapse**.
#
# Is one run proof of anything? Here are all ten, with 1, 5 and 20 critic steps:

# %%
fig = scenes_03.draw_counts(results["modes"], settings["n_critic"])
full = (results["modes"][:, :, -1] == 8).sum(axis=2)
good = results["good"][:, 2, -1].mean(axis=1)
figures.show(
    fig,
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
# with your own steps: `train(**variants.load("mlp-clip-32px").arguments(), seconds=60)`.

# %% tags=["nbval-check-output"]
print(*variants.everything(), sep="\n")

# %% [markdown]
# **Take away:** a generator bends noise and cannot tear it; its range and its layers leave marks
# before it learns anything; a gradient goes wherever you let it; and collapse is seen in numbers,
# not in a sample.
#
# **Next:** write both players' steps in `labwork/03_generator.ipynb`.
