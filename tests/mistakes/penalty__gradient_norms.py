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


@wrong("other-shapes")
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


@wrong("wrong-value")
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
