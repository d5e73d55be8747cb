package io.lynse.tests.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A small file system of its own for one node's data, in a file. Needs root and loop devices. */
final class Disk implements AutoCloseable {

    private static final long BYTES = 2L << 30; // sparse: what is not written takes no space
    private static final long PIECE_LEAST = 4096;
    private static final Duration HELD = Duration.ofMillis(150);
    private static final Duration LET_GO = Duration.ofMillis(30);

    private final Path folder;

    private Disk(Path folder) {
        this.folder = folder;
    }

    /** @param folder where it is mounted; made when it does not exist */
    static Disk mount(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path image = folder.resolveSibling(folder.getFileName() + ".img");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        Shell.run("mkfs.ext4 -q -F -m 0 " + image);
        Shell.run("mount -o loop " + image + " " + folder);
        return new Disk(folder);
    }

    /** What a run that was itself killed has left there. */
    static void unmountBelow(Path folder) throws IOException {
        for (String mount : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            Path place = Path.of(mount.split(" ")[1]);
            if (place.startsWith(folder)) new Disk(place).close();
        }
    }

    /** Whoever writes or forces anything waits from now on. */
    void freeze() throws IOException {
        Shell.run("fsfreeze -f " + folder);
    }

    void thaw() throws IOException {
        Shell.run("fsfreeze -u " + folder);
    }

    /** Holds everything up for a moment, again and again. */
    void slow(Duration lasts) throws IOException {
        long end = System.nanoTime() + lasts.toNanos();
        while (System.nanoTime() < end) {
            freeze();
            try {
                LockSupport.parkNanos(HELD.toNanos());
            } finally {
                thaw();
            }
            LockSupport.parkNanos(LET_GO.toNanos());
        }
    }

    /** Takes all space that is left, in pieces that get smaller. */
    void fill() throws IOException {
        Files.createDirectories(filler());
        int pieces = 0;
        for (long size = Long.highestOneBit(Files.getFileStore(folder).getUsableSpace()); size >= PIECE_LEAST; size /= 2) {
            try {
                Shell.run("fallocate -l " + size + " " + filler().resolve("piece-" + pieces++));
            } catch (IOException tooLarge) {
                // A smaller one may fit.
            }
        }
    }

    void empty() throws IOException {
        try (var pieces = Files.list(filler())) {
            for (Path piece : pieces.toList()) Files.delete(piece);
        }
        Files.delete(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    /** Even when it is frozen, and though a process may still be ending there. */
    @Override
    public void close() throws IOException {
        try {
            thaw();
        } catch (IOException notFrozen) {
            // The usual case.
        }
        Shell.run("umount -l " + folder);
    }
}
