# %% [markdown]
# **Answer these two, and you may skip `notebooks/07_latent.ipynb`.**
#
# 1. A z has 64 independent entries from $\mathcal{N}(0, 1)$. About how long is it? And the point half
#    way between two of them?
# 2. You have a trained generator and a photograph, and want the z behind it. What do you train?
#
# <details><summary>Answers</summary>
#
# 1. $\sqrt{64} = 8$, and $8 / \sqrt{2} \approx 5.7$.
# 2. Only z. The generator stays as it is.
#
# </details>
#
# **You will** walk from garment to garment in a straight line and along an arc, save the walk as an
# animation, and search for the z of a given image. All of it is homework. You need sheets 00 and 03, and
# no network of your own: the generator was trained for you, so this sheet also fills the time in which
# yours trains.

# %%
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from starter import latent
from starter.kit import data, figures, pretrained, scores, steps, stored, widgets
from starter.kit.show import lesson_07 as draw

# %% [markdown]
# ## 1. Draw

# %% tags=["draws"]
generator = pretrained.load("penalty")  # z of shape (n, 64) to images of shape (n, 1, 28, 28)
torch.manual_seed(0)
fig, ax = figures.axes(height=2.6)
figures.draw_images(ax, generator(torch.randn(30, 64)), columns=10)
figures.show(
    fig,
    alt="Thirty generated garments: shirts, trousers, dresses, bags and shoes.",
    caption=f"Drawn by a WGAN-GP of {pretrained.card('penalty')['settings']['steps']:,} generator steps.",
)

# %% [markdown]
# ## 2. A straight line
#
# $$z(t) = (1 - t)\, a + t\, b \tag{7.1}$$
#
# {{ box latent.lerp }}
#
# Shapes: `a`, `b` (d,), `t` (k,) in, (k, d) out: a row for each $t$. On paper: $a = (4, 0)$,
# $b = (0, 4)$. Which point is a quarter of the way along? **Predict** also which shape works here:

# %% tags=["predict", "nbval-check-output"]
a, b = torch.tensor([4.0, 0.0]), torch.tensor([0.0, 4.0])
for t in (torch.tensor([0.0, 0.25, 1.0]), torch.tensor([[0.0], [0.25], [1.0]])):
    try:
        print(tuple(t.shape), (t * b).tolist())
    except RuntimeError:
        print(tuple(t.shape), "does not stretch over the two entries of b")

# %%
# {{ fill latent.lerp }}

# %% [markdown]
# <details><summary>Hint 1: the shape</summary>
#
# Give $t$ a second dimension of length 1: `t[:, None]`. Broadcasting makes (k, 1) and (d,) a (k, d).
#
# </details>
# <details><summary>Hint 2: the ends</summary>
#
# At $t = 0$ you must be at $a$. If you are at $b$, the two weights are swapped.
#
# </details>

# %% tags=["nbval-check-output"]
print(latent.lerp(a, b, torch.tensor([0.0, 0.25, 0.5, 1.0])))

# %% [markdown]
# (3, 1) is a quarter of the way along. **Predict** before you run: how long is a z of 64 entries, on
# average and give or take? How long are points half way between two of them?

# %% tags=["predict"]
torch.manual_seed(0)
z = torch.randn(1000, 64)
half = torch.tensor([0.5])
middles = torch.cat([latent.lerp(*pair, half) for pair in zip(z[:500], z[500:])])
for name, points in (("z", z), ("half way", middles)):
    length = points.norm(dim=1)
    print(f"{name}: length {length.mean():.1f}, give or take {length.std():.1f}")

# %% [markdown]
# The lengths hardly vary: nearly all z lie near a sphere of radius 8, and straight lines lead through its
# inside. The generator was hardly ever trained there.
#
# ## 3. An arc
#
# An arc stays at the radius. On paper: a quarter circle leads from (4, 0) to (0, 4). Half way, at 45°, you
# are at (2.83, 2.83), so both ends have the weight 0.71, not 0.5. With $\omega$ the angle between $a$ and
# $b$:
#
# $$z(t) = \frac{\sin((1 - t)\,\omega)\, a + \sin(t\,\omega)\, b}{\sin \omega}, \qquad
# \cos \omega = \frac{a \cdot b}{\lVert a \rVert \lVert b \rVert} \tag{7.2}$$
#
# {{ box latent.slerp }}
#
# Shapes as before. Put $t = 0$ into (7.2): where are you?

# %%
# {{ fill latent.slerp }}

# %% [markdown]
# <details><summary>Hint 1: the angle</summary>
#
# `torch.dot` and `.norm()` give its cosine, `torch.arccos` the angle, in radians as `torch.sin` wants it.
#
# </details>
# <details><summary>Hint 2: the shape</summary>
#
# The angle is one number. Only $t$ needs the second dimension, as in `lerp`.
#
# </details>
# <details><summary>Hint 3: the brackets</summary>
#
# $\sin((1 - t)\,\omega)$ is the sine of a product. All of the sum is divided by $\sin \omega$.
#
# </details>

# %% tags=["draws"]
t = torch.linspace(0, 1, 7)
line, bow = latent.lerp(a, b, t), latent.slerp(a, b, t)
figures.show(
    draw.paths(line, bow),
    alt="Two paths of seven points from (4, 0) to (0, 4): a straight one and a quarter circle.",
    caption=f"Half way, the line is {line[3].norm():.2f} from 0, the arc {bow[3].norm():.2f}.",
)

# %% [markdown]
# ## 4. Walk
#
# Walk from trousers to a bag on both paths. **Predict:** in which row will the garments in the middle be
# better?


# %% tags=["predict"]
def clearest(garment: str) -> Tensor:
    """Of 500 random z the one whose image is most surely this garment, shape (64,)."""
    z = torch.randn(500, 64, generator=torch.Generator().manual_seed(0))
    probability = scores.classifier()(generator(z)).softmax(dim=1)
    return z[probability[:, data.GARMENTS.index(garment)].argmax()]


corners = torch.stack([clearest(garment) for garment in ("Trouser", "Bag", "Ankle boot")])

# %% tags=["draws"]
a, b, _ = corners
t = torch.linspace(0, 1, 11)
walks = {"lerp": generator(latent.lerp(a, b, t)), "slerp": generator(latent.slerp(a, b, t))}
figures.show(
    figures.image_rows(walks),
    alt="Two rows of eleven images, from trousers on the left to a bag on the right; in the middle blends.",
    caption="Eleven equal steps each, the same ends.",
)

# %% [markdown]
# The rows are much alike. The lesson measures what differs.

# %% tags=["draws"]
t = torch.linspace(0, 1, 24)
frames = generator(latent.slerp(a, b, t))
frames = torch.cat([frames, frames.flip(0)])  # there and back
figures.save_animation(frames, root / "runs" / "walk.gif")
figures.show_animation(
    frames,
    alt="An animation: trousers turn into a bag and back into trousers.",
    caption=f"{len(frames)} frames, saved as runs/walk.gif.",
)

# %% [markdown]
# ## 5. Explore
#
# Three z span a plane: $a + u\,(b - a) + v\,(c - a)$. The sliders, which arrow keys move too, take you
# through it; ψ makes z longer or shorter. What is at (1, 1), where nobody put a garment?


# %% tags=["draws"]
def on_the_plane(u: Tensor, v: Tensor) -> Tensor:
    """z on the plane, shape (k, 64), for u and v of shape (k,)."""
    a, b, c = corners
    return a + u[:, None] * (b - a) + v[:, None] * (c - a)


explorer = draw.Explorer(generator, on_the_plane)
widgets.sliders(
    explorer,
    explorer.labels,
    explorer.start,
    explorer.bounds,
    alt="Left: a map of garments between trousers (a), a bag (b) and an ankle boot (c), with a ring "
    "where you stand. Right: the garment there.",
)

# %% [markdown]
# Four settings, for those who cannot move sliders here:

# %% tags=["draws"]
figures.show(
    draw.strip(generator, on_the_plane, [(0.3, 0.3, 1), (0.3, 0.3, 0.4), (0.3, 0.3, 1.5), (1, 1, 1)]),
    alt="Four garments: one place on the plane with z as it is, shorter and longer, and the fourth corner.",
    caption="The same place with three lengths of z, and the fourth corner.",
)

# %% [markdown]
# ## 6. Back to z
#
# Which z makes a given image $x$? Nobody inverts the network. You search downhill:
#
# $$\text{minimise over } z: \quad \lVert G(z) - x \rVert^2 \tag{7.3}$$
#
# {{ box latent.find_latent }}
#
# It is a training loop in which z takes the place of the weights: a loss, its gradient, a step, `steps`
# times. Take `torch.optim.Adam`. The start stays as it was, so work on a copy.

# %%
# {{ fill latent.find_latent }}

# %% [markdown]
# <details><summary>Hint 1: what is trained</summary>
#
# Adam gets a list with one tensor: a copy of `start`, without the graph of where it came from, that
# tracks gradients.
#
# </details>
# <details><summary>Hint 2: the loss</summary>
#
# *Sum* the squares over all images and pixels. Then each z has its own gradient, however many images
# there are.
#
# </details>
# <details><summary>Hint 3: the loop</summary>
#
# In each step: loss, `zero_grad`, `backward`, `step`. At the end, `detach`.
#
# </details>
#
# Try it on five garments that the generator drew itself, and on five photographs from the test set.
# **Predict:** which five come back exactly?

# %% tags=["predict", "draws"]
torch.manual_seed(1)
own, photographs = generator(torch.randn(5, 64)), scores.held_out()[:5]
images = torch.cat([own, photographs])
start = torch.randn(10, 64)
z = latent.find_latent(generator, images, start, steps=steps(400, 20), learning_rate=0.1)
found = generator(z)
error = (found - images).flatten(1).square().mean(dim=1).sqrt()
figures.show(
    figures.image_rows({"image": images, "found": found}),
    alt="Ten images above what was found: five generated garments, then five photographs.",
    caption=f"Error (RMS; values lie in [-1, 1]): generated {error[:5].mean():.3f}, photographs "
    f"{error[5:].mean():.3f}.",
)

# %% [markdown]
# Its own garments come back all but exactly. If one was missed, the search went down into a wrong valley:
# try another seed, and keep the best. Photographs keep a larger error from every start. **Question:** which
# of their details are lost, and what does that say?
#
# <details><summary>Answer</summary>
#
# Prints, straps, seams: whatever few garments share. No z leads there. The generator does not have these
# garments, which is what a recall below 1 means.
#
# </details>
#
# ## 7. Sums with garments
#
# Take the mean z of ankle boots minus the mean z of sandals. Add it to the z of a sandal. **Predict:** in
# how many of 100 cases does the classifier see an ankle boot? And with a random step of the same length?

# %% tags=["predict"]
torch.manual_seed(2)
z = torch.randn(5000, 64)
garment = scores.labels(generator(z))
sandal, boot = data.GARMENTS.index("Sandal"), data.GARMENTS.index("Ankle boot")
sandals, third = z[garment == sandal], z[(garment != sandal) & (garment != boot)][:100]
step = z[garment == boot].mean(dim=0) - sandals[100:].mean(dim=0)
random = torch.randn(100, 64)
random *= step.norm() / random.norm(dim=1, keepdim=True)  # as long as the step, in any direction

# %%
_, of_all_pairs = stored.load("07_sums")  # counted for the lesson
ends = {"difference": sandals[:100] + step, "third": third + step, "random": sandals[:100] + random}
for name, end in ends.items():
    share = (scores.labels(generator(end)) == boot).double().mean()
    print(f"{name}: {share:.0%} ankle boots; mean of all 90 pairs of garments {np.nanmean(of_all_pairs[name]):.0%}")

# %% [markdown]
# `third` adds the same step to garments that are neither. Is "boot minus sandal" a relation between the two?
#
# <details><summary>Answer</summary>
#
# In part. The step beats a random one by far. But over all pairs it misses about every second time, and
# from a third garment it works about half as often, so it pushes towards boots more than it "closes the
# shoe". One nice example proves little: count, and count the random step too.
#
# </details>
#
# ## What you built
#
# Two walks and a search: straight, along the arc, and from an image back to its z. They work with any
# generator. Your own saved run takes the place of the pretrained one so:

# %%
# from starter import critic as critics, generator as generators
# from starter.kit import resume
# networks = critics.MLPCritic((1, 28, 28)), generators.MLPGenerator(64, (1, 28, 28))
# generator = resume("../runs/mine.pt", *networks, data.load(), steps=0, device="cpu", live=False).average

# %%
progress("07")
