"""The student's library of the course.

`from starter import losses` gives the blanks of losses.py with your answers laid
over them. One switch changes that: with the environment variable
WGAN_LABS=solutions it gives the reference instead.

    WGAN_LABS   "student" (default) or "solutions"
    WGAN_WORK   the folder with your answers, starter/mine if not set

Import it before torch. Threads of torch that wait for each other keep their
cores busy, which costs other programs and, where cores are shared, the training
itself nearly all of its time. To sleep at once costs a third of the speed on a
quiet machine. So they look 2,000 times, some microseconds, and then sleep: with
GNU's library of threads (GOMP_SPINCOUNT); with others they sleep at once
(OMP_WAIT_POLICY). Torch reads both when it is loaded; what is set already stays.
"""

import os as _os
import sys as _sys

if "OMP_WAIT_POLICY" not in _os.environ:
    _os.environ["OMP_WAIT_POLICY"] = "passive"
    _os.environ.setdefault("GOMP_SPINCOUNT", "2000")

if _sys.version_info < (3, 11):  # noqa: UP036 - without make nobody else says so
    _sys.exit("The course needs Python 3.11 or newer, and this is Python {}.{}.".format(*_sys.version_info))

from .kit.desk import cells as _cells
from .kit.desk import modules as _modules

_modules.open_course(__path__)
_cells.watch()
