"""What may be wrong with a training, and in which words people say it.

    heard("the generator ends in a sigmoid")     # ["sigmoid"]
    heard("mode collapse")                       # [], and seen_only("mode collapse") is true

A cause is known by a key, such as "sigmoid". What would show if it were so stands in causes.py.
"""

import re

NAMES = {  # how each cause is called in a list; each of these phrases is understood, too
    "sign": "the generator's loss has the wrong sign",
    "cooperate": "the critic's loss has the wrong sign",
    "frozen": "the generator gets no gradient, because the fakes are detached",
    "unstepped": "the generator's optimizer.step() is missing",
    "inverted": "n_critic is inverted",
    "sigmoid": "the generator ends in a sigmoid",
    "unit": "the data are in [0, 1] and the generator ends in tanh",
    "bounded": "the critic ends in a sigmoid",
    "batchnorm": "there is batch normalisation in the critic",
    "once": "create_graph is missing in the penalty",
    "unadded": "the penalty is never added to the loss",
    "pixelwise": "the norm of the penalty goes over the wrong axis",
    "lambda-small": "lambda is too small",
    "lambda-large": "lambda is too large",
    "unclipped": "the weights are not clipped",
    "window": "c is too large",
    "uncleared": "the critic's gradients are never cleared",
    "piled": "the generator's gradients are never cleared",
    "rate": "the learning rate is too high",
    "short": "it was not trained for long enough",
}

_GENERATOR, _CRITIC = r"(?:generators?|\bg\b|\bgen\b|fakes?)", r"(?:critics?|discriminators?|\bd\b)"
_SIGN = (
    r"(?:\bsign\b|\bsigns\b|minus|negat(?:e|ed|ion|ing)\b|flipp|mirror|upside|uphill|ascen|descen|maximi[sz]|wrong way|"
    r"wrong direction|opposite|lowers?\b|turned round|revers|invert)"
)
_LOOSE_SIGN = (  # said of nobody: both losses may be meant
    rf"^(?!.*{_GENERATOR})(?!.*{_CRITIC}).*(?:"
    r"(?:wrong|missing|flipped|swapped|forg[eo]t\w*)[^.;,]{0,20}(?:\bsign\b|minus)|"
    r"(?:\bsign\b|minus)[^.;,]{0,20}(?:wrong|missing|flipped|swapped|forg[eo]t)|\bascen)"
)
_PENALTY = r"(?:penalt|\bgp\b|slopes?\b|norms?\b)"
_SMALL, _LARGE = r"(?:small|low|little|weak|tiny)", r"(?:large|big|high|strong|wide)"
_NOT = r"(?:\bnot\b|n't\b|never|no longer|missing|forg[oe]t|without|\bno\b|lacks?|left out|instead|nothing|only once)"


def _near(one: str, other: str, but: str = "$^") -> str:
    """Both within a few words, in either order, with nothing of a third kind between them."""
    between = rf"(?:(?!{but})[^.;])" + "{0,45}?"
    return rf"(?:{one}){between}(?:{other})|(?:{other}){between}(?:{one})"


_PATTERNS: dict[str, tuple[str, ...]] = {  # for each cause, patterns of which one has to be found
    "sign": (
        _LOOSE_SIGN,
        _near(_GENERATOR, _SIGN, _CRITIC),
        r"same (?:way|direction|side|sign)|cooperat|pull together",
    ),
    "cooperate": (
        _LOOSE_SIGN,
        _near(_CRITIC, _SIGN, _GENERATOR),
        r"same (?:way|direction|side|sign)|cooperat|pull together",
    ),
    "frozen": (
        _near(_GENERATOR, r"(?:detach|no_grad|no grad\b|requires_grad|frozen|freez|cut off|inference_mode|\.data\b)"),
        r"^(?:\w+ )?(?:detach\w*|no_grad|frozen)$",
        _near(r"detach\w*|no_grad", r"(?:image|sample|score|loss)"),
        rf"{_GENERATOR} (?:gets|receives|has|sees) no gradients?\b",
    ),
    "unstepped": (_near(_NOT, r"(?:optimi[sz]ers?[^.;,]*steps?|stepped|\.step\b|updated)", _CRITIC),),
    "inverted": (
        r"n_?critics?\b|\bn critics?\b",
        r"(?:too )?(?:few|less|fewer|only one|one|a single) (?:critic|discriminator) (?:step|update)",
        r"(?:critic|discriminator) (?:is )?(?:under ?trained|steps? too (?:rarely|seldom))",
        _near(_GENERATOR, r"(?:more often|too often|five times|5 times|more steps|more updates)"),
    ),
    "sigmoid": (
        rf"^(?!.*{_CRITIC}).*sigmoid",
        _near(_GENERATOR, r"sigmoid|logistic", _CRITIC),
        _near(_GENERATOR, r"(?:range|activation|last layer|output layer|relu|tanh)", r"data|\breal\b"),
        r"(?:range|scale)s? (?:do not|don't|does not|doesn't) match|(?:mis|not )match\w*[^.;,]*range|different ranges?",
    ),
    "unit": (
        _near(
            r"\b(?:data|dataset|real|photographs?|inputs?|garments?)\b",
            r"(?:rang|scal|normali[sz]|255|\[0, ?1\]|0 to 1|"
            r"0 and 1|between 0|pre-?process|to_?tensor|divid|shift|negative)",
        ),
        r"normali[sz](?:ed|ation|ing)? (?:of )?(?:the )?(?:data|images?)|images? (?:are |were )?not normali[sz]",
        rf"^(?!.*{_GENERATOR}).*\b(?:images?|pixels?)\b[^.;,]*(?:\[0, ?1\]|0 to 1|0 and 1|255)",
        r"(?:range|scale)s? (?:do not|don't|does not|doesn't) match|(?:mis|not )match\w*[^.;,]*range|different ranges?",
    ),
    "bounded": (
        _near(_CRITIC, r"(?:sigmoid|logistic|last layer|activation|bounded|relu)", _GENERATOR),
        r"\bbce\b|cross.entropy",
    ),
    "batchnorm": (r"batch ?-?_?norm|\bbn\b|batch normali[sz]",),
    "once": (
        r"create_?graph|create graph|retain_?graph|retain graph|second (?:order|derivative|gradient)|double back",
        _near(
            _PENALTY,
            r"(?:detach|constant|differentiat|no gradients?(?! penalt)|not (?:in|part of) the graph|no_grad|"
            r"(?:can ?not|not) (?:be )?train|no effect|does nothing|not backprop)",
        ),
    ),
    "unadded": (
        _near(
            _PENALTY,
            r"(?:not added|never added|left out|forg[oe]t\w*|is missing|not (?:in|part of) the loss|not used|ignored)",
        ),
        r"(?:\bno\b|without|missing|forg[oe]t\w*) (?:the |a |any )?(?:gradient )?penalty",
        r"lambda (?:is |= ?)(?:0|zero)\b",
    ),
    "pixelwise": (
        r"\baxis\b|\bdim\b|dimension|pixel ?-?wise|per pixel|each pixel|single pixels|flatten|channels",
        r"(?:wrong|bad) norm|norm is (?:wrong|taken)|norm over",
    ),
    "lambda-small": (_near(r"(?:lambda|λ|penalty weight|weight of the penalty|penalty)", rf"(?:too )?{_SMALL}"),),
    "lambda-large": (_near(r"(?:lambda|λ|penalty weight|weight of the penalty|penalty)", rf"(?:too )?{_LARGE}"),),
    "unclipped": (
        _near(_NOT, r"(?:clip|clamp)"),
        _near(
            r"clip\w*|clamp\w*",
            r"(?:forg|no effect|does nothing|copy|once|in.?place|wrong|bug|broken|gradients?|clone|fail)",
        ),
        _near(
            r"weights?|parameters?",
            r"(?:unbounded|not bounded|not limited|outside|too large|leave|left the window|grow|beyond|not kept)",
        ),
        r"^(?:weight )?(?:clip\w*|clamp\w*)$",
    ),
    "window": (rf"\bc\b[^.;,]{{0,20}}{_LARGE}|window[^.;,]{{0,20}}{_LARGE}|{_LARGE} (?:c\b|window)",),
    "uncleared": (
        _near(
            _CRITIC, r"(?:zero_?grad|zero grad|clear|accumul|stale|old gradients|pile|add up|emptied|reset)", _GENERATOR
        ),
        rf"^(?!.*{_GENERATOR}).*(?:zero_?grad|zero grad|clear|accumul|stale|old gradients|pile|emptied)",
    ),
    "piled": (
        _near(
            _GENERATOR, r"(?:zero_?grad|zero grad|clear|accumul|stale|old gradients|pile|add up|emptied|reset)", _CRITIC
        ),
        rf"^(?!.*{_CRITIC}).*(?:zero_?grad|zero grad|clear|accumul|stale|old gradients|pile|emptied)",
    ),
    "rate": (r"learning ?-?rate|\blr\b|\brates?\b[^.;,]*(?:high|large|big)|step size",),
    "short": (
        r"(?:not|n't)[^.;,]*(?:long enough|enough (?:steps|time|epochs))|too (?:short|few (?:steps|epochs|iterations))",
        r"train\w* (?:it )?(?:for )?longer|under ?-?trained|more (?:epochs|steps|time)|not converged",
    ),
}
_UNLESS = {  # a cause is not meant if one of these is, too: their words contain its own
    "sign": ("frozen", "inverted", "piled"),
    "cooperate": ("inverted", "uncleared"),
    "unstepped": ("inverted", "short"),
    "frozen": ("once", "uncleared", "piled", "inverted", "short"),
    "sigmoid": ("bounded",),
    "lambda-small": ("once", "unadded"),
    "lambda-large": ("once", "unadded"),
    "window": ("unclipped",),
    "short": ("inverted",),
    "unit": ("batchnorm",),
    "unadded": ("once",),
}
_SEEN = (  # what one sees, which is no cause yet
    r"collaps|diverg|explo|vanish|\bnan\b|unstable|instab|oscillat|overfit|blur|noise|nois[ey]|grey|gray|blotch|"
    r"too (?:strong|weak|good|powerful|steep)|lipschitz|steep|does(?: not|n't) (?:learn|train|improve|converge)|"
    r"no gradient|gradients? (?:is|are) (?:0|zero)|zero gradient|flat|stuck|static"
)
_DENIED = (
    r"^(?:there is |i see |i find )?(?:nothing|no mistake|no bug|no error)(?: is| seems)?(?: wrong| here)?$|"
    r"^(?:it|everything|all|this|the run|the code)(?: is|'s)? (?:all )?(?:fine|ok|okay|right|healthy|well|correct)$"
)
_ASIDE = (  # what somebody rules out
    r"\b(?:it is|it's|this is|that is|that's|is|was) not (?:because of |due to )?(?:the |a |an )?"
    r"(?:sign|sigmoid|detach\w*|clip\w*|penalty|data|lambda|learning rate|rate)\b[^.;,]*",
    r"\b(?:rather than|instead of|and not|cannot be|can't be)\b[^.;,]*",
)


def heard(words: str) -> list[str]:
    """The causes that somebody names, in the order of NAMES; none if no cause is understood.

    Args:
        words: a diagnosis in English, in free words.
    """
    text = _plain(words)
    exact = [key for key, name in NAMES.items() if _plain(name) == text]
    if exact:
        return exact
    for aside in _ASIDE:
        left = re.sub(aside, " ", text).strip(" ,.;")
        text = left or text
    found = [key for key in NAMES if any(re.search(pattern, text) for pattern in _PATTERNS[key])]
    return [key for key in found if not any(other in found for other in _UNLESS.get(key, ()))]


def denies(words: str) -> bool:
    """Whether the words say that nothing is wrong."""
    return bool(re.search(_DENIED, _plain(words)))


def seen_only(words: str) -> bool:
    """Whether the words say what one sees, and no cause."""
    return not heard(words) and bool(re.search(_SEEN, _plain(words)))


def _plain(words: str) -> str:
    """Small letters, one kind of quotation mark, single spaces."""
    text = words.lower().replace("’", "'").replace("`", "").replace('"', "")
    return " ".join(text.split()).strip(" .?")
