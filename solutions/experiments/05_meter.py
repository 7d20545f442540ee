"""Lesson 05, section 6: how steep critics are while they learn garments, on several leashes and on none.

python solutions/experiments/05_meter.py        about 4 minutes on one core
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch

from starter import critic as critics
from starter import generator as generators
from starter.kit import Meter, data, stored, train

CASES = {
    "no leash": {"method": "clip", "clip_weights": lambda critic, c: None},
    "clip, c = 0.01": {"method": "clip", "c": 0.01},
    "clip, c = 0.03": {"method": "clip", "c": 0.03},
    "clip, c = 0.1": {"method": "clip", "c": 0.1},
    "penalty, λ = 10": {"method": "penalty", "lambda_": 10},
}
RATES = {"clip": 5e-4, "penalty": 1e-3}
COLUMNS = ("step", "low", "slope", "high")
SETTINGS = {
    "data": "Fashion-MNIST, the 10,000 bundled images",
    "networks": "MLPCritic, 784-256-128-1, and MLPGenerator(64)",
    "clipping": "RMSprop 5e-4",
    "penalty": "Adam 1e-3, betas (0.5, 0.9)",
    "cases": list(CASES),
    "columns": list(COLUMNS),
    "n_critic": 5,
    "batch": 64,
    "steps": 300,
    "every": 10,
    "seeds": [0, 1, 2],
}


def watch(seed: int, method: str, **leash: object) -> np.ndarray:
    """What the meter saw: a row for each column."""
    garments = data.load()
    torch.manual_seed(seed)
    critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
    meter = Meter(garments, every=SETTINGS["every"])
    budget = {"steps": SETTINGS["steps"], "batch_size": SETTINGS["batch"], "live": False, "device": "cpu"}
    train(critic, generator, garments, method, rate=RATES[method], seed=seed, watch=meter, **budget, **leash)
    return np.array([meter.history[column] for column in COLUMNS])


def main() -> None:
    torch.set_num_threads(1)
    seen = np.zeros((len(CASES), len(SETTINGS["seeds"]), len(COLUMNS), SETTINGS["steps"] // SETTINGS["every"]))
    for case, (name, leash) in enumerate(CASES.items()):
        for seed in SETTINGS["seeds"]:
            seen[case, seed] = watch(seed, **leash)
            print(name, seed, seen[case, seed, :, -1], flush=True)
    stored.save("05_meter", SETTINGS, seen=seen)  # by case, seed, column and moment


if __name__ == "__main__":
    main()
