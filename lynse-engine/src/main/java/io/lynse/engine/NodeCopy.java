package io.lynse.engine;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.NodeId;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The copy that a node has: given to others, given up, replaced by another. See {@link Engine}, whose this is. */
final class NodeCopy implements AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofMinutes(1); // it has to be replaced

    private volatile OpenedDirectory opened; // changes with the lock of this
    private @Nullable IncomingCopy incoming;
    private boolean closed;

    NodeCopy(OpenedDirectory opened) {
        this.opened = opened;
    }

    OpenedDirectory opened() {
        return opened;
    }

    /** See {@link Engine#give}. */
    GivenCheckpoint give(NodeId taker) {
        OpenedDirectory now = opened;
        GivenUp bad = now.givenUp();
        Store store = now.store();
        if (bad != null) throw cannotGive("its copy was given up: " + bad.reason());
        if (store == null) throw cannotGive(String.valueOf(now.quarantine()));
        return store.checkpoints.give(now.directory(), "node " + taker);
    }

    private static LynseException cannotGive(String reason) {
        return new LynseException(new LynseError.Unavailable("this node cannot give its files: " + reason, RETRY_AFTER));
    }

    /** See {@link Engine#incoming}. */
    synchronized IncomingCopy incoming() {
        requireOpen();
        if (incoming != null) throw new LynseException(new LynseError.Conflict("another copy is on its way into " + opened.directory().path()));
        OpenedDirectory.Ways ways = opened.ways();
        LongSupplier room = () -> ways.space().freeBytes() - ways.settings().watermarks(ways.space()).hardFreeBytes();
        incoming = new IncomingCopy(opened.directory(), room, this::incomingIsOver);
        return incoming;
    }

    private synchronized void incomingIsOver() {
        incoming = null;
    }

    /** See {@link Engine#giveUp}. */
    synchronized void giveUp(GivenUp why) {
        requireOpen();
        opened = opened.givenUp(why);
    }

    /** See {@link Engine#install}. */
    synchronized void install(IncomingCopy fetched) {
        requireOpen();
        fetched.verified();
        fetched.close();
        OpenedDirectory before = opened;
        IncomingCopy.replacement(before.directory()).decide();
        opened = before.withoutStore("this node's copy is being replaced by that of another member; if this stays so, restart the node and see its log");
        if (before.store() != null) before.store().closeForGood();
        opened = opened.replaced();
    }

    private void requireOpen() {
        if (closed) throw new IllegalStateException("the engine is closed");
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        if (incoming != null) incoming.close();
        Store store = opened.store();
        if (store != null) store.close();
        opened.directory().close();
    }
}
