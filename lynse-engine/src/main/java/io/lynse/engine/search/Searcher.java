package io.lynse.engine.search;

import io.lynse.engine.index.hnsw.GraphSearch;
import io.lynse.engine.index.hnsw.HnswIndex;
import io.lynse.engine.index.kernels.ScanKernels;
import io.lynse.engine.recent.Part;
import io.lynse.engine.recent.PartRows;
import io.lynse.engine.recent.RecentView;
import io.lynse.engine.recent.SegmentView;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowKey;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Metric;
import io.lynse.model.Query;
import io.lynse.model.RowId;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Answers queries from one view. HNSW is answered through graphs, every other index mode exactly for now. Safe for several threads. */
public final class Searcher {

    /** Queries that share one scan at least: below that, splitting them over threads only reads the vectors more often. */
    private static final int QUERIES_PER_SCAN = 4;

    /** A hit's fields are read, gathered in a buffer that grows, and made into text. */
    private static final long FIELD_COPIES = 4;

    private final ComputePool pool;
    private final ExactSearch exact;

    public Searcher(ComputePool pool, ScanKernels kernels, SegmentCopies copies) {
        this.pool = pool;
        this.exact = new ExactSearch(kernels, copies);
    }

    /**
     * Blocks; the caller retains the view meanwhile.
     *
     * @param index   whose graphs may be used, where segments have one; null: scan
     * @param queries each finite and as long as the view's dimension
     * @param memory  counts the fields of the answers
     * @return one answer per query, in their order
     * @throws LynseException Overloaded; Unavailable
     */
    public List<Hits> search(View view, Metric metric, @Nullable HnswIndex index, float[][] queries, Query.Options options, RequestMemory memory) {
        if (options.k() == 0 || view.counts().live() == 0) return Arrays.stream(queries).map(query -> Hits.NONE).toList();
        view.scanned(queries.length);
        int beam = beam(metric, index, options);
        int parts = Math.clamp(beam > 0 ? queries.length : queries.length / QUERIES_PER_SCAN, 1, pool.threads());
        var tasks = new ArrayList<Callable<List<Hits>>>(parts);
        for (int part = 0; part < parts; part++) {
            int from = (int) ((long) queries.length * part / parts);
            int to = (int) ((long) queries.length * (part + 1) / parts);
            float[][] share = Arrays.copyOfRange(queries, from, to);
            tasks.add(() -> answer(view, metric, share, options, beam, memory));
        }
        return pool.all(tasks).stream().flatMap(List::stream).toList();
    }

    /** Live rows that a search scans although it may use graphs, at most: no graph of the metric has them. */
    public static long unlinkedRows(View view, Metric metric) {
        long rows = 0;
        for (SegmentView segment : view.segments()) {
            if (!GraphSearch.serves(segment.reader(), metric)) rows += segment.liveAtMost();
        }
        for (RecentView recent : view.recent()) rows += recent.size();
        return Math.min(rows, view.counts().live());
    }

    /** Candidates to take from graphs; 0: none, everything is scanned. Hits within a threshold may be many: they are never approximate. */
    private static int beam(Metric metric, @Nullable HnswIndex index, Query.Options options) {
        if (index == null || index.graph().metric() != metric || options.threshold().isPresent()) return 0;
        return Math.max(options.k(), Math.max(options.beam(), index.beam()));
    }

    private List<Hits> answer(View view, Metric metric, float[][] queries, Query.Options options, int beam, RequestMemory memory) throws IOException {
        return view.reading(() -> {
            var answers = new ArrayList<Hits>(queries.length);
            for (List<TopRows.Found> found : exact.run(view, metric, queries, options.k(), beam, options.threshold())) {
                answers.add(hits(view, found, options.withFields(), memory));
            }
            return answers;
        });
    }

    private static Hits hits(View view, List<TopRows.Found> found, boolean withFields, RequestMemory memory) throws IOException {
        var scores = new float[found.size()];
        var ids = new ArrayList<RowId>(scores.length);
        var fields = new ArrayList<@Nullable Fields>();
        List<Part> parts = view.parts();
        var readers = new PartRows[parts.size()];
        for (int i = 0; i < scores.length; i++) {
            TopRows.Found hit = found.get(i);
            scores[i] = hit.score();
            ids.add(RowKey.id(hit.key()));
            if (!withFields) continue;
            if (readers[hit.part()] == null) readers[hit.part()] = parts.get(hit.part()).rows();
            byte[] own = readers[hit.part()].fields(hit.row());
            memory.countHeap(FIELD_COPIES * own.length);
            fields.add(Fields.trusted(own));
        }
        return new Hits(Ids.of(ids), scores, withFields ? FieldBlock.of(fields) : FieldBlock.NONE);
    }
}
