"""Is an answer right and, if not, which mistake is it? Given: not to be edited by students.

One file for each module of exercises; the others hold what the checks share.
"""
