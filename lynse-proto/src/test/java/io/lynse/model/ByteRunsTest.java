package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ByteRunsTest {

    @Test
    void aRunMayEndWhereABufferMustEnd(@TempDir Path dir) throws IOException {
        try (var file = FileChannel.open(dir.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            int end = Integer.MAX_VALUE;
            int length = 100_000;
            byte[] last = {1, 2, 3};
            file.write(ByteBuffer.wrap(last), end - last.length);
            ByteBuffer longest = file.map(MapMode.READ_ONLY, 0, end); // of a file without blocks: it takes addresses, no memory
            var out = new ByteArrayOutputStream();
            ByteRuns.of(longest.position(end - length)).writeTo(out);
            assertThat(out.size()).isEqualTo(length);
            assertThat(out.toByteArray()).endsWith(last);
        }
    }
}
