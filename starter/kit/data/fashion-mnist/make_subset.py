"""Makes the four files in this folder out of the whole of Fashion-MNIST.

    python starter/kit/data/fashion-mnist/make_subset.py FOLDER

FOLDER holds the four original files; left out, it is where Debian's package
dataset-fashion-mnist puts them. The first 1,000 training images and the first
200 test images of each class are kept, in their original order.
"""

import gzip
import sys
from pathlib import Path

import torch
from torch import Tensor

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3]))

from starter.kit.data.images import DEBIAN, read_idx

PER_CLASS = {"train": 1000, "t10k": 200}


def main(source: Path, target: Path = HERE, per_class: dict[str, int] = PER_CLASS) -> None:
    """Write the subset of both splits of source into target."""
    for prefix, count in per_class.items():
        labels = read_idx(source / f"{prefix}-labels-idx1-ubyte.gz")
        images = read_idx(source / f"{prefix}-images-idx3-ubyte.gz")
        kept = first_of_each_class(labels, count)
        write_idx(target / f"{prefix}-labels-idx1-ubyte.gz", labels[kept])
        write_idx(target / f"{prefix}-images-idx3-ubyte.gz", images[kept])


def first_of_each_class(labels: Tensor, count: int) -> Tensor:
    """Indices of the first count labels of each of the ten classes, in rising order."""
    return torch.cat([(labels == label).nonzero().flatten()[:count] for label in range(10)]).sort().values


def write_idx(path: Path, values: Tensor) -> None:
    """Write bytes as a gzipped idx file that depends on nothing but the values."""
    header = bytes([0, 0, 8, values.ndim]) + b"".join(n.to_bytes(4, "big") for n in values.shape)
    path.write_bytes(gzip.compress(header + values.numpy().tobytes(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEBIAN / "fashion-mnist")
