import numpy as np
import torch
from torch import nn

from tests.mistakes import right, wrong


@wrong("nothing-clipped")
def rebinding(critic, c):
    for p in critic.parameters():
        p = p.clamp(-c, c)


@wrong("nothing-clipped")
def returns_copies(critic, c):
    return [torch.clamp(p, -c, c) for p in critic.parameters()]


@wrong("nothing-clipped")
def clone_of_the_state(critic, c):
    state = {name: value.clone() for name, value in critic.state_dict().items()}
    for value in state.values():
        value.clamp_(-c, c)


@wrong("gradients-clipped")
def gradients(critic, c):
    for p in critic.parameters():
        p.grad.clamp_(-c, c)


@wrong("gradients-clipped")
def gradient_norm(critic, c):
    nn.utils.clip_grad_norm_(critic.parameters(), c)


@wrong("gradients-clipped")
def gradients_as_well(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-c, c)
            p.grad = None


@wrong("biases-forgotten")
def weights_only(critic, c):
    for name, p in critic.named_parameters():
        if "bias" not in name:
            p.data.clamp_(-c, c)


@wrong("layers-forgotten")
def linear_only(critic, c):
    for layer in critic.modules():
        if isinstance(layer, nn.Linear):
            layer.weight.data.clamp_(-c, c)
            if layer.bias is not None:
                layer.bias.data.clamp_(-c, c)


@wrong("layers-forgotten")
def first_level_only(critic, c):
    with torch.no_grad():
        for layer in critic.children():
            for p in layer.parameters(recurse=False):
                p.clamp_(-c, c)


@wrong("layers-forgotten")
def leaves_after_one(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-c, c)
            return


@wrong("one-sided")
def only_above(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(max=c)


@wrong("one-sided")
def only_below(critic, c):
    for p in critic.parameters():
        p.data = torch.maximum(p.data, torch.tensor(-c))


@wrong("bounds-swapped")
def upper_bound_first(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(c, -c)


@wrong("c-ignored")
def always_a_hundredth(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-0.01, 0.01)


@wrong("c-ignored")
def always_a_quarter(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-0.25, 0.25)


@wrong("inside-changed")
def rescaled(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.mul_(c / p.abs().max())


@wrong("inside-changed")
def norm_clipped(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            if p.norm() > c:
                p.mul_(c / p.norm())


@wrong("inside-changed")
def squashed(critic, c):
    for p in critic.parameters():
        p.data = c * torch.tanh(p.data / c)


@wrong("outside-to-zero")
def zeroed(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p[p.abs() > c] = 0


@wrong("not-finite")
def divided_by_zero(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.div_(p.abs() - p.abs())


@wrong("wrong-value")
def reflected(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p[p > c] = -c
            p[p < -c] = c


@wrong("in-place-under-grad")
def recorded(critic, c):
    for p in critic.parameters():
        p.clamp_(-c, c)


@wrong("parameters-replaced")
def new_parameters(critic, c):
    for module in critic.modules():
        for name, p in list(module.named_parameters(recurse=False)):
            setattr(module, name, nn.Parameter(p.detach().clamp(-c, c)))


@wrong("left-frozen")
def switched_off(critic, c):
    for p in critic.parameters():
        p.requires_grad_(False)
        p.clamp_(-c, c)


@wrong("bias-free")
def every_layer_has_a_bias(critic, c):
    critic.scale.data.clamp_(-c, c)
    for layer in critic.modules():
        if hasattr(layer, "weight"):
            layer.weight.data.clamp_(-c, c)
            layer.bias.data.clamp_(-c, c)


@wrong("wrong-arguments")
def fixed_window(critic):
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-0.01, 0.01)


@wrong("wrong-dtype")
def doubles_from_numpy(critic, c):
    for p in critic.parameters():
        p.data = torch.from_numpy(np.clip(p.detach().numpy().astype(np.float64), -c, c))


@wrong("wrong-dtype")
def whole_critic_in_double(critic, c):
    critic.double()
    for p in critic.parameters():
        p.data.clamp_(-c, c)


@right
def through_data(critic, c):
    for p in critic.parameters():
        p.data.clamp_(min=-c, max=c)


@right
def copied_back(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.copy_(torch.minimum(torch.maximum(p, torch.full_like(p, -c)), torch.full_like(p, c)))


@right
def through_the_state(critic, c):
    for value in critic.state_dict().values():
        value.clamp_(-c, c)


@right
def new_data(critic, c):
    for p in critic.parameters():
        p.data = p.data.clamp(-c, c)


@right
def floats_from_numpy(critic, c):
    for p in critic.parameters():
        p.data = torch.from_numpy(np.clip(p.detach().cpu().numpy(), -c, c)).to(p)
