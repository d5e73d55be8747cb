/**
 * A file system for tests: passes everything on to the real one and tells a watcher of every change first, so that a test can end
 * the process at a chosen change or take back, after a power cut, what was never forced. The engine under test is the shipped one:
 * its data directory is simply a path of this file system.
 */
@NullMarked
package io.lynse.engine.disk;

import org.jspecify.annotations.NullMarked;
