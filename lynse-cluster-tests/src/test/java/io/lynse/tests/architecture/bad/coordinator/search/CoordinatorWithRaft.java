package io.lynse.tests.architecture.bad.coordinator.search;

import org.apache.ratis.protocol.RaftPeer;

public final class CoordinatorWithRaft {
    Object see() {
        return RaftPeer.class;
    }
}
