# %% [markdown]
# In this course you write two networks, and one teaches the other to draw. First see what comes out at the
# end. Run the cells from top to bottom with Shift+Enter. Some are folded, because they only draw. Run them
# as well.

# %% tags=["draws"]
import math

import torch

from starter.kit import data, figures, machine, pretrained, stored, widgets
from starter.kit.show import lesson_00 as draw

# %% [markdown]
# ## 1. From noise to a garment
#
# Here is a network that is trained already. It gets random numbers and makes images:

# %%
generator = pretrained.load("penalty")
z = torch.randn(40, 64, generator=torch.Generator().manual_seed(2))
images = generator(z)
print(f"numbers of shape {tuple(z.shape)} became images of shape {tuple(images.shape)}")

# %% tags=["draws"]
fig, ax = figures.axes(height=3.3)
figures.draw_images(ax, images, columns=10)
figures.show(
    fig,
    alt="Forty small grey images: T-shirts, pullovers, coats, trousers, dresses, bags, sandals, sneakers and boots. "
    "Most are sharp, a few are smeared.",
    caption="None of these garments exists.",
)

# %% [markdown]
# The network is called a **generator**. What goes in is called **noise**: for each image, 64 random
# numbers, together called $z$. Take two $z$, called a and b. This is a walk in a circle through both:

# %%
a, b = torch.randn(2, 64, generator=torch.Generator().manual_seed(131))


def noise_at(degrees):
    angle = math.radians(degrees)
    return math.cos(angle) * a + math.sin(angle) * b


# %% [markdown]
# Move the slider with the mouse or the arrow keys:

# %% tags=["draws"]
widgets.slider(
    draw.Walk(generator, noise_at),
    "place on the walk, in degrees",
    range(0, 361, 5),
    start=0,
    alt="Left: 64 numbers as eight by eight grey squares. Right: the garment that the generator makes of them.",
)

# %% [markdown]
# Eight places of the same walk, side by side:

# %% tags=["draws"]
figures.show(
    draw.strip(generator, noise_at, range(0, 360, 45)),
    alt="Eight patterns of grey squares and below each its garment: a T-shirt, three pullovers, a bag, a boot, "
    "something like a sandal, and a dress with holes.",
    caption="Between two garments there are some that are neither.",
)

# %% [markdown]
# ## 2. Play the critic
#
# Five of these images are real, from a shop. Five were drawn by the generator.

# %% tags=["draws"]
rng = torch.Generator().manual_seed(5)
real, fake = data.load().sample(5, rng), generator(torch.randn(5, 64, generator=rng))
order = torch.randperm(10, generator=rng)
figures.show(
    draw.numbered(torch.cat([real, fake])[order]),
    alt="Ten garments with numbers: 1 coat, 2 sneaker, 3 sneaker, 4 ankle boot, 5 pullover with a print, 6 dress, "
    "7 ankle boot, 8 ankle boot, 9 sneaker, 10 bag.",
)

# %% [markdown]
# **Predict:** which five were drawn? Write their numbers between the quotes and run the cell. The answer
# to a prediction is folded. Run the next cell, then click on the three dots below it.

# %%
predict("00.1", "...")

# %% tags=["predict", "nbval-check-output"]
predicted("00.1")
fakes = [place for place, which in enumerate(order.tolist(), 1) if which >= 5]
print("Drawn by the generator:")
print(*fakes)

# %% [markdown]
# The numbers are 1, 3, 5, 7 and 8. Fine details give some of them away: the print on the chest of 5 is
# smeared, and 8 has blotches. The other three are hard. You have just done the work of the second network, the **critic**. If you told the generator
# what gave it away, it could draw better next time.
#
# ## 3. The game

# %% tags=["draws"]
boot = data.load()[data.load().labels == 9][0]
figures.show(
    draw.game(noise_at(180), generator(noise_at(180)[None])[0], boot),
    alt="Noise goes into the generator, which makes a fake bag. The fake and a real boot go into the critic, which "
    "gives each a score. The critic wants the score of the real high and that of the fake low; the generator "
    "wants that of the fake high. A dashed arrow leads from the score of the fake back to the generator.",
    caption="Two players, and what each of them wants.",
)

# %% [markdown]
# - The **generator** turns noise into images. They are called **fakes**. It never sees a real image.
# - The **critic** looks at an image and gives it a **score**, which is one number. It wants real images
#   to score high and fakes to score low.
# - The generator wants its fakes to score high.
#
# They take turns. The critic changes its weights a little, so that real and fake scores move apart. Then
# the generator changes its weights, so that its fakes score higher. The fakes become better, so the critic
# has to look closer, and so on.
#
# How does the generator know what to change? It asks how the score of a fake would change if a pixel
# became a little brighter. That is the **slope** of the score. Backpropagation carries it through the
# critic to the pixels, and from there into the generator. The generator learns from nothing else.
#
# Such a pair is called a **generative adversarial network**, or GAN. Adversarial means: what one player
# wins, the other loses.

# %% tags=["draws"]
_, run = stored.load("05_side_by_side")
torch.manual_seed(0)
rows = {
    "start": pretrained.Generator()(torch.randn(10, 64)).detach(),
    "75 seconds": figures.from_bytes(run["penalty_images"][:10])[:, None],
    "46 minutes": images[:10],
}
figures.show(
    figures.image_rows(rows),
    alt="Three rows of ten images. At the start: grey noise. After 75 seconds: garments, blurred. After 46 minutes: "
    "sharper garments.",
    caption="The game at three moments, on one processor core. The last row comes from a larger network.",
)

# %% [markdown]
# In sheet 05 your own code reaches the second row.
#
# ## 4. Why it is hard, and what "Wasserstein" mends
#
# Three things went wrong in the first GANs (Goodfellow et al., 2014):
#
# 1. **A critic that is too sure teaches little.** Its answer was a probability. If all fakes are easy to
#    spot, it is about 0 for each of them, and it stays about 0 when a pixel changes. So there is hardly a
#    slope to learn from. Lesson 02 measures this, and shows what GANs do about it.
# 2. **The generator may draw one kind of garment only.** This is called mode collapse.
# 3. **The losses do not say how the game goes.** A loss compares a player with an opponent, who changes too.
#    So a smaller loss need not mean better images.
#
# The Wasserstein GAN, or WGAN (Arjovsky, Chintala and Bottou, 2017), asks the critic for something else.
# Its score may be any number, but its slope is limited. Then the gap between real and fake scores
# estimates a distance: how far, on average, the fakes have to move to become the real images. This is the
# **Wasserstein distance**. However bad the fakes are, it still says which way is better. And in most
# trainings it falls while the images get better, so you can watch it.
#
# A WGAN can still collapse, and the estimate is not the exact distance. The course shows where each
# promise ends.
#
# **Why WGANs, after diffusion?** Diffusion models draw better pictures today. But a GAN draws in a single
# pass through a network, and the Wasserstein distance is used far beyond pictures. Losses that mislead are
# found in every kind of model, and here you learn to see through them ([more in the notes](90_notes.ipynb)).
#
# **What do you believe?** Take [the quiz](91_quiz.ipynb) now, before you know the answers, and again at the
# end of the course. Keep both results.
#
# ## 5. Your machine and the data
#
# A laptop without a graphics card is enough. A card is used if there is one. (The environment variable
# `WGAN_DEVICE` chooses: `cpu`, `cuda` or `mps`.)

# %%
print(machine.report())
garments = data.load()
print(f"{len(garments):,} images of shape {garments.shape}, {len(garments.classes)} classes")

# %% [markdown]
# The data are Fashion-MNIST, and they come with the course:

# %% tags=["draws"]
fig, ax = figures.axes(height=5.6)
figures.draw_images(ax, garments.first(8), columns=8)
figures.label_rows(ax, garments.classes)
figures.show(
    fig,
    alt="Ten rows of eight small grey garments, one row a class: T-shirts, trousers, pullovers, dresses, coats, "
    "sandals, shirts, sneakers, bags and ankle boots.",
    caption="Eight real images of each class. A generator has to learn how much one class varies.",
)

# %% [markdown]
# Networks like small numbers around zero, so a pixel lies in [-1, 1] everywhere in this course: -1 is
# black, 1 is white. A batch is drawn at random:

# %% tags=["nbval-check-output"]
batch = garments.sample(64, torch.Generator().manual_seed(0))
print(f"batch of shape {tuple(batch.shape)}, values from {batch.min():.0f} to {batch.max():.0f}")
print(f"{(batch == -1).float().mean():.0%} of the pixels are plain black")

# %% [markdown]
# A generator that draws nothing but black gets half of the pixels right. Remember that when a number looks
# good.
#
# ## 6. What you should know
#
# You need Python, torch and gradients. **Predict, then run:**
#
# 1. What is the slope of $x^3$ at $x = 2$?
# 2. What is the gradient of $3x + 5x$ if the second $x$ is detached?
# 3. What is in `.grad` after two backward passes of $3x$?

# %% tags=["predict", "nbval-check-output"]
print("The three answers:")
x = torch.tensor(2.0, requires_grad=True)
print("1:", torch.autograd.grad(x**3, x)[0].item())
print("2:", torch.autograd.grad(3 * x + 5 * x.detach(), x)[0].item())
(3 * x).backward()
(3 * x).backward()
print("3:", x.grad.item())

# %% [markdown]
# The first is $3x^2 = 12$. The second is 3: a detached tensor counts as a constant. The third is 6: each
# backward pass adds to what is there. If this was new, read "A Gentle Introduction to torch.autograd" in
# torch's tutorials first (half an hour).
#
# ## 7. How a sheet works
#
# After this lesson comes sheet 00. A sheet has blank cells. You write the missing lines and run the cell. Your
# answer is checked at once and saved in the folder `starter/mine`. From then on, the whole course uses it.
# If it is wrong, the check tries to say which mistake you made:


# %%
def somebodys_answer(x):
    return x.clamp(0, 1)  # "pixels must lie between 0 and 1"


print(check("generator.to_image", somebodys_answer))

# %% [markdown]
# This answer runs without an error, and few would notice that the dark half of each picture is lost.
#
# - **A blank never overwrites an answer.** If you run a blank cell, your saved answer stays in use.
# - **A wrong answer is saved too**, and used until you mend it.
# - **Nothing is lost.** `history("generator.to_image")` lists every version that you saved, and
#   `restore("generator.to_image")` takes the last right one back. `reset("generator.to_image")` gives you
#   the blank again.
#
# If you are stuck, open the hints below a blank. This table shows where you stand:

# %% tags=["yours"]
progress()
