package io.lynse.engine.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An open file or directory whose changes are told first. */
final class WatchedChannel extends FileChannel {

    private final WatchedProvider provider;
    private final FileChannel real;
    private volatile Path path; // follows the file
    private final boolean directory;

    WatchedChannel(WatchedProvider provider, FileChannel real, Path path, boolean directory) {
        this.provider = provider;
        this.real = real;
        this.path = path;
        this.directory = directory;
    }

    void renamed(Path from, Path to) {
        if (path.equals(from)) path = to;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int bytes = from.remaining();
        provider.make(new Change.Write(path, real.position(), from.asReadOnlyBuffer()), () -> {
            while (from.hasRemaining()) real.write(from);
        });
        return bytes;
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        int bytes = from.remaining();
        provider.make(new Change.Write(path, position, from.asReadOnlyBuffer()), () -> {
            long at = position;
            while (from.hasRemaining()) at += real.write(from, at);
        });
        return bytes;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        long written = 0;
        for (int i = offset; i < offset + length; i++) written += write(from[i]);
        return written;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        // The real disk is not asked: the page cache outlives the process, and what a power cut leaves is the watcher's decision.
        provider.make(directory ? new Change.ForceDirectory(path) : new Change.Force(path), () -> {});
    }

    @Override
    public FileChannel truncate(long bytes) throws IOException {
        provider.make(new Change.Truncate(path, bytes), () -> real.truncate(bytes));
        return this;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return real.read(into);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        return real.read(into, offset, length);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return real.read(into, position);
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        real.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException("the engine writes from buffers");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        readOnly(mode);
        return real.map(mode, position, size);
    }

    @Override
    public MemorySegment map(MapMode mode, long offset, long size, Arena arena) throws IOException {
        readOnly(mode);
        return real.map(mode, offset, size, arena);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return real.lock(position, size, shared);
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return real.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        provider.closed(this);
        real.close();
    }

    private static void readOnly(MapMode mode) {
        if (mode != MapMode.READ_ONLY) throw new UnsupportedOperationException("writing through a mapping would pass the watcher by");
    }
}
