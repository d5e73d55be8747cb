package io.lynse.shard.database;

import com.google.protobuf.MessageLite;
import io.lynse.engine.Applied;
import io.lynse.engine.Applied.Result;
import io.lynse.engine.Engine;
import io.lynse.engine.ParsedEntry;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.model.Deadline;
import io.lynse.shard.entry.AppliedWait;
import io.lynse.shard.entry.Entry;
import io.lynse.shard.membership.NodeMembership;
import io.lynse.wire.BulkMessage;
import io.lynse.wire.v1.EntryType;

/** Log entries that this node makes itself, as long as it is its own authority. */
final class OwnEntries {

    private final Engine engine;
    private final NodeMembership membership;

    OwnEntries(Engine engine, NodeMembership membership) {
        this.engine = engine;
        this.membership = membership;
    }

    /** Before anything is said of what is asked for: a member may not even know the collection. @throws LynseException as {@link NodeMembership#requireAlone} */
    void requireAlone() {
        membership.requireAlone();
    }

    /** Appends an entry, waits until it is applied, and throws what it was refused for. */
    Result apply(EntryType type, MessageLite message, Deadline deadline) {
        return apply(type, new BulkMessage(message), RequestMemory.unbounded(), deadline);
    }

    /** @param memory where the entry lies, until it is applied: that may be after its request has given up */
    Result apply(EntryType type, BulkMessage message, RequestMemory memory, Deadline deadline) {
        Entry entry = Entry.of(type, message, memory);
        var parsed = ParsedEntry.of(entry.type(), entry.version(), entry.payload()); // outside the lock: it reads every byte
        var applied = membership.alone(epoch -> AppliedWait.retaining(memory, () -> engine.submit(epoch, parsed)));
        Result result = AppliedWait.until(applied, deadline).result();
        if (result instanceof Applied.Refused(var error)) throw new LynseException(error);
        return result;
    }

    static <R extends Result> R expect(Class<R> type, Result result) {
        if (type.isInstance(result)) return type.cast(result);
        throw new IllegalStateException("expected " + type.getSimpleName() + ", applied " + result);
    }
}
