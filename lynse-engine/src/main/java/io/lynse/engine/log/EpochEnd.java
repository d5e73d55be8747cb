package io.lynse.engine.log;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;

/**
 * Where an epoch ends in this log. Two logs are compared by these pairs before one of them is truncated (DESIGN 4.1).
 *
 * @param last LSN of the epoch's last entry
 */
public record EpochEnd(Epoch epoch, Lsn last) {}
