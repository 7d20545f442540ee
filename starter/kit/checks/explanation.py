"""What to say of an error that an answer raises."""

import os
import re
import traceback
from pathlib import Path
from textwrap import dedent

import torch

from ..course import Blank
from ..registry import Exercise

_NOT_THEIRS = (  # files in these folders are not the student's
    str(Path(__file__).resolve().parents[1]) + os.sep,
    str(Path(os.__file__).resolve().parent) + os.sep,
    str(Path(torch.__file__).resolve().parents[1]) + os.sep,
)

# An id, a pattern of "Type: text", and under it the sentences, with what the groups have found. The first one counts.
_TABLE = r"""
    no-graph: does not require grad and does not have a grad_fn
        torch recorded nothing to differentiate: nothing that went into the computation requires grad, or it ran under
        no_grad or after a detach.
    input-not-tracked: One of the differentiated Tensors does not require grad
        You differentiate with respect to a tensor that does not require grad. Data usually does not: switch it on, for
        a copy, before you compute with it.
    not-in-the-graph: appears to not have been used in the graph
        You differentiate with respect to a tensor from which the result was not computed. A detach or a clone is a new
        tensor: compute with the very one that you differentiate in.
    not-a-scalar: grad can be implicitly created only for scalar outputs
        You differentiate a whole vector. Autograd starts from one number: reduce the vector first.
    grad-outputs-shape: Mismatch in shape: grad_output
        The grad_outputs that you give to autograd do not have the shape of the scores, which may be (n,) or (n, 1). Let
        the scores themselves say the shape.
    graph-used-twice: Trying to backward through the graph a second time
        Two backward passes use the same graph, and the first one frees it. Add what you want to differentiate, then go
        backward once.
    in-place-under-grad: leaf Variable that requires grad is being used in an in-place operation
        You change a tensor that requires grad in place, while torch records for autograd. Such a change is bookkeeping,
        not part of the loss: switch the recording off for it.
    changed-before-backward: modified by an inplace operation
        You change a tensor in place that autograd still needs for the gradient. Make a new tensor instead, or change
        it after the backward pass.
    shared-memory: more than one element of the written-to tensor refers to a single memory location
        You change a tensor in place whose entries share memory, as they do after expand. Copy it first.
    not-a-leaf: you can only change requires_grad flags of leaf variables
        You switch requires_grad off for a tensor that was computed from another one. A detached copy does not have it.
    inference-mode: (?i:inference tensor)
        You use a tensor that was made under inference_mode where autograd needs it, or change it in place. Make it
        under no_grad, or outside.
    numpy-under-grad: Can't call numpy\(\) on Tensor that requires grad
        You make a numpy array of a tensor that autograd follows, and numpy knows no gradients. Compute in torch, or
        detach it first where no gradient is needed.

    tuple-not-unpacked: '(tuple|torch\.return\S+)'( object has no| and|$)|Tensor, not (tuple|torch\.return\S+)$
        You use a tuple as if it were a tensor. Functions with several results return a tuple, and torch.autograd.grad
        does so even for one input: take the entry out of it.
    list-not-stacked: 'list'( object has no| and|$)|Tensor, not list$
        You use a list as if it were a tensor. Make one tensor of its entries first.
    none-used: 'NoneType'|not NoneType$
        Something that you use is None. A function that does not return anything gives None, and so does .grad before a
        backward pass has filled it.
    call-forgotten: '(builtin_function\w+|method)'|'function'(?! object has)|not (builtin_function\w+|method|function)$
        You use a function where its result is needed. Round brackets after its name call it.
    size-not-whole: tuple of ints, not float|ints,but got float|'float' object cannot be interpreted as an integer
        A size, or a number of steps, is no whole number. / gives a float even where it divides evenly, // does not.
    value-called: '(?P<kind>\w+)' object is not callable
        You call a value of type {kind} as if it were a function. Is a sign missing before a bracket, is there a pair of
        brackets too many, or does a name stand for two things?
    wrong-call: (?P<name>[\w.]+?)(\.__init__)?\(\) got an unexpected keyword argument '(?P<key>\w+)'
        You give {name} something called {key}, and it takes nothing of that name.
    wrong-call: (?P<name>[\w.]+?)(\.__init__)?\(\) missing \d+ required \S+ arguments?: (?P<key>.+)
        You call {name} without {key}, which it needs.
    wrong-call: (?P<name>[\w.]+?)(\.__init__)?\(\) takes (?P<takes>.+) positional arguments? but (?P<n>\d+) w
        You call {name} with {n} arguments by position, and it takes {takes}. In a method, self counts as one.
    wrong-call: (?P<name>[\w.]+?)(\.__init__)?\(\) got multiple values for argument '(?P<key>\w+)'
        You give {name} two values for {key}: one by its position and one by its name.
    wrong-call: (?P<name>\w+)\(\) received an invalid combination of arguments
        You call {name} with arguments that it does not take together, or of types that it does not take.
    wrong-call: (?P<name>\w+)\(\): argument '(?P<key>\w+)'.* must be (?P<wanted>.+), not (?P<got>\w+)
        You call {name} with a value of type {got} for {key}; what it takes there is {wanted}.
    wrong-call: expected Tensor as element \d+ in argument \d+, but got torch\.return_types
        Among the values that you join is a pair: max and min along an axis give values and indices. Take .values.
    wrong-call: expected Tensor as element \d+ in argument \d+, but got (?P<got>\w+)
        Among the tensors that you join is a value of type {got}.
    wrong-call: (?P<kind>\w+) is not a Module subclass
        A container of layers gets a value of type {kind} where a layer should be.
    no-super: before Module.__init__\(\) call
        You assign layers before the module itself is set up. The first line of __init__ has to call the __init__ of
        nn.Module.
    no-forward: missing the required "forward" function
        The class has no method called forward (or it is not indented into the class), so the network cannot be called.
    no-such-name: module '(?P<place>[\w.]+)' has no attribute '(?P<name>\w+)'
        There is no {name} in {place}. Is it spelled differently, or does it live elsewhere?
    no-such-name: 'Tensor' object has no attribute '(?P<name>\w+)'
        A tensor has nothing called {name}. Is it spelled differently, or is it a function of torch?
    not-a-tensor: '(?P<kind>float|int|bool|str|numpy\.\w+)' object has no attribute '(?P<name>\w+)'
        You ask a value of type {kind} for {name}, which a tensor may have but such a value has not.
    no-such-name: '(?P<kind>[\w.]+)' object has no attribute '(?P<name>\w+)'
        An object of type {kind} has nothing called {name}. Is it spelled differently where it is made?
    name-unknown: name '(?P<name>\w+)' is not defined
        Your code uses the name {name}, which means nothing there. Is it spelled differently, or is an import missing?
    name-unknown: local variable '(?P<name>\w+)'
        Your code uses {name} before it has a value: it gets one only further down, or in a part that did not run.
    name-unknown: No module named '(?P<name>[\w.]+)'
        Your code imports {name}, which is not installed here.

    shapes-apart: must have same number of dimensions: got (?P<a>\d+) and (?P<b>\d+)
        Of the tensors that you join one has {a} axes and another {b}. Give them as many first, with None or unsqueeze.
    shapes-apart: size of tensor a \((?P<a>\d+)\) must match the size of tensor b \((?P<b>\d+)\)
        Two tensors that you combine do not fit: one has {a} entries along an axis where the other has {b}. Print their
        shapes before that line.
    shapes-apart: operands could not be broadcast together with shapes (?P<a>\(.*?\)) (?P<b>\(.*?\))
        Two arrays that you combine do not fit: their shapes are {a} and {b}.
    shapes-apart: shapes cannot be multiplied \((?P<a>[\dx]+) and (?P<b>[\dx]+)\)
        A matrix product meets shapes that do not fit, {a} and {b}; a linear layer is one too. The first has to have as
        many columns as the second has rows.
    shapes-apart: size mismatch, |inconsistent tensor size|the broadcast shape|core dimension|previously seen size
        Two tensors that you combine do not have the same size, and here they have to. Print their shapes before that
        line.
    shapes-apart: The expanded size of the tensor \((?P<a>\d+)\) must match the existing size \((?P<b>\d+)\)
        You put {b} entries, or stretch them, to where there is room for {a}.
    shapes-apart: Sizes of tensors must match except|stack expects each tensor to be equal size
        The tensors that you join do not have shapes that fit one another.
    shapes-apart: shape '\[(?P<a>.*)\]' is invalid for input of size (?P<b>\d+)
        A tensor with {b} entries does not go into the shape ({a}) that you ask for. Sizes can be asked from the tensors
        that are given.
    not-contiguous: view size is not compatible with input tensor's size and stride
        You use view on a tensor whose entries do not lie in memory one after the other, as after permute or transpose.
        reshape and flatten work for these too.
    channels-apart: to have (?P<a>\d+) channels, but got (?P<b>\d+) channels
        A convolution that is made for {a} channels gets {b}.
    channels-apart: running_mean should contain (?P<b>\d+) elements not (?P<a>\d+)
        A BatchNorm layer that is made for {a} features gets {b}.
    channels-apart: Given normalized_shape=\[(?P<a>.*)\], expected input with shape
        A LayerNorm that is made for the shape ({a}) gets something that does not end in it.
    wrong-axes: Expected .*input to conv\w+, but got input of size: \[(?P<a>.*)\]
        A convolution takes images, of shape (n, channels, height, width), and gets the shape ({a}).
    wrong-axes: expected (?P<wanted>.*) input \(got (?P<got>\d)D input\)
        A normalisation layer that is made for {wanted} tensors gets one with {got} axes.
    wrong-axes: 1D tensors expected, but got (?P<a>\d)D and (?P<b>\d)D
        dot is for two vectors; what you give it has {a} and {b} axes.
    image-too-small: Kernel size can't be greater than actual input size
        A convolution gets an image that is smaller than its kernel. Layers before it have made it too small.
    one-sample: Expected more than 1 value per channel when training
        A normalisation in train mode gets a single number for each feature, and one number has no spread.
    wrong-axis: Dimension out of range .*but got (?P<axis>-?\d+)|axis (?P<axes>-?\d+) is out of bounds
        You name axis {axis}{axes} of something that has fewer axes. The first axis is 0, and the last can be called -1.
    wrong-axis: too many indices for|invalid index of a 0-dim tensor|cannot be applied to a 0-dim tensor
        You give a tensor more indices than it has axes. A single number has no axis at all.
    wrong-axis: number of dimensions in the tensor input does not match the length of the desired ordering
        You rearrange another number of axes than the tensor has.
    wrong-index: index (?P<i>-?\d+) is out of bounds for \w+ \d+ with size (?P<n>\d+)
        You ask for entry {i} where there are {n}. The first entry is 0.
    wrong-index: (?P<kind>list|tuple|string) index out of range
        You ask a {kind} for an entry beyond its end.
    wrong-index: tensors used as indices must be|only integers, slices|only integer tensors of a single
        You take entries by an index that is no whole number.
    wrong-unpacking: values to unpack|cannot unpack non-iterable
        You assign to several names at once, and there are not as many values as names.
    dtypes-apart: ave (the )?same dtype|Found dtype|expected scalar type|type \(.*\) should be the same|can't be cast to
        Numbers of two formats (dtypes) meet, such as float32 and float64. What numpy and .double() make is float64:
        give everything the dtype of the tensors that you are given.
    whole-numbers: could not infer output dtype|Expected a floating point|only Tensors of floating point
        You take a mean, or a gradient, of whole numbers or truth values. Torch does that with floats only.
    not-one-number: cannot be converted to Scalar|to Python scalars$|Boolean value of Tensor|truth value of an array
        You use a tensor with several entries where a single number is needed. Python's if, float and math take single
        numbers; functions of torch take whole tensors.
    divided-by-zero: ZeroDivisionError
        Your code divides a number by zero.
    optimiser-empty: optimizer got an empty parameter list
        You make an optimiser with nothing that it could change.
    too-large: can't allocate memory|out of memory|Overflow when unpacking|calculation overflowed|MemoryError
        A tensor that your code makes needs more memory than there is. Is each entry combined with all others, where two
        lists should go side by side?
    endless-recursion: RecursionError
        Your code calls itself without end.
"""


def _rows(table: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Id, pattern and sentences of each entry."""
    rows: list[tuple[str, re.Pattern[str], str]] = []
    for line in filter(None, dedent(table).split("\n")):
        if line.startswith(" "):
            mistake, pattern, sentences = rows.pop()
            rows.append((mistake, pattern, f"{sentences} {line.strip()}".strip()))
        else:
            mistake, _, pattern_text = line.partition(": ")
            rows.append((mistake, re.compile(pattern_text), ""))
    return rows


KNOWN = _rows(_TABLE)


def explain(error: BaseException) -> tuple[str, str]:
    """Id and sentences for an error, with the line that it came from."""
    said = text(error)
    for mistake, pattern, sentences in KNOWN:
        if found := pattern.search(said):
            parts = {name: part or "" for name, part in found.groupdict().items()}
            return mistake, f"{sentences.format(**parts)}{where(error)}"
    return "error", f"Your code stops with {said}{where(error) or '.'}"


def cause(error: BaseException) -> str:
    """The sentences alone, to stand after others."""
    mistake, sentences = explain(error)
    return sentences if mistake != "error" else f"The error is {text(error)}{where(error) or '.'}"


def still_blank(blank: Blank, exercise: Exercise) -> str:
    if blank.name == exercise.name:
        return f"Still blank. Fill it in in sheet {exercise.sheet}."
    return f"Your code calls {blank.name}, which is still blank (sheet {blank.sheet})."


def text(error: BaseException) -> str:
    """Type and first line of an error."""
    try:
        said = str(error).strip().split("\n")[0][:200].rstrip(".")
    except Exception:
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def where(error: BaseException) -> str:
    """The innermost line of the student's own code on the way to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        name = frame.filename
        if not name.startswith("<frozen") and not os.path.realpath(name).startswith(_NOT_THEIRS):
            code = f": {frame.line.strip()}" if frame.line else ""
            return f" (line {frame.lineno} of your code{code})"
    return ""
