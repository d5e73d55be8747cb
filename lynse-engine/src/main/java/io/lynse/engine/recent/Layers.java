package io.lynse.engine.recent;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What lies over each other in a collection between two steps of a fold: Lucene's segments, the frozen table that is on its way there,
 * the active table that takes what is applied. Thousands of views share one of these, so retaining a view is one count up. RocksDB
 * calls the same thing a SuperVersion.
 *
 * <p>The reader's files and the tables' memory are kept while anybody retains the layers; who made them does until the next ones are
 * published.
 */
public final class Layers {

    private final SegmentSet segments;
    private final @Nullable Layer frozen;
    private final @Nullable RecentTable active;
    private final @Nullable Overlay overlay;
    private final AtomicInteger users = new AtomicInteger(1);

    /** Takes over the caller's reference to the reader. */
    private Layers(SegmentSet segments, @Nullable Layer frozen, @Nullable RecentTable active, @Nullable Overlay overlay) {
        this.segments = segments;
        this.frozen = frozen;
        this.active = active;
        this.overlay = overlay;
        if (frozen != null) frozen.rows().table().retain();
        if (active != null) active.retain();
    }

    /** Of a collection without any recent row. Takes over the caller's reference to the reader. */
    public static Layers of(SegmentSet segments) {
        return new Layers(segments, null, null, null);
    }

    /** The same over other layers: {@code active} begins. */
    public Layers withActive(RecentTable active) {
        segments.reader().incRef();
        return new Layers(segments, frozen, active, new Overlay(segments, frozen == null ? 0 : frozen.rows().slots()));
    }

    /** The active table is frozen, and {@code next} begins over it. */
    public Layers frozen(RecentTable next) {
        if (frozen != null || active == null || overlay == null) throw new IllegalStateException("a table is frozen already, or none is active");
        segments.reader().incRef();
        var below = new Layer(active.snapshot(), overlay);
        return new Layers(segments, below, next, new Overlay(segments, below.rows().slots()));
    }

    /**
     * The frozen table is in Lucene. Takes over the caller's reference to the reader.
     * @param masks the active table's slots over the new segments
     */
    public Layers folded(SegmentSet next, Overlay masks) {
        return new Layers(next, null, active, active == null ? null : masks);
    }

    public SegmentSet segments() {
        return segments;
    }

    public @Nullable Layer frozen() {
        return frozen;
    }

    /** The overlay of the active table. */
    public Overlay overlay() {
        if (overlay == null) throw new IllegalStateException("no table is active");
        return overlay;
    }

    public @Nullable RecentTable active() {
        return active;
    }

    @Nullable Layer activeLayer() {
        return active == null || overlay == null ? null : new Layer(active.snapshot(), overlay);
    }

    boolean retain() {
        for (int count = users.get(); count > 0; count = users.get()) {
            if (users.compareAndSet(count, count + 1)) return true;
        }
        return false;
    }

    /** Gives back what the maker, or a view's reader, holds. */
    public void release() throws IOException {
        if (users.decrementAndGet() > 0) return;
        if (frozen != null) frozen.rows().table().release();
        if (active != null) active.release();
        segments.reader().decRef();
    }
}
