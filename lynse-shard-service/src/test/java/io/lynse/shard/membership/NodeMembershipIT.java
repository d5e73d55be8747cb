package io.lynse.shard.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
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
    void whatAnAnswerDependsOnIsOnDiskBeforeIt() throws IOException {
        NodeMembership node = open();
        node.see(view(5, 10), "http://me");
        assertThat(onDisk()).as("adopted").isEqualTo(node.situation().standing());
        assertThat(node.<Epoch>leading(fence(5), epoch -> {
            assertThat(onDisk().led()).as("led epoch, before the first append").isEqualTo(epoch);
            return epoch;
        })).isEqualTo(new Epoch(5));

        assertThatThrownBy(() -> node.reading(fence(7))).isInstanceOf(LynseException.class);
        assertThat(onDisk().seen()).as("seen in a request").isEqualTo(new Epoch(7));
        assertThatThrownBy(() -> node.leading(fence(5), epoch -> epoch))
                .isInstanceOfSatisfying(LynseException.class, refused -> assertThat(refused.error()).isEqualTo(new LynseError.StaleEpoch(new Epoch(5), new Epoch(7))));
    }

    @Test
    void aRestartRemembersItsPlaceAndLeadsNothing() throws IOException {
        open().see(view(5, 10), "http://me");
        NodeMembership restarted = open();
        assertThat(restarted.report()).isEqualTo(new MembershipPolicy.Report(Role.PRIMARY, false, "it was restarted and must be promoted anew"));
        assertThatThrownBy(() -> restarted.leading(fence(5), epoch -> epoch)).isInstanceOf(LynseException.class);
        restarted.reading(fence(5));

        restarted.see(view(6, 11), "http://me");
        assertThat(restarted.<Epoch>leading(fence(6), epoch -> epoch)).isEqualTo(new Epoch(6));
        assertThat(restarted.situation().standing().place()).isEqualTo(new Standing.Place(view(6, 11), "http://me"));
    }

    @Test
    void aMemberNamesItsCoordinatorToTheWrongDoor() throws IOException {
        NodeMembership node = open();
        assertThat(node.<Epoch>alone(epoch -> epoch)).isEqualTo(new Epoch(1));
        node.see(view(5, 10), "http://me");
        assertThatThrownBy(() -> node.alone(epoch -> epoch)).hasMessageContaining("http://door");
        NodeMembership restarted = open();
        assertThatThrownBy(() -> restarted.alone(epoch -> epoch)).hasMessageContaining("http://door");
    }

    @Test
    void onItsOwnARestartTakesTheNextEpoch() throws IOException {
        assertThat(open().<Epoch>alone(epoch -> epoch)).isEqualTo(new Epoch(1));
        assertThat(open().<Epoch>alone(epoch -> epoch)).isEqualTo(new Epoch(2));
    }

    @Test
    void aDamagedFileIsNamedAndNothingIsGuessed() throws IOException {
        open().see(view(5, 10), "http://me");
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
        assertThatThrownBy(() -> NodeMembership.open(directory, ME, true, () -> true))
                .isInstanceOf(IOException.class).hasMessageContaining("membership is missing");
    }

    private NodeMembership open() throws IOException {
        return NodeMembership.open(directory, ME, false, () -> false);
    }

    private Standing onDisk() {
        try {
            return new StandingFile(directory).read().orElseThrow();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static Fence fence(long epoch) {
        return new Fence(SG0, new Epoch(epoch));
    }

    private static GroupView view(long epoch, long metaEpoch) {
        return new GroupView("c", SG0, new Epoch(epoch), metaEpoch, 3, new Member("http://me", ME),
                List.of(new Replica(new Member("http://you", null), "stale")), "http://door");
    }
}
