package io.lynse.shard.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.Epoch;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.GroupView.Member;
import io.lynse.shard.membership.GroupView.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeMembershipIT {

    static final NodeId ME = new NodeId("me");
    static final ShardGroupId SG0 = new ShardGroupId("sg0");

    @TempDir
    Path directory;

    @Test
    void whatItBecameIsOnDisk() throws IOException {
        NodeMembership node = open();
        node.become(member(new Epoch(5)));
        assertThat(onDisk()).isEqualTo(member(new Epoch(5)).standing()).isEqualTo(node.situation().standing());
        assertThat(open().situation()).as("a restart remembers its place and leads nothing").isEqualTo(Situation.started(ME, node.situation().standing()));
    }

    @Test
    void aMemberNamesItsCoordinatorToTheWrongDoor() throws IOException {
        NodeMembership node = open();
        assertThat(node.<Epoch>alone(epoch -> epoch)).isEqualTo(new Epoch(1));
        node.become(member(new Epoch(5)));
        assertThatThrownBy(() -> node.alone(epoch -> epoch)).hasMessageContaining("http://door");
        NodeMembership restarted = open();
        assertThatThrownBy(() -> restarted.alone(epoch -> epoch)).hasMessageContaining("http://door");
    }

    @Test
    void nothingIsAppendedAloneWhileItJoins() throws IOException {
        NodeMembership node = open();
        node.beginJoining();
        assertThatThrownBy(() -> node.alone(epoch -> epoch)).hasMessageContaining("joining");
        node.giveUpJoining();
        assertThat(node.<Epoch>alone(epoch -> epoch)).isEqualTo(new Epoch(1));
    }

    @Test
    void onItsOwnARestartTakesTheNextEpoch() throws IOException {
        assertThat(open().<Epoch>alone(epoch -> epoch)).isEqualTo(new Epoch(1));
        assertThat(open().<Epoch>alone(epoch -> epoch)).isEqualTo(new Epoch(2));
    }

    @Test
    void aDamagedFileIsNamedAndNothingIsGuessed() throws IOException {
        open().become(member(new Epoch(5)));
        Path file = directory.resolve("membership");
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);
            assertThatThrownBy(this::open).as("byte %d", at).isInstanceOf(IOException.class).hasMessageContaining(file.toString());
        }
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining(file.toString());
    }

    @Test
    void aLogWithoutItsFenceIsNotOpened() {
        assertThatThrownBy(() -> NodeMembership.open(directory, ME, true))
                .isInstanceOf(IOException.class).hasMessageContaining("membership is missing");
    }

    private NodeMembership open() throws IOException {
        return NodeMembership.open(directory, ME, false);
    }

    private Standing onDisk() {
        try {
            return new StandingFile(directory).read().orElseThrow();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static Situation member(Epoch led) {
        return new Situation(ME, new Standing(new Standing.Place(view(led.value(), 10), "http://me"), led, led), led);
    }

    private static GroupView view(long epoch, long metaEpoch) {
        return new GroupView("c", SG0, new Epoch(epoch), metaEpoch, 3, new Member("http://me", ME),
                List.of(new Replica(new Member("http://you", null), "stale")), "http://door");
    }
}
