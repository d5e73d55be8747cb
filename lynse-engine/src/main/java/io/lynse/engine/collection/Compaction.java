package io.lynse.engine.collection;

import io.lynse.engine.recent.LuceneSegment;
import io.lynse.engine.recent.PartRows;
import io.lynse.engine.recent.SegmentSet;
import io.lynse.engine.row.RowDocument;
import java.io.IOException;
import java.util.ArrayList;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;

/** Forgets tombstoned rows. They are gone for every later view; their bytes go when Lucene merges the segments. */
final class Compaction {

    private static final int TERMS_AT_ONCE = 10_000;

    private Compaction() {}

    /** @param segments everything that was applied before; @return rows removed */
    static long deleteTombstoned(IndexWriter writer, SegmentSet segments) throws IOException {
        long removed = 0;
        var terms = new ArrayList<Term>();
        for (LuceneSegment segment : segments.segments()) {
            if (segment.tombstoneCount() == 0) continue;
            PartRows rows = segment.rows();
            for (int doc = 0; doc < segment.size(); doc++) {
                if (!segment.isTombstoned(doc)) continue;
                terms.add(RowDocument.term(rows.key(doc)));
                removed++;
                if (terms.size() == TERMS_AT_ONCE) flush(writer, terms);
            }
        }
        flush(writer, terms);
        return removed;
    }

    private static void flush(IndexWriter writer, ArrayList<Term> terms) throws IOException {
        if (!terms.isEmpty()) writer.deleteDocuments(terms.toArray(Term[]::new));
        terms.clear();
    }
}
