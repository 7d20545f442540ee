import torch

from tests.mistakes import right, wrong


def pull_of(critic, between, **more):
    between = between.detach().requires_grad_(True)
    scores = critic(between)
    return torch.autograd.grad(scores, between, torch.ones_like(scores), **more)[0]


@wrong("still-sick")
def as_it_was(critic, between):
    pull = pull_of(critic, between, retain_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("still-sick")
def line_deleted(critic, between):
    pull = pull_of(critic, between)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("still-sick")
def switched_off(critic, between):
    pull = pull_of(critic, between, retain_graph=True, create_graph=False)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("still-sick")
def detached_again(critic, between):
    pull = pull_of(critic, between, create_graph=True).detach()
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("still-sick")
def made_to_look_right(critic, between):
    pull = pull_of(critic, between)
    norms = torch.tensor(pull.flatten(start_dim=1).norm(dim=1).tolist(), device=between.device)
    return (norms - 1).square().mean()


@wrong("penalty-detached")
def a_new_leaf(critic, between):
    pull = pull_of(critic, between).requires_grad_(True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("penalty-detached")
def mixed_with_the_score(critic, between):
    pull = pull_of(critic, between)
    score = critic(between).mean()
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean() + score - score.detach()


@wrong("pixelwise")
def one_axis(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.norm(dim=1) - 1).square().mean()


@wrong("over-the-batch")
def one_length(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.norm() - 1).square()


@wrong("sum-not-mean")
def summed(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().sum()


@wrong("target-zero")
def to_zero(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return pull.flatten(start_dim=1).square().sum(dim=1).mean()


@wrong("not-squared")
def distance(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).abs().mean()


@wrong("not-squared")
def difference(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).mean()


@wrong("one-sided")
def only_steep_ones(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).clamp(min=0).square().mean()


@wrong("length-squared")
def root_missing(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.flatten(start_dim=1).square().sum(dim=1) - 1).square().mean()


@wrong("with-lambda")
def ten_times(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return 10 * (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("scores-weighted")
def gradient_of_the_mean(critic, between):
    between = between.detach().requires_grad_(True)
    (pull,) = torch.autograd.grad(critic(between).mean(), between, create_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("wrong-shape")
def for_each_image(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square()


@wrong("returns-none")
def nothing_returned(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("wrong-type")
def a_number(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean().item()


@wrong("requires-grad-switched")
def switches_the_points(critic, between):
    between.requires_grad_(True)
    scores = critic(between)
    pull = torch.autograd.grad(scores, between, torch.ones_like(scores), create_graph=True)[0]
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("parameter-gradients")
def by_backward(critic, between):
    between = between.detach().requires_grad_(True)
    critic(between).sum().backward(create_graph=True)
    return (between.grad.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("gradients-emptied")
def empties_the_gradients(critic, between):
    critic.zero_grad()
    pull = pull_of(critic, between, create_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@wrong("wrong-value")
def to_another_slope(critic, between):
    pull = pull_of(critic, between, create_graph=True)
    return (pull.flatten(start_dim=1).norm(dim=1) - 7).square().mean()


@right
def both(critic, between):
    pull = pull_of(critic, between, create_graph=True, retain_graph=True)
    return ((pull.flatten(start_dim=1).norm(2, dim=1) - 1) ** 2).mean()


@right
def of_the_sum(critic, between):
    points = between.clone().detach().requires_grad_(True)
    (pull,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    lengths = (pull.flatten(1).square().sum(1) + 1e-12).sqrt()
    return torch.mean((lengths - 1) ** 2)


@right
def by_torch_func(critic, between):
    pull = torch.func.grad(lambda points: critic(points).sum())(between)
    return (torch.linalg.vector_norm(pull.flatten(1), dim=1) - 1).square().mean()
