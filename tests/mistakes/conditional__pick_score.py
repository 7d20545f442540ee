import torch
from torch.nn import functional as F

from tests.mistakes import right, wrong


@right
def by_index(scores, labels):
    return scores[torch.arange(len(scores), device=scores.device), labels]


@right
def by_mask(scores, labels):
    return (scores * F.one_hot(labels, scores.shape[1])).sum(dim=1)


@right
def one_by_one(scores, labels):
    return torch.stack([row[label] for row, label in zip(scores, labels)])


@right
def einsum(scores, labels):
    return torch.einsum("nk,nk->n", scores, F.one_hot(labels, scores.shape[-1]).to(scores.dtype))


@right
def take_along(scores, labels):
    return torch.take_along_dim(scores, labels.unsqueeze(1), dim=1)[:, 0]


@wrong("every-label")
def columns(scores, labels):
    return scores[:, labels]


@wrong("every-label")
def selected(scores, labels):
    return scores.index_select(1, labels)


@wrong("column-kept")
def no_squeeze(scores, labels):
    return scores.gather(1, labels[:, None])


@wrong("not-picked")
def masked(scores, labels):
    return scores * F.one_hot(labels, scores.shape[1])


@wrong("not-picked")
def all_of_them(scores, labels):
    return scores


@wrong("batch-averaged")
def mean_too(scores, labels):
    return scores.gather(1, labels[:, None]).mean()


@wrong("batch-averaged")
def cross_entropy(scores, labels):
    return F.cross_entropy(scores, labels)


@wrong("largest-instead")
def best(scores, labels):
    return scores.max(dim=1).values


@wrong("mixed")
def summed(scores, labels):
    return scores.sum(dim=1)


@wrong("mixed")
def averaged(scores, labels):
    return scores.mean(dim=1)


@wrong("mixed")
def masked_mean(scores, labels):
    return scores.logsumexp(dim=1)


@wrong("as-probabilities")
def softmax(scores, labels):
    return scores.softmax(dim=1).gather(1, labels[:, None]).squeeze(1)


@wrong("as-probabilities")
def log_softmax(scores, labels):
    return scores.log_softmax(dim=1).gather(1, labels[:, None]).squeeze(1)


@wrong("as-probabilities")
def negative_log(scores, labels):
    return F.cross_entropy(scores, labels, reduction="none")


@wrong("axes-swapped")
def along_the_batch(scores, labels):
    return scores.gather(0, (labels % len(scores))[:, None]).squeeze(1)


@wrong("axes-swapped")
def label_as_row(scores, labels):
    return scores[labels % len(scores), labels]


@wrong("axes-swapped")
def label_first(scores, labels):
    return scores[labels, torch.arange(len(labels))]


@wrong("axes-swapped")
def gathered_down(scores, labels):
    return scores.gather(0, labels[None])[0]


@wrong("axis-lost")
def all_axes_let_go(scores, labels):
    return scores.gather(1, labels[:, None]).squeeze()


@wrong("one-label-for-all")
def first_label(scores, labels):
    return scores[:, labels[0]]


@wrong("next-class")
def counted_from_one(scores, labels):
    return scores[torch.arange(len(scores)), labels - 1]


@wrong("next-class")
def one_further(scores, labels):
    return scores[torch.arange(len(scores)), (labels + 1) % scores.shape[1]]


@wrong("sign-swapped")
def loss_like(scores, labels):
    return -scores.gather(1, labels[:, None]).squeeze(1)


@wrong("order-lost")
def upside_down(scores, labels):
    return scores.gather(1, labels[:, None]).squeeze(1).flip(0)


@wrong("order-lost")
def by_class(scores, labels):
    return scores.gather(1, labels[:, None]).squeeze(1)[labels.argsort()]


@wrong("label-ignored")
def first_column(scores, labels):
    return scores[:, 0]


@wrong("index-axes")
def without_a_column(scores, labels):
    return scores.gather(1, labels)


@wrong("classes-fixed")
def always_ten(scores, labels):
    return (scores * F.one_hot(labels, 10)).sum(dim=1)


@wrong("score-detached")
def detached(scores, labels):
    return scores.detach().gather(1, labels[:, None]).squeeze(1)


@wrong("score-detached")
def rebuilt(scores, labels):
    return torch.tensor([row[label].item() for row, label in zip(scores, labels)])


@wrong("returns-none")
def no_return(scores, labels):
    scores.gather(1, labels[:, None])


@wrong("wrong-type")
def a_list(scores, labels):
    return [row[label] for row, label in zip(scores, labels)]


@wrong("wrong-arguments")
def other_names(table, y):
    return table.gather(1, y[:, None]).squeeze(1)


@wrong("wrong-value")
def twice(scores, labels):
    return 2 * scores.gather(1, labels[:, None]).squeeze(1)


@wrong("dtype-changed")
def in_double(scores, labels):
    return scores.double().gather(1, labels[:, None]).squeeze(1)
