package io.lynse.shard.grpc;

import static io.lynse.shard.grpc.OwnerCluster.eventually;
import static io.lynse.shard.grpc.OwnerCluster.leader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.wire.v1.Owner;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerChangeIT {

    @TempDir Path folder;
    private OwnerCluster cluster;

    @BeforeEach
    void make() {
        cluster = new OwnerCluster(folder);
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void anOwnerWhoseDiskWasLostIsReplacedByAnotherAtItsAddress() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var lost = nodes.stream().filter(node -> !node.id.equals(leader(nodes).id)).findFirst().orElseThrow();
        var rest = nodes.stream().filter(node -> node != lost).toList();
        lost.stop();
        // Beyond the log that is kept: the newcomer needs a snapshot.
        for (int i = 0; i < 200; i++) rest.getFirst().propose(new Command.CreateDatabase("db" + i));
        var newcomer = cluster.add("c2", lost.port);
        newcomer.join(List.of());
        var report = rest.getFirst().change(rest.getFirst(), rest.getLast(), newcomer);
        assertThat(report.getOwnersList().stream().map(Owner::getNodeId)).contains("c2").doesNotContain(lost.id).hasSize(3);
        rest.getFirst().stop();
        assertThat(eventually(() -> newcomer.propose(new Command.CreateDatabase("with the newcomer"))).hasAccepted()).isTrue();
        assertThat(newcomer.read().databases()).hasSize(201);
    }

    @Test
    void oneOwnerBecomesThreeAndOneAgain() throws Exception {
        var a = cluster.form("a").getFirst();
        a.propose(new Command.CreateDatabase("db"));
        var b = cluster.add("b");
        var c = cluster.add("c");
        b.join(List.of());
        c.join(List.of());
        assertThat(a.change(a, b, c).getOwnersList()).hasSize(3);
        assertThat(c.read().databases()).containsExactly("db");
        assertThat(eventually(() -> c.change(b)).getOwnersList()).extracting(Owner::getNodeId).containsExactly("b");
        a.stop();
        c.stop();
        assertThat(eventually(() -> b.propose(new Command.CreateDatabase("alone"))).hasAccepted()).isTrue();
    }

    /** Ratis ends on a former owner when it has not heard of a leader for a while. */
    @Test
    void thoseThatLeftAreWellAndAreTakenBackWithoutARestart() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var leader = leader(nodes);
        var others = nodes.stream().filter(node -> node != leader).toList();
        var stays = others.getFirst();
        leader.propose(new Command.CreateDatabase("db"));
        assertThat(leader.change(stays).getOwnersList()).extracting(Owner::getNodeId).containsExactly(stays.id);
        for (var left : List.of(leader, others.getLast())) {
            eventually(() -> left.report().getClosed() ? true : null);
            eventually(() -> left.ended() ? null : true); // whom the change did not reach has to ask the others
        }
        stays.propose(new Command.CreateDatabase("without them"));
        leader.join(List.of());
        others.getLast().join(List.of());
        assertThat(stays.change(leader, stays, others.getLast()).getOwnersList()).hasSize(3);
        stays.stop();
        assertThat(eventually(() -> leader.propose(new Command.CreateDatabase("with them"))).hasAccepted()).isTrue();
        for (var back : List.of(leader, others.getLast())) {
            assertThat(eventually(back::read).databases()).containsExactlyInAnyOrder("db", "without them", "with them");
            assertThat(back.report().getClosed()).isFalse();
        }
    }

    @Test
    void whoWasAwayWhenItWasLeftOutIsWellAndIsTakenBack() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var leader = leader(nodes);
        var others = nodes.stream().filter(node -> node != leader).toList();
        var away = others.getLast();
        eventually(away::readHere);
        away.stop();
        assertThat(eventually(() -> leader.change(leader, others.getFirst())).getOwnersList()).hasSize(2);
        away.start();
        eventually(() -> away.report().getClosed() ? true : null);
        assertThat(away.report().getOwnersList()).as("what it knows").hasSize(3);
        eventually(() -> away.ended() ? null : true);
        away.join(List.of());
        assertThat(eventually(() -> leader(nodes).change(leader, others.getFirst(), away)).getOwnersList()).hasSize(3);
        eventually(() -> leader.propose(new Command.CreateDatabase("with it")));
        eventually(() -> away.readHere() != null && away.readHere().databases().contains("with it") ? true : null);
    }

    @Test
    void whoLeadsCanLeave() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var leader = leader(nodes);
        var stays = nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
        eventually(() -> stays.change(stays));
        assertThat(eventually(() -> stays.propose(new Command.CreateDatabase("alone"))).hasAccepted()).isTrue();
        assertThat(stays.report().getOwnersList()).extracting(Owner::getNodeId).containsExactly(stays.id);
    }

    @Test
    void anotherDiskAtAnOwnersAddressAnswersForNobodyButItself() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var leader = leader(nodes);
        var others = nodes.stream().filter(node -> node != leader).toList();
        leader.propose(new Command.CreateDatabase("db"));
        others.getFirst().stop();
        cluster.add("wiped", others.getFirst().port).join(List.of());
        others.getLast().stop();
        // Two run, and one of them is none of the owners: there is no majority.
        assertThatThrownBy(() -> leader.propose(new Command.CreateDatabase("alone"))).isInstanceOf(StatusRuntimeException.class);
        others.getLast().start();
        eventually(() -> others.getLast().propose(new Command.CreateDatabase("two again")));
    }

    @Test
    void aChangeThatWasDecidedOnOtherOwnersIsRefused() throws Exception {
        var nodes = cluster.form("a");
        var a = nodes.getFirst();
        var b = cluster.add("b");
        b.join(List.of());
        assertThatThrownBy(() -> a.changeFrom(List.of(b), a, b)).satisfies(failure ->
                assertThat(GrpcErrors.fromGrpc(failure)).hasValueSatisfying(error -> assertThat(error).isInstanceOf(LynseError.Conflict.class)));
        assertThat(a.changeFrom(List.of(a), a, b).getOwnersList()).hasSize(2);
    }

    @Test
    void aChangeUnderALeaseThatHasChangedHandsIsRefused() throws Exception {
        var nodes = cluster.form("a", "b", "c");
        var leader = leader(nodes);
        var other = nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
        var first = LeaseEpoch.NONE.next();
        leader.propose(new Command.AcquireLease(new LeaseImage.Holder("one", "1"), LeaseEpoch.NONE, 0));
        leader.propose(new Command.AcquireLease(new LeaseImage.Holder("two", "1"), first, 0));
        // Through an owner that does not lead, too.
        for (var asked : List.of(leader, other)) {
            assertThatThrownBy(() -> asked.changeUnder(first, nodes, leader, other)).satisfies(failure ->
                    assertThat(GrpcErrors.fromGrpc(failure)).hasValueSatisfying(error -> assertThat(error).isInstanceOf(LynseError.Conflict.class)));
        }
        assertThat(leader.report().getOwnersList()).hasSize(3);
        assertThat(other.changeUnder(first.next(), nodes, leader, other).getOwnersList()).hasSize(2);
    }
}
