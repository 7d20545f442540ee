"""The student's library of the course.

`from starter import losses` gives the blanks of losses.py with your answers laid
over them. One switch changes that: with the environment variable
WGAN_LABS=solutions it gives the reference instead.

    WGAN_LABS   "student" (default) or "solutions"
    WGAN_WORK   the folder with your answers, starter/mine if not set
"""

from .kit.desk import cells as _cells
from .kit.desk import modules as _modules

_modules.open_course(__path__)
_cells.watch()
