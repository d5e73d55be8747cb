package io.lynse.tests.linearizability;

/**
 * What a collection's writers ask the metadata for.
 *
 * @param nextId    the first integer id that nobody has been given
 * @param dimension 0: not fixed yet
 */
record Counter(long nextId, int dimension) {}
