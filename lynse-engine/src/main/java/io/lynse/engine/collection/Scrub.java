package io.lynse.engine.collection;

import io.lynse.engine.recent.LuceneSegment;
import io.lynse.engine.recent.PartRows;
import io.lynse.engine.recent.SegmentSet;
import io.lynse.model.ElementType;
import java.io.IOException;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;

/**
 * Reads what is in Lucene again, at a pace: every file against the checksum that it ends in, then every row against its hash. The files of
 * the reader are kept meanwhile, also those that a merge has replaced.
 */
final class Scrub {

    private static final int BYTES_AT_ONCE = 1 << 20;
    private static final int ROWS_AT_ONCE = 256;

    private final ScrubPace pace;

    Scrub(ScrubPace pace) {
        this.pace = pace;
    }

    /**
     * @return false: it was given up
     * @throws org.apache.lucene.index.CorruptIndexException if something is not what was written
     */
    boolean run(DirectoryReader reader, int dimension, ElementType elements) throws IOException {
        for (LeafReaderContext leaf : reader.leaves()) {
            var segment = (SegmentReader) leaf.reader();
            for (String name : segment.getSegmentInfo().files()) {
                if (!file(segment.directory(), name)) return false;
            }
        }
        for (LuceneSegment segment : SegmentSet.of(reader, dimension, elements).segments()) {
            if (!rows(segment, (long) dimension * elements.bytes())) return false;
        }
        return true;
    }

    private boolean file(Directory directory, String name) throws IOException {
        try (ChecksumIndexInput file = directory.openChecksumInput(name)) {
            long end = file.length() - CodecUtil.footerLength();
            for (long at = 0; at < end; at += BYTES_AT_ONCE) {
                long upTo = Math.min(end, at + BYTES_AT_ONCE);
                if (!pace.take(upTo - at)) return false;
                file.seek(upTo); // which reads what lies between
            }
            CodecUtil.checkFooter(file);
        }
        return true;
    }

    private boolean rows(LuceneSegment segment, long rowBytes) throws IOException {
        PartRows rows = segment.rows();
        for (int row = 0; row < segment.size(); row++) {
            if (row % ROWS_AT_ONCE == 0 && !pace.take(Math.min(ROWS_AT_ONCE, segment.size() - row) * rowBytes)) return false;
            if (segment.isStored(row)) rows.soundVector(row);
        }
        return true;
    }
}
