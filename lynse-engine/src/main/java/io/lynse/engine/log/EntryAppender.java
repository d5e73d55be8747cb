package io.lynse.engine.log;

import io.lynse.engine.log.Frame.EntryHead;
import io.lynse.model.Lsn;
import java.nio.ByteBuffer;

/**
 * One entry on its way into the log, part by part. It must be closed; closed before all bytes came, the entry never was. For
 * use by one thread at a time.
 */
public final class EntryAppender implements AutoCloseable {

    private final Appending log;
    private final EntryHead entry;
    private final int frameBytesMax;
    private long bytes;
    private int frames;
    private boolean ended;

    EntryAppender(Appending log, EntryHead entry, int frameBytesMax) {
        this.log = log;
        this.entry = entry;
        this.frameBytesMax = frameBytesMax;
    }

    /** The LSN that the entry has once it is complete. */
    public Lsn lsn() {
        return new Lsn(entry.lsn());
    }

    /** Payload bytes taken so far. */
    public long bytes() {
        return bytes;
    }

    /**
     * Takes the next part, whose position stays. Waits while too many bytes wait for the disk. The entry is complete, and others
     * may append, with its last byte.
     *
     * @return the entry's LSN
     * @throws IllegalArgumentException if more bytes come than were announced
     * @throws LogFailedException if the log has failed
     */
    public Lsn add(ByteBuffer part) {
        if (ended) throw new IllegalStateException("the entry has ended");
        if (bytes + part.remaining() > entry.payloadBytes()) {
            throw new IllegalArgumentException(entry.payloadBytes() + " bytes were announced, more came");
        }
        ByteBuffer left = part.duplicate();
        do {
            ByteBuffer frame = left.slice(left.position(), Math.min(frameBytesMax, left.remaining()));
            left.position(left.position() + frame.remaining());
            bytes += frame.remaining();
            boolean last = bytes == entry.payloadBytes();
            if (last || frame.hasRemaining()) log.put(entry, frames++, last, frame);
            ended = last;
        } while (left.hasRemaining());
        return lsn();
    }

    /** Gives the entry up unless it is complete. */
    @Override
    public void close() {
        if (ended) return;
        ended = true;
        log.giveUp(entry, frames);
    }
}
