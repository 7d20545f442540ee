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
    image = torch.randn(n, 1, 3, 4, requires_grad=True)
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
