package io.lynse.tests.simulation;

/** A rule was broken. */
final class Violation extends RuntimeException {

    Violation(String rule, String what) {
        super(rule + ": " + what);
    }
}
