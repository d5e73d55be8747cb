package io.lynse.tests.architecture.bad.engine;

public final class Engine {}
