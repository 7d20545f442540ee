from math import prod

import torch
from torch import nn
from torch.nn import functional as F

from tests.mistakes import right, wrong


@right
class Stepwise(nn.Module):
    """The base of most answers here: each of them changes one thing."""

    last = staticmethod(lambda scores: scores)

    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.image_shape = tuple(image_shape)
        self.slope = slope
        self.first = nn.Linear(prod(image_shape), width)
        self.second = nn.Linear(width, width // 2)
        self.third = nn.Linear(width // 2, 1)

    def hidden(self, images):
        x = F.leaky_relu(self.first(images.flatten(1)), self.slope)
        return F.leaky_relu(self.second(x), self.slope)

    def forward(self, images):
        return self.last(self.third(self.hidden(images)).squeeze(1))


@wrong("sigmoid-at-end")
class Probability(Stepwise):
    last = staticmethod(torch.sigmoid)


@wrong("tanh-at-end")
class Squashed(Stepwise):
    last = staticmethod(torch.tanh)


@wrong("relu-at-end")
class NeverNegative(Stepwise):
    last = staticmethod(torch.relu)


@wrong("last-not-linear")
class LeakyAtTheEnd(Stepwise):
    last = staticmethod(lambda scores: F.leaky_relu(scores, 0.2))


@wrong("last-not-linear")
class LogAtTheEnd(Stepwise):
    last = staticmethod(F.logsigmoid)


@wrong("scores-in-column")
class Column(Stepwise):
    def forward(self, images):
        return self.third(self.hidden(images))


@wrong("one-score-for-all")
class Mean(Stepwise):
    last = staticmethod(torch.mean)


@wrong("many-scores")
class TwoClasses(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.third = nn.Linear(width // 2, 2)

    def forward(self, images):
        return self.third(self.hidden(images))


@wrong("wrong-shape")
class TenClasses(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.third = nn.Linear(width // 2, 10)

    def forward(self, images):
        return self.third(self.hidden(images)).flatten()


@wrong("single-image")
class SqueezesEverything(Stepwise):
    def forward(self, images):
        return self.third(self.hidden(images)).squeeze()


@wrong("not-flattened")
class NotFlattened(Stepwise):
    def hidden(self, images):
        x = F.leaky_relu(self.first(images), self.slope)
        return F.leaky_relu(self.second(x), self.slope)


@wrong("batch-flattened")
class WholeBatchInARow(Stepwise):
    def hidden(self, images):
        x = F.leaky_relu(self.first(images.flatten()), self.slope)
        return F.leaky_relu(self.second(x), self.slope)


@wrong("batch-axis-missing")
class RowOfOneImage(Stepwise):
    def hidden(self, images):
        x = F.leaky_relu(self.first(images.view(prod(self.image_shape))), self.slope)
        return F.leaky_relu(self.second(x), self.slope)


@wrong("self-forgotten")
class LayersNotKept(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        net = nn.Sequential(nn.Flatten(), nn.Linear(prod(image_shape), width), nn.LeakyReLU(slope), nn.Linear(width, 1))

    def forward(self, images):
        return self.net(images).flatten()


@wrong("self-forgotten")
class LayersNotAskedFromSelf(Stepwise):
    def forward(self, images):
        return third(self.hidden(images)).flatten()  # noqa: F821


@wrong("float-size")
class HalfAFloat(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.second = nn.Linear(width, width / 2)
        self.third = nn.Linear(width / 2, 1)


@wrong("sizes-do-not-fit")
class LayersDoNotFit(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.second = nn.Linear(width // 2, width // 2)


@wrong("size-fixed")
class Always784(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.first = nn.Linear(784, width)


@wrong("channels-fixed")
class AlwaysGrey(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.first = nn.Linear(image_shape[-2] * image_shape[-1], width)


@wrong("channels-fixed")
class RowsOfOneChannel(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.pixels = image_shape[-2] * image_shape[-1]
        self.first = nn.Linear(self.pixels, width)

    def hidden(self, images):
        x = F.leaky_relu(self.first(images.reshape(-1, self.pixels)), self.slope)
        return F.leaky_relu(self.second(x), self.slope)


@wrong("rows-columns")
class AlwaysSquare(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.first = nn.Linear(image_shape[0] * image_shape[-1] ** 2, width)


@wrong("points-fail")
class ImagesOnly(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        channels, rows, columns = image_shape
        super().__init__((channels, rows, columns), width, slope)


@wrong("width-ignored")
class Always256(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, 256, slope)


@wrong("width-fails")
class WidthsInATable(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, {16: 32, 32: 64, 256: 256}[width], slope)


@wrong("slope-ignored")
class DefaultSlope(Stepwise):
    def hidden(self, images):
        return F.leaky_relu(self.second(F.leaky_relu(self.first(images.flatten(1)))))


@wrong("slope-ignored")
class PlainRelu(Stepwise):
    def hidden(self, images):
        return torch.relu(self.second(torch.relu(self.first(images.flatten(1)))))


@wrong("no-activation")
class LinearThroughout(Stepwise):
    def hidden(self, images):
        return self.second(self.first(images.flatten(1)))


@wrong("batch-norm")
class BatchNormalised(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.norm = nn.BatchNorm1d(width)

    def hidden(self, images):
        x = F.leaky_relu(self.norm(self.first(images.flatten(1))), self.slope)
        return F.leaky_relu(self.second(x), self.slope)


@wrong("samples-coupled")
class CentredScores(Stepwise):
    last = staticmethod(lambda scores: scores - scores.mean())


@wrong("samples-coupled")
class Softmax(Stepwise):
    last = staticmethod(lambda scores: scores.softmax(dim=0))


@wrong("plain-list")
class ListOfLayers(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.slope = slope
        self.hidden = [nn.Linear(prod(image_shape), width), nn.Linear(width, width // 2)]
        self.last = nn.Linear(width // 2, 1)

    def forward(self, images):
        x = images.flatten(1)
        for layer in self.hidden:
            x = F.leaky_relu(layer(x), self.slope)
        return self.last(x).flatten()


@wrong("no-parameters")
class LayersMadeInForward(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.width, self.slope = width, slope

    def forward(self, images):
        x = F.leaky_relu(nn.Linear(images[0].numel(), self.width)(images.flatten(1)), self.slope)
        return nn.Linear(self.width, 1)(x).flatten()


@wrong("random-inside")
class LastLayerMadeInForward(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        del self.third
        self.n_inputs = width // 2

    def forward(self, images):
        return nn.Linear(self.n_inputs, 1)(self.hidden(images)).flatten()


@wrong("unused-layer")
class LayerForgotten(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.middle = nn.Linear(width // 2, width // 2)


@wrong("detached")
class ScoresDetached(Stepwise):
    last = staticmethod(lambda scores: scores.detach())


@wrong("images-detached")
class ImagesDetached(Stepwise):
    def forward(self, images):
        return super().forward(images.detach())


@wrong("ignores-images")
class TimesZero(Stepwise):
    def forward(self, images):
        return super().forward(0 * images)


@wrong("part-ignored")
class FirstChannelOnly(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape[1:] or image_shape, width, slope)

    def hidden(self, images):
        return super().hidden(images[:, 0] if images.ndim > 2 else images)


@wrong("no-super")
class WithoutSuper(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(prod(image_shape), 1))

    def forward(self, images):
        return self.layers(images).flatten()


@wrong("no-forward")
class WithoutForward(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(prod(image_shape), 1))


@wrong("not-a-module")
class NotAModule:
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(prod(image_shape), 1))


@wrong("input-changed")
class ScalesItsInput(Stepwise):
    def forward(self, images):
        return super().forward(images.mul_(2))


@wrong("not-finite")
class LogOfPixels(Stepwise):
    def forward(self, images):
        return super().forward(images.log())


@wrong("returns-none")
class NoReturn(Stepwise):
    def forward(self, images):
        self.third(self.hidden(images))


@wrong("wrong-arguments")
class OtherNames(Stepwise):
    def __init__(self, shape=(1, 28, 28), hidden=256, slope=0.2):
        super().__init__(shape, hidden, slope)


@wrong("wrong-arguments")
class NoDefaults(Stepwise):
    def __init__(self, image_shape, width, slope):
        super().__init__(image_shape, width, slope)


@right
class BiasFreeEnd(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.third = nn.Linear(width // 2, 1, bias=False)

    def forward(self, images):
        return self.third(self.hidden(images)).view(-1)


@right
class DeeperAndNormalised(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        sizes = [prod(image_shape), width, width, width]
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(a, b), nn.LayerNorm(b), nn.LeakyReLU(slope), nn.Dropout(0.1))
            for a, b in zip(sizes, sizes[1:])
        )
        self.head = nn.Linear(width, 1)

    def forward(self, images):
        x = images.reshape(images.shape[0], -1)
        for block in self.blocks:
            x = block(x)
        return self.head(x)[:, 0]


@right
class SpectrallyNormalised(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        normed = nn.utils.parametrizations.spectral_norm
        self.body = nn.Sequential(
            nn.Flatten(), normed(nn.Linear(prod(image_shape), width)), nn.LeakyReLU(slope, inplace=True)
        )
        self.head = normed(nn.Linear(width, 1))

    def forward(self, images):
        return self.head(self.body(images)).squeeze(-1)


@right
class BareParameters(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.slope = slope
        self.w1 = nn.Parameter(torch.randn(prod(image_shape), width) / prod(image_shape) ** 0.5)
        self.b1 = nn.Parameter(torch.zeros(width))
        self.w2 = nn.Parameter(torch.randn(width) / width**0.5)

    def forward(self, images):
        x = images.flatten(1) @ self.w1 + self.b1
        return torch.where(x > 0, x, self.slope * x) @ self.w2
