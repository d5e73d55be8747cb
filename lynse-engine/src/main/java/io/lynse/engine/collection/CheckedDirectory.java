package io.lynse.engine.collection;

import java.io.IOException;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/**
 * Checks a file before Lucene parses it, where Lucene would do so afterwards: the small files that it reads whole into the heap (those
 * it opens for a checksum). A length in them that lies would have been believed by then, and the memory be gone.
 */
final class CheckedDirectory extends FilterDirectory {

    CheckedDirectory(Directory in) {
        super(in);
    }

    @Override
    public ChecksumIndexInput openChecksumInput(String name) throws IOException {
        try (IndexInput file = openInput(name, IOContext.READONCE)) {
            CodecUtil.checksumEntireFile(file);
        }
        return super.openChecksumInput(name);
    }
}
