package io.lynse.engine;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.index.hnsw.HnswIndex;
import io.lynse.engine.index.hnsw.IndexFigures;
import io.lynse.engine.read.RowReader;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowCounts;
import io.lynse.engine.search.BatchPlan;
import io.lynse.engine.search.ComputePool;
import io.lynse.engine.search.ScanCost;
import io.lynse.engine.search.Searcher;
import io.lynse.engine.search.SegmentCopies;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionStats;
import io.lynse.model.Hits;
import io.lynse.model.Query;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.lucene.index.CorruptIndexException;

/** The reads of an {@link Engine}, where errors are told. Each uses one {@link View} of one collection. */
final class Reads {

    private final Applier applier;
    private final OpenCollections collections;
    private final Searcher searcher;
    private final SegmentCopies copies;
    private final ComputePool pool;

    Reads(Applier applier, OpenCollections collections, Searcher searcher, SegmentCopies copies, ComputePool pool) {
        this.applier = applier;
        this.collections = collections;
        this.searcher = searcher;
        this.copies = copies;
        this.pool = pool;
    }

    Hits search(CollectionId id, Query query, RequestMemory memory) {
        return reading(id, (info, view) -> {
            float[][] one = {query.vector()};
            check(one[0], view.dimension());
            return searcher.search(view, info.metric(), collections.get(id).index(), one, query.options(), memory).getFirst();
        });
    }

    List<Hits> batchSearch(CollectionId id, Vectors queries, Query.Options options, RequestMemory memory) {
        return reading(id, (info, view) -> {
            var batch = new BatchPlan(queries.count(), Math.min(options.k(), view.counts().live()));
            memory.countHeap(batch.answerBytes() + batch.scratchBytes());
            var answers = new ArrayList<Hits>(queries.count());
            for (int from = 0; from < queries.count(); from += batch.blockQueries()) {
                var block = new float[Math.min(batch.blockQueries(), queries.count() - from)][];
                for (int q = 0; q < block.length; q++) check(block[q] = queries.row(from + q), view.dimension());
                answers.addAll(searcher.search(view, info.metric(), collections.get(id).index(), block, options, memory));
            }
            memory.uncountHeap(batch.scratchBytes());
            return answers;
        });
    }

    Rows read(CollectionId id, RowSelection selection, boolean withVectors, boolean withFields, RequestMemory memory) {
        return reading(id, (info, view) -> computed(view, () -> new RowReader(view).read(selection, withVectors, withFields, memory)));
    }

    boolean hasRow(CollectionId id, RowId row) {
        return reading(id, (info, view) -> computed(view, () -> new RowReader(view).has(row)));
    }

    CollectionStats stats(CollectionId id, boolean withFieldNames) {
        return reading(id, (info, view) -> {
            RowCounts counts = view.counts();
            return new CollectionStats(
                    info,
                    counts.rows(),
                    counts.tombstones(),
                    counts.largestIntId(),
                    counts.rowsEver(),
                    counts.holdsTextIds(),
                    withFieldNames ? computed(view, () -> new RowReader(view).fieldNames()) : List.of(),
                    collections.folder(id).toString());
        });
    }

    ScanCost scanCost(CollectionId id) {
        return reading(id, (info, view) -> copies.cost(view));
    }

    IndexFigures indexFigures(CollectionId id) {
        return reading(id, (info, view) -> {
            Collection collection = collections.get(id);
            HnswIndex wanted = collection.index();
            long unlinked = wanted == null ? 0 : Searcher.unlinkedRows(view, wanted.graph().metric());
            return new IndexFigures(collection.indexState(), collection.indexBuilds(), unlinked);
        });
    }

    private static void check(float[] query, int dimension) {
        if (dimension > 0 && query.length != dimension) {
            throw invalid("Dimension mismatch: expected " + dimension + ", got " + query.length);
        }
        for (float element : query) {
            if (!Float.isFinite(element)) throw invalid("a query vector has a component that is NaN or infinite");
        }
    }

    private interface Reading<T> {
        T from(CollectionInfo info, View view);
    }

    private <T> T reading(CollectionId id, Reading<T> reading) {
        CollectionInfo info = applier.state().catalog().byId(id).orElseThrow(() -> new LynseException(new LynseError.NotFound("collection", id.toString())));
        Collection collection = collections.toRead(id);
        View view = collection.view();
        try {
            return reading.from(info, view);
        } catch (UncheckedIOException failed) {
            throw failed.getCause() instanceof CorruptIndexException damage ? collection.damaged(damage) : failed;
        } finally {
            release(view);
        }
    }

    /** What a pool thread reads while the caller waits. */
    private <T> T computed(View view, View.Reading<T> task) {
        List<Callable<T>> tasks = List.of(() -> view.reading(task));
        return pool.all(tasks).getFirst();
    }

    private static void release(View view) {
        try {
            view.close();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot close the files of a view: " + failure.getMessage(), failure);
        }
    }

    private static LynseException invalid(String reason) {
        return new LynseException(LynseError.invalid("vector", reason));
    }
}
