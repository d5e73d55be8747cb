package io.lynse.engine.index.kernels;

/** Which of two rows with equal scores comes first, by their ordinals. A total order; in a collection the order of the row ids. */
@FunctionalInterface
public interface TieOrder {

    TieOrder ORDINALS = Integer::compare;

    /** @return negative if row {@code a} comes first, positive if row {@code b} does, 0 only for the same row */
    int compare(int a, int b);
}
