"""Algorithm 1, the run that it leaves, and its listeners.

Given: read algorithm.py, edit none of it in a sheet.

    run = train(critic, generator, data.load(), seconds=60)
    images = run.sample(16)
    run = go_on(run, data.load(), seconds=60)
    run.save("runs/first.pt")
    run = resume("runs/first.pt", critic, generator, data.load(), seconds=60)
"""

from .entry import go_on, own_run, resume, train
from .run import Run
from .settings import Settings

__all__ = ["Run", "Settings", "go_on", "own_run", "resume", "train"]
