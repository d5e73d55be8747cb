package io.lynse.tests.simulation;

import java.util.PriorityQueue;
import java.util.function.Supplier;

/** Virtual time, the origin of all chance, and the trace of one run. */
final class World {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    private record Task(long at, long order, Runnable work) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
    private final long seed;
    private final boolean prints;
    private long now;
    private long order;
    private long hash = 0xcbf29ce484222325L;

    final Counts counts = new Counts();

    /** What happened how often, for the distribution that is printed. */
    static final class Counts {
        long events;
        long messages;
        long operations;
        long faults;
        long promotions;
        long writesOverGroups;
        long partialWrites; // of them
        long copiedDisks;
        long ledByOldCopies; // groups
        long switchovers; // of the promotions
        long forced; // of the promotions
        long lostByForce; // acknowledged writes
        long readsOfLost; // of members that had not heard of a forced promotion
        long leasesGivenUp; // because another coordinator reached more
        long staleReads; // of the documented exception
        long unconfirmedReads; // that said so
        long staleUnconfirmedReads; // of them
        long damages;
        long damagedReads; // of rows that no hash betrays, before the copy was found out
        long decisions; // of a person, because members differed and nobody could tell who was right
        int missed; // checksum entries that a wrong state outlasted
        long spread; // runs that end with such a row in every copy
        long waitingForOperators; // runs that end with a group whose primary's disk is lost
    }

    /** @param prints whether every line of the trace goes to standard output */
    World(long seed, boolean prints) {
        this.seed = seed;
        this.prints = prints;
    }

    long now() {
        return now;
    }

    void after(long delay, Runnable work) {
        tasks.add(new Task(now + Math.max(0, delay), order++, work));
    }

    /** Runs until then, or until nothing is left to do. */
    void runUntil(long end) {
        while (!tasks.isEmpty() && tasks.peek().at <= end) {
            Task task = tasks.remove();
            now = task.at;
            counts.events++;
            task.work.run();
        }
        now = end;
    }

    /** The stream of chance of one part of this world. */
    Chance chance(String whose) {
        return new Chance(seed, whose);
    }

    /** @param what stands for the line in the hash; the text is made only when it is printed */
    void trace(long what, Supplier<String> text) {
        hash = (hash ^ now) * 0x100000001b3L;
        hash = (hash ^ what) * 0x100000001b3L;
        if (prints) System.out.printf("%10.3f ms  %s%n", now / 1e6, text.get());
    }

    long hash() {
        return hash;
    }
}
