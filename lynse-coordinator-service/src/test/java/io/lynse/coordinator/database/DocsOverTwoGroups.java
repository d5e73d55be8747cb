package io.lynse.coordinator.database;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.IndexMode;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A coordinator over two fake shards, with one open collection. */
abstract class DocsOverTwoGroups {

    static final CollectionName DOCS = new CollectionName("db", "docs");
    static final IndexMode HNSW = IndexMode.parse("HNSW-L2").orElseThrow();
    static final CollectionSpec UNFIXED = new CollectionSpec(0, ElementType.FLOAT32, null);

    final FakeCluster cluster = new FakeCluster();

    @BeforeEach
    void start() {
        cluster.started();
        cluster.databases.create("db", false, soon());
        cluster.databases.open(DOCS, UNFIXED, false, soon());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    Ids add(@Nullable Ids ids, List<float[]> vectors) {
        return cluster.databases.write(DOCS, batch(ids, vectors), null, RequestMemory.unbounded(), soon());
    }

    static RowBatch batch(@Nullable Ids ids, List<float[]> vectors) {
        var fields = new ArrayList<@Nullable Fields>();
        for (int row = 0; row < vectors.size(); row++) fields.add(Fields.of(Map.of("n", row)));
        return new RowBatch(WriteKind.ADD, Vectors.of(vectors.toArray(float[][]::new)), ids, FieldBlock.of(fields));
    }

    static List<float[]> vectors(int count) {
        return IntStream.range(0, count).mapToObj(i -> new float[] {1, i}).toList();
    }

    static void assertRefused(String message, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(LynseException.class).hasMessageContaining(message)
                .extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.InvalidArgument.class);
    }

    static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }
}
