package io.lynse.coordinator.app;

import io.lynse.coordinator.lease.LeaseKeeper;
import org.springframework.context.SmartLifecycle;

/** Gives the lease back before anything else is stopped: another coordinator leads while requests in here come to their end. */
final class LeaseReturn implements SmartLifecycle {

    private final LeaseKeeper lease;
    private volatile boolean running;

    LeaseReturn(LeaseKeeper lease) {
        this.lease = lease;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        lease.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The highest is stopped first; the web server's graceful end is below that. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
