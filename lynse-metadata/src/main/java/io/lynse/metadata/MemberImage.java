package io.lynse.metadata;

import io.lynse.model.NodeId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A member of a shard group: where it is and who it is. An address is no identity, so both are kept together.
 *
 * @param uri    {@code http://host:port}, without a slash at the end
 * @param nodeId the node first seen there; null: none was seen yet
 */
public record MemberImage(String uri, @Nullable NodeId nodeId) {

    public MemberImage {
        if (uri.isBlank()) throw new IllegalArgumentException("a member has an address");
    }

    /** Whether {@code node}, found at this member's address, is this member. */
    public boolean is(NodeId node) {
        return Objects.equals(nodeId, node);
    }

    public boolean bound() {
        return nodeId != null;
    }

    @Override
    public String toString() {
        return nodeId == null ? uri : uri + " (node " + nodeId + ")";
    }
}
