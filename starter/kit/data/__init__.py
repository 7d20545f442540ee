"""Garments and other images, toy distributions, trained networks, and their files.

Given: not to be edited by students.

    images = data.load()                # the bundled Fashion-MNIST, 10,000 garments
    real = images.sample(64)            # shape (64, 1, 28, 28), values in [-1, 1]
"""

from .images import GARMENTS, NAMES, Images, load
from .protocol import Data, Generator

__all__ = ["GARMENTS", "NAMES", "Data", "Generator", "Images", "load"]
