/** {@code lynse demo}: a real cluster, real data, searches that a person can judge. */
@NullMarked
package io.lynse.cli.demo;

import org.jspecify.annotations.NullMarked;
