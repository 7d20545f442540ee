# %% [markdown]
# In this course you write a Wasserstein GAN piece by piece: the critic, the generator, the two
# losses, the two ways of keeping the critic in check. At the end your own code draws garments.
#
# This lesson takes five minutes. You look at your machine, at the data, and at how a sheet works.

# %%
import torch

from starter.kit import data, figures, machine

# %% [markdown]
# **Your machine.** The course runs on a laptop without a graphics card. If you have a card, it is
# found and used. Set the environment variable `WGAN_DEVICE` to `cpu`, `cuda` or `mps` to choose.

# %%
print(machine.report())

# %% [markdown]
# **The data.** Fashion-MNIST shows garments from a shop, 28 pixels wide and high, in grey. The course
# carries 10,000 of them, 1,000 of each of ten classes, so you need no network. They are one tensor:

# %%
garments = data.load()
print(f"{len(garments):,} images, shape {tuple(garments.images.shape)}, values {garments.images.dtype}")

# %% [markdown]
# Here are eight of each class. Look at how much one class varies: a generator has to learn that too.

# %% tags=["draws"]
fig, ax = figures.axes(height=5.6)
figures.draw_images(ax, garments.first(8), columns=8)
figures.label_rows(ax, garments.classes)
figures.show(
    fig,
    alt="Ten rows of eight small grey garments, one row a class: T-shirts, trousers, pullovers, "
    "dresses, "
    "coats, sandals, shirts, sneakers, bags and ankle boots.",
    caption=f"Real images: 8 of {int((garments.labels == 0).sum()):,} in each class.",
)

# %% [markdown]
# **Values.** A pixel is stored as a whole number from 0 to 255. Networks like small numbers around
# zero, so the course works in [-1, 1] everywhere. A batch is drawn at random, and scaled on the way:

# %% tags=["nbval-check-output"]
batch = garments.sample(64, torch.Generator().manual_seed(0))
print(f"batch of shape {tuple(batch.shape)}, values from {batch.min():.1f} to {batch.max():.1f}")
print(f"median {batch.median():.1f}, {(batch == -1).float().mean():.0%} of the pixels are plain black")

# %% [markdown]
# Half of all pixels are plain black. A generator that draws black frames is half right already, which
# says little about garments. Keep that in mind when a number looks good.
#
# **What you need to know.** Three predictions about gradients. In the first, $x = 2$. What is the slope
# of $x^3$? In the second, what is the gradient of $3x + 5x$ if the second $x$ is detached? In the third,
# what is in `.grad` after two backward passes of $3x$?

# %% tags=["nbval-check-output"]
x = torch.tensor(2.0, requires_grad=True)
print("1:", torch.autograd.grad(x**3, x)[0].item())
print("2:", torch.autograd.grad(3 * x + 5 * x.detach(), x)[0].item())
(3 * x).backward()
(3 * x).backward()
print("3:", x.grad.item())

# %% [markdown]
# If all three were as you said, you are ready. If not, read "A Gentle Introduction to torch.autograd"
# in torch's own tutorials first: half an hour that saves an evening.
#
# **How a sheet works.** A sheet has blank cells. You write the missing lines and run the cell. The
# cell is checked at once, your code is saved in `starter/mine`, and the rest of the course uses it.
# The check does not only say right or wrong. It tries to say which mistake it was:


# %% tags=["nbval-check-output"]
def somebodys_answer(x):
    return x.clamp(0, 1)  # "pixels must lie between 0 and 1"


print(check("generator.to_image", somebodys_answer))

# %% [markdown]
# The answer ran without an error, and a picture would appear. Half of the range would be black, and
# nobody would notice before the end of the lab. That is why there are checks.
#
# **If you are stuck,** open the hints below a blank. `reset("generator.to_image")` gives you a blank
# back. Every version that you ever saved is kept: `history("generator.to_image")` lists them, and
# `restore("generator.to_image")` takes the last right one back. This table shows where you stand:

# %% tags=["yours"]
progress()

