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


@wrong("one-for-all")
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


@wrong("channels-apart")
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


@wrong("other-depth")
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
        self.w2 = nn.Parameter(torch.randn(width, 2 * width) / width**0.5)
        self.w3 = nn.Parameter(torch.randn(2 * width, prod(image_shape)) / width**0.5)

    def forward(self, z):
        x = torch.einsum("nw,wv->nv", F.elu(z @ self.w1), self.w2)
        return torch.tanh(F.silu(x) @ self.w3).unflatten(1, self.image_shape)


@wrong("wrong-dtype")
class DoubleAtTheEnd(Stepwise):
    def forward(self, z):
        return super().forward(z).double()


@wrong("wrong-dtype")
class HalfAtTheEnd(Stepwise):
    def forward(self, z):
        return super().forward(z).half()


@wrong("left-in-eval")
class EvalInside(Stepwise):
    def forward(self, z):
        self.eval()
        return super().forward(z)


@wrong("left-in-train")
class TrainInside(Stepwise):
    def forward(self, z):
        return super().forward(z) if self.train() else None


@wrong("frozen")
class FixedNumbers(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.second.requires_grad_(False)


@wrong("weights-alike")
class StartsAtOne(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        nn.init.constant_(self.first.weight, 0.01)


@wrong("activation-forgotten")
class OneActivation(Stepwise):
    def hidden(self, z):
        return self.second(torch.relu(self.first(z)))


@wrong("activation-forgotten")
class NormOnly(nn.Module):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__()
        self.latent_dim = latent_dim
        self.layers = nn.Sequential(
            nn.Linear(latent_dim, width),
            nn.BatchNorm1d(width),
            nn.Linear(width, 2 * width),
            nn.BatchNorm1d(2 * width),
            nn.ReLU(),
            nn.Linear(2 * width, prod(image_shape)),
            nn.Tanh(),
            nn.Unflatten(1, image_shape),
        )

    def forward(self, z):
        return self.layers(z)


@wrong("no-activation")
class LayerNormOnly(Stepwise):
    def hidden(self, z):
        x = self.first(z)
        x = self.second((x - x.mean(dim=1, keepdim=True)) / x.std(dim=1, keepdim=True))
        return F.layer_norm(x, x.shape[1:])


@wrong("other-layer")
class SameWidthTwice(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.second, self.third = nn.Linear(width, width), nn.Linear(width, prod(image_shape))


@wrong("other-layer")
class HalvesAsTheCritic(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.second, self.third = nn.Linear(width, width // 2), nn.Linear(width // 2, prod(image_shape))


@wrong("other-depth")
class ThreeHiddenLayers(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.more = nn.Linear(2 * width, 4 * width)
        self.third = nn.Linear(4 * width, prod(image_shape))

    def hidden(self, z):
        return torch.relu(self.more(super().hidden(z)))


@wrong("dropout")
class WithDropout(Stepwise):
    def hidden(self, z):
        return F.dropout(super().hidden(z), 0.3, self.training)


@wrong("latent-detached")
class NewTensorOfNumbers(Stepwise):
    def forward(self, z):
        return super().forward(torch.tensor(z.tolist()))


@wrong("latent-part-ignored")
class HalfOfTheLatent(Stepwise):
    def forward(self, z):
        mask = torch.arange(z.shape[1]) < z.shape[1] // 2
        return super().forward(z * mask)


@wrong("batch-size-fixed")
class SixtyFourAlways(Stepwise):
    def forward(self, z):
        return torch.tanh(self.third(self.hidden(z))).view(64, *self.image_shape)


@wrong("one-for-all")
class FirstOnly(Stepwise):
    def forward(self, z):
        return super().forward(z)[:1]


@wrong("unbounded")
class TwiceTanh(Stepwise):
    last = staticmethod(lambda x: 2 * torch.tanh(x))


@wrong("unbounded")
class LeakyAtTheEnd(Stepwise):
    last = staticmethod(lambda x: F.leaky_relu(x, 0.2))


@wrong("no-slope")
class BlackOrWhite(Stepwise):
    last = staticmethod(torch.sign)


@wrong("zero-to-one")
class SoftplusCut(Stepwise):
    last = staticmethod(lambda x: F.softplus(x).clamp(max=1))


@wrong("range")
class TwiceTanhOneAfterTheOther(Stepwise):
    last = staticmethod(lambda x: torch.tanh(torch.tanh(x)))


@wrong("range")
class Softmax(Stepwise):
    last = staticmethod(lambda x: x.softmax(dim=1))


@wrong("wrong-axes")
class NormForImages(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)
        self.first = nn.Sequential(self.first, nn.BatchNorm2d(width))


@wrong("defaults-changed")
class OtherDefaults(Stepwise):
    def __init__(self, latent_dim=100, image_shape=(1, 28, 28), width=256):
        super().__init__(latent_dim, image_shape, width)


@wrong("network-changed")
class ChangesItsWeights(Stepwise):
    def forward(self, z):
        self.first.weight.data.mul_(0.999)
        return super().forward(z)


@right
class Gelu(Stepwise):
    def hidden(self, z):
        return F.gelu(self.second(F.gelu(self.first(z))))


@right
class TanhInside(Stepwise):
    def hidden(self, z):
        return torch.tanh(self.second(F.softplus(self.first(z))))


@right
class TurnedTanh(Stepwise):
    last = staticmethod(lambda x: 1 - 2 * torch.sigmoid(x))


@right
class BlocksWithNorm(nn.Module):
    """Activation before the normalisation, and arithmetic for the sizes."""

    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=256):
        super().__init__()
        self.latent_dim, self.image_shape = latent_dim, image_shape
        n_outputs = 1
        for side in image_shape:
            n_outputs *= side
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(a, b, bias=False), nn.SELU(), nn.BatchNorm1d(b, momentum=0.2))
            for a, b in ((latent_dim, width), (width, width * 2))
        )
        self.head = nn.Linear(width * 2, n_outputs)

    def forward(self, z):
        for block in self.blocks:
            z = block(z)
        return self.head(z).tanh().reshape((-1, *self.image_shape))


@right
class LayerNormed(Stepwise):
    def hidden(self, z):
        x = F.mish(F.layer_norm(self.first(z), (self.first.out_features,)))
        return F.leaky_relu(F.layer_norm(self.second(x), (self.second.out_features,)), 0.2)
