package io.lynse.coordinator.metadata;

import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.Deadline;
import java.util.List;

/**
 * Whoever decides what the cluster is. Images come in the order of their meta epoch and never go back. Safe for use by several
 * threads; what blocks, blocks until the deadline at most.
 */
public interface MetadataAuthority extends AutoCloseable {

    /** The newest image known here; it may lag behind the truth. Never blocks. */
    ClusterImage image();

    /**
     * Waits for an image newer than {@code known}.
     * @return the newest image: still {@code known} when the deadline came first
     */
    ClusterImage newerThan(ClusterImage known, Deadline deadline);

    /**
     * Waits for any change, also one that leaves the meta epoch as it is, as all about coordinators does.
     * @param known as {@link #image} gave it
     * @return the newest image: still {@code known} when the deadline came first
     */
    ClusterImage otherThan(ClusterImage known, Deadline deadline);

    /** An image that holds every change whose proposal was answered before this call. @throws LynseException Unavailable if nobody can tell */
    ClusterImage confirmed(Deadline deadline);

    /**
     * Has a command decided. When it returns, the change is durable and {@link #image} shows it.
     * @throws LynseException the refusal; Unavailable if it was definitely not decided; OutcomeUnknown if it may have been
     */
    Accepted propose(Command command, Deadline deadline);

    /** @param records what the command changed; empty: it was so already */
    record Accepted(List<MetadataRecord> records, ClusterImage image) {
        public Accepted {
            records = List.copyOf(records);
        }
    }

    /** Addresses of the nodes that decide it, as {@code http://host:port}: whom primaries ask. None: no node does. */
    List<String> owners();

    /** How those nodes are. Never blocks. */
    OwnersHealth ownersHealth();

    @Override
    void close();
}
