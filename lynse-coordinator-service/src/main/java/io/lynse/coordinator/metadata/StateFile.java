package io.lynse.coordinator.metadata;

import io.lynse.coordinator.config.ConfigException;
import io.lynse.coordinator.config.Json;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The local file that caches the cluster's image (wire contract 8.3, its tables in short): sorted keys, two blanks of indent, UTF-8. It is replaced as
 * a whole: written aside, fsynced, renamed, and the folder fsynced, so that a crash leaves the old file or the new one. A file
 * beside it, {@code NAME.lock}, keeps a second coordinator off, and names the one that holds it or held it last.
 */
public final class StateFile implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final DefaultIndenter TWO_BLANKS = new DefaultIndenter("  ", "\n");
    private static final ObjectWriter PRETTY = JSON.writer()
            .with(new DefaultPrettyPrinter().withObjectIndenter(TWO_BLANKS).withArrayIndenter(TWO_BLANKS));

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int WORD_BYTES_MAX = 1024;

    private final Path path;
    private final FileChannel lockChannel;
    private final FileLock lock;

    private StateFile(Path path, FileChannel lockChannel, FileLock lock) {
        this.path = path;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /** @throws ConfigException if the folder cannot be written, or another process holds the file */
    public static StateFile open(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder(absolute));
            FileChannel channel = FileChannel.open(
                    lockPath(absolute), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new ConfigException("cluster state " + absolute + " is in use by another coordinator: give each its own --cluster-state");
            }
            return new StateFile(absolute, channel, lock);
        } catch (IOException failed) {
            throw new ConfigException("cluster state " + absolute + " cannot be opened: " + failed);
        }
    }

    public Path path() {
        return path;
    }

    /** What a start finds. */
    public sealed interface Content {
        record Nothing() implements Content {}

        record Image(ClusterImage image) implements Content {}

        /** Torn, damaged or not ours; {@code what} is wrong with it. */
        record Damaged(String what) implements Content {}
    }

    /** @throws ConfigException if the disk refuses */
    public Content read() {
        if (!Files.exists(path)) return new Content.Nothing();
        try {
            return new Content.Image(StateDocument.image(new Json("", JSON.readTree(Files.readAllBytes(path)))));
        } catch (IOException unreadable) {
            throw new ConfigException("cluster state " + path + " cannot be read: " + unreadable);
        } catch (JacksonException malformed) {
            var at = malformed.getLocation();
            return new Content.Damaged((at == null ? "" : "line " + at.getLineNr() + ": ") + "not JSON: " + Json.complaint(malformed));
        } catch (LynseException wrong) {
            return new Content.Damaged(wrong.error().message());
        } catch (IllegalArgumentException wrong) {
            return new Content.Damaged(String.valueOf(wrong.getMessage()));
        }
    }

    /** Replaces the file; durable on return. @throws UncheckedIOException if the disk refuses: the old file is then still there */
    public void write(ClusterImage image) {
        byte[] bytes = PRETTY.writeValueAsBytes(StateDocument.compact(image));
        Path aside = path.resolveSibling(path.getFileName() + ".tmp");
        try {
            try (var out = FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                var rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) out.write(rest);
                out.force(true);
            }
            Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (var directory = FileChannel.open(folder(path), StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cluster state " + path + " cannot be written", failed);
        }
    }

    /**
     * Leaves word of who holds the file now.
     * @param incarnation of this process
     * @return that of the process that held it before, which is dead: the lock was free on this machine, which was not started anew since, and this
     *     is the very file that it wrote. Empty where that is not certain: a copy is told of a process that may live
     */
    public Optional<String> takenBy(String incarnation) {
        try {
            String here = " " + Files.readAttributes(lockPath(path), BasicFileAttributes.class).fileKey() + " " + machineStart();
            var bytes = ByteBuffer.allocate((int) Math.min(lockChannel.size(), WORD_BYTES_MAX));
            lockChannel.read(bytes, 0);
            String before = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
            lockChannel.truncate(0);
            lockChannel.write(StandardCharsets.UTF_8.encode(incarnation + here), 0);
            lockChannel.force(true);
            return before.endsWith(here) && before.length() > here.length() ? Optional.of(before.substring(0, before.length() - here.length())) : Optional.empty();
        } catch (IOException failed) {
            throw new UncheckedIOException("cluster state " + path + " cannot be taken over", failed);
        }
    }

    /** Drawn by the kernel at each start; where it is not told, nothing is certain. */
    private static String machineStart() throws IOException {
        return Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : UUID.randomUUID().toString();
    }

    private static Path lockPath(Path absolute) {
        return absolute.resolveSibling(absolute.getFileName() + ".lock");
    }

    @Override
    public void close() {
        try (lockChannel) {
            lock.release();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path folder(Path absolute) {
        Path parent = absolute.getParent();
        if (parent == null) throw new ConfigException("cluster state " + absolute + " is no file");
        return parent;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldHere) {
            return null;
        }
    }
}
