import numpy as np
import torch
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from tests.mistakes import right, wrong


def table(images, references):
    return torch.cdist(images.flatten(1), references.flatten(1))


@wrong("farthest")
def largest(images, references, k=1):
    return table(images, references).topk(k, dim=1).indices


@wrong("farthest")
def end_of_the_order(images, references, k=1):
    return table(images, references).argsort(dim=1)[:, -k:]


@wrong("distances-returned")
def how_far(images, references, k=1):
    return table(images, references).topk(k, dim=1, largest=False).values


@wrong("distances-returned")
def how_far_sorted(images, references, k=1):
    return table(images, references).sort(dim=1)[0][:, :k]


@wrong("pair-returned")
def both_of_topk(images, references, k=1):
    return table(images, references).topk(k, dim=1, largest=False)


@wrong("k-ignored")
def one_each(images, references, k=1):
    return table(images, references).argmin(dim=1, keepdim=True)


@wrong("k-ignored")
def one_each_in_a_row(images, references, k=1):
    return table(images, references).argmin(dim=1)


@wrong("k-ignored")
def all_in_order(images, references, k=1):
    return table(images, references).argsort(dim=1)


@wrong("column-missing")
def squeezed(images, references, k=1):
    return table(images, references).topk(k, dim=1, largest=False).indices.squeeze()


@wrong("column-missing")
def special_case(images, references, k=1):
    distances = table(images, references)
    return distances.argmin(dim=1) if k == 1 else distances.argsort(dim=1)[:, :k]


@wrong("wrong-axis")
def along_the_images(images, references, k=1):
    return table(images, references).topk(k, dim=0, largest=False).indices


@wrong("roles-swapped")
def references_ask(images, references, k=1):
    return table(references, images).topk(k, dim=1, largest=False).indices


@wrong("shape-swapped")
def lying_on_its_side(images, references, k=1):
    return table(images, references).topk(k, dim=1, largest=False).indices.T


@wrong("one-for-all")
def smallest_of_all(images, references, k=1):
    return table(images, references).argmin()


@wrong("one-for-all")
def k_smallest_of_all(images, references, k=1):
    return table(images, references).flatten().topk(k, largest=False).indices


@wrong("not-flattened")
def cdist_of_images(images, references, k=1):
    return torch.cdist(images, references).topk(k, dim=-1, largest=False).indices


@wrong("not-flattened")
def last_axis_only(images, references, k=1):
    return (images[:, None] - references).norm(dim=-1).topk(k, dim=1, largest=False).indices


@wrong("not-flattened")
def second_axis_only(images, references, k=1):
    return (images[:, None] - references).norm(dim=2).topk(k, dim=1, largest=False).indices


@wrong("pairs-missing")
def row_by_row(images, references, k=1):
    return (images - references).flatten(1).norm(dim=1).topk(k, largest=False).indices


@wrong("pairs-missing")
def row_by_row_in_numpy(images, references, k=1):
    return torch.from_numpy(np.linalg.norm(images.numpy() - references.numpy(), axis=1).argsort()[:k])


@wrong("not-nearest-first")
def in_order_of_number(images, references, k=1):
    return table(images, references).topk(k, dim=1, largest=False).indices.sort(dim=1).values


@wrong("not-nearest-first")
def nearest_last(images, references, k=1):
    return table(images, references).topk(k, dim=1, largest=False).indices.flip(1)


@wrong("nearest-left-out")
def without_itself(images, references, k=1):
    return table(images, references).argsort(dim=1)[:, 1 : k + 1]


@wrong("counted-from-1")
def people_count_so(images, references, k=1):
    return table(images, references).argsort(dim=1)[:, :k] + 1


@wrong("ranks-returned")
def order_of_the_order(images, references, k=1):
    return table(images, references).argsort(dim=1).argsort(dim=1)[:, :k]


@wrong("other-distance")
def sizes_added(images, references, k=1):
    distances = torch.cdist(images.flatten(1), references.flatten(1), p=1)
    return distances.topk(k, dim=1, largest=False).indices


@wrong("other-distance")
def largest_difference(images, references, k=1):
    distances = torch.cdist(images.flatten(1), references.flatten(1), p=float("inf"))
    return distances.topk(k, dim=1, largest=False).indices


@wrong("other-distance")
def mean_difference(images, references, k=1):
    distances = (images.flatten(1)[:, None] - references.flatten(1)).mean(dim=2).abs()
    return distances.argsort(dim=1, stable=True)[:, :k]


@wrong("other-distance")
def smallest_difference(images, references, k=1):
    distances = (images.flatten(1)[:, None] - references.flatten(1)).abs().amin(dim=2)
    return distances.argsort(dim=1, stable=True)[:, :k]


@wrong("inner-product")
def largest_product(images, references, k=1):
    return (images.flatten(1) @ references.flatten(1).T).topk(k, dim=1).indices


@wrong("inner-product")
def smallest_product(images, references, k=1):
    return (images.flatten(1) @ references.flatten(1).T).topk(k, dim=1, largest=False).indices


@wrong("inner-product")
def smallest_angle(images, references, k=1):
    likeness = torch.cosine_similarity(images.flatten(1)[:, None], references.flatten(1), dim=2)
    return likeness.topk(k, dim=1).indices


@wrong("still-numpy")
def numpy_numbers(images, references, k=1):
    return cdist(images.flatten(1), references.flatten(1)).argsort(axis=1)[:, :k]


@wrong("wrong-type")
def lists(images, references, k=1):
    return table(images, references).argsort(dim=1)[:, :k].tolist()


@wrong("wrong-dtype")
def numbers_as_floats(images, references, k=1):
    return table(images, references).argsort(dim=1)[:, :k].float()


@wrong("wrong-dtype")
def floats_for_one(images, references, k=1):
    numbers = table(images, references).argsort(dim=1)[:, :k]
    return numbers.float() if k == 1 else numbers


@wrong("wrong-shape")
def one_too_few(images, references, k=1):
    return table(images, references).argsort(dim=1)[:, : k - 1]


@wrong("wrong-shape")
def two_by_default(images, references, k=2):
    return table(images, references).argsort(dim=1)[:, :k]


@wrong("wrong-value")
def first_ones(images, references, k=1):
    return torch.arange(k).expand(len(images), k)


@wrong("wrong-value")
def negative_images(images, references, k=1):
    return table(-images, references).argsort(dim=1)[:, :k]


@wrong("input-changed")
def flattened_in_place(images, references, k=1):
    references -= references.mean(dim=0)
    return table(images, references).argsort(dim=1)[:, :k]


@wrong("returns-none")
def no_return(images, references, k=1):
    table(images, references).argsort(dim=1)[:, :k]


@wrong("wrong-arguments")
def k_left_out(images, references):
    return table(images, references).argmin(dim=1)


@wrong("all-flattened")
def all_in_one_row(images, references, k=1):
    return torch.cdist(images.flatten(), references.flatten()).argsort(dim=1)[:, :k]


@wrong("distances-returned")
def whole_table(images, references, k=1):
    return table(images, references)


@wrong("distances-returned")
def squared_ones(images, references, k=1):
    return table(images, references).square().topk(k, dim=1, largest=False).values


@wrong("references-returned")
def the_neighbours_themselves(images, references, k=1):
    return references[table(images, references).argsort(dim=1)[:, :k]]


@wrong("wrong-dtype")
def marked(images, references, k=1):
    distances = table(images, references)
    return distances <= distances.kthvalue(k, dim=1, keepdim=True).values


@wrong("wrong-dtype")
def short_numbers(images, references, k=1):
    return table(images, references).argsort(dim=1)[:, :k].int()


@wrong("farthest")
def most_different_first(images, references, k=1):
    return (-table(images, references)).argsort(dim=1)[:, :k]


@wrong("other-distance")
def first_coordinate(images, references, k=1):
    distances = (images.flatten(1)[:, None, 0] - references.flatten(1)[:, 0]).abs()
    return distances.argsort(dim=1)[:, :k]


@wrong("other-distance")
def median_difference(images, references, k=1):
    distances = (images.flatten(1)[:, None] - references.flatten(1)).abs().median(dim=2).values
    return distances.argsort(dim=1, stable=True)[:, :k]


@wrong("other-distance")
def difference_of_lengths(images, references, k=1):
    distances = (images.flatten(1).norm(dim=1)[:, None] - references.flatten(1).norm(dim=1)).abs()
    return distances.argsort(dim=1)[:, :k]


@wrong("other-distance")
def grey_values(images, references, k=1):
    if images.ndim > 2:
        images, references = images.mean(dim=(1, 2, 3))[:, None], references.mean(dim=(1, 2, 3))[:, None]
    return torch.cdist(images, references).argsort(dim=1)[:, :k]


@wrong("other-distance")
def first_channel(images, references, k=1):
    if images.ndim > 2:
        images, references = images[:, 0], references[:, 0]
    return table(images, references).argsort(dim=1)[:, :k]


@wrong("other-distance")
def sum_of_differences(images, references, k=1):
    distances = (images.flatten(1)[:, None] - references.flatten(1)).sum(dim=2)
    return distances.square().argsort(dim=1)[:, :k]


@wrong("inputs-shifted")
def centred(images, references, k=1):
    images, references = images - images.mean(dim=0), references - references.mean(dim=0)
    return table(images, references).argsort(dim=1)[:, :k]


@wrong("inputs-shifted")
def standardised(images, references, k=1):
    images, references = ((x - x.mean(dim=0)) / x.std(dim=0) for x in (images, references))
    return table(images, references).argsort(dim=1)[:, :k]


@wrong("inner-product")
def normalised(images, references, k=1):
    x, y = images.flatten(1), references.flatten(1)
    x, y = x / x.norm(dim=1, keepdim=True), y / y.norm(dim=1, keepdim=True)
    return torch.cdist(x, y).argsort(dim=1)[:, :k]


@wrong("not-contiguous")
def viewed(images, references, k=1):
    distances = torch.cdist(images.view(len(images), -1), references.view(len(references), -1))
    return distances.topk(k, dim=1, largest=False).indices


@wrong("not-contiguous")
def references_viewed(images, references, k=1):
    distances = torch.cdist(images.flatten(1), references.view(len(references), -1))
    return distances.topk(k, dim=1, largest=False).indices


@wrong("not-flattened")
def for_pictures_of_one_size(images, references, k=1):
    x, y = (z.reshape(len(z), -1) if z.ndim == 2 else z.reshape(len(z), 28 * 28) for z in (images, references))
    return torch.cdist(x, y).argsort(dim=1)[:, :k]


@wrong("not-flattened")
def rows_of_the_picture(images, references, k=1):
    return torch.cdist(images.flatten(2) if images.ndim > 2 else images, references.flatten(0, -2)).argsort()[..., :k]


@wrong("wrong-value")
def bent(images, references, k=1):
    return table(images, references).tanh().sort(dim=1, stable=True).indices[:, :k]


@wrong("k-ignored")
def three_at_most(images, references, k=1):
    return table(images, references).topk(1, dim=1, largest=False).indices


@wrong("wrong-shape")
def three_for_all_k(images, references, k=3):
    return table(images, references).topk(3, dim=1, largest=False).indices


@wrong("wrong-value")
def remembered(images, references, k=1):
    return torch.tensor([[2, 0, 1, 3, 4, 5, 6, 7][:k]] * len(images))


@right
def by_numpy(images, references, k=1):
    x, y = images.numpy().reshape(len(images), -1), references.numpy().reshape(len(references), -1)
    distances = np.linalg.norm(x[:, None] - y[None], axis=-1)
    return torch.from_numpy(np.argsort(distances, axis=1)[:, :k].copy()).long()


@right
def keyed_sort(images, references, k=1):
    def far(i, j):
        return (images[i] - references[j]).pow(2).mean().item()

    return torch.tensor([sorted(range(len(references)), key=lambda j: far(i, j))[:k] for i in range(len(images))])


@right
def by_vmap(images, references, k=1):
    def numbers(image):
        return (references - image).flatten(start_dim=1).square().sum(dim=1).neg().topk(k).indices

    return torch.func.vmap(numbers)(images)


@right
def pairwise(images, references, k=1):
    distances = [torch.nn.functional.pairwise_distance(x.flatten()[None], references.flatten(1)) for x in images]
    return torch.sort(torch.stack(distances), dim=-1)[1].narrow(1, 0, k)


@right
def sorted_numbers(images, references, k=1):
    return table(images, references).argsort(dim=1)[:, :k]


@right
def squared_by_broadcasting(images, references, k=1):
    squares = (images.flatten(1)[:, None] - references.flatten(1)).square().sum(dim=2)
    return (-squares).topk(k).indices


@right
def squared_by_products(images, references, k=1):
    x, y = images.flatten(1).double(), references.flatten(1).double()
    squares = (x * x).sum(1, keepdim=True) - 2 * torch.einsum("nd,md->nm", x, y) + (y * y).sum(1)
    return squares.sort(dim=1).indices[:, :k]


@right
def image_by_image(images, references, k=1):
    rows = []
    for image in images:
        distances = torch.stack([torch.dist(image, reference) for reference in references])
        rows.append(distances.argsort()[:k])
    return torch.stack(rows)


@right
def tree(images, references, k=1):
    found = cKDTree(references.flatten(1).numpy()).query(images.flatten(1).numpy(), k=list(range(1, k + 1)))[1]
    return torch.from_numpy(found)


@right
def one_after_the_other(images, references, k=1):
    distances, found = table(images, references), []
    for _ in range(k):
        found.append(distances.argmin(dim=1))
        distances[torch.arange(len(images)), found[-1]] = torch.inf
    return torch.stack(found, dim=1)
