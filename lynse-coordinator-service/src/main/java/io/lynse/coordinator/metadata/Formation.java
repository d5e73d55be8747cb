package io.lynse.coordinator.metadata;

import io.lynse.coordinator.shardclient.NodeAddress;
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

    /** A group was formed and has no image yet; those among its owners do not know of it. */
    record Seed(UUID group, List<NodeAddress> owners, List<NodeAddress> missing) implements Formation {
        public Seed {
            owners = List.copyOf(owners);
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
