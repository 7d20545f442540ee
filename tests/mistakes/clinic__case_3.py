import torch
from torch import nn

from tests.mistakes import right, wrong


@wrong("still-sick")
def as_it_was(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = features @ weight.T + bias
    return pixels.sigmoid().view(-1, *image_shape)


@wrong("still-sick")
def ready_for_the_screen(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = torch.tanh(features @ weight.T + bias)
    return ((pixels + 1) / 2).view(-1, *image_shape)


@wrong("still-sick")
def tanh_of_positive_numbers(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = features @ weight.T + bias
    return torch.tanh(pixels.relu()).view(-1, *image_shape)


@wrong("still-sick")
def absolute(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = features @ weight.T + bias
    return torch.tanh(pixels).abs().view(-1, *image_shape)


@wrong("still-sick")
def sigmoid_twice(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = features @ weight.T + bias
    return torch.sigmoid(2 * pixels).view(-1, *image_shape)


@wrong("nothing-changed")
def no_activation(features, weight, bias, image_shape=(1, 28, 28)):
    return (features @ weight.T + bias).view(-1, *image_shape)


@wrong("beyond-range")
def doubled(features, weight, bias, image_shape=(1, 28, 28)):
    return (2 * torch.tanh(features @ weight.T + bias)).view(-1, *image_shape)


@wrong("beyond-range")
def moved_and_not_shrunk(features, weight, bias, image_shape=(1, 28, 28)):
    return (2 * torch.sigmoid(features @ weight.T + bias) - 2).view(-1, *image_shape)


@wrong("beyond-range")
def leaky(features, weight, bias, image_shape=(1, 28, 28)):
    return nn.functional.leaky_relu(features @ weight.T + bias, 0.2).view(-1, *image_shape)


@wrong("range-missed")
def half(features, weight, bias, image_shape=(1, 28, 28)):
    return (torch.sigmoid(features @ weight.T + bias) - 0.5).view(-1, *image_shape)


@wrong("range-missed")
def below_zero(features, weight, bias, image_shape=(1, 28, 28)):
    return (torch.sigmoid(features @ weight.T + bias) - 1).view(-1, *image_shape)


@wrong("range-missed")
def nine_tenths(features, weight, bias, image_shape=(1, 28, 28)):
    return (0.9 * torch.tanh(features @ weight.T + bias)).view(-1, *image_shape)


@wrong("flat")
def cut_off(features, weight, bias, image_shape=(1, 28, 28)):
    return (features @ weight.T + bias).clamp(-1, 1).view(-1, *image_shape)


@wrong("flat")
def hardtanh(features, weight, bias, image_shape=(1, 28, 28)):
    return nn.functional.hardtanh(features @ weight.T + bias).view(-1, *image_shape)


@wrong("flat")
def far_too_steep(features, weight, bias, image_shape=(1, 28, 28)):
    return torch.tanh(50 * (features @ weight.T + bias)).view(-1, *image_shape)


@wrong("flat")
def sign(features, weight, bias, image_shape=(1, 28, 28)):
    return (features @ weight.T + bias).sign().view(-1, *image_shape)


@wrong("turned-round")
def negative(features, weight, bias, image_shape=(1, 28, 28)):
    return (1 - 2 * torch.sigmoid(features @ weight.T + bias)).view(-1, *image_shape)


@wrong("not-increasing")
def sine(features, weight, bias, image_shape=(1, 28, 28)):
    return torch.sin(4 * (features @ weight.T + bias)).view(-1, *image_shape)


@wrong("pixels-mixed")
def by_the_largest(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = features @ weight.T + bias
    return (pixels / (pixels.abs().max() + 1e-6)).view(-1, *image_shape)


@wrong("pixels-mixed")
def softmax(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = (features @ weight.T + bias).softmax(dim=1)
    return (2 * pixels - 1).view(-1, *image_shape)


@wrong("detached")
def values_only(features, weight, bias, image_shape=(1, 28, 28)):
    return torch.tanh((features @ weight.T + bias).detach()).view(-1, *image_shape)


@wrong("other-numbers")
def bias_left_out(features, weight, bias, image_shape=(1, 28, 28)):
    return torch.tanh(features @ weight.T).view(-1, *image_shape)


@wrong("wrong-shape")
def rows(features, weight, bias, image_shape=(1, 28, 28)):
    return torch.tanh(features @ weight.T + bias)


@wrong("returns-none")
def nothing_returned(features, weight, bias, image_shape=(1, 28, 28)):
    torch.tanh(features @ weight.T + bias).view(-1, *image_shape)


@wrong("wrong-arguments")
def shape_left_out(features, weight, bias):
    return torch.tanh(features @ weight.T + bias).view(-1, 1, 28, 28)


@right
def method(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = features @ weight.T + bias
    return pixels.tanh().view(-1, *image_shape)


@right
def a_sigmoid_stretched(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = nn.functional.linear(features, weight, bias)
    return (2 * torch.sigmoid(pixels) - 1).reshape(len(features), *image_shape)


@right
def an_arc_tangent(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = torch.atan(features @ weight.T + bias) / (torch.pi / 2)
    return pixels.unflatten(1, image_shape)


@right
def softsign(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = features @ weight.T + bias
    return (pixels / (1 + pixels.abs())).view(-1, *image_shape)


@wrong("nothing-changed")
def result_thrown_away(features, weight, bias, image_shape=(1, 28, 28)):
    pixels = features @ weight.T + bias
    torch.tanh(pixels)
    return pixels.view(-1, *image_shape)
