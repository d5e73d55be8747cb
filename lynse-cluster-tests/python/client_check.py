"""Runs the published Python client, unchanged, against a single server and against the cluster guide's cluster."""

import shutil
import sys
import traceback

import numpy as np
import servers
from lynse import VectorDBClient

DIM = 8


def guide_snippet(uri: str) -> None:
    """The Python lines of the cluster guide."""
    client = VectorDBClient(uri)
    db = client.create_database("demo", drop_if_exists=True)
    collection = db.require_collection("docs", dim=4)

    collection.add(
        ids=["doc-1", "doc-2"],
        vectors=[
            [0.1, 0.2, 0.3, 0.4],
            [0.4, 0.3, 0.2, 0.1],
        ],
        fields=[
            {"title": "first"},
            {"title": "second"},
        ],
    )
    collection.commit()

    result = collection.search([0.1, 0.2, 0.3, 0.4], k=2, return_fields=True)
    print(result)

    assert list(result.ids) == ["doc-1", "doc-2"], result.ids
    np.testing.assert_allclose(result.distances, [0.30, 0.20], rtol=1e-5)
    assert [row["title"] for row in result.fields] == ["first", "second"], result.fields
    db.drop_database()


def vectors(count: int, seed: int = 7) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, DIM)).astype(np.float32)


def fresh(uri: str, name: str):
    client = VectorDBClient(uri)
    db = client.create_database("client_check", drop_if_exists=True)
    return client, db, db.require_collection(name, dim=DIM)


def best(data: np.ndarray, query: np.ndarray, k: int) -> list[int]:
    """Positions of the largest inner products, computed here."""
    return list(np.argsort(-(data.astype(np.float64) @ query.astype(np.float64)), kind="stable")[:k])


def integer_ids(uri: str) -> None:
    _, _, rows = fresh(uri, "integers")
    data = vectors(2_500)
    rows.add(ids=list(range(2_500)), vectors=data, fields=[{"n": n, "even": n % 2 == 0} for n in range(2_500)])
    assert tuple(rows.shape) == (2_500, DIM), rows.shape
    assert rows.max_id == 2_499, rows.max_id
    assert str(rows.index_mode).upper() == "FLAT-IP", rows.index_mode
    for query in vectors(5, seed=8):
        result = rows.search(query, k=10, return_fields=True)
        assert list(result.ids) == best(data, query, 10), (result.ids, best(data, query, 10))
        assert [row["n"] for row in result.fields] == list(result.ids)
    batch = rows.batch_search(vectors(3, seed=9), k=4)
    assert [list(each.ids) for each in batch] == [best(data, query, 4) for query in vectors(3, seed=9)]


def generated_ids(uri: str) -> None:
    _, _, rows = fresh(uri, "generated")
    data = vectors(2_300)
    first = list(rows.add(vectors=data))
    assert len(set(first)) == 2_300, "every row has an id of its own"
    second = list(rows.add(vectors=data[:10]))
    assert not set(first) & set(second), "ids are never given twice"
    result = rows.search(data[5], k=2_310)
    assert sorted(result.ids) == sorted(first + second)


def text_ids_and_upserts(uri: str) -> None:
    _, _, rows = fresh(uri, "texts")
    data = vectors(20)
    ids = [f"doc-{n}" for n in range(20)]
    rows.add(ids=ids, vectors=data, fields=[{"title": i} for i in ids])
    rows.upsert(ids=["doc-3", "doc-new"], vectors=vectors(2, seed=10), fields=[{"title": "changed"}, {"title": "new"}])
    assert tuple(rows.shape) == (21, DIM), rows.shape
    triple = rows.read_by_only_id(["doc-3", "doc-new", "doc-0"])
    assert list(triple.ids) == ["doc-3", "doc-new", "doc-0"], triple.ids
    assert [row["title"] for row in triple.fields] == ["changed", "new", "doc-0"], triple.fields
    np.testing.assert_array_equal(np.asarray(triple.vectors, dtype=np.float32)[:2], vectors(2, seed=10))
    assert rows.is_id_exists("doc-1") and not rows.is_id_exists("doc-20")
    assert list(rows.head(3).ids) == ["doc-0", "doc-1", "doc-2"], rows.head(3).ids
    assert list(rows.tail(2).ids) == ["doc-19", "doc-new"], rows.tail(2).ids
    records = rows.query(filter_ids=["doc-5", "doc-1"])
    assert list(records.ids) == ["doc-5", "doc-1"], records


def sessions(uri: str) -> None:
    _, _, rows = fresh(uri, "sessions")
    data = vectors(120)
    with rows.insert_session() as session:
        session.add(ids=list(range(120)), vectors=data, fields=[{"n": n} for n in range(120)])
    assert tuple(rows.shape) == (120, DIM), rows.shape
    assert list(rows.search(data[7], k=1).ids) == best(data, data[7], 1)


def deletion(uri: str) -> None:
    _, _, rows = fresh(uri, "deletion")
    data = vectors(30)
    rows.add(ids=list(range(30)), vectors=data)
    rows.delete([3, 4, 5])
    assert list(rows.list_deleted_ids()) == [3, 4, 5], rows.list_deleted_ids()
    assert not {3, 4, 5} & set(rows.search(data[4], k=30).ids)
    rows.restore([4])
    assert 4 in set(rows.search(data[4], k=30).ids)
    stats = rows.stats()
    assert (stats["n_vectors"], stats["n_live"], stats["n_tombstoned"]) == (30, 28, 2), stats
    assert rows.compact() == 2
    assert tuple(rows.shape) == (28, DIM), rows.shape


def indexes_and_metrics(uri: str) -> None:
    _, _, rows = fresh(uri, "indexes")
    data = vectors(200)
    rows.add(ids=list(range(200)), vectors=data)
    query = vectors(1, seed=11)[0]
    l2 = ((data.astype(np.float64) - query) ** 2).sum(axis=1)
    cosine = 1 - (data @ query) / np.linalg.norm(data, axis=1) / np.linalg.norm(query)
    for mode, distance in (("FLAT-L2", l2), ("HNSW-L2", l2), ("IVF-COS", cosine), ("DISKANN-L2", l2)):
        rows.build_index(mode)
        assert str(rows.index_mode).upper() == mode, rows.index_mode
        result = rows.search(query, k=5)
        assert list(result.ids) == list(np.argsort(distance)[:5]), (mode, result.ids)
        np.testing.assert_allclose(result.distances, np.sort(distance)[:5], rtol=1e-4)
    rows.remove_index()


def hnsw(uri: str) -> None:
    """Enough rows that every group builds a graph, in a metric where the answer is not the inner product's."""
    _, _, rows = fresh(uri, "hnsw")
    data = vectors(9_000)
    added = 600
    rows.add(ids=list(range(9_000 - added)), vectors=data[:-added])
    queries = vectors(50, seed=12)

    def recall() -> float:
        live = np.array([n for n in range(rows.shape[0]) if n not in deleted])
        found = 0
        for query in queries:
            l2 = ((data[live].astype(np.float64) - query) ** 2).sum(axis=1)
            result = rows.search(query, k=10)
            assert len(result.ids) == 10 and not deleted & set(result.ids), result.ids
            np.testing.assert_allclose(result.distances, ((data[list(result.ids)].astype(np.float64) - query) ** 2).sum(axis=1), rtol=1e-5)
            found += len(set(live[np.argsort(l2, kind="stable")[:10]]) & set(result.ids))
        return found / len(queries) / 10

    deleted: set[int] = set()
    rows.build_index("HNSW-L2")
    assert recall() >= 0.95, recall()
    rows.add(ids=list(range(9_000 - added, 9_000)), vectors=data[-added:])
    assert recall() >= 0.95, recall()
    deleted = set(range(0, 9_000, 11))
    rows.delete(sorted(deleted))
    assert recall() >= 0.95, recall()
    rows.build_index("HNSW-L2", m=8, ef_construction=64, ef_search=100)
    assert recall() >= 0.95, recall()
    rows.remove_index()
    alive = np.array([n for n in range(9_000) if n not in deleted])
    assert list(rows.search(queries[0], k=10).ids) == list(alive[best(data[alive], queries[0], 10)])


def errors_are_clear(uri: str) -> None:
    client, db, rows = fresh(uri, "errors")
    rows.add(ids=[1], vectors=vectors(1))
    for name, call, says in (
        ("an id that exists", lambda: rows.add(ids=[1], vectors=vectors(1)), "already exists"),
        ("a wrong dimension", lambda: rows.search([1.0, 2.0], k=1), "imension"),
        ("a row that does not exist", lambda: rows.read_by_only_id(99), "does not exist"),
        ("a filter", lambda: rows.search(vectors(1)[0], k=1, where='"n" = 1'), "not supported yet"),
    ):
        try:
            call()
        except Exception as error:  # the client has several types, and the text is what a user sees
            assert says in str(error), f"{name}: {error!r}"
        else:
            raise AssertionError(f"{name} was not refused")
    assert tuple(rows.shape) == (1, DIM), rows.shape
    try:
        db.get_collection("nope")
    except Exception:
        pass
    else:
        raise AssertionError("a collection that does not exist was opened")


def a_second_client_sees_it_all(uri: str) -> None:
    client, db, rows = fresh(uri, "shared")
    rows.add(ids=["a", "b"], vectors=vectors(2))
    assert "client_check" in VectorDBClient(uri).list_databases()
    again = VectorDBClient(uri).get_database("client_check").get_collection("shared")
    assert tuple(again.shape) == (2, DIM)
    assert list(again.search(vectors(2)[0], k=2).ids)[0] == "a"
    assert "shared" in db.show_collections()
    db.update_collection_description("shared", "two rows")
    db.drop_collection("shared")
    assert "shared" not in db.show_collections()
    db.drop_database()
    assert "client_check" not in client.list_databases()


CHECKS = (guide_snippet, integer_ids, generated_ids, text_ids_and_upserts, sessions, deletion, indexes_and_metrics, hnsw, errors_are_clear,
          a_second_client_sees_it_all)


def main() -> int:
    folder = servers.scratch()
    single = servers.single(folder)
    cluster = servers.quick_local_cluster(folder)
    for server in (single, *cluster):
        server.await_ready()
    failures = 0
    for name, uri in (("one node", single.uri), ("coordinator", cluster[-1].uri)):
        for check in CHECKS:
            try:
                check(uri)
                print(f"ok      {name}: {check.__name__}")
            except Exception:
                failures += 1
                print(f"FAILED  {name}: {check.__name__}")
                traceback.print_exc(file=sys.stdout)
    for server in (*reversed(cluster), single):
        server.stop()
    if failures:
        print(f"{failures} checks failed; logs: {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
