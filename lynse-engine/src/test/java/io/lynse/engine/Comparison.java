package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Hits;
import io.lynse.model.Metric;
import io.lynse.model.OrderStamp;
import io.lynse.model.Query;
import io.lynse.model.RowId;
import io.lynse.model.Rows;
import java.util.Comparator;
import java.util.List;

/** Holds an engine's answers against those of the naive model, to the bit. */
final class Comparison {

    private Comparison() {}

    static void same(Hits hits, NaiveCollection model, Metric metric, float[] query, Query.Options options) {
        record Scored(NaiveCollection.Row row, float score) {}
        List<Scored> expected = model.live().stream()
                .map(row -> new Scored(row, score(metric, query, row.vector())))
                .filter(row -> options.threshold().isEmpty()
                        || metric.compareScores(row.score, (float) options.threshold().getAsDouble()) <= 0)
                .sorted(((Comparator<Scored>) (a, b) -> metric.compareScores(a.score, b.score)).thenComparing(row -> row.row.id(), RowId.ORDER))
                .limit(options.k())
                .toList();
        assertThat(hits.ids().toList()).isEqualTo(expected.stream().map(row -> row.row.id()).toList());
        assertThat(hits.scores()).hasSize(expected.size());
        assertThat(hits.fields().isNone()).isEqualTo(!options.withFields() || expected.isEmpty());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(hits.scores()[i]).isEqualTo(expected.get(i).score);
            if (options.withFields()) assertThat(hits.fields().get(i)).isEqualTo(expected.get(i).row.fields());
        }
    }

    /** Rows with vectors and fields. */
    static void same(Rows rows, List<NaiveCollection.Row> expected) {
        assertThat(rows.vectors().count()).isEqualTo(expected.size());
        assertThat(rows.ids().toList()).isEqualTo(expected.stream().map(NaiveCollection.Row::id).toList());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(rows.vectors().row(i)).isEqualTo(expected.get(i).vector());
            assertThat(rows.fields().get(i)).isEqualTo(expected.get(i).fields());
            assertThat(rows.stamps()[i]).isEqualTo(expected.get(i).stamp());
        }
    }

    /** Ids and stamps alone. */
    static void bare(Rows rows, List<NaiveCollection.Row> expected) {
        assertThat(rows.ids().toList()).isEqualTo(expected.stream().map(NaiveCollection.Row::id).toList());
        assertThat(rows.stamps()).isEqualTo(expected.stream().map(NaiveCollection.Row::stamp).toArray(OrderStamp[]::new));
        assertThat(rows.vectors().count()).isZero();
        assertThat(rows.fields().isNone()).isTrue();
    }

    /** The metric in other words than the engine's: straight from the contract. */
    static float score(Metric metric, float[] a, float[] b) {
        double products = 0;
        double squaresA = 0;
        double squaresB = 0;
        double squares = 0;
        double absolute = 0;
        int both = 0;
        int either = 0;
        for (int i = 0; i < a.length; i++) {
            products += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
            squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            absolute += Math.abs((double) a[i] - b[i]);
            if (a[i] > 0.5f && b[i] > 0.5f) both++;
            if (a[i] > 0.5f || b[i] > 0.5f) either++;
        }
        return (float) switch (metric) {
            case IP -> products;
            case L2 -> squares;
            case COSINE -> squaresA * squaresB == 0 ? 1 : 1 - products / Math.sqrt(squaresA * squaresB);
            case L1 -> absolute;
            case JACCARD -> either == 0 ? 0 : 1 - (double) both / either;
            default -> throw new AssertionError(metric);
        };
    }
}
