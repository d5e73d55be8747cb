package io.lynse.engine.index.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScanKernelTest {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ROWS = 11; // two tiles of four and a rest

    static Stream<Integer> dimensions() {
        return IntStream.concat(IntStream.rangeClosed(1, 40), IntStream.of(63, 64, 65, 384, 1000)).boxed();
    }

    @ParameterizedTest(name = "dimension {0}")
    @MethodSource("dimensions")
    void bothKernelsStayWithinTheErrorBound(int dimension) {
        var random = new Random(dimension);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rows = arena.allocate((long) ROWS * dimension * Float.BYTES + 4);
            long from = 4; // not aligned to a vector
            for (int i = 0; i < ROWS * dimension; i++) rows.set(FLOAT, from + (long) i * Float.BYTES, (float) random.nextGaussian());
            for (int queryCount : new int[] {1, 2, 3}) {
                float[][] queries = IntStream.range(0, queryCount).mapToObj(q -> gaussian(random, dimension)).toArray(float[][]::new);
                for (ScanKernel kernel : new ScanKernel[] {new SimdKernel(), new PlainKernel()}) check(kernel, rows, from, dimension, queries);
            }
        }
    }

    private static void check(ScanKernel kernel, MemorySegment rows, long from, int dimension, float[][] queries) {
        var products = new float[queries.length][ROWS];
        var squares = new float[queries.length][ROWS];
        kernel.innerProducts(rows, from, ROWS, queries, products);
        kernel.squaredDistances(rows, from, ROWS, queries, squares);
        double bound = ScanKernel.errorBound(dimension);
        for (int q = 0; q < queries.length; q++) {
            for (int r = 0; r < ROWS; r++) {
                double product = 0;
                double magnitude = 0;
                double square = 0;
                for (int i = 0; i < dimension; i++) {
                    double element = rows.get(FLOAT, from + ((long) r * dimension + i) * Float.BYTES);
                    product += element * queries[q][i];
                    magnitude += Math.abs(element * queries[q][i]);
                    square += (element - queries[q][i]) * (element - queries[q][i]);
                }
                assertThat((double) products[q][r]).isCloseTo(product, within(bound * magnitude + 1e-30));
                assertThat((double) squares[q][r]).isCloseTo(square, within(2 * bound * square + 1e-30));
            }
        }
    }

    /** Else a row could win or lose a tie by where it happens to lie. */
    @ParameterizedTest(name = "dimension {0}")
    @MethodSource("dimensions")
    void equalRowsGetEqualResultsWhereverTheyLie(int dimension) {
        var random = new Random(dimension);
        float[] row = gaussian(random, dimension);
        float[] query = gaussian(random, dimension);
        MemorySegment rows = MemorySegment.ofArray(new byte[ROWS * dimension * Float.BYTES]);
        for (int r = 0; r < ROWS; r++) MemorySegment.copy(row, 0, rows, FLOAT, (long) r * dimension * Float.BYTES, dimension);
        for (float[][] queries : new float[][][] {{query}, {query, query}, {query, query, query}}) {
            var products = new float[queries.length][ROWS];
            var squares = new float[queries.length][ROWS];
            new SimdKernel().innerProducts(rows, 0, ROWS, queries, products);
            new SimdKernel().squaredDistances(rows, 0, ROWS, queries, squares);
            for (float[] results : products) assertThat(results).containsOnly(products[0][0]);
            for (float[] results : squares) assertThat(results).containsOnly(squares[0][0]);
        }
    }

    @Test
    void theVectorApiIsUsedWhereItIs() {
        assertThat(ScanKernel.best()).isInstanceOf(SimdKernel.class);
    }

    private static float[] gaussian(Random random, int dimension) {
        var vector = new float[dimension];
        for (int i = 0; i < dimension; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }
}
