package io.lynse.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.Engine;
import io.lynse.engine.NaiveCollection;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.Hits;
import io.lynse.model.Query;
import io.lynse.model.RowId;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Everything that can be read from an engine, held against the model: ids, vectors, fields, stamps, tombstones, counts, searches. */
final class Comparison {

    private static final int ALL = 1_000_000;

    private Comparison() {}

    /** @throws AssertionError naming the first difference */
    static void same(Engine engine, NaiveEngine model) {
        assertThat(engine.trouble()).as("trouble").isNull();
        assertThat(engine.appliedLsn().value()).as("applied LSN").isEqualTo(model.lsn());
        assertThat(engine.largestStamp()).as("largest stamp").isEqualTo(model.largestStamp());
        assertThat(engine.catalog().databases()).isEqualTo(model.hasDatabase ? List.of(Op.DATABASE) : List.of());
        assertThat(engine.catalog().collections().stream().map(info -> info.id().value()).sorted().toList())
                .as("collections")
                .isEqualTo(List.copyOf(model.collections.keySet()));
        model.collections.values().forEach(held -> same(engine, held));
    }

    static void same(Engine engine, NaiveEngine.Held held) {
        CollectionId id = held.id;
        String where = "collection " + id;
        NaiveCollection rows = held.rows;
        var stats = engine.stats(id, true);
        CollectionInfo info = stats.info();
        assertThat(info.name().collection()).as(where).isEqualTo(held.name);
        assertThat(info.dimension()).as("%s: dimension", where).isEqualTo(held.dimension);
        assertThat(info.elementType()).as("%s: elements", where).isEqualTo(held.elements);
        assertThat(info.description()).as("%s: description", where).isEqualTo(held.description);
        assertThat(stats.rows()).as("%s: rows", where).isEqualTo(rows.rows.size());
        assertThat(stats.tombstones()).as("%s: tombstones", where).isEqualTo(rows.deleted().size());
        assertThat(stats.maxId()).as("%s: max_id", where).isEqualTo(rows.maxId());
        assertThat(stats.holdsTextIds()).as("%s: text ids", where).isEqualTo(rows.holdsTextIds);
        var names = new TreeSet<String>();
        rows.rows.values().forEach(row -> names.addAll(row.fields().toMap().keySet()));
        assertThat(stats.fieldNames()).as("%s: field names", where).containsExactlyElementsOf(names);
        same(where, engine.read(id, new RowSelection.Head(ALL), true, true), rows.inOrder());
        same(where + ", deleted", engine.read(id, new RowSelection.Deleted(), true, true), rows.deleted());
        if (held.dimension > 0 && !rows.rows.isEmpty()) search(engine, held, where);
    }

    private static void same(String where, Rows found, List<NaiveCollection.Row> expected) {
        assertThat(found.ids().toList()).as("%s: ids in order", where).isEqualTo(expected.stream().map(NaiveCollection.Row::id).toList());
        for (int i = 0; i < expected.size(); i++) {
            NaiveCollection.Row row = expected.get(i);
            assertThat(found.vectors().row(i)).as("%s: vector of %s", where, row.id()).isEqualTo(row.vector());
            assertThat(found.fields().get(i)).as("%s: fields of %s", where, row.id()).isEqualTo(row.fields());
            assertThat(found.stamps()[i]).as("%s: stamp of %s", where, row.id()).isEqualTo(row.stamp());
        }
    }

    /** By inner product, as nothing else is set; by L2 with a graph, which may pass over a row and may not invent one. */
    private static void search(Engine engine, NaiveEngine.Held held, String where) {
        record Scored(RowId id, float score) {}
        float[] query = Load.vector(held.dimension, new Random(held.rows.rowsEver));
        int k = 20;
        if (held.hasGraph) {
            Hits hits = engine.search(held.id, new Query(query, new Query.Options(k, false, 0)));
            assertThat(hits.size()).as("%s: search", where).isEqualTo(Math.min(k, held.rows.live().size()));
            for (int i = 0; i < hits.size(); i++) {
                RowId id = hits.ids().get(i);
                NaiveCollection.Row row = held.rows.rows.get(id);
                if (row == null || row.deleted()) throw new AssertionError(where + ": search found " + id);
                assertThat(hits.scores()[i]).as("%s: score of %s", where, id).isEqualTo(squares(query, row.vector()));
            }
            return;
        }
        var scored = new ArrayList<Scored>();
        for (NaiveCollection.Row row : held.rows.live()) scored.add(new Scored(row.id(), product(query, row.vector())));
        scored.sort(Comparator.comparingDouble(Scored::score).reversed().thenComparing(Scored::id, RowId.ORDER));
        List<Scored> best = scored.subList(0, Math.min(k, scored.size()));
        Hits hits = engine.search(held.id, new Query(query, new Query.Options(k, false, 0)));
        assertThat(hits.ids().toList()).as("%s: search", where).isEqualTo(best.stream().map(Scored::id).toList());
        for (int i = 0; i < best.size(); i++) assertThat(hits.scores()[i]).as("%s: score", where).isEqualTo(best.get(i).score);
    }

    private static float squares(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        return (float) sum;
    }

    private static float product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return (float) sum;
    }
}
