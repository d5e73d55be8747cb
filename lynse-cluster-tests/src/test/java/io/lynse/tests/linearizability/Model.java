package io.lynse.tests.linearizability;

/**
 * An object as one caller alone would know it: total and deterministic.
 *
 * @param <S> its state; immutable, with equals and hashCode
 * @param <C> what is asked
 * @param <A> what is answered; with equals
 */
interface Model<S, C, A> {

    S initial();

    Step<S, A> apply(S state, C call);

    record Step<S, A>(S next, A answer) {}
}
