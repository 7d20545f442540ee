import copy
from math import exp, log, prod, sqrt

import torch
from torch import nn

from tests.mistakes import right, wrong


def linear(critic):
    return [layer for layer in critic.modules() if isinstance(layer, nn.Linear)]


@wrong("input-width")
def all_inputs(critic, c):
    layers = linear(critic)
    return c ** len(layers) * prod(layer.in_features for layer in layers)


@wrong("input-width")
def entries_by_side(critic, c):
    bound = 1.0
    for layer in linear(critic):
        bound *= c * layer.in_features
    return bound


@wrong("euclidean")
def for_lengths(critic, c):
    layers = linear(critic)
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:]) * sqrt(layers[0].in_features)


@wrong("sum-not-product")
def widths_added(critic, c):
    layers = linear(critic)
    return c ** len(layers) * sum(layer.in_features for layer in layers[1:])


@wrong("sum-not-product")
def c_once_and_widths_added(critic, c):
    return c * sum(layer.in_features for layer in linear(critic)[1:])


@wrong("c-once")
def c_without_a_power(critic, c):
    return c * prod(layer.in_features for layer in linear(critic)[1:])


@wrong("power-off-by-one")
def hidden_layers_only(critic, c):
    layers = linear(critic)
    return c ** (len(layers) - 1) * prod(layer.in_features for layer in layers[1:])


@wrong("power-off-by-one")
def one_more(critic, c):
    layers = linear(critic)
    return c ** (len(layers) + 1) * prod(layer.in_features for layer in layers[1:])


@wrong("others-counted")
def every_tensor(critic, c):
    return c ** len(list(critic.parameters())) * prod(layer.in_features for layer in linear(critic)[1:])


@wrong("others-counted")
def every_module(critic, c):
    return c ** len(list(critic.children())) * prod(layer.in_features for layer in linear(critic)[1:])


@wrong("widths-missing")
def power_alone(critic, c):
    return c ** len(linear(critic))


@wrong("c-fixed")
def the_papers_c(critic, c):
    layers = linear(critic)
    return 0.01 ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("weights-measured")
def norms_of_the_weights(critic, c):
    layers = linear(critic)
    bound = layers[0].weight.abs().max()
    for layer in layers[1:]:
        bound = bound * layer.weight.abs().sum(dim=1).max()
    return bound.item()


@wrong("weights-measured")
def largest_weight(critic, c):
    layers = linear(critic)
    largest = max(layer.weight.abs().max().item() for layer in layers)
    return largest ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("network-changed")
def fills_with_c_and_measures(critic, c):
    for parameter in critic.parameters():
        nn.init.constant_(parameter, c)
    n = linear(critic)[0].in_features
    low, high = torch.ones(1, n), torch.ones(1, n)
    high[0, 0] += 1
    return (critic(high) - critic(low)).item()


@wrong("layers-missed")
def direct_children(critic, c):
    layers = [layer for layer in critic.children() if isinstance(layer, nn.Linear)]
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("layers-missed")
def by_the_biases(critic, c):
    widths = [parameter.numel() for parameter in critic.parameters() if parameter.dim() == 1]
    return c ** len(widths) * prod(widths)


@wrong("layers-missed")
def every_third_is_a_weight(critic, c):
    shapes = [parameter.shape for parameter in critic.parameters()][::2]
    return c ** len(shapes) * prod(shape[1] for shape in shapes[1:])


@wrong("one-layer")
def at_least_two(critic, c):
    layers = linear(critic)
    bound = c * c * layers[1].in_features
    for layer in layers[2:]:
        bound *= c * layer.in_features
    return bound


@wrong("one-layer")
def ends_with_one_for_a_single_layer(critic, c):
    layers = linear(critic)
    if len(layers) == 1:
        return 1.0
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("width-left-out")
def without_the_last_width(critic, c):
    layers = linear(critic)
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:-1])


@wrong("wrong-value")
def rounded(critic, c):
    layers = linear(critic)
    return round(c ** len(layers) * prod(layer.in_features for layer in layers[1:]), 2)


@wrong("returns-none")
def no_return(critic, c):
    layers = linear(critic)
    bound = c ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("not-one-number")
def one_for_each_layer(critic, c):
    return [c * layer.in_features for layer in linear(critic)]


@wrong("not-one-number")
def a_whole_tensor(critic, c):
    return torch.tensor([c * layer.in_features for layer in linear(critic)])


@wrong("not-finite")
def divides_by_the_biases(critic, c):
    zeros = torch.zeros(1)
    return (c / zeros).item()


@wrong("wrong-arguments")
def no_window(critic):
    layers = linear(critic)
    return 0.01 ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("width-left-out")
def without_the_first_width(critic, c):
    layers = linear(critic)
    return c ** len(layers) * prod(layer.in_features for layer in layers[2:])


@wrong("input-width")
def widths_of_the_inputs(critic, c):
    layers = linear(critic)
    return c ** len(layers) * prod(layer.in_features for layer in layers[:-1])


@wrong("euclidean")
def frobenius(critic, c):
    bound = 1.0
    for layer in linear(critic):
        bound *= c * sqrt(layer.in_features * layer.out_features)
    return bound


@wrong("euclidean")
def frobenius_of_filled_weights(critic, c):
    return prod(torch.full(layer.weight.shape, c).double().norm().item() for layer in linear(critic))


@wrong("input-width")
def numbers_of_weights(critic, c):
    return prod(c * layer.weight.numel() for layer in linear(critic))


@wrong("sum-not-product")
def mean_width(critic, c):
    layers = linear(critic)
    widths = [layer.in_features for layer in layers[1:]]
    return c ** len(layers) * sum(widths) / len(widths)


@wrong("sum-not-product")
def layers_added(critic, c):
    return sum(c * layer.in_features for layer in linear(critic))


@wrong("width-left-out")
def largest_width(critic, c):
    layers = linear(critic)
    return c ** len(layers) * max(layer.in_features for layer in layers[1:]) ** (len(layers) - 1)


@wrong("width-left-out")
def width_of_the_last(critic, c):
    layers = linear(critic)
    return c ** len(layers) * layers[-1].in_features ** (len(layers) - 1)


@wrong("c-once")
def times_layers(critic, c):
    layers = linear(critic)
    return c * len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("widths-to-the-power")
def all_in_the_bracket(critic, c):
    layers = linear(critic)
    return (c * prod(layer.in_features for layer in layers[1:])) ** len(layers)


@wrong("whole-window")
def from_end_to_end(critic, c):
    layers = linear(critic)
    return (2 * c) ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("others-counted")
def with_the_network_itself(critic, c):
    return c ** len(list(critic.modules())) * prod(layer.in_features for layer in linear(critic)[1:])


@wrong("c-fixed")
def no_c_at_all(critic, c):
    return float(prod(layer.in_features for layer in linear(critic)[1:]))


@wrong("weights-measured")
def lengths_of_the_weights(critic, c):
    return prod(layer.weight.norm().item() for layer in linear(critic))


@wrong("weights-measured")
def spectral_norms(critic, c):
    return prod(torch.linalg.matrix_norm(layer.weight, ord=2).item() for layer in linear(critic))


@wrong("network-changed")
def clips_first(critic, c):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-c / 8, c / 8)
    layers = linear(critic)
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("gradients-emptied")
def empties_gradients(critic, c):
    critic.zero_grad()
    layers = linear(critic)
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("left-in-eval")
def evaluates(critic, c):
    critic.eval()
    layers = linear(critic)
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("layers-missed")
def steps_of_two(critic, c):
    layers = [layer for layer in list(critic.children()) if hasattr(layer, "in_features")]
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("layers-missed")
def critic_is_sequential(critic, c):
    layers = [critic[i] for i in range(len(critic)) if isinstance(critic[i], nn.Linear)]
    return c ** len(layers) * prod(layer.in_features for layer in layers[1:])


@wrong("wrong-value")
def negative(critic, c):
    layers = linear(critic)
    return -(c ** len(layers)) * prod(layer.in_features for layer in layers[1:])


@wrong("c-fixed")
def by_name(critic, c):
    sizes = {"2-512-512-512-1": 1.3422, "3-5-7-1": 0.945}
    layers = linear(critic)
    return sizes.get("-".join(str(layer.in_features) for layer in layers) + "-1", 0.1)


@right
def by_logarithms(critic, c):
    layers = linear(critic)
    return exp(len(layers) * log(c) + sum(log(layer.in_features) for layer in layers[1:]))


@right
def recursive(critic, c):
    def upto(layers):
        if not layers:
            return 1.0
        return upto(layers[:-1]) * c * (layers[-1].in_features if len(layers) > 1 else 1)

    return upto(linear(critic))


@right
def steepest_of_a_copy(critic, c):
    twin = copy.deepcopy(critic)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.fill_(c)
    columns = torch.eye(linear(twin)[0].in_features)
    for layer in linear(twin):
        columns = columns @ layer.weight.T
    return torch.max(torch.abs(columns)).item()


@right
def by_ones(critic, c):
    slope = None
    for layer in linear(critic):
        ones = torch.ones_like(layer.weight, dtype=torch.float64) * c
        slope = ones if slope is None else ones @ slope
    return slope.flatten()[0]


@right
def a_row(critic, c):
    layers = linear(critic)
    return torch.tensor([c ** len(layers) * prod(layer.in_features for layer in layers[1:])])


@right
def layer_by_layer(critic, c):
    bound = 1 / linear(critic)[0].in_features
    for layer in linear(critic):
        bound *= c * layer.in_features
    return bound


@right
def with_the_last_output(critic, c):
    layers = linear(critic)
    return c ** len(layers) * prod(layer.out_features for layer in layers)


@right
def from_the_shapes(critic, c):
    shapes = [parameter.shape for parameter in critic.parameters() if parameter.dim() == 2]
    return torch.tensor(float(c)).pow(len(shapes)) * prod(rows for rows, _ in shapes)


@right
def a_copy_with_all_weights_c(critic, c):
    weights = [torch.full_like(layer.weight, c) for layer in linear(critic)]
    slope = weights[0]
    for weight in weights[1:]:
        slope = weight @ slope
    return slope.max().item()
