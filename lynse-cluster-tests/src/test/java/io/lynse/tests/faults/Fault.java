package io.lynse.tests.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One thing that goes wrong for a while.
 *
 * @param afterMillis  since the fault before began; faults overlap
 * @param chance       seed for what is left open, as the shape of a cut
 */
record Fault(Kind kind, Victim victim, long afterMillis, long lastsMillis, long chance) {

    enum Kind {
        /** SIGKILL, and a start afterwards on the same disk. */
        KILL(200, 5_000),
        /** SIGSTOP and SIGCONT. */
        PAUSE(300, 8_000),
        /** Of the network, as {@link Cut} says. */
        PARTITION(500, 8_000),
        FULL_DISK(1_000, 6_000),
        /** It holds everything up again and again, but not for long. */
        SLOW_DISK(2_000, 6_000),
        /** Nothing that is written or forced comes back. */
        STUCK_DISK(500, 8_000),
        /** The wall clock is set forward or back, and right again in the end. */
        CLOCK_JUMP(500, 8_000);

        private final int least;
        private final int most;

        Kind(int leastMillis, int mostMillis) {
            this.least = leastMillis;
            this.most = mostMillis;
        }

        private List<Victim> victims(long seed, Random random) {
            return switch (this) {
                case KILL -> {
                    int half = Victim.values().length / 2;
                    List<Victim> all = shuffled(Victim.ALL, new Random(seed / 2));
                    yield seed % 2 == 0 ? all.subList(0, half) : all.subList(half, all.size());
                }
                case PAUSE, PARTITION -> shuffled(Victim.ALL, random).subList(0, 2);
                case FULL_DISK, SLOW_DISK, STUCK_DISK -> shuffled(Victim.SHARDS, random).subList(0, 1);
                case CLOCK_JUMP -> shuffled(Victim.ALL, random).subList(0, 1);
            };
        }

        private static List<Victim> shuffled(List<Victim> victims, Random random) {
            var shuffled = new ArrayList<>(victims);
            Collections.shuffle(shuffled, random);
            return shuffled;
        }
    }

    /** Whom it befalls: any node of that kind at that moment. */
    enum Victim {
        PRIMARY,
        REPLICA,
        METADATA_OWNER,
        RAFT_LEADER,
        LEADING_COORDINATOR,
        STANDBY_COORDINATOR;

        static final List<Victim> ALL = List.of(values());
        static final List<Victim> SHARDS = List.of(PRIMARY, REPLICA, METADATA_OWNER, RAFT_LEADER);
    }

    /**
     * Kills half of the kinds of nodes, and with the next seed (an odd one) the other half; some faults of each other kind that is possible. A function
     * of its arguments alone.
     * @param lengthMillis from the first to about the end of the last
     */
    static List<Fault> plan(long seed, Set<Kind> possible, long lengthMillis) {
        var random = new Random(seed);
        var dealt = new ArrayList<Fault>();
        for (Kind kind : Kind.values()) {
            if (!possible.contains(kind)) continue;
            for (Victim victim : kind.victims(seed, random)) dealt.add(new Fault(kind, victim, 0, random.nextInt(kind.least, kind.most), random.nextLong()));
        }
        Collections.shuffle(dealt, random);
        long between = lengthMillis / dealt.size();
        return IntStream.range(0, dealt.size()).mapToObj(i -> dealt.get(i).after(random.nextLong(between / 2, between + between / 2))).toList();
    }

    private Fault after(long millis) {
        return new Fault(kind, victim, millis, lastsMillis, chance);
    }
}
