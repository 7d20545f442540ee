import copy

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


@wrong("gradients-emptied")
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


@wrong("inside-changed")
def divided_by_zero(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.div_(p.abs() - p.abs())


@wrong("other-end")
def reflected(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p[p > c] = -c
            p[p < -c] = c


@wrong("in-place-under-grad")
def recorded(critic, c):
    for p in critic.parameters():
        p.clamp_(-c, c)


@wrong("network-rebuilt")
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


@wrong("network-rebuilt")
def doubles_from_numpy(critic, c):
    for p in critic.parameters():
        p.data = torch.from_numpy(np.clip(p.detach().numpy().astype(np.float64), -c, c))


@wrong("network-rebuilt")
def whole_critic_in_double(critic, c):
    critic.double()
    for p in critic.parameters():
        p.data.clamp_(-c, c)


@wrong("gradients-emptied")
def zeroes_the_critic(critic, c):
    critic.zero_grad()
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp_(-c, c)


@wrong("gradients-clipped")
def gradient_values(critic, c):
    nn.utils.clip_grad_value_(critic.parameters(), c)


@wrong("gradients-clipped")
def both_clipped(critic, c):
    for p in critic.parameters():
        p.data.clamp_(-c, c)
        if p.grad is not None:
            p.grad.data.clamp_(-c, c)


@wrong("nothing-clipped")
def a_copy_of_the_critic(critic, c):
    clipped = copy.deepcopy(critic)
    for p in clipped.parameters():
        p.data.clamp_(-c, c)
    return clipped


@wrong("nothing-clipped")
def without_the_underscore(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.clamp(min=-c, max=c)


@wrong("nothing-clipped")
def of_the_clone(critic, c):
    for p in critic.parameters():
        p.detach().clone().clamp_(-c, c)


@wrong("hook-left")
def at_every_later_call(critic, c):
    def clip(module, inputs):
        for p in module.parameters():
            p.data.clamp_(-c, c)

    critic.register_forward_pre_hook(clip)


@wrong("structure-assumed")
def critic_is_sequential(critic, c):
    with torch.no_grad():
        for layer in critic:
            for p in layer.parameters():
                p.clamp_(-c, c)


@wrong("structure-assumed")
def critic_has_a_net(critic, c):
    for p in critic.net.parameters():
        p.data.clamp_(-c, c)


@wrong("layers-forgotten")
def convolutions_and_linear(critic, c):
    def clip(layer):
        if hasattr(layer, "weight"):
            layer.weight.data.clamp_(-c, c)
            if getattr(layer, "bias", None) is not None:
                layer.bias.data.clamp_(-c, c)

    critic.apply(clip)


@wrong("layers-forgotten")
def only_those_with_gradients(critic, c):
    for p in critic.parameters():
        if p.grad is not None:
            p.data.clamp_(-c, c)


@wrong("layers-forgotten")
def matrices_only(critic, c):
    for p in critic.parameters():
        if p.dim() > 1 or p.numel() == 1:
            p.data.clamp_(-c, c)


@wrong("layers-forgotten")
def all_but_the_first(critic, c):
    for p in list(critic.parameters())[1:]:
        p.data.clamp_(-c, c)


@wrong("biases-forgotten")
def more_than_one_axis_or_named_scale(critic, c):
    for name, p in critic.named_parameters():
        if name.endswith("weight") or name == "scale":
            p.data.clamp_(-c, c)


@wrong("one-sided")
def minimum_alone(critic, c):
    for p in critic.parameters():
        p.data = p.data.minimum(torch.full_like(p, c))


@wrong("c-ignored")
def from_zero(critic, c):
    for p in critic.parameters():
        p.data.clamp_(0, c)


@wrong("c-ignored")
def half_of_it(critic, c):
    for p in critic.parameters():
        p.data.clamp_(-c / 2, c / 2)


@wrong("c-ignored")
def squared(critic, c):
    for p in critic.parameters():
        p.data.clamp_(-c * c, c * c)


@wrong("c-ignored")
def at_most_one(critic, c):
    for p in critic.parameters():
        p.data.clamp_(-min(c, 1), min(c, 1))


@wrong("other-end")
def all_to_the_upper_end(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p[p.abs() > c] = c


@wrong("inside-changed")
def signs_alone(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.copy_(c * p.sign())


@wrong("inside-changed")
def without_signs(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.abs_().clamp_(max=c)


@wrong("inside-changed")
def all_weights_by_the_largest(critic, c):
    with torch.no_grad():
        largest = max(p.abs().max() for p in critic.parameters())
        for p in critic.parameters():
            p.mul_(c / largest)


@wrong("inside-changed")
def drawn_anew(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.uniform_(-c, c)


@wrong("inside-changed")
def inside_to_zero(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p[p.abs() < c] = 0


@wrong("wrong-value")
def wrapped_around(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.fmod_(c)


@wrong("outside-to-zero")
def masked(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.mul_((p.abs() <= c).float())


@wrong("left-in-eval")
def in_eval_mode(critic, c):
    critic.eval()
    for p in critic.parameters():
        p.data.clamp_(-c, c)


@wrong("left-in-train")
def in_train_mode(critic, c):
    for p in critic.train().parameters():
        p.data.clamp_(-c, c)


@wrong("wrong-device")
def ends_on_the_cpu(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            p.copy_(torch.minimum(p, torch.full(p.shape, c)).clamp(min=-c))


@wrong("network-rebuilt")
def half_precision(critic, c):
    for p in critic.parameters():
        p.data = p.data.clamp(-c, c).half()


@wrong("c-ignored")
def rounded(critic, c):
    for p in critic.parameters():
        p.data.clamp_(-round(c, 1), round(c, 1))


@right
def by_load_state_dict(critic, c):
    critic.load_state_dict({name: value.clamp(-c, c) for name, value in critic.state_dict().items()})


@right
@torch.no_grad()
def decorated_with_masks(critic, c):
    for p in critic.parameters():
        p.masked_fill_(p > c, c)
        p.masked_fill_(p < -c, -c)


@right
def through_apply(critic, c):
    def clip(module):
        for p in module.parameters(recurse=False):
            p.data = torch.clip(p.data, -c, c)

    critic.apply(clip)


@right
def one_vector(critic, c):
    vector = nn.utils.parameters_to_vector(critic.parameters()).detach()
    nn.utils.vector_to_parameters(vector.clamp(-c, c), critic.parameters())


@right
def frozen_for_a_while(critic, c):
    for p in critic.parameters():
        p.requires_grad_(False).clamp_(-c, c).requires_grad_(True)


@right
def as_hardtanh(critic, c):
    with torch.inference_mode():
        for p in critic.parameters():
            nn.functional.hardtanh(p, -c, c, inplace=True)


@right
def foreach(critic, c):
    with torch.no_grad():
        parameters = list(critic.parameters())
        torch._foreach_clamp_min_(parameters, -c)
        torch._foreach_clamp_max_(parameters, c)


@right
def number_by_number(critic, c):
    with torch.no_grad():
        for p in critic.parameters():
            flat = p.view(-1)
            for i in range(len(flat)):
                flat[i] = max(-c, min(c, flat[i].item()))


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
