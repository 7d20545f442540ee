import numpy as np
import torch
from torch.nn import functional as F

from starter import generator as generators
from starter import losses
from tests.mistakes import right, wrong


def noise(n, generator):
    device = next(generator.parameters()).device
    return generators.sample_latent(n, generator.latent_dim, device)


def descend(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@wrong("sign-swapped")
def lowers_the_scores(critic, generator, n, optimizer):
    loss = critic(generator(noise(n, generator))).mean()
    descend(optimizer, loss)
    return loss.detach()


@wrong("sum-not-mean")
def summed(critic, generator, n, optimizer):
    loss = -critic(generator(noise(n, generator))).sum()
    descend(optimizer, loss)
    return loss.detach()


@wrong("fakes-detached")
def detached(critic, generator, n, optimizer):
    fake = generator(noise(n, generator)).detach()
    loss = losses.generator_loss(critic(fake))
    descend(optimizer, loss)
    return loss.detach()


@wrong("fakes-detached")
def fakes_without_graph(critic, generator, n, optimizer):
    with torch.no_grad():
        fake = generator(noise(n, generator))
    loss = losses.generator_loss(critic(fake))
    descend(optimizer, loss)
    return loss.detach()


@wrong("fakes-detached")
def detached_and_not_zeroed(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator)).detach()))
    loss.backward()
    optimizer.step()
    return loss.detach()


@wrong("no-graph")
def all_without_graph(critic, generator, n, optimizer):
    with torch.no_grad():
        loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("no-graph")
def scores_detached(critic, generator, n, optimizer):
    scores = critic(generator(noise(n, generator))).detach()
    loss = losses.generator_loss(scores)
    descend(optimizer, loss)
    return loss


@wrong("stale-gradients")
def never_zeroed(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    loss.backward()
    optimizer.step()
    return loss.detach()


@wrong("stale-gradients")
def zeroes_the_critic(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    critic.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


@wrong("zeroed-too-late")
def zeroed_at_the_end(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


@wrong("zeroed-after-backward")
def emptied_again(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.detach()


@wrong("step-before-backward")
def steps_first(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.zero_grad()
    optimizer.step()
    loss.backward()
    return loss.detach()


@wrong("step-before-backward")
def steps_first_with_old_gradients(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    return loss.detach()


@wrong("no-backward")
def backward_forgotten(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.zero_grad()
    optimizer.step()
    return loss.detach()


@wrong("no-step")
def step_forgotten(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.zero_grad()
    loss.backward()
    return loss.detach()


@wrong("many-steps")
def five_steps(critic, generator, n, optimizer):
    for _ in range(5):
        loss = losses.generator_loss(critic(generator(noise(n, generator))))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.detach()


@wrong("own-optimiser")
def by_hand(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    generator.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in generator.parameters():
            p -= 0.01 * p.grad
    return loss.detach()


@wrong("critic-moved")
def steps_the_critic_too(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    torch.optim.SGD(critic.parameters(), lr=0.01).step()
    return loss.detach()


@wrong("critic-moved")
def clips_the_critic(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    for p in critic.parameters():
        p.data.clamp_(-0.01, 0.01)
    return loss.detach()


@wrong("moved-by-hand")
def clips_the_generator(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    for p in generator.parameters():
        p.data.clamp_(-0.01, 0.01)
    return loss.detach()


@wrong("uneven")
def cross_entropy(critic, generator, n, optimizer):
    scores = critic(generator(noise(n, generator)))
    loss = F.binary_cross_entropy_with_logits(scores, torch.ones_like(scores))
    descend(optimizer, loss)
    return loss.detach()


@wrong("batch-size")
def always_64(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(64, generator))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("latent-fixed")
def always_64_numbers(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(generators.sample_latent(n, 64))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("noise-swapped")
def dimension_first(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(generators.sample_latent(generator.latent_dim, n))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("noise-type")
def a_number(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(n)))
    descend(optimizer, loss)
    return loss.detach()


@wrong("noise-shape")
def one_long_row(critic, generator, n, optimizer):
    z = torch.randn(n * generator.latent_dim)
    loss = losses.generator_loss(critic(generator(z)))
    descend(optimizer, loss)
    return loss.detach()


@wrong("noise-distribution")
def uniform(critic, generator, n, optimizer):
    z = torch.rand(n, generator.latent_dim)
    loss = losses.generator_loss(critic(generator(z)))
    descend(optimizer, loss)
    return loss.detach()


@wrong("seed-set")
def seeded(critic, generator, n, optimizer):
    torch.manual_seed(0)
    loss = losses.generator_loss(critic(generator(torch.randn(n, generator.latent_dim))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("wrong-device")
def noise_on_the_cpu(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(generators.sample_latent(n, generator.latent_dim))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("critic-input")
def scores_of_noise(critic, generator, n, optimizer):
    image = torch.randn(n, 1, 28, 28, requires_grad=True)
    loss = losses.generator_loss(critic(image))
    descend(optimizer, loss)
    return loss.detach()


@wrong("loss-of-images")
def loss_of_images(critic, generator, n, optimizer):
    loss = losses.generator_loss(generator(noise(n, generator)))
    descend(optimizer, loss)
    return loss.detach()


@wrong("loss-of-images")
def mean_of_images(critic, generator, n, optimizer):
    loss = -generator(noise(n, generator)).mean()
    descend(optimizer, loss)
    return loss.detach()


@wrong("network-for-module")
def asks_the_network_for_noise(critic, generator, n, optimizer):
    z = generator.sample_latent(n, generator.latent_dim)
    loss = losses.generator_loss(critic(generator(z)))
    descend(optimizer, loss)
    return loss.detach()


@wrong("no-such-name")
def asks_the_critic_for_a_score(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic.score(generator(noise(n, generator))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("critic-input")
def critic_of_noise(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(noise(n, generator)))
    descend(optimizer, loss)
    return loss.detach()


@wrong("left-frozen")
def freezes_the_critic(critic, generator, n, optimizer):
    critic.requires_grad_(False)
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("left-in-eval")
def critic_in_eval(critic, generator, n, optimizer):
    critic.eval()
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("result-attached")
def loss_with_graph(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    return loss


@wrong("result-sign")
def returns_the_score(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    return -loss.detach()


@wrong("wrong-value")
def returns_half(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    return loss.detach() / 2


@wrong("wrong-type")
def returns_a_float(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)
    return loss.item()


@wrong("returns-none")
def returns_nothing(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    descend(optimizer, loss)


@wrong("graph-used-twice")
def backward_twice(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.zero_grad()
    loss.backward()
    loss.backward()
    optimizer.step()
    return loss.detach()


@wrong("wrong-arguments")
def without_n(critic, generator, optimizer):
    loss = losses.generator_loss(critic(generator(noise(64, generator))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("wrong-dtype")
def noise_from_numpy(critic, generator, n, optimizer):
    z = torch.tensor(np.random.randn(n, generator.latent_dim)).to(next(generator.parameters()).device)
    loss = losses.generator_loss(critic(generator(z)))
    descend(optimizer, loss)
    return loss.detach()


@wrong("wrong-dtype")
def fakes_in_double(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator)).double()))
    descend(optimizer, loss)
    return loss.detach()


@wrong("wrong-device")
def noise_of_the_old_class(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(torch.Tensor(n, generator.latent_dim).normal_())))
    descend(optimizer, loss)
    return loss.detach()


@wrong("wrong-device")
def fakes_on_the_cpu(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator)).cpu()))
    descend(optimizer, loss)
    return loss.detach()


def stepped(critic, generator, n, optimizer, loss_of=losses.generator_loss, z=None, between=lambda fake: fake):
    """A right step, but for its noise, for what happens to the fakes, and for the loss that is made of the scores."""
    loss = loss_of(critic(between(generator(noise(n, generator) if z is None else z))))
    descend(optimizer, loss)
    return loss.detach()


@wrong("same-noise")
def own_generator_with_a_seed(critic, generator, n, optimizer):
    z = torch.randn(n, generator.latent_dim, generator=torch.Generator().manual_seed(7))
    return stepped(critic, generator, n, optimizer, z=z.to(next(generator.parameters())))


@wrong("same-noise")
def numpy_with_a_seed(critic, generator, n, optimizer):
    z = torch.tensor(np.random.RandomState(0).randn(n, generator.latent_dim))
    return stepped(critic, generator, n, optimizer, z=z.to(next(generator.parameters())))


@wrong("noise-repeated")
def one_z_for_all(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, z=noise(1, generator).expand(n, -1))


@wrong("noise-repeated")
def no_noise(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, z=0 * noise(n, generator))


@wrong("noise-distribution")
def half_as_wide(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, z=noise(n, generator) / 2)


@wrong("noise-distribution")
def sizes_of_normal_numbers(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, z=noise(n, generator).abs())


@wrong("absolute-value")
def size_of_the_loss(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, lambda scores: scores.mean().abs())


@wrong("cut-off")
def loss_not_below_0(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, lambda scores: F.relu(-scores.mean()))


@wrong("images-left-out")
def best_fake(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, lambda scores: -scores.max())


@wrong("images-left-out")
def first_fake(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, lambda scores: losses.generator_loss(scores[:1]))


@wrong("images-left-out")
def best_half(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, lambda scores: -scores.flatten().topk(n // 2).values.mean())


@wrong("uneven")
def softplus(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, lambda scores: F.softplus(-scores).mean())


@wrong("uneven")
def least_squares(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, lambda scores: (scores - 1).square().mean())


@wrong("uneven")
def bounded_scores(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, lambda scores: -(scores / 10).tanh().mean())


@wrong("scaled-step")
def twice_the_loss(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, lambda scores: -2 * scores.mean())


@wrong("scaled-step")
def gradients_made_shorter(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(generator.parameters(), 1.0)
    optimizer.step()
    return loss.detach()


@wrong("gradients-clipped")
def gradients_cut(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(generator.parameters(), 0.01)
    optimizer.step()
    return loss.detach()


@wrong("extra-term")
def with_weight_decay(critic, generator, n, optimizer):
    decay = 0.01 * sum(p.square().sum() for p in generator.parameters())
    return stepped(critic, generator, n, optimizer, lambda scores: losses.generator_loss(scores) + decay)


@wrong("extra-term")
def with_a_term_on_images(critic, generator, n, optimizer):
    kept = []
    loss_of = lambda scores: losses.generator_loss(scores) + kept[0].square().mean()  # noqa: E731
    return stepped(critic, generator, n, optimizer, loss_of, between=lambda fake: kept.append(fake) or fake)


@wrong("mixture-scored")
def noise_on_the_fakes(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, between=lambda fake: fake + 0.1 * torch.randn_like(fake))


@wrong("mixture-scored")
def fakes_in_0_to_1(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, between=lambda fake: (fake + 1) / 2)


@wrong("many-steps")
def two_steps_written_out(critic, generator, n, optimizer):
    stepped(critic, generator, n, optimizer)
    return stepped(critic, generator, n, optimizer)


@wrong("many-steps")
def on_one_graph(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    for _ in range(3):
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
        optimizer.step()
    return loss.detach()


@wrong("player-frozen")
def freezes_the_generator(critic, generator, n, optimizer):
    generator.requires_grad_(False)
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    generator.requires_grad_(True)
    descend(optimizer, loss)
    return loss.detach()


@wrong("player-frozen")
def freezes_both(critic, generator, n, optimizer):
    for p in (*critic.parameters(), *generator.parameters()):
        p.requires_grad_(False)
    return stepped(critic, generator, n, optimizer)


@wrong("fakes-detached")
def gradients_for_the_critic(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.zero_grad()
    loss.backward(inputs=list(critic.parameters()))
    optimizer.step()
    return loss.detach()


@wrong("no-step")
def step_not_called(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step  # noqa: B018
    return loss.detach()


@wrong("own-optimiser")
def another_optimiser(critic, generator, n, optimizer):
    return stepped(critic, generator, n, torch.optim.Adam(generator.parameters(), lr=1e-4))


@wrong("optimiser-changed")
def sets_the_rate(critic, generator, n, optimizer):
    optimizer.param_groups[0]["lr"] = 1e-4
    return stepped(critic, generator, n, optimizer)


@wrong("hook-left")
def hooked(critic, generator, n, optimizer):
    generator.register_forward_hook(lambda *given: None)
    return stepped(critic, generator, n, optimizer)


@wrong("result-sum")
def summed_result(critic, generator, n, optimizer):
    return n * stepped(critic, generator, n, optimizer)


@wrong("result-after-step")
def loss_computed_again(critic, generator, n, optimizer):
    z = noise(n, generator)
    stepped(critic, generator, n, optimizer, z=z)
    with torch.no_grad():
        return losses.generator_loss(critic(generator(z)))


@wrong("wrong-dtype")
def result_in_double(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer).double()


@wrong("wrong-shape")
def one_result_for_each(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer).expand(n)


@wrong("wrong-call")
def loss_of_both(critic, generator, n, optimizer):
    return stepped(critic, generator, n, optimizer, losses.critic_loss)


@wrong("sign-swapped")
def both_losses_alike(critic, generator, n, optimizer):
    zeros = torch.zeros(n, device=next(generator.parameters()).device)
    return stepped(critic, generator, n, optimizer, lambda scores: losses.critic_loss(zeros, scores))


@right
def everything_inline(critic, generator, n, optimizer):
    z = torch.randn(n, generator.latent_dim, device=next(generator.parameters()).device)
    optimizer.zero_grad()
    loss = -critic(generator(z)).mean()
    loss.backward()
    optimizer.step()
    return loss.detach()


@right
def critic_frozen_for_a_while(critic, generator, n, optimizer):
    for p in critic.parameters():
        p.requires_grad = False
    generator.zero_grad()
    z = generators.sample_latent(n=n, latent_dim=generator.latent_dim, device=next(generator.parameters()).device)
    loss = losses.generator_loss(fake_scores=critic(generator(z)))
    loss.backward()
    optimizer.step()
    for p in critic.parameters():
        p.requires_grad = True
    return loss.data


@right
def gradients_asked_for(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    parameters = list(generator.parameters())
    for p, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        p.grad = gradient
    optimizer.step()
    return loss.detach().clone()


@right
def cleans_up_after_itself(critic, generator, n, optimizer):
    loss = losses.generator_loss(critic(generator(noise(n, generator))))
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    optimizer.step()
    critic.zero_grad()
    return loss.detach()


@right
def noise_beside_the_weights(critic, generator, n, optimizer):
    z = next(generator.parameters()).new_empty(n, generator.latent_dim).normal_().detach()
    loss = losses.generator_loss(critic(generator(z)))
    descend(optimizer, loss)
    return loss.detach()


@right
def noise_of_their_type(critic, generator, n, optimizer):
    z = torch.randn(n, generator.latent_dim).type_as(next(critic.parameters()))
    loss = losses.generator_loss(critic(generator(z)))
    descend(optimizer, loss)
    return loss.detach()


@right
def noise_to_cuda_if_the_weights_are(critic, generator, n, optimizer):
    z = torch.from_numpy(np.random.randn(n, generator.latent_dim).astype(np.float32))
    z = z.cuda() if next(generator.parameters()).is_cuda else z
    loss = losses.generator_loss(critic(generator(z)))
    descend(optimizer, loss)
    return loss.detach()


@right
def where_the_optimiser_works(critic, generator, n, optimizer):
    z = generators.sample_latent(n, generator.latent_dim, optimizer.param_groups[0]["params"][0].device)
    loss = losses.generator_loss(critic(generator(z)))
    descend(optimizer, loss)
    return loss.detach()


@right
def with_a_closure(critic, generator, n, optimizer):
    z, kept = noise(n, generator), []

    def closure():
        optimizer.zero_grad()
        kept.append(losses.generator_loss(critic(generator(z))))
        kept[0].backward()
        return kept[0]

    return optimizer.step(closure).detach()


@right
def fake_by_fake(critic, generator, n, optimizer):
    for p in generator.parameters():
        p.grad = None
    total = torch.zeros((), device=next(generator.parameters()).device)
    for _ in range(n):
        loss = -critic(generator(noise(1, generator))).squeeze() / n
        loss.backward()
        total += loss.detach()
    optimizer.step()
    return total


@right
def with_weights_for_each_score(critic, generator, n, optimizer):
    scores = critic(generator(noise(n, generator)))
    generator.zero_grad(set_to_none=False)
    critic.zero_grad()
    scores.backward(torch.full_like(scores, -1 / n))
    optimizer.step()
    return -torch.einsum("i->", scores.detach().flatten()) / n


@right
def through_the_images(critic, generator, n, optimizer):
    fake = generator(noise(n, generator))
    leaf = fake.detach().requires_grad_()
    loss = losses.generator_loss(critic(leaf))
    (slopes,) = torch.autograd.grad(loss, leaf)
    optimizer.zero_grad()
    fake.backward(slopes)
    optimizer.step()
    return loss.detach()


@right
def critic_frozen_by_a_guard(critic, generator, n, optimizer):
    critic.requires_grad_(False)
    try:
        loss = losses.generator_loss(critic(generator(noise(n, generator))))
        descend(optimizer, loss)
    finally:
        critic.requires_grad_(True)
    return loss.detach()
