package io.lynse.coordinator.metadata;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerState;
import java.util.List;
import java.util.UUID;

/** What a starting coordinator has to do about the owners of the metadata. */
public sealed interface Formation {

    /** The cluster exists and those nodes keep it. */
    record Follow(String clusterId, List<NodeAddress> owners) implements Formation {
        public Follow {
            owners = List.copyOf(owners);
        }
    }

    /** No node keeps anything: those are to form a group. Whoever decides this decides the same. */
    record Form(UUID group, List<NodeAddress> owners) implements Formation {
        public Form {
            owners = List.copyOf(owners);
        }
    }

    /**
     * A group was formed and has no image yet.
     *
     * @param owners  all of it, as a node that belongs to it told them: who joins must begin with the same ones
     * @param heard   those of them that answered
     * @param missing those of them that answered and do not know of the group
     */
    record Seed(UUID group, List<OwnerState.Owner> owners, List<NodeAddress> heard, List<NodeAddress> missing) implements Formation {
        public Seed {
            owners = List.copyOf(owners);
            heard = List.copyOf(heard);
            missing = List.copyOf(missing);
        }
    }

    /** It cannot be known yet, because those were not heard. */
    record Wait(List<NodeAddress> unheard) implements Formation {
        public Wait {
            unheard = List.copyOf(unheard);
        }
    }

    /** An operator is needed. */
    record Refuse(String reason) implements Formation {}
}
