package io.lynse.tests.architecture.bad.engine.row;

public final class RowHelper {}
