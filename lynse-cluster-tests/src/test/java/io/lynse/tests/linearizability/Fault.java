package io.lynse.tests.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One thing that goes wrong for a while.
 *
 * @param leader         whether it befalls whoever leads then
 * @param owner          whom it befalls otherwise
 * @param answers        it begins when clients got as many answers since the last one began
 * @param patienceMillis or when that takes longer than this, so that faults overlap and there is no majority at times
 */
record Fault(Kind kind, boolean leader, int owner, int answers, long patienceMillis, long lastsMillis) {

    enum Kind {
        /** SIGKILL, and a start afterwards on the same disk. */
        KILL,
        /** SIGSTOP and SIGCONT. */
        PAUSE,
        /** Of the network, as {@link CutShape} says. */
        CUT
    }

    private static final int ANSWERS_LEAST = 10;
    private static final int ANSWERS_MOST = 120;
    private static final int PATIENCE_LEAST = 500;
    private static final int PATIENCE_MOST = 2_500;
    private static final int LASTS_LEAST = 300;
    private static final int LASTS_MOST = 2_000;

    /** As many of each kind, in any order. A function of the random numbers alone. */
    static List<Fault> plan(Random random, int owners, int ofEachKind) {
        var kinds = new ArrayList<Kind>();
        for (int i = 0; i < ofEachKind; i++) kinds.addAll(Arrays.asList(Kind.values()));
        Collections.shuffle(kinds, random);
        return kinds.stream().map(kind -> new Fault(
                kind, random.nextBoolean(), random.nextInt(owners), random.nextInt(ANSWERS_LEAST, ANSWERS_MOST),
                random.nextInt(PATIENCE_LEAST, PATIENCE_MOST), random.nextInt(LASTS_LEAST, LASTS_MOST))).toList();
    }
}
