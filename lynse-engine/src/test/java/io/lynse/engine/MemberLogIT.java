package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Epoch;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.EntryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shell of the replication protocol asks of the log for entries of this node's own. */
class MemberLogIT {

    private record Told(long lsn, WriteId id, boolean remembered) {}

    @TempDir
    Path directory;

    private TestEngine node;
    private ReplicatedLog log;
    private CollectionId collection;
    private final List<Told> told = new ArrayList<>();

    @BeforeEach
    void begin() {
        node = new TestEngine(directory);
        collection = node.create("c");
        log = node.engine().log();
        log.commitBy(new CommitRule.WhenTold());
        log.listenApplied((lsn, id, remembered) -> told.add(new Told(lsn.value(), id, remembered)));
    }

    @AfterEach
    void end() {
        node.close();
    }

    @Test
    void aRepeatIsAppendedAndHasTheFirstOnesResult() {
        ParsedEntry entry = rows(collection, 1);
        long first = log.lastLsn().value() + 1;
        assertThat(log.repeated(entry)).isNull();
        CompletableFuture<Applied> once = append(entry);
        CompletableFuture<Applied> twice = append(entry);
        assertThat(log.lastLsn().value()).isEqualTo(first + 1);
        assertThat(once).isNotDone();
        log.sync(log.lastLsn()).join();
        log.commitUpTo(new Lsn(first));
        assertThat(once.join().lsn().value()).isEqualTo(first);
        assertThat(twice).isNotDone();
        log.commitUpTo(new Lsn(first + 1));
        assertThat(twice.join()).isEqualTo(once.join());
        assertThat(log.repeated(entry)).isCompletedWithValue(once.join());
        await().until(() -> told.size() == 2);
        assertThat(told).containsExactly(new Told(first, entry.decoded().writeId(), true), new Told(first + 1, entry.decoded().writeId(), true));
    }

    /** Past the protocol nobody writes: the entry would be of no epoch, and on no other member. */
    @Test
    void aMemberAppendsNothingOfItsOwnAccord() {
        Lsn last = log.lastLsn();
        assertThat(node.engine().submit(TestEngine.EPOCH, rows(collection, 1))).failsWithin(Duration.ofSeconds(30))
                .withThrowableThat().withMessageContaining("member of a shard group");
        assertThat(log.lastLsn()).isEqualTo(last);
    }

    @Test
    void anEntryOfAnUnknownCollectionIsNotRemembered() {
        ParsedEntry entry = rows(new CollectionId(99), 1);
        CompletableFuture<Applied> early = append(entry);
        log.sync(log.lastLsn()).join();
        log.commitUpTo(log.lastLsn());
        assertThat(early.join().result()).isInstanceOf(Applied.Refused.class);
        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly(new Told(log.lastLsn().value(), entry.decoded().writeId(), false));
        assertThat(log.repeated(entry)).isNull();
    }

    @Test
    void entriesTakenOverAreToldOfToo() {
        ParsedEntry entry = rows(collection, 1);
        log.append(log.lastLsn().next(), TestEngine.EPOCH, entry.type(), entry.version(), entry.payload());
        log.sync(log.lastLsn()).join();
        log.commitUpTo(log.lastLsn());
        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly(new Told(log.lastLsn().value(), entry.decoded().writeId(), true));
    }

    @Test
    void nothingIsAppendedAtAnotherPlace() {
        try (Admitted admitted = log.admit(rows(collection, 1))) {
            assertThatThrownBy(() -> log.append(log.lastLsn(), TestEngine.EPOCH, admitted)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> log.append(log.lastLsn().next().next(), TestEngine.EPOCH, admitted)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatIsTruncatedIsUnknown() {
        Lsn next = log.lastLsn().next();
        CompletableFuture<Applied> gone = append(rows(collection, 1));
        log.truncateFrom(next);
        assertThatThrownBy(gone::join).cause()
                .isInstanceOfSatisfying(LynseException.class, unknown -> assertThat(unknown.error()).isInstanceOf(LynseError.OutcomeUnknown.class));
    }

    @Test
    void roomThatIsGivenBackIsThereForOthers() {
        ParsedEntry large = rows(collection, 1000);
        for (int i = 0; i < 1000; i++) log.admit(large).close(); // together far above the bound
        assertThat(append(large)).isNotDone();
    }

    private CompletableFuture<Applied> append(ParsedEntry entry) {
        CompletableFuture<Applied> applied = log.append(log.lastLsn().next(), new Epoch(TestEngine.EPOCH.value()), log.admit(entry));
        log.requestSync();
        return applied;
    }

    private static ParsedEntry rows(CollectionId collection, int count) {
        var batch = new RowBatch(WriteKind.ADD, Vectors.of(new float[count][100]), new Ids.Range(1, count), FieldBlock.NONE);
        MessageLite message = Wire.writeRows(collection, batch, 1, TestEngine.writeId().toByteArray());
        return ParsedEntry.of(EntryType.WRITE_ROWS_VALUE, 1, message.toByteString().asReadOnlyByteBuffer());
    }
}
