"""Ways out of an answer into the program that judges it are found in its text, and honest answers hold none."""

import pytest

from solutions.grade import screen
from starter.kit import registry
from starter.kit.course import ROOT

HONEST = [ROOT / "solutions" / f"{module}.py" for module in registry.MODULES]
HONEST += sorted((ROOT / "tests" / "mistakes").glob("[!_]*.py"))


@pytest.mark.parametrize("path", HONEST, ids=lambda path: path.stem)
def test_neither_a_solution_nor_a_made_up_answer_uses_any_of_it(path):
    assert screen.found(path.read_text(encoding="utf-8")) == []


WAYS_OUT = {
    "import gc\nfound = gc.get_objects()": {"gc"},
    "from gc import get_objects as images\nfound = images()": {"gc"},
    "from gc import *\nfound = get_objects()": {"gc"},
    "import importlib.util as u\nfound = u.find_spec": {"importlib"},
    "import torch\nfound = torch.os._exit(0)": {"os"},
    "def f(x):\n    return f.__globals__": {"__globals__"},
    "found = ().__class__.__base__.__subclasses__()": {"__base__", "__subclasses__"},
    "try:\n    1 / 0\nexcept Exception as error:\n    found = error.__traceback__.tb_frame": {
        "__traceback__",
        "tb_frame",
    },
    "found = (x for x in ()).gi_frame": {"gi_frame"},
    "from operator import attrgetter as a\nfound = a('gi_frame.f_back')": {"attrgetter", "f_back", "gi_frame"},
    "found = getattr(f, '__glo' + 'bals__')": {"getattr"},
    "match f:\n    case object(__globals__=found):\n        pass": {"__globals__"},
    "found = eval('1')": {"eval"},
    "found = __builtins__": {"__builtins__"},
    "from starter.kit.checks import judge\njudge.check = None": {"checks"},
    "from starter.kit import desk\ndesk.x = 1": {"desk"},
}


@pytest.mark.parametrize("text", WAYS_OUT)
def test_a_way_out_is_found(text):
    assert set(screen.found(text)) == WAYS_OUT[text]


@pytest.mark.parametrize(
    "text",
    [
        "import os\nimport sys\nfrom pathlib import Path",  # unused
        "def f(x):\n    'Reads __globals__ of nothing, and gc.'\n    return x",
        "critic.eval()\nx.select(0, 1)\ntorch.trace(x)\ntorch.compile(f)\nx.types = 1",
        "raise ValueError('open the gc: the types of real and fake differ')",
        "def f(signal, trace, code):\n    return signal + trace + code",
        "getattr(layer, 'bias', None)",
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.__class__",
        "not python (",
        "",
    ],
)
def test_what_an_honest_answer_may_write_is_not_named(text):
    assert screen.found(text) == []
