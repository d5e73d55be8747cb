package io.lynse.engine.collection;

import io.lynse.engine.copy.CheckpointFile;
import io.lynse.engine.directory.AtomicFile;
import io.lynse.engine.index.hnsw.GraphBuilds;
import io.lynse.engine.index.hnsw.GraphMerges;
import io.lynse.engine.index.hnsw.GraphTally;
import io.lynse.engine.recent.SegmentSet;
import io.lynse.model.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KeepOnlyLastCommitDeletionPolicy;
import org.apache.lucene.index.SnapshotDeletionPolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.ReadAdvice;

/**
 * The Lucene index of one collection. Nothing is committed unless we say so: what was added after the last commit is in the
 * log, and a commit without its LSN would be counted twice by the replay.
 */
final class CollectionFiles implements AutoCloseable {

    /** Lucene gathers vectors on the heap until it writes a segment, and a few collections may do so at once. */
    private static final double BUFFER_MIB = Math.clamp(Runtime.getRuntime().maxMemory() / 8 >> 20, 4, 64);

    private final Path path;
    private final Directory directory;
    private final IndexWriter writer;
    private final SnapshotDeletionPolicy commits;
    private final GraphMerges merges;
    private final CommitData found;

    private CollectionFiles(
            Path path, Directory directory, IndexWriter writer, SnapshotDeletionPolicy commits, GraphMerges merges, CommitData found) {
        this.path = path;
        this.directory = directory;
        this.writer = writer;
        this.commits = commits;
        this.merges = merges;
        this.found = found;
    }

    /**
     * Opens the index, or begins an empty one when there is no commit.
     * @param elements how segments store the vectors that are written from now on
     * @param owner    told of every merge
     * @throws IOException or RuntimeException on damage
     */
    static CollectionFiles open(Path path, ElementType elements, GraphBuilds builds, GraphMerges.Owner owner) throws IOException {
        AtomicFile.makeDirectory(path); // Lucene forces what is in it, not its name
        var mapped = new MMapDirectory(path);
        var directory = new CheckedDirectory(mapped);
        try {
            // The vectors are read from end to end: let the kernel read ahead.
            mapped.setReadAdvice((name, context) -> Optional.of(ReadAdvice.NORMAL));
            boolean exists = DirectoryReader.indexExists(directory);
            var tally = new GraphTally();
            var merges = new GraphMerges(builds, tally, owner);
            var commits = new SnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy());
            var writer = new IndexWriter(directory, config(new CollectionCodec(elements, builds, tally), merges, commits));
            try {
                CommitData found = exists ? CommitData.of(writer.getLiveCommitData()) : CommitData.NOTHING;
                return new CollectionFiles(path, directory, writer, commits, merges, found);
            } catch (RuntimeException failure) {
                writer.rollback();
                throw failure;
            }
        } catch (IOException | RuntimeException failure) {
            directory.close();
            throw failure;
        }
    }

    static boolean hasCommit(Path path) throws IOException {
        if (!Files.isDirectory(path)) return false;
        try (Stream<Path> files = Files.list(path)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("segments_"));
        }
    }

    /** See {@link Collection#check}. */
    static void check(Path path, int dimension, ElementType elements, BooleanSupplier givenUp) throws IOException {
        try (var directory = new CheckedDirectory(new MMapDirectory(path)); DirectoryReader reader = DirectoryReader.open(directory)) {
            Integrity.check(reader, givenUp);
            SegmentSet stored = SegmentSet.of(reader, dimension, elements);
            Integrity.check(path, stored, CommitData.of(reader.getIndexCommit().getUserData().entrySet()).counts());
            Integrity.checkRows(stored, givenUp);
        }
    }

    Path path() {
        return path;
    }

    IndexWriter writer() {
        return writer;
    }

    GraphMerges merges() {
        return merges;
    }

    /** What the commit said that the index was opened from. */
    CommitData found() {
        return found;
    }

    /** A reader of everything written so far. The caller closes it. */
    DirectoryReader read() throws IOException {
        return DirectoryReader.open(writer, true, false);
    }

    /** Of the reader's large files and small ones. */
    long bytes(DirectoryReader reader) throws IOException {
        return Integrity.bytes(directory, reader);
    }

    /** Forces the files of a reader to disk, which a commit would do, too, but with everybody waiting for it. */
    void force(DirectoryReader reader) throws IOException {
        List<String> names = reader.getIndexCommit().getFileNames().stream().filter(name -> !name.startsWith(IndexFileNames.SEGMENTS)).toList();
        directory.sync(names);
    }

    /** First half of a commit: forces the files to disk, without making them the ones that count. */
    void prepareCommit(CommitData data) throws IOException {
        writer.setLiveCommitData(data.toMap().entrySet());
        writer.prepareCommit();
    }

    /** Second half: an atomic rename. */
    void finishCommit() throws IOException {
        writer.commit();
    }

    /** Keeps the files of the last commit. There must be one. */
    IndexCommit pin() throws IOException {
        return commits.snapshot();
    }

    /** The files of a pinned commit with the checksums that they end in. Also when this is closed. @param folder in front of their names */
    List<CheckpointFile> list(IndexCommit commit, String folder) throws IOException {
        var all = new ArrayList<CheckpointFile>();
        try (Directory pinned = new MMapDirectory(path)) {
            for (String name : commit.getFileNames()) {
                try (IndexInput file = pinned.openInput(name, IOContext.READONCE)) {
                    long checksum = CodecUtil.retrieveChecksum(file);
                    all.add(new CheckpointFile(folder + name, file.length(), file.length() - Long.BYTES, (int) checksum));
                }
            }
        }
        return all;
    }

    /** Lets the files of a pinned commit go. */
    void unpin(IndexCommit commit) throws IOException {
        commits.release(commit);
        writer.deleteUnusedFiles();
    }

    /** Closes without a commit. */
    @Override
    public void close() throws IOException {
        try (directory) {
            writer.rollback();
        }
    }

    /** Makes this the one commit of a directory that nobody has open. Files that are not its own go when it is opened. */
    static void keepOnly(Path path, long generation) throws IOException {
        String kept = IndexFileNames.fileNameFromGeneration(IndexFileNames.SEGMENTS, "", generation);
        if (!Files.exists(path.resolve(kept))) return; // opening it will tell
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                boolean commit = name.startsWith(IndexFileNames.SEGMENTS) || name.startsWith(IndexFileNames.PENDING_SEGMENTS);
                if (commit && !name.equals(kept)) Files.delete(file);
            }
        }
        AtomicFile.forceDirectory(path);
    }

    /** Removes a directory with everything in it, also when a part is gone already. */
    static void delete(Path path) {
        if (!Files.exists(path)) return;
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete " + path + ": " + failure.getMessage(), failure);
        }
    }

    private static IndexWriterConfig config(CollectionCodec codec, GraphMerges merges, SnapshotDeletionPolicy commits) {
        var config = new IndexWriterConfig();
        config.setIndexDeletionPolicy(commits);
        config.setCodec(codec);
        config.setRAMBufferSizeMB(BUFFER_MIB);
        config.setUseCompoundFile(false); // packing the files would cost most of a second copy
        merges.configure(config);
        config.setMaxFullFlushMergeWaitMillis(0);
        config.setCheckPendingFlushUpdate(false);
        config.setCommitOnClose(false);
        return config;
    }
}
