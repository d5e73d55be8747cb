package io.lynse.engine.recent;

import io.lynse.engine.row.RowDocument;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows in Lucene by id, whatever recent rows say of them; the reader must be kept meanwhile. For use by one thread. A look-up costs about a
 * microsecond per segment whose range of ids includes the key.
 */
public final class RowLookup {

    private final List<LuceneSegment> segments;
    private final @Nullable TermsEnum[] terms;
    private final @Nullable PostingsEnum[] postings;
    private final @Nullable PartRows[] rows;
    private int segment;
    private int doc;

    public RowLookup(SegmentSet set) throws IOException {
        segments = set.segments();
        terms = new TermsEnum[segments.size()];
        postings = new PostingsEnum[segments.size()];
        rows = new PartRows[segments.size()];
        for (int i = 0; i < terms.length; i++) {
            Terms ids = segments.get(i).reader().terms(RowDocument.ID);
            if (ids != null) terms[i] = ids.iterator();
        }
    }

    /** Whether the row is stored, tombstoned or not; then the other methods tell about it. */
    public boolean find(BytesRef key) throws IOException {
        for (int i = terms.length - 1; i >= 0; i--) { // newest first
            TermsEnum at = terms[i];
            if (at == null || !at.seekExact(key)) continue;
            PostingsEnum docs = at.postings(postings[i], PostingsEnum.NONE);
            postings[i] = docs;
            for (int found = docs.nextDoc(); found != DocIdSetIterator.NO_MORE_DOCS; found = docs.nextDoc()) {
                if (segments.get(i).isStored(found)) {
                    segment = i;
                    doc = found;
                    return true;
                }
            }
        }
        return false;
    }

    /** Place of the found row's segment in the set. */
    public int segment() {
        return segment;
    }

    public int doc() {
        return doc;
    }

    public boolean tombstoned() {
        return segments.get(segment).isTombstoned(doc);
    }

    /** Reads the found row. */
    public PartRows rows() {
        PartRows reader = rows[segment];
        if (reader == null) rows[segment] = reader = segments.get(segment).rows();
        return reader;
    }
}
