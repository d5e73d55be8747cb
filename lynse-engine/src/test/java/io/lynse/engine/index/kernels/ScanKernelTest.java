package io.lynse.engine.index.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynse.engine.index.StoredElements;
import io.lynse.model.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScanKernelTest {

    private static final int ROWS = 11; // two tiles of four and a rest

    static Stream<Integer> dimensions() {
        return IntStream.concat(IntStream.rangeClosed(1, 40), IntStream.of(63, 64, 65, 384, 1000)).boxed();
    }

    static Stream<Arguments> kernels() {
        return dimensions().flatMap(dimension -> Stream.of(ElementType.values()).map(elements -> Arguments.of(dimension, elements)));
    }

    @ParameterizedTest(name = "dimension {0} in {1}")
    @MethodSource("kernels")
    void bothKernelsStayWithinTheErrorBound(int dimension, ElementType elements) {
        var random = new Random(dimension);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate((long) (ROWS + 1) * dimension * elements.bytes());
            long from = (long) dimension * elements.bytes(); // not aligned to a vector
            var rows = new float[ROWS][];
            for (int r = 0; r < ROWS; r++) {
                rows[r] = gaussian(random, dimension);
                long at = from + (long) r * dimension * elements.bytes();
                StoredElements.write(elements, rows[r], dimension, memory, at);
                StoredElements.read(elements, memory, at, rows[r], dimension); // what the kernels are to see
            }
            for (ScanKernels kernels : ScanKernels.values()) {
                ScanKernel kernel = kernels.over(elements);
                for (int queryCount : new int[] {1, 2, 3}) {
                    float[][] queries = IntStream.range(0, queryCount).mapToObj(q -> gaussian(random, dimension)).toArray(float[][]::new);
                    check(kernel, memory, from, rows, queries);
                }
            }
        }
    }

    private static void check(ScanKernel kernel, MemorySegment memory, long from, float[][] rows, float[][] queries) {
        var products = new float[queries.length][ROWS];
        var squares = new float[queries.length][ROWS];
        kernel.innerProducts(memory, from, ROWS, queries, products);
        kernel.squaredDistances(memory, from, ROWS, queries, squares);
        double bound = ScanKernel.errorBound(rows[0].length);
        for (int q = 0; q < queries.length; q++) {
            for (int r = 0; r < ROWS; r++) {
                double product = 0;
                double magnitude = 0;
                double square = 0;
                for (int i = 0; i < rows[r].length; i++) {
                    double element = rows[r][i];
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
    @ParameterizedTest(name = "dimension {0} in {1}")
    @MethodSource("kernels")
    void equalRowsGetEqualResultsWhereverTheyLie(int dimension, ElementType elements) {
        var random = new Random(dimension);
        float[] row = gaussian(random, dimension);
        float[] query = gaussian(random, dimension);
        MemorySegment rows = MemorySegment.ofArray(new byte[ROWS * dimension * elements.bytes()]);
        for (int r = 0; r < ROWS; r++) StoredElements.write(elements, row, dimension, rows, (long) r * dimension * elements.bytes());
        ScanKernel kernel = ScanKernels.SIMD.over(elements);
        for (float[][] queries : new float[][][] {{query}, {query, query}, {query, query, query}}) {
            var products = new float[queries.length][ROWS];
            var squares = new float[queries.length][ROWS];
            kernel.innerProducts(rows, 0, ROWS, queries, products);
            kernel.squaredDistances(rows, 0, ROWS, queries, squares);
            for (float[] results : products) assertThat(results).containsOnly(products[0][0]);
            for (float[] results : squares) assertThat(results).containsOnly(squares[0][0]);
        }
    }

    @Test
    void theVectorApiIsUsedWhereItIs() {
        assertThat(ScanKernels.best()).isEqualTo(ScanKernels.SIMD);
    }

    private static float[] gaussian(Random random, int dimension) {
        var vector = new float[dimension];
        for (int i = 0; i < dimension; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }
}
