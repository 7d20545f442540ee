"""Algorithm 1 of both papers.

WGAN (Arjovsky et al. 2017), Algorithm 1, holds the critic by clipping its
weights; WGAN-GP (Gulrajani et al. 2017), Algorithm 1, by a gradient penalty.
The two differ in two places: penalty is None for the first, and clip_weights
does nothing for the second.

Everything that happens around the algorithm is a listener: it is told after
each generator step (listener.py).
"""

from collections.abc import Callable, Sequence

from .batches import Batches
from .listener import Listener
from .run import Run
from .settings import Functions
from .step import Step

Turn = Callable[[], Step]


def algorithm_1(
    run: Run,
    batches: Batches,
    yours: Functions,
    listeners: Sequence[Listener],
    recorded: Callable[[Turn], Turn] = lambda turn: turn,
) -> None:
    """Train the two players of a run against each other until a listener ends it.

    Args:
        run: the players, their optimisers and the settings.
        batches: where real samples come from.
        yours: critic_step, generator_step, penalty and clip_weights.
        listeners: told after each generator step, in this order.
        recorded: makes of a turn one that does the same faster (recording.py).
    """
    turn = recorded(lambda: one_turn(run, batches, yours))
    while not run.ended:
        step = turn()
        for listener in listeners:
            listener(run, step)


def one_turn(run: Run, batches: Batches, yours: Functions) -> Step:
    """One turn of the outer loop: n_critic updates of the critic, then one of the generator."""
    critic, generator, settings = run.critic, run.generator, run.settings
    updates = []
    for real in batches.draw(settings.n_critic, settings.batch_size):
        updates += [
            yours.critic_step(
                critic, generator, real, run.critic_optimizer, penalty=yours.penalty, lambda_=settings.lambda_
            )
        ]
        yours.clip_weights(critic, settings.c)
    loss = yours.generator_step(critic, generator, settings.batch_size, run.generator_optimizer)
    return Step.of(run, batches.largest, updates, loss)
