# %% [markdown]
# A generator turns 64 numbers into a garment. So behind the garments there is a space, and you can travel in it. In
# this lesson you look around first. Then you find out which shape the space has, what a sum of garments means, and
# what the generator cannot draw. In sheet 07 you write the tools and travel through your own network.

# %% tags=["draws"]
from functools import reduce

import numpy as np
import torch
from scipy.spatial import geometric_slerp
from scipy.stats import chi

from starter.kit import data, figures, pretrained, scores, stored, widgets
from starter.kit.show import lesson_07 as draw

generator = pretrained.load("penalty")  # the WGAN-GP that comes with the course

# %% [markdown]
# ## 1. A globe of garments
#
# Lesson 00 walked in a circle through two $z$. With a third direction, the circle becomes a globe: $u$ leads east and
# $v$ leads north. Each place on it is a $z$ of length 8, as nearly every $z$ is. (Section 2 says why.)
#
# $$z(u, v) = 8\, (\cos v \cos u\; e_1 + \cos v \sin u\; e_2 + \sin v\; e_3)$$

# %%
rng = torch.Generator().manual_seed(102)
e = torch.linalg.qr(torch.randn(64, 3, generator=rng)).Q.T  # three directions, at right angles to each other


def place(u, v):
    """The z at u degrees east and v degrees north, shape (k, 64), for u and v of shape (k,)."""
    u, v = u.deg2rad()[:, None], v.deg2rad()[:, None]
    return 8 * (v.cos() * u.cos() * e[0] + v.cos() * u.sin() * e[1] + v.sin() * e[2])


# %% [markdown]
# Of 250 random globes, this one shows the ten kinds of garment most evenly. Explore it with the mouse or the arrow
# keys. **Can you find a bag, a sandal and a dress?** The third slider, $\psi$, leads from the surface ($\psi = 1$)
# towards the centre of the globe: it makes $z$ shorter.

# %% tags=["draws"]
widgets.side_by_side(
    explorer := draw.Explorer(generator, place),
    explorer.knobs,
    alt="Left: a map of garments, with a ring where you are: dresses and trousers in the north, shirts in the east, "
    "sandals and sneakers in the south, bags in the west. Right: the garment there, large.",
)

# %% tags=["draws"]
figures.show(
    draw.strip(generator, place, [(-150, -40, 1), (-30, -20, 1), (-120, 40, 1), (-30, 40, 1), (-30, 40, 0.4)]),
    alt="Five garments: a bag, a sandal, a dress, trousers, and at the place of the trousers, deep down, a grey shirt.",
    caption="Five settings of the explorer.",
)

# %% [markdown]
# Some neighbours on the map have nothing in common. **Predict:** does the generator jump there?

# %% tags=["predict", "nbval-check-output"]
north, east = torch.meshgrid(torch.arange(-60.0, 61, 5), torch.arange(-180.0, 180, 5), indexing="ij")
u, v = east.flatten(), north.flatten()


def change(images, others):
    """How much images differ, as the root of the mean square over pixels, shape (k,)."""
    return (images - others).flatten(1).square().mean(dim=1).sqrt()


print("From each of 1,800 places:")
for degrees in (20, 2, 0.2):
    changes = change(generator(place(u, v)), generator(place(u, v + degrees)))
    print(f"{degrees:3g} degrees north: mean change {changes.mean():.3f}, largest {changes.max():.3f}")
images = generator(torch.randn(1000, 64, generator=torch.Generator().manual_seed(0)))
print(f"two unrelated garments: {change(images[:500], images[500:]).mean():.2f} on average")

# %% [markdown]
# No. In the end a tenth of the step makes a tenth of the change, at the steepest place too: a generator is continuous
# (lesson 03). But 20 degrees, a step on the map, can turn a garment into a quite different one. In between, the generator
# draws what no shop sells: it has an answer for every $z$.
#
# ## 2. How long is a z?
#
# Each of the 64 entries of $z$ comes from $\mathcal{N}(0, 1)$. So their squares sum to about 64, and $z$ is about 8 long.
# **Predict:** how long is the point half way between two such $z$?

# %%
predict("07.1", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("07.1")
fresh, a, b = torch.randn(3, 2000, 64, generator=torch.Generator().manual_seed(0))
kinds = {"fresh z": fresh, "half way between two": (a + b) / 2}
for name, z in kinds.items():
    length = z.norm(dim=1)
    print(f"{name:21} mean length {length.mean():.2f}, from {length.min():.1f} to {length.max():.1f}")
print(f"a fresh z is shorter than 5.66 with probability {chi(64).cdf(5.66):.4f}")

# %% [markdown]
# Only about 5.7. Half way, the variance of an entry is one half, and $8 / \sqrt 2 = 5.66$.
#
# Hardly any fresh $z$ is as short as that, or much longer than 8. Nearly all lie in a thin shell, near a sphere of
# radius 8:

# %% tags=["draws"]
figures.show(
    draw.lengths(kinds),
    alt="Histograms of lengths. Fresh z lie around eight, as theory says. Points half way between two lie apart from "
    "them, between four and a half and seven.",
    caption="Hardly any fresh z is as short as the points half way.",
)

# %% [markdown]
# ## 3. Through the ground, or over the surface?
#
# From one $z$, called $a$, to another one, $b$, you can go straight, as through a tunnel. Or you stay on the surface, as
# on a flight: along an arc, where $\omega$ is the angle between $a$ and $b$.
#
# $$z(t) = (1 - t)\, a + t\, b \tag{7.1}$$
# $$z(t) = \frac{\sin((1 - t)\,\omega)\, a + \sin(t\,\omega)\, b}{\sin \omega} \tag{7.2}$$


# %%
def arc(a, b, t):
    """The arc of scipy, shape (k, d), with lengths that go evenly from that of a to that of b."""
    directions = [vector.double() / vector.double().norm() for vector in (a, b)]
    units = torch.from_numpy(geometric_slerp(*directions, t.double().numpy())).float()
    return torch.lerp(a.norm(), b.norm(), t)[:, None] * units


# %% [markdown]
# If $a$ and $b$ are equally long, `arc` is (7.2). If not, it changes the length evenly on the way, and (7.2) does not.
#
# Many tutorials say: take the arc, since the line leads through a region where the generator was hardly ever trained.
# Look first. From trousers to a bag, and from a dress to a shoe:

# %% tags=["draws"]
trousers, bag, dress, shoe = place(*torch.tensor([[-30.0, 40], [-150, -40], [-120, 40], [0, -60]]).T)
t, walks = torch.linspace(0, 1, 11), {}
for name, p, q in (("trousers to bag", trousers, bag), ("dress to shoe", dress, shoe)):
    walks |= {
        f"{name}, line": generator(torch.lerp(p, q, t[:, None])),
        f"{name}, arc": generator(arc(p, q, t)),
    }
figures.show(
    figures.image_rows(walks),
    alt="Four rows of eleven images: two from trousers to a bag, two from a dress to a shoe. Half way, both lines meet a "
    "dark grey shirt. The arcs meet torn shapes, and at each place another.",
    caption="Eleven equal steps each.",
)
for name, p, q in (("trousers to bag", trousers, bag), ("dress to shoe", dress, shoe)):
    angle = torch.cosine_similarity(p, q, dim=0).arccos().rad2deg()
    print(f"{name}: {angle:.0f} degrees apart, half way on the line z is {((p + q) / 2).norm():.1f} long")

# %% [markdown]
# Both lines meet the same grey shirt, and the arcs meet odd shapes. But these ends are far apart (two random $z$ are
# at about 90 degrees), and two walks prove little. So take the middles of 2,000 random ones, and score them (lesson 06).
# The Fréchet distance is low if they resemble real garments as a whole. *Precision* is the share of the images that lie
# among real ones. *Recall* is the share of the real images that lie among them. **Predict:** which numbers suffer on
# the line?

# %%
predict("07.2", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("07.2")
of_lengths, measured = stored.load("07_lengths")
print(f"{of_lengths['n']:,} images, {len(of_lengths['seeds'])} draws: mean ± half of the 95 % interval")
print(f"{'':17} {'Fréchet':>13} {'precision':>13} {'recall':>13}")
for name, of_kind in zip(of_lengths["kinds"], measured["middles"]):
    columns = [scores.interval(column) for column in of_kind.T.tolist()]
    print(f"{name:17}", *(f"{mean:6.2f} ± {spread:4.2f}" for mean, spread in columns))

# %% [markdown]
# The Fréchet distance and the recall. Middles of lines look no worse one by one: their precision is no lower. But they
# are much alike: short $z$ give ordinary garments. So the argument is half right. What the line costs is variety, and you
# see it only when you count. Middles of arcs score like fresh $z$.
#
# ## 4. Shorter z on purpose
#
# The middle of two $z$ is distributed like $\psi z$ with $\psi = 1 / \sqrt 2$. To draw from shorter $z$ on purpose is
# called **truncation**, and papers do something like it for beautiful pictures (Brock et al., 2019). It costs recall, as
# the line does. **Predict:** from $\psi = 1$ down to 0.5, does precision rise all the way?

# %% tags=["predict", "nbval-check-output"]
print(f"{'':7} {'precision':>13} {'recall':>13}")
for psi, of_psi in zip(of_lengths["psi"], measured["truncated"]):
    columns = [scores.interval(column) for column in of_psi.T.tolist()[1:]]
    print(f"ψ = {psi:3g}", *(f"{mean:6.2f} ± {spread:4.2f}" for mean, spread in columns))

# %% tags=["predict", "draws"]
z = torch.randn(10, 64, generator=torch.Generator().manual_seed(2))
_, precision, recall = measured["truncated"].mean(axis=1).T
figures.show(
    draw.truncation({psi: generator(psi * z) for psi in of_lengths["psi"]}, precision, recall),
    alt="Left: the same ten z at four lengths; the shortest give plain, greyish garments. Right: precision and recall "
    "over ψ. Recall rises all the way, precision is highest at 0.7.",
    caption="The same noise in each row.",
)

# %% [markdown]
# No. It rises a little, from 0.82 to 0.85 at 0.7, and then falls to 0.75. Recall falls all the way, from 0.63 to 0.22. So
# a shorter $z$ is not simply a surer one. (Longer $z$ are more varied and odder.) If a paper truncates, ask for $\psi$
# and for the recall.
#
# ## 5. Sums with garments
#
# A famous figure adds and subtracts faces (Radford et al., 2016). Here is a sum with shoes: the mean $z$ of ankle boots,
# minus the mean $z$ of sandals, added to sandals. **Predict:** how many of 12 sandals become boots?

# %%
sandal, boot = data.GARMENTS.index("Sandal"), data.GARMENTS.index("Ankle boot")
z = torch.randn(5000, 64, generator=torch.Generator().manual_seed(0))
garment = scores.labels(generator(z))  # what a classifier sees
step = z[garment == boot].mean(dim=0) - z[garment == sandal].mean(dim=0)

other = torch.randn(400, 64, generator=torch.Generator().manual_seed(3))
start = other[scores.labels(generator(other)) == sandal][:12]
random = torch.randn(12, 64, generator=torch.Generator().manual_seed(0))
random *= step.norm() / random.norm(dim=1, keepdim=True)  # as long as the step, in any direction

# %% tags=["predict"]
ends = {"sandals": start, "+ boot - sandal": start + step, "+ random step": start + random}
changed = {name: generator(end) for name, end in ends.items()}
boots = {name: int((scores.labels(images) == boot).sum()) for name, images in changed.items()}
print(f"Ankle boots among {len(start)}:")
print(", ".join(f"{name} {count}" for name, count in boots.items()))

# %% tags=["predict", "draws"]
figures.show(
    figures.image_rows(changed),
    alt="Three rows of twelve: sandals; the same after the step, many now boots; the same after a random step of that "
    "length, mostly sandals still.",
    caption="The random step is the fair comparison: it is as long.",
)

# %% [markdown]
# Nine, and none after a random step of the same length.
#
# One row of examples proves little. So count over all 90 pairs of garments, with 50 starts each. And try the same step
# from a *third* garment. If the step means "become a boot", it should work there too. **Predict:** how often does each
# arrive?

# %% tags=["predict", "nbval-check-output"]
_, sums = stored.load("07_sums")
names = {"difference": "from the first garment", "third": "from a third garment", "random": "random step"}
print("Share that becomes the garment meant:")
for way, share in sums.items():
    low, high = np.nanmin(share), np.nanmax(share)
    print(f"{names[way]:23} mean {np.nanmean(share):.0%}, pairs from {low:.0%} to {high:.0%}")

# %% tags=["predict", "draws"]
figures.show(
    draw.dots(
        {names[way]: share for way, share in sums.items()},
        (figures.FAKE, figures.FAKE, figures.QUIET),
        "share that becomes the garment meant",
    ),
    alt="Ninety dots in each of three rows. The step from the first garment arrives in between a tenth and nine tenths "
    "of the cases, from a third garment less often, and a random step nearly never.",
    caption="Each dot is a pair of garments; black lines are means.",
)

# %% [markdown]
# About every second time, from a third garment about half as often, and a random step nearly never. So the step has an
# effect, but it is no general rule for making boots. It pushes towards the garment meant, from wherever it starts, and
# often does not arrive.
#
# ## 6. Where is this photograph?
#
# Which $z$ gives a certain image $x$? Nobody inverts the network. One searches, downhill:
#
# $$\text{minimise over } z: \quad \lVert G(z) - x \rVert^2 \tag{7.3}$$
#
# Here is a generator whose $z$ is one number and whose images have two pixels, $G(z) = (z,\ 2 \sin 3z)$. The image is
# $x = G(1)$. **Predict:** does every start find $z = 1$?


# %% tags=["predict", "nbval-check-output"]
def error(z):
    return (z - 1) ** 2 + 4 * (np.sin(3 * z) - np.sin(3)) ** 2


def slope(z):
    return 2 * (z - 1) + 24 * (np.sin(3 * z) - np.sin(3)) * np.cos(3 * z)


print("Five searches:")
searches = []
for first in (-2.5, -0.7, 0.7, 1.8, 3.5):
    last = reduce(lambda z, _: z - 0.002 * slope(z), range(5000), first)  # 5,000 small steps downhill
    print(f"from {first:+.1f} to z = {last:+.2f}, error {error(last):.2f}")
    searches.append((first, last))

# %% tags=["predict", "draws"]
figures.show(
    draw.valleys(error, searches),
    alt="An error with several valleys over z. Searches from five starts end in the valley where they began, and most "
    "of these valleys do not reach zero.",
    caption="Each search ends in the valley in which it begins.",
)

# %% [markdown]
# No. Downhill leads to the nearest valley, and most of them do not reach 0. Better starts help: take several, and keep
# the best.
#
# Now 24 garments that the generator drew itself, and 24 photographs that it was not trained on. Each search took 800
# steps of Adam, from each of ten random $z$. **Predict:** which can be found?

# %% tags=["predict"]
of_search, found = stored.load("07_search")
n, z_found, errors = of_search["images"], torch.from_numpy(found["z"]), torch.from_numpy(found["errors"])
print("Mean error (root mean square over pixels, from -1 to 1):")
print("            its own:  one start  best of ten  photographs:  one start  best of ten")
for mark, after in zip(of_search["marks"], errors):
    one, best = after[0], after.min(dim=0).values
    print(f"{mark:4} steps {one[:n].mean():20.3f} {best[:n].mean():12.3f}", end="")
    print(f" {one[n:].mean():24.3f} {best[n:].mean():12.3f}")

# %% tags=["predict", "draws"]
own = generator(torch.randn(n, 64, generator=torch.Generator().manual_seed(of_search["seed_of_images"])))
images = torch.cat([own, scores.held_out()[:n]])
best = errors[-1].min(dim=0).values
worst = n + 4 + best[n + 4 :].argsort(descending=True)[:4]
shown = torch.cat([torch.arange(4), torch.arange(n, n + 4), worst])
figures.show(
    draw.found_again(images[shown], generator(z_found[shown]), ("its own", "photographs", "largest errors")),
    alt="Twelve images above what was found: four generated ones, four photographs, and of the other photographs the "
    "four with the largest error.",
    caption="Four of its own, four photographs, and the four photographs with the largest error.",
)

# %% [markdown]
# Its own can. Of some photographs, only an ordinary garment of the same outline came back: prints and checks are lost.
# The generator seems not to have these garments. That is recall, seen one image at a time. It is no proof: more starts
# and more steps made the error of photographs smaller, too.
#
# ## 7. Once round the globe
#
# The last walk leads all the way round, as far as 45 degrees north and south:

# %% tags=["draws"]
turn = torch.linspace(0, 360, 61)[:-1]
frames = generator(place(turn - 180, 45 * turn.deg2rad().sin()))
path = figures.save_animation(draw.enlarged(frames), root / "runs" / "globe.gif")
figures.show_animation(
    draw.enlarged(frames),
    alt="An animation: garments turn into each other, among them dresses, trousers, shirts, bags and shoes.",
    caption="Saved as runs/globe.gif.",
)

# %% [markdown]
# **Take with you.**
#
# - In many dimensions, noise lies in a thin shell. Going inwards costs variety first, and quality later.
# - A row of chosen examples looks like understanding. Count, and count a random step beside it.
# - What a generator cannot draw says as much about it as what it draws.
