package io.lynse.engine.log;

import io.lynse.model.Lsn;

/** Bytes that were once durable cannot be read back. This node's copy is to be quarantined and refilled, never cut. */
public final class LogDamagedException extends RuntimeException {

    private final String file;
    private final long offset;
    private final Lsn lsn;

    /**
     * @param file   path of the damaged file
     * @param offset byte in the file at which the damaged frame or header begins
     * @param lsn    the entry that should stand there
     */
    LogDamagedException(String file, long offset, Lsn lsn, String what) {
        super("log damaged: %s at byte %d of %s (entry %s)".formatted(what, offset, file, lsn));
        this.file = file;
        this.offset = offset;
        this.lsn = lsn;
    }

    public String file() {
        return file;
    }

    public long offset() {
        return offset;
    }

    public Lsn lsn() {
        return lsn;
    }
}
