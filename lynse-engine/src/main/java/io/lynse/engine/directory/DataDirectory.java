package io.lynse.engine.directory;

import io.lynse.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A node's data directory while this process holds it. Files of its own:
 * <ul>
 *   <li>{@code lynse.lock}: locked while the node runs (the lock goes with the process, so a stale file means nothing);
 *   <li>{@code node.id}: the node's random id and its CRC32C in hex, one line of text. An address is no identity: a wiped directory has another id.
 *   <li>{@code node.place}: which file on which disk {@code node.id} is. In a copy it tells of another file than the one beside it.
 * </ul>
 * A directory is taken over when it is empty or new, or when it has a {@code node.id}. Files of the operating system
 * ({@code lost+found}, names that begin with a dot) do not count. Anything else, a LynseDB directory for instance, is refused:
 * mixing two owners' files would damage both.
 */
public final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "lynse.lock";
    private static final String NODE_ID = "node.id";
    private static final String PLACE = "node.place";

    private final Path path;
    private final NodeId nodeId;
    private final FileChannel lockChannel;

    private DataDirectory(Path path, NodeId nodeId, FileChannel lockChannel) {
        this.path = path;
        this.nodeId = nodeId;
        this.lockChannel = lockChannel;
    }

    /**
     * Makes the directory when missing, locks it and reads the node's id, or gives it one.
     *
     * @throws DataDirectoryException if it cannot be used; the message names it and says what to do
     */
    public static DataDirectory open(Path given) {
        Path path = given.toAbsolutePath().normalize();
        create(path);
        if (readId(path).isEmpty()) refuseForeign(path); // before the lock, which is a file itself
        FileChannel channel = lock(path);
        try {
            // Read again: whoever held the lock until now may have given the directory its id.
            NodeId id = readId(path).map(content -> parse(path, content)).orElseGet(() -> newId(path));
            return new DataDirectory(path, id, channel);
        } catch (RuntimeException failure) {
            closeQuietly(channel, failure);
            throw failure;
        }
    }

    public Path path() {
        return path;
    }

    public NodeId nodeId() {
        return nodeId;
    }

    /** Whether this is a copy of a directory (by {@code cp}, from a backup) and {@link #settle} was not called since it was made. */
    public boolean isCopy() {
        return AtomicFile.read(path.resolve(PLACE)).filter(written -> !Arrays.equals(written, place())).isPresent();
    }

    /** From now on this directory is no copy. */
    public void settle() {
        byte[] place = place();
        if (AtomicFile.read(path.resolve(PLACE)).filter(written -> Arrays.equals(written, place)).isEmpty()) AtomicFile.write(path.resolve(PLACE), place);
    }

    /** A copied file has another inode or, where numbers are alike by chance, another time of its last change. */
    private byte[] place() {
        Path file = path.resolve(NODE_ID);
        try {
            Object place = file.getFileSystem().supportedFileAttributeViews().contains("unix")
                    ? Files.getAttribute(file, "unix:ino") + " " + Files.getAttribute(file, "unix:ctime")
                    : Files.readAttributes(file, BasicFileAttributes.class).creationTime();
            return (place + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file + ": " + failure.getMessage(), failure);
        }
    }

    /** A file or folder in it. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot release the lock of " + path, failure);
        }
    }

    private static void create(Path path) {
        try {
            // Once it has an id its name is known to be durable, and whoever may not read the folder above need not.
            if (!Files.isDirectory(path) || !Files.exists(path.resolve(NODE_ID))) AtomicFile.makeDirectory(path);
        } catch (FileAlreadyExistsException file) {
            throw new DataDirectoryException("the data directory " + path + " is a file; name a directory", file);
        } catch (IOException failure) {
            throw new DataDirectoryException("cannot create the data directory " + path + " (" + failure + ")", failure);
        }
        if (!Files.isWritable(path)) {
            throw new DataDirectoryException("the data directory " + path + " is not writable for this user", null);
        }
    }

    private static FileChannel lock(Path path) {
        FileChannel channel;
        try {
            channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException failure) {
            throw new DataDirectoryException("cannot write to the data directory " + path + " (" + failure + ")", failure);
        }
        DataDirectoryException refusal;
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) return channel;
            refusal = new DataDirectoryException(
                    "the data directory " + path + " is in use by another process; stop it or name another directory", null);
        } catch (OverlappingFileLockException here) {
            refusal = new DataDirectoryException("the data directory " + path + " is in use by this process already", here);
        } catch (IOException failure) {
            refusal = new DataDirectoryException("cannot lock the data directory " + path + " (" + failure + ")", failure);
        }
        closeQuietly(channel, refusal);
        throw refusal;
    }

    private static void refuseForeign(Path path) {
        try (Stream<Path> files = Files.list(path)) {
            Optional<String> foreign = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !name.equals("lost+found") && !name.startsWith(LOCK) && !name.startsWith(NODE_ID))
                    .sorted()
                    .findFirst();
            if (foreign.isPresent()) {
                throw new DataDirectoryException("the data directory " + path + " holds files that are not ours (" + foreign.get()
                        + ") and no " + NODE_ID + "; name an empty directory", null);
            }
        } catch (IOException failure) {
            throw new DataDirectoryException("cannot list the data directory " + path + " (" + failure + ")", failure);
        }
    }

    private static Optional<byte[]> readId(Path path) {
        return AtomicFile.read(path.resolve(NODE_ID));
    }

    /** A file without a checksum is from before there was one. */
    private static NodeId parse(Path path, byte[] content) {
        String[] words = new String(content, StandardCharsets.UTF_8).strip().split(" ", -1);
        try {
            String id = UUID.fromString(words[0]).toString();
            // Whatever else would pass for an id (fewer digits do, by UUID.fromString) would make the node another one.
            if (!id.equals(words[0]) || words.length > 2 || words.length == 2 && !words[1].equals(checksum(id))) {
                throw new IllegalArgumentException("not an id with its checksum");
            }
            return new NodeId(id);
        } catch (IllegalArgumentException damaged) {
            throw new DataDirectoryException("the file " + path.resolve(NODE_ID)
                    + " holds no node id; restore it from the cluster's metadata (it names the ids of its members) or start with an empty directory", damaged);
        }
    }

    private static NodeId newId(Path path) {
        var id = new NodeId(UUID.randomUUID().toString());
        AtomicFile.write(path.resolve(NODE_ID), (id.value() + " " + checksum(id.value()) + "\n").getBytes(StandardCharsets.UTF_8));
        return id;
    }

    private static String checksum(String id) {
        var crc = new CRC32C();
        crc.update(id.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static void closeQuietly(FileChannel channel, @Nullable Exception because) {
        try {
            channel.close();
        } catch (IOException failure) {
            if (because != null) because.addSuppressed(failure);
        }
    }
}
