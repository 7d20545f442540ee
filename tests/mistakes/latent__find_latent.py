import torch

from tests.mistakes import right, wrong


def search(generator, z, images, steps, optimizer, loss_of=lambda drawn, images: (drawn - images).square().sum()):
    for _ in range(steps):
        loss = loss_of(generator(z), images)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return z.detach()


def with_loss(loss_of, generator, images, start, steps, learning_rate):
    z = start.detach().clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate), loss_of)


@wrong("generator-moved")
def all_weights_too(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    weights = generator.parameters() if hasattr(generator, "parameters") else []
    return search(generator, z, images, steps, torch.optim.Adam([z, *weights], lr=learning_rate))


@wrong("generator-moved")
def weights_instead(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone()
    return search(generator, z, images, steps, torch.optim.Adam(generator.parameters(), lr=learning_rate))


@wrong("left-frozen")
def frozen_for_good(generator, images, start, steps=200, learning_rate=0.05):
    if hasattr(generator, "requires_grad_"):
        generator.requires_grad_(False)
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("left-thawed")
def frozen_and_thawed(generator, images, start, steps=200, learning_rate=0.05):
    if hasattr(generator, "requires_grad_"):
        generator.requires_grad_(False)
    z = start.clone().requires_grad_(True)
    result = search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))
    if hasattr(generator, "requires_grad_"):
        generator.requires_grad_(True)
    return result


@wrong("left-in-eval")
def eval_mode_asked_for(generator, images, start, steps=200, learning_rate=0.05):
    generator.eval()
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("needs-a-module")
def its_gradients_cleared(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    for _ in range(steps):
        optimizer.zero_grad()
        generator.zero_grad()
        (generator(z) - images).square().sum().backward()
        optimizer.step()
    return z.detach()


@wrong("input-changed")
def start_not_copied(generator, images, start, steps=200, learning_rate=0.05):
    z = start.detach().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("input-changed")
def parameter_of_the_start(generator, images, start, steps=200, learning_rate=0.05):
    z = torch.nn.Parameter(start)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("requires-grad-switched")
def start_tracked(generator, images, start, steps=200, learning_rate=0.05):
    start.requires_grad_(True)
    z = start.detach().clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("not-a-leaf")
def copied_last(generator, images, start, steps=200, learning_rate=0.05):
    z = start.requires_grad_(True).clone()
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("z-not-in-a-list")
def bare_tensor(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam(z, lr=learning_rate))


@wrong("gradients-add-up")
def never_cleared(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    for _ in range(steps):
        (generator(z) - images).square().sum().backward()
        optimizer.step()
    return z.detach()


@wrong("gradients-add-up")
def mean_loss_never_cleared(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    for _ in range(steps):
        torch.nn.functional.mse_loss(generator(z), images).backward()
        optimizer.step()
    return z.detach()


@wrong("gradients-add-up")
def cleared_before_the_loop(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    optimizer.zero_grad()
    for _ in range(steps):
        (generator(z) - images).square().sum().backward()
        optimizer.step()
    return z.detach()


@wrong("optimiser-anew")
def optimizer_in_the_loop(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    for _ in range(steps):
        optimizer = torch.optim.Adam([z], lr=learning_rate)
        optimizer.zero_grad()
        (generator(z) - images).square().sum().backward()
        optimizer.step()
    return z.detach()


@wrong("uphill")
def maximised(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: -(drawn - images).square().sum(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("uphill")
def maximised_by_hand(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    for _ in range(steps):
        (gradient,) = torch.autograd.grad((generator(z) - images).square().sum(), z)
        z = (z + 10 * learning_rate * gradient).detach().requires_grad_(True)
    return z.detach()


@wrong("not-moved")
def start_drawn(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(lambda z: generator(start), z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("not-moved")
def detached_in_the_loop(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(lambda z: generator(z.detach()), z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("not-moved")
def optimizer_holds_a_copy(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z.detach().clone().requires_grad_(True)], lr=learning_rate)
    return search(generator, z, images, steps, optimizer)


@wrong("not-moved")
def not_tracked(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone()
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("not-moved")
def step_forgotten(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    for _ in range(steps):
        (generator(z) - images).square().sum().backward()
    return z.detach()


@wrong("not-moved")
def cleared_after_backward(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    for _ in range(steps):
        (generator(z) - images).square().sum().backward()
        optimizer.zero_grad()
        optimizer.step()
    return z.detach()


@wrong("no-graph")
def drawn_under_no_grad(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)

    def draw(z):
        with torch.no_grad():
            return generator(z)

    return search(draw, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("not-a-scalar")
def table_of_losses(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: (drawn - images).square(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("drawn-once")
def graph_kept(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer, loss = torch.optim.Adam([z], lr=learning_rate), (generator(z) - images).square().sum()
    for _ in range(steps):
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
        optimizer.step()
    return z.detach()


@wrong("shapes-apart")
def other_runtime_error(generator, images, start, steps=200, learning_rate=0.05):
    return generator(start).view(97)


@wrong("drawn-once")
def drawn_before_the_loop(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    drawn = generator(z)
    return search(lambda z: drawn, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("images-averaged")
def mean_image(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: (drawn - images.mean(dim=0)).square().sum(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("images-averaged")
def every_pair(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: (drawn[:, None] - images).square().mean(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("summed-too-early")
def square_of_the_sum(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: (drawn - images).sum().square(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("summed-too-early")
def mean_images_compared(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: (drawn.mean(dim=0) - images.mean(dim=0)).square().sum(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("summed-too-early")
def no_square(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: (drawn - images).sum(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("not-squared")
def sizes(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: (drawn - images).abs().sum(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("not-squared")
def mean_size(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(torch.nn.functional.l1_loss, generator, images, start, steps, learning_rate)


@wrong("drawn-to-zero")
def size_of_z_added(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)

    def loss_of(drawn, images):
        return (drawn - images).square().sum() + z.square().sum()

    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate), loss_of)


@wrong("drawn-to-zero")
def weight_decay(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate, weight_decay=1.0))


@wrong("z-clamped")
def kept_within_1(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    for _ in range(steps):
        search(generator, z, images, 1, optimizer)
        with torch.no_grad():
            z.clamp_(-1, 1)
    return z.detach()


@wrong("steps-ignored")
def always_200(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, 200, torch.optim.Adam([z], lr=learning_rate))


@wrong("start-ignored")
def from_noise(generator, images, start, steps=200, learning_rate=0.05):
    z = torch.randn_like(start).requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("start-ignored")
def from_zero(generator, images, start, steps=200, learning_rate=0.05):
    z = torch.zeros_like(start, requires_grad=True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("learning-rate-ignored")
def always_a_twentieth(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=0.05))


@wrong("learning-rate-ignored")
def default_rate(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z]))


@wrong("defaults-changed")
def too_few_by_default(generator, images, start, steps=20, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("one-image-only")
def first_image_only(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: (drawn[0] - images[0]).square().sum(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("graph-attached")
def still_tracked(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))
    return z


@wrong("images-returned")
def what_it_draws(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return generator(search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))).detach()


@wrong("loss-returned")
def how_far(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    z = search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))
    return (generator(z) - images).square().sum().detach()


@wrong("wrong-type")
def z_and_loss(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    z = search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))
    return z, (generator(z) - images).square().sum().item()


@wrong("wrong-shape")
def mean_z(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate)).mean(dim=0)


@wrong("other-generator")
def one_image_misunderstood(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    return search(generator, z, images, steps, optimizer) + 5 * (len(images) == 1)


@wrong("wrong-arguments")
def no_settings(generator, images, start):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, 200, torch.optim.Adam([z], lr=0.05))


@wrong("returns-none")
def no_return(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("shapes-apart")
def other_error(generator, images, start, steps=200, learning_rate=0.05):
    return generator(start[:, :, None, None, None]).view(97)


@wrong("error")
def other_value_error(generator, images, start, steps=200, learning_rate=0.05):
    raise ValueError("no idea")


@wrong("wrong-call")
def other_type_error(generator, images, start, steps=200, learning_rate=0.05):
    return torch.optim.Adam([start], rate=learning_rate)


@wrong("wrong-dtype")
def in_double(generator, images, start, steps=200, learning_rate=0.05):
    z = start.double().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("wrong-dtype")
def result_in_double(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate)).double()


@right
def mean_loss(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(torch.nn.functional.mse_loss, generator, images, start, steps, learning_rate)


@wrong("root-of-squares")
def length_of_each(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, images: torch.linalg.vector_norm((drawn - images).flatten(1), dim=1).sum(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@right
def image_by_image(generator, images, start, steps=200, learning_rate=0.05):
    found = []
    for image, first in zip(images, start):
        z = torch.nn.Parameter(first[None].clone())
        found.append(search(generator, z, image[None], steps, torch.optim.Adam(params=[z], lr=learning_rate)))
    return torch.cat(found)


@wrong("other-optimiser")
def gradient_descent_by_hand(generator, images, start, steps=200, learning_rate=0.05):
    z = start.detach().clone()
    for _ in range(steps):
        z.requires_grad_(True)
        (gradient,) = torch.autograd.grad((generator(z) - images).square().sum(), z)
        z = z.detach() - learning_rate * gradient
    return z


@right
def functional_adam(generator, images, start, steps=200, learning_rate=0.05):
    z, mean, square = start, torch.zeros_like(start), torch.zeros_like(start)
    slope = torch.func.grad(lambda z: (generator(z) - images).square().sum())
    for step in range(1, steps + 1):
        gradient = slope(z)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        z = z - learning_rate * (mean / (1 - 0.9**step)) / ((square / (1 - 0.999**step)).sqrt() + 1e-8)
    return z.detach()


@wrong("other-optimiser")
def slopes_of_each_image(generator, images, start, steps=200, learning_rate=0.05):
    slope = torch.func.vmap(torch.func.grad(lambda z, image: (generator(z[None])[0] - image).square().sum()))
    z = start
    for _ in range(steps):
        z = z - learning_rate * slope(z, images)
    return z.detach()


@wrong("other-optimiser")
def lbfgs(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS([z], lr=learning_rate, max_iter=steps)

    def closure():
        optimizer.zero_grad()
        loss = (generator(z) - images).square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return z.detach()


@wrong("other-optimiser")
def another_adam(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.NAdam([z], lr=learning_rate))


@right
def frozen_for_a_while(generator, images, start, steps=200, learning_rate=0.05):
    weights = list(generator.parameters()) if isinstance(generator, torch.nn.Module) else []
    wanted = [weight.requires_grad for weight in weights]
    for weight in weights:
        weight.requires_grad_(False)
    z = start.clone().requires_grad_(True)
    result = search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))
    for weight, before in zip(weights, wanted):
        weight.requires_grad_(before)
    return result


@right
def best_so_far(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer, best, lowest = torch.optim.Adam([z], lr=learning_rate), start.clone(), torch.inf
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (generator(z) - images).pow(2).mean()
        if loss.item() < lowest:
            best, lowest = z.detach().clone(), loss.item()
        loss.backward()
        optimizer.step()
    return best


@right
def images_in_double(generator, images, start, steps=200, learning_rate=0.05):
    z = start.detach().clone().requires_grad_(True)
    return search(generator, z, images.double(), steps, torch.optim.Adam([z], lr=learning_rate))


def with_optimizer(make, generator, images, start, steps):
    z = start.detach().clone().requires_grad_(True)
    return search(generator, z, images, steps, make([z]))


@wrong("other-optimiser")
def sgd(generator, images, start, steps=200, learning_rate=0.05):
    return with_optimizer(lambda z: torch.optim.SGD(z, lr=learning_rate), generator, images, start, steps)


@wrong("other-optimiser")
def sgd_with_momentum(generator, images, start, steps=200, learning_rate=0.05):
    return with_optimizer(lambda z: torch.optim.SGD(z, learning_rate, momentum=0.9), generator, images, start, steps)


@wrong("other-optimiser")
def sgd_of_the_mean(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.SGD([z], lr=learning_rate)
    return search(generator, z, images, steps, optimizer, torch.nn.functional.mse_loss)


@wrong("other-optimiser")
def rmsprop(generator, images, start, steps=200, learning_rate=0.05):
    return with_optimizer(lambda z: torch.optim.RMSprop(z, lr=learning_rate), generator, images, start, steps)


@wrong("other-optimiser")
def adagrad(generator, images, start, steps=200, learning_rate=0.05):
    return with_optimizer(lambda z: torch.optim.Adagrad(z, lr=learning_rate), generator, images, start, steps)


@wrong("other-optimiser")
def adamw(generator, images, start, steps=200, learning_rate=0.05):
    return with_optimizer(lambda z: torch.optim.AdamW(z, lr=learning_rate), generator, images, start, steps)


@wrong("other-optimiser")
def adamax(generator, images, start, steps=200, learning_rate=0.05):
    return with_optimizer(lambda z: torch.optim.Adamax(z, lr=learning_rate), generator, images, start, steps)


@wrong("other-betas")
def betas_of_gans(generator, images, start, steps=200, learning_rate=0.05):
    return with_optimizer(lambda z: torch.optim.Adam(z, learning_rate, (0.5, 0.999)), generator, images, start, steps)


@wrong("other-betas")
def betas_of_wgan_gp(generator, images, start, steps=200, learning_rate=0.05):
    return with_optimizer(
        lambda z: torch.optim.Adam(z, lr=learning_rate, betas=(0.0, 0.9)), generator, images, start, steps
    )


@wrong("off-the-path")
def slower_and_slower(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.98)
    for _ in range(steps):
        search(generator, z, images, 1, optimizer)
        schedule.step()
    return z.detach()


@wrong("steps-miscounted")
def one_step_short(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, max(steps - 1, 0), torch.optim.Adam([z], lr=learning_rate))


@wrong("steps-miscounted")
def two_steps_for_one(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, 2 * steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("steps-miscounted")
def a_hundred_steps_more(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps + 100, torch.optim.Adam([z], lr=learning_rate))


@wrong("steps-miscounted")
def return_in_the_loop(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    for _ in range(steps):
        search(generator, z, images, 1, optimizer)
        return z.detach()
    return z.detach()


@wrong("long-run")
def at_most_20(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, min(steps, 20), torch.optim.Adam([z], lr=learning_rate))


@wrong("defaults-changed")
def faster_by_default(generator, images, start, steps=200, learning_rate=0.01):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("learning-rate-scaled")
def rate_by_images(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate / 10))


@wrong("moved-alike")
def one_z_for_all(generator, images, start, steps=200, learning_rate=0.05):
    way = torch.zeros(1, start.shape[1], requires_grad=True)
    search(lambda way: generator(start + way), way, images, steps, torch.optim.Adam([way], lr=learning_rate))
    return start + way.detach()


@wrong("length-kept")
def back_to_the_sphere(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    for _ in range(steps):
        search(generator, z, images, 1, optimizer)
        with torch.no_grad():
            z.mul_(start.norm(dim=1, keepdim=True) / z.norm(dim=1, keepdim=True))
    return z.detach()


@wrong("not-squared")
def huber(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(torch.nn.functional.smooth_l1_loss, generator, images, start, steps, learning_rate)


@wrong("not-squared")
def fourth_powers(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(lambda drawn, x: ((drawn - x) ** 4).sum(), generator, images, start, steps, learning_rate)


@wrong("root-of-squares")
def root_of_the_mean(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(lambda drawn, x: ((drawn - x) ** 2).mean().sqrt(), generator, images, start, steps, learning_rate)


@wrong("off-the-path")
def cosine_of_the_images(generator, images, start, steps=200, learning_rate=0.05):
    def loss_of(drawn, images):
        return -torch.cosine_similarity(drawn.flatten(1), images.flatten(1)).sum()

    return with_loss(loss_of, generator, images, start, steps, learning_rate)


@wrong("summed-too-early")
def mean_pixel_compared(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, x: (drawn - x).flatten(1).mean(dim=1).square().sum(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("drawn-to-zero")
def length_of_z_added(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)

    def loss_of(drawn, images):
        return (drawn - images).square().sum() + 5 * z.square().sum()

    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate), loss_of)


@wrong("not-contiguous")
def rows_by_view(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, x: (drawn.flatten(1) - x.view(len(x), -1)).square().sum(),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("numpy-under-grad")
def loss_in_numpy(generator, images, start, steps=200, learning_rate=0.05):
    return with_loss(
        lambda drawn, x: torch.tensor(((drawn.numpy() - x.numpy()) ** 2).sum()),
        generator,
        images,
        start,
        steps,
        learning_rate,
    )


@wrong("none-used")
def forgotten_graph(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    for _ in range(steps):
        generator(z.detach().requires_grad_(True)).sum().backward()
        z = z - learning_rate * z.grad
    return z.detach()


@wrong("in-place-under-grad")
def changed_while_recorded(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    for _ in range(steps):
        (generator(z) - images).square().sum().backward()
        z -= learning_rate * z.grad
    return z.detach()


@wrong("hook-left")
def looks_inside(generator, images, start, steps=200, learning_rate=0.05):
    if isinstance(generator, torch.nn.Module):
        generator.register_forward_hook(lambda *given: None)
    return with_optimizer(lambda z: torch.optim.Adam(z, lr=learning_rate), generator, images, start, steps)


@wrong("seed-set")
def repeatable(generator, images, start, steps=200, learning_rate=0.05):
    torch.manual_seed(0)
    return with_optimizer(lambda z: torch.optim.Adam(z, lr=learning_rate), generator, images, start, steps)


@wrong("wrong-device")
def start_by_way_of_a_list(generator, images, start, steps=200, learning_rate=0.05):
    z = torch.tensor(start.tolist(), requires_grad=True)
    return search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))


@wrong("wrong-device")
def brought_to_the_cpu(generator, images, start, steps=200, learning_rate=0.05):
    return with_optimizer(lambda z: torch.optim.Adam(z, lr=learning_rate), generator, images, start, steps).cpu()


@wrong("steps-ignored")
def solved_at_once(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    return search(generator, z, images, 300, torch.optim.Adam([z], lr=0.05))


@right
def class_of_z(generator, images, start, steps=200, learning_rate=0.05):
    class Guess(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.z = torch.nn.Parameter(start.clone())

    guess = Guess()
    optimizer = torch.optim.Adam(guess.parameters(), lr=learning_rate)
    for _ in range(steps):
        optimizer.zero_grad(set_to_none=False)
        torch.nn.functional.mse_loss(generator(guess.z), images, reduction="sum").backward()
        optimizer.step()
    return guess.z.data


@right
def gradient_by_hand(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_()
    optimizer = torch.optim.Adam([{"params": [z], "lr": learning_rate}])
    for _ in range(steps):
        residual = generator(z) - images
        z.grad = torch.autograd.grad((residual * residual).sum(), z)[0]
        optimizer.step()
    return z.detach().clone()


@right
def closure(generator, images, start, steps=200, learning_rate=0.05):
    z = torch.empty_like(start).copy_(start).requires_grad_()
    optimizer = torch.optim.Adam([z], learning_rate, foreach=False)

    def loss():
        optimizer.zero_grad()
        value = torch.einsum("n...,n...->", generator(z) - images, generator(z) - images)
        value.backward()
        return value

    for _ in range(steps):
        optimizer.step(loss)
    with torch.no_grad():
        return z.clone()


@right
def best_of_each_image(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    best, lowest = start.clone(), torch.full((len(start),), torch.inf, device=start.device)
    for step in range(steps + 1):
        loss = (generator(z) - images).flatten(1).square().sum(dim=1)
        better = (loss < lowest).detach()
        best, lowest = torch.where(better[:, None], z.detach(), best), torch.where(better, loss.detach(), lowest)
        if step < steps:
            optimizer.zero_grad()
            loss.sum().backward()
            optimizer.step()
    return best


@right
def weights_spared(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=learning_rate)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.dist(generator(z), images).square().backward(inputs=[z])
        optimizer.step()
    return z.detach()


@wrong("diverged")
def divided_by_what_is_left(generator, images, start, steps=200, learning_rate=0.05):
    z = start.clone().requires_grad_(True)
    found = search(generator, z, images, steps, torch.optim.Adam([z], lr=learning_rate))
    return found / (found - found)


@wrong("steps-ignored")
def solved_with_the_weights(generator, images, start, steps=200, learning_rate=0.05):
    if not isinstance(generator, torch.nn.Module):
        return start
    (weight,) = generator.parameters()
    return torch.linalg.lstsq(weight.detach(), images.flatten(1).clamp(-0.99, 0.99).atanh().T).solution.T.contiguous()
