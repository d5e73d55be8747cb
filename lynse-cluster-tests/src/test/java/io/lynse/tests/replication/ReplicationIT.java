package io.lynse.tests.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lynse.engine.Applied;
import io.lynse.engine.ParsedEntry;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.Durability;
import io.lynse.metadata.ReplicaState;
import io.lynse.model.Lsn;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.Event.Consistency;
import io.lynse.tests.processes.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What DESIGN 4 promises of a shard group, on real nodes. */
class ReplicationIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<RealGroup> groups = new ArrayList<>();

    @AfterEach
    void end() {
        groups.forEach(RealGroup::close);
    }

    @Test
    void aReplicaBecomesActiveByItselfAndThenHasEveryAcknowledgedWriteOnDisk() {
        RealGroup group = started(3);
        RealNode primary = group.nodes.getFirst();
        for (long id = 0; id < 200; id++) {
            Lsn lsn = group.add(primary, id).join().lsn();
            for (RealNode node : group.nodes) assertThat(node.engine().log().durableLsn()).as(node.uri).isGreaterThanOrEqualTo(lsn);
        }
        settled(group, 200);
    }

    @Test
    void aWriteWaitsForTheReplicaThatDoesNotTakeItUntilThatIsMarkedStale() {
        RealGroup group = started(2);
        RealNode primary = group.nodes.getFirst();
        RealNode replica = group.nodes.getLast();
        group.metadata.silent(true);
        primary.cutTowards(replica, true);
        CompletableFuture<Applied> write = group.add(primary, 1);
        CompletableFuture<ReplicaState> then = write.thenApply(_ -> group.state(replica));
        await().atMost(LONG).until(() -> primary.engine().log().durableLsn().equals(primary.engine().lastLsn()));
        await().during(Duration.ofSeconds(3)).atMost(LONG).until(() -> !write.isDone());
        assertThat(primary.ids(RealGroup.COLLECTION)).as("not committed, so not seen").isEmpty();

        group.metadata.silent(false);
        assertThat(then.join()).as("when it was acknowledged").isEqualTo(ReplicaState.STALE);
        primary.cutTowards(replica, false);
        active(group);
        settled(group, 1);
    }

    @Test
    void aReplicaThatIsStoppedIsMarkedStaleAndCatchesUpWhenItIsBack() {
        RealGroup group = started(2);
        RealNode primary = group.nodes.getFirst();
        RealNode replica = group.nodes.getLast();
        group.add(primary, 0).join();
        replica.stop();
        for (long id = 1; id < 50; id++) group.add(primary, id).join();
        assertThat(group.state(replica)).isEqualTo(ReplicaState.STALE);
        replica.start();
        group.show();
        active(group);
        settled(group, 50);
    }

    @Test
    void anotherMemberGoesOnWithEverythingThatWasAcknowledged() {
        RealGroup group = started(3);
        RealNode first = group.nodes.getFirst();
        RealNode second = group.nodes.get(1);
        for (long id = 0; id < 50; id++) group.add(first, id).join();
        Fence before = group.fence();
        first.stop();
        group.promote(second);
        group.show();
        second.read(group.fence(), Consistency.DEFAULT);
        assertThat(second.ids(RealGroup.COLLECTION)).hasSize(50);
        group.add(second, 50).join();
        assertThatThrownBy(() -> second.read(before, Consistency.DEFAULT)).isInstanceOf(LynseException.class).hasMessageContaining("epoch");

        first.start();
        group.show();
        active(group);
        settled(group, 51);
    }

    @Test
    void whatThePrimaryCouldNotCommitGoesWhenItFollows() {
        RealGroup group = started(2);
        RealNode first = group.nodes.getFirst();
        RealNode second = group.nodes.getLast();
        group.add(first, 0).join();
        Fence old = group.fence();
        group.metadata.silent(true);
        first.cutTowards(second, true);
        CompletableFuture<Applied> lost = first.write(old, group.rows(100, 1, 2));
        await().atMost(LONG).until(() -> first.engine().log().durableLsn().equals(first.engine().lastLsn()));
        group.metadata.silent(false);
        group.promote(second); // before the first has asked again
        second.see(group.view());
        for (long id = 1; id < 5; id++) group.add(second, id).join();

        first.cutTowards(second, false);
        group.show();
        assertThatThrownBy(lost::join).cause()
                .isInstanceOfSatisfying(LynseException.class, unknown -> assertThat(unknown.error()).isInstanceOf(LynseError.OutcomeUnknown.class));
        active(group);
        settled(group, 5);
    }

    @Test
    void aRequestThatComesAgainToTheNextPrimaryIsAnsweredAndNotDoneAgain() {
        RealGroup group = started(2);
        RealNode first = group.nodes.getFirst();
        RealNode second = group.nodes.getLast();
        ParsedEntry request = group.rows(7, 3, 2);
        Applied once = first.write(group.fence(), request).join();
        assertThat(first.write(group.fence(), request).join()).isEqualTo(once);
        first.stop();
        group.promote(second);
        group.show();
        assertThat(second.write(group.fence(), request).join()).isEqualTo(once);
        assertThat(second.ids(RealGroup.COLLECTION)).hasSize(3);
        second.stop();
        second.start();
        group.promote(second);
        group.show();
        assertThat(second.write(group.fence(), request).join().result()).isEqualTo(once.result());
        assertThat(second.ids(RealGroup.COLLECTION)).hasSize(3);
    }

    @Test
    void anEntryOfManyFramesArrivesWhole() {
        RealGroup group = started(2);
        RealNode primary = group.nodes.getFirst();
        primary.write(group.fence(), group.rows(0, 3000, 1024)).join(); // 12 MB
        group.nodes.getLast().stop();
        primary.write(group.fence(), group.rows(3000, 3000, 1024)).join();
        group.nodes.getLast().start();
        group.show();
        active(group);
        settled(group, 6000);
    }

    @Test
    void aRestartedPrimaryTakesWritesAgainOnlyInANewEpoch() {
        RealGroup group = started(2);
        RealNode primary = group.nodes.getFirst();
        group.add(primary, 0).join();
        primary.stop();
        primary.start();
        group.show();
        assertThatThrownBy(() -> group.add(primary, 1).join()).hasMessageContaining("promoted anew");
        assertThatThrownBy(() -> primary.read(group.fence(), Consistency.DEFAULT)).as("an active replica may lead by now").hasMessageContaining("promoted anew");
        group.promote(primary);
        group.show();
        group.add(primary, 1).join();
        active(group);
        settled(group, 2);
    }

    @Test
    void manyWritersAtOnce() {
        RealGroup group = started(3);
        RealNode primary = group.nodes.getFirst();
        List<CompletableFuture<Applied>> writes = LongStream.range(0, 2000).mapToObj(id -> group.add(primary, id)).toList();
        writes.forEach(CompletableFuture::join);
        settled(group, 2000);
    }

    @Test
    void whereWritesWaitForNobodyAReplicaFollowsAndNeverCounts() {
        RealGroup group = begun(2, Durability.ASYNC);
        RealNode primary = group.nodes.getFirst();
        RealNode replica = group.nodes.getLast();
        group.create(primary);
        primary.cutTowards(replica, true);
        for (long id = 0; id < 20; id++) group.add(primary, id).join();
        assertThat(replica.engine().lastLsn()).isLessThan(primary.engine().lastLsn());
        primary.cutTowards(replica, false);
        settled(group, 20);
        assertThat(group.state(replica)).isEqualTo(ReplicaState.STALE);
        assertThatThrownBy(() -> group.promote(replica)).hasMessageContaining("no active member");
    }

    @Test
    void belowTheMinimumAWriteWaitsAndANewOneIsRefused() {
        RealGroup group = begun(2, new Durability(true, 2));
        RealNode primary = group.nodes.getFirst();
        RealNode replica = group.nodes.getLast();
        assertThatThrownBy(() -> group.create(primary)).hasMessageContaining("has 1 active members, min_active_members is 2");
        active(group);
        group.create(primary);
        primary.cutTowards(replica, true);
        CompletableFuture<Applied> write = group.add(primary, 1);
        await().during(Duration.ofSeconds(3)).atMost(LONG).until(() -> !write.isDone());
        assertThat(group.state(replica)).as("still counted: with fewer nothing is acknowledged").isEqualTo(ReplicaState.ACTIVE);
        primary.cutTowards(replica, false);
        write.join();
        settled(group, 1);
    }

    private RealGroup started(int nodes) {
        RealGroup group = begun(nodes, Durability.DEFAULT);
        group.create(group.nodes.getFirst());
        active(group);
        return group;
    }

    private RealGroup begun(int nodes, Durability durability) {
        var group = new RealGroup(folder.resolve("group" + groups.size()), FreePorts.find(nodes), settings -> settings, durability);
        groups.add(group);
        group.show();
        return group;
    }

    static void active(RealGroup group) {
        await().atMost(LONG).until(() -> group.image().replicas().stream().allMatch(replica -> replica.state() == ReplicaState.ACTIVE));
        group.show();
    }

    /** All have the same rows. */
    static void settled(RealGroup group, int rows) {
        Lsn last = group.nodes.stream().map(node -> node.engine().lastLsn()).max(Lsn::compareTo).orElseThrow();
        await().atMost(LONG).until(() -> group.nodes.stream().allMatch(node -> RealGroup.reached(node, last)));
        List<String> expected = group.nodes.getFirst().ids(RealGroup.COLLECTION);
        assertThat(expected).hasSize(rows);
        for (RealNode node : group.nodes) assertThat(node.ids(RealGroup.COLLECTION)).as(node.uri).isEqualTo(expected);
    }
}
