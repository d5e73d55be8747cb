package io.lynse.engine.recent;

import io.lynse.engine.row.RowCounts;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Lsn;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.jspecify.annotations.Nullable;

/**
 * A collection at one LSN: what every read uses, exactly one per read. It never changes. The Lucene files it stands on are
 * kept while somebody retains it; the collection retains the current one and lets go of it when it publishes the next.
 */
public final class View implements Closeable {

    private final DirectoryReader reader;
    private final List<SegmentView> segments;
    private final Map<Object, SegmentView> byReader;
    private final Map<Object, SegmentNorms> normsByCore;
    private final RowCounts counts;
    private final Lsn lsn;
    private final int dimension;

    private View(
            DirectoryReader reader,
            Map<Object, SegmentView> byReader,
            Map<Object, SegmentNorms> normsByCore,
            List<SegmentView> segments,
            RowCounts counts,
            Lsn lsn,
            int dimension) {
        this.reader = reader;
        this.byReader = byReader;
        this.normsByCore = normsByCore;
        this.segments = List.copyOf(segments);
        this.counts = counts;
        this.lsn = lsn;
        this.dimension = dimension;
    }

    /**
     * Takes over the caller's reference to the reader.
     *
     * @param before    the view that this one follows: what did not change is shared with it
     * @param dimension 0 when no row was ever inserted
     */
    public static View of(DirectoryReader reader, @Nullable View before, RowCounts counts, Lsn lsn, int dimension) throws IOException {
        var segments = new ArrayList<SegmentView>();
        var byReader = new HashMap<Object, SegmentView>();
        var normsByCore = new HashMap<Object, SegmentNorms>();
        for (LeafReaderContext leaf : reader.leaves()) {
            Object key = key(leaf.reader().getReaderCacheHelper());
            Object core = key(leaf.reader().getCoreCacheHelper());
            SegmentView same = before == null ? null : before.byReader.get(key);
            SegmentView segment = same != null
                    ? same
                    : SegmentView.of(leaf.reader(), dimension, before == null ? null : before.normsByCore.get(core));
            segments.add(segment);
            byReader.put(key, segment);
            normsByCore.put(core, segment.sharedNorms());
        }
        return new View(reader, byReader, normsByCore, segments, counts, lsn, dimension);
    }

    private static Object key(IndexReader.@Nullable CacheHelper helper) {
        if (helper == null) throw new IllegalStateException("a segment without identity");
        return helper.getKey();
    }

    /** Keeps the files until {@link #close}. @return false when they are gone: take the collection's current view */
    public boolean retain() {
        return reader.tryIncRef();
    }

    /** Gives back what {@link #retain} took. */
    @Override
    public void close() throws IOException {
        reader.decRef();
    }

    /** A task that reads this view. */
    public interface Reading<T> {
        T run() throws IOException;
    }

    /**
     * Runs a task that may begin when whoever asked for it has given up and let go of the view.
     * @throws LynseException Unavailable: the view is gone
     */
    public <T> T reading(Reading<T> task) throws IOException {
        if (!retain()) throw new LynseException(new LynseError.Unavailable("the read was given up", Duration.ofSeconds(1)));
        try {
            return task.run();
        } finally {
            close();
        }
    }

    public DirectoryReader reader() {
        return reader;
    }

    /** What Lucene has. */
    public List<SegmentView> segments() {
        return segments;
    }

    /** The rows that Lucene has not. */
    public List<RecentView> recent() {
        return List.of();
    }

    /** All rows: the segments, then the recent ones. */
    public List<Part> parts() {
        return List.copyOf(segments);
    }

    public RowCounts counts() {
        return counts;
    }

    /** Of the last entry that this view shows. */
    public Lsn lsn() {
        return lsn;
    }

    public int dimension() {
        return dimension;
    }
}
