package io.lynse.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.OutputStream;

/** Cuts what is written into chunks, and gives each away, in an array of its own, as soon as it is full. For one thread. */
public final class ChunkStream extends OutputStream {

    /** Whom the chunks are for. What it throws comes out of the write that filled the chunk. */
    public interface Sink {
        void take(ByteString chunk) throws IOException;
    }

    private final int chunkBytesMax;
    private final Sink sink;
    private long left; // that no chunk has been made for
    private byte[] chunk = new byte[0];
    private int used;

    /** @param bytes that will be written: the last chunk is full, too, when they are */
    public ChunkStream(long bytes, int chunkBytesMax, Sink sink) {
        this.left = bytes;
        this.chunkBytesMax = chunkBytesMax;
        this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        int end = from + count;
        for (int at = from; at < end; ) {
            if (used == chunk.length) begin();
            int part = Math.min(end - at, chunk.length - used);
            System.arraycopy(bytes, at, chunk, used, part);
            used += part;
            at += part;
            if (used == chunk.length) sink.take(UnsafeByteOperations.unsafeWrap(chunk));
        }
    }

    private void begin() {
        if (left == 0) throw new IllegalStateException("more is written than was announced");
        chunk = new byte[(int) Math.min(left, chunkBytesMax)];
        left -= chunk.length;
        used = 0;
    }
}
