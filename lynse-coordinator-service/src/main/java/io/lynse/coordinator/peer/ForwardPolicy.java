package io.lynse.coordinator.peer;

import io.lynse.coordinator.lease.LeaseStatus;
import io.lynse.error.LynseError;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which coordinator does a request: any, or the leading one. */
public final class ForwardPolicy {

    /** Sent along with what is forwarded; whoever gets it and does not lead either does not forward again (wire contract 11.3). */
    public static final String PROXIED = "X-Lynse-Coordinator-Proxy";

    /** What {@link #PROXIED} says in the answer of one that got it and did nothing. */
    public static final String NOT_DONE = "not done";

    /** In the answer to what was sent on: the meta epoch of the image there after it was done. */
    public static final String META_EPOCH = "X-Lynse-Meta-Epoch";

    public static final LynseError CANNOT_PROXY = new LynseError.Unavailable("coordinator is standby and cannot proxy this request", Duration.ofSeconds(1));

    /** Creates, drops and changes; all else any coordinator does by its own image. */
    private static final Set<String> CONTROL = Set.of("/create_database", "/drop_database", "/delete_database", "/required_collection", "/drop_collection",
            "/update_collection_description", "/update_description", "/build_index", "/remove_index",
            "/create_vector_field", "/build_vector_field_index", "/remove_vector_field_index");

    private static final String OPERATOR = "/cluster/";

    private ForwardPolicy() {}

    public sealed interface Decision {
        record Here() implements Decision {}

        record ToLeader(String uri) implements Decision {}

        record Refused(LynseError error) implements Decision {}

        /** Somebody may lead soon. */
        record NoLeader() implements Decision {}
    }

    /** Whether the leading coordinator alone does it. @param path as it was sent */
    public static boolean isControl(String path) {
        return CONTROL.contains(path) || path.startsWith(OPERATOR);
    }

    /**
     * What to do with a control request.
     * @param self    this coordinator's address
     * @param leads   whether it leads
     * @param leader  whose lease runs; null: nobody's
     * @param proxied whether it comes from another coordinator
     */
    public static Decision decide(String self, boolean leads, LeaseStatus.@Nullable Leader leader, boolean proxied) {
        if (leads) return new Decision.Here();
        if (proxied) return new Decision.Refused(CANNOT_PROXY);
        // Its own lease that ran out, or a leader that has not said yet where it is.
        if (leader == null || leader.self() || leader.uri().isEmpty()) return new Decision.NoLeader();
        // Two coordinators under one address: it would come back here.
        return leader.uri().equals(self) ? new Decision.Refused(CANNOT_PROXY) : new Decision.ToLeader(leader.uri());
    }
}
