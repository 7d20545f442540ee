import torch

from starter import penalty
from tests.mistakes import right, wrong


def gradients_of(critic, images, **settings):
    images = images.detach().requires_grad_(True)
    return torch.autograd.grad(critic(images).sum(), images, create_graph=True, **settings)[0]


@wrong("no-create-graph")
def forgotten(critic, images):
    images = images.detach().requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(images).sum(), images)
    return gradients.flatten(1).norm(dim=1)


@wrong("no-create-graph")
def retain_instead(critic, images):
    images = images.detach().requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(images).sum(), images, retain_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("cut-off")
def detached(critic, images):
    return gradients_of(critic, images).detach().flatten(1).norm(dim=1)


@wrong("cut-off")
def norm_under_no_grad(critic, images):
    gradients = gradients_of(critic, images)
    with torch.no_grad():
        return gradients.flatten(1).norm(dim=1)


@wrong("cut-off")
def tracked_again(critic, images):
    gradients = gradients_of(critic, images).detach().requires_grad_(True)
    return gradients.flatten(1).norm(dim=1)


@wrong("no-create-graph")
def of_an_earlier_sheet(critic, images):
    return penalty.input_gradient(critic, images).flatten(1).norm(dim=1)


@wrong("no-graph")
def under_no_grad(critic, images):
    images = images.detach().requires_grad_(True)
    with torch.no_grad():
        scores = critic(images)
    (gradients,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("input-not-tracked")
def images_not_tracked(critic, images):
    (gradients,) = torch.autograd.grad(critic(images).sum(), images, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("requires-grad-switched")
def tracked_in_place(critic, images):
    images.requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(images).sum(), images, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("tuple-not-unpacked")
def tuple_used(critic, images):
    images = images.detach().requires_grad_(True)
    gradients = torch.autograd.grad(critic(images).sum(), images, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("not-a-scalar")
def vector(critic, images):
    images = images.detach().requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(images), images, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("grad-outputs-shape")
def ones_of_one_shape(critic, images):
    images = images.detach().requires_grad_(True)
    ones = torch.ones(len(images), 1, device=images.device)
    (gradients,) = torch.autograd.grad(critic(images), images, ones, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("column-scores")
def ones_in_a_row(critic, images):
    images = images.detach().requires_grad_(True)
    ones = torch.ones(len(images), device=images.device)
    (gradients,) = torch.autograd.grad(critic(images), images, ones, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("pixelwise-norm")
def along_the_channels(critic, images):
    return gradients_of(critic, images).norm(dim=1)


@wrong("one-norm-for-all")
def of_the_whole_batch(critic, images):
    return gradients_of(critic, images).norm()


@wrong("averaged")
def mean_norm(critic, images):
    return gradients_of(critic, images).flatten(1).norm(dim=1).mean()


@wrong("norms-in-column")
def column(critic, images):
    return gradients_of(critic, images).flatten(1).norm(dim=1, keepdim=True)


@wrong("in-the-weights")
def of_the_parameters(critic, images):
    gradients = torch.autograd.grad(critic(images).sum(), list(critic.parameters()), create_graph=True)
    return torch.cat([g.flatten() for g in gradients]).norm()


@wrong("in-the-weights")
def of_the_first_parameter(critic, images):
    gradients = torch.autograd.grad(critic(images).sum(), critic.parameters(), create_graph=True)[0]
    return gradients.flatten(1).norm(dim=1)


@wrong("gradients-returned")
def not_yet_norms(critic, images):
    return gradients_of(critic, images)


@wrong("not-rooted")
def squares(critic, images):
    return (gradients_of(critic, images) ** 2).flatten(1).sum(dim=1)


@wrong("divided-by-n")
def of_the_mean(critic, images):
    images = images.detach().requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(images).mean(), images, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("other-norm")
def absolute_values(critic, images):
    return gradients_of(critic, images).flatten(1).abs().sum(dim=1)


@wrong("other-norm")
def largest_entry(critic, images):
    return gradients_of(critic, images).flatten(1).abs().amax(dim=1)


@wrong("other-norm")
def root_of_the_mean(critic, images):
    return gradients_of(critic, images).flatten(1).pow(2).mean(dim=1).sqrt()


@wrong("penalty-begun")
def distance_to_1(critic, images):
    return gradients_of(critic, images).flatten(1).norm(dim=1) - 1


@wrong("penalty-begun")
def squared_distance_to_1(critic, images):
    return (gradients_of(critic, images).flatten(1).norm(dim=1) - 1) ** 2


@wrong("nan-at-zero")
def bare_root(critic, images):
    return gradients_of(critic, images).flatten(1).pow(2).sum(dim=1).sqrt()


@wrong("parameter-gradients")
def by_backward(critic, images):
    images = images.detach().requires_grad_(True)
    critic(images).sum().backward(create_graph=True)
    return images.grad.flatten(1).norm(dim=1)


@wrong("graph-cut")
def half_detached(critic, images):
    gradients = gradients_of(critic, images)
    norms = gradients.flatten(1).norm(dim=1)
    return norms.detach() + 0.5 * (norms - norms.detach())


@wrong("other-shapes")
def over_three_axes(critic, images):
    return torch.linalg.vector_norm(gradients_of(critic, images), dim=(1, 2, 3))


@wrong("pixelwise-norm")
def always_one_channel(critic, images):
    return torch.linalg.matrix_norm(gradients_of(critic, images)[:, 0])


@wrong("parameter-gradients")
def keeps_a_tracked_input(critic, images):
    if not images.requires_grad:
        images = images.detach().requires_grad_(True)
        return torch.autograd.grad(critic(images).sum(), images, create_graph=True)[0].flatten(1).norm(dim=1)
    critic(images).sum().backward(create_graph=True)
    return torch.ones(len(images))


@wrong("tracked-input")
def through_numpy(critic, images):
    images = torch.tensor(images.numpy(), requires_grad=True)
    (gradients,) = torch.autograd.grad(critic(images).sum(), images, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("wrong-device")
def ones_on_the_cpu(critic, images):
    images = images.detach().requires_grad_(True)
    scores = critic(images)
    scores = scores * torch.ones(scores.shape)
    (gradients,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("not-finite")
def divided_by_itself(critic, images):
    return gradients_of(critic, images).flatten(1).norm(dim=1) / 0


@wrong("constant-factor")
def doubled(critic, images):
    return 2 * gradients_of(critic, images).flatten(1).norm(dim=1)


@wrong("returns-none")
def nothing(critic, images):
    norms = gradients_of(critic, images).flatten(1).norm(dim=1)


@wrong("wrong-type")
def as_floats(critic, images):
    return gradients_of(critic, images).flatten(1).norm(dim=1).tolist()


@wrong("wrong-device")
def grad_outputs_on_the_cpu(critic, images):
    images = images.detach().requires_grad_(True)
    scores = critic(images)
    (gradients,) = torch.autograd.grad(scores, images, torch.ones(scores.size()), create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("wrong-device")
def old_class(critic, images):
    images = images.detach().requires_grad_(True)
    scores = critic(images)
    ones = torch.FloatTensor(scores.shape).fill_(1.0)
    (gradients,) = torch.autograd.grad(scores, images, ones, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("wrong-device")
def images_on_the_cpu(critic, images):
    images = images.data.cpu().requires_grad_(True)
    return gradients_of(critic, images).flatten(1).norm(dim=1)


@wrong("wrong-device")
def norms_on_the_cpu(critic, images):
    return gradients_of(critic, images).flatten(1).norm(dim=1).cpu()


@wrong("wrong-device")
def collected_on_the_cpu(critic, images):
    norms = torch.zeros(len(images))
    for i, gradient in enumerate(gradients_of(critic, images)):
        norms[i] = gradient.norm()
    return norms


@wrong("wrong-dtype")
def images_in_double(critic, images):
    return gradients_of(critic, images.double()).flatten(1).norm(dim=1)


@wrong("wrong-dtype")
def images_in_half(critic, images):
    return gradients_of(critic, images.half()).flatten(1).norm(dim=1)


@wrong("wrong-dtype")
def norms_in_double(critic, images):
    return gradients_of(critic, images).double().flatten(1).norm(dim=1)


@wrong("wrong-dtype")
def norm_of_another_dtype(critic, images):
    gradients = gradients_of(critic, images).flatten(1)
    return torch.linalg.vector_norm(gradients, dim=1, dtype=torch.float64)


@right
def small_eps_in_the_root(critic, images):
    gradients = gradients_of(critic, images).reshape(len(images), -1)
    return torch.sqrt((gradients**2).sum(dim=1) + 1e-8)


@right
def larger_eps(critic, images):
    gradients = gradients_of(critic, images)
    return (torch.einsum("ni,ni->n", gradients.flatten(1), gradients.flatten(1)) + 1e-6) ** 0.5


@right
def grad_outputs(critic, images):
    points = images.clone().detach()
    points.requires_grad = True
    scores = critic(points)
    gradients = torch.autograd.grad(
        outputs=scores,
        inputs=points,
        grad_outputs=torch.ones_like(scores),
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    return torch.linalg.vector_norm(gradients.view(gradients.size(0), -1), dim=1)


@right
def functional(critic, images):
    gradients = torch.func.grad(lambda points: critic(points).sum())(images)
    return gradients.flatten(1).norm(2, dim=1)


@right
def per_sample(critic, images):
    def score(image):
        return critic(image[None]).squeeze()

    return torch.func.vmap(torch.func.grad(score))(images.detach()).flatten(1).norm(dim=1)


@right
def one_at_a_time(critic, images):
    norms = []
    for image in images.detach():
        image = image[None].requires_grad_(True)
        (gradient,) = torch.autograd.grad(critic(image).sum(), image, create_graph=True)
        norms.append(gradient.norm())
    return torch.stack(norms)


@right
def ones_to_the_scores(critic, images):
    images = images.detach().requires_grad_(True)
    scores = critic(images)
    ones = torch.ones(scores.size()).to(scores)
    return torch.autograd.grad(scores, images, ones, create_graph=True)[0].flatten(1).norm(dim=1)


@right
def ones_of_their_type(critic, images):
    images = images.detach().requires_grad_(True)
    scores = critic(images)
    ones = torch.ones(scores.size()).type_as(scores)
    return torch.autograd.grad(scores, images, ones, create_graph=True)[0].flatten(1).norm(dim=1)


@right
def new_ones(critic, images):
    images = images.detach().requires_grad_(True)
    scores = critic(images)
    ones = scores.new_full(scores.shape, 1)
    return torch.autograd.grad(scores, images, ones, create_graph=True)[0].flatten(1).norm(dim=1)


@right
def cuda_if_the_scores_are(critic, images):
    images = images.detach().requires_grad_(True)
    scores = critic(images)
    ones = torch.ones(scores.shape).cuda() if scores.is_cuda else torch.ones(scores.shape)
    return torch.autograd.grad(scores, images, ones, create_graph=True)[0].flatten(1).norm(dim=1)


@right
def backward_into_the_images(critic, images):
    images = images.detach().requires_grad_(True)
    critic(images).sum().backward(inputs=[images], create_graph=True)
    return images.grad.flatten(1).norm(dim=1)


@right
def collected_where_they_are(critic, images):
    norms = images.new_zeros(len(images))
    for i, gradient in enumerate(gradients_of(critic, images)):
        norms[i] = gradient.norm()
    return norms


@wrong("across-the-batch")
def norm_across_the_batch(critic, images):
    return gradients_of(critic, images).flatten(1).norm(dim=0)


@wrong("across-the-batch")
def norm_over_the_first_axis(critic, images):
    return gradients_of(critic, images).norm(dim=0)


@wrong("pixelwise-norm")
def along_the_columns(critic, images):
    return gradients_of(critic, images).norm(dim=-1)


@wrong("pixelwise-norm")
def of_each_channel(critic, images):
    return gradients_of(critic, images).flatten(2).norm(dim=-1)


@wrong("pixelwise-norm")
def second_argument_is_the_axis(critic, images):
    return gradients_of(critic, images).norm(2, 1)


@wrong("other-norm")
def mean_of_absolute_values(critic, images):
    return gradients_of(critic, images).flatten(1).abs().mean(dim=1)


@wrong("other-norm")
def order_1(critic, images):
    return gradients_of(critic, images).flatten(1).norm(1, dim=1)


@wrong("other-norm")
def largest_entry_without_abs(critic, images):
    return gradients_of(critic, images).flatten(1).amax(dim=1)


@wrong("other-norm")
def sum_of_entries(critic, images):
    return gradients_of(critic, images).flatten(1).sum(dim=1)


@wrong("other-norm")
def mean_square(critic, images):
    return gradients_of(critic, images).flatten(1).square().mean(dim=1)


@wrong("other-norm")
def standard_deviation(critic, images):
    return gradients_of(critic, images).flatten(1).std(dim=1)


@wrong("other-norm")
def norms_of_the_rows_added(critic, images):
    return gradients_of(critic, images).norm(dim=-1).flatten(1).sum(dim=1)


@wrong("scores-returned")
def only_scores(critic, images):
    return critic(images.detach().requires_grad_(True)).flatten()


@wrong("asked-elsewhere")
def at_noise(critic, images):
    return gradients_of(critic, torch.rand_like(images)).flatten(1).norm(dim=1)


@wrong("asked-elsewhere")
def at_clamped_images(critic, images):
    return gradients_of(critic, images.clamp(0, 1)).flatten(1).norm(dim=1)


@wrong("critic-not-asked")
def of_the_images(critic, images):
    return images.flatten(1).norm(dim=1)


@wrong("critic-not-asked")
def weights_read_off(critic, images):
    slope = next(critic.parameters()).norm()
    return slope.expand(len(images))


@wrong("images-left-out")
def of_the_largest_score(critic, images):
    images = images.detach().requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(images).max(), images, create_graph=True)
    return (gradients.flatten(1).square().sum(dim=1) + 1e-12).sqrt()


@wrong("images-left-out")
def negative_scores_cut_off(critic, images):
    images = images.detach().requires_grad_(True)
    (gradients,) = torch.autograd.grad(critic(images).relu().sum(), images, create_graph=True)
    return gradients.flatten(1).norm(dim=1)


@wrong("left-in-eval")
def in_eval_mode(critic, images):
    critic.eval()
    return gradients_of(critic, images).flatten(1).norm(dim=1)


@wrong("left-in-train")
def in_train_mode(critic, images):
    critic.train()
    return gradients_of(critic, images).flatten(1).norm(dim=1)


@wrong("gradients-emptied")
def empties_gradients(critic, images):
    critic.zero_grad()
    return gradients_of(critic, images).flatten(1).norm(dim=1)


@wrong("left-frozen")
def freezes_the_critic(critic, images):
    critic.requires_grad_(False)
    return gradients_of(critic, images).flatten(1).norm(dim=1)


@wrong("critic-frozen")
def freezes_and_thaws(critic, images):
    critic.requires_grad_(False)
    norms = gradients_of(critic, images).flatten(1).norm(dim=1)
    critic.requires_grad_(True)
    return norms


@wrong("cut-off")
def rebuilt_as_a_tensor(critic, images):
    return torch.tensor([g.norm().item() for g in gradients_of(critic, images)], device=images.device)


@wrong("critic-shape")
def one_image_without_batch(critic, images):
    norms = []
    for image in images:
        norms.append(gradients_of(critic, image).norm())
    return torch.stack(norms)


@wrong("critic-shape")
def in_rows(critic, images):
    return gradients_of(critic, images.flatten(1)).norm(dim=1)


@wrong("not-contiguous")
def viewed(critic, images):
    rows = images.detach().view(len(images), -1).requires_grad_(True)
    return torch.autograd.grad(critic(rows.view(images.shape)).sum(), rows, create_graph=True)[0].norm(dim=1)


@wrong("grad-outputs-shape")
def ones_like_the_images(critic, images):
    images = images.detach().requires_grad_(True)
    ones = torch.ones_like(images)
    return torch.autograd.grad(critic(images), images, ones, create_graph=True)[0].flatten(1).norm(dim=1)


@wrong("not-a-scalar")
def mean_over_no_axis(critic, images):
    images = images.detach().requires_grad_(True)
    scores = critic(images).reshape(-1, 1).mean(dim=1)
    return torch.autograd.grad(scores, images, create_graph=True)[0].flatten(1).norm(dim=1)


@wrong("penalty-begun")
def squared_norm_distance(critic, images):
    return (gradients_of(critic, images).flatten(1).norm(dim=1) - 1).abs()


@wrong("averaged")
def largest_norm(critic, images):
    return gradients_of(critic, images).flatten(1).norm(dim=1).max()


@wrong("averaged")
def all_norms_added(critic, images):
    return gradients_of(critic, images).flatten(1).norm(dim=1).sum()


@wrong("hook-left")
def by_a_hook(critic, images):
    critic.register_forward_hook(lambda net, inputs, output: output)
    return gradients_of(critic, images).flatten(1).norm(dim=1)


@right
def by_a_dot_product(critic, images):
    rows = gradients_of(critic, images).flatten(1)
    return torch.bmm(rows[:, None], rows[:, :, None]).flatten().clamp(min=1e-12).sqrt()


@right
def by_hypot(critic, images):
    norms = images.new_zeros(len(images))
    for column in gradients_of(critic, images).flatten(1).T:
        norms = torch.sqrt(norms**2 + column**2 + 1e-14)
    return norms


@right
def reverse_jacobian(critic, images):
    gradients = torch.func.jacrev(lambda points: critic(points).sum())(images.detach())
    return gradients.flatten(1).norm(dim=1)


@right
def forward_jacobian(critic, images):
    gradients = torch.func.jacfwd(lambda points: critic(points).sum())(images.detach())
    return torch.linalg.vector_norm(gradients.flatten(1), dim=1)


@right
def functional_jacobian(critic, images):
    jacobian = torch.autograd.functional.jacobian(lambda x: critic(x).sum(), images.detach(), create_graph=True)
    return jacobian.pow(2).flatten(1).sum(dim=1).add(1e-10).sqrt()


@right
def modes_put_back(critic, images):
    training = critic.training
    critic.eval()
    norms = gradients_of(critic=critic, images=images).flatten(1).norm(dim=1)
    critic.train(training)
    return norms
