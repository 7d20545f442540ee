import torch

from tests.mistakes import right, wrong


@wrong("order-swapped")
def psi_first(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return new, theta + h * (new if alternating else psi)


@wrong("changes-returned")
def how_far(theta, psi, h, gamma=0.0, alternating=True):
    change = -h * (theta + gamma * psi)
    return h * (psi + change if alternating else psi), change


@wrong("gradients-returned")
def slopes(theta, psi, h, gamma=0.0, alternating=True):
    return -psi, theta + gamma * psi


@wrong("gradients-returned")
def directions(theta, psi, h, gamma=0.0, alternating=True):
    return psi, -(theta + gamma * psi)


@wrong("old-values")
def nothing_happens(theta, psi, h, gamma=0.0, alternating=True):
    return theta, psi


@wrong("old-values")
def critic_stays(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return theta + h * (new if alternating else psi), psi


@wrong("old-values")
def generator_stays(theta, psi, h, gamma=0.0, alternating=True):
    return theta, psi - h * (theta + gamma * psi)


@wrong("mirrored")
def as_in_the_paper(theta, psi, h, gamma=0.0, alternating=True):
    new = psi + h * theta - h * gamma * psi
    return theta - h * (new if alternating else psi), new


@wrong("critic-uphill")
def critic_climbs(theta, psi, h, gamma=0.0, alternating=True):
    new = psi + h * (theta + gamma * psi)
    return theta + h * (new if alternating else psi), new


@wrong("critic-uphill")
def critic_climbs_one_part(theta, psi, h, gamma=0.0, alternating=True):
    new = psi + h * theta - h * gamma * psi
    return theta + h * (new if alternating else psi), new


@wrong("generator-uphill")
def generator_climbs(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return theta - h * (new if alternating else psi), new


@wrong("other-variable")
def each_its_own_number(theta, psi, h, gamma=0.0, alternating=True):
    return theta + h * theta, psi - h * (psi + gamma * psi)


@wrong("other-variable")
def critic_in_theta(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (psi + gamma * psi)
    return theta + h * (new if alternating else psi), new


@wrong("h-missing")
def critic_without_h(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - (theta + gamma * psi)
    return theta + h * (new if alternating else psi), new


@wrong("h-missing")
def generator_without_h(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return theta + (new if alternating else psi), new


@wrong("h-missing")
def both_without_h(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - (theta + gamma * psi)
    return theta + (new if alternating else psi), new


@wrong("generator-first")
def generator_begins(theta, psi, h, gamma=0.0, alternating=True):
    new = theta + h * psi
    return new, psi - h * ((new if alternating else theta) + gamma * psi)


@wrong("simultaneous-instead")
def always_at_once(theta, psi, h, gamma=0.0, alternating=True):
    return theta + h * psi, psi - h * (theta + gamma * psi)


@wrong("simultaneous-instead")
def turned_round(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return theta + h * (psi if alternating else new), new


@wrong("alternating-instead")
def always_by_turns(theta, psi, h, gamma=0.0, alternating=True):
    psi = psi - h * (theta + gamma * psi)
    theta = theta + h * psi
    return theta, psi


@wrong("gamma-missing")
def without_r1(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * theta
    return theta + h * (new if alternating else psi), new


@wrong("gamma-sign")
def r1_turned_round(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta - gamma * psi)
    return theta + h * (new if alternating else psi), new


@wrong("gamma-factor")
def half_of_gamma(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma / 2 * psi)
    return theta + h * (new if alternating else psi), new


@wrong("gamma-factor")
def twice_gamma(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + 2 * gamma * psi)
    return theta + h * (new if alternating else psi), new


@wrong("gamma-without-h")
def brackets_lost(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * theta - gamma * psi
    return theta + h * (new if alternating else psi), new


@wrong("gamma-on-theta")
def generator_pays(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * theta
    return theta + h * ((new if alternating else psi) - gamma * theta), new


@wrong("gamma-on-theta")
def both_pay(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return theta + h * ((new if alternating else psi) - gamma * theta), new


@wrong("penalty-not-differentiated")
def square_subtracted(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma / 2 * psi**2)
    return theta + h * (new if alternating else psi), new


@wrong("penalty-not-differentiated")
def size_subtracted(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi.sign())
    return theta + h * (new if alternating else psi), new


@wrong("two-steps")
def decay_afterwards(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * theta
    new = new - h * gamma * new
    return theta + h * (new if alternating else psi), new


@wrong("two-steps")
def implicit(theta, psi, h, gamma=0.0, alternating=True):
    new = (psi - h * theta) / (1 + h * gamma)
    return theta + h * (new if alternating else psi), new


@wrong("clipped")
def critic_clipped(theta, psi, h, gamma=0.0, alternating=True):
    new = (psi - h * (theta + gamma * psi)).clamp(-1, 1)
    return theta + h * (new if alternating else psi), new


@wrong("not-a-pair")
def stacked(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return torch.stack([theta + h * (new if alternating else psi), new])


@wrong("not-a-pair")
def three_things(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return theta + h * (new if alternating else psi), new, h


@wrong("defaults-changed")
def at_once_by_default(theta, psi, h, gamma=0.0, alternating=False):
    new = psi - h * (theta + gamma * psi)
    return theta + h * (new if alternating else psi), new


@wrong("defaults-changed")
def with_r1_by_default(theta, psi, h, gamma=0.3, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return theta + h * (new if alternating else psi), new


@wrong("games-mixed")
def first_axis_turned(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * ((theta if theta.ndim == 1 else theta.mT if theta.ndim else theta) + gamma * psi)
    return theta + h * (new if alternating else psi), new


@wrong("invariant-lost")
def rounded(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return (theta + h * (new if alternating else psi)).round(decimals=6), new.round(decimals=6)


@wrong("dtype-changed")
def in_float64(theta, psi, h, gamma=0.0, alternating=True):
    theta, psi = theta.double(), psi.double()
    new = psi - h * (theta + gamma * psi)
    return theta + h * (new if alternating else psi), new


@wrong("input-changed")
def in_place(theta, psi, h, gamma=0.0, alternating=True):
    old = psi.clone()
    psi -= h * (theta + gamma * psi)
    theta += h * (psi if alternating else old)
    return theta, psi


@wrong("wrong-shape")
def averaged(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return (theta + h * (new if alternating else psi)).mean(), new.mean()


@wrong("wrong-type")
def lists(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma * psi)
    return (theta + h * (new if alternating else psi)).tolist(), new.tolist()


@wrong("wrong-value")
def third_of_r1(theta, psi, h, gamma=0.0, alternating=True):
    new = psi - h * (theta + gamma / 3 * psi)
    return theta + h * (new if alternating else psi), new


@right
def by_autograd(theta, psi, h, gamma=0.0, alternating=True):
    with torch.enable_grad():
        slope = psi.detach().clone().requires_grad_(True)
        loss = (slope * theta + gamma / 2 * slope**2).sum()
        new_psi = psi - h * torch.autograd.grad(loss, slope)[0]
        place = theta.detach().clone().requires_grad_(True)
        loss = -((new_psi if alternating else psi) * place).sum()
        return theta - h * torch.autograd.grad(loss, place)[0], new_psi


@right
def by_a_matrix(theta, psi, h, gamma=0.0, alternating=True):
    new_psi = -h * theta + (1 - h * gamma) * psi
    if not alternating:
        return theta + h * psi, new_psi
    return (1 - h * h) * theta + h * (1 - h * gamma) * psi, new_psi


@right
def as_a_list(theta, psi, h, gamma=0.0, alternating=True):
    seen = psi
    psi = torch.add(psi, theta + gamma * psi, alpha=-h)
    if alternating:
        seen = psi
    return [torch.add(theta, seen, alpha=h), psi]
