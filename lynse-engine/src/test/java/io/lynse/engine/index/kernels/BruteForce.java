package io.lynse.engine.index.kernels;

import io.lynse.engine.index.Distances;
import io.lynse.model.Metric;
import java.util.stream.IntStream;

/** The answer by definition, in plain loops over {@link Distances}. */
final class BruteForce {

    private BruteForce() {}

    static TopRows search(float[][] rows, float[] query, ScanOptions options) {
        var scores = new float[rows.length];
        for (int i = 0; i < rows.length; i++) scores[i] = (float) score(options.metric(), query, rows[i]);
        int[] best = IntStream.range(0, rows.length)
                .filter(options.accept()::accepts)
                .filter(row -> isWanted(scores[row], options))
                .boxed()
                .sorted((a, b) -> {
                    int byScore = options.metric().compareScores(scores[a], scores[b]);
                    return byScore != 0 ? byScore : options.ties().compare(a, b);
                })
                .limit(options.k())
                .mapToInt(Integer::intValue)
                .toArray();
        var bestScores = new float[best.length];
        for (int i = 0; i < best.length; i++) bestScores[i] = scores[best[i]];
        return new TopRows(best, bestScores);
    }

    static double score(Metric metric, float[] query, float[] row) {
        return Distances.of(metric).between(query, row);
    }

    private static boolean isWanted(float score, ScanOptions options) {
        double floor = options.floor().score();
        if (Double.isNaN(floor)) return true;
        return options.metric().higherIsBetter() ? score >= floor : score <= floor;
    }
}
