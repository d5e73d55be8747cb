package io.lynse.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClusterPlanTest {

    static final ClusterPlan PLAN = new ClusterPlan(7637, Path.of("/tmp/x"));

    @Test
    void aCoordinatorAndTwoGroupsTakeFivePortsInARow() {
        assertThat(PLAN.nodes()).extracting(ClusterPlan.Node::name).containsExactly("coordinator", "sg0-primary", "sg0-replica", "sg1-primary", "sg1-replica");
        assertThat(PLAN.nodes()).extracting(ClusterPlan.Node::port).containsExactly(7637, 7638, 7639, 7640, 7641);
        assertThat(PLAN.coordinatorUri()).isEqualTo("http://127.0.0.1:7637");
    }

    @Test
    void everyNodeIsStartedAsTheGuideStartsIt() {
        assertThat(String.join(" ", PLAN.nodes().get(0).arguments())).isEqualTo("serve --role coordinator --host 127.0.0.1 --port 7637 "
                + "--cluster-config /tmp/x/cluster.json --cluster-state /tmp/x/cluster_state.cache.json");
        assertThat(String.join(" ", PLAN.nodes().get(3).arguments())).isEqualTo("serve --host 127.0.0.1 --port 7640 --data-dir /tmp/x/sg1-primary");
    }

    @Test
    void theConfigurationNamesThePortsOfTheNodes() {
        JsonNode config = JsonMapper.shared().readTree(PLAN.configJson());
        JsonNode groups = config.path("shard_groups");
        assertThat(groups.size()).isEqualTo(2);
        assertThat(groups.path(0).path("primary").stringValue()).isEqualTo("http://127.0.0.1:7638");
        assertThat(groups.path(0).path("replicas").path(0).stringValue()).isEqualTo("http://127.0.0.1:7639");
        assertThat(groups.path(1).path("primary").stringValue()).isEqualTo("http://127.0.0.1:7640");
        assertThat(groups.path(1).path("replicas").path(0).stringValue()).isEqualTo("http://127.0.0.1:7641");
        assertThat(config.path("metadata_owners")).extracting(JsonNode::stringValue)
                .as("any one of three may be lost").containsExactly("http://127.0.0.1:7638", "http://127.0.0.1:7639", "http://127.0.0.1:7640");
    }

    @Test
    void refusesAFirstPortWithoutRoomForTheOthers() {
        assertThat(new ClusterPlan(65_531, Path.of("/tmp/x")).nodes().getLast().port()).isEqualTo(65_535);
        assertThatThrownBy(() -> new ClusterPlan(65_532, Path.of("/tmp/x"))).hasMessage("the first port must be 1 to 65531: 65532");
        assertThatThrownBy(() -> new ClusterPlan(0, Path.of("/tmp/x"))).hasMessage("the first port must be 1 to 65531: 0");
    }
}
