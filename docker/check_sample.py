#!/usr/bin/env python3
"""Loads samples/debian-packages into a cluster and compares its searches with the exact answers. Standard library only.

    check_sample.py COORDINATOR_URL load|search ...
"""
import array
import gzip
import json
import pathlib
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SAMPLE = pathlib.Path(__file__).parent.parent / "samples" / "debian-packages"
DIM, BATCH, K, TRUTH_DEPTH = 384, 1000, 10, 100
NAMES = {"database_name": "check", "collection_name": "packages"}
PATIENCE_SECONDS = 60  # a group whose primary was just restarted is promoted anew first


def call(url, body, content_type):
    request = urllib.request.Request(url, body, {"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()
    except urllib.error.HTTPError as refused:
        raise SystemExit(f"{url} answered {refused.code}: {refused.read().decode(errors='replace')}") from refused


def post(base, path, **body):
    return json.loads(call(base + path, json.dumps(body).encode(), "application/json"))["params"]


def post_binary(base, path, body, **query):
    parameters = {**NAMES, "dim": DIM, "vector_encoding": "float16", **query}
    return call(f"{base}{path}?{urllib.parse.urlencode(parameters)}", body, "application/octet-stream")


def read_lines(name):
    with gzip.open(SAMPLE / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def text(value):
    encoded = value.encode("utf-8")
    return struct.pack("<I", len(encoded)) + encoded


def fields(rows):
    records = [b"\x01" + struct.pack("<I", 1) + text("name") + b"\x06" + text(row["name"]) for row in rows]
    return b"LDBF1" + struct.pack("<I", len(rows)) + b"".join(records)


def load(base):
    rows, vectors = read_lines("base.meta.jsonl.gz"), (SAMPLE / "base.f16").read_bytes()
    post(base, "/create_database", database_name=NAMES["database_name"], drop_if_exists=True)
    post(base, "/required_collection", **NAMES, dim=DIM)
    width, start = DIM * 2, time.monotonic()
    for first in range(0, len(rows), BATCH):
        some = rows[first : first + BATCH]
        body = vectors[first * width : (first + len(some)) * width] + fields(some)
        post_binary(base, "/add_binary_ids", body, n_vectors=len(some), ids_encoding="range", ids_start=first, return_ids="false")
    print(f"loaded {len(rows)} rows in {time.monotonic() - start:.1f} s")


def search(base):
    rows, queries = read_lines("base.meta.jsonl.gz"), read_lines("queries.meta.jsonl.gz")
    vectors, truth = (SAMPLE / "queries.f16").read_bytes(), array.array("i", (SAMPLE / "queries.gt100.i32").read_bytes())
    if sys.byteorder == "big":
        truth.byteswap()
    count = post(base, "/collection_shape", **NAMES)["shape"][0]
    if count != len(rows):
        raise SystemExit(f"the cluster counts {count} rows, expected {len(rows)}")
    found = 0
    for query in range(len(queries)):
        vector = vectors[query * DIM * 2 : (query + 1) * DIM * 2]
        block = post_binary(base, "/search_binary", vector, k=K, return_fields="false", nprobe=10, approx="false", eps="0.0001")
        (n,) = struct.unpack_from("<I", block)
        ids = struct.unpack_from(f"<{n}Q", block, 4)
        found += len(set(ids) & set(truth[query * TRUTH_DEPTH : query * TRUTH_DEPTH + K]))
    recall = found / (K * len(queries))
    if recall < 1:
        raise SystemExit(f"recall@{K} is {recall}, expected 1.0")
    # One that a person can judge: the nearest package of the first query, by name.
    vector = list(struct.unpack_from(f"<{DIM}e", vectors))
    items = post(base, "/search", **NAMES, vector=vector, k=1, return_fields=True)["items"]
    name, expected = items["fields"][0]["name"], rows[truth[0]]["name"]
    if name != expected:
        raise SystemExit(f"nearest to {queries[0]['name']!r} is {name!r}, expected {expected!r}")
    print(f"recall@{K} = {recall} over {len(queries)} queries; nearest to {queries[0]['name']}: {name}")


def await_ready(base):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            urllib.request.urlopen(base + "/readyz", timeout=5).close()
            return
        except OSError as not_yet:
            if time.monotonic() > deadline:
                raise SystemExit(f"{base} is not ready: {not_yet}") from not_yet
            time.sleep(0.2)


def main():
    if len(sys.argv) < 3 or not set(sys.argv[2:]) <= {"load", "search"}:
        raise SystemExit(__doc__)
    base = sys.argv[1].rstrip("/")
    await_ready(base)
    for step in sys.argv[2:]:
        {"load": load, "search": search}[step](base)


if __name__ == "__main__":
    main()
