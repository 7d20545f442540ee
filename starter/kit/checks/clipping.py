"""Checks of clipping.py: weights inside and outside the window, in every kind of place."""

from collections.abc import Callable
from typing import NoReturn

import torch
from torch import Tensor, nn

from .base import blaming, call, checks, near, wrong


class _Critic(nn.Module):
    """Convolution, linear layers (one of them nested), and a parameter of its own."""

    def __init__(self, bias: bool = True) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 2, 2, bias=bias)
        self.nested = nn.Sequential(nn.Sequential(nn.Linear(2, 3, bias=bias)), nn.Linear(3, 1, bias=bias))
        self.scale = nn.Parameter(torch.empty(4))
        for parameter in self.parameters():
            spread = torch.linspace(-0.8, 0.8, parameter.numel() + 1)[1:].roll(1)  # 0.8 first, no zero bias
            parameter.data = spread.view(parameter.shape).clone()
            parameter.grad = torch.full_like(parameter, 5.0)


@checks("clipping.clip_weights", "critic c")
def clip_weights(candidate: Callable[[nn.Module, float], None]) -> str:
    c = 0.25
    critic = _Critic()
    before = {name: parameter.detach().clone() for name, parameter in critic.named_parameters()}
    objects = list(critic.parameters())
    call(candidate, critic, c)
    _same_parameters(objects, critic)
    _clipped(before, dict(critic.named_parameters()), c)
    for c in (0.01, 0.6, 2.0):
        critic = _Critic()
        call(candidate, critic, c)
        if any(not near(new, before[name].clamp(-c, c)) for name, new in critic.named_parameters()):
            _other_window(c, max(parameter.abs().max().item() for parameter in critic.parameters()))
    with blaming("bias-free", "Your code fails for a critic whose layers have no bias."):
        bare = _Critic(bias=False)
        call(candidate, bare, 0.25)
        if max(parameter.abs().max().item() for parameter in bare.parameters()) > 0.2501:
            wrong("bias-free", "In a critic whose layers have no bias, yours leaves weights outside the window.")
    return (
        "With c=0.25 weights of 0.8 come back to 0.25, those inside stay where they are, and the gradients "
        "too; convolutions, biases and nested layers included."
    )


def _same_parameters(objects: list[nn.Parameter], critic: nn.Module) -> None:
    now = list(critic.parameters())
    if len(now) != len(objects) or any(one is not other for one, other in zip(objects, now, strict=True)):
        wrong(
            "parameters-replaced",
            "Your code puts new parameters into the critic. Its optimiser still holds the old ones and would "
            "train those: change the values of the parameters that are there.",
        )
    if any(not parameter.requires_grad for parameter in objects):
        wrong(
            "left-frozen",
            "After your code some parameters do not require grad any more, so the critic would stop learning.",
        )
    if any(parameter.grad is None or not bool((parameter.grad == 5).all()) for parameter in objects):
        wrong(
            "gradients-clipped",
            "Your code changes the gradients. They are the steps, not the places: with small steps the "
            "weights still get anywhere. It is the weights that stay in the window.",
        )


def _clipped(before: dict[str, Tensor], after: dict[str, Tensor], c: float) -> None:
    """Compare with the window, and say what happened instead."""
    right = {name: near(after[name], before[name].clamp(-c, c)) for name in before}
    if all(right.values()):
        return
    if all(torch.equal(after[name], before[name]) for name in before):
        wrong(
            "nothing-clipped",
            "The critic's weights are the same as before. A clipped copy, or a clipped tensor under the "
            "old name, leaves the critic as it is: the change has to happen in the parameters themselves.",
        )
    if not all(torch.isfinite(value).all() for value in after.values()):
        wrong("not-finite", "Your code puts NaN or infinity into the critic.")
    flat = torch.cat([value.detach().flatten() for value in after.values()])
    old = torch.cat([value.flatten() for value in before.values()])
    if near(flat, old.clamp(max=c)) or near(flat, old.clamp(min=-c)):
        wrong(
            "one-sided",
            f"The window has two ends: with c={c} your weights still lie between {flat.min():.2g} and "
            f"{flat.max():.2g}.",
        )
    if near(flat, torch.full_like(flat, -c)) or near(flat, torch.full_like(flat, c)):
        wrong(
            "bounds-swapped",
            f"With c={c} every weight becomes {flat[0].item():.2g}. Look at which bound is the lower one.",
        )
    if near(flat, old.clamp(-flat.abs().max(), flat.abs().max())):
        _other_window(c, flat.abs().max().item())
    inside = old.abs() < 0.9 * c
    if not near(flat[inside], old[inside]):
        wrong(
            "inside-changed",
            "Weights that were inside the window have changed. Only those outside move, to the nearer end; "
            "nothing is scaled, squashed or set to zero.",
        )
    if not flat[old.abs() > c].any():
        wrong(
            "outside-to-zero",
            "Weights outside the window become zero. They should stop at the nearer end of it.",
        )
    if any(right.values()):
        missed = [name for name in before if not right[name]]
        if all(name.endswith("bias") for name in missed):
            wrong(
                "biases-forgotten",
                "The weights are clipped, but the biases are not. Every parameter of the critic belongs in the window.",
            )
        wrong(
            "layers-forgotten",
            f"Some parameters are clipped, but not {missed[0]}. A critic may have layers of any kind, some "
            "of them inside others; ask it for all its parameters.",
        )
    off = int((flat - old.clamp(-c, c)).abs().argmax())
    wrong(
        "wrong-value",
        f"With c={c} a weight of {old[off]:.3g} should become {old[off].clamp(-c, c):.3g}, but yours is "
        f"{flat[off]:.3g}.",
    )


def _other_window(c: float, largest: float) -> NoReturn:
    wrong(
        "c-ignored",
        f"With c={c} the largest weight is {largest:.2g} in size (it was 0.8 before), so yours is not the "
        "window asked for. Use the c that you are given.",
    )
