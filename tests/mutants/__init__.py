"""Answers with one small fault each, made by machine from the solutions, to try the checks.

The source of a solution is changed at one place: an operator, a constant, a name, a
call that is dropped, an argument, a statement. A check should refuse every such mutant.
One that it accepts is either no fault at all, and then stands with the reason in
equivalent/<module>.toml, or a wrong answer that the check cannot see.
"""
