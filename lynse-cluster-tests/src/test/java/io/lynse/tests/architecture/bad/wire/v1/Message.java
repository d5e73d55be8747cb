package io.lynse.tests.architecture.bad.wire.v1;

public final class Message {}
