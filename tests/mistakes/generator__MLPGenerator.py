from math import prod

import torch
from torch import nn
from torch.nn import functional as F

from tests.mistakes import right, wrong


@right
class Stepwise(nn.Module):
    """The base of most answers here: each of them changes one thing."""

    last = staticmethod(torch.tanh)

    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__()
        self.latent_dim, self.image_shape = latent_dim, tuple(image_shape)
        self.first = nn.Linear(latent_dim, width)
        self.second = nn.Linear(width, 2 * width)
        self.third = nn.Linear(2 * width, prod(image_shape))

    def hidden(self, z):
        return torch.relu(self.second(torch.relu(self.first(z))))

    def forward(self, z):
        return self.last(self.third(self.hidden(z))).view(len(z), *self.image_shape)


@wrong("zero-to-one")
class Sigmoid(Stepwise):
    last = staticmethod(torch.sigmoid)


@wrong("zero-to-one")
class HalfTanh(Stepwise):
    last = staticmethod(lambda x: (torch.tanh(x) + 1) / 2)


@wrong("negatives-cut")
class ReluBeforeTanh(Stepwise):
    last = staticmethod(lambda x: torch.tanh(torch.relu(x)))


@wrong("negatives-cut")
class CutAtTheEnd(Stepwise):
    last = staticmethod(lambda x: x.clamp(0, 1))


@wrong("unbounded")
class NothingAtTheEnd(Stepwise):
    last = staticmethod(lambda x: x)


@wrong("unbounded")
class Relu(Stepwise):
    last = staticmethod(torch.relu)


@wrong("range")
class SmallTanh(Stepwise):
    last = staticmethod(lambda x: 0.5 * torch.tanh(x))


@wrong("range")
class Sine(Stepwise):
    last = staticmethod(torch.sin)


@wrong("flat-output")
class Rows(Stepwise):
    def forward(self, z):
        return torch.tanh(self.third(self.hidden(z)))


@wrong("channel-axis-missing")
class WithoutChannels(Stepwise):
    def forward(self, z):
        return torch.tanh(self.third(self.hidden(z))).view(-1, *self.image_shape[-2:])


@wrong("channels-last")
class ChannelsLast(Stepwise):
    def forward(self, z):
        channels, rows, columns = self.image_shape
        return torch.tanh(self.third(self.hidden(z))).view(-1, rows, columns, channels)


@wrong("batch-axis-missing")
class ShapeOfOneImage(Stepwise):
    def forward(self, z):
        return torch.tanh(self.third(self.hidden(z))).view(self.image_shape)


@wrong("batch-axis-missing")
class UnflattensTheBatchAxis(Stepwise):
    def forward(self, z):
        return torch.tanh(self.third(self.hidden(z))).unflatten(0, self.image_shape)


@wrong("wrong-shape")
class OneImage(Stepwise):
    def forward(self, z):
        return torch.tanh(self.third(self.hidden(z))).mean(dim=0).view(self.image_shape)


@wrong("single-latent")
class Squeezed(Stepwise):
    def forward(self, z):
        fakes = torch.tanh(self.third(self.hidden(z))).view(-1, *self.image_shape)
        return fakes if len(z) > 1 else fakes.squeeze(0)


@wrong("samples-coupled")
class PixelsBeforeSamples(Stepwise):
    def forward(self, z):
        return torch.tanh(self.third(self.hidden(z))).T.reshape(-1, *self.image_shape)


@wrong("samples-coupled")
class NormalisedByTheBatch(Stepwise):
    def hidden(self, z):
        return torch.relu(F.batch_norm(self.second(torch.relu(self.first(z))), None, None, training=True))


@wrong("batch-norm-eps")
class MomentumAsEps(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.second = nn.Sequential(self.second, nn.BatchNorm1d(2 * width, 0.8))


@wrong("sizes-do-not-fit")
class LayersDoNotFit(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.third = nn.Linear(width, prod(image_shape))


@wrong("sizes-do-not-fit")
class NormDoesNotFit(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.second = nn.Sequential(self.second, nn.BatchNorm1d(width))


@wrong("latent-fixed")
class Always64Numbers(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(64, image_shape, width)


@wrong("latent-dim-missing")
class NotKept(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        del self.latent_dim


@wrong("size-fixed")
class Always784(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.third = nn.Linear(2 * width, 784)


@wrong("size-fixed")
class Always28(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, (1, 28, 28), width)


@wrong("channels-fixed")
class AlwaysGrey(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, (1, *image_shape[-2:]), width)


@wrong("rows-columns")
class AlwaysSquare(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        channels, _, side = image_shape
        super().__init__(latent_dim, (channels, side, side), width)


@wrong("points-fail")
class ImagesOnly(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        channels, rows, columns = image_shape
        super().__init__(latent_dim, (channels, rows, columns), width)


@wrong("width-ignored")
class Always256(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, 256)


@wrong("ignores-latent")
class TimesZero(Stepwise):
    def forward(self, z):
        return super().forward(0 * z)


@wrong("random-inside")
class NoiseOfItsOwn(Stepwise):
    def forward(self, z):
        return super().forward(torch.randn_like(z))


@wrong("random-inside")
class DropoutInEval(Stepwise):
    def hidden(self, z):
        return F.dropout(super().hidden(z), 0.5)


@wrong("no-activation")
class LinearThroughout(Stepwise):
    def hidden(self, z):
        return self.second(self.first(z))


@wrong("unused-layer")
class LayerForgotten(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.middle = nn.Linear(width, width)


@wrong("detached")
class WithoutGraph(Stepwise):
    @torch.no_grad()
    def forward(self, z):
        return super().forward(z)


@wrong("plain-list")
class ListOfLayers(nn.Module):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__()
        self.latent_dim, self.image_shape = latent_dim, image_shape
        self.layers = [nn.Linear(latent_dim, width), nn.ReLU(), nn.Linear(width, prod(image_shape)), nn.Tanh()]

    def forward(self, z):
        for layer in self.layers:
            z = layer(z)
        return z.view(-1, *self.image_shape)


@wrong("no-parameters")
class LayersMadeInForward(nn.Module):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__()
        self.latent_dim, self.image_shape = latent_dim, image_shape

    def forward(self, z):
        layer = nn.Linear(self.latent_dim, prod(self.image_shape))
        return torch.tanh(layer(z)).view(-1, *self.image_shape)


@wrong("no-super")
class WithoutSuper(nn.Module):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        self.layers = nn.Linear(latent_dim, prod(image_shape))


@wrong("no-forward")
class ForwardMisspelt(Stepwise):
    forward = nn.Module.forward

    def foward(self, z):
        return self.third(self.hidden(z))


@wrong("input-changed")
class ReluOnTheNoise(Stepwise):
    def forward(self, z):
        return super().forward(z.relu_())


@wrong("wrong-arguments")
class ShapeFirst(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), latent_dim=64, width=256):
        super().__init__(latent_dim, image_shape, width)


@wrong("returns-none")
class NoReturn(Stepwise):
    def forward(self, z):
        torch.tanh(self.third(self.hidden(z)))


@right
class Normalised(nn.Module):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__()
        self.latent_dim = latent_dim
        self.image_shape = image_shape
        self.layers = nn.Sequential(
            nn.Linear(latent_dim, width, bias=False),
            nn.BatchNorm1d(width, momentum=0.2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Dropout(0.1),
            nn.Linear(width, prod(image_shape)),
            nn.BatchNorm1d(prod(image_shape)),
        )

    def forward(self, z):
        return 2 * torch.sigmoid(self.layers(z)).reshape(z.shape[0], *self.image_shape) - 1


@right
class HardTanh(Stepwise):
    last = staticmethod(F.hardtanh)


@right
class BareParameters(nn.Module):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__()
        self.latent_dim, self.image_shape = latent_dim, image_shape
        self.w1 = nn.Parameter(torch.randn(latent_dim, width) / latent_dim**0.5)
        self.w2 = nn.Parameter(torch.randn(width, prod(image_shape)) / width**0.5)

    def forward(self, z):
        return torch.tanh(F.elu(z @ self.w1) @ self.w2).unflatten(1, self.image_shape)


@wrong("wrong-dtype")
class DoubleAtTheEnd(Stepwise):
    def forward(self, z):
        return super().forward(z).double()


@wrong("wrong-dtype")
class HalfAtTheEnd(Stepwise):
    def forward(self, z):
        return super().forward(z).half()
