package io.lynse.engine.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/**
 * Small files that are replaced as a whole: after a crash a reader finds the old content or the new, never a mixture.
 * The content is written beside, forced, renamed over the old file, and then the directory is forced, because a rename
 * that is not forced may be lost with the power.
 */
public final class AtomicFile {

    private static final String TEMPORARY = ".tmp";

    private AtomicFile() {}

    /** Replaces the file durably. One writer at a time per file. @throws UncheckedIOException naming the file */
    public static void write(Path file, byte[] content) {
        Path beside = file.resolveSibling(file.getFileName() + TEMPORARY);
        try {
            try (FileChannel out = FileChannel.open(
                    beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer left = ByteBuffer.wrap(content);
                while (left.hasRemaining()) out.write(left);
                out.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory"));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + file + ": " + failure.getMessage(), failure);
        }
    }

    /** The file's content; empty when there is no such file. @throws UncheckedIOException naming the file */
    public static Optional<byte[]> read(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Makes a directory, and those above it that are missing, and their names durable. One that is there already may have been made
     * by a process that died before it forced the name, so that is done in any case.
     */
    public static void makeDirectory(Path given) throws IOException {
        Path directory = given.toAbsolutePath();
        Path parent = Objects.requireNonNull(directory.getParent(), "the root is there");
        if (!Files.isDirectory(directory)) {
            if (!Files.isDirectory(parent)) makeDirectory(parent);
            Files.createDirectories(directory); // also if another thread was faster
        }
        forceDirectory(parent);
    }

    /** Removes the file durably, if it is there. @throws UncheckedIOException naming the file */
    public static void delete(Path file) {
        try {
            if (Files.deleteIfExists(file)) forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory"));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete " + file + ": " + failure.getMessage(), failure);
        }
    }

    /** Makes creations, renames and deletions in a directory durable. */
    public static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
