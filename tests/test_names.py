"""Names that an answer uses and does not have, and cells that do nothing without saying so."""

import pytest

from solutions import build
from tests.test_blanks import ASK, IMPORTS, RIGHT, WRONG, solved

STEP = """@fills("training.critic_step")
def critic_step(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
    {}
"""
GIVEN = "critic, generator, real, optimizer, penalty and lambda_"
CRITIC = """@fills("critic.MLPCritic")
class MLPCritic(nn.Module):
    def __init__(self, image_shape=(1, 28, 28), width=256, slope=0.2):
        super().__init__()
        self.image_shape, self.slope = tuple(image_shape), slope
        self.first, self.last = nn.Linear(prod(self.image_shape), width), nn.Linear(width, 1)

    def forward(self, images):
        return {}
"""


def said(student, *cells: str) -> str:
    """What is said of the last cell, whose answer is not saved."""
    ran = student(IMPORTS, "from math import prod", *cells)[-1]
    assert "Not saved" in ran.text and not ran.error, ran
    return ran.text


@pytest.mark.parametrize(
    ("line", "ways"),
    [
        ("optimizer_D.zero_grad()", ["is called optimizer here", GIVEN]),
        ("optimizerD.step()", ["is called optimizer here"]),
        ("d_optim.step()", ["is called optimizer here"]),
        ("opt_critic.zero_grad()", ["is called optimizer here"]),
        ("fake = self.G(real)", ["no self", "G is called generator here"]),
        ("self.optimizer_D.zero_grad()", ["no self", "is called optimizer here"]),
        ("score = netD(real)", ["netD is called critic here"]),
        ("score = discriminator(real)", ["is called critic here"]),
        ("score = D(real)", ["D is called critic here"]),
        ("score = critic(real_imgs)", ["real_imgs is called real here"]),
        ("score = critic(imgs)", ["imgs is called real here"]),
        ("z = torch.randn(opt.batch_size, 64)", ["take len(real)"]),
        ("z = torch.randn(args.n_batch, 64)", ["take len(real)"]),
        ("z = torch.randn(batch_size, latent_dim)", ["take len(real)", "take generator.latent_dim"]),
        ("z = torch.randn(8, nz)", ["take generator.latent_dim"]),
        ("z = torch.randn(8, 64, device=device)", ["take real.device"]),
        ("z = torch.randn(8, 64, device=opt.cuda)", ["take real.device"]),
        ("loss = lambda_gp * 2", ["is called lambda_ here"]),
        ("loss = LAMBDA * 2", ["is called lambda_ here"]),
        ("loss = compute_gradient_penalty(critic, real, real)", ["is called penalty here"]),
        ("loss = cfg.something", ["no settings called cfg", GIVEN]),
        ("criticc(real)", ["Did you mean critic?"]),
        ("whatever_this_is(real)", ["Define or import what you need", GIVEN]),
        ("x = Variable(real)", ["not needed any more"]),
        ("g = grad(real, real)", ["torch.autograd.grad"]),
        ("g = autograd.grad(real, real)", ["torch.autograd"]),
        ("x = randn(3)", ["torch.randn"]),
        ("x = leaky_relu(real)", ["nn.functional.leaky_relu"]),
        ("x = Linear(3, 4)", ["nn.Linear"]),
        ("x = np.mean(real)", ["import numpy as np as the first line inside the answer"]),
        ("x = plt.plot(real)", ["import matplotlib.pyplot as plt"]),
        ("x = training.generator_step", ["leave out training and the point"]),
    ],
)
def test_a_name_of_public_code_leads_to_what_is_given(student, line, ways):
    text = said(student, STEP.format(line))
    assert all(way in text for way in ways), text


@pytest.mark.parametrize(
    ("before", "forward", "ways"),
    [
        ("import torch.nn.functional as F", "F.relu(images)", ["F is known in this notebook", "or nn.functional"]),
        ("", "F.relu(images)", ["import torch.nn.functional as F", "or nn.functional"]),
        ("import numpy as np", "np.array(images)", ["np is known in this notebook", "import numpy as np"]),
        ("import scipy.special as sp", "sp.expit(images)", ["import scipy.special as sp"]),
        ("from scipy import special", "special.expit(images)", ["from scipy import special"]),
        ("from math import sqrt", "sqrt(2) * images", ["from math import sqrt"]),
        ("def mine(x): return x", "mine(images)", ["mine is defined in this notebook", "inside your answer"]),
        ("class Mine: pass", "Mine()", ["Mine is defined in this notebook"]),
        ("scale = 3.0", "scale * images", ["scale is a variable of this notebook"]),
        ("net = nn.Linear(2, 2)", "net(images)", ["net is a variable of this notebook"]),
        ("from starter import critic as critics", "critics.ConvCritic()", ["leave out critics and the point"]),
        ("", "last(images)", ["You use last in forward without self."]),
        ("", "self.last(leaky(images))", ["Define or import"]),
        ("", "images * width", ["width is known in __init__ only", "self.width"]),
        ("", "helper(images)\n    def helper(self, x):\n        return x", ["You use helper in forward without self."]),
    ],
)
def test_a_name_that_a_class_does_not_know_leads_to_the_cure(student, before, forward, ways):
    text = said(student, before, CRITIC.format(forward))
    assert all(way in text for way in ways), text
    assert "a letter of the formula" not in text


def test_a_local_of_init_is_told_to_be_kept_in_self(student):
    text = said(student, CRITIC.replace("self.first, self.last =", "first, last =").format("last(first(images))"))
    assert "self-forgotten" in text and "in forward without self." in text


def test_a_name_in_an_answer_edited_by_hand_gets_the_same_words(student):
    student(IMPORTS, RIGHT)
    path = student.mine / "losses.py"
    path.write_text(path.read_text().replace("return fake_scores", "return F.relu(fakes)"))
    ran = student(IMPORTS, 'check("losses.critic_loss")', "print(progress('02'))")
    for result in ran[2:]:
        assert "unknown-name" in result.text and "import torch.nn.functional as F" in result.text


# Silence ---------------------------------------------------------------------

PLAIN = RIGHT.replace('@fills("losses.critic_loss")\n', "")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (PLAIN, '@fills("losses.critic_loss") is missing directly above'),
        (RIGHT.replace("@fills", "# @fills"), "is missing directly above"),
        (RIGHT.replace("@fills", "fills"), "Write it with @ in front"),
        (RIGHT.replace("@fills", "#fills").replace("critic_loss(", "my_loss("), "no definition of critic_loss"),
        ("%%capture\n" + RIGHT, "%%capture at the top"),
        ("%%writefile /dev/null\n" + RIGHT, "%%writefile at the top"),
        ("%%html\n" + RIGHT, "%%html at the top"),
    ],
    ids=["gone", "commented", "no @", "renamed", "capture", "writefile", "html"],
)
def test_a_cell_that_is_not_checked_says_so(student, cell, words):
    ran = student(IMPORTS, cell, "1")
    assert "nothing was checked" in ran[2].text or "Take that line out" in ran[2].text
    assert words in ran[2].text and not ran[2].error
    assert ran[2].text.count("losses.critic_loss") <= 3 and "losses" not in ran[3].text


BLANK = build._fill_cell("losses.critic_loss", solved=False)


OTHERS = (
    *(RIGHT, WRONG, BLANK, "%%time\n" + RIGHT, "def mean(x):\n    return x.mean()", "critic_loss = 3", "%time losses"),
    "print('@fills(\"losses.critic_loss\")')",
)


@pytest.mark.parametrize("cell", OTHERS)
def test_other_cells_are_left_alone(student, cell):
    text = student(IMPORTS, cell)[-1].text
    assert "missing directly above" not in text and "at the top" not in text and "this is its cell" not in text


def test_the_definition_renamed_is_told_and_the_answer_stays(student):
    ran = student(IMPORTS, RIGHT, RIGHT.replace("def critic_loss", "def loss"), ASK)
    assert ran[3].error == "CourseError" and "Keep the name" in ran[3].message and "value -1.0" in ran[4].text


@pytest.mark.parametrize(
    "cell", ["@fills\ndef critic_loss(a, b): return a", "@fills(losses.critic_loss)\ndef critic_loss(a, b): return a"]
)
def test_a_name_without_quotes_or_brackets_is_told(student, cell):
    ran = student(IMPORTS, cell)[-1]
    assert ran.error == "CourseError" and 'in quotes, such as "losses.critic_loss"' in ran.message


def test_what_an_answer_prints_is_shown_once(student):
    chatty = RIGHT.replace("    return", "    print('shapes', real_scores.dim())\n    return")
    text = student(IMPORTS, chatty)[-1].text
    assert "Your code printed:" in text and text.count("shapes 1") == 1
    flood = RIGHT.replace("    return", "    for i in range(100000): print('line', i)\n    return")
    text = student(IMPORTS, flood)[-1].text
    assert text.count("\n") < 20 and "lines in all" in text and ": right" in text
    assert "printed" not in student(IMPORTS, RIGHT)[-1].text


def test_what_it_prints_is_shown_as_text_in_a_notebook(student):
    chatty = RIGHT.replace("    return", "    print('<b>bold</b>')\n    return")
    ran = student(IMPORTS, chatty, "print(check('losses.critic_loss')._repr_html_())")
    assert "&lt;b&gt;bold" in ran[-1].text


def test_every_sheet_cell_is_known_by_its_id():
    import nbformat

    from starter.kit import registry
    from starter.kit.desk import cells

    for exercise in registry.EXERCISES:
        book = nbformat.read(build.SHEETS / f"{registry.sheet(exercise.sheet).stem}.ipynb", as_version=4)
        cell = next(cell for cell in book.cells if f'@fills("{exercise.name}")' in cell.source)
        assert cells._meant("def something_else(): pass", cell.id) == [exercise]
        assert not cells._meant("x = 1", cell.id)


def test_a_solved_sheet_needs_no_such_words(student):
    assert solved("losses.critic_loss")  # the reference defines the same names, and the lessons do not
    for path in [*build.LESSONS.glob("*.ipynb")]:
        import nbformat

        from starter.kit.desk import cells

        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                assert not cells._meant(cell.source, cell.id), f"{path.name} {cell.id}"


# The definition itself stops, or is written in another way ---------------------


def test_an_import_that_was_not_run_is_said_and_nothing_about_the_decorator(student):
    typed = (
        RIGHT.replace("real_scores:", "real_scores: NotImported,")
        .replace(": NotImported,", ": NotImported")
        .replace("NotImported Tensor", "NotImported")
    )
    ran = student("import torch", typed)[-1]
    assert ran.error == "NameError" and "Run the cells above this one first" in ran.text
    assert "decorates nothing" not in ran.text and "missing directly above" not in ran.text


def test_self_forgotten_as_an_argument(student):
    text = said(student, CRITIC.replace("def forward(self, images)", "def forward(images)").format("self.last(images)"))
    assert "self-forgotten" in text and "def forward(self, ...)" in text


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("critic_optimizer.step()", "is called optimizer here"),
        ("z = hp.batch_size", "take len(real)"),
        ("z = cur_batch_size", "take len(real)"),
        ("z = b_size", "take len(real)"),
        ("display(real)", "from IPython.display import display"),
        ("get_ipython().system('ls')", "belong to the notebook"),
        ("fake_pred = 1; loss = fake_pre + reall", "For reall: did you mean real?"),
    ],
)
def test_more_names_of_public_code(student, line, way):
    assert way in said(student, STEP.format(line))


def test_super_with_the_name_of_another_class(student):
    assert "super().__init__()" in said(
        student, CRITIC.replace("super().__init__()", "super(Critic, self).__init__()").format("self.last(images)")
    )


def test_an_attribute_of_the_class_is_asked_from_self(student):
    text = said(student, CRITIC.replace("    def __init__", "    size = 3\n\n    def __init__").format("images * size"))
    assert "self-forgotten" in text


def test_an_indented_paste_and_an_assignment_in_the_sheets_cell_are_told(student):
    indented = "\n".join(f"    {line}" for line in PLAIN.split("\n"))
    assert "is missing directly above" in student(IMPORTS, f"if True:\n{indented}")[-1].text
    from starter.kit import registry
    from starter.kit.desk import cells

    lambda_ = "critic_loss = lambda real, fake: fake.mean() - real.mean()"
    assert cells._meant(lambda_, "02-critic-losses-critic_loss") == [registry.exercise("losses.critic_loss")]
    assert not cells._meant(lambda_, "02-critic-cell-05")


def test_a_missing_decorator_is_told_although_the_cell_stops_later(student):
    ran = student(IMPORTS, PLAIN + "\nunknown_thing")[-1]
    assert ran.error == "NameError" and "is missing directly above" in ran.text


@pytest.mark.parametrize("taken", ["from starter.losses import critic_loss as cl", "cl = losses.critic_loss"])
def test_any_name_of_an_earlier_version_is_told(student, taken):
    with student.start(IMPORTS, RIGHT, taken) as kernel:
        kernel.results()
        student(IMPORTS, WRONG)
        assert (
            "cl is an earlier version here"
            in kernel.run("print(list(map(cl, [torch.ones(1)], [torch.ones(1)])))")[0].text
        )


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (RIGHT.replace('("losses.critic_loss")', "()"), "Give the name of the exercise in quotes"),
        ('@fills("losses.generator_loss")\n' + RIGHT, 'has 2 lines @fills above it. Keep @fills("losses.critic_loss")'),
        ("# my answer\n%%time\n" + RIGHT, "%%time works in the first line of a cell only, and hides an answer"),
        ("def mine():\n    " + RIGHT.replace("\n", "\n    "), "is indented, and nothing has run it there"),
        (CRITIC.format("0").replace("nn.Module", "Module"), "If none of them makes it: did you mean nn.Module?"),
        (RIGHT.replace("real_scores:", "real_scores: F.x or"), "add import torch.nn.functional as F above"),
    ],
)
def test_more_cells_that_would_be_silent(student, cell, words):
    ran = student(IMPORTS, "from math import prod", cell)[-1]
    assert words in ran.text + ran.message and "Exception ignored" not in ran.text, ran


def test_a_picture_in_an_answer_is_shown_once(student):
    show = "from IPython.display import display\n    display('picture')\n    return"
    ran = student(IMPORTS, RIGHT.replace("return", show))[-1]
    assert ran.text.count("'picture'") == 1 and "the first alone is shown" in ran.text and ": right" in ran.text


def test_a_name_taken_while_it_was_blank_is_told_when_it_stops(student):
    taken, call = "from starter.losses import critic_loss as cl", "cl(torch.ones(2), torch.ones(2))"
    ran = student(IMPORTS, taken, RIGHT, call)[-1]
    assert ran.error == "Blank" and "cl is an earlier version here" in ran.text
