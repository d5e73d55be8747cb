package io.lynse.engine.index.kernels;

import io.lynse.engine.index.Distances;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import jdk.incubator.vector.VectorShape;

/**
 * Exact nearest neighbours within one segment: the same rows and scores, bit for bit, as scoring every accepted row with
 * {@link Distances} and sorting by (score, tie order), whatever the data.
 *
 * <p>A first pass reads one byte per component and bounds every row's score ({@link ScoreBound}); the rows that the bounds cannot
 * exclude are scored from the float vectors. On embeddings those are a few dozen; on data made to defeat the codes all rows may
 * be, and the answer is still right but takes about ten times as long. Several queries share the pass: it is bound by memory, so
 * that a batch is several times cheaper than its queries one by one.
 *
 * <p>Immutable; any number of threads may search at once.
 */
public final class FlatScanner {

    /** Fewer rows are scored directly: no copy is made for them. */
    private static final int DIRECT_ROWS_MAX = 512;

    /** A first pass that must leave a quarter of the rows is no gain. */
    private static final int DIRECT_SHARE = 4;

    /** Code bytes times queries for which waking another thread pays: about 0.3 ms of work. */
    private static final long BYTES_PER_WORKER = 8 << 20;

    /** Workers take the rows in pieces, so that one on a slow core does not hold up the others. */
    private static final int PIECES_PER_WORKER = 8;

    private final Executor executor;
    private final int workersMax;

    /**
     * @param executor   runs the workers beside the caller's thread, which always works too: a busy or refusing executor costs
     *                   speed only
     * @param workersMax threads per search, the caller's included; at least 1
     */
    public FlatScanner(Executor executor, int workersMax) {
        if (workersMax < 1) throw new IllegalArgumentException("at least one worker: " + workersMax);
        this.executor = executor;
        this.workersMax = workersMax;
    }

    /** A scanner that uses the caller's thread only. */
    public static FlatScanner onOneThread() {
        return new FlatScanner(Runnable::run, 1);
    }

    /**
     * Whether this process can run the kernels: the module {@code jdk.incubator.vector} is there and the machine has vectors.
     * Nothing else here may be called if not.
     */
    public static boolean isAvailable() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                && VectorShape.preferredShape().vectorBitSize() >= 128;
    }

    /**
     * The best rows for one query.
     *
     * @param query finite, as long as the segment's dimension
     * @throws IllegalArgumentException if it is not as long
     */
    public TopRows search(SegmentVectors segment, float[] query, ScanOptions options) {
        return searchAll(segment, List.of(query), options).getFirst();
    }

    /** The best rows for each of several queries, in their order, in one pass over the segment. */
    public List<TopRows> searchAll(SegmentVectors segment, List<float[]> queries, ScanOptions options) {
        for (float[] query : queries) {
            if (query.length != segment.dimension()) {
                throw new IllegalArgumentException("query of dimension " + query.length + ", segment of " + segment.dimension());
            }
        }
        if (queries.isEmpty()) return List.of();
        if (options.k() == 0 || segment.rows() == 0) return queries.stream().map(query -> TopRows.NONE).toList();
        boolean direct = segment.rows() <= DIRECT_ROWS_MAX || options.k() >= segment.rows() / DIRECT_SHARE && isUnbounded(options);
        return direct ? eachRow(segment, queries, options) : twoPasses(segment, queries.toArray(float[][]::new), options);
    }

    /** Scores the given rows only, for a filter that leaves few; accept is not asked, the floor is. */
    public TopRows searchRows(SegmentVectors segment, int[] rows, float[] query, ScanOptions options) {
        if (options.k() == 0) return TopRows.NONE;
        var rescorer = new Rescorer(segment, query, options);
        for (int row : rows) rescorer.add(row);
        return rescorer.best();
    }

    private static boolean isUnbounded(ScanOptions options) {
        return options.floor().badness(options.metric()) == Double.POSITIVE_INFINITY;
    }

    private List<TopRows> eachRow(SegmentVectors segment, List<float[]> queries, ScanOptions options) {
        int[] rows = IntStream.range(0, segment.rows()).filter(options.accept()::accepts).toArray();
        return queries.stream().map(query -> searchRows(segment, rows, query, options)).toList();
    }

    private List<TopRows> twoPasses(SegmentVectors segment, float[][] queries, ScanOptions options) {
        Int8Copy copy = segment.copy();
        var codes = new QueryCodes[queries.length];
        Arrays.setAll(codes, i -> QueryCodes.of(queries[i], copy, options.metric()));
        List<GroupScan> scans = scan(copy, codes, queries, options);

        var answers = new TopRows[queries.length];
        var next = new AtomicInteger();
        Workers.run(executor, Math.min(workersMax, queries.length), () -> {
            for (int i = next.getAndIncrement(); i < queries.length; i = next.getAndIncrement()) {
                answers[i] = rescore(segment, queries[i], merged(scans, i), options);
            }
        });
        return List.of(answers);
    }

    private List<GroupScan> scan(Int8Copy copy, QueryCodes[] codes, float[][] queries, ScanOptions options) {
        short[][] tiles = GroupScan.tiles(codes);
        long work = copy.memory().byteSize() * codes.length;
        int workers = Math.clamp(work / BYTES_PER_WORKER, 1, workersMax);
        int piece = workers == 1 ? copy.groups() : Math.max(1, copy.groups() / (workers * PIECES_PER_WORKER));
        List<GroupScan> scans = new ArrayList<>();
        var next = new AtomicInteger();
        Workers.run(executor, workers, () -> {
            var scan = new GroupScan(copy, options, codes, tiles, queries);
            synchronized (scans) {
                scans.add(scan);
            }
            for (int at = next.getAndAdd(piece); at < copy.groups(); at = next.getAndAdd(piece)) {
                scan.scan(at, Math.min(copy.groups(), at + piece));
            }
        });
        return scans;
    }

    private static Candidates merged(List<GroupScan> scans, int query) {
        Candidates all = scans.getFirst().candidates(query);
        for (int i = 1; i < scans.size(); i++) all.addAll(scans.get(i).candidates(query));
        return all;
    }

    /** First the k that look best, since their true scores give the limit for the others. */
    private static TopRows rescore(SegmentVectors segment, float[] query, Candidates candidates, ScanOptions options) {
        var rescorer = new Rescorer(segment, query, options);
        double likely = candidates.limit();
        for (int i = 0; i < candidates.size(); i++) {
            if (candidates.high(i) <= likely) rescorer.add(candidates.row(i));
        }
        rescorer.flush();
        for (int i = 0; i < candidates.size(); i++) {
            boolean isRest = candidates.high(i) > likely;
            if (isRest && candidates.low(i) <= Math.nextUp((float) rescorer.limit())) rescorer.add(candidates.row(i));
        }
        return rescorer.best();
    }
}
