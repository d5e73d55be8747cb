#!/usr/bin/env python3
"""Cuts this folder's 5,000 rows and 200 queries out of the full Debian set. Standard library only.

    python3 make.py FULL_SET_FOLDER        then: python3 ground_truth.py

Same input, same bytes out: nothing is drawn at random. The choice:
  queries  taking turns between the archive's sections (the ones a person can judge first), in the full set's order
  rows     the NEAREST nearest rows of each chosen query, then rows by SHA-256 of their name until there are ROWS
Rows keep their order and are numbered anew: id = row index.
"""
import array
import gzip
import hashlib
import json
import pathlib
import sys

DIM, ROWS, QUERIES, NEAREST = 384, 5000, 200, 15
TRUTH_DEPTH = 100  # neighbours per query in the full set's ground truth
FIRST_SECTIONS = ["sound", "web", "net", "devel", "mail", "science", "games", "graphics", "utils", "editors"]


def read_lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_lines(path, records):
    with open(path, "wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
        for new_id, record in enumerate(records):
            out.write((json.dumps({**record, "id": new_id}, ensure_ascii=False) + "\n").encode("utf-8"))


def choose_queries(queries):
    waiting = {}
    for query in queries:
        waiting.setdefault(query["section"], []).append(query["id"])
    others = sorted(set(waiting) - set(FIRST_SECTIONS))
    turns = [waiting[section] for section in FIRST_SECTIONS + others]
    chosen = []
    while len(chosen) < QUERIES:
        for section in turns:
            if section and len(chosen) < QUERIES:
                chosen.append(section.pop(0))
    return chosen


def choose_rows(base, truth, queries):
    chosen = {truth[query * TRUTH_DEPTH + rank] for query in queries for rank in range(NEAREST)}
    by_hash = sorted(base, key=lambda row: hashlib.sha256(row["name"].encode("utf-8")).digest())
    for row in by_hash:
        if len(chosen) == ROWS:
            break
        chosen.add(row["id"])
    return sorted(chosen)


def copy_vectors(source, target, rows):
    width = DIM * 2
    with open(source, "rb") as full, open(target, "wb") as out:
        for row in rows:
            full.seek(row * width)
            out.write(full.read(width))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    full, here = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent
    base, queries = read_lines(full / "base.meta.jsonl.gz"), read_lines(full / "queries.meta.jsonl.gz")
    truth = array.array("i", (full / "queries.gt100.i32").read_bytes())
    if sys.byteorder == "big":
        truth.byteswap()

    chosen_queries = choose_queries(queries)
    chosen_rows = choose_rows(base, truth, chosen_queries)
    copy_vectors(full / "base.f16", here / "base.f16", chosen_rows)
    copy_vectors(full / "queries.f16", here / "queries.f16", chosen_queries)
    write_lines(here / "base.meta.jsonl.gz", [base[row] for row in chosen_rows])
    write_lines(here / "queries.meta.jsonl.gz", [queries[query] for query in chosen_queries])


if __name__ == "__main__":
    main()
