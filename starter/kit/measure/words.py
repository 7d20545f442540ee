"""What may be wrong with a training, and in which words people say it.

    heard("the generator ends in a sigmoid")     # ["sigmoid"]
    heard("mode collapse")                       # [], and seen_only("mode collapse") is true

A cause is known by a key, such as "sigmoid". What would show if it were so stands in causes.py.
"""

import re
from difflib import get_close_matches

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
    "slow": "the learning rate is too low",
    "often": "n_critic is too large",
    "small": "the networks are too small",
    "short": "it was not trained for long enough",
}
PLACES = {  # where each cause sits: asked for when somebody's words are not understood
    "the data": ("unit",),
    "the generator": ("sign", "frozen", "unstepped", "sigmoid", "piled"),
    "the critic": ("cooperate", "bounded", "batchnorm", "uncleared"),
    "the penalty": ("once", "unadded", "pixelwise", "lambda-small", "lambda-large"),
    "the clipping": ("unclipped", "window"),
    "the settings": ("inverted", "often", "rate", "slow", "small", "short"),
}

_PLACE = {
    "the data": r"\b(?:data|dataset|real images?|photographs?|loader|pre-?process\w*)\b",
    "the generator": r"\b(?:generator|gen|g|fakes?|samples?)\b",
    "the critic": r"\b(?:critic|discriminator|d)\b",
    "the penalty": r"\bpenalt|\bgp\b|lambda",
    "the clipping": r"\bclip|\bclamp|window|\bweights?\b",
    "the settings": r"\bsettings?\b|\brate|hyper-?parameters?|\bbatch|\bepochs?\b|\bsteps\b|\badam\b",
}

LONGEST = 500  # letters that are read of a diagnosis

_GENERATOR, _CRITIC = r"(?:generators?|\bg\b|\bgen\b|fakes?)", r"(?:critics?|discriminators?|\bd\b)"
_SIGN = (
    r"(?:\bsign\b|\bsigns\b|minus|negat(?:e|ed|ion|ing)\b|flipp|mirror|upside|uphill|ascen|descen|maximi[sz]|wrong way|"
    r"wrong direction|opposite|lowers?\b|turned round|revers|invert)"
)
_LOOSE_SIGN = (  # said of nobody: both losses may be meant
    rf"^(?!.*{_GENERATOR})(?!.*{_CRITIC})(?!.*penalt).*(?:"
    r"(?:wrong|missing|flipped|swapped|forg[eo]t\w*)[^.;,]{0,20}(?:\bsign\b|minus)|"
    r"(?:\bsign\b|minus)[^.;,]{0,20}(?:wrong|missing|flipped|swapped|forg[eo]t)|\bascen)"
)
_PENALTY = r"(?:penalt|\bgp\b|slopes?\b|norms?\b)"
_SMALL, _LARGE = r"(?:small|low|little|weak|tiny)", r"(?:large|big|high|strong|wide)"
_NOT = r"(?:\bnot\b|n't\b|never|no longer|missing|forg[oe]t|without|\bno\b|lacks?|left out|instead|nothing|only once)"
_DATA = r"\b(?:data|dataset|real|photographs?|inputs?|garments?|images?)\b"
_DRAWN = r"(?:generators?|generated(?: images?)?|\bg\b|\bgen\b|fakes?|samples?|outputs?|g\(z\))"
_FROM_0 = (  # said of pixels that are never below 0
    r"(?:\[0[.,]* ?,? ?1|0 (?:to|and|\.\.) 1|between 0|never (?:below|under|negative|less|darker)|"
    r"(?:below|under|less than) 0|"
    r"(?:reach|go(?:es)? (?:below|under|to)|get to|produce|make)[^.;,]{0,12}-1|"
    r"(?:no|never|not|without) negative|non-?negative|(?:all|only) positive|0 instead of -1|clamp\w*\(0)"
)
_NONE = r"(?:\bnot\b|n't\b|never|no longer|missing|without|\bno\b|lacks?|nothing)"
_GRADIENT = r"(?:gradients?|backprop\w*|back ?propagat\w*|\bgraph\b|\bpaths?\b|differentia\w*|learning signal)"


def _near(one: str, other: str, but: str = "$^") -> str:
    """Both within a few words, in either order, with nothing of a third kind between them."""
    between = rf"(?:(?!{but})[^.;])" + "{0,45}?"
    return rf"(?:{one}){between}(?:{other})|(?:{other}){between}(?:{one})"


_PATTERNS: dict[str, tuple[str, ...]] = {  # for each cause, patterns of which one has to be found
    "sign": (
        _LOOSE_SIGN,
        _near(_GENERATOR, _SIGN, rf"{_CRITIC}|{_PENALTY}"),
        _near(
            _GENERATOR,
            r"(?:minimi[sz]\w*|decrea[sz]\w*|reduc\w*|get low|low(?:er)?) ?[^.;,]{0,25}(?:scores?|f\(|critic)|"
            r"scores? (?:down|smaller|lower)|low scores?",
        ),
        _near(
            r"(?:\bg\b|gen|generator)[\w_']* ?(?:loss|objective)|loss_g", r"(?:wrong loss|= ?-|should be -|be negative)"
        ),
        r"(?:trained|training|train) with the wrong loss|wrong (?:generator |g )?loss\b|loss_g (?:should|must)",
        r"instead of -(?:mean|f|critic|one)|(?:should|must) be -|backward\((?:one|1)\)|minus one instead|-one\b",
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
        _near(rf"{_GENERATOR}|g\(z\)", rf"{_NONE}[^.;,]{{0,12}}{_GRADIENT}|{_GRADIENT}[^.;,]{{0,12}}{_NONE}", _PENALTY),
        _near(
            rf"{_GENERATOR}|g\(z\)",
            rf"{_GRADIENT}[^.;,]{{0,25}}(?:cut|stop|block|broken|breaks|interrupt|lost|ends)\w*",
            _PENALTY,
        ),
        _near(_GRADIENT, r"detach", _PENALTY),
        r"^(?:g\(z\)|fakes?|fake_images)?\.?detach\(\)?$|^requires_grad_?\(?(?:false)?\)?$",
        r"^(?:with )?torch\.no_grad\(?\)?$",
    ),
    "unstepped": (_near(_NOT, r"(?:optimi[sz]ers?[^.;,]*steps?|stepped|\.step\b|updated)", _CRITIC),),
    "inverted": (
        rf"^(?!.*{_LARGE}).*(?:n_?critics?\b|\bn critics?\b)",
        r"(?:too )?(?:few|less|fewer|only one|one|a single) (?:critic|discriminator) (?:step|update)",
        r"(?:critic|discriminator) (?:is )?(?:under ?trained|trained less|updated less)",
        r"(?:critic|discriminator) (?:is )?(?:step\w*|trained|updated) too (?:rarely|seldom|little)",
        _near(_GENERATOR, r"(?:more often|too often|five times|5 times|more steps|more updates)"),
    ),
    "sigmoid": (
        rf"^(?!.*{_CRITIC}).*(?:sigmoid|logistic)",
        _near(_GENERATOR, r"sigmoid|logistic", _CRITIC),
        _near(_GENERATOR, r"(?:range|activation|last layer|output layer|relu|tanh does)", r"data|\breal\b"),
        rf"^(?!.*{_CRITIC}).*(?:" + _near(r"tanh", rf"{_NOT}|should (?:be|end|have)|needs? (?:a |to )") + ")",
        rf"^(?!.*{_CRITIC}).*(?:wrong|bad) (?:last |final |output )?activation",
        r"(?:final|last|output) activation[^.;,]*wrong",
        rf"^(?!.*\breal\b[^.;]{{0,25}}{_FROM_0}).*(?:" + _near(_DRAWN, _FROM_0, rf"{_CRITIC}|{_DATA}") + ")",
        rf"^(?!.*\b(?:real|data|dataset)\b)(?!.*{_CRITIC}).*\bpixels?\b[^.;,]*{_FROM_0}",
        r"(?:range|scale)s? (?:do not|don't|does not|doesn't) match|(?:mis|not )match\w*[^.;,]*range|different ranges?",
    ),
    "unit": (
        _near(
            r"\b(?:data|dataset|real|photographs?|inputs?|garments?)\b",
            rf"(?:rang|scal|normali[sz]|255|pre-?process|to_?tensor|divid|shift|cent(?:er|re)|tanh|{_FROM_0})",
            r"fakes?|samples?|outputs?|generated",
        ),
        r"^(?!.*(?:batch|layer|spectral|weight)).*normali[sz]",
        rf"^(?!.*{_DRAWN})(?!.*{_CRITIC}).*\bimages?\b[^.;,]*(?:scal|cent(?:er|re)|{_FROM_0}|255)",
        rf"{_NOT}[^.;,]{{0,12}}scale\w* (?:the )?(?:data|images|pixels)",
        r"to_?tensor|pre-?process|subtract\w* (?:0?\.5|1|127)|\* ?2 ?- ?1|divided? by 255|/ ?255|127\.5",
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
            r"(?:detach|constant|differentia|no gradients?(?! penalt)|not (?:in|part of) the graph|no_grad|"
            r"(?:can ?not|not|n't|nothing|never) (?:be )?(?:train|backprop|minimi[sz]|reach|learn|influence|affect)|"
            r"trains? (?:nothing|no )|"
            r"pulls? (?:at )?nothing|only (?:logged|measured)|logged[^.;]*not|no effect|does nothing)",
            rf"{_CRITIC} (?:is|has)|added",
        ),
        _near(
            _PENALTY,
            rf"{_NONE}[^.;,]{{0,12}}{_GRADIENT}(?! penalt)|{_GRADIENT}[^.;,]{{0,20}}(?:{_NONE}|lost|cut)",
            r"added",
        ),
        _near(
            r"(?:\bgraph\b|differentia\w*|second.?order|gradients?)",
            r"(?:not kept|not recorded|twice|of the gradient|second.?order)",
        ),
        r"gradients? of the penalty[^.;,]{0,12}(?:lost|cut|missing|not)",
        r"(?:record|torch)\w*[^.;]{0,30}(?:how|slope|gradient)[^.;]{0,30}(?:comput|made)",
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
        r"(?:wrong|bad) norm\b|norm is (?:wrong|taken)|norm over",
    ),
    "lambda-small": (_near(r"(?:lambda|λ|penalty weight|weight of the penalty|penalty)", rf"(?:too )?{_SMALL}"),),
    "lambda-large": (_near(r"(?:lambda|λ|penalty weight|weight of the penalty|penalty)", rf"(?:too )?{_LARGE}"),),
    "unclipped": (
        _near(_NOT, r"(?:clip|clamp)"),
        _near(
            r"clip\w*|clamp\w*",
            r"(?:forg|no effect|does nothing|cop(?:y|ies)|once|in.?place|bug|broken|clone|fail|thrown|local|new tensor|"
            r"returns?|assign|written back)",
        ),
        _near(r"weights?", r"(?:not (?:re)?assigned|thrown away|not written|never written|not changed|not stored)"),
        r"underscore|clamp_|local (?:name|variable)|only a (?:local )?(?:name|copy)|not in.?place",
        rf"{_NOT}[^.;,]{{0,20}}(?:limit|hold|bound|leash|constrain|restrict)",
        rf"leash[^.;,]{{0,15}}{_NOT}|un(?:bounded|limited|constrained)",
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
    "rate": (rf"^(?!.*(?:{_SMALL}|slow|zero|\b0\b)).*(?:learning ?-?rate|\blr\b|\brates?\b[^.;,]*{_LARGE}|step size)",),
    "slow": (
        rf"(?:learning ?-?rate|\blr\b|\brates?\b|step size)[^.;,]*(?:{_SMALL}|slow|zero|\b0\b)",
        rf"{_SMALL} (?:learning ?-?rate|lr)\b",
    ),
    "often": (
        rf"(?:n_?critic|n critic)[^.;,]*{_LARGE}|too many (?:critic|discriminator) (?:step|update)",
        r"(?:critic|discriminator) (?:is )?(?:over-?trained|trained too (?:often|much|long))",
    ),
    "small": (
        rf"(?:networks?|models?|architectures?)\b[^.;,]*(?:too (?:{_SMALL}|narrow)|not (?:big|large|wide|deep) enough)",
        rf"too (?:{_SMALL}|narrow) (?:networks?|models?|layers?)|too few (?:parameters|weights|layers|units)|capacity",
    ),
    "short": (
        r"(?:not|n't)[^.;,]*(?:long enough|enough (?:steps|time|epochs))|too (?:short|few (?:steps|epochs|iterations))",
        r"not enough train|not converged",
        r"train\w* (?:it )?(?:for )?longer|under ?-?trained|more (?:epochs|steps|time|train)",
        r"needs? (?:to )?(?:train|run)?\w* ?(?:for )?longer|longer train|stopped too (?:early|soon)",
    ),
}
_UNLESS = {  # a cause is not meant if one of these is, too: their words contain its own
    "sign": ("frozen", "inverted", "piled"),
    "cooperate": ("inverted", "uncleared"),
    "unstepped": ("inverted", "short", "frozen"),
    "frozen": ("once", "uncleared", "piled", "inverted", "short"),
    "sigmoid": ("bounded",),
    "lambda-small": ("once", "unadded"),
    "lambda-large": ("once", "unadded"),
    "window": ("unclipped",),
    "short": ("inverted",),
    "unit": ("batchnorm",),
    "unadded": ("once",),
    "small": ("sign", "frozen", "sigmoid", "unit"),
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
    r"\b(?:rather than|and not)\b[^.;,]*|\b(?:cannot|can't) be (?:the|a|an|because|due)\b[^.;,]*",
    r"[^.;,]*\b(?:is|are|seems?|looks?) (?:all )?(?:right|correct|fine|ok|okay|good|healthy)\b(?! in)",
    r"[^.;,]*(?:\bnot|n't) (?:have )?(?:the |a |any )?wrong\b[^.;,]*",
)
_SPELLED = {r"\bsing\b": "sign", r"detat+ch": "detach", r"\bminim[ia]es\b": "minimises"}
_TERMS: tuple[str, ...] = (
    "sigmoid",
    "detach",
    "detached",
    "gradient",
    "gradients",
    "penalty",
    "generator",
    "discriminator",
    "clipping",
)
_TERMS += (
    "clipped",
    "learning",
    "normalisation",
    "normalization",
    "activation",
    "normalised",
    "normalized",
    "optimizer",
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
        text = re.sub(aside, " ", text).strip(" ,.;")
    found = [key for key in NAMES if any(re.search(pattern, text) for pattern in _PATTERNS[key])]
    return [key for key in found if not any(other in found for other in _UNLESS.get(key, ()))]


def places(words: str) -> list[str]:
    """The places that somebody names, of PLACES: where the mistake is, though not which."""
    text = _plain(words)
    return [place for place, pattern in _PLACE.items() if re.search(pattern, text)]


def denies(words: str) -> bool:
    """Whether the words say that nothing is wrong."""
    return bool(re.search(_DENIED, _plain(words)))


def seen_only(words: str) -> bool:
    """Whether the words say what one sees, and no cause."""
    return not heard(words) and bool(re.search(_SEEN, _plain(words)))


def _plain(words: str) -> str:
    """Small letters, one kind of quotation mark, single spaces."""
    text = words[:LONGEST].lower().replace("’", "'").replace("−", "-").replace("`", "").replace('"', "")
    for wrong, right in _SPELLED.items():
        text = re.sub(wrong, right, text)
    return " ".join(_term(word) for word in text.split()).strip(" .?\x21")


def _term(word: str) -> str:
    """The word, or the term that it misspells."""
    if len(word) < 6 or word in _TERMS or not word.isalpha() or word.startswith(_TERMS):
        return word
    return next(iter(get_close_matches(word, _TERMS, n=1, cutoff=0.88)), word)
