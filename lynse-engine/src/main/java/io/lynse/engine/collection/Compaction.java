package io.lynse.engine.collection;

import io.lynse.engine.recent.PartRows;
import io.lynse.engine.recent.SegmentView;
import io.lynse.engine.recent.View;
import io.lynse.engine.row.RowDocument;
import java.io.IOException;
import java.util.ArrayList;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;

/** Forgets tombstoned rows. They are gone for every later view; their bytes go when Lucene merges the segments. */
final class Compaction {

    private static final int TERMS_AT_ONCE = 10_000;

    private Compaction() {}

    /** @param view everything that was applied before; @return rows removed */
    static long deleteTombstoned(IndexWriter writer, View view) throws IOException {
        long removed = 0;
        var terms = new ArrayList<Term>();
        for (SegmentView segment : view.segments()) {
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
