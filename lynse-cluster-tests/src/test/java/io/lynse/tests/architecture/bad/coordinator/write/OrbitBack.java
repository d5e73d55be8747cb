package io.lynse.tests.architecture.bad.coordinator.write;

import io.lynse.tests.architecture.bad.coordinator.search.Orbit;

public final class OrbitBack {
    Object see() {
        return Orbit.class;
    }
}
