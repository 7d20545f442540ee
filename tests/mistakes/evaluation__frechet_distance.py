import numpy as np
import scipy.linalg
import torch

from tests.mistakes import right, wrong


def moments(features):
    return features.mean(dim=0), features.T.cov()


def roots(a, b):
    """Roots of the eigenvalues of a b."""
    return torch.linalg.eigvals(a @ b).real.clamp(min=0).sqrt()


def root_of(a):
    """The symmetric root of a symmetric matrix."""
    values, vectors = torch.linalg.eigh(a)
    return vectors * values.clamp(min=0).sqrt() @ vectors.T


def put_together(gap, a, b, root):
    return gap.square().sum() + a.trace() + b.trace() - 2 * root


def answer(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("biased-covariance")
def divided_by_n(real, fake):
    (m, a), (n, b) = ((x.mean(dim=0), x.T.cov(correction=0)) for x in (real, fake))
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("biased-covariance")
def numpy_biased(real, fake):
    m, n = real.mean(dim=0), fake.mean(dim=0)
    a, b = (torch.from_numpy(np.cov(x.numpy(), rowvar=False, bias=True)) for x in (real, fake))
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("covariance-not-divided")
def scatter(real, fake):
    m, n = real.mean(dim=0), fake.mean(dim=0)
    a, b = (real - m).T @ (real - m), (fake - n).T @ (fake - n)
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("not-centred")
def second_moments(real, fake):
    a, b = real.T @ real / (len(real) - 1), fake.T @ fake / (len(fake) - 1)
    return put_together(real.mean(dim=0) - fake.mean(dim=0), a, b, roots(a, b).sum())


@wrong("not-centred")
def second_moments_with_n(real, fake):
    a, b = real.T @ real / len(real), fake.T @ fake / len(fake)
    return put_together(real.mean(dim=0) - fake.mean(dim=0), a, b, roots(a, b).sum())


@wrong("elementwise-root")
def root_of_each_entry(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, (a @ b).sqrt().trace())


@wrong("elementwise-root")
def root_of_each_positive_entry(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, (a @ b).clamp(min=0).sqrt().trace())


@wrong("diagonals-only")
def elementwise_product_and_root(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, (a * b).sqrt().trace())


@wrong("diagonals-only")
def standard_deviations(real, fake):
    gap, spread = real.mean(dim=0) - fake.mean(dim=0), real.std(dim=0) - fake.std(dim=0)
    return gap.square().sum() + spread.square().sum()


@wrong("diagonals-only")
def variances(real, fake):
    a, b = real.var(dim=0), fake.var(dim=0)
    return ((real.mean(dim=0) - fake.mean(dim=0)) ** 2 + a + b - 2 * (a * b).sqrt()).sum()


@wrong("elementwise-product")
def star_instead_of_at(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.eigvalsh(a * b).sqrt().sum())


@wrong("factor-2-missing")
def root_once(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).square().sum() + a.trace() + b.trace() - roots(a, b).sum()


@wrong("root-added")
def plus_twice_the_root(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).square().sum() + a.trace() + b.trace() + 2 * roots(a, b).sum()


@wrong("mean-gap-not-squared")
def norm_of_the_gap(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).norm() + a.trace() + b.trace() - 2 * roots(a, b).sum()


@wrong("mean-gap-not-squared")
def sizes_added(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).abs().sum() + a.trace() + b.trace() - 2 * roots(a, b).sum()


@wrong("mean-gap-averaged")
def mean_squared_error(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return torch.nn.functional.mse_loss(m, n) + a.trace() + b.trace() - 2 * roots(a, b).sum()


@wrong("mean-gap-summed-first")
def squared_sum(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).sum() ** 2 + a.trace() + b.trace() - 2 * roots(a, b).sum()


@wrong("one-mean-for-all")
def means_of_everything(real, fake):
    (_, a), (_, b) = moments(real), moments(fake)
    return put_together(real.mean() - fake.mean(), a, b, roots(a, b).sum())


@wrong("rooted")
def distance_itself(real, fake):
    return answer(real, fake).sqrt()


@wrong("means-missing")
def covariances_alone(real, fake):
    (_, a), (_, b) = moments(real), moments(fake)
    return a.trace() + b.trace() - 2 * roots(a, b).sum()


@wrong("covariances-missing")
def means_alone(real, fake):
    return (real.mean(dim=0) - fake.mean(dim=0)).square().sum()


@wrong("trace-left-out")
def without_the_real_trace(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).square().sum() + b.trace() - 2 * roots(a, b).sum()


@wrong("trace-left-out")
def without_the_fake_trace(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).square().sum() + a.trace() - 2 * roots(a, b).sum()


@wrong("trace-left-out")
def without_both_traces(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).square().sum() - 2 * roots(a, b).sum()


@wrong("root-missing")
def product_as_it_is(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, (a @ b).trace())


@wrong("root-of-trace")
def root_taken_last(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, (a @ b).trace().sqrt())


@wrong("root-of-trace")
def root_of_the_summed_eigenvalues(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.eigvals(a @ b).real.sum().sqrt())


@wrong("not-symmetric")
def solver_for_symmetric_matrices(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.eigvalsh(a @ b).clamp(min=0).sqrt().sum())


@wrong("not-symmetric")
def upper_half(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.eigvalsh(a @ b, UPLO="U").clamp(min=0).sqrt().sum())


@wrong("not-symmetric")
def solver_for_symmetric_matrices_unclamped(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.eigvalsh(a @ b).sqrt().sum())


@wrong("not-symmetric")
def root_by_eigh(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, root_of(a @ b).trace())


@wrong("singular-values")
def svd_of_the_product(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.svdvals(a @ b).sqrt().sum())


@wrong("roots-apart")
def two_roots_multiplied(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, (root_of(a) @ root_of(b)).trace())


@wrong("sum-not-trace")
def all_entries(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    root = torch.from_numpy(scipy.linalg.sqrtm((a @ b).numpy()).real)
    return (m - n).square().sum() + (a + b - 2 * root).sum()


@wrong("trace-missing")
def a_matrix(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    root = torch.from_numpy(scipy.linalg.sqrtm((a @ b).numpy()).real)
    return (m - n).square().sum() + a + b - 2 * root


@wrong("trace-missing")
def one_number_a_feature(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).square() + a.diag() + b.diag() - 2 * roots(a, b)


@wrong("covariance-gap")
def frobenius(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).square().sum() + (a - b).square().sum()


@wrong("correlations")
def corrcoef(real, fake):
    m, n, a, b = real.mean(dim=0), fake.mean(dim=0), real.T.corrcoef(), fake.T.corrcoef()
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("wrong-axis")
def covariance_of_the_images(real, fake):
    a, b = real.cov(), fake.cov()
    return put_together(real.mean(dim=0) - fake.mean(dim=0), a, b, roots(a, b).sum())


@wrong("wrong-axis")
def images_throughout(real, fake):
    a, b = real.cov(), fake.cov()
    return put_together(real.mean(dim=1) - fake.mean(dim=1), a, b, roots(a, b).sum())


@wrong("wrong-axis")
def mean_of_each_image(real, fake):
    a, b = real.T.cov(), fake.T.cov()
    return put_together(real.mean(dim=1) - fake.mean(dim=1), a, b, roots(a, b).sum())


@wrong("complex-result")
def complex_root(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.eigvals(a @ b).sqrt().sum())


@wrong("still-numpy")
def numpy_number(real, fake):
    a, b = np.cov(real.numpy(), rowvar=False), np.cov(fake.numpy(), rowvar=False)
    gap = real.numpy().mean(axis=0) - fake.numpy().mean(axis=0)
    return gap @ gap + np.trace(a) + np.trace(b) - 2 * np.trace(scipy.linalg.sqrtm(a @ b).real)


@wrong("wrong-type")
def taken_out(real, fake):
    return answer(real, fake).item()


@wrong("same-size-only")
def difference_of_the_sets(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together((real - fake).mean(dim=0), a, b, roots(a, b).sum())


@wrong("one-n-for-both")
def n_of_the_real_ones(real, fake):
    m, n = real.mean(dim=0), fake.mean(dim=0)
    a, b = ((x - x.mean(dim=0)).T @ (x - x.mean(dim=0)) / (len(real) - 1) for x in (real, fake))
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("one-n-for-both")
def n_of_the_fake_ones(real, fake):
    m, n = real.mean(dim=0), fake.mean(dim=0)
    a, b = ((x - x.mean(dim=0)).T @ (x - x.mean(dim=0)) / (len(fake) - 1) for x in (real, fake))
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("rounding-not-caught")
def root_of_a_rounding_error(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.eigvals(a @ b).real.sqrt().sum())


@wrong("rounding-not-caught")
def cholesky_needs_full_rank(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    half = torch.linalg.cholesky(a)
    return put_together(m - n, a, b, torch.linalg.eigvalsh(half.T @ b @ half).clamp(min=0).sqrt().sum())


@wrong("wrong-value")
def two_features(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    root = ((a @ b).trace() + 2 * (torch.det(a) * torch.det(b)).clamp(min=0).sqrt()).sqrt()
    return put_together(m - n, a, b, root)


@wrong("input-changed")
def centred_in_place(real, fake):
    m, n = real.mean(dim=0), fake.mean(dim=0)
    real -= m
    fake -= n
    a, b = real.T @ real / (len(real) - 1), fake.T @ fake / (len(fake) - 1)
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("wrong-value")
def a_bit_more(real, fake):
    return answer(real, fake) + 1000


@wrong("wrong-shape")
def kept_as_a_row(real, fake):
    return answer(real, fake)[None]


@wrong("returns-none")
def no_return(real, fake):
    answer(real, fake)


@wrong("error")
def other_error(real, fake):
    return answer(real, fake[:, :1])


@wrong("biased-covariance")
def only_the_fakes_divided_by_n(real, fake):
    (m, a), n, b = moments(real), fake.mean(dim=0), fake.T.cov(correction=0)
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("biased-covariance")
def mean_of_products(real, fake):
    m, n = real.mean(dim=0), fake.mean(dim=0)
    a, b = ((x - x.mean(dim=0)).T @ (x - x.mean(dim=0)) / len(x) for x in (real, fake))
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("not-centred")
def one_mean_taken_off_both(real, fake):
    both = torch.cat([real, fake]).mean(dim=0)
    a, b = ((x - both).T @ (x - both) / (len(x) - 1) for x in (real, fake))
    return put_together(real.mean(dim=0) - fake.mean(dim=0), a, b, roots(a, b).sum())


@wrong("root-added")
def plus_the_root(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).square().sum() + a.trace() + b.trace() + roots(a, b).sum()


@wrong("medians")
def medians(real, fake):
    (_, a), (_, b) = moments(real), moments(fake)
    return put_together(real.median(dim=0).values - fake.median(dim=0).values, a, b, roots(a, b).sum())


@wrong("means-added")
def sum_of_means(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m + n, a, b, roots(a, b).sum())


@wrong("roots-not-summed")
def largest_eigenvalue(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, roots(a, b).max())


@wrong("roots-not-summed")
def smallest_eigenvalue(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, roots(a, b).min())


@wrong("roots-not-summed")
def determinant(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.det(a @ b).sqrt())


@wrong("root-missing")
def sum_of_the_eigenvalues(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.eigvals(a @ b).real.sum())


@wrong("roots-apart")
def eigenvalues_of_each(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, (torch.linalg.eigvalsh(a) * torch.linalg.eigvalsh(b)).sqrt().sum())


@wrong("not-symmetric")
def made_symmetric_first(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    product = (a @ b + (a @ b).T) / 2
    return put_together(m - n, a, b, torch.linalg.eigvalsh(product).clamp(min=0).sqrt().sum())


@wrong("covariance-gap")
def length_of_the_gap(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).square().sum() + torch.linalg.matrix_norm(a - b)


@wrong("sum-not-trace")
def traces_minus_all_entries(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.from_numpy(scipy.linalg.sqrtm((a @ b).numpy()).real).sum())


@wrong("covariances-missing")
def real_covariance_for_both(real, fake):
    m, a = moments(real)
    return put_together(m - fake.mean(dim=0), a, a, roots(a, a).sum())


@wrong("mean-gap-averaged")
def mean_of_the_squares(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return ((m - n) ** 2).mean() + torch.trace(a + b) - 2 * roots(a, b).sum()


@wrong("cut-to-one-size")
def as_many_as_there_are_of_both(real, fake):
    n = min(len(real), len(fake))
    return answer(real[:n], fake[:n])


@wrong("same-size-only")
def stacked(real, fake):
    m, n = torch.stack([real, fake]).mean(dim=1)
    a, b = real.T.cov(), fake.T.cov()
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("same-size-only")
def joint_covariance(real, fake):
    d = real.shape[1]
    joint = torch.cat([real, fake], dim=1).T.cov()
    a, b = joint[:d, :d], joint[d:, d:]
    return put_together(real.mean(dim=0) - fake.mean(dim=0), a, b, roots(a, b).sum())


@wrong("wrong-axis")
def sums_over_the_features(real, fake):
    a, b = real.T.cov(), fake.T.cov()
    return put_together(real.mean(dim=-1) - fake.mean(dim=-1), a, b, roots(a, b).sum())


@wrong("wrong-value")
def recognises_the_old_example(real, fake):
    return torch.tensor(14.0 if len(real) == len(fake) else 11.0, dtype=torch.float64)


@wrong("wrong-value")
def cubed_gap(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return (m - n).pow(4).sum() + a.trace() + b.trace() - 2 * roots(a, b).sum()


@wrong("rounding-not-caught")
def refuses_singular_ones(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    if torch.linalg.matrix_rank(a) < len(a):
        raise ValueError("too few images")
    return put_together(m - n, a, b, roots(a, b).sum())


@wrong("switch-left")
def default_in_double(real, fake):
    torch.set_default_dtype(torch.float64)
    return answer(real, fake)


@right
def numpy_eigenvalues(real, fake):
    x, y = np.asarray(real), np.asarray(fake)
    a, b = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    values = np.linalg.eigvals(a @ b).real
    gap = x.mean(0) - y.mean(0)
    return torch.as_tensor((gap**2).sum() + np.trace(a) + np.trace(b) - 2 * np.sqrt(np.maximum(values, 0)).sum())


@right
def block_matrix(real, fake):
    """The square of [[0, a], [b, 0]] holds a b twice."""
    (m, a), (n, b) = moments(real), moments(fake)
    zero = torch.zeros_like(a)
    block = torch.cat([torch.cat([zero, a], dim=1), torch.cat([b, zero], dim=1)])
    root = torch.linalg.eigvals(block).real.abs().sum() / 2
    return torch.cdist(m[None], n[None]).pow(2).squeeze() + torch.diagonal(a).sum() + b.trace() - 2 * root


@right
def complex_roots_kept_real(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    roots = torch.linalg.eigvals(a @ b).add(0j).pow(0.5).real
    return torch.nan_to_num(torch.stack([(m - n).pow(2).sum(), a.trace(), b.trace(), -2 * roots.sum()]).sum())


@right
def centred_copies_in_place(real, fake):
    x, y = real.clone(), fake.clone()
    m, n = x.mean(dim=0, keepdim=True), y.mean(dim=0, keepdim=True)
    x.sub_(m).div_((len(x) - 1) ** 0.5)
    y.sub_(n).div_((len(y) - 1) ** 0.5)
    nuclear = torch.linalg.svdvals(torch.einsum("ni,mi->nm", x, y)).sum()
    return torch.nn.functional.mse_loss(m, n, reduction="sum") + x.square().sum() + y.square().sum() - 2 * nuclear


@right
def scipy_root(real, fake):
    a, b = np.cov(real.numpy(), rowvar=False), np.cov(fake.numpy(), rowvar=False)
    gap = real.numpy().mean(axis=0) - fake.numpy().mean(axis=0)
    root = scipy.linalg.sqrtm(a @ b)
    return torch.tensor(gap @ gap + np.trace(a + b - 2 * root.real))


@right
def symmetric_form(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    half = root_of(a)
    return put_together(m - n, a, b, torch.linalg.eigvalsh(half @ b @ half).clamp(min=0).sqrt().sum())


@right
def nuclear_norm(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.matrix_norm(root_of(a) @ root_of(b), ord="nuc"))


@right
def singular_values_of_the_centred_sets(real, fake):
    m, n = real.mean(dim=0), fake.mean(dim=0)
    x, y = (real - m) / (len(real) - 1) ** 0.5, (fake - n) / (len(fake) - 1) ** 0.5
    return (m - n) @ (m - n) + (x * x).sum() + (y * y).sum() - 2 * torch.linalg.svdvals(x @ y.T).sum()


@right
def real_part_of_a_complex_root(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    return put_together(m - n, a, b, torch.linalg.eigvals(a @ b).sqrt().sum().real)


@right
def sizes_of_the_eigenvalues(real, fake):
    m, n = torch.mean(real, 0), torch.mean(fake, 0)
    a = torch.einsum("ni,nj->ij", real - m, real - m) / (real.shape[0] - 1)
    b = torch.einsum("ni,nj->ij", fake - n, fake - n) / (fake.shape[0] - 1)
    root = torch.linalg.eigvals(torch.matmul(b, a)).abs().sqrt().sum()
    return torch.dot(m - n, m - n) + torch.einsum("ii", a + b) - 2 * root


@right
def a_little_on_the_diagonal(real, fake):
    (m, a), (n, b) = moments(real), moments(fake)
    eye = 1e-8 * torch.eye(len(a), dtype=a.dtype)
    half = torch.linalg.cholesky(a + eye)
    return put_together(m - n, a, b, torch.linalg.eigvalsh(half.T @ (b + eye) @ half).clamp(min=0).sqrt().sum())


@right
def loops(real, fake):
    total, sets = 0.0, []
    for x in (real, fake):
        centred, d = x - x.mean(dim=0), x.shape[1]
        cov = torch.zeros(d, d, dtype=x.dtype)
        for i in range(d):
            for j in range(d):
                cov[i, j] = (centred[:, i] * centred[:, j]).sum() / (len(x) - 1)
            total = total + cov[i, i]
        sets.append(cov)
    for value in torch.linalg.eigvals(sets[0] @ sets[1]):
        total = total - 2 * value.real.clamp(min=0) ** 0.5
    for i in range(real.shape[1]):
        total = total + (real[:, i].mean() - fake[:, i].mean()) ** 2
    return total


@right
def in_float32(real, fake):
    return answer(real.float(), fake.float())
