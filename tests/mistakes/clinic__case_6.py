import torch

from tests.mistakes import right, wrong


@wrong("still-sick")
def as_it_was(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights = weights.clamp(-c, c)


@wrong("still-sick")
def line_deleted(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()


@wrong("still-sick")
def a_list_of_clipped_ones(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        [torch.clamp(weights, -c, c) for weights in critic.parameters()]


@wrong("still-sick")
def a_clone_in_place(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.detach().clone().clamp_(-c, c)


@wrong("no-update")
def never_updated(critic, update, n_critic=5, c=0.03):
    for weights in critic.parameters():
        weights.data.clamp_(-c, c)


@wrong("no-update")
def always_five(critic, update, n_critic=5, c=0.03):
    for _ in range(5):
        update()
        for weights in critic.parameters():
            weights.data.clamp_(-c, c)


@wrong("no-update")
def for_each_parameter(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        for weights in critic.parameters():
            update()
            weights.data.clamp_(-c, c)


@wrong("no-update")
def called_while_it_lasts(critic, update, n_critic=5, c=0.03):
    while True:
        update()


@wrong("clip-once")
def after_the_loop(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
    for weights in critic.parameters():
        weights.data.clamp_(-c, c)


@wrong("clip-before")
def clipped_first(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        for weights in critic.parameters():
            weights.data.clamp_(-c, c)
        update()


@wrong("clip-before")
def only_at_the_start(critic, update, n_critic=5, c=0.03):
    for weights in critic.parameters():
        weights.data.clamp_(-c, c)
    for _ in range(n_critic):
        update()


@wrong("one-side")
def from_above(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data.clamp_(max=c)


@wrong("one-side")
def from_below(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data.clamp_(min=-c)


@wrong("c-ignored")
def the_papers_c(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data.clamp_(-0.01, 0.01)


@wrong("c-ignored")
def half_of_c(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data.clamp_(-c / 2, c / 2)


@wrong("biases-forgotten")
def matrices_only(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            if weights.dim() > 1:
                weights.data.clamp_(-c, c)


@wrong("to-zero")
def outside_becomes_zero(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data[weights.data.abs() > c] = 0


@wrong("inside-changed")
def scaled_down(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data.mul_(c / weights.data.abs().max())


@wrong("inside-changed")
def only_the_signs(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data = c * weights.data.sign()


@wrong("inside-changed")
def bent(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data = c * torch.tanh(weights.data / c)


@wrong("gradients-touched")
def gradients_clipped(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.grad.clamp_(-c, c)


@wrong("gradients-touched")
def gradients_emptied(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data.clamp_(-c, c)
        critic.zero_grad()


@wrong("in-place-under-grad")
def in_place_and_recorded(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.clamp_(-c, c)


@wrong("wrong-value")
def one_layer_only(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        next(critic.parameters()).data.clamp_(-c, c)


@wrong("wrong-arguments")
def other_defaults(critic, update, c=0.03, n_critic=5):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data.clamp_(-c, c)


@right
def in_place(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        for weights in critic.parameters():
            weights.data.clamp_(-c, c)


@right
def copied_back(critic, update, n_critic=5, c=0.03):
    for _ in range(n_critic):
        update()
        with torch.no_grad():
            for weights in critic.parameters():
                weights.copy_(weights.clamp(-c, c))


@right
def by_minimum_and_maximum(critic, update, n_critic=5, c=0.03):
    step = 0
    while step < n_critic:
        update()
        for weights in critic.state_dict().values():
            weights.copy_(weights.clip(min=-c).clip(max=c))
        step += 1
