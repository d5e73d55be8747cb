package io.lynse.tests.linearizability;

/**
 * One call as its client saw it. Times are of one monotonic clock, in nanoseconds.
 *
 * @param <C> what is asked
 * @param <A> what is answered
 */
record Operation<C, A>(int client, C call, long invoked, Outcome<A> outcome) {

    sealed interface Outcome<A> {
        record Answered<A>(A answer, long returned) implements Outcome<A> {}

        /** It took effect at some time after it was invoked, or never. */
        record Unknown<A>() implements Outcome<A> {}
    }

    static <C, A> Operation<C, A> answered(int client, C call, long invoked, A answer, long returned) {
        if (returned < invoked) throw new IllegalArgumentException("answered before it was asked: " + call);
        return new Operation<>(client, call, invoked, new Outcome.Answered<>(answer, returned));
    }

    static <C, A> Operation<C, A> unknown(int client, C call, long invoked) {
        return new Operation<>(client, call, invoked, new Outcome.Unknown<>());
    }

    /** Whether this one was over before the other began. */
    boolean precedes(Operation<?, ?> other) {
        return outcome instanceof Outcome.Answered<A>(_, long returned) && returned < other.invoked;
    }

    Operation<C, A> answering(A other) {
        return switch (outcome) {
            case Outcome.Answered<A>(_, long returned) -> answered(client, call, invoked, other, returned);
            case Outcome.Unknown<A> _ -> throw new IllegalArgumentException("not answered: " + call);
        };
    }
}
