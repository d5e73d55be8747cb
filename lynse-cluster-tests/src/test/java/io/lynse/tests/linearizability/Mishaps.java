package io.lynse.tests.linearizability;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Carries a plan of faults out on one thread, and leaves all owners up and all links whole. */
final class Mishaps {

    private static final long AGAIN_MILLIS = 10;

    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private record Due(long nanos, Action action) {}

    private final Network network;
    private final OwnerProcesses owners;
    private final LongSupplier answers;
    private final Random random;
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::nanos));
    private final BitSet ailing = new BitSet(); // killed or paused: these get no other signal
    private final List<String> told = new ArrayList<>();
    private final long begun = System.nanoTime();

    /** @param answers that clients got so far */
    Mishaps(Network network, OwnerProcesses owners, LongSupplier answers, Random random) {
        this.network = network;
        this.owners = owners;
        this.answers = answers;
        this.random = random;
    }

    /** Returns what was done, line by line, when the last fault is over. */
    List<String> carryOut(List<Fault> plan) throws IOException, InterruptedException {
        for (Fault fault : plan) {
            long enough = answers.getAsLong() + fault.answers();
            long patient = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(fault.patienceMillis());
            do carryOutDue(AGAIN_MILLIS); while (answers.getAsLong() < enough && System.nanoTime() < patient);
            begin(fault);
        }
        while (!due.isEmpty()) carryOutDue(AGAIN_MILLIS);
        return told;
    }

    private void carryOutDue(long millis) throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
        while (!due.isEmpty() && due.element().nanos() <= System.nanoTime()) due.remove().action().run();
    }

    private void in(long millis, Action action) {
        due.add(new Due(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), action));
    }

    private void begin(Fault fault) throws IOException, InterruptedException {
        int wanted = fault.leader() ? owners.leader().orElse(fault.owner()) : fault.owner();
        int owner = ailing.get(wanted) && fault.kind() != Fault.Kind.CUT ? ailing.nextClearBit(0) : wanted;
        if (owner >= OwnerProcesses.COUNT) {
            in(AGAIN_MILLIS, () -> begin(fault));
            return;
        }
        Action end = switch (fault.kind()) {
            case KILL -> kill(owner);
            case PAUSE -> pause(owner);
            case CUT -> cut(owner);
        };
        in(fault.lastsMillis(), end);
    }

    private Action kill(int owner) throws InterruptedException {
        tell(owner, "is killed");
        ailing.set(owner);
        owners.get(owner).kill();
        // A proxy would take connections for it, and then break them.
        network.to(owner).forEach(link -> link.cut(Link.Cut.REFUSING));
        return () -> {
            tell(owner, "starts");
            owners.get(owner).start();
            awaitUp(owner);
        };
    }

    private void awaitUp(int owner) {
        if (!owners.get(owner).isListening()) {
            in(AGAIN_MILLIS, () -> awaitUp(owner));
            return;
        }
        network.to(owner).forEach(link -> link.heal(Link.Cut.REFUSING));
        ailing.clear(owner);
        tell(owner, "is up");
    }

    private Action pause(int owner) throws IOException, InterruptedException {
        tell(owner, "is paused");
        ailing.set(owner);
        owners.get(owner).pause();
        return () -> {
            owners.get(owner).resume();
            ailing.clear(owner);
            tell(owner, "goes on");
        };
    }

    private Action cut(int owner) {
        CutShape shape = CutShape.values()[random.nextInt(CutShape.values().length)];
        Link.Cut how = Link.Cut.values()[random.nextInt(Link.Cut.values().length)];
        List<Link> links = shape.links(network, owner, (owner + 1 + random.nextInt(OwnerProcesses.COUNT - 1)) % OwnerProcesses.COUNT);
        links.forEach(link -> link.cut(how));
        tell(owner, "is cut off " + shape + ", " + how);
        return () -> {
            links.forEach(link -> link.heal(how));
            tell(owner, "is no longer cut off " + shape + ", " + how);
        };
    }

    private void tell(int owner, String what) {
        told.add("%8.3f s  %s %s".formatted((System.nanoTime() - begun) / 1e9, Network.name(owner), what));
    }
}
