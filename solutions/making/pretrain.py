"""Trains the networks that come with the course, from seed to file.

    python solutions/making/pretrain.py classifier
    python solutions/making/pretrain.py penalty
    python solutions/making/pretrain.py clip

It needs all of Fashion-MNIST (starter/kit/data/images.py says where it is looked for)
and writes to starter/kit/data/weights. The classifier comes first: it gives the
scores on the other two's cards. starter/kit/data/weights/README.md says how long each
took, and on what.
"""

import argparse
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from starter.kit import Run, data, pretrained, train
from starter.kit.loop.settings import Method

SEED = 0
EPOCHS, BATCH, RATE = 10, 256, 2e-3  # of the classifier
STEPS: dict[Method, int] = {"penalty": 7000, "clip": 8000}  # of the generators
LOOK_EVERY = 1000  # steps


def train_classifier() -> tuple[nn.Module, dict, dict]:
    """The classifier, its settings, and its share of right answers on the 10,000 test images."""
    images, test = data.load(full=True), data.load(full=True, split="test")
    torch.manual_seed(SEED)
    network = pretrained.Classifier()
    optimizer = torch.optim.Adam(network.parameters())
    batches = len(images) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, EPOCHS * batches)
    for epoch in range(EPOCHS):
        network.train()
        order = torch.randperm(len(images))
        for chosen in order[: batches * BATCH].view(batches, -1):
            loss = F.cross_entropy(network(_shifted(images[chosen])), images.labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        accuracy = _accuracy(network.eval(), test)
        print(f"epoch {epoch + 1}: {accuracy:.2%} of the test images right", flush=True)
    settings = {"epochs": EPOCHS, "batch": BATCH, "optimiser": "Adam, one cycle", "rate": RATE}
    return network, settings, {"accuracy": round(accuracy, 4)}


def _shifted(images: Tensor) -> Tensor:
    """The batch moved by up to one pixel, and mirrored half of the time, so that features mind neither."""
    down, right = torch.randint(-1, 2, (2,)).tolist()
    images = images.roll((down, right), (2, 3))
    return images.flip(3) if torch.rand(()) < 0.5 else images


@torch.no_grad()
def _accuracy(network: nn.Module, test: data.Images) -> float:
    found = torch.cat([network(test[part]).argmax(1) for part in torch.arange(len(test)).split(500)])
    return float(found.eq(test.labels).double().mean())


def train_generator(method: Method) -> tuple[nn.Module, dict, dict]:
    """The moving average of a generator, its settings, and its scores against the held-out images."""
    from starter.kit import scores

    def found(run: Run) -> dict[str, float]:
        return {key: round(value, 4) for key, value in asdict(scores.score(run.sample(scores.N, seed=SEED))).items()}

    def look(run: Run) -> None:
        if run.steps % LOOK_EVERY == 0:
            print(f"step {run.steps}, {run.seconds:.0f} s: {found(run)}", flush=True)

    torch.manual_seed(SEED)
    fixed = {"steps": STEPS[method], "seed": SEED, "device": "cpu", "live": False}
    run = train(**pretrained.recipe(method), data=data.load(full=True), watch=look, **fixed)
    shown = ("n_critic", {"penalty": "lambda_", "clip": "c"}[method], "batch_size", "average", "decay")
    settings = {"steps": run.steps} | {name: getattr(run.settings, name) for name in shown}
    optimizer = run.critic_optimizer
    settings |= {"optimiser": type(optimizer).__name__, "rate": optimizer.param_groups[0]["initial_lr"]}
    return run.average, settings, found(run)


def _texts(values: dict) -> list[tuple[str, str]]:
    return [(key, value if isinstance(value, str) else f"{value:g}") for key, value in values.items()]


def cards() -> str:
    """The cards of all networks, as the text of starter/kit/data/weights/README.md."""
    rows = []
    for name in pretrained.NETWORKS:
        if (pretrained.FOLDER / f"{name}.safetensors").exists():
            card = pretrained.card(name)
            settings, found = (", ".join(map(" ".join, _texts(card[key]))) for key in ("settings", "scores"))
            rows.append(
                f"| `{name}` | {settings} | {card['seed']} | {card['minutes']:g} | {card['machine']} | {found} |"
            )
    return f"""# Trained networks

Made by `solutions/making/pretrain.py` (`make pretrained`), which also writes this file; the networks themselves are in
`../pretrained.py`. Weights are kept in half precision. SHA256SUMS holds the hash of each file, and a file whose hash
differs is not used.

Data: {card["data"]} (see `../fashion-mnist/LICENSE`).

| file | settings | seed | minutes | machine | scores |
|---|---|---|---|---|---|
{chr(10).join(rows)}

Scores are those of `../../measure/scores.py`: 2,000 images of seed 0 against the 2,000 bundled test images.
`make scores` prints them with intervals, beside those of real images. Licence of the weights: CC BY 4.0.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=["classifier", *STEPS])
    name, begin = parser.parse_args().name, time.perf_counter()
    network, settings, scores = train_classifier() if name == "classifier" else train_generator(name)
    card = {
        "name": name,
        "data": "Fashion-MNIST, the 60,000 training images, MIT licence",
        "settings": settings,
        "seed": SEED,
        "minutes": round((time.perf_counter() - begin) / 60, 1),
        "machine": f"{os.cpu_count()} cores, {torch.get_num_threads()} used, float32, torch {torch.__version__}",
        "scores": scores,
    }
    print(pretrained.save(name, network, card).name, card)
    (pretrained.FOLDER / "README.md").write_text(cards(), encoding="utf-8")


if __name__ == "__main__":
    main()
