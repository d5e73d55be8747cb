package io.lynse.engine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The directory that the log lives in: the port through which a test can cut the power. What is not forced may be lost: bytes
 * until {@link File#force}, creations, renames and deletions until {@link #forceDirectory}.
 */
interface LogDisk {

    /** Names of all files, in any order. */
    List<String> list() throws IOException;

    /** Makes an empty file, or empties the one of that name. */
    File create(String name) throws IOException;

    /** Opens a file for reading and writing. */
    File open(String name) throws IOException;

    /** Replaces a file of the new name. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    void forceDirectory() throws IOException;

    /** For messages to people. */
    String path(String name);

    /** An open file. Positions are bytes from its start. */
    interface File extends AutoCloseable {

        long size() throws IOException;

        /** Reads until the buffer is full or the file ends. */
        void read(ByteBuffer into, long position) throws IOException;

        /** Writes all of the buffer. */
        void write(ByteBuffer from, long position) throws IOException;

        void force() throws IOException;

        @Override
        void close() throws IOException;
    }
}
