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
