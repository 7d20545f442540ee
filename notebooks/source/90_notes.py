# %% [markdown]
# Pages to come back to: what signs, symbols and words mean, and why anyone still trains Wasserstein GANs.
#
# ## Signs
#
# | who | wants | minimises | in code |
# |---|---|---|---|
# | critic | real high, fakes low | $L_{\text{critic}} = \operatorname{mean} f(G(z)) - \operatorname{mean} f(x)$ | `critic_loss` |
# | generator | fakes high | $L_{\text{generator}} = -\operatorname{mean} f(G(z))$ | `generator_loss` |
# | you | to watch | nothing: the estimate $\widehat W = \operatorname{mean} f(x) - \operatorname{mean} f(G(z))$ is only read | `wasserstein_estimate` |
#
# Real images score **high**. Everybody minimises. The estimate $\widehat W$ is minus the critic's loss without its
# penalty. It is not $W$, the exact Wasserstein distance.
# Some public code, among it the first WGAN's own, turns both signs round: real images score low there,
# and the generator minimises $+\operatorname{mean} f(G(z))$. It does not work to turn only one.
#
# Here are the signs in numbers. Real scores are 3 and 1, fake scores are 0 and -2:

# %% tags=["nbval-check-output"]
import torch

from starter.kit import figures, stored
from starter.kit.measure import checkup
from starter.kit.show import notes as draw

real_scores, fake_scores = torch.tensor([3.0, 1.0]), torch.tensor([0.0, -2.0])
real, fake = real_scores.mean().item(), fake_scores.mean().item()
print(f"mean real {real}, mean fake {fake}")
print(f"the critic minimises {fake - real}, the estimate is {real - fake}, the generator minimises {-fake}")

# %% [markdown]
# ## Symbols
#
# | symbol | name in code | meaning |
# |---|---|---|
# | $x$ | `real` | real images, shape (n, channels, height, width), in [-1, 1] |
# | $z$ | `z` | noise, standard normal, shape (n, `latent_dim`) |
# | $G(z)$ | `fake` | generated images, shaped like the real ones |
# | $f$ | `critic` | the critic; also D in many papers, where it need not be a probability |
# | $f(x),\ f(G(z))$ | `real_scores`, `fake_scores` | scores, any real number, shape (n,) |
# | $\epsilon$ | `epsilon` | one number in [0, 1] for each image |
# | $\hat{x}$ | result of `interpolate` | a point between a real image and a fake |
# | $\lambda$ | `lambda_` | weight of the penalty; `lambda` is a word of Python |
# | GP | `gradient_penalty` | mean of (slope - 1)², without $\lambda$ |
# | $c$ | `c` | clipped weights lie in [-c, c] |
# | $n_{\text{critic}}$ | `n_critic` | critic steps for each generator step |
# | $h, \gamma$ | `h`, `gamma` | step size, and weight of R1 (which gets $\gamma / 2$), in lesson 09 |
# | $\theta, \psi$ | `theta`, `psi` | where the fakes are, and the critic's slope, in the smallest game of lesson 09 |
# | $p, q$ | `p`, `q` | two distributions, as histograms or densities; p is the real one |
#
# ## Words
#
# - **Adversarial:** trained against each other. What one network gains, the other loses.
# - **Batch:** the images of one step. **Detach:** cut a tensor off from what computed it, so that no
#   gradient flows back.
# - **Bias:** what a number is wrong by on average.
# - **Augmentation:** to change images by chance, so that few look like more.
# - **Chord:** the straight line between two points; its slope is what a critic rises from one to the other.
# - **Conditional:** drawn for a class that is asked for.
# - **Critic:** a network that gives scores. A **discriminator** gives probabilities of being real.
# - **Distribution:** how likely each value is; what samples are drawn from.
# - **Dirac-GAN:** the smallest game: one number for each player.
# - **Double backward:** to differentiate something that already contains a gradient.
# - **Eigenvalues** of a matrix of a game: negative real parts bring it to rest, imaginary parts make it circle.
# - **Estimate** ($\widehat W$): what a critic reports. It equals $W$ only for a perfect critic of slope at most 1.
# - **Features:** what a network computes before its last layer. **Frechet distance:** the distance of two sets
#   of features, each taken for a Gaussian. **Floor:** what real images score against real ones.
# - **GAN:** generative adversarial network: a generator and a critic, trained against each other.
# - **Generator:** turns noise into images.
# - **Histogram:** shares over bins that sum to 1.
# - **K, $K_1$:** a bound on the slope; $K_1$ counts the change of the input as the sum over its pixels.
# - **Kantorovich-Rubinstein duality:** the cheapest transport costs as much as the best critic of slope at most
#   1 can tell the two distributions apart.
# - **KID:** a score like the Frechet distance, whose average does not depend on how many images there are.
# - **Latent space:** where the noise lives. **Latent:** hidden, because nobody sees z in an image.
# - **Leash:** in this course, whatever limits the critic's slope.
# - **Lipschitz constant:** the steepest slope of a function. **1-Lipschitz:** nowhere steeper than 1.
# - **Momentum:** an optimiser's memory of the directions of earlier steps.
# - **Mode:** a place where much of a distribution sits, such as one kind of shoe. **Mode collapse:** the
#   generator draws only a few of them.
# - **Optimal transport:** the cheapest way of moving one distribution onto another. A **plan** says how much
#   goes from where to where. **Wasserstein distance** ($W$, $W_1$): its cost, when cost is distance.
# - **Precision:** the share of the images that lie among real ones. **Recall:** the share of real images
#   that lie among the generated ones.
# - **Psi** ($\psi$): the factor by which z is shortened in truncation; in lesson 09 the critic's slope.
# - **R1, R2:** the mean squared slope at the real images, and at the fakes.
# - **Rank correlation:** 1 if two curves rise and fall together, -1 if one always does the opposite, about 0 if they
#   have nothing to do with each other.
# - **Relativistic loss:** asks that each real image scores higher than a fake one.
# - **Saturate:** to become flat, so that the gradient vanishes.
# - **Score:** what the critic says of an image. It has no unit, no zero and no maximum, so the **level** of all scores
#   drifts during a training, and the generator's loss with it.
# - **Singular values:** by how much a matrix can stretch. It is **orthonormal** if all are 1.
# - **Sliced distance:** the average Wasserstein distance of the shadows that two clouds of points throw on lines
#   in random directions.
# - **Spectral normalisation:** a leash that divides the weights of each layer by its largest singular value.
# - **Support:** where a distribution has any mass.
# - **Truncation:** to draw from shorter z. The images become more alike; how good they are is measured in lesson 07.
#
# ## My WGAN does not learn

# %% tags=["draws"]
figures.show(
    draw.flow_chart(),
    alt=draw.in_words(),
    caption="Stop at the first yes; checkup(run, data.load()) asks all of this of your run. "
    "The numbers are those of garments in lesson 08.",
)

# %% tags=["draws", "nbval-check-output"]
_, runs = stored.load("08_checkup")
for name, part in {"runs that set the limits": runs["in_sample"], "other runs": ~runs["in_sample"]}.items():
    healthy, sick = part & (runs["mistake"] == "healthy"), part & (runs["expected"] != "")
    print(f"checkup on {name}: {runs['right'][sick].sum()} of {sick.sum()} mistakes named,", end=" ")
    print(f"{(~runs['right'][healthy]).sum()} false alarms in {healthy.sum()} healthy runs")

# %% [markdown]
# ## Why WGANs, after diffusion?
#
# Diffusion models draw better pictures today: Dhariwal and Nichol (2021) showed it on ImageNet, and few
# people train a GAN for pictures now. There are three reasons to learn this all the same.
#
# **One pass.** A GAN draws in a single pass through a network, a diffusion model in many. Where time
# counts, adversarial losses are used to make diffusion models draw in one to four steps (Sauer et al.,
# "Adversarial Diffusion Distillation", 2023, with another loss than ours, the hinge loss). R3GAN
# (Huang et al., 2024) shows that a plain, regularised GAN still competes on small images.
#
# **Distances between distributions.** The idea outlives its first use. The Wasserstein distance compares samples
# in physics, biology and economics, and the dual form with a trained critic is how one computes it
# where exact transport is too large.
#
# **Habits.** A loss that is not what it seems, an estimate with a bias, wrong code that draws well:
# you will meet them in every kind of model. Here you can check them against exact answers.
#
# ## Sources
#
# <details><summary>All papers that the course names</summary>
#
# - Anil, Lucas, Grosse: Sorting Out Lipschitz Function Approximation, 2019, arXiv:1811.05381. MaxMin.
# - Arjovsky, Bottou: Towards Principled Methods for Training Generative Adversarial Networks, 2017,
#   arXiv:1701.04862. The gradient that vanishes.
# - Arjovsky, Chintala, Bottou: Wasserstein GAN, 2017, arXiv:1701.07875.
# - Bellemare, Danihelka, Dabney, Mohamed, Lakshminarayanan, Hoyer, Munos: The Cramer Distance as a Solution to Biased
#   Wasserstein Gradients, 2017, arXiv:1705.10743. The coin of lesson 09.
# - Björck, Bowie: An Iterative Algorithm for Computing the Best Estimate of an Orthogonal Matrix, SIAM Journal on
#   Numerical Analysis 8, 1971.
# - Brock, Donahue, Simonyan: Large Scale GAN Training for High Fidelity Natural Image Synthesis, 2019,
#   arXiv:1809.11096. Truncation.
# - Dhariwal, Nichol: Diffusion Models Beat GANs on Image Synthesis, 2021, arXiv:2105.05233.
# - Dowson, Landau: The Fréchet Distance between Multivariate Normal Distributions, Journal of Multivariate
#   Analysis 12, 1982.
# - Fedus, Rosca, Lakshminarayanan, Dai, Mohamed, Goodfellow: Many Paths to Equilibrium: GANs Do Not Need to
#   Decrease a Divergence at Every Step, 2018, arXiv:1710.08446.
# - Goodfellow et al.: Generative Adversarial Nets, 2014, arXiv:1406.2661.
# - Gulrajani, Ahmed, Arjovsky, Dumoulin, Courville: Improved Training of Wasserstein GANs, 2017,
#   arXiv:1704.00028.
# - Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter: GANs Trained by a Two Time-Scale Update Rule
#   Converge to a Local Nash Equilibrium, 2017, arXiv:1706.08500. The Frechet distance.
# - Huang, Gokaslan, Kuleshov, Tompkin: The GAN is dead; long live the GAN, 2024, arXiv:2501.05441.
# - Karras, Aittala, Hellsten, Laine, Lehtinen, Aila: Training Generative Adversarial Networks with Limited Data, 2020,
#   arXiv:2006.06676. Images changed by chance.
# - Komiske, Metodiev, Thaler: Metric Space of Collider Events, Physical Review Letters 123, 2019, arXiv:1902.02346.
# - Kullback, Leibler: On Information and Sufficiency, Annals of Mathematical Statistics 22, 1951.
# - Kynkäänniemi, Karras, Laine, Lehtinen, Aila: Improved Precision and Recall Metric for Assessing
#   Generative Models, 2019, arXiv:1904.06991.
# - Lipman, Chen, Ben-Hamu, Nickel, Le: Flow Matching for Generative Modeling, 2023, arXiv:2210.02747.
# - Lucic, Kurach, Michalski, Gelly, Bousquet: Are GANs Created Equal? A Large-Scale Study, 2018,
#   arXiv:1711.10337.
# - Mallasto, Montúfar, Gerolin: How Well Do WGANs Estimate the Wasserstein Metric?, 2019, arXiv:1910.03875.
# - Mescheder, Geiger, Nowozin: Which Training Methods for GANs do actually Converge?, 2018, arXiv:1801.04406.
# - Mirza, Osindero: Conditional Generative Adversarial Nets, 2014, arXiv:1411.1784. Choosing the class.
# - Miyato, Koyama: cGANs with Projection Discriminator, 2018, arXiv:1802.05637.
# - Miyato, Kataoka, Koyama, Yoshida: Spectral Normalization for Generative Adversarial Networks, 2018,
#   arXiv:1802.05957.
# - Petzka, Fischer, Lukovnikov: On the Regularization of Wasserstein GANs, 2018, arXiv:1709.08894.
# - Peyré, Cuturi: Computational Optimal Transport, 2019, arXiv:1803.00567.
# - Radford, Metz, Chintala: Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
#   Networks, 2016, arXiv:1511.06434. Sums in the latent space.
# - Sauer, Lorenz, Blattmann, Rombach: Adversarial Diffusion Distillation, 2023, arXiv:2311.17042.
# - Schiebinger et al.: Optimal-Transport Analysis of Single-Cell Gene Expression Identifies Developmental Trajectories in
#   Reprogramming, Cell 176, 2019.
# - Stanczuk, Etmann, Kreusser, Schönlieb: Wasserstein GANs Work Because They Fail (to Approximate the
#   Wasserstein Distance), 2021, arXiv:2103.01678.
# - Tong, Fatras, Malkin, Huguet, Zhang, Rector-Brooks, Wolf, Bengio: Improving and Generalizing Flow-Based Generative
#   Models with Minibatch Optimal Transport, 2024, arXiv:2302.00482.
# - White: Sampling Generative Networks, 2016, arXiv:1609.04468. Walks on arcs.
# - Yazici, Foo, Winkler, Yap, Piliouras, Chandrasekhar: The Unusual Effectiveness of Averaging in GAN Training, 2019,
#   arXiv:1806.04498.
# - Zhao, Liu, Lin, Zhu, Han: Differentiable Augmentation for Data-Efficient GAN Training, 2020, arXiv:2006.10738.
#
# </details>
