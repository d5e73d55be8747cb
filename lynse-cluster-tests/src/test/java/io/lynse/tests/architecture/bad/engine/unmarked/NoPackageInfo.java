package io.lynse.tests.architecture.bad.engine.unmarked;

/** Its package has no package-info. */
public final class NoPackageInfo {}
