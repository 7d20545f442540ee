import torch
from torch import nn

from tests.mistakes import right, wrong


@wrong("still-sick")
def as_it_was(critic, generator, z, optimizer):
    one = torch.ones((), device=z.device)
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    mean_score.backward(one)
    optimizer.step()
    return mean_score.detach()


@wrong("still-sick")
def negated_twice(critic, generator, z, optimizer):
    one = torch.ones((), device=z.device)
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    (-mean_score).backward(-one)
    optimizer.step()
    return mean_score.detach()


@wrong("still-sick")
def the_loss_is_named_and_not_used(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    loss = -mean_score
    (-loss).backward()
    optimizer.step()
    return mean_score.detach()


@wrong("no-backward")
def line_deleted(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    optimizer.step()
    return mean_score.detach()


@wrong("no-backward")
def fakes_cut_off(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(z).detach()).mean()
    (-mean_score).backward()
    optimizer.step()
    return mean_score.detach()


@wrong("no-backward")
def emptied_after_backward(critic, generator, z, optimizer):
    mean_score = critic(generator(z)).mean()
    (-mean_score).backward()
    optimizer.zero_grad()
    optimizer.step()
    return mean_score.detach()


@wrong("no-step")
def step_deleted(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    (-mean_score).backward()
    return mean_score.detach()


@wrong("many-steps")
def steps_twice(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    (-mean_score).backward()
    optimizer.step()
    optimizer.step()
    return mean_score.detach()


@wrong("stale-gradients")
def nothing_emptied(critic, generator, z, optimizer):
    mean_score = critic(generator(z)).mean()
    (-mean_score).backward()
    optimizer.step()
    return mean_score.detach()


@wrong("stale-gradients")
def critic_emptied_instead(critic, generator, z, optimizer):
    critic.zero_grad()
    mean_score = critic(generator(z)).mean()
    (-mean_score).backward()
    optimizer.step()
    return mean_score.detach()


@wrong("critic-moved")
def critic_turned_round(critic, generator, z, optimizer):
    optimizer.zero_grad()
    with torch.no_grad():
        for parameter in list(critic.parameters())[-2:]:
            parameter.neg_()
    mean_score = critic(generator(z)).mean()
    mean_score.backward()
    optimizer.step()
    return mean_score.detach()


@wrong("absolute-value")
def size_of_the_score(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    (-mean_score.abs()).backward()
    optimizer.step()
    return mean_score.detach()


@wrong("scaled-step")
def sum_over_the_batch(critic, generator, z, optimizer):
    optimizer.zero_grad()
    scores = critic(generator(z))
    (-scores.sum()).backward()
    optimizer.step()
    return scores.mean().detach()


@wrong("scaled-step")
def half(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    mean_score.backward(torch.tensor(-0.5))
    optimizer.step()
    return mean_score.detach()


@wrong("wrong-step")
def as_in_a_gan(critic, generator, z, optimizer):
    optimizer.zero_grad()
    scores = critic(generator(z))
    nn.functional.softplus(-scores).mean().backward()
    optimizer.step()
    return scores.mean().detach()


@wrong("wrong-step")
def best_fake_only(critic, generator, z, optimizer):
    optimizer.zero_grad()
    scores = critic(generator(z))
    (-scores.max()).backward()
    optimizer.step()
    return scores.mean().detach()


@wrong("wrong-step")
def other_noise(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(torch.randn_like(z))).mean()
    (-mean_score).backward()
    optimizer.step()
    return mean_score.detach()


@wrong("result-sign")
def returns_the_loss(critic, generator, z, optimizer):
    optimizer.zero_grad()
    loss = -critic(generator(z)).mean()
    loss.backward()
    optimizer.step()
    return loss.detach()


@wrong("result-after-step")
def returns_the_new_score(critic, generator, z, optimizer):
    optimizer.zero_grad()
    (-critic(generator(z)).mean()).backward()
    optimizer.step()
    return critic(generator(z)).mean().detach()


@wrong("result-attached")
def returns_the_graph(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    (-mean_score).backward()
    optimizer.step()
    return mean_score


@wrong("returns-none")
def returns_nothing(critic, generator, z, optimizer):
    optimizer.zero_grad()
    (-critic(generator(z)).mean()).backward()
    optimizer.step()


@wrong("wrong-shape")
def returns_all_scores(critic, generator, z, optimizer):
    optimizer.zero_grad()
    scores = critic(generator(z))
    (-scores.mean()).backward()
    optimizer.step()
    return scores.detach()


@wrong("wrong-value")
def returns_the_sum(critic, generator, z, optimizer):
    optimizer.zero_grad()
    scores = critic(generator(z))
    (-scores.mean()).backward()
    optimizer.step()
    return scores.detach().sum()


@right
def with_a_minus(critic, generator, z, optimizer):
    optimizer.zero_grad()
    mean_score = critic(generator(z)).mean()
    (-mean_score).backward()
    optimizer.step()
    return mean_score.detach()


@right
def image_by_image(critic, generator, z, optimizer):
    scores = critic(generator(z)).flatten()
    optimizer.zero_grad()
    scores.backward(torch.full_like(scores, -1 / len(scores)))
    optimizer.step()
    return scores.detach().mean()


@right
def by_autograd(critic, generator, z, optimizer):
    mean_score = critic(generator(z)).mean()
    weights = list(generator.parameters())
    for weight, slope in zip(weights, torch.autograd.grad(mean_score, weights)):
        weight.grad = -slope
    optimizer.step()
    return mean_score.detach()


@right
def zero_minus(critic, generator, z, optimizer):
    optimizer.zero_grad(set_to_none=False)
    mean_score = torch.mean(critic(generator(z)))
    loss = 0 - mean_score
    loss.backward()
    optimizer.step()
    return mean_score.detach().clone()
