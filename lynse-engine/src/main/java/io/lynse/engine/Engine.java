package io.lynse.engine;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionStats;
import io.lynse.model.Epoch;
import io.lynse.model.Hits;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.Query;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Storage and search of one node. Safe for use by many threads, virtual ones included; blocking calls are marked.
 *
 * <p>A read sees every write whose future had completed when the read began.
 */
public final class Engine implements AutoCloseable {

    private Engine() {}

    /**
     * Opens a data directory and brings it to the state of its last durable log entry.
     * @throws EngineOpenException if it is in use or damaged
     */
    public static Engine open(EngineSettings settings) {
        throw new UnsupportedOperationException();
    }

    public NodeId nodeId() {
        throw new UnsupportedOperationException();
    }

    public Path directory() {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends an entry to the log, forces it to disk together with its neighbours, and applies it. Waits a while for room when the
     * queue is full.
     *
     * @param type    number of an {@code EntryType}
     * @param payload its message, version {@code version}; kept, not copied: the caller does not write to it again
     * @return completes when the entry is applied. Fails with LynseException: Overloaded, Unavailable or InvalidArgument (a payload
     *         that is no such message) when nothing was appended; OutcomeUnknown when it was appended and then the disk failed
     */
    public CompletableFuture<Applied> submit(Epoch epoch, int type, int version, ByteBuffer payload) {
        throw new UnsupportedOperationException();
    }

    /** Of the last appended entry. */
    public Lsn lastLsn() {
        throw new UnsupportedOperationException();
    }

    /** Of the last applied entry. */
    public Lsn appliedLsn() {
        throw new UnsupportedOperationException();
    }

    /** Clock of the largest order stamp ever applied; a hybrid clock must be ahead of it. 0: none. */
    public long largestStamp() {
        throw new UnsupportedOperationException();
    }

    public Catalog catalog() {
        throw new UnsupportedOperationException();
    }

    /**
     * The best hits of one query. Blocks.
     * @throws io.lynse.error.LynseException NotFound; InvalidArgument (dimension); Overloaded; Unavailable (this collection's files)
     */
    public Hits search(CollectionId id, Query query) {
        throw new UnsupportedOperationException();
    }

    /** One answer per query, in the order of the queries; errors as {@link #search}. Blocks. */
    public List<Hits> batchSearch(CollectionId id, Vectors queries, Query.Options options) {
        throw new UnsupportedOperationException();
    }

    /**
     * Stored rows. Ids that do not exist are left out. Blocks.
     * @throws io.lynse.error.LynseException NotFound; Unavailable; PayloadTooLarge when the vectors would not fit into 2 GiB
     */
    public Rows read(CollectionId id, RowSelection selection, boolean withVectors, boolean withFields) {
        throw new UnsupportedOperationException();
    }

    /** Whether the collection has the row, tombstoned or not. Blocks. */
    public boolean hasRow(CollectionId id, RowId row) {
        throw new UnsupportedOperationException();
    }

    /** Counts; {@code withFieldNames} reads every row. Blocks. */
    public CollectionStats stats(CollectionId id, boolean withFieldNames) {
        throw new UnsupportedOperationException();
    }

    /**
     * Puts everything applied into files that a plain copy of the directory finds complete, and drops the log that they replace. Blocks.
     * @return the last LSN that is covered
     */
    public Lsn checkpoint() {
        throw new UnsupportedOperationException();
    }

    /** Takes a checkpoint and closes every file. Waits for reads under way. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
