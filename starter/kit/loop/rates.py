"""Learning rates that fall over the run."""

from torch.optim.lr_scheduler import LambdaLR

from .budget import Budget
from .listener import Listener
from .run import Run
from .step import Step


class Rates(Listener):
    """Lets both learning rates fall linearly, by settings.decay over the whole run, also across resume.

    torch's scheduler keeps the rate at the start in the optimiser, under the
    name initial_lr, so a saved run holds it too.
    """

    def __init__(self, run: Run, budget: Budget) -> None:
        decay = run.settings.decay
        optimizers = (run.critic_optimizer, run.generator_optimizer) if decay else ()
        self._schedulers = [LambdaLR(one, lambda _epoch: 1 - decay * budget.part_of_run()) for one in optimizers]

    def after(self, run: Run, step: Step) -> None:
        for scheduler in self._schedulers:
            scheduler.step()
