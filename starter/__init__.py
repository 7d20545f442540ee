"""The student's library of the course.

`from starter import losses` gives the blanks of losses.py with your answers laid
over them. One switch changes that: with the environment variable
WGAN_LABS=solutions it gives the reference instead.

    WGAN_LABS   "student" (default) or "solutions"
    WGAN_WORK   the folder with your answers, starter/mine if not set
"""

import sys as _sys

if _sys.version_info < (3, 11):  # noqa: UP036 - without make nobody else says so
    _sys.exit("The course needs Python 3.11 or newer, and this is Python {}.{}.".format(*_sys.version_info))

from .kit.desk import cells as _cells
from .kit.desk import modules as _modules

_modules.open_course(__path__)
_cells.watch()
