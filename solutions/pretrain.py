"""Trains the networks that come with the course, from seed to file.

    python solutions/pretrain.py classifier
    python solutions/pretrain.py penalty
    python solutions/pretrain.py clip

It needs all of Fashion-MNIST (starter/kit/data.py says where it is looked for)
and writes to starter/kit/weights. The classifier comes first: it gives the
scores on the other two's cards. starter/kit/weights/README.md says how long each
took, and on what.
"""

import argparse
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from starter.kit import data, pretrained
from starter.kit.loop import go_on, train

SEED = 0
CHUNK = 100  # generator steps between two changes of the learning rate
SETTINGS = {
    "classifier": {"epochs": 10, "batch": 256, "optimiser": "Adam, one cycle", "rate": 2e-3},
    "penalty": {"steps": 7000, "n_critic": 3, "lambda_": 10.0, "batch_size": 64, "optimiser": "Adam", "rate": 1e-3},
    "clip": {"steps": 8000, "n_critic": 3, "c": 0.03, "batch_size": 64, "optimiser": "RMSprop", "rate": 5e-4},
}


def train_classifier(settings: dict) -> tuple[nn.Module, dict]:
    """The classifier, and its share of right answers on the 10,000 test images."""
    images, test = data.load(full=True), data.load(full=True, split="test")
    torch.manual_seed(SEED)
    network = pretrained.Classifier()
    optimizer = torch.optim.Adam(network.parameters())
    batches = len(images) // settings["batch"]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings["rate"], settings["epochs"] * batches)
    for epoch in range(settings["epochs"]):
        network.train()
        order = torch.randperm(len(images))
        for chosen in order[: batches * settings["batch"]].view(batches, -1):
            loss = F.cross_entropy(network(_shifted(images[chosen])), images.labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        accuracy = _accuracy(network.eval(), test)
        print(f"epoch {epoch + 1}: {accuracy:.2%} of the test images right", flush=True)
    return network, {"accuracy": round(accuracy, 4)}


def _shifted(images: Tensor) -> Tensor:
    """The batch moved by up to one pixel, and mirrored half of the time, so that features mind neither."""
    down, right = torch.randint(-1, 2, (2,)).tolist()
    images = images.roll((down, right), (2, 3))
    return images.flip(3) if torch.rand(()) < 0.5 else images


@torch.no_grad()
def _accuracy(network: nn.Module, test: data.Images) -> float:
    found = torch.cat([network(test[part]).argmax(1) for part in torch.arange(len(test)).split(500)])
    return float((found == test.labels).double().mean())


def train_generator(method: str, settings: dict) -> tuple[nn.Module, dict]:
    """The moving average of a generator, and its scores against the held-out images."""
    from starter.kit import scores

    def found() -> dict[str, float]:
        return {key: round(value, 4) for key, value in asdict(scores.score(run.sample(scores.N, seed=SEED))).items()}

    images = data.load(full=True)
    torch.manual_seed(SEED)
    networks = pretrained.Critic(), pretrained.Generator()
    if method == "penalty":
        optimizers = [torch.optim.Adam(net.parameters(), betas=(0.5, 0.9), fused=True) for net in networks]
    else:
        optimizers = [torch.optim.RMSprop(net.parameters()) for net in networks]
    run = train(
        *networks,
        images,
        method,
        steps=0,
        critic_optimizer=optimizers[0],
        generator_optimizer=optimizers[1],
        average=0.999,
        seed=SEED,
        device="cpu",
        live=False,
        **{key: settings[key] for key in {"n_critic", "batch_size", "lambda_", "c"} & settings.keys()},
    )
    while run.steps < settings["steps"]:
        for optimizer in optimizers:  # linearly down to a twentieth
            optimizer.param_groups[0]["lr"] = settings["rate"] * (1 - 0.95 * run.steps / settings["steps"])
        run = go_on(run, images, steps=CHUNK, live=False)
        if run.steps % (10 * CHUNK) == 0:
            print(f"step {run.steps}, {run.seconds:.0f} s: {found()}", flush=True)
    return run.average, found()


def _texts(values: dict) -> list[tuple[str, str]]:
    return [(key, value if isinstance(value, str) else f"{value:g}") for key, value in values.items()]


def cards() -> str:
    """The cards of all networks, as the text of starter/kit/weights/README.md."""
    rows = []
    for name in pretrained.NETWORKS:
        if (pretrained.FOLDER / f"{name}.safetensors").exists():
            card = pretrained.card(name)
            settings, found = (", ".join(map(" ".join, _texts(card[key]))) for key in ("settings", "scores"))
            rows.append(
                f"| `{name}` | {settings} | {card['seed']} | {card['minutes']:g} | {card['machine']} | {found} |"
            )
    return f"""# Trained networks

Made by `solutions/pretrain.py` (`make pretrained`), which also writes this file; the networks themselves are in
`../pretrained.py`. Weights are kept in half precision. SHA256SUMS holds the hash of each file, and a file whose hash
differs is not used.

Data: {card["data"]} (see `../fashion-mnist/LICENSE`).

| file | settings | seed | minutes | machine | scores |
|---|---|---|---|---|---|
{chr(10).join(rows)}

Scores are those of `../scores.py`: 2,000 images of seed 0 against the 2,000 bundled test images. `make scores` prints
them with intervals, beside those of real images. Licence of the weights: CC BY 4.0.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=SETTINGS)
    name = parser.parse_args().name
    settings, begin = SETTINGS[name], time.perf_counter()
    network, scores = train_classifier(settings) if name == "classifier" else train_generator(name, settings)
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
