package io.lynse.shard.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.lynse.engine.Applied;
import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.model.CollectionId;
import io.lynse.model.Epoch;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.EntryType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/** An engine with a few rows, to which a test writes more. */
final class FilledEngine implements AutoCloseable {

    static final CollectionId COLLECTION = new CollectionId(7);

    final Engine engine;
    private long clock = 1;

    FilledEngine(Path directory) {
        engine = Engine.open(EngineSettings.of(directory).withCheckpointInterval(Duration.ofHours(1)));
        apply(EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("db").build());
        apply(EntryType.CREATE_COLLECTION, CreateCollection.newBuilder().setCollectionId(COLLECTION.value()).setDatabase("db").setCollection("c").setDimension(4).build());
        write(0, 1000);
    }

    void write(int from, int count) {
        var vectors = new float[count][];
        for (int row = 0; row < count; row++) vectors[row] = new float[] {from + row, clock, 0, 1};
        var batch = new RowBatch(WriteKind.UPSERT, Vectors.of(vectors), Ids.range(from, count), FieldBlock.NONE);
        apply(EntryType.WRITE_ROWS, Wire.writeRows(COLLECTION, batch, clock, ByteBuffer.allocate(16).putLong(8, clock++).array()));
    }

    private void apply(EntryType type, MessageLite message) {
        var applied = engine.submit(new Epoch(1), type.getNumber(), 1, message.toByteString().asReadOnlyByteBuffer()).join();
        assertThat(applied.result()).isNotInstanceOf(Applied.Refused.class);
    }

    static Rows rows(Engine engine) {
        return engine.read(COLLECTION, new RowSelection.Head(10_000), true, false);
    }

    static void same(Rows rows, Rows expected) {
        assertThat(rows.ids().toList()).isEqualTo(expected.ids().toList());
        assertThat(rows.vectors().data()).isEqualTo(expected.vectors().data());
    }

    @Override
    public void close() {
        engine.close();
    }
}
