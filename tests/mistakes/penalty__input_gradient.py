import torch

from tests.mistakes import right, wrong


@wrong("tuple-not-unpacked")
def whole_tuple(f, x):
    x = x.detach().requires_grad_(True)
    return torch.autograd.grad(f(x).sum(), x)


@wrong("not-a-scalar")
def whole_vector(f, x):
    x = x.detach().requires_grad_(True)
    return torch.autograd.grad(f(x), x)[0]


@wrong("no-graph")
def not_tracked(f, x):
    return torch.autograd.grad(f(x).sum(), x)[0]


@wrong("no-graph")
def under_no_grad(f, x):
    x = x.detach().requires_grad_(True)
    with torch.no_grad():
        y = f(x).sum()
    return torch.autograd.grad(y, x)[0]


@wrong("not-in-the-graph")
def differentiates_in_another_copy(f, x):
    y = f(x.detach().requires_grad_(True)).sum()
    x = x.detach().requires_grad_(True)
    return torch.autograd.grad(y, x)[0]


@wrong("requires-grad-switched")
def switched_on_the_input(f, x):
    x.requires_grad_(True)
    return torch.autograd.grad(f(x).sum(), x)[0]


@wrong("requires-grad-switched")
def backward_on_the_input(f, x):
    x.requires_grad = True
    f(x).sum().backward()
    return x.grad


@wrong("divided-by-n")
def of_the_mean(f, x):
    x = x.detach().requires_grad_(True)
    return torch.autograd.grad(f(x).mean(), x)[0]


@wrong("values-returned")
def f_itself(f, x):
    return f(x)


@wrong("one-for-all")
def added_up(f, x):
    x = x.detach().requires_grad_(True)
    return torch.autograd.grad(f(x).sum(), x)[0].sum()


@wrong("approximate")
def difference_quotient(f, x, h=1e-2):
    return (f(x + h) - f(x)) / h


@wrong("wrong-value")
def twice(f, x):
    x = x.detach().requires_grad_(True)
    return 2 * torch.autograd.grad(f(x).sum(), x)[0]


@wrong("wrong-shape")
def one_row_too_many(f, x):
    x = x.detach().requires_grad_(True)
    return torch.autograd.grad(f(x).sum(), x)[0][None]


@wrong("gradient-left-behind")
def backward_on_a_clone(f, x):
    x = x.clone().requires_grad_(True)
    x.retain_grad()
    f(x).sum().backward()
    return x.grad


@wrong("tracked-input")
def through_numpy(f, x):
    x = torch.tensor(x.numpy(), requires_grad=True)
    return torch.autograd.grad(f(x).sum(), x)[0]


@wrong("returns-none")
def nothing(f, x):
    x = x.detach().requires_grad_(True)
    f(x).sum().backward()


@wrong("wrong-arguments")
def exchanged(x, f):
    x = x.detach().requires_grad_(True)
    return torch.autograd.grad(f(x).sum(), x)[0]


@wrong("wrong-dtype")
def in_double(f, x):
    x = x.double().requires_grad_(True)
    return torch.autograd.grad(f(x.float()).sum(), x)[0]


@right
def by_backward(f, x):
    copy = x.detach().clone()
    copy.requires_grad = True
    f(copy).sum().backward()
    return copy.grad


@right
def grad_outputs(f, x):
    x = x.detach().requires_grad_(True)
    y = f(x)
    return torch.autograd.grad(y, x, grad_outputs=torch.ones_like(y))[0]


@right
def functional(f, x):
    return torch.func.grad(lambda points: f(points).sum())(x.detach())


@right
def one_at_a_time(f, x):
    gradients = []
    for point in x:
        point = point.detach()[None].requires_grad_(True)
        gradients.append(torch.autograd.grad(f(point).sum(), point)[0][0])
    return torch.stack(gradients)


@right
def with_a_graph(f, x):
    x = x.detach().requires_grad_(True)
    return torch.autograd.grad(f(x).sum(), x, create_graph=True)[0]
