package io.lynse.tests.linearizability;

import io.lynse.metadata.Command;
import io.lynse.model.CollectionId;

/** How the ids and the dimension of one collection are given out. */
record CounterModel(Counter initial) implements Model<Counter, Call, Answer> {

    @Override
    public Step<Counter, Answer> apply(Counter state, Call call) {
        return switch (call) {
            case Call.Read _ -> new Step<>(state, new Answer.Saw(state));
            case Call.Propose(Command.AllocateIds(CollectionId _, long count, long atLeast)) -> {
                long first = Math.max(state.nextId(), atLeast);
                yield new Step<>(new Counter(first + count, state.dimension()), new Answer.Changed(first));
            }
            case Call.Propose(Command.FixDimension(CollectionId _, int wanted)) -> {
                if (state.dimension() == wanted) yield new Step<>(state, Answer.UNCHANGED);
                yield state.dimension() == 0 ? new Step<>(new Counter(state.nextId(), wanted), new Answer.Changed(wanted)) : new Step<>(state, Answer.REFUSED);
            }
            case Call.Propose(Command other) -> throw new IllegalArgumentException("no client asks for it: " + other);
        };
    }
}
