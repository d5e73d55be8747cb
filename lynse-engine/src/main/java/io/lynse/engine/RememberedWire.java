package io.lynse.engine;

import io.lynse.engine.Remembered.Outcome;
import io.lynse.model.CollectionId;
import io.lynse.model.Lsn;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.IdRange;
import io.lynse.wire.v1.RememberedWrite;

/** {@link Remembered} as it stands in the catalog file. */
final class RememberedWire {

    private RememberedWire() {}

    static RememberedWrite message(Remembered remembered) {
        var out = RememberedWrite.newBuilder()
                .setWriteId(remembered.writeId().toBytes())
                .setLsn(remembered.lsn().value())
                .setRequestDigest(remembered.digest());
        switch (remembered.outcome()) {
            case Remembered.RowsWritten _ -> out.setRowsWritten(true);
            case Remembered.RowsGenerated(var ids) -> out.setRowsGenerated(Wire.range(ids));
            case Remembered.RowsMarked _ -> out.setRowsMarked(true);
            case Remembered.RowsCompacted(long removed) -> out.setRowsCompacted(removed);
            case Remembered.KeyClaimed(var ids) -> out.setKeyClaimed(ids == null ? IdRange.getDefaultInstance() : Wire.range(ids));
            case Remembered.DatabaseChanged _ -> out.setDatabaseChanged(true);
            case Remembered.CollectionChanged(var id) -> out.setCollectionChanged(id.value());
            case Remembered.Refused(var error) -> out.setRefused(ErrorWire.detail(error));
            case Remembered.Unresolved _ -> out.setUnresolved(true);
        }
        return out.build();
    }

    /** @throws IllegalArgumentException if the message is none */
    static Remembered remembered(RememberedWrite in) {
        return new Remembered(WriteId.of(in.getWriteId()), new Lsn(in.getLsn()), in.getRequestDigest(), outcome(in));
    }

    private static Outcome outcome(RememberedWrite in) {
        return switch (in.getResultCase()) {
            case ROWS_WRITTEN -> new Remembered.RowsWritten();
            case ROWS_GENERATED -> new Remembered.RowsGenerated(Wire.range(in.getRowsGenerated()));
            case ROWS_MARKED -> new Remembered.RowsMarked();
            case ROWS_COMPACTED -> new Remembered.RowsCompacted(in.getRowsCompacted());
            case KEY_CLAIMED -> new Remembered.KeyClaimed(in.getKeyClaimed().getCount() == 0 ? null : Wire.range(in.getKeyClaimed()));
            case DATABASE_CHANGED -> new Remembered.DatabaseChanged();
            case COLLECTION_CHANGED -> new Remembered.CollectionChanged(new CollectionId(in.getCollectionChanged()));
            case REFUSED -> new Remembered.Refused(ErrorWire.error(in.getRefused()));
            case UNRESOLVED -> new Remembered.Unresolved();
            case RESULT_NOT_SET -> throw new IllegalArgumentException("a remembered write without a result");
        };
    }
}
