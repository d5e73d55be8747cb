package io.lynse.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.model.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FormationPolicyTest {

    private static final NodeAddress A = NodeAddress.parse("http://a:1");
    private static final NodeAddress B = NodeAddress.parse("http://b:1");
    private static final NodeAddress C = NodeAddress.parse("http://c:1");
    private static final NodeAddress D = NodeAddress.parse("http://d:1");
    private static final List<NodeAddress> WANTED = List.of(A, B, C);
    private static final List<OwnerState.Owner> OWNERS = WANTED.stream().map(node -> new OwnerState.Owner(new NodeId(node.host()), node.grpcAddress())).toList();
    private static final UUID GROUP = new UUID(1, 1);

    @Test
    void formsOwnersWhenEveryNodeWasHeardAndNoneKeepsAnything() {
        var formed = decide(null, idle(A), idle(B), idle(C), idle(D));
        assertThat(formed).isInstanceOfSatisfying(Formation.Form.class, form -> assertThat(form.owners()).isEqualTo(WANTED));
        var byAnother = FormationPolicy.decide(List.of(C, A, B), heard(idle(D), idle(C), idle(B), idle(A)), null);
        assertThat(((Formation.Form) byAnother).group()).as("whoever forms it").isEqualTo(((Formation.Form) formed).group());
    }

    @Test
    void anotherDiskIsAnotherGroup() {
        var formed = (Formation.Form) decide(null, idle(A), idle(B), idle(C));
        var wiped = (Formation.Form) decide(null, idle(A), idle(B), new Heard(C, state("another", null, null, List.of())));
        assertThat(wiped.group()).isNotEqualTo(formed.group());
    }

    @Test
    void waitsForTheLastNodeBeforeItFormsAnything() {
        assertThat(decide(null, idle(A), idle(B), idle(C), new Heard(D, null))).isEqualTo(new Formation.Wait(List.of(D)));
    }

    @Test
    void followsWhoeverKeepsTheClusterThoughOthersAreNotHeard() {
        assertThat(decide(null, owner(A, "one"), new Heard(B, null), idle(C), new Heard(D, null)))
                .as("and B, which A knows as an owner").isEqualTo(new Formation.Follow("one", List.of(A, B)));
        assertThat(decide("one", idle(A), owner(D, "one"), idle(C))).as("owners that are not the listed ones").isEqualTo(new Formation.Follow("one", List.of(D)));
    }

    @Test
    void goesOnWithAGroupThatWasFormedInPart() {
        assertThat(decide(null, owner(A, null), owner(B, null), idle(C))).isEqualTo(new Formation.Seed(GROUP, OWNERS, WANTED, List.of(C)));
        assertThat(decide(null, owner(A, null), owner(B, null), new Heard(C, null))).isEqualTo(new Formation.Seed(GROUP, OWNERS, List.of(A, B), List.of()));
    }

    /** With fewer members those that were heard would be a majority among themselves, and the others another one. */
    @Test
    void whoIsNotHeardStaysAMemberOfTheGroupThatIsJoined() {
        assertThat(decide(null, owner(A, null), idle(B), new Heard(C, null))).isEqualTo(new Formation.Seed(GROUP, OWNERS, List.of(A, B), List.of(B)));
    }

    @Test
    void waitsForAGroupThatDoesNotSayYetWhoBelongsToIt() {
        var starting = new Heard(A, state("a", GROUP, null, List.of()));
        assertThat(decide(null, starting, idle(B), new Heard(C, null))).isEqualTo(new Formation.Wait(List.of(A, C)));
        assertThat(decide(null, starting, owner(B, null), idle(C))).as("one that does").isEqualTo(new Formation.Seed(GROUP, OWNERS, WANTED, List.of(C)));
    }

    @Test
    void neverChoosesBetweenTwoClusters() {
        assertThat(decide(null, owner(A, "one"), owner(B, "two"), idle(C))).isInstanceOfSatisfying(
                Formation.Refuse.class, refused -> assertThat(refused.reason()).contains("one by [http://a:1]", "two by [http://b:1]"));
        assertThat(decide("one", owner(A, "two"), idle(B), idle(C))).isInstanceOfSatisfying(
                Formation.Refuse.class, refused -> assertThat(refused.reason()).contains("belongs to cluster one", "two by [http://a:1]", "--cluster-config"));
        assertThat(decide("one", owner(A, "two"), owner(B, "one"), idle(C))).as("its own is there").isEqualTo(new Formation.Follow("one", List.of(B)));
    }

    @Test
    void neverFormsAClusterAnewThatExisted() {
        assertThat(decide("one", idle(A), idle(B), idle(C))).isInstanceOfSatisfying(
                Formation.Refuse.class, refused -> assertThat(refused.reason()).contains("disks were lost", "Restore"));
        assertThat(decide("one", idle(A), new Heard(B, null), idle(C))).isEqualTo(new Formation.Wait(List.of(B)));
    }

    @Test
    void waitsForOwnersThatWereJustStartedToKnowWhatTheyHold() {
        assertThat(decide("one", owner(A, null), owner(B, null), idle(C))).isEqualTo(new Formation.Wait(List.of(A, B)));
    }

    @Test
    void neverFormsAClusterAmongMembersOfAnother() {
        assertThat(decide(null, idle(A), idle(B), idle(C), member(D, "one"))).isInstanceOfSatisfying(Formation.Refuse.class, refused -> assertThat(refused.reason())
                .contains("cluster one", "[http://d:1]", "metadata recover --from-cache", "metadata_owners"));
        assertThat(decide(null, idle(A), member(B, "two"), idle(C), member(D, "one"))).isInstanceOfSatisfying(
                Formation.Refuse.class, refused -> assertThat(refused.reason()).contains("one by [http://d:1]", "two by [http://b:1]", "--cluster-config"));
        assertThat(decide(null, idle(A), new Heard(B, null), idle(C), member(D, "one"))).as("B may keep it").isEqualTo(new Formation.Wait(List.of(B)));
        assertThat(decide(null, idle(A), owner(B, "one"), idle(C), member(D, "one"))).as("B does").isEqualTo(new Formation.Follow("one", List.of(B)));
    }

    @Test
    void waitsForOwnersThatWereJustStartedBesideMembersOfTheirCluster() {
        assertThat(decide(null, owner(A, null), owner(B, null), idle(C), member(D, "one"))).isEqualTo(new Formation.Wait(List.of(A, B)));
    }

    private record Heard(NodeAddress node, @Nullable OwnerState state) {}

    private static Formation decide(@Nullable String clusterId, Heard... heard) {
        return FormationPolicy.decide(WANTED, heard(heard), clusterId);
    }

    private static Map<NodeAddress, @Nullable OwnerState> heard(Heard... heard) {
        var all = new LinkedHashMap<NodeAddress, @Nullable OwnerState>();
        for (Heard one : heard) all.put(one.node(), one.state());
        return all;
    }

    private static Heard idle(NodeAddress node) {
        return new Heard(node, state(node.host(), null, null, List.of()));
    }

    private static Heard member(NodeAddress node, String clusterId) {
        return new Heard(node, new OwnerState(new NodeId(node.host()), null, null, "", List.of(), null, 0, 0, 0, false, clusterId));
    }

    private static Heard owner(NodeAddress node, @Nullable String clusterId) {
        return new Heard(node, state(node.host(), GROUP, clusterId, OWNERS));
    }

    private static OwnerState state(String id, @Nullable UUID group, @Nullable String clusterId, List<OwnerState.Owner> owners) {
        return new OwnerState(new NodeId(id), group, clusterId, group == null ? "" : "follower", owners, null, 0, 0, 1, false, null);
    }
}
