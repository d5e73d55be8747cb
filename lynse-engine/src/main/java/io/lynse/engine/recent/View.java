package io.lynse.engine.recent;

import io.lynse.engine.row.RowCounts;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Lsn;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.jspecify.annotations.Nullable;

/**
 * A collection at one LSN: what every read uses, exactly one per read. It never changes. Files and memory that it stands on are kept
 * while somebody retains it; the collection retains those of the current view.
 *
 * <p>One is made for every applied entry, so what a reader needs beyond that is made when the first one asks.
 */
public final class View implements Closeable {

    /** Of final fields alone: whoever meets it sees it whole. */
    private record Parts(List<SegmentView> segments, List<RecentView> recent, List<Part> all) {}

    private final Layers layers;
    private final @Nullable Layer active;
    private final RowCounts counts;
    private final Lsn lsn;
    private final int dimension;
    private @Nullable Parts parts; // two first readers may both make it

    /** What is applied so far. @param dimension 0 when no row was ever inserted */
    public View(Layers layers, RowCounts counts, Lsn lsn, int dimension) {
        this.layers = layers;
        this.active = layers.activeLayer();
        this.counts = counts;
        this.lsn = lsn;
        this.dimension = dimension;
    }

    /** Keeps files and memory until {@link #close}. @return false when they are gone: take the collection's current view */
    public boolean retain() {
        return layers.retain();
    }

    /** Gives back what {@link #retain} took. */
    @Override
    public void close() throws IOException {
        layers.release();
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
        return layers.segments().reader();
    }

    /** What Lucene has. */
    public List<SegmentView> segments() {
        return madeParts().segments;
    }

    /** The rows that Lucene has not: those of the frozen table, if there is one, then the active one's. */
    public List<RecentView> recent() {
        return madeParts().recent;
    }

    /** All rows: the segments, then the recent ones. */
    public List<Part> parts() {
        return madeParts().all;
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

    /** To be told by every search that compares its queries with all recent rows: a fold pays when that has cost as much as it does. */
    public void scanned(int queries) {
        Layer frozen = layers.frozen();
        if (frozen != null) frozen.rows().table().scanned((long) queries * frozen.rows().vectors());
        if (active != null) active.rows().table().scanned((long) queries * active.rows().vectors());
    }

    Layers layers() {
        return layers;
    }

    @Nullable Layer active() {
        return active;
    }

    private Parts madeParts() {
        Parts made = parts;
        if (made == null) parts = made = makeParts();
        return made;
    }

    private Parts makeParts() {
        Layer frozen = layers.frozen();
        var segments = new ArrayList<SegmentView>();
        for (LuceneSegment segment : layers.segments().segments()) {
            segments.add(new SegmentView(segment, segments.size(), dimension, frozen, active));
        }
        var recent = new ArrayList<RecentView>();
        if (frozen != null) recent.add(new RecentView(frozen.rows(), dimension, active));
        if (active != null && active.rows().vectors() > 0) recent.add(new RecentView(active.rows(), dimension, null));
        var all = new ArrayList<Part>(segments);
        all.addAll(recent);
        return new Parts(List.copyOf(segments), List.copyOf(recent), List.copyOf(all));
    }
}
