# %% [markdown]
# A GAN has a discriminator: the probability that an image is real. A Wasserstein GAN has a critic: a
# score. In this lesson you see what the probability does to the generator, why a score is better, and
# a critic that finds a distance exactly.

# %%
import torch
from scipy.stats import wasserstein_distance

from starter.kit import data, figures, widgets
from starter.kit.show import lesson_02 as scenes
from starter.kit import steps

# %% [markdown]
# ## 1. Two laws that are known
#
# Real numbers follow $\mathcal{N}(0, 1)$, fakes follow $\mathcal{N}(\mu, 1)$. Both densities $p$ and
# $q$ are known, so the best possible discriminator is known too:
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)} \tag{2.4}$$
#
# The next cell trains a small discriminator with cross-entropy, as a GAN does, and a critic whose
# slope cannot exceed 1, for nine distances $\mu$. How to train that critic comes in part 4.

# %%
x = torch.linspace(-5, 13, 721, dtype=torch.float64)
distances = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
pairs = scenes.meet(x, distances, steps=steps(600, fast_steps=150))
shown = [pairs[mu] for mu in (1.0, 2.0, 4.0, 8.0)]

# %% [markdown]
# **Predict:** the laws move apart. Where the fakes are, does the discriminator get steeper or flatter?
# In the pictures the real law is blue and the fake law is orange.

# %%
at_fakes = {
    kind: [scenes.steepness(getattr(pair, kind), x, pair.q) for pair in shown]
    for kind in ("probability", "best", "scores")
}
off = max(((pair.probability - pair.best).abs() @ (pair.p + pair.q) / 2).item() for pair in shown)
figures.show(
    scenes.draw_pairs(shown),
    alt="Four pairs of bells, further and further apart. Above, the probability of real falls from "
    "one to zero between the bells and is flat under the far ones. Below, the critic's score is "
    "a straight line each time.",
    caption="Mean slope at the fakes, for distances 1, 2, 4, 8. Trained discriminator: "
    f"{', '.join(f'{s:.2g}' for s in at_fakes['probability'])}; optimal: "
    f"{', '.join(f'{s:.2g}' for s in at_fakes['best'])}; critic: "
    f"{', '.join(f'{s:.2f}' for s in at_fakes['scores'])}. "
    f"The trained discriminators are within {off:.3f} of the optimal ones on average.",
)

# %% [markdown]
# Move the laws yourself, with the mouse or the arrow keys.

# %%
widgets.slider(
    scenes.PairScene(pairs),
    "distance of the laws (x)",
    distances,
    start=3.0,
    alt="Left, the trained discriminator and, dotted, the optimal one; right, the critic, over the "
    "real law (blue) and the fake law (orange).",
)

# %% [markdown]
# Close to the data the discriminator helps; from distance 4 on it is right, and useless: "surely fake" is
# the same answer here and one step nearer to the data. The critic is as steep at distance 8 as at
# distance 1. (It is flat only far out, where there was nothing to learn from.)
#
# ## 2. The push that vanishes
#
# A generator learns from the slope at its fakes. Write $D = \sigma(h)$ with the sigmoid $\sigma$, where
# $h$ is what the network gives before the sigmoid. A GAN's generator minimises $\log(1 - D)$, or in
# practice $-\log D$; a Wasserstein GAN's minimises $-h$, without a sigmoid.
#
# **Predict, then run.** The surer the network that an image is fake, the lower $h$. What are the three
# slopes in $h$?

# %% tags=["nbval-check-output"]
print("   h   log(1 - D)    -log D    -h")
for h in (0.0, -5.0, -10.0):
    h = torch.tensor(h, dtype=torch.float64, requires_grad=True)
    losses_of_three = torch.log(1 - torch.sigmoid(h)), -torch.log(torch.sigmoid(h)), -h
    slopes = [torch.autograd.grad(loss, h)[0].item() for loss in losses_of_three]
    print(f"{h.item():4.0f} {slopes[0]:12.6f} {slopes[1]:9.4f} {slopes[2]:5.1f}")

# %% [markdown]
# $\log(1 - D)$ listens least when the fake is worst. Does it matter for images? Take two generators
# that stand still: an untrained one, and one that blends 64 typical patterns of garments.

# %%
torch.manual_seed(0)
garments = data.load()
frozen = {"untrained": scenes.Untrained(garments), "blends": scenes.Blends(garments)}
rows = [garments.sample(10), *(draw(10).detach().view(10, 1, 28, 28) for draw in frozen.values())]
fig, ax = figures.axes(height=2.3)
figures.draw_images(ax, torch.cat(rows), columns=10)
figures.label_rows(ax, ["real", *frozen])
figures.show(
    fig,
    alt="Three rows of ten images: real garments, patches of grey noise, and blurred blends in "
    "which one can make out shirts and shoes.",
    caption="Ten real images, and ten of each frozen generator.",
)

# %% [markdown]
# Against each of them a discriminator is trained from scratch, and a critic whose slope is at most 1,
# because each of its layers is divided by its largest stretch. At several moments we measure how long
# the generator's gradient is at a fake. This takes about ten seconds.

# %%
budget = steps(800, fast_steps=30)
fig, ax = figures.axes(columns=2, height=2.9, sharey=True)
measured = {}
for panel, (name, generator) in zip(ax[0], frozen.items(), strict=True):
    moments, lengths = scenes.pushes(generator, garments, bounded=False, steps=budget)
    lengths |= scenes.pushes(generator, garments, bounded=True, steps=budget)[1]
    scenes.draw_pushes(panel, moments, lengths)
    panel.set_title(f"against {name}")
    measured[name] = {
        loss: f"{v[0]:.1g}, {max(v):.1g}, {v[-1]:.1g}" for loss, v in lengths.items()
    }
ax[0, 0].set_ylabel("length of the gradient at a fake")
figures.legend(ax[0, 1])
figures.show(
    fig,
    alt="Two panels on logarithmic scales. The gradient of log(1 - D) falls by orders of magnitude "
    "as the discriminator trains, that of -log D grows, and the critic's stays near one.",
    caption=f"Median over 512 fakes: first, largest, and last value (step {budget}). "
    + " ".join(
        f"Against {name}: " + "; ".join(f"{loss} {what}" for loss, what in by_loss.items()) + "."
        for name, by_loss in measured.items()
    ),
)

# %% [markdown]
# The better the discriminator, the less the generator learns: with $\log(1 - D)$ you must not train it
# well. $-\log D$ does not vanish. That is why GANs do learn in practice, even where the laws do not
# overlap (Fedus and others, 2018). But its size depends on how long the discriminator has trained. The
# critic's stays put: you may train it as long as you like. Curves like these are in Arjovsky and Bottou
# (2017), figures 2 and 3.
#
# ## 3. From probability to score
#
# So drop the sigmoid. What is left is a score $f(x)$, and what the critic wants is a large gap:
#
# $$W = \operatorname{mean} f(x) - \operatorname{mean} f(G(z)) \tag{2.2}$$
#
# Take distance 4, and the critic $f(x) = 2 - x$, which is 0 half-way between the laws. **Predict, then
# run.** Add 10 to all scores, or multiply them by 10. What happens to the gap, to the slope, and to the
# fakes that score above 0?

# %% tags=["nbval-check-output"]
p, q = scenes.normal(x, 0), scenes.normal(x, 4)
f = 2 - x
print("scores     gap   slope   fakes above 0")
for name, scores in {"f": f, "f + 10": f + 10, "10 f": 10 * f}.items():
    gap, slope = scores @ (p - q), scenes.steepness(scores, x, q)
    print(f"{name:8} {gap:5.2f} {slope:7.2f} {q[scores > 0].sum():10.0%}")

# %% [markdown]
# **Adding** changes nothing that is learned. So score 0 is no border between real and fake: after "+ 10"
# all fakes are above it, and the critic is as good as before. **Multiplying** multiplies the gap. Without
# a bound a critic grows for ever, and its gap means nothing. With slope at most 1, the largest gap is the
# Wasserstein distance, as in sheet 01, equation (1.5).
#
# Why is the last layer linear? Here the same critic ends in a ReLU or in a sigmoid.

# %%
ends = {
    name: [scenes.steepness(end(mu / 2 - x), x, scenes.normal(x, mu)) for mu in distances]
    for name, end in scenes.ENDS.items()
}
apart = scenes.normal(x, 0) - scenes.normal(x, 8)
gaps = {name: (end(4 - x) @ apart).item() for name, end in scenes.ENDS.items()}
figures.show(
    scenes.draw_ends(x, f, q, distances, ends),
    alt="Left: a falling line, and the same bent flat by a ReLU and by a sigmoid exactly where the "
    "fakes are. Right: the slope at the fakes stays one for the linear end and falls to zero for "
    "the others.",
    caption="At distance 8, slope at the fakes: "
    + ", ".join(f"{name} {slopes[-1]:.2g}" for name, slopes in ends.items())
    + ". Gap: "
    + ", ".join(f"{name} {gap:.2f}" for name, gap in gaps.items())
    + ".",
)

# %% [markdown]
# After a sigmoid no gap exceeds 1, however far the laws are. After a ReLU all fakes below 0 are told
# nothing. Training lifts the scores until none is cut off, and then the ReLU does nothing: at best it is
# useless.
#
# ## 4. A critic meets the exact distance
#
# How do you build a function whose slope cannot exceed 1? In one dimension it is easy: join straight
# pieces, and let $\tanh$ give each its slope.

# %% tags=["nbval-check-output"]
a = torch.tensor([-9.0, -9.0, 0.0, 0.5, 9.0])
rises = torch.tanh(a)
for name, values in {"slopes": rises, "scores": rises.cumsum(0)}.items():
    print(name, " ".join(f"{value:5.2f}" for value in values.tolist()))

# %% [markdown]
# Whatever numbers stand in $a$, no slope exceeds 1. Gradient ascent on the gap does the rest
# (`scenes.ascend`, twenty lines). Now the real law has two bumps, the fakes lie between them, and
# the exact distance comes from `scipy`. **Predict:** what shape will the critic have?

# %%
x = torch.linspace(-6, 6, 481, dtype=torch.float64)
p = (scenes.normal(x, -3, 0.6) + scenes.normal(x, 3, 0.6)) / 2
q = scenes.normal(x, 0)
exact = wasserstein_distance(x, x, p, q)

n_steps, live, climb = 120, figures.panel(), []
for step, moment in enumerate(scenes.ascend(x, p, q, steps=n_steps)):
    climb.append(moment)
    if step in (0, 3, 6, 10, 15, 20, 30, 50, 80, n_steps):
        live.update(
            scenes.draw_climb(x, p, q, climb, exact, n_steps),
            alt="Left: two bumps of real numbers around one of fakes, and the critic, which grows "
            "into a V. Right: its estimate climbs to the dotted line of the exact distance.",
            caption=f"Step {step}: estimate {moment.estimate:.3f}; exact distance {exact:.3f}.",
        )

# %% [markdown]
# It is a V: scores rise towards the real numbers on both sides. Here are four of its moments.

# %%
four = {step: climb[step] for step in (0, 6, 15, n_steps)}
figures.show(
    scenes.draw_moments(x, p, q, four),
    alt="Four panels with the same two laws. The critic is flat at first, then a shallow V, then a "
    "steep one whose arms have slope one.",
    caption="Estimates: "
    + ", ".join(f"step {step} {moment.estimate:.3f}" for step, moment in four.items())
    + f". Exact distance: {exact:.3f}.",
)

# %% [markdown]
# The estimate comes from below and ends at the distance: the best critic is one way of computing it.
# Bound the slope by another number, and you get that many times the distance:

# %% tags=["nbval-check-output"]
for limit in (0.5, 1.0, 2.0, 5.0):
    estimate = scenes.trained(scenes.ascend(x, p, q, steps=300, limit=limit)).estimate
    print(f"slope at most {limit}: estimate {estimate:6.2f} = {estimate / exact:.2f} x the distance")

# %% [markdown]
# So "the critic's loss is the Wasserstein distance" is true only if the bound is exactly 1 and the critic
# is the best one, and then up to the sign. An image has 784 dimensions, and there no pieces can be
# joined. Sheets 04 and 05 bound the slope of a network by other means: with clipped weights the bound
# is not even known, and with a penalty it is not kept.
#
# Last, three critics from three random starts. Where is their zero?

# %%
critics = [scenes.trained(scenes.ascend(x, p, q, steps=300, seed=seed)) for seed in (1, 2, 3)]
figures.show(
    scenes.draw_starts(x, p, q, critics),
    alt="Three critics of the same V shape at different heights, above the laws. The dotted line "
    "of score zero cuts each of them elsewhere or not at all.",
    caption="Same laws, same estimate, other zeros. The gradient of the estimate in a constant "
    f"added to all scores is {max(abs(critic.drift) for critic in critics):.6f}: nothing moves it.",
)

# %% [markdown]
# ## What to take away
#
# - A good discriminator is flat where the fakes are; a critic with bounded slope is not.
# - The gradient of $\log(1 - D)$ vanishes, that of $-\log D$ grows, and that of a score stays.
# - Scores have no zero and no unit of their own. Only the bound of the slope gives them one.
# - The last layer is linear.
#
# **Next:** `labwork/02_critic.ipynb`. You write a critic, and see one without a bound run away.
