package io.lynse.engine.copy;

import io.lynse.engine.directory.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was fetched takes the place of what is in a data directory, as a whole. The file {@code install} is the decision: until it is on disk a
 * crash leaves the old copy, from then on the next start goes on and the new one is there. Each name moves alone, the old one to
 * {@code outgoing} and the new one to its place; a name that is still in {@code incoming} has not moved, so every step may be done
 * again. Whatever else is in the directory (node id, membership, the cluster's metadata) is not of the copy and stays.
 */
public final class Replacement {

    private static final Logger log = LoggerFactory.getLogger(Replacement.class);

    private static final String DECISION = "install";
    private static final String OUTGOING = "outgoing";
    private static final Duration ABANDONED = Duration.ofHours(24);

    private final Path directory;
    private final List<String> names;
    private final List<String> obsolete;

    /**
     * @param directory a data directory that this process has locked
     * @param names     of the files and folders that make a copy; each is in what was fetched
     * @param obsolete  names of files that speak of the old copy alone
     */
    public Replacement(Path directory, List<String> names, List<String> obsolete) {
        this.directory = directory;
        this.names = names;
        this.obsolete = obsolete;
    }

    /** From now on the fetched files are the copy, which {@link #finish} sees to. Nobody may have the old one open then. */
    public void decide() {
        try {
            Folders.delete(outgoing());
            for (String name : names) {
                if (!Files.exists(incoming().resolve(name))) throw new IllegalStateException("nothing was fetched for " + name);
            }
        } catch (IOException failure) {
            throw refused(failure);
        }
        AtomicFile.write(decision(), "the files in incoming replace those here\n".getBytes(StandardCharsets.UTF_8));
    }

    /** Carries out a decision; nothing to do without one. */
    public void finish() {
        if (!Files.exists(decision())) return;
        try {
            for (String name : obsolete) Files.deleteIfExists(directory.resolve(name));
            Files.createDirectories(outgoing());
            for (String name : names) move(name);
            Folders.delete(directory.resolve(IncomingFiles.FOLDER)); // folders alone are left in it
            AtomicFile.delete(decision());
            Folders.delete(outgoing());
            log.atInfo().addKeyValue("directory", directory).log("copy replaced by fetched files");
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    private void move(String name) throws IOException {
        Path fetched = incoming().resolve(name);
        if (!Files.exists(fetched)) return; // it is in its place
        Path place = directory.resolve(name);
        if (Files.exists(place)) {
            Files.move(place, outgoing().resolve(name), StandardCopyOption.ATOMIC_MOVE);
            force();
        }
        Files.move(fetched, place, StandardCopyOption.ATOMIC_MOVE);
        force();
    }

    /** A name that moved from one folder to another is in one of them, whatever was forced first. */
    private void force() throws IOException {
        AtomicFile.forceDirectory(outgoing());
        AtomicFile.forceDirectory(incoming());
        AtomicFile.forceDirectory(directory);
    }

    /**
     * Removes what a crash left of the old copy, and what was fetched for nobody: nothing was added to it for a day.
     * A fetch that goes on takes what is there.
     */
    public void clean(Instant now) {
        try {
            Folders.delete(outgoing());
            Path incoming = directory.resolve(IncomingFiles.FOLDER);
            Instant last = Instant.MIN;
            for (Path found : Folders.below(incoming)) {
                if (Files.isDirectory(found)) continue;
                Instant changed = Files.getLastModifiedTime(found).toInstant();
                if (changed.isAfter(last)) last = changed;
            }
            if (last.isBefore(now.minus(ABANDONED))) Folders.delete(incoming);
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    private Path incoming() {
        return directory.resolve(IncomingFiles.FOLDER).resolve("files");
    }

    private Path outgoing() {
        return directory.resolve(OUTGOING);
    }

    private Path decision() {
        return directory.resolve(DECISION);
    }

    private UncheckedIOException refused(IOException failure) {
        return new UncheckedIOException("cannot replace the files in " + directory + ": " + failure.getMessage(), failure);
    }
}
