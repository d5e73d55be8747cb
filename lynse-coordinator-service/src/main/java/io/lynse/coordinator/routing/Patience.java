package io.lynse.coordinator.routing;

import java.time.Duration;

/**
 * How long requests wait for a group that does not serve, however far their deadline is.
 *
 * @param detection after which a silent node counts as gone, and silent metadata likewise
 * @param reads     for a primary that nobody can follow: until it must have been detected
 * @param promotion for a member that can take over
 * @param writes    for any primary: a node that restarts has every acknowledged row
 */
public record Patience(Duration detection, Duration reads, Duration promotion, Duration writes) {

    /** @param interval between two probes; {@code failures} of them in a row are detected */
    public static Patience of(Duration interval, int failures, Duration restart) {
        // One more brings the view of a promotion to its new primary.
        return new Patience(interval.multipliedBy(failures), interval.multipliedBy(failures + 1L), restart, restart);
    }
}
