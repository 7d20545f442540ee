"""What train, go_on and resume are given: it works, or a sentence before the first step says what to write instead."""

import builtins
import copy
import errno
import inspect
import itertools
import os
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader, TensorDataset

from starter import critic as critics
from starter import generator as generators
from starter.kit import Blank, CourseError, data, figures, loop, toys
from starter.kit.loop import arguments, batches, describe, diagnosis, entry, trial, words
from starter.kit.loop import run as runs
from starter.kit.loop.settings import SETTINGS, Settings
from tests.test_long_runs import Readings
from tests.test_loop import LAW, Critic, Generator, Players, assert_same, networks, train

SHAPE = (1, 4, 4)
SHORT = {"steps": 2, "n_critic": 2, "batch_size": 4, "live": False, "device": "cpu"}


def critic(*middle: nn.Module, shape=SHAPE) -> nn.Module:
    return nn.Sequential(nn.Flatten(), *middle, nn.Linear(int(np.prod(shape)), 1))


def generator(shape=SHAPE, latent_dim: int = 3) -> nn.Module:
    made = nn.Sequential(nn.Linear(latent_dim, int(np.prod(shape))), nn.Tanh(), nn.Unflatten(1, tuple(shape)))
    made.latent_dim = latent_dim
    return made


class Own:
    """Data of a student's own: images in [-1, 1], changed as the test likes."""

    def __init__(self, change=lambda images: images, shape=SHAPE) -> None:
        self.change, self.shape = change, shape

    def sample(self, n, rng):
        return self.change(torch.rand(n, *self.shape, generator=rng) * 2 - 1)


def images(change=lambda x: x, **settings) -> loop.Run:
    """A short training on such images."""
    pair = settings.pop("critic", None) or critic(), settings.pop("generator", None) or generator()
    return loop.train(*pair, Own(change), **{**SHORT, **settings})


def said(call, *args, **kwargs) -> str:
    """The one or two sentences of a CourseError."""
    with pytest.raises(CourseError) as caught:
        call(*args, **kwargs)
    text = str(caught.value)
    assert text.endswith(".") and "\n" not in text and "!" not in text
    assert text.count(". ") <= 1, "more than two sentences"
    return text


# Words -----------------------------------------------------------------------

MEANT = {
    "rate": "lr learning_rate LR learningRate lr_d lrG critic_lr critic_learning_rate",
    "steps or seconds": "epochs n_epochs num_epochs EPOCHS total_epochs_to_train",
    "steps": "iterations n_iter max_steps num_training_steps setps",
    "lambda_": "lambda_gp gp_weight LAMBDA lambda_term lambda lambda_gp_term gp_lambda",
    " c": "clip_value weight_clip clip weight_cliping_limit clip_bound_of_weights",
    "n_critic": "critic_iters n_dis num_critic nCritic n_critics",
    "batch_size": "batch bs batchSize BATCH_SIZE batch_sise",
    "critic_optimizer": "optimizer optimizers opt_d optimizer_G betas beta1 b1 weight_decay my_optim",
    "average": "ema ema_decay EMA averge",
    "device": "device_name cuda use_cuda gpu",
    "data": "dataloader dataset train_loader X datas",
    "live": "verbose log_every print_every display_step",
    "png_folder": "sample_interval out_dir sample_dir",
    "checkpoint_to": "save_path checkpoint ckpt_dir save_model checkpoint_too",
    "watch": "callback callbacks on_step_end",
    "precision": "amp fp16 mixed_precision",
    "seed": "random_state manualSeed random_seed",
    "decay": "lr_decay scheduler",
    "leave it out": "num_workers shuffle",
    "generator.latent_dim": "nz z_dim latent_dim",
    "called critic": "discriminator netD D",
    "called generator": "netG G",
    "resume(": "path load_from",
    "go_on(": "run",
}


@pytest.mark.parametrize(("meant", "words"), MEANT.items(), ids=MEANT)
def test_words_of_other_code_lead_to_the_right_one(meant, words):
    for word in words.split():
        text = said(train, steps=1, **{word: 1})
        assert text.startswith(f"train has no argument {word}: ")
        assert meant in text, word


def test_the_table_of_words_has_each_once_and_none_that_there_is():
    known = [word for line in words._WORDS.splitlines() if line.startswith(" ") for word in line.split()]
    plain = [words._plain(word) for word in known]
    assert len(plain) > 300
    assert [word for word in set(plain) if plain.count(word) > 1] == []
    assert not {words._plain(name) for name in inspect.signature(loop.train).parameters} & set(plain)
    assert set(words._BEGINNINGS.values()) <= set(known)


def test_every_argument_has_a_rule():
    more = (*SETTINGS, *entry.HOW)
    names = {*more, *(name for f in (loop.train, loop.go_on, loop.resume) for name in inspect.signature(f).parameters)}
    names -= {"more"}
    assert names == set(arguments.RULES)


def test_a_word_that_means_nothing_gets_the_list():
    text = said(train, steps=1, foo=1)
    assert all(name in text for name in ("steps", "n_critic", "lambda_", "checkpoint_to"))
    assert "more" not in text


def test_two_words_are_answered_together():
    text = said(train, lr=1e-4, epochs=3)
    assert text.startswith(
        "train has no arguments lr and epochs: the learning rate is called rate; there are no epochs"
    )


def test_how_many_steps_an_epoch_is():
    own = data.Images("own", torch.zeros(1000, *SHAPE, dtype=torch.uint8))
    text = said(loop.train, critic(), generator(), own, epochs=3, n_critic=5, batch_size=20)
    assert "1,000 samples are drawn once in about 10 steps" in text
    run = loop.train(critic(), generator(), own, **{**SHORT, "steps": 0})  # 2 batches of 4
    assert "about 125 steps" in said(loop.go_on, run, own, epochs=1)
    for other in (LAW, DataLoader(torch.zeros(8, 1), 2)):
        assert "drawn once" not in said(loop.train, critic(), generator(), other, epochs=3)


def test_words_of_go_on_and_resume():
    run = train(steps=0)
    assert said(loop.go_on, run, LAW, lr=1) == "go_on has no argument lr: the learning rate is called rate."
    assert "one of train's, and a run keeps" in said(loop.go_on, run, LAW, batch_size=8)
    assert "one of train's, and a run keeps" in said(loop.resume, "run.pt", *networks(), LAW, n_critic=8)
    assert "steps or seconds" in said(loop.resume, "run.pt", *networks(), LAW, epochs=8)


# Places ----------------------------------------------------------------------


def test_a_number_in_the_place_of_the_method_is_told_its_name():
    assert "steps=1000 or seconds=1000" in said(loop.train, *networks(), LAW, 1000)
    text = said(loop.train, *networks(), LAW, "penalty", 1000)
    assert text.startswith("train takes critic, generator, data, method in this order") and "steps=1000" in text
    assert "steps=100" in said(loop.go_on, train(steps=0), LAW, 100)
    assert "steps=" not in said(train, "wgan-gp", steps=1)


def test_too_few_arguments_and_the_same_one_twice():
    assert said(loop.train, *networks()).startswith("train is given no data; the order is train(critic, generator, ")
    assert "no critic and no generator and no data" in said(loop.train)
    assert "go_on is given no data" in said(loop.go_on, train(steps=0))
    assert "resume is given no data" in said(loop.resume, "run.pt", *networks())
    assert "data twice" in said(loop.train, *networks(), LAW, data=LAW)


def test_arguments_in_each_other_s_place():
    c, g = networks()
    assert "swapped" in said(loop.train, g, c, LAW, steps=1)
    for order in ((LAW, c, g), (c, LAW, g), (c, LAW), ((c, g), LAW), (c, g, c)):
        assert "the order is critic, generator, data" in said(loop.train, *order, seconds=1)
    assert "the order is path, critic, generator, data" in said(loop.resume, c, g, LAW, "run.pt")
    run = train(steps=0)
    assert "go_on(run" in said(loop.train, run, LAW, steps=1)
    assert "go_on(run" in said(loop.resume, run, c, g, LAW, steps=1)


def test_what_is_no_run():
    assert "resume(path, critic" in said(loop.go_on, "runs/first.pt", LAW, steps=1)
    assert "run is None; it should be what train returned" in said(loop.go_on, None, LAW, steps=1)
    assert "train(critic, generator" in said(loop.go_on, Critic(), LAW, steps=1)


def test_help_still_shows_the_arguments():
    assert list(inspect.signature(loop.train).parameters)[:4] == ["critic", "generator", "data", "method"]
    assert "WGAN-GP" in loop.train.__doc__


# Networks --------------------------------------------------------------------


def inference_critic() -> nn.Module:
    with torch.inference_mode():
        return Critic()


NO_CRITIC = {
    "class": (lambda: Critic, "critic is the class Critic; make a network of it first, critic = Critic(...)"),
    "function": (lambda: networks, "critic is the function networks; it should be a network"),
    "weights": (lambda: Critic().state_dict(), "critic.load_state_dict(...)"),
    "recipe": (lambda: {"critic": Critic(), "rate": 1e-3}, "two stars"),
    "tuple": (networks, "critic is a tuple; it should be a network"),
    "None": (lambda: None, "critic is None; it should be a network"),
    "name": (lambda: "MLPCritic", "critic is 'MLPCritic'; it should be a network"),
    "no weights": (nn.Flatten, "The critic has no weights to train"),
    "lazy": (lambda: nn.LazyLinear(1), "do not know their sizes"),
    "meta": (lambda: Critic().to("meta"), "meta device"),
    "inference": (inference_critic, "torch.inference_mode()"),
    "float64": (
        lambda: Critic().double(),
        "float64, and the training computes in float32; call critic.to(torch.float32)",
    ),
    "float16": (lambda: Critic().half(), "are float16"),
}


@pytest.mark.parametrize(("make", "sentence"), NO_CRITIC.values(), ids=NO_CRITIC)
def test_what_is_no_critic_to_train(make, sentence):
    assert sentence in said(loop.train, make(), Generator(), LAW, steps=1)


def test_the_same_for_the_generator():
    assert "generator is the class Generator; make" in said(loop.train, Critic(), Generator, LAW, steps=1)
    assert "The generator is on the meta device" in said(loop.train, Critic(), Generator().to("meta"), LAW, steps=1)
    assert "The critic has no weights" in said(loop.resume, "run.pt", nn.Flatten(), Generator(), LAW, steps=1)


def test_one_network_for_both():
    g = Generator()
    assert "the same network" in said(loop.train, g, g, LAW, steps=1)


@pytest.mark.parametrize("latent_dim", [(2, 1, 1), 2.0, "2", 0, True])
def test_a_latent_dim_that_is_no_number_of_dimensions(latent_dim):
    g = Generator()
    g.latent_dim = latent_dim
    assert "generator.latent_dim is " in said(loop.train, Critic(), g, LAW, **SHORT)


def test_a_generator_in_parallel_lacks_its_latent_dim_and_a_critic_works():
    assert "self.latent_dim" in said(loop.train, Critic(), nn.DataParallel(Generator()), LAW, **SHORT)
    assert loop.train(nn.DataParallel(Critic()), Generator(), LAW, **SHORT).steps == 2


def test_a_generator_that_cannot_be_copied_is_told_of_the_average():
    g = Generator()
    g.kept = g(torch.zeros(2, 2))  # a result with a graph
    assert "average=None" in said(loop.train, Critic(), g, LAW, **SHORT)
    assert loop.train(Critic(), g, LAW, average=None, **SHORT).steps == 2


# Weights that are fixed ------------------------------------------------------


@pytest.mark.parametrize("which", ["critic", "generator"])
def test_a_network_whose_weights_are_all_fixed(which):
    pair = dict(zip(("critic", "generator"), networks(), strict=True))
    pair[which].requires_grad_(False)
    assert f"{which}.requires_grad_(True)" in said(loop.train, **pair, data=LAW, **SHORT)
    own_step = {f"{which}_step": getattr(Players(), f"{which}_step")}
    assert loop.train(**pair, data=LAW, **own_step, **SHORT).steps == 2, "your own step may leave it fixed"


def test_networks_that_are_partly_fixed_train():
    c, g = networks()
    c.layers[0].requires_grad_(False)
    g.layers[0].requires_grad_(False)
    before = [copy.deepcopy(network.state_dict()) for network in (c, g)]
    loop.train(c, g, LAW, **SHORT)
    for network, then in zip((c, g), before, strict=True):
        assert torch.equal(network.layers[0].weight, then["layers.0.weight"])
        assert not torch.equal(network.layers[-1].weight, then[f"layers.{len(network.layers) - 1}.weight"])


def test_an_optimiser_with_nothing_to_train():
    c, g = networks()
    c.layers[0].requires_grad_(False)
    fixed = torch.optim.SGD(c.layers[0].parameters(), lr=0.1)
    assert "critic_optimizer holds no weight that can be trained" in said(
        loop.train, c, g, LAW, critic_optimizer=fixed, **SHORT
    )


def test_a_run_whose_networks_were_fixed_since():
    run = train(steps=1)
    run.generator.requires_grad_(False)
    assert "generator.requires_grad_(True)" in said(loop.go_on, run, LAW, steps=1, live=False)


def test_gradients_that_are_switched_off():
    with torch.no_grad():
        assert "Gradients are switched off" in said(train, steps=1)
    with torch.inference_mode():
        assert "inference_mode" in said(train, steps=1)


# A class that was changed ----------------------------------------------------


def test_a_network_of_a_class_that_was_changed_since_is_said(monkeypatch, capsys):
    old = critics.MLPCritic((1,), width=4)
    loop.train(old, Generator(), LAW, **SHORT)
    assert capsys.readouterr().out == ""

    class Changed(nn.Module):
        def forward(self, points):
            return points.sum(1)

    monkeypatch.setattr(critics, "MLPCritic", Changed)
    run = loop.train(old, Generator(), LAW, **SHORT)
    out = capsys.readouterr().out
    assert out.startswith("This critic was built before MLPCritic was changed") and "builds it again" in out
    loop.go_on(run, LAW, steps=1, live=False)
    assert capsys.readouterr().out == "", "a run goes on with the networks it has"


def test_a_cell_that_was_only_run_again_is_not_said(monkeypatch, capsys):
    old = critics.MLPCritic((1,), width=4)
    again = types.ModuleType("starter.critic")
    exec(compile(f"\n\n{inspect.getsource(sys.modules['starter.critic'])}", "cell", "exec"), again.__dict__)
    monkeypatch.setattr(critics, "MLPCritic", again.MLPCritic)
    loop.train(old, Generator(), LAW, **SHORT)
    assert capsys.readouterr().out == ""


# Data ------------------------------------------------------------------------

PIXELS = torch.zeros(8, *SHAPE)
TABLE = type("DataFrame", (), {"__module__": "pandas.core", "shape": (8, 2), "sample": lambda self, n: self})
NO_DATA = {
    "DataLoader": (DataLoader(PIXELS, 2), "data is a DataLoader; take data.load()"),
    "Dataset": (TensorDataset(PIXELS), 'data.Images("own", images)'),
    "tensor": (PIXELS, "data is a tensor of shape (8, 1, 4, 4); take data.load()"),
    "array": (PIXELS.numpy(), "torch.from_numpy"),
    "list": ([PIXELS], 'data.Images("own", images)'),
    "batch": ((PIXELS, torch.zeros(8)), "data is a tuple"),
    "points": (torch.zeros(8, 2), "toys.Law"),
    "load": (data.load, "call it, data.load()"),
    "module": (data, "data.load()"),
    "class": (toys.Law, "data is the class Law; make one"),
    "function": (toys.gaussian, "data is the function gaussian; call it"),
    "name": ("fashion-mnist", "data.load('fashion-mnist')"),
    "path": (Path("garments"), "data is garments; load them first, data.load()"),
    "None": (None, "data is None; take data.load()"),
    "frame": (TABLE(), "data is a DataFrame"),
    "distribution": (torch.distributions.Normal(0, 1), "shape and sample(n, rng)"),
}


@pytest.mark.parametrize(("given", "sentence"), NO_DATA.values(), ids=NO_DATA)
def test_what_is_no_data(given, sentence):
    assert sentence in said(loop.train, critic(), generator(), given, **SHORT)
    assert sentence in said(loop.go_on, train(steps=0), given, steps=1)


@pytest.mark.parametrize("shape", [784, None, (), (1, 0, 4), ("1", 2), lambda: (1,)])
def test_data_whose_shape_is_no_shape(shape):
    assert "data.shape is " in said(loop.train, critic(), generator(), Own(shape=shape), **SHORT)


def test_data_whose_sample_takes_something_else():
    own = Own()
    own.sample = lambda n: PIXELS[:n]
    assert "data.sample should take two arguments, n and rng" in said(loop.train, critic(), generator(), own, **SHORT)


def test_data_that_are_moved_in_place_and_not_returned():
    own = Own()
    own.to = lambda device: None
    assert "data.to(cpu) returned None" in said(loop.train, critic(), generator(), own, **SHORT)


WRONG_BATCHES = {
    "tuple": (lambda x: (x, 0), "returned a tuple"),
    "array": (lambda x: x.numpy(), "returned a numpy array"),
    "None": (lambda x: None, "returned None"),
    "no channel": (lambda x: x[:, 0], "a tensor of shape (8, 4, 4)"),
    "fewer": (lambda x: x[1:], "a tensor of shape (7, 1, 4, 4)"),
    "complex": (lambda x: x + 0j, "a tensor of shape (8, 1, 4, 4)"),
}


@pytest.mark.parametrize(("change", "sentence"), WRONG_BATCHES.values(), ids=WRONG_BATCHES)
def test_a_batch_that_is_none(change, sentence):
    text = said(images, change)
    assert sentence in text and "it should return a float tensor of shape (8, 1, 4, 4)" in text


def inferred(x: Tensor) -> Tensor:
    with torch.inference_mode():
        return x + 0


RIGHT_BATCHES = {
    "float64": lambda x: x.double(),
    "whole numbers": lambda x: x.round().long(),
    "channels last": lambda x: x.to(memory_format=torch.channels_last),
    "transposed": lambda x: x.transpose(2, 3),
    "every second": lambda x: torch.stack([x, x], -1)[..., 0],
    "expanded": lambda x: x[:1].expand_as(x),
    "with a graph": lambda x: x.requires_grad_() * 1,
    "inference": inferred,
}


@pytest.mark.parametrize("change", RIGHT_BATCHES.values(), ids=RIGHT_BATCHES)
def test_a_batch_in_another_make_works_with_your_view(change):
    class Viewing(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(16, 1)

        def forward(self, x):
            return self.last(x.view(len(x), -1))

    assert images(change, critic=Viewing()).ended == "steps"


@pytest.mark.parametrize("shape", [(1, 27, 27), (1, 28, 32), (3, 9, 9), (2, 5, 4), (4, 4), (6,)])
def test_samples_of_any_size_train(shape):
    run = loop.train(critic(shape=shape), generator(shape), Own(shape=shape), **SHORT)
    assert run.ended == "steps" and run.sample(2).shape == (2, *shape)


def test_a_shape_of_other_numbers_is_kept_as_plain_ones():
    run = loop.train(critic(), generator(), Own(shape=[np.int64(n) for n in SHAPE]), **SHORT)
    assert run.settings.shape == SHAPE and all(type(n) is int for n in run.settings.shape)


def test_networks_in_channels_last_train():
    pair = [network.to(memory_format=torch.channels_last) for network in (critic(), generator())]
    assert loop.train(*pair, Own(lambda x: x.to(memory_format=torch.channels_last)), **SHORT).steps == 2


# The range of images ---------------------------------------------------------

RANGES = {
    "0 to 255": (lambda x: (x + 1) * 127.5, "x / 127.5 - 1"),
    "bytes": (lambda x: ((x + 1) * 127.5).to(torch.uint8), "x / 127.5 - 1"),
    "normalised": (lambda x: (x - 0.29) / 0.35, "a mean and a standard deviation"),
    "0 to 2": (lambda x: x + 1, "2 * (x - low) / (high - low) - 1"),
    "16 bits": (lambda x: (x + 1) * 32767, "2 * (x - low) / (high - low) - 1"),
}


@pytest.mark.parametrize(("change", "sentence"), RANGES.values(), ids=RANGES)
def test_images_out_of_range(change, sentence):
    text = said(images, change)
    assert text.startswith("The images of the data go from ") and "in [-1, 1]" in text and sentence in text


def test_the_range_is_named():
    assert "go from -3 to 7," in said(images, lambda x: x.clamp(-3, -3).index_fill(0, torch.tensor([0]), 7.0))


def test_images_in_half_of_the_range_are_said_once_and_train(capsys):
    run = images(lambda x: (x + 1) / 2)
    out = capsys.readouterr().out
    assert run.ended == "steps" and out.count("\n") == 1
    assert "in [0, 1]" in out and "2 * x - 1" in out and "sigmoid" in out
    loop.go_on(run, Own(lambda x: (x + 1) / 2), steps=1, live=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("change", [lambda x: x, lambda x: 1.04 * x, lambda x: x.sign()])
def test_images_in_range_are_not_spoken_of(change, capsys):
    images(change)
    assert capsys.readouterr().out == ""


def test_points_have_no_range(capsys):
    run = loop.train(critic(shape=(2,)), generator((2,)), Own(lambda x: 900 * x, shape=(2,)), **SHORT)
    assert run.steps == 2 and capsys.readouterr().out == ""


@pytest.mark.parametrize(("value", "kind"), [(float("nan"), "NaN"), (float("inf"), "infinite")])
def test_images_that_are_not_finite_end_the_training_as_before(capsys, value, kind):
    run = images(lambda x: x.index_fill(0, torch.tensor([0]), value))
    assert run.ended == "not finite" and f"because the data became {kind}" in capsys.readouterr().out


def test_wrapped_images_that_are_all_bright_are_not_spoken_of(capsys):
    bright = data.Images("bright", torch.full((9, *SHAPE), 200, dtype=torch.uint8))
    assert loop.train(critic(), generator(), bright, **SHORT).steps == 2
    assert capsys.readouterr().out == ""


# Own images are wrapped -------------------------------------------------------

BYTES = torch.randint(256, (6, 1, 7, 5), dtype=torch.uint8)
NO_IMAGES = {
    "floats from -1": (BYTES / 127.5 - 1, "((images + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)"),
    "floats to 1": (BYTES / 255, "(images * 255).round().to(torch.uint8)"),
    "floats to 255": (BYTES * 1.0, "images.round().to(torch.uint8)"),
    "longs": (BYTES.long(), "images.to(torch.uint8)"),
    "no channel": (BYTES[:, 0], "images[:, None]"),
    "array": (BYTES.numpy(), "torch.from_numpy(images)"),
    "channels last": (BYTES.permute(0, 2, 3, 1), "images.permute(0, 3, 1, 2)"),
    "list": (list(BYTES), "torch.stack(images)"),
}


@pytest.mark.parametrize(("given", "way"), NO_IMAGES.values(), ids=NO_IMAGES)
def test_images_of_another_make_are_told_what_makes_them_right(given, way):
    assert f" {way} " in said(data.Images, "own", given)
    assert torch.equal(data.Images("own", eval(way, {"images": given, "torch": torch})).images, BYTES)


def test_images_that_are_flat_or_black_and_white_or_wide():
    assert "images.reshape(-1, 1, 28, 28) makes" in said(data.Images, "own", torch.zeros(6, 784))
    assert "images.to(torch.uint8) * 255 makes" in said(data.Images, "own", BYTES > 127)
    assert "the lowest and the highest value" in said(data.Images, "own", BYTES * 9.0)


@pytest.mark.parametrize(
    "given", [torch.zeros(0, 1, 4, 4, dtype=torch.uint8), torch.zeros(4, dtype=torch.uint8), [1], None]
)
def test_what_is_no_images_at_all(given):
    assert said(data.Images, "own", given).startswith("images ")


def test_images_before_the_name():
    assert 'data.Images("own", images)' in said(data.Images, BYTES, torch.zeros(6))


@pytest.mark.parametrize(
    "labels", [torch.zeros(5, dtype=torch.int64), torch.zeros(6), [0] * 6, torch.zeros(6, 1).long()]
)
def test_labels_that_do_not_belong_to_the_images(labels):
    assert said(data.Images, "own", BYTES, labels).startswith("labels ")


def test_images_without_labels_or_classes_are_data():
    own = data.Images("own", BYTES)
    assert own.labels.tolist() == [0] * 6 and own.classes == ("0",)
    assert own.first(2).shape == (2, 1, 7, 5) and own.to("cpu").shape == (1, 7, 5)
    assert data.Images("own", BYTES, torch.arange(6)).classes == tuple("012345")
    assert loop.train(critic(shape=(1, 7, 5)), generator((1, 7, 5)), own, **SHORT).steps == 2


# Do the shapes fit? ----------------------------------------------------------


def seen_by(network: nn.Module) -> nn.Module:
    """With a latent_dim of 3."""
    network.latent_dim = 3
    return network


class Pair(nn.Linear):
    def __init__(self):
        super().__init__(3, 16)

    def forward(self, z):
        return super().forward(z).view(-1, *SHAPE), z


class Mean(nn.Linear):
    def __init__(self):
        super().__init__(16, 1)

    def forward(self, x):
        return super().forward(x.flatten(1)).mean()


class Unpacking(Mean):
    def forward(self, x):
        _n, _c, _h, _w, _t = x.shape


GENERATORS = {
    "other size": (
        lambda: generator((1, 5, 4)),
        "shape (2, 1, 5, 4), and the data ask for a tensor of shape (2, 1, 4, 4)",
    ),
    "flat": (lambda: seen_by(nn.Linear(3, 16)), "let it end in nn.Unflatten(1, (1, 4, 4))"),
    "no channel": (
        lambda: seen_by(nn.Sequential(nn.Linear(3, 16), nn.Unflatten(1, (4, 4)))),
        "let it end in a reshape",
    ),
    "other noise": (lambda: seen_by(nn.Linear(5, 16)), "cannot take noise of shape (n, 3): mat1 and mat2"),
    "transposed": (lambda: seen_by(nn.ConvTranspose2d(3, 1, 4)), "let it begin with nn.Unflatten(1, (3, 1, 1))"),
    "tuple": (lambda: seen_by(Pair()), "returns a tuple"),
}
CRITICS = {
    "other size": (lambda: critic(shape=(1, 5, 4)), "The critic cannot take samples of shape (1, 4, 4)"),
    "two scores": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(16, 2)), "one score for each"),
    "one score": (Mean, "it should be one score for each"),
    "four axes": (
        lambda: nn.Conv2d(1, 1, 4),
        "shape (2, 1, 1, 1); it should be one score for each, of shape (n,), so let",
    ),
    "other channels": (
        lambda: nn.Sequential(nn.Conv2d(3, 1, 4), nn.Flatten()),
        "The critic cannot take samples of shape",
    ),
    "points": (Unpacking, "not enough values to unpack"),
}


@pytest.mark.parametrize(("make", "sentence"), GENERATORS.values(), ids=GENERATORS)
def test_generators_that_do_not_fit_the_data(make, sentence):
    assert sentence in said(images, generator=make())


@pytest.mark.parametrize(("make", "sentence"), CRITICS.values(), ids=CRITICS)
def test_critics_that_do_not_fit_the_data(make, sentence):
    assert sentence in said(images, critic=make())


@pytest.mark.parametrize(
    "error", [Blank("critic.MLPCritic"), ValueError("my size"), RuntimeError("my shape"), KeyError("x")]
)
@pytest.mark.parametrize("which", ["critic", "generator"])
def test_what_your_networks_raise_comes_through_unchanged(which, error):
    class Failing(Generator):
        def forward(self, z):
            raise error

    with pytest.raises(type(error)) as caught:
        images(**{which: Failing()})
    assert caught.value is error


def test_an_error_that_is_not_about_shapes_comes_through_unchanged():
    class Failing(Mean):
        def forward(self, x):
            return self.mistake()

    for mistake, kind in (
        (lambda: torch.linalg.inv(torch.zeros(2, 2)), torch.linalg.LinAlgError),
        (lambda: torch.zeros(1).random_(5, 2), RuntimeError),
        (lambda: {}[0], KeyError),
    ):
        Failing.mistake = staticmethod(mistake)
        with pytest.raises(kind):
            images(critic=Failing())


def test_with_steps_of_your_own_the_networks_may_be_anything():
    players = Players()
    assert images(critic=nn.Linear(4, 1), **players.steps()).steps == 2
    assert "one score for each" in said(images, critic=nn.Linear(4, 1), critic_step=players.critic_step)


def test_the_look_at_the_networks_leaves_everything_as_it_was(monkeypatch):
    class Noisy(Generator):
        def forward(self, z):
            return super().forward(z + torch.randn_like(z)) + F.dropout(z, 0.5)[:, :1]

    g, c = Noisy(), Critic()
    g.layers[0].eval()
    run = loop.train(c, g, LAW, **{**SHORT, "steps": 0})
    g.layers[0].eval()
    before, modes = copy.deepcopy(g.state_dict()), [module.training for module in g.modules()]
    torch.manual_seed(5)
    state = torch.get_rng_state()
    trial.try_networks(run, (1,))
    assert torch.equal(torch.get_rng_state(), state)
    assert [module.training for module in g.modules()] == modes and False in modes and True in modes
    assert all(torch.equal(value, before[name]) for name, value in g.state_dict().items())

    def start():
        torch.manual_seed(0)
        return loop.train(Critic(), Noisy(), LAW, **SHORT)

    looked = start()
    monkeypatch.setattr(arguments, "try_networks", lambda *_args: None)
    assert_same(looked, start())


def test_a_critic_that_fails_leaves_the_modes_as_they_were():
    g = Generator()
    c = nn.Sequential(nn.Linear(5, 1))
    g.layers[1].eval()
    run = runs.Run(c, g, g, *(torch.optim.SGD(network.parameters(), 0.1) for network in (c, g)), Settings())
    said(trial.try_networks, run, (1,))
    assert not g.layers[1].training and g.layers[0].training and c.training


def test_the_look_computes_in_the_numbers_of_the_training():
    kinds = []
    c, g = networks()
    c.layers[0].register_forward_hook(lambda _module, _inputs, result: kinds.append(result.dtype))
    loop.train(c, g, LAW, precision="bfloat16", **{**SHORT, "steps": 0})
    assert kinds == [torch.bfloat16] * 2  # two looks: at the shapes, and at the graph
    assert not c._forward_hooks and torch.get_float32_matmul_precision() == "highest"


def test_the_look_reads_no_number_of_points_and_two_of_images():
    for law, pair, expected in ((LAW, networks(), 0), (Own(), (critic(), generator()), 2)):
        run = loop.train(*pair, law, **SHORT)
        with Readings() as readings:
            arguments.check_fit(run, law, None, None)
            batches.Batches(law, run).sample(4)
        assert readings.count == expected


def test_data_are_drawn_once_a_step_and_no_more():
    class Counting(Own):
        asked = ()

        def sample(self, n, rng):
            self.asked += (n,)
            return super().sample(n, rng)

    own = Counting()
    loop.train(critic(), generator(), own, **SHORT)
    assert own.asked == (8, 8)


# Layers that cannot be differentiated twice ----------------------------------


class Once(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, gradient):
        return 2 * ctx.saved_tensors[0] * gradient


class By(nn.Module):
    """A critic with any function in the middle."""

    def __init__(self, function) -> None:
        super().__init__()
        self.first, self.last, self.function = nn.Linear(16, 16), nn.Linear(16, 1), function

    def forward(self, x):
        return self.last(self.function(self.first(x.flatten(1)).view(-1, 4, 4)).flatten(1))


def plain_attention(x: Tensor) -> Tensor:
    with sdpa_kernel(SDPBackend.MATH):
        return F.scaled_dot_product_attention(x[:, None], x[:, None], x[:, None])


TWICE = {
    "attention": (
        lambda x: F.scaled_dot_product_attention(x[:, None], x[:, None], x[:, None]),
        ("scaled_dot_product", "SDPBackend.MATH"),
    ),
    "once": (Once.apply, ("a function marked with @once_differentiable", "its backward")),
    "checkpoint": (lambda x: checkpoint(torch.tanh, x, use_reentrant=True), ("checkpoint", "use_reentrant=False")),
    "hardsigmoid": (F.hardsigmoid, ("and hardsigmoid cannot", "another layer")),
}


@pytest.mark.parametrize(("function", "words"), TWICE.values(), ids=TWICE)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_layers_that_cannot_be_differentiated_twice(function, words):
    c = By(function)
    before = copy.deepcopy(c.state_dict())
    text = said(images, critic=c)
    assert all(word in text for word in words) and 'method="clip"' in text and "once more" in text
    assert all(torch.equal(value, before[name]) for name, value in c.state_dict().items()), "no step was taken"
    assert images(critic=By(function), method="clip").steps == 2


@pytest.mark.parametrize("function", [plain_attention, lambda x: checkpoint(torch.tanh, x, use_reentrant=False)])
def test_the_other_ways_work(function):
    assert images(critic=By(function)).steps == 2


ON_A_CARD = {
    "the derivative for '_cudnn_rnn_backward' is not implemented. Double backwards": "cudnn_rnn cannot",
    "derivative for aten::_scaled_dot_product_efficient_attention_backward is not implemented": "SDPBackend.MATH",
    "double backwards on roi_align not supported": "roi_align cannot",
    "torch.compile with aot_autograd does not currently support double backward": "torch.compile cannot",
    "This backward function was compiled with non-empty donated buffers which requires": "torch.compile cannot",
}


@pytest.mark.parametrize(("text", "sentence"), ON_A_CARD.items(), ids=range(len(ON_A_CARD)))
def test_what_torch_says_elsewhere_of_a_second_derivative(text, sentence):
    assert sentence in said(diagnosis.explain, RuntimeError(text), train(steps=0))
    diagnosis.explain(RuntimeError(text), train("clip", steps=0))


def test_other_errors_of_a_step_come_through_unchanged():
    def spoil(x):
        return torch.sigmoid(x).mul_(2)  # torch calls that modified by an inplace operation, with either method

    with pytest.raises(RuntimeError, match="modified by an inplace operation") as caught:
        images(critic=By(spoil))
    assert not isinstance(caught.value, CourseError)


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_a_critic_that_changes_its_images(method):
    class InPlace(Mean):
        def forward(self, x):
            return nn.Linear.forward(self, F.leaky_relu_(x, 0.2).flatten(1))

    assert "inplace=False" in said(images, critic=InPlace(), method=method)


def test_a_batch_of_one_and_batch_normalisation():
    assert "batch_size is 1, and batch normalisation" in said(train, steps=1, batch_size=1)
    assert images(batch_size=1).steps == 2


# Settings --------------------------------------------------------------------

NAN, INF = float("nan"), float("inf")
NO_WHOLE = ["10", 64.0, 2.5, NAN, INF, True, torch.tensor(3), -1, [3]]
VALUES = {
    "n_critic batch_size": [*NO_WHOLE, 0, None],
    "sample_every png_every checkpoint_every": [*NO_WHOLE, 0],
    "steps": NO_WHOLE,
    "seed": [*NO_WHOLE, None, 2**70],
    "seconds": ["60", -1, NAN, INF, True, torch.tensor(3.0)],
    "lambda_": ["10", -1, NAN, INF, None, True, torch.tensor(3.0)],
    "c": ["1", 0, -0.1, NAN, INF, None],
    "rate": ["1e-3", 0, -1e-3, 30, 1, NAN],
    "average": ["0.9", 1.0, -0.1, 2, NAN, True],
    "decay": ["1", 1.5, -0.1, NAN, None],
    "live": ["no", None, 2, []],
    "device": ["gpu", "cuda:99", "meta", 99, 1.5],
    "watch": [[print], 3, "print"],
    "critic_step generator_step penalty clip_weights": [3, "mine", (print,)],
    "critic_optimizer generator_optimizer": [torch.optim.Adam, 1e-4, "adam", {}],
    "graph": ["yes", 2, None, 0.5, [True]],
    "png_folder checkpoint_to": [3, True, "", " ", "a\0b", ["x"]],
}


@pytest.mark.parametrize(("names", "values"), VALUES.items(), ids=VALUES)
def test_settings_of_the_wrong_kind_or_out_of_range(names, values):
    for name, value in itertools.product(names.split(), values):
        text = said(train, **{"steps": 1, name: value})
        assert text.startswith(f"{name} is "), value
        assert describe.what(value) in text and "; " in text


def test_all_settings_are_tried_above():
    others = {"critic", "generator", "data", "run", "path", "method", "precision"}
    assert {name for names in VALUES for name in names.split()} == set(arguments.RULES) - others


@pytest.mark.parametrize("value", ["wgan", None, 1.5, ["clip"], Critic])
@pytest.mark.parametrize("name", ["method", "precision"])
def test_choices(name, value):
    assert f"There is no {name} " in said(train, steps=1, **{name: value})


def test_what_a_setting_is_mistaken_for():
    assert "lambda_" in said(train, steps=1, penalty=10)
    assert "called c" in said(train, steps=1, clip_weights=0.01)
    assert "called rate" in said(train, steps=1, critic_optimizer=1e-4)
    assert "torch.optim.RMSprop(generator.parameters()" in said(train, steps=1, generator_optimizer=torch.optim.RMSprop)
    assert "lambda run:" in said(train, steps=1, watch=[print])
    assert "a finite number" in said(train, seconds=INF)


def test_a_rate_that_nothing_would_use():
    c, g = networks()
    own = {
        "critic_optimizer": torch.optim.SGD(c.parameters(), 0.1),
        "generator_optimizer": torch.optim.SGD(g.parameters(), 0.1),
    }
    assert "leave rate out" in said(loop.train, c, g, LAW, rate=0.1, **own, **SHORT)
    own.pop("generator_optimizer")
    run = loop.train(c, g, LAW, rate=0.1, **own, **SHORT)
    assert run.generator_optimizer.param_groups[0]["lr"] == 0.1


def test_a_function_that_the_method_would_not_use():
    assert "clip_weights is given, and a run with method='penalty'" in said(train, steps=1, clip_weights=print)
    assert "penalty is given, and a run with method='clip'" in said(train, "clip", steps=1, penalty=print)


def test_numbers_of_numpy_work_and_the_saved_run_holds_plain_ones(tmp_path):
    whole = {"steps": np.int64(2), "n_critic": np.int32(2), "batch_size": np.uint8(8), "seed": np.int64(3)}
    real = {"lambda_": np.float64(3), "rate": np.float32(1e-3), "average": np.float64(0.9), "decay": np.float64(0.5)}
    run = train(**whole, **real, sample_every=np.int64(1), live=np.bool_(False), checkpoint_to=tmp_path / "run.pt")
    assert {type(value) for value in vars(run.settings).values()} == {str, int, float, tuple}
    resumed = loop.resume(tmp_path / "run.pt", *networks(), LAW, steps=np.int64(1), live=False, device="cpu")
    assert resumed.steps == 3


def test_devices_that_are_here():
    assert all(train(steps=1, device=device).steps == 1 for device in ("cpu", torch.device("cpu"), None))


# Where to write --------------------------------------------------------------


def test_places_are_tried_before_the_training(tmp_path):
    file, players = tmp_path / "file", Players()
    file.touch()
    for place, reason in {
        tmp_path: f"is {tmp_path}, which is no file; name a file in it, {tmp_path / 'run.pt'}",
        file / "run.pt": f"{file} is a file",
        file / "folder" / "run.pt": "nothing can be written there",
        Path("/proc/nowhere/run.pt"): "nothing can be written there",
        Path(os.devnull): "which is no file; name another one",
        tmp_path / ("a" * 300): "nothing can be written there",
    }.items():
        text = said(train, steps=1, checkpoint_to=place, **players.steps())
        assert text.startswith("checkpoint_to is ") and reason in text
    for place in (file, file / "folder", Path("/proc/nowhere")):
        text = said(images, png_folder=place, **players.steps())
        assert text.startswith("png_folder is ")
    assert players.record == [] and [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT])
def test_a_place_where_one_may_not_write(tmp_path, monkeypatch, code):
    def refused(path, *_args, **_kwargs):
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(builtins, "open", refused)
    text = said(train, steps=1, checkpoint_to=tmp_path / "run.pt")
    assert os.strerror(code) in text and str(tmp_path) in text
    assert os.strerror(code) in said(images, png_folder=tmp_path)


def test_what_is_tried_leaves_a_folder_and_the_old_file(tmp_path):
    path = tmp_path / "new" / "run.pt"
    train(steps=1, checkpoint_to=path)
    good = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        train(steps=1, checkpoint_to=path, critic_step=lambda *_args, **_more: 1 / 0)
    assert path.read_bytes() == good and [file.name for file in path.parent.iterdir()] == ["run.pt"]


def test_pictures_of_points_are_told_of_before(tmp_path):
    assert "run.plot()" in said(train, steps=1, png_folder=tmp_path)
    pair = critic(shape=(2, 4, 4)), generator((2, 4, 4))
    text = said(loop.train, *pair, Own(shape=(2, 4, 4)), png_folder=tmp_path, **SHORT)
    assert "1 or 3 channels" in text and "run.samples" in text
    assert list(tmp_path.iterdir()) == []


def fail_after(monkeypatch, place, name: str, calls: int) -> None:
    """From that call on, there is no space left."""
    count, before = itertools.count(1), getattr(place, name)

    def full(*args, **kwargs):
        if next(count) > calls:
            raise OSError(errno.ENOSPC, "No space left on device")
        return before(*args, **kwargs)

    monkeypatch.setattr(place, name, full)


@pytest.mark.parametrize("good", [0, 1])
def test_a_disk_that_fills_up_does_not_cost_the_run(tmp_path, monkeypatch, capsys, good):
    fail_after(monkeypatch, torch, "save", good)
    path = tmp_path / "run.pt"
    run = train(steps=5, checkpoint_to=path, checkpoint_every=2)
    out = capsys.readouterr().out
    assert run.steps == 5 and run.ended == "steps"
    assert out.count("could not be written") == 1 and f"{path}: No space left on device. The run is kept" in out
    assert path.exists() == bool(good)
    with pytest.raises(CourseError, match="could not be written"):
        run.save(path)
    monkeypatch.undo()
    run.save(path)
    assert loop.resume(path, *networks(), LAW, steps=1, live=False, device="cpu").steps == 6


@pytest.mark.parametrize("png_every", [None, 1])
def test_a_picture_that_cannot_be_drawn_does_not_cost_the_run(tmp_path, monkeypatch, capsys, png_every):
    fail_after(monkeypatch, figures, "save_images", 0)
    run = images(png_folder=tmp_path, png_every=png_every, checkpoint_to=tmp_path / "run.pt")
    out = capsys.readouterr().out
    assert run.steps == 2 and out.count("The picture could not be written to") == 1
    assert (tmp_path / "run.pt").exists(), "the checkpoint after it is written all the same"


def test_a_training_that_does_not_begin_leaves_no_hooks():
    c, g = critic(shape=(1, 5, 4)), generator()
    said(images, critic=c, generator=g, precision="bfloat16")
    assert not c._forward_hooks and not g._forward_hooks


# Networks through which no gradient comes ------------------------------------


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_networks_that_cut_the_graph_are_told_before_the_first_step(method):
    class Cut(Generator):
        def forward(self, z):
            return super().forward(z).detach()

    class Deaf(Critic):
        def forward(self, x):
            return super().forward(x.detach())

    g = Cut()
    before = [weight.clone() for weight in g.parameters()]
    assert "no graph" in said(loop.train, Critic(), g, LAW, method, **SHORT)
    assert all(map(torch.equal, before, g.parameters()))
    assert "no gradient with respect to its input" in said(loop.train, Deaf(), Generator(), LAW, method, **SHORT)


def test_a_file_that_is_no_saved_run_is_left_alone(tmp_path):
    notes = tmp_path / "notes.ipynb"
    notes.write_text("{}")
    text = said(loop.train, Critic(), Generator(), LAW, checkpoint_to=notes, **SHORT)
    assert "no saved run" in text and notes.read_text() == "{}"
    run = loop.train(Critic(), Generator(), LAW, **SHORT)
    with pytest.raises(CourseError, match="left alone"):
        run.save(notes)
    run.save(tmp_path / "run.pt")
    run.save(tmp_path / "run.pt")
    assert notes.read_text() == "{}"


def test_a_bound_of_clipping_without_a_method_is_told():
    assert 'add method="clip"' in said(loop.train, Critic(), Generator(), LAW, c=0.01, **SHORT)
    for method in ("penalty", "clip"):  # whoever compares both may give the settings of both
        assert loop.train(Critic(), Generator(), LAW, method, c=0.01, lambda_=10, **SHORT).steps == 2


@pytest.mark.parametrize("shape", [(3, 31, 17), (1, 7, 5), (4, 33, 64)])
def test_a_convolutional_generator_built_for_odd_sides_is_told_why_it_cannot(shape):
    """Sides have to divide by 4; "build it for the shape of the data" would be what was done already."""
    networks = critics.ConvCritic(shape, width=4), generators.ConvGenerator(image_shape=shape, width=4)
    text = said(loop.train, *networks, Own(shape=shape), **SHORT)
    sides = " and ".join(str(side + -side % 4) for side in shape[1:])
    assert f"cannot make it, as it doubles the sides twice; pad the images to sides that 4 divides ({sides})" in text
