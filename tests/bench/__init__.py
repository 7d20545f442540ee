"""How fast the course trains, beside the usual public loop: make bench (QUICK=1 for two minutes).

public.py    the loop as it is usually written, for comparison
speed.py     time per step, its phases, the arithmetic floor, growth
card.py      a CUDA card: recorded steps beside others, CARD=1 for three minutes
quality.py   the Frechet distance over the seconds
__main__.py  runs them and writes report.md and report.png
"""
