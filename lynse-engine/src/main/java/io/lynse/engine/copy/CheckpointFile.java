package io.lynse.engine.copy;

import java.util.regex.Pattern;

/**
 * One file of a checkpoint. It never changes while the checkpoint is held, so its checksum says which bytes are meant.
 *
 * @param path        where it lies in a data directory: {@code catalog}, {@code log/SEQUENCE.wal} or {@code collections/ID/NAME}. Nothing else
 *                    passes, so a list that came over the network names no place outside of them
 * @param bytes       length
 * @param summedBytes the first so many bytes have the checksum. Lucene's files end in eight bytes with it, which it does not count
 * @param crc32       CRC-32, as Lucene has it
 */
public record CheckpointFile(String path, long bytes, long summedBytes, int crc32) {

    public static final String CATALOG = "catalog";

    private static final Pattern LOG = Pattern.compile("log/\\d{10,18}\\.wal");
    private static final Pattern COLLECTION = Pattern.compile("collections/\\d{1,19}/[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}");

    /** @throws IllegalArgumentException if it cannot be a file of a checkpoint */
    public CheckpointFile {
        if (!path.equals(CATALOG) && !LOG.matcher(path).matches() && !COLLECTION.matcher(path).matches()) {
            throw new IllegalArgumentException("a checkpoint has no file " + path);
        }
        if (bytes < 0 || summedBytes < 0 || summedBytes > bytes) {
            throw new IllegalArgumentException(path + " has " + bytes + " bytes, " + summedBytes + " of them summed");
        }
    }
}
