package io.lynse.engine.index.hnsw;

import java.io.IOException;
import java.util.function.Function;
import org.apache.lucene.index.MergePolicy.MergeAbortedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/**
 * Where a merge writes. Lucene closes its writer for good when a merge fails; one that was given up is forgotten, with its files. A
 * disk without room for a merge has lost nothing: the rows lie in the segments that were to be merged. So a write that fails here
 * gives the merge up.
 */
final class MergeDirectory extends FilterDirectory {

    private final Function<IOException, MergeAbortedException> givenUp;

    /** @param givenUp told why; makes the exception that ends the merge */
    MergeDirectory(Directory in, Function<IOException, MergeAbortedException> givenUp) {
        super(in);
        this.givenUp = givenUp;
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
        try {
            return new Output(name, in.createOutput(name, context));
        } catch (IOException failed) {
            throw because(failed);
        }
    }

    @Override
    public IndexOutput createTempOutput(String prefix, String suffix, IOContext context) throws IOException {
        try {
            IndexOutput output = in.createTempOutput(prefix, suffix, context);
            return new Output(output.getName(), output);
        } catch (IOException failed) {
            throw because(failed);
        }
    }

    private MergeAbortedException because(IOException failed) {
        return failed instanceof MergeAbortedException already ? already : givenUp.apply(failed);
    }

    private final class Output extends FilterIndexOutput {

        Output(String name, IndexOutput out) {
            super("MergeDirectory(" + out + ")", name, out);
        }

        @Override
        public void writeByte(byte value) throws IOException {
            try {
                out.writeByte(value);
            } catch (IOException failed) {
                throw because(failed);
            }
        }

        @Override
        public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.writeBytes(bytes, offset, length);
            } catch (IOException failed) {
                throw because(failed);
            }
        }

        @Override
        public void writeShort(short value) throws IOException {
            try {
                out.writeShort(value);
            } catch (IOException failed) {
                throw because(failed);
            }
        }

        @Override
        public void writeInt(int value) throws IOException {
            try {
                out.writeInt(value);
            } catch (IOException failed) {
                throw because(failed);
            }
        }

        @Override
        public void writeLong(long value) throws IOException {
            try {
                out.writeLong(value);
            } catch (IOException failed) {
                throw because(failed);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } catch (IOException failed) {
                throw because(failed);
            }
        }
    }
}
