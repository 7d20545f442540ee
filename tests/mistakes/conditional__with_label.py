import torch
from torch.nn import functional as F

from tests.mistakes import right, wrong


@right
def by_eye(z, labels, classes=10):
    return torch.hstack([z, torch.eye(classes, dtype=z.dtype, device=z.device)[labels]])


@right
def scattered(z, labels, classes=10):
    code = z.new_zeros(len(z), classes)
    code[torch.arange(len(z), device=z.device), labels] = 1
    return torch.cat((z, code), 1)


@right
def whole_numbers_beside(z, labels, classes=10):
    return torch.cat([z, F.one_hot(labels, classes)], dim=-1)


@right
def compared(z, labels, classes=10):
    return torch.cat([z, (labels[:, None] == torch.arange(classes, device=z.device)).to(z)], dim=1)


@wrong("label-missing")
def noise_alone(z, labels, classes=10):
    return z


@wrong("number-instead")
def one_number(z, labels, classes=10):
    return torch.cat([z, labels[:, None]], dim=1)


@wrong("number-instead")
def scaled_number(z, labels, classes=10):
    return torch.cat([z, labels[:, None] / classes], dim=1)


@wrong("label-first")
def label_then_noise(z, labels, classes=10):
    return torch.cat([F.one_hot(labels, classes), z], dim=1)


@wrong("classes-from-batch")
def as_many_as_seen(z, labels, classes=10):
    return torch.cat([z, F.one_hot(labels)], dim=1)


@wrong("classes-fixed")
def always_ten(z, labels, classes=10):
    return torch.cat([z, F.one_hot(labels, 10)], dim=1)


@wrong("added-instead")
def added(z, labels, classes=10):
    code = F.one_hot(labels, classes)
    return z + code if z.shape[1] == classes else torch.cat([z, code], dim=1)


@wrong("label-missing")
def multiplied(z, labels, classes=10):
    code = F.one_hot(labels, classes)
    return z * code if z.shape[1] == classes else torch.cat([z, code], dim=1)


@wrong("under-not-beside")
def stacked(z, labels, classes=10):
    code = F.one_hot(labels, z.shape[1] if z.shape[1] > 7 else 8)[:, : z.shape[1]]
    return torch.cat([z, code], dim=0)


@wrong("code-inverted")
def zeros_and_ones(z, labels, classes=10):
    return torch.cat([z, 1 - F.one_hot(labels, classes)], dim=1)


@wrong("code-shifted")
def from_one(z, labels, classes=10):
    return torch.cat([z, F.one_hot(labels - 1, classes)], dim=1)


@wrong("code-shifted")
def one_too_far(z, labels, classes=10):
    return torch.cat([z, F.one_hot(labels + 1, classes)], dim=1)


@wrong("code-wrong")
def signs(z, labels, classes=10):
    return torch.cat([z, 2 * F.one_hot(labels, classes) - 1], dim=1)


@wrong("code-wrong")
def same_for_all(z, labels, classes=10):
    return torch.cat([z, F.one_hot(labels[:1], classes).expand(len(z), -1) / 2], dim=1)


@wrong("code-wrong")
def thermometer(z, labels, classes=10):
    return torch.cat([z, (torch.arange(classes) <= labels[:, None]).float()], dim=1)


@wrong("noise-changed")
def fresh(z, labels, classes=10):
    return torch.cat([torch.randn_like(z), F.one_hot(labels, classes)], dim=1)


@wrong("noise-changed")
def unit_length(z, labels, classes=10):
    return torch.cat([F.normalize(z), F.one_hot(labels, classes)], dim=1)


@wrong("noise-changed")
def masked(z, labels, classes=10):
    return torch.cat([z * labels[:, None], F.one_hot(labels, classes)], dim=1)


@wrong("noise-detached")
def cut_off(z, labels, classes=10):
    return torch.cat([z.detach(), F.one_hot(labels, classes)], dim=1)


@wrong("dtype-changed")
def always_float32(z, labels, classes=10):
    return torch.cat([z, F.one_hot(labels, classes)], dim=1).float()


@wrong("wrong-dtype")
def whole(z, labels, classes=10):
    return torch.cat([z, F.one_hot(labels, classes)], dim=1).long()


@wrong("wrong-device")
def made_on_the_cpu(z, labels, classes=10):
    return torch.cat([z, torch.eye(classes)[labels].to(z.dtype)], dim=1)


@wrong("returns-none")
def no_return(z, labels, classes=10):
    torch.cat([z, F.one_hot(labels, classes)], dim=1)


@wrong("wrong-type")
def a_pair(z, labels, classes=10):
    return z, F.one_hot(labels, classes)


@wrong("wrong-arguments")
def without_classes(z, labels):
    return torch.cat([z, F.one_hot(labels, 10)], dim=1)


@wrong("input-changed")
def in_place(z, labels, classes=10):
    z *= 1.5
    return torch.cat([z, F.one_hot(labels, classes)], dim=1)


@wrong("wrong-shape")
def half_a_label(z, labels, classes=10):
    return torch.cat([z, F.one_hot(labels, classes)[:, : classes // 2]], dim=1)


@wrong("shapes-apart")
def labels_as_they_are(z, labels, classes=10):
    return torch.cat([z, labels], dim=1)


@wrong("shapes-apart")
def on_top_of_the_noise(z, labels, classes=10):
    return z + F.one_hot(labels, classes)
