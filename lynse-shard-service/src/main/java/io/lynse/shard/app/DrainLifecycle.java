package io.lynse.shard.app;

import io.lynse.error.LynseException;
import io.lynse.shard.ship.MemberDriver;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;

/** Has a primary that is stopped hand over to another member before its listeners close: then its clients notice nothing. */
final class DrainLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DrainLifecycle.class);

    /** A switchover takes a probe and a moment; whoever stops a machine waits no longer than that for nothing. */
    private static final Duration SWITCHOVER_MAX = Duration.ofSeconds(5);

    private final MemberDriver member;
    private volatile boolean running;

    DrainLifecycle(MemberDriver member) {
        this.member = member;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        try {
            member.drain(SWITCHOVER_MAX);
        } catch (LynseException hangs) {
            log.atWarn().addKeyValue("reason", hangs.error().message()).log("stops without waiting for another member to lead");
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Stopped before the web server and gRPC begin to drain. */
    @Override
    public int getPhase() {
        return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE + 1;
    }
}
