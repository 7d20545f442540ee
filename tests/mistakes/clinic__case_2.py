import torch

from tests.mistakes import right, wrong


@wrong("still-sick")
def as_it_was(critic, generator, z, player):
    fakes = generator(z).detach()
    return critic(fakes).mean()


@wrong("still-sick")
def detached_in_both_branches(critic, generator, z, player):
    fakes = generator(z)
    fakes = fakes.detach() if player == "critic" else fakes.data
    return critic(fakes).mean()


@wrong("still-sick")
def made_without_gradients(critic, generator, z, player):
    with torch.no_grad():
        fakes = generator(z)
    return critic(fakes).mean()


@wrong("still-sick")
def switched_on_again(critic, generator, z, player):
    fakes = generator(z).detach()
    if player == "generator":
        fakes.requires_grad_(True)
    return critic(fakes).mean()


@wrong("never-detached")
def detach_deleted(critic, generator, z, player):
    return critic(generator(z)).mean()


@wrong("never-detached")
def copy_not_kept(critic, generator, z, player):
    fakes = generator(z)
    if player == "critic":
        fakes.detach()
    return critic(fakes).mean()


@wrong("never-detached")
def a_name_that_nobody_has(critic, generator, z, player):
    fakes = generator(z)
    if player == "Critic":
        fakes = fakes.detach()
    return critic(fakes).mean()


@wrong("never-detached")
def compares_with_the_network(critic, generator, z, player):
    fakes = generator(z)
    if player is critic:
        fakes = fakes.detach()
    return critic(fakes).mean()


@wrong("never-detached")
def cloned(critic, generator, z, player):
    fakes = generator(z)
    if player == "critic":
        fakes = fakes.clone()
    return critic(fakes).mean()


@wrong("players-swapped")
def the_other_player(critic, generator, z, player):
    fakes = generator(z)
    if player == "generator":
        fakes = fakes.detach()
    return critic(fakes).mean()


@wrong("players-swapped")
def not_equal(critic, generator, z, player):
    fakes = generator(z)
    if player != "critic":
        fakes = fakes.detach()
    return critic(fakes).mean()


@wrong("critic-cut-off")
def scores_cut_off(critic, generator, z, player):
    score = critic(generator(z)).mean()
    return score.detach() if player == "critic" else score


@wrong("critic-cut-off")
def all_without_gradients(critic, generator, z, player):
    with torch.set_grad_enabled(player == "generator"):
        return critic(generator(z)).mean()


@wrong("wrong-gradient")
def half_of_the_way(critic, generator, z, player):
    fakes = generator(z)
    fakes = fakes.detach() if player == "critic" else (fakes + fakes.detach()) / 2
    return critic(fakes).mean()


@wrong("wrong-gradient")
def one_fake_learns(critic, generator, z, player):
    fakes = generator(z)
    fakes = fakes.detach() if player == "critic" else torch.cat([fakes[:1], fakes[1:].detach()])
    return critic(fakes).mean()


@wrong("not-averaged")
def summed(critic, generator, z, player):
    fakes = generator(z)
    if player == "critic":
        fakes = fakes.detach()
    return critic(fakes).sum()


@wrong("wrong-value")
def negated(critic, generator, z, player):
    fakes = generator(z)
    if player == "critic":
        fakes = fakes.detach()
    return -critic(fakes).mean()


@wrong("wrong-value")
def other_noise(critic, generator, z, player):
    fakes = generator(torch.randn_like(z))
    if player == "critic":
        fakes = fakes.detach()
    return critic(fakes).mean()


@wrong("wrong-shape")
def all_scores(critic, generator, z, player):
    fakes = generator(z)
    if player == "critic":
        fakes = fakes.detach()
    return critic(fakes)


@wrong("returns-none")
def returns_nothing(critic, generator, z, player):
    fakes = generator(z)
    if player == "critic":
        fakes = fakes.detach()
    critic(fakes).mean()


@wrong("left-frozen")
def generator_frozen(critic, generator, z, player):
    generator.requires_grad_(player == "generator")
    return critic(generator(z)).mean()


@wrong("parameter-gradients")
def goes_backward(critic, generator, z, player):
    fakes = generator(z)
    if player == "critic":
        fakes = fakes.detach()
    score = critic(fakes).mean()
    score.backward(retain_graph=True)
    return score


@wrong("gradients-emptied")
def empties_the_gradients(critic, generator, z, player):
    (critic if player == "critic" else generator).zero_grad()
    fakes = generator(z)
    if player == "critic":
        fakes = fakes.detach()
    return critic(fakes).mean()


@right
def in_one_line(critic, generator, z, player):
    return critic(generator(z) if player == "generator" else generator(z).detach()).mean()


@right
def without_a_graph_for_the_critic(critic, generator, z, player):
    with torch.set_grad_enabled(player == "generator"):
        fakes = generator(z)
    return critic(fakes).mean()


@right
def a_copy_of_the_values(critic, generator, z, player):
    fakes = generator(z)
    if player.startswith("c"):
        fakes = torch.empty_like(fakes).copy_(fakes.data)
    scores = critic(fakes)
    return scores.sum() / scores.numel()
