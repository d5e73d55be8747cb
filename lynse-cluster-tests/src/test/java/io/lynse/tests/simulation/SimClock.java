package io.lynse.tests.simulation;

/**
 * The clocks of one machine. The monotonic one has its own origin with every start of the machine and its own rate, within 5 %, which
 * changes; it stands still while the machine is suspended. The wall clock runs beside it, and is set forward and back as well.
 */
final class SimClock {

    private final World world;
    private final Chance chance;
    private double rate;
    private long changedAt; // true time
    private long monotonicThen;
    private long wallAhead; // of the monotonic clock
    private boolean suspended;
    private long suspendedAt;
    private long wokeAt; // true time

    SimClock(World world, String machine) {
        this.world = world;
        chance = world.chance("clock " + machine);
        drift();
        boot();
    }

    long nanos() {
        return suspended ? monotonicThen : monotonicThen + (long) ((world.now() - changedAt) * rate);
    }

    /** How long it is until then, if the clock keeps its rate. @param nanos on the monotonic clock */
    long until(long nanos) {
        return (long) Math.ceil((nanos - nanos()) / rate) + 1;
    }

    long wallNanos() {
        return nanos() + wallAhead;
    }

    long wallMillis() {
        return wallNanos() / World.MILLI;
    }

    /** The monotonic clock begins anew, anywhere; the wall clock goes on. */
    void boot() {
        long wall = wallNanos();
        changedAt = world.now();
        monotonicThen = chance.between(0, 1_000 * World.SECOND);
        wallAhead = wall - monotonicThen;
    }

    /** Runs at another rate from now on. */
    void drift() {
        monotonicThen = nanos();
        changedAt = world.now();
        rate = 0.95 + chance.fraction() * 0.1;
    }

    /** The wall clock is set, forward or back. */
    void setWall() {
        wallAhead += chance.between(-30 * World.SECOND, 30 * World.SECOND);
    }

    void suspend() {
        monotonicThen = nanos();
        suspended = true;
        suspendedAt = world.now();
    }

    long wokeAt() {
        return wokeAt;
    }

    boolean isSuspended() {
        return suspended;
    }

    void wake() {
        if (!suspended) return;
        suspended = false;
        wokeAt = world.now();
        changedAt = world.now();
        wallAhead += world.now() - suspendedAt;
    }
}
