package io.lynse.tests.architecture.bad.metadata;

import java.time.Instant;

public final class MetadataWithClock {
    Object see() {
        return Instant.now();
    }
}
