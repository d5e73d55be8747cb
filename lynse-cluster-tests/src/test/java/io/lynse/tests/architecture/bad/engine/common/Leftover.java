package io.lynse.tests.architecture.bad.engine.common;

public final class Leftover {}
