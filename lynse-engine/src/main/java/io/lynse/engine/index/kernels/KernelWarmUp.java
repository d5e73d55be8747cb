package io.lynse.engine.index.kernels;

import io.lynse.model.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Has every kernel compiled before the first client asks: until then vector code runs boxed, 20 to 100 times slower. Runs all
 * shapes of a scan on made-up rows, over and over, until the rounds have stopped getting faster or the time is up. Called once, at start,
 * on any thread; the compiler works beside it.
 */
public final class KernelWarmUp {

    private static final int ROWS = 1024;
    private static final int DIMENSION = 256;

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

    /** @param budget time after which no further round begins; on two idle cores about 2 s are enough */
    public static Outcome run(Duration budget) {
        long began = System.nanoTime();
        var random = new Random(1);
        List<float[]> queries = Stream.generate(() -> randomVector(random)).limit(DotKernels.TILE + 1).toList();
        try (var arena = Arena.ofConfined()) {
            MemorySegment rows = arena.allocate((long) ROWS * DIMENSION * Float.BYTES, Float.BYTES);
            for (int i = 0; i < ROWS; i++) MemorySegment.copy(randomVector(random), 0, rows, Int8Copy.FLOAT, (long) i * DIMENSION * Float.BYTES, DIMENSION);

            double fastestBefore = Double.POSITIVE_INFINITY;
            double fastest = Double.POSITIVE_INFINITY;
            int rounds = 0;
            while (true) {
                long roundBegan = System.nanoTime();
                round(rows, queries);
                long now = System.nanoTime();
                rounds++;
                fastest = Math.min(fastest, now - roundBegan);
                boolean settled = false;
                if (rounds % WINDOW == 0) {
                    settled = fastest > STILL_FALLING * fastestBefore;
                    fastestBefore = Math.min(fastest, fastestBefore);
                    fastest = Double.POSITIVE_INFINITY;
                }
                if (settled || now - began >= budget.toNanos()) return new Outcome(rounds, Duration.ofNanos(now - began), settled);
            }
        }
    }

    private static void round(MemorySegment memory, List<float[]> queries) {
        var scanner = FlatScanner.onOneThread();
        try (var vectors = new SegmentVectors(memory, ROWS, DIMENSION)) {
            for (Metric metric : List.of(Metric.IP, Metric.L2, Metric.COSINE)) {
                scanner.searchAll(vectors, queries, new ScanOptions(metric, 10));
            }
        }
    }

    private static float[] randomVector(Random random) {
        var vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }
}
