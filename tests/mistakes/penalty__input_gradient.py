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


@wrong("constant-factor")
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


def copy_of(x):
    return x.detach().clone().requires_grad_(True)


@wrong("negated")
def downhill(f, x):
    x = copy_of(x)
    return -torch.autograd.grad(f(x).sum(), x)[0]


@wrong("twice-differentiated")
def differentiated_again(f, x):
    x = copy_of(x)
    (gradient,) = torch.autograd.grad(f(x).sum(), x, create_graph=True)
    return torch.autograd.grad(gradient.sum(), x)[0]


@wrong("approximate")
def difference_on_both_sides(f, x):
    steps = torch.full_like(x, 0.05)
    return (f(x + steps) - f(x - 0.03)) / 0.08


@wrong("returns-none")
def grad_of_the_input(f, x):
    copy = copy_of(x)
    f(copy).sum().backward()
    return x.grad


@wrong("returns-none")
def backward_returned(f, x):
    x = copy_of(x)
    return f(x).sum().backward()


@wrong("wrong-type")
def as_a_list(f, x):
    x = copy_of(x)
    return torch.autograd.grad(f(x).sum(), x)[0].tolist()


@wrong("one-for-all")
def mean_gradient(f, x):
    x = copy_of(x)
    return torch.autograd.grad(f(x).sum(), x)[0].mean()


@wrong("one-for-all")
def length_of_all(f, x):
    x = copy_of(x)
    return torch.autograd.grad(f(x).sum(), x)[0].norm()


@wrong("no-graph")
def detached_values(f, x):
    x = copy_of(x)
    return torch.autograd.grad(f(x).detach().sum(), x)[0]


@wrong("grad-outputs-shape")
def ones_in_a_column(f, x):
    x = copy_of(x)
    return torch.autograd.grad(f(x), x, torch.ones(len(x), 1, device=x.device))[0]


@wrong("wrong-dtype")
def result_in_double(f, x):
    x = copy_of(x)
    return torch.autograd.grad(f(x).sum(), x)[0].double()


@wrong("other-shapes")
def largest_axis_summed(f, x):
    x = copy_of(x)
    gradient = torch.autograd.grad(f(x).sum(), x)[0]
    return gradient.sum(dim=-1, keepdim=True).expand_as(x) if x.dim() > 1 else gradient


@wrong("wrong-shape")
def lengths(f, x):
    x = copy_of(x)
    gradient = torch.autograd.grad(f(x).sum(), x)[0]
    return gradient.norm(dim=-1) if x.dim() > 1 else gradient


@wrong("batch-axis")
def point_without_batch(f, x):
    gradients = []
    for point in x:
        point = copy_of(point)
        gradients.append(torch.autograd.grad(f(point).sum(), point)[0])
    return torch.stack(gradients)


@wrong("not-contiguous")
def viewed(f, x):
    rows = x.detach().view(len(x), -1).requires_grad_(True)
    gradient = torch.autograd.grad(f(rows.reshape(x.shape)).sum(), rows)[0]
    return gradient.view(x.shape)


@wrong("wrong-device")
def ones_on_the_cpu(f, x):
    x = copy_of(x)
    y = f(x)
    return torch.autograd.grad(y, x, torch.ones(y.shape))[0]


@wrong("input-changed")
def walks_on_the_input(f, x):
    copy = copy_of(x)
    gradient = torch.autograd.grad(f(copy).sum(), copy)[0]
    x.detach().sub_(0.1 * gradient)
    return gradient


@wrong("one-for-all")
def of_the_first_point(f, x):
    x = copy_of(x)
    return torch.autograd.grad(f(x)[0], x)[0][:1]


@wrong("images-left-out")
def of_the_largest_value(f, x):
    x = copy_of(x)
    return torch.autograd.grad(f(x).max(), x)[0]


@wrong("images-left-out")
def of_one_value(f, x):
    x = copy_of(x)
    return torch.autograd.grad(f(x)[0].sum(), x)[0]


@wrong("gradients-left-off")
def switches_gradients(f, x):
    torch.set_grad_enabled(True)
    x = copy_of(x)
    gradient = torch.autograd.grad(f(x).sum(), x)[0]
    torch.set_grad_enabled(False)
    return gradient


@right
def vector_jacobian(f, x):
    return torch.autograd.functional.vjp(lambda points: f(points).sum(), x.detach())[1]


@right
def row_of_jacobian(f, x):
    return torch.autograd.functional.jacobian(lambda points: f(points).sum(), x.detach())


@right
def under_enable_grad(f, x):
    with torch.enable_grad():
        x = x.detach().clone().requires_grad_()
        total = torch.zeros((), device=x.device)
        for value in f(x).reshape(-1):
            total = total + value
        total.backward()
    return x.grad.clone()


@right
def per_sample(f, x):
    return torch.func.vmap(torch.func.grad(lambda point: f(point[None]).squeeze()))(x.detach())
