package io.lynse.engine.recent;

import java.io.IOException;
import org.apache.lucene.util.BytesRef;

/** Reads the rows of one {@link Part} one by one; cheapest in ascending order. For use by one thread, which retains the view. */
public interface PartRows {

    /** Of the row's id, see {@link io.lynse.engine.row.RowKey}. Valid until the next call. */
    BytesRef key(int row) throws IOException;

    /** An LDBF1 object that the caller does not write to. */
    byte[] fields(int row) throws IOException;

    /** Clock of the order stamp. */
    long clock(int row) throws IOException;

    /** Place of the order stamp. */
    int place(int row) throws IOException;

    /** Valid until the next call. */
    float[] vector(int row) throws IOException;

    /**
     * The vector of a row that is about to be returned: the row is held against its {@link io.lynse.engine.row.RowHash} where it comes from
     * a file.
     * @throws org.apache.lucene.index.CorruptIndexException if it is not what was written
     */
    float[] soundVector(int row) throws IOException;
}
