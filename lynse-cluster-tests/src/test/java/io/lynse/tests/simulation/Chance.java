package io.lynse.tests.simulation;

import java.util.SplittableRandom;

/** A source of chance of its own: what one part of the world draws does not change what another one gets. */
final class Chance {

    private final SplittableRandom random;

    /** @param whose name of the part */
    Chance(long seed, String whose) {
        random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ whose.hashCode() * 0xD1B54A32D192ED03L);
    }

    /** Uniform in {@code [from, to)}. */
    long between(long from, long to) {
        return from >= to ? from : random.nextLong(from, to);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean of(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    double fraction() {
        return random.nextDouble();
    }
}
