package io.lynse.tests.architecture.bad.coordinator.search;

import io.lynse.tests.architecture.bad.coordinator.write.OrbitBack;

public final class Orbit {
    Object see() {
        return OrbitBack.class;
    }
}
