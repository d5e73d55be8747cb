package io.lynse.engine.log;

/**
 * The beginning of a segment file. It does not change while its entries are kept, and those in it are committed.
 *
 * @param name  in the log's directory
 * @param bytes up to the end of its last frame that counts
 */
public record LogPart(String name, int bytes) {}
