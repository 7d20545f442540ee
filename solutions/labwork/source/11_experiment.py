# %% [markdown]
# **Answer these two, and you may skip to section 2.**
#
# 1. Why is it not enough to tell the generator which garment you want?
# 2. Two settings get Fréchet distances of 120 and 130, one training each. Which is better?
#
# <details><summary>Answers</summary>
#
# 1. If the critic is not told the label, any garment pleases it. The generator then has no reason to follow the label.
# 2. You cannot know. You need the spread of several seeds.
#
# </details>
#
# **You will** choose which garment is drawn, train on pictures of your own, and measure what one change does. You need
# sheets 02, 03 and 05, and 06 for the Fréchet distance.

# %% tags=["draws"]
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from starter import conditional
from starter.kit import budget, data, figures, pretrained, scores, steps, stored, train, widgets
from starter.kit.data import pictures, turns
from starter.kit.data.augment import Augmented, augment
from starter.kit.show import lesson_11 as draw
from starter.kit.study import experiment, questions

# %% [markdown]
# ## 1. Choose the garment
#
# Both players are told the label $y$. The critic has ten outputs, one for each class, and number $y$ alone is its score:
#
# $$f(x, y) = s_y(x) \tag{11.1}$$
#
# {{ box conditional.pick_score }}
#
# Shapes: scores (n, classes) and labels (n,) in, (n,) out.

# %%
# {{ fill conditional.pick_score }}

# %% [markdown]
# <details><summary>Hint 1: by hand</summary>
#
# Row `i` gives its entry in column `labels[i]`.
#
# </details>
# <details><summary>Hint 2: two ways</summary>
#
# Index with two tensors, or `gather` along axis 1. Its index needs two axes.
#
# </details>
#
# The generator gets the label beside its noise, as ten numbers of which one is 1:
#
# $$(z, e_y), \qquad e_y = (0, \dots, 1, \dots, 0) \tag{11.2}$$
#
# {{ box conditional.with_label }}
#
# Shapes: (n, latent_dim) and (n,) in, (n, latent_dim + classes) out.

# %%
# {{ fill conditional.with_label }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# `F.one_hot` and `torch.cat`.
#
# </details>
#
# Now two convolutional networks of the course, untrained, each with two changed lines:


# %%
class ConditionalCritic(pretrained.Critic):
    def __init__(self) -> None:
        super().__init__(outputs=10)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        return conditional.pick_score(self.layers(images), labels)


class ConditionalGenerator(pretrained.Generator):
    def __init__(self) -> None:
        super().__init__(latent_dim=64 + 10)
        self.latent_dim = 64

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.layers(conditional.with_label(z, labels))


# %% [markdown]
# Your steps and your penalty call `critic(x)`, but this critic needs `(x, labels)`. So a small module adds the labels. It
# holds $k$ of them, which take turns.
#
# $$f_y(x_i) = f(x_i, y_{i \bmod k}), \qquad i = 0, 1, 2, \dots \tag{11.3}$$
#
# {{ box conditional.Given }}
#
# `__init__` is given. Write `forward`.

# %%
# {{ fill conditional.Given }}

# %% [markdown]
# <details><summary>Hint</summary>
#
# `torch.arange(len(x)) % len(self.labels)` are the turns. Look up the labels there, on the device of `x`, and call
# `self.network`.
#
# </details>
#
# **Predict:** which labels do five samples get from `Given(network, torch.tensor([9]))`?

# %% tags=["predict", "nbval-check-output"]
network = nn.Module()
network.forward = lambda x, labels: labels  # it only says which labels it was given
print("labels of five samples:", conditional.Given(network, torch.tensor([9]))(torch.zeros(5, 1)).tolist())

# %% [markdown]
# All get 9. So `Given(generator, torch.tensor([9]))` draws ankle boots.
#
# Image $i$ of a real batch has to be of class $i \bmod 10$, too: `turns.of` serves them in this order. A classifier, trained on photographs, names what was drawn. **Predict:** after three
# minutes, which garment will be taken for another most often?

# %% tags=["predict"]
torch.manual_seed(0)
turn = torch.arange(10)
critic = conditional.Given(ConditionalCritic(), turn)
generator = conditional.Given(ConditionalGenerator(), turn)
garments = turns.of(data.load())
run = train(critic, generator, garments, n_critic=3, batch_size=60, rate=1e-3, **budget(180))

images = run.sample(steps(2000, 200), seed=0)  # image i was asked to be of class i % 10
hit = scores.labels(images) == torch.arange(len(images)) % 10
right = [hit[k::10].double().mean().item() for k in range(10)]
figures.show(
    draw.asked(images[:100], data.GARMENTS, right),
    alt="Ten rows of generated garments, one for each class that was asked for, with the share that the classifier takes "
    "for that class.",
    caption="What your generator draws when it is asked. The share is how often the classifier agrees.",
)

# %% [markdown]
# Most often it is the shirt: it looks like a T-shirt, a pullover or a coat. Among *photographs* it has the lowest share,
# too, 78%. Here are the same networks after 1,550 steps, which two quiet cores make in three minutes:

# %% tags=["draws", "nbval-check-output"]
settings, longer = stored.load("11_conditional")
share, distance = longer["right"][-1], longer["frechet"][-1, -1]
print(f"{settings['marks'][-1]:,} steps: {share[-1]:.0%} are taken for what was asked, Fréchet distance {distance:.0f}")
figures.show(
    draw.asked(torch.from_numpy(longer["images"][-1]) / 127.5 - 1, data.GARMENTS, share[:-1]),
    alt="Ten rows of generated garments, one for each class. Every row can be read: tops, trousers, shoes and bags.",
    caption="Stored, one seed. The share is how often the classifier agrees.",
)

# %% [markdown]
# (Compare Fréchet distances only within one table.)
#
# **Choose.** Run this cell and move the slider:

# %% tags=["yours"]
chosen = run.average.network if "run" in globals() else ConditionalGenerator()
noise = torch.randn(draw.SHOWN, 64, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def of_class(label: int) -> Tensor:
    return conditional.Given(chosen.eval(), torch.tensor([label]))(noise)


widgets.slider(
    draw.Chooser(of_class, data.GARMENTS),
    "garment",
    range(10),
    0,
    alt="Twenty-four garments of the class that is chosen.",
)

# %% [markdown]
# The noise stays the same while you move it. Does $z$ keep a meaning, such as dark or long, from one class to the next?
#
# <details><summary>Answer</summary>
#
# Nothing in the game asks for it. What you find is a habit of this network.
#
# </details>
#
# <details><summary>For the curious: other ways to tell the critic</summary>
#
# Mirza and Osindero (2014) put the label beside the image, as further numbers or planes of pixels. Miyato and Koyama
# (2018) add an inner product of the critic's features with a vector of the class: *projection*. Apart
# from a bias, that is the same as ten outputs: output $y$ has the weights $w + v_y$.
#
# </details>

# %% tags=["draws", "nbval-check-output"]
settings, ways = stored.load("11_ways")
print(f"fully connected, {settings['steps']} steps, seeds {settings['seeds']}: right class, Fréchet distance")
for name, right_of, apart in zip(settings["ways"], ways["right"], ways["frechet"]):
    print(f"{name:24} {' '.join(f'{v:.0%}' for v in right_of)}   {' '.join(f'{v:.0f}' for v in apart)}")

# %% [markdown]
# ## 2. Your own pictures
#
# `pictures.folder("path")` reads PNG and JPEG files, and `pictures.load("cifar10")` a known data set. Here are flags that
# the course draws: only 200, so the critic could learn them by heart. `Augmented` shows it every image, real or fake,
# mirrored and moved by chance:

# %%
flags = pictures.flags(200)
figures.show(
    figures.image_rows({"as they are": flags[:10], "changed": augment(flags[:10])}),
    alt="Two rows of ten flags: stripes, crosses, discs and saltires; below the same, some mirrored, all moved a little.",
    caption="What you have, and what the critic sees.",
)

# %% [markdown]
# **Predict:** it trains for a minute. Will you see designs, colours, or both?

# %% tags=["predict"]
torch.manual_seed(0)
critic = Augmented(pretrained.Critic(width=16, shape=pictures.SHAPE))
generator = pretrained.Generator(width=16, shape=pictures.SHAPE)
own = train(critic, generator, flags, n_critic=3, batch_size=64, rate=2e-3, live=False, **budget(60))
fig, ax = figures.axes(height=1.9)
figures.draw_images(ax, own.sample(24, seed=0), columns=12)
figures.show(
    fig,
    alt="Twenty-four pictures that your generator drew after it had seen two hundred flags.",
    caption="What your generator draws.",
)

# %% [markdown]
# Colours come first. How far the designs come depends on your machine.
#
# **Predict:** a critic learns from these 200 flags. Then it is asked about them and about 1,000 others. Where does it report
# more, and what does `Augmented` change?

# %% tags=["draws", "predict", "nbval-check-output"]
settings, result = stored.load("11_few")
print(f"estimates after {settings['steps']} steps, seeds {settings['seeds']}   training       held out")
for way, ends in zip(settings["ways"], result["estimate"][:, :, -1].swapaxes(0, 1)):
    print(f"{way:40}", *(" ".join(f"{value:6.1f}" for value in ends[:, k]) for k in (0, 1)))
moments = settings["every"] * torch.arange(1, result["estimate"].shape[2] + 1).numpy()
figures.show(
    draw.few(moments, settings["ways"], result["estimate"]),
    alt="Two panels over 450 steps. With the flags as they are, the estimate on training flags climbs away from that on other "
    "flags. With changed flags both stay closer together.",
    caption="Bands: two seeds.",
)

# %% [markdown]
# More on its own flags, as in lesson 06: it knows them by heart. Changed by chance, the gap is less than half as large.
#
# **Your turn:** write your own folder in the place of `flags`. Mirrored letters are wrong letters: if your pictures have a left
# and a right, write an `augment` of your own.
#
# ## 3. One change, measured
#
# Choose a question, or ask your own. Do not read about it before you have a result. The *base* is the critic of sheet 02 and the
# generator of sheet 03 with the settings of sheet 05. The *spread* is how far the seeds of one side lie apart.

# %% tags=["nbval-check-output"]
questions()

# %% [markdown]
# `experiment` trains both sides with the same seeds and as much time. **Predict:** with one critic step instead of five, is the
# Fréchet distance lower, higher, or can you not tell?

# %%
predict("11.3", "...")

# %% tags=["predict"]
predicted("11.3")
found = experiment("n_critic", seeds=steps(3, 2), **budget(20))
figures.show(*found.figure())
found

# %% [markdown]
# The sentence below the table is your result. To find no difference is a result, too. Now read
# what others say:

# %% tags=["predict"]
print(found.literature if "found" in globals() else "First measure.")

# %% [markdown]
# **Your turn:** another question, or `experiment("your question", change={"width": 64}, seeds=3, seconds=30)`.
#
# To hand it in, write `found.hand_in(root / "runs" / "ada.safetensors", name="Ada")`. The file holds your claim and the
# weights. `python -m starter.kit board FOLDER` makes one table of many such files. It scores drawings
# made from the weights, and believes no claim.
#
# **Question.** What can a board that has your weights still not see?
#
# <details><summary>Answer</summary>
#
# How they came about: with which settings, in how much time, and how many other seeds were thrown away.
#
# </details>
#
# ## 4. Write it up
#
# One page, so that somebody else gets the same numbers:
#
# 1. **What you asked and guessed**, before you measured.
# 2. **What was the same:** data, time, machine, all other settings.
# 3. **Every seed**, not the best one; mean and spread; how many images were scored.
# 4. **The floor:** what photographs get.
# 5. **What you tried** before, also what failed. Ten tries and one success are no success.
# 6. **What you did not try:** other data, more time, other rates. A setting that loses after 20 seconds may win after an
#    hour.
# 7. **Pictures as they come**, with the seed of the noise.
#
# **Question.** "Our change is better in two of three seeds." What do you say?
#
# <details><summary>Answer</summary>
#
# If the change did nothing, at least two of three would still be better every second time. Show the three numbers of each side.
#
# </details>
#
# ## What you built
#
# A generator that takes orders, one that knows your pictures, and a result that somebody else can check.

# %%
progress("11")
