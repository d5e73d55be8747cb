package io.lynse.tests.architecture.bad.metadata;

import java.util.Random;

public final class MetadataWithRandom {
    Object see() {
        return new Random(7);
    }
}
