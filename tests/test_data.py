"""The bundled images, the reader of idx files, and what happens when files or the network fail."""

import functools
import gzip
import hashlib
import importlib.util
import socket
import sys
import threading
from http.client import IncompleteRead
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import pytest
import torch
from torch import Tensor

from starter.kit import CourseError
from starter.kit.data import images as data

ORIGINAL = Path("/usr/share/datasets/fashion-mnist")
IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
N = 20  # images in a made-up data set


@pytest.fixture(autouse=True)
def bare_machine(tmp_path, monkeypatch):
    """No data sets on this machine but the bundled one, and an empty cache."""
    monkeypatch.delenv("WGAN_DATA", raising=False)
    monkeypatch.setenv("WGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(data, "DEBIAN", tmp_path / "debian")
    monkeypatch.setitem(sys.modules, "torchvision", None)  # a test that may fetch says so


@pytest.fixture
def given(tmp_path, monkeypatch) -> Path:
    """An empty folder that WGAN_DATA names."""
    folder = tmp_path / "given"
    folder.mkdir()
    monkeypatch.setenv("WGAN_DATA", str(folder))
    return folder


def idx(values: Tensor) -> bytes:
    header = bytes([0, 0, 8, values.ndim]) + b"".join(n.to_bytes(4, "big") for n in values.shape)
    return header + bytes(values.flatten().int().tolist())


def made_up(shade: int = 0) -> tuple[Tensor, Tensor]:
    """N images, image i all of grey shade + i, with labels 0 to 9 and again."""
    grey = shade + torch.arange(N)
    return grey[:, None, None].expand(N, 28, 28).to(torch.uint8), torch.arange(N).to(torch.uint8) % 10


def put(folder: Path, shade: int = 0, gz: bool = False, labels: Tensor | None = None) -> None:
    """Write a made-up data set, both splits, the test split one shade lighter."""
    folder.mkdir(parents=True, exist_ok=True)
    for prefix, lighter in (("train", 0), ("t10k", 1)):
        images, ten = made_up(shade + lighter)
        for stem, values in (("images-idx3", images), ("labels-idx1", ten if labels is None else labels)):
            content = gzip.compress(idx(values)) if gz else idx(values)
            (folder / f"{prefix}-{stem}-ubyte{'.gz' if gz else ''}").write_bytes(content)


def shade_of(images: data.Images) -> int:
    return int(images.images[0, 0, 0, 0])


def tiny(*greys: int) -> data.Images:
    images = torch.tensor(greys, dtype=torch.uint8)[:, None, None, None].expand(-1, 1, 28, 28)
    return data.Images("tiny", images.contiguous(), torch.arange(len(greys)), tuple(map(str, greys)))


def sentence(caught: pytest.ExceptionInfo) -> str:
    """The message, which has to be one line with an end."""
    message = str(caught.value)
    assert "\n" not in message and message.endswith(".") and len(message) < 320
    return message


# The bundled images ----------------------------------------------------------


@pytest.mark.parametrize("split, n", [("train", 10_000), ("test", 2_000)])
def test_bundle_has_as_many_images_of_each_class(split, n):
    images = data.load(split=split)
    assert len(images) == n and images.name == "fashion-mnist"
    assert images.images.shape == (n, 1, 28, 28) and images.images.dtype == torch.uint8
    assert images.labels.shape == (n,) and images.labels.dtype == torch.int64
    assert torch.bincount(images.labels).tolist() == [n // 10] * 10
    assert len(images.classes) == 10 and images.classes[9] == "Ankle boot"


def test_bundle_is_small_and_carries_its_licence():
    assert sum(path.stat().st_size for path in data.BUNDLE.iterdir()) < 6_000_000
    licence = (data.BUNDLE / "LICENSE").read_text()
    assert "MIT" in licence and "Zalando SE" in licence


@pytest.mark.skipif(not ORIGINAL.is_dir(), reason="the original images are not on this machine")
@pytest.mark.parametrize("split, prefix, count", [("train", "train", 1000), ("test", "t10k", 200)])
def test_bundle_is_the_first_of_each_class_of_the_original(split, prefix, count):
    def content(stem: str, start: int) -> Tensor:
        raw = bytearray(gzip.decompress((ORIGINAL / f"{prefix}-{stem}-ubyte.gz").read_bytes()))
        return torch.frombuffer(raw, dtype=torch.uint8)[start:]

    labels = content("labels-idx1", 8).long()
    one_hot = torch.nn.functional.one_hot(labels)
    rank = (one_hot.cumsum(0) * one_hot).sum(1)  # 1 for the first of its class
    images = content("images-idx3", 16).reshape(-1, 1, 28, 28)
    bundle = data.load(split=split)
    assert torch.equal(bundle.labels, labels[rank <= count])
    assert torch.equal(bundle.images, images[rank <= count])


def test_bundle_needs_no_network_no_torchvision_and_no_setting(monkeypatch):
    monkeypatch.setenv("WGAN_DATA", "nowhere")
    monkeypatch.setattr(socket, "socket", None)
    assert len(data.load()) == 10_000


def test_a_bundle_that_lacks_a_file_or_is_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "BUNDLE", tmp_path / "fashion-mnist")
    with pytest.raises(CourseError, match="fresh copy of the course"):
        data.load()
    put(tmp_path / "fashion-mnist")
    (tmp_path / "fashion-mnist" / LABELS).write_bytes(b"")
    with pytest.raises(CourseError, match=rf"{LABELS}.*fresh copy of the course"):
        data.load()


def test_a_file_of_the_course_is_named_from_the_course_on(monkeypatch):
    with pytest.raises(CourseError) as caught:
        data.read_idx(data.BUNDLE / "README.md")
    assert sentence(caught).startswith("starter/kit/data/fashion-mnist/README.md is not an idx file")


def test_the_subset_is_made_in_order_and_twice_the_same(tmp_path):
    spec = importlib.util.spec_from_file_location("make_subset", data.BUNDLE / "make_subset.py")
    make_subset = importlib.util.module_from_spec(spec)
    path = list(sys.path)
    spec.loader.exec_module(make_subset)
    sys.path[:] = path
    put(tmp_path / "source", gz=True, labels=torch.arange(N).to(torch.uint8).flip(0) % 10)
    for target in ("once", "twice"):
        (tmp_path / target).mkdir()
        make_subset.main(tmp_path / "source", tmp_path / target, {"train": 1, "t10k": 2})
    files = sorted(path.name for path in (tmp_path / "once").iterdir())
    assert files == sorted(path.name for path in data.BUNDLE.glob("*.gz"))
    for file in files:
        content = (tmp_path / "once" / file).read_bytes()
        assert content == (tmp_path / "twice" / file).read_bytes()
        assert content[4:8] == bytes(4)  # gzip's field for the time
    assert data.read_idx(tmp_path / "once" / f"{LABELS}.gz").tolist() == list(range(9, -1, -1))
    assert data.read_idx(tmp_path / "once" / f"{IMAGES}.gz")[:, 0, 0].tolist() == list(range(10))
    assert len(data.read_idx(tmp_path / "once" / "t10k-labels-idx1-ubyte.gz")) == N


# Batches ---------------------------------------------------------------------


def test_every_grey_has_its_place_between_minus_one_and_one():
    values = tiny(*range(256))[:][:, 0, 0, 0]
    assert values[0] == -1.0 and values[255] == 1.0
    assert torch.allclose(values.double(), torch.linspace(-1, 1, 256, dtype=torch.float64), atol=1e-7)


@pytest.mark.parametrize("size", [28, 32])
def test_a_batch(size):
    images = data.load(split="test", size=size)
    batch = images.sample(64)
    assert batch.shape == (64, *images.shape) == (64, 1, size, size)
    assert batch.dtype == torch.float32
    assert batch.min() == -1.0 and 0.9 < batch.max() <= 1.0


def test_a_batch_is_made_of_images_and_leaves_them_alone():
    images = tiny(0, 100, 255)
    before = images.images.clone()
    batch = images.sample(50)
    assert {round(value, 4) for value in batch.flatten().tolist()} == {-1.0, round(100 / 127.5 - 1, 4), 1.0}
    batch.zero_()
    assert torch.equal(images.images, before)


def test_every_image_is_equally_likely():
    drawn = tiny(*range(0, 250, 25)).sample(20_000, torch.Generator().manual_seed(0))[:, 0, 0, 0]
    counts = torch.unique(drawn, return_counts=True)[1]
    assert len(counts) == 10
    assert ((counts - 2000).abs() < 4.5 * (20_000 * 0.1 * 0.9) ** 0.5).all()


def test_a_generator_decides_the_batch_and_torch_s_own_is_left_alone():
    images = data.load(split="test")
    state = torch.get_rng_state()
    batches = [images.sample(16, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)]
    assert torch.equal(batches[0], batches[1]) and not torch.equal(batches[0], batches[2])
    assert torch.equal(torch.get_rng_state(), state)


def test_without_a_generator_torch_s_own_decides():
    images = data.load(split="test")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        first, second = images.sample(16), images.sample(16)
        torch.manual_seed(3)
        assert torch.equal(images.sample(16), first)
    assert not torch.equal(first, second)


def test_32_pixels_are_28_with_a_black_border():
    small, large = data.load(split="test"), data.load(split="test", size=32)
    assert large.shape == (1, 32, 32)
    assert torch.equal(large.images[:, :, 2:-2, 2:-2], small.images)
    assert large.images.sum() == small.images.sum()


def test_the_first_of_each_class_stand_class_by_class():
    images = data.load(split="test")
    grid = images.first(3)
    assert grid.shape == (30, 1, 28, 28)
    coats = images[images.labels == 4]
    assert torch.equal(grid[12:15], coats[:3])


def test_moving_takes_images_and_labels_along():
    moved = data.load(split="test").to("meta")
    assert moved.device.type == moved.labels.device.type == "meta"
    assert data.load(split="test", device="meta").device.type == "meta"
    assert data.load(split="test").device.type == "cpu"


def test_a_data_set_is_named_when_shown_and_cannot_be_changed():
    images = data.load(split="test")
    assert repr(images) == "Images(fashion-mnist: 2000 images of shape (1, 28, 28) on cpu)"
    with pytest.raises(AttributeError):
        images.images = None


# Where the files are looked for ----------------------------------------------


@pytest.mark.parametrize("gz", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("place", ["KMNIST/raw", "KMNIST", "kmnist", "raw", "."])
def test_layouts_under_wgan_data(given, place, gz):
    put(given / place, shade=40, gz=gz)
    train, test = data.load("kmnist"), data.load("kmnist", split="test")
    assert shade_of(train) == 40 and shade_of(test) == 41
    assert train.labels.tolist() == list(range(10)) * 2 and train.classes[1] == "ki"


def test_the_full_fashion_mnist_is_looked_for_and_the_bundle_is_not(given):
    put(given / "FashionMNIST" / "raw")
    assert len(data.load(full=True)) == N
    assert len(data.load()) == 10_000


def test_the_nearest_place_wins(tmp_path, given):
    put(tmp_path / "cache" / "MNIST" / "raw", shade=10)
    assert shade_of(data.load("mnist")) == 10
    put(tmp_path / "debian" / "mnist", shade=20, gz=True)
    assert shade_of(data.load("mnist")) == 20
    put(given, shade=30)
    assert shade_of(data.load("mnist")) == 30
    put(given / "MNIST" / "raw", shade=40)
    assert shade_of(data.load("mnist", full=True)) == 40


def test_a_gzipped_file_without_its_ending_is_read(given):
    put(given)
    (given / IMAGES).write_bytes(gzip.compress((given / IMAGES).read_bytes()))
    assert len(data.load("mnist")) == N


def test_another_data_set_with_the_same_file_names_is_passed_over(given, tmp_path):
    fashion = data.load().labels[:16].to(torch.uint8)
    put(given, shade=1, labels=torch.cat([fashion, torch.zeros(N - 16, dtype=torch.uint8)]))
    put(tmp_path / "debian" / "mnist", shade=9)
    assert shade_of(data.load(full=True)) == 1
    assert shade_of(data.load("mnist")) == 9


def test_the_cache_folder(monkeypatch, tmp_path):
    assert data.cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("WGAN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert data.cache_folder() == tmp_path / "xdg" / "wgan-lab"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data.cache_folder() == tmp_path / ".cache" / "wgan-lab"


# What can be wrong -----------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"name": "fashion"}, ["'fashion'", "fashion-mnist", "kmnist"]),
        ({"name": None}, ["None", "'mnist'"]),
        ({"name": ["mnist"]}, ["['mnist']", "kmnist"]),
        ({"split": "valid"}, ["'valid'", "'train'", "'test'"]),
        ({"size": 64}, ["64", "28", "32"]),
    ],
)
def test_choices_that_do_not_exist(arguments, words):
    with pytest.raises(CourseError) as caught:
        data.load(**arguments)
    assert all(word in sentence(caught) for word in words)


def cut_gzip(content: bytes) -> bytes:
    return gzip.compress(content)[:-40]


def wrong_sum_gzip(content: bytes) -> bytes:
    packed = gzip.compress(content)
    return packed[:-8] + bytes(4) + packed[-4:]


def garbled_gzip(content: bytes) -> bytes:
    return gzip.compress(content)[:10] + b"\xff" * 100


@pytest.mark.parametrize(
    "file, damage, word",
    [
        (IMAGES, lambda content: b"", "not an idx file"),
        (IMAGES, lambda content: b"<html>not found</html>", "not an idx file"),
        (IMAGES, lambda content: b"\0\0\x0d" + content[3:], "not an idx file"),
        (IMAGES, lambda content: content[:10], "bytes long"),
        (IMAGES, lambda content: content[:-1], "bytes long"),
        (IMAGES, lambda content: content + b"\0", "bytes long"),
        (LABELS, lambda content: content[:-3], "bytes long"),
        (IMAGES, cut_gzip, "cannot be read"),
        (IMAGES, wrong_sum_gzip, "cannot be read"),
        (IMAGES, garbled_gzip, "cannot be read"),
        (IMAGES, lambda content: idx(torch.zeros(N, 32, 32)), "(20, 32, 32)"),
        (IMAGES, lambda content: idx(torch.zeros(0, 28, 28)), "(0, 28, 28)"),
        (IMAGES, lambda content: idx(torch.arange(N)), "(20,)"),
        (LABELS, lambda content: idx(torch.zeros(N - 1)), "beside 20 images"),
        (LABELS, lambda content: idx(torch.arange(N) % 11), "label 10"),
    ],
)
def test_a_damaged_file_is_named(given, file, damage, word):
    put(given)
    (given / file).write_bytes(damage((given / file).read_bytes()))
    with pytest.raises(CourseError) as caught:
        data.load("mnist")
    message = sentence(caught)
    assert str(given / file) in message and word in message and "good copy" in message


@pytest.mark.parametrize("file", [IMAGES, LABELS])
def test_a_file_that_is_missing_beside_the_other(given, file):
    put(given)
    (given / file).unlink()
    with pytest.raises(CourseError, match=f"{file} is missing; put a good copy in its place"):
        data.load("mnist")
    assert len(data.load("mnist", split="test")) == N


def test_wgan_data_that_is_not_there(monkeypatch):
    monkeypatch.setenv("WGAN_DATA", "no/such/folder")
    with pytest.raises(CourseError, match="WGAN_DATA names the folder no/such/folder"):
        data.load("mnist")


# Fetching --------------------------------------------------------------------


def torchvision_that(act) -> SimpleNamespace:
    """A stand-in for torchvision whose data sets fetch by calling act(raw folder)."""

    def fetcher(folder: str):
        def fetch(root, download):
            assert download
            act(Path(root) / folder / "raw")

        return fetch

    folders = ("FashionMNIST", "MNIST", "KMNIST")
    return SimpleNamespace(datasets=SimpleNamespace(**{folder: fetcher(folder) for folder in folders}))


def left_in(cache: Path) -> list[str]:
    return sorted(str(path.relative_to(cache)) for path in cache.rglob("*") if path.is_file())


def test_what_is_fetched_is_kept_and_fetched_once(tmp_path, monkeypatch):
    calls = []

    def act(raw: Path) -> None:
        calls.append(raw)
        put(raw, shade=70)
        put(raw, shade=70, gz=True)  # torchvision leaves both

    monkeypatch.setitem(sys.modules, "torchvision", torchvision_that(act))
    assert shade_of(data.load("mnist")) == shade_of(data.load("mnist")) == 70
    assert shade_of(data.load("mnist", split="test")) == 71
    assert len(calls) == 1
    stems = [f"{split}-{kind}-ubyte" for split in ("t10k", "train") for kind in ("images-idx3", "labels-idx1")]
    assert left_in(tmp_path / "cache") == [f"MNIST/raw/{stem}" for stem in stems]
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["MNIST"]

    (tmp_path / "cache" / "MNIST" / "raw" / LABELS).write_bytes(b"half")
    with pytest.raises(CourseError, match=f"{LABELS} .*; delete it and load again"):
        data.load("mnist")
    (tmp_path / "cache" / "MNIST" / "raw" / LABELS).unlink()
    assert shade_of(data.load("mnist")) == 70 and len(calls) == 2


@pytest.mark.parametrize(
    "error, reason",
    [
        (URLError("Name or service not known"), "Name or service not known"),
        (
            RuntimeError("Error downloading x:\nTried there, got:\n<urlopen error refused>\n"),
            "urlopen error refused",
        ),
        (TimeoutError(), "TimeoutError"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
        (IncompleteRead(b"half"), "IncompleteRead"),
        (EOFError("Compressed file ended"), "Compressed file ended"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
)
@pytest.mark.parametrize("name, way_out", [("fashion-mnist", "leave out full=True"), ("kmnist", '"fashion-mnist"')])
def test_a_failed_download_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch, name, way_out, error, reason):
    def act(raw: Path) -> None:
        put(raw)
        (raw / IMAGES).write_bytes(b"half")
        raise error

    monkeypatch.setitem(sys.modules, "torchvision", torchvision_that(act))
    with pytest.raises(CourseError) as caught:
        data.load(name, full=True)
    message = sentence(caught)
    assert message.startswith(f"{name} is not on this machine and could not be fetched (")
    assert reason in message and "WGAN_DATA" in message and way_out in message
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_stop_button_ends_a_download_and_leaves_nothing(tmp_path, monkeypatch):
    def act(raw: Path) -> None:
        put(raw)
        raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "torchvision", torchvision_that(act))
    with pytest.raises(KeyboardInterrupt):
        data.load("mnist")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("lacking", [False, True])
def test_a_download_of_damaged_files_leaves_nothing(tmp_path, monkeypatch, lacking):
    def act(raw: Path) -> None:
        put(raw)
        path = raw / "t10k-labels-idx1-ubyte"
        path.unlink() if lacking else path.write_bytes(b"half")

    monkeypatch.setitem(sys.modules, "torchvision", torchvision_that(act))
    with pytest.raises(CourseError, match="could not be fetched"):
        data.load("mnist")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_silent_network_is_given_up_and_the_old_patience_restored(monkeypatch):
    seen = []
    monkeypatch.setitem(
        sys.modules,
        "torchvision",
        torchvision_that(lambda raw: (seen.append(socket.getdefaulttimeout()), put(raw))),
    )
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(7.0)
    try:
        data.load("mnist")
        assert seen == [data.PATIENCE] and socket.getdefaulttimeout() == 7.0
    finally:
        socket.setdefaulttimeout(before)


def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("WGAN_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setitem(sys.modules, "torchvision", torchvision_that(put))
    with pytest.raises(CourseError) as caught:
        data.load("mnist")
    assert "Not a directory" in sentence(caught)


class Mismatched:
    """A torchvision that was built for another torch."""

    def __getattr__(self, name: str):
        raise RuntimeError("operator torchvision::nms does not exist")


@pytest.mark.parametrize("module", [None, Mismatched()], ids=["missing", "mismatched"])
def test_torchvision_that_does_not_load(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "torchvision", module)
    with pytest.raises(CourseError) as caught:
        data.load("mnist")
    assert "install torch and torchvision together" in sentence(caught)


@pytest.fixture
def site(tmp_path):
    """A web site on this machine; the folder it serves and its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args) -> None:
            pass

    folder = tmp_path / "site"
    put(folder, shade=90, gz=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_real_torchvision_fetches_shows_its_progress_and_fails_cleanly(site, tmp_path, monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "torchvision")
    from torchvision.datasets import KMNIST

    folder, address = site
    sums = [(path.name, hashlib.md5(path.read_bytes()).hexdigest()) for path in sorted(folder.iterdir())]
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(KMNIST, "mirrors", [address])
    monkeypatch.setattr(KMNIST, "resources", [*sums[:-1], (sums[-1][0], "0" * 32)])
    with pytest.raises(CourseError) as caught:
        data.load("kmnist")
    assert "corrupted" in sentence(caught) and list((tmp_path / "cache").iterdir()) == []

    monkeypatch.setattr(KMNIST, "mirrors", [f"{address}nothing/here/"])
    with pytest.raises(CourseError) as caught:
        data.load("kmnist")
    assert "404" in sentence(caught) and list((tmp_path / "cache").iterdir()) == []

    monkeypatch.setattr(KMNIST, "mirrors", [address])
    monkeypatch.setattr(KMNIST, "resources", sums)
    capsys.readouterr()
    assert shade_of(data.load("kmnist")) == 90
    assert "100%" in capsys.readouterr().err
    assert len(left_in(tmp_path / "cache")) == 4
