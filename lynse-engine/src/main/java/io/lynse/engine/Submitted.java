package io.lynse.engine;

import io.lynse.model.Lsn;
import java.util.concurrent.CompletableFuture;

/**
 * An entry that was submitted here, in the log.
 *
 * @param bytes  reserved for it
 * @param result completes when it is applied
 */
record Submitted(Lsn lsn, Decoded decoded, long bytes, CompletableFuture<Applied> result) {}
