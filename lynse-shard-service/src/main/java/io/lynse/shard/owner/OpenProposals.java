package io.lynse.shard.owner;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which of the proposals under way at this node went into its log. One that did may be decided later whatever Raft answers now, also after
 * this node has lost the lead; one that did not never will be.
 */
final class OpenProposals {

    private record Key(ClientId proposer, long proposal) {}

    /** @param waiters calls that wait for the same proposal */
    private record Open(int waiters, boolean appended) {}

    private final Map<Key, Open> open = new ConcurrentHashMap<>();

    void begin(RaftClientRequest request) {
        open.merge(key(request), new Open(1, false), (known, _) -> new Open(known.waiters() + 1, known.appended()));
    }

    void appended(RaftClientRequest request) {
        open.computeIfPresent(key(request), (_, known) -> new Open(known.waiters(), true));
    }

    /** One call waits no longer. @return whether the proposal went into the log */
    boolean end(RaftClientRequest request) {
        Key key = key(request);
        @Nullable Open known = open.get(key);
        open.computeIfPresent(key, (_, now) -> now.waiters() == 1 ? null : new Open(now.waiters() - 1, now.appended()));
        return known != null && known.appended();
    }

    private static Key key(RaftClientRequest request) {
        return new Key(request.getClientId(), request.getCallId());
    }
}
