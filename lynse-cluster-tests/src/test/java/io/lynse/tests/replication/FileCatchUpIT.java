package io.lynse.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.ReplicatedLog;
import io.lynse.engine.log.RetentionLimits;
import io.lynse.metadata.Command;
import io.lynse.metadata.ReplicaState;
import io.lynse.model.CopyState;
import io.lynse.model.Lsn;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.shard.recovery.CatchUpProgress.Phase;
import io.lynse.shard.recovery.CatchUpSettings;
import io.lynse.tests.processes.FreePorts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member whose log cannot go on from the primary's, or whose copy is bad, fills itself again from files, and nobody does anything about it. */
class FileCatchUpIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int ROWS_AT_ONCE = 500;
    private static final int DIMENSION = 1024;

    @TempDir
    Path folder;

    private RealGroup group;
    private RealNode primary;
    private RealNode replica;
    private int rows;

    @BeforeEach
    void begin() {
        group = new RealGroup(folder, FreePorts.find(2), settings -> settings.withRetention(RetentionLimits.DEFAULT.withoutFollowers()));
        primary = group.nodes.getFirst();
        replica = group.nodes.getLast();
        group.show();
        group.create(primary);
        write();
        ReplicationIT.active(group);
    }

    @AfterEach
    void end() {
        group.close();
    }

    private void write() {
        write(ROWS_AT_ONCE);
    }

    private void write(int count) {
        primary.write(group.fence(), group.rows(rows, count, DIMENSION)).join();
        rows += count;
    }

    /** Until the log does not reach back to the replica's any more. */
    private void leaveBehind() {
        Lsn reached = primary.engine().lastLsn();
        await().atMost(LONG).until(() -> {
            write();
            primary.engine().checkpoint();
            return primary.engine().log().firstLsn().compareTo(reached.next()) > 0;
        });
    }

    private void refilled() {
        ReplicationIT.active(group);
        ReplicationIT.settled(group, rows);
        assertThat(replica.engine().givenUp()).isNull();
        assertThat(replica.engine().log().firstLsn()).as("begins where a checkpoint does").isGreaterThan(new Lsn(1));
        await().atMost(LONG).untilAsserted(() -> assertThat(replica.directory().resolve("incoming")).doesNotExist());
    }

    @Test
    void whoseLogIsBehindThatOfThePrimaryIsRefilledWhileWritesGoOn() {
        replica.stop();
        leaveBehind();
        assertThat(group.state(replica)).isEqualTo(ReplicaState.STALE);
        var enough = new AtomicBoolean();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            while (!enough.get()) write(1);
        });
        replica.start();
        group.show();
        ReplicationIT.active(group);
        enough.set(true);
        writing.join();
        refilled();
    }

    @Test
    void whoseDiskWasLostIsRefilled() throws IOException {
        leaveBehind();
        replica.stop();
        try (Stream<Path> all = Files.walk(replica.directory())) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
        replica.start();
        group.metadata.decide(new Command.BindNode(RealGroup.ID, replica.uri, replica.id()));
        group.show();
        refilled();
    }

    @Test
    void whoEndsInTheMidstOfTheFetchGoesOnWithIt() {
        primary.stop();
        primary.gives = CatchUpSettings.DEFAULT.withBytesPerSecond(4_000_000);
        primary.start();
        group.promote(primary);
        group.show();
        replica.stop();
        leaveBehind();
        replica.start();
        group.show();
        await().atMost(LONG).until(() -> replica.catchUp().phase() == Phase.FETCHING && replica.catchUp().bytesDone() > 0);
        replica.stop();
        assertThat(replica.directory().resolve("incoming")).isNotEmptyDirectory();
        write();
        replica.start();
        group.show();
        refilled();
    }

    @Test
    void whoseFilesAreDamagedGivesThemUpAndIsRefilled() throws IOException {
        leaveBehind();
        replica.stop();
        damage(replica.directory().resolve("collections"));
        replica.start();
        assertThat(replica.engine().unavailableCollections()).isNotEmpty();
        group.show();
        await().atMost(LONG).until(() -> replica.engine().quarantine() == null && replica.engine().unavailableCollections().isEmpty());
        refilled();
    }

    /** A disk that alters what it keeps says nothing: the node reads it again all the time. */
    @Test
    void aRowThatWasAlteredOnAReplicasDiskIsFoundAndRepaired() throws IOException {
        replica.engine().checkpoint();
        ReplicatedLog before = replica.engine().log();
        damage(replica.directory().resolve("collections"));
        await().atMost(LONG).ignoreExceptions().until(() -> replica.engine().log() != before);
        ReplicationIT.active(group);
        assertSameVectors();
    }

    @Test
    void aPrimaryWhoseRowWasAlteredSaysSoAndIsFilledByItsSuccessor() throws IOException {
        primary.engine().checkpoint();
        ReplicatedLog before = primary.engine().log();
        damage(primary.directory().resolve("collections"));
        await().atMost(LONG).until(() -> primary.see(group.view()).copy() == CopyState.DAMAGED);
        group.promote(replica);
        group.show();
        await().atMost(LONG).ignoreExceptions().until(() -> primary.engine().log() != before);
        ReplicationIT.active(group);
        assertSameVectors();
    }

    private void assertSameVectors() {
        assertThat(vectors(primary)).isEqualTo(vectors(replica));
    }

    private ByteBuffer vectors(RealNode node) {
        Rows all = node.engine().read(RealGroup.COLLECTION, new RowSelection.Head(rows), true, false);
        assertThat(all.ids().size()).isEqualTo(rows);
        return all.vectors().data();
    }

    /** Changes one byte in the midst of the largest file. */
    private static void damage(Path collections) throws IOException {
        Path largest;
        try (Stream<Path> all = Files.walk(collections)) {
            largest = all.filter(Files::isRegularFile).max(Comparator.comparing(file -> file.toFile().length())).orElseThrow();
        }
        try (var file = new RandomAccessFile(largest.toFile(), "rw")) {
            file.seek(file.length() / 2);
            int was = file.read();
            file.seek(file.length() / 2);
            file.write(was ^ 1);
        }
    }
}
