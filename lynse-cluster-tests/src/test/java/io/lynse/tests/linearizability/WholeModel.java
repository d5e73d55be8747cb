package io.lynse.tests.linearizability;

import java.util.Optional;

/** Everything as one object: a read sees lease, names and counters of one moment. */
record WholeModel(Whole initial) implements Model<Whole, Call, Answer> {

    @Override
    public Step<Whole, Answer> apply(Whole state, Call call) {
        if (!(call instanceof Call.Propose(var command))) return new Step<>(state, new Answer.Saw(state));
        Optional<Long> id = Whole.counterOf(command);
        if (id.isEmpty()) {
            Step<Control, Answer> step = new ControlModel(state.control()).apply(state.control(), call);
            return new Step<>(state.with(step.next()), step.answer());
        }
        Counter counter = state.counter(id.get());
        Step<Counter, Answer> step = new CounterModel(counter).apply(counter, call);
        return new Step<>(step.next().equals(counter) ? state : state.with(id.get(), step.next()), step.answer());
    }
}
