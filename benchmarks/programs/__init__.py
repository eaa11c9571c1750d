"""
Programs that run in the environment of one contender, each in a process of its own.

A program is one file, because only the packages of its environment are importable there. It takes
a JSON object as its only argument, and prints a JSON object: `wall`, the seconds of one call, and
mostly `cpu`, the CPU time of one call.
"""
