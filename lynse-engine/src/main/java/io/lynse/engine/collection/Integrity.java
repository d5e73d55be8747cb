package io.lynse.engine.collection;

import io.lynse.engine.recent.LuceneSegment;
import io.lynse.engine.recent.PartRows;
import io.lynse.engine.recent.SegmentSet;
import io.lynse.engine.row.RowCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;

/**
 * Whether the large files of a commit are what was written: each ends in a checksum of all its bytes, which Lucene looks at only when it
 * merges. The small ones are checked whenever they are read, see {@link CheckedDirectory}.
 */
final class Integrity {

    private static final int ROWS_AT_ONCE = 1024;

    private Integrity() {}

    /** Of the files that the reader's commit names. */
    static long bytes(Directory directory, DirectoryReader reader) throws IOException {
        if (reader.leaves().isEmpty()) return 0; // it may name a commit that was not made yet
        long bytes = 0;
        for (String name : reader.getIndexCommit().getFileNames()) bytes += directory.fileLength(name);
        return bytes;
    }

    /**
     * Reads every byte.
     * @param given up as soon as this says so
     * @throws CorruptIndexException naming the first file that is damaged
     */
    static void check(DirectoryReader reader, BooleanSupplier givenUp) throws IOException {
        for (LeafReaderContext leaf : reader.leaves()) {
            if (givenUp.getAsBoolean()) return;
            ((CodecReader) leaf.reader()).checkIntegrity();
        }
    }

    /**
     * Holds every stored row against its hash.
     * @param givenUp given up as soon as this says so
     * @throws CorruptIndexException if a row is not what was written
     */
    static void checkRows(SegmentSet stored, BooleanSupplier givenUp) throws IOException {
        for (LuceneSegment segment : stored.segments()) {
            PartRows rows = segment.rows();
            for (int row = 0; row < segment.size(); row++) {
                if (row % ROWS_AT_ONCE == 0 && givenUp.getAsBoolean()) return;
                if (segment.isStored(row)) rows.soundVector(row);
            }
        }
    }

    /** @throws CorruptIndexException if the files hold other numbers of rows than their commit says */
    static void check(Path path, SegmentSet stored, RowCounts counts) throws IOException {
        long tombstones = stored.segments().stream().mapToLong(LuceneSegment::tombstoneCount).sum();
        if (stored.reader().numDocs() != counts.rows() || tombstones != counts.tombstones()) {
            throw new CorruptIndexException(
                    "the files hold " + stored.reader().numDocs() + " rows and " + tombstones + " tombstones, the commit says "
                            + counts.rows() + " and " + counts.tombstones(), path.toString());
        }
    }
}
