package io.lynse.tests.linearizability;

import io.lynse.metadata.LeaseImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** A history of clients of one object that does everything at one moment: linearizable by construction. A function of its seed. */
final class SimulatedHistory {

    static final Whole BEFORE = new Whole(
            new Control(LeaseImage.NONE, new TreeSet<>(), new TreeMap<>(), 4), Map.of(1L, new Counter(0, 0), 2L, new Counter(0, 0), 3L, new Counter(0, 4)));

    private static final int TAKES_MAX = 50;
    private static final int TAKES_MAX_UNHEARD = 2_000;

    private record Event(long time, Runnable what) {}

    private final Random random;
    private final double unknown;
    private final WholeModel model = new WholeModel(BEFORE);
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> Long.compare(a.time(), b.time()));
    private final List<Operation<Call, Answer>> operations = new ArrayList<>();
    private Whole state = BEFORE;
    private int asked;

    private SimulatedHistory(long seed, double unknown) {
        this.random = new Random(seed);
        this.unknown = unknown;
    }

    /**
     * @param unknown the part of the calls whose outcome their client never learns; half of them take effect, some long afterwards
     */
    static History of(long seed, int clients, int calls, double unknown) {
        var simulation = new SimulatedHistory(seed, unknown);
        for (int client = 0; client < clients; client++) {
            int number = client;
            var caller = new Caller(client, new Random(simulation.random.nextLong()), BEFORE);
            simulation.at(client, () -> simulation.ask(number, caller, number, calls));
        }
        while (!simulation.events.isEmpty()) simulation.events.remove().what().run();
        return new History(BEFORE, simulation.operations);
    }

    private void at(long time, Runnable what) {
        events.add(new Event(time, what));
    }

    private void ask(int client, Caller caller, long now, int calls) {
        if (asked++ >= calls) return;
        Call call = caller.next();
        long effect = now + 1 + random.nextInt(TAKES_MAX);
        long returned = effect + 1 + random.nextInt(TAKES_MAX);
        if (random.nextDouble() < unknown) {
            operations.add(Operation.unknown(client, call, now));
            if (random.nextBoolean()) at(now + 1 + random.nextInt(TAKES_MAX_UNHEARD), () -> state = model.apply(state, call).next());
        } else {
            at(effect, () -> {
                Model.Step<Whole, Answer> step = model.apply(state, call);
                state = step.next();
                operations.add(Operation.answered(client, call, now, step.answer(), returned));
                at(returned, () -> caller.learn(step.answer()));
            });
        }
        long again = returned + 1 + random.nextInt(TAKES_MAX);
        at(again, () -> ask(client, caller, again, calls));
    }
}
