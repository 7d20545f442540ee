import copy
from math import ceil

import torch
from torch import nn
from torch.nn import functional as F

from tests.mistakes import right, wrong


class Given(nn.Module):
    """The lines that are given."""

    def __init__(self, network, labels):
        super().__init__()
        self.network = network
        self.register_buffer("labels", labels)
        if hasattr(network, "latent_dim"):
            self.latent_dim = network.latent_dim


@right
class Repeated(Given):
    def forward(self, x):
        return self.network(x, self.labels.repeat(ceil(len(x) / len(self.labels)))[: len(x)])


@right
class Listed(Given):
    def forward(self, x):
        k = len(self.labels)
        return self.network(x, torch.stack([self.labels[i % k] for i in range(len(x))]))


@right
class Tiled(Given):
    def forward(self, x):
        return self.network(x, self.labels.tile(len(x))[: len(x)])


@right
class Fixed(nn.Module):
    def __init__(self, network, labels):
        super().__init__()
        self.inner = network
        self.register_buffer("labels", labels.clone(), persistent=False)
        if hasattr(network, "latent_dim"):
            self.latent_dim = network.latent_dim

    def forward(self, x):
        return self.inner(x, self.labels[torch.arange(x.shape[0], device=x.device).remainder(self.labels.numel())])


@wrong("labels-not-passed")
class Alone(Given):
    def forward(self, x):
        return self.network(x)


@wrong("arguments-swapped")
class Swapped(Given):
    def forward(self, x):
        return self.network(self.labels.repeat(len(x))[: len(x)], x)


@wrong("labels-as-they-are")
class AsTheyAre(Given):
    def forward(self, x):
        return self.network(x, self.labels)


@wrong("labels-as-they-are")
class FirstOnes(Given):
    def forward(self, x):
        return self.network(x, self.labels[: len(x)])


@wrong("blocks-instead")
class Blocks(Given):
    def forward(self, x):
        times = -(-len(x) // len(self.labels))
        return self.network(x, self.labels.repeat_interleave(times)[: len(x)])


@wrong("positions-instead")
class Places(Given):
    def forward(self, x):
        return self.network(x, torch.arange(len(x)) % len(self.labels))


@wrong("first-label-only")
class OneForAll(Given):
    def forward(self, x):
        return self.network(x, self.labels[:1].expand(len(x)))


@wrong("drawn-labels")
class Drawn(Given):
    def forward(self, x):
        return self.network(x, self.labels[torch.randint(len(self.labels), (len(x),))])


@wrong("turns-move-on")
class GoesOn(Given):
    def forward(self, x):
        start = getattr(self, "start", 0)
        places = (torch.arange(len(x)) + start) % len(self.labels)
        self.start = start + len(x) + 1
        return self.network(x, self.labels[places])


@wrong("turns-wrong")
class Backwards(Given):
    def forward(self, x):
        return self.network(x, self.labels[-1 - torch.arange(len(x)) % len(self.labels)])


@wrong("turns-wrong")
class LastRepeats(Given):
    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)).clamp(max=len(self.labels) - 1)])


@wrong("one-hot-given")
class OneHot(Given):
    def forward(self, x):
        turns = self.labels[torch.arange(len(x)) % len(self.labels)]
        return self.network(x, F.one_hot(turns, 12).float())


@wrong("one-hot-given")
class Column(Given):
    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)][:, None])


@wrong("one-hot-given")
class AList(Given):
    def forward(self, x):
        return self.network(x, [int(self.labels[i % len(self.labels)]) for i in range(len(x))])


@wrong("samples-changed")
class Doubled(Given):
    def forward(self, x):
        return self.network(2 * x, self.labels[torch.arange(len(x)) % len(self.labels)])


@wrong("result-changed")
class Averaged(Given):
    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)]).mean()


@wrong("result-changed")
class NoReturn(Given):
    def forward(self, x):
        self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)])


@wrong("result-detached")
class Detached(Given):
    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)]).detach()


@wrong("result-detached")
class DetachedSamples(Given):
    def forward(self, x):
        return self.network(x.detach(), self.labels[torch.arange(len(x)) % len(self.labels)])


@wrong("network-not-asked")
class Silent(Given):
    def forward(self, x):
        return x


@wrong("weights-hidden")
class Hidden(nn.Module):
    def __init__(self, network, labels):
        super().__init__()
        self.ask = lambda x, labels: network(x, labels)
        self.register_buffer("labels", labels)
        self.latent_dim = getattr(network, "latent_dim", 0)

    def forward(self, x):
        return self.ask(x, self.labels[torch.arange(len(x)) % len(self.labels)])


@wrong("network-copied")
class Copied(Given):
    def __init__(self, network, labels):
        super().__init__(copy.deepcopy(network), labels)

    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)])


@wrong("labels-stay-behind")
class PlainAttribute(nn.Module):
    def __init__(self, network, labels):
        super().__init__()
        self.network, self.labels = network, labels
        self.latent_dim = network.latent_dim

    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)])


@wrong("labels-stay-behind")
class NotKept(nn.Module):
    def __init__(self, network, labels):
        super().__init__()
        self.network, self.y = network, labels.tolist()
        self.latent_dim = network.latent_dim

    def forward(self, x):
        return self.network(x, torch.tensor([self.y[i % len(self.y)] for i in range(len(x))]))


@wrong("latent-dim-lost")
class NoLatentDim(nn.Module):
    def __init__(self, network, labels):
        super().__init__()
        self.network = network
        self.register_buffer("labels", labels)

    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)])


@wrong("latent-dim-invented")
class AlwaysLatent(nn.Module):
    def __init__(self, network, labels):
        super().__init__()
        self.network = network
        self.register_buffer("labels", labels)
        self.latent_dim = getattr(network, "latent_dim", 64)

    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)])


@wrong("not-a-module")
class Plain:
    def __init__(self, network, labels):
        self.network, self.labels = network, labels

    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)])


@wrong("wrong-arguments")
class OtherOrder(Given):
    def __init__(self, labels, network):
        super().__init__(network, labels)

    def forward(self, x):
        return self.network(x, self.labels[torch.arange(len(x)) % len(self.labels)])
