import torch
from torch import nn
from torch.nn import functional as F

from tests.mistakes import right, wrong


@right
class Stepwise(nn.Module):
    """The base of most answers here: each of them changes one thing."""

    last = staticmethod(lambda scores: scores)

    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__()
        self.slope = slope
        channels, rows, columns = image_shape
        self.first = nn.Conv2d(channels, width, 4, stride=2, padding=1)
        self.second = nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)
        self.head = nn.Linear(2 * width * (rows // 4) * (columns // 4), 1)

    def features(self, images):
        x = F.leaky_relu(self.first(images), self.slope)
        return F.leaky_relu(self.second(x), self.slope)

    def forward(self, images):
        return self.last(self.head(self.features(images).flatten(1)).flatten())


@wrong("sigmoid-at-end")
class DcganDiscriminator(Stepwise):
    last = staticmethod(torch.sigmoid)


@wrong("tanh-at-end")
class Squashed(Stepwise):
    last = staticmethod(torch.tanh)


@wrong("relu-at-end")
class NeverNegative(Stepwise):
    last = staticmethod(F.relu)


@wrong("last-not-linear")
class LeakyAtTheEnd(Stepwise):
    last = staticmethod(lambda scores: F.leaky_relu(scores, 0.2))


@wrong("batch-norm")
class BatchNormalised(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.second = nn.Sequential(self.second, nn.BatchNorm2d(2 * width))


@wrong("samples-coupled")
class DividedByTheLargest(Stepwise):
    last = staticmethod(lambda scores: scores / scores.abs().max())


@wrong("scores-in-column")
class ColumnOfScores(Stepwise):
    def forward(self, images):
        return self.head(self.features(images).flatten(1))


@wrong("scores-in-column")
class OneByOneImages(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__()
        channels, rows, columns = image_shape
        self.layers = nn.Sequential(
            nn.Conv2d(channels, width, 4, 2, 1),
            nn.LeakyReLU(slope),
            nn.Conv2d(width, 1, (rows // 2, columns // 2)),
        )

    def forward(self, images):
        return self.layers(images)


@wrong("many-scores")
class MapOfScores(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(image_shape[0], width, 4, 2, 1), nn.LeakyReLU(slope), nn.Conv2d(width, 1, 4, 2, 1)
        )

    def forward(self, images):
        return self.layers(images)


@wrong("one-score-for-all")
class MeanOverEverything(MapOfScores):
    def forward(self, images):
        return self.layers(images).mean()


@wrong("single-image")
class SqueezesEverything(Stepwise):
    def forward(self, images):
        return self.head(self.features(images).flatten(1)).squeeze()


@wrong("padding-missing")
class WithoutPadding(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.first = nn.Conv2d(image_shape[0], width, 4, stride=2)
        self.second = nn.Conv2d(width, 2 * width, 4, stride=2)


@wrong("padding-missing")
class PaddedOnce(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.second = nn.Conv2d(width, 2 * width, 4, stride=2)


@wrong("float-size")
class QuarterAFloat(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.head = nn.Linear(2 * width * int(image_shape[1] / 4) * (image_shape[2] / 4), 1)


@wrong("sizes-do-not-fit")
class NoFlatten(Stepwise):
    def forward(self, images):
        return self.head(self.features(images)).flatten()


@wrong("sizes-do-not-fit")
class ChannelsDoNotFit(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.second = nn.Conv2d(2 * width, 2 * width, 4, stride=2, padding=1)


@wrong("size-fixed")
class AlwaysSevenBySeven(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.head = nn.Linear(2 * width * 7 * 7, 1)


@wrong("channels-fixed")
class AlwaysGrey(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.first = nn.Conv2d(1, width, 4, stride=2, padding=1)


@wrong("rows-columns")
class RowsTwice(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.head = nn.Linear(2 * width * (image_shape[1] // 4) ** 2, 1)


@wrong("width-ignored")
class SixteenAlways(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, 16, slope)


@wrong("slope-ignored")
class PlainRelu(Stepwise):
    def features(self, images):
        return torch.relu(self.second(torch.relu(self.first(images))))


@wrong("no-activation")
class LinearThroughout(Stepwise):
    def features(self, images):
        return self.second(self.first(images))


@wrong("no-convolution")
class FullyConnected(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__()
        channels, rows, columns = image_shape
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(channels * rows * columns, width), nn.LeakyReLU(slope), nn.Linear(width, 1)
        )

    def forward(self, images):
        return self.layers(images).flatten()


@wrong("unused-layer")
class SecondConvolutionForgotten(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.head = nn.Linear(width * (image_shape[1] // 2) * (image_shape[2] // 2), 1)

    def features(self, images):
        return F.leaky_relu(self.first(images), self.slope)


@wrong("plain-list")
class DictionaryOfLayers(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__()
        self.layers = {"first": nn.Conv2d(image_shape[0], width, 4, 2, 1)}

    def forward(self, images):
        return self.layers["first"](images).mean(dim=(1, 2, 3))


@wrong("lazy-layer")
class LazyHeadWithoutTrial(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.head = nn.LazyLinear(1)


@wrong("part-ignored")
class GreyInside(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__((1, *image_shape[1:]), width, slope)

    def features(self, images):
        return super().features(images[:, :1])


@wrong("no-super")
class WithoutSuper(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        self.first = nn.Conv2d(image_shape[0], width, 4, 2, 1)


@wrong("wrong-arguments")
class WithoutSlope(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=16):
        super().__init__(image_shape, width, 0.2)


@right
class PooledMap(nn.Module):
    """Convolutions only, and the mean of a map of scores; other kernels and sizes."""

    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(image_shape[0], width, 5, stride=2, padding=2),
            nn.InstanceNorm2d(width, affine=True),
            nn.LeakyReLU(slope),
            nn.Conv2d(width, 3 * width, 3, stride=2, padding=1, bias=False),
            nn.GroupNorm(1, 3 * width),
            nn.LeakyReLU(slope),
            nn.Conv2d(3 * width, 1, 1, bias=False),
        )

    def forward(self, images):
        return self.layers(images).mean(dim=(1, 2, 3))


@right
class SizeFromATrial(nn.Module):
    """The size of the last layer comes from a trial run."""

    def __init__(self, image_shape=(1, 28, 28), width=16, slope=0.2):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(image_shape[0], width, 3, padding=1),
            nn.LeakyReLU(negative_slope=slope, inplace=True),
            nn.AvgPool2d(2),
            nn.Conv2d(width, 2 * width, 3, padding=1),
            nn.LeakyReLU(negative_slope=slope, inplace=True),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.2),
        )
        with torch.no_grad():
            n_features = self.body(torch.zeros(1, *image_shape)).numel()
        self.head = nn.Linear(n_features, 1)
        self.shift = nn.Parameter(torch.ones(()))

    def forward(self, images):
        return self.head(self.body(images)).flatten() + self.shift
