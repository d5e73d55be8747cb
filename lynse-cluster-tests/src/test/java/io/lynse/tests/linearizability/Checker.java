package io.lynse.tests.linearizability;

import io.lynse.tests.linearizability.Operation.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a history is linearizable: whether some order of its calls, in which none comes before one that was answered before it began, gives
 * every call the answer it got.
 *
 * <p>The search is that of Wing and Gong (Testing and Verifying Concurrent Objects, 1993) with Lowe's memory of what was tried (Testing for
 * Linearizability, 2017), as in Porcupine and Knossos: calls are put into the order one by one, the last choice is taken back where none fits, and
 * no pair of (calls in the order, state) is gone on from twice.
 *
 * <p>A call whose outcome is unknown may be put into the order at any place after it began, or nowhere. It is tried after those that were
 * answered, and only where it changes the state: elsewhere it explains nothing.
 *
 * <p>The worst case is exponential in the calls under way at one time and in the unknown ones. A budget bounds it, and a history that uses it up
 * is not taken for a good one.
 */
final class Checker<S, C, A> {

    /** Of a few hundred bytes each, for histories of a thousand calls. */
    private static final int CONFIGURATIONS_MAX = 2_000_000;

    sealed interface Verdict<C, A> {

        /** @param order of all calls that took effect, as far as answers tell */
        record Linearizable<C, A>(List<Operation<C, A>> order) implements Verdict<C, A> {}

        /**
         * There is no such order.
         *
         * @param longest what could be put into an order
         * @param stuck   the call that has to follow and cannot, with the answer it got
         */
        record Violation<C, A>(List<Operation<C, A>> longest, Operation<C, A> stuck) implements Verdict<C, A> {}

        record Undecided<C, A>(int configurations) implements Verdict<C, A> {}
    }

    private record Configuration<S>(BitSet ordered, S state) {}

    /** A place in the order: the state there, and which calls may come next. */
    private static final class Place<S> {
        final S state;
        final int[] candidates;
        int tried;

        Place(S state, int[] candidates) {
            this.state = state;
            this.candidates = candidates;
        }

        int chosen() {
            return candidates[tried - 1];
        }
    }

    private final Model<S, C, A> model;
    private final List<Operation<C, A>> history; // by the time they began
    private final List<Place<S>> places = new ArrayList<>();
    private final BitSet ordered = new BitSet();
    private final Set<Configuration<S>> tried = new HashSet<>();
    private int left; // answered calls that are not in the order yet

    private Checker(Model<S, C, A> model, List<Operation<C, A>> history) {
        this.model = model;
        this.history = history.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
        this.left = (int) history.stream().filter(Checker::isAnswered).count();
    }

    static <S, C, A> Verdict<C, A> check(Model<S, C, A> model, List<Operation<C, A>> history) {
        return new Checker<>(model, history).search();
    }

    private Verdict<C, A> search() {
        places.add(new Place<>(model.initial(), candidates()));
        Verdict.@Nullable Violation<C, A> deepest = null;
        while (left > 0) {
            Place<S> here = places.getLast();
            if (here.tried == here.candidates.length) {
                if (deepest == null || deepest.longest().size() < places.size() - 1) deepest = new Verdict.Violation<>(order(), firstToReturn());
                if (places.size() == 1) return deepest;
                places.removeLast();
                remove(places.getLast().chosen());
                continue;
            }
            int call = here.candidates[here.tried++];
            S next = after(here.state, history.get(call));
            if (next == null) continue;
            put(call);
            if (!tried.add(new Configuration<>((BitSet) ordered.clone(), next))) {
                remove(call);
                continue;
            }
            if (tried.size() > CONFIGURATIONS_MAX) return new Verdict.Undecided<>(tried.size());
            places.add(new Place<>(next, candidates()));
        }
        return new Verdict.Linearizable<>(order());
    }

    /** @return null if the call cannot be next */
    private @Nullable S after(S state, Operation<C, A> operation) {
        Model.Step<S, A> step = model.apply(state, operation.call());
        boolean fits = switch (operation.outcome()) {
            case Outcome.Answered<A>(A answer, _) -> answer.equals(step.answer());
            case Outcome.Unknown<A> _ -> !step.next().equals(state);
        };
        return fits ? step.next() : null;
    }

    private void put(int call) {
        ordered.set(call);
        if (isAnswered(history.get(call))) left--;
    }

    private void remove(int call) {
        ordered.clear(call);
        if (isAnswered(history.get(call))) left++;
    }

    /** The calls outside the order that began before any other of them was answered; those with an answer first. */
    private int[] candidates() {
        long horizon = Long.MAX_VALUE;
        var begun = IntStream.builder();
        for (int call = ordered.nextClearBit(0); call < history.size() && history.get(call).invoked() <= horizon; call = ordered.nextClearBit(call + 1)) {
            begun.add(call);
            horizon = Math.min(horizon, returned(history.get(call)));
        }
        long until = horizon;
        int[] all = begun.build().filter(call -> history.get(call).invoked() <= until).toArray();
        return IntStream.concat(
                IntStream.of(all).filter(call -> isAnswered(history.get(call))),
                IntStream.of(all).filter(call -> !isAnswered(history.get(call)))).toArray();
    }

    private List<Operation<C, A>> order() {
        return places.subList(0, places.size() - 1).stream().map(place -> history.get(place.chosen())).toList();
    }

    private Operation<C, A> firstToReturn() {
        return IntStream.range(0, history.size()).filter(call -> !ordered.get(call)).mapToObj(history::get)
                .min(Comparator.comparingLong(Checker::returned)).orElseThrow();
    }

    private static boolean isAnswered(Operation<?, ?> operation) {
        return operation.outcome() instanceof Outcome.Answered;
    }

    private static long returned(Operation<?, ?> operation) {
        return operation.outcome() instanceof Outcome.Answered<?>(_, long returned) ? returned : Long.MAX_VALUE;
    }
}
