package io.lynse.engine.recent;

import io.lynse.engine.row.RowDocument;
import java.io.IOException;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.util.BytesRef;

/**
 * Writes recent rows to Lucene in bulk. Every id has one slot, so each row is written once however often it changed, and the
 * order of the slots does not matter. New rows are plain additions: only ids that Lucene has pay for a deletion.
 */
public final class Fold {

    private Fold() {}

    /** On failure the writer must not be used any more: a part may be written. */
    public static void into(IndexWriter writer, RecentSnapshot recent, RowDocument document) throws IOException {
        for (int slot = 0; slot < recent.slots(); slot++) {
            BytesRef key = recent.isText(slot) ? recent.key(slot) : document.key(recent.intId(slot));
            int version = recent.current(slot);
            if (recent.leavesRow(version)) {
                // Not updateNumericDocValue, which refuses a column that no row has yet.
                writer.updateDocValues(
                        RowDocument.term(key), new NumericDocValuesField(RowDocument.DELETED, recent.isDeleted(version) ? 1 : 0));
            } else if (recent.isBelow(slot)) {
                writer.updateDocument(RowDocument.term(key), document(recent, slot, version, key, document));
            } else {
                writer.addDocument(document(recent, slot, version, key, document));
            }
        }
    }

    private static Iterable<? extends IndexableField> document(
            RecentSnapshot recent, int slot, int version, BytesRef key, RowDocument document) {
        recent.copyVector(version, document.vector());
        return document.of(key, recent.fields(version), recent.clock(slot), recent.place(slot), recent.isDeleted(version));
    }
}
