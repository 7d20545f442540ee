"""The usual public loop, written anew from its published description.

Images come one by one through PIL and torchvision's transforms; the fakes stay
in the generator's graph in the critic's step; networks, rates and clip are
those of the widely copied scripts for WGAN and WGAN-GP on 28 x 28 images.
"""

from collections.abc import Callable, Iterator
from functools import partial

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from starter.kit.data.images import Images

LATENT, BATCH, N_CRITIC = 100, 64, 5


class PilImages(Dataset):
    """A data set as torchvision's own: a PIL image and its transforms for each index."""

    def __init__(self, images: Images) -> None:
        self.pixels = images.images[:, 0].cpu().numpy()
        self.transform = transforms.Compose(
            [transforms.Resize(28), transforms.ToTensor(), transforms.Normalize([0.5], [0.5])]
        )

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> Tensor:
        return self.transform(Image.fromarray(self.pixels[index]))


class PublicGenerator(nn.Module):
    """100-128-256-512-1024-784, batch normalisation with eps 0.8, tanh."""

    latent_dim = LATENT

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Linear(LATENT, 128), nn.LeakyReLU(0.2)]
        for n_in, n_out in ((128, 256), (256, 512), (512, 1024)):
            layers += [nn.Linear(n_in, n_out), nn.BatchNorm1d(n_out, 0.8), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Linear(1024, 784), nn.Tanh())

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z).view(-1, 1, 28, 28)


class PublicCritic(nn.Module):
    """784-512-256-1."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Linear(784, 512), nn.LeakyReLU(0.2)),
            *(nn.Linear(512, 256), nn.LeakyReLU(0.2)),
            nn.Linear(256, 1),
        )

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images.flatten(1))


class PublicLoop:
    """WGAN-GP (method "penalty") or WGAN ("clip"), one generator update at a time.

    Attributes:
        generator: what draws.
    """

    def __init__(self, images: Images, method: str, device: torch.device | str = "cpu", seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.method, self.device = method, torch.device(device)
        self.generator, self.critic = PublicGenerator().to(device), PublicCritic().to(device)
        make: Callable[..., torch.optim.Optimizer] = partial(torch.optim.Adam, lr=2e-4, betas=(0.5, 0.999))
        if method == "clip":
            make = partial(torch.optim.RMSprop, lr=5e-5)
        self.of_critic, self.of_generator = make(self.critic.parameters()), make(self.generator.parameters())
        self.batches = self._batches(DataLoader(PilImages(images), batch_size=BATCH, shuffle=True, drop_last=True))

    @staticmethod
    def _batches(loader: DataLoader) -> Iterator[Tensor]:
        while True:
            yield from loader

    def update(self) -> None:
        """n_critic critic steps on one batch each, then one generator step."""
        for _ in range(N_CRITIC):
            self._critic_step(next(self.batches).to(self.device))
        self.of_generator.zero_grad()
        loss = -self.critic(self.generator(self._noise(BATCH))).mean()
        loss.backward()
        self.of_generator.step()
        loss.item()

    def _critic_step(self, real: Tensor) -> None:
        self.of_critic.zero_grad()
        fake = self.generator(self._noise(len(real)))
        if self.method == "clip":
            fake = fake.detach()
        loss = self.critic(fake).mean() - self.critic(real).mean()
        if self.method == "penalty":
            loss = loss + 10 * self._penalty(real, fake.data)
        loss.backward()
        self.of_critic.step()
        if self.method == "clip":
            for weight in self.critic.parameters():
                weight.data.clamp_(-0.01, 0.01)
        loss.item()

    def _penalty(self, real: Tensor, fake: Tensor) -> Tensor:
        epsilon = torch.rand(len(real), 1, 1, 1, device=self.device)
        between = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
        scores = self.critic(between)
        ones = torch.ones_like(scores)
        gradients = torch.autograd.grad(scores, between, ones, create_graph=True, retain_graph=True)[0]
        return ((gradients.view(len(real), -1).norm(2, dim=1) - 1) ** 2).mean()

    def _noise(self, n: int) -> Tensor:
        return torch.randn(n, LATENT, device=self.device)

    @torch.no_grad()
    def sample(self, n: int, seed: int = 0) -> Tensor:
        """n images in eval mode, on the CPU."""
        z = torch.randn(n, LATENT, generator=torch.Generator().manual_seed(seed)).to(self.device)
        self.generator.eval()
        try:
            return self.generator(z).cpu()
        finally:
            self.generator.train()
