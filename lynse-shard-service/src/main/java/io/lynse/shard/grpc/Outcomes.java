package io.lynse.shard.grpc;

import io.lynse.engine.Applied;
import io.lynse.engine.Engine;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionStats;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CollectionState;
import io.lynse.wire.v1.KeyClaimed;
import io.lynse.wire.v1.RowsCompacted;
import io.lynse.wire.v1.RowsMarked;
import io.lynse.wire.v1.RowsWritten;
import io.lynse.wire.v1.WriteReply;

/** What applying did, as the answer of a write. */
final class Outcomes {

    private Outcomes() {}

    static WriteReply reply(Applied applied, Engine engine) {
        var out = WriteReply.newBuilder().setLsn(applied.lsn().value());
        switch (applied.result()) {
            // The caller gave the ids: a member of a group never makes any.
            case Applied.RowsWritten _ -> out.setRows(RowsWritten.getDefaultInstance());
            case Applied.RowsMarked _ -> out.setMarked(RowsMarked.getDefaultInstance());
            case Applied.RowsCompacted(long removed) -> out.setCompacted(RowsCompacted.newBuilder().setRemoved(removed));
            case Applied.KeyClaimed(var ids) -> out.setClaimed(ids == null
                    ? KeyClaimed.getDefaultInstance()
                    : KeyClaimed.newBuilder().setIds(Wire.range(ids)).build());
            case Applied.DatabaseChanged _ -> {}
            case Applied.CollectionChanged(var info) -> {
                try {
                    out.setCollection(state(engine.stats(info.id(), false), engine));
                } catch (LynseException droppedSince) {
                    // It was done, and undone by a later entry.
                }
            }
            case Applied.Refused(var error) -> out.setRefused(ErrorWire.detail(error));
        }
        return out.build();
    }

    /** @throws LynseException NotFound: it was dropped since */
    static CollectionState state(CollectionStats stats, Engine engine) {
        return Wire.state(stats).toBuilder().setIndexState(engine.indexState(stats.info().id()).text()).build();
    }
}
