import torch

from starter import clipping, training
from tests.mistakes import right, wrong


@wrong("clip-missing")
def never_clips(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("clip-missing")
def clips_a_copy(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        for p in critic.parameters():
            p = p.clamp(-c, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("clip-once")
def clips_outside_the_loop(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("clip-before-step")
def clips_first(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        clipping.clip_weights(critic, c)
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("clip-before-step")
def clips_at_the_very_beginning(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    clipping.clip_weights(critic, c)
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("clip-after-generator")
def clips_last(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    clipping.clip_weights(critic, c)
    return wasserstein, loss


@wrong("not-in-the-window")
def clips_every_other_time(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for turn in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        if turn != 1:
            clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("generator-clipped")
def clips_both(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    clipping.clip_weights(generator, c)
    return wasserstein, loss


@wrong("generator-clipped")
def clips_the_wrong_one(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(generator, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("c-ignored")
def the_papers_window(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, 0.01)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("n-critic-ignored")
def once_each(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("n-critic-ignored")
def always_five(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(5):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("off-by-one")
def from_zero_to_n_critic(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    t = 0
    while t <= n_critic:
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
        t += 1
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("off-by-one")
def from_one(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(1, n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("n-critic-inverted")
def generator_n_times(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    clipping.clip_weights(critic, c)
    for _ in range(n_critic):
        loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("generator-every-step")
def all_in_the_loop(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
        loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("many-generator-steps")
def generator_twice(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    training.generator_step(critic, generator, batch_size, generator_optimizer)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("generator-first")
def generator_begins(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    return wasserstein, loss


@wrong("no-generator-step")
def critic_alone(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, loss = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    return wasserstein, loss


@wrong("no-critic-step")
def generator_alone(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return -loss, loss


@wrong("same-batch")
def one_batch(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    real = data.sample(batch_size)
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, real, critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("other-data")
def noise_for_data(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, torch.randn(batch_size, 2), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("not-a-batch")
def the_data_themselves(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data, critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("not-a-number")
def a_batch_for_the_generator(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        real = data.sample(batch_size)
        wasserstein, _ = training.critic_step(critic, generator, real, critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, real, generator_optimizer)
    return wasserstein, loss


@wrong("batch-size-ignored")
def sixty_four_real(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(64), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("batch-size-ignored")
def sixty_four_fakes(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, 64, generator_optimizer)
    return wasserstein, loss


@wrong("penalty-passed")
def both_ways(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    def squared(critic, real, fake):
        return critic(real).pow(2).mean()

    for _ in range(n_critic):
        real = data.sample(batch_size)
        wasserstein, _ = training.critic_step(critic, generator, real, critic_optimizer, squared)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("networks-swapped")
def generator_before_critic(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(generator, critic, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("other-networks")
def critic_for_both(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, critic, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("optimizers-swapped")
def optimiser_of_the_other(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, critic_optimizer)
    return wasserstein, loss


@wrong("own-optimiser")
def new_optimiser(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    optimizer = torch.optim.RMSprop(critic.parameters(), lr=5e-5)
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("extra-step")
def steps_again(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        critic_optimizer.zero_grad()
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        critic_optimizer.step()
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("lr-changed")
def sets_the_rate(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for group in critic_optimizer.param_groups:
        group["lr"] = 1e-3
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("results-swapped")
def loss_first(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return loss, wasserstein


@wrong("first-estimate")
def estimate_of_the_first(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    estimates = []
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        estimates.append(wasserstein)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return estimates[0], loss


@wrong("estimates-averaged")
def mean_estimate(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    total = 0
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        total = total + wasserstein
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return total / n_critic, loss


@wrong("wrong-estimate")
def negative_estimate(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return -wasserstein, loss


@wrong("wrong-loss")
def negative_loss(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, -loss


@wrong("penalty-returned")
def both_of_the_critic(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, penalty = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, penalty


@wrong("pair-not-unpacked")
def pair_and_loss(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("not-a-pair")
def three_results(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, penalty = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, penalty, loss


@wrong("returns-none")
def no_return(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    training.generator_step(critic, generator, batch_size, generator_optimizer)


@wrong("wrong-type")
def plain_numbers(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein.item(), loss.item()


@wrong("defaults-changed")
def sheet_defaults(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.03, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@wrong("wrong-arguments")
def no_settings(critic, generator, data, critic_optimizer, generator_optimizer):
    for _ in range(5):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(64), critic_optimizer)
        clipping.clip_weights(critic, 0.01)
    loss = training.generator_step(critic, generator, 64, generator_optimizer)
    return wasserstein, loss


@wrong("wrong-dtype")
def data_in_double(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size).double(), critic_optimizer)
        clipping.clip_weights(critic, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, loss


@right
def by_keyword(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    turn = 0
    while turn < n_critic:
        real = data.sample(n=batch_size)
        result = training.critic_step(
            critic=critic, generator=generator, real=real, optimizer=critic_optimizer, penalty=None
        )
        clipping.clip_weights(critic=critic, c=c)
        turn += 1
    return result[0], training.generator_step(critic, generator, n=batch_size, optimizer=generator_optimizer)


@right
def one_large_draw(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for real in data.sample(n_critic * batch_size).split(batch_size):
        estimate, _ = training.critic_step(critic, generator, real, critic_optimizer)
        clipping.clip_weights(critic, c)
    return [estimate, training.generator_step(critic, generator, batch_size, generator_optimizer)]


@right
def clips_by_itself_and_too_often(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        estimate, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        for parameter in critic.parameters():
            parameter.data.clamp_(-c, c)
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    clipping.clip_weights(critic, c)
    return estimate, loss
