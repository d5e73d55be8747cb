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
    public static void into(IndexWriter writer, RecentRows recent, RowDocument document) throws IOException {
        for (int slot = 0; slot < recent.size(); slot++) {
            BytesRef key = recent.isText(slot) ? recent.key(slot) : document.key(recent.intId(slot));
            switch (recent.kind(slot)) {
                case INSERTED -> writer.addDocument(document(recent, slot, key, document));
                case REPLACED -> writer.updateDocument(RowDocument.term(key), document(recent, slot, key, document));
                // Not updateNumericDocValue, which refuses a column that no row has yet.
                case MARKED -> writer.updateDocValues(
                        RowDocument.term(key), new NumericDocValuesField(RowDocument.DELETED, recent.deleted(slot) ? 1 : 0));
            }
        }
    }

    private static Iterable<? extends IndexableField> document(
            RecentRows recent, int slot, BytesRef key, RowDocument document) {
        recent.copyVector(slot, document.vector());
        return document.of(key, recent.fields(slot), recent.clock(slot), recent.place(slot), recent.deleted(slot));
    }
}
