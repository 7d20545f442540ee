"""The student's library of the course.

`from starter import losses` gives the blanks of losses.py with your answers laid
over them. One switch changes that: with the environment variable
WGAN_LABS=solutions it gives the reference instead.

    WGAN_LABS   "student" (default) or "solutions"
    WGAN_WORK   the folder with your answers, starter/mine if not set

Import it before torch. Threads of torch that wait for each other keep their
cores busy, which costs other programs and, where cores are shared, the training
itself nearly all of its time. So they are told to sleep (OMP_WAIT_POLICY). Torch
reads that when it is loaded; what is set already stays.
"""

import os as _os
import sys as _sys

_os.environ.setdefault("OMP_WAIT_POLICY", "passive")

if _sys.version_info < (3, 11):  # noqa: UP036 - without make nobody else says so
    _sys.exit("The course needs Python 3.11 or newer, and this is Python {}.{}.".format(*_sys.version_info))

from .kit.desk import cells as _cells
from .kit.desk import modules as _modules

_modules.open_course(__path__)
_cells.watch()
