package io.lynse.metadata;

/**
 * A coordinator that has announced itself. There is no time in here: others count from when they saw {@code announcements} grow, each on its
 * own monotonic clock.
 *
 * @param process       which of them: a second process with the same id is another one
 * @param uri           where the others and the operator reach it
 * @param announcements so far, from 1
 */
public record CoordinatorImage(LeaseImage.Holder process, String uri, long announcements) {
    public CoordinatorImage {
        if (uri.isBlank()) throw new IllegalArgumentException("a coordinator has an address");
    }
}
