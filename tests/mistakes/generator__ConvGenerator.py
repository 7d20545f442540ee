import torch
from torch import nn
from torch.nn import functional as F

from tests.mistakes import right, wrong


@right
class Stepwise(nn.Module):
    """The base of most answers here: each of them changes one thing."""

    last = staticmethod(torch.tanh)

    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__()
        self.latent_dim = latent_dim
        channels, rows, columns = image_shape
        self.small = 2 * width, rows // 4, columns // 4
        self.start = nn.Linear(latent_dim, 2 * width * (rows // 4) * (columns // 4))
        self.up1 = nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1)
        self.up2 = nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1)

    def features(self, z):
        x = torch.relu(self.start(z)).view(len(z), *self.small)
        return torch.relu(self.up1(x))

    def forward(self, z):
        return self.last(self.up2(self.features(z)))


@wrong("zero-to-one")
class Sigmoid(Stepwise):
    last = staticmethod(torch.sigmoid)


@wrong("negatives-cut")
class ReluBeforeTanh(Stepwise):
    last = staticmethod(lambda x: torch.tanh(torch.relu(x)))


@wrong("unbounded")
class NothingAtTheEnd(Stepwise):
    last = staticmethod(lambda x: x)


@wrong("range")
class NarrowTanh(Stepwise):
    last = staticmethod(lambda x: 0.9 * torch.tanh(x))


@wrong("batch-norm-eps")
class MomentumAsEps(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.Sequential(self.up1, nn.BatchNorm2d(width, 0.8))


@wrong("stride-missing")
class StrideForgotten(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.ConvTranspose2d(2 * width, width, 3, padding=1)


@wrong("padding-missing")
class PaddingForgotten(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up2 = nn.ConvTranspose2d(width, image_shape[0], 4, stride=2)


@wrong("batch-axis-missing")
class FeaturesOfOneImage(Stepwise):
    def features(self, z):
        x = torch.relu(self.start(z)).view(self.small)
        return torch.relu(self.up1(x))


@wrong("batch-axis-missing")
class ShapeOfOneImage(Stepwise):
    last = staticmethod(lambda x: torch.tanh(x).view(1, 28, 28))


@wrong("channel-axis-missing")
class Squeezed(Stepwise):
    last = staticmethod(lambda x: torch.tanh(x).squeeze(1))


@wrong("flat-output")
class Rows(Stepwise):
    last = staticmethod(lambda x: torch.tanh(x).flatten(1))


@wrong("channels-last")
class ForThePlot(Stepwise):
    last = staticmethod(lambda x: torch.tanh(x).permute(0, 2, 3, 1))


@wrong("wrong-axes")
class NotUnflattened(Stepwise):
    def features(self, z):
        return torch.relu(self.up1(torch.relu(self.start(z))))


@wrong("channels-apart")
class ChannelsDoNotFit(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.ConvTranspose2d(width, width, 4, stride=2, padding=1)


@wrong("shapes-apart")
class WrongUnflatten(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.small = 2 * width, 8, 8


@wrong("size-fixed")
class AlwaysSevenBySeven(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, (image_shape[0], 28, 28), width)


@wrong("channels-fixed")
class AlwaysGrey(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, (1, *image_shape[1:]), width)


@wrong("rows-columns")
class RowsAndColumnsExchanged(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        channels, rows, columns = image_shape
        super().__init__(latent_dim, (channels, columns, rows), width)


@wrong("latent-fixed")
class AlwaysHundred(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.start = nn.Linear(64, self.small[0] * self.small[1] * self.small[2])


@wrong("latent-dim-missing")
class NotKept(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.latent_dim = None


@wrong("width-ignored")
class Always24(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, 24)


@wrong("no-activation")
class LinearThroughout(Stepwise):
    def features(self, z):
        return self.up1(self.start(z).view(len(z), *self.small))


@wrong("no-convolution")
class FullyConnected(nn.Module):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__()
        self.latent_dim, self.image_shape = latent_dim, image_shape
        channels, rows, columns = image_shape
        self.layers = nn.Sequential(
            nn.Linear(latent_dim, width), nn.ReLU(), nn.Linear(width, channels * rows * columns), nn.Tanh()
        )

    def forward(self, z):
        return self.layers(z).view(-1, *self.image_shape)


@wrong("samples-coupled")
class SamplesMixed(Stepwise):
    def features(self, z):
        x = torch.relu(self.start(z)).T.reshape(len(z), *self.small)
        return torch.relu(self.up1(x))


@wrong("single-latent")
class SqueezesASingleImage(Stepwise):
    def forward(self, z):
        fakes = super().forward(z)
        return fakes.squeeze(0)


@wrong("ignores-latent")
class NoiseMultipliedAway(Stepwise):
    def features(self, z):
        return super().features(z * 0)


@wrong("random-inside")
class NoiseInside(Stepwise):
    def features(self, z):
        x = super().features(z)
        return x + torch.randn_like(x)


@wrong("unused-layer")
class LayerForgotten(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.norm = nn.BatchNorm2d(width)


@wrong("plain-list")
class TupleOfLayers(nn.Module):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__()
        self.latent_dim = latent_dim
        self.layers = (nn.Linear(latent_dim, 784), nn.Unflatten(1, image_shape), nn.Tanh())

    def forward(self, z):
        for layer in self.layers:
            z = layer(z)
        return z


@wrong("not-finite")
class DividedByTheSpread(Stepwise):
    last = staticmethod(lambda x: torch.tanh(x) / 0)


@wrong("other-depth")
class Upsampled(nn.Module):
    """Upsampling and plain convolutions, one step more, other widths."""

    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__()
        self.latent_dim = latent_dim
        channels, rows, columns = image_shape
        self.layers = nn.Sequential(
            nn.Linear(latent_dim, 3 * width * (rows // 4) * (columns // 4), bias=False),
            nn.Unflatten(1, (3 * width, rows // 4, columns // 4)),
            nn.BatchNorm2d(3 * width),
            nn.LeakyReLU(0.1),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(3 * width, width, 3, padding=1),
            nn.BatchNorm2d(width, eps=1e-4),
            nn.LeakyReLU(0.1),
            nn.Upsample(scale_factor=2, mode="bilinear"),
            nn.Conv2d(width, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, channels, 1),
        )

    def forward(self, z):
        return torch.tanh(self.layers(z))


@right
class FromOnePixel(nn.Module):
    """The DCGAN way: the latent as an image of one pixel."""

    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__()
        self.latent_dim = latent_dim
        channels, rows, columns = image_shape
        self.start = nn.ConvTranspose2d(latent_dim, 2 * width, (rows // 4, columns // 4))
        self.up1 = nn.ConvTranspose2d(2 * width, width, 4, 2, 1)
        self.up2 = nn.ConvTranspose2d(width, channels, 4, 2, 1)

    def forward(self, z):
        x = F.relu(self.start(z[:, :, None, None]))
        return F.softsign(self.up2(F.relu(self.up1(x))))


@wrong("wrong-dtype")
class DoubleAtTheEnd(Stepwise):
    def forward(self, z):
        return super().forward(z).double()


@wrong("wrong-dtype")
class HalfAtTheEnd(Stepwise):
    def forward(self, z):
        return super().forward(z).half()


@wrong("padding-missing")
class PaddingForgottenTwice(Stepwise):
    """34 by 34 pixels."""

    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.ConvTranspose2d(2 * width, width, 4, stride=2)
        self.up2 = nn.ConvTranspose2d(width, image_shape[0], 4, stride=2)


@wrong("padding-missing")
class OddKernel(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up2 = nn.ConvTranspose2d(width, image_shape[0], 3, stride=2, padding=1)


@wrong("stride-missing")
class StrideForgottenTwice(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.ConvTranspose2d(2 * width, width, 4, padding=1)
        self.up2 = nn.ConvTranspose2d(width, image_shape[0], 4, padding=1)


@wrong("stride-missing")
class ConvolutionsForTransposed(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1, self.up2 = nn.Conv2d(2 * width, width, 3, 1, 1), nn.Conv2d(width, image_shape[0], 3, 1, 1)


@wrong("wrong-axes")
class NormForRows(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.Sequential(self.up1, nn.BatchNorm1d(width))


@wrong("wrong-axes")
class NormBeforeTheUnflatten(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.start = nn.Sequential(self.start, nn.BatchNorm2d(2 * width))


@wrong("batch-size-fixed")
class SixtyFourAlways(Stepwise):
    def features(self, z):
        return torch.relu(self.up1(torch.relu(self.start(z)).view(64, *self.small)))


@wrong("activation-forgotten")
class NoneAfterTheLinearLayer(Stepwise):
    def features(self, z):
        return torch.relu(self.up1(self.start(z).view(len(z), *self.small)))


@wrong("activation-forgotten")
class NoneInTheMiddle(Stepwise):
    def features(self, z):
        return self.up1(torch.relu(self.start(z)).view(len(z), *self.small))


@wrong("activation-forgotten")
class NormWithoutActivation(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.norm = nn.BatchNorm2d(width)

    def features(self, z):
        return self.norm(self.up1(torch.relu(self.start(z)).view(len(z), *self.small)))


@wrong("other-layer")
class KernelTwo(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.ConvTranspose2d(2 * width, width, 2, stride=2)
        self.up2 = nn.ConvTranspose2d(width, image_shape[0], 2, stride=2)


@wrong("other-layer")
class KernelThree(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.ConvTranspose2d(2 * width, width, 3, stride=2, padding=1, output_padding=1)


@wrong("other-layer")
class SameChannels(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.small = width, *self.small[1:]
        self.start = nn.Linear(latent_dim, width * self.small[1] * self.small[2])
        self.up1 = nn.ConvTranspose2d(width, width, 4, stride=2, padding=1)


@wrong("other-depth")
class ConvolutionAtTheEnd(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up2 = nn.Sequential(
            nn.ConvTranspose2d(width, width, 4, 2, 1), nn.ReLU(), nn.Conv2d(width, image_shape[0], 3, padding=1)
        )


@wrong("other-layer")
class Upsampling(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(2 * width, width, 3, padding=1))
        self.up2 = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(width, image_shape[0], 3, padding=1))


@wrong("other-layer")
class LargeAtOnce(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        _, rows, columns = image_shape
        self.small = 2 * width, rows // 4 - 1, columns // 4 - 1
        self.start = nn.Linear(latent_dim, 2 * width * self.small[1] * self.small[2])
        self.up1 = nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=0)


@wrong("dropout")
class WithDropout(Stepwise):
    def features(self, z):
        return F.dropout2d(super().features(z), 0.2, self.training)


@wrong("latent-detached")
class Detached(Stepwise):
    def features(self, z):
        return super().features(z.detach())


@wrong("left-in-eval")
class BornInEval(Stepwise):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.Sequential(self.up1, nn.BatchNorm2d(width)).eval()


@wrong("zero-to-one")
class HalfATanh(Stepwise):
    last = staticmethod(lambda x: torch.tanh(x) / 2 + 0.5)


@right
class SubclassOfSequential(nn.Sequential):
    """With normalisation, as in the sheet, and leaky activations."""

    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        channels, rows, columns = image_shape
        super().__init__(
            nn.Linear(latent_dim, 2 * width * (rows // 4) * (columns // 4), bias=False),
            nn.BatchNorm1d(2 * width * (rows // 4) * (columns // 4)),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Unflatten(1, (2 * width, rows // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False),
            nn.InstanceNorm2d(width),
            nn.ELU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False),
            nn.Hardtanh(),
        )
        self.latent_dim = latent_dim


@right
class BareFilters(nn.Module):
    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__()
        channels, rows, columns = image_shape
        self.latent_dim, self.small = latent_dim, (2 * width, rows // 4, columns // 4)
        self.start = nn.Parameter(torch.randn(latent_dim, *self.small) / latent_dim**0.5)
        self.up1 = nn.Parameter(torch.randn(2 * width, width, 4, 4) / 10)
        self.up2 = nn.Parameter(torch.randn(width, channels, 4, 4) / 10)

    def forward(self, z):
        x = torch.relu(torch.tensordot(z, self.start, dims=1))
        x = F.softplus(F.conv_transpose2d(x, self.up1, stride=2, padding=1))
        return F.conv_transpose2d(x, self.up2, stride=2, padding=1).clamp(-1, 1)


@wrong("other-layer")
class CutToSize(Stepwise):
    """No padding, and the border cut off afterwards, which is the same."""

    def __init__(self, latent_dim=64, image_shape=(1, 28, 28), width=24):
        super().__init__(latent_dim, image_shape, width)
        self.up1 = nn.ConvTranspose2d(2 * width, width, 4, stride=2)
        self.up2 = nn.ConvTranspose2d(width, image_shape[0], 4, stride=2)

    def features(self, z):
        x = torch.relu(self.start(z)).view(len(z), *self.small)
        return torch.relu(self.up1(x))[:, :, 1:-1, 1:-1]

    def forward(self, z):
        return self.last(self.up2(self.features(z)))[:, :, 1:-1, 1:-1]
