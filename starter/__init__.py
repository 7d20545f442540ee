"""The student's library of the course.

`from starter import losses` gives the file with your answers where there is
one, else the file with the blanks. One switch changes that: with the
environment variable WGAN_LABS=solutions it gives the reference instead.

    WGAN_LABS   "student" (default) or "solutions"
    WGAN_WORK   the folder with your answers, starter/mine if not set
"""

from .kit import course as _course

_course.open_course(__path__)
