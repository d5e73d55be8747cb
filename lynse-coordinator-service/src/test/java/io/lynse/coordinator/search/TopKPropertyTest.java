package io.lynse.coordinator.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Hits;
import io.lynse.model.Ids;
import io.lynse.model.Metric;
import io.lynse.model.RowId;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopKPropertyTest {

    private record Hit(RowId id, float score) {}

    static LongStream seeds() {
        long first = Long.getLong("lynse.seed", 1);
        return LongStream.range(first, first + 300);
    }

    @ParameterizedTest(name = "lynse.seed={0}")
    @MethodSource("seeds")
    void equalsTheNaiveMergeInWhateverOrderGroupsAnswer(long seed) {
        var random = new Random(seed);
        Metric metric = Metric.values()[random.nextInt(Metric.values().length)];
        int k = random.nextInt(12);
        boolean withFields = random.nextBoolean();
        var groups = new ArrayList<List<Hit>>();
        for (int group = random.nextInt(1, 5); group > 0; group--) groups.add(hits(random, metric));

        List<Hit> expected = naive(groups, metric, k);
        for (int order = 0; order < 3; order++) {
            Collections.shuffle(groups, random);
            Hits merged = TopK.merge(groups.stream().map(group -> packed(group, withFields)).toList(), metric, k);
            var found = new ArrayList<Hit>();
            for (int i = 0; i < merged.size(); i++) {
                found.add(new Hit(merged.ids().get(i), merged.scores()[i]));
                if (withFields) assertThat(Objects.requireNonNull(merged.fields().get(i)).toMap()).isEqualTo(fieldsOf(found.getLast()));
            }
            assertThat(found).isEqualTo(expected);
            if (!withFields) assertThat(merged.fields().isNone()).isTrue();
        }
    }

    @Test
    void aRowThatTwoGroupsServeAppearsOnceWithItsBetterScore() {
        var a = new Hits(Ids.of(1, 2), new float[] {0.9f, 0.5f}, FieldBlock.NONE);
        var b = new Hits(Ids.of(2, 3), new float[] {0.8f, 0.4f}, FieldBlock.NONE);
        Hits merged = TopK.merge(List.of(a, b), Metric.IP, 3);
        assertThat(merged.ids()).isEqualTo(Ids.of(1, 2, 3));
        assertThat(merged.scores()).containsExactly(0.9f, 0.8f, 0.4f);
    }

    /** Few values and few ids, so that ties and repeats are common; NaN too. */
    private static List<Hit> hits(Random random, Metric metric) {
        var byId = new LinkedHashMap<RowId, Hit>();
        for (int i = random.nextInt(10); i > 0; i--) {
            RowId id = random.nextInt(4) == 0 ? RowId.of("t" + random.nextInt(6)) : RowId.of(random.nextInt(20));
            float score = random.nextInt(20) == 0 ? Float.NaN : random.nextInt(5) / 4f;
            byId.putIfAbsent(id, new Hit(id, score));
        }
        return byId.values().stream().sorted(bestFirst(metric)).toList();
    }

    private static List<Hit> naive(List<List<Hit>> groups, Metric metric, int k) {
        Map<RowId, Hit> best = new LinkedHashMap<>();
        groups.stream().flatMap(List::stream).sorted(bestFirst(metric)).forEach(hit -> best.putIfAbsent(hit.id(), hit));
        return best.values().stream().limit(k).toList();
    }

    private static Comparator<Hit> bestFirst(Metric metric) {
        return ((Comparator<Hit>) (a, b) -> metric.compareScores(a.score(), b.score())).thenComparing(Hit::id, RowId.ORDER);
    }

    private static Hits packed(List<Hit> hits, boolean withFields) {
        var scores = new float[hits.size()];
        var fields = new ArrayList<@Nullable Fields>();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = hits.get(i).score();
            fields.add(Fields.of(fieldsOf(hits.get(i))));
        }
        return new Hits(Ids.of(hits.stream().map(Hit::id).toList()), scores, withFields ? FieldBlock.of(fields) : FieldBlock.NONE);
    }

    private static Map<String, Object> fieldsOf(Hit hit) {
        return Map.of("of", hit.id() + "/" + hit.score());
    }
}
