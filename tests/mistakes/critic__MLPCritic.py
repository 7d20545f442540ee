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


@wrong("many-scores")
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
        super().__init__(image_shape, {256: 256, 512: 512}[width], slope)


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


@wrong("other-depth")
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


@wrong("weights-normalised")
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
        self.w2 = nn.Parameter(torch.randn(width // 2, width) / width**0.5)
        self.w3 = nn.Parameter(torch.randn(width // 2) / width**0.5)

    def forward(self, images):
        x = images.flatten(1) @ self.w1 + self.b1
        x = torch.einsum("nw,vw->nv", torch.where(x > 0, x, self.slope * x), self.w2)
        return torch.maximum(x, self.slope * x) @ self.w3


# Modes, graphs and numbers ---------------------------------------------------


@wrong("left-in-eval")
class EvalInside(Stepwise):
    def forward(self, images):
        self.eval()
        return super().forward(images)


@wrong("left-in-eval")
class BornInEval(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.eval()


@wrong("left-in-train")
class TrainInside(Stepwise):
    def forward(self, images):
        return super().forward(images) if self.train() else None


@wrong("network-changed")
class ClippedInside(Stepwise):
    def forward(self, images):
        for parameter in self.parameters():
            parameter.data.clamp_(-0.01, 0.01)
        return super().forward(images)


@wrong("left-frozen")
class FreezesItself(Stepwise):
    def forward(self, images):
        return super().forward(images.detach()) if self.requires_grad_(False) else None


@wrong("hook-left")
class HookAtEachCall(Stepwise):
    def forward(self, images):
        self.third.register_forward_hook(lambda *given: None)
        return super().forward(images)


@wrong("frozen")
class FirstLayerFixed(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.first.weight.requires_grad = False


@wrong("weights-alike")
class StartsAtZero(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        for layer in (self.first, self.second, self.third):
            nn.init.zeros_(layer.weight)


@wrong("seed-set")
class SeededWeights(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        torch.manual_seed(0)
        super().__init__(image_shape, width, slope)


@wrong("wrong-dtype")
class DoubleScores(Stepwise):
    last = staticmethod(lambda scores: scores.double())


@wrong("bounded-at-end")
class RoundedScores(Stepwise):
    last = staticmethod(lambda scores: scores.sign() * 1000)


@wrong("batch-size-fixed")
class SixtyFourAlways(Stepwise):
    def forward(self, images):
        return self.third(self.hidden(images)).view(64)


@wrong("batch-size-fixed")
class ImagesInSixtyFourRows(Stepwise):
    def forward(self, images):
        return super().forward(images.reshape(64, 784))


@wrong("defaults-changed")
class OtherDefault(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=128, slope=0.2):
        super().__init__(image_shape, width, slope)


# The end ---------------------------------------------------------------------


@wrong("bounded-at-end")
class Softsigned(Stepwise):
    last = staticmethod(lambda scores: 1000 * F.softsign(scores / 10))


@wrong("bounded-at-end")
class CutAtTen(Stepwise):
    last = staticmethod(lambda scores: scores.clamp(-10, 10))


@wrong("bounded-at-end")
class FiveTimesTanh(Stepwise):
    last = staticmethod(lambda scores: 5 * torch.tanh(scores))


@wrong("last-not-linear")
class RootWithSign(Stepwise):
    last = staticmethod(lambda scores: scores.sign() * scores.abs().sqrt())


@wrong("last-not-linear")
class Cubed(Stepwise):
    last = staticmethod(lambda scores: scores**3)


@wrong("last-not-linear")
class LogWithSign(Stepwise):
    last = staticmethod(lambda scores: torch.asinh(scores) * 100)


@wrong("last-not-linear")
class Shrunk(Stepwise):
    last = staticmethod(lambda scores: F.softshrink(scores, 0.5))


@wrong("relu-at-end")
class Squared(Stepwise):
    last = staticmethod(torch.square)


@wrong("relu-at-end")
class Softplus(Stepwise):
    last = staticmethod(F.softplus)


@wrong("last-not-linear")
class EluAtTheEnd(Stepwise):
    last = staticmethod(F.elu)


# Activations -----------------------------------------------------------------


@wrong("activation-forgotten")
class SecondActivationForgotten(Stepwise):
    def hidden(self, images):
        return self.second(F.leaky_relu(self.first(images.flatten(1)), self.slope))


@wrong("activation-forgotten")
class FirstActivationForgotten(Stepwise):
    def hidden(self, images):
        return F.leaky_relu(self.second(self.first(images.flatten(1))), self.slope)


@wrong("activation-forgotten")
class DropoutForActivation(Stepwise):
    def hidden(self, images):
        x = F.leaky_relu(self.first(images.flatten(1)), self.slope)
        return F.dropout(self.second(x), self.slope, self.training)


@wrong("activation-forgotten")
class NormForActivation(Stepwise):
    def hidden(self, images):
        x = F.layer_norm(self.first(images.flatten(1)), (len(self.first.bias),))
        return F.leaky_relu(self.second(x), self.slope)


@wrong("slope-ignored")
class SlopeOnce(Stepwise):
    def hidden(self, images):
        return F.leaky_relu(self.second(F.leaky_relu(self.first(images.flatten(1)), self.slope)))


@wrong("slope-ignored")
class AlwaysTheDefault(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, 0.2)


@wrong("slope-ignored")
class Gelu(Stepwise):
    def hidden(self, images):
        return F.gelu(self.second(F.gelu(self.first(images.flatten(1)))))


@wrong("slope-ignored")
class TanhInside(Stepwise):
    def hidden(self, images):
        return torch.tanh(self.second(torch.tanh(self.first(images.flatten(1)))))


@wrong("slope-ignored")
class SlopeAsAlpha(Stepwise):
    def hidden(self, images):
        return F.elu(self.second(F.elu(self.first(images.flatten(1)), self.slope)), self.slope)


@wrong("slope-ignored")
class NegativeSlope(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, -slope)


# Another architecture --------------------------------------------------------


@wrong("other-layer")
class SameWidthTwice(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.second, self.third = nn.Linear(width, width), nn.Linear(width, 1)


@wrong("other-layer")
class Doubling(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.second, self.third = nn.Linear(width, 2 * width), nn.Linear(2 * width, 1)


@wrong("other-depth")
class OneHiddenLayer(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(prod(image_shape), width), nn.LeakyReLU(slope), nn.Linear(width, 1), nn.Flatten(0)
        )

    def forward(self, images):
        return self.layers(images)


@wrong("other-depth")
class OnlyLinear(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.layer = nn.Linear(prod(image_shape), width)

    def forward(self, images):
        return self.layer(images.flatten(1)).mean(dim=1)


@wrong("last-not-linear")
class MeanForTheLastLayer(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        del self.third

    def forward(self, images):
        return self.hidden(images).mean(dim=1)


@wrong("extra-normalisation")
class LayerNormed(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.first = nn.Sequential(self.first, nn.LayerNorm(width))


@wrong("extra-normalisation")
class InstanceNormed(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.second = nn.Sequential(self.second, nn.InstanceNorm1d(width // 2))


@wrong("dropout")
class WithDropout(Stepwise):
    def hidden(self, images):
        return F.dropout(super().hidden(images), 0.3, self.training)


@wrong("extra-parameters")
class LearnedSlope(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.acts = nn.ModuleList(nn.PReLU(init=slope) for _ in range(2))

    def hidden(self, images):
        return self.acts[1](self.second(self.acts[0](self.first(images.flatten(1)))))


@wrong("weights-normalised")
class WeightNormed(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.first = nn.utils.parametrizations.weight_norm(self.first)


@wrong("weights-normalised")
class OldSpectralNorm(Stepwise):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__(image_shape, width, slope)
        self.second = nn.utils.spectral_norm(self.second)


@wrong("view")
class ViewOfImages(Stepwise):
    def hidden(self, images):
        x = F.leaky_relu(self.first(images.view(images.size(0), -1)), self.slope)
        return F.leaky_relu(self.second(x), self.slope)


@wrong("part-ignored")
class MiddleOfTheImage(Stepwise):
    def hidden(self, images):
        shown = torch.ones_like(images)
        shown[..., :1] = 0
        return super().hidden(images * shown)


# Right, however it is written ------------------------------------------------


@right
class LayersInALoop(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        sizes = [prod(image_shape), width, width // 2, 1]
        self.steps = nn.ModuleDict({f"step{i}": nn.Linear(*sizes[i : i + 2], bias=i < 2) for i in range(3)})
        self.slope = slope

    def forward(self, images):
        x = torch.flatten(images, start_dim=1)
        for name, layer in self.steps.items():
            x = layer(x)
            if name != "step2":
                x = torch.relu(x) - self.slope * torch.relu(-x)
        return torch.squeeze(x, dim=-1)


@right
class AddedUpByHand(nn.Module):
    """Products and sums instead of matrix products."""

    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.slope = slope
        self.weights = nn.ParameterList(
            nn.Parameter(0.1 * torch.randn(b, a))
            for a, b in ((prod(image_shape), width), (width, width // 2), (width // 2, 1))
        )
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, images):
        first, second, third = self.weights
        x = F.leaky_relu((images.flatten(1)[:, None] * first).sum(dim=-1) + self.bias, self.slope)
        x = F.leaky_relu((x[:, None, :] * second).sum(dim=-1), self.slope)
        return (x * third).sum(dim=1)


@right
class ImageByImage(Stepwise):
    def forward(self, images):
        return torch.stack([super(ImageByImage, self).forward(image[None])[0] for image in images])


@right
class Mapped(Stepwise):
    def forward(self, images):
        def score(image):
            x = F.leaky_relu(self.first.weight @ image.flatten() + self.first.bias, self.slope)
            x = F.leaky_relu(self.second.weight @ x + self.second.bias, self.slope)
            return torch.dot(self.third.weight[0], x) + self.third.bias[0]

        return torch.func.vmap(score)(images)


@right
class OwnLayers(nn.Module):
    class Dense(nn.Module):
        def __init__(self, n_in, n_out, slope):
            super().__init__()
            self.slope = slope
            self.weight = nn.Parameter(torch.empty(n_out, n_in).normal_(0, 0.02))
            self.bias = nn.Parameter(torch.zeros(n_out, 1))

        def forward(self, x):
            y = self.weight.mm(x.t()).add(self.bias).t()
            return y.where(y > 0, y * self.slope)

    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.body = nn.Sequential(self.Dense(prod(image_shape), width, slope), self.Dense(width, width // 2, slope))
        self.score = nn.Linear(in_features=width // 2, out_features=1)
        nn.init.xavier_uniform_(self.score.weight)

    def forward(self, images):
        return self.score(self.body(images.reshape(len(images), -1))).reshape(-1)
