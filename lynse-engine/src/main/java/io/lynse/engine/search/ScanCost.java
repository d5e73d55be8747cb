package io.lynse.engine.search;

/**
 * What an exact search of a collection reads, as things stand.
 *
 * @param bytes   of one-byte copies, and of the vectors themselves where there is no copy; rows that are scored a second time not counted
 * @param waiting segments of this node whose copy is still to be made: later searches will read less
 */
public record ScanCost(long bytes, long waiting) {}
