package io.lynse.engine.index.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DotKernelsTest {

    private static final int G = Lanes.GROUP_ROWS;

    @ParameterizedTest(name = "{0} components")
    @ValueSource(ints = {4, 8, 12, 64, 384, 1032})
    void addsUpWhatAPlainLoopDoes(int components) {
        check(components, new Random(components), false);
    }

    /** All codes at their limits and of one sign: the sums of four products come as close to a short's limit as they can. */
    @ParameterizedTest(name = "{0} components")
    @ValueSource(ints = {4, 384, 131_072})
    void doesNotOverflowAtTheLargestCodes(int components) {
        check(components, new Random(components), true);
    }

    private static void check(int components, Random random, boolean extreme) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate((long) components * G + G, 64);
            byte[][] rows = new byte[G][components];
            for (int row = 0; row < G; row++) {
                byte sign = (byte) (row % 2 == 0 ? 127 : -127);
                int lane = row < G / 2 ? 2 * row : 2 * (row - G / 2) + 1;
                for (int i = 0; i < components; i++) {
                    rows[row][i] = extreme ? sign : (byte) (random.nextInt(255) - 127);
                    memory.set(ValueLayout.JAVA_BYTE, G + (long) i * G + lane, rows[row][i]);
                }
            }
            short[][] queries = new short[3][components];
            for (int q = 0; q < 3; q++) {
                for (int i = 0; i < components; i++) queries[q][i] = (short) (extreme ? (q == 1 ? -63 : 63) : random.nextInt(127) - 63);
            }
            int[] one = new int[2 * G];
            int[] four = new int[4 * G];
            DotKernels.four(memory, G, DotKernels.interleave(queries, 0), four, 0);
            for (int q = 0; q < 3; q++) {
                DotKernels.one(memory, G, queries[q], one, G);
                for (int row = 0; row < G; row++) {
                    int expected = 0;
                    for (int i = 0; i < components; i++) expected += rows[row][i] * queries[q][i];
                    assertThat(one[G + row]).as("query %d row %d alone", q, row).isEqualTo(expected);
                    assertThat(four[q * G + row]).as("query %d row %d of four", q, row).isEqualTo(expected);
                }
            }
            assertThat(four).as("the missing fourth query").endsWith(new int[G]);
        }
    }
}
