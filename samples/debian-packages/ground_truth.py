#!/usr/bin/env python3
"""Computes queries.gt100.i32 for a data folder, by brute force. Needs NumPy and knows nothing of Lynse.

    python3 ground_truth.py [--check] [FOLDER]        FOLDER: this one by default

Score: inner product of the stored half floats in float64, best first, equal scores by ascending id. That is exact
and so the same on every machine: a product of two half floats is a multiple of 2^-48, and a sum of 384 of them
that stays below 16 fits into the 53 bits of a float64, whatever the order of summation.

--check compares with the file instead of writing it; exit code 1 if they differ.
"""
import pathlib
import sys

import numpy as np

DIM, DEPTH = 384, 100


def exact_neighbours(folder):
    base = np.fromfile(folder / "base.f16", "<f2").reshape(-1, DIM).astype(np.float64)
    queries = np.fromfile(folder / "queries.f16", "<f2").reshape(-1, DIM).astype(np.float64)
    ids = np.arange(len(base))
    neighbours = np.empty((len(queries), DEPTH), "<i4")
    for row, query in enumerate(queries):
        scores = base @ query
        neighbours[row] = np.lexsort((ids, -scores))[:DEPTH]  # the last key counts first
    return neighbours


def main():
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    folder = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).parent
    file, neighbours = folder / "queries.gt100.i32", exact_neighbours(folder)
    if "--check" not in sys.argv:
        neighbours.tofile(file)
    elif not np.array_equal(neighbours, np.fromfile(file, "<i4").reshape(-1, DEPTH)):
        sys.exit(f"{file} differs from what its vectors say")


if __name__ == "__main__":
    main()
