package io.lynse.coordinator.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.lease.LeaseStatus.Leader;
import io.lynse.coordinator.peer.ForwardPolicy.Decision;
import io.lynse.metadata.LeaseEpoch;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardPolicyTest {

    private static final String SELF = "http://c1:7637";
    private static final Leader OTHER = leader("http://c2:7637", false);
    private static final Decision HERE = new Decision.Here();
    private static final Decision NO_LEADER = new Decision.NoLeader();
    private static final Decision REFUSED = new Decision.Refused(ForwardPolicy.CANNOT_PROXY);

    static final List<Arguments> TABLE = List.of(
            arguments("the leader does it", true, leader(SELF, true), false, HERE),
            arguments("also what was sent on to it", true, leader(SELF, true), true, HERE),
            arguments("a standby sends it on", false, OTHER, false, new Decision.ToLeader("http://c2:7637")),
            arguments("once", false, OTHER, true, REFUSED),
            arguments("never to itself: two coordinators under one address", false, leader(SELF, false), false, REFUSED),
            arguments("nor by its own lease that has run out", false, leader(SELF, true), false, NO_LEADER),
            arguments("where nobody leads", false, null, false, NO_LEADER),
            arguments("nor does one who was sent it wait for somebody to lead", false, null, true, REFUSED),
            arguments("a leader that has not said where it is", false, leader("", false), false, NO_LEADER));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void decides(String when, boolean leads, @Nullable Leader leader, boolean proxied, Decision expected) {
        assertThat(ForwardPolicy.decide(SELF, leads, leader, proxied)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/create_database", "/drop_database", "/delete_database", "/required_collection", "/drop_collection", "/update_description",
        "/update_collection_description", "/build_index", "/remove_index", "/create_vector_field", "/cluster/promote"})
    void changesOfTheClusterAreTheLeaders(String path) {
        assertThat(ForwardPolicy.isControl(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/search", "/add", "/upsert_binary", "/delete", "/show_collections", "/cluster_info", "/coordinator_status", "/compact", "/commit", "/metrics"})
    void dataIsServedByAny(String path) {
        assertThat(ForwardPolicy.isControl(path)).isFalse();
    }

    private static Leader leader(String uri, boolean self) {
        return new Leader("id", uri, self, new LeaseEpoch(1), Instant.EPOCH, Instant.EPOCH);
    }
}
