package io.lynse.tests.architecture.bad.http;

public final class Databases {}
