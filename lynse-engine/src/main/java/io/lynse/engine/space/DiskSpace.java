package io.lynse.engine.space;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where free space is read; the port through which a test fills a disk. Failures are {@link UncheckedIOException}. */
public interface DiskSpace {

    /** Bytes that this process may still write. */
    long freeBytes();

    long totalBytes();

    /** Of the disk that a directory is on, which is there when it is first asked. */
    static DiskSpace of(Path directory) {
        return new DiskSpace() {
            @Override
            public long freeBytes() {
                try {
                    return Files.getFileStore(directory).getUsableSpace();
                } catch (IOException unknown) {
                    throw new UncheckedIOException(unknown);
                }
            }

            @Override
            public long totalBytes() {
                try {
                    return Files.getFileStore(directory).getTotalSpace();
                } catch (IOException unknown) {
                    throw new UncheckedIOException(unknown);
                }
            }
        };
    }
}
