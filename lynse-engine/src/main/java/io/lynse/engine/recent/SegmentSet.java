package io.lynse.engine.recent;

import io.lynse.model.ElementType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.jspecify.annotations.Nullable;

/** Everything that Lucene has of a collection as of one reader. Safe for several threads. */
public final class SegmentSet {

    private final DirectoryReader reader;
    private final int dimension;
    private final ElementType elements;
    private final List<LuceneSegment> segments;
    private final Map<Object, LuceneSegment> byReader;
    private final Map<Object, SegmentNorms> normsByCore;

    private SegmentSet(
            DirectoryReader reader,
            int dimension,
            ElementType elements,
            List<LuceneSegment> segments,
            Map<Object, LuceneSegment> byReader,
            Map<Object, SegmentNorms> normsByCore) {
        this.reader = reader;
        this.dimension = dimension;
        this.elements = elements;
        this.segments = List.copyOf(segments);
        this.byReader = byReader;
        this.normsByCore = normsByCore;
    }

    /**
     * Takes over the caller's reference to the reader.
     * @param dimension 0 when no row was ever inserted
     * @param elements  how the collection stores its vectors
     * @throws org.apache.lucene.index.CorruptIndexException if a segment has vectors of another shape
     */
    public static SegmentSet of(DirectoryReader reader, int dimension, ElementType elements) throws IOException {
        return of(reader, dimension, elements, null);
    }

    /**
     * What the writer has now. The caller owns a reference to the reader, as of a new one.
     * @param dimension of the collection by now
     */
    public SegmentSet refreshed(IndexWriter writer, int dimension) throws IOException {
        DirectoryReader changed = DirectoryReader.openIfChanged(reader, writer, true);
        if (changed == null) {
            changed = reader;
            changed.incRef();
        }
        try {
            return of(changed, dimension, elements, this);
        } catch (IOException | RuntimeException failed) {
            changed.decRef();
            throw failed;
        }
    }

    /** @param before what did not change since is shared with it */
    private static SegmentSet of(DirectoryReader reader, int dimension, ElementType elements, @Nullable SegmentSet before) throws IOException {
        var segments = new ArrayList<LuceneSegment>();
        var byReader = new HashMap<Object, LuceneSegment>();
        var normsByCore = new HashMap<Object, SegmentNorms>();
        for (LeafReaderContext leaf : reader.leaves()) {
            Object key = key(leaf.reader().getReaderCacheHelper());
            Object core = key(leaf.reader().getCoreCacheHelper());
            LuceneSegment same = before == null ? null : before.byReader.get(key);
            LuceneSegment segment = same != null
                    ? same
                    : LuceneSegment.of(leaf.reader(), dimension, elements, before == null ? null : before.normsByCore.get(core));
            segments.add(segment);
            byReader.put(key, segment);
            normsByCore.put(core, segment.norms());
        }
        return new SegmentSet(reader, dimension, elements, segments, byReader, normsByCore);
    }

    private static Object key(IndexReader.@Nullable CacheHelper helper) {
        if (helper == null) throw new IllegalStateException("a segment without identity");
        return helper.getKey();
    }

    /** Computes for new segments what searches had to compute for the ones before, so that no search waits for it. */
    public void warm(SegmentSet before) throws IOException {
        if (before.segments.stream().noneMatch(segment -> segment.norms().known())) return;
        for (LuceneSegment segment : segments) segment.norms().of(segment);
    }

    public DirectoryReader reader() {
        return reader;
    }

    public List<LuceneSegment> segments() {
        return segments;
    }

    int dimension() {
        return dimension;
    }
}
