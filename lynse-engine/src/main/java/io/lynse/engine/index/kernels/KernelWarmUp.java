package io.lynse.engine.index.kernels;

import io.lynse.model.ElementType;
import io.lynse.model.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Has every kernel compiled before the first client asks: until then vector code runs boxed, 20 to 100 times slower. Runs all
 * shapes of a scan on made-up rows, over and over, until the rounds have stopped getting faster or the time is up. Called once, at start,
 * on any thread; the compiler works beside it.
 */
public final class KernelWarmUp {

    /** The fewest that are not scored directly, with a last group that is not full. */
    private static final int ROWS = 550;

    /** The short one is what slow code can afford. A long one comes later: it makes C2 drop what it took for granted and compile again. */
    private static final int SHORT = 64;

    private static final int LONG = 388;

    /** Rounds that are compared with as many before them; one must hold a run of C2 in the background. */
    private static final int WINDOW = 40;

    private static final double STILL_FALLING = 0.8;

    private KernelWarmUp() {}

    /**
     * What a warm-up came to.
     *
     * @param rounds  at least 1
     * @param settled whether the rounds had stopped getting faster, so that the kernels are compiled
     */
    public record Outcome(int rounds, Duration spent, boolean settled) {}

    /**
     * Warms up.
     *
     * @param budget time after which no further round begins; the rounds settle after 2 to 3 CPU seconds of compiling, on a busy machine several times as late
     * @param stop   asked before every further round
     */
    public static Outcome run(Duration budget, BooleanSupplier stop) {
        long began = System.nanoTime();
        try (var arena = Arena.ofConfined()) {
            var narrow = new Sample(arena, SHORT);
            var wide = new Sample(arena, LONG);
            long fastestBefore = Long.MAX_VALUE;
            long fastest = Long.MAX_VALUE;
            for (int rounds = 1; ; rounds++) {
                long roundBegan = System.nanoTime();
                narrow.scan();
                if (rounds > WINDOW) wide.scan();
                long now = System.nanoTime();
                fastest = Math.min(fastest, now - roundBegan);
                boolean settled = false;
                if (rounds % WINDOW == 0) {
                    settled = rounds > 2 * WINDOW && fastest > STILL_FALLING * fastestBefore;
                    fastestBefore = fastest;
                    fastest = Long.MAX_VALUE;
                }
                if (settled || now - began >= budget.toNanos() || stop.getAsBoolean()) return new Outcome(rounds, Duration.ofNanos(now - began), settled);
            }
        }
    }

    private static final class Sample {
        private final FlatScanner scanner = FlatScanner.onOneThread();
        private final MemorySegment memory;
        private final int dimension;
        private final List<float[]> queries;

        Sample(Arena arena, int dimension) {
            var random = new Random(dimension);
            this.dimension = dimension;
            memory = arena.allocate((long) ROWS * dimension * Float.BYTES, Float.BYTES);
            for (int i = 0; i < ROWS; i++) {
                MemorySegment.copy(vector(random), 0, memory, Int8Copy.FLOAT, (long) i * dimension * Float.BYTES, dimension);
            }
            // A tile of four, and one that goes alone.
            queries = Stream.generate(() -> vector(random)).limit(DotKernels.TILE + 1).toList();
        }

        void scan() {
            try (var vectors = new SegmentVectors(memory, ElementType.FLOAT32, ROWS, dimension)) {
                for (Metric metric : List.of(Metric.IP, Metric.L2, Metric.COSINE)) {
                    scanner.searchAll(vectors, queries, new ScanOptions(metric, 10));
                }
            }
        }

        private float[] vector(Random random) {
            var vector = new float[dimension];
            for (int i = 0; i < dimension; i++) vector[i] = (float) random.nextGaussian();
            return vector;
        }
    }
}
