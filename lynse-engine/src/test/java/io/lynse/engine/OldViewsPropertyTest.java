package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.collection.Collection;
import io.lynse.engine.collection.FoldLimits;
import io.lynse.engine.collection.FoldPhase;
import io.lynse.engine.collection.Folds;
import io.lynse.engine.index.hnsw.GraphBuilds;
import io.lynse.engine.index.hnsw.Indexing;
import io.lynse.engine.index.kernels.ScanKernels;
import io.lynse.engine.read.RowReader;
import io.lynse.engine.recent.View;
import io.lynse.engine.search.ComputePool;
import io.lynse.engine.search.CopySettings;
import io.lynse.engine.search.Searcher;
import io.lynse.engine.search.SegmentCopies;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.Metric;
import io.lynse.model.OrderStamp;
import io.lynse.model.Query;
import io.lynse.model.RowBatch;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A view never changes: whatever is written, folded, merged and compacted after it was published, it answers as it did. Random writes to
 * one collection, of which views are kept for a while with a copy of the model each. A failing seed is in the test's name; give it back
 * with {@code -Dlynse.seed=N}.
 */
class OldViewsPropertyTest {

    private static final int STEPS = 400;
    private static final Metric[] METRICS = {Metric.IP, Metric.L2, Metric.COSINE, Metric.L1};

    private record Kept(View view, NaiveCollection model) {}

    @TempDir
    Path directory;

    private final NaiveCollection model = new NaiveCollection();
    private final List<Kept> kept = new ArrayList<>();
    private final FoldGate gate = new FoldGate();
    private final ComputePool pool = new ComputePool(1, 10);
    private final Searcher searcher = new Searcher(pool, ScanKernels.best(), new SegmentCopies(new CopySettings(1, 0, Duration.ZERO)));
    private Random random = new Random(0);
    private int dimension;
    private ElementType elements = ElementType.FLOAT32;
    private long lsn;

    static LongStream seeds() {
        Long given = Long.getLong("lynse.seed");
        return given != null ? LongStream.of(given) : LongStream.rangeClosed(1, 8);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answerAsTheyDidWhenTheyWereNew(long seed) throws IOException {
        random = new Random(seed);
        elements = seed % 2 == 0 ? ElementType.FLOAT16 : ElementType.FLOAT32;
        dimension = seed % 3 == 0 ? 8_000 : 7; // long vectors come to lie in memory that the next tables use again
        var limits = new FoldLimits(1 + random.nextInt(80), 32 << 20, 1 + random.nextInt(5_000), Duration.ofHours(1));
        try (pool;
                var folds = new Folds(limits, seed % 4 == 1 ? 700 : 64 << 20, 2, gate);
                var indexing = new Indexing(GraphBuilds.ofThisProcess());
                var collection = Collection.open(
                        directory, new CollectionId(1), dimension, elements, Lsn.NONE, Lsn.NONE, folds, null, indexing, Long.MAX_VALUE)) {
            for (int step = 0; step < STEPS; step++) {
                step(collection);
                if (random.nextInt(4) == 0) kept.add(new Kept(collection.view(), model.copy()));
                if (!kept.isEmpty() && random.nextInt(3) == 0) compare(kept.get(random.nextInt(kept.size())));
                if (kept.size() > 12) release();
            }
            for (Kept old : kept) compare(old);
            while (!kept.isEmpty()) release();
        }
    }

    private void step(Collection collection) {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> write(collection, WriteKind.ADD, null);
            case 4, 5, 6, 7, 8 -> write(collection, WriteKind.UPSERT, RandomRows.distinctIds(random));
            case 9, 10, 11 -> mark(collection, true);
            case 12, 13 -> mark(collection, false);
            case 14 -> {
                if (random.nextInt(3) == 0) assertThat(collection.compact(next())).isEqualTo(model.compact());
            }
            case 15, 16 -> {
                FoldPhase phase = FoldPhase.values()[random.nextInt(FoldPhase.values().length)];
                if (!gate.isHolding()) gate.hold(phase, () -> write(collection, WriteKind.UPSERT, oneId()), collection::foldSoon);
            }
            case 17 -> gate.open();
            case 18 -> collection.fold();
            default -> {
                if (random.nextInt(3) > 0) return;
                collection.prepareCommit(Lsn.NONE);
                collection.finishCommit();
            }
        }
    }

    private void write(Collection collection, WriteKind kind, @Nullable List<RowId> ids) {
        int count = ids == null ? 1 + random.nextInt(9) : ids.size();
        if (count == 0) return;
        float[][] vectors = Stream.generate(() -> RandomRows.vector(random, dimension)).limit(count).toArray(float[][]::new);
        var fields = new ArrayList<@Nullable Fields>();
        for (int row = 0; row < count; row++) fields.add(random.nextInt(3) > 0 ? RandomRows.fields(random) : null);
        long clock = lsn + 1;
        Ids written = collection.write(
                next(), new RowBatch(kind, Vectors.of(vectors), ids == null ? null : Ids.of(ids), FieldBlock.of(fields)), clock);
        for (int row = 0; row < count; row++) model.upsert(written.get(row), stored(vectors[row]), fields.get(row), new OrderStamp(clock, row));
    }

    private float[] stored(float[] given) {
        return elements == ElementType.FLOAT16 ? RandomRows.halves(given).row(0) : given;
    }

    /** A batch of one is never too large to be a recent row. */
    private List<RowId> oneId() {
        return List.of(RowId.of(random.nextInt(400)));
    }

    private void mark(Collection collection, boolean deleted) {
        var ids = RandomRows.distinctIds(random);
        List<RowId> stored = List.copyOf(model.rows.keySet());
        for (int i = 0; i < 4 && !stored.isEmpty(); i++) ids.add(stored.get(random.nextInt(stored.size())));
        collection.mark(next(), Ids.of(ids), deleted);
        ids.forEach(id -> model.mark(id, deleted));
    }

    private void compare(Kept old) throws IOException {
        View view = old.view;
        NaiveCollection then = old.model;
        assertThat(view.counts().rows()).isEqualTo(then.rows.size());
        assertThat(view.counts().tombstones()).isEqualTo(then.deleted().size());
        assertThat(view.counts().maxId()).isEqualTo(then.maxId());
        Comparison.same(new RowReader(view).read(new RowSelection.Head(10_000), true, true, RequestMemory.unbounded()), then.inOrder());
        Comparison.same(new RowReader(view).read(new RowSelection.Deleted(), true, true, RequestMemory.unbounded()), then.deleted());
        List<RowId> asked = Stream.concat(RandomRows.distinctIds(random).stream(), model.rows.keySet().stream()).distinct().toList();
        Comparison.same(
                new RowReader(view).read(new RowSelection.ById(Ids.of(asked)), true, true, RequestMemory.unbounded()),
                asked.stream().filter(then::has).map(then.rows::get).toList());
        Metric metric = METRICS[random.nextInt(METRICS.length)];
        float[] query = RandomRows.vector(random, dimension);
        var options = new Query.Options(1 + random.nextInt(20), true, 0);
        Comparison.same(searcher.search(view, metric, null, new float[][] {query}, options, RequestMemory.unbounded()).getFirst(), then, metric, query, options);
    }

    private void release() throws IOException {
        kept.remove(random.nextInt(kept.size())).view.close();
    }

    private Lsn next() {
        return new Lsn(++lsn);
    }
}
