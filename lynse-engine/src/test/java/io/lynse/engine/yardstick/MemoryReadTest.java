package io.lynse.engine.yardstick;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryReadTest {

    private static final long ONES = 0x0101_0101_0101_0101L;

    @ParameterizedTest
    @ValueSource(longs = {1, 4_096, 100_000})
    void readsEveryByteOnceHoweverManyThreadsShareThem(long bytes) {
        try (var memory = new MemoryRead(bytes)) {
            assertThat(memory.bytes()).isGreaterThanOrEqualTo(bytes);
            for (int threads = 1; threads <= 3; threads++) {
                assertThat(memory.passes(2, threads)).isEqualTo(2 * memory.bytes() / Long.BYTES * ONES);
            }
            assertThat(memory.pass()).isEqualTo(memory.bytes() / Long.BYTES * ONES);
        }
    }
}
