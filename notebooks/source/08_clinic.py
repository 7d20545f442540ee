# %% [markdown]
# A training does not tell you what is wrong with it. It prints numbers, draws pictures, and hardly ever stops with an
# error. So people change learning rates for days while one line is wrong. In this lesson you look at sick trainings whose
# mistake is known. You learn which number to look at first, what is normal, and why fine pictures prove nothing.

# %% tags=["draws"]
import torch

from starter.kit import figures, stored
from starter.kit.measure import evidence
from starter.kit.measure.causes import number
from starter.kit.measure.checkup import NORMAL, page
from starter.kit.show import lesson_08 as draw

cases = evidence.load("08_cases")
settings, results = stored.load("08_cases")
healthy, clipped = cases["healthy"], cases["healthy clip"]

# %% [markdown]
# All runs here have the networks and settings of sheets 04 and 05, and one mistake each. They took 320 steps each with
# the penalty and 440 with clipping, some 20 seconds, and are stored. The seed is 0. Six of them are the cases of sheet 08: if
# you like riddles, do the sheet first.
#
# ## 1. Three alike
#
# Something is wrong with all three. In two of them the estimate stays near 40 from early on:

# %% tags=["draws"]
figures.show(
    draw.lettered([cases["sigmoid"], cases["frozen"], cases["unit"]]),
    alt="Three rows of samples, A, B and C. A has dim shapes on a grey ground, B has nothing but noise, and C has garments "
    "on a grey ground.",
    caption="Twelve samples of each, as they come.",
)

# %% [markdown]
# In one run the generator ends in a sigmoid. In one the data were scaled to [0, 1]. In one the generator gets no gradient,
# because its fakes were detached. **Predict:** which is which, and which number tells?

# %%
predict("08.1", "...")

# %% tags=["draws", "predict"]
predicted("08.1")
print(f"{'':9}{'estimate':>9}{'darkest sample':>16}{'darkest real':>14}{'updates a step':>19}")
for name, key in {"A": "sigmoid", "B": "frozen", "C": "unit", "healthy": "healthy"}.items():
    run = cases[key]
    print(f"{name:9}{number(run.last('estimate')):>9}{run.smallest_sample:16.2f}", end="")
    print(f"{run.smallest_real:14.2f}{run.generator_updates:19.0f}")

# %% [markdown]
# A ends in a sigmoid: no sample is darker than 0. B gets no gradient, so its optimiser never makes an update. C has the
# wrong data: its *real* images stop at 0, and every number that a training prints is healthy.
#
# You need no gradient for A and C. Look at the smallest and the largest pixel, of real images and of fakes.
#
# ## 2. Twins
#
# Both of these runs draw one blotch. In one the generator's loss has the wrong sign, and in the other the critic's.

# %% tags=["draws"]
figures.show(
    draw.lettered([cases["sign"], cases["cooperate"]]),
    alt="Two rows, A and B. Each repeats one and the same meaningless pattern.",
    caption="What both generators draw, whatever the noise is.",
)

# %% [markdown]
# **Predict:** what is the sign of the estimate in each?

# %% tags=["draws", "predict"]
predicted("08.2")
for key, name in {"sign": "A, generator's sign", "cooperate": "B, critic's sign", "healthy": "healthy"}.items():
    print(f"{name:20} estimate {number(cases[key].last('estimate')):>5}", end="")
    print(f", generator's loss {number(cases[key].last('generator_loss')):>6}")

# %% [markdown]
# In A it is positive: the critic works well, and the generator lowers the scores of its own fakes. In B it is negative: the critic raises
# the fakes, and the generator helps. The two losses must pull the fakes' scores in opposite directions.
#
# ## 3. What to look at first, and what is normal
#
# This is the healthy run at its end, with the range of healthy runs:

# %%
for normal in NORMAL["penalty"]:
    print(
        f"{normal.name:40}{number(normal.number(healthy)):>8}   normal: {number(normal.low)} to {number(normal.high)}"
    )

# %% [markdown]
# You need not wait for the end. The next table has the estimate after 30 steps, which is two seconds or so.
# You know `sigmoid`, `frozen` and `unit` from section 1, and the twins, `sign` and `cooperate`. Three are new. `once` forgot create_graph, so its penalty is measured and has no effect. `pixelwise` takes
# the penalty's norm over the wrong axis. `inverted` steps the generator more often than the critic. **Predict:** how many of
# the eight sick runs can you tell from the healthy one by then?

# %%
predict("08.3", "...")

# %% tags=["predict"]
predicted("08.3")
print(
    f"estimate   at step {settings['early']}  at the end     at step {settings['halfway']}, seeds {settings['seeds']}"
)
for key in ("healthy", "sign", "cooperate", "frozen", "sigmoid", "unit", "once", "pixelwise", "inverted"):
    print(
        f"{key:10}{number(cases[f'{key} early'].last('estimate')):>11}{number(cases[key].last('estimate')):>12}",
        end="     ",
    )
    print(*(f"{number(value):>8}" for value in results["table"][settings["cases"].index(key), :, 0]))

# %% [markdown]
# Seven: all but `unit`, whose data are wrong. The others are far from the healthy number already, or negative.
#
# Look in this order:
#
# 1. **Before training:** smallest and largest pixel of a batch, and a picture of it.
# 2. **After two seconds:** is the estimate positive and below 10 or so? Do gradients reach both networks?
# 3. **After twenty:** does the estimate fall? Is the penalty small, and the same when you compute it again?
# 4. **At the end:** diversity, and a score with its floor (lesson 06).
#
# ## 4. Fine pictures, wrong code
#
# Four rows, and two of these runs have a mistake:

# %% tags=["draws"]
figures.show(
    draw.lettered([clipped, cases["unclipped"], healthy, cases["pixelwise"]]),
    alt="Four rows of garments, A to D. Those of A are the roughest. B, C and D all show shirts, trousers, shoes and bags.",
    caption="A and B were to be clipped, C and D have a penalty.",
)

# %% [markdown]
# **Predict:** which two?

# %%
predict("08.4", "...")

# %% tags=["draws", "predict"]
predicted("08.4")
print(f"{'':27}{'estimate':>9}{'slope':>8}{'largest weight':>16}{'Fréchet distance':>18}")
rows = {"A, clipped": "healthy clip", "B, clipping has no effect": "unclipped"}
rows |= {"C, penalty": "healthy", "D, norm over wrong axis": "pixelwise"}
for name, key in rows.items():
    run, far = cases[key], results["frechet"][settings["cases"].index(key)]
    print(f"{name:27}{number(run.last('estimate')):>9}{number(run.slope):>8}{run.largest_weight:16.2f}{far:18.0f}")

# %% [markdown]
# B and D. And B draws *better* garments than A: its Fréchet distance is lower (lesson 06). Its clipping changed copies of the
# weights, so nothing limits the critic. Its estimate means nothing, no theorem holds for it, and it worked by luck of the
# networks and the time.
#
# Wrong code can draw good samples. If you tune a method until the pictures are fine, you may be tuning another method.
#
# ## 5. Mistakes that leave no sign
#
# Some mistakes change nothing that anybody could see in a run of this length: one $\epsilon$ for a whole batch, a penalty
# at real images only, or fakes that are not detached in the critic's step. (The last does no harm as long as the generator's
# step clears its gradients first.)
#
# No picture and no number of a run finds these. A check of the function does, in milliseconds. Here is one for the
# interpolation. Let real images be 1 and fakes 0: what comes out *is* $\epsilon$.


# %%
def mix(real, fake):
    share = torch.rand(1)
    return share * real + (1 - share) * fake


# %% [markdown]
# **Predict:** what do you see for three images of two pixels?

# %% tags=["predict"]
predicted("08.5")
torch.manual_seed(0)
print(mix(torch.ones(3, 2), torch.zeros(3, 2)))

# %% [markdown]
# One number, six times. Each image should have its own. That is why every sheet checks your functions on inputs whose
# answer is known, and does not wait for a training.
#
# ## 6. The check-up
#
# The check-up does for a run what section 3 says. In sheet 08 you call it on your own run. Each finding comes with the
# number that it saw. This is row D:

# %%
print(page(cases["pixelwise"]))

# %% [markdown]
# Its limits were set on some runs, and then it was tried on others: other seeds, networks, data and durations.
# **Predict:** how much worse is it on those others?

# %% tags=["draws"]
_, tried = stored.load("08_checkup")
sick, has_a_sign = tried["mistake"] != "healthy", tried["expected"] != ""

# %%
predict("08.6", "...")

# %% tags=["predict"]
predicted("08.6")
for runs, part in {"runs that set its limits": tried["in_sample"], "other runs": ~tried["in_sample"]}.items():
    shows, well = part & has_a_sign, part & ~sick
    print(f"{runs}: {tried['right'][shows].sum()} of {shows.sum()} mistakes named rightly,", end=" ")
    print(f"{(~tried['right'][well]).sum()} false alarms in {well.sum()} healthy runs")
silent = sick & ~has_a_sign
print(f"mistakes without a sign: nothing was found in {(tried['found'][silent] == '').sum()} of {silent.sum()} runs")

# %% [markdown]
# A little. The second line is the one to believe: the limits were not set on these runs. (One limit was made
# stricter after half of them had been seen.) The last line is about mistakes such as
# those of section 5: of six, five pass. The sixth is a critic that ends in ReLU, whose scores are bounded from below.
#
# **Take away:** look at pixels before you train, at the estimate after two seconds, and at one number for each cause. Fine
# pictures prove nothing. Check functions, not only runs.
