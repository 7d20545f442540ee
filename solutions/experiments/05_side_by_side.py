"""Lesson 05, section 6: clipping beside the penalty, on garments. Same data, networks and seconds.

Seconds are those of the processor (one thread), and the two trainings take
turns, so that other programs on the machine slow both down alike.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from torch import Tensor, nn

from starter import clipping, penalty, training
from starter import critic as critics
from starter import generator as generators
from starter.kit import data, go_on, stored, train
from starter.kit.loop.settings import default_optimizer

RATES = {"clip": 5e-4, "penalty": 1e-3}
SETTINGS = {
    "data": "Fashion-MNIST, the 10,000 bundled images",
    "generator": "MLPGenerator(64)",
    "critic": "MLPCritic, 784-256-128-1",
    "clip": "RMSprop 5e-4, c 0.03",
    "penalty": "Adam 1e-3, betas (0.5, 0.9), lambda 10",
    "n_critic": 5,
    "batch": 64,
    "seconds": 75,
    "machine": "one core of a 2-core server, float32",
    "seed": 0,
}


def networks() -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(SETTINGS["seed"])
    shape = (1, 28, 28)
    return critics.MLPCritic(shape), generators.MLPGenerator(64, shape)


def bytes_of(images: Tensor) -> np.ndarray:
    """Images in [-1, 1] as bytes, shape (n, 28, 28)."""
    return ((images[:, 0] + 1) * 127.5).round().clamp(0, 255).byte().numpy()


class Training:
    """A training that is given the processor for ten generator steps at a time.

    Attributes:
        run: the training.
        spent: seconds of the processor so far.
        seconds, estimate: after each turn, and the mean estimate in it.
    """

    def __init__(self, method: str, garments: data.Images) -> None:
        self.method, self.garments, self.run = method, garments, None
        self.spent, self.seconds, self.estimate = 0.0, [], []

    def turn(self) -> None:
        begin = time.process_time()
        if self.run is None:
            options = {"steps": 10, "live": False, "device": "cpu", "batch_size": SETTINGS["batch"]}
            self.run = train(*networks(), self.garments, self.method, rate=RATES[self.method], **options)
        else:
            go_on(self.run, self.garments, steps=10, live=False)
        self.spent += time.process_time() - begin
        self.seconds.append(self.spent)
        self.estimate.append(float(np.mean(self.run.history["wasserstein"][-10:])))


def train_in_turns(garments: data.Images) -> dict[str, Training]:
    """Both methods, in turns, until each has had its seconds."""
    trainings = {method: Training(method, garments) for method in ("clip", "penalty")}
    while min(one.spent for one in trainings.values()) < SETTINGS["seconds"]:
        min(trainings.values(), key=lambda one: one.spent).turn()
    return trainings


def share_at_the_ends(critic: nn.Module) -> float:
    """The share of weights in the outer 3% of the window of clipping, or beyond it."""
    weights = torch.cat([w.detach().flatten() for w in critic.parameters()])
    return (weights.abs() > 0.97 * 0.03).double().mean().item()


def layer_gradients(critic: nn.Module, images: Tensor) -> list[float]:
    """Length of the gradient of the score in the input of each linear layer, mean over the images."""
    inputs = [images.requires_grad_(True)]
    value = images
    for module in critic.layers:
        if isinstance(module, nn.Linear) and value.dim() == 2 and module is not critic.layers[1]:
            inputs.append(value)
        value = module(value)
    gradients = torch.autograd.grad(value.sum(), inputs)
    return [gradient.flatten(1).norm(dim=1).mean().item() for gradient in gradients]


def step_times(garments: data.Images, turns: int = 150) -> dict[str, float]:
    """Median milliseconds of a critic step and of a generator step, measured in turns."""
    critic, generator = networks()
    optimizers = {name: default_optimizer(critic, name, RATES[name]) for name in ("clip", "penalty")}
    of_generator = default_optimizer(generator, "penalty", RATES["penalty"])
    times: dict[str, list[float]] = {"clip": [], "penalty": [], "generator": []}
    for _ in range(turns):
        for name, optimizer in optimizers.items():
            begin = time.process_time()
            real = garments.sample(64)
            kind = penalty.gradient_penalty if name == "penalty" else None
            training.critic_step(critic, generator, real, optimizer, kind, 10.0)
            if name == "clip":
                clipping.clip_weights(critic, 0.03)
            times[name].append(time.process_time() - begin)
        begin = time.process_time()
        training.generator_step(critic, generator, 64, of_generator)
        times["generator"].append(time.process_time() - begin)
    return {name: 1000 * float(np.median(values)) for name, values in times.items()}


def main() -> None:
    torch.set_num_threads(1)
    garments = data.load()
    arrays = {"first_at_edge": np.array(share_at_the_ends(networks()[0]))}  # before the first step
    times = step_times(garments)
    print(times, flush=True)
    for name, value in times.items():
        arrays[f"ms_{name}"] = np.array(value)
    for method, trained in train_in_turns(garments).items():
        run, seconds, estimate = trained.run, trained.seconds, trained.estimate
        real, fake = garments.first(10), run.sample(100, seed=3)
        weights = torch.cat([w.detach().flatten() for w in run.critic.parameters()]).numpy()
        edge = float(np.quantile(np.abs(weights), 0.999))
        counts, edges = np.histogram(weights, bins=np.linspace(-edge, edge, 82))
        arrays |= {
            f"{method}_seconds": np.array(seconds),
            f"{method}_estimate": np.array(estimate),
            f"{method}_steps": np.array(run.steps),
            f"{method}_images": bytes_of(run.sample(24, seed=0)),
            f"{method}_layers": np.array(layer_gradients(run.critic, (real + fake) / 2)),
            f"{method}_counts": counts,
            f"{method}_edges": edges,
            f"{method}_at_edge": np.array(share_at_the_ends(run.critic)),
        }
        print(method, run.steps, arrays[f"{method}_layers"], arrays[f"{method}_at_edge"], estimate[-1], flush=True)
    stored.save("05_side_by_side", SETTINGS, **arrays)


if __name__ == "__main__":
    main()
