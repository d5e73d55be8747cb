package io.lynse.tests.linearizability;

/** What a client learned. */
sealed interface Answer {

    /** @param state of what was read */
    record Saw(Object state) implements Answer {}

    /** @param to the lease; the id of the collection; the first of the ids; the dimension; the name of the database */
    record Changed(Object to) implements Answer {}

    /** It was so already. */
    record Unchanged() implements Answer {}

    record Refused() implements Answer {}

    Answer UNCHANGED = new Unchanged();
    Answer REFUSED = new Refused();
}
