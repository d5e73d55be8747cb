package io.lynse.engine.crash;

import io.lynse.engine.disk.Change;
import io.lynse.engine.disk.DiskWatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was done to a directory tree since it was last forced, and takes it back when the power goes:
 * <ul>
 *   <li>bytes until their file is forced: each sector of {@value #SECTOR} on its own keeps or loses them; what made a file longer is
 *       lost with its length, or leaves zeros;
 *   <li>creations, renames and deletions until their directory is forced: from a random one on, in their order.
 * </ul>
 * A force of a file says nothing of its name: POSIX does not, either, though some file systems do more. Different directories
 * lose independently of each other.
 */
final class UnforcedDisk implements DiskWatcher {

    private static final int SECTOR = 512;

    /** Content of a file that is not forced: what stood where since then. Follows the file through its renames. */
    private static final class Content {
        long forcedBytes; // length
        final List<Overwritten> unforced = new ArrayList<>();

        Content(long forcedBytes) {
            this.forcedBytes = forcedBytes;
        }
    }

    private record Overwritten(long position, byte[] before) {}

    /** A change of a directory that is not forced, and how to take it back. */
    private sealed interface NameChange {
        record Made(Path path) implements NameChange {}

        /** @param kept where the file lies until its deletion is forced; null: it was an empty directory */
        record Removed(Path path, @Nullable Path kept, @Nullable Content content) implements NameChange {}

        /** @param kept the file that was replaced; null: there was none */
        record Renamed(Path from, Path to, @Nullable Path kept, @Nullable Content content) implements NameChange {}
    }

    private final Path limbo;
    private final Predicate<Change> forced;
    private final Map<Path, Content> contents = new HashMap<>();
    private final Map<Path, List<NameChange>> names = new HashMap<>();
    private int inLimbo;
    private long left = Long.MAX_VALUE;
    private Predicate<Change> counted = _ -> true;
    private boolean off;

    /**
     * @param limbo  an empty directory beside the tree, for deleted files
     * @param forced which forces do anything; a test build without fsync answers false
     */
    UnforcedDisk(Path limbo, Predicate<Change> forced) {
        this.limbo = limbo;
        this.forced = forced;
    }

    /** After this many more changes nothing works any more. */
    synchronized void cutPowerAfter(long changes) {
        counted = _ -> true;
        left = changes;
    }

    synchronized boolean isOff() {
        return off;
    }

    /** As above, but only changes like these count. */
    synchronized void cutPowerAt(Predicate<Change> like, int nth) {
        counted = like;
        left = nth - 1;
    }

    @Override
    public synchronized boolean before(Change change) throws IOException {
        if (off || counted.test(change) && left-- <= 0) {
            off = true;
            throw new IOException("the power is off");
        }
        Path path = change.path();
        switch (change) {
            case Change.Create _ -> {
                changed(path, new NameChange.Made(path));
                contents.put(path, new Content(0));
            }
            case Change.MakeDirectory _ -> changed(path, new NameChange.Made(path));
            case Change.Write(Path _, long position, ByteBuffer from) -> overwritten(path, position, from.remaining());
            case Change.Truncate(Path _, long bytes) -> truncated(path, bytes);
            case Change.Force _ -> {
                if (forced.test(change)) contents.remove(path);
            }
            case Change.ForceDirectory _ -> {
                if (forced.test(change)) names.remove(path);
            }
            case Change.Delete _ -> {
                changed(path, new NameChange.Removed(path, keep(path), contents.remove(path)));
                return false;
            }
            case Change.DeleteDirectory _ -> changed(path, new NameChange.Removed(path, null, null));
            case Change.Rename(Path _, Path to) -> {
                Path kept = Files.exists(to) ? keep(to) : null;
                changed(path, new NameChange.Renamed(path, to, kept, contents.remove(to)));
                Content content = contents.remove(path);
                if (content != null) contents.put(to, content);
            }
        }
        return true;
    }

    /** What the power leaves of the tree. From now on the disk works again. */
    synchronized void powerIsBack(Random random) throws IOException {
        var directories = new ArrayList<>(names.entrySet());
        directories.sort(Comparator.comparing(changes -> changes.getKey().getNameCount())); // what holds others first
        for (Map.Entry<Path, List<NameChange>> changes : directories) loseNames(changes.getValue(), random);
        int fate = random.nextInt(4);
        for (Map.Entry<Path, Content> file : contents.entrySet()) {
            if (Files.exists(file.getKey())) loseBytes(file.getKey(), file.getValue(), fate, random);
        }
        names.clear();
        contents.clear();
        off = false;
        left = Long.MAX_VALUE;
    }

    private void changed(Path path, NameChange change) {
        names.computeIfAbsent(path.getParent(), _ -> new ArrayList<>()).add(change);
    }

    private Path keep(Path path) throws IOException {
        return Files.move(path, limbo.resolve("kept-" + inLimbo++));
    }

    private Content content(Path path) throws IOException {
        Content known = contents.get(path);
        if (known != null) return known;
        var durable = new Content(Files.size(path));
        contents.put(path, durable);
        return durable;
    }

    private void overwritten(Path path, long position, int bytes) throws IOException {
        Content content = content(path);
        long there = Math.min(position + bytes, content.forcedBytes) - position;
        if (there > 0) content.unforced.add(new Overwritten(position, read(path, position, (int) there)));
    }

    private void truncated(Path path, long bytes) throws IOException {
        Content content = content(path);
        long cut = content.forcedBytes - bytes;
        if (cut > 0) content.unforced.add(new Overwritten(bytes, read(path, bytes, (int) cut)));
    }

    private static byte[] read(Path path, long position, int bytes) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(bytes);
        try (var channel = FileChannel.open(path)) {
            while (into.hasRemaining() && channel.read(into, position + into.position()) > 0) {}
        }
        return into.array();
    }

    private void loseNames(List<NameChange> changes, Random random) throws IOException {
        int kept = random.nextInt(changes.size() + 1);
        for (NameChange change : changes.subList(kept, changes.size()).reversed()) {
            switch (change) {
                case NameChange.Made(Path path) -> deleteAll(path);
                case NameChange.Removed(Path path, Path file, Content content) -> {
                    if (!Files.exists(path.getParent())) continue; // the directory is not there, so nothing is in it
                    if (file == null) Files.createDirectories(path);
                    else putBack(file, path, content);
                }
                case NameChange.Renamed(Path from, Path to, Path file, Content content) -> {
                    if (!Files.exists(to)) continue;
                    putBack(to, from, contents.remove(to));
                    if (file != null) putBack(file, to, content);
                }
            }
        }
    }

    private void putBack(Path from, Path to, @Nullable Content content) throws IOException {
        if (!Files.exists(from)) return;
        Files.move(from, to);
        if (content != null) contents.put(to, content);
    }

    private static void loseBytes(Path path, Content content, int fate, Random random) throws IOException {
        if (fate == 0) return; // all of it had made its way
        byte[] now = Files.readAllBytes(path);
        byte[] before = Arrays.copyOf(now, (int) Math.max(content.forcedBytes, now.length));
        for (Overwritten part : content.unforced.reversed()) System.arraycopy(part.before, 0, before, (int) part.position, part.before.length);
        before = Arrays.copyOf(before, (int) content.forcedBytes);
        double lost = fate == 1 ? 1 : fate == 2 ? 0.5 : 0.05;
        byte[] after = Arrays.copyOf(now, Math.max(now.length, before.length));
        for (int at = 0; at < after.length; at += SECTOR) {
            if (random.nextDouble() >= lost) continue;
            for (int i = at; i < Math.min(after.length, at + SECTOR); i++) after[i] = i < before.length ? before[i] : 0;
        }
        int length = after.length;
        if (fate == 1) length = before.length;
        else if (now.length > before.length && random.nextBoolean()) length = before.length + random.nextInt(now.length - before.length + 1);
        Files.write(path, Arrays.copyOf(after, length), StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static void deleteAll(Path path) throws IOException {
        if (!Files.exists(path)) return;
        try (Stream<Path> found = Files.walk(path)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }
}
