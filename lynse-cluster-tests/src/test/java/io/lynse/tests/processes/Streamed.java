package io.lynse.tests.processes;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A body that is too large to be held: its pieces are made while it is sent.
 *
 * @param size   of all pieces, in bytes
 * @param pieces from the beginning, each time
 */
record Streamed(String contentType, long size, Supplier<Stream<byte[]>> pieces) {

    InputStream open() {
        Iterator<byte[]> left = pieces.get().iterator();
        return new SequenceInputStream(new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return left.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return new ByteArrayInputStream(left.next());
            }
        });
    }
}
