"""The training loop, with networks so small that hundreds of steps take a second."""

import copy
import importlib
import math
import os
import signal
import sys
import threading
import types

import pytest
import torch
from torch import Tensor, nn

from starter import clipping, penalty, training
from starter.kit import Blank, CourseError, loop, toys
from starter.kit.loop import display as live
from starter.kit.loop import run as runs
from starter.kit.loop.record import Record

LAW = toys.gaussian(2.0, 0.5)


class Critic(nn.Module):
    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, width), nn.LeakyReLU(0.2), nn.Linear(width, 1))

    def forward(self, points: Tensor) -> Tensor:
        return self.layers(points).flatten()


class Generator(nn.Module):
    latent_dim = 2

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)


def networks(seed: int = 0) -> tuple[Critic, Generator]:
    torch.manual_seed(seed)
    return Critic(), Generator()


def train(*args, **kwargs) -> loop.Run:
    """A short training on the processor, without a screen."""
    settings = {"batch_size": 8, "n_critic": 2, "live": False, "device": "cpu"} | kwargs
    critic, generator = networks()
    return loop.train(critic, generator, settings.pop("data", LAW), *args, **settings)


def weights(run: loop.Run) -> list[Tensor]:
    """All weights and statistics of a run."""
    return [value for network in (run.critic, run.generator, run.average) for value in network.state_dict().values()]


def assert_same(one: loop.Run, other: loop.Run) -> None:
    """Two runs agree to the last bit, except in their times."""
    assert all(torch.equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))
    assert {k: v for k, v in one.history.items() if k != "seconds"} == {
        k: v for k, v in other.history.items() if k != "seconds"
    }
    assert [step for step, _, _ in one.samples] == [step for step, _, _ in other.samples]
    assert all(torch.equal(a[2], b[2]) for a, b in zip(one.samples, other.samples, strict=True))
    assert one.settings == other.settings


class Players:
    """Stand-ins for the student's two steps. They do nothing but keep a record.

    wasserstein, penalty and loss are what they return; at(n, action) has the
    action done in the n-th update of the critic, counted from 1.
    """

    def __init__(self) -> None:
        self.record: list[str] = []
        self.actions: dict[int, object] = {}
        self.wasserstein, self.penalty, self.loss = (lambda n: 0.0,) * 3

    def at(self, n: int, action) -> "Players":
        self.actions[n] = action
        return self

    def critic_step(self, critic, generator, real, optimizer, penalty=None, lambda_=10.0):
        self.record.append("critic")
        self.critic, self.generator, self.real, self.given = critic, generator, real, (penalty, lambda_)
        n = self.record.count("critic")
        self.actions.get(n, lambda: None)()
        return torch.tensor(self.wasserstein(n)), torch.tensor(self.penalty(n))

    def generator_step(self, critic, generator, n, optimizer):
        self.record.append("generator")
        return torch.tensor(self.loss(self.record.count("generator")))

    def clip_weights(self, critic, c):
        self.record.append(f"clip {c}")

    def steps(self) -> dict:
        return {"critic_step": self.critic_step, "generator_step": self.generator_step}


# What is called, and when ----------------------------------------------------


def test_penalty_n_critic_updates_come_before_each_update_of_the_generator():
    players = Players()
    run = train("penalty", steps=2, n_critic=3, lambda_=7.0, **players.steps())
    assert players.record == ["critic", "critic", "critic", "generator"] * 2
    assert players.given == (penalty.gradient_penalty, 7.0)
    assert players.real.shape == (8, 1)
    assert run.ended == "steps"


def test_clip_comes_after_every_update_of_the_critic():
    players = Players()
    train("clip", steps=2, n_critic=2, c=0.5, **players.steps(), clip_weights=players.clip_weights)
    assert players.record == ["critic", "clip 0.5", "critic", "clip 0.5", "generator"] * 2
    assert players.given[0] is None


def test_clipped_weights_stay_in_the_window():
    largest = []

    def generator_step(critic, *others):
        largest.append(max(weight.abs().max().item() for weight in critic.parameters()))
        return training.generator_step(critic, *others)

    train("clip", steps=3, c=0.02, generator_step=generator_step)
    assert len(largest) == 3
    assert max(largest) == pytest.approx(0.02)


def test_a_blank_filled_again_is_what_runs(monkeypatch):
    players = Players()
    monkeypatch.setattr(training, "critic_step", players.critic_step)
    monkeypatch.setattr(training, "generator_step", players.generator_step)
    monkeypatch.setattr(penalty, "gradient_penalty", players.penalty)
    monkeypatch.setattr(clipping, "clip_weights", players.clip_weights)
    train("penalty", steps=1, n_critic=1)
    assert players.given[0] is players.penalty
    train("clip", steps=1, n_critic=1, c=0.5)
    assert players.record == ["critic", "generator", "critic", "clip 0.5", "generator"]


@pytest.mark.parametrize("error", [Blank("training.critic_step"), ValueError("mine"), CourseError("ours")])
def test_what_your_code_raises_comes_through_unchanged(error):
    def fail():
        raise error

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(type(error)) as caught:
        train(steps=3, **Players().at(2, fail).steps())
    assert caught.value is error
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("result", [None, torch.zeros(()), (1.0, None), torch.zeros(3), (torch.zeros(4), 0)])
def test_a_critic_step_that_returns_something_else(result):
    with pytest.raises(CourseError, match="critic_step should return two, the estimate"):
        train(steps=1, critic_step=lambda *args, **kwargs: result)


def test_a_generator_step_that_returns_nothing():
    with pytest.raises(CourseError, match="generator_step should return one number, its loss"):
        train(steps=1, generator_step=lambda *args: None)


# Budgets and settings --------------------------------------------------------


def test_seconds_end_a_training():
    run = train(seconds=0.05, steps=10**9)
    assert run.ended == "seconds"
    assert run.steps >= 1
    assert run.history["seconds"] == sorted(run.history["seconds"])


def test_no_step_at_all():
    run = train(steps=0)
    assert (run.steps, run.ended, len(run.samples)) == (0, "steps", 1)
    assert "0 steps" in repr(run)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "give steps, seconds, or both"),
        ({"steps": 1, "method": "none"}, "There is no method 'none'"),
        ({"steps": 1, "n_critic": 0}, "n_critic is 0"),
        ({"steps": 1, "batch_size": 2.5}, "batch_size is 2.5"),
        ({"steps": 1, "average": 1.0}, "average is 1.0"),
        ({"steps": 1, "decay": 1.5}, "decay is 1.5"),
        ({"steps": 1, "rate": -1e-3}, "rate is -0.001"),
        ({"steps": 1, "precision": "float16"}, "There is no precision 'float16'; take 'float32' or 'bfloat16'"),
        ({"steps": 1, "png_every": 2}, "png_every needs png_folder"),
        ({"steps": 1, "checkpoint_every": 2}, "checkpoint_every needs checkpoint_to"),
        ({"steps": 1, "critic_optimizer": torch.optim.SGD(Critic().parameters())}, "critic_optimizer holds"),
    ],
)
def test_settings_that_cannot_be(settings, sentence):
    with pytest.raises(CourseError, match=sentence):
        train(**settings)


def test_networks_for_other_samples():
    critic, generator = networks()
    critic.image_shape = (1, 28, 28)
    with pytest.raises(CourseError, match=r"critic is built for samples of shape \(1, 28, 28\).*=data.shape"):
        loop.train(critic, generator, LAW, steps=1, live=False)


def test_defaults_of_the_methods():
    run = train("penalty", steps=0)
    group = run.critic_optimizer.param_groups[0]
    assert (type(run.critic_optimizer), group["lr"], group["betas"]) == (torch.optim.Adam, 3e-3, (0.5, 0.9))
    run = train("clip", steps=0)
    assert type(run.generator_optimizer) is torch.optim.RMSprop
    assert (run.generator_optimizer.param_groups[0]["lr"], run.settings.c) == (5e-4, 0.03)


# What is kept ----------------------------------------------------------------


def test_history_averages_over_the_critic_updates_and_holds_plain_numbers():
    players = Players()
    players.wasserstein = lambda n: 1.0 * n
    players.penalty = lambda n: 0.5 * n
    players.loss = lambda n: -2.0 * n
    run = train(steps=2, n_critic=3, lambda_=4.0, **players.steps())
    assert run.history["step"] == [1, 2]
    assert run.history["wasserstein"] == [2.0, 5.0]
    assert run.history["penalty"] == [1.0, 2.5]
    assert run.history["critic_loss"] == [2.0, 5.0]  # 4 * 1 - 2, 4 * 2.5 - 5
    assert run.history["generator_loss"] == [-2.0, -4.0]
    assert {type(value) for name in run.history for value in run.history[name]} == {int, float}


def test_history_of_a_real_run():
    run = train(steps=5, lambda_=3.0)
    assert {len(column) for column in run.history.values()} == {5}
    for w, gp, loss in zip(*(run.history[k] for k in ("wasserstein", "penalty", "critic_loss")), strict=True):
        assert gp > 0
        assert loss == pytest.approx(3 * gp - w)


def test_the_average_moves_as_its_formula_says():
    players = Players()
    seen = []

    def generator_step(critic, generator, n, optimizer):
        with torch.no_grad():
            value = float(len(seen) + 1)
            seen.append(value)
            generator.layers[0].weight.fill_(value)
            generator.layers[1].running_mean.fill_(10 * value)
            generator.layers[1].num_batches_tracked.fill_(len(seen))
        return torch.zeros(())

    start = networks()[1].layers[0].weight
    run = train(steps=30, average=0.7, critic_step=players.critic_step, generator_step=generator_step)
    expected, statistic = start.detach().clone(), 0.0
    for g, value in enumerate(seen, 1):
        kept = min(0.7, (1 + g) / (10 + g))
        expected = kept * expected + (1 - kept) * value
        statistic = kept * statistic + (1 - kept) * 10 * value
    assert torch.allclose(run.average.layers[0].weight, expected)
    assert torch.allclose(run.average.layers[1].running_mean, torch.full((8,), statistic))
    assert run.average.layers[1].num_batches_tracked == 30
    assert not run.average.training


@pytest.mark.parametrize("average", [None, 0])
def test_without_an_average_it_is_the_generator(average):
    run = train(steps=2, average=average)
    assert run.average is run.generator
    assert run.generator.training


def test_sample_is_drawn_in_eval_mode_and_changes_nothing():
    run = train(steps=3, average=None)
    before = copy.deepcopy(run.generator.state_dict())
    one = run.sample(1, seed=4)  # a batch of one would be an error in train mode
    assert one.shape == (1, 1)
    assert not one.requires_grad
    assert torch.equal(run.sample(1, seed=4), one)
    assert not torch.equal(run.sample(1, seed=5), one)
    assert not torch.equal(run.sample(1), run.sample(1))
    assert run.sample(2500).shape == (2500, 1)
    assert run.generator.training
    assert all(torch.equal(value, before[name]) for name, value in run.generator.state_dict().items())


def test_networks_are_put_into_train_mode():
    critic, generator = networks()
    generator.eval()
    before = generator.layers[1].running_mean.clone()
    loop.train(critic, generator, LAW, steps=2, live=False, device="cpu")
    assert not torch.equal(generator.layers[1].running_mean, before)


def test_samples_are_few_and_in_order():
    run = train(steps=700, n_critic=1, **Players().steps())
    steps = [step for step, _, _ in run.samples]
    assert steps[:4] == [0, 1, 2, 3]
    assert steps[-1] == 700
    assert steps == sorted(set(steps))
    assert len(steps) <= runs.MOST_SAMPLES + 1
    assert all(images.shape == (512, 1) and images.device.type == "cpu" for _, _, images in run.samples)
    run = train(steps=103, n_critic=1, sample_every=2, **Players().steps())
    steps = [step for step, _, _ in run.samples]
    assert len(steps) <= runs.MOST_SAMPLES + 1
    assert all(step % 2 == 0 for step in steps[:-1])
    assert steps[-1] == 103


def test_drawing_samples_does_not_disturb_the_run():
    often, seldom = train(steps=6, sample_every=1), train(steps=6, sample_every=6)
    assert len(often.samples) > len(seldom.samples)
    assert all(torch.equal(a, b) for a, b in zip(weights(often), weights(seldom), strict=True))


def test_the_seed_decides():
    assert_same(train(steps=3, seed=1), train(steps=3, seed=1))
    assert train(steps=3, seed=1).history["wasserstein"] != train(steps=3, seed=2).history["wasserstein"]


def test_data_that_is_no_more_than_a_sample_function():
    class Data:
        shape = (1,)

        def sample(self, n, rng):
            return torch.randn(n, 1, generator=rng)

    assert train(steps=2, data=Data()).steps == 2


def test_pictures_on_request(tmp_path):
    class Grey:
        shape = (1, 4, 4)

        def sample(self, n, rng):
            return torch.rand(n, 1, 4, 4, generator=rng) - 0.5

    critic = nn.Sequential(nn.Flatten(), nn.Linear(16, 1))
    generator = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Unflatten(1, (1, 4, 4)))
    generator.latent_dim = 2
    run = loop.train(
        critic, generator, Grey(), steps=5, png_folder=tmp_path / "png", png_every=2, live=False, device="cpu"
    )
    names = sorted(path.name for path in (tmp_path / "png").iterdir())
    assert names == ["step_000002.png", "step_000004.png", "step_000005.png"]
    assert (tmp_path / "png" / names[0]).read_bytes().startswith(b"\x89PNG")
    assert run.samples[-1][2].shape == (32, 1, 4, 4)


# The stop button -------------------------------------------------------------


def press(times: int = 1):
    def action():
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
        while times > 1:  # an endless loop, as a student may write it
            pass

    return action


def test_one_press_ends_after_the_step(capsys):
    before = signal.getsignal(signal.SIGINT)
    players = Players().at(5, press())
    run = train(steps=50, **players.steps())
    assert run.ended == "stopped"
    assert players.record == ["critic", "critic", "generator"] * 3
    assert run.history["step"] == [1, 2, 3]
    assert "You stopped the training after step 3" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before


def test_two_presses_end_an_endless_step_and_nothing_is_lost(capsys):
    before = signal.getsignal(signal.SIGINT)
    players = Players().at(6, press(2))
    run = train(steps=50, **players.steps())
    assert run.ended == "stopped"
    assert {len(column) for column in run.history.values()} == {2}
    assert "after step 2" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before
    assert loop.go_on(run, LAW, steps=1, live=False).history["step"] == [1, 2, 3]


def test_a_second_press_does_not_cut_what_is_kept():
    with live.StopButton() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
    assert stop.pressed


def test_training_in_a_thread_has_no_button_but_runs():
    found = []
    thread = threading.Thread(target=lambda: found.append(train(steps=2)))
    thread.start()
    thread.join()
    assert found[0].steps == 2


# Numbers that are not finite -------------------------------------------------

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("method", ["penalty", "clip"])
@pytest.mark.parametrize(
    ("which", "value", "sentence"),
    [
        ("wasserstein", NAN, "the estimate became NaN"),
        ("wasserstein", -INF, "the estimate became infinite"),
        ("penalty", INF, "the penalty became infinite"),
        ("loss", NAN, "the generator's loss became NaN"),
        ("critic", NAN, "the critic's weights became NaN"),
        ("generator", INF, "the generator's weights became infinite"),
        ("real", NAN, "the data became NaN"),
    ],
)
def test_the_first_odd_quantity_is_named_with_its_step(capsys, method, which, value, sentence):
    players = Players()
    action = {
        "critic": lambda: players.critic.layers[0].weight.data.fill_(value),
        "generator": lambda: players.generator.layers[0].bias.data.fill_(value),
        "real": lambda: players.real.fill_(value),
    }.get(which)
    if action:
        players.at(6, action)
    elif which == "loss":
        players.loss = lambda n: value if n == 3 else 0.0
    else:
        setattr(players, which, lambda n: value if n == 6 else 0.0)
    run = train(method, steps=10, **players.steps())
    said = capsys.readouterr().out
    assert f"ended in step 3, because {sentence}" in said
    assert "up to step 2" in said
    assert said.count("\n") == 1
    assert run.ended == "not finite"
    assert run.history["step"] == [1, 2]
    assert all(math.isfinite(value) for column in run.history.values() for value in column)
    assert all(torch.isfinite(value).all() for value in run.average.state_dict().values())
    assert all(torch.isfinite(images).all() for _, _, images in run.samples)


@pytest.mark.parametrize("when", [5, 6])  # the first and the last update of step 3
def test_weights_spoilt_by_an_update_are_named_and_not_the_scores_that_follow(capsys, when):
    critic, generator = networks()
    optimizer, updates = torch.optim.SGD(critic.parameters(), lr=0.01), []

    def spoil(*_args) -> None:
        updates.append(1)
        if len(updates) == when:
            critic.layers[0].weight.data.fill_(NAN)

    optimizer.register_step_post_hook(spoil)
    settings = {"n_critic": 2, "batch_size": 8, "live": False, "device": "cpu"}
    loop.train(critic, generator, LAW, steps=10, critic_optimizer=optimizer, **settings)
    assert "ended in step 3, because the critic's weights became NaN" in capsys.readouterr().out


def test_without_an_average_no_odd_sample_is_kept(notebook):
    players = Players()
    players.at(6, lambda: players.generator.layers[0].bias.data.fill_(NAN))
    run = train(steps=10, average=None, live=True, **players.steps())
    assert run.ended == "not finite"
    assert run.samples[-1][0] == 2
    assert all(torch.isfinite(images).all() for _, _, images in run.samples)


def test_the_usual_cause_depends_on_the_method(capsys):
    for method, cause in (("penalty", "penalty does not reach"), ("clip", "c or the learning rate")):
        players = Players()
        players.wasserstein = lambda n: NAN
        train(method, steps=1, **players.steps())
        assert cause in capsys.readouterr().out


def test_images_out_of_range_are_the_cause(capsys):
    class Brighter:
        """The first batch is looked at before the training; a later one can still be out of range."""

        shape, value = (1, 2, 2), -1.0

        def sample(self, n, rng):
            self.value += 128
            return torch.full((n, 1, 2, 2), self.value - 127)

    players = Players()
    players.wasserstein = lambda n: NAN if n == 2 else 0.0
    generator = nn.Sequential(nn.Linear(2, 4), nn.Unflatten(1, (1, 2, 2)))
    generator.latent_dim = 2
    loop.train(nn.Linear(2, 1), generator, Brighter(), steps=3, n_critic=1, live=False, device="cpu", **players.steps())
    assert "Your images reach 128, and they should be in [-1, 1]" in capsys.readouterr().out


def test_a_learning_rate_far_too_large_ends_by_itself(capsys):
    critic, generator = networks()
    run = loop.train(
        critic,
        generator,
        LAW,
        steps=50,
        critic_optimizer=torch.optim.SGD(critic.parameters(), lr=1e12),
        live=False,
        device="cpu",
    )
    assert run.ended == "not finite"
    assert run.steps < 50
    assert "learning rate is too large" in capsys.readouterr().out
    assert torch.isfinite(run.sample(100)).all()


# Saving and resuming ---------------------------------------------------------


@pytest.mark.parametrize("method", ["penalty", "clip"])
@pytest.mark.parametrize("average", [0.9, None])
def test_resume_gives_the_run_without_a_break(tmp_path, method, average):
    train(method, steps=5, average=average).save(tmp_path / "run.pt")
    whole = train(method, steps=12, average=average)
    torch.manual_seed(99)
    resumed = loop.resume(tmp_path / "run.pt", *networks(seed=7), LAW, steps=7, live=False, device="cpu")
    assert_same(resumed, whole)
    assert resumed.ended == "steps"
    assert resumed.history["seconds"] == sorted(resumed.history["seconds"])
    assert resumed.average is not resumed.generator or average is None


def test_resume_with_optimisers_of_your_own(tmp_path):
    def start(steps):
        critic, generator = networks()
        return loop.train(
            critic,
            generator,
            LAW,
            steps=steps,
            critic_optimizer=torch.optim.SGD(critic.parameters(), lr=0.02, momentum=0.5),
            generator_optimizer=torch.optim.AdamW(generator.parameters(), lr=3e-3),
            live=False,
            device="cpu",
        )

    start(3).save(tmp_path / "run.pt")
    resumed = loop.resume(tmp_path / "run.pt", *networks(seed=7), LAW, steps=4, live=False, device="cpu")
    assert_same(resumed, start(7))
    assert resumed.critic_optimizer.param_groups[0]["momentum"] == 0.5


# Rates that fall -------------------------------------------------------------


def rates_seen(run: loop.Run, **more) -> list[float]:
    """The critic's learning rate in each of the next steps."""
    rates: list[float] = []
    loop.go_on(run, LAW, live=False, watch=lambda run: rates.append(run.critic_optimizer.param_groups[0]["lr"]), **more)
    return rates


def test_rates_stay_unless_they_are_asked_to_fall():
    assert rates_seen(train(steps=0, rate=1e-3), steps=4) == [1e-3] * 4


def test_rates_fall_linearly_over_what_is_asked_for():
    assert rates_seen(train(steps=0, rate=1e-3, decay=0.8), steps=4) == pytest.approx([1e-3, 0.8e-3, 0.6e-3, 0.4e-3])


def test_rates_go_on_falling_from_where_the_whole_run_stands():
    run = train(steps=0, rate=1e-3, decay=1.0)
    assert rates_seen(run, steps=2) == pytest.approx([1e-3, 0.5e-3])
    assert rates_seen(run, steps=2) == pytest.approx([0.5e-3, 0.25e-3])  # 2 and 3 of 4 steps are done


def test_rates_fall_with_the_clock_too():
    rates = rates_seen(train(steps=0, rate=1e-3, decay=1.0), seconds=0.3)
    assert len(rates) > 3 and rates == sorted(rates, reverse=True)
    assert rates[0] > 0.8e-3 and rates[-1] < 0.2e-3


def test_a_killed_run_resumes_with_the_rates_it_would_have_had(tmp_path):
    whole, path = train(steps=8, decay=0.9), tmp_path / "run.pt"
    run = train(steps=0, decay=0.9)
    with pytest.raises(ZeroDivisionError):
        loop.go_on(
            run, LAW, steps=8, live=False, checkpoint_to=path, checkpoint_every=5, watch=lambda run: 1 / (7 - run.steps)
        )
    resumed = loop.resume(path, *networks(), LAW, steps=3, live=False, device="cpu")
    assert_same(whole, resumed)


def test_going_on_is_the_same_run_whatever_happens_between():
    run = train(steps=3)
    run.sample(10)
    torch.rand(5)
    assert_same(loop.go_on(run, LAW, steps=4, live=False), train(steps=7))


def test_saving_later_saves_where_the_training_stood(tmp_path):
    run = train(steps=3)
    run.sample(10)
    run.save(tmp_path / "run.pt")
    resumed = loop.resume(tmp_path / "run.pt", *networks(), LAW, steps=2, live=False, device="cpu")
    assert_same(resumed, train(steps=5))


def test_a_checkpoint_survives_a_crash(tmp_path):
    def fail():
        raise ZeroDivisionError

    def critic_step(*args, **kwargs):
        count.append(0)
        if len(count) == 11:  # two for each step: in step 6
            fail()
        return training.critic_step(*args, **kwargs)

    count, path = [], tmp_path / "new" / "run.pt"
    with pytest.raises(ZeroDivisionError):
        train(steps=10, critic_step=critic_step, checkpoint_to=path, checkpoint_every=4)
    resumed = loop.resume(path, *networks(), LAW, steps=6, live=False, device="cpu")
    assert_same(resumed, train(steps=10))
    assert [file.name for file in path.parent.iterdir()] == ["run.pt"]


def test_a_checkpoint_is_written_at_the_end_but_not_over_a_good_one(tmp_path):
    path = tmp_path / "run.pt"
    train(steps=3, checkpoint_to=path)
    good = path.read_bytes()
    players = Players()
    players.loss = lambda n: NAN
    train(steps=3, checkpoint_to=path, **players.steps())
    assert path.read_bytes() == good


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    run, path = train(steps=1), tmp_path / "run.pt"
    run.save(path)
    good = path.read_bytes()

    def half(content, file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(CourseError, match=r"could not be written.*No space left on device"):
        run.save(path)
    assert path.read_bytes() == good
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(CourseError, match="could not be written"):
        run.save(path / "below a file" / "run.pt")


def resume(path, critic=None, generator=None) -> loop.Run:
    nets = critic or networks()[0], generator or networks()[1]
    return loop.resume(path, *nets, LAW, steps=1, live=False, device="cpu")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CourseError, match="There is no saved run at"):
        resume(tmp_path / "run.pt")


class Malicious:
    def __reduce__(self):
        return os.mkdir, ("executed",)


@pytest.mark.parametrize("damage", ["empty", "truncated", "almost whole", "one byte", "noise", "text", "other", "code"])
def test_a_file_that_is_no_whole_run(tmp_path, monkeypatch, damage):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "run.pt"
    train(steps=1).save(path)
    content = path.read_bytes()
    if damage == "other":
        torch.save({"critic": torch.zeros(2)}, path)
    elif damage == "code":
        torch.save({"format": Malicious()}, path)
    else:
        path.write_bytes(
            {
                "empty": b"",
                "truncated": content[: len(content) // 2],
                "almost whole": content[:-1],
                "one byte": content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
                "noise": bytes(range(256)) * 40,
                "text": b"critic,generator\n1,2\n",
            }[damage]
        )
    with pytest.raises(CourseError, match="is damaged or not a saved run") as caught:
        resume(path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "executed").exists()


def test_networks_that_are_built_differently(tmp_path):
    path = tmp_path / "run.pt"
    train(steps=1).save(path)
    generator = networks(seed=3)[1]
    before = copy.deepcopy(generator.state_dict())
    with pytest.raises(CourseError, match=r"another critic: layers.0.weight is \(8, 1\) there and \(9, 1\)"):
        resume(path, critic=Critic(width=9), generator=generator)
    assert all(torch.equal(value, before[name]) for name, value in generator.state_dict().items())
    generator.layers.append(nn.Linear(1, 1))
    with pytest.raises(CourseError, match=r"another generator: layers.4.weight is absent there"):
        resume(path, generator=generator)


def test_an_optimiser_that_torch_does_not_have(tmp_path):
    class Mine(torch.optim.SGD):
        pass

    critic, generator = networks()
    mine = Mine(critic.parameters(), lr=0.1)
    run = loop.train(critic, generator, LAW, steps=1, critic_optimizer=mine, live=False, device="cpu")
    run.save(tmp_path / "run.pt")
    with pytest.raises(CourseError, match=r"optimiser of this making \(Mine\)"):
        resume(tmp_path / "run.pt")


# What one sees ---------------------------------------------------------------


@pytest.fixture
def notebook(monkeypatch):
    """Pretends to be a notebook; collects what is displayed and the pictures drawn."""
    lines, pictures = [], []
    handle = types.SimpleNamespace(update=lambda content, raw: lines.append(content["text/plain"]))

    def display(content, raw, display_id):
        lines.append("new output")
        return handle

    panel = types.SimpleNamespace(update=lambda *picture: pictures.append(picture))
    figures = types.ModuleType("starter.kit.show.figures")
    figures.panel = lambda: panel
    figures.run_figure = lambda history, samples: (f"figure of step {len(history['step'])}", "alt", "caption")
    monkeypatch.setitem(sys.modules, "starter.kit.show.figures", figures)
    monkeypatch.setattr(importlib.import_module("starter.kit.show"), "figures", figures, raising=False)
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))
    monkeypatch.setattr(live, "_in_notebook", lambda: True)
    return lines, pictures


def test_in_a_notebook_there_is_one_line_of_text_and_a_last_picture(notebook, capsys):
    lines, pictures = notebook
    train(steps=4, live=True)
    assert lines.count("new output") == 1
    assert all("\r" not in line and "\n" not in line for line in lines)
    assert lines[-1].startswith("100%")
    for word in ("step 4", "estimate ", "penalty ", "critic loss ", "generator loss "):
        assert word in lines[-1]
    assert pictures == [("figure of step 4", "alt", "caption")]
    assert capsys.readouterr() == ("", "")


def test_the_line_is_closed_when_your_code_fails(notebook):
    def fail():
        raise ValueError

    with pytest.raises(ValueError):
        train(steps=4, live=True, **Players().at(5, fail).steps())
    assert live.tqdm._instances is None or len(live.tqdm._instances) == 0


def display(run: loop.Run) -> live.Display:
    return live.Display(True, types.SimpleNamespace(used=lambda: 0.5), Record(run))


def test_pictures_come_at_growing_intervals_and_take_little_of_the_time(notebook, monkeypatch):
    run = train(steps=1)
    now, cost, drawn = 0.0, 0.1, []

    def keep_sample(**_):
        nonlocal now
        drawn.append(now)
        now += cost

    monkeypatch.setattr(live.time, "perf_counter", lambda: now)
    monkeypatch.setattr(run, "keep_sample", keep_sample)
    screen = display(run)
    while now < 60:
        screen.after(run, None)
        now += 0.05
    assert drawn == pytest.approx([3, 6, 10, 15, 25, 35, 45, 55], abs=1.2)
    now, cost = 0.0, 1.0
    drawn.clear()
    screen = display(run)
    while now < 300:
        screen.after(run, None)
        now += 0.05
    assert len(drawn) - 1 <= 0.03 * 300 + 1  # the first one is not counted


def test_without_a_terminal_nothing_is_shown(capsys):
    train(steps=3, live=True)
    assert capsys.readouterr() == ("", "")


def test_not_live(notebook):
    train(steps=3, live=False)
    assert notebook == ([], [])


# It learns -------------------------------------------------------------------


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_a_generator_learns_where_the_data_are(method):
    class Shift(nn.Module):
        latent_dim = 1

        def __init__(self):
            super().__init__()
            self.shift = nn.Parameter(torch.zeros(1))

        def forward(self, z):
            return self.shift + 0.5 * z

    torch.manual_seed(0)
    critic, generator = Critic(width=32), Shift()
    run = loop.train(
        critic,
        generator,
        LAW,
        method,
        steps=120,
        n_critic=3,
        lambda_=0.1,  # on the line, a heavy penalty keeps a critic from turning its slope round
        c=0.5,
        critic_optimizer=torch.optim.Adam(critic.parameters(), lr=1e-2, betas=(0.0, 0.9)),
        generator_optimizer=torch.optim.Adam(generator.parameters(), lr=2e-2, betas=(0.0, 0.9)),
        average=0.9,
        live=False,
        device="cpu",
    )
    estimate = run.history["wasserstein"]
    assert run.average.shift.item() == pytest.approx(2, abs=0.3)
    assert abs(sum(estimate[-20:]) / 20) < 0.2 * max(estimate)
