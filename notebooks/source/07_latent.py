# %% [markdown]
# A generator turns 64 numbers into a garment. So behind the garments there is a space, and you can walk
# in it. This lesson walks straight and round, cuts a plane, does sums with garments, and asks where in
# that space a given photograph lies. Sheet 07 has you write the tools.

# %%
import numpy as np
import torch
from scipy.optimize import minimize
from scipy.spatial import geometric_slerp
from scipy.stats import chi

from starter.kit import data, figures, pretrained, scores, stored, widgets
from starter.kit.show import lesson_07 as draw

# %% [markdown]
# ## 1. A generator trained for you
#
# `pretrained.load` brings a finished WGAN-GP, so all of this can be run while your own network still
# trains. Forty random z make forty garments:

# %% tags=["draws"]
generator = pretrained.load("penalty")
z = torch.randn(40, generator.latent_dim, generator=torch.Generator().manual_seed(0))
fig, ax = figures.axes(height=3.2)
figures.draw_images(ax, generator(z), columns=10)
shares = scores.label_shares(generator(torch.randn(2000, 64)))
figures.show(
    fig,
    alt="Forty generated garments: shirts, trousers, dresses, bags and shoes.",
    caption="Generated. Of 2,000 more, the classifier sees between "
    f"{shares.min():.0%} and {shares.max():.0%} in each of the ten garments.",
)

# %% [markdown]
# ## 2. How long is a z?
#
# Each of the 64 entries comes from $\mathcal{N}(0, 1)$. From one z to another you can go straight, or
# along an arc, where $\omega$ is the angle between $a$ and $b$:
#
# $$z(t) = (1 - t)\, a + t\, b \tag{7.1}$$
# $$z(t) = \frac{\sin((1 - t)\,\omega)\, a + \sin(t\,\omega)\, b}{\sin \omega} \tag{7.2}$$
#
# **Predict:** how long is a z, about? And the point half way between two of them, on either path?


# %% tags=["predict", "nbval-check-output"]
def arc(a, b, t):
    """The arc of scipy, shape (k, d): equal steps of angle, and lengths that go evenly from that of a to that of b."""
    directions = [vector.double() / vector.double().norm() for vector in (a, b)]
    units = torch.from_numpy(geometric_slerp(*directions, t.double().numpy())).float()
    return torch.lerp(a.norm(), b.norm(), t)[:, None] * units


a, b, half = torch.tensor([3.0, 0.0]), torch.tensor([0.0, 3.0]), torch.tensor([0.5])
for name, middle in (("line", (a + b) / 2), ("arc", arc(a, b, half)[0])):
    print(f"middle of the {name}: ({middle[0]:.2f}, {middle[1]:.2f}), length {middle.norm():.2f}")

# %% [markdown]
# In the plane the middle of the line is shorter. Now 2,000 pairs of z with 64 entries:

# %%
fresh, a, b = torch.randn(3, 2000, 64, generator=torch.Generator().manual_seed(0))
arcs = torch.cat([arc(*pair, half) for pair in zip(a, b)])
kinds = {"fresh z": fresh, "middle of a line": (a + b) / 2, "middle of an arc": arcs}
means = {name: z.norm(dim=1).mean() for name, z in kinds.items()}

# %% tags=["draws"]
figures.show(
    draw.lengths(kinds),
    alt="Histograms of lengths. Fresh z and middles of arcs both lie around eight, as theory says; "
    "middles of lines lie apart from them, between four and a half and seven.",
    caption="Mean length: "
    + ", ".join(f"{name} {mean:.2f}" for name, mean in means.items())
    + f". A fresh z is as short as {means['middle of a line']:.2f} with probability "
    f"{chi(64).cdf(float(means['middle of a line'])):.4f}.",
)

# %% [markdown]
# The squares of 64 entries sum to about 64, so a z is about 8 long, and hardly ever much shorter. Almost
# all z lie near a sphere. The straight line cuts through its inside, where the generator was hardly ever
# trained. That is the textbook argument for the arc.
#
# ## 3. Does it matter?
#
# Look first: from trousers to a bag, and from a dress to a boot. The classifier finds the ends.


# %%
def clearest(garment):
    """Of 500 random z the one whose image is most surely this garment, shape (64,)."""
    z = torch.randn(500, 64, generator=torch.Generator().manual_seed(0))
    probability = scores.classifier()(generator(z)).softmax(dim=1)
    return z[probability[:, data.GARMENTS.index(garment)].argmax()]


t, walks, difference = torch.linspace(0, 1, 11), {}, {}
for first, second in (("Trouser", "Bag"), ("Dress", "Ankle boot")):
    a, b = clearest(first), clearest(second)
    line, bow = generator(torch.lerp(a, b, t[:, None])), generator(arc(a, b, t))
    walks |= {f"{second}, line": line, f"{second}, arc": bow}
    difference[second] = (line - bow).flatten(1).square().mean(dim=1).sqrt().max()

# %% tags=["draws"]
figures.show(
    figures.image_rows(walks),
    alt="Four rows of eleven images. Two lead from trousers to a bag, two from a dress to an ankle "
    "boot; line and arc look alike, with blends in the middle.",
    caption="Eleven equal steps each. Largest difference of line and arc, RMS in pixel values: "
    + ", ".join(f"{rms:.2f}" for rms in difference.values())
    + ".",
)

# %% [markdown]
# Now 2,000 middles of each kind, scored as in lesson 06: the Frechet distance of their features to those
# of held-out garments, lower is better. **Predict:** which middles score worse than fresh z?

# %% tags=["predict"]
settings, measured = stored.load("07_lengths")
print(f"{'':17} {'Frechet':>13} {'precision':>13} {'recall':>13}")
for name, of_kind in zip(settings["kinds"], measured["middles"]):
    columns = [scores.interval(column) for column in of_kind.T.tolist()]
    print(f"{name:17}", *(f"{mean:6.2f} ± {spread:4.2f}" for mean, spread in columns))

# %% [markdown]
# It does, and not as one might fear. Middles of arcs score like fresh z, within the intervals. Middles of
# lines score worse. Yet not because they look bad: their precision is no lower. Their recall is. A short z
# gives an ordinary garment, and half way along every line one meets much the same ones. In a single walk it
# shows only as a little less contrast.
#
# ## 4. Truncation
#
# The middle of two z has the distribution of $z / \sqrt{2}$. So it is a special case of a trick: draw from shorter z,
# $\psi z$ with $\psi < 1$. **Predict:** what happens to precision (garments that look real) and to recall
# (real garments that are covered)?

# %% tags=["predict"]
z = torch.randn(8, 64, generator=torch.Generator().manual_seed(2))
images = {psi: generator(psi * z) for psi in settings["psi"]}
_, precision, recall = measured["truncated"].mean(axis=1).T  # of 2,000 other z

# %% tags=["draws"]
figures.show(
    draw.truncation(images, precision, recall),
    alt="Left: the same eight z at four lengths. Right: precision and recall over ψ; recall rises with "
    "ψ, precision falls at the end.",
    caption="Precision and recall: "
    + "; ".join(f"ψ = {psi:g}: {p:.2f} and {r:.2f}" for psi, p, r in zip(images, precision, recall))
    + f". {settings['n']:,} images, mean of {len(settings['seeds'])} seeds.",
)

# %% [markdown]
# The longer z is, the more of the real garments are covered, and the odder the single one. Precision falls
# when ψ grows above 1. At the other end variety is gone: below 0.7 the images drift towards one grey shirt.
# Papers that show beautiful samples often truncate; ask for ψ, and for the recall.
#
# ## 5. A plane through three garments
#
# Three z span a plane: $a + u\,(b - a) + v\,(c - a)$.

# %%
corners = torch.stack([clearest(name) for name in ("Trouser", "Bag", "Ankle boot")])


def on_the_plane(u, v):
    """z on the plane, shape (k, 64), for u and v of shape (k,)."""
    a, b, c = corners
    return a + u[:, None] * (b - a) + v[:, None] * (c - a)


v, u = torch.meshgrid(torch.linspace(0, 1, 11), torch.linspace(0, 1, 11), indexing="ij")
images = generator(on_the_plane(u.flatten(), v.flatten()))

# %% tags=["draws"]
figures.show(
    draw.plane(images, side=11),
    alt="A square of eleven by eleven garments: trousers at the top left, a bag at the top right, an "
    "ankle boot at the bottom left, all framed; between them every step is small.",
    caption="Framed: a, b and c, of length "
    + ", ".join(f"{length:.1f}" for length in corners.norm(dim=1))
    + f". Their mean is {corners.mean(dim=0).norm():.1f} long, the corner at the bottom right "
    f"{on_the_plane(torch.ones(1), torch.ones(1)).norm():.1f}.",
)

# %% [markdown]
# There is no empty place and no sudden change: the generator is continuous and answers everywhere, also
# where it was never asked. Between two kinds of garment it draws what no shop sells.
#
# Explore it. The sliders also move by arrow keys: u and v on the plane, and ψ, which scales z.

# %% tags=["draws"]
explorer = draw.Explorer(generator, on_the_plane)
widgets.sliders(
    explorer,
    explorer.labels,
    explorer.start,
    explorer.bounds,
    alt="Left: a map of garments between trousers (a), a bag (b) and an ankle boot (c), with a ring "
    "where you stand. Right: the garment there.",
)

# %% tags=["draws"]
figures.show(
    draw.strip(generator, on_the_plane, [(0.3, 0.3, 1), (0.3, 0.3, 0.4), (0.3, 0.3, 1.5), (1, 1, 1)]),
    alt="Four garments: the same place on the plane with z as it is, shortened and made longer, and the fourth corner.",
    caption="Four settings of the explorer.",
)

# %% [markdown]
# ## 6. A walk to keep
#
# Pictures of an arc, one after the other, are an animation. This one visits the three corners:

# %% tags=["draws"]
t = torch.linspace(0, 1, 17)[:-1]
round_trip = torch.cat([arc(a, b, t) for a, b in zip(corners, corners.roll(-1, dims=0))])
frames = generator(round_trip)
path = figures.save_animation(frames, root / "runs" / "walk.gif")
figures.show_animation(
    frames,
    alt="An animation: trousers turn into a bag, the bag into an ankle boot, the boot into trousers.",
    caption=f"{len(frames)} frames, {path.stat().st_size / 1000:.0f} kB, saved as runs/walk.gif.",
)

# %% [markdown]
# ## 7. Sums with garments
#
# The mean z of boots minus the mean z of sandals, added to sandals:

# %%
sandal, boot = data.GARMENTS.index("Sandal"), data.GARMENTS.index("Ankle boot")
z = torch.randn(5000, 64, generator=torch.Generator().manual_seed(0))
garment = scores.labels(generator(z))  # what the classifier sees
step = z[garment == boot].mean(dim=0) - z[garment == sandal].mean(dim=0)

other = torch.randn(400, 64, generator=torch.Generator().manual_seed(3))
start = other[scores.labels(generator(other)) == sandal][:12]
random = torch.randn(12, 64, generator=torch.Generator().manual_seed(0))
random *= step.norm() / random.norm(dim=1, keepdim=True)  # as long as the step, in any direction

# %%
ends = {"sandals": start, "+ boot - sandal": start + step, "+ random": start + random}
changed = {name: generator(end) for name, end in ends.items()}
boots = {name: int((scores.labels(images) == boot).sum()) for name, images in changed.items()}

# %% tags=["draws"]
figures.show(
    figures.image_rows(changed),
    alt="Three rows of twelve: sandals; the same after the step, many now boots; the same after a "
    "random step of that length, still sandals.",
    caption=f"The step is {step.norm():.1f} long. Ankle boots, as the classifier sees it: "
    + ", ".join(f"{name}: {count} of {len(start)}" for name, count in boots.items())
    + ".",
)

# %% [markdown]
# One row proves little. Count over all 90 pairs of garments. `third` is the fair question that is seldom
# asked: the same step, from garments that are neither boot nor sandal.

# %%
settings, sums = stored.load("07_sums")  # 50 z for each pair and each way

# %% tags=["draws"]
figures.show(
    draw.dots(sums, (figures.FAKE, figures.FAKE, figures.QUIET), "share that becomes the garment meant"),
    alt="Ninety dots in each of three rows: shares after the difference of means, after the same step "
    "from a third garment, and after a random step, which is near zero.",
    caption="Mean over 90 pairs: "
    + ", ".join(f"{name} {np.nanmean(share):.0%}" for name, share in sums.items())
    + f". Worst pair of the first: {np.nanmin(sums['difference']):.0%}, best "
    f"{np.nanmax(sums['difference']):.0%}.",
)

# %% [markdown]
# The step beats a random one by far, and fails about every second time. From a third garment it works about
# half as often as from the first. So it is neither a general "put a shaft on" nor nothing: it is a
# push towards the region of boots, which arrives where the way is short. A row of chosen examples, as
# figures of this kind show it, would look like understanding.
#
# ## 8. Where is this photograph?
#
# Nobody inverts the network. One searches:
#
# $$\text{minimise over } z: \quad \lVert G(z) - x \rVert^2 \tag{7.3}$$
#
# This function of $z$ has many valleys. Here it is for a generator of one number, $G(z) = z + 2 \sin 3z$, and
# the image $x = G(1)$. **Predict:** does every start find $z = 1$?


# %% tags=["predict"]
def G(z):
    return z + 2 * np.sin(3 * z)


for start in (-3.0, -1.0, 0.0, 2.0, 4.0):
    found = minimize(lambda z: (G(z[0]) - G(1.0)) ** 2, start)
    print(f"from {start:+.1f} to z = {found.x[0]:+.2f}, error {abs(G(found.x[0]) - G(1.0)):.2f}")

# %% [markdown]
# Only two do. So each search for a garment starts from three random z, and the best counts. **Predict** the
# error for garments that the generator drew itself, and for held-out photographs.

# %% tags=["predict"]
settings, found = stored.load("07_search")
n, z, starts = settings["images"], torch.from_numpy(found["z"]), torch.from_numpy(found["errors"])
own = generator(torch.randn(n, 64, generator=torch.Generator().manual_seed(settings["seed_of_images"])))
images = torch.cat([own, scores.held_out()[:n]])
error = starts.min(dim=0).values
worst = n + 4 + error[n + 4 :].argsort(descending=True)[:4]
shown = torch.cat([torch.arange(4), torch.arange(n, n + 4), worst])

# %% tags=["draws"]
figures.show(
    figures.image_rows({"image": images[shown], "found": generator(z[shown])}),
    alt="Twelve images above what was found: four generated ones, four photographs, and of the "
    "others the four with the largest error.",
    caption="From the left: four of its own, four photographs, the four worst photographs. Length of "
    f"z: own {z[:n].norm(dim=1).mean():.1f}, photographs {z[n:].norm(dim=1).mean():.1f}.",
)
figures.show(
    draw.dots(
        {"its own": error[:n].numpy(), "photographs": error[n:].numpy()},
        (figures.FAKE, figures.REAL),
        "error of the best start (RMS, pixel values in [-1, 1])",
    ),
    alt="Errors of own images near zero and errors of photographs, most of them far above.",
    caption=f"Mean error: own {error[:n].mean():.3f}, photographs {error[n:].mean():.3f}. A single "
    f"start: own {starts[0, :n].mean():.3f}, photographs {starts[0, n:].mean():.3f}.",
)

# %% [markdown]
# Its own garments can be found, to a small error that more steps make smaller. Photographs cannot,
# whatever the start. What comes back is an ordinary garment of the same outline: prints, checks and straps are lost. No
# z near the shell leads there, and the z that were found are longer than usual. That is recall, seen one image at a
# time: these are garments that the generator does not have.
#
# **Take with you.** In many dimensions noise lies on a shell, and straight lines leave it. The price is
# variety before it is quality, and you see it only when you count. The same holds for sums with garments: score
# the random step beside the clever one. And what a generator cannot draw says
# as much of it as what it draws.
