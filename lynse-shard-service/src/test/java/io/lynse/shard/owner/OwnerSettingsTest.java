package io.lynse.shard.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.junit.jupiter.api.Test;

class OwnerSettingsTest {

    /** Else nobody leads for that time, where a leader that was slow once is the one with the longest log. */
    @Test
    void aLeaderThatSteppedDownIsACandidateAsSoonAsTheOthers() {
        var properties = OwnerSettings.DEFAULT.properties(Path.of("metadata"));
        assertThat(RaftServerConfigKeys.LeaderElection.leaderStepDownWaitTime(properties)).isLessThanOrEqualTo(RaftServerConfigKeys.Rpc.timeoutMax(properties));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> new OwnerSettings(Duration.ofMillis(9), 1)).hasMessageContaining("10 ms");
        assertThatThrownBy(() -> new OwnerSettings(Duration.ofSeconds(1), 0)).hasMessageContaining("at least one entry");
    }
}
