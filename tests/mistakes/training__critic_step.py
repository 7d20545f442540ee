import copy

import numpy as np
import torch
from torch.nn import functional as F

from starter import generator as generators
from starter import losses
from tests.mistakes import right, wrong


def make_fakes(generator, real):
    return generator(generators.sample_latent(len(real), generator.latent_dim, real.device))


def descend(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def bare(penalty, critic, real, fake):
    return penalty(critic, real, fake) if penalty else torch.zeros((), device=real.device)


def results(real_scores, fake_scores, gp):
    return losses.wasserstein_estimate(real_scores, fake_scores).detach(), gp.detach()


@wrong("fakes-not-detached")
def attached(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real)
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-not-detached")
def attached_in_the_penalty(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real)
    real_scores, fake_scores = critic(real), critic(fake.detach())
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("generator-zeroed")
def zeroes_the_generator(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    generator.zero_grad()
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("sign-swapped")
def scores_exchanged(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(fake_scores, real_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("sign-swapped")
def minimises_the_estimate(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.wasserstein_estimate(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("sum-not-mean")
def summed(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, fake_scores.sum() - real_scores.sum() + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("one-side-missing")
def real_alone(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, -real_scores.mean() + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("one-side-missing")
def fake_scores_detached(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real)
    real_scores, fake_scores = critic(real), critic(fake).detach()
    gp = bare(penalty, critic, real, fake.detach())
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("mixture-scored")
def scores_of_a_mixture(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    epsilon = torch.rand(len(real), *[1] * (real.ndim - 1))
    mixed = epsilon * real + (1 - epsilon) * fake
    real_scores, fake_scores = critic(real), critic(mixed)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("uneven")
def cross_entropy(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    ones, zeros = torch.ones_like(real_scores), torch.zeros_like(fake_scores)
    loss = F.binary_cross_entropy_with_logits(real_scores, ones)
    loss = loss + F.binary_cross_entropy_with_logits(fake_scores, zeros)
    descend(optimizer, loss + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("stale-gradients")
def never_zeroed(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("stale-gradients")
def zeroes_the_other_network(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    generator.zero_grad()  # and not the critic
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("zeroed-too-late")
def zeroed_at_the_end(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    optimizer.step()
    optimizer.zero_grad()
    return results(real_scores, fake_scores, gp)


@wrong("zeroed-after-backward")
def emptied_again(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    optimizer.zero_grad()
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("step-before-backward")
def steps_first(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.zero_grad()
    optimizer.step()
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    return results(real_scores, fake_scores, gp)


@wrong("step-before-backward")
def uses_fills_empties(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.step()
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    optimizer.zero_grad()
    return results(real_scores, fake_scores, gp)


@wrong("no-backward")
def backward_forgotten(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    loss = losses.critic_loss(real_scores, fake_scores) + lambda_ * gp
    optimizer.zero_grad()
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("no-backward")
def nothing_but_a_step(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("no-step")
def step_forgotten(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.zero_grad()
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    return results(real_scores, fake_scores, gp)


@wrong("many-steps")
def five_steps(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    for _ in range(5):
        fake = make_fakes(generator, real).detach()
        real_scores, fake_scores = critic(real), critic(fake)
        gp = bare(penalty, critic, real, fake)
        descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("many-steps")
def penalty_in_a_step_of_its_own(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores))
    gp = bare(penalty, critic, real, fake)
    if penalty:
        descend(optimizer, lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("own-optimiser")
def another_optimiser(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(torch.optim.RMSprop(critic.parameters()), losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("generator-moved")
def generator_stepped(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real)
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    torch.optim.SGD(generator.parameters(), lr=0.01).step()
    return results(real_scores, fake_scores, gp)


@wrong("generator-moved")
def generator_clipped(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    for p in generator.parameters():
        p.data.clamp_(-0.01, 0.01)
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("no-fakes")
def noise_as_fakes(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = torch.randn_like(real)
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("critic-input")
def critic_of_noise(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = generators.sample_latent(len(real), generator.latent_dim, real.device)
    real_scores, fake_scores = critic(real), critic(z)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores))
    return results(real_scores, fake_scores, torch.zeros(()))


@wrong("batch-size")
def always_64(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(generators.sample_latent(64, generator.latent_dim, real.device)).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("latent-fixed")
def always_100_numbers(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(torch.randn(len(real), 100, device=real.device)).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("noise-swapped")
def dimension_first(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(generators.sample_latent(generator.latent_dim, len(real), real.device)).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("noise-type")
def generator_of_images(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("noise-type")
def generator_of_a_number(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(len(real)).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("noise-distribution")
def uniform_noise(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(2 * torch.rand(len(real), generator.latent_dim, device=real.device) - 1).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("seed-set")
def seeded(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    torch.manual_seed(0)
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-device")
def noise_on_the_cpu(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(generators.sample_latent(len(real), generator.latent_dim)).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-ignored")
def penalty_forgotten(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores))
    return results(real_scores, fake_scores, torch.zeros(()))


@wrong("penalty-detached")
def penalty_for_the_report_only(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores))
    return results(real_scores, fake_scores, gp)


@wrong("penalty-detached")
def penalty_under_no_grad(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    with torch.no_grad():
        fake = make_fakes(generator, real)
        gp = bare(penalty, critic, real, fake)
    real_scores, fake_scores = critic(real), critic(fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-detached")
def penalty_as_a_number(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp.item())
    return results(real_scores, fake_scores, gp)


@wrong("lambda-missing")
def weight_1(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + gp)
    return results(real_scores, fake_scores, gp)


@wrong("lambda-twice")
def lambda_squared(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = lambda_ * bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("lambda-fixed")
def always_10(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + 10 * gp)
    return results(real_scores, fake_scores, gp)


@wrong("lambda-default")
def another_default(critic, generator, real, optimizer, penalty=None, lambda_=0.1):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("lambda-on-everything")
def brackets(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    loss = losses.critic_loss(real_scores, fake_scores)
    descend(optimizer, lambda_ * (loss + gp) if penalty else loss)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-subtracted")
def minus(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) - lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-arguments")
def penalty_of_exchanged_images(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, fake, real)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-arguments")
def penalty_of_scores(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real_scores, fake_scores)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-arguments")
def penalty_without_critic_first(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, real, fake, critic)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-arguments")
def penalty_of_real_twice(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, real)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-arguments")
def penalty_of_a_mixture(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, (real + fake) / 2, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("result-attached")
def results_with_graph(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return losses.wasserstein_estimate(real_scores, fake_scores), gp


@wrong("result-attached")
def penalty_with_graph(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return losses.wasserstein_estimate(real_scores, fake_scores).detach(), gp


@wrong("results-swapped")
def penalty_first(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return gp.detach(), losses.wasserstein_estimate(real_scores, fake_scores).detach()


@wrong("estimate-sign")
def loss_as_estimate(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    loss = losses.critic_loss(real_scores, fake_scores)
    descend(optimizer, loss + lambda_ * gp)
    return loss.detach(), gp.detach()


@wrong("estimate-with-penalty")
def minus_the_whole_loss(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    loss = losses.critic_loss(real_scores, fake_scores) + lambda_ * gp
    descend(optimizer, loss)
    return -loss.detach(), gp.detach()


@wrong("estimate-after-step")
def scored_again(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(critic(real), critic(fake)) + lambda_ * gp)
    with torch.no_grad():
        return results(critic(real), critic(fake), gp)


@wrong("penalty-with-lambda")
def weighted_penalty(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = lambda_ * bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-type")
def plain_zero(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    loss, gp = losses.critic_loss(real_scores, fake_scores), 0
    if penalty is not None:
        gp = penalty(critic, real, fake)
        loss = loss + lambda_ * gp
        gp = gp.detach()
    descend(optimizer, loss)
    return losses.wasserstein_estimate(real_scores, fake_scores).detach(), gp


@wrong("wrong-type")
def plain_zero_detached(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake) if penalty else 0
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-shape")
def row_of_one_zero(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake) if penalty else torch.zeros(1)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-dtype")
def whole_zero(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake) if penalty else torch.tensor(0)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-always")
def counts_on_a_penalty(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-always")
def weighs_none(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(critic, real, fake) if penalty else None
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-call")
def penalty_without_critic(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty(real, fake) if penalty else torch.zeros(())
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-call")
def loss_of_one_batch(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    descend(optimizer, losses.critic_loss(critic(fake)))


@wrong("wrong-call")
def both_batches_at_once(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    descend(optimizer, losses.critic_loss(critic(real, fake)))


@wrong("loss-of-images")
def loss_of_images(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    descend(optimizer, losses.critic_loss(real, fake))


@wrong("network-for-module")
def asks_the_network_for_noise(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(generator.sample_latent(len(real), generator.latent_dim, real.device)).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-none")
def none_without_penalty(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    loss, gp = losses.critic_loss(real_scores, fake_scores), None
    if penalty is not None:
        gp = penalty(critic, real, fake)
        loss = loss + lambda_ * gp
        gp = gp.detach()
    descend(optimizer, loss)
    return losses.wasserstein_estimate(real_scores, fake_scores).detach(), gp


@wrong("wrong-value")
def penalty_halved(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp / 2)


@wrong("estimate-one-side")
def mean_real_score(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return real_scores.mean().detach(), gp.detach()


@wrong("wrong-type")
def floats(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return losses.wasserstein_estimate(real_scores, fake_scores).item(), gp.item()


@wrong("not-a-pair")
def estimate_alone(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return losses.wasserstein_estimate(real_scores, fake_scores).detach()


@wrong("returns-none")
def nothing(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)


@wrong("left-frozen")
def generator_frozen(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    generator.requires_grad_(False)
    fake = make_fakes(generator, real)
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("left-in-eval")
def generator_in_eval(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    generator.eval()
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("graph-used-twice")
def penalty_backward_on_the_same_graph(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    loss = losses.critic_loss(real_scores, fake_scores)
    optimizer.zero_grad()
    loss.backward()
    (loss + lambda_ * gp).backward()
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("wrong-arguments")
def lambda_under_another_name(critic, generator, real, optimizer, penalty=None, weight=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + weight * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-arguments")
def penalty_required(critic, generator, real, optimizer, penalty, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-dtype")
def noise_from_numpy(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = torch.tensor(np.random.randn(len(real), generator.latent_dim), device=real.device)
    fake = generator(z).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-dtype")
def real_images_in_double(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real.double()), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-dtype")
def penalty_in_double(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real.double(), fake.double())
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-device")
def noise_of_the_old_class(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(torch.FloatTensor(len(real), generator.latent_dim).normal_()).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("wrong-device")
def noise_by_name(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(generators.sample_latent(len(real), generator.latent_dim, "cpu")).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


def stepped(critic, generator, real, optimizer, penalty, lambda_, loss_of, noise=None):
    """A right step, but for its noise and for the loss that is made of the scores."""
    z = generators.sample_latent(len(real), generator.latent_dim, real.device) if noise is None else noise
    fake = generator(z).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, loss_of(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("same-noise")
def own_generator_with_a_seed(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = torch.randn(len(real), generator.latent_dim, generator=torch.Generator().manual_seed(0)).to(real)
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss, z)


@wrong("same-noise")
def numpy_with_a_seed(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = np.random.default_rng(0).standard_normal((len(real), generator.latent_dim))
    z = torch.tensor(z, dtype=real.dtype, device=real.device)
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss, z)


KEPT = {}


@wrong("same-noise")
def noise_made_once(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    shape = len(real), generator.latent_dim
    if shape not in KEPT:
        KEPT[shape] = torch.randn(*shape, device=real.device)
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss, KEPT[shape])


@wrong("noise-repeated")
def one_z_for_all(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = torch.randn(1, generator.latent_dim, device=real.device).expand(len(real), -1)
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss, z)


@wrong("noise-repeated")
def one_number_for_each(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = torch.randn(len(real), 1, device=real.device).repeat(1, generator.latent_dim)
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss, z)


@wrong("noise-distribution")
def noise_on_a_sphere(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = F.normalize(torch.randn(len(real), generator.latent_dim, device=real.device))
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss, z)


@wrong("noise-distribution")
def plus_and_minus_one(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = torch.randn(len(real), generator.latent_dim, device=real.device).sign()
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss, z)


@wrong("absolute-value")
def size_of_the_loss(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: losses.critic_loss(r, f).abs())


@wrong("cut-off")
def loss_not_below_0(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: losses.critic_loss(r, f).relu())


@wrong("images-left-out")
def best_of_each(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: f.max() - r.max())


@wrong("images-left-out")
def first_of_each(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: losses.critic_loss(r[:1], f[:1]))


@wrong("images-left-out")
def median(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: f.median() - r.median())


@wrong("images-left-out")
def half_of_the_fakes(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(
        critic, generator, real, optimizer, penalty, lambda_, lambda r, f: losses.critic_loss(r, f[: len(r) // 2])
    )


@wrong("uneven")
def least_squares(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(
        critic, generator, real, optimizer, penalty, lambda_, lambda r, f: (r - 1).square().mean() + f.square().mean()
    )


@wrong("uneven")
def with_a_drift_term(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(
        critic,
        generator,
        real,
        optimizer,
        penalty,
        lambda_,
        lambda r, f: losses.critic_loss(r, f) + 0.001 * r.square().mean(),
    )


@wrong("uneven")
def softplus(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(
        critic, generator, real, optimizer, penalty, lambda_, lambda r, f: (F.softplus(-r) + F.softplus(f)).mean()
    )


@wrong("same-direction")
def both_down(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: f.mean() + r.mean())


@wrong("one-side-missing")
def loss_of_the_generator(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: -losses.generator_loss(f))


@wrong("wrong-step")
def fakes_count_twice(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: 2 * f.mean() - r.mean())


@wrong("scaled-step")
def half_the_loss(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: losses.critic_loss(r, f) / 2)


@wrong("extra-term")
def with_weight_decay(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    decay = 0.01 * sum(p.square().sum() for p in critic.parameters())
    return stepped(critic, generator, real, optimizer, penalty, lambda_, lambda r, f: losses.critic_loss(r, f) + decay)


@wrong("many-steps")
def two_updates_written_out(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)


@wrong("many-steps")
def a_step_for_each_side(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores = critic(real)
    descend(optimizer, -real_scores.mean())
    fake_scores = critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, fake_scores.mean() + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("many-steps")
def the_same_scores_again_and_again(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    loss = losses.critic_loss(real_scores, fake_scores)
    for _ in range(5):
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
        optimizer.step()
    return results(real_scores, fake_scores, torch.zeros(()))


@wrong("scaled-step")
def gradients_made_shorter(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.zero_grad()
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    torch.nn.utils.clip_grad_norm_(critic.parameters(), 1.0)
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("gradients-clipped")
def gradients_cut(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.zero_grad()
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    torch.nn.utils.clip_grad_value_(critic.parameters(), 0.01)
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("scaled-step")
def backward_twice(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    loss = losses.critic_loss(real_scores, fake_scores) + lambda_ * gp
    optimizer.zero_grad()
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("moved-by-hand")
def clips_inside(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    result = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    for p in critic.parameters():
        p.data.clamp_(-0.01, 0.01)
    return result


@wrong("moved-by-hand")
def clips_before(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-0.01, 0.01)
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)


@wrong("player-frozen")
def freezes_the_wrong_one(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    critic.requires_grad_(False)
    result = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    critic.requires_grad_(True)
    return result


@wrong("no-backward")
def steps_a_copy(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(copy.deepcopy(critic), generator, real, optimizer, None, lambda_, losses.critic_loss)


@wrong("mixture-scored")
def noise_on_real_images(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    real = real + 0.1 * torch.randn_like(real)
    return stepped(critic, generator, real, optimizer, None, lambda_, losses.critic_loss)


@wrong("mixture-scored")
def rescaled_again(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real * 2 - 1, optimizer, None, lambda_, losses.critic_loss)


@wrong("inference-mode")
def fakes_in_inference_mode(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    with torch.inference_mode():
        fake = make_fakes(generator, real)
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("stale-gradients")
def zero_grad_not_called(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.zero_grad  # noqa: B018
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@wrong("no-step")
def step_not_called(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.zero_grad()
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    optimizer.step  # noqa: B018
    return results(real_scores, fake_scores, gp)


@wrong("own-optimiser")
def by_hand_with_its_rate(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.zero_grad()
    (losses.critic_loss(real_scores, fake_scores) + lambda_ * gp).backward()
    with torch.no_grad():
        for group in optimizer.param_groups:
            for p in group["params"]:
                p -= group["lr"] * p.grad
    return results(real_scores, fake_scores, gp)


@wrong("optimiser-changed")
def sets_the_rate(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    for group in optimizer.param_groups:
        group["lr"] = 5e-5
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)


@wrong("hook-left")
def hooked(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    for p in critic.parameters():
        p.register_hook(lambda gradient: gradient.clamp(-1e9, 1e9))
    return stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)


@wrong("left-in-eval")
def critic_left_in_eval(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    result = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    critic.eval()
    return result


@wrong("network-for-module")
def takes_it_from_the_file(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = penalty.gradient_penalty(critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@wrong("penalty-bent")
def size_of_the_penalty(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp.abs())
    return results(real_scores, fake_scores, gp)


@wrong("lambda-wrong")
def lambda_over_n(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp / len(real))
    return results(real_scores, fake_scores, gp)


@wrong("lambda-fixed")
def no_lambda_of_0(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    return stepped(critic, generator, real, optimizer, penalty, lambda_ or 10, losses.critic_loss)


@wrong("penalty-after-step")
def penalty_computed_again(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, bare(penalty, critic, real, fake))


@wrong("results-swapped")
def swapped_with_a_penalty(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    estimate, gp = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return (gp, estimate) if penalty else (estimate, gp)


@wrong("estimate-with-penalty")
def minus_the_bare_penalty(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    estimate, gp = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return estimate - gp, gp


@wrong("estimate-cut-off")
def distance_not_below_0(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    estimate, gp = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return estimate.clamp(min=0), gp


@wrong("estimate-sign")
def size_of_the_distance(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    estimate, gp = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return estimate.abs(), gp


@wrong("estimate-sum")
def summed_estimate(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    estimate, gp = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return estimate * len(real), gp


@wrong("wrong-shape")
def one_estimate_for_each(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    estimate, gp = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return estimate.expand(len(real)), gp


@wrong("wrong-dtype")
def results_in_double(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    estimate, gp = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return estimate.double(), gp.double()


@wrong("not-a-pair")
def loss_too(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    estimate, gp = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return -estimate, estimate, gp


@wrong("wrong-value")
def a_penalty_of_its_own(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    estimate, gp = stepped(critic, generator, real, optimizer, penalty, lambda_, losses.critic_loss)
    return estimate, gp if penalty else torch.ones(())


@wrong("penalty-always")
def penalty_of_nothing(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = lambda_ * penalty
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + gp)
    return results(real_scores, fake_scores, gp)


@right
def no_grad_and_inline_losses(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    with torch.no_grad():
        fake = generator(torch.randn(real.size(0), generator.latent_dim, device=real.device))
    optimizer.zero_grad()
    real_mean, fake_mean = critic(real).mean(), critic(fake).mean()
    loss = fake_mean - real_mean
    gp = torch.tensor(0.0)
    if penalty is not None:
        gp = penalty(critic=critic, real=real, fake=fake)
        loss = loss + lambda_ * gp
    loss.backward()
    optimizer.step()
    return (real_mean - fake_mean).detach(), gp.detach()


@right
def one_batch_of_both(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(torch.cat([real, fake])).chunk(2)
    critic.zero_grad(set_to_none=False)
    losses.critic_loss(real_scores=real_scores, fake_scores=fake_scores).backward()
    gp = bare(penalty, critic, real, fake)
    if penalty:
        (lambda_ * gp).backward()
    optimizer.step()
    return [losses.wasserstein_estimate(real_scores, fake_scores).detach(), gp.detach()]


@right
def frozen_for_a_while(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    for p in generator.parameters():
        p.requires_grad_(False)
    fake = make_fakes(generator, real)
    for p in generator.parameters():
        p.requires_grad_(True)
    estimate = losses.wasserstein_estimate(critic(real), critic(fake))
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, -estimate + lambda_ * gp)
    return estimate.detach(), gp.detach()


@right
def other_fakes_for_the_penalty(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake, more = make_fakes(generator, real).detach(), make_fakes(generator, real).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, more)
    loss = losses.critic_loss(real_scores, fake_scores) + lambda_ * gp
    for p, gradient in zip(critic.parameters(), torch.autograd.grad(loss, list(critic.parameters()))):
        p.grad = gradient
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@right
def backward_for_the_critic_only(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real)
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    optimizer.zero_grad()
    loss = losses.critic_loss(real_scores, fake_scores) + lambda_ * gp
    loss.backward(inputs=list(critic.parameters()))
    optimizer.step()
    return results(real_scores, fake_scores, gp)


@right
def noise_of_their_type(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(torch.randn(len(real), generator.latent_dim).type_as(real)).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@right
def noise_beside_the_images(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(real.new_empty(len(real), generator.latent_dim).normal_()).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@right
def noise_from_numpy_in_float(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = torch.from_numpy(np.random.randn(len(real), generator.latent_dim)).to(real)
    fake = generator(z).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@right
def noise_moved_to_the_weights(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = generators.sample_latent(len(real), generator.latent_dim)
    fake = generator(z.to(next(generator.parameters()).device)).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@right
def noise_to_cuda_if_the_images_are(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    z = torch.randn(len(real), generator.latent_dim)
    fake = generator(z.cuda() if real.is_cuda else z).detach()
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake)
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    return results(real_scores, fake_scores, gp)


@right
def with_a_closure(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake, kept = make_fakes(generator, real).detach(), []

    def closure():
        optimizer.zero_grad()
        real_scores, fake_scores = critic(real), critic(fake)
        gp = bare(penalty, critic, real, fake)
        kept.append(results(real_scores, fake_scores, gp))
        loss = losses.critic_loss(real_scores, fake_scores) + lambda_ * gp
        loss.backward()
        return loss

    optimizer.step(closure)
    return kept[0]


@right
def no_penalty_for_lambda_0(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = generator(torch.randn(real.shape[0], generator.latent_dim).to(real.device)).data
    real_scores, fake_scores = critic(real), critic(fake)
    loss, gp = losses.critic_loss(real_scores, fake_scores), torch.tensor(0.0)
    if penalty is not None and lambda_ > 0:
        gp = penalty(critic, real, fake)
        loss += lambda_ * gp
    for p in critic.parameters():
        p.grad = None
    torch.autograd.backward(loss)
    optimizer.step()
    optimizer.zero_grad()
    return (real_scores.mean() - fake_scores.mean()).item() * torch.ones(()), gp.detach().clone()


@right
def image_by_image(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    with torch.no_grad():
        fake = torch.cat([generator(torch.randn(1, generator.latent_dim, device=real.device)) for _ in real])
    optimizer.zero_grad(set_to_none=False)
    estimate = 0
    for image, made in zip(real, fake):
        gap = (critic(made[None]) - critic(image[None])).sum() / len(real)
        gap.backward()
        estimate = estimate - gap.detach()
    gp = bare(penalty, critic, real, fake)
    if penalty:
        (lambda_ * gp).backward()
    optimizer.step()
    return estimate, gp.detach()


@right
def by_torch_func(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    fake = make_fakes(generator, real).detach()

    def loss_of(weights):
        real_scores, fake_scores = (torch.func.functional_call(critic, weights, (images,)) for images in (real, fake))
        return losses.critic_loss(real_scores, fake_scores)

    weights = {name: p.detach() for name, p in critic.named_parameters()}
    gradients, loss = torch.func.grad_and_value(loss_of)(weights)
    gp = bare(penalty, critic, real, fake)
    optimizer.zero_grad()
    if penalty:
        (lambda_ * gp).backward()
    for name, p in critic.named_parameters():
        p.grad = gradients[name] if p.grad is None else p.grad + gradients[name]
    optimizer.step()
    return -loss.detach(), gp.detach()


@right
def gradients_put_back(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    kept = [p.grad for p in generator.parameters()]
    for p in generator.parameters():
        p.grad = None
    fake = make_fakes(generator, real)
    real_scores, fake_scores = critic(real), critic(fake)
    gp = bare(penalty, critic, real, fake.detach())
    descend(optimizer, losses.critic_loss(real_scores, fake_scores) + lambda_ * gp)
    for p, old in zip(generator.parameters(), kept):
        p.grad = old
    return results(real_scores, fake_scores, gp)


@right
def all_by_keyword(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    critic.train()
    fake = generator(generators.sample_latent(latent_dim=generator.latent_dim, n=len(real), device=real.device))
    fake = fake.clone().detach().requires_grad_()
    real_scores, fake_scores = critic(real.clone()), critic(fake)
    gp = (
        torch.zeros_like(real_scores.mean())
        if penalty is None
        else penalty(fake=fake.detach(), real=real, critic=critic)
    )
    descend(optimizer, losses.critic_loss(fake_scores=fake_scores, real_scores=real_scores).add(gp, alpha=lambda_))
    return torch.stack([losses.wasserstein_estimate(real_scores, fake_scores), gp]).detach().unbind()
