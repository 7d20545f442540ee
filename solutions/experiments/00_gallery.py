"""The gallery of the site: what the networks of sheet 05 draw after half a minute, one minute and five minutes.

    python solutions/experiments/00_gallery.py        about 5 minutes on two cores

Times are counted in generator steps: the solved sheet 05 made 773 in one minute on two cores. So the pictures are the
same on every machine of that kind, however busy it is. The picture after an hour is by the network that comes with
the course, which is larger and trained for 46 minutes on one core (starter/kit/data/weights/README.md).
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("WGAN_LABS", "solutions")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch

from starter import critic as critics
from starter import generator as generators
from starter.kit import Run, data, figures, pretrained, train

A_MINUTE = 773
STEPS = {"half-a-minute": A_MINUTE // 2, "one-minute": A_MINUTE, "five-minutes": 5 * A_MINUTE}
GALLERY = Path(__file__).resolve().parents[2] / "notebooks" / "site" / "gallery"


def main() -> None:
    garments = data.load()
    torch.manual_seed(0)
    critic, generator = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)

    def look(run: Run) -> None:
        for name, steps in STEPS.items():
            if run.steps == steps:
                figures.save_images(run.sample(40, seed=0), GALLERY / f"{name}.png", columns=10)
                print(name, steps, f"{run.seconds:.0f} s", flush=True)

    train(critic, generator, garments, steps=max(STEPS.values()), watch=look, live=False, device="cpu")
    torch.manual_seed(0)
    with torch.no_grad():
        drawn = pretrained.load("penalty")(torch.randn(40, 64))
    figures.save_images(drawn, GALLERY / "an-hour.png", columns=10)


if __name__ == "__main__":
    main()
