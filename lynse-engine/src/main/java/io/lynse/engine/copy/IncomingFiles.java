package io.lynse.engine.copy;

import io.lynse.engine.directory.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of another member's checkpoint as they arrive: in the folder {@code incoming/files} of a data directory, laid out as in one. What has
 * its own name there is complete and has its checksum; of others there may be the beginning, named {@code NAME.LENGTH.CHECKSUM.part}. What is there already is not fetched again, whoever began it and whenever: a name, a length and a checksum say which bytes are meant. For use
 * by one thread at a time; the figures are for all.
 */
public final class IncomingFiles implements AutoCloseable {

    static final String FOLDER = "incoming";
    private static final int BUFFER_BYTES = 1 << 18;

    /**
     * What is to be fetched of a file.
     *
     * @param file its place in the list
     */
    public record Missing(int file, long from, long bytes) {}

    /** What a piece came to. */
    public enum Arrival {
        MORE_TO_COME, COMPLETE,
        /** All bytes are here, and are not those of the list. They are dropped: the file is missing from its beginning on. */
        DAMAGED
    }

    private final Path folder;
    private CheckpointList list;
    private final BitSet complete = new BitSet();
    private @Nullable Open open;
    private final AtomicLong bytesDone = new AtomicLong();
    private volatile long bytesTotal;

    private record Open(int file, FileChannel out, FileSum sum) {}

    /** @param directory a data directory */
    public IncomingFiles(Path directory, CheckpointList list) {
        this.folder = directory.resolve(FOLDER);
        this.list = list;
    }

    /** Where what is complete lies. */
    public Path files() {
        return folder.resolve("files");
    }

    public CheckpointList list() {
        return list;
    }

    /** Bytes that are here, incomplete files included. */
    public long bytesDone() {
        return bytesDone.get();
    }

    public long bytesTotal() {
        return bytesTotal;
    }

    /**
     * Makes the place ready for a list: keeps what is there and belongs to it, reading all of that, and removes the rest.
     * @throws UncheckedIOException if the disk refuses
     */
    public void begin(CheckpointList wanted) {
        try {
            closePart();
            list = wanted;
            complete.clear();
            bytesTotal = wanted.bytes();
            bytesDone.set(0);
            for (String each : List.of("log", "collections")) Files.createDirectories(files().resolve(each)); // a checkpoint may have no collection
            AtomicFile.forceDirectory(parent(folder.toAbsolutePath()));
            removeOthers();
            for (int file = 0; file < list.files().size(); file++) takeStock(file);
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    private void removeOthers() throws IOException {
        Set<Path> wanted = list.files().stream().flatMap(file -> Stream.of(place(file), part(file))).collect(Collectors.toSet());
        Set<Path> folders = wanted.stream().map(IncomingFiles::parent).collect(Collectors.toSet());
        for (Path found : Folders.below(files()).reversed()) {
            boolean kept = wanted.contains(found) || folders.contains(found) || parent(found).equals(files()) && Files.isDirectory(found);
            if (!kept) Folders.delete(found);
        }
    }

    private void takeStock(int file) throws IOException {
        CheckpointFile wanted = list.files().get(file);
        Path place = place(wanted);
        Files.createDirectories(parent(place));
        if (Files.exists(place) && Files.size(place) == wanted.bytes() && sum(wanted, place).fits()) {
            complete.set(file);
            bytesDone.addAndGet(wanted.bytes());
            Files.deleteIfExists(part(wanted));
            return;
        }
        Files.deleteIfExists(place);
        if (wanted.bytes() > 0 && !Files.exists(part(wanted))) return;
        Open part = opened(file, wanted);
        long here = part.sum.bytes();
        bytesDone.addAndGet(here);
        if (here >= wanted.bytes()) ended(part, wanted); // it was all there when the process died, or is empty
        closePart();
    }

    /** What is still to be fetched, in the list's order. */
    public List<Missing> missing() {
        try {
            var missing = new ArrayList<Missing>();
            for (int file = complete.nextClearBit(0); file < list.files().size(); file = complete.nextClearBit(file + 1)) {
                CheckpointFile wanted = list.files().get(file);
                long here = open != null && open.file == file ? open.sum.bytes() : Files.exists(part(wanted)) ? Files.size(part(wanted)) : 0;
                missing.add(new Missing(file, here, wanted.bytes() - here));
            }
            return missing;
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    /**
     * Adds a piece of a file, behind those that are here.
     *
     * @param offset where in the file it begins
     * @param piece  position to limit; may be empty only where the file is
     * @throws IllegalArgumentException if it is not what comes next
     * @throws UncheckedIOException if the disk refuses
     */
    public Arrival append(int file, long offset, ByteBuffer piece) {
        if (file < 0 || file >= list.files().size() || complete.get(file)) throw new IllegalArgumentException("file " + file + " is not missing");
        CheckpointFile wanted = list.files().get(file);
        try {
            Open part = opened(file, wanted);
            long here = part.sum.bytes();
            if (offset != here || piece.remaining() > wanted.bytes() - here) {
                throw new IllegalArgumentException(
                        piece.remaining() + " bytes at " + offset + " do not follow the " + here + " of " + wanted.bytes() + " that are here of " + wanted.path());
            }
            part.sum.add(piece);
            int bytes = piece.remaining();
            for (long at = offset; piece.hasRemaining(); ) at += part.out.write(piece, at);
            bytesDone.addAndGet(bytes);
            return part.sum.bytes() < wanted.bytes() ? Arrival.MORE_TO_COME : ended(part, wanted);
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    private Arrival ended(Open part, CheckpointFile wanted) throws IOException {
        boolean fits = part.sum.fits();
        if (fits) part.out.force(true);
        closePart();
        if (!fits) {
            Files.delete(part(wanted));
            bytesDone.addAndGet(-part.sum.bytes());
            return Arrival.DAMAGED;
        }
        Files.move(part(wanted), place(wanted), StandardCopyOption.ATOMIC_MOVE);
        complete.set(part.file);
        return Arrival.COMPLETE;
    }

    /** Everything has come: makes the names durable. What is in the files is. @throws IllegalStateException if something is missing */
    public void settle() {
        if (complete.cardinality() < list.files().size()) throw new IllegalStateException("files are missing");
        try {
            Folders.forceNames(folder);
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    /** Removes everything. Ends the use of this. */
    public void discard() {
        try {
            closePart();
            Folders.delete(folder);
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    /** What is here stays, for whoever goes on. */
    @Override
    public void close() {
        try {
            closePart();
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    private Open opened(int file, CheckpointFile wanted) throws IOException {
        if (open != null && open.file == file) return open;
        closePart();
        Path part = part(wanted);
        FileSum sum = Files.exists(part) ? sum(wanted, part) : new FileSum(wanted);
        open = new Open(file, FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE), sum);
        return open;
    }

    private void closePart() throws IOException {
        if (open != null) open.out.close();
        open = null;
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent(), "all of this lies in a folder");
    }

    private Path place(CheckpointFile file) {
        return files().resolve(file.path());
    }

    private Path part(CheckpointFile file) {
        String sum = HexFormat.of().toHexDigits(file.crc32());
        return files().resolve(file.path() + "." + file.bytes() + "." + sum + ".part");
    }

    private static FileSum sum(CheckpointFile file, Path found) throws IOException {
        var sum = new FileSum(file);
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (FileChannel in = FileChannel.open(found, StandardOpenOption.READ)) {
            while (in.read(buffer.clear(), sum.bytes()) > 0) sum.add(buffer.flip());
        }
        return sum;
    }

    private UncheckedIOException refused(IOException failure) {
        // A closed channel says nothing but its name.
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return new UncheckedIOException("cannot keep files in " + folder + ": " + reason, failure);
    }
}
