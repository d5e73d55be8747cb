package io.lynse.engine;

/**
 * What was read again since the start, to find what the disk altered.
 *
 * @param bytes  of files, and of rows once more
 * @param passes over all collections that were finished
 */
public record Scrubbed(long bytes, long passes) {

    static final Scrubbed NOTHING = new Scrubbed(0, 0);
}
