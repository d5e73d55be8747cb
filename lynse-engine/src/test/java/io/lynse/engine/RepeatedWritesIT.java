package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.RequestId;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.ClaimKey;
import io.lynse.wire.v1.Compact;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.MarkRows;
import io.lynse.wire.v1.WriteRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request that comes again is answered by what it did the first time, and not done again. */
class RepeatedWritesIT {

    private static final float[] X = {1, 0};
    private static final float[] Y = {0, 1};

    @TempDir
    Path temporary;

    @Test
    void aRepeatedBatchIsWrittenOnceUnderTheSameIds() {
        try (var engine = new TestEngine(temporary)) {
            CollectionId id = engine.create("c");
            engine.bulkAdd(id, X);
            WriteRows rows = generated(engine, id);
            assertThat(engine.apply(EntryType.WRITE_ROWS, rows)).isEqualTo(new Applied.RowsWritten(Ids.range(1, 2)));
            Applied first = engine.send(EntryType.WRITE_ROWS, rows).join();
            assertThat(first.result()).isEqualTo(new Applied.RowsWritten(Ids.range(1, 2)));
            assertThat(first.lsn()).isEqualTo(engine.engine().lastLsn());
            assertThat(engine.engine().stats(id, false).rows()).isEqualTo(3);
        }
    }

    @Test
    void repeatsInFlightAreAppendedOnce() {
        try (var engine = new TestEngine(temporary)) {
            CollectionId id = engine.create("c");
            Lsn before = engine.engine().lastLsn();
            for (int round = 1; round <= 50; round++) {
                WriteRows rows = generated(engine, id);
                var sent = new ArrayList<CompletableFuture<Applied>>();
                for (int i = 0; i < 5; i++) sent.add(engine.send(EntryType.WRITE_ROWS, rows));
                assertThat(sent).extracting(CompletableFuture::join).containsOnly(sent.getFirst().join());
                assertThat(engine.engine().lastLsn()).isEqualTo(new Lsn(before.value() + round));
            }
            assertThat(engine.engine().stats(id, false).rows()).isEqualTo(100);
        }
    }

    @Test
    void aRefusalStaysARefusal() {
        try (var engine = new TestEngine(temporary)) {
            CollectionId id = engine.create("c");
            engine.add(id, Ids.of(5), X);
            WriteRows again = engine.entry(id, new RowBatch(WriteKind.ADD, Vectors.of(Y), Ids.of(5), FieldBlock.NONE));
            assertRefused(engine, again);
            engine.mark(id, Ids.of(5), true);
            engine.compact(id); // now the id is free
            assertRefused(engine, again);
            engine.reopen();
            assertRefused(engine, again);
            engine.add(id, Ids.of(5), Y);
        }
    }

    private static void assertRefused(TestEngine engine, WriteRows rows) {
        assertThatThrownBy(() -> engine.apply(EntryType.WRITE_ROWS, rows)).isInstanceOf(LynseException.class).hasMessage("external id 5 already exists");
    }

    /** Nothing is decided about a write whose collection this group does not have yet. */
    @Test
    void aWriteThatCameBeforeItsCollectionIsDoneWhenItComesAgain() {
        Path node = temporary.resolve("node");
        var id = new CollectionId(1);
        WriteRows rows;
        try (var engine = new TestEngine(node)) {
            rows = generated(engine, id);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> engine.apply(EntryType.WRITE_ROWS, rows))
                        .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isInstanceOf(LynseError.NotFound.class));
            }
            assertThat(engine.create("c")).isEqualTo(id);
            for (int i = 0; i < 2; i++) assertThat(engine.apply(EntryType.WRITE_ROWS, rows)).isEqualTo(new Applied.RowsWritten(Ids.range(0, 2)));
            LiveCopy.of(node, temporary.resolve("killed"));
        }
        for (Path directory : new Path[] {temporary.resolve("killed"), node}) {
            try (var engine = new TestEngine(directory)) {
                assertThat(engine.apply(EntryType.WRITE_ROWS, rows)).isEqualTo(new Applied.RowsWritten(Ids.range(0, 2)));
                assertThat(engine.engine().stats(id, false).rows()).isEqualTo(2);
            }
        }
    }

    @Test
    void everyKindOfEntryIsDoneOnce() {
        try (var engine = new TestEngine(temporary)) {
            engine.createDatabase("db");
            var create = CreateCollection.newBuilder().setDatabase("db").setCollection("c").setWriteId(TestEngine.writeId()).build();
            var created = (Applied.CollectionChanged) engine.apply(EntryType.CREATE_COLLECTION, create);
            CollectionId id = created.info().id();
            assertThat(engine.apply(EntryType.CREATE_COLLECTION, create)).isEqualTo(created);
            engine.add(id, Ids.of(1, 2), X, Y);
            var mark = MarkRows.newBuilder()
                    .setCollectionId(id.value()).setIds(Wire.ids(Ids.of(1))).setDeleted(true).setWriteId(TestEngine.writeId()).build();
            engine.apply(EntryType.MARK_ROWS, mark);
            engine.mark(id, Ids.of(1), false);
            engine.apply(EntryType.MARK_ROWS, mark);
            assertThat(engine.engine().stats(id, false).tombstones()).isZero();
            engine.mark(id, Ids.of(1), true);
            var compact = Compact.newBuilder().setCollectionId(id.value()).setWriteId(TestEngine.writeId()).build();
            assertThat(engine.apply(EntryType.COMPACT, compact)).isEqualTo(new Applied.RowsCompacted(1));
            engine.mark(id, Ids.of(2), true);
            assertThat(engine.apply(EntryType.COMPACT, compact)).isEqualTo(new Applied.RowsCompacted(1));
            assertThat(engine.engine().stats(id, false).rows()).isEqualTo(1);
            engine.drop(id);
            assertThatThrownBy(() -> engine.apply(EntryType.CREATE_COLLECTION, create))
                    .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isInstanceOf(LynseError.NotFound.class));
            assertThat(engine.engine().catalog().collections()).isEmpty();
        }
    }

    @Test
    void anotherRequestUnderTheSameKeyIsRefusedAlsoInFlight() {
        try (var engine = new TestEngine(temporary)) {
            CollectionId id = engine.create("c");
            WriteRows rows = generated(engine, id).toBuilder().setRequestDigest(1).build();
            CompletableFuture<Applied> first = engine.send(EntryType.WRITE_ROWS, rows);
            WriteRows other = rows.toBuilder().setRequestDigest(2).build();
            assertThatThrownBy(() -> engine.apply(EntryType.WRITE_ROWS, other)).hasMessageContaining("used for another request");
            first.join();
            assertThatThrownBy(() -> engine.apply(EntryType.WRITE_ROWS, other)).hasMessageContaining("used for another request");
            assertThat(engine.engine().stats(id, false).rows()).isEqualTo(2);
        }
    }

    @Test
    void aKeyStandsForWhatItsFirstClaimGaveAlsoAfterRestarts() {
        try (var engine = new TestEngine(temporary)) {
            ClaimKey first = claim(TestEngine.writeId(), 7, new Ids.Range(40, 3));
            ClaimKey without = claim(TestEngine.writeId(), 7, null);
            for (int i = 0; i < 3; i++) {
                assertThat(engine.apply(EntryType.CLAIM_KEY, first)).isEqualTo(new Applied.KeyClaimed(new Ids.Range(40, 3)));
                assertThat(engine.apply(EntryType.CLAIM_KEY, claim(first.getWriteId(), 7, new Ids.Range(90, 3))))
                        .isEqualTo(new Applied.KeyClaimed(new Ids.Range(40, 3)));
                assertThat(engine.apply(EntryType.CLAIM_KEY, without)).isEqualTo(new Applied.KeyClaimed(null));
                assertThatThrownBy(() -> engine.apply(EntryType.CLAIM_KEY, claim(without.getWriteId(), 8, null)))
                        .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isEqualTo(new LynseError.KeyReused()));
                if (i == 1) engine.engine().checkpoint();
                engine.reopen();
            }
            assertThat(engine.engine().lastLsn()).isEqualTo(new Lsn(2));
        }
    }

    private static ClaimKey claim(ByteString writeId, long digest, Ids.@Nullable Range ids) {
        return Wire.claimKey(new RequestId(writeId.toByteArray(), digest), ids);
    }

    @Test
    void resultsSurviveRestartsAndTrimming() {
        Path node = temporary.resolve("node");
        WriteRows rows;
        CollectionId id;
        try (var engine = new TestEngine(node)) {
            id = engine.create("c");
            rows = generated(engine, id);
            engine.apply(EntryType.WRITE_ROWS, rows);
            LiveCopy.of(node, temporary.resolve("killed")); // before any checkpoint: the log alone knows it
        }
        for (Path directory : new Path[] {temporary.resolve("killed"), node}) {
            try (var engine = new TestEngine(directory)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(engine.apply(EntryType.WRITE_ROWS, rows)).isEqualTo(new Applied.RowsWritten(Ids.range(0, 2)));
                    assertThat(engine.engine().stats(id, false).rows()).isEqualTo(2);
                    engine.engine().checkpoint();
                    engine.reopen();
                }
            }
        }
    }

    @Test
    void aSecondEntryInTheLogChangesNothingAlsoWhenItIsReplayed() {
        Path node = temporary.resolve("node");
        WriteRows rows;
        CollectionId id;
        try (var engine = new TestEngine(node)) {
            id = engine.create("c");
            rows = generated(engine, id);
            engine.apply(EntryType.WRITE_ROWS, rows);
            append(engine, rows);
            assertThat(engine.engine().stats(id, false).rows()).isEqualTo(2);
            engine.drop(engine.create("passing")); // the catalog is written, with the repeat below its LSN; the collection's files are not
            await().until(() -> !Files.exists(node.resolve("collections/2")));
            append(engine, rows);
            LiveCopy.of(node, temporary.resolve("killed"));
        }
        for (Path directory : new Path[] {temporary.resolve("killed"), node}) {
            try (var engine = new TestEngine(directory)) {
                assertThat(engine.engine().stats(id, false).rows()).isEqualTo(2);
                append(engine, rows);
                assertThat(engine.engine().stats(id, false).rows()).isEqualTo(2);
                assertThat(engine.bulkAdd(id, X)).isEqualTo(Ids.range(2, 1));
            }
        }
    }

    @Test
    void anEntryThatCouldNotBeAppliedIsUnknownUntilItIsAndThenDoneOnce() throws IOException {
        Path node = temporary.resolve("node");
        try (var engine = new TestEngine(node)) {
            CollectionId id = engine.create("c");
            engine.engine().checkpoint();
            Path folder = node.resolve("collections/" + id);
            Files.move(folder, temporary.resolve("away"));
            engine.bulkAdd(id, X, X, X);
            engine.mark(id, Ids.of(1), true);
            var compact = Compact.newBuilder().setCollectionId(id.value()).setWriteId(TestEngine.writeId()).build(); // needs a fold, which fails
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> engine.apply(EntryType.COMPACT, compact))
                        .isInstanceOfSatisfying(LynseException.class, told -> assertThat(told.error()).isInstanceOf(LynseError.OutcomeUnknown.class));
            }
            engine.engine().checkpoint(); // the catalog has the entry's LSN; the collection does not
            if (Files.exists(folder)) Files.delete(folder);
            Files.move(temporary.resolve("away"), folder);
            engine.reopen();
            engine.mark(id, Ids.of(2), true);
            assertThat(engine.apply(EntryType.COMPACT, compact)).isEqualTo(new Applied.RowsCompacted(1));
            assertThat(engine.engine().stats(id, false).rows()).isEqualTo(2);
        }
    }

    /** Rows without ids. */
    private static WriteRows generated(TestEngine engine, CollectionId id) {
        return engine.entry(id, new RowBatch(WriteKind.ADD, Vectors.of(X, Y), null, FieldBlock.NONE));
    }

    /** As the entry of another member, which this one has not seen before. */
    private static void append(TestEngine engine, WriteRows rows) {
        Lsn lsn = engine.engine().lastLsn().next();
        ByteString bytes = rows.toByteString();
        engine.engine().log().append(lsn, TestEngine.EPOCH, EntryType.WRITE_ROWS_VALUE, 1, bytes.asReadOnlyByteBuffer());
        await().until(() -> engine.engine().appliedLsn().equals(lsn));
    }
}
