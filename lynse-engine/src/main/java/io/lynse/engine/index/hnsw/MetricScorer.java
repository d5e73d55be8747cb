package io.lynse.engine.index.hnsw;

import io.lynse.model.Metric;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/**
 * Lucene's scorer with a metric of our choice. Lucene fixes a field's similarity function for the life of the index; ours comes with
 * the index mode, later, and may change, so the function that Lucene passes is ignored.
 *
 * <p>Where float32 gives no number (a zero vector has no direction, products of huge components cancel), Lucene's scorer says NaN,
 * which its queues take for the best score there is. Such a pair gets the score of unrelated vectors instead.
 */
final class MetricScorer implements FlatVectorsScorer {

    private static final FlatVectorsScorer LUCENE = FlatVectorScorerUtil.getLucene99FlatVectorsScorer();

    private final VectorSimilarityFunction function;
    private final float unrelated;
    private final IntConsumer progress;

    MetricScorer(Metric metric) {
        this(metric, ordinal -> {});
    }

    /** @param progress told of the vectors whose links are chosen, while a graph is built */
    MetricScorer(Metric metric, IntConsumer progress) {
        this.progress = progress;
        function = switch (metric) {
            // Of vectors of any length: the inner product, mapped to positive numbers.
            case IP -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
            case L2 -> VectorSimilarityFunction.EUCLIDEAN;
            case COSINE -> VectorSimilarityFunction.COSINE;
            default -> throw new IllegalArgumentException("no graph for " + metric);
        };
        unrelated = metric == Metric.COSINE ? 0.5f : 0;
    }

    @Override
    public RandomVectorScorerSupplier getRandomVectorScorerSupplier(VectorSimilarityFunction ignored, KnnVectorValues vectors)
            throws IOException {
        return supplier(LUCENE.getRandomVectorScorerSupplier(function, vectors));
    }

    @Override
    public RandomVectorScorer getRandomVectorScorer(VectorSimilarityFunction ignored, KnnVectorValues vectors, float[] target)
            throws IOException {
        return new Scorer(LUCENE.getRandomVectorScorer(function, vectors, target));
    }

    @Override
    public RandomVectorScorer getRandomVectorScorer(VectorSimilarityFunction ignored, KnnVectorValues vectors, byte[] target) {
        throw new UnsupportedOperationException("vectors of bytes");
    }

    private RandomVectorScorerSupplier supplier(RandomVectorScorerSupplier in) {
        return new RandomVectorScorerSupplier() {
            @Override
            public UpdateableRandomVectorScorer scorer() throws IOException {
                return new BuildScorer(in.scorer());
            }

            @Override
            public RandomVectorScorerSupplier copy() throws IOException {
                return supplier(in.copy());
            }
        };
    }

    private class Scorer implements RandomVectorScorer {

        private final RandomVectorScorer in;

        Scorer(RandomVectorScorer in) {
            this.in = in;
        }

        @Override
        public float score(int ordinal) throws IOException {
            float score = in.score(ordinal);
            return Float.isNaN(score) ? unrelated : score;
        }

        @Override
        public float bulkScore(int[] ordinals, float[] scores, int count) throws IOException {
            in.bulkScore(ordinals, scores, count);
            float best = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < count; i++) {
                if (Float.isNaN(scores[i])) scores[i] = unrelated;
                best = Math.max(best, scores[i]);
            }
            return best;
        }

        @Override
        public int maxOrd() {
            return in.maxOrd();
        }

        @Override
        public int ordToDoc(int ordinal) {
            return in.ordToDoc(ordinal);
        }

        @Override
        public Bits getAcceptOrds(Bits acceptDocs) {
            return in.getAcceptOrds(acceptDocs);
        }
    }

    private final class BuildScorer extends Scorer implements UpdateableRandomVectorScorer {

        private final UpdateableRandomVectorScorer in;

        BuildScorer(UpdateableRandomVectorScorer in) {
            super(in);
            this.in = in;
        }

        @Override
        public void setScoringOrdinal(int ordinal) throws IOException {
            in.setScoringOrdinal(ordinal);
            progress.accept(ordinal);
        }
    }
}
