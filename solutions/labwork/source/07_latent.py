# %% [markdown]
# **Answer these two, and you may skip `notebooks/07_latent.ipynb`.**
#
# 1. A $z$ has 64 independent entries from $\mathcal{N}(0, 1)$. About how long is it? And the point half way between
#    two of them?
# 2. You have a trained generator and a photograph, and want the $z$ behind it. What do you train?
#
# <details><summary>Answers</summary>
#
# 1. $\sqrt{64} = 8$, and $8 / \sqrt{2} \approx 5.7$.
# 2. Only $z$. The generator stays as it is.
#
# </details>
#
# **You will** walk from garment to garment, find the $z$ behind an image, and end with an animation of your own to send
# to a friend. You need sheets 00 and 03. Your run of sheet 05 is used if there is one.

# %% tags=["draws"]
from collections.abc import Callable

import torch
from torch import Tensor

from starter import critic as critics
from starter import generator as generators
from starter import latent
from starter.kit import data, figures, own_run, pretrained, scores, steps, widgets
from starter.kit.show import lesson_07 as draw

garments = data.load()


def networks():
    return critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)


run, problem = own_run(root / "runs" / "mine.pt", networks, garments)
if run:
    generator, name = run.average.requires_grad_(False), f"mine{run.steps}"
    print(f"Your own run of sheet 05 draws here: {run.steps:,} generator steps.")
else:
    generator, name = pretrained.load("clip"), "clip"
    print(f"{problem} Until then a WGAN trained with clipping draws, which comes with the course.")

# %% [markdown]
# ## 1. Choose three
#
# Here are 30 garments. Are they too blurry for you? Remove the first `#` below and run the cells again: then the WGAN-GP
# of the course draws.

# %%
# generator, name = pretrained.load("penalty"), "penalty"
torch.manual_seed(0)
z = torch.randn(30, 64)
images = generator(z)

# %% tags=["draws"]
figures.show(
    draw.numbered(images),
    alt="Thirty generated garments with their numbers.",
)

# %% [markdown]
# Write the numbers of your three favourites below. Choose different kinds.

# %%
favourites = [14, 26, 22]
a, b, c = z[favourites]

# %% [markdown]
# ## 2. A straight line
#
# $$z(t) = (1 - t)\, a + t\, b \tag{7.1}$$
#
# {{ box latent.lerp }}
#
# Shapes: `a`, `b` (d,), `t` (k,) in, (k, d) out: a row for each $t$. On paper: from (4, 0) to (0, 4), which point is a
# quarter of the way along? **Predict** also which shape of $t$ works here:

# %% tags=["predict", "nbval-check-output"]
start, end = torch.tensor([4.0, 0.0]), torch.tensor([0.0, 4.0])
print("Shape of t, and t times the second point:")
for t in (torch.tensor([0.0, 0.25, 1.0]), torch.tensor([[0.0], [0.25], [1.0]])):
    try:
        print(tuple(t.shape), (t * end).tolist())
    except RuntimeError:
        print(tuple(t.shape), "does not stretch over the two numbers")

# %% [markdown]
# The second: (3, 1) and (2,) give (3, 2).

# %%
# {{ fill latent.lerp }}

# %% [markdown]
# <details><summary>Hint 1: the shape</summary>
#
# `t[:, None]` gives $t$ a second dimension of length 1.
#
# </details>
# <details><summary>Hint 2: the ends</summary>
#
# At $t = 0$ you must be at $a$. If you are at $b$, the two weights are swapped.
#
# </details>

# %% tags=["nbval-check-output"]
print(latent.lerp(start, end, torch.tensor([0.0, 0.25, 0.5, 1.0])))

# %% [markdown]
# (3, 1) is a quarter of the way along.
#
# Your three $z$ are about 8 long, and half way between two of them $z$ is shorter, 5.7 on average. **Predict:** how long is
# it at $t = 2$, beyond $b$?

# %% tags=["predict"]
t = torch.tensor([0, 0.5, 1, 2])
print("Lengths of z:     t = 0   0.5     1     2")
for ends, p, q in (("a to b", a, b), ("b to c", b, c), ("c to a", c, a)):
    print(f"from {ends}:    ", *(f"{length:5.1f}" for length in latent.lerp(p, q, t).norm(dim=1)))

# %% [markdown]
# Near 18: $2b - a$ has entries of variance $4 + 1$, and $8 \sqrt 5 = 17.9$.
#
# Nearly all $z$ lie near a sphere of radius 8. Between two of them a straight line leads through its inside, and beyond
# them far out.
#
# ## 3. An arc
#
# An arc stays outside. On paper: a quarter circle leads from (4, 0) to (0, 4). Half way, at 45°, you are at
# (2.83, 2.83), so both ends have the weight 0.71, not 0.5. With $\omega$ the angle between $a$ and $b$:
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
# `torch.dot` and `.norm()` give its cosine, and `torch.arccos` gives the angle in radians, as `torch.sin` wants it.
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

# %%
t = torch.linspace(0, 1, 7)
line, bow = latent.lerp(start, end, t), latent.slerp(start, end, t)
print(f"Half way, the line is {line[3].norm():.2f} from 0, and the arc {bow[3].norm():.2f}.")
figures.show(
    draw.paths(line, bow),
    alt="Two paths of seven points from (4, 0) to (0, 4): a straight one and a quarter circle.",
    caption="Equal steps of length on the line, equal steps of angle on the arc.",
)

# %% [markdown]
# ## 4. Walk
#
# From $a$ to $b$, on both paths. Look at the middle:

# %%
t = torch.linspace(0, 1, 11)
walks = {"lerp": generator(latent.lerp(a, b, t)), "slerp": generator(latent.slerp(a, b, t))}
figures.show(
    figures.image_rows(walks),
    alt="Two rows of eleven images from the first favourite to the second; in the middle are blends of the two.",
    caption="Eleven equal steps each, the same ends.",
)

# %% [markdown]
# In most walks the rows are much alike. What a line costs is variety, and one walk cannot show that. Lesson 07 counts.
#
# ## 5. A globe of your own
#
# Three $z$ span a globe, here of radius 8. Your favourites lie around its north pole, at a, b and c. The
# sliders, which arrow keys move too, take you there; $\psi$ makes $z$ longer or shorter. **Can you find a garment that
# is not among the 30?**

# %% tags=["draws"]
place, marks = draw.globe_through(z[favourites])
widgets.side_by_side(
    explorer := draw.Explorer(generator, place, marks),
    explorer.knobs,
    alt="Left: a map of garments, with a, b and c where the favourites are and a ring where you are. Right: the "
    "garment there, large.",
)

# %% [markdown]
# Five places, if you cannot move sliders here:

# %% tags=["draws"]
figures.show(
    draw.strip(generator, place, [(0, 40, 1), (0, 40, 0.4), (0, 40, 1.5), (90, -40, 1), (-90, -40, 1)]),
    alt="Five garments: one place on the globe with z as it is, shorter and longer, and two places in the south.",
    caption="One place with three lengths of z, and two others.",
)

# %% [markdown]
# ## 6. Back to z
#
# Which $z$ makes a given image $x$? Nobody inverts the network. You search downhill:
#
# $$\text{minimise over } z: \quad \lVert G(z) - x \rVert^2 \tag{7.3}$$
#
# {{ box latent.find_latent }}
#
# It is a training loop in which $z$ takes the place of the weights: a loss, its gradient, a step, `steps` times. Take
# `torch.optim.Adam`. The start stays as it was, so work on a copy.

# %%
# {{ fill latent.find_latent }}

# %% [markdown]
# <details><summary>Hint 1: what is trained</summary>
#
# Adam gets a list with one tensor: a copy of `start` that tracks gradients.
#
# </details>
# <details><summary>Hint 2: the loss</summary>
#
# *Sum* the squares over all images and pixels. Then each $z$ has its own gradient, however many images there are.
#
# </details>
# <details><summary>Hint 3: the loop</summary>
#
# In each step: loss, `zero_grad`, `backward`, `step`. At the end, `detach`.
#
# </details>
#
# Try it on five garments that this generator drew itself, and on five photographs from the test set. Its own five can
# come back. **Predict:** does the $z$ that drew them come back, too?

# %% tags=["predict"]
torch.manual_seed(1)
z_own = torch.randn(5, 64)
images = torch.cat([generator(z_own), scores.held_out()[:5]])
z_found = latent.find_latent(generator, images, torch.randn(10, 64), steps(400, 20), learning_rate=0.1)
found = generator(z_found)
error = (found - images).flatten(1).square().mean(dim=1).sqrt()
print("Errors")
print("of its own:        ", *(f"{one:.2f}" for one in error[:5]))
print("of the photographs:", *(f"{one:.2f}" for one in error[5:]))
print("From the z that drew its own to the z found:", *(f"{one:.1f}" for one in (z_found[:5] - z_own).norm(dim=1)))
figures.show(
    figures.image_rows({"image": images, "found": found}),
    alt="Ten images above what was found: five generated garments, then five photographs.",
    caption="The errors are root mean squares over pixels, whose values lie in [-1, 1].",
)

# %% [markdown]
# No. Two random $z$ are about 11 apart, and with the course's clipped WGAN these are still 6 to 10 apart. Many $z$ give
# nearly the same garment. (If one of its own looks wrong, its search ended in a wrong valley.)
#
# **Question:** which details of the photographs are lost, and what does that say?
#
# <details><summary>Answer</summary>
#
# Prints, straps and seams. This search found no $z$ that gives them. Perhaps a longer one would, but more likely the
# generator does not have these garments. That is what a recall below 1 means.
#
# </details>
#
# ## 7. Sums with garments
#
# Take the mean $z$ of ankle boots minus the mean $z$ of sandals, and add it to sandals. You may put other names here:

# %%
less, more = "Sandal", "Ankle boot"  # or other names from data.GARMENTS
torch.manual_seed(2)
many = torch.randn(5000, 64)
kinds = scores.labels(generator(many))  # what a classifier sees

# %% tags=["draws"]
counts = torch.bincount(kinds, minlength=10)
if min(counts[data.GARMENTS.index(kind)] for kind in (less, more)) < 150:
    print(f"Your generator seldom draws {less} or {more}. These are its two most frequent kinds:")
    less, more = (data.GARMENTS[label] for label in counts.topk(2).indices)
first, goal = data.GARMENTS.index(less), data.GARMENTS.index(more)
print(f"{less}: {counts[first]} of 5,000. {more}: {counts[goal]}.")

# %% [markdown]
# Lesson 07 counted over all pairs. **Predict:** does *twice* the step arrive more often?

# %% tags=["predict"]
ours, theirs, third = many[kinds == first], many[kinds == goal], many[(kinds != first) & (kinds != goal)]
step = theirs.mean(dim=0) - ours[100:].mean(dim=0)
random = torch.nn.functional.normalize(torch.randn(100, 64)) * step.norm()  # as long, in any direction
ends = {"the step": ours[:100] + step, "twice": ours[:100] + 2 * step, "random": ours[:100] + random[: len(ours)]}
ends["third kind"] = third[:100] + step
print(f"Share that becomes {more}:")
for how, reached in ends.items():
    if len(reached):
        print(f"{how:10} {(scores.labels(generator(reached)) == goal).double().mean():4.0%}")

# %% [markdown]
# Often, but not always. With the course's clipped WGAN, boots from sandals rise from 75% to 84%, and dresses from trousers
# fall from 40% to 8%.
#
# A random step nearly never arrives, and from a third kind the step works less often. So it has an effect, but it is no
# general rule: one nice example proves little.
#
# ## 8. Your reward: a walk to keep
#
# Your `slerp` leads from $a$ to $b$, to $c$ and back to $a$:

# %%
t = torch.linspace(0, 1, 17)[:-1]
way = torch.cat([latent.slerp(p, q, t) for p, q in ((a, b), (b, c), (c, a))])
frames = generator(way)
file = root / "runs" / f"walk-{name}-{'-'.join(map(str, favourites))}.gif"
figures.save_animation(draw.enlarged(frames), file)
figures.save_images(frames[::2], file.with_suffix(".png"), columns=8)
figures.show_animation(
    draw.enlarged(frames),
    alt="An animation: the first favourite turns into the second, then into the third, and back into the first.",
    caption=f"The files are runs/{file.name}, and a picture of the same name.",
)

# %% [markdown]
# Choose other favourites above, and run the cells again: each walk has a file of its own. Send the best one to a friend.
#
# **You built** two walks and a search. They work with any generator, whatever it draws.

# %%
progress("07")
