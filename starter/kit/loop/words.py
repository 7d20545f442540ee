"""The words that other code uses for the arguments of train, and what they are called here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from math import ceil
from typing import Any

from ..course import CourseError
from .describe import is_data
from .settings import SETTINGS, Settings

_TRAINS_OWN = ("method", "rate", "critic", "generator", "critic_optimizer", "generator_optimizer", "device", *SETTINGS)
# What to say of words that other code uses, and the words; capitals and underscores do not count.
_WORDS = """
the learning rate is called rate:
    lr learning_rate eta alpha step_size adam_lr
rate is for both networks, and two rates are given with critic_optimizer and generator_optimizer:
    lr_d lr_g d_lr g_lr lr_c c_lr lr_critic lr_generator lr_disc lr_gen critic_lr generator_lr disc_lr gen_lr
EPOCHS:
    epoch epochs n_epochs num_epochs nb_epochs max_epochs n_epoch total_epochs
how long to train is called steps:
    iterations n_iter n_iters num_iter num_iters num_iterations iters iter max_iter max_iters max_steps n_steps
    num_steps total_steps gen_iterations generator_iters g_steps train_steps budget
how long to train is called seconds:
    time minutes hours duration timeout max_time max_seconds time_limit
the weight of the penalty is called lambda_:
    lambda_gp gp_weight gp_lambda lambda_term lambda1 lam l gp_coef gp_scale gp_coefficient
    gradient_penalty_weight penalty_weight penalty_coef
the bound of clipping is called c:
    clip clip_value weight_clip weight_cliping_limit weight_clipping_limit clipping clip_limit clip_weight clip_c
    clip_param w_clip clamp clamp_value clamp_lower clamp_upper bound
gradients are not clipped here, and a critic_step of your own can do it:
    grad_clip clip_grad max_grad_norm clip_norm gradient_clip gradient_clipping grad_norm clip_gradients
the number of critic updates before each update of the generator is called n_critic:
    critic_iters n_dis num_critic k d_iters d_iter critic_iter critic_iterations critic_steps n_discriminator
    disc_iters d_steps n_disc num_d d_updates
the number of samples in a batch is called batch_size:
    batch batches bs b mb_size minibatch minibatch_size batch_sz train_batch_size n_batch
the optimisers are called critic_optimizer and generator_optimizer:
    optimizer optimizers optimiser optimisers optim opt opt_d opt_g opt_c optimizer_d optimizer_g optim_d optim_g
    d_optimizer g_optimizer c_optimizer d_optim g_optim opt_critic opt_gen opt_generator opt_disc critic_opt
    generator_opt gen_opt disc_opt critic_optim generator_optim
give optimisers of your own, such as critic_optimizer=torch.optim.Adam(critic.parameters(), lr=1e-4, betas=(0, 0.9)):
    beta betas beta1 beta2 b1 b2 momentum weight_decay wd eps epsilon rho adam_betas adam_beta1
the moving average of the generator is called average:
    ema ema_decay ema_beta ema_rate ema_momentum use_ema moving_average polyak avg averaging swa
where to train is called device:
    device_name cuda use_cuda no_cuda gpu gpus ngpu gpu_id gpu_ids dev accelerator map_location
the data are called data:
    dataloader loader train_loader train_dl dl dataset datasets train_dataset train_set
    train_data training_data x x_train images imgs real_data real_images dataroot
live=True shows a line of numbers, live=False none, and run.history keeps every step:
    verbose verbosity log logging log_every log_interval log_step log_freq print_every print_freq print_interval
    display_every display_step display_interval disp report_every progress progress_bar tqdm silent quiet show plot
    plot_every
pictures are asked for with png_folder and png_every:
    sample_interval sample_freq sample_step sample_dir sample_path sample_folder save_samples save_images
    save_interval save_image_every out_dir output_dir output outf image_dir images_dir img_dir results_dir result_dir
checkpoints are asked for with checkpoint_to and checkpoint_every:
    checkpoint checkpoints checkpoint_path checkpoint_dir checkpoint_file checkpoint_interval checkpoint_freq ckpt
    ckpt_path ckpt_dir ckpt_every save save_path save_dir save_to save_file save_every save_freq save_step
    save_model model_path model_dir model_save_path
what looks on after each step is called watch:
    callback callbacks hook hooks on_step on_step_end on_epoch_end logger writer metrics wandb tensorboard monitor
    listener listeners eval_fn evaluate eval_every
shorter numbers are asked for with precision="bfloat16":
    amp use_amp fp16 half bf16 float16 dtype mixed_precision autocast scaler
a step recorded as a CUDA graph is asked for with graph=True, and "auto" is the default:
    cuda_graph cuda_graphs use_cuda_graph use_cuda_graphs capture record recorded
the seed is called seed:
    random_state random_seed manual_seed rng rng_seed generator_seed
rates fall with decay, a number from 0 to 1:
    lr_decay lr_scheduler lr_schedule scheduler schedulers scheduler_d scheduler_g gamma anneal warmup decay_epoch
batches are drawn from memory, so leave it out:
    num_workers workers n_workers n_cpu shuffle drop_last pin_memory prefetch collate_fn sampler
the generator keeps the dimension of its noise itself, as generator.latent_dim:
    latent_dim latent_dims latent latent_size nz z z_dim z_size noise noise_dim noise_size
the data have their shape themselves, and data.load(size=32) gives larger images:
    image_size img_size imsize size nc channels n_channels img_channels img_shape image_shape input_shape shape
this network is called critic:
    discriminator disc dis d net_d model_d critic_net critic_model f_net critics
this network is called generator:
    gen g net_g g_net model_g generator_net generator_model generators
the two networks are called critic and generator:
    model models net nets network networks gan wgan_model
the losses are in critic_step and generator_step, which are yours:
    loss losses loss_fn loss_func loss_type criterion adversarial_loss d_loss g_loss loss_d loss_g
the penalty is asked for with method="penalty", and a function of your own is called penalty:
    gp use_gp gp_fn gradient_penalty grad_penalty penalty_fn penalty_type compute_gradient_penalty regularizer
which WGAN it is, "penalty" or "clip", is called method:
    mode gan_mode gan_type type algorithm variant kind wgan wgan_gp objective
a saved run goes on with resume(path, critic, generator, data):
    path file filename load load_from resume resume_from start_epoch start_step pretrained restore
a run is trained further with go_on(run, data):
    run runs previous
the networks are put into train mode by themselves:
    train training eval
"""
# Where the word is not known, a part of it may begin like one of these. The order counts.
_BEGINNINGS = {
    "epoch": "epochs",
    **{"optim": "optimizer", "opt": "optimizer", "lr": "lr", "learning": "lr", "rate": "lr"},
    **{"lambda": "lambda_gp", "gp": "lambda_gp", "grad": "grad_clip", "clip": "clip_value", "clamp": "clip_value"},
    **{"beta": "betas", "ema": "ema", "batch": "bs", "checkpoint": "checkpoint", "ckpt": "checkpoint"},
    **{"save": "checkpoint", "iter": "iterations", "step": "iterations", "second": "time", "minute": "time"},
    **{"hour": "time", "time": "time", "device": "cuda", "cuda": "cuda", "gpu": "cuda", "worker": "workers"},
    **{"load": "dataset", "data": "dataset", "verbose": "verbose", "print": "verbose", "log": "verbose"},
    **{"progress": "verbose", "display": "verbose", "png": "sample_dir", "image": "sample_dir"},
    **{"callback": "callback", "seed": "random_seed", "sched": "scheduler", "latent": "latent_dim"},
    **{"noise": "latent_dim", "loss": "loss", "disc": "disc", "critic": "disc", "gen": "gen"},
}


def _plain(word: str) -> str:
    return re.sub(r"[\W_]", "", word).lower()


_CLAUSES = {
    _plain(word): clause
    for clause, words in re.findall(r"^(\S.*):\n((?: +.*\n)+)", _WORDS, re.M)
    for word in words.split()
}


def check_words(caller: str, known: Sequence[str], arguments: Mapping[str, Any], named: Iterable[str]) -> None:
    """Raise a CourseError for keywords that there are not.

    Args:
        caller: the function that is called.
        known: the names of all its arguments.
        arguments: what it is given, by name.
        named: the keywords among them.
    """
    unknown = [word for word in named if word not in known]
    if not unknown:
        return
    clauses = [_clause(word, known, arguments) for word in unknown]
    words = " and ".join([", ".join(unknown[:-1]), unknown[-1]] if len(unknown) > 1 else unknown)
    raise CourseError(
        f"{caller} has no argument{'s' * (len(unknown) > 1)} {words}: {'; '.join(list(dict.fromkeys(clauses))[:3])}."
    )


def _clause(word: str, known: Sequence[str], arguments: Mapping[str, Any]) -> str:
    """What to say of a word that there is not."""
    same = [name for name in known if _plain(name) == _plain(word)]
    if same:
        return f"it is called {same[0]}"
    if word in _TRAINS_OWN:
        return "it is one of train's, and a run keeps what it began with"
    clause = _CLAUSES.get(_plain(word), "")
    near = get_close_matches(word.lower(), known, 1, 0.75)
    if not clause and near:
        return f"the nearest one is {near[0]}"
    if not clause:
        parts = [part.lower() for part in re.findall("[A-Z]?[a-z]+|[A-Z]+", word)]
        meant = [of for begin, of in _BEGINNINGS.items() if any(part.startswith(begin) for part in parts)]
        clause = _CLAUSES[_plain(meant[0])] if meant else f"it takes {', '.join(known)}"
    return _epochs(arguments) if clause == "EPOCHS" else clause


def _epochs(arguments: Mapping[str, Any]) -> str:
    """There are none; how many steps one would be, where that can be told."""
    begun = getattr(arguments.get("run"), "settings", Settings())
    settings = {**vars(begun), **arguments}
    try:
        samples = len(arguments["data"]) if is_data(arguments["data"]) else None
        steps = ceil(samples / (settings["n_critic"] * settings["batch_size"]))
        about = f" (these {samples:,} samples are drawn once in about {steps:,} steps)"
    except (KeyError, TypeError, ZeroDivisionError):
        about = ""
    return f"there are no epochs here, so say how long with steps or seconds{about}"
