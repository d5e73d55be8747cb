package io.lynse.coordinator.shardclient;

import io.grpc.Context;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Calls that wait for an answer of a node, so that one is given up when there will be none: a hung process keeps its connections. Safe
 * for use by several threads.
 */
public final class OpenCalls {

    private static final Duration RETRY_AFTER = Duration.ofMillis(100);

    private final Set<Open> open = ConcurrentHashMap.newKeySet();

    /** One call that is under way; no two are equal. */
    private static final class Open {
        private final Call call;
        private final Context.CancellableContext context = Context.current().withCancellation();

        Open(Call call) {
            this.call = call;
        }
    }

    /** @param replaceable whether it is worth giving up for another node's sake: a read that others may answer */
    public record Call(GroupFence fence, String uri, boolean replaceable) {}

    /**
     * Does the work, and all its calls by gRPC, unless it is given up: these fail then, as if the connection had broken.
     * @param hopeless looked at once the call can be found by {@link #giveUp}: what has become known just before counts, too
     */
    public <T> T run(Call call, Predicate<Call> hopeless, Supplier<T> work) {
        var under = new Open(call);
        Context before = under.context.attach();
        open.add(under);
        try {
            if (hopeless.test(call)) throw new LynseException(new LynseError.Unavailable(call.uri() + " is not asked: it will not answer", RETRY_AFTER));
            return work.get();
        } finally {
            open.remove(under);
            under.context.detachAndCancel(before, null);
        }
    }

    /** Ends those for which this holds. */
    public void giveUp(Predicate<Call> hopeless) {
        for (Open under : open) {
            if (hopeless.test(under.call)) under.context.cancel(null);
        }
    }
}
