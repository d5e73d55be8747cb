package io.lynse.tests.faults;

import io.lynse.tests.faults.Fault.Victim;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Carries a plan of faults out, each on a thread of its own, and leaves every node up, every link whole, every disk and clock as it was. */
final class Mishaps {

    private static final int TRIES = 20;
    private static final long AGAIN_MILLIS = 100;
    private static final int JUMP_SECONDS_MOST = 3_600;

    private interface Lasting {
        void run() throws IOException, InterruptedException;
    }

    private final Machine machine;
    private final LiveCluster cluster;
    private final Set<Member> ailing = new HashSet<>(); // one thing at a time: a frozen process cannot be killed, nor one whose disk is stuck
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final long begun = System.nanoTime();

    Mishaps(Machine machine, LiveCluster cluster) {
        this.machine = machine;
        this.cluster = cluster;
    }

    /** Returns when the last fault is over. */
    void carryOut(List<Fault> plan) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (Fault fault : plan) {
                TimeUnit.MILLISECONDS.sleep(fault.afterMillis());
                running.add(threads.submit(() -> {
                    befall(fault);
                    return null;
                }));
            }
            for (Future<?> one : running) one.get();
        } catch (ExecutionException failed) {
            throw new AssertionError("a fault could not be carried out; so far:\n" + String.join("\n", told), failed.getCause());
        }
    }

    /** What was done, line by line. */
    List<String> told() {
        synchronized (told) {
            return List.copyOf(told);
        }
    }

    private void befall(Fault fault) throws IOException, InterruptedException {
        var random = new Random(fault.chance());
        for (int attempt = 0; attempt < TRIES; attempt++) {
            List<Member> candidates = new ArrayList<>(cluster.are(fault.victim()));
            Collections.shuffle(candidates, random);
            for (Member member : candidates) {
                if (!claim(member)) continue;
                try {
                    befall(fault, member, random);
                } finally {
                    release(member);
                }
                return;
            }
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
        told.add("%8.3f s  %s finds no %s that is well".formatted(seconds(), fault.kind(), fault.victim()));
    }

    private boolean claim(Member member) {
        synchronized (ailing) {
            return ailing.add(member);
        }
    }

    private void release(Member member) {
        synchronized (ailing) {
            ailing.remove(member);
        }
    }

    private void befall(Fault fault, Member member, Random random) throws IOException, InterruptedException {
        if (!member.node().isAlive()) tell(member, fault.victim(), "has ended by itself");
        Duration lasts = Duration.ofMillis(fault.lastsMillis());
        Victim victim = fault.victim();
        switch (fault.kind()) {
            case KILL -> {
                tell(member, victim, "is killed");
                member.node().kill();
                Thread.sleep(lasts);
                tell(member, victim, "starts");
                member.node().start().awaitReady();
                tell(member, victim, "is up");
            }
            case PAUSE -> during(member, victim, "is paused", lasts, member.node()::pause, member.node()::resume);
            case PARTITION -> {
                Cut cut = cut(member, random);
                during(member, victim, "is cut off: " + cut, lasts, () -> machine.network().cut(member.number(), cut), () -> machine.network().heal(member.number()));
            }
            case FULL_DISK -> during(member, victim, "has a full disk", lasts, member.disk()::fill, member.disk()::empty);
            case STUCK_DISK -> during(member, victim, "has a stuck disk", lasts, member.disk()::freeze, member.disk()::thaw);
            case SLOW_DISK -> {
                tell(member, victim, "has a slow disk");
                member.disk().slow(lasts);
                tell(member, victim, "has no slow disk any more");
            }
            case CLOCK_JUMP -> {
                Duration ahead = Duration.ofSeconds(random.nextInt(-JUMP_SECONDS_MOST, JUMP_SECONDS_MOST));
                during(member, victim, "has a clock that is off by " + ahead, lasts, () -> member.clock().set(ahead), () -> member.clock().set(Duration.ZERO));
            }
        }
    }

    private void during(Member member, Victim victim, String what, Duration lasts, Lasting begin, Lasting end) throws IOException, InterruptedException {
        tell(member, victim, what);
        begin.run();
        try {
            Thread.sleep(lasts);
        } finally {
            end.run();
        }
        tell(member, victim, "no longer " + what);
    }

    /** From everything; from all nodes, with its clients left; from those of its own kind; or from the others. */
    private Cut cut(Member member, Random random) {
        boolean coordinates = cluster.coordinators().contains(member);
        List<Member> same = coordinates ? cluster.coordinators() : cluster.shards();
        List<Member> group = coordinates ? same : cluster.group(cluster.groupOf(member));
        int shape = random.nextInt(5);
        List<Member> others = new ArrayList<>(switch (shape) {
            case 0, 1 -> cluster.members();
            case 2 -> group;
            case 3 -> same;
            default -> coordinates ? cluster.shards() : cluster.coordinators();
        });
        others.remove(member);
        Cut.Way way = Cut.Way.values()[random.nextInt(Cut.Way.values().length)];
        return new Cut(others.stream().map(Member::number).toList(), shape == 0, way, random.nextBoolean());
    }

    private double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    private void tell(Member member, Victim victim, String what) {
        told.add("%8.3f s  %s (%s) %s".formatted(seconds(), member.node().name(), victim, what));
    }
}
