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
        wasserstein, _ = training.critic_step(critic, generator, torch.randn(batch_size, *data.shape), critic_optimizer)
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


@wrong("networks-swapped")
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


@wrong("optimiser-changed")
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


@wrong("n-critic-ignored")
def written_out(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    clipping.clip_weights(critic, c)
    wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    clipping.clip_weights(critic, c)
    wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    clipping.clip_weights(critic, c)
    wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    clipping.clip_weights(critic, c)
    wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("n-critic-ignored")
def at_most_five(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(min(n_critic, 5)):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("n-critic-ignored")
def twice_as_many(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(2 * n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("steps-by-hand")
def critic_by_hand_with_the_sign_turned(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        real = data.sample(batch_size)
        fake = generator(torch.randn(batch_size, generator.latent_dim)).detach()
        wasserstein = critic(real).mean() - critic(fake).mean()
        critic_optimizer.zero_grad()
        wasserstein.backward()
        critic_optimizer.step()
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein.detach(), loss


@wrong("steps-by-hand")
def critic_by_hand_with_stale_gradients(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        real = data.sample(batch_size)
        fake = generator(torch.randn(batch_size, generator.latent_dim)).detach()
        loss = critic(fake).mean() - critic(real).mean()
        loss.backward()
        critic_optimizer.step()
        wasserstein = -loss.detach()
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("steps-by-hand")
def generator_by_hand_without_a_sign(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = critic(generator(torch.randn(batch_size, generator.latent_dim))).mean()
    generator_optimizer.zero_grad()
    loss.backward()
    generator_optimizer.step()
    return wasserstein, loss.detach()


@wrong("switched-for-step")
@torch.no_grad()
def all_without_gradients(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("switched-for-step")
def generator_in_eval_mode(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    generator.eval()
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
    generator.train()

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("switched-for-step")
def critic_never_thawed_in_time(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for parameter in critic.parameters():
        parameter.requires_grad_(False)
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    for parameter in critic.parameters():
        parameter.requires_grad_(True)

    return wasserstein, loss


@wrong("left-frozen")
def critic_frozen_for_the_generator(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    for parameter in critic.parameters():
        parameter.requires_grad = False

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("left-in-eval")
def eval_at_the_end(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    generator.eval()

    return wasserstein, loss


@wrong("gradients-emptied")
def zero_grad_before_everything(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    critic_optimizer.zero_grad()
    generator_optimizer.zero_grad()

    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("gradients-emptied")
def zero_grad_at_the_end(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    critic.zero_grad()

    return wasserstein, loss


@wrong("gradients-emptied")
def gradients_clipped_too(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        torch.nn.utils.clip_grad_value_(critic.parameters(), c)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("optimiser-changed")
def forgets_earlier_steps(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    critic_optimizer.state.clear()

    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("optimiser-changed")
def holds_both_networks(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    critic_optimizer.add_param_group({"params": list(generator.parameters())})

    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("own-optimiser")
def both_new(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    critic_optimizer = torch.optim.RMSprop(critic.parameters(), lr=5e-5)
    generator_optimizer = torch.optim.RMSprop(generator.parameters(), lr=5e-5)

    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("own-optimiser")
def networks_for_optimisers(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("step-arguments")
def real_forgotten(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("step-arguments")
def too_many_arguments(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, data, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("data-not-sampled")
def sliced(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data[:batch_size], critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("data-not-sampled")
def sampled_without_a_number(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("other-data")
def fakes_as_real(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(
            critic, generator, generator(torch.randn(batch_size, generator.latent_dim)).detach(), critic_optimizer
        )
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("other-data")
def squeezed_into_the_window(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size).clamp(-1, 1), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("same-batch")
def two_batches_in_turn(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    batches = [data.sample(batch_size), data.sample(batch_size)]
    for turn in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, batches[turn % 2], critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("batch-size-ignored")
def larger_in_all(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(n_critic * batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("batch-size-ignored")
def one_fake(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, 1, generator_optimizer)

    return wasserstein, loss


@wrong("many-generator-steps")
def generator_as_often_afterwards(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    for _ in range(2):
        loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("generator-first")
def generator_in_the_first_turn(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for turn in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)
        if turn == 0:
            loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("c-ignored")
def half_the_window(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c / 2)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("clip-once")
def clips_after_the_last(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for turn in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        if turn == n_critic - 1:
            clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("first-estimate")
def largest_estimate(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    estimates = []
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        estimates.append(wasserstein)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return min(estimates), loss


@wrong("estimates-averaged")
def sum_of_estimates(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    total = torch.zeros(())
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        total += wasserstein
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return total, loss


@wrong("wrong-estimate")
def after_the_clipping(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        real = data.sample(batch_size)
        training.critic_step(critic, generator, real, critic_optimizer)
        clipping.clip_weights(critic, c)
    with torch.no_grad():
        fake = generator(torch.randn(batch_size, generator.latent_dim))
        wasserstein = critic(real).mean() - critic(fake).mean()

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("wrong-estimate")
def foretold(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return torch.tensor(float(n_critic)), loss


@wrong("wrong-loss")
def loss_foretold(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return wasserstein, torch.tensor(-0.25)


@wrong("wrong-shape")
def stacked_estimates(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    estimates = []
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        estimates.append(wasserstein)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    return torch.stack(estimates), loss


@wrong("result-attached")
def generator_by_hand_with_its_graph(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = -critic(generator(torch.randn(batch_size, generator.latent_dim))).mean()
    generator_optimizer.zero_grad()
    loss.backward()
    generator_optimizer.step()

    return wasserstein, loss


@wrong("defaults-changed")
def one_critic_step_by_default(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=1, c=0.01, batch_size=64
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("defaults-changed")
def other_batches_by_default(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=32
):
    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@wrong("seed-set")
def with_a_seed(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    torch.manual_seed(0)

    for _ in range(n_critic):
        wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
        clipping.clip_weights(critic, c)

    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)

    return wasserstein, loss


@right
def all_by_hand(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    for _ in range(n_critic):
        real = data.sample(batch_size)
        fake = generator(torch.randn(batch_size, generator.latent_dim)).detach()
        loss = critic(fake).mean() - critic(real).mean()
        critic_optimizer.zero_grad()
        loss.backward()
        critic_optimizer.step()
        wasserstein = -loss.detach()
        with torch.no_grad():
            for parameter in critic.parameters():
                parameter.clamp_(-c, c)
    loss = -critic(generator(torch.randn(batch_size, generator.latent_dim))).mean()
    generator_optimizer.zero_grad()
    loss.backward()
    generator_optimizer.step()
    return wasserstein, loss.detach()


@right
def recursive(critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64):
    wasserstein, _ = training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)
    clipping.clip_weights(critic, c)
    if n_critic > 1:
        rest = critic, generator, data, critic_optimizer, generator_optimizer, n_critic - 1, c, batch_size
        return recursive(*rest)
    return wasserstein, training.generator_step(critic, generator, batch_size, generator_optimizer)


@right
def frozen_as_in_the_papers_code(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    estimates = []
    for parameter in critic.parameters():
        parameter.requires_grad = True
    while len(estimates) < n_critic:
        estimates += training.critic_step(critic, generator, data.sample(batch_size), critic_optimizer)[:1]
        clipping.clip_weights(critic, c)
    for parameter in critic.parameters():
        parameter.requires_grad = False
    loss = training.generator_step(critic, generator, batch_size, generator_optimizer)
    for parameter in critic.parameters():
        parameter.requires_grad = True
    return estimates.pop(), loss


@right
def all_batches_first(
    critic, generator, data, critic_optimizer, generator_optimizer, n_critic=5, c=0.01, batch_size=64
):
    critic.train()
    generator.train()
    for real in [data.sample(batch_size).clone() for _ in range(n_critic)]:
        estimate, gp = training.critic_step(critic, generator, real, optimizer=critic_optimizer, lambda_=0.0)
        clipping.clip_weights(critic, c)
    return estimate.clone(), training.generator_step(critic, generator, len(real), generator_optimizer)


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
