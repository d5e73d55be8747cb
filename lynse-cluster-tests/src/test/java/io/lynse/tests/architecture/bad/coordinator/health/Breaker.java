package io.lynse.tests.architecture.bad.coordinator.health;

public final class Breaker {}
